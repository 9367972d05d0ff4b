import type { Meter } from '../domain/estate/estate.ts';
import { formulaEras, termMeters } from '../domain/half-hours/formula.ts';
import { type EpochSeconds, halfHourOf, halfHourSeconds, type Period } from '../domain/time.ts';
import { combineMeters } from '../domain/half-hours/virtual-meters.ts';
import type { DerivationSource, Worked } from './derive-meter.ts';

/**
 * The half-hours of a meter that is computed from others, from what is stored of them; its touched span is of half-
 * hours. A row of missing half-hours ends where the formula changes.
 */
export async function deriveFormula(
  { store, state }: DerivationSource,
  meter: Meter,
  touched: Period,
  now: EpochSeconds,
): Promise<Worked> {
  const ids = termMeters(meter);
  const end = Math.min(halfHourOf(touched.to), halfHourOf(now)) + halfHourSeconds;
  // A row of missing half-hours is judged whole.
  const window = withGaps(state, [meter.id, ...ids], { from: halfHourOf(touched.from), to: end });
  if (window.from >= window.to) return { window, halfHours: [], gaps: [] };
  const rows = Map.groupBy(await store.halfHours(ids, window), (row) => row.meter);
  const gaps = Map.groupBy(state.gaps(ids, window), (gap) => gap.meter);
  const eras = formulaEras(meter, window).map(({ period, terms }) => {
    const parts = terms.map(({ meter: id, times }) => ({
      times,
      halfHours: rows.get(id) ?? [],
      gaps: gaps.get(id) ?? [],
    }));
    return combineMeters(meter.id, parts, period);
  });
  return {
    window,
    halfHours: eras.flatMap((era) => era.halfHours),
    gaps: eras.flatMap((era) => era.gaps),
  };
}

/** The period, widened to the gaps that reach into it: a row of missing half-hours is judged whole. */
export function withGaps(state: DerivationSource['state'], meters: readonly string[], period: Period): Period {
  let { from, to } = period;
  for (const gap of state.gaps(meters, period)) {
    from = Math.min(from, gap.from);
    to = Math.max(to, gap.to);
  }
  return from === period.from && to === period.to ? period : withGaps(state, meters, { from, to });
}
