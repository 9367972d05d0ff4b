import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChild, until } from '../servers/process.ts';

export const root = join(import.meta.dirname, '../..');
export const program = join(root, 'meterhouse.js');

/** A folder for one test, with an empty configuration so that none of the clone's own is read. */
export function scratch(): { path: string; config: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'meterhouse-cli-'));
  const config = join(path, 'empty.yaml');
  writeFileSync(config, '');
  return { path, config, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export interface Running {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until it has said something that matches; answers the match. */
  said(what: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Its exit code, once it has ended; after a signal when one is given. */
  ended(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs `meterhouse WORDS` in the folder of the clone; it does not outlive the test. */
export function run(
  words: readonly string[],
  options: { env?: Readonly<Record<string, string>>; node?: string; program?: string; cwd?: string } = {},
): Running {
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.env };
  const parameters = [options.program ?? program, ...words];
  const { child, output } = startChild(options.node ?? process.execPath, parameters, {
    cwd: options.cwd ?? root,
    env,
  });
  const closed = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  return {
    child,
    output,
    async said(what, withinMs = 120_000) {
      const done = (): boolean => what.test(output()) || child.exitCode !== null || child.signalCode !== null;
      await until(`${what.source} to be said`, done, withinMs).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${output()}`);
      });
      const match = what.exec(output());
      if (match === null) throw new Error(`ended with ${child.exitCode} without saying ${what.source}:\n${output()}`);
      return match;
    },
    async ended(signal) {
      if (signal !== undefined) child.kill(signal);
      return await closed;
    },
  };
}

/** Runs a command to its end. */
export async function finished(...call: Parameters<typeof run>): Promise<{ exit: number | null; output: string }> {
  const running = run(...call);
  const exit = await running.ended();
  return { exit, output: running.output() };
}

/** The JSON that an address answers with. */
export async function answerOf(address: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const answer = await fetch(address, { headers });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
  return await answer.json();
}
