import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { alertingFiles } from '../../dashboards/alerting-files.ts';
import { boards } from '../../dashboards/boards.ts';
import { houseRules } from '../../dashboards/house-rules.ts';
import { houseSeries } from '../../domain/house-series.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { describeWith } from '../servers/locate.ts';
import { alertsAt, type Evaluation, evaluate, type Rule, ruleSchema } from './evaluated-rule.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dashboards/provisioning/alerting');
const file = (name: string): unknown => parse(readFileSync(join(folder, name), 'utf8'));
const [group] = z
  .object({ groups: z.array(z.looseObject({ folder: z.string(), interval: z.string(), rules: z.array(ruleSchema) })) })
  .parse(file('rules.yaml')).groups;
const rules = group?.rules ?? [];

describe('the files', () => {
  test('are what `npm run dashboards` writes, and no other', () => {
    expect(readdirSync(folder).sort()).toEqual(['contact-points.yaml', 'policies.yaml', 'rules.yaml']);
    expect([...alertingFiles.keys()].sort()).toEqual(readdirSync(folder).sort());
    for (const [name, text] of alertingFiles) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  });

  test('four rules, each with an id of its own, a name, what is so and what to do', () => {
    expect(rules.map(({ uid }) => uid)).toEqual(houseRules.map(({ uid }) => uid));
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(4);
    for (const { uid, annotations, dashboardUid, panelId } of rules) {
      const board = Array.from(boards.values()).find((one) => one.uid === dashboardUid);
      expect(board?.panels.map(({ id }) => id)).toContain(panelId);
      expect(uid.length).toBeLessThanOrEqual(40);
      expect(annotations.summary.length).toBeGreaterThan(40);
      expect(annotations.description.length).toBeGreaterThan(60);
    }
  });

  test('docs/grafana.md says why each is there', () => {
    const page = readFileSync(join(root, 'docs/grafana.md'), 'utf8').split('## When Meterhouse itself fails')[1] ?? '';
    const rows = Array.from(
      page.split('\n## ')[0]?.matchAll(/^\| ([^|]+?) +\| [^|]+ \| [^|]+ \|$/gm) ?? [],
      ([, title]) => title,
    );
    expect(rows.filter((row) => row !== 'rule' && !row?.startsWith('---'))).toEqual(rules.map(({ title }) => title));
  });

  test('every field that is asked is one of the series, in the database of its data source', () => {
    const queries = rules.flatMap(({ data }) => data).filter(({ datasourceUid }) => datasourceUid !== '__expr__');
    expect(queries.length).toBe(5);
    for (const { datasourceUid, model } of queries) {
      const text = String(model['query']);
      const fields = Array.from(text.matchAll(/\("(\w+)"\)/g), (match) => match[1]);
      expect(fields.length).toBeGreaterThan(0);
      expect(houseSeries.house.fields).toEqual(expect.arrayContaining(fields));
      expect(datasourceUid).toBe(`meterhouse-${houseSeries.house.database}`);
      // Grafana stores a rule; the variables of a board are not there.
      expect(text.match(/\$\w+/g)).toEqual(['$timeFilter']);
    }
  });

  test('nothing but a question or an annotation holds a dollar sign that is no variable of docker compose', () => {
    const compose = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
      services: { grafana: { environment: Record<string, string>; volumes: string[] } };
    };
    const { environment, volumes } = compose.services.grafana;
    expect(volumes).toContain('./dashboards/provisioning:/etc/grafana/provisioning:ro');
    const bare = rules.map(({ data: _data, annotations: _annotations, ...rest }) => rest);
    const rest = JSON.stringify([bare, file('contact-points.yaml'), file('policies.yaml')]);
    const variables = Array.from(rest.matchAll(/\$\{?(\w+)/g), (match) => match[1]);
    expect(variables).toEqual(['GRAFANA_MAIL_TO']);
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(variables));
  });

  test('without a setting nobody is mailed: no server, and addresses under a name that can be nobody’s', () => {
    const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const defaults = new Map(
      Array.from(text.matchAll(/\$\{(GRAFANA_\w+):-([^}]*)\}/g), (match) => [match[1], match[2]] as const),
    );
    expect(Object.fromEntries(defaults)).toEqual({
      GRAFANA_MAIL_TO: expect.stringMatching(/\.invalid$/) as string,
      GRAFANA_MAIL_FROM: expect.stringMatching(/\.invalid$/) as string,
      GRAFANA_SMTP_ENABLED: 'false',
      GRAFANA_SMTP_HOST: 'localhost:25',
    });
  });

  test('the policy names a contact point that there is, and makes one mail of all that begins together', () => {
    const { contactPoints } = file('contact-points.yaml') as { contactPoints: { name: string }[] };
    const { policies } = file('policies.yaml') as { policies: { receiver: string; group_by: string[] }[] };
    expect(policies.length).toBe(1);
    expect(contactPoints.map(({ name }) => name)).toEqual([policies[0]?.receiver]);
    expect(policies[0]?.group_by).toEqual(['grafana_folder']);
  });
});

/** What a minute of the house says where nothing is wrong. */
const well = { seconds: 60, receipt_lag_known: 1, meters_to_derive: 3, derived_half_hours: 12 };
const [minute, hour] = [60, 3_600];

describeWith(['influxd'], 'the rules, asked of a real InfluxDB', () => {
  let influx: InfluxServer;
  const now = Math.floor(Date.now() / 1_000 / minute) * minute;
  const ask = (statement: string, database: string): Promise<unknown> => influx.ask(statement, database);
  beforeAll(async () => {
    influx = await startInflux();
  }, 60_000);
  afterAll(() => influx.stop());
  beforeEach(async () => {
    await influx.ask('DROP DATABASE "meterhouse_readings"');
    await influx.ask('CREATE DATABASE "meterhouse_readings"');
  });

  /** A point a minute of a process, from so long ago to so long ago; of each, what is not well. */
  async function spoke(from: number, to: number, change: Record<string, number> = {}, process = 'ingest') {
    const lines: string[] = [];
    const all = { ...Object.fromEntries(houseSeries.house.fields.map((field) => [field, 0])), ...well, ...change };
    const fields = Object.entries(all).map(([field, value]) => `${field}=${value}`);
    for (let at = now - from; at <= now - to; at += minute)
      lines.push(`house,process=${process} ${fields.join(',')} ${at}`);
    const answer = await fetch(`${influx.url}/write?db=meterhouse_readings&precision=s`, {
      method: 'POST',
      body: lines.join('\n'),
      headers: { authorization: `Basic ${Buffer.from('admin:admin-secret').toString('base64')}` },
    });
    expect(answer.status).toBe(204);
  }
  const alerting = async (at = now): Promise<string[]> => {
    const told: string[] = [];
    for (const rule of rules) if (await alertsAt(rule, ask, at)) told.push(rule.title);
    return told;
  };
  const ruleOf = (uid: string): Rule => {
    const rule = rules.find((one) => one.uid === uid);
    if (!rule) throw new Error(`no rule ${uid}`);
    return rule;
  };

  test('a house that is well is told of nothing, and each rule has an answer', async () => {
    await spoke(26 * hour, 0);
    expect(await alerting()).toEqual([]);
    const answers: Evaluation[] = [];
    for (const rule of rules) answers.push(await evaluate(rule, ask, now));
    expect(answers.map((answer) => (typeof answer === 'string' ? answer : answer.size))).toEqual([1, 1, 1, 1]);
  });

  test('an estate that is silent for an hour is told of, and one for fifty minutes not yet', async () => {
    await spoke(5 * hour, 62 * minute);
    await spoke(61 * minute, 0, { receipt_lag_known: 0, meters_to_derive: 0, derived_half_hours: 0 });
    expect(await alerting(now - 10 * minute)).toEqual([]);
    expect(await alerting()).toEqual(['The estate is silent']);
  });

  test('a meter that speaks each half-hour keeps the estate from being silent', async () => {
    await spoke(5 * hour, 0, { receipt_lag_known: 0 });
    for (let at = 5 * hour; at >= 0; at -= hour / 2) await spoke(at, at, { receipt_lag_known: 1 });
    expect(await alerting()).toEqual([]);
  });

  test('ingest that stopped is told of within twenty minutes, once: the estate is not silent too', async () => {
    await spoke(5 * hour, 16 * minute);
    expect(await alerting()).toEqual(['Ingest has stopped']);
    expect(await alerting(now - 12 * minute)).toEqual([]);
    // Hours later there is nothing left to ask but the day before.
    expect(await alerting(now + 3 * hour)).toEqual(['Ingest has stopped']);
    expect(await alerting(now + 30 * hour)).toEqual(['Ingest has stopped']);
  });

  test('of two processes the one that stopped is named; after a day it is taken for gone', async () => {
    await spoke(30 * hour, 0, {}, 'one');
    await spoke(5 * hour, 40 * minute, {}, 'two');
    expect(await alerting()).toEqual(['Ingest has stopped']);
    const evaluation = await evaluate(ruleOf('meterhouse-ingest-stopped'), ask, now);
    expect(evaluation).toEqual(
      new Map([
        ['{"process":"one"}', false],
        ['{"process":"two"}', true],
      ]),
    );
    await spoke(30 * hour, 25 * hour, {}, 'three');
    expect(await alerting()).toEqual(['Ingest has stopped']);
    const later = await evaluate(ruleOf('meterhouse-ingest-stopped'), ask, now);
    expect(typeof later === 'string' ? later : [...later.keys()]).not.toContain('{"process":"three"}');
  });

  test('a house that never spoke is one whose ingest does not run', async () => {
    expect(await alerting()).toEqual(['Ingest has stopped']);
  });

  test('half-hours that are not worked out are told of while some wait, and not when there is nothing to do', async () => {
    await spoke(5 * hour, 67 * minute);
    await spoke(66 * minute, 0, { derived_half_hours: 0 });
    expect(await alerting()).toEqual(['Half-hours are not worked out']);
    await spoke(66 * minute, 0, { derived_half_hours: 0, meters_to_derive: 0 });
    expect(await alerting()).toEqual([]);
  });

  test('a delivery that was given up is told of once, and not for ever', async () => {
    await spoke(5 * hour, 20 * minute, { deliveries_undelivered: 2 });
    await spoke(19 * minute, 0, { deliveries_undelivered: 3 });
    expect(await alerting()).toEqual(['Alerts reach nobody']);
    await spoke(5 * hour, 0, { deliveries_undelivered: 3 });
    expect(await alerting()).toEqual([]);
  });

  test('a database that does not answer is told of by one rule alone', async () => {
    const away = (): Promise<unknown> => Promise.reject(new Error('connection refused'));
    const states = await Promise.all(rules.map(async (rule) => await evaluate(rule, away, now)));
    expect(states).toEqual(['error', 'error', 'error', 'error']);
    expect(rules.filter(({ execErrState }) => execErrState === 'Alerting').map(({ title }) => title)).toEqual([
      'Ingest has stopped',
    ]);
    expect(rules.filter(({ noDataState }) => noDataState === 'Alerting').map(({ title }) => title)).toEqual([
      'Ingest has stopped',
    ]);
  });
});
