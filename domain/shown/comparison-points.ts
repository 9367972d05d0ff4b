import type { AnswerBucket } from '../energy/buckets.ts';
import { benchmarksOf, quarterOfSite, quartilesByType, type SiteYears, twoKindsOf } from '../energy/comparisons.ts';
import { measuredShareOf } from '../energy/flow.ts';
import { type CorrectedYears, compareGroup } from '../energy/group-comparison.ts';
import type { Estate, Utility } from '../estate/estate.ts';
import type { ShownPoint } from '../series.ts';
import type { BucketUse } from '../weather/points.ts';
import { saySignature, type Signature } from '../weather/signature.ts';
import { amount, counted, share } from './known-fields.ts';

/** Twelve months of sites against others, as points of the series that dashboards read. */

type Fields = Extract<ShownPoint, { series: 'rolling_year_comparison' }>['fields'];

/** The points of every site, of the sites of every organisation, and of all of them. */
export function comparisonPoints(
  estate: Estate,
  bucket: AnswerBucket,
  all: readonly SiteYears[],
  corrected: CorrectedYears,
): ShownPoint[] {
  const byType = quartilesByType(all);
  const point = (kind: string, place: string, list: readonly SiteYears[], only?: SiteYears): ShownPoint => {
    const fields = { ...groupFields(bucket, list, corrected), ...siteFields(only, byType) };
    return { series: 'rolling_year_comparison', tags: { kind, place }, fields, at: bucket.to };
  };
  const ofOrganisation = Map.groupBy(all, ({ site }) => site.organisation);
  return [
    ...all.map((one) => point('site', one.site.id, [one], one)),
    ...[...estate.organisations.keys()].map((id) => point('organisation', id, ofOrganisation.get(id) ?? [])),
    point('estate', 'estate', all),
  ];
}

type SiteFields = ReturnType<typeof siteFields>;

function groupFields(
  bucket: AnswerBucket,
  list: readonly SiteYears[],
  years: CorrectedYears,
): Omit<Fields, keyof SiteFields> {
  const { now, same, corrected } = compareGroup(list, years);
  return {
    ...amount('intensity', 'kwh_per_m2', now.intensity),
    sites: same.sites,
    compared_sites: same.compared.length,
    ...amount('compared', 'kwh_per_m2', same.now),
    ...amount('last_year', 'kwh_per_m2', same.before),
    ...amount('change', 'share', same.change),
    ...amount('corrected', 'kwh_per_m2', corrected.now),
    ...amount('last_year_corrected', 'kwh_per_m2', corrected.before),
    ...amount('corrected_change', 'share', corrected.change),
    weather_notes: corrected.notes.join('; '),
    ...share('measured', measuredShareOf(now.flow).byAmount),
    complete: Number(bucket.because.length === 0 && !now.missing),
  };
}

/** What is said of a site and of no group. */
function siteFields(one: SiteYears | undefined, byType: ReturnType<typeof quartilesByType>) {
  const quartiles = one && byType.get(one.site.type);
  const kinds = one && twoKindsOf(one.now);
  const { tm46, enco2de, gap, ratio } = one ? benchmarksOf(one) : noBenchmarks;
  return {
    site_type: one?.site.type ?? '',
    peers: quartiles?.count ?? 0,
    lower_quartile_kwh_per_m2: quartiles?.lower ?? 0,
    median_kwh_per_m2: quartiles?.median ?? 0,
    upper_quartile_kwh_per_m2: quartiles?.upper ?? 0,
    quartiles_known: Number(quartiles?.median !== undefined),
    ...counted('quarter', one && quarterOfSite(one, byType)),
    ...counted('tm46_ratio', ratio),
    tm46_electricity_kwh_per_m2: tm46?.values.electricity ?? 0,
    tm46_fossil_thermal_kwh_per_m2: tm46?.values.fossil_thermal ?? 0,
    tm46_known: Number(tm46 !== undefined),
    tm46_category: tm46?.id ?? '',
    tm46_standing: tm46?.standing ?? '',
    ...amount('electricity', 'kwh_per_m2', kinds?.electricity),
    ...amount('fossil_thermal', 'kwh_per_m2', kinds?.fossilThermal),
    enco2de_new_gj_per_100m3: enco2de?.values.new ?? 0,
    enco2de_existing_gj_per_100m3: enco2de?.values.existing ?? 0,
    enco2de_known: Number(enco2de !== undefined),
    enco2de_category: enco2de?.id ?? '',
    enco2de_standing: enco2de?.standing ?? '',
    ...amount('delivered', 'gj_per_100m3', one?.now.perHeatedVolume),
    benchmark_gap: gap ?? '',
  };
}

const noBenchmarks: Partial<ReturnType<typeof benchmarksOf>> = {};

/** What heats a site of one utility, and how it follows the weather. */
export interface Fitted {
  readonly utility: Utility;
  readonly use: readonly BucketUse[];
  readonly signature: Signature;
  readonly measuredShare: { readonly byAmount: number | undefined };
}

/**
 * The signatures of a site. `once`: utilities it may have had one of; those it has none of are said to be not known, or
 * their old numbers would stay.
 */
export function signaturePoints(
  site: string,
  bucket: AnswerBucket,
  fits: readonly Fitted[],
  once: readonly Utility[],
): ShownPoint[] {
  const point = (utility: Utility, fit?: Fitted): ShownPoint => ({
    series: 'rolling_year_signature',
    tags: { kind: 'site', place: site, utility },
    fields: signatureFieldsOf(bucket, fit),
    at: bucket.to,
  });
  const gone = once.filter((utility) => fits.every((fit) => fit.utility !== utility));
  return [...fits.map((fit) => point(fit.utility, fit)), ...gone.map((utility) => point(utility))];
}

function signatureFieldsOf(bucket: AnswerBucket, fit: Fitted | undefined) {
  const { signature, use = [] } = fit ?? {};
  const isHeating = signature?.relation === 'heating';
  // A line that is refused is not told; what speaks against it is.
  const line = isHeating ? signature.line : undefined;
  const whole = fit !== undefined && bucket.because.length === 0 && !use.some(({ missing }) => missing);
  return {
    follows_weather: Number(isHeating),
    point_count: signature?.points.length ?? 0,
    points_asked: use.length,
    base_degc: signature?.base ?? 0,
    ...amount('baseload', 'kwh_per_day', line?.baseload),
    baseload_error_kwh_per_day: line?.baseloadError ?? 0,
    ...amount('slope', 'kwh_per_degree_day', line?.slope),
    slope_error_kwh_per_degree_day: line?.slopeError ?? 0,
    ...counted('r_squared', signature?.line?.rSquared),
    ...counted('cv_rmse', line?.cvRmse),
    ...amount('mean', 'kwh_per_day', signature?.meanPerDay),
    ...share('measured', fit?.measuredShare.byAmount),
    says: signature ? saySignature(signature) : '',
    complete: Number(whole),
  };
}
