import { type Finding, sayCounts } from './diagnosis.ts';
import type { Meter, Role } from '../estate/estate.ts';
import type { HalfHour } from '../half-hours/half-hours.ts';
import { countMeaningsOf, meaningAt } from '../half-hours/meter-conversion.ts';
import type { JudgedRegister } from '../half-hours/register-faults.ts';
import type { Point } from '../half-hours/register-points.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, toIso } from '../time.ts';

/**
 * A meter that counts a power of ten, or a third, of what it did shows nothing wrong in any one reading. What gives it
 * away is its own past, by time of day and of week: real changes of use are seldom even over the whole day, a wrong
 * weight always is. The meters above and below it, and its rating, tell whether more really passed.
 */

/** A meter near another one: what it counts says something of the other. */
export interface Relative {
  readonly id: string;
  readonly role: Role;
  readonly halfHours: readonly HalfHour[];
}

/** The meters around one, in the meter's own quantity. */
export interface Relatives {
  /** The meter above it, and the others below that one. */
  readonly parent?: Relative | undefined;
  readonly siblings: readonly Relative[];
  /** The meters below it. */
  readonly children: readonly Relative[];
}

const blockSeconds = 3 * 3600;
const blocksOfDay = daySeconds / blockSeconds;
const blocksOfWeek = 7 * blocksOfDay;
/** A level is believed when this many blocks agree (a day), of those looked at. */
const least = blocksOfDay;
const looked = 4 * blocksOfDay;
/** Decades. Less is use: a factor of two and a half. */
const smallestShift = 0.38;
/** Decades: how unevenly over the day, and how far from a power of ten, when other meters speak for it. */
const uneven = 0.3;
const nearPower = 0.3;
/** When only its own past does. */
const even = 0.15;
/** So evenly that use is hardly possible. */
const quiteEven = 0.1;
/** So many blocks (three days) must a level last that nothing but itself speaks for. */
const longest = 3 * blocksOfDay;

/** Counts that passed in blocks of three hours, by what the register showed, whatever was believed of it. */
export interface Blocks {
  readonly from: EpochSeconds;
  /** NaN where it cannot be said. */
  readonly counts: Float64Array;
}

export function blocksOf(points: readonly Point[]): Blocks {
  const [head, tail] = [points[0], points.at(-1)];
  if (!head || !tail) return { from: 0, counts: new Float64Array() };
  const from = Math.ceil(head.at / blockSeconds) * blockSeconds;
  const size = Math.max(0, Math.floor((tail.at - from) / blockSeconds));
  const counts = new Float64Array(size);
  const seconds = new Float64Array(size);
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    const rise = b.value - a.value;
    const width = b.at - a.at;
    if (a.life !== b.life || rise < 0 || width > blockSeconds || width <= 0) continue;
    const first = Math.max(0, Math.floor((a.at - from) / blockSeconds));
    const last = Math.min(size - 1, Math.floor((b.at - 1 - from) / blockSeconds));
    for (let k = first; k <= last; k++) {
      const start = from + k * blockSeconds;
      const part = Math.min(b.at, start + blockSeconds) - Math.max(a.at, start);
      if (part <= 0) continue;
      counts[k] = (counts[k] as number) + (rise * part) / width;
      seconds[k] = (seconds[k] as number) + part;
    }
  }
  for (const k of counts.keys()) {
    const known = seconds[k] as number;
    // A block of which a quarter is not known says nothing.
    counts[k] = known < 0.75 * blockSeconds ? Number.NaN : ((counts[k] as number) * blockSeconds) / known;
  }
  return { from, counts };
}

interface Shift {
  /** Index of the first block of the new level, and of the first after it. */
  readonly first: number;
  readonly end: number;
  /** Decades. */
  readonly size: number;
  readonly uneven: number;
}

/** Ratios to the past, in decades: their median, and half of the span of the middle three fifths. */
interface Level {
  readonly median: number;
  readonly spread: number;
}

/** Levels that differ from the meter's own past by a power of ten, or lie between a fifth and a half of it. */
export function findingsOfLevels(meter: Meter, judged: JudgedRegister, relatives: Relatives): Finding[] {
  const { points } = judged.register;
  const blocks = blocksOf(points);
  const step = meter.register?.step ?? smallestRise(points);
  return shiftsOf(blocks.counts, step).flatMap((shift) => levelFinding(meter, judged, blocks, shift, relatives) ?? []);
}

function smallestRise(points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < points.length; i++) {
    const rise = (points[i] as Point).value - (points[i - 1] as Point).value;
    if (rise > 0) least = Math.min(least, rise);
  }
  return Number.isFinite(least) ? least : 0;
}

function shiftsOf(counts: Float64Array, step: number): Shift[] {
  const found: Shift[] = [];
  for (let t = least; t + least <= counts.length; t++) {
    if (!isShift(counts, t, step)) continue;
    const clean = sharpest(counts, t, step);
    const level = levelOf(toldFrom(counts, clean, step), least, 'best');
    if (!level) continue;
    const first = firstOf(counts, clean, level, step);
    let end = first + least;
    for (let next; end < counts.length; end = next) {
      next = Math.min(counts.length, end + blocksOfDay / 2);
      const later = levelOf(ratios(counts, end, next, first, step), 2, 'best');
      if (later && Math.abs(later.median - level.median) > smallestShift) break;
    }
    found.push({ first, end, size: level.median, uneven: level.spread });
    // What comes after it is judged against what came before it, or not at all.
    t = end + blocksOfWeek;
  }
  return found;
}

function isShift(counts: Float64Array, t: number, step: number): boolean {
  const after = levelFrom(counts, t, step);
  if (!after || Math.abs(after.median) < smallestShift || after.spread > uneven) return false;
  const before = levelBefore(counts, t, step);
  return before === undefined || Math.abs(before.median) <= smallestShift / 2;
}

/** Ratios of the blocks from `t` on: as many as tell something, over some days at most. */
function toldFrom(counts: Float64Array, t: number, step: number): Ratios {
  const list = ratios(counts, t, Math.min(counts.length, t + looked), t, step);
  return { ...list, day: list.day.slice(0, looked / 2), week: list.week.slice(0, looked / 2) };
}

function levelFrom(counts: Float64Array, t: number, step: number): Level | undefined {
  return levelOf(toldFrom(counts, t, step), least, 'least');
}

function levelBefore(counts: Float64Array, t: number, step: number): Level | undefined {
  return levelOf(ratios(counts, Math.max(0, t - least), t, Math.max(0, t - least), step), least / 2, 'least');
}

/**
 * Where readings are beyond the rating again and again: whether the meter counts about ten times its past, unevenly as
 * its use may be, so that it is one wrong weight and not many impossible rates.
 */
export function findingBeyondRating(meter: Meter, judged: JudgedRegister, run: readonly Finding[]): Finding {
  const [first, last] = [run[0] as Finding, run.at(-1) as Finding];
  const { from: base, counts } = blocksOf(judged.register.points);
  const start = Math.round((first.from - base) / blockSeconds);
  const end = Math.max(start + 1, Math.round((last.to - base) / blockSeconds));
  const mean = (from: number, to: number): number => {
    const known = counts.subarray(Math.max(0, from), Math.max(0, to)).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const ratio = mean(start, end) / mean(start - blocksOfWeek, start);
  const power = Math.round(Math.log10(ratio));
  const isPower = power > 0 && Math.abs(Math.log10(ratio) - power) < 0.35;
  const disbelieved = run.reduce((sum, each) => sum + each.disbelieved, 0);
  const evidence = [
    `it counts more than its rating lets pass again and again: ${disbelieved} readings until ${toIso(last.to)}`,
    ...(Number.isFinite(ratio) ? [`that is ${sayFactor(ratio)} of what it counted in the week before`] : []),
  ];
  return {
    ...first,
    class: isPower ? 'wrong-weight' : 'impossible-rate',
    confidence: isPower ? 'likely' : 'unclear',
    to: last.to,
    after: last.after,
    disbelieved,
    ...(isPower ? { factor: 10 ** power } : {}),
    evidence,
    alternatives: [
      isPower
        ? { class: 'impossible-rate', says: 'the rating in the register may be wrong, and use have grown as much' }
        : { class: 'wrong-weight', says: 'the pulse weight or ratio may be wrong' },
    ],
    questions: [
      'Was the pulse weight or transformer ratio changed? Then give the meter a `multiplier` from that date.',
      `Is the rating of ${meter.id} right?`,
    ],
  };
}

/**
 * The block, from `t` on, at which the new level is cleanest: looked at from earlier, days of the old level are in it.
 * The first of those that are about as clean.
 */
function sharpest(counts: Float64Array, t: number, step: number): number {
  const candidates: { readonly at: number; readonly contrast: number }[] = [];
  for (let at = t; at <= t + looked && at + least <= counts.length; at++) {
    const level = levelFrom(counts, at, step);
    if (!level || !isShift(counts, at, step)) continue;
    candidates.push({ at, contrast: Math.abs(level.median) - 2 * level.spread });
  }
  const most = Math.max(...candidates.map(({ contrast }) => contrast));
  return candidates.find(({ contrast }) => contrast >= most - 0.04)?.at ?? t;
}

/** Without blocks at the beginning that are still of the old level. */
function firstOf(counts: Float64Array, clean: number, level: Level, step: number): number {
  for (let t = clean; t < clean + least; t++) {
    const here = levelOf(ratios(counts, t, t + 1, clean, step), 1, 'best');
    if (here && Math.abs(here.median - level.median) < Math.abs(level.median) / 2) return t;
  }
  return clean;
}

interface Ratios {
  readonly day: readonly number[];
  readonly week: readonly number[];
  /** There is a week before it. */
  readonly weeks: boolean;
}

/**
 * Ratios, in decades, of blocks first … end to the same time of day before `past`: of the days before, and of the weeks
 * before where they are known.
 */
function ratios(counts: Float64Array, first: number, end: number, past: number, step: number): Ratios {
  const day: number[] = [];
  const week: number[] = [];
  for (let t = first; t < end; t++) {
    const now = counts[t];
    if (now === undefined || Number.isNaN(now)) continue;
    const yesterday = pastOf(counts, t, past, blocksOfDay, 3);
    const lastWeek = pastOf(counts, t, past, blocksOfWeek, 2);
    if (yesterday !== undefined && isTold(now, yesterday, step)) day.push(decades(now, yesterday, step));
    if (lastWeek !== undefined && isTold(now, lastWeek, step)) week.push(decades(now, lastWeek, step));
  }
  return { day, week, weeks: past >= blocksOfWeek };
}

/**
 * By days or by weeks: the *best* is the week, where it is known; the *least* is the one nearer to no change, so that a
 * weekend is no fault. Where weeks are known, days alone say nothing.
 */
function levelOf({ day, week, weeks }: Ratios, enough: number, which: 'best' | 'least'): Level | undefined {
  if (weeks && week.length < enough) return undefined;
  const byDay = day.length >= enough ? middle(day) : undefined;
  const byWeek = week.length >= enough ? middle(week) : undefined;
  if (!byDay || !byWeek) return byWeek ?? byDay;
  return which === 'best' || Math.abs(byWeek.median) <= Math.abs(byDay.median) ? byWeek : byDay;
}

/** The median of up to `most` earlier blocks of the same time, all before `past`. */
function pastOf(counts: Float64Array, t: number, past: number, lag: number, most: number): number | undefined {
  const list: number[] = [];
  for (let k = t - lag; k >= 0 && list.length < most; k -= lag) {
    const value = counts[k];
    if (k < past && value !== undefined && !Number.isNaN(value)) list.push(value);
  }
  return list.length === 0 ? undefined : list.sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];
}

/** Too few steps of the register in either are chance. */
const isTold = (now: number, then: number, step: number): boolean =>
  Math.max(now, then) >= 20 * step && Math.min(now, then) >= 2 * step && then > 0;
const decades = (now: number, then: number, step: number): number =>
  Math.log10(Math.max(now, step / 2) / Math.max(then, step / 2));

function middle(list: readonly number[]): Level {
  const sorted = list.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { median: at(0.5), spread: (at(0.8) - at(0.2)) / 2 };
}

function levelFinding(
  meter: Meter,
  judged: JudgedRegister,
  blocks: Blocks,
  shift: Shift,
  relatives: Relatives,
): Finding | undefined {
  const power = Math.round(shift.size);
  const isPower = power !== 0 && Math.abs(shift.size - power) <= nearPower;
  // The sun is as even over a whole day.
  const isPart = shift.size > -0.7 && shift.size < 0 && meter.utility === 'electricity' && meter.role !== 'generation';
  if (!isPower && !isPart) return undefined;
  const factor = isPower ? 10 ** power : 10 ** shift.size;
  const from = blocks.from + shift.first * blockSeconds;
  const to = blocks.from + shift.end * blockSeconds;
  const { judge, points } = judged.register;
  const rated = judge.allowance(from, to);
  const evidence = [
    `since about ${toIso(from)} it counts ${sayFactor(10 ** shift.size)} of what it did at the same times before`,
    `evenly: the ratio of most three-hour blocks is within ×${sayCounts(10 ** shift.uneven)} of that`,
  ];
  const tooFast = judged.doubts.filter(
    ({ reading, rule }) => rule === 'impossible-rate' && reading.at >= from && reading.at <= to,
  );
  if (tooFast.length > 0) evidence.push(`${tooFast.length} readings since are more than its rating lets pass`);
  const residual = residualEvidence(meter, blocks, shift, factor, relatives);
  if (residual) evidence.push(residual.says);
  const agrees = residual?.agrees === true || (tooFast.length > 0 && power > 0);
  if (residual?.agrees === false) return undefined;
  const off = isPower ? Math.abs(shift.size - power) : 0;
  if (!agrees && (shift.uneven > even || off > even)) return undefined;
  const isEven = shift.uneven <= quiteEven && off <= quiteEven;
  // Use may fall by as much, if seldom so evenly, for days and over every hour.
  if (!isPower && !agrees && (shift.end - shift.first < longest || !isEven)) return undefined;
  const before = points.findLast(({ at }) => at <= from);
  const after = points.find(({ at }) => at > from);
  return {
    class: isPower ? 'wrong-weight' : 'swapped',
    confidence: agrees && isPower ? 'sure' : agrees || (isPower && isEven) ? 'likely' : 'unclear',
    from,
    to,
    before: before && { at: before.at, value: before.value },
    after: after && { at: after.at, value: after.value },
    disbelieved: tooFast.length,
    shown: [],
    rule: tooFast[0]?.rule,
    rated: Number.isFinite(rated) ? rated : undefined,
    factor,
    evidence,
    alternatives: agrees ? [] : [{ class: 'unclear', says: 'use may truly have changed, and no other meter tells' }],
    questions: isPower
      ? [`Was the pulse weight or transformer ratio changed? Then give the meter a \`multiplier\` from that date.`]
      : ['Is one of the current transformers the wrong way round, or on the wrong phase?'],
  };
}

function sayFactor(factor: number): string {
  return factor >= 1 ? `${sayCounts(factor)} times` : `${sayCounts(factor * 100)} %`;
}

/**
 * What the meters around it say. What the meter above does not find in those below it is nearly the same from week to
 * week; if it is as before only when this meter is counted by the factor, the factor is wrong and not the use.
 * Undefined where there are none to ask.
 */
function residualEvidence(
  meter: Meter,
  blocks: Blocks,
  shift: Shift,
  factor: number,
  relatives: Relatives,
): { readonly says: string; readonly agrees: boolean | undefined } | undefined {
  const rests = restsOf(meter, blocks, relatives);
  if (!rests) return undefined;
  const told: number[] = [];
  const mended: number[] = [];
  const past: number[] = [];
  for (let k = shift.first; k < Math.min(shift.end, shift.first + blocksOfWeek); k++) {
    const earlier = pastBlock(k, shift.first);
    const before = earlier === undefined ? undefined : rests(earlier, 1);
    const [now, corrected] = [rests(k, 1), rests(k, factor)];
    if (before === undefined || now === undefined || corrected === undefined) continue;
    past.push(before);
    told.push(now - before);
    mended.push(corrected - before);
  }
  if (told.length < least / 2) return undefined;
  const [off, offMended] = [middle(told), middle(mended)];
  const usual = middle(past).median;
  const unit = inVolume(meter, blocks.from) ? 'm³' : 'kWh';
  const around = relatives.parent ? `${relatives.parent.id} and what else is below it` : 'the meters below it';
  const [before, since, counted] = [usual, usual + off.median, usual + offMended.median].map(sayCounts);
  const says =
    `with ${around}: ${before} ${unit} in three hours were not accounted for before, ${since} since; ` +
    `with this meter counted as before it would be ${counted}`;
  // Where the difference is lost in the noise of the others, they say nothing.
  const noise = Math.min(off.spread, offMended.spread);
  if (Math.abs(off.median - offMended.median) < noise) return { says, agrees: undefined };
  if (Math.abs(offMended.median) < 0.5 * Math.abs(off.median)) return { says, agrees: true };
  return { says, agrees: Math.abs(off.median) < 0.5 * Math.abs(offMended.median) ? false : undefined };
}

/** The block of the same time of week, or else of day, before a level began. */
function pastBlock(k: number, first: number): number | undefined {
  for (const lag of [blocksOfWeek, blocksOfDay]) {
    let at = k;
    while (at >= first) at -= lag;
    if (at >= 0) return at;
  }
  return undefined;
}

function inVolume(meter: Meter, at: EpochSeconds): boolean {
  return meaningAt(countMeaningsOf(meter), at).energy === undefined;
}

/**
 * What is not accounted for in a block, kWh or m³, when this meter is counted `1 / by` times: what comes in through the
 * meter above and from generation, less what the meters below and export take. Undefined without relatives, or where
 * one of them is not known.
 */
function restsOf(
  meter: Meter,
  blocks: Blocks,
  { parent, siblings, children }: Relatives,
): ((k: number, by: number) => number | undefined) | undefined {
  if (!parent && children.length === 0) return undefined;
  const meanings = countMeaningsOf(meter);
  const volume = inVolume(meter, blocks.from);
  const others = (parent ? [parent, ...siblings] : children).map((relative) => {
    return {
      sign: relative === parent ? 1 : signOf(relative.role),
      sums: blockSums(relative.halfHours, blocks, volume),
    };
  });
  const ownSign = parent ? signOf(meter.role) : 1;
  return (k, by) => {
    const meaning = meaningAt(meanings, blocks.from + k * blockSeconds);
    const each = volume ? meaning.volume : meaning.energy;
    const counts = blocks.counts[k];
    if (each === undefined || counts === undefined || Number.isNaN(counts)) return undefined;
    let rest = (ownSign * counts * each) / by;
    for (const { sign, sums } of others) {
      const sum = sums.get(k);
      if (sum === undefined) return undefined;
      rest += sign * sum;
    }
    return rest;
  };
}

const signOf = (role: Role): 1 | -1 => (role === 'generation' ? 1 : -1);

/** Sums of half-hours by block, where all of them are known. */
function blockSums(rows: readonly HalfHour[], blocks: Blocks, volume: boolean): Map<number, number> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const row of rows) {
    const value = volume ? row.volume : row.energy;
    if (value === undefined) continue;
    const k = Math.floor((row.start - blocks.from) / blockSeconds);
    const kept = sums.get(k);
    if (kept) {
      kept.sum += value;
      kept.count++;
    } else sums.set(k, { sum: value, count: 1 });
  }
  const whole = blockSeconds / halfHourSeconds;
  return new Map([...sums].filter(([, { count }]) => count === whole).map(([k, { sum }]) => [k, sum]));
}
