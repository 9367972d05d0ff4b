import type { FastifyReply } from 'fastify';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { PlacedPoint } from '../../domain/tariffs/placed-point.ts';
import { dateOf, type Period, toIso } from '../../domain/time.ts';
import { checkSize } from '../../store/energy.ts';
import { type MeasuredLoad, readLoadIfKnown } from '../../store/supply-point-load.ts';
import { callerView } from '../caller-view.ts';
import {
  supplyListRowSchema,
  tenderHalfHourRowSchema,
  tenderHalfHoursAnswerSchema,
  tenderHalfHoursQuerySchema,
  tenderPackAnswerSchema,
  tenderPackQuerySchema,
} from '../contract/tender-pack.ts';
import { spreadsheetType, tableAnswersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';
import { type Sheet, sheet, tooLarge, writeSpreadsheet } from '../spreadsheet.ts';
import { supplyPointsOf } from '../supply-points-seen.ts';
import { type Row, sendTable, wantedFormat } from '../table-answer.ts';
import { longRows, meterPointOf, wideColumns, wideRows } from '../tender-half-hours.ts';
import { readMe, supplyListRow, tenderYear } from '../tender-pack.ts';
import type { View } from '../view.ts';

/** `/v1/tender-pack` and the half-hours of its supply points. */
export function addTenderPackRoutes(app: Api, parts: ApiParts): void {
  addPack(app, parts);
  addHalfHours(app, parts);
}

function addPack(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/tender-pack',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'What suppliers need for an offer: the supply list, and in a spreadsheet twelve months of half-hours',
      description:
        'For third parties: it holds no price, tariff or supplier of the present contracts. As a spreadsheet it begins ' +
        'with what must be known and what is missing, and has the half-hours of each supply point on a sheet of its own.',
      querystring: tenderPackQuerySchema,
      response: tableAnswersOf(tenderPackAnswerSchema),
    },
    handler: async (request, reply) => {
      const { query } = request;
      const view = callerView(request, parts);
      const [now, points] = [parts.clock(), supplyPointsOf(view, query)];
      const period = tenderYear(query.before, now);
      const format = wantedFormat(request, query.format);
      checkSize(points.length, limits.tenderPoints);
      const cells = (points.length * wideColumns.length * (period.to - period.from)) / 86_400;
      if (format === 'xlsx' && cells > limits.spreadsheetCells) throw tooLarge();
      const rows: ReturnType<typeof supplyListRow>[] = [];
      const sheets: Sheet[] = [];
      for (const [i, placed] of points.entries()) {
        const read = await readLoadIfKnown(parts, view, placed.point, { period, now });
        rows.push(supplyListRow(view, placed, period, dateOf(now), read));
        if (format !== 'xlsx' || !read) continue;
        sheets.push(sheet(`${i + 1} ${placed.point.id}`, wideColumns, [...wideOf(view, placed, read, period)]));
      }
      const columns = Object.keys(supplyListRowSchema.shape);
      const said = readMe(rows, period, dateOf(now));
      const file = `tender-pack-${dateOf(now)}`;
      if (format === 'xlsx') {
        const first = [sheet('read_me', ['about', 'says'], said), sheet('supply_list', columns, rows)];
        return await sendPack(reply, file, [...first, ...sheets]);
      }
      const head = { made_on: dateOf(now), period: ends(period), register_version: view.version, read_me: said };
      return await sendTable(reply, { head, name: 'supply_list', rows, columns, file }, format);
    },
  });
}

async function sendPack(reply: FastifyReply, file: string, sheets: readonly Sheet[]): Promise<FastifyReply> {
  void reply.header('vary', 'Accept').header('content-disposition', `attachment; filename="${file}.xlsx"`);
  return reply.type(spreadsheetType).send(await writeSpreadsheet(sheets));
}

function ends({ from, to }: Period) {
  return { from: toIso(from), to: toIso(to) };
}

function wideOf(view: View, { point }: PlacedPoint, read: MeasuredLoad, period: Period): Iterable<Row> {
  const meterPoint = meterPointOf(point, view.meters.get(point.meter));
  return wideRows(read, { meterPoint, utility: point.utility }, period);
}

function addHalfHours(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/tender-pack/half-hours',
    config: { role: 'procurement' },
    schema: {
      tags: ['costs'],
      summary: 'Twelve months of half-hours of one supply point, with quality, as suppliers take them',
      querystring: tenderHalfHoursQuerySchema,
      response: tableAnswersOf(tenderHalfHoursAnswerSchema),
    },
    handler: async (request, reply) => {
      const { supply_point: id, before, layout, format } = request.query;
      const view = callerView(request, parts);
      const now = parts.clock();
      const period = tenderYear(before, now);
      const placed = supplyPointsOf(view, { supply_point: [id] })[0];
      const read = placed && (await readLoadIfKnown(parts, view, placed.point, { period, now }));
      if (!read) {
        const found = `none from ${dateOf(period.from)} to ${dateOf(period.to - 1)}`;
        throw new ProblemError([{ code: 'tariff.no-load', where: `supply point ${id}`, found }]);
      }
      const isWide = layout === 'wide';
      const meterPoint = meterPointOf(placed.point, view.meters.get(placed.point.meter));
      return await sendTable(
        reply,
        {
          head: { supply_point: id, period: ends(period), register_version: view.version, layout },
          name: 'half_hours',
          rows: isWide ? wideOf(view, placed, read, period) : longRows(read, meterPoint, period),
          columns: isWide ? wideColumns : Object.keys(tenderHalfHourRowSchema.shape),
          file: `half-hours-${id}-${layout}`,
        },
        wantedFormat(request, format),
      );
    },
  });
}
