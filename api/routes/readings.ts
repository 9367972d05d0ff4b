import type { z } from 'zod';
import type { Meter } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import { type Reading, type SeriesName, seriesKey } from '../../domain/readings/reading.ts';
import { type EpochSeconds, toIso } from '../../domain/time.ts';
import { callerView } from '../caller-view.ts';
import { readingAnswerSchema, readingsAnswerSchema, readingsQuerySchema } from '../contract/readings.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { unitOfReading } from '../heard.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { seen } from '../view.ts';

type Query = z.output<typeof readingsQuerySchema>;

/** `/v1/readings`: what one meter said, series by series, each in order of time. */
export function addReadingRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/readings',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'Readings of one meter as they were kept',
      querystring: readingsQuerySchema,
      response: tableAnswersOf(readingsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const meter = seen(callerView(request, parts).meters, query.meter, 'query meter');
      const { page, next } = await readPage(parts, query);
      return sendTable(
        reply,
        {
          head: {},
          name: 'readings',
          rows: page.map((reading) => readingAnswer(meter, reading)),
          tail: { next_cursor: next },
          columns: Object.keys(readingAnswerSchema.shape),
          file: `readings-${meter.id}`,
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

/**
 * One page across the meter's series in the order of their names; the cursor says the series and the next second in
 * it.
 */
async function readPage(
  { store }: ApiParts,
  query: Query,
): Promise<{ readonly page: readonly Reading[]; readonly next: string | null }> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.meter, query.cursor);
  const all = await store.seriesOf(query.meter);
  const wanted = all
    .filter(({ quantity, kind }) => quantity === (query.quantity ?? quantity) && kind === (query.kind ?? kind))
    .sort((a, b) => (seriesKey(a) < seriesKey(b) ? -1 : 1))
    .filter((series) => cursor === undefined || seriesKey(series) >= cursor.series);
  const page: Reading[] = [];
  for (const series of wanted) {
    const from = cursor?.series === seriesKey(series) ? Math.max(cursor.from, query.from) : query.from;
    if (from >= query.to) continue;
    const room = query.limit - page.length;
    // One more than there is room for says whether there is another page.
    const list = await store.readings(series, { from, to: query.to }, room + 1);
    for (const reading of list.slice(0, room)) page.push(reading);
    const next = list[room];
    if (next !== undefined) return { page, next: writeCursor(series, next.at) };
  }
  return { page, next: null };
}

function writeCursor({ quantity, kind }: SeriesName, from: EpochSeconds): string {
  return `${quantity}.${kind}.${from}`;
}

function readCursor(meter: string, text: string): { readonly series: string; readonly from: EpochSeconds } {
  const [, quantity, kind, from] = /^([a-z_]+)\.([a-z]+)\.(\d{1,12})$/.exec(text) ?? [];
  if (from === undefined) {
    const expected = 'the `next_cursor` of the page before';
    throw new ProblemError([{ code: 'request.invalid', where: 'query cursor', expected }]);
  }
  return { series: `${meter}/${quantity}/${kind}`, from: Number(from) };
}

function readingAnswer(meter: Meter, reading: Reading): z.output<typeof readingAnswerSchema> {
  const { quantity, kind, at, value, period, received } = reading;
  return {
    meter: meter.id,
    quantity,
    kind,
    at: toIso(at),
    value,
    unit: unitOfReading(meter, reading),
    period_s: period,
    received: toIso(received),
  };
}
