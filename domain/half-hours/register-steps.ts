import type { Meter } from '../estate/estate.ts';
import { countMeaningsOf, meaningAt, ratedCountsPerSecond } from './meter-conversion.ts';
import type { Node } from './register-points.ts';
import { exchangesOf } from './register-points.ts';
import type { EpochSeconds } from '../time.ts';

/** What going from one node to a later one would mean. */
export type StepKind = 'plain' | 'rollover' | 'unrated-rollover' | 'exchange' | 'stood-still' | 'fell' | 'too-fast';
export interface Step {
  readonly kind: StepKind;
  /** Counts between the two; undefined when they cannot be known. */
  readonly amount: number | undefined;
  /** When the span of the amount begins: the node's last point, or its first when it stood still by fault. */
  readonly from: EpochSeconds;
}

/** Meters read a little over their rating (accuracy class, short overload of a cable). */
export const ratingTolerance = 1.1;
/** Stamps are whole seconds, and those of a device without a clock are times of receipt. */
export const stampToleranceSeconds = 60;
/**
 * How many nodes judgement looks to each side: at most this many minus one readings in a row can be a passing fault;
 * what lasts longer is the new truth. It is also what context is measured in (`derivation-window.ts`).
 */
export const reach = 8;

/** Judges steps between nodes of one meter's register. */
export interface StepJudge {
  step(nodes: readonly Node[], from: number, to: number): Step;
  /** Whether the step to a node from the one before it is plain by these two alone. */
  calm(nodes: readonly Node[], to: number): boolean;
  /** The most counts that the rating lets pass between two instants; infinite without a rating. */
  allowance(from: EpochSeconds, to: EpochSeconds): number;
  /** How many numbers the register has before it wraps; infinite where nobody said. `life`: exchanges before. */
  numbers(life: number): number;
}

/** More than half of its numbers in one step: a register going up cannot be told from one going down. */
const largestShare = 0.5;
/** How near its ends a register without a rating must be to roll over. */
const unratedShare = 0.1;

export function stepJudge(meter: Meter): StepJudge {
  const meanings = countMeaningsOf(meter);
  const rated = meanings.map((meaning) => ratedCountsPerSecond(meter, meaning));
  const allSame = rated.every((rate) => rate === rated[0]);
  const digitsOfLife = [meter.register?.digits, ...exchangesOf(meter).map((x) => x.digits)];
  for (let i = 1; i < digitsOfLife.length; i++) digitsOfLife[i] ??= digitsOfLife[i - 1];
  const smallest = 2 * (meter.register?.step ?? 0);

  const rateAt = (at: EpochSeconds): number | undefined =>
    allSame ? rated[0] : rated[meanings.indexOf(meaningAt(meanings, at))];
  const numbers = (life: number): number => {
    const digits = digitsOfLife[life];
    return digits === undefined ? Number.POSITIVE_INFINITY : 10 ** digits;
  };
  const allowance = (from: EpochSeconds, to: EpochSeconds): number => {
    const a = rateAt(from);
    const b = allSame ? a : rateAt(to);
    if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(a, b) * ratingTolerance * (to - from + stampToleranceSeconds) + smallest;
  };

  const step = (nodes: readonly Node[], from: number, to: number): Step => {
    const a = nodes[from] as Node;
    const b = nodes[to] as Node;
    if (a.life !== b.life) return { kind: 'exchange', amount: a.certain && b.certain ? 0 : undefined, from: a.lastAt };
    const rise = b.value - a.value;
    if (rise >= 0 && b.overruled) return { kind: 'plain', amount: rise, from: a.lastAt };
    const size = numbers(a.life);
    const allowed = allowance(a.lastAt, b.firstAt);
    const most = Math.min(allowed, size * largestShare);
    if (rise >= 0 && rise <= most) {
      const wild = a.value === 0 && !Number.isFinite(allowed) && rise > outOfZero(nodes, from, to);
      return wild
        ? { kind: 'too-fast', amount: undefined, from: a.lastAt }
        : { kind: 'plain', amount: rise, from: a.lastAt };
    }
    if (rise >= 0) {
      const stoodFrom = firstOfSameValue(nodes, from).firstAt;
      if (stoodFrom < a.lastAt && rise <= Math.min(allowance(stoodFrom, b.firstAt), size * largestShare)) {
        return { kind: 'stood-still', amount: rise, from: stoodFrom };
      }
      return { kind: 'too-fast', amount: undefined, from: a.lastAt };
    }
    if (a.value < size && rise + size <= most) {
      if (Number.isFinite(allowed)) return { kind: 'rollover', amount: rise + size, from: a.lastAt };
      const atItsEnds = a.value >= size * (1 - unratedShare) && b.value < size * unratedShare;
      if (atItsEnds) return { kind: 'unrated-rollover', amount: rise + size, from: a.lastAt };
    }
    return { kind: 'fell', amount: undefined, from: a.lastAt };
  };
  const calm = (nodes: readonly Node[], to: number): boolean => {
    const { kind } = step(nodes, to - 1, to);
    if (kind !== 'plain') return kind === 'exchange';
    const a = nodes[to - 1] as Node;
    return (
      a.value !== 0 ||
      (nodes[to] as Node).overruled ||
      Number.isFinite(allowance(a.lastAt, (nodes[to] as Node).firstAt))
    );
  };
  return { step, calm, allowance, numbers };
}

/**
 * The most that a register without a rating can rise out of an exact 0. Some devices say 0 until they have heard
 * their meter; what follows then tells: a first step a thousand times faster than any of the next ones is no use, but
 * the register coming back.
 */
function outOfZero(nodes: readonly Node[], from: number, to: number): number {
  let fastest = 0;
  for (let i = to + 1; i < nodes.length && i <= to + reach; i++) {
    const a = nodes[i - 1] as Node;
    const b = nodes[i] as Node;
    if (b.life === a.life) fastest = Math.max(fastest, (b.value - a.value) / (b.firstAt - a.lastAt));
  }
  if (fastest === 0) return Number.POSITIVE_INFINITY;
  const elapsed = (nodes[to] as Node).firstAt - (nodes[from] as Node).lastAt + stampToleranceSeconds;
  return 1000 * fastest * elapsed;
}

/** The earliest node, within reach, of an unbroken row that shows the same value. */
function firstOfSameValue(nodes: readonly Node[], index: number): Node {
  let first = nodes[index] as Node;
  for (let i = index - 1; i >= 0 && i > index - reach; i--) {
    const node = nodes[i] as Node;
    if (first.overruled || node.value !== first.value || node.life !== first.life) break;
    first = node;
  }
  return first;
}
