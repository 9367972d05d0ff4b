import { BucketSums, type MeterSum } from './bucket-sums.ts';
import { type Accounting, accountingOf, factorChanges } from '../carbon/accounting.ts';
import { disclosureChanges } from '../certificates/disclosure-period.ts';
import { hasMarketSide, marketDates, type SupplyPoint, supplyPointOf } from '../certificates/supply-points.ts';
import { countChanges, countedMeters, type Generation, type Purchase, type SiteCount } from './counted-meters.ts';
import { type PointFlow, pointFlows } from './point-flows.ts';
import type { Reported } from './reporters.ts';
import type { Estate, Meter, Utility } from '../estate/estate.ts';
import { distinctWarnings, type Warning } from './figure.ts';
import { addShare, addTo, type Flow, raiseToZero, readFlow, shareOfTime, type Sums, Total } from './flow.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * The energy and water that a site used, from the sums of its meters: each kWh once. Own use of renewable generation is
 * worked out bucket by bucket; give days, so that every sum of them agrees with the day figures.
 */

/** Where energy comes from: what is bought, or made of sun, wind and water on the site and used there. */
export type Source = 'purchased' | 'own_renewable';

/** The flow of one utility from one source in one place and bucket. */
export interface EnergyPart extends Flow {
  readonly site: string;
  /** Undefined for the whole site. */
  readonly building: string | undefined;
  /**
   * The organisation that reports it: of all parts of a place, bucket and utility exactly one has each kWh. Of a
   * building's part always the site's own: buildings are figures of a place, not of who reports.
   */
  readonly reporter: string;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source: Source;
  /** Electricity that a site buys: through which supply points it comes; together they are its energy. */
  readonly points?: readonly PointFlow[] | undefined;
  /** Own renewable energy: the meter that counts what is made, and how much that is, with what leaves, kWh. */
  readonly generation?: { readonly meter: string; readonly made: number } | undefined;
  readonly warnings: readonly Warning[];
}

/** Indexes sums. Boundaries are instants in order; bucket `i` lies between boundaries `i` and `i + 1`. */
export function indexSums(boundaries: readonly EpochSeconds[], list: readonly MeterSum[]): Sums {
  return { boundaries, cells: BucketSums.of(list, Math.max(0, boundaries.length - 1)) };
}

/**
 * Instants inside a period at which another set of meters, other reporters, contracts or factors begin to hold. A
 * bucket may not reach across one: put them among the boundaries asked with. All are local midnights.
 */
export function figureChanges(
  estate: Estate,
  period: Period,
  accounting: Accounting = accountingOf(estate),
): EpochSeconds[] {
  const counts = changesOfCount(estate).filter((at) => at > period.from && at < period.to);
  const disclosure = hasMarketSide(estate) ? disclosureChanges(period) : [];
  return [...new Set([...counts, ...factorChanges(accounting, period), ...disclosure])].sort((a, b) => a - b);
}

// A pure function's memory: an estate is never changed, a new version is a new object.
const rememberedChanges = new WeakMap<Estate, readonly EpochSeconds[]>();

/** Local midnights at which other meters count, other organisations report or other contracts hold. */
function changesOfCount(estate: Estate): readonly EpochSeconds[] {
  const known = rememberedChanges.get(estate);
  if (known) return known;
  const dates = new Set([...countChanges(estate), ...sewerDates(estate), ...marketDates(estate)]);
  const changes = [...dates].map(startOfDay);
  rememberedChanges.set(estate, changes);
  return changes;
}

function sewerDates(estate: Estate): LocalDate[] {
  return [...estate.sites.values()].flatMap((site) => (site.share_returned_to_sewer ?? []).map(({ from }) => from));
}

/** Boundaries with the changes of the estate and of the factors among them. */
export function withFigureChanges(
  estate: Estate,
  boundaries: readonly EpochSeconds[],
  accounting?: Accounting,
): EpochSeconds[] {
  const from = boundaries[0];
  const to = boundaries.at(-1);
  if (from === undefined || to === undefined) return [];
  return [...new Set([...boundaries, ...figureChanges(estate, { from, to }, accounting)])].sort((a, b) => a - b);
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

function boughtThrough({ purchased, reported, buildings }: SiteCount): Meter[] {
  return [...purchased, ...[...reported.values()].flat(), ...[...buildings.values()].flat()].map((one) => one.meter);
}

function generatedThrough({ generation }: SiteCount): Meter[] {
  return generation.flatMap(({ renewable, other, through, exports }) => [
    ...renewable,
    ...other,
    ...through,
    ...exports.map((one) => one.meter),
  ]);
}

interface Place {
  readonly site: string;
  readonly building: string | undefined;
  readonly reporter: string;
  readonly bucket: number;
  /** The utility that alone is wanted. */
  readonly only: Utility | undefined;
  /** The supply point of a meter while the bucket lasts. */
  readonly pointOf: (meter: Meter) => SupplyPoint;
}

/** A part that flows are still added to. */
class OpenPart extends Total implements EnergyPart {
  readonly site: string;
  readonly building: string | undefined;
  reporter: string;
  readonly bucket: number;
  readonly utility: Utility;
  readonly source: Source;
  points: readonly PointFlow[] | undefined;
  generation: { readonly meter: string; made: number } | undefined;
  readonly warnings: Warning[] = [];

  constructor({ site, building, reporter, bucket }: Omit<Place, 'only' | 'pointOf'>, utility: Utility, source: Source) {
    super();
    this.site = site;
    this.building = building;
    this.reporter = reporter;
    this.bucket = bucket;
    this.utility = utility;
    this.source = source;
  }
}

/** What one meter says, until the next is read. */
const flow = new Total();

function purchasedParts(sums: Sums, place: Place, purchased: readonly Purchase[]): OpenPart[] {
  const parts: OpenPart[] = [];
  for (const { meter, times } of purchased) {
    if (place.only !== undefined && place.only !== meter.utility) continue;
    let part = parts.find((one) => one.utility === meter.utility);
    if (!part) {
      part = new OpenPart(place, meter.utility, 'purchased');
      parts.push(part);
    }
    if (!readFlow(flow, sums, place.bucket, meter.id)) part.warnings.push(silenceOf(meter));
    addTo(part, flow, times);
  }
  for (const part of parts) {
    // Rounding of doubles may leave a trace of a difference.
    const below = Math.min(part.energy, part.volume) < -1e-6;
    if (below) part.warnings.push({ code: 'below-zero', about: place.building ?? place.site });
    raiseToZero(part);
  }
  return parts;
}

/**
 * What was bought at a site as the organisations report it. Where sub-meters say that more was handed on than came in,
 * what came in is shared out as they say, so that the organisations together have neither more nor less.
 */
function reportedParts(sums: Sums, place: Place, { purchased, reported }: SiteCount): OpenPart[] {
  return purchasedParts(sums, place, purchased).flatMap((whole) => {
    const flows = reported.get(whole.utility) ?? [];
    const [first, ...others] = flows;
    if (others.every(({ organisation }) => organisation === first?.organisation)) {
      whole.reporter = first?.organisation ?? place.reporter;
      return withPoints([whole], sums, place, flows);
    }
    const parts = flowsByReporter(sums, place, whole.utility, flows);
    const isBelow = parts.some((part) => Math.min(part.energy, part.volume) < -1e-6);
    const isShared = isBelow || whole.warnings.some(({ code }) => code === 'below-zero');
    for (const part of parts) raiseToZero(part);
    return withPoints(isShared ? sharedOut(whole, parts) : parts, sums, place, flows);
  });
}

/** Tells of electricity through which supply points each organisation's part of it came. */
function withPoints(parts: OpenPart[], sums: Sums, place: Place, flows: readonly Reported[]): OpenPart[] {
  for (const part of parts) {
    if (part.utility !== 'electricity') continue;
    const own = flows.filter(({ organisation }) => organisation === part.reporter);
    part.points = pointFlows(part.energy, sums, place, own);
  }
  return parts;
}

function flowsByReporter(sums: Sums, place: Place, utility: Utility, flows: readonly Reported[]): OpenPart[] {
  return [...Map.groupBy(flows, ({ organisation }) => organisation)].map(([reporter, list]) => {
    const part = new OpenPart({ ...place, reporter }, utility, 'purchased');
    for (const { meter, times } of list) {
      if (!readFlow(flow, sums, place.bucket, meter.id)) part.warnings.push(silenceOf(meter));
      addTo(part, flow, times);
    }
    return part;
  });
}

function sharedOut(whole: OpenPart, parts: readonly OpenPart[]): OpenPart[] {
  const by = whole.utility === 'water' ? 'volume' : 'energy';
  const sum = parts.reduce((total, part) => total + part[by], 0);
  return parts.map((part) => {
    const shared = new OpenPart(part, whole.utility, 'purchased');
    addShare(shared, whole, sum > 0 ? part[by] / sum : 1 / parts.length, 1);
    shared.warnings.push(...whole.warnings, ...part.warnings, { code: 'below-zero', about: part.reporter });
    return shared;
  });
}

function silenceOf(meter: Meter): Warning {
  return { code: 'meter-silent', about: meter.id };
}

/** Buckets of sums, from `first` up to and without `last`. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Own use of renewable generation in a span of buckets, each worked out alone: what is made less what leaves. The parts
 * of buildings are those of the meters that say their building.
 */
function ownParts(
  sums: Sums,
  { first, last }: Span,
  place: Place,
  generation: Generation,
  inBuildings: boolean,
): OpenPart[] {
  const { utility, renewable, reporters } = generation;
  if (place.only !== undefined && place.only !== utility) return [];
  const warnings: Warning[] = [];
  const flows = flowsOfGeneration(generation);
  const parts = renewable.map(({ building }, i) => {
    const own = inBuildings ? { ...place, building } : { ...place, reporter: reporters[i] ?? place.reporter };
    return new OpenPart(own, utility, 'own_renewable');
  });
  const generated = parts.map((part, i) => {
    part.generation = { meter: renewable[i]?.id ?? '', made: 0 };
    return part.generation;
  });
  for (let bucket = first; bucket < last; bucket++) {
    readGeneration(flows, sums, bucket, place.site, warnings);
    for (let i = 0; i < parts.length; i++) {
      const { flow: made, left } = flows.made[i] as Made;
      (generated[i] as { made: number }).made += made.energy;
      const share = made.energy > 0 ? (left / made.energy) * flows.remains : 1;
      addShare(parts[i] as OpenPart, made, share, flows.certain);
    }
  }
  const said = distinctWarnings(warnings);
  for (const part of parts) part.warnings.push(...said);
  return inBuildings ? parts.filter((part) => part.building !== undefined) : parts;
}

/** A meter of a generation, and what passed it. */
interface Passed {
  readonly meter: Meter;
  readonly flow: Total;
  isSilent: boolean;
}

/** What a generation meter made, and what of it did not leave under a meter of its own. */
interface Made extends Passed {
  left: number;
}

/** What the meters of a generation made and what left, in one bucket at a time: filled, since days are many. */
interface GenerationFlows {
  /** Renewable meters first. */
  readonly made: readonly Made[];
  readonly leaving: readonly (Passed & { readonly of: string | undefined })[];
  readonly counted: readonly Passed[];
  /** The share that remains of what did not leave under a meter of its own, and the share that is certain. */
  remains: number;
  certain: number;
}

function flowsOfGeneration({ renewable, other, through, exports }: Generation): GenerationFlows {
  const passed = (meter: Meter): Passed => ({ meter, flow: new Total(), isSilent: false });
  const made = [...renewable, ...other, ...through].map((meter) => ({ ...passed(meter), left: 0 }));
  const leaving = exports.map(({ meter, of }) => ({ ...passed(meter), of }));
  return { made, leaving, counted: [...made.slice(0, renewable.length), ...leaving], remains: 0, certain: 1 };
}

/**
 * An export under one generation meter is taken off that one; any other is shared by all generation of the site in
 * proportion to what each made: the share that then remains. What is used here is measured only as far as what leaves
 * is: the share that is certain.
 */
function readGeneration(flows: GenerationFlows, sums: Sums, bucket: number, site: string, warnings: Warning[]): void {
  const { made, leaving, counted } = flows;
  let [shared, certain, total] = [0, 1, 0];
  for (const one of leaving) {
    const { meter, flow, of } = one;
    one.isSilent = !readFlow(flow, sums, bucket, meter.id);
    // Below zero is a fault of the meter: nothing came in by the way out.
    flow.energy = Math.max(0, flow.energy);
    if (of === undefined) shared += flow.energy;
    certain = Math.min(certain, shareOfTime(flow) ?? 1);
  }
  for (const one of made) {
    one.isSilent = !readFlow(one.flow, sums, bucket, one.meter.id);
    let away = 0;
    for (const { flow, of } of leaving) if (of === one.meter.id) away += flow.energy;
    if (away > one.flow.energy) warnings.push({ code: 'export-exceeds-generation', about: one.meter.id });
    one.left = Math.max(0, one.flow.energy - away);
    total += one.left;
  }
  if (shared > total) warnings.push({ code: 'export-exceeds-generation', about: site });
  for (const { meter, isSilent } of counted) if (isSilent) warnings.push(silenceOf(meter));
  flows.remains = total > 0 ? Math.max(0, 1 - shared / total) : 0;
  flows.certain = certain;
}

type PartsOf = (count: SiteCount, sums: Sums, place: Place, by: Sums, span: Span) => OpenPart[];

const boughtBySite: PartsOf = (count, sums, place) => reportedParts(sums, place, count);

const boughtByBuildings: PartsOf = ({ buildings }, sums, place) =>
  [...buildings].flatMap(([building, purchased]) => purchasedParts(sums, { ...place, building }, purchased));

const ownOfSite: PartsOf = ({ generation }, _, place, by, span) =>
  generation.flatMap((one) => ownParts(by, span, place, one, false));

const ownOfBuildings: PartsOf = ({ generation }, _, place, by, span) =>
  generation.flatMap((one) => ownParts(by, span, place, one, true));

/** How the parts of each source are worked out. */
const ways = {
  sites: { purchased: boughtBySite, own_renewable: ownOfSite },
  buildings: { purchased: boughtByBuildings, own_renewable: ownOfBuildings },
} as const satisfies Record<string, Record<Source, PartsOf>>;

/** What narrows the parts down, and what own use is worked out by. */
export interface PartsWanted {
  /** Only buckets within it. */
  readonly period?: Period | undefined;
  /** Only parts of this source. */
  readonly only?: Source | undefined;
  /** Only parts of this utility. */
  readonly utility?: Utility | undefined;
  /**
   * Finer sums, those of days, by which own use is worked out and then added up. Every boundary of the others is one of
   * theirs.
   */
  readonly ownBy?: Sums | undefined;
}

function partsOf(
  of: keyof typeof ways,
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  { period, only, utility, ownBy = sums }: PartsWanted,
): EnergyPart[] {
  const { boundaries } = sums;
  const wanted: readonly PartsOf[] = only ? [ways[of][only]] : [ways[of].purchased, ways[of].own_renewable];
  checkReach(estate, boundaries);
  const fine = new Map(ownBy.boundaries.map((at, i) => [at, i]));
  const ids = [...sites];
  const list: EnergyPart[] = [];
  for (const [bucket, start] of boundaries.slice(0, -1).entries()) {
    const end = boundaries[bucket + 1] ?? start;
    if (period && (start < period.from || end > period.to)) continue;
    const span = { first: fine.get(start) ?? 0, last: fine.get(end) ?? 0 };
    const date = dateOf(start);
    const counts = countedMeters(estate, date);
    const pointOf = (meter: Meter): SupplyPoint => supplyPointOf(estate, meter, date);
    for (const site of ids) {
      const count = counts.get(site);
      if (!count) continue;
      const reporter = estate.sites.get(site)?.organisation ?? '';
      const place = { site, building: undefined, reporter, bucket, only: utility, pointOf };
      for (const parts of wanted) for (const part of parts(count, sums, place, ownBy, span)) list.push(part);
    }
  }
  return list;
}

/** Throws a TypeError where other meters count within a bucket. */
function checkReach(estate: Estate, boundaries: readonly EpochSeconds[]): void {
  const [from, to] = [boundaries[0], boundaries.at(-1)];
  if (from === undefined || to === undefined) return;
  const known = new Set(boundaries);
  for (const change of changesOfCount(estate)) {
    const isWithin = change > from && change < to;
    if (isWithin && !known.has(change))
      throw new TypeError(`a bucket reaches across ${dateOf(change)}, when other meters count`);
  }
}

/**
 * What some sites used in the buckets of a period, by utility and source, or from one source alone. Throws a TypeError
 * when a bucket reaches across a change (see `figureChanges`), a caller's mistake.
 */
export function energyParts(
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  wanted: PartsWanted = {},
): EnergyPart[] {
  return partsOf('sites', estate, sites, sums, wanted);
}

/** The same for the buildings of some sites: what a building has of its site, never to be added to it. */
export function buildingParts(
  estate: Estate,
  sites: Iterable<string>,
  sums: Sums,
  wanted: PartsWanted = {},
): EnergyPart[] {
  return partsOf('buildings', estate, sites, sums, wanted);
}

/** Parts added up. */
export class PartsTotal extends Total {
  readonly warnings: readonly Warning[];

  constructor(parts: readonly EnergyPart[]) {
    super();
    const warnings: Warning[] = [];
    for (const part of parts) {
      addTo(this, part);
      for (const warning of part.warnings) warnings.push(warning);
    }
    this.warnings = distinctWarnings(warnings);
  }
}

export function addParts(parts: readonly EnergyPart[]): PartsTotal {
  return new PartsTotal(parts);
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
