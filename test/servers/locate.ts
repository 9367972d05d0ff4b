import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe } from 'vitest';

/** The project's cache; nothing of it is committed. */
export const cacheFolder = resolve(import.meta.dirname, '../../.cache/servers');

export const servers = {
  mosquitto: {
    title: 'Mosquitto, the MQTT broker',
    folder: 'root',
    file: 'usr/sbin/mosquitto',
    proves: 'the MQTT session, its acknowledgements under kill -9, and the acceptance test',
    how: 'install the package mosquitto, or run on a Debian or Ubuntu machine where `apt-get download` works',
  },
  mosquitto_passwd: {
    title: 'mosquitto_passwd, which writes password files',
    folder: 'root',
    file: 'usr/bin/mosquitto_passwd',
    proves: 'refused logins at the broker',
    how: 'it comes with the package mosquitto',
  },
  influxd: {
    title: 'InfluxDB 1.x, the database',
    folder: 'root',
    file: 'usr/bin/influxd',
    proves: 'the InfluxDB adapter, the dashboards’ queries and the acceptance test',
    how: 'install the package influxdb (1.6 or later 1.x), or run where `apt-get download` works',
  },
  promtool: {
    title: 'promtool, which lints metrics',
    folder: 'root',
    file: 'usr/bin/promtool',
    proves: 'that /metrics lints clean',
    how: 'install the package prometheus, or run where `apt-get download` works',
  },
  chromium: {
    title: 'Chromium, the browser',
    folder: 'browser',
    file: 'usr/lib/chromium/chromium',
    proves: 'every page of the console as people see it',
    how: 'install the package chromium, or run on a Debian machine where `apt-get download` works',
  },
} as const;
/** Folders of the cache, each unpacked as one: the libraries of one are not meant for the programs of another. */
export type Folder = (typeof servers)[ServerName]['folder'];
export type ServerName = keyof typeof servers;
export const serverNames = Object.keys(servers) as ServerName[];

/** Where a server's program is: unpacked in the cache, or installed on this machine. */
export function findServer(name: ServerName): string | undefined {
  const unpacked = join(cacheFolder, servers[name].folder, servers[name].file);
  if (existsSync(unpacked)) return unpacked;
  const installed = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  return installed;
}

/** Which fonts an unpacked browser has. */
export const fontsFile = 'fonts.conf';

/** The environment that lets an unpacked program find its unpacked libraries, and a browser its fonts. */
export function serverEnvironment(folder: Folder = 'root'): NodeJS.ProcessEnv {
  const root = join(cacheFolder, folder);
  const machines = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];
  const libraries = machines.flatMap((name) => [`usr/lib/${name}`, `lib/${name}`, `usr/lib/${name}/pulseaudio`]);
  const env = { ...process.env, LD_LIBRARY_PATH: [...libraries, 'usr/lib'].map((path) => join(root, path)).join(':') };
  const fonts = join(root, fontsFile);
  return existsSync(fonts) ? { ...env, FONTCONFIG_FILE: fonts } : env;
}

/**
 * A `describe` that needs real servers. Without them it is skipped, and `prepare.ts` has said so; with `CI=true` it
 * fails instead.
 */
export function describeWith(names: readonly ServerName[], title: string, body: () => void): void {
  const absent = names.filter((name) => findServer(name) === undefined);
  if (absent.length > 0 && process.env['CI'] === 'true') {
    throw new Error(`CI needs ${absent.join(', ')}: run \`node test/servers/prepare.ts\``);
  }
  describe.skipIf(absent.length > 0)(title, body);
}
