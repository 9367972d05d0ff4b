import type { SpanRule } from './spans.ts';

/**
 * What a kind makes of each step of a window (a half-hour, a night, a day): how strongly it shows the condition, and
 * how much was missing. The first is what is found, the second what could have been; both come of the same numbers.
 */
export interface Judged {
  /** From `when.raise` on a step shows the condition; NaN where it is not known. */
  readonly scores: Float64Array;
  readonly when: SpanRule;
  /**
   * So much more, kW (m³/h, kVA, kvar) all through a step, and it would have shown the condition; below nothing where
   * it did. NaN where it is not known.
   */
  readonly shortBy: (step: number) => number;
}

/**
 * Steps that show the condition by one excess, which must be as large as the largest of what a rule asks for. `rate` is
 * what one of the excess is in kW or m³/h.
 */
export function judgedBy(excess: Float64Array, needed: Float64Array, when: SpanRule, rate: number): Judged {
  return {
    scores: excess.map((one, step) => one / (needed[step] as number)),
    when,
    shortBy: (step) => rate * (when.raise * (needed[step] as number) - (excess[step] as number)),
  };
}

/** What a kWh or a m³ of one step is in kW or m³/h. */
export const ratePer = { halfHour: 2, day: 1 / 24 } as const;
