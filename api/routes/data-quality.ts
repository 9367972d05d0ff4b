import type { z } from 'zod';
import { answerBuckets } from '../../domain/energy/buckets.ts';
import { isOverdue, type Meter } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { toIso } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import type { LedgerLine } from '../../store/state-store.ts';
import { callerView } from '../caller-view.ts';
import {
  dataQualityAnswerSchema,
  dataQualityQuerySchema,
  dataQualityRowSchema,
  ledgerAnswerSchema,
  ledgerQuerySchema,
  ledgerRowSchema,
} from '../contract/data-quality.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import type { HeardBook } from '../heard.ts';
import { type MeterFigures, readMeterFigures } from '../meter-consumption.ts';
import { share } from '../outside.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf, type View } from '../view.ts';

type QualityRow = z.output<typeof dataQualityRowSchema>;
type LedgerRow = z.output<typeof ledgerRowSchema>;

/** `/v1/data-quality` and `/v1/data-quality/ledgers` */
export function addDataQualityRoutes(app: Api, parts: ApiParts, heard: HeardBook): void {
  app.route({
    method: 'GET',
    url: '/v1/data-quality',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'How well each meter is known, and when it was last heard',
      querystring: dataQualityQuerySchema,
      response: tableAnswersOf(dataQualityAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const { from, to } = query;
      const meters = metersOf(callerView(request, parts), query);
      const buckets = answerBuckets({ from, to }, 'whole', parts.clock());
      const figures = await readMeterFigures(parts, meters, buckets, false, parts.clock());
      heard.refresh();
      return sendTable(
        reply,
        {
          head: { period: { from: toIso(from), to: toIso(to) } },
          name: 'meters',
          rows: meters.map((meter) => qualityRow(parts, meter, query, figures, heard)),
          columns: Object.keys(dataQualityRowSchema.shape),
          file: 'data-quality',
        },
        wantedFormat(request, query.format),
      );
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/data-quality/ledgers',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'What became of every message and reading, by UTC day of receipt',
      querystring: ledgerQuerySchema,
      response: tableAnswersOf(ledgerAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const lines = ledgerLines(parts, callerView(request, parts), query);
      return sendTable(
        reply,
        {
          head: {},
          name: 'ledgers',
          rows: query.by === 'meter' ? lines.map((line) => ledgerRow(line.day, line.meter, [line])) : byDay(lines),
          columns: Object.keys(ledgerRowSchema.shape),
          file: 'ledgers',
        },
        wantedFormat(request, query.format),
      );
    },
  });
}

function qualityRow(
  { state, clock }: ApiParts,
  meter: Meter,
  period: { readonly from: number; readonly to: number },
  figures: MeterFigures,
  heard: HeardBook,
): QualityRow {
  const figure = figures.of(meter, 0);
  const { measuredHalfHours = 0, estimatedHalfHours = 0, missingHalfHours = 0, gapHalfHours = 0 } = figure ?? {};
  const expected = measuredHalfHours + estimatedHalfHours + missingHalfHours;
  const stamps = heard.of(meter.id).map(({ at }) => at);
  const last = stamps.length === 0 ? undefined : Math.max(...stamps);
  const silent = last === undefined ? null : Math.max(0, Math.floor(clock() - last));
  const measuredShare = expected > 0 ? share(figure?.measuredShare) : null;
  return {
    meter: meter.id,
    site: meter.site,
    utility: meter.utility,
    half_hours: expected,
    measured_half_hours: measuredHalfHours,
    estimated_half_hours: estimatedHalfHours,
    missing_half_hours: missingHalfHours,
    gap_half_hours: gapHalfHours,
    measured_share: measuredShare,
    measured_time_share: expected > 0 ? share(figure?.measuredShareOfTime) : null,
    // Rounded to a millionth, so that exactly 10 % does not fall to the wrong side by the last digit of a double.
    quality_tag: measuredShare === null ? null : Math.round((1 - measuredShare) * 1e6) <= 1e5 ? 'OC' : 'SC',
    known_gaps: state.gaps([meter.id], period).length,
    revised_readings: state.superseded(meter.id, period).length,
    last_heard: last === undefined ? null : toIso(last),
    silent_s: silent,
    overdue: isOverdue(meter, silent ?? undefined),
  };
}

/** The ledger lines a caller may see; those of topics without a meter only where it sees the whole estate. */
function ledgerLines(
  { state, estate }: ApiParts,
  view: View,
  query: z.output<typeof ledgerQuerySchema>,
): readonly LedgerLine[] {
  const { from, to, organisation, site, building, meter, utility } = query;
  const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
  checkSize(days * view.meters.size, limits.sumsPerAnswer);
  const everything =
    view === estate() && [organisation, site, building, meter, utility].every((one) => one === undefined);
  const meters = metersOf(view, query).map(({ id }) => id);
  return everything ? state.ledger({ from, to }) : state.ledger({ from, to }, meters);
}

function byDay(lines: readonly LedgerLine[]): LedgerRow[] {
  return [...Map.groupBy(lines, ({ day }) => day)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, list]) => ledgerRow(day, null, list));
}

function ledgerRow(day: string, meter: string | null, lines: readonly LedgerLine[]): LedgerRow {
  const messages = (key: keyof LedgerLine['messages']): number =>
    lines.reduce((sum, line) => sum + line.messages[key], 0);
  const readings = (key: keyof LedgerLine['readings']): number =>
    lines.reduce((sum, line) => sum + line.readings[key], 0);
  return {
    day,
    meter,
    messages_received: messages('received'),
    messages_decoded: messages('decoded'),
    messages_ignored: messages('ignored'),
    messages_quarantined: messages('quarantined'),
    messages_qos0: messages('qos0'),
    readings_decoded: readings('decoded'),
    readings_stored: readings('stored'),
    readings_repeated: readings('repeated'),
    readings_revised: readings('revised'),
    readings_refused: readings('refused'),
    readings_parked: readings('parked'),
  };
}
