/**
 * A tabular CUSUM of standardised steps, upwards: each adds what it is above the allowance, and the sum never falls
 * below nothing (Montgomery, Introduction to Statistical Quality Control, "The tabular or algorithmic CUSUM"). Unknown
 * steps leave it as it is.
 */
export interface TabularCusum {
  /** The sum after each step. */
  readonly sums: Float64Array;
  /** The step after the last one at which the sum was nothing: where a shift that shows later began. */
  readonly began: Int32Array;
}

export function tabularCusum(steps: Float64Array, allowance: number): TabularCusum {
  const sums = new Float64Array(steps.length);
  const began = new Int32Array(steps.length);
  let [sum, start] = [0, 0];
  for (const [k, step] of steps.entries()) {
    if (!Number.isNaN(step)) sum = Math.max(0, sum + step - allowance);
    if (sum === 0) start = k + 1;
    sums[k] = sum;
    began[k] = start;
  }
  return { sums, began };
}
