import type { Estate, Meter, MeterEntry } from '../estate/estate.ts';
import { validityOf } from './meter-conversion.ts';
import { type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * What a virtual meter is computed from: other meters, each taken so many times (−1 to take away, 0.45 for a share),
 * from a date on. `sum_of` is the short way to write a formula that never changes.
 */

/** One meter of a formula. */
export interface Term {
  readonly meter: string;
  readonly times: number;
}

export interface DatedFormula {
  /** The first London date on which it holds. */
  readonly from: LocalDate;
  readonly terms: readonly Term[];
}

/** The formulas of a meter, oldest first; none where it is not virtual. */
export function formulasOf(meter: Pick<MeterEntry, 'formula' | 'sum_of'>): readonly DatedFormula[] {
  if (meter.formula) return meter.formula.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return meter.sum_of ? [{ from: '1970-01-01', terms: meter.sum_of }] : [];
}

/** Every meter that any formula of a meter names, each once. */
export function termMeters(meter: Pick<MeterEntry, 'formula' | 'sum_of'>): readonly string[] {
  return [...new Set(formulasOf(meter).flatMap(({ terms }) => terms.map((term) => term.meter)))];
}

export interface FormulaEra {
  readonly period: Period;
  readonly terms: readonly Term[];
}

/** The parts of a window in which one formula holds, in order, within the validity of the meter. */
export function formulaEras(meter: Meter, window: Period): FormulaEra[] {
  const valid = validityOf(meter);
  const formulas = formulasOf(meter);
  return formulas.flatMap(({ from, terms }, i) => {
    const next = formulas[i + 1];
    const period = {
      from: Math.max(window.from, valid.from, startOfDay(from)),
      to: Math.min(window.to, valid.to, next ? startOfDay(next.from) : Number.POSITIVE_INFINITY),
    };
    return period.from < period.to ? [{ period, terms }] : [];
  });
}

/**
 * Whether a formula takes something away, so that half-hours may be below zero. A share by energy would then divide by
 * what is left over, which says nothing: such a meter is weighed by time.
 */
export function takesAway(meter: Pick<MeterEntry, 'formula' | 'sum_of'>): boolean {
  return formulasOf(meter).some(({ terms }) => terms.some(({ times }) => times < 0));
}

// A pure function's memory: an estate is never changed, a new version is a new object.
const depths = new WeakMap<Estate, Map<string, number>>();

/**
 * How many formulas lie between a meter and what is read: 0 for a meter that is no formula. Meters in order of it are
 * worked out after what they are made of.
 */
export function formulaDepth(estate: Estate, meter: Meter): number {
  const known = depths.get(estate) ?? new Map<string, number>();
  depths.set(estate, known);
  return depthOf(estate, meter, known);
}

function depthOf(estate: Estate, meter: Meter, known: Map<string, number>): number {
  const before = known.get(meter.id);
  if (before !== undefined) return before;
  // `check` refuses circles; should one come through, it ends here.
  known.set(meter.id, 0);
  let depth = 0;
  for (const id of termMeters(meter)) {
    const term = estate.meters.get(id);
    if (term) depth = Math.max(depth, 1 + depthOf(estate, term, known));
  }
  known.set(meter.id, depth);
  return depth;
}
