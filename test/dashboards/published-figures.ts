import { expect } from 'vitest';
import { type SeriesId, series } from '../../domain/series.ts';
import { addMonths, dateOf } from '../../domain/time.ts';

/** What is in the series of figures, held to what the API answers for the same place and bucket. */

export type Row = Readonly<Record<string, unknown>>;

export interface Sources {
  /** Every point of a series, tags and fields together; `time` in ISO 8601. */
  readonly points: (series: SeriesId) => Promise<Row[]>;
  /** The `figures` of an answer of the API. */
  readonly figures: (path: string) => Promise<Row[]>;
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
  { field: 'occupied_area_m2', known: 'occupied_area_known', key: 'occupied_area_m2' },
  {
    field: 'intensity_kwh_per_occupied_m2',
    known: 'intensity_per_occupied_known',
    key: 'intensity_kwh_per_occupied_m2',
  },
  { field: 'heated_volume_m3', known: 'heated_volume_known', key: 'heated_volume_m3' },
  { field: 'delivered_gj_per_100m3', known: 'delivered_known', key: 'delivered_gj_per_100m3' },
  { field: 'water_m3', known: 'water_known', key: 'water_m3' },
  { field: 'water_m3_per_m2', known: 'water_per_area_known', key: 'water_m3_per_m2' },
  { field: 'metered_area_share', known: 'metered_area_share_known', key: 'metered_area_share' },
];
const ofCarbon: readonly Pair[] = [
  ...shared,
  { field: 'emissions_location_kgco2e', known: 'emissions_location_known', key: 'emissions_kgco2e' },
  { field: 'scope_1_kgco2e', known: 'scope_1_known', key: 'scope_1_kgco2e' },
  { field: 'scope_2_kgco2e', known: 'scope_2_known', key: 'scope_2_kgco2e' },
  { field: 'scope_3_kgco2e', known: 'scope_3_known', key: 'scope_3_kgco2e' },
  { field: 'modelled_emissions_kgco2e', known: 'modelled_emissions_known', key: 'modelled_emissions_kgco2e' },
  { field: 'volume_m3', known: 'volume_known', key: 'volume_m3' },
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
  const groups = Map.groupBy(await points(id), (point) => `${String(point['kind'])} ${String(point['time'])}`);
  let [compared, known] = [0, 0];
  for (const list of groups.values()) {
    const [{ kind, time } = {}] = list;
    const date = dateOf(Date.parse(String(time)) / 1000);
    const month = span === 'month' ? date : addMonths(date, -1);
    const asked = `by=${String(kind)}&bucket=${span}&split=${split}&from=${month}&to=${addMonths(month, 1)}`;
    const told = new Map((await figures(`/v1/${route}?${asked}`)).map((row) => [nameOf(row), row]));
    // Every row of the API is published; a fuel that the place once had stays, and says nothing.
    const own = new Set(list.map(nameOf));
    expect([...told.keys()].filter((row) => !own.has(row))).toEqual([]);
    for (const point of list) {
      const row = told.get(nameOf(point));
      const tags = Object.fromEntries(['time', ...series[id].tags].map((tag) => [tag, point[tag]]));
      expect(point).toEqual({ ...tags, ...fieldsOf(row, pairs) });
      compared += pairs.length;
      known += pairs.filter(({ key }) => typeof row?.[key] === 'number').length;
    }
  }
  return { compared, known, buckets: groups.size };
}

function nameOf(row: Row): string {
  return [row['place'], row['utility'] ?? '', row['source'] ?? ''].join(' ');
}

/** A row of the API, or none, as the series has it. */
function fieldsOf(row: Row | undefined, pairs: readonly Pair[]): Row {
  const fields = pairs.flatMap(({ field, known, key }) => {
    const value = row?.[key] ?? null;
    return [
      [field, value ?? 0],
      [known, Number(value !== null)],
    ] as const;
  });
  return { ...Object.fromEntries(fields), complete: Number(row?.['status'] === 'complete') };
}
