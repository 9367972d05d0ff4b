import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Alert } from '../domain/alerts/life.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { toIso } from '../domain/time.ts';
import type { LoggedAlertEvent } from '../store/alert-log.ts';
import type { StateStore } from '../store/state-store.ts';
import { eventRow } from './alert-rows.ts';
import type { Caller } from './auth.ts';
import { callerView } from './caller-view.ts';
import { liveQuerySchema, type liveEvents } from './contract/live.ts';
import { problemAnswers } from './contract/vocabulary.ts';
import { heardOf, unitOfReading } from './heard.ts';
import type { Api, ApiParts } from './parts.ts';
import { seesSite, sitesOf, type View, viewOf } from './view.ts';

/**
 * `/v1/live`: server-sent events. A new listener first gets the newest reading of every series, then what changes.
 * The state store is looked at once a second, and only while somebody listens. What a listener has seen is three
 * sequence numbers, sent as the event id, so that a browser that reconnects goes on where it was. A slow listener is
 * not written to until it has taken what it was sent; then it gets the newest value of each series, not every one
 * between.
 */
interface Listener {
  readonly out: ServerResponse;
  readonly caller: Caller;
  readonly sites: ReadonlySet<string> | undefined;
  heard: number;
  derived: number;
  alerts: number;
  /** Milliseconds during which it has taken nothing, and since it was last written to. */
  stalled: number;
  quiet: number;
}

/** Adds the route; gives back how many listen now. */
export function addLiveRoute(app: Api, parts: ApiParts): () => number {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;
  const look = (): void => {
    tell(listeners, parts, app);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  app.addHook('preClose', async () => {
    clearInterval(timer);
    for (const { out } of listeners) out.end();
  });
  app.route({
    method: 'GET',
    url: '/v1/live',
    config: { role: 'read' },
    schema: {
      tags: ['live'],
      summary: 'Readings heard, half-hours worked out and what happens to alerts, as server-sent events',
      description:
        'Events `reading`, `half-hours` and `alert`. Send `Last-Event-ID` to go on where a broken stream was; without it the ' +
        'newest reading of every series comes first.',
      querystring: liveQuerySchema,
      response: {
        200: { description: 'a stream of events', content: { 'text/event-stream': { schema: z.string() } } },
        ...problemAnswers,
      },
    },
    handler: async (request, reply) => {
      const listener = admit(request, request.query.site, reply.raw, parts, listeners.size);
      reply.hijack();
      listener.out.writeHead(200, streamHeaders);
      listener.out.write(`retry: ${limits.streamPauseMs * 3}\n\n`);
      listener.out.on('close', () => listeners.delete(listener));
      listener.out.on('error', () => listeners.delete(listener));
      listeners.add(listener);
      timer ??= setInterval(look, limits.streamPauseMs);
      tell(new Set([listener]), parts, app);
    },
  });
  return () => listeners.size;
}

const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies of the nginx family would otherwise hold events back.
  'x-accel-buffering': 'no',
};

function admit(
  request: FastifyRequest,
  sites: readonly string[] | undefined,
  out: ServerResponse,
  parts: ApiParts,
  open: number,
): Listener {
  const view = callerView(request, parts);
  sitesOf(view, { site: sites });
  if (open >= limits.streamListeners || request.caller === undefined) {
    const expected = `at most ${limits.streamListeners} streams`;
    throw new ProblemError([{ code: 'request.too-many-listeners', where: '/v1/live', expected }]);
  }
  const lastId = String(request.headers['last-event-id'] ?? '');
  const [, heard, derived, alerts] = /^h(\d{1,15})\.d(\d{1,15})\.a(\d{1,15})$/.exec(lastId) ?? [];
  return {
    out,
    caller: request.caller,
    sites: sites && new Set(sites),
    heard: Number(heard ?? 0),
    // What was worked out, or happened to alerts, before somebody listened is no news to them.
    derived: derived === undefined ? parts.state.derivedSince(Number.MAX_SAFE_INTEGER, 1).sequence : Number(derived),
    alerts: alerts === undefined ? parts.state.lastAlertEvent() : Number(alerts),
    stalled: 0,
    quiet: 0,
  };
}

/** Writes to each listener what is new for it; those at the same place share one look at the state store. */
function tell(listeners: ReadonlySet<Listener>, parts: ApiParts, app: Api): void {
  if (listeners.size === 0) return;
  try {
    const changes = changesOf(parts.state);
    const isStillLet = whoIsLet(parts);
    for (const listener of listeners) {
      if (!isStillLet(listener.caller) || hasStalled(listener)) listener.out.destroy();
      else if (!listener.out.writableNeedDrain) writeNews(listener, changes, parts);
    }
  } catch (error) {
    // The streams stay open: the next look may go well, and readiness tells of the store.
    app.log.error({ err: error }, 'the live streams could not be told what is new');
  }
}

interface Changes {
  readonly heardSince: StateStore['heardSince'];
  readonly derivedSince: StateStore['derivedSince'];
  readonly alertsAfter: (sequence: number, limit: number) => readonly HappenedToAlert[];
}

interface HappenedToAlert {
  readonly logged: LoggedAlertEvent;
  readonly alert: Alert | undefined;
}

function changesOf(state: StateStore): Changes {
  return {
    heardSince: remembered((sequence, limit) => state.heardSince(sequence, limit)),
    derivedSince: remembered((sequence, limit) => state.derivedSince(sequence, limit)),
    alertsAfter: remembered((after, limit) =>
      state.alertEvents({ after, limit }).map((logged) => ({ logged, alert: state.alert(logged.id) })),
    ),
  };
}

function remembered<T>(ask: (sequence: number, limit: number) => T): (sequence: number, limit: number) => T {
  const answers = new Map<number, T>();
  return (sequence, limit) => {
    const answer = answers.get(sequence) ?? ask(sequence, limit);
    answers.set(sequence, answer);
    return answer;
  };
}

/** Whether a caller's key is still good, and the session where a browser signed in with it. */
function whoIsLet({ access, state, clock }: ApiParts): (caller: Caller) => boolean {
  if (access.auth === 'off') return () => true;
  const valid = new Set(state.keys().flatMap((key) => (key.revoked === undefined ? [key.id] : [])));
  const now = clock();
  return ({ id, session }) => valid.has(id) && (!session || state.sessionByHash(session.hash, now) !== undefined);
}

function hasStalled(listener: Listener): boolean {
  listener.stalled = listener.out.writableNeedDrain ? listener.stalled + limits.streamPauseMs : 0;
  return listener.stalled > limits.streamStallMs;
}

function writeNews(listener: Listener, changes: Changes, parts: ApiParts): void {
  const heard = changes.heardSince(listener.heard, limits.streamChanges);
  const derived = changes.derivedSince(listener.derived, limits.streamChanges);
  const happened = changes.alertsAfter(listener.alerts, limits.streamAlerts);
  const view = viewOf(parts.estate(), listener.caller);
  const events = [
    ...heard.list.flatMap((mark) => readingEvent(view, listener, mark)),
    ...derived.list.flatMap((span) => halfHoursEvent(view, listener, span)),
    ...happened.flatMap((one) => alertEvent(view, listener, one)),
  ];
  const moved = heard.sequence !== listener.heard || derived.sequence !== listener.derived || happened.length > 0;
  listener.heard = heard.sequence;
  listener.derived = derived.sequence;
  listener.alerts = happened.at(-1)?.logged.sequence ?? listener.alerts;
  listener.quiet = events.length > 0 ? 0 : listener.quiet + limits.streamPauseMs;
  const id = `id: h${heard.sequence}.d${derived.sequence}.a${listener.alerts}\n`;
  // The id goes with the last event: a stream that breaks before it is given all of them again.
  if (events.length > 0) listener.out.write(`${events.join('\n')}${id}\n`);
  else if (listener.quiet >= limits.streamHeartbeatMs) {
    listener.out.write(moved ? `: still here\n${id}\n` : ': still here\n\n');
    listener.quiet = 0;
  }
}

function event<Name extends keyof typeof liveEvents>(name: Name, data: z.output<(typeof liveEvents)[Name]>): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n`;
}

function meterOf(view: View, listener: Listener, id: string) {
  const meter = view.meters.get(id);
  return meter && (listener.sites?.has(meter.site) ?? true) ? meter : undefined;
}

function readingEvent(view: View, listener: Listener, mark: Parameters<typeof heardOf>[0]): string[] {
  const heard = heardOf(mark);
  const meter = heard && meterOf(view, listener, heard.meter);
  if (!heard || !meter) return [];
  const { quantity, kind, at, value } = heard;
  const { id, site, utility } = meter;
  const unit = unitOfReading(meter, heard);
  return [event('reading', { meter: id, site, utility, quantity, kind, at: toIso(at), value, unit })];
}

function halfHoursEvent(
  view: View,
  listener: Listener,
  span: ReturnType<StateStore['derivedSince']>['list'][number],
): string[] {
  const meter = meterOf(view, listener, span.meter);
  if (!meter) return [];
  const { id, site, utility } = meter;
  return [event('half-hours', { meter: id, site, utility, from: toIso(span.from), to: toIso(span.to) })];
}

function alertEvent(view: View, listener: Listener, { logged, alert }: HappenedToAlert): string[] {
  if (!alert) return [];
  const { site, family, kind, worth } = alert.seen;
  // What was asked for never shows more than the caller sees now: a site may have gone to another organisation.
  if (!seesSite(view, site) || listener.sites?.has(site) === false) return [];
  const what = { alert: alert.id, site, family, kind, state: alert.state, severity: String(alert.severity) };
  return [event('alert', { ...eventRow(logged), ...what, cost_gbp_per_week: worth.gbpPerWeek })];
}
