import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Act } from '../../domain/acts.ts';
import type { Meter } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { countMeaningsOf } from '../../domain/half-hours/meter-conversion.ts';
import { ProblemError } from '../../domain/problems.ts';
import { doubtsOfExchange } from '../../domain/readings/manual-read.ts';
import { rulingActs } from '../../domain/readings/rulings.ts';
import { registerNeighbours } from '../../store/register-neighbours.ts';
import { rulingActsOf } from '../../store/rulings-of-meter.ts';
import { halfHourSeconds } from '../../domain/time.ts';
import { actAnswer } from '../acts.ts';
import { callerView } from '../caller-view.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import {
  exchangeBodySchema,
  rulingAnswerSchema,
  rulingBodySchema,
  rulingParamsSchema,
  rulingsAnswerSchema,
  undoBodySchema,
  undoParamsSchema,
} from '../contract/rulings.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

type Body = z.output<typeof rulingBodySchema>;
type Span = { readonly from: number; readonly to: number };

/** `/v1/meters/:meter/rulings` and `/exchanges`: what a person decides about the data of a meter. */
export function addRulingRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/meters/:meter/rulings',
    config: { role: 'read' },
    schema: {
      tags: ['data'],
      summary: 'What people decided about the data of a meter, with who, when and why',
      params: rulingParamsSchema,
      response: answersOf(rulingsAnswerSchema),
    },
    handler: async (request) => {
      const acts = rulingsAbout(parts, meterOf(request, parts, request.params.meter));
      const undone = undoneIn(acts);
      const rulings = acts.filter(({ kind }) => kind !== rulingActs.undo);
      return { rulings: rulings.map((act) => ({ ...actAnswer(act), stands: !undone.has(act.id) })) };
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/meters/:meter/rulings',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'Declare readings void or right, accept what was said of them, or estimate what is missing',
      params: rulingParamsSchema,
      body: rulingBodySchema,
      response: { 201: rulingAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const meter = meterOf(request, parts, request.params.meter);
      const { kind, reason, ...detail } = request.body;
      checkEstimate(meter, request.body);
      return reply.code(201).send(record(request, parts, meter, { kind: rulingActs[kind], reason, detail }, detail));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/meters/:meter/rulings/:ruling/undo',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'Take a ruling back; both stay in the record',
      params: undoParamsSchema,
      body: undoBodySchema,
      response: { 201: rulingAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const meter = meterOf(request, parts, request.params.meter);
      const acts = rulingsAbout(parts, meter);
      const ruling = acts.find(({ id, kind }) => id === request.params.ruling && kind !== rulingActs.undo);
      if (!ruling || undoneIn(acts).has(ruling.id)) {
        const found = String(request.params.ruling);
        throw new ProblemError([{ code: 'request.unknown-id', where: 'path ruling', found }]);
      }
      const { reason } = request.body;
      const act = { kind: rulingActs.undo, reason, detail: { act: ruling.id } };
      return reply.code(201).send(record(request, parts, meter, act, ruling.detail as Span));
    },
  });
  addExchangeRoute(app, parts);
}

function addExchangeRoute(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/meters/:meter/exchanges',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'Record that a meter was exchanged, also afterwards; its life is worked out again',
      params: rulingParamsSchema,
      body: exchangeBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const meter = meterOf(request, parts, request.params.meter);
      const { reason, anyway, ...exchange } = request.body;
      const at = Math.floor(Date.parse(exchange.at) / 1000);
      const doubts = doubtsOfExchange(meter, { ...exchange, at }, await registerNeighbours(parts.store, meter, at));
      if (doubts.length > 0 && !anyway) throw new ProblemError(doubts);
      const who = askerOf(request).name;
      const work = { exchange: { meter: meter.id, ...exchange }, reason, who };
      return reply.code(202).send(askForJob(parts.state, request, 'exchange', work));
    },
  });
}

function meterOf(request: FastifyRequest, parts: ApiParts, id: string): Meter {
  return seen(callerView(request, parts).meters, id, 'path meter');
}

function rulingsAbout({ state }: ApiParts, meter: Meter): readonly Act[] {
  return rulingActsOf(state, meter.id);
}

function undoneIn(acts: readonly Act[]): ReadonlySet<number> {
  return new Set(
    acts.flatMap(({ kind, detail }) => (kind === rulingActs.undo ? [(detail as { act: number }).act] : [])),
  );
}

/** Keeps the act and touches its span in one go: a half-hour never rests on a ruling that is not there. */
function record(
  request: FastifyRequest,
  { state, clock }: ApiParts,
  { id: meter }: Meter,
  act: Pick<Act, 'kind' | 'reason' | 'detail'>,
  { from, to }: Span,
) {
  if (rulingActsOf(state, meter).length >= limits.rulingsOfMeter) {
    const detail = `${limits.rulingsOfMeter} rulings about ${meter}`;
    throw new ProblemError([{ code: 'request.too-many', where: 'rulings', detail }]);
  }
  const whole: Act = { ...act, id: 0, at: clock(), who: askerOf(request).name, meter };
  const { id: _id, ...fresh } = whole;
  const id = state.recordAct(fresh, [{ meter, from, to: to - 1 }]);
  return { act: actAnswer({ ...whole, id }) };
}

/** An estimate is of whole half-hours, in a unit that the meter's half-hours have. */
function checkEstimate(meter: Meter, body: Body): void {
  if (body.kind !== 'estimate') return;
  const wrong = (['from', 'to'] as const).filter((key) => body[key] % halfHourSeconds !== 0);
  const where = (key: string): string => `body ${key}`;
  const problems = wrong.map((key) => {
    return { code: 'request.invalid', where: where(key), expected: 'the start of a half-hour' } as const;
  });
  const meanings = countMeaningsOf(meter);
  const hasUnit = meanings.some(({ energy, volume }) => (body.unit === 'm3' ? volume : energy) !== undefined);
  const isReactive = meter.measures === 'reactive';
  const fits = hasUnit && (body.unit === 'm3' || isReactive === (body.unit === 'kvarh'));
  if (fits && problems.length === 0) return;
  const unit = { code: 'request.invalid', where: where('unit'), found: body.unit } as const;
  throw new ProblemError(fits ? problems : [...problems, { ...unit, expected: 'a unit this meter is told in' }]);
}
