import type { Meter } from './estate.ts';
import { limits } from './limits.ts';
import type { Reading } from './reading.ts';
import { readingsInOrder } from './register-points.ts';
import type { RegisterNodes } from './register-faults.ts';
import { registerNodes } from './register-faults.ts';
import { reach } from './register-steps.ts';
import type { EpochSeconds, Period } from './time.ts';
import { halfHourOf, halfHourSeconds } from './time.ts';

/**
 * Which readings the derivation of a touched span needs, and which half-hours it may change.
 *
 * The caller reads `firstContext.readings` readings of each series of the meter before the span and as many after it
 * (of interval series also all that start within `firstContext.seconds` of it) and asks `derivationWindow`. Either it
 * answers the window, for which `deriveHalfHours` then gives the same rows however much more context is supplied, or
 * it says on which side more is needed: double the count there and ask again, until the store has no more.
 */
export const firstContext = {
  /** A calm register needs 3 × reach + 1 nodes on each side. */
  readings: 4 * reach,
  seconds: limits.intervalSeconds,
} as const;

export interface WindowInput {
  readonly meter: Meter;
  /** Readings of all series of the meter around the touched span, in any order. */
  readonly readings: readonly Reading[];
  /** First and last second that were touched (both included); for intervals the seconds their periods start. */
  readonly touched: Period;
  readonly now: EpochSeconds;
  /** Whether the store holds nothing before, nothing after what was supplied (in any series). */
  readonly complete: { readonly before: boolean; readonly after: boolean };
}

export type WindowAnswer =
  | { readonly window: Period }
  | { readonly needs: { readonly before: boolean; readonly after: boolean } };

/** The window of half-hours that readings in a touched span may change, or what is needed to say so. */
export function derivationWindow(input: WindowInput): WindowAnswer {
  const { meter, readings, touched, now, complete } = input;
  const register = registerNodes(meter, readings, now);
  const before = register.points.length === 0 ? undefined : anchorBefore(register, touched.from);
  const after = register.points.length === 0 ? undefined : anchorAfter(register, touched.to);
  const registers = readings.some((reading) => reading.kind === 'register');
  const needs = {
    before: registers && before === undefined && !complete.before,
    after: registers && after === undefined && !complete.after,
  };
  if (needs.before || needs.after) return { needs };
  const intervals = intervalSpan(readingsInOrder(readings, meter, 'interval'), touched);
  const first = readings.reduce((least, { at }) => Math.min(least, at), touched.from);
  const last = readings.reduce((most, { at }) => Math.max(most, at), touched.to);
  const registerFrom = registers ? (before ?? first) : touched.from;
  const registerTo = registers ? (after ?? last) : touched.to;
  return {
    window: {
      from: halfHourOf(Math.min(registerFrom, intervals.from, touched.from)),
      to: halfHourOf(Math.max(registerTo, intervals.to, touched.to)) + halfHourSeconds,
    },
  };
}

/**
 * The last instant before the span that nothing in the span can reach across: a node in the middle of a row of plain
 * steps, `reach` of them before it and twice as many after it (a catch-up may look back `reach` nodes from a path that
 * leaps `reach`).
 */
function anchorBefore({ nodes, calm }: RegisterNodes, touchedFrom: EpochSeconds): EpochSeconds | undefined {
  let calmSteps = 0;
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node === undefined || node.lastAt >= touchedFrom) continue;
    const beforeSpan = nodes[i + 1]?.lastAt ?? Number.POSITIVE_INFINITY;
    calmSteps = beforeSpan < touchedFrom && calm[i + 1] === 1 ? calmSteps + 1 : 0;
    const anchor = nodes[i + reach];
    if (calmSteps >= 3 * reach && anchor !== undefined) return anchor.lastAt;
  }
  return undefined;
}

/** The first instant after the span of which the same is true. */
function anchorAfter({ nodes, calm }: RegisterNodes, touchedTo: EpochSeconds): EpochSeconds | undefined {
  let calmSteps = 0;
  for (let i = 1; i < nodes.length; i++) {
    const earlier = nodes[i - 1];
    if (earlier === undefined || earlier.firstAt <= touchedTo) continue;
    calmSteps = calm[i] === 1 ? calmSteps + 1 : 0;
    const anchor = nodes[i - 2 * reach];
    if (calmSteps >= 3 * reach && anchor !== undefined) return anchor.firstAt;
  }
  return undefined;
}

/** The intervals that touch the span, and those that touch these, with one whole interval on each side. */
function intervalSpan(list: readonly Reading[], touched: Period): Period {
  let { from, to } = touched;
  let first = list.findIndex((reading) => reading.at >= touched.from);
  if (first < 0) first = list.length;
  for (let i = first - 1, beyond = 0; i >= 0 && beyond < 2; i--) {
    const reading = list[i] as Reading;
    if (reading.at + reading.period <= from) beyond++;
    from = Math.min(from, reading.at);
  }
  for (let i = first, beyond = 0; i < list.length && beyond < 2; i++) {
    const reading = list[i] as Reading;
    if (reading.at >= to) beyond++;
    to = Math.max(to, reading.at + reading.period);
  }
  return { from, to };
}
