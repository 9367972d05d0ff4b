import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise<void>((done) => server.close(() => done()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export async function portAnswers(port: number): Promise<boolean> {
  return await new Promise((answer) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}

/**
 * Asks again and again until it is true; says what was waited for when it never is. The bound is for what never comes:
 * on a machine that does much else a process takes many seconds to begin.
 */
export async function until(what: string, check: () => boolean | Promise<boolean>, withinMs = 50_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms for: ${what}`);
    await sleep(20);
  }
}

// The kernel ends a child with its parent, so that even a killed test leaves no server behind.
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/**
 * Starts a child that does not outlive this process; its output is kept (the last 64 kB) for the message of a failure.
 */
export function startChild(
  program: string,
  parameters: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): { child: ChildProcess; output: () => string } {
  const [file, args] = setpriv
    ? [setpriv, ['--pdeathsig', 'KILL', program, ...parameters]]
    : [program, [...parameters]];
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let kept = '';
  const keep = (chunk: Buffer): void => {
    kept = (kept + chunk.toString()).slice(-65_536);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return { child, output: () => kept };
}

/** Sends a signal and waits until the process is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill(signal);
  await gone;
}

/** Starts a server and waits until its port answers; tries another port when this one was taken meanwhile. */
export async function startServer(
  start: (port: number) => { child: ChildProcess; output: () => string },
  port?: number,
): Promise<{ child: ChildProcess; port: number; output: () => string }> {
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort());
    const { child, output } = start(chosen);
    const end = Date.now() + 30_000;
    while (child.exitCode === null && child.signalCode === null && Date.now() < end) {
      if (await portAnswers(chosen)) return { child, port: chosen, output };
      await sleep(20);
    }
    child.kill('SIGKILL');
    if (attempt === 5) throw new Error(`the server did not come up on port ${chosen}:\n${output()}`);
  }
}
