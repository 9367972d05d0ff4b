import { type Estate, validOn } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import { sum } from '../domain/readiness/heat-pump.ts';
import { bathYield, yieldIn } from '../domain/readiness/solar-yield.ts';
import { withoutHoles } from '../domain/tariffs/missing-use.ts';
import { dateOf, type Period, toIso } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readObserved } from './observed.ts';
import { knownAs, readMeterUse } from './supply-point-load.ts';
import { shareOf } from './readiness-heat.ts';

/** When panels are taken to make how much. */
export interface YieldAsked {
  /** A generation meter, or a series of energy; the profile that Meterhouse brings where neither is named. */
  readonly meter: string | undefined;
  readonly series: string | undefined;
  /** kWp that the meter or the series is of. */
  readonly ofKwp: number | undefined;
  /** kWh that a kWp makes in the year; as the shape has it where absent. */
  readonly perYear: number | undefined;
}

export interface YieldRead {
  /** kWh of one kWp in each half-hour. */
  readonly perKwp: Float64Array;
  readonly annual: number;
  readonly from: string;
  /** Of the half-hours of a meter or a series. */
  readonly measured: number | undefined;
}

/** Rejects with `readiness.no-yield`, and as the store does. */
export async function readYield(
  stores: Stores,
  estate: Estate,
  { meter, series, ofKwp, perYear }: YieldAsked,
  year: Period,
): Promise<YieldRead> {
  const id = meter ?? series;
  if (id === undefined) {
    const profile = bathYield();
    const shape = yieldIn(profile, year);
    const perKwp = perYear === undefined ? shape : scaledTo(shape, perYear);
    const from = `${profile.title} (${profile.source}; ${profile.licence}; ${profile.standing})`;
    return { perKwp, annual: sum(perKwp), from, measured: undefined };
  }
  const problem = (found: string) => new ProblemError([{ code: 'readiness.no-yield', where: id, found }]);
  const read =
    meter === undefined ? await readSeries(stores, estate, id, year) : await readMade(stores, estate, id, year);
  if (!read) throw problem(`nothing from ${toIso(year.from)} to ${toIso(year.to)}`);
  const kwp = ofKwp ?? read.kwp;
  if (perYear === undefined && kwp === undefined) throw problem('no kWp');
  if (sum(read.made) <= 0) throw problem('0 kWh in the year');
  const perKwp = perYear === undefined ? read.made.map((kwh) => kwh / (kwp ?? 1)) : scaledTo(read.made, perYear);
  return { perKwp, annual: sum(perKwp), from: id, measured: read.measured };
}

function scaledTo(shape: Float64Array, annual: number): Float64Array {
  const times = annual / sum(shape);
  return shape.map((kwh) => kwh * times);
}

interface Made {
  readonly made: Float64Array;
  /** How large it is, as the register says. */
  readonly kwp?: number | undefined;
  readonly measured: number;
}

async function readMade(stores: Stores, estate: Estate, id: string, year: Period): Promise<Made | undefined> {
  const entry = estate.meters.get(id);
  if (!entry) return undefined;
  const { use, how } = await readMeterUse(stores, entry, year);
  const kwp = validOn(entry.installed_kwp ?? [], dateOf(year.to - 1))?.value;
  return use && { made: use.best, kwp, measured: shareOf(how.map((one) => Number(one === knownAs.measured))) };
}

async function readSeries(stores: Stores, estate: Estate, id: string, year: Period): Promise<Made | undefined> {
  const entry = estate.observed?.get(id);
  if (!entry) return undefined;
  const { values } = await readObserved(stores.store, entry, year);
  const known = withoutHoles(year.from, values);
  const measured = shareOf(Uint8Array.from(values, (value) => Number(!Number.isNaN(value))));
  return known && { made: known.best, measured };
}
