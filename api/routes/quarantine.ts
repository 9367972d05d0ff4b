import type { z } from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { type ProblemCode, ProblemError, problems } from '../../domain/problems.ts';
import { quarantineNotices, quarantineShare } from '../../domain/readings/quarantine-notices.ts';
import { toIso } from '../../domain/time.ts';
import type { QuarantineFilter, QuarantineRow, StateStore } from '../../store/state-store.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import {
  quarantineAnswerSchema,
  quarantinedAnswerSchema,
  quarantinedParamsSchema,
  quarantineQuerySchema,
  replayBodySchema,
} from '../contract/quarantine.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';

type Answer = z.output<typeof quarantineAnswerSchema>;
type Whole = z.output<typeof quarantinedAnswerSchema>['message'];

/**
 * `/v1/quarantine`: messages that were not understood, with their reason, and their replay. Topics of nobody's meters
 * are among them.
 */
export function addQuarantineRoutes(app: Api, { state, clock }: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/quarantine',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'Messages that were not understood, oldest first',
      querystring: quarantineQuerySchema,
      response: answersOf(quarantineAnswerSchema),
    },
    handler: async ({ query }) => {
      const { limit, cursor, replayed } = query;
      const filter = {
        ...filterOf(query, 'query'),
        replayed: replayed === undefined ? undefined : replayed === 'true',
      };
      const found = state.quarantine({ ...filter, after: Number(cursor ?? 0), limit: limit + 1 });
      const page = found.slice(0, limit);
      const next_cursor = found.length > limit ? String(page.at(-1)?.id ?? 0) : null;
      const messages = page.map((row) => ({ ...messageOf(row), payload_text: beginningOf(row.payload) }));
      return { messages, next_cursor, quarantine: useOf(state) };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/quarantine/:message',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'One message that was not understood, with all that was kept of it',
      params: quarantinedParamsSchema,
      response: answersOf(quarantinedAnswerSchema),
    },
    handler: async ({ params }) => {
      const [row] = state.quarantined([params.message]);
      if (row) return { message: wholeOf(row) };
      const found = String(params.message);
      throw new ProblemError([{ code: 'request.unknown-id', where: 'path message', found }]);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/quarantine/replay',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'Decodes messages of the quarantine again, by the register as it is now',
      body: replayBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { reason, messages, clock_was_behind: clockWasBehind } = request.body;
      const filter = filterOf(request.body, 'body');
      const which = messages === undefined ? { filter } : { ids: messages };
      const answer = askForJob(state, request, 'replay', { ...which, clockWasBehind });
      const detail = { job: answer.job.id, ...which, clock_was_behind: clockWasBehind };
      const { name } = askerOf(request);
      state.recordAct({ at: clock(), who: name, kind: 'replay', meter: filter.meter, reason, detail });
      return reply.code(202).send(answer);
    },
  });
}

type FilterWords = Omit<QuarantineFilter, 'code' | 'replayed'> & { readonly code?: string | undefined };

function filterOf({ code, meter, topic, from, to }: FilterWords, where: 'query' | 'body'): QuarantineFilter {
  return { code: code === undefined ? undefined : knownCode(code, `${where} code`), meter, topic, from, to };
}

function knownCode(text: string, where: string): ProblemCode {
  const codes = Object.keys(problems) as ProblemCode[];
  const code = codes.find((known) => known === text);
  if (code !== undefined) return code;
  const near = nearest(text, codes);
  const expected = `a code of the catalogue${near === undefined ? '' : `, perhaps ${near}`}`;
  throw new ProblemError([{ code: 'request.invalid', where, found: text, expected }]);
}

function messageOf(row: QuarantineRow): Omit<Whole, 'payload_text' | 'payload_hex'> {
  return {
    id: row.id,
    received: toIso(row.received),
    topic: row.topic,
    meter: row.meter,
    code: row.code,
    detail: row.detail,
    mend: problems[row.code].mend,
    qos: row.qos,
    retained: row.retained,
    replayed: row.replayed,
    refused_readings: row.refusedReadings,
    payload_bytes: row.payload.length,
  };
}

function wholeOf(row: QuarantineRow): Whole {
  const text = textOf(row.payload);
  return {
    ...messageOf(row),
    payload_text: text,
    payload_hex: text === null ? Buffer.from(row.payload).toString('hex') : null,
  };
}

const shownBytes = 512;

/** The beginning of a payload as text; a character that is cut in two is left out. */
function beginningOf(payload: Uint8Array): string | null {
  return textOf(payload.subarray(0, shownBytes), payload.length > shownBytes);
}

/** Null where it is not text. */
function textOf(payload: Uint8Array, goesOn = false): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload, { stream: goesOn });
  } catch {
    return null;
  }
}

function useOf(state: Pick<StateStore, 'quarantineUse'>): Answer['quarantine'] {
  const use = state.quarantineUse();
  return {
    messages: use.rows,
    bytes: use.bytes,
    full_share: quarantineShare(use),
    expired: use.expired,
    oldest: use.oldest === undefined ? null : toIso(use.oldest),
    expiring: use.expiring,
    notices: quarantineNotices(use).map(({ code, found = '' }) => ({ code, found, ...wordsOf(code) })),
  };
}

function wordsOf(code: ProblemCode): { readonly says: string; readonly mend: string } {
  const { says, mend } = problems[code];
  return { says, mend };
}
