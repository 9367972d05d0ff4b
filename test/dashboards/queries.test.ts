import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from '../../api/parts.ts';
import { buildServer } from '../../api/server.ts';
import { boards } from '../../dashboards/boards.ts';
import { dataSourceOf } from '../../dashboards/grafana-json.ts';
import type { Board, Panel, Query } from '../../dashboards/panel.ts';
import { disclosurePeriodOf } from '../../domain/certificates/disclosure-period.ts';
import { type Problem, sayProblem } from '../../domain/problems.ts';
import type { SeriesId } from '../../domain/series.ts';
import { addDays, addMonths, dateOf, monthOf, startOfDay, toIso } from '../../domain/time.ts';
import { describeWith } from '../servers/locate.ts';
import { type Series, testItself, testMeterPanels } from './asked-of-api.ts';
import { held } from './held-panels.ts';
import { compareCosts, costSeriesCompared, otherCosts } from './published-costs.ts';
import { compareSeries, published, type Row } from './published-figures.ts';
import { comparePlan, planPublished } from './published-plan.ts';
import { type FilledHouse, fillHouse, sites } from './filled-house.ts';

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
      registers: { of: () => undefined, at: () => undefined },
      estateProblems: () => [],
      access: { auth: 'off', host: '127.0.0.1' },
      uploads: '',
      clock: () => house.now,
      randomBytes: (count) => randomBytes(count),
      log: pino({ level: 'silent' }),
      version: 'test',
    });
  }, 600_000);
  afterAll(async () => {
    await api.close();
    await house.close();
  });

  /** What Grafana makes of a query: variables and time put in. */
  function ask(
    query: Pick<Query, 'series' | 'influxql'>,
    site: string,
    days: number,
    meter = '.*',
    interval = '30m',
    ahead = 0,
  ): Promise<Series[]> {
    const range = { from: house.now - days * 86_400, to: house.now + ahead * 86_400 };
    const text = query.influxql
      .replaceAll('$timeFilter', `time >= ${range.from}s AND time < ${range.to}s`)
      .replaceAll('$__interval', interval)
      .replaceAll('/^$meter$/', `/^(${metersOf(site).join('|')})$/`)
      .replaceAll('$meter', meter)
      .replaceAll('$balance', 'bra-e-main')
      .replaceAll('$organisation', '.*')
      .replaceAll('$building', '.*')
      .replaceAll('$way', '.*')
      .replaceAll('$process', '.*')
      .replaceAll('$target', '.*')
      .replaceAll('$baseline', '.*')
      .replaceAll('$utility', '.*')
      .replaceAll('$family', '.*')
      .replaceAll('$site', site);
    return rows(text, dataSourceOf(query).uid.replace('meterhouse-', 'meterhouse_'));
  }
  /** What hangs under the chosen sites, as Grafana would have it chosen. */
  function metersOf(site: string): string[] {
    const chosen = new RegExp(`^(${site})$`);
    return Array.from(house.estate.meters.values()).flatMap((meter) => (chosen.test(meter.site) ? [meter.id] : []));
  }
  async function rows(text: string, database: string): Promise<Series[]> {
    const answer = (await house.influx.ask(text, database)) as { results: { error?: string; series?: Series[] }[] };
    expect(answer.results[0]?.error).toBeUndefined();
    return answer.results[0]?.series ?? [];
  }
  let questions = 0;
  // The same question has the same answer: nothing is written any more.
  const answers = new Map<string, Promise<Record<string, Row[]>>>();
  async function figure(path: string, list = 'figures'): Promise<Row[]> {
    const answer = answers.get(path) ?? answerTo(path);
    answers.set(path, answer);
    return (await answer)[list] ?? [];
  }
  async function answerTo(path: string): Promise<Record<string, Row[]>> {
    // Each from an address of its own, as one may ask only so often.
    questions += 1;
    const answer = await api.inject({ url: path, remoteAddress: `10.0.${questions >> 8}.${questions & 255}` });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    return answer.json<Record<string, Row[]>>();
  }
  /** Panels that were asked for something that the API says too. */
  const asFigures = new Set<string>();
  const panelOf = (board: string, id: number): Panel => {
    asFigures.add(`${board} ${id}`);
    const panel = Array.from(boards.values())
      .find(({ uid }) => uid === board)
      ?.panels.find((one) => one.id === id);
    if (!panel) throw new Error(`no panel ${id} on ${board}`);
    return panel;
  };
  const firstValue = (series: readonly Series[]): number => Number(series[0]?.values[0]?.[1]);

  test('a hundred and fifty-five panels are asked', () => {
    expect(panels.length).toBe(155);
  });

  /** Whom a panel is asked of where it is not the surgery: who has what it shows. */
  const asked: Readonly<Record<string, readonly [site: string, meter?: string]>> = {
    'Data quality': ['brackenholt'],
    'Mains against sub-meters, water': ['saltmere-general'],
    'Silent meters, last heard': ['saltmere-general'],
    'Own renewable energy used on site': ['brackenholt'],
    'Own generation, used and exported, by disclosure year': ['brackenholt'],
    'Against TM46 and the sites of its type': ['.*'],
    'Against EnCO2de (HTM 07-02)': ['.*'],
    'Twelve months to the end of each month': ['.*'],
    'League of sites, last twelve months': ['.*'],
    'Cover by site, disclosure year to date': ['.*'],
    'Matched half-hour by half-hour': ['brackenholt'],
    'What met the use': ['brackenholt'],
    'Apart: the grid at the time of use': ['brackenholt'],
    Tariffs: ['.*'],
    'Four-step plan': ['.*'],
    'Abnormal usage': ['.*'],
    Meter: ['brackenholt', 'bra-e-wards'],
    'Half-hours, water': ['brackenholt', 'bra-w-main'],
    'Power and flow, as sent': ['brackenholt', 'bra-e-pv'],
    'Estimated, with the rule': ['brackenholt', 'bra-e-kitchen'],
  };

  describe.each(panels)('$board.title: $panel.title', ({ board, panel }: { board: Board; panel: Panel }) => {
    // The community hospital has no year behind it; the year before is the surgery's alone.
    const days = board.to ? 3_000 : panel.earlierBy || board.from === 'now-2y' ? 400 : 7;
    // A plan looks ahead.
    const ahead = board.to ? 9_000 : 0;
    test.each(panel.queries)('$name', async (query) => {
      const [site, meter] = asked[panel.title] ?? asked[board.title] ?? ['fennick'];
      const series = await ask(query, site, days, meter, undefined, ahead);
      const cells = series.flatMap(({ values }) => values.flatMap((row) => row.slice(1)));
      // The half-hour water panel shows what is measured; nothing of it is estimated here.
      // The sample estate reports scopes 1 and 2. Of EnCO2de no value was seen in print.
      const none = ['Scope 3', '$tag_place: existing, confirmed'];
      const isNone = (panel.title.startsWith('Half-hours') && query.name === 'Estimated') || none.includes(query.name);
      expect(cells.length).toBeGreaterThan(isNone ? -1 : 0);
      // A gap in a table with words has one; no column is all gaps.
      const columns = (series[0]?.columns ?? []).map((_, i) =>
        series.flatMap(({ values }) => values.map((row) => row[i])),
      );
      const isGap = (column: readonly unknown[]): boolean => column.every((cell) => cell === null);
      // What no site here has a meter for is known of none: that it is the API's is asked below.
      const gaps =
        panel.columns && query.series !== 'plan_indicator' ? columns.filter(isGap) : panel.columns ? [] : cells;
      expect(gaps.filter((cell) => cell === null || Array.isArray(cell))).toEqual([]);
      const numbers = cells.filter((cell) => typeof cell === 'number');
      expect(numbers.filter((value) => !Number.isFinite(value) || (value < 0 && !panel.signed))).toEqual([]);
    });
  });

  const marked = Array.from(boards.values()).flatMap((board) =>
    (board.annotations ?? []).map((annotation) => ({ board, annotation })),
  );
  test('every board that has a time and a place has all marks, some of them off', () => {
    const found = Map.groupBy(marked, ({ board }) => board.title);
    const without = Array.from(boards.values()).filter(({ title }) => !found.has(title));
    expect(without.map(({ title }) => title)).toEqual(['Meterhouse itself']);
    const all = ['Alerts', 'Alerts that are over', 'Measures and other changes', 'Exchanges', 'Sign-offs'];
    for (const list of found.values()) expect(list.map(({ annotation }) => annotation.name)).toEqual(all);
    const off = new Map(
      [...found].map(([title, list]) => [title, list.filter(({ annotation }) => annotation.off).length]),
    );
    expect(Object.fromEntries(off)).toEqual({
      'Estate live': 1,
      Site: 0,
      'Data quality': 3,
      Meter: 0,
      Intensity: 3,
      'Carbon and renewable supply': 3,
      Tariffs: 3,
      'Abnormal usage': 1,
      'Four-step plan': 3,
    });
  });
  /** What is told of the water meter of the surgery, and what was signed of another site. */
  const ofWater: Partial<Record<SeriesId, string>> = {
    alert_event: 'water',
    plan_event: 'fen-taps',
    exchange: 'fen-w-main',
  };
  const siteOf = (board: Board): string => (['Site', 'Meter'].includes(board.title) ? 'fennick' : '.*');
  test.each(marked)('marks on $board.title: $annotation.name', async ({ board, annotation }) => {
    const [found] = await ask(annotation, siteOf(board), 400, 'fen-g-main');
    expect(found?.columns).toEqual(['time', 'title', 'text', 'tags']);
    const cells = (found?.values ?? []).flatMap((row) => row.slice(1));
    expect(cells.length).toBeGreaterThanOrEqual(3);
    expect(cells.filter((cell) => typeof cell !== 'string' || cell === '')).toEqual([]);
    // Those of the meter are of its own alert, its own measures and its own exchange, alone.
    const water = ofWater[annotation.series];
    expect(water === undefined || cells.join(' ').includes(water)).toBe(water === undefined || board.title !== 'Meter');
  });
  const signed = marked.filter(({ annotation }) => annotation.series === 'sign_off');
  test.each(signed)('sign-offs on $board.title are those of its sites in the API', async ({ board, annotation }) => {
    const site = siteOf(board);
    const all = await figure('/v1/sign-offs', 'sign_offs');
    const told = all.filter((row) => site === '.*' || (row['sites'] as string[]).includes(site));
    expect(told.length).toBe(site === '.*' ? 3 : 2);
    const [found] = await ask(annotation, site, 400, 'fen-g-main');
    const marks = (found?.values ?? []).map(([at, , text]) => [
      Date.parse(String(at)),
      /sign-off (\d+)/.exec(String(text))?.[1],
    ]);
    expect(marks).toEqual(told.map((row) => [Date.parse(String(row['at'])), String(row['id'])]));
    // Who signed, and why, is for the API to tell.
    expect(JSON.stringify(found)).not.toMatch(/Ada|report/);
  });

  const choices = Array.from(boards.values()).flatMap((board) =>
    board.variables.map((variable) => ({ board: board.title, variable })),
  );
  test.each(choices)('what can be chosen on $board: $variable.name', async ({ variable }) => {
    const series = await rows(
      variable.influxql
        .replaceAll('$organisation', 'wend-practices')
        .replaceAll('$way', 'wend-practices')
        .replaceAll('$target', '.*')
        .replaceAll('$site', 'fennick')
        .replaceAll('$utility', '(gas|none)')
        .replaceAll('$building', '.*')
        .replaceAll('$family', '.*')
        .replaceAll('$meter', 'bra-e-wards'),
      dataSourceOf(variable).uid.replace('-', '_'),
    );
    const found = series.flatMap(({ values }) => values.map((row) => row[1]));
    const { organisations, sites: all } = house.estate;
    const ofPractices = Array.from(all.values()).filter(({ organisation }) => organisation === 'wend-practices');
    const expected = {
      'place organisation': [...organisations.keys()].filter((id) =>
        Array.from(all.values()).some(({ organisation }) => organisation === id),
      ),
      'place site': ofPractices.map(({ id }) => id),
      'place utility': ['electricity', 'gas', 'water'],
      'place building': ['none'],
      'place meter': variable.influxql.includes('$utility')
        ? ['fen-g-main']
        : ['fen-e-main', 'fen-g-main', 'fen-w-main'],
      'residual_meter balance': ['bra-e-main'],
      'month_cost organisation': ['saltmere-wend-trust', 'wend-community', 'wend-practices'],
      'month_cost site': ['fennick'],
      'month_cost utility': ['electricity', 'gas', 'water'],
      'alert family': ['heat', 'power', 'water'],
      'plan_trajectory way': ['wend-practices'],
      'plan_trajectory target': ['nhs-carbon-footprint'],
      'plan_trajectory baseline': ['practices-2019-20'],
      'house process': ['test'],
    };
    const name = `${variable.series} ${variable.name}`;
    expect(expected).toHaveProperty(name);
    expect(found).toEqual(expected[name as keyof typeof expected].toSorted());
  });

  test('of every organisation each site can be chosen, and each building of a site', async () => {
    const under = async (tag: string, where: string): Promise<unknown[]> => {
      const text = `SHOW TAG VALUES FROM "place" WITH KEY = "${tag}" WHERE ${where}`;
      return (await rows(text, 'meterhouse_figures')).flatMap(({ values }) => values.map((row) => row[1]));
    };
    const all = Array.from(house.estate.sites.values());
    expect(all.length).toBeGreaterThan(8);
    for (const { id, organisation } of all)
      expect(await under('site', `"organisation" = '${organisation}'`)).toContain(id);
    const buildings = all.flatMap((site) => site.buildings.map(({ id }) => [site.id, id] as const));
    expect(buildings.length).toBeGreaterThan(3);
    for (const [site, id] of buildings) expect(await under('building', `"site" = '${site}'`)).toContain(id);
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

  test.each([
    [5, 'fen-e-main', 'energy_kwh'],
    [6, 'fen-w-main', 'volume_m3'],
  ])('half-hours by meter (panel %d) equal the API’s', async (id, meter, key) => {
    const query = panelOf('meterhouse-site', id).queries[0] as Query;
    const grafana = await ask(query, 'fennick', 2);
    const from = toIso(house.now - 2 * 86_400 - (house.now % 1800) + 1800);
    const path = `/v1/consumption?by=meter&meter=${meter}&bucket=half_hour&from=${from}&to=${toIso(house.now - (house.now % 1800))}`;
    const known = (await figure(path)).map((row) => Number(row[key]) * 2);
    const power = grafana.find(({ tags }) => tags?.['meter'] === meter)?.values.map((row) => Number(row[1])) ?? [];
    expect(known.length).toBe(95);
    expect(power.slice(0, known.length)).toEqual(known.map((value) => expect.closeTo(value, 6) as number));
  });

  /** By day of London, from the API, as a map from the epoch second of its midnight. */
  async function byDay(path: string, key: string, list = 'figures'): Promise<Map<number, number>> {
    const answer = await api.inject({ url: path });
    if (answer.statusCode !== 200) throw new Error(answer.body);
    const found = answer.json<Record<string, Record<string, unknown>[]>>()[list] ?? [];
    return new Map(found.map((row) => [Date.parse(String(row['from'] ?? row['day'])) / 1000, Number(row[key])]));
  }
  const pointsOf = (series: readonly Series[], tag: string, value: string): [number, number][] =>
    series
      .filter(({ tags }) => tags?.[tag] === value)
      .flatMap(({ values }) =>
        values.map((row): [number, number] => [Date.parse(String(row[0])) / 1000, Number(row[1])]),
      );

  test.each([
    [6, 'meter', 'bra-e-wards', 'by=meter&meter=bra-e-wards'],
    [5, 'utility', 'electricity', 'by=site&site=brackenholt&utility=electricity'],
  ])('measured share by day (panel %d, %s) equals the API’s', async (id, tag, value, filter) => {
    const [query] = panelOf('meterhouse-data-quality', id).queries;
    const grafana = pointsOf(await ask(query as Query, 'brackenholt', 7), tag, value);
    const path = `/v1/consumption?${filter}&bucket=day&from=${firstMidnight(7)}&to=${tomorrow()}`;
    const told = await byDay(path, 'measured_share');
    // The API leaves the half-hour that is not over out of today, of which just after midnight nothing else is there.
    const today = startOfDay(dateOf(house.now));
    const over = grafana.filter(([at]) => at < today);
    expect(over.length).toBeGreaterThanOrEqual(6);
    // The ward meter was silent for half a day; the main, by which the site is counted, was not.
    expect(Math.min(...over.map(([, share]) => share)) < 0.9).toBe(tag === 'meter');
    for (const [at, share] of over) expect(share).toBeCloseTo(told.get(at) ?? Number.NaN, 6);
  });

  test('residuals and their bounds equal the API’s', async () => {
    const [residual, bound] = panelOf('meterhouse-data-quality', 11).queries;
    const path = `/v1/reconciliation?site=brackenholt&utility=electricity&by=day&from=${firstMidnight(7)}&to=${toIso(house.now)}`;
    for (const [query, key] of [
      [residual, 'residual_kwh'],
      [bound, 'bound_kwh'],
    ] as const) {
      const grafana = pointsOf(await ask(query as Query, 'brackenholt', 7), 'of', 'bra-e-main');
      const told = await byDay(path, key, 'balances');
      expect(grafana.length).toBeGreaterThanOrEqual(6);
      for (const [at, amount] of grafana) expect(amount).toBeCloseTo(told.get(at) ?? Number.NaN, 6);
    }
  });

  test('ledgers by day equal the API’s, and everything received is accounted for', async () => {
    const from = new Date((house.now - 6 * 86_400) * 1000).toISOString().slice(0, 10);
    const to = new Date(house.now * 1000).toISOString().slice(0, 10);
    const path = `/v1/data-quality/ledgers?from=${from}&to=${to}`;
    for (const query of [
      ...panelOf('meterhouse-data-quality', 7).queries,
      ...panelOf('meterhouse-data-quality', 8).queries,
    ]) {
      const field = /sum\("(\w+)"\)/.exec(query.influxql)?.[1] ?? '';
      const told = await byDay(path, field, 'ledgers');
      const grafana = (await ask(query, '.*', 6)).flatMap(({ values }) => values);
      expect(grafana.length).toBeGreaterThanOrEqual(6);
      for (const [at, count] of grafana) expect(Number(count)).toBe(told.get(Date.parse(String(at)) / 1000));
    }
    const [unaccounted] = panelOf('meterhouse-data-quality', 2).queries;
    expect(firstValue(await ask(unaccounted as Query, '.*', 30))).toBe(0);
  });

  test('quarantine by reason equals the API’s', async () => {
    const [query] = panelOf('meterhouse-data-quality', 9).queries;
    const grafana = (await ask(query as Query, '.*', 7)).map(({ tags, values }) => [tags?.['code'], values[0]?.[1]]);
    const answer = await api.inject({ url: '/v1/quarantine?limit=1000' });
    const { messages } = answer.json<{ messages: { code: string }[] }>();
    const told = [...Map.groupBy(messages, ({ code }) => code)].map(([code, list]) => [code, list.length]);
    expect(told.map(([code]) => code)).toContain('message.unregistered');
    expect(new Set(grafana)).toEqual(new Set(told));
    const { messages: open } = (await api.inject({ url: '/v1/quarantine?limit=1000&replayed=false' })).json<{
      messages: unknown[];
    }>();
    const [waiting] = panelOf('meterhouse-data-quality', 3).queries;
    expect(firstValue(await ask(waiting as Query, '.*', 7))).toBe(open.length);
  });

  const asking = {
    house: () => house,
    panelOf,
    ask: (query: Query, site: string, days: number, rest: { meter?: string; interval?: string; ahead?: number } = {}) =>
      ask(query, site, days, rest.meter, rest.interval, rest.ahead),
    figure,
    async metrics() {
      const { body } = await api.inject({ url: '/metrics' });
      return new Map(
        Array.from(body.matchAll(/^([a-z]\S+) (\S+)$/gm), ([, name, value]) => [String(name), Number(value)]),
      );
    },
  };
  testMeterPanels(asking);
  testItself(asking);

  test('silent meters are those that the API calls overdue', async () => {
    const [query] = panelOf('meterhouse-data-quality', 10).queries;
    const grafana = (await ask(query as Query, 'saltmere-general', 1)).map(({ tags }) => tags?.['meter']);
    const path = `/v1/data-quality?site=saltmere-general&from=${firstMidnight(1)}&to=${tomorrow()}`;
    const { meters } = (await api.inject({ url: path })).json<{ meters: { meter: string; overdue: boolean }[] }>();
    const told = meters.filter(({ overdue }) => overdue).map(({ meter }) => meter);
    expect(told.length).toBeGreaterThan(10);
    expect(new Set(grafana)).toEqual(new Set(told));
    const [stat] = panelOf('meterhouse-data-quality', 1).queries;
    expect(firstValue(await ask(stat as Query, 'saltmere-general', 1))).toBe(told.length);
  });

  const points = async (id: SeriesId): Promise<Row[]> => {
    const [found] = await rows(`SELECT * FROM "${id}"`, 'meterhouse_figures');
    return (found?.values ?? []).map((row) => Object.fromEntries(row.map((cell, i) => [found?.columns[i], cell])));
  };
  test.each(published)('every figure of $id equals the API’s', async (series) => {
    const { compared, known, buckets } = await compareSeries({ points, figures: figure }, series);
    expect(buckets).toBeGreaterThanOrEqual(series.buckets);
    expect(compared).toBeGreaterThan(known);
    expect(known).toBeGreaterThan(series.known);
  });

  test('there are thirteen series of figures', () => {
    expect(published.length).toBe(13);
  });

  test.each(planPublished)('all of $id equals $path', { timeout: 60_000 }, async (series) => {
    expect(await comparePlan({ points, figures: figure }, series)).toBeGreaterThanOrEqual(series.known);
  });

  const ofPlan = async (id: number, site = '.*'): Promise<Series[]> =>
    await ask(panelOf('meterhouse-four-step-plan', id).queries[0] as Query, site, 3_000, '.*', '1d', 9_000);
  const columnOf = (list: readonly Series[], tag: string, name: string): Map<string, unknown> =>
    new Map(list.map(({ tags, columns, values }) => [String(tags?.[tag]), values[0]?.[columns.indexOf(name)]]));

  test('the board of the plan says where sites stand, and counts, as the API does', async () => {
    const steps = await figure('/v1/plan/standing?by=site', 'steps');
    const stand = steps.filter((row) => row['stands_here'] === true);
    expect(stand.length).toBe(house.estate.sites.size);
    expect(columnOf(await ofPlan(7), 'site', 'Stands at')).toEqual(
      new Map(stand.map((row) => [String(row['site']), row['step']])),
    );
    const measures = await figure('/v1/measures', 'measures');
    const toCome = measures.filter((row) => !['installed', 'withdrawn'].includes(String(row['status'])));
    const sumOf = (key: string): number => toCome.reduce((sum, row) => sum + Number(row[key] ?? 0), 0);
    const savings = (await figure('/v1/plan/savings', 'savings')).filter((row) => row['kind'] === 'to_date');
    const isSeen = (row: Row): boolean => ['saves', 'made'].includes(String(row['verdict']));
    const stats = (await Promise.all([1, 2, 3, 4, 5, 6].map((id) => ofPlan(id)))).map(firstValue);
    // What is expected to take more, and what no number tells, is not among them.
    const isUnseen = (row: Row): boolean =>
      ['not_shown', 'uses_more'].includes(String(row['verdict'])) && !(Number(row['expected_kwh_per_year'] ?? 0) < 0);
    expect(savings.filter(isUnseen).map((row) => row['meter'])).toEqual(['lar-e-main']);
    expect(stats).toEqual([
      steps.filter((row) => row['state'] === 'contradicted').length,
      measures.filter((row) => (row['before'] as string[]).length > 0).length,
      sumOf('funding_gap_gbp'),
      sumOf('saves_kgco2e_per_year'),
      savings.filter(isSeen).length,
      savings.filter(isUnseen).length,
    ]);
  });

  test('its tables have the API’s measures, what a tonne costs, and what was saved', async () => {
    const measures = await figure('/v1/measures', 'measures');
    const by = (key: string, list = measures): Map<string, unknown> =>
      new Map(list.map((row) => [String(row['measure']), row[key]]));
    const table = await ofPlan(18);
    expect(columnOf(table, 'measure', 'Capital')).toEqual(by('capital_gbp'));
    expect(columnOf(table, 'measure', 'CO₂e a year')).toEqual(by('saves_kgco2e_per_year'));
    const early = measures.filter((row) => (row['before'] as string[]).length > 0);
    expect([...columnOf(await ofPlan(19), 'measure', 'Status').keys()]).toEqual(
      early.map((row) => String(row['measure'])).sort(),
    );
    const curve = (await figure('/v1/measures?sort=cost_per_tonne&site=fennick', 'measures')).filter(
      (row) => row['cost_gbp_per_tco2e'] !== null,
    );
    expect(curve.length).toBeGreaterThan(0);
    expect(columnOf(await ofPlan(20, 'fennick'), 'measure', '£ per tonne')).toEqual(by('cost_gbp_per_tco2e', curve));
    const savings = (await figure('/v1/plan/savings?site=fennick', 'savings')).filter(
      (row) => row['kind'] === 'to_date' && row['meter'] === 'fen-g-main',
    );
    expect(columnOf(await ofPlan(21, 'fennick'), 'meter', 'A year').get('fen-g-main')).toBe(
      savings[0]?.['saved_kwh_per_year'],
    );
  });

  test('its way to the target is the API’s, in tonnes', async () => {
    const told = await figure('/v1/plan/trajectory?organisation=wend-practices', 'points');
    for (const [at, key, isOver] of [
      [0, 'emissions_kgco2e', true],
      [1, 'upper_line_kgco2e', false],
      [6, 'possible_kgco2e', false],
    ] as const) {
      const query = panelOf('meterhouse-four-step-plan', 15).queries[at] as Query;
      const own = { ...query, influxql: query.influxql.replaceAll('$way', 'wend-practices') };
      const values = (await ask(own, '.*', 3_000, '.*', '1d', 9_000)).flatMap((one) => one.values);
      // What is parted into use and factors is a year that is whole.
      const known = told.filter((row) => row[key] !== null && !(isOver && row['change_in_use_kgco2e'] === null));
      const tonnes = new Map(known.map((row) => [Date.parse(String(row['from'])), Number(row[key]) / 1000]));
      expect(tonnes.size).toBeGreaterThan(isOver ? 0 : 10);
      const found = new Map(values.map(([time, value]) => [Date.parse(String(time)), value]));
      for (const [time, value] of tonnes) expect(found.get(time)).toBeCloseTo(value, 9);
    }
  });

  const costs = async (query: string): Promise<Row[] | string> => {
    questions += 1;
    const remoteAddress = `10.1.${questions >> 8}.${questions & 255}`;
    const answer = await api.inject({ url: `/v1/costs?${query}`, remoteAddress });
    const { costs: found, problems } = answer.json<{ costs?: Row[]; problems?: Problem[] }>();
    return found ?? (problems ?? []).map(sayProblem).join('\n');
  };
  const supplyPoints = (): Promise<Row[]> => figure('/v1/supply-points?demand=last_12_months', 'supply_points');

  test.each(Object.entries(otherCosts))(
    'what $0 says equals the API’s',
    { timeout: 60_000 },
    async (_name, compare) => {
      expect(await compare({ points, costs, supplyPoints }, house.now)).toBeGreaterThan(0);
    },
  );

  test.each(costSeriesCompared)('every cost of $id equals the API’s', { timeout: 60_000 }, async (series) => {
    const known = await compareCosts({ points, costs }, series);
    expect(known).toBeGreaterThanOrEqual(series.known);
  });

  const ofFennick = async (id: number): Promise<Series[]> =>
    await ask(panelOf('meterhouse-tariffs', id).queries[0] as Query, 'fennick', 400);
  const fennicks = async (query: string): Promise<Row[]> => {
    const told = await costs(`site=fennick&${query}`);
    if (typeof told === 'string') throw new Error(told);
    return told;
  };

  test('the board of tariffs adds up what the API answers', async () => {
    const yesterday = addDays(dateOf(house.now), -1);
    const soFar = await fennicks(`bucket=whole&from=${monthOf(yesterday)}&to=${dateOf(house.now)}`);
    const whole = soFar.reduce((sum, row) => sum + Number(row['cost_gbp']), 0);
    expect(soFar.length).toBe(3);
    expect(firstValue(await ofFennick(1))).toBeCloseTo(whole, 6);

    const year = `from=${addMonths(monthOf(dateOf(house.now)), -11)}&to=${tomorrow()}`;
    const told = await costs(`supply_point=fen-power&bucket=month&${year}`);
    const months = typeof told === 'string' ? [] : told;
    const [cost, use] = ['cost_gbp', 'use_kwh'].map((key) => months.reduce((sum, row) => sum + Number(row[key]), 0));
    const row = (await ofFennick(15)).find(({ tags }) => tags?.['supply_point'] === 'fen-power');
    const cell = (name: string): unknown => row?.values[0]?.[row.columns.indexOf(name)];
    expect(cell('Cost')).toBeCloseTo(cost ?? 0, 6);
    expect(cell('All in')).toBeCloseTo((100 * (cost ?? 0)) / (use ?? 0), 9);
    expect(cell('Rates are')).toBe(months.at(-1)?.['rate_standing']);

    const line = (await ofFennick(16)).find(({ tags }) => tags?.['supply_point'] === 'fen-power')?.values ?? [];
    const pence = new Map(months.map((one) => [Date.parse(String(one['from'])), Number(one['all_in_p_per_kwh'])]));
    const over = line.filter(([at]) => pence.has(Date.parse(String(at))));
    expect(over.length).toBe(12);
    for (const [at, value] of over) expect(value).toBeCloseTo(pence.get(Date.parse(String(at))) ?? Number.NaN, 9);
  });

  test('the board of tariffs names what is due and what could not be costed', async () => {
    const reminders = (await supplyPoints()).flatMap((row) => row['reminders'] as string[]);
    const [due] = panelOf('meterhouse-tariffs', 12).queries;
    expect(firstValue(await ask(due as Query, '.*', 400))).toBe(reminders.length);
    const dates = await ofFennick(21);
    const notice = dates.find(({ tags }) => tags?.['supply_point'] === 'fen-power' && tags['about'] === 'notice');
    expect(notice?.values.map((row) => row.slice(1))).toEqual([[20, 1, 'Saltmarsh Energy (sample)']]);
    const [uncosted] = panelOf('meterhouse-tariffs', 24).queries;
    const found = (await ask(uncosted as Query, '.*', 400)).map(({ tags, values }) => [tags?.['supply_point'], values]);
    expect(found.map(([point]) => point)).toContain('sal-power');
    expect(JSON.stringify(found)).toContain('To mend it');
    const [count] = panelOf('meterhouse-tariffs', 11).queries;
    expect(firstValue(await ask(count as Query, 'fennick', 400))).toBe(0);
  });

  const ofAlerts = async (id: number): Promise<Series[]> =>
    await ask(panelOf('meterhouse-abnormal-usage', id).queries[0] as Query, '.*', 400);
  const cellsOf = (list: readonly Series[], names: readonly string[]): Map<string | undefined, unknown[]> =>
    new Map(
      list.map(({ tags, columns, values }) => [
        tags?.['alert'],
        names.map((name) => values[0]?.[columns.indexOf(name)]),
      ]),
    );

  test('open alerts are the API’s, each and in their sums', async () => {
    const live = 'state=open,acknowledged,shelved,watching';
    const told = new Map((await figure(`/v1/alerts?${live}`, 'alerts')).map((row) => [row['id'], row]));
    const answer = await api.inject({ url: `/v1/alerts?${live}&limit=1` });
    const { together } = answer.json<{ together: Record<string, number> }>();
    const stats = (await Promise.all([1, 4, 5].map(ofAlerts))).map(firstValue);
    expect(stats).toEqual([5, together['cost_gbp_per_week'], together['without_price']]);
    const keys = {
      What: 'says',
      Where: 'subject_name',
      '£ a week': 'cost_gbp_per_week',
      '£ so far': 'cost_gbp',
      'CO₂e a week': 'emissions_kgco2e_per_week',
      State: 'state',
    };
    const rows = cellsOf(await ofAlerts(7), Object.keys(keys));
    expect(rows.size).toBe(5);
    for (const [id, cells] of rows) expect(cells).toEqual(Object.values(keys).map((key) => told.get(id)?.[key]));
    const days = await ofAlerts(9);
    expect(days.reduce((sum, { values }) => sum + Number(values.at(-1)?.[1]), 0)).toBe(5);
  });

  test('how much people are told is the API’s, without who they are', async () => {
    const from = toIso(startOfDay(addDays(dateOf(house.now), -30)));
    const path = `/v1/alarm-load?from=${from}&to=${tomorrow()}`;
    const found = await figure(path, 'days');
    const told = (await api.inject({ url: path })).json<{ nuisance_share: number }>();
    const byDay = Map.groupBy(found, (row) => `${String(row['channel'])} ${String(row['date'])}`);
    const most = new Map(
      Array.from(byDay, ([key, list]) => [key, Math.max(...list.map((row) => Number(row['notices'])))] as const),
    );
    const days = (await ofAlerts(12)).flatMap(({ tags, values }) =>
      values.map(([at, value]): [string, number] => {
        return [`${tags?.['channel']} ${dateOf(Date.parse(String(at)) / 1000)}`, Number(value)];
      }),
    );
    expect(most.size).toBe(3);
    expect(new Map(days)).toEqual(most);
    expect(firstValue(await ofAlerts(19))).toBe(1);
    const [nuisance] = panelOf('meterhouse-abnormal-usage', 18).queries;
    expect(firstValue(await ask(nuisance as Query, '.*', 30))).toBe(told.nuisance_share);
    const series = await rows('SELECT * FROM "day_alarm_load"', 'meterhouse_figures');
    expect(JSON.stringify(series)).not.toContain('example.org');
  });

  test('what is saved so far is the API’s, and the days add up to it', async () => {
    const told = await figure('/v1/alerts/savings', 'savings');
    const keys = ['saved_gbp', 'saved_kgco2e', 'saved_kwh', 'saved_m3'];
    const names = ['£ so far', 'CO₂e so far', 'kWh so far', 'm³ so far'];
    const rows = cellsOf(await ofAlerts(14), names);
    expect(new Set(rows.keys())).toEqual(new Set(told.map((row) => row['alert'])));
    for (const row of told) expect(rows.get(String(row['alert']))).toEqual(keys.map((key) => row[key]));
    // 27.20 pounds a week for 30 days and for 50.
    const soFar = firstValue(await ofAlerts(6));
    expect(soFar).toBeCloseTo((27.2 * 80) / 7, 6);
    const days = (await ofAlerts(13)).flatMap(({ values }) => values.map((row) => Number(row[1])));
    expect(days.reduce((sum, one) => sum + one, 0)).toBeCloseTo(soFar, 6);
  });

  // The last month that is over, and the twelve months that end with it.
  const lastMonth = (): string => addMonths(monthOf(dateOf(house.now)), -1);
  const lastYear = async (path: string): Promise<Row[]> =>
    await figure(`/v1/${path}&bucket=rolling_year&from=${lastMonth()}&to=${addMonths(lastMonth(), 1)}`);
  const valuesBy = (list: readonly Series[], tags: readonly string[]): Map<string, number> =>
    new Map(list.map((one) => [tags.map((tag) => one.tags?.[tag]).join(' '), Number(one.values.at(-1)?.[1])]));

  test('twelve months of a site equal the API’s, by both boards', async () => {
    const [intensity] = await lastYear('intensity?by=site&site=fennick');
    const [carbon] = await lastYear('carbon?by=site&site=fennick');
    const [perArea] = panelOf('meterhouse-intensity', 1).queries;
    const [emissions] = panelOf('meterhouse-carbon', 1).queries;
    const found = firstValue(await ask(perArea as Query, 'fennick', 400));
    expect(found).toBeGreaterThan(50);
    expect(found).toBeCloseTo(Number(intensity?.['intensity_kwh_per_m2']), 9);
    const emitted = firstValue(await ask(emissions as Query, 'fennick', 400));
    expect(emitted).toBeGreaterThan(1_000);
    expect(emitted).toBeCloseTo(Number(carbon?.['emissions_kgco2e']), 6);
  });

  test('the fuels have the API’s sites, and its order', async () => {
    const [path, keys] = ['intensity?by=site&split=utility', ['place', 'utility', 'source']] as const;
    const panel = panelOf('meterhouse-intensity', 6);
    const grafana = await ask(panel.queries[0] as Query, '.*', 400);
    expect(grafana[0]?.columns[1]).toBe(panel.sortedBy);
    const rows = (await lastYear(path)).filter((row) => typeof row['intensity_kwh_per_m2'] === 'number');
    const told = rows.map((row): [string, number] => [
      keys.map((key) => row[key]).join(' '),
      Number(row['intensity_kwh_per_m2']),
    ]);
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(valuesBy(grafana, keys)).toEqual(new Map(told));
  });

  const year = (): string => `from=${addMonths(lastMonth(), -11)}&to=${addMonths(lastMonth(), 1)}`;
  const disclosureYear = (): string => `period=${disclosurePeriodOf(dateOf(house.now))}`;

  test.each([
    [
      'meterhouse-intensity',
      5,
      11,
      () => figure(`/v1/intensity/comparisons?by=site&${year()}`),
      {
        Type: 'site_type',
        'kWh per m²': 'intensity_kwh_per_m2',
        'Of benchmark': 'tm46_ratio',
        'TM46 is': 'tm46_standing',
        'Quarter of its type': 'quarter',
        'Last year': 'last_year_kwh_per_m2',
        Change: 'change_share',
        'In a usual year': 'corrected_kwh_per_m2',
        'Change, same weather': 'corrected_change_share',
        'No benchmark because': 'benchmark_gap',
      },
    ],
    [
      'meterhouse-intensity',
      16,
      4,
      () => figure(`/v1/weather/signature?${year()}`, 'signatures'),
      {
        'Base load, kWh/day': 'baseload_kwh_per_day',
        'Slope, kWh/°C·day': 'slope_kwh_per_degree_day',
        'R²': 'r_squared',
        Months: 'point_count',
        'In words': 'says',
      },
    ],
    [
      'meterhouse-carbon',
      14,
      11,
      () => figure(`/v1/cover?by=site&${disclosureYear()}`),
      {
        Bought: 'bought_kwh',
        Retired: 'covered_retired_kwh',
        Allocated: 'covered_allocated_kwh',
        Promised: 'covered_contracted_kwh',
        Uncovered: 'uncovered_kwh',
        'With evidence': 'cover_share',
        Renewable: 'renewable_share',
        'If all is kept': 'renewable_share_expected',
      },
    ],
  ] as const)('the table of %s, panel %d, has the API’s rows', async (board, id, least, answer, keys) => {
    const [query] = panelOf(board, id).queries;
    const found = await ask(query as Query, '.*', 400);
    const nameOf = (row: Row): string => [row['place'], row['utility'] ?? ''].join(' ');
    const told = new Map((await answer()).map((row) => [nameOf(row), row]));
    expect(found.length).toBeGreaterThanOrEqual(least);
    let known = 0;
    for (const { tags = {}, columns, values } of found) {
      const row = told.get(nameOf(tags));
      for (const [column, key] of Object.entries(keys)) {
        const cell = values[0]?.[columns.indexOf(column)];
        expect([nameOf(tags), column, cell]).toEqual([
          nameOf(tags),
          column,
          row?.[key] ?? (typeof cell === 'string' ? '' : null),
        ]);
        known += Number(typeof cell === 'number');
      }
    }
    expect(known).toBeGreaterThan(Object.keys(keys).length);
  });

  test.each([
    ['meterhouse-intensity', 8, 0, 'intensity?by=estate', (row: Row) => row['intensity_kwh_per_m2']],
    ['meterhouse-carbon', 11, 0, 'carbon?by=estate', (row: Row) => row['emissions_kgco2e']],
    ['meterhouse-carbon', 11, 1, 'carbon?by=estate', (row: Row) => row['emissions_market_kgco2e']],
    ['meterhouse-carbon', 5, 0, 'carbon?by=estate', (row: Row) => row['scope_1_kgco2e']],
    ['meterhouse-carbon', 5, 1, 'carbon?by=estate', (row: Row) => row['scope_2_kgco2e']],
  ] as const)('months of %s, panel %d, query %d equal the API’s', async (board, id, at, path, valueOf) => {
    const query = panelOf(board, id).queries[at];
    const points = (await ask(query as Query, '(fennick|wendmoor)', 400)).flatMap(({ values }) => values);
    const period = `from=${addMonths(lastMonth(), -12)}&to=${addMonths(lastMonth(), 1)}`;
    const rows = await figure(`/v1/${path}&site=fennick,wendmoor&bucket=month&${period}`);
    const told = new Map(rows.map((row) => [Date.parse(String(row['from'])), Number(valueOf(row))]));
    const months = points.map(([from, value]) => [Date.parse(String(from)), Number(value)] as const);
    const over = months.filter(([from]) => told.has(from));
    expect(over.length).toBeGreaterThanOrEqual(12);
    for (const [from, value] of over) expect(value).toBeCloseTo(told.get(from) ?? Number.NaN, 6);
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

  test('every panel is held to the API, or it is said why not', () => {
    const ids = panels.map(({ board, panel }) => `${board.uid} ${panel.id}`);
    const said = Object.entries(held).flatMap(([uid, list]) =>
      Object.entries(list).map(([id, by]) => [`${uid} ${id}`, by] as const),
    );
    expect(said.map(([id]) => id).sort()).toEqual(ids.toSorted());
    expect(said.length).toBe(155);
    // By what was asked above: this test is the last one, and asks nothing where it is run alone.
    expect(said.flatMap(([id, by]) => (by === 'figure' ? [id] : [])).sort()).toEqual([...asFigures].sort());
    const compared = new Set<SeriesId>([
      ...[...published, ...planPublished, ...costSeriesCompared].map(({ id }) => id),
      ...(Object.keys(otherCosts) as SeriesId[]),
    ]);
    const bySeries = said.flatMap(([id, by]) => (by === 'series' ? [id] : []));
    const uncompared = panels.filter(
      ({ board, panel }) =>
        bySeries.includes(`${board.uid} ${panel.id}`) && panel.queries.some((query) => !compared.has(query.series)),
    );
    expect(uncompared.map(({ panel }) => panel.title)).toEqual([]);
    const reasons = said.flatMap(([, by]) => (typeof by === 'object' ? [by.because] : []));
    expect(reasons.filter((why) => why.length < 30)).toEqual([]);
    expect(reasons.length).toBe(35);
  });
});
