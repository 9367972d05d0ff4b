import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { settings } from '../../cli/config.ts';
import { readConfig } from '../../cli/read-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const nothing = { file: undefined, environment: {}, flags: {} };

test('without any source the embedded house on loopback comes out', () => {
  const config = readConfig(nothing);
  expect(config.broker).toMatchObject({ kind: 'embedded', host: '127.0.0.1', port: 1883, topics: ['#'] });
  expect(config.store.kind).toBe('duckdb');
  expect(config.simulator).toMatchObject({ interval: 10, history_months: 27 });
});

test('a flag wins over the environment, and the environment over the file', () => {
  const path = file('order.yaml', 'api:\n  port: 1\ndata: from-file\nlog_level: warn\n');
  const environment = { METERHOUSE_API_PORT: '2', METERHOUSE_DATA: 'from-environment', PATH: '/bin' };
  const config = readConfig({ file: path, environment, flags: { 'api.port': '3' } });
  expect([config.api.port, config.data, config.log_level]).toEqual([3, 'from-environment', 'warn']);
});

test('a secret comes from a file and is never printed', () => {
  const secret = file('token', 'very-secret\n');
  const environment = {
    METERHOUSE_STORE_KIND: 'influxdb',
    METERHOUSE_STORE_URL: 'http://influx:8086',
    METERHOUSE_STORE_TOKEN_FILE: secret,
  };
  expect(readConfig({ ...nothing, environment }).store.token).toBe('very-secret');
  const broken = file('broken.yaml', 'store:\n  token: [very-secret]\n');
  let said = '';
  try {
    readConfig({ ...nothing, file: broken });
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain('store.token');
  expect(said).not.toContain('very-secret');
});

test('every problem at once, each with what was found and what is near', () => {
  const path = file('bad.yaml', 'api:\n  prot: 80\n  auth: maybe\nstore:\n  kind: influxdb\nlog_levle: info\n');
  const environment = { METERHOUSE_STORE_TOKN: 'x', METERHOUSE_API_PORT: 'eighty' };
  const said: string[] = [];
  try {
    readConfig({ file: path, environment, flags: {} });
  } catch (error) {
    said.push(...String(error).replaceAll(folder, '').split('\n'));
  }
  expect(said).toMatchInlineSnapshot(`
    [
      "ProblemError: METERHOUSE_STORE_TOKN: the configuration is not of the expected form; expected METERHOUSE_STORE_TOKEN. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "/bad.yaml api.port: the configuration is not of the expected form; found "eighty"; expected number, received string. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "/bad.yaml api.auth: the configuration is not of the expected form; found "maybe"; expected one of "keys"|"off"|"auto". To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "/bad.yaml api.prot: the configuration is not of the expected form (unknown key); expected api.port. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "/bad.yaml log_levle: the configuration is not of the expected form (unknown key); expected log_level. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "store.url: the configuration is not of the expected form; found nothing; expected http://host:8086, since store.kind is influxdb. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
      "store.token: the configuration is not of the expected form; found nothing; expected a token, or the password on 1.x. To mend it: correct the key named; \`meterhouse check\` lists every problem. [config.invalid]",
    ]
  `);
});

test('every setting has a sentence and a variable of its own', () => {
  const all = settings();
  expect(all.length).toBe(38);
  expect(new Set(all.map(({ variable }) => variable)).size).toBe(all.length);
  expect(all.filter(({ describes }) => describes.length < 10)).toEqual([]);
});
