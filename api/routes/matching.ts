import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../../domain/energy/buckets.ts';
import { matchFigure, type MatchedUse, type UseSeries } from '../../domain/matching/match.ts';
import {
  type OperationalCarbon,
  operationalCarbon,
  operationalCarbonSays,
} from '../../domain/matching/operational-carbon.ts';
import { profileShapes } from '../../domain/matching/profiles.ts';
import { type ObservedQuantity, type ObservedSeries, seriesOfQuantity } from '../../domain/observed/register.ts';
import { ProblemError } from '../../domain/problems.ts';
import { halfHourSeconds, type Period, toIso } from '../../domain/time.ts';
import { type Matching, readMatching, readUses } from '../../store/matching.ts';
import { readObserved } from '../../store/observed.ts';
import { callerView } from '../caller-view.ts';
import {
  gridCarbonAnswerSchema,
  gridCarbonQuerySchema,
  gridCarbonRowSchema,
  matchingAnswerSchema,
  matchingQuerySchema,
  matchingRowSchema,
} from '../contract/matching.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known, share, standing, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf, type View } from '../view.ts';

type MatchingQuery = z.output<typeof matchingQuerySchema>;
type MatchingRow = z.output<typeof matchingRowSchema>;
type CarbonRow = z.output<typeof gridCarbonRowSchema>;

/** `/v1/matching`: what share of each half-hour's use was met by generation that is claimed for it. */
export function addMatchingRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/matching',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Electricity matched with generation half-hour by half-hour, and the 24/7 carbon-free score',
      description:
        'Own renewable generation used on site, then contracts by what their plants made, then certificates spread ' +
        'over a declared profile. Excess of a half-hour is not carried to another one.',
      querystring: matchingQuerySchema,
      response: tableAnswersOf(matchingAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const { from, to, bucket, by, certificates: counted } = query;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const sites = sitesOf(view, query).map(({ id }) => id);
      const buckets = answerBuckets({ from, to }, bucket, past.clock());
      const period = hullOf(buckets);
      const estate = past.estate();
      const matching = await readMatching(past, { estate, sites, period, counted, now: past.clock() });
      const grid = seriesOf(view, 'share', query.grid_share, 'query grid_share');
      const gridShare = grid && (await readObserved(past.store, grid, period)).values.map((percent) => percent / 100);
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            bucket,
            by,
            certificates: counted,
            grid_share: grid?.id ?? null,
            register_version: view.version,
            ...claimsOf(matching, view, sites),
          },
          name: 'figures',
          rows: matchingRows(view, matching, buckets, query, gridShare),
          columns: Object.keys(matchingRowSchema.shape),
          file: `matching-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

/** `/v1/grid-carbon`: operational carbon by half-hour, apart from every annual figure. */
export function addGridCarbonRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/grid-carbon',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'CO2 of the grid’s generation for the electricity bought in each half-hour',
      description: operationalCarbonSays,
      querystring: gridCarbonQuerySchema,
      response: tableAnswersOf(gridCarbonAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const { from, to, bucket, by } = query;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const grid = seriesOf(view, 'carbon_intensity', query.intensity, 'query intensity');
      if (!grid) throw unknownSeries('query intensity', 'no series of the register is the carbon intensity of a grid');
      const sites = sitesOf(view, query).map(({ id }) => id);
      const buckets = answerBuckets({ from, to }, bucket, past.clock());
      const period = hullOf(buckets);
      const uses = await readUses(past, past.estate(), sites, period);
      const intensity = await readObserved(past.store, grid, period);
      const rows = placesOf(view, uses, by, (use) => use).flatMap(({ id, name, list }) =>
        buckets.map((one): CarbonRow => {
          const bought = list.map((use) => use.bought);
          return carbonRow({ id, name }, one, operationalCarbon(bought, intensity, span(period, one)));
        }),
      );
      return sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            known_on: query.known_on ?? null,
            bucket,
            by,
            says: operationalCarbonSays,
            intensity: grid.id,
            source: grid.source,
            register_version: view.version,
          },
          name: 'figures',
          rows,
          columns: Object.keys(gridCarbonRowSchema.shape),
          file: `grid-carbon-by-${by}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function hullOf(buckets: readonly AnswerBucket[]): Period {
  const from = buckets[0]?.from ?? 0;
  return { from, to: buckets.at(-1)?.to ?? from };
}

function span(whole: Period, { from, to }: Period): { readonly first: number; readonly last: number } {
  return { first: (from - whole.from) / halfHourSeconds, last: (to - whole.from) / halfHourSeconds };
}

/** The series asked for, or the only one of its quantity; undefined where there is none. Throws where several are. */
function seriesOf(
  view: View,
  quantity: ObservedQuantity,
  id: string | undefined,
  where: string,
): ObservedSeries | undefined {
  const all = seriesOfQuantity(view, quantity);
  if (id === undefined && all.length <= 1) return all[0];
  const found = all.find((series) => series.id === id);
  if (found) return found;
  throw unknownSeries(where, `one of ${all.map((series) => series.id).join(', ') || 'none'}`, id);
}

function unknownSeries(where: string, expected: string, found?: string): ProblemError {
  return new ProblemError([{ code: 'request.unknown-id', where, found, expected }]);
}

interface Place<T> {
  readonly id: string;
  readonly name: string;
  readonly list: readonly T[];
}

/** Uses grouped into the places of an answer; organisations are those that report the use. */
function placesOf<T>(
  view: View,
  all: readonly T[],
  by: MatchingQuery['by'],
  useOf: (one: T) => Pick<UseSeries, 'site' | 'organisation'>,
): Place<T>[] {
  if (by === 'estate') return [{ id: 'estate', name: view.name, list: all }];
  const names = by === 'site' ? view.sites : view.organisations;
  const groups = Map.groupBy(all, (one) => useOf(one)[by]);
  return [...groups]
    .map(([id, list]) => ({ id, name: names.get(id)?.name ?? id, list }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What is claimed for the sites of an answer, and how it came by its half-hours. */
function claimsOf({ claims, unmatched }: Matching, view: View, sites: readonly string[]) {
  const wanted = new Set(sites);
  const isSeen = ({ organisation }: { readonly organisation: string | undefined }): boolean =>
    organisation === undefined || view.organisations.has(organisation);
  const list = claims.filter(
    (claim) => isSeen(claim) && (claim.sites === undefined || !claim.sites.isDisjointFrom(wanted)),
  );
  return {
    claims: list.map(({ of, source, profile }) => ({
      of,
      source,
      profile: profile.id,
      profile_name: profile.name,
      spread:
        profile.series === undefined ? profileShapes[profile.shape ?? 'flat'] : `as observed in ${profile.series}`,
    })),
    unmatched: unmatched.filter(isSeen).map(({ of, because }) => ({ of, because })),
  };
}

function* matchingRows(
  view: View,
  { uses, from }: Matching,
  buckets: readonly AnswerBucket[],
  { by }: MatchingQuery,
  gridShare: Float64Array | undefined,
): Generator<MatchingRow> {
  for (const { id, name, list } of placesOf<MatchedUse>(view, uses, by, ({ use }) => use)) {
    for (const bucket of buckets) {
      const figure = matchFigure(list, span({ from, to: from }, bucket), gridShare);
      const { use, matched, excess, halfHours, compared, withGrid } = figure;
      const said = (kWh: number): number | null => (compared > 0 ? known(kWh) : null);
      yield {
        place: id,
        place_name: name,
        ...when(bucket),
        use_kwh: said(use),
        matched_own_kwh: said(matched.own),
        matched_contract_kwh: said(matched.contract),
        matched_certificates_kwh: said(matched.certificates),
        excess_kwh: said(excess),
        matched_share: share(figure.hourly),
        volume_share: share(figure.volume),
        carbon_free_share: share(figure.carbonFree),
        half_hours: halfHours,
        compared_half_hours: compared,
        grid_half_hours: withGrid,
        ...howKnown(bucket, halfHours, compared),
      };
    }
  }
}

function carbonRow(
  place: { readonly id: string; readonly name: string },
  bucket: AnswerBucket,
  { carbon, energy, intensity, halfHours, known: both, forecast }: OperationalCarbon,
): CarbonRow {
  return {
    place: place.id,
    place_name: place.name,
    ...when(bucket),
    bought_kwh: both > 0 ? known(energy) : null,
    carbon_kgco2: known(carbon),
    intensity_gco2_per_kwh: known(intensity),
    half_hours: halfHours,
    known_half_hours: both,
    forecast_half_hours: forecast,
    ...howKnown(bucket, halfHours, both),
  };
}

/** A figure of half-hours is whole where all of them could be compared. */
function howKnown(bucket: AnswerBucket, halfHours: number, compared: number) {
  const byTime = halfHours > 0 ? compared / halfHours : undefined;
  const {
    measured_share: _,
    measured_time_share: known_time_share,
    ...rest
  } = standing({
    bucket,
    byAmount: undefined,
    byTime,
    missing: compared < halfHours,
  });
  return { ...rest, known_time_share };
}
