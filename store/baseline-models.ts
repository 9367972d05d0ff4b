import { setImmediate } from 'node:timers/promises';
import type { Estate, Meter, Site } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { baselineModel } from '../domain/savings/baseline-model.ts';
import { baselineDaysOf } from '../domain/savings/baseline-days.ts';
import { dayTypesBy } from '../domain/savings/day-kinds.ts';
import type { Days } from '../domain/savings/daily.ts';
import { heatsOnly } from '../domain/savings/heats-only.ts';
import type { BaselineModel, Disqualified, ModelMethod, ModelRequest } from '../domain/savings/model.ts';
import { addDays, daysBetween, type Period, startOfDay } from '../domain/time.ts';
import { readDailyTemperature, readDailyUse } from './daily-use.ts';
import { checkSize, type Stores } from './energy.ts';
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
 * once. Rejects with `request.range-too-long` where meters or their days are too many, and as the store does.
 */
export async function readBaselineModels(
  stores: Stores,
  estate: Estate,
  { meters, days, method }: { readonly meters: readonly Meter[]; readonly days: Days; readonly method: ModelMethod },
): Promise<MeterModel[]> {
  const dayCount = daysBetween(days.first, days.last) + 1;
  checkModelled(meters.length);
  checkSize(meters.length * dayCount, limits.sumsPerAnswer);
  // What walls remember of the days before the first one.
  const period: Period = { from: startOfDay(addDays(days.first, -1)), to: startOfDay(addDays(days.last, 1)) };
  const reader = new WeatherOfPeriod(stores.store, estate, period);
  const ids = meters.map(({ id }) => id);
  const use = await readDailyUse(stores, estate, ids, period);
  const models: MeterModel[] = [];
  for (const meter of meters) {
    // A fit holds the process for as long as it takes: whoever else asks has a turn before the next.
    await setImmediate();
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
      days: dayCount,
      knownDays,
    });
  }
  return models;
}

/** Refuses more models than one answer may hold others up for, before anything is read. */
export function checkModelled(meters: number, most: number = limits.modelledMeters): void {
  if (meters <= most) return;
  throw new ProblemError([
    {
      code: 'request.range-too-long',
      where: 'query meter, site, organisation',
      found: `${meters.toLocaleString('en-GB')} meters to be modelled`,
      expected: `at most ${most.toLocaleString('en-GB')}: fewer meters or sites`,
    },
  ]);
}
