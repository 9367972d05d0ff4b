import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { end, startChild, until } from '../servers/process.ts';

type Said = Readonly<Record<string, unknown>>;

/** A process of ours that says JSON, one object a line. */
export interface BenchChild {
  readonly pid: number;
  /** Everything it has said so far. */
  readonly heard: readonly Said[];
  /** The first number said under a key; waits for it. */
  said(key: string, withinMs?: number): Promise<number>;
  /** Waits until it has ended by itself, or was asked to, and answers everything it said. */
  ended(): Promise<readonly Said[]>;
  finish(): Promise<readonly Said[]>;
}

/** Where CPU profiles go, when they are asked for. */
export const profiling: { folder: string | undefined } = { folder: undefined };

/** Starts a file of this folder with its options as JSON. It ends with this process whatever happens. */
export function startBenchChild(
  file: string,
  options: object,
  node: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): BenchChild {
  const profile =
    profiling.folder === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profiling.folder}`, `--cpu-prof-name=${file}-${Date.now()}.cpuprofile`];
  const script = join(import.meta.dirname, file);
  const parameters = [...node, ...profile, script, JSON.stringify(options)];
  const { child, output } = startChild(process.execPath, parameters, { env: { ...environment, ...process.env } });
  const all: Said[] = [];
  if (!child.stdout) throw new Error('no output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) all.push(JSON.parse(line) as Said);
  });
  const find = (key: string): number | undefined => {
    const value = all.find((one) => key in one)?.[key];
    return typeof value === 'number' ? value : undefined;
  };
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const closed = once(child, 'close');
  const ended = async (): Promise<readonly Said[]> => {
    await closed;
    if (child.exitCode !== 0) throw new Error(`${file} ended by ${child.signalCode ?? child.exitCode}:\n${output()}`);
    return all;
  };
  return {
    pid: child.pid ?? 0,
    heard: all,
    async said(key, withinMs = 120_000) {
      await until(`${file} to say ${key}`, () => find(key) !== undefined || gone(), withinMs);
      const found = find(key);
      if (found === undefined) throw new Error(`${file} ended:\n${output()}`);
      return found;
    },
    ended,
    async finish() {
      await end(child, 'SIGTERM');
      return await ended();
    },
  };
}

/** In a child: says something to the one that started it. */
export function say(words: object): void {
  process.stdout.write(`${JSON.stringify(words)}\n`);
}
/**
 * In a child: resolves when it is asked to end. To be called before it says anything, since whoever hears of it may
 * ask at once, and a signal that nobody listens for ends the process.
 */
export async function untilTerminated(): Promise<void> {
  await new Promise((done) => process.once('SIGTERM', done));
}
/** What this process has had of the processor, user and system. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
