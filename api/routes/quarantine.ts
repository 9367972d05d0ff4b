import type { z } from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { type ProblemCode, ProblemError, problems } from '../../domain/problems.ts';
import { toIso } from '../../domain/time.ts';
import type { QuarantineRow } from '../../store/state-store.ts';
import { quarantineAnswerSchema, quarantineQuerySchema } from '../contract/data-quality.ts';
import { answersOf } from '../contract/vocabulary.ts';
import type { Api, ApiParts } from '../parts.ts';

type Message = z.output<typeof quarantineAnswerSchema>['messages'][number];

/** `/v1/quarantine`: messages that were not understood, with their reason. Topics of nobody's meters are among them. */
export function addQuarantineRoutes(app: Api, parts: ApiParts): void {
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
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const code = request.query.code === undefined ? undefined : knownCode(request.query.code);
      const found = parts.state.quarantine({ after: Number(cursor ?? 0), limit: limit + 1, code });
      const page = found.slice(0, limit);
      const next_cursor = found.length > limit ? String(page.at(-1)?.id ?? 0) : null;
      return { messages: page.map(messageOf), next_cursor };
    },
  });
}

function knownCode(text: string): ProblemCode {
  const codes = Object.keys(problems) as ProblemCode[];
  const code = codes.find((known) => known === text);
  if (code !== undefined) return code;
  const near = nearest(text, codes);
  const expected = `a code of the catalogue${near === undefined ? '' : `, perhaps ${near}`}`;
  throw new ProblemError([{ code: 'request.invalid', where: 'query code', found: text, expected }]);
}

const shownBytes = 512;

function messageOf(row: QuarantineRow): Message {
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
    payload_text: textOf(row.payload),
  };
}

/** The beginning of a payload as text; null where it is not text. */
function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload.subarray(0, shownBytes), { stream: true });
  } catch {
    return null;
  }
}
