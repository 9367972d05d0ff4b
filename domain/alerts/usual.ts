import { deviationOf, medianOf, spreadOf } from './robust.ts';
import { suspiciousScore } from './suspicion.ts';

/** What a figure of a night or a day usually is, from the steps before it: nothing is learned from later ones. */
export interface Usual {
  /** By step; NaN where too few are known. */
  readonly median: Float64Array;
  /** The robust standard deviation. */
  readonly spread: Float64Array;
}

export interface UsualRequest {
  /** Steps looked back upon, and the fewest of them that say anything. */
  readonly remembered: number;
  readonly fewest: number;
  /** How far off a step must be at the least, in its own unit, to be left out. */
  readonly leastFar: number;
  /** The smallest difference that the figure can show. */
  readonly resolution?: number;
}

/**
 * Steps that were far off when they came are not learned from, until nothing else is left: what has lasted that long
 * has become usual.
 */
export function usualOf(values: Float64Array, request: UsualRequest): Usual {
  const { remembered, fewest, leastFar, resolution = 0 } = request;
  const median = new Float64Array(values.length).fill(Number.NaN);
  const spread = median.slice();
  const far = new Uint8Array(values.length);
  const scratch = new Float64Array(remembered);
  const gather = (step: number, all: boolean): number => {
    let count = 0;
    for (let k = step - 1; k >= Math.max(0, step - remembered); k--) {
      const value = values[k] as number;
      if (!Number.isNaN(value) && (all || far[k] === 0)) scratch[count++] = value;
    }
    return count;
  };
  for (let step = 0; step < values.length; step++) {
    let count = gather(step, false);
    if (count < fewest) count = gather(step, true);
    if (count < fewest) continue;
    const middle = medianOf(scratch, count);
    const width = spreadOf(0, deviationOf(scratch, count, middle), resolution);
    median[step] = middle;
    spread[step] = width;
    const distance = Math.abs((values[step] as number) - middle);
    if (distance > Math.max(suspiciousScore * width, leastFar)) far[step] = 1;
  }
  return { median, spread };
}
