import { ProblemError } from '../domain/problems.ts';
import type { Invocation, Option } from './command.ts';

/** Why a person does something: kept for ever, so every command that changes the record asks for it. */
export const reasonOption: Option = {
  type: 'string',
  value: 'TEXT',
  describes: 'why, in your own words; kept for ever with who and when',
};

/** What was said with a flag that must be there. Throws a ProblemError when it is not. */
export function wordOf(flags: Invocation['flags'], flag: string): string {
  const said = flags[flag];
  if (typeof said === 'string' && said !== '') return said;
  throw new ProblemError([{ code: 'command.invalid', where: `--${flag}`, expected: 'this option with a value' }]);
}

/** The entries of a flag that takes several, separated by commas; undefined where it was not said. */
export function listOf(said: string | boolean | undefined): string[] | undefined {
  return typeof said === 'string' ? said.split(',') : undefined;
}

/** Puts the flags that were said into a query by their own names, with an underscore for each hyphen. */
export function putFlags(query: URLSearchParams, flags: Invocation['flags'], names: readonly string[]): void {
  for (const name of names) {
    const said = flags[name];
    if (typeof said === 'string') query.set(name.replaceAll('-', '_'), said);
  }
}
