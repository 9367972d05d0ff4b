import { slotsPerDay } from '../clock.ts';
import { tabularCusum } from '../cusum.ts';
import { expectedOfDay, fitDays } from '../day-model.ts';
import { type Finding, findingOf } from '../finding.ts';
import type { ParametersOf } from '../kinds.ts';
import { deviationOf, madToDeviation, medianOf } from '../robust.ts';
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

/**
 * A slow rise that the profile follows as it goes: weeks against what the first part of the window leads to expect of
 * such days in such weather, added up (CUSUM). Steps are weeks; there is nothing to say before the eighth month.
 */
export function drift(watched: Watched, rule: ParametersOf<'drift'>): Finding[] {
  const { clock, use, weather } = watched;
  const totals = dayTotals(clock, use);
  const start = totals.findIndex((total) => !Number.isNaN(total));
  const reference = referenceOf(watched);
  if (start < 0 || clock.days.length - start < reference + latest * daysPerWeek) return [];
  const learned = Array.from({ length: reference }, (_, k) => start + k);
  const model = fitDays(clock, totals, weather, learned);
  if (!model) return [];
  const expected = totals.map((_, d) => expectedOfDay(model, clock, d));
  const usual = medianOf(totals.slice(start, start + reference).filter((total) => !Number.isNaN(total)));
  const weeks = weeksOf(watched, { totals, expected, start, usual });
  const past = weeks.share.slice(0, Math.floor(reference / daysPerWeek)).filter((one) => !Number.isNaN(one));
  const middle = medianOf(past.slice());
  const deviation = Math.max(leastDeviation, madToDeviation * deviationOf(past, past.length, middle));
  const { sums, began } = tabularCusum(
    weeks.share.map((share) => (share - middle) / deviation),
    rule.allowance,
  );
  const { excess: least } = inUnit(watched, rule);
  const findings: Finding[] = [];
  for (let w = Math.floor(reference / daysPerWeek); w < sums.length; w++) {
    if (!((sums[w] as number) > rule.decision)) continue;
    const [share, excess] = [latestMedian(weeks.share, w), latestMedian(weeks.excess, w)];
    if (!(share >= rule.rises_by && excess >= 24 * least)) continue;
    const end = endOf(weeks.share, w, middle + rule.allowance * deviation);
    findings.push(ofWeeks(watched, { start, first: began[w] as number, raised: w, end, count: sums.length }, expected));
    w = end;
  }
  return findings;
}

/** How many days of a window say what was usual of a meter. */
export function referenceOf({ clock, factors, meter }: Watched): number {
  const follows = factors?.on(clock.days.length - 1).follows === true;
  return follows || heats(meter) ? references.byWeather : references.usual;
}

interface Weeks {
  /** By how much each week was above what was expected, and by how much a day of it, in 48 half-hours. */
  readonly share: Float64Array;
  readonly excess: Float64Array;
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
  const excess = share.slice();
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
    share[w] = (used - awaited) / Math.max(awaited, known * usual);
    excess[w] = (used - awaited) / known;
  }
  return { share, excess };
}

function latestMedian(values: Float64Array, w: number): number {
  return medianOf(values.slice(w - latest + 1, w + 1).filter((value) => !Number.isNaN(value)));
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
