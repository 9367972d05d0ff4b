/**
 * Why the days of a meter are worked out again. The cause is put down where it is known, with what is touched, and
 * stays beside the old values: a signed figure that changed is then explained without guessing.
 */
export const changeCauses = {
  readings: 'readings came late, were corrected or read from a file',
  ruling: 'a person decided about the data of the meter',
  register: 'the register describes the meter otherwise',
  rederived: 'it was asked to be worked out again, as after a change of the rules',
} as const;
export type ChangeCause = keyof typeof changeCauses;

const order = Object.keys(changeCauses) as ChangeCause[];

/** Causes as one number, a bit each, so that those of merged spans are merged by `or`. */
export function bitsOf(causes: readonly ChangeCause[]): number {
  return causes.reduce((bits, cause) => bits | (1 << order.indexOf(cause)), 0);
}

export function causesOf(bits: number): ChangeCause[] {
  return order.filter((_, i) => (bits & (1 << i)) !== 0);
}
