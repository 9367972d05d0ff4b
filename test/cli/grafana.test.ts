import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grafanaCommand } from '../../cli/commands/grafana.ts';
import { exitCodes } from '../../cli/exit-codes.ts';
import { readConfig } from '../../cli/read-config.ts';
import { type GrafanaStub, startGrafana } from '../dashboards/grafana-stub.ts';
import { invoke } from './invoke.ts';
import { finished, scratch } from './running.ts';

let grafana: GrafanaStub;
const ground = scratch();
beforeAll(async () => {
  grafana = await startGrafana();
});
afterAll(async () => {
  await grafana.close();
  ground.remove();
});

/** `meterhouse grafana VERB`, with the token from a file, as every secret may come. */
async function grafanaSays(verb: string, flags: Record<string, string | boolean> = {}, token = 'glsa_editor-token') {
  const file = join(ground.path, 'token');
  writeFileSync(file, `${token}\n`);
  const environment = { METERHOUSE_GRAFANA_TOKEN_FILE: file, METERHOUSE_GRAFANA_URL: grafana.url };
  const config = (): ReturnType<typeof readConfig> => readConfig({ file: undefined, environment, flags: {} });
  return await invoke(grafanaCommand, flags, { words: [verb], environment, config });
}

test('health, publish, diff and a change found again', async () => {
  const before = await grafanaSays('health');
  expect(before.exit).toBe('grafana');
  expect(before.said).toMatch(/^Grafana 13\.3\.1 at http:\S+: its database is ok\.\n/);
  expect(before.said).toContain('meterhouse-figures: ok, datasource is working');
  expect(before.said).toContain('Estate live: missing');

  const published = await grafanaSays('publish', { message: 'by test' });
  expect(published.exit).toBe('ok');
  expect(published.said).toContain('Estate live: created, version 1');
  expect(new Set(grafana.messages)).toEqual(new Set(['by test']));
  expect((await grafanaSays('health')).exit).toBe('ok');
  const same = await grafanaSays('diff', {}, 'glsa_viewer-token');
  expect([same.exit, same.said]).toEqual(['ok', expect.stringMatching(/ dashboards, all as committed\.$/)]);

  const [uid, kept] = [...grafana.dashboards][0] ?? [];
  if (uid === undefined || kept === undefined) throw new Error('nothing published');
  const json = { ...kept.json, refresh: '5s\u001b[2J', panels: [] };
  grafana.dashboards.set(uid, { ...kept, json });
  const differs = await grafanaSays('diff');
  expect(differs.exit).toBe('grafana');
  expect(differs.said).toContain('    refresh is changed: committed "1m", in Grafana "5s\\u001b[2J"');
  expect(differs.said).toMatch(/panels\[1\] is missing: committed \{.*…, in Grafana nothing/);
  expect(differs.said).toMatch(/1 of \d+ differ\.$/);
  const asJson = await grafanaSays('diff', { json: true });
  const { same: isSame, dashboards } = JSON.parse(asJson.said) as { same: boolean; dashboards: object[] };
  expect([isSame, dashboards[0]]).toMatchObject([false, { uid, state: 'changed' }]);

  const careful = await grafanaSays('publish');
  expect(careful.exit).toBe('grafana');
  expect(careful.said).toMatch(/: left as it is\n.*dashboard meterhouse-\S+: the dashboard in Grafana is not the one/s);
  expect((await grafanaSays('publish', { overwrite: true })).exit).toBe('ok');
});

test('a Grafana that is not there, or a token that may not, ends with 11 and a sentence without the token', async () => {
  const env = { METERHOUSE_GRAFANA_TOKEN: 'glsa_secret-word' };
  const words = ['grafana', '--config', ground.config, '--grafana'];
  const [away, wrong] = await Promise.all([
    finished([...words, 'http://127.0.0.1:1'], { env }),
    finished([...words.toSpliced(1, 0, 'publish'), grafana.url], { env }),
  ]);
  expect(away).toMatchObject({ exit: exitCodes.grafana.code });
  expect(away.output).toMatch(/^http:\/\/127\.0\.0\.1:1 health: no Grafana answers here .*\[grafana\.unreachable\]\n$/);
  expect(wrong).toMatchObject({ exit: exitCodes.grafana.code });
  expect(wrong.output).toMatch(/Invalid API key.*\[grafana\.forbidden\]\n$/);
  expect(away.output + wrong.output).not.toContain('secret-word');
});

test('an option of another verb is refused, and a token that is no token is never shown', async () => {
  expect((await grafanaSays('diff', { overwrite: true })).exit).toBe('usage');
  await expect(grafanaSays('health', {}, 'secret word')).rejects.toThrow(/grafana\.token.*\[config\.invalid\]/);
  await expect(grafanaSays('health', {}, 'secret word')).rejects.not.toThrow(/secret/);
});
