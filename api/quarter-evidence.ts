import type { YearCover } from '../domain/certificates/cover.ts';
import { disclosurePeriodOf } from '../domain/certificates/disclosure-period.ts';
import { ownBehind } from '../domain/certificates/place-cover.ts';
import { ownUses } from '../domain/certificates/uses.ts';
import { isKnown, lacks } from '../domain/energy/flow.ts';
import { sitesReported } from '../domain/energy/reporters.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import { type Estate, isValidOn, listed, type Organisation } from '../domain/estate/estate.ts';
import type { Quarter } from '../domain/reports/quarter.ts';
import type { QuarterEvidence, ReturnReading } from '../domain/reports/quarterly.ts';
import { type EpochSeconds, lastDateOf } from '../domain/time.ts';
import { readEnergy } from '../store/energy.ts';
import { readSupplyYear } from '../store/supply-years.ts';
import type { ApiParts } from './parts.ts';

/** A quarter of an estate: what was used in it, and what covers the disclosure period up to its end. */
export interface QuarterRead {
  readonly estate: Estate;
  readonly quarter: Quarter;
  /** The end of the quarter, or now. */
  readonly until: EpochSeconds;
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
  readonly cover: YearCover;
}

/** Reads a quarter that has begun for some organisations. */
export async function readQuarter(
  parts: ApiParts,
  organisations: readonly Organisation[],
  quarter: Quarter,
  until: EpochSeconds,
): Promise<QuarterRead> {
  const estate = parts.estate();
  const sites = sitesReported(estate, organisations);
  const cuts = [quarter.from, until];
  const [energy, { cover }] = await Promise.all([
    readEnergy(parts, { estate, sites, cuts, halfHours: false, of: 'sites' }),
    readSupplyYear(parts, estate, disclosurePeriodOf(quarter.first), until, lastDateOf(parts.clock())),
  ]);
  const { boundaries } = energy;
  return { estate, quarter, until, parts: energy.within({ from: quarter.from, to: until }), boundaries, cover };
}

/** The parts of a quarter that an organisation reports. */
export function partsReported({ parts }: QuarterRead, organisation: string): EnergyPart[] {
  return parts.filter(({ reporter }) => reporter === organisation);
}

/** What stands behind the answer of an organisation in one reading. */
export function evidenceOf(read: QuarterRead, organisation: string, reading: ReturnReading): QuarterEvidence {
  const { estate, boundaries, cover } = read;
  const own = partsReported(read, organisation);
  const bought = own.filter(({ source, utility }) => source === 'purchased' && utility === 'electricity');
  const others = own.filter(({ source, utility }) => source === 'purchased' && utility !== 'electricity');
  const { used: made } = ownBehind(ownUses(own, boundaries), listed(estate, 'own_generation'));
  const unknown =
    made.unknown > 0 ? [`of ${kWh(made.unknown)} of own use nobody says what became of the certificates`] : [];
  return {
    bought: addParts(bought).energy,
    own: made.kept + made.sold + made.not_issued + made.unknown,
    ownSold: made.sold,
    cover: sharesOf(cover, organisation),
    others: [...Map.groupBy(others, ({ utility }) => utility)].map(([utility, list]) => ({
      utility,
      energy: addParts(list).energy,
    })),
    unknown: [...notKnown(read, organisation, own, reading), ...unknown],
  };
}

/** Of each kWh that an organisation bought in the disclosure period to date, the shares that are covered. */
function sharesOf({ points }: YearCover, organisation: string): QuarterEvidence['cover'] {
  const own = points.filter((point) => point.organisation === organisation);
  const use = own.reduce((sum, point) => sum + point.use, 0);
  const shares = { retired: 0, allocated: 0, contracted: 0 };
  if (use <= 0) return shares;
  for (const { state, energy } of own.flatMap(({ parts }) => parts)) shares[state] += energy / use;
  return shares;
}

/** Why something of a reading is not known, a sentence for each site and utility. */
function notKnown(
  { estate, quarter, until }: QuarterRead,
  organisation: string,
  parts: readonly EnergyPart[],
  reading: ReturnReading,
): string[] {
  const asked = parts.filter(
    ({ utility }) => utility === 'electricity' || (reading === 'energy' && utility !== 'water'),
  );
  const silent = [...Map.groupBy(asked, ({ site, utility }) => `${utility} at ${site}`)].flatMap(([where, list]) => {
    const total = addParts(list);
    if (!isKnown(total)) return [`${where}: nothing is known`];
    const share = Math.floor((100 * total.knownHalfHours) / total.halfHours);
    return lacks(total, false) ? [`${where}: ${share} % of the time is known`] : [];
  });
  const bare = [...estate.sites.values()].filter(
    (site) =>
      site.organisation === organisation &&
      isValidOn(site, quarter.first) &&
      !parts.some((part) => part.site === site.id && part.utility === 'electricity'),
  );
  return [
    ...(until < quarter.to ? ['the quarter is not over'] : []),
    ...silent,
    ...bare.map(({ id }) => `electricity at ${id}: no meter is counted for the organisation`),
  ];
}

function kWh(energy: number): string {
  return `${Math.round(energy).toLocaleString('en-GB')} kWh`;
}
