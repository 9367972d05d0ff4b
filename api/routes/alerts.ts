import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type AlertAct, eventOfAct } from '../../domain/alerts/life-acts.ts';
import { alertKinds } from '../../domain/alerts/kinds.ts';
import type { Alert } from '../../domain/alerts/life.ts';
import { severities } from '../../domain/alerts/severity.ts';
import { capital } from '../../domain/alerts/wording.ts';
import { ProblemError } from '../../domain/problems.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import type { AlertFilter } from '../../store/alert-log.ts';
import { alertChart } from '../alert-chart.ts';
import { meterName, siteName } from '../alert-message.ts';
import { alertAnswer, alertRow, chartUnit, savingRow } from '../alert-rows.ts';
import { callerView } from '../caller-view.ts';
import {
  alertActBodySchema,
  alertAnswerSchema,
  alertChartAnswers,
  alertParamsSchema,
  alertsAnswerSchema,
  alertSchema,
  alertsQuerySchema,
  savingsAnswerSchema,
  savingSchema,
  savingsQuerySchema,
} from '../contract/alerts.ts';
import { chartType } from '../contract/tariff-comparisons.ts';
import { answersOf, tableAnswersOf } from '../contract/vocabulary.ts';
import { drawChart } from '../draw-chart.ts';
import { askerOf } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { sendTable, wantedFormat } from '../table-answer.ts';
import { type Filter, seen, seesAll, seesSite, sitesOf, type View } from '../view.ts';

/** `/v1/alerts`: what is abnormal, what it costs, who has it, and what people do with it. */
export function addAlertRoutes(app: Api, parts: ApiParts): void {
  addList(app, parts);
  addSavings(app, parts);
  app.route({
    method: 'GET',
    url: '/v1/alerts/:alert',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'An alert in words and numbers, its life, its chart, and what was tried before',
      params: alertParamsSchema,
      response: answersOf(alertAnswerSchema),
    },
    handler: async (request) => {
      const { view, alert } = seenAlert(request, parts, request.params.alert);
      return alertAnswer(view, parts.state, alert, parts.clock());
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/alerts/:alert/chart.svg',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'What was measured beside what was expected, as a picture',
      params: alertParamsSchema,
      response: alertChartAnswers,
    },
    handler: async (request, reply) => {
      const { view, alert } = seenAlert(request, parts, request.params.alert);
      return await reply.type(chartType).send(await pictureOf(view, alert));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/alerts/:alert/acts',
    config: { role: 'operate' },
    schema: {
      tags: ['alerts'],
      summary: 'Take an alert up, give it to somebody, say something, put it away, close it or open it again',
      description:
        'Each is kept for ever with who and when, here and in `/v1/acts`. What is closed as mended is watched at the ' +
        'meter: it books the saving, or opens the alert again.',
      params: alertParamsSchema,
      body: alertActBodySchema,
      response: answersOf(alertAnswerSchema),
    },
    handler: async (request) => {
      const { view, alert } = seenAlert(request, parts, request.params.alert);
      const changed = act(parts, alert, request.body, askerOf(request).name);
      return alertAnswer(view, parts.state, changed, parts.clock());
    },
  });
}

function addList(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'Alerts, each with what it costs a week, who has it and until when; the newest first',
      querystring: alertsQuerySchema,
      response: tableAnswersOf(alertsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { organisation, site, limit, cursor, format, overdue, severity, ...query } = request.query;
      const { meter, state: states, family: families, kind: kinds, owner, since } = query;
      const view = callerView(request, parts);
      const now = parts.clock();
      if (meter !== undefined) seen(view.meters, meter, 'query meter');
      const filter: AlertFilter = {
        sites: sitesAsked(view, { organisation, site }),
        states,
        families,
        kinds,
        severities: severity?.map((one) => severities.find((known) => String(known) === one) ?? 'digest'),
        meter,
        owner,
        dueBefore: overdue === undefined ? undefined : dateOf(now),
        since,
      };
      const found = parts.state.alerts({ ...filter, before: cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      const { gbpPerWeek, kgco2ePerWeek, ...counts } = parts.state.alertSums(filter);
      const together = {
        alerts: counts.alerts,
        cost_gbp_per_week: gbpPerWeek,
        without_price: counts.withoutPrice,
        emissions_kgco2e_per_week: kgco2ePerWeek,
        without_factor: counts.withoutFactor,
      };
      return await sendTable(
        reply,
        {
          head: { together },
          name: 'alerts',
          rows: page.map((alert) => alertRow(view, alert, now)),
          tail: { next_cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null },
          columns: Object.keys(alertSchema.shape),
          file: 'alerts',
        },
        wantedFormat(request, format),
      );
    },
  });
}

function addSavings(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/alerts/savings',
    config: { role: 'read' },
    schema: {
      tags: ['alerts'],
      summary: 'What was saved by mending, as the meters show: so far and a week, for at most twelve months each',
      querystring: savingsQuerySchema,
      response: tableAnswersOf(savingsAnswerSchema),
    },
    handler: async (request, reply) => {
      const { limit, cursor, format, running, ...places } = request.query;
      const view = callerView(request, parts);
      const now = parts.clock();
      const filter = { sites: sitesAsked(view, places), saves: true, before: cursor, limit: limit + 1 };
      const found = parts.state.alerts(filter);
      const page = found.slice(0, limit);
      const counted = page.filter(({ saving }) => running === undefined || (saving && saving.until > now));
      return await sendTable(
        reply,
        {
          head: { as_of: toIso(now) },
          name: 'savings',
          rows: counted.flatMap((alert) => savingRow(view, alert, now) ?? []),
          tail: { next_cursor: found.length > limit ? (page.at(-1)?.id ?? null) : null },
          columns: Object.keys(savingSchema.shape),
          file: 'alert-savings',
        },
        wantedFormat(request, format),
      );
    },
  });
}

/** The sites asked for that the caller may see; alerts of a site that left the register are shown to who sees all. */
function sitesAsked(view: View, filter: Pick<Filter, 'organisation' | 'site'>): readonly string[] | undefined {
  const isAll = seesAll(view) && filter.organisation === undefined && filter.site === undefined;
  return isAll ? undefined : sitesOf(view, filter).map(({ id }) => id);
}

function seenAlert(request: FastifyRequest, parts: ApiParts, id: string): { view: View; alert: Alert } {
  const view = callerView(request, parts);
  const alert = parts.state.alert(id);
  if (alert && seesSite(view, alert.seen.site)) return { view, alert };
  throw new ProblemError([{ code: 'request.unknown-id', where: 'path alert', found: id }]);
}

async function pictureOf(view: View, { id, seen: of }: Alert): Promise<string> {
  const { chart } = of.evidence;
  if (!chart) throw new ProblemError([{ code: 'alert.no-chart', where: `alert ${id}` }]);
  const where = `${meterName(view, of.subject)}, ${siteName(view, of.site)}`;
  const says = alertKinds[of.kind].says;
  const unit = chartUnit(of).replace('m3', 'm³');
  return await drawChart(alertChart({ seen: of, chart, unit, title: capital(says), where }));
}

type ActBody = z.output<typeof alertActBodySchema>;

/** Does what a person asks with an alert. Throws `alert.changed` where something else came between. */
function act({ state, clock }: ApiParts, alert: Alert, body: ActBody, who: string): Alert {
  const { version = alert.events.length } = body;
  const changed = (found: number): ProblemError =>
    new ProblemError([
      { code: 'alert.changed', where: `alert ${alert.id}`, found: `version ${found}`, expected: `version ${version}` },
    ]);
  if (version !== alert.events.length) throw changed(alert.events.length);
  const now = clock();
  const done = actOf(body);
  const event = eventOfAct(alert, done, who, now);
  const { subject: meter } = alert.seen;
  const reason = 'why' in done ? done.why : 'says' in done ? done.says : '';
  const detail = { alert: alert.id, ...done };
  const kept = state.addAlertEvent(alert.id, event, version, {
    at: now,
    who,
    kind: `${done.act}-alert`,
    meter,
    reason,
    detail,
  });
  if (!kept) throw changed(state.alert(alert.id)?.events.length ?? 0);
  return kept;
}

function actOf(body: ActBody): AlertAct {
  switch (body.act) {
    case 'assign':
      return { act: 'assign', owner: body.owner, due: body.due };
    case 'comment':
      return { act: 'comment', says: body.says };
    case 'shelve':
      return { act: 'shelve', until: body.until, why: body.reason };
    case 'close':
      return { act: 'close', as: body.as, why: body.reason };
    case 'reopen':
      return { act: 'reopen', why: body.reason };
    default:
      return { act: body.act };
  }
}
