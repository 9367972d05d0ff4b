import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../domain/energy/buckets.ts';
import {
  benchmarksOf,
  quarterOfSite,
  quartilesByType,
  type SiteYears,
  twoKindsOf,
} from '../domain/energy/comparisons.ts';
import { measuredShareOf } from '../domain/energy/flow.ts';
import { compareGroup } from '../domain/energy/group-comparison.ts';
import { dateOf, startOfDay, toIso } from '../domain/time.ts';
import { readYearsOfSites, type YearsOfSites } from '../store/site-years.ts';
import { type comparisonRowSchema, type comparisonsQuerySchema, ofSiteShape } from './contract/comparisons.ts';
import { known, standing, when } from './outside.ts';
import type { ApiParts } from './parts.ts';
import { sitesOf, type View } from './view.ts';

type Query = z.output<typeof comparisonsQuerySchema>;
type Row = z.output<typeof comparisonRowSchema>;

/** What was compared, and what was asked for among it. */
export interface Comparison extends YearsOfSites {
  readonly bucket: AnswerBucket;
  readonly asked: ReadonlySet<string>;
}

/** Reads a comparison; undefined where no day of the period is over. Throws as `answerBuckets` does. */
export async function readComparison(parts: ApiParts, view: View, query: Query): Promise<Comparison | undefined> {
  const now = parts.clock();
  const [whole] = answerBuckets(query, 'whole', now);
  // Last year is cut at the same day, so the day that is not over is left out of both.
  const to = whole && startOfDay(dateOf(whole.to));
  if (!whole || to === undefined || to <= whole.from) return undefined;
  const bucket = { ...whole, to };
  const { type } = query;
  const asked = new Set(
    sitesOf(view, query).flatMap((site) => (type === undefined || type.includes(site.type) ? [site.id] : [])),
  );
  const types = new Set([...asked].map((id) => view.sites.get(id)?.type));
  // Every site that the caller may see: a quartile is of all of its type.
  const sites = [...view.sites.values()].filter((site) => types.has(site.type));
  const years = await readYearsOfSites(parts, { estate: parts.estate(), sites, corrected: asked, bucket, now });
  return { ...years, bucket, asked };
}

/** The rows of a comparison: of sites, of the sites of organisations, or of all of them. */
export function comparisonRows(comparison: Comparison, view: View, by: Query['by']): Row[] {
  const asked = comparison.all.filter(({ site }) => comparison.asked.has(site.id));
  if (by === 'site') {
    const quartiles = quartilesByType(comparison.all);
    return asked.map((one) => ({
      ...groupRow(comparison, { id: one.site.id, name: one.site.name }, [one]),
      ...siteColumns(one, quartiles),
    }));
  }
  if (by === 'estate') return [groupRow(comparison, { id: 'estate', name: view.name }, asked)];
  return [...Map.groupBy(asked, ({ site }) => site.organisation)].map(([id, list]) =>
    groupRow(comparison, { id, name: view.organisations.get(id)?.name ?? id }, list),
  );
}

type SiteColumns = z.output<z.ZodObject<typeof ofSiteShape>>;

/** What is said of a site and of no group. */
function siteColumns(one: SiteYears, byType: ReturnType<typeof quartilesByType>): SiteColumns {
  const quartiles = byType.get(one.site.type);
  const { electricity, fossilThermal } = twoKindsOf(one.now);
  const { tm46, enco2de, gap, ratio } = benchmarksOf(one);
  return {
    site_type: one.site.type,
    electricity_kwh_per_m2: known(electricity),
    fossil_thermal_kwh_per_m2: known(fossilThermal),
    delivered_gj_per_100m3: known(one.now.perHeatedVolume),
    peers: quartiles?.count ?? 0,
    lower_quartile_kwh_per_m2: known(quartiles?.lower),
    median_kwh_per_m2: known(quartiles?.median),
    upper_quartile_kwh_per_m2: known(quartiles?.upper),
    quarter: quarterOfSite(one, byType) ?? null,
    tm46_category: tm46?.id ?? null,
    tm46_electricity_kwh_per_m2: known(tm46?.values.electricity),
    tm46_fossil_thermal_kwh_per_m2: known(tm46?.values.fossil_thermal),
    tm46_ratio: known(ratio),
    tm46_standing: tm46?.standing ?? null,
    enco2de_category: enco2de?.id ?? null,
    enco2de_new_gj_per_100m3: known(enco2de?.values.new),
    enco2de_existing_gj_per_100m3: known(enco2de?.values.existing),
    enco2de_standing: enco2de?.standing ?? null,
    benchmark_gap: gap ?? null,
  };
}

const noSite = Object.fromEntries(Object.keys(ofSiteShape).map((column) => [column, null])) as SiteColumns;

function groupRow(
  { bucket, lastYear, corrected: years }: Comparison,
  place: { readonly id: string; readonly name: string },
  list: readonly SiteYears[],
): Row {
  const { now, before, same, corrected } = compareGroup(list, years);
  return {
    place: place.id,
    place_name: place.name,
    ...when(bucket),
    energy_kwh: known(now.energy),
    gross_internal_area_m2: known(now.area),
    intensity_kwh_per_m2: known(now.intensity),
    last_year_from: toIso(lastYear.from),
    last_year_to: toIso(lastYear.to),
    sites: same.sites,
    compared_sites: same.compared.length,
    compared_kwh_per_m2: known(same.now),
    last_year_kwh_per_m2: known(same.before),
    change_share: known(same.change),
    last_year_status: before.missing ? 'partial' : 'complete',
    corrected_kwh_per_m2: known(corrected.now),
    last_year_corrected_kwh_per_m2: known(corrected.before),
    corrected_change_share: known(corrected.change),
    weather_notes: [...corrected.notes],
    ...noSite,
    ...standing({
      bucket,
      ...measuredShareOf(now.flow),
      missing: now.missing,
      warnings: list.flatMap((one) => one.now.warnings),
    }),
  };
}
