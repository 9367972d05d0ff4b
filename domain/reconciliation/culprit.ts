import type { BalanceTerm } from './balances.ts';
import { leastSquares } from '../least-squares.ts';
import type { BalanceColumns, ResidualSum } from './reconciliation.ts';
import { daySeconds, halfHourSeconds } from '../time.ts';
import { evenerOf, halfHoursPerDay, meanOf } from '../diagnosis/usual-day.ts';

/**
 * Which meter most likely keeps a balance from agreeing, and why. The residual of a meter that counts a tenth follows
 * that meter's own ups and downs, nine times over: so the residual is fitted to all sub-meters at once, and a meter
 * with a share in it counts wrongly by just that factor. Where all have the same share it is the meter above them.
 * Whatever is named must leave a residual that can be: nothing below zero.
 */

export const causes = {
  'pulse-weight': 'the residual follows this meter, and goes if it passes a power of ten of what it says',
  'reversed-ct': 'the residual follows this meter, and goes if it flows the other way',
  'phase-lost': 'the residual follows this meter, and goes if one of its three phases is lost or reversed',
  multiplier: 'the residual follows this meter, and goes if it is multiplied otherwise',
  elsewhere: 'the sub-meters see too much by just what this one counts: it hangs elsewhere, or is counted twice',
  stuck: 'it stands still, and meanwhile the residual is larger by what it usually counts',
  silent: 'it was not measured, so that nothing can be compared',
  'unmetered-load': 'no single meter explains it: something is supplied that no sub-meter sees',
  unexplained: 'no single meter explains it',
} as const;
export type Cause = keyof typeof causes;

export interface Suspect {
  /** Undefined where no meter is meant. */
  readonly meter: string | undefined;
  readonly cause: Cause;
  /** How often what the meter says is what it passes; undefined where that is not what is wrong. */
  readonly factor: number | undefined;
  /** 0 to 1: how much of the residual it explains, and how much worse the next explanation is. */
  readonly confidence: number;
}

/**
 * Explanations by one number: what the meter passes, for each kWh that it says. `gain`: how much less uneven the
 * residual must be without it. A power of ten is hardly met by chance; half as much again is, where loads rise
 * together.
 */
const factors: readonly { readonly factor: number; readonly cause: Cause; readonly gain: number }[] = [
  ...[10, 100, 1000, 0.1, 0.01, 0.001].map((factor) => ({ factor, cause: 'pulse-weight' as const, gain: 0.05 })),
  { factor: -1, cause: 'reversed-ct', gain: 0.3 },
  // Of three equal phases, one reversed leaves a third, one lost two thirds.
  { factor: 3, cause: 'phase-lost', gain: 0.25 },
  { factor: 1.5, cause: 'phase-lost', gain: 0.5 },
  { factor: 0, cause: 'elsewhere', gain: 0.3 },
];
/** For any other factor, and for an explanation that makes a large residual larger still. */
const usualGain = 0.5;
const gainAway = 0.6;
/** For any, where no usual day is known that all loads have in common. */
const gainOfFewDays = 0.95;
/** A factor is found where it is so far from 1, and so many standard errors. */
const leastAway = 0.08;
const leastErrors = 5;
/** A factor is taken for one that is known to go wrong where it is so near to it, beside its own error. */
const nearby = 0.06;
/** The share of half-hours that an explanation may leave below zero, by more than the meters' accuracy. */
const mayBeBelow = 0.02;
/** Where the accuracy is not known: what a half-hour may be below zero, as a share of what is supplied. */
const usualTolerance = 0.05;
/** Fewer half-hours than half a day have no shape. */
const leastHalfHours = halfHoursPerDay / 2;
/** A register that stands so long, where it never does at these hours, is stuck. */
const stuckHalfHours = 8;

interface Explanation extends Suspect {
  readonly place: number;
  /** How much less uneven the residual must be without it. */
  readonly needs: number;
}

/**
 * The suspects of a balance, most likely first. `boundAt` is how far one half-hour may be from the truth, by its place.
 */
export function suspectsOf(
  columns: BalanceColumns,
  whole: ResidualSum,
  unmeasured: readonly { readonly meter: string }[],
  boundAt: (place: number) => number | undefined,
): Suspect[] {
  if (whole.verdict === 'nothing-measured') {
    return unmeasured.slice(0, 3).map(({ meter }) => ({ meter, cause: 'silent', factor: undefined, confidence: 0.5 }));
  }
  if (whole.verdict === 'within') return [];
  const places = [...columns.starts.keys()].filter((k) => !Number.isNaN(columns.residual[k]));
  if (places.length < leastHalfHours) return remaining(whole, 0.3);
  const typical = whole.supplied / places.length;
  const tolerances = new Map(places.map((k) => [k, boundAt(k) ?? usualTolerance * Math.abs(typical)]));
  const { stuck, still } = stuckMeters(columns, places);
  const moving = places.filter((k) => !still.has(k));
  const found = factorExplanations(columns, moving, tolerances);
  const best = [...stuck, ...found].sort((a, b) => b.confidence - a.confidence).slice(0, 3);
  if (best.length > 0) {
    return best.map(({ meter, cause, factor, confidence }) => ({ meter, cause, factor, confidence }));
  }
  return whole.verdict === 'accuracy-unknown' ? [] : remaining(whole, steadinessOf(columns.residual, places));
}

/** Nothing explains it. What is left over and never below zero is a load that no sub-meter sees. */
function remaining({ residual }: ResidualSum, confidence: number): Suspect[] {
  const cause = residual > 0 ? 'unmetered-load' : 'unexplained';
  return [{ meter: undefined, cause, factor: undefined, confidence: residual > 0 ? confidence : 0 }];
}

/** How even a residual is, from 0 to 1: a load that nobody meters mostly runs on. */
function steadinessOf(residual: Float64Array, places: readonly number[]): number {
  const mean = meanOf(places, (k) => residual[k] as number);
  const variance = meanOf(places, (k) => ((residual[k] as number) - mean) ** 2);
  return mean <= 0 ? 0 : 1 / (1 + Math.sqrt(variance) / mean);
}

/** The explanations by one number: which meter the ups and downs of the residual follow, beside all the others. */
function factorExplanations(
  columns: BalanceColumns,
  places: readonly number[],
  tolerances: ReadonlyMap<number, number>,
): Explanation[] {
  const { terms, amounts, residual } = columns;
  const subs = [...terms.keys()].filter((i) => terms[i]?.supply === 0);
  const { even, days } = evenerOf(columns.starts, places);
  const fit = leastSquares(
    subs.map((i) => even(amounts[i] as Float64Array)),
    even(residual),
    days,
  );
  const off = subs.flatMap((i, n): Off[] => {
    const times = terms[i]?.sub ?? 1;
    const [away, error] = [(fit.coefficients[n] ?? 0) / times, (fit.errors[n] ?? 0) / Math.abs(times)];
    const stands = Math.abs(away) / error;
    return Math.abs(away) > leastAway && stands > leastErrors ? [{ place: i, factor: 1 + away, error, stands }] : [];
  });
  const found = parentOff(columns, subs, off) ?? off;
  return found
    .map((one) => named(columns, places, one))
    .map((one) => (days.length > 0 ? one : { ...one, needs: Math.max(one.needs, gainOfFewDays) }))
    .filter((one) => explains(columns, places, tolerances, even, one))
    .sort((a, b) => b.confidence - a.confidence);
}

/** A meter that passes another number of kWh than it says. */
interface Off {
  readonly place: number;
  readonly factor: number;
  readonly error: number;
  /** How many standard errors the factor is from 1. */
  readonly stands: number;
}

/** Where all sub-meters seem to be off by the same, it is their parent that is. */
function parentOff({ terms }: BalanceColumns, subs: readonly number[], off: readonly Off[]): Off[] | undefined {
  const supplies = [...terms.keys()].filter((i) => terms[i]?.supply === 1);
  const [parent] = supplies;
  const [first] = off;
  if (supplies.length !== 1 || parent === undefined || !first || off.length < 2 || off.length < subs.length) {
    return undefined;
  }
  const weights = off.reduce((sum, { error }) => sum + 1 / error ** 2, 0);
  const mean = off.reduce((sum, { factor, error }) => sum + factor / error ** 2, 0) / weights;
  const alike = off.every(({ factor, error }) => Math.abs(factor - mean) < leastErrors * error + 0.02 * Math.abs(mean));
  return alike && mean > 0
    ? [{ place: parent, factor: 1 / mean, error: first.error, stands: Math.min(...off.map(({ stands }) => stands)) }]
    : undefined;
}

function named(columns: BalanceColumns, places: readonly number[], { place, factor, error, stands }: Off): Explanation {
  const { meter, sub } = columns.terms[place] as BalanceTerm;
  const amounts = columns.amounts[place] as Float64Array;
  const said = meanOf(places, (k) => amounts[k] as number);
  const supplied = meanOf(places, (k) => columns.supplied[k] as number);
  // What says more than all that is supplied counts too much; what says less may as well not hang here.
  const possible = factors.filter(({ cause, factor: one }) => {
    if (cause === 'elsewhere') return sub > 0 && said <= supplied;
    return cause !== 'pulse-weight' || one >= 0.1 || said > supplied;
  });
  const distance = (one: number): number =>
    Math.abs(factor - one) / (4 * error + nearby * Math.max(Math.abs(one), 0.5));
  const [near] = possible.toSorted((a, b) => distance(a.factor) - distance(b.factor));
  const isNear = near !== undefined && distance(near.factor) <= 1;
  return {
    place,
    meter: meter.id,
    cause: isNear ? near.cause : 'multiplier',
    factor: isNear ? near.factor : Number(factor.toPrecision(3)),
    confidence: 1 - leastErrors / stands,
    needs: isNear ? near.gain : usualGain,
  };
}

/**
 * Whether an explanation explains: it evens the residual out, and leaves nothing below zero but what accuracy explains.
 * One that makes a large residual larger still must do so almost wholly.
 */
function explains(
  { terms, amounts, residual }: BalanceColumns,
  places: readonly number[],
  tolerances: ReadonlyMap<number, number>,
  even: (column: Float64Array) => Float64Array,
  { place, factor = 1, needs }: Explanation,
): boolean {
  const { supply, sub } = terms[place] as BalanceTerm;
  const column = amounts[place] as Float64Array;
  const left = residual.map((value, k) => value + (supply - sub) * (factor - 1) * (column[k] as number));
  const below = places.filter((k) => (left[k] as number) < -(tolerances.get(k) ?? 0)).length;
  if (below > mayBeBelow * places.length) return false;
  const gain = 1 - variationOf(even(left)) / variationOf(even(residual));
  const [before, after] = [residual, left].map((values) => meanOf(places, (k) => values[k] as number)) as [
    number,
    number,
  ];
  const nearer = before > 0 ? after < before : after > before;
  return gain >= (nearer ? needs : Math.max(needs, gainAway));
}

function variationOf(column: Float64Array): number {
  return column.reduce((sum, value) => sum + value * value, 0);
}

/** Meters that stand still at hours at which they otherwise do not, while the residual is larger by what is missing. */
function stuckMeters(
  columns: BalanceColumns,
  places: readonly number[],
): { readonly stuck: readonly Explanation[]; readonly still: ReadonlySet<number> } {
  const stuck: Explanation[] = [];
  const all = new Set<number>();
  for (const [place, { meter, supply }] of columns.terms.entries()) {
    const amounts = columns.amounts[place] as Float64Array;
    const still = standing(amounts, places);
    if (supply !== 0 || still.size === 0) continue;
    const usual = byHour(columns, places, still, amounts);
    const residualUsual = byHour(columns, places, still, columns.residual);
    let [missed, grown] = [0, 0];
    for (const k of still) {
      const [amount, residual] = [usual[hourOf(columns, k)], residualUsual[hourOf(columns, k)]];
      if (amount === undefined || residual === undefined) continue;
      missed += amount;
      grown += (columns.residual[k] as number) - residual;
    }
    const confidence = missed > 0 ? 1 - Math.abs(grown / missed - 1) : 0;
    if (confidence < 0.5) continue;
    stuck.push({ meter: meter.id, cause: 'stuck', factor: undefined, confidence, place, needs: 0 });
    for (const k of still) all.add(k);
  }
  return { stuck, still: all };
}

/** The mean of a column in each half-hour of the day, but for some places. */
function byHour(
  columns: BalanceColumns,
  places: readonly number[],
  but: ReadonlySet<number>,
  column: Float64Array,
): (number | undefined)[] {
  const sums = Array.from({ length: halfHoursPerDay }, () => ({ sum: 0, count: 0 }));
  for (const k of places) {
    const sum = sums[hourOf(columns, k)];
    if (!sum || but.has(k)) continue;
    sum.sum += column[k] as number;
    sum.count++;
  }
  return sums.map(({ sum, count }) => (count === 0 ? undefined : sum / count));
}

function hourOf({ starts }: BalanceColumns, place: number): number {
  return Math.floor(((starts[place] ?? 0) % daySeconds) / halfHourSeconds);
}

/** The places of long rows of zeros. */
function standing(amounts: Float64Array, places: readonly number[]): Set<number> {
  const still = new Set<number>();
  let row: number[] = [];
  const end = () => {
    if (row.length >= stuckHalfHours) for (const k of row) still.add(k);
    row = [];
  };
  for (const k of places) {
    if (amounts[k] === 0) row.push(k);
    else end();
  }
  end();
  return still;
}
