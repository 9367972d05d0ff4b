/**
 * Brings the real servers and the browser that the tests need, without root: distribution packages are downloaded and
 * unpacked into `.cache/servers`. Where that cannot be done it says what will not be tested and how to get it; with
 * `CI=true` that is a failure.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder, findServer, type Folder, fontsFile, type ServerName, serverNames, servers } from './locate.ts';

const run = promisify(execFile);

/** What is unpacked into one folder together. */
interface Load {
  readonly says: string;
  /** Packages, and which of their files are wanted where it is not all. */
  readonly packages: Readonly<Record<string, readonly string[] | undefined>>;
  /** Whether also what they depend on is brought, where this machine lacks it. */
  readonly withDependencies: boolean;
}

const loads: Record<Folder, Load> = {
  root: {
    says: 'Mosquitto, InfluxDB and promtool as distribution packages (about 25 MB, once)',
    packages: {
      mosquitto: undefined,
      libwrap0: undefined,
      libdlt2: undefined,
      libcjson1: undefined,
      libnsl2: undefined,
      libtirpc3: undefined,
      influxdb: undefined,
      // Its package is large.
      prometheus: ['./usr/bin/promtool'],
    },
    withDependencies: false,
  },
  browser: {
    says: 'Chromium and what it needs as distribution packages (about 150 MB on a machine with nothing of it, once)',
    packages: { chromium: undefined, 'fonts-dejavu-core': undefined },
    withDependencies: true,
  },
};

/** Package lists of our own, so that neither root nor the machine's own lists are needed. */
function ownLists(): string[] {
  const state = join(cacheFolder, 'apt');
  mkdirSync(join(state, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(state, 'archives', 'partial'), { recursive: true });
  return ['-o', `Dir::State::lists=${state}/lists`, '-o', `Dir::Cache=${state}`, '-o', 'APT::Sandbox::User='];
}

/** For windows, drivers of graphics cards and starting at boot: a browser without a window runs without them. */
const forDesktops = /^(adwaita-icon-theme|hicolor-icon-theme|libgtk-3|libgl1-mesa-dri|libllvm|libz3|systemd|dbus)/;

/** The packages of a load by name; with dependencies, those that an installation on this machine would bring. */
async function namesOf({ packages, withDependencies }: Load, options: readonly string[]): Promise<string[]> {
  const names = Object.keys(packages);
  if (!withDependencies) return names;
  const { stdout } = await run('apt-get', [...options, '--simulate', '--no-install-recommends', 'install', ...names]);
  return [...stdout.matchAll(/^Inst (\S+) /gm)].map(([, name = '']) => name).filter((name) => !forDesktops.test(name));
}

async function download(load: Load, folder: string): Promise<void> {
  const bringBy = async (options: readonly string[]): Promise<void> => {
    const names = await namesOf(load, options);
    await run('apt-get', [...options, 'download', ...names], { cwd: folder, timeout: 300_000 });
  };
  try {
    await bringBy([]);
  } catch {
    const options = ownLists();
    await run('apt-get', [...options, 'update'], { timeout: 180_000 });
    await bringBy(options);
  }
}

/** Programs and what they read; pages for people and other languages are half as much again. */
const leftOut = ['./usr/share/doc/*', './usr/share/man/*', './usr/share/locale/*', './usr/share/icons/*'];

async function unpack({ packages }: Load, folder: string, into: string): Promise<void> {
  const without = leftOut.map((pattern) => `--exclude='${pattern}'`).join(' ');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    const wanted = packages[file.slice(0, file.indexOf('_'))];
    const only = wanted ? wanted.map((name) => `'${name}'`).join(' ') : '';
    const command = `dpkg-deb --fsys-tarfile '${file}' | tar -x -C '${into}' ${without} ${only}`;
    await run('sh', ['-c', command], { cwd: folder });
  }
}

/** The unpacked fonts beside those of the machine; installing would have written this under `/etc`. */
function writeFonts(root: string): void {
  const kept = join(cacheFolder, 'browser');
  writeFileSync(
    join(root, fontsFile),
    `<?xml version="1.0"?>
<fontconfig>
  <dir>${kept}/usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${kept}/font-cache</cachedir>
</fontconfig>
`,
  );
}

async function bring(name: Folder): Promise<string | undefined> {
  const load = loads[name];
  const fresh = `${cacheFolder}/unpacking-${process.pid}`;
  try {
    mkdirSync(join(fresh, 'debs'), { recursive: true });
    mkdirSync(join(fresh, 'root'));
    await download(load, join(fresh, 'debs'));
    await unpack(load, join(fresh, 'debs'), join(fresh, 'root'));
    if (name === 'browser') writeFonts(join(fresh, 'root'));
    // Renamed when whole, so that an interrupted run leaves nothing half unpacked.
    if (!existsSync(join(cacheFolder, name))) renameSync(join(fresh, 'root'), join(cacheFolder, name));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(join(cacheFolder, 'apt'), { recursive: true, force: true });
  }
}

const missing = (): ServerName[] => serverNames.filter((name) => findServer(name) === undefined);
const failures = new Map<Folder, string>();
for (const folder of new Set(missing().map((name) => servers[name].folder))) {
  process.stdout.write(`Bringing ${loads[folder].says} …\n`);
  const failure = await bring(folder);
  if (failure !== undefined) failures.set(folder, failure);
}
const absent = missing();
for (const name of absent) {
  const { title, proves, how, folder } = servers[name];
  const failure = failures.get(folder);
  process.stderr.write(
    `Not there: ${title}. Not tested without it: ${proves}.\n` +
      `  How to get it: ${how}.${failure === undefined ? '' : ` What was tried said: ${failure}`}\n`,
  );
}
mkdirSync(cacheFolder, { recursive: true });
writeFileSync(join(cacheFolder, '.gitignore'), '*\n');
if (absent.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
