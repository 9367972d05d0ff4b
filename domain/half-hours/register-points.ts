import type { Meter } from '../estate/estate.ts';
import type { Doubt } from './half-hours.ts';
import type { Reading } from '../readings/reading.ts';
import type { Ruling } from '../readings/rulings.ts';
import { ruledOn } from '../readings/rulings.ts';
import { isSentinel, nearSentinel } from '../readings/sentinels.ts';
import type { EpochSeconds } from '../time.ts';
import { halfHourOf, toIso } from '../time.ts';
import { limits } from '../limits.ts';
import { quantityOf } from '../units.ts';

/** A register's value at an instant: a reading, or the closing or opening of an exchange (`reading` undefined). */
export interface Point {
  readonly at: EpochSeconds;
  readonly value: number;
  readonly reading: Reading | undefined;
  /** How many exchanges came before: values of different lives are never subtracted. */
  readonly life: number;
  /** A person said that this reading is right. */
  readonly overruled: boolean;
}

/**
 * Points that show one value without interruption. Nodes are what judgement works on, so that a value repeated for
 * hours weighs no more than a value seen once.
 */
export interface Node {
  readonly value: number;
  readonly life: number;
  /** First and last index in the list of points. */
  readonly first: number;
  readonly last: number;
  readonly firstAt: EpochSeconds;
  readonly lastAt: EpochSeconds;
  /** A closing or opening register that people recorded, or a reading they said is right: always believed. */
  readonly certain: boolean;
  readonly overruled: boolean;
}

/** Readings of one kind that count what the meter's face counts, one per second, in order of time. */
export function readingsInOrder(readings: readonly Reading[], meter: Meter, kind: Reading['kind']): Reading[] {
  const quantity = quantityOf(meter.unit);
  const list = readings.filter((r) => r.kind === kind && r.quantity === quantity && r.meter === meter.id);
  // Of two values for one second the one received last is the revision; the larger breaks a tie.
  list.sort((a, b) => a.at - b.at || a.received - b.received || a.value - b.value);
  return list.filter((reading, i) => list[i + 1]?.at !== reading.at);
}

/** Takes out what needs no history to be disbelieved: wrong clocks, numbers below zero, sentinels. */
export function believable(
  list: readonly Reading[],
  digits: number | undefined,
  now: EpochSeconds,
  rulings: readonly Ruling[],
): { readonly kept: readonly Reading[]; readonly doubts: readonly Doubt[] } {
  const doubts: Doubt[] = [];
  const plausible: Reading[] = [];
  const suspects: { readonly reading: Reading; readonly index: number }[] = [];
  for (const reading of list) {
    if (Number.isFinite(reading.value) && ruledOn(rulings, reading.at) === 'overrule') plausible.push(reading);
    else if (reading.at > Math.min(now, reading.received) + limits.futureSeconds) {
      doubts.push({
        reading,
        rule: 'future',
        says: `stamped ${toIso(reading.at)}, received ${toIso(reading.received)}`,
      });
    } else if (!Number.isFinite(reading.value) || reading.value < 0) {
      doubts.push({ reading, rule: 'negative', says: `${reading.value} is not a count` });
    } else if (isSentinel(reading.value, digits)) {
      suspects.push({ reading, index: plausible.length });
    } else plausible.push(reading);
  }
  if (suspects.length === 0) return { kept: plausible, doubts };
  const passing: Reading[] = [];
  for (const { reading, index } of suspects) {
    const neighbours = [plausible[index - 1], plausible[index]];
    if (neighbours.some((n) => n !== undefined && nearSentinel(n.value, reading.value))) passing.push(reading);
    else
      doubts.push({ reading, rule: 'sentinel', says: `${reading.value} is what devices send when they do not know` });
  }
  const kept = passing.length === 0 ? plausible : [...plausible, ...passing].sort((a, b) => a.at - b.at);
  return { kept, doubts };
}

/** Exchanges in order of time, as epoch seconds. */
export function exchangesOf(meter: Pick<Meter, 'exchanges'>): {
  readonly at: EpochSeconds;
  readonly closing: number;
  readonly opening: number;
  readonly digits: number | undefined;
}[] {
  return meter.exchanges
    .map((x) => ({
      at: Math.floor(Date.parse(x.at) / 1000),
      closing: x.closing,
      opening: x.opening,
      digits: x.digits,
    }))
    .sort((a, b) => a.at - b.at);
}

/**
 * The readings and, between the lives, the closing and opening registers. A reading of the very second of an exchange
 * says nothing more.
 */
export function pointsOf(kept: readonly Reading[], meter: Meter, rulings: readonly Ruling[]): Point[] {
  const exchanges = exchangesOf(meter);
  const points: Point[] = [];
  let life = 0;
  const exchangeUpTo = (at: EpochSeconds): void => {
    for (let next = exchanges[life]; next !== undefined && next.at <= at; next = exchanges[life]) {
      points.push({ at: next.at, value: next.closing, reading: undefined, life, overruled: false });
      life++;
      points.push({ at: next.at, value: next.opening, reading: undefined, life, overruled: false });
    }
  };
  for (const reading of kept) {
    exchangeUpTo(reading.at);
    if (exchanges[life - 1]?.at === reading.at) continue;
    const overruled = ruledOn(rulings, reading.at) === 'overrule';
    points.push({ at: reading.at, value: reading.value, reading, life, overruled });
  }
  return points;
}

/**
 * Points grouped into nodes. Where use may stop, a value that stands still is cut at every half-hour of the clock, so
 * that a quiet register needs no more history than a busy one. A zero is never cut (a device that has lost its
 * register says 0 for as long as it likes), nor is anything on a meter whose use never stops: there a value that
 * stands is a fault.
 */
export function nodesOf(points: readonly Point[], neverStops: boolean): Node[] {
  const nodes: Node[] = [];
  for (let first = 0; first < points.length; ) {
    const head = points[first] as Point;
    const { overruled } = head;
    const certain = head.reading === undefined || overruled;
    const whole = neverStops || head.value === 0;
    const slot = halfHourOf(head.at);
    let last = first;
    const joins = (next: Point | undefined): boolean =>
      !certain &&
      next?.value === head.value &&
      next.reading !== undefined &&
      !next.overruled &&
      (whole || halfHourOf(next.at) === slot);
    while (joins(points[last + 1])) last++;
    const lastAt = (points[last] as Point).at;
    nodes.push({ value: head.value, life: head.life, first, last, firstAt: head.at, lastAt, certain, overruled });
    first = last + 1;
  }
  return nodes;
}
