import { countChanges, countedMeters, type Generation, type Purchase, type SiteCount } from './counted-meters.ts';
import type { Estate, Meter, Utility } from './estate.ts';
import { distinctWarnings, type MeasuredShare, type Warning } from './figure.ts';
import { dateOf, type EpochSeconds, halfHourSeconds, type Period, startOfDay } from './time.ts';

/**
 * The energy and water that a site used, from the sums of its meters: each kWh once. Own use of renewable generation is
 * worked out bucket by bucket; give days, so that every sum of them agrees with the day figures.
 */

/** Sums of one meter over one bucket, as the store gives them. `bucket` is the index into the boundaries. */
export interface MeterSum {
  readonly meter: string;
  readonly bucket: number;
  readonly energy: number;
  readonly volume: number;
  readonly measuredEnergy: number;
  readonly measuredVolume: number;
  readonly measuredHalfHours: number;
  readonly estimatedHalfHours: number;
  readonly missingHalfHours: number;
  /** Where it has been worked out with the gaps at hand (`day-figures.ts`), by energy or else volume; 0 to 1. */
  readonly measuredShare?: number | undefined;
}

/** What flows: kWh and m³, how much of each is measured, and how much would be there were nothing missing. */
interface Flow {
  readonly energy: number;
  readonly volume: number;
  readonly measuredEnergy: number;
  readonly measuredVolume: number;
  readonly expectedEnergy: number;
  readonly expectedVolume: number;
  readonly measuredHalfHours: number;
  /** Measured or estimated. */
  readonly knownHalfHours: number;
  readonly halfHours: number;
  /** True where a meter has said nothing at all, so that its missing use has no expectation. */
  readonly unweighted: boolean;
}

/** Where energy comes from: what is bought, or made of sun, wind and water on the site and used there. */
export type Source = 'purchased' | 'own_renewable';

/** The flow of one utility from one source in one place and bucket. */
export interface EnergyPart extends Flow {
  readonly site: string;
  /** Undefined for the whole site. */
  readonly building: string | undefined;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source: Source;
  readonly warnings: readonly Warning[];
}

const nothing: Flow = {
  energy: 0,
  volume: 0,
  measuredEnergy: 0,
  measuredVolume: 0,
  expectedEnergy: 0,
  expectedVolume: 0,
  measuredHalfHours: 0,
  knownHalfHours: 0,
  halfHours: 0,
  unweighted: false,
};

/** Sums looked up by bucket and meter. */
export interface Sums {
  readonly boundaries: readonly EpochSeconds[];
  readonly byMeter: ReadonlyMap<string, ReadonlyMap<number, MeterSum>>;
  /** What a meter measures in a half-hour on average; absent when it never measured. */
  readonly rates: ReadonlyMap<string, { readonly energy: number; readonly volume: number }>;
}

/** Indexes sums. Boundaries are instants in order; bucket `i` lies between boundaries `i` and `i + 1`. */
export function indexSums(boundaries: readonly EpochSeconds[], list: readonly MeterSum[]): Sums {
  const byMeter = new Map<string, Map<number, MeterSum>>();
  for (const sum of list) {
    const buckets = byMeter.get(sum.meter) ?? new Map<number, MeterSum>();
    byMeter.set(sum.meter, buckets.set(sum.bucket, sum));
  }
  const rates = new Map<string, { energy: number; volume: number }>();
  for (const [meter, buckets] of byMeter) {
    const totals = { energy: 0, volume: 0, halfHours: 0 };
    for (const sum of buckets.values()) {
      totals.energy += sum.measuredEnergy;
      totals.volume += sum.measuredVolume;
      totals.halfHours += sum.measuredHalfHours;
    }
    const { energy, volume, halfHours } = totals;
    if (halfHours > 0) rates.set(meter, { energy: energy / halfHours, volume: volume / halfHours });
  }
  return { boundaries, byMeter, rates };
}

/**
 * Instants inside a period at which another set of meters or another year's factors begin to hold. A bucket may not
 * reach across one: put them among the boundaries asked with. All are local midnights.
 */
export function figureChanges(estate: Estate, period: Period): EpochSeconds[] {
  const firstYear = Number(dateOf(period.from).slice(0, 4)) + 1;
  const lastYear = Number(dateOf(period.to).slice(0, 4));
  const years = Array.from({ length: Math.max(0, lastYear - firstYear + 1) }, (_, i) => `${firstYear + i}-01-01`);
  const instants = [...countChanges(estate), ...years].map(startOfDay);
  return [...new Set(instants)].filter((at) => at > period.from && at < period.to).sort((a, b) => a - b);
}

/** Boundaries with the changes of the estate and of the factors among them. */
export function withFigureChanges(estate: Estate, boundaries: readonly EpochSeconds[]): EpochSeconds[] {
  const from = boundaries[0];
  const to = boundaries.at(-1);
  if (from === undefined || to === undefined) return [];
  return [...new Set([...boundaries, ...figureChanges(estate, { from, to })])].sort((a, b) => a - b);
}

/**
 * The meters whose sums are needed for the figures of some sites in a period: those of their buildings too. With a
 * source, those it needs alone.
 */
export function metersNeeded(estate: Estate, sites: Iterable<string>, period: Period, only?: Source): string[] {
  const needed = new Set<string>();
  const wanted = [...sites];
  for (const from of [period.from, ...figureChanges(estate, period)]) {
    const date = dateOf(from);
    const counts = countedMeters(estate, date);
    for (const site of wanted) {
      const count = counts.get(site);
      if (!count) continue;
      if (only !== 'own_renewable') for (const meter of boughtThrough(count)) needed.add(meter.id);
      if (only !== 'purchased') for (const meter of generatedThrough(count)) needed.add(meter.id);
    }
  }
  return [...needed].sort();
}

function boughtThrough({ purchased, buildings }: SiteCount): Meter[] {
  return [...purchased, ...[...buildings.values()].flat()].map((one) => one.meter);
}

function generatedThrough({ generation }: SiteCount): Meter[] {
  return generation.flatMap(({ renewable, other, through, exports }) => [
    ...renewable,
    ...other,
    ...through,
    ...exports.map((one) => one.meter),
  ]);
}

/** The flow of one meter in one bucket. */
function flowOf(sums: Sums, bucket: number, meter: Meter): Flow {
  const sum = sums.byMeter.get(meter.id)?.get(bucket);
  const halfHours = halfHoursIn(sums, bucket);
  const rate = sums.rates.get(meter.id);
  const measured = sum?.measuredHalfHours ?? 0;
  const missing = Math.max(0, halfHours - measured - (sum?.estimatedHalfHours ?? 0));
  const share = sum?.measuredShare ?? 0;
  // Energy may hold the known total of a gap whose half-hours are missing: then nothing is expected on top of it.
  const expected = (all: number, part: number, average: number): number =>
    share > 0 ? part / share : Math.max(all, part + missing * (measured > 0 ? part / measured : average));
  const { energy = 0, volume = 0, measuredEnergy = 0, measuredVolume = 0 } = sum ?? {};
  return {
    energy,
    volume,
    measuredEnergy,
    measuredVolume,
    expectedEnergy: expected(energy, measuredEnergy, rate?.energy ?? 0),
    expectedVolume: expected(volume, measuredVolume, rate?.volume ?? 0),
    measuredHalfHours: measured,
    knownHalfHours: halfHours - missing,
    halfHours,
    unweighted: missing > 0 && rate === undefined,
  };
}

type Total = { -readonly [Field in keyof Flow]: Flow[Field] };

/** Adds a flow to a total, taken `times`. Time is counted for what is added, not for what is taken off. */
function addTo(total: Total, flow: Flow, times = 1): void {
  total.energy += times * flow.energy;
  total.volume += times * flow.volume;
  total.measuredEnergy += times * flow.measuredEnergy;
  total.measuredVolume += times * flow.measuredVolume;
  total.expectedEnergy += times * flow.expectedEnergy;
  total.expectedVolume += times * flow.expectedVolume;
  if (times > 0) {
    total.measuredHalfHours += flow.measuredHalfHours;
    total.knownHalfHours += flow.knownHalfHours;
    total.halfHours += flow.halfHours;
  }
  total.unweighted ||= flow.unweighted;
}

/** No figure of use is below zero, whatever the meters that are taken off say. */
function notBelowZero(total: Total): Total {
  total.energy = Math.max(0, total.energy);
  total.volume = Math.max(0, total.volume);
  total.measuredEnergy = Math.max(0, total.measuredEnergy);
  total.measuredVolume = Math.max(0, total.measuredVolume);
  total.expectedEnergy = Math.max(0, total.expectedEnergy);
  total.expectedVolume = Math.max(0, total.expectedVolume);
  return total;
}

interface Place {
  readonly site: string;
  readonly building: string | undefined;
  readonly bucket: number;
}

function purchasedParts(sums: Sums, place: Place, purchased: readonly Purchase[]): EnergyPart[] {
  return [...Map.groupBy(purchased, (one) => one.meter.utility)].map(([utility, list]) => {
    const warnings: Warning[] = [];
    const total = { ...nothing };
    for (const { meter, times } of list) {
      const known = sums.byMeter.get(meter.id)?.get(place.bucket);
      if (!known) warnings.push({ code: 'meter-silent', about: meter.id });
      addTo(total, flowOf(sums, place.bucket, meter), times);
    }
    // Rounding of doubles may leave a trace of a difference.
    if (Math.min(total.energy, total.volume) < -1e-6)
      warnings.push({ code: 'below-zero', about: place.building ?? place.site });
    return { ...place, utility, source: 'purchased', ...notBelowZero(total), warnings };
  });
}

/**
 * Own use of renewable generation: what is made less what leaves. An export under one generation meter is taken off
 * that one; any other is shared by all generation of the site in proportion to what each made.
 */
function ownParts(sums: Sums, place: Place, generation: Generation): EnergyPart[] {
  const { utility, renewable, other, through, exports } = generation;
  const { site, bucket } = place;
  const warnings: Warning[] = [];
  const sumOf = (meter: Meter): MeterSum | undefined => sums.byMeter.get(meter.id)?.get(bucket);
  const exported = (of: string | undefined): number => {
    let energy = 0;
    for (const one of exports) if (one.of === of) energy += sumOf(one.meter)?.energy ?? 0;
    return energy;
  };
  const leftOf = (meter: Meter): number => {
    const energy = sumOf(meter)?.energy ?? 0;
    const away = exported(meter.id);
    if (away > energy) warnings.push({ code: 'export-exceeds-generation', about: meter.id });
    return Math.max(0, energy - away);
  };
  const left = renewable.map(leftOf);
  let total = 0;
  for (const energy of left) total += energy;
  for (const meter of other) total += leftOf(meter);
  for (const meter of through) total += leftOf(meter);
  const shared = exported(undefined);
  if (shared > total) warnings.push({ code: 'export-exceeds-generation', about: site });
  const remains = total > 0 ? Math.max(0, 1 - shared / total) : 0;
  // What is used here is measured only as far as what leaves is measured.
  let certain = 1;
  const halfHours = halfHoursIn(sums, bucket);
  for (const meter of renewable) if (!sumOf(meter)) warnings.push({ code: 'meter-silent', about: meter.id });
  for (const { meter } of exports) {
    const sum = sumOf(meter);
    if (!sum) warnings.push({ code: 'meter-silent', about: meter.id });
    if (halfHours > 0) certain = Math.min(certain, (sum?.measuredHalfHours ?? 0) / halfHours);
  }
  return renewable.map((meter, i) => {
    const flow = flowOf(sums, bucket, meter);
    const share = flow.energy > 0 ? ((left[i] ?? 0) / flow.energy) * remains : 1;
    return {
      site,
      building: meter.building,
      bucket,
      utility,
      source: 'own_renewable',
      energy: flow.energy * share,
      volume: flow.volume * share,
      measuredEnergy: flow.measuredEnergy * share * certain,
      measuredVolume: flow.measuredVolume * share,
      expectedEnergy: flow.expectedEnergy * share,
      expectedVolume: flow.expectedVolume * share,
      measuredHalfHours: flow.measuredHalfHours * certain,
      knownHalfHours: flow.knownHalfHours,
      halfHours: flow.halfHours,
      unweighted: flow.unweighted,
      warnings,
    };
  });
}

function halfHoursIn({ boundaries }: Sums, bucket: number): number {
  return ((boundaries[bucket + 1] ?? 0) - (boundaries[bucket] ?? 0)) / halfHourSeconds;
}

type PartsOf = (count: SiteCount, sums: Sums, bucket: number) => EnergyPart[];

const boughtBySite: PartsOf = ({ site, purchased }, sums, bucket) =>
  purchasedParts(sums, { site, building: undefined, bucket }, purchased);

const boughtByBuildings: PartsOf = ({ site, buildings }, sums, bucket) =>
  [...buildings].flatMap(([building, purchased]) => purchasedParts(sums, { site, building, bucket }, purchased));

const ownOfSite: PartsOf = ({ site, generation }, sums, bucket) =>
  generation
    .flatMap((one) => ownParts(sums, { site, building: undefined, bucket }, one))
    .map((part) => ({ ...part, building: undefined }));

const ownOfBuildings: PartsOf = ({ site, generation }, sums, bucket) =>
  generation
    .flatMap((one) => ownParts(sums, { site, building: undefined, bucket }, one))
    .filter((part) => part.building !== undefined);

/** How the parts of each source are worked out. */
const ways = {
  sites: { purchased: boughtBySite, own_renewable: ownOfSite },
  buildings: { purchased: boughtByBuildings, own_renewable: ownOfBuildings },
} as const satisfies Record<string, Record<Source, PartsOf>>;

function partsOf(
  of: keyof typeof ways,
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  period?: Period,
  only?: Source,
): EnergyPart[] {
  const { boundaries } = sums;
  const wanted: readonly PartsOf[] = only ? [ways[of][only]] : [ways[of].purchased, ways[of].own_renewable];
  const [from, to] = [boundaries[0], boundaries.at(-1)];
  if (from === undefined || to === undefined) return [];
  const known = new Set(boundaries);
  for (const change of figureChanges(estate, { from, to })) {
    if (!known.has(change)) throw new TypeError(`a bucket reaches across ${dateOf(change)}, when other meters count`);
  }
  const ids = [...sites];
  const list: EnergyPart[] = [];
  for (const [bucket, start] of boundaries.slice(0, -1).entries()) {
    const end = boundaries[bucket + 1] ?? start;
    if (period && (start < period.from || end > period.to)) continue;
    const counts = countedMeters(estate, dateOf(start));
    for (const site of ids) {
      const count = counts.get(site);
      if (count) for (const parts of wanted) list.push(...parts(count, sums, bucket));
    }
  }
  return list;
}

/**
 * What some sites used in the buckets of a period, by utility and source, or from one source alone. Throws a TypeError
 * when a bucket reaches across a change (see `figureChanges`), a caller's mistake.
 */
export function energyParts(
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  period?: Period,
  only?: Source,
): EnergyPart[] {
  return partsOf('sites', estate, sites, sums, period, only);
}

/** The same for the buildings of some sites: what a building has of its site, never to be added to it. */
export function buildingParts(
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  period?: Period,
  only?: Source,
): EnergyPart[] {
  return partsOf('buildings', estate, sites, sums, period, only);
}

/** Parts added up. */
export function addParts(parts: readonly EnergyPart[]): Flow & { readonly warnings: readonly Warning[] } {
  const total = { ...nothing };
  const warnings: Warning[] = [];
  for (const part of parts) {
    addTo(total, part);
    warnings.push(...part.warnings);
  }
  return { ...total, warnings: distinctWarnings(warnings) };
}

/** Whether anything at all is known of a flow; else its 0 means nothing. */
export function isKnown(flow: Flow): boolean {
  return flow.knownHalfHours > 0 || flow.energy > 0 || flow.volume > 0;
}

/** The measured share of a flow by energy (or by volume, for water), and by time. */
export function measuredShareOf(flow: Flow, by: 'energy' | 'volume' = 'energy'): MeasuredShare {
  const measured = by === 'energy' ? flow.measuredEnergy : flow.measuredVolume;
  const expected = by === 'energy' ? flow.expectedEnergy : flow.expectedVolume;
  const byTime = flow.halfHours > 0 ? flow.measuredHalfHours / flow.halfHours : undefined;
  // Where nothing was used, or a silent meter has no expectation, time is all there is to weigh by.
  const weighed = expected > 0 ? Math.min(1, measured / expected) : byTime;
  const byAmount = flow.unweighted && weighed !== undefined ? Math.min(weighed, byTime ?? 0) : weighed;
  return { byAmount, byTime: byTime === undefined ? undefined : Math.min(1, byTime) };
}

/**
 * The sites whose own renewable energy must be summed from days, because what they export is shared out day by day.
 * What they buy adds up in any bucket.
 */
export function sitesByDay(estate: Estate, sites: Iterable<string>, period: Period): string[] {
  const eras = [period.from, ...figureChanges(estate, period)].map((at) => countedMeters(estate, dateOf(at)));
  return [...sites].filter((site) =>
    eras.some((era) => era.get(site)?.generation.some((made) => made.exports.length > 0)),
  );
}
