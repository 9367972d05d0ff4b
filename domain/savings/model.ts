import type { LocalDate } from '../time.ts';
import type { DailyTemperature, DailyUse, Days } from './daily.ts';
import type { Gate } from './gates.ts';

/**
 * A baseline model: what a meter would use on a day of this kind in this weather, as it used in a baseline period.
 * Energy is in the unit of the meter's days (kWh; m³ of water), temperatures are in °C.
 */

export const modelMethods = {
  caltrack_daily: 'CalTRACK 2.0, daily method: one base, heating and cooling by the mean temperature of the day',
  caltrack_monthly: 'CalTRACK 2.0, billing method: the same of months, each counting as its days',
  day_types: 'our own: a base for each kind of day, one heating slope, and walls that remember the day before',
} as const;
export type ModelMethod = keyof typeof modelMethods;
export const modelMethodNames = Object.keys(modelMethods) as [ModelMethod, ...ModelMethod[]];

/** What of the weather use follows. */
export const modelKinds = ['constant', 'heating', 'cooling', 'heating_and_cooling'] as const;
export type ModelKind = (typeof modelKinds)[number];

/** Kinds of day that a building tells apart: by the site's opening hours, else by weekday and bank holiday. */
export const dayTypes = ['working_day', 'saturday', 'sunday', 'bank_holiday'] as const;
export type DayType = (typeof dayTypes)[number];

/** A number with its 90 % interval. */
export interface Interval {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** How use follows the weather on one side of a balance point. */
export interface WeatherPart {
  /** °C: below it (of cooling: above it) each degree costs the slope. */
  readonly balancePoint: Interval;
  /** Energy a day for each °C of the day's mean temperature (kWh per °C·day). */
  readonly slope: Interval;
  /** One standard error of the slope, of the balance point too. */
  readonly slopeError: number;
}

/** How well a model fits the days (months) it was made of; `parameters` counts base, slopes and day types. */
export interface ModelFit {
  readonly n: number;
  readonly parameters: number;
  /** Undefined where all values are alike. */
  readonly rSquared: number | undefined;
  readonly adjustedRSquared: number | undefined;
  /** Energy a day; divided by n − parameters. */
  readonly rmse: number;
  readonly cvRmse: number | undefined;
  /** Net mean bias: what the model expects less than was used, as a share of the mean; 0 of least squares. */
  readonly nmbe: number | undefined;
  /** How much of what one day (month) errs by the next one still does, −1 to 1. */
  readonly autocorrelation: number;
}

/** A model that was tried, and what became of it. */
export interface Candidate {
  readonly kind: ModelKind;
  /** °C. */
  readonly heatingBalancePoint?: number;
  readonly coolingBalancePoint?: number;
  readonly adjustedRSquared: number | undefined;
  /** Why it could not be taken; undefined of one that could. */
  readonly disqualified: 'too_few_degree_days' | 'too_few_days_of_weather' | 'negative' | 'not_solvable' | undefined;
}

/** A day type's base beside that of a working day, energy a day. */
export interface DayTypePart {
  readonly type: DayType;
  readonly days: number;
  readonly base: Interval;
}

export interface BaselineModel {
  readonly method: ModelMethod;
  readonly kind: ModelKind;
  /** The days it was made of: from the first to the last asked for, and those of them that were known. */
  readonly days: Days;
  readonly knownDays: number;
  /** Energy a day that does not follow the weather, the mean over the kinds of day as they came. */
  readonly base: Interval;
  readonly heating: WeatherPart | undefined;
  readonly cooling: WeatherPart | undefined;
  /** Empty where kinds of day are not told apart. */
  readonly dayTypes: readonly DayTypePart[];
  /** The share of yesterday's temperature in what walls feel today; 0 of CalTRACK. */
  readonly memory: number;
  /** °C: the coldest and the warmest day (month) it was made of. */
  readonly seen: { readonly coldest: number; readonly warmest: number };
  readonly fit: ModelFit;
  readonly candidates: readonly Candidate[];
  /** What does not meet what is asked of a good model, and does not disqualify. */
  readonly doubts: readonly Gate[];
  /** What its predictions err by; for `expectedOf`. */
  readonly error: ModelError;
}

/** Coefficients of the columns of a day (`columns.ts`), how they err together, and how a new day does. */
export interface ModelError {
  readonly coefficients: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  /** Energy a day: what one day errs by. */
  readonly deviation: number;
  /** Correlation of what two days err by that are k days apart: `near` · `far` ^ k for k ≥ 1. */
  readonly correlation: { readonly near: number; readonly far: number };
  readonly degreesOfFreedom: number;
}

/** Which kind of day a date is: from `day-kinds.ts`. */
export type DayTypeOf = (date: LocalDate) => DayType;

export interface ModelRequest {
  readonly use: DailyUse;
  /** Reaches over the same days; the day before the first is used where it is known. */
  readonly temperature: DailyTemperature;
  /** The baseline: at most 365 days. */
  readonly days: Days;
  readonly method: ModelMethod;
  /** Of `day_types`; weekdays, weekend and bank holidays where it is absent. */
  readonly dayTypeOf?: DayTypeOf | undefined;
  /** Fuel and heat do not flow back, and cool nothing: only heating is tried, and use below 0 disqualifies. */
  readonly heatsOnly: boolean;
  /** Days that are left out, as those of a non-routine event are. */
  readonly leftOut?: readonly Days[] | undefined;
}

/** No number, and by which gates. */
export interface Disqualified {
  readonly disqualified: readonly Gate[];
}
