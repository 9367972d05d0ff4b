import { z } from 'zod';
import { alertRouteSchema } from '../alerts/route-register.ts';
import { alertRuleSchema } from '../alerts/rule-register.ts';
import type { FactorSet } from '../carbon/factors.ts';
import type { Mapping } from './mapping.ts';
import { ownReportingSchema, reportingSchema, type Reporting } from '../carbon/reporting.ts';
import { dateSchema, firstDaySchema, lastDaySchema } from '../dated-facts.ts';
import { siteBenchmarksSchema } from '../energy/benchmark-register.ts';
import { generationProfileSchema } from '../matching/profiles.ts';
import { type ObservedQuantity, type ObservedSeries, observedSchema } from '../observed/register.ts';
import {
  allocationSchema,
  certificateSchema,
  ownGenerationSchema,
  residualMixSchema,
  retirementSchema,
  withdrawalSchema,
  supplySchema,
} from '../certificates/register.ts';
import { idSchema } from '../readings/reading.ts';
import { measureChangeSchema, measureSchema, nonRoutineEventSchema } from '../plan/register.ts';
import { gridProjectionSchema } from '../plan/trajectory/grid-projection.ts';
import { baselineSchema, targetSchema } from '../reports/register.ts';
import { unitSchema } from '../units.ts';
import { budgetSchema } from '../budgets/register.ts';
import { roles, siteTypes, technologies, utilities } from './vocabulary.ts';
import { publishedChargesSchema } from '../tariffs/published.ts';
import { supplyPointSchema, tariffSchema } from '../tariffs/register.ts';
import { weatherShape } from '../weather/register.ts';

/**
 * The estate register: who owns what, where the meters hang and what they are. People write it as YAML
 * (`store/estate-folder.ts` reads the folder); these schemas are strict, so a misspelt key is a problem and not a
 * silence. What needs more than one entry to judge (a parent that does not exist) is in `estate-check.ts`.
 */

const instantSchema = z.iso.datetime({ offset: true }).describe('an instant with its offset, 2026-03-02T10:15:00Z');

/** A value that holds from a date until the next entry's date. A bare value holds for ever. */
function dated<T extends z.ZodType>(value: T) {
  return z.union([
    value.transform((only) => [{ from: '1970-01-01', value: only }]),
    z.array(z.strictObject({ from: dateSchema, value })).min(1),
  ]);
}

export { roles, siteTypes, technologies, utilities, type Role, type Technology, type Utility } from './vocabulary.ts';

const areaSchema = z.number().positive().max(10_000_000);

/** `24h` or opening hours by day, as the site's people would say them. */
const clockSpan = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'hours as 08:00-18:30');
const occupiedHoursSchema = z.union([
  z.literal('24h'),
  z.strictObject({
    monday_to_friday: clockSpan.optional(),
    saturday: clockSpan.optional(),
    sunday: clockSpan.optional(),
    bank_holidays: clockSpan.optional(),
  }),
]);

/** A span such as `30m`, `6h`, `2d`, turned into seconds. */
export const spanSchema = z
  .string()
  .regex(/^[1-9]\d{0,4}(s|m|h|d)$/, 'a span as 30s, 30m, 6h or 2d')
  .transform(
    (text) => Number(text.slice(0, -1)) * { s: 1, m: 60, h: 3600, d: 86_400 }[text.slice(-1) as 's' | 'm' | 'h' | 'd'],
  );

export const organisationSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  ods_code: z
    .string()
    .regex(/^[A-Z0-9]{3,6}$/, 'an ODS code, 3 to 6 capitals and digits')
    .optional(),
  /** Where it reports its carbon otherwise than the estate does. */
  reporting: ownReportingSchema.optional(),
});

export const buildingSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  gross_internal_area_m2: dated(areaSchema).optional(),
  heated_volume_m3: dated(z.number().positive()).optional(),
});

/**
 * How a gas meter's volume becomes standard volume. Nothing is assumed: the meter says it is corrected already, or at
 * which pressure it measures (fixed factor 1.02264 up to 21 mbar), or which site factor the transporter gave it.
 */
const meteringPressure = z.number().min(10).max(100_000);
const volumeCorrectionSchema = z.union([
  z.literal('corrected'),
  z.strictObject({ metering_pressure_mbar: meteringPressure }),
  /** A site factor goes before the fixed one; the pressure beside it is what it is checked with. */
  z.strictObject({
    site_factor: z.number().min(0.5).max(50),
    metering_pressure_mbar: meteringPressure.optional(),
  }),
]);

/** Gross calorific value in MJ/m³; the GB network is run within about 37 to 44. */
const calorificValueSchema = z.strictObject({
  from: dateSchema,
  value_mj_per_m3: z.number().min(36).max(45),
  source: z.string().min(3),
});

const multiplierSchema = z.strictObject({
  from: dateSchema,
  /** One count of the register is this many of `unit`. */
  times: z.number().positive().max(1_000_000),
  /** Needed when the register counts pulses: what one pulse × `times` is. */
  unit: unitSchema.optional(),
});

const accuracySchema = z.number().positive().max(0.2);

/** Meters and how many times each is taken: −1 takes it away, 0.45 is a share of it. */
const termsSchema = z
  .array(z.strictObject({ meter: idSchema, times: z.number().min(-1_000_000).max(1_000_000).default(1) }))
  .min(1)
  .max(500);

export const exchangeSchema = z.strictObject({
  at: instantSchema,
  /** The old meter's last register, and the new meter's first, both as their faces show. */
  closing: z.number().min(0),
  opening: z.number().min(0),
  serial: z.string().min(1).max(40).optional(),
  digits: z.number().int().min(3).max(15).optional(),
});

export const meterSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  building: idSchema.optional(),
  utility: z.enum(utilities),
  /** Electricity only: reactive energy is kept apart and never added to kWh. */
  measures: z.enum(['active', 'reactive']).default('active'),
  role: z.enum(roles),
  technology: z.enum(technologies).optional(),
  /** Whose plant a generation meter counts: what a third party owns is another column of a return. */
  owned_by: z.enum(['organisation', 'third_party']).optional(),
  /** The peak power of the panels that a generation meter counts, kWp, as it was from a date on. */
  installed_kwp: dated(z.number().positive().max(1_000_000)).optional(),
  parent: idSchema.optional(),
  /** What the register's face counts. */
  unit: unitSchema,
  multiplier: z
    .union([
      z
        .number()
        .positive()
        .max(1_000_000)
        .transform((times) => [{ from: '1970-01-01', times }] as { from: string; times: number; unit?: undefined }[]),
      z.array(multiplierSchema).min(1),
    ])
    .default([{ from: '1970-01-01', times: 1 }]),
  /** Whole digits before the register wraps to zero, and its smallest step, in `unit`. */
  register: z.strictObject({ digits: z.number().int().min(3).max(15), step: z.number().positive() }).optional(),
  /** The most the meter can pass: breaker, CT or pipe. The only limit by which a rate is called impossible. */
  rating: z.strictObject({ value: z.number().positive(), unit: z.enum(['kW', 'MW', 'kVA', 'm3/h', 'l/s']) }).optional(),
  /** Accuracy as a fraction: 0.01 for MID class C of 1 %. */
  accuracy: accuracySchema.optional(),
  expected_interval: spanSchema.default(1800),
  /** Beyond this between two readings the half-hours are missing, not estimated. */
  maximum_gap: spanSchema.default(21_600),
  /** This many seconds the same register is suspicious, where use never stops. */
  stuck_after: spanSchema.optional(),
  mpan: z.string().max(30).optional(),
  mprn: z.string().max(12).optional(),
  serial: z.string().min(1).max(40).optional(),
  end_use: z
    .string()
    .regex(/^[a-z_]{2,30}$/, 'a word such as lighting or domestic_hot_water')
    .optional(),
  /** MQTT topic (`+` and `#` allowed), decoder, and where one message holds several meters, which of them. */
  topic: z.string().min(1).max(512).optional(),
  decoder: z.string().max(60).optional(),
  channel: z.string().max(120).optional(),
  valid_from: firstDaySchema.optional(),
  valid_to: lastDaySchema.optional(),
  exchanges: z.array(exchangeSchema).max(100).default([]),
  volume_correction: volumeCorrectionSchema.optional(),
  calorific_value: z.array(calorificValueSchema).min(1).optional(),
  /** Gas: the annual quantity (AQ) on the bill. Above 732,000 kWh the fixed factor is not meant to be used. */
  annual_quantity_kwh: z.number().positive().optional(),
  /** Energy content where fuel is counted by volume or mass and is not gas. */
  energy_content: z
    .array(z.strictObject({ from: dateSchema, kwh: z.number().positive(), per: unitSchema, source: z.string() }))
    .optional(),
  /** Fuel without a meter: deliveries and dips of the tank, both in `unit`. */
  deliveries: z.array(z.strictObject({ at: instantSchema, quantity: z.number().positive() })).optional(),
  stock: z.array(z.strictObject({ at: instantSchema, quantity: z.number().min(0) })).optional(),
  /** A virtual meter is computed from others, by a formula that may change on a date; see `formula.ts`. */
  formula: z
    .array(z.strictObject({ from: firstDaySchema, terms: termsSchema }))
    .min(1)
    .max(100)
    .optional(),
  /** The same where the formula never changes. */
  sum_of: termsSchema.optional(),
  /** Another source of a meter point: a data collector's file, manual reads, invoices. It is counted nowhere. */
  source_of: idSchema.optional(),
  /**
   * In which order the sources of this meter point are believed, from a date on; its own id stands for what is read
   * from it. See `source-precedence.ts`.
   */
  precedence: z
    .array(z.strictObject({ from: dateSchema, order: z.array(idSchema).min(1).max(8) }))
    .min(1)
    .max(100)
    .optional(),
  /** Whether what it feeds keeps patients alive or well: no alert ever advises to switch it off. */
  clinical: z.boolean().optional(),
  /** Who holds billing responsibility and reports this meter; the site's organisation when absent. */
  reporter: z.array(z.strictObject({ from: dateSchema, organisation: idSchema })).optional(),
  /**
   * Shares of who uses what the meter counts, each of which that organisation reports where no reporter is written
   * (`energy/reporters.ts`). Each organisation's holds until its next entry; who leaves gets share 0.
   */
  occupiers: z
    .array(z.strictObject({ from: dateSchema, organisation: idSchema, share: z.number().min(0).max(1) }))
    .optional(),
});

/** A year's energy by area where no meter counts a utility: of a display energy certificate, a survey, a benchmark. */
const modelledSchema = z.strictObject({
  utility: z.enum(utilities).exclude(['water']),
  kwh_per_m2: z.number().positive().max(5_000).describe('in a year, by gross internal area'),
  source: z.string().min(3).max(500),
  valid_from: firstDaySchema.optional(),
  valid_to: lastDaySchema.optional(),
});

export const siteSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  organisation: idSchema,
  type: z.enum(siteTypes),
  /** When the site opened and closed, where the period of a figure may reach beyond. */
  valid_from: firstDaySchema.optional(),
  valid_to: lastDaySchema.optional(),
  gross_internal_area_m2: dated(areaSchema),
  occupied_area_m2: dated(areaSchema).optional(),
  heated_volume_m3: dated(z.number().positive()).optional(),
  occupied_hours: occupiedHoursSchema.optional(),
  /** The same of all that the site's meters feed, where a meter does not say otherwise. */
  clinical: z.boolean().optional(),
  postcode_area: z
    .string()
    .regex(/^[A-Z]{1,2}$/, 'the letters a postcode begins with')
    .optional(),
  coordinates: z
    .strictObject({ latitude: z.number().min(49).max(61), longitude: z.number().min(-9).max(2) })
    .optional(),
  /** By which temperatures, method and base its degree days are worked out, and what its use is corrected to. */
  weather: z
    .strictObject({
      ...weatherShape,
      /** The utilities that heat it and are corrected for the weather; fuel and bought heat when absent. */
      heated_by: z.array(z.enum(utilities)).min(1).optional(),
    })
    .optional(),
  benchmarks: siteBenchmarksSchema.optional(),
  buildings: z.array(buildingSchema).default([]),
  /** What share of the water delivered is returned to the sewer: the bill's, or a survey's. Nothing is assumed. */
  share_returned_to_sewer: z
    .array(z.strictObject({ from: dateSchema, share: z.number().min(0).max(1), source: z.string().min(3).max(500) }))
    .min(1)
    .optional(),
  /** What is modelled while no meter counts it; shown apart and never added to what is metered. */
  modelled: z.array(modelledSchema).min(1).max(50).optional(),
  /** By utility, how accurate the site's meters are that do not say it themselves; without it nothing is assumed. */
  usual_accuracy: z.partialRecord(z.enum(utilities), accuracySchema).optional(),
  meters: z.array(meterSchema).default([]),
});

/** One file of the folder: any of the lists, and what is said once of the whole estate. */
export const estateFileSchema = z.strictObject({
  estate: z.string().min(1).max(200).optional(),
  /** How the estate reports its carbon; see `carbon/accounting.ts` for what holds where it does not say. */
  reporting: reportingSchema.optional(),
  organisations: z.array(organisationSchema).optional(),
  sites: z.array(siteSchema).optional(),
  observed: z.array(observedSchema).optional(),
  supplies: z.array(supplySchema).optional(),
  certificates: z.array(certificateSchema).optional(),
  residual_mix: z.array(residualMixSchema).optional(),
  own_generation: z.array(ownGenerationSchema).optional(),
  baselines: z.array(baselineSchema).optional(),
  targets: z.array(targetSchema).optional(),
  generation_profiles: z.array(generationProfileSchema).optional(),
  tariffs: z.array(tariffSchema).optional(),
  published_charges: z.array(publishedChargesSchema).optional(),
  supply_points: z.array(supplyPointSchema).optional(),
  budgets: z.array(budgetSchema).optional(),
  alert_rules: z.array(alertRuleSchema).optional(),
  alert_routes: z.array(alertRouteSchema).optional(),
  measures: z.array(measureSchema).optional(),
  non_routine_events: z.array(nonRoutineEventSchema).optional(),
  grid_projections: z.array(gridProjectionSchema).optional(),
});

/**
 * The lists that stand beside organisations and sites, each entry of which is judged by itself, and what one entry is
 * called. Entries have an `id` or are told by their place in the list.
 */
export const registerLists = {
  observed: 'observed series',
  supplies: 'supply',
  certificates: 'certificate',
  residual_mix: 'residual mix',
  own_generation: 'own generation',
  baselines: 'baseline',
  targets: 'target',
  generation_profiles: 'generation profile',
  tariffs: 'tariff',
  published_charges: 'published charges',
  supply_points: 'supply point',
  budgets: 'budget',
  alert_rules: 'alert rule',
  alert_routes: 'alert route',
  measures: 'measure',
  non_routine_events: 'non-routine event',
  grid_projections: 'grid projection',
} as const satisfies {
  readonly [K in Exclude<keyof EstateFile, 'estate' | 'reporting' | 'organisations' | 'sites'>]: string;
};
export type RegisterList = keyof typeof registerLists;
export const registerListNames = Object.keys(registerLists) as RegisterList[];
export type EstateFile = z.output<typeof estateFileSchema>;
export type RegisterLists = { readonly [K in RegisterList]: readonly NonNullable<EstateFile[K]>[number][] };

/** The entries of such a list; none where nobody wrote it. */
export function listed<K extends RegisterList>(
  { lists }: { readonly lists?: Partial<RegisterLists> | undefined },
  list: K,
): RegisterLists[K] | readonly never[] {
  return lists?.[list] ?? [];
}

/**
 * `amendments.yaml`, which only Meterhouse writes: what people did through the API or the command line. An exchange is
 * added to the exchanges of its meter, a meter to its site, a retirement, a withdrawal and an allocation to their
 * certificate, a change to its measure, as if they stood there.
 */
export const amendmentsFileSchema = z.strictObject({
  exchanges: z.array(exchangeSchema.extend({ meter: idSchema })).default([]),
  meters: z.array(meterSchema.extend({ site: idSchema })).default([]),
  certificates: z.array(certificateSchema).default([]),
  baselines: z.array(baselineSchema).default([]),
  retirements: z.array(retirementSchema.extend({ certificate: idSchema })).default([]),
  withdrawals: z.array(withdrawalSchema.extend({ certificate: idSchema })).default([]),
  /** Of the allocations to a meter the last one holds; 0 takes it away. */
  allocations: z
    .array(allocationSchema.extend({ certificate: idSchema, mwh: z.number().int().min(0).max(10_000_000) }))
    .default([]),
  measures: z.array(measureSchema).default([]),
  /** Each is one more status of its measure; `works` takes the place of what stands there. */
  measure_changes: z.array(measureChangeSchema).default([]),
});

export type Organisation = z.output<typeof organisationSchema>;
export type Building = z.output<typeof buildingSchema>;
/** A meter as it is written, below its site. */
export type MeterEntry = z.output<typeof meterSchema>;
export type Exchange = z.output<typeof exchangeSchema>;
/** A site as it is written, with its meters. */
export type SiteEntry = z.output<typeof siteSchema>;
export type Site = Omit<SiteEntry, 'meters'>;
/** A meter as the rest of the house sees it: what was written, and the site it hangs on. */
export interface Meter extends MeterEntry {
  readonly site: string;
}

/**
 * What messages and files are of: a meter, or a series observed outside, which has a `quantity` of its own. As much of
 * either as those who read messages look at.
 */
export type Listener = Pick<MeterEntry, 'id' | 'unit' | 'topic' | 'decoder' | 'channel' | 'valid_from' | 'valid_to'> &
  Partial<Omit<Meter, 'id' | 'unit'>> & { readonly quantity?: ObservedQuantity };

/** The whole register, indexed. `version` grows by one with each accepted change of the folder. */
export interface Estate {
  readonly name: string;
  readonly version: number;
  readonly reporting?: Reporting | undefined;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly sites: ReadonlyMap<string, Site>;
  readonly meters: ReadonlyMap<string, Meter>;
  /** Series observed outside, by their ids, none of which a meter has. */
  readonly observed?: ReadonlyMap<string, ObservedSeries>;
  /** What stands beside organisations and sites; ask with `listed`. */
  readonly lists?: Partial<RegisterLists>;
  /** Mappings of the folder's own, by their names; those that Meterhouse brings are not among them. */
  readonly mappings?: ReadonlyMap<string, Mapping>;
  /** The factor sets of an earlier day, where the register is that of then; without it those that there are. */
  readonly factorSets?: readonly FactorSet[];
}

/** All that messages and files can be of. */
export function listenersOf({ meters, observed }: Pick<Estate, 'meters' | 'observed'>): readonly Listener[] {
  return [...meters.values(), ...(observed?.values() ?? [])];
}

/** The entry of a dated list that holds on a London date; undefined before the first. */
export function validOn<T extends { readonly from: string }>(list: readonly T[], date: string): T | undefined {
  let best: T | undefined;
  for (const entry of list) if (entry.from <= date && (!best || entry.from >= best.from)) best = entry;
  return best;
}

/**
 * Whether a meter speaks for itself: one computed from others does not, nor does a tank that is dipped by hand, nor a
 * source that comes in files.
 */
export function isHeard(meter: Pick<Meter, 'role' | 'stock' | 'source_of' | 'topic'>): boolean {
  const isFiled = meter.source_of !== undefined && meter.topic === undefined;
  return meter.role !== 'virtual' && meter.stock === undefined && !isFiled;
}

/** Whether a meter should have been heard by now: silent for longer than its maximum gap, or never heard. */
export function isOverdue(meter: Meter, silentSeconds: number | undefined): boolean {
  return isHeard(meter) && (silentSeconds === undefined || silentSeconds > meter.maximum_gap);
}

/** Whether something holds on a London date. Both of its own dates belong to it; one that is absent is open. */
export function isValidOn(
  entry: { readonly valid_from?: string | undefined; readonly valid_to?: string | undefined },
  date: string,
): boolean {
  return (entry.valid_from ?? date) <= date && date <= (entry.valid_to ?? date);
}
