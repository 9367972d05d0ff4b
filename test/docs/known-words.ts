import { parseArgs } from 'node:util';
import type { Command } from '../../cli/command.ts';
import { loadCommand } from '../../cli/commands.ts';

/**
 * What is wrong with a command line of ours: no such command, an option that it does not take, words that do not fit
 * its help. Undefined where nothing is. `whole` false: words and values that are missing may be thought of, as in the
 * middle of a sentence.
 */
export async function mistakeIn(words: readonly string[], whole: boolean): Promise<string | undefined> {
  const [name = '', ...rest] = words;
  if (name === 'COMMAND' || name === 'help' || name.startsWith('--')) return undefined;
  const command = await loadCommand(name);
  if (command === undefined) return `no command ${name}`;
  const given = rest.filter((word) => word !== '…');
  const parsed = parsedOf(command, whole ? given : withValues(command, given));
  if (typeof parsed === 'string') return parsed;
  const alternatives = (command.words ?? '').split(' | ').map((text) => text.split(' ').filter((word) => word !== ''));
  const fits = alternatives.some((usage) => fitsUsage(parsed, usage, whole));
  return fits || parsed.length === 0 ? undefined : `'${parsed.join(' ')}' is none of: ${command.words ?? 'no words'}`;
}

/** The words that are no options; or what the parser of the command line says. */
function parsedOf(command: Command, given: readonly string[]): readonly string[] | string {
  const options = Object.fromEntries(Object.entries(command.options).map(([flag, { type }]) => [flag, { type }]));
  try {
    return parseArgs({
      args: [...given],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.words !== undefined,
      strict: true,
    }).positionals;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An option at the end, whose value is left to the reader, with one. */
function withValues(command: Command, given: readonly string[]): string[] {
  return given.flatMap((word, index) => {
    const option = word.startsWith('--') ? command.options[word.slice(2)] : undefined;
    const next = given[index + 1];
    return option?.type === 'string' && (next === undefined || next.startsWith('--')) ? [word, 'VALUE'] : [word];
  });
}

/** Whether words are those of one way to call a command: `[list]`, `void|undo METER`, `FILE …`. */
function fitsUsage(words: readonly string[], usage: readonly string[], whole: boolean): boolean {
  let at = 0;
  for (const part of usage) {
    if (part.startsWith('…')) return true;
    const optional = part.startsWith('[');
    const names = part.replaceAll(/[[\]]/g, '').split('|');
    const isName = names.every((name) => /^[a-z-]+$/.test(name));
    const word = words[at];
    const fits = word !== undefined && (!isName || names.includes(word));
    if (fits) at += 1;
    else if (word === undefined && !whole) return true;
    else if (!optional) return false;
  }
  return at === words.length;
}
