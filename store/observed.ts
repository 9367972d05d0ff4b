import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { limits } from '../domain/limits.ts';
import { type ObservedHalfHours, observedHalfHours } from '../domain/observed/half-hour-values.ts';
import type { ObservedSeries } from '../domain/observed/register.ts';
import type { Reading, SeriesName } from '../domain/readings/reading.ts';
import { halfHourOf, halfHourSeconds, type Period } from '../domain/time.ts';
import type { ReadingStore } from './reading-store.ts';

type Readings = Pick<ReadingStore, 'readings' | 'halfHourMeans'>;

/**
 * A series outside in each UTC half-hour that lies wholly or partly in a period, in the series' own unit: the mean of
 * what was heard in it, NaN where that is nothing, and what was forecast beside it. Rejects with ProblemErrors
 * `store.*` when the store cannot answer.
 */
export async function readObserved(
  store: Readings,
  series: ObservedSeries,
  period: Period,
): Promise<ObservedHalfHours> {
  const life = validityOf(series);
  const within = { from: Math.max(period.from, life.from), to: Math.min(period.to, life.to) };
  if (within.from >= within.to) return observedHalfHours(series, nothing, period);
  const { id: meter, quantity } = series;
  const since = (seconds: number) => ({ ...within, from: Math.max(life.from, halfHourOf(within.from) - seconds) });
  const reach = since(series.stands_for_half_hours * halfHourSeconds);
  // No interval is longer than this, so none that begins earlier reaches in.
  const around = since(limits.intervalSeconds);
  const [instants, intervals, estimates] = await Promise.all([
    store.halfHourMeans({ meter, quantity, kind: 'instant' }, reach),
    allOf(store, { meter, quantity, kind: 'interval' }, around),
    allOf(store, { meter, quantity, kind: 'estimate' }, around),
  ]);
  return observedHalfHours(series, { instants, intervals, estimates }, period);
}

const nothing = { instants: [], intervals: [], estimates: [] };

/** Readings in pages, since a minute's values of years may be among them. */
async function allOf(store: Readings, series: SeriesName, { from, to }: Period): Promise<Reading[]> {
  const found: Reading[] = [];
  for (let first = from; ; ) {
    const page = await store.readings(series, { from: first, to }, limits.observedPage);
    for (const reading of page) found.push(reading);
    if (page.length < limits.observedPage) return found;
    first = (page.at(-1) as Reading).at + 1;
  }
}
