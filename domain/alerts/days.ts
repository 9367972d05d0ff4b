import { type Judged, ratePer } from './judged.ts';
import type { SpanRule } from './spans.ts';
import { type Usual, usualOf } from './usual.ts';
import type { Watched } from './watched.ts';

/** What a meter used by day beside what was expected of the same half-hours, both in 48 half-hours, kWh or m³. */
export interface DayUse {
  readonly used: Float64Array;
  readonly expected: Float64Array;
  /** used / expected − 1. */
  readonly share: Float64Array;
  /** What that share usually is, and its spread: a day errs as a whole, so half-hours do not average out. */
  readonly usual: Usual;
}

/** The share of a day's half-hours that must be known. */
const knownShare = 0.75;

// A pure function's memory: several kinds ask the same of a meter, to find it and to say how little they would find.
const remembered = new WeakMap<Watched, DayUse>();

export function daysOf(watched: Watched): DayUse {
  let days = remembered.get(watched);
  if (!days) remembered.set(watched, (days = daysBy(watched)));
  return days;
}

function daysBy({ clock, use, expected: { level }, factors }: Watched): DayUse {
  const used = new Float64Array(clock.days.length).fill(Number.NaN);
  const expected = used.slice();
  for (const [d, { first, count }] of clock.days.entries()) {
    let [sum, awaited, known] = [0, 0, 0];
    for (let i = first; i < first + count; i++) {
      const [one, other] = [use[i] as number, level[i] as number];
      if (Number.isNaN(one) || Number.isNaN(other)) continue;
      sum += one;
      awaited += other;
      known++;
    }
    if (known < knownShare * count) continue;
    used[d] = (48 * sum) / known;
    expected[d] = (48 * awaited) / known;
  }
  const share = used.map((value, d) =>
    (expected[d] as number) > 0 ? value / (expected[d] as number) - 1 : Number.NaN,
  );
  const { median, spread } = usualOf(share, { remembered: 56, fewest: 14, leastFar: 0.05 });
  // The first mild days after a winter err by more than those of the winter did.
  const wider = spread.map((width, d) => {
    const columns = factors?.on(d);
    const byWeather = columns ? (columns.spread[d] as number) / (columns.factor[d] as number) : 0;
    return byWeather > width ? byWeather : width;
  });
  return { used, expected, share, usual: { median, spread: wider } };
}

/** What a rule asks of a day that is to count as above what was expected. */
export interface AskedOfDays {
  /** kW or m³/h in the mean of the day. */
  readonly excess: number;
  /** Robust deviations above what the share usually is. */
  readonly deviations: number;
  readonly rises_by?: number | undefined;
}

export function judgeDays({ used, expected, share, usual }: DayUse, asked: AskedOfDays, when: SpanRule): Judged {
  const { excess: least, deviations, rises_by: rises } = asked;
  const scores = share.map((one, d) => {
    const excess = (used[d] as number) - (expected[d] as number);
    const byDeviations = (one - (usual.median[d] as number)) / (usual.spread[d] as number) / deviations;
    const score = Math.min((ratePer.day * excess) / least, byDeviations);
    return rises === undefined ? score : Math.min(score, one / rises);
  });
  return {
    scores,
    when,
    shortBy: (d) => {
      const [one, other] = [used[d] as number, expected[d] as number];
      const far = (usual.median[d] as number) + deviations * (usual.spread[d] as number);
      return Math.max(least, ratePer.day * Math.max(rises ?? 0, far) * other) - ratePer.day * (one - other);
    },
  };
}
