import { countedMeters, type SiteCount } from '../domain/energy/counted-meters.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { gasEnergyPerVolume } from '../domain/half-hours/gas.ts';
import { readingKinds, type ReadingQuantity, seriesKey } from '../domain/readings/reading.ts';
import { type MeterNow, type SiteLoad, siteNow } from '../domain/energy/site-now.ts';
import { addDays, dateOf, type EpochSeconds, halfHourOf, halfHourSeconds, startOfDay } from '../domain/time.ts';
import type { ReadingStore, StoredHalfHour } from './reading-store.ts';
import type { HighWater, StateStore } from './state-store.ts';

const quantities: readonly ReadingQuantity[] = ['power', 'flow', 'energy', 'volume', 'count', 'mass'];
const weeksBack = [1, 2, 3, 4] as const;
/** Registers of slow meters still say the power of their last half-hour; older than this, nothing is known. */
const oldestHalfHour = 2 * halfHourSeconds;

/** A rate, kW or m³/h, and the moment it stands for. */
interface Rate {
  readonly value: number;
  readonly at: EpochSeconds;
}

/**
 * The live minute of every site, or of those asked for, from what was last heard: power or flow as the meter says it,
 * or else its last half-hour. Rejects as the store does.
 */
export async function siteMinutes(
  estate: Estate,
  store: ReadingStore,
  state: StateStore,
  at: EpochSeconds,
  asked: (site: string) => boolean = () => true,
): Promise<SiteLoad[]> {
  const counts = [...countedMeters(estate, dateOf(at)).values()].filter(({ site }) => asked(site));
  const meters = [...new Set(counts.flatMap(metersOf))];
  const ids = meters.map(({ id }) => id);
  const heard = state.highWater(ids.flatMap(seriesOf));
  const halfHour = halfHourOf(at);
  const recent = lastOf(await store.halfHours(ids, { from: halfHour - oldestHalfHour, to: halfHour }));
  const usual = usualOf(await Promise.all(weeksBack.map((weeks) => weekBefore(store, ids, halfHour, weeks))));
  const known = new Map(
    meters.map((meter): [string, MeterNow] => {
      const series = seriesOf(meter.id).flatMap((key) => heard.get(key) ?? []);
      const last = Math.max(...series.map(({ received }) => received));
      const rate = instantRate(meter, heard, at) ?? halfHourRate(recent.get(meter.id));
      const isHeard = at - last <= 2 * meter.expected_interval;
      return [meter.id, { rate: rate?.value, rateAt: rate?.at, usual: usual.get(meter.id), heard: isHeard }];
    }),
  );
  return counts.flatMap((count) => siteNow(count, known, at));
}

function metersOf(count: SiteCount): Meter[] {
  const made = count.generation.flatMap(({ renewable, other, exports }) => [
    ...renewable,
    ...other,
    ...exports.map(({ meter }) => meter),
  ]);
  return [...count.purchased.map(({ meter }) => meter), ...made];
}

function seriesOf(meter: string): string[] {
  return quantities.flatMap((quantity) => readingKinds.map((kind) => seriesKey({ meter, quantity, kind })));
}

/** What the meter itself says it passes: kW, or m³/h turned into kW where the utility is energy. */
function instantRate(meter: Meter, heard: ReadonlyMap<string, HighWater>, at: EpochSeconds): Rate | undefined {
  const fresh = (quantity: ReadingQuantity): Rate | undefined => {
    const newest = heard.get(seriesKey({ meter: meter.id, quantity, kind: 'instant' }));
    return newest && at - newest.at <= 2 * meter.expected_interval ? newest : undefined;
  };
  if (meter.utility === 'water') return fresh('flow');
  const flow = fresh('flow');
  const perVolume = meter.utility === 'gas' ? gasEnergyPerVolume(meter, dateOf(at)) : undefined;
  return (
    fresh('power') ?? (flow && perVolume !== undefined ? { value: flow.value * perVolume, at: flow.at } : undefined)
  );
}

function halfHourRate(figure: StoredHalfHour | undefined): Rate | undefined {
  if (!figure || figure.quality === 'missing') return undefined;
  const amount = figure.utility === 'water' ? figure.volume : figure.energy;
  return amount === undefined ? undefined : { value: amount * 2, at: figure.start + halfHourSeconds };
}

function lastOf(rows: readonly StoredHalfHour[]): Map<string, StoredHalfHour> {
  const known = rows.filter(({ quality }) => quality !== 'missing');
  return new Map(known.sort((a, b) => a.start - b.start).map((row) => [row.meter, row]));
}

/** The half-hour at the same time by London's clock, some weeks before. */
async function weekBefore(
  store: ReadingStore,
  meters: readonly string[],
  halfHour: EpochSeconds,
  weeks: number,
): Promise<StoredHalfHour[]> {
  const date = dateOf(halfHour);
  const from = startOfDay(addDays(date, -7 * weeks)) + (halfHour - startOfDay(date));
  return await store.halfHours(meters, { from, to: from + halfHourSeconds });
}

/** The mean of the weeks that are known; at least two, for one week alone may have been a holiday. */
function usualOf(weeks: readonly (readonly StoredHalfHour[])[]): Map<string, number> {
  const byMeter = Map.groupBy(weeks.flat(), (row) => row.meter);
  const means = Array.from(byMeter, ([meter, rows]): [string, number] | undefined => {
    const rates = rows.flatMap((row) => halfHourRate(row)?.value ?? []);
    return rates.length < 2 ? undefined : [meter, rates.reduce((a, b) => a + b) / rates.length];
  });
  return new Map(means.filter((entry) => entry !== undefined));
}
