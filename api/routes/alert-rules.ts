import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type AlertKind, alertKindNames, alertKinds, parametersOf } from '../../domain/alerts/kinds.ts';
import { isLookedFor, ruleFor } from '../../domain/alerts/rules.ts';
import { subjectsOf, watchedMetersOf } from '../../domain/alerts/subjects.ts';
import type { WatchedMeter } from '../../domain/alerts/watched.ts';
import { listed } from '../../domain/estate/estate.ts';
import { dateOf, type EpochSeconds, toIso } from '../../domain/time.ts';
import type { WatchedSize, WatchedState } from '../../store/alert-log.ts';
import { meterName, siteName } from '../alert-message.ts';
import { callerView } from '../caller-view.ts';
import {
  alertRuleRowSchema,
  alertRulesAnswerSchema,
  watchedMeterRowSchema,
  watchedMetersAnswerSchema,
  watchedMetersQuerySchema,
} from '../contract/alert-rules.ts';
import { tableAnswersOf } from '../contract/vocabulary.ts';
import { pageOf } from '../page.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seesPrices } from '../sees-prices.ts';
import { type Row, sendTable, wantedFormat } from '../table-answer.ts';
import { metersOf, type View } from '../view.ts';

type Query = z.output<typeof watchedMetersQuerySchema>;

/** What is looked for at each meter: by which numbers, from which rule, and how small a change would be found. */
export function addAlertRuleRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/alert-rules',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'The numbers by which something is looked for at each meter, and which rule says each',
      querystring: watchedMetersQuerySchema,
      response: tableAnswersOf(alertRulesAnswerSchema),
    },
    handler: async (request, reply) => {
      const { view, meters, next } = watchedPage(request, request.query, parts);
      const rows = meters.flatMap((meter) => ruleRows(view, meter, request.query.kind ?? alertKindNames));
      const columns = Object.keys(alertRuleRowSchema.shape);
      return await send(request, reply, { name: 'rules', rows, columns, file: 'alert-rules', next });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/watched-meters',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'The meters that are watched: until when they are learned, and the smallest change that would be found',
      querystring: watchedMetersQuerySchema,
      response: tableAnswersOf(watchedMetersAnswerSchema),
    },
    handler: async (request, reply) => {
      const { view, meters, next } = watchedPage(request, request.query, parts);
      const states = parts.state.watched([...new Set(meters.map(({ site }) => site))]);
      const known = new Map(states.map((state) => [state.meter, state]));
      const found = meters.flatMap((meter) => watchedRows(view, meter, known.get(meter.id), request.query.kind));
      const seesRates = seesPrices(request);
      const rows = seesRates ? found : found.map(withoutRates);
      const columns = Object.keys(watchedMeterRowSchema.shape);
      return await send(request, reply, { name: 'meters', rows, columns, file: 'watched-meters', next });
    },
  });
}

/** The meters of a page, in order of their ids, as rules look at them today. */
function watchedPage(request: FastifyRequest, query: Query, parts: ApiParts) {
  const { organisation, site, meter } = query;
  const view = callerView(request, parts);
  const asked = new Set(metersOf(view, { organisation, site, meter }).map(({ id }) => id));
  const watched = watchedToday(parts, parts.clock()).filter(({ id }) => asked.has(id));
  const { page, next_cursor: next } = pageOf(
    watched.sort((a, b) => (a.id < b.id ? -1 : 1)),
    query,
  );
  return { view, meters: page, next };
}

function watchedToday({ estate }: Pick<ApiParts, 'estate'>, now: EpochSeconds): WatchedMeter[] {
  return subjectsOf(estate(), dateOf(now)).flatMap((subjects) => [...watchedMetersOf(subjects).values()]);
}

interface Page {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly file: string;
  readonly next: string | null;
}

async function send(request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply, { next, ...page }: Page) {
  const table = { head: {}, ...page, tail: { next_cursor: next } };
  return await sendTable(reply, table, wantedFormat(request, request.query.format));
}

function placeOf(view: View, { site, id }: WatchedMeter) {
  return { site, site_name: siteName(view, site), meter: id, meter_name: meterName(view, id) };
}

function ruleRows(view: View, meter: WatchedMeter, kinds: readonly AlertKind[]): z.output<typeof alertRuleRowSchema>[] {
  const written = listed(view, 'alert_rules');
  return kinds
    .filter((kind) => isLookedFor(kind, meter))
    .flatMap((kind) => {
      const { enabled, parameters, rules } = ruleFor(kind, meter, written);
      return Object.entries<number>(parameters).map(([name, value]) => {
        const rule = rules.findLast((one) => name in one.parameters);
        const parameter = parametersOf(kind)[name];
        return {
          ...placeOf(view, meter),
          kind,
          says: alertKinds[kind].says,
          enabled,
          parameter: name,
          value,
          unit: parameter?.unit ?? '',
          rule: rule?.id ?? null,
          because: (rule ? rule.because : parameter?.because) ?? null,
        };
      });
    });
}

function watchedRows(
  view: View,
  meter: WatchedMeter,
  state: WatchedState | undefined,
  kinds: readonly AlertKind[] | undefined,
): WatchedRow[] {
  const instant = (at: EpochSeconds | null | undefined): string | null =>
    at === undefined || at === null ? null : toIso(at);
  const head = {
    ...placeOf(view, meter),
    utility: meter.utility,
    known_until: instant(state?.knownUntil),
    learned_until: instant(state?.learnedUntil),
  };
  const sizes = (state?.sizes ?? []).filter(({ kind }) => kinds?.includes(kind) ?? true);
  return sizes.length > 0 ? sizes.map((size) => ({ ...head, ...sizeOf(size) })) : [{ ...head, ...noSize }];
}

function sizeOf({ kind, unit, rate, hours, perWeek, gbpPerWeek }: WatchedSize): Size {
  const [here, week] = columnsOf[unit];
  const hasPrice = week === undefined || gbpPerWeek !== null;
  const unknown: Size['unknown'] = rate === null ? 'too-little-known' : hasPrice ? null : 'no-price';
  const size = { ...noSize, kind, lasting_hours: hours, detectable_gbp_per_week: gbpPerWeek, [here]: rate, unknown };
  return week === undefined ? size : { ...size, [week]: perWeek };
}

/** A row as one sees it who may see neither rates (£ a week over kWh a week is one) nor agreed capacity. */
function withoutRates(row: WatchedRow): WatchedRow {
  const isHidden = row.detectable_gbp_per_week !== null || row.detectable_kva !== null;
  const unknown = isHidden ? 'not-shown' : row.unknown;
  return { ...row, detectable_kva: null, detectable_gbp_per_week: null, unknown };
}

/** The columns of a size by its unit: of a demand there is no week. */
const columnsOf: Readonly<Record<WatchedSize['unit'], readonly [here: keyof Size, week?: keyof Size]>> = {
  kW: ['detectable_kw', 'detectable_kwh_per_week'],
  'm3/h': ['detectable_m3_per_h', 'detectable_m3_per_week'],
  kVA: ['detectable_kva'],
  kvar: ['detectable_kvar', 'detectable_kvarh_per_week'],
};

type WatchedRow = z.output<typeof watchedMeterRowSchema>;
type Size = Omit<
  WatchedRow,
  'site' | 'site_name' | 'meter' | 'meter_name' | 'utility' | 'known_until' | 'learned_until'
>;
const noSize: Size = {
  kind: null,
  detectable_kw: null,
  detectable_m3_per_h: null,
  detectable_kva: null,
  detectable_kvar: null,
  lasting_hours: null,
  detectable_kwh_per_week: null,
  detectable_m3_per_week: null,
  detectable_kvarh_per_week: null,
  detectable_gbp_per_week: null,
  unknown: 'not-learned',
};
