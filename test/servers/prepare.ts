/**
 * Brings the real servers that the tests need, without root: distribution packages are downloaded and unpacked into
 * `.cache/servers`. Where that cannot be done it says what will not be tested and how to get it; with `CI=true` that is
 * a failure.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, findServer, type ServerName, serverNames, servers } from './locate.ts';

const run = promisify(execFile);

/** Packages of the Debian family, and which of their files are wanted (promtool's package is large). */
const packages: Record<string, string[] | undefined> = {
  mosquitto: undefined,
  libwrap0: undefined,
  libdlt2: undefined,
  libcjson1: undefined,
  libnsl2: undefined,
  libtirpc3: undefined,
  influxdb: undefined,
  prometheus: ['./usr/bin/promtool'],
};

/** Package lists of our own, so that neither root nor the machine's own lists are needed. */
function ownLists(): string[] {
  const state = join(cacheFolder, 'apt');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(state, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}`, '-o', 'APT::Sandbox::User='];
}

async function download(folder: string): Promise<void> {
  const names = Object.keys(packages);
  try {
    await run('apt-get', ['download', ...names], { cwd: folder });
  } catch {
    const options = ownLists();
    await run('apt-get', [...options, 'update'], { cwd: folder, timeout: 180_000 });
    await run('apt-get', [...options, 'download', ...names], { cwd: folder, timeout: 300_000 });
  }
}

async function unpack(folder: string, into: string): Promise<void> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    const wanted = packages[file.slice(0, file.indexOf('_'))];
    const only = wanted ? wanted.map((name) => `'${name}'`).join(' ') : '';
    await run('sh', ['-c', `dpkg-deb --fsys-tarfile '${file}' | tar -x -C '${into}' ${only}`], { cwd: folder });
  }
}

async function bring(): Promise<string | undefined> {
  const fresh = `${cacheFolder}/unpacking-${process.pid}`;
  try {
    mkdirSync(join(fresh, 'debs'), { recursive: true });
    mkdirSync(join(fresh, 'root'));
    await download(join(fresh, 'debs'));
    await unpack(join(fresh, 'debs'), join(fresh, 'root'));
    // Renamed when whole, so that an interrupted run leaves nothing half unpacked.
    if (!existsSync(join(cacheFolder, 'root'))) renameSync(join(fresh, 'root'), join(cacheFolder, 'root'));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(join(cacheFolder, 'apt'), { recursive: true, force: true });
  }
}

const missing = (): ServerName[] => serverNames.filter((name) => findServer(name) === undefined);
let failure: string | undefined;
if (missing().length > 0) {
  process.stdout.write('Bringing Mosquitto, InfluxDB and promtool as distribution packages (about 25 MB, once) …\n');
  failure = await bring();
}
const absent = missing();
for (const name of absent) {
  process.stderr.write(
    `Not there: ${servers[name].title}. Not tested without it: ${servers[name].proves}.\n` +
      `  How to get it: ${servers[name].how}.${failure === undefined ? '' : ` What was tried said: ${failure}`}\n`,
  );
}
mkdirSync(cacheFolder, { recursive: true });
writeFileSync(join(cacheFolder, '.gitignore'), '*\n');
if (absent.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
