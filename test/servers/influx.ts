import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, serverEnvironment } from './locate.ts';
import { end, startChild, startServer, until } from './process.ts';

export interface InfluxServer {
  readonly port: number;
  readonly url: string;
  crash(): Promise<void>;
  /** Ends it if it runs and starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** One InfluxQL statement as the administrator; the parsed answer. */
  ask(statement: string, database?: string): Promise<unknown>;
  output(): string;
  pid(): number;
}

/**
 * A real InfluxDB 1.x on a free port of loopback, with login demanded. The administrator is `admin` / `admin-secret`.
 */
export async function startInflux(options: { readonly databases?: readonly string[] } = {}): Promise<InfluxServer> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-influx-'));
  const program = findServer('influxd');
  if (!program) throw new Error('no influxd');
  const start = (port: number): ReturnType<typeof startChild> => {
    writeFileSync(join(folder, 'influxdb.conf'), configuration(folder, port));
    return startChild(program, ['-config', join(folder, 'influxdb.conf')], { env: serverEnvironment() });
  };
  let running = await startServer(start);
  const port = running.port;
  const url = `http://127.0.0.1:${port}`;
  const authorization = `Basic ${Buffer.from('admin:admin-secret').toString('base64')}`;
  const ask = async (statement: string, database = ''): Promise<unknown> => {
    const body = new URLSearchParams({ q: statement, db: database });
    const answer = await fetch(`${url}/query`, { method: 'POST', body, headers: { authorization } });
    return await answer.json();
  };
  const answers = (): Promise<void> =>
    until('InfluxDB to answer', async () => (await fetch(`${url}/ping`)).status === 204);
  await answers();
  await ask(`CREATE USER admin WITH PASSWORD 'admin-secret' WITH ALL PRIVILEGES`);
  for (const name of options.databases ?? []) await ask(`CREATE DATABASE "${name}"`);
  return {
    port,
    url,
    ask,
    crash: () => end(running.child, 'SIGKILL'),
    async restart() {
      await end(running.child, 'SIGKILL');
      running = await startServer(start, port);
      await answers();
    },
    async stop() {
      await end(running.child, 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
    output: () => running.output(),
    pid: () => running.child.pid ?? -1,
  };
}

function configuration(folder: string, port: number): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  max-series-per-database = 0
  query-log-enabled = false
[coordinator]
  write-timeout = "30s"
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = true
  log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[continuous_queries]
  enabled = false
`;
}
