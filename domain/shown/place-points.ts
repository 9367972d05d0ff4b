import type { Accounting } from '../carbon/accounting.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { type CarbonFigure, carbonOf } from '../carbon/carbon.ts';
import type { AnswerBucket } from '../energy/buckets.ts';
import { isKnown, lacks } from '../energy/flow.ts';
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
 * The points of one place: its sum, and a row for each fuel. `once`: fuels it had a row of at any time; those it has no
 * longer are said to be not known, or their old numbers would stay.
 */
export function intensityPoints(
  span: ShownSpan,
  bucket: AnswerBucket,
  figure: IntensityFigure,
  once: readonly Fuel[],
): ShownPoint[] {
  const { kind, id } = figure.place;
  const at = timeOf(span, bucket);
  const { area } = figure.area;
  const tags = { kind, place: id };
  const row = (one: Pick<IntensityFigure, 'energy' | 'measuredShare' | 'total'> & { intensity: number | undefined }) =>
    ({
      ...amount('energy', 'kwh', one.energy),
      gross_internal_area_m2: area ?? 0,
      area_known: Number(area !== undefined),
      ...amount('intensity', 'kwh_per_m2', one.intensity),
      ...standing(bucket, one.energy !== undefined, lacks(one.total, false), one.measuredShare.byAmount),
    }) satisfies Fields<'month_intensity'>;
  const fuels = figure.byFuel;
  const gone = once.filter(
    ({ utility, source }) => !fuels.some((one) => one.utility === utility && one.source === source),
  );
  const nothing = {
    energy: undefined,
    intensity: undefined,
    measuredShare: { byAmount: undefined, byTime: undefined },
  };
  return [
    { series: `${span}_intensity`, tags, fields: row({ ...figure, intensity: figure.value }), at },
    ...fuels.map((one): ShownPoint => {
      const { utility, source } = one;
      return { series: `${span}_fuel`, tags: { ...tags, utility, source }, fields: row(one), at };
    }),
    ...gone.map(({ utility, source }): ShownPoint => {
      const fields = row({ ...nothing, total: addParts([]) });
      return { series: `${span}_fuel`, tags: { ...tags, utility, source }, fields, at };
    }),
  ];
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
  { span, bucket, boundaries, accounting, once }: CarbonSpan,
): ShownPoint[] {
  const at = timeOf(span, bucket);
  const tags = { kind: place.kind, place: place.id };
  const isInside = ({ utility, source }: Fuel): boolean =>
    source === 'purchased' && activitiesIn(accounting.boundary, utility).length > 0;
  const row = (utility?: Utility): Fields<'month_carbon'> => {
    const of = (list: readonly EnergyPart[]): EnergyPart[] =>
      list.filter((part) => isInside(part) && (utility === undefined || part.utility === utility));
    const [bought, modelled] = [of(place.parts), of(place.modelled)];
    const figure = carbonOf(estate, bought, { boundaries }, accounting);
    const beside = modelled.length === 0 ? undefined : carbonOf(estate, modelled, { boundaries }, accounting);
    return carbonFields(figure, beside, bucket, bought);
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
  readonly once: readonly Fuel[];
}

function carbonFields(
  figure: CarbonFigure,
  modelled: CarbonFigure | undefined,
  bucket: AnswerBucket,
  bought: readonly EnergyPart[],
): Fields<'month_carbon'> {
  const total = addParts(bought);
  const said = <T>(value: T): T | undefined => (isKnown(total) ? value : undefined);
  const [water, energy] = [bought.filter(isWater), bought.filter((part) => !isWater(part))];
  return {
    ...amount('energy', 'kwh', energy.length > 0 ? said(addParts(energy).energy) : undefined),
    ...amount('volume', 'm3', water.length > 0 ? said(addParts(water).volume) : undefined),
    ...amount('emissions_location', 'kgco2e', figure.value),
    ...amount('scope_1', 'kgco2e', said(figure.byScope[1])),
    ...amount('scope_2', 'kgco2e', said(figure.byScope[2])),
    ...amount('scope_3', 'kgco2e', said(figure.byScope[3])),
    ...amount('modelled_emissions', 'kgco2e', modelled?.value),
    ...standing(
      bucket,
      isKnown(total),
      lacks(total, energy.length === 0 && water.length > 0),
      figure.measuredShare.byAmount,
    ),
  };
}

function isWater({ utility }: EnergyPart): boolean {
  return utility === 'water';
}
