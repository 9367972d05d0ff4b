import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { nearest } from '../domain/nearest.ts';
import { type ProblemCode, ProblemError, sayProblem } from '../domain/problems.ts';
import packageFile from '../package.json' with { type: 'json' };
import type { Command, Invocation } from './command.ts';
import { commandNames, everyCommand, loadCommand } from './commands.ts';
import { type Exit, exitCodes } from './exit-codes.ts';
import { helpOf, overview } from './help.ts';
import { readConfig } from './read-config.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** The command line. Sets the exit code of the process; `meterhouse.js` calls it. */
export async function main(words: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', endUnheard);
  const terminal = openTerminal({
    out: process.stdout,
    err: process.stderr,
    in: process.stdin,
    interactive: process.stderr.isTTY,
  });
  const exit = await runCommand(words, terminal);
  process.exitCode = exitCodes[exit].code;
}

/** Understands the words and runs the command; what it says goes to the terminal. */
export async function runCommand(words: readonly string[], terminal: Terminal): Promise<Exit> {
  const [first = 'help', ...rest] = words;
  if (first === '--version') {
    terminal.say(`meterhouse ${packageFile.version}, Node.js ${process.version}`);
    return 'ok';
  }
  const [subject] = rest;
  if (first === '--help' || first === '-h' || (first === 'help' && subject === undefined)) {
    terminal.say(overview(await everyCommand(), packageFile.version));
    return 'ok';
  }
  const wanted = first === 'help' && subject !== undefined ? subject : first;
  const command = await loadCommand(wanted);
  if (!command) {
    terminal.warn(`There is no command '${wanted}'; ${meant(nearest(wanted, commandNames), commandNames)}`);
    return 'usage';
  }
  if (first === 'help') {
    terminal.say(helpOf(command));
    return 'ok';
  }
  const invocation = understand(command, rest, terminal);
  if (invocation === undefined) return 'usage';
  if (invocation.flags['help'] === true) {
    terminal.say(helpOf(command));
    return 'ok';
  }
  try {
    return await command.run(invocation);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    for (const problem of error.problems) terminal.warn(sayProblem(problem));
    return exitOf(error.problems[0]?.code);
  }
}

/** What the running Meterhouse says no with. */
const refusing = new Set(['request', 'job', 'import', 'read', 'sign-off', 'purge', 'weather', 'alert']);

/** Families whose problems end with a code of their own. */
const ownCode = ['estate', 'broker', 'store', 'message', 'api', 'grafana'] as const satisfies readonly Exit[];

function exitOf(code: ProblemCode | undefined): Exit {
  const family = code?.split('.')[0];
  if (family === 'command') return 'usage';
  if (family === 'config' || family === 'runtime') return 'config';
  if (family !== undefined && refusing.has(family)) return 'refused';
  return ownCode.find((exit) => exit === family) ?? 'failed';
}

function understand(command: Command, rest: readonly string[], terminal: Terminal): Invocation | undefined {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
  try {
    const { values, positionals } = parseArgs({
      args: [...rest],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: command.words !== undefined,
      strict: true,
    });
    return invocationOf(command, values, positionals, terminal);
  } catch (error) {
    terminal.warn(sayMistake(command, error));
    terminal.warn(`\`meterhouse ${command.name} --help\` lists the options.`);
    return undefined;
  }
}

/** What `parseArgs` found wrong; an unknown flag with the nearest known one. */
function sayMistake(command: Command, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-[^']*)'/.exec(said)?.[1];
  if (unknown === undefined) return said;
  const flags = Object.keys({ ...command.options, help: {} }).map((name) => `--${name}`);
  return `There is no option '${unknown}'; ${meant(nearest(unknown, flags), flags)}`;
}

function meant(near: string | undefined, known: readonly string[]): string {
  return near === undefined ? `there are ${known.join(', ')}.` : `did you mean '${near}'?`;
}

function invocationOf(
  command: Command,
  flags: Readonly<Record<string, string | boolean | undefined>>,
  words: readonly string[],
  terminal: Terminal,
): Invocation {
  return {
    flags,
    words,
    terminal,
    environment: process.env,
    clock: () => Date.now(),
    config() {
      const named = flags['config'];
      const file = typeof named === 'string' ? named : existsSync('meterhouse.yaml') ? 'meterhouse.yaml' : undefined;
      const set = Object.entries(command.options).flatMap(([name, option]) => {
        const value = flags[name];
        return option.sets !== undefined && value !== undefined ? [[option.sets, String(value)] as const] : [];
      });
      return readConfig({ file, environment: process.env, flags: Object.fromEntries(set) });
    },
    stopped: () => (stopping ??= whenStopped()),
  };
}

let stopping: Promise<void> | undefined;

/** Nobody reads on, as behind `| head`: no failure. What runs until it is stopped stops in order. */
function endUnheard(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (stopping) process.emit('SIGTERM');
  else process.exit(exitCodes.ok.code);
}

/** Ctrl-C, a service manager's signal, or the end of the process that started this one (`start` and its simulator). */
function whenStopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done());
    process.once('disconnect', () => done());
  });
}
