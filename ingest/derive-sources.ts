import type { Meter } from '../domain/estate/estate.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { ownSource, pickSources, sourcesIn, type SourceRows } from '../domain/half-hours/source-precedence.ts';
import { type EpochSeconds, halfHourOf, halfHourSeconds, type Period } from '../domain/time.ts';
import { withGaps } from './derive-formula.ts';
import type { DerivationSource, Worked } from './derive-meter.ts';

/**
 * The half-hours of a meter point with several sources: what its own readings say, just worked out, and what is stored
 * of the others. Where gaps reach beyond the window of its own, what is stored of its own fills in.
 */
export async function deriveSources(
  { store, state }: DerivationSource,
  meter: Meter,
  own: Worked,
  now: EpochSeconds,
): Promise<Worked> {
  const ownName = ownSource(meter.id);
  const others = sourcesIn(meter).filter((id) => id !== meter.id);
  const reach = withGaps(state, [meter.id, ownName, ...others], hullOf(own));
  const valid = validityOf(meter);
  const window = {
    from: Math.max(reach.from, valid.from),
    to: Math.min(reach.to, valid.to, halfHourOf(now) + halfHourSeconds),
  };
  if (!(window.from < window.to)) return { window: own.window, halfHours: [], gaps: [] };
  const rows = Map.groupBy(await store.halfHours([ownName, ...others], window), (row) => row.meter);
  const gaps = Map.groupBy(state.gaps([ownName, ...others], window), (gap) => gap.meter);
  const within = ({ from, to }: Period, at: EpochSeconds): boolean => at >= from && at < to;
  const sources: SourceRows[] = [
    {
      source: meter.id,
      halfHours: [...(rows.get(ownName) ?? []).filter((row) => !within(own.window, row.start)), ...own.halfHours],
      gaps: [...(gaps.get(ownName) ?? []).filter((gap) => !within(own.window, gap.from)), ...own.gaps],
    },
    ...others.map((id) => ({ source: id, halfHours: rows.get(id) ?? [], gaps: gaps.get(id) ?? [] })),
  ];
  return { window, ...pickSources(meter, sources, window) };
}

function hullOf({ window, gaps }: Worked): Period {
  let { from, to } = window;
  for (const gap of gaps) {
    from = Math.min(from, gap.from);
    to = Math.max(to, gap.to);
  }
  return { from: halfHourOf(from), to };
}
