import type { BaselineDays } from './baseline-days.ts';
import { layoutOf } from './day-value.ts';
import type { Days } from './daily.ts';
import { disqualifies, type Gate, notPassed } from './gates.ts';
import type {
  BaselineModel,
  Candidate,
  DayType,
  DayTypePart,
  GroupOf,
  Interval,
  ModelFit,
  ModelKind,
  ModelMethod,
  Reckoning,
  Shape,
  WeatherPart,
} from './model.ts';
import { fitErrors, type FitRows, quadratic } from './scatter.ts';
import { studentTAt } from '../weather/prediction.ts';
import { addDays } from '../time.ts';

/** A fit, with what it was made of. */
export interface Fitted {
  readonly method: ModelMethod;
  readonly kind: ModelKind;
  readonly shape: Shape;
  readonly parameters: Float64Array;
  readonly rows: FitRows;
  readonly use: Float64Array;
  /** How many parameters the published method counts: base and slopes alone. */
  readonly counted: number;
  readonly groupOf: GroupOf;
  /** The kinds of day of each group. */
  readonly groups: readonly (readonly DayType[])[];
  readonly candidates: readonly Candidate[];
}

/** The model that a fit is, or the gates that it does not pass. `doubts` are those of its days. */
export function assemble(
  fitted: Fitted,
  days: BaselineDays,
  doubts: readonly Gate[],
): { readonly model: BaselineModel } | { readonly disqualified: readonly Gate[] } {
  const fit = fitOf(fitted);
  const errors = fitErrors(fitted.rows);
  const ofFit = notPassed({
    cv_rmse: fit.cvRmse,
    ...(fitted.kind !== 'constant' && { r_squared: fit.rSquared }),
    [fitted.rows.of === 'month' ? 'cv_of_months' : 'cv_of_days']: fit.cvRmse,
  });
  const disqualified = ofFit.filter(disqualifies);
  if (disqualified.length > 0) return { disqualified };
  const { shape, parameters, groupOf } = fitted;
  const reckoning: Reckoning = {
    shape,
    parameters,
    covariance: errors.covariance,
    groupOf,
    scatter: errors.scatter,
    t: studentTAt(errors.degreesOfFreedom),
  };
  const layout = layoutOf(shape);
  const counts = countsOf(fitted, days);
  const model: BaselineModel = {
    method: fitted.method,
    kind: fitted.kind,
    days: { first: days.first, last: addDays(days.first, days.count - 1) } satisfies Days,
    knownDays: days.known.length,
    base: baseOf(reckoning, counts),
    heating: weatherPart(reckoning, layout.heating),
    cooling: weatherPart(reckoning, layout.cooling),
    dayTypes: shape.groups > 1 ? fitted.groups.map((types, group) => dayTypePart(reckoning, types, group, counts)) : [],
    memory: layout.memory < 0 ? 0 : (parameters[layout.memory] as number),
    seen: seenOf(days),
    fit: { ...fit, autocorrelation: errors.autocorrelation },
    candidates: fitted.candidates,
    doubts: [...doubts, ...ofFit],
    reckoning,
  };
  return { model };
}

function fitOf({ rows, use, counted }: Fitted): Omit<ModelFit, 'autocorrelation'> {
  const { rest, weight } = rows;
  const n = rest.length;
  const all = sum(weight, () => 1);
  const mean = sum(weight, (i) => use[i] as number) / all;
  const spread = sum(weight, (i) => ((use[i] as number) - mean) ** 2);
  const squares = sum(weight, (i) => (rest[i] as number) ** 2);
  const rSquared = spread > 1e-20 * all * mean ** 2 ? 1 - squares / spread : undefined;
  const rmse = n > counted ? Math.sqrt(((squares / all) * n) / (n - counted)) : Number.NaN;
  return {
    n,
    parameters: counted,
    rSquared,
    adjustedRSquared:
      rSquared === undefined || n <= counted ? undefined : 1 - ((1 - rSquared) * (n - 1)) / (n - counted),
    rmse,
    cvRmse: mean > 0 ? rmse / mean : undefined,
    nmbe: mean > 0 ? sum(weight, (i) => rest[i] as number) / all / mean : undefined,
  };
}

function sum(weight: Float64Array, value: (i: number) => number): number {
  return weight.reduce((all, one, i) => all + one * value(i), 0);
}

/** How many days of the baseline, known or not, are of each kind. */
function countsOf({ groupOf, shape }: Fitted, { first, count }: BaselineDays): number[] {
  const counts = Array.from({ length: shape.groups }, () => 0);
  for (let i = 0; i < count; i++) {
    const group = groupOf(addDays(first, i));
    counts[group] = (counts[group] ?? 0) + 1;
  }
  return counts;
}

function baseOf(reckoning: Reckoning, counts: readonly number[]): Interval {
  const all = counts.reduce((total, one) => total + one, 0);
  return notBelowZero(intervalOf(reckoning, new Map(counts.map((count, group) => [group, count / all]))));
}

function dayTypePart(
  reckoning: Reckoning,
  types: readonly DayType[],
  group: number,
  counts: readonly number[],
): DayTypePart {
  const { heating } = layoutOf(reckoning.shape);
  const balance = new Map([[heating + 1, 1]]);
  if (group > 0) balance.set(heating + 1 + group, 1);
  return {
    types,
    days: counts[group] ?? 0,
    base: notBelowZero(intervalOf(reckoning, new Map([[group, 1]]))),
    balancePoint: heating < 0 ? undefined : intervalOf(reckoning, balance),
  };
}

/** Of several kinds of day the balance point is that of the first: of working days. */
function weatherPart(reckoning: Reckoning, at: number): WeatherPart | undefined {
  if (at < 0) return undefined;
  const { covariance } = reckoning;
  return {
    slope: notBelowZero(intervalOf(reckoning, new Map([[at, 1]]))),
    slopeError: Math.sqrt(covariance[at]?.[at] ?? 0),
    balancePoint: intervalOf(reckoning, new Map([[at + 1, 1]])),
  };
}

/** A sum of parameters, each times a share, with its interval. */
function intervalOf({ parameters, covariance, t }: Reckoning, shares: ReadonlyMap<number, number>): Interval {
  const row = parameters.map((_, k) => shares.get(k) ?? 0);
  const best = row.reduce((total, share, k) => total + share * (parameters[k] as number), 0);
  return around(best, t * Math.sqrt(Math.max(0, quadratic(covariance, row))));
}

export function around(best: number, half: number): Interval {
  return { low: best - half, best, high: best + half };
}

function notBelowZero({ low, best, high }: Interval): Interval {
  return { low: Math.min(best, Math.max(0, low)), best, high };
}

function seenOf({ temperature, known }: BaselineDays): BaselineModel['seen'] {
  let [coldest, warmest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const day of known) {
    coldest = Math.min(coldest, temperature[day] as number);
    warmest = Math.max(warmest, temperature[day] as number);
  }
  return { coldest, warmest };
}
