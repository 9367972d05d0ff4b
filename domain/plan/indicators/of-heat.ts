import { type Flow, isKnown, lacks, measuredShareOf } from '../../energy/flow.ts';
import type { Interval } from '../../savings/model.ts';
import { expectedUse, saySignature, type Signature } from '../../weather/signature.ts';
import { type Found, type FoundByName, type IndicatorPlace, lacking, shown } from './found.ts';
import type { HeatKind } from './heat-terms.ts';
import type { Need, NeedName } from './table.ts';

/** Steps 2 and 3: what a place loses, what its heat is made of, and how well its heat pumps work. */

/** How the energy that heats a place follows the weather, or why that cannot be said. */
export interface HeatFit {
  readonly meters: readonly string[];
  /** Of the days, 0 to 1. */
  readonly knownShare: number;
  /** Undefined where there is no relation. */
  readonly relation:
    | {
        /** kW for each K, of heat; undefined where fuel is burnt and its efficiency is not known. */
        readonly lossKwPerK: Interval | undefined;
        readonly balancePoint: Interval;
        /** kWh a day. */
        readonly base: Interval;
      }
    | undefined;
  /** What is missing for a relation, or for a better one. */
  readonly missing: readonly NeedName[];
  /** In words: doubts, or why there is no relation. */
  readonly says: string | undefined;
}

export function foundOfFit(place: IndicatorPlace, fit: HeatFit | undefined, area: number | undefined): FoundByName {
  if (!fit) return {};
  const { relation, meters, knownShare } = fit;
  const common = {
    meters,
    measuredShare: { byAmount: undefined, byTime: knownShare },
    missing: lacking(place, ...fit.missing),
    says: fit.says,
  };
  const ends = (interval: Interval | undefined, by = 1): Found =>
    interval ? { value: interval.best * by, low: interval.low * by, high: interval.high * by } : {};
  const loss = relation?.lossKwPerK;
  const efficiency: readonly NeedName[] = relation && !loss ? ['heating_efficiency'] : [];
  const noArea: readonly NeedName[] = area ? [] : ['floor_area'];
  const missing = [...common.missing, ...lacking(place, ...efficiency)];
  return {
    heat_loss: { ...common, ...ends(loss), missing },
    heat_loss_per_area: {
      ...common,
      ...(area ? ends(loss, 1000 / area) : {}),
      missing: [...missing, ...lacking(place, ...noArea)],
    },
    balance_point: { ...common, ...ends(relation?.balancePoint) },
    heating_base: { ...common, ...ends(relation?.base) },
  };
}

/** What a place is heated with in a year, by where the heat is from: flows of fuel and of heat. */
export interface HeatSource {
  readonly kind: HeatKind;
  readonly isHeat: boolean;
  readonly flow: Flow;
  readonly meters: readonly string[];
}

/**
 * The fossil share of the heat. Bought and delivered heat may be fossil or not: the share then lies between two ends.
 * `unmetered` names what is known to heat it and has no meter.
 */
export function foundOfSources(
  place: IndicatorPlace,
  sources: readonly HeatSource[],
  efficiency: number | undefined,
  unmetered: readonly Need[],
): FoundByName {
  if (sources.length === 0) return unmetered.length > 0 ? { fossil_share_of_heat: { missing: unmetered } } : {};
  const partial: readonly NeedName[] = sources.some(({ flow }) => lacks(flow, false)) ? ['whole_year'] : [];
  const missing = [...unmetered, ...lacking(place, ...partial)];
  const common = { meters: sources.flatMap(({ meters }) => meters), measuredShare: leastShare(sources) };
  // A share of the others alone would leave out whatever the silent one burnt.
  if (!sources.every(({ flow }) => isKnown(flow))) return { fossil_share_of_heat: { ...common, missing } };
  const kinds = new Set(sources.map(({ kind }) => kind));
  const isMixed = sources.some(({ isHeat }) => isHeat) && sources.some(({ isHeat }) => !isHeat);
  // Of fuels alone the efficiency cancels out.
  if (isMixed && efficiency === undefined) {
    return { fossil_share_of_heat: { ...common, missing: [...missing, ...lacking(place, 'heating_efficiency')] } };
  }
  const heatOf = (wanted: (kind: HeatKind) => boolean): number =>
    sources.reduce(
      (sum, { kind, isHeat, flow }) =>
        wanted(kind) ? sum + Math.max(0, flow.energy) * (isHeat ? 1 : (efficiency ?? 1)) : sum,
      0,
    );
  const all = heatOf(() => true);
  if (all <= 0) return { fossil_share_of_heat: { ...common, missing, says: 'nothing was used for heat' } };
  const fossil = heatOf((kind) => kind === 'fossil');
  const unsaid = heatOf((kind) => kind === 'bought' || kind === 'delivered');
  const [low, high] = [(100 * fossil) / all, (100 * (fossil + unsaid)) / all];
  const isCertain = unsaid === 0 && unmetered.length === 0;
  return {
    fossil_share_of_heat: {
      ...common,
      missing,
      value: isCertain ? low : undefined,
      low: isCertain ? undefined : unmetered.length > 0 ? undefined : low,
      high: isCertain ? undefined : high,
      says: kinds.has('bought') || kinds.has('delivered') ? 'what bought heat is made of is not known' : undefined,
    },
  };
}

function leastShare(list: readonly HeatSource[]) {
  const shares = list.map(({ flow }) => measuredShareOf(flow));
  const least = (key: 'byAmount' | 'byTime'): number | undefined =>
    shares.reduce<number | undefined>((low, one) => {
      const value = one[key];
      return value === undefined ? low : Math.min(low ?? 1, value);
    }, undefined);
  return { byAmount: least('byAmount'), byTime: least('byTime') };
}

/** Fuels of a year by what must go; undefined where the register has no meter and no tank of it. */
export interface FuelUse {
  readonly flow: Flow;
  readonly meters: readonly string[];
}

export function foundOfFuel(name: 'oil' | 'coal', use: FuelUse | undefined): FoundByName {
  const none = { says: `the register has no meter or tank of ${name} here` };
  if (!use) return { [name]: none };
  const { flow, meters } = use;
  return {
    [name]: {
      value: isKnown(flow) ? flow.energy : undefined,
      measuredShare: measuredShareOf(flow),
      meters,
      says: isKnown(flow) ? (flow.energy > 0 ? 'it is still burnt' : undefined) : 'its meter says nothing',
    },
  };
}

/** What heats a place, in the summer and in the whole year. */
export interface SummerUse {
  readonly summer: Flow;
  readonly days: number;
  readonly year: Flow;
  readonly yearDays: number;
  readonly meters: readonly string[];
}

export function foundOfSummer(place: IndicatorPlace, use: SummerUse | undefined): FoundByName {
  if (!use) return {};
  const { summer, days, year, yearDays, meters } = use;
  const common = { meters, measuredShare: measuredShareOf(summer) };
  const isWhole = isKnown(summer) && !lacks(summer, false);
  const perDay = isWhole ? summer.energy / days : undefined;
  const isWholeYear = isKnown(year) && !lacks(year, false);
  const share =
    perDay !== undefined && isWholeYear && year.energy > 0 ? (100 * perDay * yearDays) / year.energy : undefined;
  return {
    summer_base: { ...common, value: perDay, missing: lacking(place, ...(isWhole ? [] : (['half_hours'] as const))) },
    summer_base_share: {
      ...common,
      value: share,
      measuredShare: measuredShareOf(year),
      missing: lacking(place, ...(isWholeYear && isWhole ? [] : (['whole_year'] as const))),
    },
  };
}

/** kWh in and out of heat pumps in the days on which both are known. */
export interface HeatPumpUse {
  readonly electricity: readonly string[];
  readonly heat: readonly string[];
  readonly electricityKwh: number;
  readonly heatKwh: number;
  /** Whether fewer meters count the heat than the electricity: heat of some would be set against that of all. */
  readonly isMixed: boolean;
  readonly days: number;
  readonly allDays: number;
}

export function foundOfHeatPumps(place: IndicatorPlace, use: HeatPumpUse): FoundByName {
  const { electricity, heat, electricityKwh, heatKwh, isMixed, days, allDays } = use;
  if (electricity.length === 0 && heat.length === 0) {
    return { heat_pump_spf: { says: 'the register has no meter of a heat pump here' } };
  }
  const needs: NeedName[] = [];
  if (electricity.length === 0) needs.push('heat_pump_electricity');
  if (heat.length === 0 || isMixed) needs.push('heat_pump_heat');
  const isKnownHere = needs.length === 0 && electricityKwh > 0;
  return {
    heat_pump_spf: {
      value: isKnownHere ? heatKwh / electricityKwh : undefined,
      measuredShare: { byAmount: undefined, byTime: allDays > 0 ? days / allDays : undefined },
      meters: [...heat, ...electricity],
      missing: lacking(place, ...needs),
      says: isKnownHere
        ? `${shown(heatKwh)} kWh of heat (${heat.join(', ')}) from ${shown(electricityKwh)} kWh of electricity ` +
          `(${electricity.join(', ')}) in ${days} days`
        : undefined,
    },
  };
}

/** What heats a site by the month, of one utility, and how it follows the weather. */
export interface MonthlyFit {
  readonly utility: string;
  readonly signature: Signature;
}

/** The year in the weather of the standard year; `degreeDays` are those of that year, by the site's own base. */
export function foundOfStandardYear(
  place: IndicatorPlace,
  fits: readonly MonthlyFit[],
  { degreeDays, days, area }: { degreeDays: number | undefined; days: number; area: number | undefined },
): FoundByName {
  const needs: NeedName[] = [];
  if (!place.site.weather) needs.push('outside_temperature');
  if (fits.length === 0) needs.push('heating_meter');
  if (degreeDays === undefined) needs.push('standard_year');
  if (!area) needs.push('floor_area');
  const uses = fits.map(({ signature }) => expectedUse(signature, days, degreeDays ?? 0));
  if (fits.length > 0 && uses.includes(undefined)) needs.push('whole_year');
  const sum = uses.reduce<number>((all, one) => all + (one ?? 0), 0);
  return {
    normalised_heat_intensity: {
      value: needs.length > 0 || !area ? undefined : sum / area,
      missing: lacking(place, ...needs),
      says: fits.map(({ utility, signature }) => `${utility}: ${saySignature(signature)}`).join('; ') || undefined,
    },
  };
}
