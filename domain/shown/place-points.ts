import type { Accounting } from '../carbon/accounting.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { type CarbonFigure, carbonOf } from '../carbon/carbon.ts';
import type { YearCover } from '../certificates/cover.ts';
import type { DisclosurePeriod } from '../certificates/disclosure-period.ts';
import { isMakingOfElectricity, type MarketFigure, marketFigure, marketTotals } from '../certificates/market-figure.ts';
import type { AnswerBucket } from '../energy/buckets.ts';
import { lacks } from '../energy/flow.ts';
import type { IntensityFigure } from '../energy/place-intensity.ts';
import { addParts, type EnergyPart, type Source } from '../energy/site-energy.ts';
import { type Estate, type Utility, utilities } from '../estate/estate.ts';
import type { ShownPoint } from '../series.ts';
import type { EpochSeconds } from '../time.ts';
import { amount, share } from './known-fields.ts';

/** The figures of places as points of the series that dashboards read. */

/** What figures are published for: a month, and the twelve months that end with one. */
export const shownSpans = ['month', 'rolling_year'] as const;
export type ShownSpan = (typeof shownSpans)[number];

/** The time of a point: a month's is its beginning, as of all buckets; twelve months stand where they end. */
export function timeOf(span: ShownSpan, bucket: AnswerBucket): EpochSeconds {
  return span === 'month' ? bucket.from : bucket.to;
}

/** A fuel of which a place has a row. */
export interface Fuel {
  readonly utility: Utility;
  readonly source: Source;
}

type Fields<S extends ShownPoint['series']> = Extract<ShownPoint, { series: S }>['fields'];

/**
 * The points of one place: its sum, and a row for each fuel and for water. `once`: fuels it had a row of at any time;
 * those it has no longer are said to be not known, or their old numbers would stay.
 */
export function intensityPoints(
  span: ShownSpan,
  bucket: AnswerBucket,
  figure: IntensityFigure,
  once: readonly Fuel[],
): ShownPoint[] {
  const { kind, id } = figure.place;
  const at = timeOf(span, bucket);
  const tags = { kind, place: id };
  const { water } = figure;
  const fuels = new Map<string, Fuel & Partial<Amounts>>(
    [
      ...once,
      ...figure.byFuel,
      ...(water ? [{ ...water, intensity: undefined, water, utility: 'water', source: 'purchased' } as const] : []),
    ].map((fuel) => [`${fuel.utility} ${fuel.source}`, fuel]),
  );
  return [
    { series: `${span}_intensity`, tags, fields: intensityFields(figure, bucket, wholeOf(figure)), at },
    ...fuels.values().map((fuel): ShownPoint => {
      const { utility, source } = fuel;
      const fields = intensityFields(figure, bucket, fuel);
      return { series: `${span}_fuel`, tags: { ...tags, utility, source }, fields, at };
    }),
  ];
}

/** What a place used of everything, or of one fuel. */
interface Amounts
  extends Pick<IntensityFigure, 'energy' | 'measuredShare' | 'total' | 'meteredShare'>,
    Pick<IntensityFigure, 'perOccupiedArea' | 'perHeatedVolume' | 'water'> {
  readonly intensity: number | undefined;
}

function wholeOf(figure: IntensityFigure): Amounts {
  const { energy, value: intensity, measuredShare, total, meteredShare, perOccupiedArea, perHeatedVolume } = figure;
  return { energy, intensity, measuredShare, total, meteredShare, perOccupiedArea, perHeatedVolume, water: undefined };
}

function intensityFields(
  { area, occupiedArea, heatedVolume }: IntensityFigure,
  bucket: AnswerBucket,
  of: Partial<Amounts>,
): Fields<'month_intensity'> {
  const { water, total } = of;
  // A fuel that is no longer there has no flow, and its place nothing to say of itself in that row.
  const here = <T>(value: T): T | undefined => (total === undefined ? undefined : value);
  const known = water ? water.volume !== undefined : of.energy !== undefined;
  return {
    ...amount('energy', 'kwh', of.energy),
    gross_internal_area_m2: here(area.area) ?? 0,
    area_known: Number(here(area.area) !== undefined),
    ...amount('intensity', 'kwh_per_m2', of.intensity),
    occupied_area_m2: here(occupiedArea) ?? 0,
    occupied_area_known: Number(here(occupiedArea) !== undefined),
    intensity_kwh_per_occupied_m2: of.perOccupiedArea ?? 0,
    intensity_per_occupied_known: Number(of.perOccupiedArea !== undefined),
    ...amount('heated_volume', 'm3', here(heatedVolume)),
    ...amount('delivered', 'gj_per_100m3', of.perHeatedVolume),
    ...amount('water', 'm3', water?.volume),
    water_m3_per_m2: water?.intensity ?? 0,
    water_per_area_known: Number(water?.intensity !== undefined),
    ...share('metered_area', of.meteredShare),
    ...standing(bucket, known, total === undefined || lacks(total, water !== undefined), of.measuredShare?.byAmount),
  };
}

function standing(bucket: AnswerBucket, isKnown: boolean, isMissing: boolean, measuredShare: number | undefined) {
  const whole = bucket.because.length === 0 && isKnown && !isMissing;
  return { ...share('measured', measuredShare), complete: Number(whole) };
}

/** A place with the parts of its energy. */
export interface CarbonPlace {
  readonly kind: 'site' | 'organisation' | 'estate';
  readonly id: string;
  readonly parts: readonly EnergyPart[];
  /** What is modelled of sites without a meter. */
  readonly modelled: readonly EnergyPart[];
}

/** The emissions of one place: their sum, and a row for each utility that it bought at any time. */
export function carbonPoints(
  estate: Estate,
  place: CarbonPlace,
  { span, bucket, boundaries, accounting, covers, once }: CarbonSpan,
): ShownPoint[] {
  const at = timeOf(span, bucket);
  const tags = { kind: place.kind, place: place.id };
  const isInside = ({ utility, source }: Fuel): boolean =>
    source === 'purchased' && activitiesIn(accounting.boundary, utility).length > 0;
  const market = marketFigure(estate, place.parts, boundaries, covers, accounting);
  const row = (utility?: Utility): Fields<'month_carbon'> => {
    const of = (list: readonly EnergyPart[]): EnergyPart[] =>
      list.filter((part) => isInside(part) && (utility === undefined || part.utility === utility));
    const [bought, modelled] = [of(place.parts), of(place.modelled)];
    const figure = carbonOf(estate, bought, { boundaries }, accounting);
    const beside = modelled.length === 0 ? undefined : carbonOf(estate, modelled, { boundaries }, accounting);
    return { ...carbonFields(figure, beside, bucket, bought), ...marketFields(figure, market, utility) };
  };
  const ever = [...place.parts, ...place.modelled, ...once].filter(isInside);
  const rows = utilities.filter((utility) => ever.some((one) => one.utility === utility));
  return [
    { series: `${span}_carbon`, tags, fields: row(), at },
    ...rows.map((utility): ShownPoint => {
      return { series: `${span}_carbon_fuel`, tags: { ...tags, utility }, fields: row(utility), at };
    }),
  ];
}

interface CarbonSpan {
  readonly span: ShownSpan;
  readonly bucket: AnswerBucket;
  /** Between which the buckets of the parts lie. */
  readonly boundaries: readonly EpochSeconds[];
  readonly accounting: Accounting;
  /** Of every disclosure period that the bucket lies in. */
  readonly covers: ReadonlyMap<DisclosurePeriod, YearCover>;
  readonly once: readonly Fuel[];
}

function carbonFields(
  figure: CarbonFigure,
  modelled: CarbonFigure | undefined,
  bucket: AnswerBucket,
  bought: readonly EnergyPart[],
): Omit<Fields<'month_carbon'>, keyof ReturnType<typeof marketFields>> {
  const said = <T>(value: T): T | undefined => (figure.isKnown ? value : undefined);
  const [water, energy] = [bought.filter(isWater), bought.filter((part) => !isWater(part))];
  return {
    ...amount('energy', 'kwh', energy.length > 0 ? said(addParts(energy).energy) : undefined),
    ...amount('volume', 'm3', water.length > 0 ? said(addParts(water).volume) : undefined),
    ...amount('emissions_location', 'kgco2e', figure.value),
    ...amount('scope_1', 'kgco2e', said(figure.byScope[1])),
    ...amount('scope_2', 'kgco2e', said(figure.byScope[2])),
    ...amount('scope_3', 'kgco2e', said(figure.byScope[3])),
    ...amount('modelled_emissions', 'kgco2e', modelled?.value),
    ...standing(bucket, figure.isKnown, figure.isMissing, figure.measuredShare.byAmount),
  };
}

/** The market-based figure beside the location-based one: of the whole place, or of one utility. */
function marketFields({ byActivity, isKnown: said }: CarbonFigure, market: MarketFigure, utility: Utility | undefined) {
  const electricity = utility === undefined || byActivity.some(isMakingOfElectricity);
  const totals = said ? marketTotals(byActivity, market, electricity) : undefined;
  return {
    ...amount('emissions_market', 'kgco2e', totals?.evidenced),
    ...amount('emissions_market_expected', 'kgco2e', totals?.expected),
    ...amount('scope_2_market', 'kgco2e', totals?.scope2),
    ...share('market_cover', said && electricity ? market.coverShare : undefined),
    residual_mix_unavailable: Number(said && electricity && market.residualMixUnavailable),
  };
}

function isWater({ utility }: EnergyPart): boolean {
  return utility === 'water';
}
