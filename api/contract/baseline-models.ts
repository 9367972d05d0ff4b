import { z } from 'zod';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { limits } from '../../domain/limits.ts';
import { type GateName, gates } from '../../domain/savings/gates.ts';
import { modelKinds, modelMethodNames, modelMethods } from '../../domain/savings/model.ts';
import {
  always,
  checkRange,
  dateSchema,
  formatSchema,
  idListSchema,
  rangeShape,
  shareSchema,
  wordsOf,
} from './vocabulary.ts';

/** Baseline models: what a meter would use on such a day in such weather. */

export const baselineModelsQuerySchema = z
  .strictObject({
    meter: idListSchema.optional(),
    site: idListSchema.optional(),
    organisation: idListSchema.optional(),
    method: z.enum(modelMethodNames).default('day_types').describe(wordsOf(modelMethods)),
    ...rangeShape,
    format: formatSchema,
  })
  .superRefine((value, context) => checkRange(value, context, limits.rangeDays.day), always);

const gateNames = Object.keys(gates) as [GateName, ...GateName[]];
const perDay = 'a day: kWh, m³ of water';
const low = (what: z.ZodType<number | null>) => what.describe('nine in ten such intervals hold what is true');
const number = z.number().nullable();

export const baselineModelRowSchema = z
  .strictObject({
    meter: z.string(),
    meter_name: z.string(),
    site: z.string(),
    utility: z.enum(utilities),
    unit: z.enum(['kWh', 'm3']).describe('of everything by day'),
    method: z.enum(modelMethodNames),
    outcome: z.enum(['model', 'disqualified']).describe('disqualified: no model; `because` says by which gates'),
    kind: z.enum(modelKinds).nullable().describe('what of the weather use follows'),
    first_day: dateSchema,
    last_day: dateSchema,
    days: z.number().int(),
    known_days: z.number().int().describe('those of which use and temperature are known'),
    measured_share: shareSchema.describe('known days of all days'),
    base_low_per_day: low(number),
    base_per_day: number.describe(`whatever the weather, ${perDay}; the mean over the kinds of day as they came`),
    base_high_per_day: low(number),
    heating_slope_low: low(number),
    heating_slope: number.describe('for each °C that the day is below the balance point, a day'),
    heating_slope_high: low(number),
    heating_balance_low_degc: low(number),
    heating_balance_degc: number.describe('of working days, where kinds of day are told apart'),
    heating_balance_high_degc: low(number),
    cooling_slope: number,
    cooling_balance_degc: number,
    heat_loss_low_w_per_k: low(number),
    heat_loss_w_per_k: number.describe('null where nothing heats, or the register does not say how efficiently'),
    heat_loss_high_w_per_k: low(number),
    memory_share: shareSchema.nullable().describe('of what was felt the day before, in what walls feel today'),
    kinds_of_day: z
      .array(z.string())
      .describe('days that are told apart: which, how many of them, and the base of each; empty where all are alike'),
    n: z.number().int().nullable().describe('days, or months of `caltrack_monthly`'),
    parameters: z.number().int().nullable(),
    r_squared: number,
    adjusted_r_squared: number,
    rmse_per_day: number,
    cv_rmse: number,
    nmbe: number,
    autocorrelation: number.describe('how much of what one day (month) errs by the next one still does'),
    candidates_tried: z.number().int().nullable(),
    candidates_qualified: z.number().int().nullable(),
    gates: z.array(z.enum(gateNames)).describe('that were not passed: why there is no model, or what is doubtful'),
    because: z.array(z.string()).describe('the same as sentences, with what was found and asked, and by whom'),
  })
  .meta({ id: 'BaselineModel' });

export const baselineModelsAnswerSchema = z.strictObject({
  register_version: z.number().int(),
  first_day: dateSchema,
  last_day: dateSchema,
  confidence: z.number().describe('of the intervals'),
  models: z.array(baselineModelRowSchema),
});
