import type { Site, Utility } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { HeatMeters, HeatTerm } from '../domain/readiness/heat-meters.ts';
import { sum } from '../domain/readiness/heat-pump.ts';
import { certain, joinRanges, mapRange, type Range } from '../domain/tariffs/range.ts';
import { halfHourSeconds, type Period, toIso } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { knownAs, readMeterUse } from './supply-point-load.ts';

/** The heat that a place used in each half-hour of a year, and the fuel that was burnt for it. */
export interface HeatRead {
  readonly from: 'heat_meters' | 'fuel';
  readonly efficiency: number | undefined;
  /** Where the efficiency is stated. */
  readonly efficiencySource: string | undefined;
  readonly heat: Range<Float64Array>;
  readonly meters: readonly HeatTerm[];
  readonly fuel: ReadonlyMap<Utility, Range<Float64Array>>;
  readonly fuelTerms: readonly TermRead[];
  readonly leftOut: HeatMeters['leftOut'];
  /** Why the fuel that is metered is not taken for that of the heat. */
  readonly fuelUnknown: string | undefined;
  /** Of the half-hours, from 0 to 1. */
  readonly measured: number;
}

/** A meter of heat or fuel with its half-hours. */
export interface TermRead extends HeatTerm {
  readonly use: Range<Float64Array>;
}

interface TermsRead {
  readonly terms: readonly TermRead[];
  readonly total: ReadonlyMap<Utility, Range<Float64Array>>;
  /** Half-hours that are measured of all of them. */
  readonly measured: number;
}

export interface HeatAsked {
  readonly site: Site;
  /** The one that is measured, heat meters first, where absent. */
  readonly heatFrom: 'heat_meters' | 'fuel' | undefined;
  readonly boilerEfficiency: number | undefined;
}

/** Rejects with `readiness.no-heat` and `readiness.no-efficiency`, and as the store does. */
export async function readHeat(
  stores: Stores,
  { site, heatFrom, boilerEfficiency }: HeatAsked,
  found: HeatMeters,
  { year, temperature }: { readonly year: Period; readonly temperature: Float64Array },
): Promise<HeatRead> {
  const cold = { year, temperature, base: site.weather?.base_degc ?? 15.5 };
  const heat = heatFrom === 'fuel' ? undefined : await readTerms(stores, found.heat, cold);
  const fuel = await readTerms(stores, found.fuel, cold);
  const efficiency = boilerEfficiency ?? site.weather?.heating_efficiency;
  const { leftOut } = found;
  // Heat that was hardly measured says less than fuel that was.
  const isHeat = heat && (heatFrom === 'heat_meters' || !fuel || heat.measured >= Math.min(0.9, fuel.measured));
  if (heat && isHeat) {
    const whole = addRanges([...heat.total.values()]);
    const of = fuelOf(whole, fuel);
    return { ...of, leftOut, from: 'heat_meters', heat: whole, meters: found.heat, measured: heat.measured };
  }
  if (!fuel || heatFrom === 'heat_meters') {
    const where = `site ${site.id}, ${toIso(year.from)} to ${toIso(year.to)}`;
    const names = [...found.heat, ...found.fuel].map(({ meter }) => meter.id);
    throw new ProblemError([{ code: 'readiness.no-heat', where, found: names.join(', ') || 'no meter' }]);
  }
  if (efficiency === undefined) throw new ProblemError([{ code: 'readiness.no-efficiency', where: `site ${site.id}` }]);
  const burnt = addRanges([...fuel.total.values()]);
  const source = boilerEfficiency === undefined ? 'weather.heating_efficiency of the site' : 'as asked';
  return {
    fuel: fuel.total,
    fuelTerms: fuel.terms,
    fuelUnknown: undefined,
    leftOut,
    from: 'fuel',
    efficiency,
    efficiencySource: source,
    heat: mapRange(burnt, (column) => column.map((kwh) => kwh * efficiency)),
    meters: found.fuel,
    measured: fuel.measured,
  };
}

/** What boilers can make of fuel: the bounds of `boiler_efficiency`, with a little for how meters err. */
const plausible = { least: 0.3, most: 1 + 1e-6 };

/**
 * The fuel that metered heat stands for. Meters of both need not cover the same plant: where the heat is more than the
 * fuel could give, or hardly any of it, what the heat pump would replace is not known.
 */
function fuelOf(
  heat: Range<Float64Array>,
  fuel: TermsRead | undefined,
): Pick<HeatRead, 'fuel' | 'fuelTerms' | 'fuelUnknown' | 'efficiency' | 'efficiencySource'> {
  const none = { fuel: new Map<Utility, Range<Float64Array>>(), fuelTerms: [], fuelUnknown: undefined };
  if (!fuel) return { ...none, efficiency: undefined, efficiencySource: undefined };
  const [given, burnt] = [sum(heat.best), sum(addRanges([...fuel.total.values()]).best)];
  const efficiency = burnt > 0 ? given / burnt : undefined;
  const efficiencySource = 'metered heat ÷ metered fuel';
  if (efficiency !== undefined && efficiency >= plausible.least && efficiency <= plausible.most) {
    return { fuel: fuel.total, fuelTerms: fuel.terms, fuelUnknown: undefined, efficiency, efficiencySource };
  }
  const names = fuel.terms.map(({ meter }) => meter.id).join(', ');
  const whole = (kwh: number): string => Math.round(kwh).toLocaleString('en-GB');
  const fuelUnknown =
    `${whole(given)} kWh of metered heat against ${whole(burnt)} kWh of ${names}, which is no efficiency of boilers: ` +
    'the meters do not cover the same plant';
  return { ...none, fuelUnknown, efficiency, efficiencySource };
}

interface Cold {
  readonly year: Period;
  readonly temperature: Float64Array;
  readonly base: number;
}

/** The half-hours of some terms, by utility; undefined where there is none, or one of them is not known. */
async function readTerms(stores: Stores, terms: readonly HeatTerm[], cold: Cold): Promise<TermsRead | undefined> {
  if (terms.length === 0) return undefined;
  const { year } = cold;
  const read: TermRead[] = [];
  const isMeasured = new Uint8Array((year.to - year.from) / halfHourSeconds).fill(1);
  for (const term of terms) {
    const { use, how, totals } = await readMeterUse(stores, term.meter, year);
    const column = use ?? spreadByCold(totals, cold);
    if (!column) return undefined;
    read.push({ ...term, use: column });
    for (const i of isMeasured.keys()) if (how[i] !== knownAs.measured) isMeasured[i] = 0;
  }
  const byUtility = Map.groupBy(read, ({ meter }) => meter.utility);
  const total = new Map([...byUtility].map(([utility, list]) => [utility, differenceOf(list)]));
  return { terms: read, total, measured: shareOf(isMeasured) };
}

/**
 * Fuel of which only totals are known, as a tank's from dip to dip: most of it when it was coldest, in proportion to
 * how far each half-hour lies below the base. Undefined where nothing is known.
 */
function spreadByCold(
  totals: readonly { readonly from: number; readonly to: number; readonly total: number }[],
  { year, temperature, base }: Cold,
): Range<Float64Array> | undefined {
  if (totals.length === 0) return undefined;
  const column = new Float64Array(temperature.length);
  for (const { from, to, total } of totals) {
    const [first, end] = [(from - year.from) / halfHourSeconds, (to - year.from) / halfHourSeconds];
    let degrees = 0;
    for (let i = first; i < end; i++) degrees += Math.max(0, base - (temperature[i] as number));
    for (let i = first; i < end; i++) {
      const share = degrees > 0 ? Math.max(0, base - (temperature[i] as number)) / degrees : 1 / (end - first);
      column[i] = total * share;
    }
  }
  return certain(column);
}

/** Terms added up and taken off; never below nothing. */
function differenceOf(terms: readonly TermRead[]): Range<Float64Array> {
  const isOne = terms.every(({ use }) => use.low === use.high);
  const of = (key: keyof Range<number>): Float64Array => {
    const column = new Float64Array(terms[0]?.use.best.length ?? 0);
    for (const { use, times } of terms) {
      const turned = key === 'best' || times > 0 ? key : key === 'low' ? 'high' : 'low';
      const terms = use[turned];
      for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) + times * (terms[i] as number);
    }
    return column.map((kwh) => Math.max(0, kwh));
  };
  const best = of('best');
  return isOne ? { low: best, best, high: best } : { low: of('low'), best, high: of('high') };
}

function addRanges(ranges: readonly Range<Float64Array>[]): Range<Float64Array> {
  const [first, ...others] = ranges;
  if (!first) return certain(new Float64Array());
  const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((each, i) => each + (b[i] as number));
  return others.reduce((all, one) => joinRanges(all, one, plus), first);
}

/** The share of half-hours that are flagged with 1. */
export function shareOf(flags: Uint8Array): number {
  return flags.length === 0 ? 0 : flags.filter((flag) => flag === 1).length / flags.length;
}
