import { expect } from 'vitest';
import { type SeriesId, series } from '../../domain/series.ts';
import { addMonths, dateOf, startOfDay, toIso } from '../../domain/time.ts';

/** What is in the series of figures, held to what the API answers for the same place and bucket. */

export type Row = Readonly<Record<string, unknown>>;

export interface Sources {
  /** Every point of a series, tags and fields together; `time` in ISO 8601. */
  points(series: SeriesId): Promise<Row[]>;
  /** The `figures` of an answer of the API. */
  figures(path: string): Promise<Row[]>;
}

interface Pair {
  readonly field: string;
  readonly known: string;
  /** As the API calls it. */
  readonly key: string;
}

const shared: readonly Pair[] = [
  { field: 'energy_kwh', known: 'energy_known', key: 'energy_kwh' },
  { field: 'measured_share', known: 'measured_share_known', key: 'measured_share' },
];
const ofIntensity: readonly Pair[] = [
  ...shared,
  { field: 'gross_internal_area_m2', known: 'area_known', key: 'gross_internal_area_m2' },
  { field: 'intensity_kwh_per_m2', known: 'intensity_known', key: 'intensity_kwh_per_m2' },
];
const ofCarbon: readonly Pair[] = [
  ...shared,
  { field: 'emissions_location_kgco2e', known: 'emissions_location_known', key: 'emissions_kgco2e' },
  { field: 'scope_1_kgco2e', known: 'scope_1_known', key: 'scope_1_kgco2e' },
  { field: 'scope_2_kgco2e', known: 'scope_2_known', key: 'scope_2_kgco2e' },
];

/** The series that say what a route of the API answers, by what ends their name. */
export const published = {
  intensity: { route: 'intensity', split: 'none', pairs: ofIntensity },
  fuel: { route: 'intensity', split: 'utility', pairs: ofIntensity },
  carbon: { route: 'carbon', split: 'none', pairs: ofCarbon },
  carbon_fuel: { route: 'carbon', split: 'utility', pairs: ofCarbon },
} as const;
export const spans = ['month', 'rolling_year'] as const;

/** Compares every point of one series; answers how many numbers were compared, and how many of them are known. */
export async function compareSeries(
  { points, figures }: Sources,
  span: (typeof spans)[number],
  name: keyof typeof published,
): Promise<{ compared: number; known: number; buckets: number }> {
  const { route, split, pairs } = published[name];
  const id = `${span}_${name}` as const;
  expect(new Set(series[id].fields)).toEqual(
    new Set([...pairs.flatMap(({ field, known }) => [field, known]), 'complete']),
  );
  const groups = Map.groupBy(await points(id), (point) => `${String(point['kind'])} ${String(point['time'])}`);
  let [compared, known] = [0, 0];
  for (const list of groups.values()) {
    const [{ kind, time } = {}] = list;
    const at = Date.parse(String(time)) / 1000;
    const month = span === 'month' ? dateOf(at) : addMonths(dateOf(at), -1);
    const asked = `by=${String(kind)}&bucket=${span}&split=${split}&from=${month}&to=${addMonths(month, 1)}`;
    const told = await figures(`/v1/${route}?${asked}`);
    const nameOf = (row: Row): string => [row['place'], row['utility'] ?? '', row['source'] ?? ''].join(' ');
    const rows = new Map(told.map((row) => [nameOf(row), row]));
    const own = new Set(list.map(nameOf));
    // Every row of the API is published; a fuel that the place once had stays, and says nothing.
    expect([...rows.keys()].filter((row) => !own.has(row))).toEqual([]);
    for (const point of list) {
      const row = rows.get(nameOf(point));
      expect(point['complete'], `${id} ${nameOf(point)} ${asked}`).toBe(Number(row?.['status'] === 'complete'));
      if (row) expect(row[span === 'month' ? 'from' : 'to']).toBe(toIso(startOfDay(dateOf(at))));
      for (const pair of pairs) {
        const value = row?.[pair.key] ?? null;
        const where = `${id} ${nameOf(point)} ${pair.field} ${asked}`;
        expect(point[pair.known], where).toBe(Number(value !== null));
        expect(point[pair.field], where).toBe(value ?? 0);
        compared++;
        if (value !== null) known++;
      }
    }
  }
  return { compared, known, buckets: groups.size };
}
