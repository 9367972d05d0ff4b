import type { Estate, Meter, Site } from '../domain/estate/estate.ts';
import { baselineModel } from '../domain/savings/baseline-model.ts';
import { baselineDaysOf } from '../domain/savings/baseline-days.ts';
import { dayTypesBy } from '../domain/savings/day-kinds.ts';
import type { Days } from '../domain/savings/daily.ts';
import { heatsOnly } from '../domain/savings/heats-only.ts';
import type { BaselineModel, Disqualified, ModelMethod, ModelRequest } from '../domain/savings/model.ts';
import { addDays, daysBetween, type Period, startOfDay } from '../domain/time.ts';
import { readDailyTemperature, readDailyUse } from './daily-use.ts';
import type { Stores } from './energy.ts';
import { WeatherOfPeriod } from './site-weather.ts';

/** The baseline model of a meter, or the gates by which it has none. */
export interface MeterModel {
  readonly meter: Meter;
  readonly site: Site;
  readonly answer: { readonly model: BaselineModel } | Disqualified;
  /** How many days were asked for, and of how many use and temperature are known. */
  readonly days: number;
  readonly knownDays: number;
}

/**
 * The baseline models of meters in some days: their use is read in one question for many, the temperatures of a town
 * once. Rejects as the store does.
 */
export async function readBaselineModels(
  stores: Stores,
  estate: Estate,
  { meters, days, method }: { readonly meters: readonly Meter[]; readonly days: Days; readonly method: ModelMethod },
): Promise<MeterModel[]> {
  // What walls remember of the days before the first one.
  const period: Period = { from: startOfDay(addDays(days.first, -1)), to: startOfDay(addDays(days.last, 1)) };
  const reader = new WeatherOfPeriod(stores.store, estate, period);
  const ids = meters.map(({ id }) => id);
  const use = await readDailyUse(stores, estate, ids, period);
  const models: MeterModel[] = [];
  for (const meter of meters) {
    const site = estate.sites.get(meter.site);
    const used = use.get(meter.id);
    if (!site || !used) continue;
    const request: ModelRequest = {
      use: used,
      temperature: await readDailyTemperature(stores, estate, site, period, reader),
      days,
      method,
      dayTypeOf: dayTypesBy(site.occupied_hours),
      heatsOnly: heatsOnly(meter.utility),
    };
    const knownDays = baselineDaysOf(request).known.length;
    models.push({
      meter,
      site,
      answer: baselineModel(request),
      days: daysBetween(days.first, days.last) + 1,
      knownDays,
    });
  }
  return models;
}
