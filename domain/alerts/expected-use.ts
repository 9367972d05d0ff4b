import { type Clock, type ClockDay, slotsPerDay } from './clock.ts';
import { deviationOf, medianOf, spreadOf } from './robust.ts';
import { type LeftOut, leftOutWhys, Suspicion } from './suspicion.ts';
import type { FactorColumns, WeatherFactors } from './weather-factors.ts';
import { slopesOf } from './weather-slopes.ts';

/**
 * What a meter is expected to use in each half-hour of a window, and how far that may be off, learned from the same
 * half-hour of the clock on comparable days before: median and median absolute deviation of the last eight such
 * weekdays, at least six, none older than thirteen weeks. Where there are fewer, all working days or all days of
 * weekends stand in. Nothing assumes that a site closes. A day is learned from after it is over and never from later
 * ones, so that history gives the answer that was there at the time.
 */
export const comparable = {
  /** Weeks looked at, and the fewest of them that say anything (practice: 6 to 8 weeks). */
  weeks: 8,
  fewest: 6,
  /** Days after which nothing is learned from one: a season. */
  oldest: 91,
  /** Days of a type that stand in for too few weekdays. */
  ofType: 15,
} as const;

/** Expected half-hours, in the unit of the meter's (kWh or m³ in a half-hour). NaN where too little is known. */
export interface ExpectedUse {
  readonly level: Float64Array;
  /** The robust standard deviation. */
  readonly spread: Float64Array;
  /** What later days did not learn from, and why; see `LeftOut`. */
  readonly leftOut: Uint8Array;
}

export interface LearningRequest {
  readonly clock: Clock;
  /** NaN where it is not known. */
  readonly use: Float64Array;
  /** The smallest step of the meter, in the unit of `use`. */
  readonly resolution: number;
  /** Where use follows the weather. */
  readonly factors?: WeatherFactors | undefined;
  /** Days of which the weather is not known yet, and taken to be that of the day before: 1 there. */
  readonly ahead?: Uint8Array | undefined;
  /** Half-hours that are known to be abnormal, from the alerts that are open or were: 1 there. */
  readonly abnormal?: Uint8Array | undefined;
  /**
   * What was learned of the same window before, up to a day that has not changed since: only the days from
   * `learnedDays` on are worked out.
   */
  readonly before?: { readonly expected: ExpectedUse; readonly learnedDays: number } | undefined;
}

export function expectedUse(request: LearningRequest): ExpectedUse {
  const learner = new Learner(request);
  const { days } = request.clock;
  for (let d = 0; d < days.length; d++) learner.learn(d);
  return learner.expected;
}

/** Medians of every place on the clock of one day. */
interface DayProfile {
  readonly level: Float64Array;
  readonly spread: Float64Array;
  /** By which the weather multiplied them. */
  readonly factors: Float64Array;
}

class Learner {
  readonly expected: ExpectedUse;
  readonly #request: LearningRequest;
  readonly #suspicion: Suspicion;
  /** By day and place on the clock. */
  readonly #values: Float64Array;
  readonly #leftOut: Uint8Array;
  /** The half-hour of the window that stands at a day and place on the clock; −1 where none does. */
  readonly #places: Int32Array;
  readonly #byWeekday = Array.from({ length: 8 }, (): number[] => []);
  readonly #byType: Record<ClockDay['type'], number[]> = { working: [], weekend: [] };
  readonly #scratch = new Float64Array(64);
  readonly #deviations = new Float64Array(slotsPerDay);
  readonly #neighbours = new Float64Array(5);
  /** The last profile that was learned of each weekday, and the last day that an alert calls abnormal. */
  readonly #learned = new Map<number, DayProfile>();
  #lastTold = Number.NEGATIVE_INFINITY;
  /** What is known of the weather's part, and of it the half-hour that is being learned. */
  #factors: FactorColumns | undefined;
  #slopes: Readonly<Record<ClockDay['type'], Float64Array>> | undefined;
  #slope = 0;
  #meanFactor = 1;

  constructor(request: LearningRequest) {
    const { clock, use } = request;
    this.#request = request;
    const unknown = (): Float64Array => new Float64Array(clock.count).fill(Number.NaN);
    this.expected = { level: unknown(), spread: unknown(), leftOut: new Uint8Array(clock.count) };
    this.#suspicion = new Suspicion(clock, use, this.expected);
    this.#values = new Float64Array(clock.days.length * slotsPerDay).fill(Number.NaN);
    this.#leftOut = new Uint8Array(this.#values.length);
    this.#places = new Int32Array(this.#values.length).fill(-1);
    for (let i = clock.count - 1; i >= 0; i--) {
      this.#places[(clock.day[i] as number) * slotsPerDay + (clock.slot[i] as number)] = i;
    }
  }

  learn(d: number): void {
    const { clock, before, abnormal } = this.#request;
    const day = clock.days[d] as ClockDay;
    const { level, spread, leftOut } = this.expected;
    const [first, end] = [day.first, day.first + day.count];
    if (before && d < before.learnedDays) {
      for (let i = first; i < end; i++) {
        level[i] = before.expected.level[i] as number;
        spread[i] = before.expected.spread[i] as number;
        leftOut[i] = before.expected.leftOut[i] as number;
      }
      this.#suspicion.recall(d);
    } else {
      this.#expect(d, day);
      if (abnormal) for (let i = first; i < end; i++) if (abnormal[i] === 1) leftOut[i] = leftOutWhys.told;
      this.#suspicion.judge(d);
    }
    if (leftOut.subarray(first, end).includes(leftOutWhys.told)) this.#lastTold = d;
    this.#keep(d, day);
  }

  /** Lays the profile of a day out over its half-hours. */
  #expect(d: number, day: ClockDay): void {
    this.#byWeather(d);
    const own = this.#profileOf(d, day.weekday, day.type);
    // On a bank holiday some sites work as on that weekday and others as on a Sunday.
    const other = day.quiet ? this.#profileOf(d, 7, 'weekend') : own;
    const { clock, use, ahead } = this.#request;
    const { level, spread } = this.expected;
    const columns = this.#factors;
    const off = ahead?.[d] === 1 ? aheadOff : thermometerOff;
    const byWeather = columns?.follows ? (columns.spread[d] as number) / (columns.factor[d] as number) : 0;
    for (let i = day.first; i < day.first + day.count; i++) {
      const slot = clock.slot[i] as number;
      level[i] = between(use[i] as number, own.level[slot] as number, other.level[slot] as number);
      const byShape = Math.max(own.spread[slot] as number, other.spread[slot] as number);
      const byThermometer = (this.#slopes?.[day.type][slot] ?? 0) * (columns?.perDegree ?? 0) * off;
      spread[i] = Math.max(byWeather * (level[i] as number), Math.hypot(byShape, byThermometer));
    }
  }

  /** Takes up what is known of the weather's part on a day. */
  #byWeather(d: number): void {
    const columns = this.#request.factors?.on(d);
    if (columns === this.#factors) return;
    this.#factors = columns;
    if (!columns?.follows) {
      this.#slopes = undefined;
      return;
    }
    const slopesFor = (type: ClockDay['type']): Float64Array => {
      const days = this.#byType[type].filter((one) => one < columns.start && one >= columns.start - oldestForSlopes);
      const factorAt = (d: number, slot: number): number => this.#factor(d, slot);
      return slopesOf({ days, values: this.#values, leftOut: this.#leftOut, factorAt });
    };
    this.#slopes = { working: slopesFor('working'), weekend: slopesFor('weekend') };
  }

  #profileOf(d: number, weekday: number, type: ClockDay['type']): DayProfile {
    const sameWeekday = this.#byWeekday[weekday] as number[];
    const level = new Float64Array(slotsPerDay);
    const spread = new Float64Array(slotsPerDay);
    const values = this.#scratch;
    const factors = new Float64Array(slotsPerDay);
    for (let s = 0; s < slotsPerDay; s++) {
      const factor = this.#factor(d, s);
      factors[s] = factor;
      this.#slope = this.#slopes?.[type][s] ?? 0;
      const count = Number.isNaN(factor) ? 0 : this.#gather(d, s, sameWeekday, this.#byType[type]);
      const median = medianOf(values, count);
      level[s] = Math.max(0, median);
      // On colder days than those learned from, more is used and wavers by more.
      const larger = this.#slope === 0 ? 1 : Math.max(1, median / (median - this.#slope * (factor - this.#meanFactor)));
      this.#deviations[s] = count === 0 ? Number.NaN : deviationOf(values, count, median) * Math.min(larger, 3);
    }
    for (let s = 0; s < slotsPerDay; s++) {
      // Of eight values the MAD is a rough guess: those of the neighbours keep it from being far too small.
      let count = 0;
      for (let k = s - 2; k <= s + 2; k++) {
        const one = this.#deviations[(k + slotsPerDay) % slotsPerDay] as number;
        if (!Number.isNaN(one)) this.#neighbours[count++] = one;
      }
      const mad = Math.max(this.#deviations[s] as number, medianOf(this.#neighbours, count));
      spread[s] = spreadOf(level[s] as number, mad, this.#request.resolution);
    }
    return this.#frozen(d, weekday, type, { level, spread, factors });
  }

  /**
   * While an alert is open nothing is learned of what it is about: where that leaves too few days, what was last
   * learned goes on, however long the alert is open.
   */
  #frozen(d: number, weekday: number, type: ClockDay['type'], profile: DayProfile): DayProfile {
    const { level, spread, factors } = profile;
    const last = this.#learned.get(weekday);
    if (last && d - this.#lastTold <= frozenFor) {
      for (let s = 0; s < slotsPerDay; s++) {
        if (!Number.isNaN(level[s])) continue;
        const slope = this.#slopes?.[type][s] ?? 0;
        level[s] = Math.max(
          0,
          (last.level[s] as number) +
            (slope === 0 ? 0 : slope * ((factors[s] as number) - (last.factors[s] as number))),
        );
        spread[s] = last.spread[s] as number;
      }
    }
    this.#learned.set(weekday, profile);
    return profile;
  }

  /** By what the weather multiplies a half-hour, by what is known on the day that is expected. */
  #factor(d: number, slot: number): number {
    const { factor, byHalfHour } = this.#factors ?? noFactors;
    if (!factor) return 1;
    const at = byHalfHour ? (this.#places[d * slotsPerDay + slot] as number) : -1;
    return byHalfHour && at >= 0 ? (byHalfHour[at] as number) : (factor[d] as number);
  }

  /**
   * Fills the scratch column with the values of comparable days, the latest first, and says how many there are; 0 where
   * they are too few. What looked abnormal is left out until nothing else is left within the season: what has lasted so
   * long has become usual.
   */
  #gather(d: number, slot: number, sameWeekday: readonly number[], sameType: readonly number[]): number {
    const { weeks, fewest, ofType } = comparable;
    for (const allowed of [leftOutWhys.no, leftOutWhys.suspected]) {
      let count = this.#take(d, slot, sameWeekday, allowed, weeks);
      if (count >= fewest) return count;
      if (allowed === leftOutWhys.suspected || sameWeekday.length < fewest) {
        count = this.#take(d, slot, sameType, allowed, ofType);
        if (count >= fewest) return count;
      }
    }
    return 0;
  }

  #take(d: number, slot: number, days: readonly number[], allowed: LeftOut, most: number): number {
    let count = 0;
    let sumOfFactors = 0;
    const factor = this.#factor(d, slot);
    for (let k = days.length - 1; k >= 0 && count < most; k--) {
      const other = days[k] as number;
      if (d - other > comparable.oldest) break;
      const at = other * slotsPerDay + slot;
      const own = this.#factor(other, slot);
      // As it would have been in the weather of the day that is expected.
      const value = (this.#values[at] as number) + (this.#slope === 0 ? 0 : this.#slope * (factor - own));
      if (Number.isNaN(value) || (this.#leftOut[at] as number) > allowed) continue;
      this.#scratch[count++] = value;
      sumOfFactors += own;
    }
    this.#meanFactor = sumOfFactors / count;
    return count;
  }

  /** Keeps a day for those after it. Quiet days are like no others and are not learned from. */
  #keep(d: number, day: ClockDay): void {
    if (day.quiet) return;
    const { clock, use } = this.#request;
    for (let i = day.first; i < day.first + day.count; i++) {
      const at = d * slotsPerDay + (clock.slot[i] as number);
      // Of the two in the hour that comes twice in autumn the first is kept.
      if (!Number.isNaN(this.#values[at])) continue;
      this.#values[at] = use[i] as number;
      this.#leftOut[at] = this.expected.leftOut[i] as number;
    }
    (this.#byWeekday[day.weekday] as number[]).push(d);
    this.#byType[day.type].push(d);
  }
}

const noFactors: Partial<FactorColumns> = {};

/** Between two levels anything is as expected; beyond them the nearer one is. */
function between(value: number, a: number, b: number): number {
  if (a === b || Number.isNaN(value)) return (a + b) / 2;
  return Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));
}

/**
 * Days after the last abnormal one in which a profile that was frozen for it still stands in: as many as bring the
 * fewest days of a weekend that say anything, and two that are bank holidays or not heard.
 */
const frozenFor = 28;
/** °C by which a building may feel another temperature than the thermometer that stands for it. */
const thermometerOff = 1;
/** °C by which a day differs from the one before: their standard deviation over two years at Bath. */
const aheadOff = 2;
/** Days by which it is learned how half-hours follow the weather: a year and what makes it whole. */
const oldestForSlopes = 400;
