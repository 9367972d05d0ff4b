import { expect, test } from 'vitest';
import type { Panel, Query } from '../../dashboards/panel.ts';
import { addDays, dateOf, startOfDay, toIso } from '../../domain/time.ts';
import type { FilledHouse } from './filled-house.ts';
import type { Row } from './published-figures.ts';

/** What Grafana gets for a query: variables and time put in as it does. */
export interface Series {
  readonly tags?: Record<string, string>;
  readonly columns: string[];
  readonly values: (number | string | null)[][];
}

/** The filled house, its boards and its API, from when tests run. */
export interface Asking {
  readonly house: () => FilledHouse;
  readonly panelOf: (board: string, id: number) => Panel;
  readonly ask: (
    query: Query,
    site: string,
    days: number,
    rest?: { meter?: string; interval?: string; ahead?: number },
  ) => Promise<Series[]>;
  /** The list of an answer of the API. */
  readonly figure: (path: string, list: string) => Promise<Row[]>;
  /** `/metrics`, by name with labels. */
  readonly metrics: () => Promise<ReadonlyMap<string, number>>;
}

const firstValue = (series: readonly Series[]): number => Number(series[0]?.values[0]?.[1]);
const epoch = (cell: unknown): number => Date.parse(String(cell)) / 1000;
const board = 'meterhouse-meter';

/** Panels of one meter against what the API answers of it. */
export function testMeterPanels({ house, panelOf, ask, figure }: Asking): void {
  test('half-hours of a meter are counted, and it was last heard, as the API says', async () => {
    const { now } = house();
    const today = startOfDay(dateOf(now));
    const path = `/v1/data-quality?meter=bra-e-wards&from=${toIso(startOfDay(addDays(dateOf(now), -6)))}&to=${toIso(today)}`;
    const [told] = await figure(path, 'meters');
    // Days that are over: the sixth before this one began less than six days before yesterday ends.
    const asked = { meter: 'bra-e-wards', ahead: -(now - today) / 86_400 };
    const days = 6 + (now - today) / 86_400;
    const counts = await Promise.all(
      [2, 3, 4].map(async (id) => firstValue(await ask(panelOf(board, id).queries[0] as Query, '.*', days, asked))),
    );
    const keys = ['measured_half_hours', 'estimated_half_hours', 'missing_half_hours'];
    expect(counts).toEqual(keys.map((key) => told?.[key]));
    expect(Math.min(counts[0] ?? 0, counts[2] ?? 0)).toBeGreaterThan(20);
    const [heard] = panelOf(board, 1).queries;
    const last = firstValue(await ask(heard as Query, '.*', 7, asked));
    expect(last).toBe(Date.parse(String(told?.['last_heard'])));
  });

  test.each([
    [5, 'bra-e-wards', 'measured', 'energy_kwh', 2],
    [6, 'bra-w-main', 'measured', 'volume_m3', 2],
    [11, 'bra-e-kitchen', 'estimated', 'rule', undefined],
    [12, 'bra-e-wards', 'missing', 'rule', undefined],
  ] as const)(
    'panel %d has the half-hours of %s that are %s as the API has',
    async (id, meter, quality, key, times) => {
      const { now } = house();
      const over = now - (now % 1800);
      const from = over - 5 * 86_400;
      const path = `/v1/consumption?by=meter&meter=${meter}&bucket=half_hour&from=${toIso(from)}&to=${toIso(over)}`;
      const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toFixed(6)) : value);
      const scaled = (value: unknown): unknown => (times === undefined ? value : Number(value) * times);
      const told = (await figure(path, 'figures'))
        .filter((row) => row['quality'] === quality)
        .map((row) => [epoch(row['from']), rounded(scaled(row[key]))]);
      const [query] = panelOf(board, id).queries;
      const rows = (await ask(query as Query, '.*', 6, { meter })).flatMap(({ values }) => values);
      const found = rows
        .map(([at, value]): [number, unknown] => [epoch(at), rounded(value)])
        .filter(([at]) => at >= from && at < over)
        .sort(([a], [b]) => a - b);
      expect(found.length).toBeGreaterThan(quality === 'measured' ? 200 : 0);
      expect(found).toEqual(told);
    },
  );
}

/** The board of Meterhouse itself against the ledgers, the numbers and the lists of the API. */
export function testItself({ house, panelOf, ask, figure, metrics }: Asking): void {
  const itself = (id: number): Panel => panelOf('meterhouse-itself', id);
  const sumOf = async (query: Query): Promise<number> => {
    const minutes = await ask(query, '.*', 1, { interval: '1m' });
    return minutes.flatMap(({ values }) => values).reduce((sum, [, value]) => sum + Number(value), 0);
  };

  test.each([
    [7, ['messages_received', 'messages_decoded', 'messages_ignored', 'messages_quarantined']],
    [8, ['readings_stored', 'readings_repeated', 'readings_revised', 'readings_refused']],
  ])('what became of all that came in (panel %d) is what the ledgers of the API say', async (id, keys) => {
    const dayOf = (ago: number): string => toIso(house().now - ago * 86_400).slice(0, 10);
    const told = [
      ...(await figure(`/v1/data-quality/ledgers?from=${dayOf(420)}&to=${dayOf(211)}`, 'ledgers')),
      ...(await figure(`/v1/data-quality/ledgers?from=${dayOf(210)}&to=${dayOf(0)}`, 'ledgers')),
    ];
    const sums = keys.map((key) => told.reduce((sum, row) => sum + Number(row[key]), 0));
    const found = await Promise.all(itself(id).queries.map(sumOf));
    expect(sums[0]).toBeGreaterThan(10_000);
    expect(found.slice(0, 4)).toEqual(sums.map((sum) => expect.closeTo(sum, 6) as number));
    // What came again is in no ledger, and nothing did.
    expect(found.slice(4)).toEqual(id === 7 ? [0] : []);
  });

  test('how full things are and how old the newest reading is, the API says too', async () => {
    const numbers = await metrics();
    const of = async (id: number): Promise<number> => firstValue(await ask(itself(id).queries[0] as Query, '.*', 1));
    const newest = [...numbers].flatMap(([name, value]) => (name.includes('newest_reading') ? [value] : []));
    expect(newest.length).toBeGreaterThan(2);
    expect(await of(2)).toBe(house().now - Math.max(...newest));
    expect(await of(3)).toBe(numbers.get('meterhouse_spool_bytes'));
    expect(await of(4)).toBeCloseTo(numbers.get('meterhouse_quarantine_full_ratio') ?? Number.NaN, 9);
    expect(await of(4)).toBeGreaterThan(0);
    expect(await of(11)).toBe(numbers.get('meterhouse_spool_bytes'));
  });

  test('what is not delivered yet is what the API lists', async () => {
    const count = async (state: string): Promise<number> =>
      (await figure(`/v1/deliveries?state=${state}&limit=100`, 'deliveries')).length;
    const told = [await count('waiting'), await count('undelivered')];
    const lines = await Promise.all(itself(15).queries.map((query) => ask(query, '.*', 1, { interval: '1m' })));
    expect(lines.map((line) => Number(line[0]?.values.at(-1)?.[1]))).toEqual(told);
    expect(firstValue(await ask(itself(6).queries[0] as Query, '.*', 1))).toBe(told[1]);
    expect(Math.min(...told)).toBeGreaterThan(0);
  });
}
