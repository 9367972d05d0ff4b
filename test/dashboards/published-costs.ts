import { expect } from 'vitest';
import type { SeriesId } from '../../domain/series.ts';
import { addMonths, dateOf, monthOf } from '../../domain/time.ts';
import type { Row } from './published-figures.ts';

/** What is in the series of costs, held to what `/v1/costs` answers for the same supply point and bucket. */

export interface CostSources {
  /** Every point of a series, tags and fields together; `time` in ISO 8601. */
  readonly points: (series: SeriesId) => Promise<Row[]>;
  /** The `costs` of an answer, or the sentences of its problems. */
  readonly costs: (query: string) => Promise<Row[] | string>;
}

export const costSeriesCompared = [
  // The surgery alone has its first month, the two before this one, and a day of this one at least.
  { id: 'day_cost', bucket: 'day', split: '', known: 90 },
  { id: 'day_cost_component', bucket: 'day', split: '&split=component', known: 270 },
  { id: 'month_cost', bucket: 'month', split: '', known: 9 },
  { id: 'month_cost_component', bucket: 'month', split: '&split=component', known: 18 },
  { id: 'month_cost_band', bucket: 'month', split: '&split=band', known: 12 },
] as const;

const money = ['cost', 'vat', 'total'].flatMap((name) => [`${name}_low_gbp`, `${name}_gbp`, `${name}_high_gbp`]);
const use = ['use_low_kwh', 'use_kwh', 'use_high_kwh'];

/** Months that are compared: the newest, and the first of more than a year, since all are published by one function. */
const newest = 3;

/** Compares the points of one series; answers how many of them have a cost that is known. */
export async function compareCosts(
  { points, costs }: CostSources,
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
    const rows = typeof told === 'string' ? [] : told.filter((row) => split !== '&split=band' || row['band'] !== null);
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

function monthAt({ time }: Row): string {
  return monthOf(dateOf(Date.parse(String(time)) / 1000));
}

function nameOf(row: Row, at: unknown): string {
  const { component = 'all', band } = row as { component?: string; band?: string | null };
  return `${Date.parse(String(at))} ${component} ${band ?? ''}`;
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
