import type { EpochSeconds, LocalDate, Period } from '../time.ts';
import { convert } from '../units.ts';
import {
  claimedPeriodOf,
  type CriterionResult,
  type ExclusionReason,
  judgeCertificate,
  numbersClaimedTwice,
} from './criteria.ts';
import type { DisclosurePeriod } from './disclosure-period.ts';
import type { Certificate, Supply } from './register.ts';

/**
 * Which of the electricity that is bought is covered by certificates and contracts, over one disclosure period to date.
 * Volumes are matched over the whole of it, so that every month of the period has the same share covered; never more
 * than is used, never a certificate twice, never one of another disclosure period.
 *
 * Order: (1) what people put to a meter point by hand, (2) batches that belong to a supply, over its points, (3) what
 * suppliers confirmed, (4) all other batches over the organisation's points, (5) what contracts promise without
 * confirmation. Within each, what is retired goes before what is allocated, and that before what is contracted; over
 * several points in proportion to what each has left uncovered.
 */

/** The same in words for whoever asks. */
export const coverRule =
  'by hand where a person put certificates to a meter point; then those of a contract over its points; then what ' +
  'suppliers confirmed; then all others over the points of their organisation in proportion to what each has left ' +
  'uncovered; then what contracts promise. Matched over the disclosure period to date.';

/** What stands behind cover, weakest first. Only what is retired, with evidence, is in the market-based figure. */
export const coverStates = ['contracted', 'allocated', 'retired'] as const;
export type CoverState = (typeof coverStates)[number];

/**
 * What one supply point used for one organisation in a stretch of time, bought, kWh. A stretch lies within one
 * disclosure period and one contract: half-hours, days, months cut by `marketChanges`.
 */
export interface SupplyUse {
  /** The meter that stands for the supply point. */
  readonly point: string;
  readonly site: string;
  /** Who reports it. */
  readonly organisation: string;
  /** The contract that holds then; undefined where the register has none. */
  readonly supply: string | undefined;
  readonly period: Period;
  readonly energy: number;
}

/** How a part of the use came to be covered. */
export type CoverRule = 'by hand' | 'by contract' | 'proportional' | 'confirmed' | 'promised';

/** Some kWh that one batch or contract covers at one point. */
export interface CoverPart {
  readonly by: 'certificates' | 'contract';
  /** Id of the batch, or of the supply. */
  readonly of: string;
  readonly state: CoverState;
  readonly rule: CoverRule;
  readonly energy: number;
}

/** One supply point under one contract, over the disclosure period to date. */
export interface PointCover {
  readonly point: string;
  readonly site: string;
  readonly organisation: string;
  readonly supply: string | undefined;
  /** kWh bought; the parts never exceed it. */
  readonly use: number;
  readonly parts: readonly CoverPart[];
}

/** What became of one batch in its disclosure period. */
export interface BatchCover {
  readonly certificate: Certificate;
  readonly state: CoverState;
  readonly criteria: readonly CriterionResult[];
  /** Why nothing of it counts; empty when it does. */
  readonly excluded: readonly ExclusionReason[];
  /** kWh that it covers, and kWh of it that are left over: reported, never carried on. */
  readonly matched: number;
  readonly surplus: number;
}

/** The cover of a whole estate in one disclosure period. */
export interface YearCover {
  readonly period: DisclosurePeriod;
  /** The instant up to which use is known. */
  readonly until: EpochSeconds;
  readonly points: readonly PointCover[];
  readonly batches: readonly BatchCover[];
}

/** What the register says of it. */
export interface CoverRegister {
  readonly supplies: readonly Supply[];
  readonly certificates: readonly Certificate[];
}

/** The state of a batch: what was done with it. */
export function stateOf({ retired, allocations, state }: Certificate): CoverState {
  if (retired) return 'retired';
  return allocations.length > 0 ? 'allocated' : state;
}

/** A point that cover is still added to. */
interface OpenPoint extends PointCover {
  readonly parts: CoverPart[];
  left: number;
}

/** A batch of which some is still to be placed, kWh. */
interface OpenBatch {
  readonly cover: Omit<BatchCover, 'matched' | 'surplus'>;
  left: number;
  /** What of it stays at the points it was put to by hand, although nothing was used there for it. */
  held: number;
}

/** What the uses of a disclosure period are covered by. `knownOn`: by then what is not retired may have expired. */
export function coverOfYear(
  { supplies, certificates }: CoverRegister,
  uses: readonly SupplyUse[],
  period: DisclosurePeriod,
  until: EpochSeconds,
  knownOn: LocalDate,
): YearCover {
  const points = pointsOf(uses);
  const twice = numbersClaimedTwice(certificates);
  const batches = certificates
    .filter((certificate) => claimedPeriodOf(certificate) === period)
    .map((certificate): OpenBatch => {
      const results = judgeCertificate(certificate, twice, knownOn);
      const excluded = results.flatMap(({ reason }) => reason ?? []);
      const cover = { certificate, state: stateOf(certificate), criteria: results, excluded };
      return { cover, left: convert(certificate.mwh, 'MWh', 'kWh'), held: 0 };
    });
  const placing = batches.filter(({ cover }) => cover.excluded.length === 0).sort(strongestFirst);
  const byId = new Map(supplies.map((supply) => [supply.id, supply]));
  const own = new Map(
    [...Map.groupBy(certificates, ({ supply }) => supply ?? '')].map(([supply, list]) => [
      supply,
      new Set(list.map(({ id }) => id)),
    ]),
  );
  for (const batch of placing) placeByHand(batch, points);
  for (const batch of placing) placeByRule(batch, points, 'by contract');
  for (const point of points) placeConfirmed(point, byId.get(point.supply ?? ''), period, own);
  for (const batch of placing) placeByRule(batch, points, 'proportional');
  for (const point of points) placePromised(point, byId.get(point.supply ?? ''), own);
  return {
    period,
    until,
    points: points.map(({ left: _left, ...point }) => point),
    batches: batches.map(({ cover, left }) => {
      const counts = cover.excluded.length === 0;
      const surplus = counts ? left : 0;
      return { ...cover, matched: counts ? convert(cover.certificate.mwh, 'MWh', 'kWh') - left : 0, surplus };
    }),
  };
}

function strongestFirst({ cover: a }: OpenBatch, { cover: b }: OpenBatch): number {
  const strength = coverStates.indexOf(b.state) - coverStates.indexOf(a.state);
  return strength !== 0 ? strength : a.certificate.id < b.certificate.id ? -1 : 1;
}

/** The points with what they used in all. */
function pointsOf(uses: readonly SupplyUse[]): OpenPoint[] {
  const groups = Map.groupBy(uses, keyOfUse).values();
  return [...groups].flatMap((list): OpenPoint[] => {
    const [first] = list;
    if (!first) return [];
    const { point, site, organisation, supply } = first;
    // Below zero is a fault of meters, which its own warning tells; there is nothing in it to cover.
    const use = Math.max(
      0,
      list.reduce((sum, { energy }) => sum + energy, 0),
    );
    return [{ point, site, organisation, supply, use, parts: [], left: use }];
  });
}

/** Names the point that a use belongs to. */
export function keyOfUse({ point, site, organisation, supply }: Omit<SupplyUse, 'period' | 'energy'>): string {
  return `${point} ${site} ${organisation} ${supply ?? ''}`;
}

/** Puts up to so many kWh to some points, in proportion to what each has left; answers how many found room. */
function place(points: readonly OpenPoint[], energy: number, part: Omit<CoverPart, 'energy'>): number {
  const room = points.reduce((sum, { left }) => sum + left, 0);
  if (room <= 0 || energy <= 0) return 0;
  const share = Math.min(1, energy / room);
  for (const point of points) {
    const covered = point.left * share;
    if (covered <= 0) continue;
    point.parts.push({ ...part, energy: covered });
    point.left = share === 1 ? 0 : point.left - covered;
  }
  return Math.min(energy, room);
}

function partOf({ cover: { certificate, state } }: OpenBatch, rule: CoverRule): Omit<CoverPart, 'energy'> {
  return { by: 'certificates', of: certificate.id, state, rule };
}

/** What was put to a point by hand stays there: what its use does not take is surplus, and goes nowhere else. */
function placeByHand(batch: OpenBatch, points: readonly OpenPoint[]): void {
  const { allocations, organisation } = batch.cover.certificate;
  for (const { meter, mwh } of allocations) {
    const own = points.filter((one) => one.point === meter && one.organisation === organisation);
    const energy = Math.min(convert(mwh, 'MWh', 'kWh'), batch.left - batch.held);
    const placed = place(own, energy, partOf(batch, 'by hand'));
    batch.left -= placed;
    batch.held += energy - placed;
  }
}

/** By a supply that the batch belongs to, else over all points of its organisation. */
function placeByRule(batch: OpenBatch, points: readonly OpenPoint[], rule: 'by contract' | 'proportional'): void {
  const { supply, organisation } = batch.cover.certificate;
  if ((supply !== undefined) !== (rule === 'by contract')) return;
  const own = points.filter(
    (one) => one.organisation === organisation && (supply === undefined || one.supply === supply),
  );
  batch.left -= place(own, batch.left - batch.held, partOf(batch, rule));
}

/** Whether a contract claims that what it supplies is renewable. */
function claimsRenewable(supply: Supply | undefined): supply is Supply {
  return supply?.claim === 'supplier_rego' || supply?.claim === 'ppa';
}

/** What the supplier confirmed for the period; batches of the same supply are evidence of the same kWh. */
function placeConfirmed(point: OpenPoint, supply: Supply | undefined, period: DisclosurePeriod, own: OwnBatches): void {
  if (!claimsRenewable(supply)) return;
  const share = supply.confirmed.find((one) => one.period === period)?.share ?? 0;
  const energy = point.use * share - claimedUnder(point, supply, own);
  place([point], energy, { by: 'contract', of: supply.id, state: 'retired', rule: 'confirmed' });
}

/** What a contract claims and nobody has confirmed. */
function placePromised(point: OpenPoint, supply: Supply | undefined, own: OwnBatches): void {
  if (!claimsRenewable(supply)) return;
  const energy = point.use * supply.claim_share - claimedUnder(point, supply, own);
  place([point], energy, { by: 'contract', of: supply.id, state: 'contracted', rule: 'promised' });
}

/** Ids of the batches of each supply. */
type OwnBatches = ReadonlyMap<string, ReadonlySet<string>>;

/** kWh at a point that its supply, or batches of its supply, cover already. */
function claimedUnder({ parts }: OpenPoint, { id }: Supply, own: OwnBatches): number {
  const batches = own.get(id);
  return parts
    .filter(({ by, of }) => (by === 'contract' ? of === id : batches?.has(of) === true))
    .reduce((sum, { energy }) => sum + energy, 0);
}
