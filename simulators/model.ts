import type { Estate } from '../domain/estate/estate.ts';
import { type EpochSeconds, halfHourOf, halfHourSeconds } from '../domain/time.ts';
import { calendarOf } from './calendar.ts';
import { changedAt, type Happening } from './happenings.ts';
import type { Stretch } from './place.ts';
import { siteFlows } from './site-flows.ts';
import { weatherOf } from './weather.ts';

/** Ninety days of half-hours are made at once: enough to be quick, little enough for a first live figure at once. */
const stretchHalfHours = 4_320;

/**
 * Power wavers by this share of its mean within a half-hour, so many times. All meters waver together, so that
 * sums still agree.
 */
const waver = { share: 0.12, times: 3 } as const;

export interface ModelInput {
  readonly estate: Estate;
  readonly seed: number;
  /** First instant of the simulation; taken down to its half-hour. */
  readonly start: EpochSeconds;
  readonly happenings?: readonly Happening[];
}

/**
 * An estate that uses energy and water. Everything follows from seed, estate, start and happenings: asked twice,
 * in any order, the answers are the same. Amounts are in the base unit of what the meter counts (`amountUnit`).
 */
export interface Model {
  readonly estate: Estate;
  readonly seed: number;
  readonly start: EpochSeconds;
  readonly happenings: readonly Happening[];
  /** From a moment on other things happen; what has passed stays as it was. See `changedAt`. */
  change(happenings: readonly Happening[], now: EpochSeconds): void;
  /** What truly passed between the start and an instant. */
  amountAt(meter: string, at: EpochSeconds): number;
  /** What truly passes now: kW, or m³/h. */
  rateAt(meter: string, at: EpochSeconds): number;
  /** What truly passed in the half-hour that starts then. */
  halfHour(meter: string, start: EpochSeconds): number;
  /** Outside: °C, and the mean kW of one kWp of panels, in the half-hour of an instant. */
  weatherAt(at: EpochSeconds): { readonly temperature: number; readonly sunshine: number };
}

/** Makes a model. Nothing is computed before it is asked for. */
export function modelOf(input: ModelInput): Model {
  const start = halfHourOf(input.start);
  const { estate, seed } = input;
  let happenings = input.happenings ?? [];
  const metersOf = Map.groupBy(estate.meters.values(), (meter) => meter.site);
  const stretchNumber = stretchesOf(seed, start);
  /** By site, by stretch, by meter: running totals, one more than there are half-hours. */
  const totals = new Map<string, Map<string, Float64Array>[]>();

  function totalsOf(meterId: string, n: number): Float64Array {
    const meter = estate.meters.get(meterId);
    const site = meter && estate.sites.get(meter.site);
    if (!meter || !site) throw new RangeError(`no meter ${meterId} in the estate`);
    let done = totals.get(site.id);
    if (!done) {
      done = [];
      totals.set(site.id, done);
    }
    while (done.length <= n) {
      const flows = siteFlows(site, metersOf.get(site.id) ?? [], stretchNumber(done.length), seed, happenings);
      done.push(runningTotals(flows, done.at(-1)));
    }
    return done[n]?.get(meterId) ?? noFlow;
  }

  function place(meter: string, at: EpochSeconds): { done: Float64Array; i: number; part: number } {
    const { n, i, part } = whenOf(start, at);
    return { done: totalsOf(meter, n), i, part };
  }

  return {
    estate,
    seed,
    start,
    get happenings() {
      return happenings;
    },
    change(wanted, now) {
      const changed = changedAt(now, happenings, wanted);
      // What was made of a site is made again; what did not change comes out as it was.
      for (const { meter } of differing(happenings, changed)) totals.delete(estate.meters.get(meter)?.site ?? '');
      happenings = changed;
    },
    amountAt(meter, at) {
      const { done, i, part } = place(meter, at);
      const before = done[i] ?? 0;
      if (part === 0) return before;
      const turn = 2 * Math.PI * waver.times;
      return before + ((done[i + 1] ?? 0) - before) * (part + (waver.share * Math.sin(turn * part)) / turn);
    },
    rateAt(meter, at) {
      const { done, i, part } = place(meter, at);
      const mean = 2 * ((done[i + 1] ?? 0) - (done[i] ?? 0));
      return mean * (1 + waver.share * Math.cos(2 * Math.PI * waver.times * part));
    },
    halfHour(meter, at) {
      const { done, i } = place(meter, halfHourOf(at));
      return (done[i + 1] ?? 0) - (done[i] ?? 0);
    },
    weatherAt(at) {
      const { n, i } = whenOf(start, at);
      const { temperature, sunshine } = stretchNumber(n).weather;
      return { temperature: temperature[i] ?? 0, sunshine: sunshine[i] ?? 0 };
    },
  };
}

/** Makes the stretches of a simulation when they are asked for. */
function stretchesOf(seed: number, start: EpochSeconds): (n: number) => Stretch {
  const stretches: Stretch[] = [];
  return (n) => {
    const from = start + n * stretchHalfHours * halfHourSeconds;
    stretches[n] ??= {
      start: from,
      count: stretchHalfHours,
      calendar: calendarOf(from, stretchHalfHours),
      weather: weatherOf(seed, from, stretchHalfHours),
    };
    return stretches[n];
  };
}

function differing<T>(a: readonly T[], b: readonly T[]): T[] {
  return [...a.filter((one) => !b.includes(one)), ...b.filter((one) => !a.includes(one))];
}

/** The stretch of an instant, the half-hour of it, and the part of that half-hour that has passed. */
function whenOf(start: EpochSeconds, at: EpochSeconds): { n: number; i: number; part: number } {
  if (at < start) throw new RangeError(`the simulation starts at ${start}, asked for ${at}`);
  const position = (at - start) / halfHourSeconds;
  const n = Math.floor(position / stretchHalfHours);
  return { n, i: Math.floor(position) - n * stretchHalfHours, part: position - Math.floor(position) };
}

const noFlow = new Float64Array(stretchHalfHours + 1);

function runningTotals(
  flows: ReadonlyMap<string, Float64Array>,
  before: ReadonlyMap<string, Float64Array> | undefined,
): Map<string, Float64Array> {
  const result = new Map<string, Float64Array>();
  for (const [meter, flow] of flows) {
    const running = new Float64Array(flow.length + 1);
    let sum = before?.get(meter)?.at(-1) ?? 0;
    running[0] = sum;
    for (let i = 0; i < flow.length; i++) {
      sum += flow[i] ?? 0;
      running[i + 1] = sum;
    }
    result.set(meter, running);
  }
  return result;
}
