import { londonTime } from '../domain/alerts/wording.ts';
import type { Option } from './command.ts';

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
