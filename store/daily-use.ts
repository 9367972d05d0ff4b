import type { Estate, Meter, Site } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { dailyTemperatureOf, dailyUseOf } from '../domain/savings/day-sums.ts';
import type { DailyTemperature, DailyUse } from '../domain/savings/daily.ts';
import { boundariesOf, dateOf, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { WeatherOfPeriod } from './site-weather.ts';

/**
 * What meters used by London day in a period of whole days, from the day figures: one question for as many meters as
 * fit into memory. An id that the estate does not know is left out. Rejects as the store does.
 */
export async function readDailyUse(
  { store, state }: Stores,
  { meters: register }: Pick<Estate, 'meters'>,
  meters: readonly string[],
  period: Period,
): Promise<ReadonlyMap<string, DailyUse>> {
  const known = meters.map((id) => register.get(id)).filter((meter) => meter !== undefined);
  const boundaries = boundariesOf(period, 'day');
  const from = dateOf(period.from);
  const use = new Map<string, DailyUse>();
  const most = Math.max(1, Math.floor(limits.sumsPerRead / boundaries.length));
  for (let first = 0; first < known.length; first += most) {
    const some: readonly Meter[] = known.slice(first, first + most);
    const ids = some.map(({ id }) => id);
    const cells = await store.sumDays(ids, boundaries);
    const sums = { from, boundaries, cells, gaps: state.gaps(ids, period) };
    for (const meter of some) use.set(meter.id, dailyUseOf(sums, meter));
  }
  return use;
}

/**
 * How warm it was at a site by London day, by the temperatures that its register entry names; known of no day where it
 * names none. Sites that share a `reader`, of the same period, share what is read. Rejects as the store does.
 */
export async function readDailyTemperature(
  { store }: Pick<Stores, 'store'>,
  estate: Estate,
  site: Site,
  period: Period,
  reader: WeatherOfPeriod = new WeatherOfPeriod(store, estate, period),
): Promise<DailyTemperature> {
  const boundaries = boundariesOf(period, 'day');
  const temperatures = await reader.temperaturesOf(site);
  const none = { from: period.from, values: new Float64Array() };
  return dailyTemperatureOf(temperatures ?? { kind: 'half_hourly', mean: none }, dateOf(period.from), boundaries);
}
