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

const whysDisqualified = {
  too_few_degree_days: 'fewer than 20 degree days (°F) on one side of the balance point (CalTRACK 3.2.2.2)',
  too_few_days_of_weather: 'fewer than 10 days with degree days (CalTRACK 3.2.2.2)',
  negative: 'a base or a slope below 0 (CalTRACK 3.4.3.2)',
  not_certain: 'a slope of less than two of its standard errors (IPMVP: a t-statistic above 2)',
  not_solvable: 'no use that differs from day to day, or more parameters than days',
} as const;
export type WhyDisqualified = keyof typeof whysDisqualified;

/** A model that was tried, and what became of it. */
export interface Candidate {
  readonly kind: ModelKind;
  /** °C. */
  readonly heatingBalancePoint?: number;
  readonly coolingBalancePoint?: number;
  /** How many kinds of day it tells apart. */
  readonly kindsOfDay: number;
  readonly adjustedRSquared: number | undefined;
  /** Why it could not be taken; undefined of one that could. */
  readonly disqualified: WhyDisqualified | undefined;
}

/** What a kind of day uses whatever the weather, and where its heating begins. */
export interface DayTypePart {
  readonly types: readonly DayType[];
  /** How many days of the baseline were of this kind. */
  readonly days: number;
  /** Energy a day. */
  readonly base: Interval;
  /** °C; undefined where nothing heats. */
  readonly balancePoint: Interval | undefined;
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
  /** How a day is reckoned, and what it errs by; for `expectedOf`. */
  readonly reckoning: Reckoning;
}

/** The parameters of a model (`day-value.ts`), how they err together, and how a new day does. */
export interface Reckoning {
  readonly shape: Shape;
  readonly parameters: Float64Array;
  readonly covariance: readonly (readonly number[])[];
  readonly groupOf: GroupOf;
  readonly scatter: Scatter;
  /** Student's t of the 90 % interval, for as many days as are independent of one another. */
  readonly t: number;
}

/** Which parameters a model has: kinds of day told apart, and what of the weather they follow. */
export interface Shape {
  readonly groups: number;
  readonly heating: boolean;
  readonly cooling: boolean;
  /** Walls remember the day before, and a day has warm hours and cold ones. */
  readonly memory: boolean;
}

/** How what was used lies about the model. */
export interface Scatter {
  /** What one error is of. */
  readonly of: 'day' | 'month';
  /** Energy a day on days (months) without weather; and the share of what follows the weather that comes on top. */
  readonly still: number;
  readonly ofWeather: number;
  /** Correlation of two errors that are k days (months) apart: near × far^k for k ≥ 1. */
  readonly near: number;
  readonly far: number;
}

/** Which kind of day a date is: from `day-kinds.ts`. */
export type DayTypeOf = (date: LocalDate) => DayType;

/** Which of the kinds of day that a model tells apart a date belongs to, from 0. */
export type GroupOf = (date: LocalDate) => number;

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
