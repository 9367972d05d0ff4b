import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, serverEnvironment } from './locate.ts';
import { end, startChild, startServer } from './process.ts';

export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  /** kill -9, then the same port and data again. */
  crash(): Promise<void>;
  /** Ends it by this signal (SIGKILL when absent) and starts it again on the same port and data. */
  restart(signal?: NodeJS.Signals): Promise<void>;
  stop(): Promise<void>;
  output(): string;
  pid(): number;
}

/**
 * A real Mosquitto on a free port of loopback. `lines` are added to its configuration; with `users`, a password file.
 */
export async function startMosquitto(
  options: {
    lines?: readonly string[];
    users?: Readonly<Record<string, string>>;
    /** A password file made elsewhere, copied to where the broker may read it. */
    passwordFile?: string;
    /** An access file (ACL), likewise. */
    accessFile?: string;
    /** Sessions and queues are on disk after each change, or, quicker by far, each second and at an ordered end. */
    persistent?: boolean | 'each-second';
  } = {},
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-mosquitto-'));
  mkdirSync(join(folder, 'data'));
  const env = serverEnvironment();
  const program = findServer('mosquitto');
  if (!program) throw new Error('no mosquitto');
  const passwords = options.passwordFile ?? (options.users && makePasswordFile(folder, options.users, env));
  const access = passwords ? demandPasswords(folder, passwords) : ['allow_anonymous true'];
  if (options.accessFile) access.push(`acl_file ${readableCopy(folder, options.accessFile, 'access.acl')}`);
  const start = (port: number): ReturnType<typeof startChild> => {
    const config = [
      `listener ${port} 127.0.0.1`,
      // Started as root it stays so: whoever changes its user is no longer ended by the kernel with its parent.
      'user root',
      ...access,
      'max_queued_messages 1000000',
      'max_inflight_messages 10000',
      ...(options.persistent
        ? [
            'persistence true',
            `persistence_location ${folder}/data/`,
            `autosave_on_changes ${options.persistent === true}`,
            'autosave_interval 1',
          ]
        : []),
      ...(options.lines ?? []),
    ];
    writeFileSync(join(folder, 'mosquitto.conf'), `${config.join('\n')}\n`);
    return startChild(program, ['-c', join(folder, 'mosquitto.conf')], { env });
  };
  let running = await startServer(start);
  const port = running.port;
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    crash: () => end(running.child, 'SIGKILL'),
    async restart(signal = 'SIGKILL') {
      await end(running.child, signal);
      running = await startServer(start, port);
    },
    async stop() {
      await end(running.child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
    output: () => running.output(),
    pid: () => running.child.pid ?? -1,
  };
}

function makePasswordFile(folder: string, users: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv): string {
  const program = findServer('mosquitto_passwd');
  if (!program) throw new Error('no mosquitto_passwd');
  const file = join(folder, 'made');
  writeFileSync(file, '');
  for (const [user, password] of Object.entries(users)) execFileSync(program, ['-b', file, user, password], { env });
  return file;
}

function demandPasswords(folder: string, source: string): string[] {
  return ['allow_anonymous false', `password_file ${readableCopy(folder, source, 'passwords')}`];
}

function readableCopy(folder: string, source: string, name: string): string {
  const file = join(folder, name);
  copyFileSync(source, file);
  chmodSync(file, 0o644);
  return file;
}
