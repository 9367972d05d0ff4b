import { judgeCertificate, numbersClaimedTwice } from '../certificates/criteria.ts';
import type { Certificate, Supply } from '../certificates/register.ts';
import type { Estate } from '../estate/estate.ts';
import { listed } from '../estate/estate.ts';
import { validityOf } from '../half-hours/meter-conversion.ts';
import { type EpochSeconds, halfHourSeconds, type LocalDate, type Period } from '../time.ts';
import type { ClaimedGeneration } from './match.ts';
import { type GenerationProfile, outputPeriod, shapeWeights, spreadOver } from './profiles.ts';

/** Which generation from elsewhere the register claims, and how its half-hours come about. */

/** Certificates that count: those retired for us, as in the market-based figure, or those set aside for us as well. */
export type CertificatesCounted = 'retired' | 'allocated';

/** A claim and where its half-hours come from; the energy is read or spread afterwards. */
export interface Claim {
  readonly source: ClaimedGeneration['source'];
  readonly of: string;
  readonly profile: GenerationProfile;
  /** Certificates: kWh spread over this period. Contracts: nothing, their series says the kWh. */
  readonly amount: number | undefined;
  /** When the claim holds, within the whole it is spread over. */
  readonly over: Period;
  readonly organisation: string | undefined;
  /** Sites whose use it is for; undefined is every site of the organisation. */
  readonly sites: ReadonlySet<string> | undefined;
}

/** Why a claim of the register is not matched by half-hour. */
export interface Unmatched {
  readonly of: string;
  readonly organisation: string;
  readonly because: 'no profile' | 'its supply is matched by its own plant' | 'not retired' | 'excluded';
}

export interface Claims {
  readonly claims: readonly Claim[];
  readonly unmatched: readonly Unmatched[];
}

/** The claims that reach into a period. */
export function claimsIn(estate: Estate, period: Period, counted: CertificatesCounted, knownOn: LocalDate): Claims {
  const profiles = listed(estate, 'generation_profiles');
  const supplies = new Map(listed(estate, 'supplies').map((supply) => [supply.id, supply]));
  const byPlant = new Set(profiles.flatMap(({ supply }) => supply ?? []));
  const claims: Claim[] = [];
  const unmatched: Unmatched[] = [];
  for (const profile of profiles) {
    const supply = supplies.get(profile.supply ?? '');
    if (!supply) continue;
    const over = validityOf(supply);
    if (!meets(over, period)) continue;
    const sites = sitesOf(estate, supply);
    claims.push({
      source: 'contract',
      of: supply.id,
      profile,
      amount: undefined,
      over,
      organisation: undefined,
      sites,
    });
  }
  const certificates = listed(estate, 'certificates');
  const twice = numbersClaimedTwice([...certificates]);
  for (const certificate of certificates) {
    const over = outputPeriod(certificate);
    if (!over || !meets(over, period)) continue;
    const reason = barOf(certificate, { counted, byPlant, twice, knownOn });
    const profile = profiles.find(({ technologies }) => technologies?.some((one) => one === certificate.technology));
    if (reason !== undefined || !profile) {
      const { id: of, organisation } = certificate;
      unmatched.push({ of, organisation, because: reason ?? 'no profile' });
      continue;
    }
    const supply = supplies.get(certificate.supply ?? '');
    claims.push({
      source: 'certificates',
      of: certificate.id,
      profile,
      amount: certificate.mwh * 1000,
      over,
      organisation: certificate.organisation,
      sites: supply && sitesOf(estate, supply),
    });
  }
  return { claims, unmatched };
}

function barOf(
  certificate: Certificate,
  given: {
    readonly counted: CertificatesCounted;
    readonly byPlant: ReadonlySet<string>;
    readonly twice: ReadonlySet<string>;
    readonly knownOn: LocalDate;
  },
): Unmatched['because'] | undefined {
  if (given.byPlant.has(certificate.supply ?? '')) return 'its supply is matched by its own plant';
  if (judgeCertificate(certificate, given.twice, given.knownOn).some(({ reason }) => reason)) return 'excluded';
  if (certificate.retired) return undefined;
  const isSetAside = certificate.state === 'allocated' || certificate.allocations.length > 0;
  return given.counted === 'allocated' && isSetAside ? undefined : 'not retired';
}

function meets(a: Period, b: Period): boolean {
  return a.from < b.to && b.from < a.to;
}

/** Sites of the meter points of a supply. */
function sitesOf(estate: Estate, { meters = [], mpans = [] }: Supply): ReadonlySet<string> {
  const bare = (mpan: string): string => mpan.replaceAll(' ', '').slice(-13);
  const wanted = new Set(mpans.map(bare));
  const sites = new Set<string>();
  for (const meter of estate.meters.values()) {
    const isPoint = meters.includes(meter.id) || (meter.mpan !== undefined && wanted.has(bare(meter.mpan)));
    if (isPoint) sites.add(meter.site);
  }
  return sites;
}

/**
 * The kWh of a claim in `count` half-hours from an instant on. `series` gives the values of the claim's series in the
 * half-hours of a period; NaN is not known.
 */
export async function claimedEnergy(
  { profile, amount, over }: Claim,
  from: EpochSeconds,
  count: number,
  series: (id: string, period: Period) => Promise<Float64Array>,
): Promise<Float64Array> {
  const asked = { from, to: from + count * halfHourSeconds };
  const energy = new Float64Array(count);
  const whole = amount === undefined ? asked : over;
  const weights =
    profile.series === undefined
      ? shapeWeights(profile.shape ?? 'flat', whole)
      : (await series(profile.series, whole)).map((value) => value * profile.share);
  const spread = amount === undefined ? weights : (spreadOver(amount, weights) ?? weights.fill(Number.NaN));
  for (let i = 0; i < count; i++) {
    const at = from + i * halfHourSeconds;
    if (at < over.from || at >= over.to) continue;
    energy[i] = spread[(at - whole.from) / halfHourSeconds] ?? Number.NaN;
  }
  return energy;
}
