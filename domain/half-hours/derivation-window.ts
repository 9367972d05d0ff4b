import type { Meter } from '../estate/estate.ts';
import type { Doubt } from './half-hours.ts';
import { limits } from '../limits.ts';
import type { Reading } from '../readings/reading.ts';
import type { Node } from './register-points.ts';
import { readingsInOrder } from './register-points.ts';
import type { RegisterNodes } from './register-faults.ts';
import { registerNodes } from './register-faults.ts';
import { reach } from './register-steps.ts';
import type { Ruling } from '../readings/rulings.ts';
import { noRulings, withoutVoided } from '../readings/rulings.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { halfHourOf, halfHourSeconds } from '../time.ts';

/**
 * Which readings the derivation of a touched span needs, and which half-hours it may change.
 *
 * The caller reads `firstRegisters` register readings before the touched span and as many after it, and the
 * interval readings that start within `firstContext.seconds` of it, and asks `derivationWindow`. It answers the window,
 * for which `deriveHalfHours` then gives the same rows however much more context is supplied, or says what is missing:
 * more register readings on one side (double the count), or interval readings over a longer span. It ends, because a
 * side without older readings is complete.
 */
export const firstContext = {
  /** A calm register read every half-hour needs 3 × reach + 1 nodes on each side. */
  registers: 4 * reach,
  seconds: 2 * limits.intervalSeconds,
} as const;

/**
 * How many register readings on each side to begin with: a meter that speaks often needs those of its half-hour too.
 */
export function firstRegisters(meter: Pick<Meter, 'expected_interval'>): number {
  return firstContext.registers + Math.ceil(halfHourSeconds / meter.expected_interval);
}

export interface WindowInput {
  readonly meter: Meter;
  /** Readings of all series of the meter around the touched span, the touched ones included, in any order. */
  readonly readings: readonly Reading[];
  /** First and last second that were touched (both included); for intervals the seconds their periods start. */
  readonly touched: Period;
  readonly now: EpochSeconds;
  /** What people decided about this meter. */
  readonly rulings?: readonly Ruling[];
  /** Whether the store holds no register reading before, none after those supplied. */
  readonly complete: { readonly before: boolean; readonly after: boolean };
  /**
   * The span of which all interval readings are supplied, by their starts; undefined when the meter has none at all.
   */
  readonly intervalsRead: Period | undefined;
}

export interface Needs {
  /** More register readings before, after. */
  readonly before: boolean;
  readonly after: boolean;
  /** Interval readings over this span. */
  readonly intervals: Period | undefined;
}

export type WindowAnswer = { readonly window: Period } | { readonly needs: Needs };

/** The window of half-hours that readings in a touched span may change, or what is needed to say so. */
export function derivationWindow(input: WindowInput): WindowAnswer {
  const { meter, readings, complete, intervalsRead } = input;
  const near = (span: Period): Period => ({
    from: span.from - firstContext.seconds,
    to: span.to + firstContext.seconds,
  });
  const lacks = (span: Period): boolean =>
    intervalsRead !== undefined && (span.from < intervalsRead.from || span.to > intervalsRead.to);
  if (lacks(near(input.touched))) return { needs: { before: false, after: false, intervals: near(input.touched) } };

  const amounts = (['interval', 'estimate', 'total'] as const).flatMap((kind) =>
    readingsInOrder(readings, meter, kind),
  );
  const touched = intervalSpan(amounts, input.touched);
  const { rulings = noRulings } = input;
  const register = registerNodes(meter, withoutVoided(readings, rulings).standing, input.now, rulings);
  const before = edgeBefore(register, touched.from);
  const after = edgeAfter(register, touched.to);
  const needs = { before: !before.supported && !complete.before, after: !after.supported && !complete.after };
  if (needs.before || needs.after) return { needs: { ...needs, intervals: undefined } };
  // Points hold closing and opening registers too, which may stand before the first reading.
  const first = Math.min(touched.from, register.points[0]?.at ?? touched.from);
  const last = Math.max(touched.to, register.points.at(-1)?.at ?? touched.to, lastDoubt(register.doubts));
  const window = {
    from: before.edge ?? halfHourOf(first),
    to: after.edge ?? halfHourOf(last) + halfHourSeconds,
  };
  if (lacks(near(window))) return { needs: { before: false, after: false, intervals: near(window) } };
  return { window };
}

function lastDoubt(doubts: readonly Doubt[]): EpochSeconds {
  return doubts.reduce((most, { reading }) => Math.max(most, reading.at), Number.NEGATIVE_INFINITY);
}

/**
 * Where a window ends, if the readings show it, and whether they also hold all that the half-hours up to there need.
 */
interface Edge {
  readonly edge: EpochSeconds | undefined;
  readonly supported: boolean;
}

/**
 * The start of the half-hour of the last node before the span that nothing in it can reach across, once another such
 * node stands before that start. Such a node is in the middle of a row of plain steps, `reach` of them before it and
 * twice as many after it (a catch-up may look back `reach` nodes from a path that leaps `reach`).
 */
function edgeBefore({ nodes, calm }: RegisterNodes, touchedFrom: EpochSeconds): Edge {
  let edge: EpochSeconds | undefined;
  let calmSteps = 0;
  for (let i = nodes.length - 2; i >= 0; i--) {
    const next = nodes[i + 1] as Node;
    calmSteps = next.lastAt < touchedFrom && calm[i + 1] === 1 ? calmSteps + 1 : 0;
    if (calmSteps < 3 * reach) continue;
    const { lastAt } = nodes[i + reach] as Node;
    edge ??= halfHourOf(lastAt);
    if (lastAt <= edge) return { edge, supported: true };
  }
  return { edge, supported: false };
}

/** The first start of a half-hour after such a node behind the span, once another one stands behind that start. */
function edgeAfter({ nodes, calm }: RegisterNodes, touchedTo: EpochSeconds): Edge {
  let edge: EpochSeconds | undefined;
  let calmSteps = 0;
  for (let i = 1; i < nodes.length; i++) {
    const earlier = nodes[i - 1] as Node;
    calmSteps = earlier.firstAt > touchedTo && calm[i] === 1 ? calmSteps + 1 : 0;
    if (calmSteps < 3 * reach) continue;
    const { firstAt } = nodes[i - 2 * reach] as Node;
    edge ??= halfHourOf(firstAt + halfHourSeconds - 1);
    if (firstAt >= edge) return { edge, supported: true };
  }
  return { edge, supported: false };
}

/**
 * The touched span, widened to the intervals it touches and those that overlap them, and to one neighbour on each side.
 */
function intervalSpan(list: readonly Reading[], touched: Period): Period {
  let { from, to } = touched;
  for (const overlapping of [true, false]) {
    const reached = list.filter(({ at, period }) =>
      overlapping ? at < to && at + period > from : at <= to + halfHourSeconds && at + period >= from - halfHourSeconds,
    );
    for (const { at, period } of reached) {
      from = Math.min(from, at);
      to = Math.max(to, at + period);
    }
  }
  return { from, to };
}
