/** Numbers between two others that a seed stands for, so that a counterexample is short. */
export function seededColumn(seed: number, count: number, from: number, to: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + (state / 2 ** 32) * (to - from);
  });
}
