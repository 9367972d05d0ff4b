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

/** Of more than one verb. */
export const ownerOption: Option = { type: 'string', value: 'NAME', describes: 'list, assign: who has it' };
