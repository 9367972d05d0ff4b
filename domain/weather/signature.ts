import { type FitCriterionName, fitCriteria, sayUnmet, type Unmet, unmetOf } from './fit-criteria.ts';
import { quantile } from '../energy/quartiles.ts';
import { leastSquares } from '../least-squares.ts';
import type { Period } from '../time.ts';

/**
 * The energy signature: use per day = baseload + slope × degree days per day, by ordinary least squares over months or
 * days. Points are per day, never month totals: months are of unlike length, and a total's constant is no baseload.
 */

/** What was used in a month or a day, and how cold it was. */
export interface SignaturePoint extends Period {
  readonly days: number;
  /** kWh a day. */
  readonly perDay: number;
  /** °C·day a day. */
  readonly degreeDaysPerDay: number;
  /** Days on which it was colder than the base; counted by `heating-days`. */
  readonly heatingDays: number;
}

export const pointLengths = ['month', 'day'] as const;
export type PointLength = (typeof pointLengths)[number];

/** How well a line fits its points. n is the number of points, p = 2 that of coefficients. */
export interface FitStatistics {
  readonly n: number;
  /** Undefined where all points are of the same height. */
  readonly rSquared: number | undefined;
  readonly adjustedRSquared: number | undefined;
  /** Root of the mean square error, divided by n − p, and its share of the mean: kWh a day, and a fraction. */
  readonly rmse: number;
  readonly cvRmse: number | undefined;
}

export interface Line extends FitStatistics {
  /** In the unit of `perDay`, and in that unit per degree day. */
  readonly baseload: number;
  readonly slope: number;
  /** One standard error of each. */
  readonly baseloadError: number;
  readonly slopeError: number;
}

/** Baseload and slope by day, or the reasons why use has none that could be relied on. */
export interface Signature {
  readonly relation: 'heating' | 'none';
  readonly length: PointLength;
  /** °C: the base of the degree days the points have. */
  readonly base: number;
  readonly points: readonly SignaturePoint[];
  /** The best line, also where it is refused; undefined where there are too few points for any. */
  readonly line: Line | undefined;
  /** kWh a day, the mean of all points, by days: what is expected where there is no relation. Undefined of none. */
  readonly meanPerDay: number | undefined;
  /** Why there is no relation; empty where there is one. */
  readonly refused: readonly Unmet[];
  /** What is not as good as it should be. */
  readonly doubts: readonly Unmet[];
}

/** Least squares of `y` on `x` with a constant; undefined where fewer than three values of x differ. */
export function fitLine(x: readonly number[], y: readonly number[]): Line | undefined {
  const n = x.length;
  if (new Set(x).size < 3) return undefined;
  const target = Float64Array.from(y);
  const { coefficients, errors } = leastSquares([new Float64Array(n).fill(1), Float64Array.from(x)], target);
  const [baseload = 0, slope = 0] = coefficients;
  const [baseloadError = 0, slopeError = 0] = errors;
  const mean = y.reduce((sum, one) => sum + one, 0) / n;
  let [rest, spread] = [0, 0];
  for (let i = 0; i < n; i++) {
    rest += ((target[i] as number) - baseload - slope * (x[i] as number)) ** 2;
    spread += ((target[i] as number) - mean) ** 2;
  }
  // Equal values differ by what rounding leaves of them.
  const rSquared = spread > 1e-20 * n * mean ** 2 ? 1 - rest / spread : undefined;
  const rmse = Math.sqrt(rest / (n - 2));
  return {
    baseload,
    slope,
    baseloadError,
    slopeError,
    n,
    rSquared,
    adjustedRSquared: rSquared === undefined ? undefined : 1 - ((1 - rSquared) * (n - 1)) / (n - 2),
    rmse,
    cvRmse: mean > 0 ? rmse / mean : undefined,
  };
}

export interface SignatureRequest {
  readonly points: readonly SignaturePoint[];
  readonly length: PointLength;
  readonly base: number;
  /** How many points the period asked for would have; fewer are there where months or days are not whole. */
  readonly asked: number;
}

/** The signature of some points, judged by `fitCriteria`. */
export function signatureOf({ points, length, base, asked }: SignatureRequest): Signature {
  const line = fitLine(
    points.map((point) => point.degreeDaysPerDay),
    points.map((point) => point.perDay),
  );
  const days = sumOf(points, (point) => point.days);
  const found: Partial<Record<FitCriterionName, number | undefined>> = {
    'points-apart': new Set(points.map((point) => point.degreeDaysPerDay)).size,
    'use-not-negative': points.length === 0 ? undefined : Math.min(...points.map((point) => point.perDay)),
    'heating-days': sumOf(points, (point) => point.heatingDays),
    'heating-degree-days': sumOf(points, (point) => point.degreeDaysPerDay * point.days),
    'not-negative': line && Math.min(line.baseload, line.slope),
    'better-than-mean': line?.adjustedRSquared,
    'slope-certain': line && certaintyOf(line),
    'r-squared': line?.rSquared,
    [length === 'month' ? 'cv-of-months' : 'cv-of-days']: line?.cvRmse,
    'days-covered': days,
    'points-kept': asked > 0 ? points.length / asked : undefined,
    'no-extremes': extremesOf(points),
  };
  const unmet = unmetOf(found);
  const refused = unmet.filter(({ criterion }) => fitCriteria[criterion].effect === 'refuses');
  const related = line?.rSquared !== undefined && refused.length === 0;
  return {
    relation: related ? 'heating' : 'none',
    length,
    base,
    points,
    line,
    meanPerDay: days > 0 ? sumOf(points, (point) => point.perDay * point.days) / days : undefined,
    refused,
    doubts: unmet.filter(({ criterion }) => {
      const ofFit = criterion === 'r-squared' || criterion === 'cv-of-months' || criterion === 'cv-of-days';
      // Where nothing is fitted, how well it fits is no matter.
      return fitCriteria[criterion].effect === 'doubts' && (related || !ofFit);
    }),
  };
}

/** How many of its standard errors a slope is; a line without error is as certain as can be. */
function certaintyOf({ slope, slopeError }: Line): number {
  return slopeError > 0 ? slope / slopeError : slope > 0 ? Number.MAX_VALUE : 0;
}

/** How many points are far above the rest: more than three interquartile ranges over the median. */
function extremesOf(points: readonly SignaturePoint[]): number {
  const sorted = points.map((point) => point.perDay).sort((a, b) => a - b);
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share, 'lower'));
  if (low === undefined || middle === undefined || high === undefined) return 0;
  return sorted.filter((value) => value > middle + 3 * (high - low)).length;
}

function sumOf(points: readonly SignaturePoint[], value: (point: SignaturePoint) => number): number {
  return points.reduce((sum, point) => sum + value(point), 0);
}

/** kWh expected in some days that had so many degree days: by the line, or by the mean where there is no relation. */
export function expectedUse(
  { relation, line, meanPerDay }: Signature,
  days: number,
  degreeDays: number,
): number | undefined {
  if (relation === 'none' || !line) return meanPerDay === undefined ? undefined : meanPerDay * days;
  return line.baseload * days + line.slope * degreeDays;
}

/** A signature in a sentence: what it costs to be there and what each degree costs, or why it has no line. */
export function saySignature({ relation, line, base, refused, doubts }: Signature): string {
  if (relation === 'none' || !line) {
    return `use does not follow the weather: ${refused.map(sayUnmet).join('; ')}`;
  }
  const says =
    `${shown(line.baseload)} kWh a day whatever the weather, and ${shown(line.slope)} kWh for each ` +
    `degree day below ${base} °C`;
  return doubts.length === 0 ? says : `${says}; with care, because of ${doubts.map(sayUnmet).join('; ')}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * The signature whose base fits best: of the bases tried, 8 to 20 °C in half degrees (the grid of CalTRACK in °C), the
 * one of the highest adjusted R² among those that have a relation. Undefined where none has.
 */
export function bestBase(at: (base: number) => Signature): Signature | undefined {
  let best: Signature | undefined;
  for (const base of triedBases) {
    const signature = at(base);
    if (signature.relation === 'none') continue;
    if ((signature.line?.adjustedRSquared ?? 0) > (best?.line?.adjustedRSquared ?? 0)) best = signature;
  }
  return best;
}

/** °C: where buildings of these islands begin to heat. */
export const triedBases: readonly number[] = Array.from({ length: 25 }, (_, i) => 8 + i / 2);

/** Kelvins in a degree Celsius of difference are one; kWh a day per K is so many watts per K. */
const wattsPerKilowattHourADay = 1000 / 24;

/**
 * The heat-loss coefficient of a building, W/K, from the slope of its heating fuel (kWh per °C·day) and the efficiency
 * at which that fuel becomes heat (0 to 1). It holds what ventilation takes, and what sun and people bring is in the
 * base instead.
 */
export function heatLossCoefficient(slope: number, efficiency: number): number {
  return slope * efficiency * wattsPerKilowattHourADay;
}
