import { type Estate, listed } from '../domain/estate/estate.ts';
import { shapeWeights, spreadOver } from '../domain/matching/profiles.ts';
import { ProblemError } from '../domain/problems.ts';
import { clockWindow, type GenerationChange, type LoadChange } from '../domain/tariffs/load-changes.ts';
import type { Load } from '../domain/tariffs/load.ts';
import { withoutHoles } from '../domain/tariffs/missing-use.ts';
import { grown, shaved, shifted, withGeneration, withHeatPump } from '../domain/tariffs/what-if.ts';
import { type EpochSeconds, halfHourSeconds, type Period, toIso } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readObserved } from './observed.ts';
import { readSupplyPointLoad } from './supply-point-load.ts';

/** A load after the changes that somebody asks for, and what of own generation is left over, kWh. */
export interface ChangedLoad {
  readonly load: Load;
  readonly exported: number;
}

/** What changes are looked up in, with the gas that heat pumps have left over: two of them share it. */
export interface ChangeContext {
  readonly stores: Stores;
  readonly estate: Estate;
  readonly year: Period;
  readonly now: EpochSeconds;
  readonly gas: Map<string, Load>;
}

/**
 * Does to a supply point's load year what is asked, in order. Rejects with `request.unknown-id` for a series, meter or
 * supply point that is not there, with `tariff.no-load` where nothing is known of it, and as the store does.
 */
export async function changedLoad(
  context: ChangeContext,
  point: string,
  load: Load,
  changes: readonly LoadChange[],
): Promise<ChangedLoad> {
  let [changed, exported] = [load, 0];
  for (const change of changes) {
    const isMeant =
      'supply_point' in change ? change.supply_point === point : (change.supply_points?.includes(point) ?? true);
    if (!isMeant) continue;
    if (change.change === 'growth') changed = grown(changed, change.percent);
    else if (change.change === 'peak_shaving') changed = shaved(changed, change.kw, change.efficiency);
    else if (change.change === 'shift') {
      changed = shifted(changed, change.share, clockWindow(change.from), clockWindow(change.to));
    } else if (change.change === 'generation') {
      const made = withGeneration(changed, await readGeneration(context, change));
      changed = made.load;
      exported += made.exported.use.best.reduce((sum, each) => sum + each, 0);
    } else {
      const { share, boiler_efficiency: boilerEfficiency, performance } = change;
      const gas = await readGas(context, change.gas_supply_point);
      const heated = withHeatPump(changed, gas, { share, boilerEfficiency, performance });
      changed = heated.electricity;
      context.gas.set(change.gas_supply_point, heated.gas);
    }
  }
  return { load: changed, exported };
}

/** kWh of each half-hour of the load year. */
async function readGeneration(
  { stores, estate, year }: ChangeContext,
  { series: id, meter, shape, annual_kwh: annual }: GenerationChange,
): Promise<Float64Array> {
  let made: Float64Array;
  if (shape !== undefined) made = shapeWeights(shape, year);
  else {
    const values =
      id === undefined
        ? await meterHalfHours(stores, meter ?? '', year)
        : await observedEnergy(stores, estate, id, year);
    const known = withoutHoles(year.from, values);
    if (!known) {
      const found = `none of ${id ?? meter} from ${toIso(year.from)} to ${toIso(year.to)}`;
      throw new ProblemError([{ code: 'tariff.no-load', where: 'body what_if', found }]);
    }
    made = known.best;
  }
  return annual === undefined ? made : (spreadOver(annual, made) ?? made);
}

async function meterHalfHours({ store }: Stores, meter: string, year: Period): Promise<Float64Array> {
  const values = new Float64Array((year.to - year.from) / halfHourSeconds).fill(Number.NaN);
  for (const { start, energy, quality } of await store.halfHours([meter], year)) {
    if (quality !== 'missing' && energy !== undefined) values[(start - year.from) / halfHourSeconds] = energy;
  }
  return values;
}

async function observedEnergy({ store }: Stores, estate: Estate, id: string, year: Period): Promise<Float64Array> {
  const series = estate.observed?.get(id);
  if (!series) throw new ProblemError([{ code: 'request.unknown-id', where: 'body what_if series', found: id }]);
  return (await readObserved(store, series, year)).values;
}

async function readGas(context: ChangeContext, id: string): Promise<Load> {
  const { stores, estate, year, now, gas } = context;
  let load = gas.get(id);
  if (!load) {
    const point = listed(estate, 'supply_points').find((one) => one.id === id);
    if (!point) throw new ProblemError([{ code: 'request.unknown-id', where: 'body what_if', found: id }]);
    ({ load } = await readSupplyPointLoad(stores, estate, point, { period: year, now }));
    gas.set(id, load);
  }
  return load;
}
