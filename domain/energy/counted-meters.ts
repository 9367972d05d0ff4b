import { type Reported, reportedOn, reporterDates, reporterOf } from './reporters.ts';
import { isValidOn, type Estate, type Meter, type Utility } from '../estate/estate.ts';
import { addDays, type LocalDate } from '../time.ts';

/**
 * Which meters count for a site, so that no kWh is in its figure twice: what is bought (fuel, electricity, heat), and
 * the renewable energy that is made and used on the site. Everything else measures energy on its way, and says why it
 * is left out.
 */

/** Utilities that are made on a site out of others, and so count only where they are bought. */
const madeFromOthers: ReadonlySet<Utility> = new Set(['heat', 'steam', 'cooling']);
const renewables: ReadonlySet<string> = new Set(['solar', 'wind', 'hydro']);

/** Why a meter is left out. */
export const exclusions = {
  'passes-another': 'its energy passes a counted meter already',
  'site-has-main': 'the site has a main of this utility, which is counted instead',
  'made-here': 'it measures what is made from energy that is counted already',
  'not-bought': 'heat, steam and cooling count where they are bought, at a main',
  'not-renewable': 'what it makes comes from fuel or electricity that is counted already',
  'technology-unknown': 'it does not say by what technology it makes energy',
  'part-of-generation': 'it is part of another generation meter',
  'passes-sub-meters': 'the site has no main, and its energy passes the sub-meters that are counted',
  export: 'it is taken off own generation, never off what is bought',
  virtual: 'it is computed from other meters',
  source: 'it is another source of a meter that stands for both',
  reactive: 'reactive energy is not kWh',
  'not-valid': 'it is outside the dates on which it is valid',
} as const;
export type Exclusion = keyof typeof exclusions;

export interface ExcludedMeter {
  readonly meter: string;
  readonly why: Exclusion;
  /** The meter that is counted in its stead, where there is one. */
  readonly because?: string | undefined;
}

/** A meter of what is bought. One that feeds another site or building on from here is taken off: `times` is then -1. */
export interface Purchase {
  readonly meter: Meter;
  readonly times: 1 | -1;
}

/** What a site makes of one utility: the meters that make it, and those that count what leaves. */
export interface Generation {
  readonly utility: Utility;
  readonly renewable: readonly Meter[];
  /** The organisation that reports each of the renewable meters. */
  readonly reporters: readonly string[];
  /** CHP and standby diesel: never added, yet part of what is exported. */
  readonly other: readonly Meter[];
  /** What sub-meters that stand for the main count already on its way; part of what is exported all the same. */
  readonly through: readonly Meter[];
  /** `of` is the generation meter it hangs under; undefined where all generation of the site shares it. */
  readonly exports: readonly { readonly meter: Meter; readonly of: string | undefined }[];
}

export interface SiteCount {
  readonly site: string;
  readonly purchased: readonly Purchase[];
  /** By utility, which organisation reports what of the purchases. */
  readonly reported: ReadonlyMap<Utility, readonly Reported[]>;
  readonly generation: readonly Generation[];
  /** By building, what of the purchases passes it. Their sum is at most the site's. */
  readonly buildings: ReadonlyMap<string, readonly Purchase[]>;
  readonly excluded: readonly ExcludedMeter[];
}

type Count = ReadonlyMap<string, SiteCount>;

// A pure function's memory: an estate is never changed, a new version is a new object.
const remembered = new WeakMap<Estate, { readonly dates: readonly LocalDate[]; readonly counts: Map<number, Count> }>();

/**
 * The first dates on which another set of meters may count, in order: where a meter becomes or ceases to be valid, or
 * others report it.
 */
export function countChanges(estate: Estate): readonly LocalDate[] {
  return memoryOf(estate).dates;
}

function memoryOf(estate: Estate) {
  const known = remembered.get(estate);
  if (known) return known;
  const dates = new Set<LocalDate>();
  for (const meter of estate.meters.values()) {
    if (meter.valid_from) dates.add(meter.valid_from);
    if (meter.valid_to) dates.add(addDays(meter.valid_to, 1));
    for (const date of reporterDates(meter)) dates.add(date);
  }
  const memory = { dates: [...dates].sort(), counts: new Map<number, Count>() };
  remembered.set(estate, memory);
  return memory;
}

/** Which meters count on a London date, by site. Sites are judged together, since one may be fed by another's main. */
export function countedMeters(estate: Estate, date: LocalDate): Count {
  const { dates, counts } = memoryOf(estate);
  const era = dates.findLastIndex((change) => change <= date);
  const count = counts.get(era) ?? countOn(estate, date);
  counts.set(era, count);
  return count;
}

/** The meters above one, nearest first. A circle, which `check` refuses, ends it. */
export function above(estate: Estate, meter: Meter): Meter[] {
  const chain: Meter[] = [];
  const seen = new Set([meter.id]);
  for (let id = meter.parent; id !== undefined && !seen.has(id); ) {
    seen.add(id);
    const parent = estate.meters.get(id);
    if (!parent) break;
    chain.push(parent);
    id = parent.parent;
  }
  return chain;
}

function countOn(estate: Estate, date: LocalDate): Count {
  const excluded = new Map<string, ExcludedMeter>();
  const leaveOut = (meter: Meter, why: Exclusion, because?: string): void => {
    excluded.set(meter.id, { meter: meter.id, why, because });
  };
  const live: Meter[] = [];
  for (const meter of estate.meters.values()) {
    if (!isValidOn(meter, date)) leaveOut(meter, 'not-valid');
    else if (meter.source_of !== undefined) leaveOut(meter, 'source', meter.source_of);
    else if (meter.role === 'virtual') leaveOut(meter, 'virtual');
    else if (meter.measures === 'reactive') leaveOut(meter, 'reactive');
    else live.push(meter);
  }
  const purchased = purchases(estate, live, leaveOut);
  const reported = reportedOn(estate, date, live, purchased);
  const generation = generationOf(estate, live, purchased, date, leaveOut);
  const out = Map.groupBy(excluded.values(), (entry) => estate.meters.get(entry.meter)?.site);
  const bySite = Map.groupBy(live, (meter) => meter.site);
  const sites = [...estate.sites.keys()].map((site): [string, SiteCount] => [
    site,
    {
      site,
      purchased: purchased.get(site) ?? [],
      reported: reported.get(site) ?? new Map(),
      generation: generation.get(site) ?? [],
      buildings: inBuildings(estate, bySite.get(site) ?? [], purchased.get(site) ?? []),
      excluded: out.get(site) ?? [],
    },
  ]);
  return new Map(sites);
}

type LeaveOut = (meter: Meter, why: Exclusion, because?: string) => void;

const siteAndUtility = (meter: Meter): string => `${meter.site}/${meter.utility}`;

/** The meters at which energy is bought: mains, or where a site has no main of a utility its topmost sub-meters. */
function purchases(estate: Estate, live: readonly Meter[], leaveOut: LeaveOut): Map<string, Purchase[]> {
  const mains = new Map(live.filter((meter) => meter.role === 'main').map((meter) => [siteAndUtility(meter), meter]));
  const candidates = new Set<Meter>();
  for (const meter of live) {
    const main = mains.get(siteAndUtility(meter));
    if (meter.role === 'main') candidates.add(meter);
    else if (meter.role !== 'sub') continue;
    else if (main) leaveOut(meter, 'site-has-main', main.id);
    else if (madeFromOthers.has(meter.utility)) leaveOut(meter, 'not-bought');
    else candidates.add(meter);
  }
  const bought = new Map<string, Purchase[]>();
  const add = (site: string, purchase: Purchase): void => {
    bought.set(site, [...(bought.get(site) ?? []), purchase]);
  };
  for (const meter of candidates) {
    const counted = above(estate, meter).filter((parent) => candidates.has(parent));
    const source = counted.find((parent) => parent.utility !== meter.utility);
    const nearest = counted.find((parent) => parent.utility === meter.utility);
    if (source) leaveOut(meter, 'made-here', source.id);
    else if (nearest?.site === meter.site) leaveOut(meter, 'passes-another', nearest.id);
    else {
      add(meter.site, { meter, times: 1 });
      // Fed from another site's main: what passes here is not that site's use.
      if (nearest) add(nearest.site, { meter, times: -1 });
    }
  }
  return bought;
}

/** What the sites make: topmost generation meters by utility, and the exports that are taken off. */
function generationOf(
  estate: Estate,
  live: readonly Meter[],
  purchased: ReadonlyMap<string, readonly Purchase[]>,
  date: LocalDate,
  leaveOut: LeaveOut,
): Map<string, Generation[]> {
  const made = live.filter((meter) => meter.role === 'generation');
  const valid = new Set(live);
  const inside = (meter: Meter, role: Meter['role']): Meter | undefined =>
    above(estate, meter).findLast((parent) => {
      const same = parent.utility === meter.utility && parent.site === meter.site;
      return same && parent.role === role && valid.has(parent);
    });
  const result = new Map<string, Generation[]>();
  for (const meters of Map.groupBy(made, siteAndUtility).values()) {
    const [first] = meters;
    if (!first) continue;
    const { site, utility } = first;
    const top = meters.filter((meter) => {
      const whole = inside(meter, 'generation');
      if (whole) leaveOut(meter, 'part-of-generation', whole.id);
      return !whole;
    });
    const why = new Map(top.map((meter) => [meter, whyNotAdded(estate, meter, purchased.get(site) ?? [])]));
    for (const [meter, exclusion] of why) if (exclusion) leaveOut(meter, exclusion);
    const renewable = top.filter((meter) => why.get(meter) === undefined);
    const through = top.filter((meter) => why.get(meter) === 'passes-sub-meters');
    // What a battery gives back was counted when it came in or was made.
    const own = top.filter((meter) => meter.technology !== 'battery_discharge');
    const other = own.filter((meter) => !renewable.includes(meter) && !through.includes(meter));
    const leaving = live.filter((meter) => meter.role === 'export' && meter.site === site && meter.utility === utility);
    const exports = leaving
      .filter((meter) => !inside(meter, 'export'))
      .map((meter) => ({ meter, of: inside(meter, 'generation')?.id }));
    const reporters = renewable.map((meter) => reporterOf(estate, meter, date));
    result.set(site, [...(result.get(site) ?? []), { utility, renewable, reporters, other, through, exports }]);
  }
  for (const meter of live) if (meter.role === 'export') leaveOut(meter, 'export');
  return result;
}

/** Why what a generation meter makes is not added to the use of its site; undefined where it is. */
function whyNotAdded(estate: Estate, meter: Meter, purchased: readonly Purchase[]): Exclusion | undefined {
  if (meter.technology === undefined) return 'technology-unknown';
  if (meter.technology === 'battery_discharge') return 'not-renewable';
  const counted = purchased.filter((one) => one.times === 1 && one.meter.utility === meter.utility);
  // Sub-meters stand for the main. What feeds in behind one of them never passed it; all else reaches its use through
  // them.
  const subsOnly = counted.length > 0 && !counted.some((one) => one.meter.role === 'main');
  const behind = above(estate, meter).some((parent) => counted.some((one) => one.meter === parent));
  if (subsOnly && !behind) return 'passes-sub-meters';
  return renewables.has(meter.technology) ? undefined : 'not-renewable';
}

/**
 * Which of a site's energy passes a building: the meters of the utilities that the site buys that say they serve it,
 * less those behind them that serve another building. Heat from the site's own plant is not among them: its fuel is
 * counted.
 */
function inBuildings(
  estate: Estate,
  meters: readonly Meter[],
  purchased: readonly Purchase[],
): Map<string, Purchase[]> {
  const own = purchased.filter((one) => one.times === 1);
  const utilities = new Set(own.map((one) => one.meter.utility));
  const bought = new Set(own.map((one) => one.meter));
  const serving = new Set(
    meters.filter((meter) => {
      const passes = meter.role === 'main' || meter.role === 'sub';
      return passes && meter.building !== undefined && utilities.has(meter.utility);
    }),
  );
  const result = new Map<string, Purchase[]>();
  const add = (building: string | undefined, purchase: Purchase): void => {
    if (building === undefined) return;
    result.set(building, [...(result.get(building) ?? []), purchase]);
  };
  for (const meter of serving) {
    const chain = above(estate, meter);
    const made = chain.some((parent) => parent.utility !== meter.utility);
    const fromBought = bought.has(meter) || chain.some((parent) => bought.has(parent));
    if (made || (madeFromOthers.has(meter.utility) && !fromBought)) continue;
    const outer = chain.find((parent) => serving.has(parent));
    if (outer?.building === meter.building) continue;
    add(meter.building, { meter, times: 1 });
    add(outer?.building, { meter, times: -1 });
  }
  return result;
}
