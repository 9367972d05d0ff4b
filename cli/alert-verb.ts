import { londonTime } from '../domain/alerts/wording.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';

/** One of the things that `meterhouse alerts` does; each says its own words, options and part of the help. */
export interface AlertVerb {
  /** What stands behind the verb in the help: `ALERT`. */
  readonly words?: string;
  readonly options: Readonly<Record<string, Option>>;
  /** `word` is what stands behind the verb, where `words` says that something does. */
  run(invocation: Invocation, word: string): Promise<Exit>;
}

/** An instant of an answer by the clock in London. */
export function timeOf(instant: string): string {
  return londonTime(Date.parse(instant) / 1000);
}

/** Of more than one verb. */
export const spanOptions = {
  from: { type: 'string', value: 'WHEN', describes: 'try, load: the London date or instant from which on' },
  to: { type: 'string', value: 'WHEN', describes: 'try, load: the first one after it' },
} as const satisfies Readonly<Record<string, Option>>;

export const ownerOption: Option = { type: 'string', value: 'NAME', describes: 'list, assign: who has it' };
