import type { z } from 'zod';
import type { AnswerBucket } from '../../domain/energy/buckets.ts';
import { toIso } from '../../domain/time.ts';
import { cusumOf, type CusumPoint } from '../../domain/weather/cusum.ts';
import { besideWeather } from '../../domain/weather/points.ts';
import { WeatherOfPeriod } from '../../store/site-weather.ts';
import { callerView } from '../caller-view.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { cusumAnswerSchema, cusumQuerySchema, cusumRowSchema } from '../contract/weather.ts';
import { known, when } from '../outside.ts';
import { partsKnownOn } from '../known-on.ts';
import type { Api, ApiParts } from '../parts.ts';
import { type Fit, fitAll, signatureRow } from '../signature-rows.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import type { View } from '../view.ts';
import { readPlaceUse, wholeBuckets } from '../weather-use.ts';

type CusumRow = z.output<typeof cusumRowSchema>;

/** `/v1/weather/cusum` */
export function addCusumRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/weather/cusum',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'What was used beyond what a baseline period expects, added up',
      description:
        'The signature of the baseline period says what each month or day should have used in its weather. A level ' +
        'line means as before; from where it slopes something has changed.',
      querystring: cusumQuerySchema,
      response: tableAnswersOf(cusumAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const past = partsKnownOn(parts, query.known_on);
      const view = callerView(request, past);
      const baseline = { from: query.baseline_from, to: query.baseline_to };
      const fits = await fitAll(past, view, query, baseline);
      return await sendTable(
        reply,
        {
          head: {
            period: { from: toIso(query.from), to: toIso(query.to) },
            baseline_period: { from: toIso(baseline.from), to: toIso(baseline.to) },
            known_on: query.known_on ?? null,
            register_version: view.version,
            baselines: fits.map((fit) => signatureRow(fit, baseline)),
          },
          name: 'cusum',
          rows: await cusumRows(past, view, query, fits),
          columns: Object.keys(cusumRowSchema.shape),
          file: 'cusum',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

async function cusumRows(
  parts: ApiParts,
  view: View,
  query: z.output<typeof cusumQuerySchema>,
  fits: readonly Fit[],
): Promise<CusumRow[]> {
  const buckets = wholeBuckets(query, query.points, parts.clock());
  const list = await readPlaceUse(parts, view, query, buckets);
  const reader = new WeatherOfPeriod(parts.store, parts.estate(), query);
  const rows = await Promise.all(
    fits.map(async (fit) => {
      const { use = [] } = list.find((one) => one.place === fit.place && one.utility === fit.utility) ?? {};
      const weather = await reader.of(fit.site);
      const beside = besideWeather(use, weather.days(fit.signature.base));
      const points = cusumOf(
        fit.signature,
        beside.map((one) => ({ ...one, actual: one.energy })),
      );
      return points.map((point, i) =>
        cusumRow(fit, point, use[i]?.missing !== false || point.degreeDays === undefined),
      );
    }),
  );
  return rows.flat();
}

function cusumRow({ place, name, site, utility }: Fit, point: CusumPoint, missing: boolean): CusumRow {
  const bucket: AnswerBucket = { from: point.from, to: point.to, because: [] };
  return {
    place,
    place_name: name,
    site: site.id,
    utility,
    ...when(bucket),
    days: point.days,
    degree_days: known(point.degreeDays),
    actual_kwh: known(point.actual),
    expected_kwh: known(point.expected),
    difference_kwh: known(point.difference),
    cumulative_kwh: known(point.cumulative),
    status: missing ? 'partial' : 'complete',
    partial_because: missing ? ['missing'] : [],
  };
}
