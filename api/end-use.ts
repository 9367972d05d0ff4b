import { above } from '../domain/energy/counted-meters.ts';
import type { PeriodFigure } from '../domain/half-hours/day-figures.ts';
import { type Estate, isValidOn, type Meter, type Utility } from '../domain/estate/estate.ts';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { isKnown, lacks, measuredShareOf } from '../domain/energy/flow.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import { dateOf, settlementPeriodOf } from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { compare, type EnergyInParts, partsByBucket } from './group-consumption.ts';
import { type ConsumptionRow, type MeterFigures, readMeterFigures } from './meter-consumption.ts';
import { known, standing, when } from './outside.ts';

/**
 * What energy is used for. The meters that say so are added up, each less those behind it that say something of their
 * own; what the sites used beyond that is `unaccounted`, so that the rows of a utility add up to what was used. It is
 * negative where the sub-meters say more than the mains: that is an error of a meter, and it is not hidden.
 */
export const unaccounted = 'unaccounted';

export interface EndUseRequest {
  readonly estate: Estate;
  readonly meters: readonly Meter[];
  readonly energy: EnergyInParts;
  readonly buckets: readonly AnswerBucket[];
  readonly halfHours: boolean;
  readonly now: number;
}

/** The rows of every end use and of what remains, by utility. */
export async function endUseRows(stores: Stores, request: EndUseRequest): Promise<ConsumptionRow[]> {
  const { estate, energy, buckets, halfHours, now } = request;
  const meters = request.meters.filter(
    ({ end_use, role, measures }) => end_use !== undefined && role !== 'virtual' && measures === 'active',
  );
  const figures = await readMeterFigures(stores, meters, buckets, halfHours, now);
  const behind = directlyBehind(estate, meters);
  const rows = partsByBucket(energy, buckets).flatMap(({ index, parts }) => {
    const bucket = buckets[index];
    if (!bucket) return [];
    const uses = usesIn(bucket, index, meters, behind, figures);
    const whole = Map.groupBy(parts, (part) => part.utility);
    const rests = [...whole].map(([utility, list]) => restOf(utility, list, uses));
    return [...uses, ...rests].map((use) => useRow(use, bucket, halfHours));
  });
  return rows.sort((a, b) => compare(a.group, b.group) || compare(a.utility, b.utility) || compare(a.from, b.from));
}

/** One end use of one utility in one bucket. */
interface Use {
  readonly name: string;
  readonly utility: Utility;
  /** kWh, or m³ of water; undefined where nothing is known. */
  readonly amount: number | undefined;
  readonly byAmount: number | undefined;
  readonly byTime: number | undefined;
  readonly missing: boolean;
}

/** For each meter the nearest ones behind it that say an end use of the same utility. */
function directlyBehind(estate: Estate, meters: readonly Meter[]): ReadonlyMap<string, readonly Meter[]> {
  const said = new Set(meters);
  const pairs = meters.flatMap((meter) => {
    const outer = above(estate, meter).find((one) => said.has(one) && one.utility === meter.utility);
    return outer ? [{ outer: outer.id, meter }] : [];
  });
  const grouped = Map.groupBy(pairs, ({ outer }) => outer);
  return new Map([...grouped].map(([outer, list]) => [outer, list.map(({ meter }) => meter)]));
}

function usesIn(
  bucket: AnswerBucket,
  index: number,
  meters: readonly Meter[],
  behind: ReadonlyMap<string, readonly Meter[]>,
  figures: MeterFigures,
): Use[] {
  const date = dateOf(bucket.from);
  const amountOf = (meter: Meter): number | undefined => {
    const figure = figures.of(meter, index);
    return meter.utility === 'water' ? figure?.volume : figure?.energy;
  };
  const groups = Map.groupBy(
    meters.filter((meter) => isValidOn(meter, date)),
    (meter) => `${meter.end_use}\n${meter.utility}`,
  );
  return [...groups].map(([key, list]) => {
    const found = list.flatMap((meter) => figures.of(meter, index) ?? []);
    const inner = list.flatMap((meter) => behind.get(meter.id) ?? []);
    const amounts = list.flatMap((meter) => amountOf(meter) ?? []);
    const less = inner.reduce((sum, meter) => sum + (amountOf(meter) ?? 0), 0);
    return {
      name: key.split('\n')[0] ?? '',
      utility: list[0]?.utility ?? 'electricity',
      amount: amounts.length === 0 ? undefined : amounts.reduce((sum, one) => sum + one, 0) - less,
      ...sharesOf(found),
      missing: found.length < list.length || found.some((one) => one.missingHalfHours > one.gapHalfHours),
    };
  });
}

/** Shares of several meters together, each weighed by what passed it. */
function sharesOf(found: readonly PeriodFigure[]): Pick<Use, 'byAmount' | 'byTime'> {
  let [measured, passed, halfHours, expected] = [0, 0, 0, 0];
  for (const one of found) {
    const own = one.energy === undefined ? one.measuredVolume : one.measuredEnergy;
    measured += own;
    passed += one.measuredShare > 0 ? own / one.measuredShare : (one.energy ?? one.volume ?? 0);
    halfHours += one.measuredHalfHours;
    expected += one.measuredHalfHours + one.estimatedHalfHours + one.missingHalfHours;
  }
  const byTime = expected > 0 ? halfHours / expected : undefined;
  return { byAmount: passed > 0 ? measured / passed : byTime, byTime };
}

/** What the sites used of a utility and no end use accounts for; no better known than the worse of the two. */
function restOf(utility: Utility, parts: readonly EnergyPart[], uses: readonly Use[]): Use {
  const own = uses.filter((use) => use.utility === utility);
  const total = addParts(parts);
  const water = utility === 'water';
  const shares = measuredShareOf(total, water ? 'volume' : 'energy');
  const least = (list: readonly (number | undefined)[]): number | undefined =>
    list.some((one) => one === undefined) ? undefined : Math.min(...list.map((one) => one ?? 0));
  const accounted = own.reduce((sum, use) => sum + (use.amount ?? 0), 0);
  return {
    name: unaccounted,
    utility,
    amount: isKnown(total) ? (water ? total.volume : total.energy) - accounted : undefined,
    byAmount: least([shares.byAmount, ...own.map((use) => use.byAmount)]),
    byTime: least([shares.byTime, ...own.map((use) => use.byTime)]),
    missing: lacks(total, water) || own.some((use) => use.missing),
  };
}

function useRow(use: Use, bucket: AnswerBucket, halfHours: boolean): ConsumptionRow {
  const water = use.utility === 'water';
  return {
    group: use.name,
    utility: use.utility,
    site: null,
    role: null,
    ...when(bucket),
    settlement_period: halfHours ? settlementPeriodOf(bucket.from).period : null,
    energy_kwh: water ? null : known(use.amount),
    own_renewable_kwh: null,
    volume_m3: water ? known(use.amount) : null,
    reactive_energy_kvarh: null,
    quality: null,
    rule: null,
    ...standing({ bucket, byAmount: use.byAmount, byTime: use.byTime, missing: use.missing }),
  };
}
