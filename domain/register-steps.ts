import type { Meter } from './estate.ts';
import { countMeaningsOf, meaningAt, ratedCountsPerSecond } from './meter-conversion.ts';
import type { Node } from './register-points.ts';
import { exchangesOf } from './register-points.ts';
import type { EpochSeconds } from './time.ts';

/** What going from one node to a later one would mean. */
export type StepKind = 'plain' | 'rollover' | 'exchange' | 'stood-still' | 'fell' | 'too-fast';
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
}

/** The largest part of a register that a rollover may skip, with a rating and without (first and last tenth). */
const rolloverShare = { rated: 0.5, unrated: 0.1 } as const;

export function stepJudge(meter: Meter): StepJudge {
  const meanings = countMeaningsOf(meter);
  const rated = meanings.map((meaning) => ratedCountsPerSecond(meter, meaning));
  const allSame = rated.every((rate) => rate === rated[0]);
  const digitsOfLife = [meter.register?.digits, ...exchangesOf(meter).map((x) => x.digits)];
  for (let i = 1; i < digitsOfLife.length; i++) digitsOfLife[i] ??= digitsOfLife[i - 1];
  const smallest = 2 * (meter.register?.step ?? 0);

  const rateAt = (at: EpochSeconds): number | undefined =>
    allSame ? rated[0] : rated[meanings.indexOf(meaningAt(meanings, at))];
  /** The most that can have passed; infinite without a rating. */
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
    const most = allowance(a.lastAt, b.firstAt);
    if (rise >= 0 && rise <= most) return { kind: 'plain', amount: rise, from: a.lastAt };
    if (rise >= 0) {
      const stoodFrom = firstOfSameValue(nodes, from).firstAt;
      if (stoodFrom < a.lastAt && rise <= allowance(stoodFrom, b.firstAt)) {
        return { kind: 'stood-still', amount: rise, from: stoodFrom };
      }
      return { kind: 'too-fast', amount: undefined, from: a.lastAt };
    }
    const digits = digitsOfLife[a.life];
    if (digits !== undefined && rollsOver(a.value, b.value, 10 ** digits, most)) {
      return { kind: 'rollover', amount: rise + 10 ** digits, from: a.lastAt };
    }
    return { kind: 'fell', amount: undefined, from: a.lastAt };
  };
  return { step };
}

/** The earliest node, within reach, of an unbroken row that shows the same value. */
function firstOfSameValue(nodes: readonly Node[], index: number): Node {
  let first = nodes[index] as Node;
  for (let i = index - 1; i >= 0 && i > index - reach; i--) {
    const node = nodes[i] as Node;
    if (node.value !== first.value || node.life !== first.life) break;
    first = node;
  }
  return first;
}

/**
 * Whether a fall is the register going through its highest number. Without a rating only from its last tenth into its
 * first.
 */
function rollsOver(from: number, to: number, size: number, most: number): boolean {
  if (from >= size) return false;
  const amount = to - from + size;
  if (Number.isFinite(most)) return amount <= most && amount <= size * rolloverShare.rated;
  return from >= size * (1 - rolloverShare.unrated) && to < size * rolloverShare.unrated;
}
