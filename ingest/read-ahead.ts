import type { Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { type Reading, seriesKey } from '../domain/readings/reading.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import { type DerivationSource, firstPeriod } from './derive-meter.ts';

/** A meter of a round and the span that was touched. */
export interface Touched {
  readonly meter: Meter;
  readonly span: Period;
}

/** What was read of a series before anybody asked. */
interface Ahead {
  readonly period: Period;
  readonly readings: readonly Reading[];
}

/**
 * The store as the derivation of a round sees it: what its meters will ask for first has been read in a few questions
 * for all of them together. A database needs about as long for the readings of one meter as for those of fifty, and
 * live meters are derived every second. What is asked beyond that goes to the store.
 */
export async function readAhead(
  store: ReadingStore,
  round: readonly Touched[],
  now: EpochSeconds,
): Promise<DerivationSource['store']> {
  const heard = new Map(round.filter(({ meter }) => isRead(meter)).map((one) => [one.meter.id, one]));
  const series = Map.groupBy(await store.seriesOfAll([...heard.keys()]), ({ meter }) => meter);
  const asked = [...series.values()].flat().flatMap((name) => {
    const { meter, span } = heard.get(name.meter) as Touched;
    const period = firstPeriod(name, meter, span, now);
    return period ? [{ name, period }] : [];
  });
  const ahead = new Map<string, Ahead>();
  // Periods of like length are asked for as one: none reads more than twice what it needs.
  for (const group of Map.groupBy(asked, ({ period }) => Math.ceil(Math.log2(now - period.from))).values()) {
    const period = {
      from: Math.min(...group.map((one) => one.period.from)),
      to: Math.max(...group.map((one) => one.period.to)),
    };
    const names = group.map(({ name }) => name);
    const found = await store.readingsOfAll(names, period, names.length * limits.derivationAhead);
    if (!found) continue;
    const readings = Map.groupBy(found, seriesKey);
    for (const key of names.map(seriesKey)) ahead.set(key, { period, readings: readings.get(key) ?? [] });
  }
  return {
    seriesOf: (meter) => (heard.has(meter) ? Promise.resolve(series.get(meter) ?? []) : store.seriesOf(meter)),
    readings(name, period, limit) {
      const known = ahead.get(seriesKey(name));
      if (!known || period.from < known.period.from || period.to > known.period.to) {
        return store.readings(name, period, limit);
      }
      const within = known.readings.filter(({ at }) => at >= period.from && at < period.to);
      return Promise.resolve(within.slice(0, limit));
    },
    before: (name, at, count) => store.before(name, at, count),
    from: (name, at, count) => store.from(name, at, count),
    halfHours: (meters, period) => store.halfHours(meters, period),
  };
}

/** Others are computed, or read from the register of the estate. */
function isRead(meter: Meter): boolean {
  return meter.role !== 'virtual' && meter.stock === undefined;
}
