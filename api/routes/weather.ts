import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../../domain/energy/buckets.ts';
import { dateOf, startOfDay, toIso } from '../../domain/time.ts';
import { degreeDaysIn } from '../../domain/weather/degree-days.ts';
import {
  type StandardYear,
  standardDegreeDays,
  standardYearFor,
  type StandardYearId,
} from '../../domain/weather/standard-year.ts';
import { type SiteWeather, WeatherOfPeriod } from '../../store/site-weather.ts';
import { callerView } from '../caller-view.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { degreeDaysAnswerSchema, degreeDaysQuerySchema, degreeDaysRowSchema } from '../contract/weather.ts';
import { known, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { sitesOf } from '../view.ts';

type Query = z.output<typeof degreeDaysQuerySchema>;
type Row = z.output<typeof degreeDaysRowSchema>;

/** `/v1/weather/degree-days` */
export function addWeatherRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/weather/degree-days',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Heating degree days at the sites, beside those of a standard year',
      description:
        'From the observed temperatures that the register names for each site, by its method and base. Actual and ' +
        'standard degree days share both, or the request is refused.',
      querystring: degreeDaysQuerySchema,
      response: tableAnswersOf(degreeDaysAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const { from, to, bucket } = query;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const sites = sitesOf(view, query).filter((site) => site.weather !== undefined || query.site !== undefined);
      const weather = new WeatherOfPeriod(past.store, past.estate(), query);
      const buckets = wholeDays(answerBuckets(query, bucket, past.clock()));
      const standards = new Map<string, StandardYear>();
      const rows: Row[] = [];
      for (const site of sites) {
        const own = await weather.of(site, { method: query.method, base: query.base_degc });
        const standard = await standardOf(own, query);
        if (standard) standards.set(`${standard.id} ${standard.region} ${standard.base}`, standard);
        for (const one of buckets) rows.push(rowOf({ id: site.id, name: site.name }, own, standard, one));
      }
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(from), to: toIso(to) },
            bucket,
            known_on: query.known_on ?? null,
            register_version: view.version,
            standard_years: [...standards.values()].map(standardAnswer),
          },
          name: 'degree_days',
          rows,
          columns: Object.keys(degreeDaysRowSchema.shape),
          file: 'degree-days',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

async function standardOf(weather: SiteWeather, { standard }: Query): Promise<StandardYear | undefined> {
  if (standard === 'none') return undefined;
  if (standard === 'register') return await weather.standard();
  return standardYearFor(standard satisfies StandardYearId, weather.basis);
}

/** Buckets without the day that is not over: a day has degree days when it is whole. */
function wholeDays(buckets: readonly AnswerBucket[]): AnswerBucket[] {
  return buckets.flatMap((bucket) => {
    const to = startOfDay(dateOf(bucket.to));
    return to > bucket.from ? [{ ...bucket, to }] : [];
  });
}

function rowOf(
  site: { readonly id: string; readonly name: string },
  weather: SiteWeather,
  standard: StandardYear | undefined,
  bucket: AnswerBucket,
): Row {
  const { degreeDays, days, knownDays } = degreeDaysIn(weather.days(), bucket);
  const because = [...bucket.because, ...(knownDays < days ? (['missing'] as const) : [])];
  return {
    site: site.id,
    site_name: site.name,
    temperatures: [...weather.series],
    method: weather.basis.method,
    base_degc: weather.basis.base,
    ...when(bucket),
    days,
    known_days: knownDays,
    degree_days: known(degreeDays),
    standard_degree_days: standard ? standardDegreeDays(standard, bucket) : null,
    status: because.length === 0 ? 'complete' : 'partial',
    partial_because: because,
  };
}

function standardAnswer(year: StandardYear): z.output<typeof degreeDaysAnswerSchema>['standard_years'][number] {
  const { id, title, region, method, base, byMonth, standing, source, licence } = year;
  return { id, title, region, method, base_degc: base, degree_days_by_month: [...byMonth], standing, source, licence };
}
