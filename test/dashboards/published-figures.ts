import { expect } from 'vitest';
import { type SeriesId, series } from '../../domain/series.ts';
import { addDays, addMonths, dateOf } from '../../domain/time.ts';

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
  /** Undefined for a count, which is always known, and a part that is known where its whole is. */
  readonly known: string | undefined;
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
  { field: 'emissions_market_kgco2e', known: 'emissions_market_known', key: 'emissions_market_kgco2e' },
  {
    field: 'emissions_market_expected_kgco2e',
    known: 'emissions_market_expected_known',
    key: 'emissions_market_expected_kgco2e',
  },
  { field: 'scope_2_market_kgco2e', known: 'scope_2_market_known', key: 'scope_2_market_kgco2e' },
  { field: 'market_cover_share', known: 'market_cover_share_known', key: 'market_cover_share' },
  { field: 'residual_mix_unavailable', known: undefined, key: 'residual_mix_unavailable' },
  { field: 'scope_1_kgco2e', known: 'scope_1_known', key: 'scope_1_kgco2e' },
  { field: 'scope_2_kgco2e', known: 'scope_2_known', key: 'scope_2_kgco2e' },
  { field: 'scope_3_kgco2e', known: 'scope_3_known', key: 'scope_3_kgco2e' },
  { field: 'modelled_emissions_kgco2e', known: 'modelled_emissions_known', key: 'modelled_emissions_kgco2e' },
  { field: 'volume_m3', known: 'volume_known', key: 'volume_m3' },
];

const plain = (field: string): Pair => ({ field, known: undefined, key: field });
const shareOf = (field: string): Pair => ({ field, known: `${field}_known`, key: field });
const ofMatching: readonly Pair[] = [
  { field: 'use_kwh', known: 'use_known', key: 'use_kwh' },
  ...['matched_own_kwh', 'matched_contract_kwh', 'matched_certificates_kwh', 'excess_kwh'].map(plain),
  ...['matched_share', 'volume_share', 'carbon_free_share'].map(shareOf),
  ...['half_hours', 'compared_half_hours', 'grid_half_hours'].map(plain),
];
const ofGridCarbon: readonly Pair[] = [
  { field: 'bought_kwh', known: 'bought_known', key: 'bought_kwh' },
  { field: 'carbon_kgco2', known: 'carbon_known', key: 'carbon_kgco2' },
  { field: 'intensity_gco2_per_kwh', known: 'intensity_known', key: 'intensity_gco2_per_kwh' },
  ...['half_hours', 'known_half_hours', 'forecast_half_hours'].map(plain),
];

/** The series that say what a route of the API answers, by what ends their name. */
const routes = {
  intensity: { route: 'intensity', split: 'none', pairs: ofIntensity },
  fuel: { route: 'intensity', split: 'utility', pairs: ofIntensity },
  carbon: { route: 'carbon', split: 'none', pairs: ofCarbon },
  carbon_fuel: { route: 'carbon', split: 'utility', pairs: ofCarbon },
  match: { route: 'matching', split: undefined, pairs: ofMatching },
  grid_carbon: { route: 'grid-carbon', split: undefined, pairs: ofGridCarbon },
} as const;
const ofSpan = ['intensity', 'fuel', 'carbon', 'carbon_fuel'] as const;
type Compared = { readonly span: 'day' | 'month' | 'rolling_year'; readonly name: keyof typeof routes };
export const published: readonly Compared[] = [
  ...ofSpan.map((name) => ({ span: 'month', name }) as const),
  ...ofSpan.map((name) => ({ span: 'rolling_year', name }) as const),
  { span: 'day', name: 'match' },
  { span: 'day', name: 'grid_carbon' },
];

/** Compares every point of one series; answers how many numbers were compared, and how many of them are known. */
export async function compareSeries(
  { points, figures }: Sources,
  { span, name }: Compared,
): Promise<{ compared: number; known: number; buckets: number }> {
  const { route, split, pairs } = routes[name];
  const id = `${span}_${name}` as SeriesId;
  const groups = Map.groupBy(await points(id), (point) => `${String(point['kind'])} ${String(point['time'])}`);
  let [compared, known] = [0, 0];
  for (const list of groups.values()) {
    const [{ kind, time } = {}] = list;
    const date = dateOf(Date.parse(String(time)) / 1000);
    const first = span === 'rolling_year' ? addMonths(date, -1) : date;
    const next = span === 'day' ? addDays(first, 1) : addMonths(first, 1);
    const rows = split === undefined ? '' : `&split=${split}`;
    const asked = `by=${String(kind)}&bucket=${span}${rows}&from=${first}&to=${next}`;
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
    const number = [field, value === true ? 1 : value === false ? 0 : (value ?? 0)] as const;
    return known === undefined ? [number] : [number, [known, Number(value !== null)] as const];
  });
  return { ...Object.fromEntries(fields), complete: Number(row?.['status'] === 'complete') };
}
