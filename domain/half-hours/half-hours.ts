import { estimateLinks, fillFromEstimates } from '../readings/collector-estimates.ts';
import { fillEntered } from '../readings/entered-estimates.ts';
import type { Meter } from '../estate/estate.ts';
import type { Cut } from './half-hour-cut.ts';
import { cutAtHalfHours, known } from './half-hour-cut.ts';
import { judgeIntervals } from './interval-links.ts';
import type { DatedMeaning } from './meter-conversion.ts';
import { countMeaningsOf, meaningAt, validityOf } from './meter-conversion.ts';
import { shareTotals, totalsOf } from './period-totals.ts';
import type { Reading } from '../readings/reading.ts';
import type { Link } from './register-faults.ts';
import { explainWide, judgeRegister } from './register-faults.ts';
import { readingsInOrder } from './register-points.ts';
import type { Ruling } from '../readings/rulings.ts';
import { noRulings, withoutVoided } from '../readings/rulings.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { halfHourOf, halfHourSeconds } from '../time.ts';

/** How a half-hour is known. A half-hour without a row is missing too. */
export type Quality = 'measured' | 'estimated' | 'missing';

/** One half-hour of one meter. */
export interface HalfHour {
  readonly meter: string;
  /** UTC start. */
  readonly start: EpochSeconds;
  /**
   * kWh (kvarh for a reactive meter); undefined where the utility has no energy (water) or the half-hour is missing.
   */
  readonly energy: number | undefined;
  /** m³; undefined where the meter does not count volume or the half-hour is missing. */
  readonly volume: number | undefined;
  readonly quality: Quality;
  /** The rule that said so: a key of `rules`. */
  readonly rule: Rule;
}

/**
 * A row of missing half-hours whose total is known, because good readings stand at both ends. It begins and ends on
 * half-hours, and its total is that of the missing half-hours in it: half-hours and gaps together add up to what the
 * register counted.
 */
export interface Gap {
  readonly meter: string;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly energy: number | undefined;
  readonly volume: number | undefined;
}

/** A reading that is not believed, and why. */
export interface Doubt {
  readonly reading: Reading;
  readonly rule: Rule;
  readonly says: string;
}

/** Every rule, what it says of a half-hour or a reading. */
export const rules = {
  register: 'both boundaries lie between good register readings at most 30 minutes apart',
  interval: 'the sum of interval readings that fill it',
  interpolated: 'a boundary lies between good readings more than 30 minutes apart, within the maximum gap',
  'interval-split': 'part of an interval longer than a half-hour',
  'collector-estimate': 'an estimate of the data collector or supplier, where nothing was measured',
  total: 'only the total of a longer period is known',
  gap: 'lies in a span longer than the maximum gap',
  open: 'not yet over; counted to the last reading',
  rollover: 'the register went through its highest number to zero between two good readings',
  exchange: 'the meter was exchanged; closing and opening registers come from the estate register',
  reset: 'the register fell and went on from the lower number, no exchange is recorded',
  'false-zero': 'a lower reading between two that agree with each other',
  backwards: 'lower than the reading before it, and too few have come since to say why',
  spike: 'a higher reading between two that agree with each other',
  negative: 'a number below zero, which nothing counts',
  future: 'stamped further in the future than clocks drift',
  sentinel: 'a number that devices send when they do not know',
  'impossible-rate': 'more than the rating of the meter can pass',
  stuck: 'the register stood still longer than this meter ever does',
  'before-valid': 'outside the dates on which the meter is valid',
  voided: 'a person declared the reading void',
  entered: 'a person estimated it',
  'source-1': 'taken from the first source in the order of precedence of its date',
  'source-2': 'taken from the second source in the order of precedence of its date',
  'source-3': 'taken from the third source in the order of precedence of its date',
  'source-4': 'taken from the fourth source in the order of precedence of its date',
  'source-5': 'taken from the fifth source in the order of precedence of its date',
  'source-6': 'taken from the sixth source in the order of precedence of its date',
  'source-7': 'taken from the seventh source in the order of precedence of its date',
  'source-8': 'taken from the eighth source in the order of precedence of its date',
  virtual: 'computed from other meters',
  'virtual-negative': 'computed from other meters, and below zero: what is taken away is more than there is',
} as const;
export type Rule = keyof typeof rules;

export interface Derivation {
  readonly halfHours: readonly HalfHour[];
  readonly gaps: readonly Gap[];
  readonly doubts: readonly Doubt[];
}

export interface DerivationInput {
  readonly meter: Meter;
  /** All readings of the meter in the window and its surroundings (`context`), in any order, repeats allowed. */
  readonly readings: readonly Reading[];
  /** The half-hours wanted: those that start in it. */
  readonly window: Period;
  readonly now: EpochSeconds;
  /** What people decided about this meter, in the order in which they did. */
  readonly rulings?: readonly Ruling[];
}

/**
 * Half-hours of one meter from its readings and its description. Pure: order, repetition and more context than
 * `derivation-window.ts` asks for do not change the answer. A row is given for every half-hour that starts in the
 * window, lies in the meter's validity and has begun by `now`.
 *
 * Registers go before intervals; an interval reading counts where the register alone does not measure. In a row of
 * half-hours whose register total is known, measured intervals take their own and the rest is shared by the others,
 * unless the intervals say more than the register counted: then the register is right. What a data collector estimated
 * counts where nothing else is known.
 */
export function deriveHalfHours(input: DerivationInput): Derivation {
  const { meter, now, rulings = noRulings } = input;
  const valid = validityOf(meter);
  const window = {
    from: Math.max(halfHourOf(input.window.from + halfHourSeconds - 1), valid.from),
    to: Math.min(input.window.to, valid.to, halfHourOf(now) + halfHourSeconds),
  };
  if (!(window.from < window.to)) return { halfHours: [], gaps: [], doubts: [] };
  const { standing, voided } = withoutVoided(input.readings, rulings);
  const voids = (['register', 'interval', 'estimate', 'total'] as const)
    .flatMap((kind) => readingsInOrder(voided, meter, kind))
    .map((reading): Doubt => ({ reading, rule: 'voided', says: `reads ${reading.value}` }));
  const register = judgeRegister(meter, standing, now, rulings);
  const registerLinks = explainWide(register.links, voids);
  const interval = judgeIntervals(meter, standing, now, rulings);
  const estimates = estimateLinks(meter, standing, now);
  const totals = totalsOf(meter, standing, now);
  const span = spanOf(window, [registerLinks, interval.links, estimates, totals]);
  const maximumGap = meter.maximum_gap;
  const best = cutAtHalfHours(registerLinks, span, {
    maximumGap,
    plain: 'register',
    wide: 'interpolated',
    open: true,
  });
  if (interval.links.length > 0) {
    const how = { maximumGap, plain: 'interval', wide: 'interval-split', open: false } as const;
    fillFromIntervals(best, cutAtHalfHours(interval.links, span, how));
  }
  fillFromEstimates(best, estimates, span, maximumGap);
  shareTotals(best, totals);
  const meanings = countMeaningsOf(meter);
  if (rulings.some(({ kind }) => kind === 'estimate')) {
    const missing = (k: number): boolean => best.quality[k] === known.missing && !Number.isNaN(best.amount[k]);
    fillEntered(best, [...rowsOf(best, missing)], rulings, meanings);
  }
  nameByDoubts(best, [...register.doubts, ...voids]);
  const doubts = [...register.doubts, ...interval.doubts, ...voids]
    .filter(({ reading }) => reading.at >= window.from && reading.at < window.to)
    .sort((a, b) => a.reading.at - b.reading.at);
  return {
    halfHours: halfHoursIn(best, window, meter.id, meanings),
    gaps: gapsIn(best, window, valid, meter.id, meanings),
    doubts,
  };
}

/** The window, widened to the ends of the links that cross its ends: a gap is known only whole. */
function spanOf(window: Period, lists: readonly (readonly Pick<Link, 'from' | 'to'>[])[]): Period {
  let { from, to } = window;
  for (const links of lists) {
    const first = links.find((link) => link.to > window.from - halfHourSeconds);
    const last = links.findLast((link) => link.from < window.to + halfHourSeconds);
    if (first !== undefined && first.from < window.to) from = Math.min(from, first.from);
    if (last !== undefined && last.to > window.from) to = Math.max(to, last.to);
  }
  return { from: halfHourOf(from), to: halfHourOf(to + halfHourSeconds - 1) };
}

/** Rows of half-hours from `first` to before `end` that `belongs`, divided where a good reading stands. */
function* rowsOf(cut: Cut, belongs: (k: number) => boolean): Generator<{ first: number; end: number }> {
  const size = cut.quality.length;
  for (let k = 0; k < size; ) {
    if (!belongs(k)) {
      k++;
      continue;
    }
    const first = k++;
    while (k < size && cut.divided[k] === 0 && belongs(k)) k++;
    yield { first, end: k };
  }
}

function fillFromIntervals(best: Cut, interval: Cut): void {
  for (const k of best.quality.keys()) {
    const open = best.rule[k] === 'open' && interval.quality[k] === known.measured;
    if (Number.isNaN(interval.amount[k]) || !(open || Number.isNaN(best.amount[k]))) continue;
    take(best, interval, k);
    best.divided[k] = Math.max(best.divided[k] as number, interval.divided[k] as number);
  }
  const unmeasured = (k: number): boolean => best.quality[k] !== known.measured && !Number.isNaN(best.amount[k]);
  for (const { first, end } of rowsOf(best, unmeasured)) shareRow(best, interval, first, end);
}

function take(best: Cut, interval: Cut, k: number): void {
  best.amount[k] = interval.amount[k] as number;
  best.quality[k] = interval.quality[k] as number;
  best.rule[k] = interval.rule[k] as Rule;
}

/**
 * One row whose register total is known: measured intervals are taken, the rest of the total goes to the other half-
 * hours.
 */
function shareRow(best: Cut, interval: Cut, first: number, end: number): void {
  let total = 0;
  let measured = 0;
  let others = 0;
  let count = 0;
  for (let k = first; k < end; k++) {
    const amount = best.amount[k] as number;
    total += amount;
    if (interval.quality[k] === known.measured) {
      measured += interval.amount[k] as number;
      count++;
    } else others += amount;
  }
  if (count === 0 || measured > total * 1.01) return;
  const left = Math.max(0, total - measured);
  for (let k = first; k < end; k++) {
    if (interval.quality[k] === known.measured) take(best, interval, k);
    else best.amount[k] = others > 0 ? ((best.amount[k] as number) * left) / others : left / (end - first - count);
  }
}

/** A missing half-hour of which nothing else is known says why a reading in it was not believed. */
function nameByDoubts(cut: Cut, doubts: readonly Doubt[]): void {
  for (const { reading, rule } of doubts) {
    const k = Math.floor((reading.at - cut.base) / halfHourSeconds);
    if (cut.rule[k] === 'gap' && Number.isNaN(cut.amount[k])) cut.rule[k] = rule;
  }
}

const qualityNames = ['missing', 'estimated', 'measured'] as const satisfies readonly Quality[];

function halfHoursIn(cut: Cut, window: Period, meter: string, meanings: readonly DatedMeaning[]): HalfHour[] {
  const rows: HalfHour[] = [];
  let meaning = meaningAt(meanings, window.from);
  let next = nextChange(meanings, window.from);
  for (let start = window.from; start < window.to; start += halfHourSeconds) {
    if (start >= next) {
      meaning = meaningAt(meanings, start);
      next = nextChange(meanings, start);
    }
    const k = (start - cut.base) / halfHourSeconds;
    const quality = qualityNames[cut.quality[k] as number] as Quality;
    const amount = quality === 'missing' ? undefined : cut.amount[k];
    rows.push({
      meter,
      start,
      energy: times(amount, meaning.energy),
      volume: times(amount, meaning.volume),
      quality,
      rule: cut.rule[k] as Rule,
    });
  }
  return rows;
}

function nextChange(meanings: readonly DatedMeaning[], at: EpochSeconds): EpochSeconds {
  return meanings.find((meaning) => meaning.from > at)?.from ?? Number.POSITIVE_INFINITY;
}

function times(amount: number | undefined, each: number | undefined): number | undefined {
  return amount === undefined || each === undefined ? undefined : amount * each;
}

/**
 * The gaps that start in the window, whole even where they end after it, without what lies outside the meter's
 * validity.
 */
function gapsIn(cut: Cut, window: Period, valid: Period, meter: string, meanings: readonly DatedMeaning[]): Gap[] {
  const startOf = (k: number): EpochSeconds => cut.base + k * halfHourSeconds;
  const missing = (k: number): boolean =>
    cut.quality[k] === known.missing &&
    !Number.isNaN(cut.amount[k]) &&
    startOf(k) >= valid.from &&
    startOf(k) < valid.to;
  const gaps: Gap[] = [];
  for (const { first, end } of rowsOf(cut, missing)) {
    const from = startOf(first);
    if (from < window.from || from >= window.to) continue;
    let energy: number | undefined = 0;
    let volume: number | undefined = 0;
    for (let k = first; k < end; k++) {
      const meaning = meaningAt(meanings, startOf(k));
      energy = plus(energy, times(cut.amount[k], meaning.energy));
      volume = plus(volume, times(cut.amount[k], meaning.volume));
    }
    gaps.push({ meter, from, to: startOf(end), energy, volume });
  }
  return gaps;
}

function plus(sum: number | undefined, term: number | undefined): number | undefined {
  return sum === undefined || term === undefined ? undefined : sum + term;
}
