import { slotsPerDay } from '../clock.ts';
import { type TabularCusum, tabularCusum } from '../cusum.ts';
import { expectedOfDay, fitDays } from '../day-model.ts';
import { type Finding, findingOf } from '../finding.ts';
import { ratePer } from '../judged.ts';
import type { ParametersOf } from '../kinds.ts';
import { deviationOf, knownOf, madToDeviation, medianOf } from '../robust.ts';
import { heats, type Watched } from '../watched.ts';
import { dayTotals } from '../weather-factors.ts';
import { inUnit } from './thresholds.ts';

/**
 * Days that say what was usual: half a year, and of what follows the weather nearly a whole one, as a winter says
 * little of a summer.
 */
const references = { usual: 182, byWeather: 329 } as const;
/** The least that the share of a week is off by chance, as half a year of mild and harsh weeks cannot tell less. */
const leastDeviation = 0.025;
const daysPerWeek = 7;
/** Weeks whose middle says how far use has come, and so many back at its level say that it is over. */
const latest = 4;
const quietWeeks = 2;
/** Of the share by which it must rise to be raised: below that a week is one on which it is over. */
const overAt = 0.5;

/**
 * A slow rise that the profile follows as it goes: weeks against what the first part of the window leads to expect of
 * such days in such weather, added up (CUSUM). Steps are weeks; there is nothing to say before the eighth month.
 */
export function drift(watched: Watched, rule: ParametersOf<'drift'>): Finding[] {
  const judged = judgeDrift(watched);
  if (!judged) return [];
  const { weeks, start, reference, expected, middle, deviation } = judged;
  const count = weeks.share.length;
  const [usual, over] = [middle + rule.allowance * deviation, middle + rule.rises_by * overAt];
  const findings: Finding[] = [];
  let { sums } = sumsOf(judged, weeks.share, rule);
  for (let w = reference, told = 0; w < count; w++) {
    if (!isRaised(watched, rule, weeks, sums, w)) continue;
    const first = beginningOf(weeks.share, w, usual, told);
    const end = endOf(weeks.share, w, Math.max(usual, over));
    findings.push(ofWeeks(watched, { start, first, raised: w, end, count }, expected));
    // What the sum remembers of a rise that is over is nothing to the next one.
    ({ sums } = sumsOf(judged, weeks.share.slice().fill(Number.NaN, 0, end), rule));
    w = told = end;
  }
  return findings;
}

/** Weeks for which what is added must last to be found; it is told of a rise that is as large in each of them. */
export const driftLasts = 8;
/** Ends of such weeks that are tried, up to the end of the window. */
const tried = 8;

/**
 * The kW or m³/h that would have been found had they been there in the weeks before each of the last ones: by trying,
 * as the sum has a memory of the weeks before. Empty where there are too few weeks.
 */
export function driftSizes(watched: Watched, rule: ParametersOf<'drift'>): number[] {
  const judged = judgeDrift(watched);
  if (!judged) return [];
  const { weeks, reference } = judged;
  const count = weeks.share.length;
  const ends = Array.from({ length: tried }, (_, k) => count - k).filter((end) => end - driftLasts >= reference);
  return ends.map((end) => {
    const isFound = (rate: number): boolean => {
      const isAdded = (w: number): boolean => w >= end - driftLasts && w < end;
      const share = weeks.share.map((one, w) => (isAdded(w) ? one + rate * (weeks.shareOfRate[w] as number) : one));
      const excess = weeks.excess.map((one, w) => (isAdded(w) ? one + rate / ratePer.day : one));
      const { sums } = sumsOf(judged, share, rule);
      for (let w = end - driftLasts; w < end; w++) {
        if (isRaised(watched, rule, { share, excess }, sums, w)) return true;
      }
      return false;
    };
    return leastFound(isFound);
  });
}

/** The least rate that is found, to a thousandth of it; NaN where none is. */
function leastFound(isFound: (rate: number) => boolean): number {
  let high = 0.001;
  while (!isFound(high)) if ((high *= 2) > 1e9) return Number.NaN;
  let low = high / 2;
  while (high - low > 0.001 * high) {
    const middle = (low + high) / 2;
    if (isFound(middle)) high = middle;
    else low = middle;
  }
  return high;
}

interface JudgedWeeks {
  readonly weeks: Weeks;
  /** The day with which the first week begins, and the week after the last that says what is usual. */
  readonly start: number;
  readonly reference: number;
  /** What is expected of each day, in 48 half-hours. */
  readonly expected: Float64Array;
  /** Of the shares of the weeks that say what is usual. */
  readonly middle: number;
  readonly deviation: number;
}

// A pure function's memory: it is asked for to find a drift, and to say how small a one would be found.
const remembered = new WeakMap<Watched, JudgedWeeks | undefined>();

function judgeDrift(watched: Watched): JudgedWeeks | undefined {
  if (!remembered.has(watched)) remembered.set(watched, weeksJudged(watched));
  return remembered.get(watched);
}

function weeksJudged(watched: Watched): JudgedWeeks | undefined {
  const { clock, use, weather } = watched;
  const totals = dayTotals(clock, use);
  const start = totals.findIndex((total) => !Number.isNaN(total));
  const days = referenceOf(watched);
  if (start < 0 || clock.days.length - start < days + latest * daysPerWeek) return undefined;
  const learned = Array.from({ length: days }, (_, k) => start + k);
  const model = fitDays(clock, totals, weather, learned);
  if (!model) return undefined;
  const expected = totals.map((_, d) => expectedOfDay(model, clock, d));
  const usual = medianOf(knownOf(totals.subarray(start, start + days)));
  const weeks = weeksOf(watched, { totals, expected, start, usual });
  const reference = Math.floor(days / daysPerWeek);
  const past = knownOf(weeks.share.subarray(0, reference));
  const middle = medianOf(past.slice());
  const deviation = Math.max(leastDeviation, madToDeviation * deviationOf(past, past.length, middle));
  return { weeks, start, reference, expected, middle, deviation };
}

function sumsOf({ middle, deviation }: JudgedWeeks, share: Float64Array, rule: ParametersOf<'drift'>): TabularCusum {
  return tabularCusum(
    share.map((one) => (one - middle) / deviation),
    rule.allowance,
  );
}

function isRaised(
  watched: Watched,
  rule: ParametersOf<'drift'>,
  { share, excess }: Pick<Weeks, 'share' | 'excess'>,
  sums: Float64Array,
  w: number,
): boolean {
  if (!((sums[w] as number) > rule.decision)) return false;
  const least = inUnit(watched, rule).excess / ratePer.day;
  return latestMedian(share, w) >= rule.rises_by && latestMedian(excess, w) >= least;
}

/** How many days of a window say what was usual of a meter. */
function referenceOf({ clock, factors, meter }: Watched): number {
  const follows = factors?.on(clock.days.length - 1).follows === true;
  return follows || heats(meter) ? references.byWeather : references.usual;
}

interface Weeks {
  /** By how much each week was above what was expected, and by how much a day of it, in 48 half-hours. */
  readonly share: Float64Array;
  readonly excess: Float64Array;
  /** What a kW or m³/h all through a week adds to its share. */
  readonly shareOfRate: Float64Array;
}

interface WeeksRequest {
  readonly totals: Float64Array;
  readonly expected: Float64Array;
  readonly start: number;
  /** What a day usually uses: of a summer in which next to nothing is, shares say nothing. */
  readonly usual: number;
}

function weeksOf({ clock }: Watched, { totals, expected, start, usual }: WeeksRequest): Weeks {
  const count = Math.floor((clock.days.length - start) / daysPerWeek);
  const share = new Float64Array(count).fill(Number.NaN);
  const [excess, shareOfRate] = [share.slice(), share.slice()];
  for (let w = 0; w < count; w++) {
    let [used, awaited, known] = [0, 0, 0];
    for (let d = start + w * daysPerWeek; d < start + (w + 1) * daysPerWeek; d++) {
      const [one, other] = [totals[d] as number, expected[d] as number];
      if (Number.isNaN(one) || Number.isNaN(other) || clock.days[d]?.quiet) continue;
      used += one;
      awaited += other;
      known++;
    }
    if (known < 4 || awaited <= 0) continue;
    const whole = Math.max(awaited, known * usual);
    share[w] = (used - awaited) / whole;
    excess[w] = (used - awaited) / known;
    shareOfRate[w] = known / ratePer.day / whole;
  }
  return { share, excess, shareOfRate };
}

function latestMedian(values: Float64Array, w: number): number {
  const known = knownOf(values.subarray(w - latest + 1, w + 1));
  return known.length > latest / 2 ? medianOf(known) : Number.NaN;
}

/** The first of the weeks in which it shows, going back from the one in which it was raised, not before `least`. */
function beginningOf(share: Float64Array, raised: number, usual: number, least: number): number {
  let [first, calm] = [raised, 0];
  for (let w = raised - 1; w >= least && calm < quietWeeks; w--) {
    if (Number.isNaN(share[w])) continue;
    calm = (share[w] as number) < usual ? calm + 1 : 0;
    if (calm === 0) first = w;
  }
  return first;
}

/** The first of the weeks in which it is over; the number of weeks where it is not. */
function endOf(share: Float64Array, raised: number, usual: number): number {
  let calm = 0;
  for (let w = raised + 1; w < share.length; w++) {
    if (Number.isNaN(share[w])) continue;
    calm = (share[w] as number) < usual ? calm + 1 : 0;
    if (calm === quietWeeks) return w - quietWeeks + 1;
  }
  return share.length;
}

interface SpanOfWeeks {
  readonly start: number;
  readonly first: number;
  readonly raised: number;
  readonly end: number;
  readonly count: number;
}

function ofWeeks(watched: Watched, span: SpanOfWeeks, expected: Float64Array): Finding {
  const { clock, use } = watched;
  const { start, first, raised, end, count } = span;
  const dayAt = (week: number): number => clock.days[start + week * daysPerWeek]?.first ?? clock.count;
  const open = end === count;
  const places = { first: dayAt(first), end: open ? clock.count : dayAt(end), raised: dayAt(raised + 1) - 1, open };
  // What the half-year before expects of each day, spread as it was used.
  const shares = Float64Array.from(clock.days, ({ first: from, count: halfHours }, d) => {
    const total = use.subarray(from, from + halfHours).reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0);
    return ((expected[d] as number) * halfHours) / slotsPerDay / total;
  });
  const level = use.map((value, i) => (i < places.first ? value : value * (shares[clock.day[i] as number] as number)));
  return findingOf({ watched: { ...watched, expected: { ...watched.expected, level } }, kind: 'drift', places });
}
