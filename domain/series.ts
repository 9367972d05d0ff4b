import { alertSeries, alertSeriesNames } from './alert-series.ts';
import { boardSeries, boardSeriesNames } from './board-series.ts';
import { costSeries, costSeriesNames } from './cost-series.ts';
import { houseSeries, houseSeriesNames } from './house-series.ts';
import { planSeries, planSeriesNames } from './plan-series.ts';

/** What places used on their area, of one fuel or all together. `complete`: the whole bucket is known and over. */
const intensityFields = [
  'energy_kwh',
  'energy_known',
  'gross_internal_area_m2',
  'area_known',
  'intensity_kwh_per_m2',
  'intensity_known',
  'occupied_area_m2',
  'occupied_area_known',
  'intensity_kwh_per_occupied_m2',
  'intensity_per_occupied_known',
  'heated_volume_m3',
  'heated_volume_known',
  'delivered_gj_per_100m3',
  'delivered_known',
  // Of water, in its row among the fuels.
  'water_m3',
  'water_known',
  'water_m3_per_m2',
  'water_per_area_known',
  'metered_area_share',
  'metered_area_share_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

/** What they emitted, by how the estate reports. */
const carbonFields = [
  'energy_kwh',
  'energy_known',
  'volume_m3',
  'volume_known',
  'emissions_location_kgco2e',
  'emissions_location_known',
  // Beside it and never in its place; expected: if all that is promised comes and is retired.
  'emissions_market_kgco2e',
  'emissions_market_known',
  'emissions_market_expected_kgco2e',
  'emissions_market_expected_known',
  'scope_2_market_kgco2e',
  'scope_2_market_known',
  'market_cover_share',
  'market_cover_share_known',
  'residual_mix_unavailable',
  'scope_1_kgco2e',
  'scope_1_known',
  'scope_2_kgco2e',
  'scope_2_known',
  'scope_3_kgco2e',
  'scope_3_known',
  // Of sites without a meter, from a benchmark: in no other field.
  'modelled_emissions_kgco2e',
  'modelled_emissions_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

/** A year against the one before it, sites of its type, benchmarks and the weather of a usual year. */
const comparisonFields = [
  'intensity_kwh_per_m2',
  'intensity_known',
  // Like for like: of the sites that are whole in both years alone.
  'sites',
  'compared_sites',
  'compared_kwh_per_m2',
  'compared_known',
  'last_year_kwh_per_m2',
  'last_year_known',
  'change_share',
  'change_known',
  'corrected_kwh_per_m2',
  'corrected_known',
  'last_year_corrected_kwh_per_m2',
  'last_year_corrected_known',
  'corrected_change_share',
  'corrected_change_known',
  // What follows is said of sites alone. Its quarter of the sites of its type: 1 uses least.
  'peers',
  'lower_quartile_kwh_per_m2',
  'median_kwh_per_m2',
  'upper_quartile_kwh_per_m2',
  'quartiles_known',
  'quarter',
  'quarter_known',
  // All its energy over both values of its benchmark.
  'tm46_ratio',
  'tm46_ratio_known',
  'tm46_electricity_kwh_per_m2',
  'tm46_fossil_thermal_kwh_per_m2',
  'tm46_known',
  'electricity_kwh_per_m2',
  'electricity_known',
  'fossil_thermal_kwh_per_m2',
  'fossil_thermal_known',
  'enco2de_new_gj_per_100m3',
  'enco2de_existing_gj_per_100m3',
  'enco2de_known',
  'delivered_gj_per_100m3',
  'delivered_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

/** `confirmed` or `quoted`, the category of the site, why nothing is set against it, and what is to know of weather. */
const comparisonWords = [
  'site_type',
  'tm46_category',
  'tm46_standing',
  'enco2de_category',
  'enco2de_standing',
  'benchmark_gap',
  'weather_notes',
] as const;

/** How what heats a site follows the weather: baseload and slope by day, of months. */
const signatureFields = [
  // 1: heating; 0: none, and `says` why.
  'follows_weather',
  'point_count',
  'points_asked',
  'base_degc',
  'baseload_kwh_per_day',
  'baseload_known',
  'baseload_error_kwh_per_day',
  'slope_kwh_per_degree_day',
  'slope_known',
  'slope_error_kwh_per_degree_day',
  'r_squared',
  'r_squared_known',
  'cv_rmse',
  'cv_rmse_known',
  'mean_kwh_per_day',
  'mean_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

/** Electricity of a disclosure period to date, and what stands behind it. */
const coverFields = [
  'use_kwh',
  'bought_kwh',
  // Of own renewable electricity used on site, by what became of its certificates.
  'own_kept_kwh',
  'own_sold_kwh',
  'own_unknown_kwh',
  'exported_kwh',
  'exported_sold_kwh',
  // Of what is bought: each kWh in one of these four.
  'covered_retired_kwh',
  'covered_allocated_kwh',
  'covered_contracted_kwh',
  'uncovered_kwh',
  'energy_known',
  // Of certificates that no use was left for; not known of a part of an organisation.
  'surplus_kwh',
  'surplus_known',
  'cover_share',
  'cover_share_known',
  'renewable_share',
  'renewable_share_known',
  'renewable_expected_share',
  'renewable_expected_share_known',
  'emissions_market_kgco2e',
  'emissions_market_known',
  'emissions_market_expected_kgco2e',
  'emissions_market_expected_known',
  'emissions_location_kgco2e',
  'emissions_location_known',
  'residual_mix_unavailable',
  'export_reduction_kgco2e',
  'export_reduction_known',
  'measured_share',
  'measured_share_known',
  'complete',
] as const;

const monthTime = 'UTC instant of local midnight on the first of the month';
/** The twelve months before. */
const rollingYearTime = 'UTC instant of the local midnight that the twelve months end at';

/**
 * Names of the series: the contract between domain, store and dashboards. A changed name here is a broken dashboard.
 * Tags never change in a meter's life; every field is written every time and is a float; times are whole seconds.
 * A half-hour that is no longer known is rewritten with `missing = 1` and zeros, so every query says `missing = 0`.
 */
export const series = {
  reading: {
    tags: ['meter', 'quantity', 'kind'],
    fields: ['value', 'period_s', 'received_s'],
    database: 'readings',
    time: "the reading's second",
  },
  half_hour: {
    tags: ['meter', 'site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      // 0 where the number beside it says nothing: a water meter's energy, a missing half-hour.
      'energy_known',
      'volume_known',
      'measured',
      'estimated',
      'missing',
      'rule',
      'register_version',
    ],
    database: 'figures',
    time: 'UTC start of the half-hour',
  },
  day_meter: {
    tags: ['meter', 'site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      'measured_energy_kwh',
      'measured_volume_m3',
      'measured_half_hours',
      'estimated_half_hours',
      'missing_half_hours',
      'measured_share',
      'emissions_location_kgco2e',
      'emissions_location_known',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  day_site: {
    tags: ['site', 'utility'],
    fields: [
      'energy_kwh',
      'volume_m3',
      'measured_share',
      'emissions_location_kgco2e',
      'emissions_location_known',
      // Beside the energy, so that a dashboard can say kWh per m²: the mean over days is the day-weighted area. 0 is
      // not known.
      'gross_internal_area_m2',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  // What the counted meters of a site take now, once a minute: the live picture, where nothing is in it twice.
  site_now: {
    tags: ['site', 'utility'],
    fields: [
      'power_kw',
      'flow_m3_per_h',
      'known',
      'usual_power_kw',
      'usual_flow_m3_per_h',
      'usual_known',
      'heard_meters',
      'silent_meters',
    ],
    database: 'figures',
    time: 'UTC start of the minute',
  },
  // What follows is written for dashboards alone: the API answers the same from the books and the half-hours.
  ledger_day: {
    // `unregistered` for messages of no meter, as meter and as site; `outside` is the site of what is observed outside.
    tags: ['meter', 'site'],
    fields: [
      'messages_received',
      'messages_decoded',
      'messages_ignored',
      'messages_quarantined',
      'messages_qos0',
      'readings_decoded',
      'readings_stored',
      'readings_repeated',
      'readings_revised',
      'readings_refused',
      'readings_parked',
    ],
    database: 'figures',
    time: '00:00 UTC of the day of receipt',
  },
  quarantine_day: {
    tags: ['code'],
    // `waiting`: not replayed yet.
    fields: ['messages', 'waiting'],
    database: 'figures',
    time: '00:00 UTC of the day of receipt',
  },
  heard_day: {
    tags: ['meter', 'site', 'utility'],
    // As it was when the day was last looked at: each minute of the present day.
    fields: ['last_heard_s', 'last_heard_known', 'overdue'],
    database: 'figures',
    time: '00:00 UTC of the day',
  },
  // A meter against its sub-meters, in the half-hours in which all of them are measured.
  residual_day: {
    // `of`: the meter, or `site:utility` for several mains together.
    tags: ['of', 'site', 'utility'],
    fields: [
      'supplied_kwh',
      'residual_kwh',
      'bound_kwh',
      'supplied_m3',
      'residual_m3',
      'bound_m3',
      'bound_known',
      'compared_half_hours',
      // 1 where the residual is out of bounds, and on which side.
      'above',
      'below',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  // Which meters a residual is of; and how many half-hours could not be compared because this one was not measured.
  residual_meter: {
    tags: ['meter', 'of'],
    fields: ['not_measured_half_hours'],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  // The figures of places as the API answers for this one bucket. `kind`: site, building, organisation or estate. The
  // rows of a place's fuels stand in series of their own, so that nobody adds them to their sum.
  month_intensity: { tags: ['kind', 'place'], fields: intensityFields, database: 'figures', time: monthTime },
  month_fuel: {
    tags: ['kind', 'place', 'utility', 'source'],
    fields: intensityFields,
    database: 'figures',
    time: monthTime,
  },
  month_carbon: { tags: ['kind', 'place'], fields: carbonFields, database: 'figures', time: monthTime },
  month_carbon_fuel: { tags: ['kind', 'place', 'utility'], fields: carbonFields, database: 'figures', time: monthTime },
  rolling_year_intensity: {
    tags: ['kind', 'place'],
    fields: intensityFields,
    database: 'figures',
    time: rollingYearTime,
  },
  rolling_year_fuel: {
    tags: ['kind', 'place', 'utility', 'source'],
    fields: intensityFields,
    database: 'figures',
    time: rollingYearTime,
  },
  rolling_year_carbon: { tags: ['kind', 'place'], fields: carbonFields, database: 'figures', time: rollingYearTime },
  rolling_year_carbon_fuel: {
    tags: ['kind', 'place', 'utility'],
    fields: carbonFields,
    database: 'figures',
    time: rollingYearTime,
  },
  rolling_year_comparison: {
    tags: ['kind', 'place'],
    fields: comparisonFields,
    words: comparisonWords,
    database: 'figures',
    time: rollingYearTime,
  },
  rolling_year_signature: {
    tags: ['kind', 'place', 'utility'],
    fields: signatureFields,
    words: ['says'],
    database: 'figures',
    time: rollingYearTime,
  },
  disclosure_year_cover: {
    tags: ['kind', 'place'],
    fields: coverFields,
    words: ['because'],
    database: 'figures',
    time: 'UTC instant of local midnight on the 1 April that the disclosure period begins on',
  },
  // Electricity against the generation claimed for it, in each half-hour of a day; nothing is carried to another one.
  day_match: {
    tags: ['kind', 'place'],
    fields: [
      'use_kwh',
      'use_known',
      'matched_own_kwh',
      'matched_contract_kwh',
      'matched_certificates_kwh',
      'excess_kwh',
      'matched_share',
      'matched_share_known',
      'volume_share',
      'volume_share_known',
      'carbon_free_share',
      'carbon_free_share_known',
      'half_hours',
      'compared_half_hours',
      'grid_half_hours',
      'complete',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  // CO2 of the grid's generation: another boundary than every emission above, and never added to one.
  day_grid_carbon: {
    tags: ['kind', 'place'],
    fields: [
      'bought_kwh',
      'bought_known',
      'carbon_kgco2',
      'carbon_known',
      'intensity_gco2_per_kwh',
      'intensity_known',
      'half_hours',
      'known_half_hours',
      'forecast_half_hours',
      'complete',
    ],
    database: 'figures',
    time: 'UTC instant of local midnight',
  },
  ...costSeries,
  ...alertSeries,
  ...planSeries,
  ...boardSeries,
  ...houseSeries,
} as const;

export type SeriesId = keyof typeof series;
type Tag<S extends SeriesId> = (typeof series)[S]['tags'][number];
type Field<S extends SeriesId> = (typeof series)[S]['fields'][number];
type Word<S extends SeriesId> = (typeof series)[S] extends { readonly words: readonly (infer W extends string)[] }
  ? W
  : never;

/** Fields of a series that hold a text, a reason or a name; '' where there is nothing to say. */
export function wordsOf(name: SeriesId): readonly string[] {
  const found = series[name];
  return 'words' in found ? found.words : [];
}

/** The series that only dashboards read. */
export const shownSeries = [
  'ledger_day',
  'quarantine_day',
  'heard_day',
  'residual_day',
  'residual_meter',
  'month_intensity',
  'month_fuel',
  'month_carbon',
  'month_carbon_fuel',
  'rolling_year_intensity',
  'rolling_year_fuel',
  'rolling_year_carbon',
  'rolling_year_carbon_fuel',
  'rolling_year_comparison',
  'rolling_year_signature',
  'disclosure_year_cover',
  'day_match',
  'day_grid_carbon',
  ...costSeriesNames,
  ...alertSeriesNames,
  ...planSeriesNames,
  ...boardSeriesNames,
  ...houseSeriesNames,
] as const;

/** One point of a series that only dashboards read. */
export type ShownPoint = {
  [S in (typeof shownSeries)[number]]: {
    readonly series: S;
    readonly tags: Readonly<Record<Tag<S>, string>>;
    readonly fields: Readonly<Record<Field<S>, number> & Record<Word<S>, string>>;
    readonly at: number;
  };
}[(typeof shownSeries)[number]];

/** The two databases (buckets on 2.x), by the word that ends their name. */
export type DatabaseRole = (typeof series)[SeriesId]['database'];
