import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../api/parts.ts';
import { buildServer } from '../../api/server.ts';
import { boards } from '../../dashboards/boards.ts';
import { dataSourceOf } from '../../dashboards/grafana-json.ts';
import type { Board, Panel, Query } from '../../dashboards/panel.ts';
import { addDays, dateOf, startOfDay, toIso } from '../../domain/time.ts';
import { describeWith } from '../servers/locate.ts';
import { type FilledHouse, fillHouse, sites } from './filled-house.ts';

interface Series {
  readonly tags?: Record<string, string>;
  readonly columns: string[];
  readonly values: (number | string | null)[][];
}
const panels = Array.from(boards.values()).flatMap((board) => board.panels.map((panel) => ({ board, panel })));

describeWith(['influxd'], 'the panels, asked of a real InfluxDB that the simulator filled', () => {
  let house: FilledHouse;
  let api: Api;
  beforeAll(async () => {
    house = await fillHouse();
    api = await buildServer({
      store: house.store,
      state: house.state,
      estate: () => house.estate,
      estateProblems: () => [],
      access: { auth: 'off', host: '127.0.0.1' },
      uploads: '',
      clock: () => house.now,
      randomBytes: (count) => randomBytes(count),
      log: pino({ level: 'silent' }),
      version: 'test',
    });
  }, 240_000);
  afterAll(async () => {
    await api.close();
    await house.close();
  });

  /** What Grafana makes of a query: variables and time put in. */
  function ask(query: Query, site: string, days: number, interval = '30m'): Promise<Series[]> {
    const text = query.influxql
      .replaceAll('$timeFilter', `time >= ${house.now - days * 86_400}s AND time < ${house.now}s`)
      .replaceAll('$__interval', interval)
      .replaceAll('/^$meter$/', '/.*/')
      .replaceAll('$site', site);
    return rows(text, dataSourceOf(query).uid.replace('meterhouse-', 'meterhouse_'));
  }
  async function rows(text: string, database: string): Promise<Series[]> {
    const answer = (await house.influx.ask(text, database)) as { results: { error?: string; series?: Series[] }[] };
    expect(answer.results[0]?.error).toBeUndefined();
    return answer.results[0]?.series ?? [];
  }
  async function figure(path: string): Promise<Record<string, unknown>[]> {
    const answer = await api.inject({ url: path });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json<{ figures: Record<string, unknown>[] }>().figures;
  }
  const panelOf = (board: string, id: number): Panel => {
    const panel = Array.from(boards.values())
      .find(({ uid }) => uid === board)
      ?.panels.find((one) => one.id === id);
    if (!panel) throw new Error(`no panel ${id} on ${board}`);
    return panel;
  };
  const firstValue = (series: readonly Series[]): number => Number(series[0]?.values[0]?.[1]);

  test('fifteen panels are asked', () => {
    expect(panels.length).toBe(15);
  });

  describe.each(panels)('$board.title: $panel.title', ({ panel }: { board: Board; panel: Panel }) => {
    // The community hospital has no year behind it; the year before is the surgery's alone.
    const days = panel.earlierBy ? 400 : 7;
    test.each(panel.queries)('$name', async (query) => {
      const series = await ask(query, 'fennick', days);
      const numbers = series.flatMap(({ values }) => values.map((row) => Number(row[1])));
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.filter((value) => !Number.isFinite(value) || value < 0)).toEqual([]);
    });
  });

  test.each(Array.from(boards.values()).flatMap(({ variables }) => variables))('variable $name', async (variable) => {
    const series = await rows(
      variable.influxql.replaceAll('$site', 'fennick'),
      dataSourceOf(variable).uid.replace('-', '_'),
    );
    const found = series.flatMap(({ values }) => values.map((row) => row[1]));
    // The third site burns oil from a tank: its days come from the register of the estate, not from messages.
    const expected = {
      site: ['brackenholt', 'fennick', 'wendmoor'],
      meter: ['fen-e-main', 'fen-g-main', 'fen-w-main'],
    };
    expect(found).toEqual(expected[variable.name as keyof typeof expected]);
  });

  // Days count whole from the first midnight in the range, for Grafana as for the API.
  const firstMidnight = (days: number): string => {
    const date = dateOf(house.now - days * 86_400);
    return toIso(startOfDay(addDays(date, startOfDay(date) < house.now - days * 86_400 ? 1 : 0)));
  };

  const tomorrow = (): string => addDays(dateOf(house.now), 1);

  test.each(Object.keys(sites))('kWh per m² of %s equals the API’s', async (site) => {
    const query = panelOf('meterhouse-site', 1).queries[0] as Query;
    const grafana = firstValue(await ask(query, site, 365));
    const from = site === 'fennick' ? firstMidnight(365) : firstMidnight(sites.brackenholt + 1);
    const [row] = await figure(`/v1/intensity?site=${site}&bucket=whole&from=${from}&to=${tomorrow()}`);
    const area = Number(row?.['gross_internal_area_m2']);
    expect(grafana).toBeGreaterThan(1);
    expect(grafana * area).toBeCloseTo(Number(row?.['energy_kwh']), 3);
  });

  test('emissions of a week equal the API’s', async () => {
    const query = panelOf('meterhouse-site', 4).queries[0] as Query;
    const grafana = firstValue(await ask(query, 'brackenholt', 7));
    const path = `/v1/carbon?site=brackenholt&bucket=whole&from=${firstMidnight(7)}&to=${tomorrow()}`;
    const [row] = await figure(path);
    expect(grafana).toBeGreaterThan(100);
    expect(grafana).toBeCloseTo(Number(row?.['emissions_kgco2e']), 3);
  });

  test('half-hours by meter equal the API’s', async () => {
    const query = panelOf('meterhouse-site', 5).queries[0] as Query;
    const grafana = await ask(query, 'fennick', 2);
    const from = toIso(house.now - 2 * 86_400 - (house.now % 1800) + 1800);
    const path = `/v1/consumption?by=meter&meter=fen-e-main&bucket=half_hour&from=${from}&to=${toIso(house.now - (house.now % 1800))}`;
    const known = (await figure(path)).map((row) => Number(row['energy_kwh']) * 2);
    const power =
      grafana.find(({ tags }) => tags?.['meter'] === 'fen-e-main')?.values.map((row) => Number(row[1])) ?? [];
    expect(known.length).toBe(95);
    expect(power.slice(0, known.length)).toEqual(known.map((value) => expect.closeTo(value, 6) as number));
  });

  test('power now is the sum of what the counted meters say', async () => {
    const [electricity] = panelOf('meterhouse-estate-live', 1).queries;
    const stat = firstValue(await ask(electricity as Query, '.*', 1));
    const at = Math.floor(house.now / 60) * 60;
    const minutes = await house.store.now(Object.keys(sites), { from: at, to: at + 60 });
    const loads = minutes.filter(({ utility }) => utility === 'electricity').map(({ rate }) => rate ?? Number.NaN);
    expect(loads.length).toBe(2);
    expect(stat).toBeCloseTo((loads[0] ?? 0) + (loads[1] ?? 0), 6);
  });
});
