import type { z } from 'zod';
import type { marketChainSchema } from '../api/contract/market-chain.ts';
import { number } from './number.ts';

type Market = z.output<typeof marketChainSchema>;
type Point = Market['points'][number];
type Batch = Market['certificates'][number];
type Rated = Point['uncovered'][number];
type Say = (text: string) => void;

/** What covers the electricity of a figure, a line each: contract, certificates, what the rest is given. */
export function sayMarket(say: Say, market: Market): void {
  const share = market.cover_share === null ? 'not known' : `${number(100 * market.cover_share)} %`;
  say(`covered with evidence: ${share} of the electricity bought`);
  for (const { period, matched_to, over } of market.periods) {
    say(`  disclosure period ${period}: matched up to ${matched_to}${over ? '' : ', and not over'}`);
  }
  if (market.residual_mix_unavailable) {
    say('  the register has no residual mix for what is not covered: the average of the grid stands in for it');
  }
  for (const point of market.points) sayPoint(say, point);
  for (const batch of market.certificates) sayBatch(say, batch);
  for (const own of market.own_generation) {
    const used = `${number(own.energy_kwh)} kWh used, ${emissions(own.emissions_kgco2e)}`;
    say(`own generation ${own.meter}: certificates ${own.certificates}, ${used}: ${own.says}`);
    for (const one of own.rated) if (one.tier !== 'own_generation') sayRated(say, one);
  }
}

function sayPoint(say: Say, point: Point): void {
  const { supply } = point;
  const bought = `${number(point.energy_kwh)} kWh of ${number(point.matched_use_kwh)} kWh in ${point.period}`;
  say(`supply point ${point.point}, ${point.organisation}: ${bought}, ${emissions(point.emissions_kgco2e)}`);
  if (supply === null) say('  no contract in the register');
  else {
    const until = supply.valid_to === null ? '' : ` to ${supply.valid_to}`;
    const claim = `${supply.claim_says} (${number(100 * supply.claim_share)} %)`;
    say(
      `  contract ${supply.id} with ${supply.supplier} from ${supply.valid_from}${until}: ${claim}; ${supply.source}`,
    );
  }
  for (const { by, of, state, counts, rule, energy_kwh } of point.covered) {
    const why = counts ? '' : ', not in the figure yet';
    say(`  ${number(energy_kwh)} kWh by ${by} ${of}, ${state} (${rule})${why}`);
  }
  for (const one of point.uncovered) sayRated(say, one);
}

function sayRated(say: Say, { says, energy_kwh, factor_kgco2e_per_kwh: factor, ...rated }: Rated): void {
  const of = rated.source === null ? '' : `, from ${rated.valid_from}, ${rated.standing}: ${rated.source}`;
  const rate = factor === null ? 'no factor is known' : `${factor} kgCO2e/kWh`;
  say(`  ${number(energy_kwh)} kWh at ${says}, ${rate}${of}: ${emissions(rated.emissions_kgco2e)}`);
}

function sayBatch(say: Say, batch: Batch): void {
  const made = `${batch.certificates_mwh} MWh of ${batch.station}, ${batch.technology ?? 'technology not stated'}`;
  say(`certificates ${batch.id}: ${made}, made in ${batch.output}, ${batch.state}, for ${batch.organisation}`);
  const retired = batch.retired_on === null ? '' : `retired on ${batch.retired_on} for ${batch.retired_for}: `;
  say(`  ${retired}${batch.evidence}`);
  if (batch.excluded.length > 0) say(`  does not count: ${batch.because.join('; ')}`);
  else {
    const year = `${number(batch.matched_kwh)} kWh in ${batch.period}, ${number(batch.surplus_kwh)} kWh left over`;
    say(`  covers ${number(batch.energy_kwh)} kWh of this figure; ${year}`);
  }
}

const emissions = (value: number | null): string => (value === null ? 'not known' : `${number(value)} kgCO2e`);
