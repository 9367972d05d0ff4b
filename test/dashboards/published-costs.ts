import { expect } from 'vitest';
import type { SeriesId } from '../../domain/series.ts';
import { dayTypeOf } from '../../domain/tariffs/load-year.ts';
import { addMonths, dateOf, monthOf, wallClock } from '../../domain/time.ts';
import type { Row } from './published-figures.ts';

/** What is in the series of costs, held to what `/v1/costs` answers for the same supply point and bucket. */

export interface CostSources {
  /** Every point of a series, tags and fields together; `time` in ISO 8601. */
  readonly points: (series: SeriesId) => Promise<Row[]>;
  /** The `costs` of an answer, or the sentences of its problems. */
  readonly costs: (query: string) => Promise<Row[] | string>;
  /** The rows of `/v1/supply-points`, with the demand of twelve months. */
  readonly supplyPoints: () => Promise<Row[]>;
}

export const costSeriesCompared = [
  // The surgery alone has its first month, the two before this one, and a day of this one at least.
  { id: 'day_cost', bucket: 'day', split: '', known: 90 },
  { id: 'day_cost_component', bucket: 'day', split: '&split=component', known: 270 },
  { id: 'month_cost', bucket: 'month', split: '', known: 9 },
  { id: 'month_cost_component', bucket: 'month', split: '&split=component', known: 18 },
  { id: 'month_cost_band', bucket: 'month', split: '&split=band', known: 24 },
] as const;

const money = ['cost', 'vat', 'total'].flatMap((name) => [`${name}_low_gbp`, `${name}_gbp`, `${name}_high_gbp`]);
const use = ['use_low_kwh', 'use_kwh', 'use_high_kwh'];

/** Months that are compared: the newest, and the first of more than a year, since all are published by one function. */
const newest = 3;

/** Compares the points of one series; answers how many of them have a cost that is known. */
export async function compareCosts(
  { points, costs }: Pick<CostSources, 'points' | 'costs'>,
  { id, bucket, split }: (typeof costSeriesCompared)[number],
): Promise<number> {
  const all = Map.groupBy(await points(id), (point) => `${String(point['supply_point'])} ${monthAt(point)}`);
  const names = [...Map.groupBy(all.keys(), (name) => name.split(' ')[0])].flatMap(([, list]) => {
    const months = list.toSorted();
    return [...new Set([...months.slice(0, 1), ...months.slice(-newest)])];
  });
  let known = 0;
  for (const name of names) {
    const [point = '', month = ''] = name.split(' ');
    const told = await costs(`supply_point=${point}&bucket=${bucket}&from=${month}&to=${addMonths(month, 1)}${split}`);
    const rows = typeof told === 'string' ? [] : told;
    const byName = new Map(rows.map((row) => [nameOf(row, row['from']), row]));
    const own = all.get(name) ?? [];
    // Every row of the answer is published; a component that there once was stays, and says nothing.
    const there = new Set(own.map((one) => nameOf(one, one['time'])));
    expect([...byName.keys()].filter((row) => !there.has(row))).toEqual([]);
    for (const one of own) {
      const row = byName.get(nameOf(one, one['time']));
      expect(one).toEqual({
        ...tagsOf(one),
        ...fieldsOf(row, split === '', typeof told === 'string' ? told : '', one),
      });
      known += Number(row !== undefined);
    }
  }
  return known;
}

/** The other series of costs, each held to the API in one go; answers how many numbers were compared. */
export const otherCosts: Readonly<Partial<Record<SeriesId, (sources: CostSources, now: number) => Promise<number>>>> = {
  month_cost_profile: compareProfile,
  month_capacity: compareCapacity,
  cost_so_far: compareSoFar,
  notice_due: compareNotices,
};

/** The last whole month of one supply point, by half-hour. */
async function compareProfile({ points, costs }: CostSources, now: number): Promise<number> {
  const month = addMonths(monthOf(dateOf(now)), -1);
  const told = await costs(`supply_point=fen-power&bucket=half_hour&from=${month}&to=${addMonths(month, 1)}`);
  if (typeof told === 'string') throw new Error(told);
  const byTime = Map.groupBy(told, ({ from }) => {
    const { date, minuteOfDay } = wallClock(Date.parse(String(from)) / 1000);
    return `${dayTypeOf(date)} ${new Date(minuteOfDay * 60_000).toISOString().slice(11, 16)}`;
  });
  const own = (await points('month_cost_profile')).filter((one) => {
    return one['supply_point'] === 'fen-power' && monthAt(one) === month && one['cost_known'] === 1;
  });
  expect(own.length).toBe(byTime.size);
  for (const one of own) {
    const rows = byTime.get(`${String(one['day_type'])} ${String(one['time_of_day'])}`) ?? [];
    expect(one['half_hours']).toBe(rows.length);
    for (const key of ['cost_gbp', 'use_kwh']) expect(one[key]).toBeCloseTo(sumOf(rows, key), 9);
  }
  return own.length;
}

async function compareSoFar({ points, costs }: CostSources, now: number): Promise<number> {
  let compared = 0;
  for (const one of await points('cost_so_far')) {
    const from = dateOf(Date.parse(String(one['time'])) / 1000);
    for (const [prefix, years] of [
      ['', 0],
      ['last_year_', 1],
    ] as const) {
      const yearsBefore = (date: string): string => `${Number(date.slice(0, 4)) - years}${date.slice(4)}`;
      const period = `from=${yearsBefore(from)}&to=${yearsBefore(dateOf(now))}`;
      const told = await costs(`supply_point=${String(one['supply_point'])}&bucket=whole&${period}`);
      const [row] = typeof told === 'string' ? [] : told;
      expect(one[`${prefix}cost_known`]).toBe(Number(row !== undefined));
      for (const key of ['cost_low_gbp', 'cost_gbp', 'cost_high_gbp', 'use_kwh']) {
        expect(one[`${prefix}${key}`]).toBe(row?.[key] ?? 0);
        compared += Number(row !== undefined);
      }
      expect(one[`${prefix}complete`]).toBe(Number(row?.['status'] === 'complete'));
    }
  }
  return compared;
}

async function compareCapacity({ points, supplyPoints }: CostSources, now: number): Promise<number> {
  const told = (await supplyPoints()).filter((row) => row['maximum_demand_kva'] !== null);
  const months = (await points('month_capacity')).filter((one) => one['demand_known'] === 1);
  const thisMonth = monthOf(dateOf(now));
  for (const row of told) {
    const own = months.filter((one) => {
      const month = monthAt(one);
      return one['supply_point'] === row['supply_point'] && month < thisMonth && month >= addMonths(thisMonth, -12);
    });
    expect(own.length).toBe(12);
    for (const key of ['maximum_demand_low_kva', 'maximum_demand_kva', 'maximum_demand_high_kva']) {
      expect(Math.max(...own.map((one) => Number(one[key])))).toBe(row[key]);
    }
    expect(own.at(-1)?.['agreed_capacity_kva']).toBe(row['agreed_capacity_kva']);
  }
  return told.length;
}

async function compareNotices({ points, supplyPoints }: CostSources): Promise<number> {
  const due = (await points('notice_due')).filter((one) => one['due'] === 1);
  const said = due.map((one) => {
    const date = dateOf(Date.parse(String(one['time'])) / 1000);
    return `${String(one['supply_point'])}: ${String(one['about'])} ${date} ${String(one['supplier'])}`;
  });
  const told = (await supplyPoints()).flatMap((row) =>
    (row['reminders'] as string[]).map((reminder) => `${String(row['supply_point'])}: ${reminder}`),
  );
  expect(said.sort()).toEqual(told.sort());
  return told.length;
}

function sumOf(rows: readonly Row[], key: string): number {
  return rows.reduce((sum, row) => sum + Number(row[key]), 0);
}

function monthAt({ time }: Row): string {
  return monthOf(dateOf(Date.parse(String(time)) / 1000));
}

function nameOf(row: Row, at: unknown): string {
  const { component = 'all', band } = row as { component?: string; band?: string | null };
  return `${Date.parse(String(at))} ${component} ${band ?? 'none'}`;
}

function tagsOf(point: Row): Row {
  const tags = ['time', 'supply_point', 'site', 'organisation', 'utility', 'component', 'band'];
  return Object.fromEntries(tags.filter((tag) => tag in point).map((tag) => [tag, point[tag]]));
}

function fieldsOf(row: Row | undefined, isWhole: boolean, problems: string, point: Row): Row {
  const number = (key: string): number => Number(row?.[key] ?? 0);
  const cost = {
    ...Object.fromEntries(money.map((key) => [key, number(key)])),
    cost_known: Number(row !== undefined),
    rate_standing: row?.['rate_standing'] ?? '',
  };
  if (!isWhole) return cost;
  const because = String(point['because']);
  // The reason is one of those that the answer refuses with.
  expect(row === undefined ? problems : '').toContain(because.split(' And ')[0]);
  const isEnergy = typeof row?.['use_kwh'] === 'number';
  return {
    ...cost,
    because,
    ...Object.fromEntries(use.map((key) => [key, number(key)])),
    energy_known: Number(isEnergy),
    use_m3: number('use_m3'),
    volume_known: Number(row !== undefined && !isEnergy),
    measured_share: number('measured_share'),
    measured_share_known: Number(typeof row?.['measured_share'] === 'number'),
    complete: Number(row?.['status'] === 'complete'),
  };
}
