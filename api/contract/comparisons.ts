import { z } from 'zod';
import { type BenchmarkGap, benchmarkGaps } from '../../domain/energy/comparisons.ts';
import { quantileMethods } from '../../domain/energy/quartiles.ts';
import { siteTypes } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { bucketShape, standingShape } from './figures.ts';
import {
  always,
  checkRange,
  formatSchema,
  idListSchema,
  instantSchema,
  knownOnAnswerSchema,
  knownOnSchema,
  listOf,
  periodSchema,
  rangeShape,
} from './vocabulary.ts';

export const comparisonPlaces = ['site', 'organisation', 'estate'] as const;

export const comparisonsQuerySchema = z
  .strictObject({
    by: z.enum(comparisonPlaces).default('site').describe('organisation: of its sites, whoever reports their energy'),
    site: idListSchema.optional(),
    organisation: idListSchema.optional(),
    type: listOf(z.enum(siteTypes), siteTypes.length).optional(),
    ...rangeShape,
    known_on: knownOnSchema,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.day), always);

const gaps = Object.keys(benchmarkGaps) as [BenchmarkGap, ...BenchmarkGap[]];
const perArea = z.number().nullable();
const benchmarkStanding = z
  .enum(['confirmed', 'quoted'])
  .nullable()
  .describe('quoted: from memory or from others; the publication itself was not seen');

/** What is said of a site and of no group: null there. */
export const ofSiteShape = {
  site_type: z.enum(siteTypes).nullable(),
  electricity_kwh_per_m2: perArea.describe('own renewable electricity among it'),
  fossil_thermal_kwh_per_m2: perArea.describe('fuel and bought heat; null where none is counted'),
  delivered_gj_per_100m3: z.number().nullable().describe('bought, per 100 m³ of heated volume'),
  // Sites of the same type
  peers: z.number().int().nullable().describe('sites of its type that are whole, its own among them'),
  lower_quartile_kwh_per_m2: perArea.describe(`null where there are fewer than ${limits.quartileSites}`),
  median_kwh_per_m2: perArea,
  upper_quartile_kwh_per_m2: perArea,
  quarter: z.number().int().min(1).max(4).nullable().describe('1 uses least'),
  // Benchmarks
  tm46_category: z.string().nullable(),
  tm46_electricity_kwh_per_m2: perArea,
  tm46_fossil_thermal_kwh_per_m2: perArea,
  tm46_ratio: z.number().nullable().describe('all energy over both values of the benchmark; 1 is as the benchmark'),
  tm46_standing: benchmarkStanding,
  enco2de_category: z.string().nullable(),
  enco2de_new_gj_per_100m3: z.number().nullable(),
  enco2de_existing_gj_per_100m3: z.number().nullable(),
  enco2de_standing: benchmarkStanding,
  benchmark_gap: z.enum(gaps).nullable().describe('why nothing is set against the benchmarks'),
};

export const comparisonRowSchema = z
  .strictObject({
    place: z.string(),
    place_name: z.string(),
    ...bucketShape,
    energy_kwh: z.number().nullable(),
    gross_internal_area_m2: z.number().nullable(),
    intensity_kwh_per_m2: perArea,
    // Last year
    last_year_from: instantSchema,
    last_year_to: instantSchema,
    sites: z.number().int(),
    compared_sites: z.number().int().describe('whole in both years: open throughout, area known, nothing missing'),
    compared_kwh_per_m2: perArea.describe('this year, of the compared sites alone'),
    last_year_kwh_per_m2: perArea.describe('last year, of the compared sites alone'),
    change_share: z.number().nullable().describe('0.1 is a tenth more than last year'),
    last_year_status: standingShape.status,
    // The weather of a standard year
    corrected_kwh_per_m2: perArea.describe(
      'in the weather of the standard year, of the compared sites; where none is, of those whole in this year',
    ),
    last_year_corrected_kwh_per_m2: perArea,
    corrected_change_share: z.number().nullable(),
    weather_notes: z
      .array(z.string())
      .describe(
        'what is to know of the correction, or why there is none; `last-year` before what is of the older year alone',
      ),
    ...ofSiteShape,
    ...standingShape,
  })
  .meta({ id: 'Comparison' });

export const comparisonsAnswerSchema = z.strictObject({
  period: periodSchema,
  last_year: periodSchema,
  known_on: knownOnAnswerSchema,
  by: z.enum(comparisonPlaces),
  register_version: z.number().int(),
  quartile_method: z.enum(Object.keys(quantileMethods) as [keyof typeof quantileMethods]),
  quartile_sites_needed: z.number().int(),
  benchmarks: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      publisher: z.string(),
      unit: z.string(),
      per: z.string(),
      note: z.string(),
    }),
  ),
  figures: z.array(comparisonRowSchema),
});
