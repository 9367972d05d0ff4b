import { expect } from 'vitest';
import { disclosurePeriodOf } from '../../domain/certificates/disclosure-period.ts';
import { type SeriesId, series, wordsOf } from '../../domain/series.ts';
import { addDays, addMonths, dateOf, type LocalDate } from '../../domain/time.ts';

/** What is in the series of figures, held to what the API answers for the same place and bucket. */

export type Row = Readonly<Record<string, unknown>>;

export interface Sources {
  /** Every point of a series, tags and fields together; `time` in ISO 8601. */
  readonly points: (series: SeriesId) => Promise<Row[]>;
  /** The `figures` of an answer of the API, or another list of it. */
  readonly figures: (path: string, list?: string) => Promise<Row[]>;
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

const perArea = (name: string): Pair => ({
  field: `${name}_kwh_per_m2`,
  known: `${name}_known`,
  key: `${name}_kwh_per_m2`,
});
const ofComparison: readonly Pair[] = [
  ...['intensity', 'compared', 'last_year', 'corrected', 'last_year_corrected'].map(perArea),
  ...['electricity', 'fossil_thermal'].map(perArea),
  ...['sites', 'compared_sites', 'peers'].map(plain),
  { field: 'change_share', known: 'change_known', key: 'change_share' },
  { field: 'corrected_change_share', known: 'corrected_change_known', key: 'corrected_change_share' },
  ...['lower_quartile', 'median', 'upper_quartile'].map((name) => ({ ...perArea(name), known: 'quartiles_known' })),
  ...['quarter', 'tm46_ratio'].map(shareOf),
  ...['tm46_electricity', 'tm46_fossil_thermal'].map((name) => ({ ...perArea(name), known: 'tm46_known' })),
  ...['new', 'existing'].map((name): Pair => {
    const field = `enco2de_${name}_gj_per_100m3`;
    return { field, known: 'enco2de_known', key: field };
  }),
  { field: 'delivered_gj_per_100m3', known: 'delivered_known', key: 'delivered_gj_per_100m3' },
  shareOf('measured_share'),
];
const ofSignature: readonly Pair[] = [
  { field: 'baseload_kwh_per_day', known: 'baseload_known', key: 'baseload_kwh_per_day' },
  { field: 'slope_kwh_per_degree_day', known: 'slope_known', key: 'slope_kwh_per_degree_day' },
  { field: 'mean_kwh_per_day', known: 'mean_known', key: 'mean_kwh_per_day' },
  ...['r_squared', 'cv_rmse', 'measured_share'].map(shareOf),
  ...['point_count', 'points_asked', 'base_degc', 'baseload_error_kwh_per_day', 'slope_error_kwh_per_degree_day'].map(
    plain,
  ),
];
const ofCover: readonly Pair[] = [
  ...['use_kwh', 'bought_kwh', 'own_kept_kwh', 'own_sold_kwh', 'own_unknown_kwh', 'exported_kwh', 'exported_sold_kwh']
    .concat(['covered_retired_kwh', 'covered_allocated_kwh', 'covered_contracted_kwh', 'uncovered_kwh'])
    .map((field) => ({ field, known: 'energy_known', key: field })),
  { field: 'surplus_kwh', known: 'surplus_known', key: 'surplus_kwh' },
  ...['cover_share', 'renewable_share', 'measured_share'].map(shareOf),
  { field: 'renewable_expected_share', known: 'renewable_expected_share_known', key: 'renewable_share_expected' },
  ...['emissions_market', 'emissions_market_expected', 'emissions_location', 'export_reduction'].map((name): Pair => {
    return { field: `${name}_kgco2e`, known: `${name}_known`, key: `${name}_kgco2e` };
  }),
  plain('residual_mix_unavailable'),
];

/** A series, and how the API is asked for what it says: of places of a kind, between two London dates. */
interface Compared {
  readonly id: SeriesId;
  /** From which date to which the bucket of a point lies that stands on a date. */
  readonly bucket: (date: LocalDate) => readonly [from: LocalDate, to: LocalDate];
  readonly path: (kind: string, from: LocalDate, to: LocalDate) => string;
  readonly pairs: readonly Pair[];
  /** The list of the answer; `figures` where it is not said. */
  readonly list?: string;
  /** At least so many buckets, each of a kind of places, and so many numbers that are known. */
  readonly buckets: number;
  readonly known: number;
}

const day = (date: LocalDate) => [date, addDays(date, 1)] as const;
const month = (date: LocalDate) => [date, addMonths(date, 1)] as const;
const endingMonth = (date: LocalDate) => [addMonths(date, -1), date] as const;
const yearUpTo = (date: LocalDate) => [addMonths(date, -12), date] as const;
const yearFrom = (date: LocalDate) => [date, addMonths(date, 12)] as const;

const asked =
  (route: string, rest: string): Compared['path'] =>
  (kind, from, to) =>
    `${route}?by=${kind}&from=${from}&to=${to}${rest}`;

const ofSpan = (span: 'month' | 'rolling_year', bucket: Compared['bucket']): Compared[] =>
  [
    { id: `${span}_intensity`, rest: '&split=none', route: 'intensity', pairs: ofIntensity } as const,
    { id: `${span}_fuel`, rest: '&split=utility', route: 'intensity', pairs: ofIntensity } as const,
    { id: `${span}_carbon`, rest: '&split=none', route: 'carbon', pairs: ofCarbon } as const,
    { id: `${span}_carbon_fuel`, rest: '&split=utility', route: 'carbon', pairs: ofCarbon } as const,
  ].map(({ id, route, rest, pairs }) => {
    // The surgery's two years alone make twenty-five months, or ends of twelve of them.
    return { id, bucket, path: asked(route, `&bucket=${span}${rest}`), pairs, buckets: 3 * 25, known: 1_000 };
  });

export const published: readonly Compared[] = [
  ...ofSpan('month', month),
  ...ofSpan('rolling_year', endingMonth),
  {
    id: 'rolling_year_comparison',
    bucket: yearUpTo,
    path: asked('intensity/comparisons', ''),
    pairs: ofComparison,
    buckets: 3 * 25,
    known: 2_000,
  },
  {
    id: 'rolling_year_signature',
    bucket: yearUpTo,
    path: (_kind, from, to) => `weather/signature?from=${from}&to=${to}`,
    pairs: ofSignature,
    list: 'signatures',
    buckets: 25,
    known: 150,
  },
  {
    id: 'disclosure_year_cover',
    bucket: yearFrom,
    path: (kind, from) => `cover?by=${kind}&period=${disclosurePeriodOf(from)}`,
    pairs: ofCover,
    buckets: 3 * 3,
    known: 300,
  },
  {
    id: 'day_match',
    bucket: day,
    path: asked('matching', '&bucket=day'),
    pairs: ofMatching,
    buckets: 3 * 20,
    known: 500,
  },
  {
    id: 'day_grid_carbon',
    bucket: day,
    path: asked('grid-carbon', '&bucket=day'),
    pairs: ofGridCarbon,
    buckets: 3 * 20,
    known: 500,
  },
];

/** Compares every point of one series; answers how many numbers were compared, and how many of them are known. */
export async function compareSeries(
  { points, figures }: Sources,
  { id, bucket, path, pairs, list: name }: Compared,
): Promise<{ compared: number; known: number; buckets: number }> {
  const groups = [...Map.groupBy(await points(id), (point) => `${String(point['kind'])} ${String(point['time'])}`)];
  let [compared, known] = [0, 0];
  const compare = async (list: readonly Row[]): Promise<void> => {
    const [{ kind, time } = {}] = list;
    const [from, to] = bucket(dateOf(Date.parse(String(time)) / 1000));
    const rows = await figures(`/v1/${path(String(kind), from, to)}`, name);
    const told = new Map(rows.map((row) => [nameOf(row), row]));
    // Every row of the API is published; a fuel that the place once had stays, and says nothing.
    const own = new Set(list.map(nameOf));
    expect([...told.keys()].filter((row) => !own.has(row))).toEqual([]);
    for (const point of list) {
      const row = told.get(nameOf(point));
      const tags = Object.fromEntries(['time', ...series[id].tags].map((tag) => [tag, point[tag]]));
      expect(point).toEqual({ ...tags, ...fieldsOf(row, pairs), ...wordsIn(id, row) });
      compared += pairs.length;
      known += pairs.filter(({ key }) => typeof row?.[key] === 'number').length;
    }
  };
  // Some at a time: while the database looks for one, another is worked out.
  for (let i = 0; i < groups.length; i += 6) {
    await Promise.all(groups.slice(i, i + 6).map(([, list]) => compare(list)));
  }
  return { compared, known, buckets: groups.length };
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

/** The texts of a row: of a list one after the other, and nothing where the API says null. */
function wordsIn(id: SeriesId, row: Row | undefined): Row {
  const words = wordsOf(id).map((word) => {
    const said = row?.[word] ?? '';
    return [word, Array.isArray(said) ? said.join('; ') : said] as const;
  });
  const relation = id === 'rolling_year_signature' ? { follows_weather: Number(row?.['relation'] === 'heating') } : {};
  return { ...Object.fromEntries(words), ...relation };
}
