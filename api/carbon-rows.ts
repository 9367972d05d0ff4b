import type { z } from 'zod';
import type { YearCover } from '../domain/certificates/cover.ts';
import type { DisclosurePeriod } from '../domain/certificates/disclosure-period.ts';
import {
  isMakingOfElectricity,
  type MarketFigure,
  marketFigure,
  marketTotals,
} from '../domain/certificates/market-figure.ts';
import { hasMarketSide } from '../domain/certificates/supply-points.ts';
import { scopesIn } from '../domain/carbon/boundaries.ts';
import type { Accounting } from '../domain/carbon/accounting.ts';
import { type ActivityEmissions, type CarbonFigure, carbonOf, sumKnown } from '../domain/carbon/carbon.ts';
import type { Activity, Factor, Scope } from '../domain/carbon/factors.ts';
import { modelledParts } from '../domain/carbon/modelled.ts';
import type { AnswerBucket } from '../domain/energy/buckets.ts';
import { distinctWarnings, weakestStanding } from '../domain/energy/figure.ts';
import { addParts, type EnergyPart } from '../domain/energy/site-energy.ts';
import type { Utility } from '../domain/estate/estate.ts';
import { placeOfPart, type PlaceOfParts, placesOf } from '../store/place-figures.ts';
import type { carbonRowSchema } from './contract/carbon.ts';
import { known, standing, when } from './outside.ts';
import type { PlacesAsked } from './place-figures.ts';

export type CarbonRow = z.output<typeof carbonRowSchema>;
type Split = 'none' | 'scope' | 'activity' | 'utility';

/** Some parts with their emissions; of what is modelled as well as of what is metered. */
interface Reckoned {
  readonly parts: readonly EnergyPart[];
  readonly figure: CarbonFigure;
}

/** What a row is of: all of a place, or a part of it. */
interface Slice {
  readonly utility: Utility | null;
  readonly scope: Scope | null;
  readonly activity: Activity | null;
}
const whole: Slice = { utility: null, scope: null, activity: null };

/**
 * The rows of an answer, bucket by bucket. Factors that were used are told to `note`. `covers`: what is covered in each
 * disclosure period that a bucket lies in.
 */
export function* carbonRows(
  figures: PlacesAsked & { readonly covers: ReadonlyMap<DisclosurePeriod, YearCover> },
  { by, split }: { readonly by: PlaceOfParts; readonly split: Split },
  accounting: Accounting,
  note: (factor: Factor) => void,
): Generator<CarbonRow> {
  const { estate, sites, boundaries } = figures;
  const places = placesOf(figures, by);
  for (const { bucket, parts } of figures.buckets) {
    const byPlace = Map.groupBy(parts, (part) => placeOfPart(part, by));
    const modelled = Map.groupBy(modelledParts(estate, sites, boundaries, accounting, bucket), (part) =>
      placeOfPart(part, by),
    );
    const reckon = (list: readonly EnergyPart[]): Reckoned => ({
      parts: list,
      figure: carbonOf(estate, list, { boundaries }, accounting),
    });
    const none = reckon([]);
    for (const place of places) {
      const all = byPlace.get(place.id) ?? [];
      const own = all.filter(({ source }) => source === 'purchased');
      const reckoned = marketFigure(estate, all, boundaries, figures.covers, accounting);
      // A register that says nothing of contracts is not reproached with what it lacks; the flag is there all the same.
      const market = hasMarketSide(estate) ? reckoned : { ...reckoned, warnings: [] };
      const apart = modelled.get(place.id) ?? [];
      for (const { slice, metered, beside } of slicesOf(split, own, apart, (list) =>
        list.length === 0 ? none : reckon(list),
      )) {
        for (const { factors } of metered.figure.byActivity) for (const factor of factors) note(factor);
        for (const { factors } of beside.figure.byActivity) for (const factor of factors) note(factor);
        yield rowOf(place, slice, bucket, metered, beside, market);
      }
    }
  }
}

interface Sliced {
  readonly slice: Slice;
  readonly metered: Reckoned;
  /** What is modelled. */
  readonly beside: Reckoned;
}

function* slicesOf(
  split: Split,
  own: readonly EnergyPart[],
  apart: readonly EnergyPart[],
  reckon: (list: readonly EnergyPart[]) => Reckoned,
): Generator<Sliced> {
  if (split === 'none' || split === 'scope') {
    const [metered, beside] = [reckon(own), reckon(apart)];
    if (split === 'none') yield { slice: whole, metered, beside };
    else for (const scope of scopesIn(metered.figure.boundary)) yield { slice: { ...whole, scope }, metered, beside };
    return;
  }
  const [byUtility, modelled] = [Map.groupBy(own, utilityOf), Map.groupBy(apart, utilityOf)];
  for (const utility of new Set([...byUtility.keys(), ...modelled.keys()])) {
    const metered = reckon(byUtility.get(utility) ?? []);
    const beside = reckon(modelled.get(utility) ?? []);
    const inside = new Map(
      [...metered.figure.byActivity, ...beside.figure.byActivity].map((one) => [one.activity, one]),
    );
    if (inside.size === 0) continue;
    if (split === 'utility') yield { slice: { ...whole, utility }, metered, beside };
    else {
      for (const { activity, scope } of inside.values()) yield { slice: { utility, scope, activity }, metered, beside };
    }
  }
}

const utilityOf = ({ utility }: EnergyPart): Utility => utility;

function rowOf(
  place: { readonly id: string; readonly name: string },
  slice: Slice,
  bucket: AnswerBucket,
  metered: Reckoned,
  beside: Reckoned,
  market: MarketFigure,
): CarbonRow {
  const { figure } = metered;
  const mine = ofSlice(figure, slice);
  const inScope = (scope: Scope): number | null => {
    const list = slice.scope === null || slice.scope === scope ? mine.filter((one) => one.scope === scope) : undefined;
    return figure.isKnown && list && scope in figure.byScope ? known(sumOf(list)) : null;
  };
  const factors = mine.flatMap((one) => one.factors);
  const modelled = beside.parts.length > 0;
  return {
    place: place.id,
    place_name: place.name,
    ...slice,
    ...when(bucket),
    ...(figure.isKnown ? amountsOf(slice, metered.parts, mine) : nothing),
    emissions_kgco2e: figure.isKnown ? known(sumOf(mine)) : null,
    scope_1_kgco2e: inScope(1),
    scope_2_kgco2e: inScope(2),
    scope_3_kgco2e: inScope(3),
    ...(figure.isKnown ? marketOf(slice, mine, market) : noMarket),
    factor_sets: [...new Set(factors.map(({ set }) => set))].sort(),
    factor_standing: weakestStanding(factors.map((one) => one.standing)) ?? null,
    modelled_energy_kwh: modelled && slice.scope === null ? addParts(beside.parts).energy : null,
    modelled_emissions_kgco2e: modelled ? known(sumOf(ofSlice(beside.figure, slice))) : null,
    modelled_data_quality: modelled ? 'RC' : null,
    ...standing({
      bucket,
      ...figure.measuredShare,
      missing: figure.isMissing,
      warnings: distinctWarnings([
        ...figure.warnings,
        ...(hasElectricity(slice, mine) ? market.warnings : []),
        ...(modelled ? beside.figure.warnings : []),
      ]),
    }),
  };
}

type MarketFields = Pick<
  CarbonRow,
  | 'emissions_market_kgco2e'
  | 'emissions_market_expected_kgco2e'
  | 'scope_2_market_kgco2e'
  | 'market_cover_share'
  | 'residual_mix_unavailable'
>;
const noMarket: MarketFields = {
  emissions_market_kgco2e: null,
  emissions_market_expected_kgco2e: null,
  scope_2_market_kgco2e: null,
  market_cover_share: null,
  residual_mix_unavailable: null,
};

/** Whether a row has in it what the market-based method reckons otherwise: the making of electricity. */
function hasElectricity({ utility, scope, activity }: Slice, emissions: readonly ActivityEmissions[]): boolean {
  const isAll = utility === null && activity === null && (scope === null || scope === 2);
  return isAll || emissions.some(isMakingOfElectricity);
}

function marketOf(slice: Slice, emissions: readonly ActivityEmissions[], market: MarketFigure): MarketFields {
  const electricity = hasElectricity(slice, emissions);
  const { evidenced, expected, scope2 } = marketTotals(emissions, market, electricity);
  return {
    emissions_market_kgco2e: known(evidenced),
    emissions_market_expected_kgco2e: known(expected),
    scope_2_market_kgco2e: slice.scope === null || slice.scope === 2 ? known(scope2) : null,
    market_cover_share: electricity ? known(market.coverShare) : null,
    residual_mix_unavailable: electricity ? market.residualMixUnavailable : null,
  };
}

function ofSlice({ byActivity }: CarbonFigure, { scope, activity }: Slice): readonly ActivityEmissions[] {
  return byActivity.filter(
    (one) => (scope === null || one.scope === scope) && (activity === null || one.activity === activity),
  );
}

function sumOf(list: readonly ActivityEmissions[]): number | undefined {
  return sumKnown(list.map(({ emissions }) => emissions));
}

type Amounts = Pick<CarbonRow, 'energy_kwh' | 'volume_m3'>;
const nothing: Amounts = { energy_kwh: null, volume_m3: null };

/** kWh and m³ of a row. Those of a scope are left out: the same kWh is behind several of its activities. */
function amountsOf(
  { scope, activity }: Slice,
  parts: readonly EnergyPart[],
  emissions: readonly ActivityEmissions[],
): Amounts {
  if (scope !== null && activity === null) return nothing;
  const inside = new Set(emissions.map(({ utility }) => utility));
  const amount = (water: boolean): number | null => {
    const list = emissions.filter(({ utility }) => (utility === 'water') === water);
    if (list.length === 0) return null;
    if (activity !== null) return known(list[0]?.amount);
    const total = addParts(parts.filter(({ utility }) => inside.has(utility) && (utility === 'water') === water));
    return known(water ? total.volume : total.energy);
  };
  return { energy_kwh: amount(false), volume_m3: amount(true) };
}
