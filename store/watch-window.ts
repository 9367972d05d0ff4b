import type { MeterTree } from '../domain/alerts/causes.ts';
import type { SiteColumns } from '../domain/alerts/site-columns.ts';
import { columnsAskedFor, type SiteSubjects, treeOf } from '../domain/alerts/subjects.ts';
import type { UnitWorth } from '../domain/alerts/worth.ts';
import { heatUtilities } from '../domain/alerts/kinds.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { type PlacedPoint, placedPoints } from '../domain/tariffs/placed-point.ts';
import { daySeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readObserved } from './observed.ts';
import { emissionsPerUnit, readPrice } from './unit-worth.ts';

/**
 * Reads what a look at a site is made of, over a window. `period` is of whole half-hours and may reach ahead: what is
 * not over yet is not known. Rejects with ProblemErrors `store.*` when the store cannot answer.
 */
export async function readWatchWindow(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  subjects: SiteSubjects,
  { period, until }: { readonly period: Period; readonly until: number },
): Promise<SiteColumns> {
  const count = (period.to - period.from) / halfHourSeconds;
  const known = { from: period.from, to: Math.min(period.to, until) };
  const columns = new Map<string, Float64Array>();
  // One after the other: the rows of a site's year at once would be a gigabyte.
  for (const id of columnsAskedFor(subjects)) {
    const column = new Float64Array(count).fill(Number.NaN);
    await readInto(stores, estate, new Map([[id, column]]), known, period.from);
    columns.set(id, column);
  }
  return {
    subjects,
    from: period.from,
    count,
    columns,
    temperature: await readTemperature(stores, estate, subjects, known, count),
    // What is used until the next look is priced by it too.
    worth: await readWorth(stores, estate, subjects, period),
  };
}

/**
 * Reads the half-hours of some meters in a period into columns that begin at an instant, over what was there: what is
 * not measured any more is not known.
 */
export async function readInto(
  { store }: Pick<Stores, 'store'>,
  estate: Pick<Estate, 'meters'>,
  columns: ReadonlyMap<string, Float64Array>,
  period: Period,
  from: number,
): Promise<void> {
  const [first, end] = [(period.from - from) / halfHourSeconds, (period.to - from) / halfHourSeconds];
  for (const [id, column] of columns) {
    column.fill(Number.NaN, first, end);
    if (estate.meters.get(id)?.technology !== 'solar') continue;
    // An inverter without sun often says nothing, and would hide the nights of the main that it stands behind.
    for (let i = first; i < end; i++) if (isNight(from + i * halfHourSeconds)) column[i] = 0;
  }
  for (const row of await store.halfHours([...columns.keys()], period)) {
    const value = estate.meters.get(row.meter)?.utility === 'water' ? row.volume : row.energy;
    const column = columns.get(row.meter);
    if (column && row.quality === 'measured' && value !== undefined) {
      column[(row.start - from) / halfHourSeconds] = value;
    }
  }
}

/** Whether the sun is down all over the United Kingdom, on the longest day in Shetland too: from 22:00 to 02:30 UTC. */
function isNight(start: number): boolean {
  const second = start % daySeconds;
  return second >= 22 * 3600 || second < 2.5 * 3600;
}

/** °C in each half-hour of a window; of the highest and the lowest of a day the middle. */
async function readTemperature(
  { store }: Pick<Stores, 'store'>,
  { observed }: Estate,
  { temperatures }: SiteSubjects,
  period: Period,
  count: number,
): Promise<Float64Array | undefined> {
  if (temperatures.length === 0) return undefined;
  const mean = new Float64Array(count).fill(Number.NaN);
  mean.fill(0, 0, (period.to - period.from) / halfHourSeconds);
  for (const id of temperatures) {
    const series = observed?.get(id);
    const values = series && (await readObserved(store, series, period)).values;
    for (const [i, value] of mean.entries()) mean[i] = value + (values?.[i] ?? Number.NaN) / temperatures.length;
  }
  return mean;
}

/** A register has no circles, but a broken one must not hang us: so far up we climb. */
const deepest = 32;

/**
 * What a kWh or m³ of each meter costs and emits. A meter is priced by the supply point of its utility that it hangs
 * behind, or by the only one of its site; heat that the site makes is priced by its fuel, where the site says how well
 * it makes it.
 */
async function readWorth(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  subjects: SiteSubjects,
  period: Period,
): Promise<Map<string, UnitWorth>> {
  const tree = treeOf(subjects);
  const { parentOf, utilityOf } = tree;
  const points = placedPoints(estate).filter(({ site }) => site === subjects.site);
  const kept = new Map<string, UnitWorth['price']>();
  for (const placed of points) kept.set(placed.point.id, await readPrice(stores, estate, placed, period));
  const utilities = new Set(subjects.tree.map(({ utility }) => utility));
  const emissions = new Map(
    Array.from(utilities, (utility) => [utility, emissionsPerUnit(estate, subjects.site, utility, period)] as const),
  );
  const worthOf = (meter: string, utility: Meter['utility']): UnitWorth => {
    const own = points.filter(({ point }) => point.utility === utility);
    let found: PlacedPoint | undefined;
    let at: string | undefined = meter;
    for (let steps = 0; at !== undefined && !found && steps <= deepest; at = parentOf(at), steps++) {
      found = own.find(({ point }) => point.meter === at);
    }
    const [only, another] = own;
    const priced = found ?? (another ? undefined : only);
    return {
      price: priced && kept.get(priced.point.id),
      kgco2e: emissions.get(utility),
    };
  };
  const efficiency = estate.sites.get(subjects.site)?.weather?.heating_efficiency;
  const ids = subjects.tree.map(({ meter }) => meter);
  return new Map(
    ids.map((meter): [string, UnitWorth] => {
      const utility = utilityOf(meter) as Meter['utility'];
      const fuel = utility === 'heat' ? fuelOf(meter, subjects, tree) : undefined;
      if (fuel === undefined) return [meter, worthOf(meter, utility)];
      const fuelUtility = utilityOf(fuel) as Meter['utility'];
      // What heat pumps give for a kWh is told by their own kind of alert.
      if (efficiency === undefined || fuelUtility === 'electricity') return [meter, {}];
      return [meter, divided(worthOf(fuel, fuelUtility), efficiency)];
    }),
  );
}

/**
 * What heat is made of: the meter of another utility that its meter hangs behind; where the register does not say it,
 * the fuel of the same end use, or the only one. Undefined of heat that is bought.
 */
function fuelOf(meter: string, subjects: SiteSubjects, { parentOf, utilityOf }: MeterTree): string | undefined {
  let top = meter;
  for (let steps = 0; steps < deepest; steps++) {
    const parent = parentOf(top);
    if (parent === undefined) break;
    const utility = utilityOf(parent);
    if (utility !== 'heat') return utility === undefined ? undefined : parent;
    top = parent;
  }
  const own = subjects.uses.find((one) => one.meter.id === top)?.meter;
  if (own?.role !== 'sub') return undefined;
  const fuels = subjects.uses.map((one) => one.meter).filter(({ utility }) => fuelUtilities.has(utility));
  const [same, another] = fuels.filter(({ endUse }) => endUse !== undefined && endUse === own.endUse);
  const [main, second] = fuels.filter(({ role }) => role === 'main');
  return (same && !another ? same : main && !second ? main : undefined)?.id;
}

const fuelUtilities = new Set<Meter['utility']>(heatUtilities.filter((utility) => utility !== 'heat'));

function divided({ price, kgco2e }: UnitWorth, by: number): UnitWorth {
  const each = typeof price === 'object' ? { ...price, values: price.values.map((one) => one / by) } : price;
  return { price: typeof each === 'number' ? each / by : each, kgco2e: kgco2e === undefined ? undefined : kgco2e / by };
}
