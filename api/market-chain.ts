import type { z } from 'zod';
import { coverRule } from '../domain/certificates/cover.ts';
import { disclosureYear } from '../domain/certificates/disclosure-period.ts';
import { marketTiers } from '../domain/certificates/market-based.ts';
import type { BatchChain, OwnChain, PointChain, RatedEnergy } from '../domain/certificates/market-chain.ts';
import { ownConsequences } from '../domain/certificates/place-cover.ts';
import { claims } from '../domain/certificates/register.ts';
import { toIso } from '../domain/time.ts';
import type { MarketSide } from '../store/market-figure.ts';
import type { marketChainSchema } from './contract/market-chain.ts';
import { known, share } from './outside.ts';

type Answer = z.output<typeof marketChainSchema>;

/** The market side of a figure as it looks outside. */
export function marketChainAnswer(side: MarketSide): Answer {
  const { points, own, batches } = side.chain();
  return {
    periods: [...side.covers].map(([period, { until }]) => {
      return { period, matched_to: toIso(until), over: until >= disclosureYear(period).to };
    }),
    rule: coverRule,
    cover_share: share(side.coverShare),
    residual_mix_unavailable: side.residualMixUnavailable,
    points: points.map(pointAnswer),
    certificates: batches.map(batchAnswer),
    own_generation: own.map(ownAnswer),
  };
}

function pointAnswer({ supply, ...chain }: PointChain): Answer['points'][number] {
  const { period, point, site, organisation, energy, matchedUse, covered, uncovered, emissions } = chain;
  return {
    period,
    point,
    site,
    organisation,
    supply: supply
      ? {
          id: supply.id,
          supplier: supply.supplier,
          claim: supply.claim,
          claim_says: claims[supply.claim],
          claim_share: supply.claim_share,
          valid_from: supply.valid_from,
          valid_to: supply.valid_to ?? null,
          source: supply.source,
        }
      : null,
    energy_kwh: energy,
    matched_use_kwh: matchedUse,
    covered: covered.map((part) => ({
      by: part.by,
      of: part.of,
      state: part.state,
      counts: part.state === 'retired',
      rule: part.rule,
      energy_kwh: part.energy,
    })),
    uncovered: uncovered.map(ratedAnswer),
    emissions_kgco2e: known(emissions),
  };
}

function ratedAnswer({ tier, energy, factor, entry, emissions }: RatedEnergy) {
  return {
    tier,
    says: marketTiers[tier],
    energy_kwh: energy,
    factor_kgco2e_per_kwh: known(factor),
    standing: entry?.standing ?? null,
    valid_from: entry?.valid_from ?? null,
    valid_to: entry?.valid_to ?? null,
    source: entry?.source ?? null,
    emissions_kgco2e: known(emissions),
  };
}

function batchAnswer(chain: BatchChain): Answer['certificates'][number] {
  const { certificate, period, state, criteria, excluded, matched, surplus, energy } = chain;
  const { id, organisation, station, acquired, retired } = certificate;
  return {
    id,
    period,
    organisation,
    supply: certificate.supply ?? null,
    station,
    technology: certificate.technology ?? null,
    output: certificate.output_month ?? certificate.output_year ?? '',
    certificates_mwh: certificate.mwh,
    acquired,
    numbers: certificate.numbers ?? null,
    expires: certificate.expires ?? null,
    state,
    retired_for: retired?.for ?? null,
    retired_on: retired?.on ?? null,
    evidence: retired?.evidence ?? certificate.source,
    excluded: [...excluded],
    because: criteria.filter(({ result }) => result === 'failed').map(({ because }) => because),
    matched_kwh: matched,
    surplus_kwh: surplus,
    energy_kwh: energy,
  };
}

function ownAnswer(chain: OwnChain): Answer['own_generation'][number] {
  const { meter, site, organisation, certificates, energy, rated, emissions } = chain;
  return {
    meter,
    site,
    organisation,
    certificates,
    says: ownConsequences[certificates],
    energy_kwh: energy,
    rated: rated.map(ratedAnswer),
    emissions_kgco2e: known(emissions),
  };
}
