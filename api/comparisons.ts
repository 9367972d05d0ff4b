import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../domain/energy/buckets.ts';
import {
  benchmarksOf,
  type LikeForLike,
  likeForLike,
  quarterOfSite,
  quartilesByType,
  type SiteYears,
  twoKindsOf,
  yearBefore,
} from '../domain/energy/comparisons.ts';
import { addTo, isKnown, lacks, measuredShareOf, Total } from '../domain/energy/flow.ts';
import { intensitiesOfParts } from '../domain/energy/intensity.ts';
import type { IntensityFigure } from '../domain/energy/place-intensity.ts';
import type { Site } from '../domain/estate/estate.ts';
import { dateOf, type Period, startOfDay, toIso } from '../domain/time.ts';
import type { CorrectedFigure } from '../domain/weather/corrected-figure.ts';
import { readPlaceFigures } from '../store/place-figures.ts';
import { readCorrected } from '../store/weather-corrected.ts';
import { type comparisonRowSchema, type comparisonsQuerySchema, ofSiteShape } from './contract/comparisons.ts';
import { known, standing, when } from './outside.ts';
import type { ApiParts } from './parts.ts';
import { sitesOf, type View } from './view.ts';

type Query = z.output<typeof comparisonsQuerySchema>;
type Row = z.output<typeof comparisonRowSchema>;

/** This year's and last year's figures of the sites that may be compared, and what was asked for among them. */
export interface Comparison {
  readonly bucket: AnswerBucket;
  readonly lastYear: Period;
  /** Every site that the caller may see: a quartile is of all of its type. */
  readonly all: readonly SiteYears[];
  readonly asked: ReadonlySet<string>;
  readonly corrected: Corrected;
}

interface Corrected {
  readonly now: ReadonlyMap<string, CorrectedFigure>;
  readonly before: ReadonlyMap<string, CorrectedFigure>;
}

/** Reads a comparison; undefined where no day of the period is over. Throws as `answerBuckets` does. */
export async function readComparison(parts: ApiParts, view: View, query: Query): Promise<Comparison | undefined> {
  const now = parts.clock();
  const [whole] = answerBuckets(query, 'whole', now);
  // Last year is cut at the same day, so the day that is not over is left out of both.
  const to = whole && startOfDay(dateOf(whole.to));
  if (!whole || to === undefined || to <= whole.from) return undefined;
  const bucket = { ...whole, to };
  const lastYear = yearBefore(bucket);
  const { type } = query;
  const asked = new Set(
    sitesOf(view, query).flatMap((site) => (type === undefined || type.includes(site.type) ? [site.id] : [])),
  );
  const types = new Set([...asked].map((id) => view.sites.get(id)?.type));
  const sites = [...view.sites.values()].filter((site) => types.has(site.type)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const [thisYear, before] = await figuresOf(parts, sites, [bucket, { ...lastYear, because: [] }]);
  const all = sites.flatMap((site): SiteYears[] => {
    const [own, older] = [thisYear.get(site.id), before.get(site.id)];
    return own && older ? [{ site, now: own, before: older }] : [];
  });
  const wanted = sites.filter(({ id }) => asked.has(id));
  const estate = parts.estate();
  const corrected = {
    now: await readCorrected(parts, { estate, sites: wanted, figures: thisYear, period: bucket, now }),
    before: await readCorrected(parts, { estate, sites: wanted, figures: before, period: lastYear, now }),
  };
  return { bucket, lastYear, all, asked, corrected };
}

type Figures = ReadonlyMap<string, IntensityFigure>;

async function figuresOf(
  parts: ApiParts,
  sites: readonly Site[],
  buckets: readonly [AnswerBucket, AnswerBucket],
): Promise<readonly [Figures, Figures]> {
  const estate = parts.estate();
  const ids = sites.map(({ id }) => id).sort();
  const places = await readPlaceFigures(parts, { estate, sites: ids, buckets, of: 'sites' });
  const [first, second] = [...places.buckets].map(({ bucket, parts: list }) => {
    const { sites: figures } = intensitiesOfParts({
      estate,
      sites: ids,
      period: bucket,
      parts: list,
      inBuildings: [],
    });
    return new Map(figures.map((figure) => [figure.place.id, figure]));
  });
  return [first ?? new Map(), second ?? new Map()];
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
  { bucket, lastYear, corrected }: Comparison,
  place: { readonly id: string; readonly name: string },
  list: readonly SiteYears[],
): Row {
  const now = totalOf(list.map((one) => one.now));
  const before = totalOf(list.map((one) => one.before));
  const same = likeForLike(list);
  return {
    place: place.id,
    place_name: place.name,
    ...when(bucket),
    energy_kwh: known(now.energy),
    gross_internal_area_m2: known(now.area),
    intensity_kwh_per_m2: now.energy !== undefined && now.area ? now.energy / now.area : null,
    last_year_from: toIso(lastYear.from),
    last_year_to: toIso(lastYear.to),
    sites: same.sites,
    compared_sites: same.compared.length,
    compared_kwh_per_m2: known(same.now),
    last_year_kwh_per_m2: known(same.before),
    change_share: known(same.change),
    last_year_status: before.missing ? 'partial' : 'complete',
    ...correctedColumns(same, corrected, list),
    ...noSite,
    ...standing({
      bucket,
      ...measuredShareOf(now.flow),
      missing: now.missing,
      warnings: list.flatMap((one) => one.now.warnings),
    }),
  };
}

/** The energy, the area and the flow of some sites together. */
function totalOf(figures: readonly IntensityFigure[]) {
  const flow = new Total();
  for (const figure of figures) addTo(flow, figure.total);
  const areas = figures.map(({ area }) => area.area);
  return {
    flow,
    energy: isKnown(flow) ? flow.energy : undefined,
    area: areas.includes(undefined) ? undefined : areas.reduce<number>((sum, one) => sum + (one ?? 0), 0),
    missing:
      figures.length === 0 || figures.some((figure) => figure.energy === undefined || lacks(figure.total, false)),
  };
}

/** Both years in the weather of the standard year, over the sites that are compared. */
function correctedColumns({ compared }: LikeForLike, { now, before }: Corrected, list: readonly SiteYears[]) {
  const perArea = (years: Corrected['now'], of: 'now' | 'before'): number | undefined => {
    let [energy, area] = [0, 0];
    for (const one of compared) {
      const own = years.get(one.site.id)?.energy;
      if (own === undefined) return undefined;
      energy += own;
      area += one[of].area.area ?? 0;
    }
    return area > 0 ? energy / area : undefined;
  };
  const [own, older] = [perArea(now, 'now'), perArea(before, 'before')];
  const notes = list.flatMap(({ site: { id } }) =>
    [...(now.get(id)?.notes ?? []), ...(before.get(id)?.notes ?? [])].map(
      ({ note, utility }) => `${note} ${id}${utility ? ` ${utility}` : ''}`,
    ),
  );
  return {
    corrected_kwh_per_m2: known(own),
    last_year_corrected_kwh_per_m2: known(older),
    corrected_change_share: own !== undefined && older ? own / older - 1 : null,
    weather_notes: [...new Set(notes)],
  };
}
