import { accountingOf } from '../carbon/accounting.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { type CarbonFigure, carbonOf } from '../carbon/carbon.ts';
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
}

/** The emissions of one place: their sum, and a row for each fuel that it bought at any time. */
export function carbonPoints(
  estate: Estate,
  { kind, id, parts }: CarbonPlace,
  { span, bucket, boundaries, once }: CarbonSpan,
): ShownPoint[] {
  const at = timeOf(span, bucket);
  const tags = { kind, place: id };
  const accounting = accountingOf(estate);
  const isInside = (utility: Utility): boolean => activitiesIn(accounting.boundary, utility).length > 0;
  const bought = parts.filter((part) => part.source === 'purchased' && isInside(part.utility));
  const row = (list: readonly EnergyPart[]) => carbonFields(carbonOf(estate, list, { boundaries }, accounting), bucket);
  const byUtility = Map.groupBy(bought, (part) => part.utility);
  const rows = utilities.filter(
    (utility) => byUtility.has(utility) || once.some((fuel) => fuel.utility === utility && fuel.source === 'purchased'),
  );
  return [
    { series: `${span}_carbon`, tags, fields: row(bought), at },
    ...rows.map((utility): ShownPoint => {
      const fields = row(byUtility.get(utility) ?? []);
      return { series: `${span}_carbon_fuel`, tags: { ...tags, utility }, fields, at };
    }),
  ];
}

interface CarbonSpan {
  readonly span: ShownSpan;
  readonly bucket: AnswerBucket;
  /** Between which the buckets of the parts lie. */
  readonly boundaries: readonly EpochSeconds[];
  readonly once: readonly Fuel[];
}

function carbonFields(figure: CarbonFigure, bucket: AnswerBucket): Fields<'month_carbon'> {
  const said = <T>(value: T): T | undefined => (figure.isKnown ? value : undefined);
  return {
    ...amount('energy', 'kwh', figure.energy),
    ...amount('emissions_location', 'kgco2e', figure.value),
    ...amount('scope_1', 'kgco2e', said(figure.byScope[1])),
    ...amount('scope_2', 'kgco2e', said(figure.byScope[2])),
    ...standing(bucket, figure.isKnown, figure.isMissing, figure.measuredShare.byAmount),
  };
}
