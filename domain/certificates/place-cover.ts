import { validOn } from '../estate/estate.ts';
import { dateOf } from '../time.ts';
import { type CoverState, coverStates, type YearCover } from './cover.ts';
import { exclusionReasons } from './criteria.ts';
import { certificatesOfYear } from './issue.ts';
import { type OwnUse, ownCertificatesOn } from './market-based.ts';
import type { OwnCertificates, OwnGeneration } from './register.ts';

/**
 * The renewable supply of a place (a site, an organisation, the estate) over a disclosure period to date: what was
 * used, what of it is matched and by what, and what is not.
 */

/** kWh of own renewable electricity by what became of its certificates. */
export type OwnBehind = Readonly<Record<OwnCertificates | 'unknown', number>>;

export interface Cover {
  /** kWh used: bought, and made and used on site. */
  readonly use: number;
  readonly bought: number;
  readonly own: OwnBehind;
  /** Made on site and not used there. */
  readonly exported: OwnBehind;
  /** kWh bought that are covered, by what stands behind it; what is left is uncovered. */
  readonly covered: Readonly<Record<CoverState, number>>;
  readonly uncovered: number;
  /** kWh of certificates that no use was left for; undefined for a part of an organisation. */
  readonly surplus: number | undefined;
  /** Renewable over all use, from 0 to 1: by what is retired, and as expected. Undefined where nothing was used. */
  readonly renewableShare: number | undefined;
  readonly renewableShareExpected: number | undefined;
}

/** Which part of an estate is asked for. */
export interface CoverPlace {
  readonly sites?: ReadonlySet<string> | undefined;
  readonly organisations?: ReadonlySet<string> | undefined;
}

/** Whether some energy of a site and an organisation belongs to a place. */
export function isInside(
  { sites, organisations }: CoverPlace,
  one: { readonly site: string; readonly organisation: string },
): boolean {
  return (sites?.has(one.site) ?? true) && (organisations?.has(one.organisation) ?? true);
}

/** Own renewable electricity by what became of its certificates: used on site, and gone. */
export function ownBehind(
  own: readonly OwnUse[],
  ownGeneration: readonly OwnGeneration[],
): { readonly used: OwnBehind; readonly exported: OwnBehind } {
  const used = { kept: 0, sold: 0, not_issued: 0, unknown: 0 };
  const exported = { ...used };
  for (const one of own) {
    const said = ownCertificatesOn(ownGeneration, one.meter, dateOf(one.period.from)) ?? 'unknown';
    used[said] += one.used;
    exported[said] += Math.max(0, one.made - one.used);
  }
  return { used, exported };
}

export function coverOf(
  { points, batches }: YearCover,
  own: readonly OwnUse[],
  ownGeneration: readonly OwnGeneration[],
  place: CoverPlace,
): Cover {
  const { sites, organisations } = place;
  const here = points.filter((point) => isInside(place, point));
  const bought = here.reduce((sum, { use }) => sum + use, 0);
  const covered = Object.fromEntries(coverStates.map((state) => [state, 0])) as Record<CoverState, number>;
  for (const { parts } of here) for (const { state, energy } of parts) covered[state] += energy;
  const { used, exported } = ownBehind(
    own.filter((one) => isInside(place, one)),
    ownGeneration,
  );
  const renewableOwn = used.kept + used.not_issued + used.unknown;
  const use = bought + renewableOwn + used.sold;
  const all = covered.retired + covered.allocated + covered.contracted;
  const share = (energy: number): number | undefined =>
    use > 0 ? Math.min(1, (energy + renewableOwn) / use) : undefined;
  const theirs = batches.filter(({ certificate }) => organisations?.has(certificate.organisation) ?? true);
  return {
    use,
    bought,
    own: used,
    exported,
    covered,
    uncovered: Math.max(0, bought - all),
    surplus: sites === undefined ? theirs.reduce((sum, { surplus }) => sum + surplus, 0) : undefined,
    renewableShare: share(covered.retired),
    renewableShareExpected: share(all),
  };
}

/** A cover as it is told, kWh. */
export function coverAmounts({ use, bought, own, exported, covered, uncovered }: Cover) {
  return {
    use,
    bought,
    ownKept: own.kept + own.not_issued,
    ownSold: own.sold,
    ownUnknown: own.unknown,
    exported: exported.kept + exported.not_issued + exported.sold + exported.unknown,
    exportedSold: exported.sold,
    ...covered,
    uncovered,
    /** Of what is bought, what is retired; undefined where nothing was bought. */
    coverShare: bought > 0 ? covered.retired / bought : undefined,
  };
}

/** What became of the certificates of own generation, and what follows in both methods. */
export const ownConsequences: Readonly<Record<OwnCertificates | 'unknown', string>> = {
  kept: 'own use has no emissions in either method, and is renewable',
  not_issued: 'own use has no emissions in either method, and is renewable: nobody else can claim it',
  sold: 'own use has no emissions by location; by the market it is at the residual mix and no longer renewable',
  unknown: 'own use is taken as kept until somebody writes down what became of the certificates',
};

/** One generation meter in a disclosure period to date, kWh, and the certificates that are due for what it made. */
export interface OwnMeter {
  readonly meter: string;
  readonly site: string;
  readonly certificates: OwnCertificates | 'unknown';
  readonly made: number;
  readonly used: number;
  readonly due: number;
  readonly evidence: string | undefined;
}

/** The generation meters of some own uses, which are cut by months at least. */
export function ownMeters(own: readonly OwnUse[], list: readonly OwnGeneration[]): OwnMeter[] {
  return [...Map.groupBy(own, ({ meter }) => meter)].map(([meter, uses]): OwnMeter => {
    const last = dateOf(Math.max(...uses.map(({ period }) => period.to)) - 1);
    const said = validOn(
      list.filter((entry) => entry.meter === meter),
      last,
    );
    const months = Map.groupBy(uses, ({ period }) => dateOf(period.from).slice(0, 7)).values();
    const made = [...months].map((month) => month.reduce((sum, use) => sum + use.made, 0));
    return {
      meter,
      site: uses[0]?.site ?? '',
      certificates: said?.certificates ?? 'unknown',
      made: made.reduce((sum, month) => sum + month, 0),
      used: uses.reduce((sum, use) => sum + use.used, 0),
      due: certificatesOfYear(made, said?.submitted ?? 'month'),
      evidence: said?.evidence,
    };
  });
}

/** What keeps a place from being wholly covered with evidence, in sentences; empty when it is. */
export function whyNotCovered({ points, batches }: YearCover, cover: Cover, place: CoverPlace): string[] {
  const whole = (energy: number): string => `${Math.round(energy).toLocaleString('en-GB')} kWh`;
  const here = points.filter((one) => isInside(place, one) && one.use > 0);
  const silent = here.filter(({ supply }) => supply === undefined).map(({ point }) => point);
  const theirs = new Set(place.organisations ?? here.map(({ organisation }) => organisation));
  const excluded = batches.filter((one) => one.excluded.length > 0 && theirs.has(one.certificate.organisation));
  const list = [
    [cover.uncovered, `${whole(cover.uncovered)} bought are covered by nothing`],
    [cover.covered.contracted, `${whole(cover.covered.contracted)} are promised, and neither issued nor confirmed`],
    [cover.covered.allocated, `${whole(cover.covered.allocated)} are covered by certificates that are not retired yet`],
    [cover.own.sold, `the certificates of ${whole(cover.own.sold)} of own use are sold`],
    [cover.own.unknown, `of ${whole(cover.own.unknown)} of own use nobody says what became of the certificates`],
  ] as const;
  return [
    // Less than one kWh is the rounding of shares.
    ...list.flatMap(([energy, says]) => (energy >= 0.5 ? [says] : [])),
    ...(silent.length > 0
      ? [`the register has no contract of supply for ${[...new Set(silent)].sort().join(', ')}`]
      : []),
    ...excluded.map(({ certificate, excluded: why }) => {
      const reasons = why.map((reason) => exclusionReasons[reason]).join('; ');
      return `batch ${certificate.id} does not count: ${reasons}`;
    }),
  ];
}
