import { disclosureYear } from '../certificates/disclosure-period.ts';
import { coverAmounts, type CoverPlace, whyNotCovered } from '../certificates/place-cover.ts';
import { coverOfPlace, type YearOfEstate } from '../certificates/year-of-place.ts';
import { lacks, measuredShareOf } from '../energy/flow.ts';
import type { Estate } from '../estate/estate.ts';
import type { ShownPoint } from '../series.ts';
import { amount, share } from './known-fields.ts';

/** The cover of every place in a disclosure period to date. An organisation has what it reports. */
export function coverPoints(estate: Estate, year: YearOfEstate): ShownPoint[] {
  const of = (kind: string, place: string, part: CoverPlace): ShownPoint => {
    const at = disclosureYear(year.cover.period).from;
    return { series: 'disclosure_year_cover', tags: { kind, place }, fields: fieldsOf(estate, year, part), at };
  };
  return [
    ...[...estate.sites.keys()].sort().map((id) => of('site', id, { sites: new Set([id]) })),
    ...[...estate.organisations.keys()].sort().map((id) => of('organisation', id, { organisations: new Set([id]) })),
    of('estate', 'estate', {}),
  ];
}

function fieldsOf(estate: Estate, year: YearOfEstate, place: CoverPlace) {
  const { cover, flow, market, isKnown, location, exportReduction } = coverOfPlace(estate, year, place);
  const all = coverAmounts(cover);
  // Nothing known is not the same as nothing used.
  const said = <T>(value: T): T | undefined => (isKnown ? value : undefined);
  const energy = (value: number): number => said(value) ?? 0;
  const isOver = year.cover.until >= disclosureYear(year.cover.period).to;
  return {
    use_kwh: energy(all.use),
    bought_kwh: energy(all.bought),
    own_kept_kwh: energy(all.ownKept),
    own_sold_kwh: energy(all.ownSold),
    own_unknown_kwh: energy(all.ownUnknown),
    exported_kwh: energy(all.exported),
    exported_sold_kwh: energy(all.exportedSold),
    covered_retired_kwh: energy(all.retired),
    covered_allocated_kwh: energy(all.allocated),
    covered_contracted_kwh: energy(all.contracted),
    uncovered_kwh: energy(all.uncovered),
    energy_known: Number(isKnown),
    ...amount('surplus', 'kwh', cover.surplus),
    ...share('cover', said(all.coverShare)),
    ...share('renewable', said(cover.renewableShare)),
    ...share('renewable_expected', said(cover.renewableShareExpected)),
    ...amount('emissions_market', 'kgco2e', said(market.evidenced.emissions)),
    ...amount('emissions_market_expected', 'kgco2e', said(market.expected.emissions)),
    ...amount('emissions_location', 'kgco2e', said(location)),
    residual_mix_unavailable: Number(market.residualMixUnavailable),
    ...amount('export_reduction', 'kgco2e', said(exportReduction)),
    ...share('measured', measuredShareOf(flow).byAmount),
    because: whyNotCovered(year.cover, cover, place).join('; '),
    complete: Number(isOver && isKnown && !lacks(flow, false)),
  };
}
