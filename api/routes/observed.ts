import type { z } from 'zod';
import { type AnswerBucket, answerBuckets } from '../../domain/energy/buckets.ts';
import type { ObservedHalfHours } from '../../domain/observed/half-hour-values.ts';
import { type ObservedSeries, observedQuantities } from '../../domain/observed/register.ts';
import { seriesKey } from '../../domain/readings/reading.ts';
import { daySeconds, halfHourOf, halfHourSeconds, toIso } from '../../domain/time.ts';
import { unitLabel } from '../../domain/units.ts';
import { lastFetch } from '../../store/grid-fetches.ts';
import { readObserved } from '../../store/observed.ts';
import { callerView } from '../caller-view.ts';
import {
  observedListAnswerSchema,
  observedListQuerySchema,
  observedParamsSchema,
  observedRowSchema,
  observedValueSchema,
  observedValuesAnswerSchema,
  observedValuesQuerySchema,
} from '../contract/observed.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { known, when } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { seen } from '../view.ts';

type ObservedRow = z.output<typeof observedRowSchema>;
type ValueRow = z.output<typeof observedValueSchema>;

const lookBackDays = 7;

/** `/v1/observed` and `/v1/observed/{series}/values`: what the estate hears of the world outside. */
export function addObservedRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/observed',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Series from outside the estate: the weather, the carbon of the grid, generation under contract',
      querystring: observedListQuerySchema,
      response: tableAnswersOf(observedListAnswerSchema),
    },
    handler: async (request, reply) => {
      const { quantity, format } = request.query;
      const all = [...(callerView(request, parts).observed?.values() ?? [])];
      const wanted = all.filter((series) => quantity === undefined || series.quantity === quantity);
      wanted.sort((a, b) => (a.id < b.id ? -1 : 1));
      const rows: ObservedRow[] = [];
      for (const series of wanted) rows.push(await observedRow(parts, series));
      return sendTable(
        reply,
        { head: {}, name: 'observed', rows, columns: Object.keys(observedRowSchema.shape), file: 'observed' },
        wantedFormat(request, format),
      );
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/observed/:series/values',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Values of one such series',
      params: observedParamsSchema,
      querystring: observedValuesQuerySchema,
      response: tableAnswersOf(observedValuesAnswerSchema),
    },
    handler: async (request, reply) => {
      const { params, query } = request;
      const { from, to, bucket } = query;
      const view = callerView(request, parts);
      const series = seen(view.observed ?? new Map<string, ObservedSeries>(), params.series, 'path');
      const buckets = answerBuckets({ from, to }, bucket, parts.clock());
      const period = { from: buckets[0]?.from ?? from, to: buckets.at(-1)?.to ?? from };
      const found = await readObserved(parts.store, series, period);
      return sendTable(
        reply,
        {
          head: {
            series: series.id,
            quantity: series.quantity,
            unit: unitLabel(series.unit),
            source: series.source,
            period: { from: toIso(from), to: toIso(to) },
            bucket,
            register_version: view.version,
          },
          name: 'values',
          rows: buckets.map((one) => valueRow(series, found, one)),
          columns: Object.keys(observedValueSchema.shape),
          file: `observed-${series.id}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

async function observedRow({ store, state, clock }: ApiParts, series: ObservedSeries): Promise<ObservedRow> {
  const { id, name, quantity, unit, region, topic, source } = series;
  const to = halfHourOf(clock());
  const { values, forecast } = await readObserved(store, series, { from: to - lookBackDays * daySeconds, to });
  const knownCount = values.filter((value) => !Number.isNaN(value)).length;
  const forecastCount = forecast.filter((value, i) => !Number.isNaN(value) && Number.isNaN(values[i])).length;
  const key = (kind: 'instant' | 'interval' | 'estimate'): string => seriesKey({ meter: id, quantity, kind });
  const marks = state.highWater([key('instant'), key('interval'), key('estimate')]);
  const [instant, interval, estimate] = [
    marks.get(key('instant')),
    marks.get(key('interval')),
    marks.get(key('estimate')),
  ];
  const fetch = region === undefined ? undefined : lastFetch(state, id);
  const newest = [instant, interval].filter((mark) => mark !== undefined).sort((a, b) => b.at - a.at)[0];
  return {
    id,
    name,
    quantity,
    unit: unitLabel(unit),
    region: region === undefined ? null : String(region),
    topic: topic ?? null,
    source,
    valid_from: series.valid_from ?? null,
    valid_to: series.valid_to ?? null,
    last_fetch_at: fetch ? toIso(fetch.at) : null,
    not_fetched_because: fetch?.problem ?? null,
    last_at: newest ? toIso(newest.at) : null,
    last_value: known(newest?.value),
    last_forecast_at: estimate ? toIso(estimate.at) : null,
    known_share: values.length > 0 ? knownCount / values.length : null,
    forecast_share: values.length > 0 ? forecastCount / values.length : null,
  };
}

function valueRow(
  series: ObservedSeries,
  { from, values, forecast }: ObservedHalfHours,
  bucket: AnswerBucket,
): ValueRow {
  const first = (bucket.from - from) / halfHourSeconds;
  const last = Math.ceil((bucket.to - from) / halfHourSeconds);
  const own = values.subarray(first, last).filter((value) => !Number.isNaN(value));
  const ahead = forecast.subarray(first, last).filter((value) => !Number.isNaN(value));
  const isLevel = observedQuantities[series.quantity] === 'level';
  const whole = (list: Float64Array): number | undefined => {
    if (list.length === 0) return undefined;
    const sum = list.reduce((total, value) => total + value, 0);
    return isLevel ? sum / list.length : sum;
  };
  return {
    ...when(bucket),
    value: known(whole(own)),
    forecast: known(whole(ahead)),
    lowest: own.length > 0 ? Math.min(...own) : null,
    highest: own.length > 0 ? Math.max(...own) : null,
    half_hours: last - first,
    known_half_hours: own.length,
  };
}
