import type { Command, Option } from './command.ts';
import { exitCodes } from './exit-codes.ts';

/** The list of commands. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `Meterhouse ${version}: reads the meters of an estate and turns them into kWh per m² and carbon.`,
    '',
    'Usage: meterhouse COMMAND [OPTION …]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'meterhouse COMMAND --help   options and examples of one command',
    'meterhouse --version        version of Meterhouse and of Node.js',
    '',
    'Exit codes:',
    ...Object.values(exitCodes).map(({ code, says }) => `  ${code}  ${says}`),
  ].join('\n');
}

/** The help of one command. */
export function helpOf(command: Command): string {
  const flags = Object.entries(command.options).map(([name, option]) => ({ flag: flagOf(name, option), ...option }));
  const width = Math.max(0, ...flags.map(({ flag }) => flag.length));
  const words = command.words === undefined ? '' : ` ${command.words}`;
  return [
    `meterhouse ${command.name}${words} [OPTION …]`,
    '',
    command.summary,
    '',
    command.details.trim(),
    '',
    'Options:',
    ...flags.map(({ flag, describes }) => `  ${flag.padEnd(width)}  ${describes}`),
  ].join('\n');
}

function flagOf(name: string, option: Option): string {
  return option.type === 'boolean' ? `--${name}` : `--${name} ${option.value ?? 'TEXT'}`;
}
