import type { z } from 'zod';
import { listenersOf, meterSchema } from '../../domain/estate/estate.ts';
import type { InboxEntry, ProposedMeter } from '../../domain/estate/inbox.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import { dateOf, toIso } from '../../domain/time.ts';
import type { AcceptedMeter } from '../../store/estate-amendments.ts';
import {
  acceptBodySchema,
  ignoreBodySchema,
  ignoredAnswerSchema,
  inboxAnswerSchema,
  inboxEntryAnswerSchema,
  inboxParamsSchema,
  inboxQuerySchema,
} from '../contract/inbox.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { proposedId, proposedYaml } from '../proposed-meter.ts';

type Entry = z.output<typeof inboxAnswerSchema>['entries'][number];

/** `/v1/inbox`: topics that nobody has registered, and the meters they may be. */
export function addInboxRoutes(app: Api, parts: ApiParts): void {
  addInboxReading(app, parts);
  addInboxDeciding(app, parts);
}

function addInboxReading(app: Api, { state, estate }: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/inbox',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'Topics that nobody has registered',
      querystring: inboxQuerySchema,
      response: answersOf(inboxAnswerSchema),
    },
    handler: async ({ query }) => {
      const { limit, cursor, state: wanted } = query;
      const found = state.inbox({ after: Number(cursor ?? 0), limit: limit + 1, state: wanted });
      const page = found.slice(0, limit);
      return {
        entries: page.map(entryOf),
        next_cursor: found.length > limit ? String(page.at(-1)?.id ?? 0) : null,
      };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/inbox/:entry',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'One topic that nobody has registered, with a proposed entry for each of its meters',
      params: inboxParamsSchema,
      response: answersOf(inboxEntryAnswerSchema),
    },
    handler: async ({ params }) => {
      const entry = known(state, params.entry);
      const taken = new Set(listenersOf(estate()).map(({ id }) => id));
      const proposals = entry.proposals.map((proposal) => {
        const { decoder, channel, utility, unit, kind, value, guessed } = proposal;
        const id = proposedId(entry.topic, proposal, taken);
        const yaml = proposedYaml(entry, proposal, id);
        return { id, decoder, channel: channel ?? null, utility, unit, kind, value, guessed: [...guessed], yaml };
      });
      return { entry: entryOf(entry), proposals };
    },
  });
}

function addInboxDeciding(app: Api, { state, estate, clock }: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/inbox/:entry/accept',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'Takes a proposed meter into the register, and decodes what was heard of its topic',
      params: inboxParamsSchema,
      body: acceptBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { body, params } = request;
      const entry = known(state, params.entry);
      if (!estate().sites.has(body.site)) {
        throw new ProblemError([{ code: 'request.unknown-id', where: 'body site', found: body.site }]);
      }
      const meter = meterOf(entry, body);
      const { name: who } = askerOf(request);
      const work = { entry: entry.id, meter, who, reason: body.reason };
      return reply.code(202).send(askForJob(state, request, 'accept-meter', work));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/inbox/:entry/ignore',
    config: { role: 'operate', unlimited: true },
    schema: {
      tags: ['data'],
      summary: 'Says that a topic is none of ours; its messages stay in the quarantine',
      params: inboxParamsSchema,
      body: ignoreBodySchema,
      response: answersOf(ignoredAnswerSchema),
    },
    handler: async (request) => {
      const entry = known(state, request.params.entry);
      const { name: who } = askerOf(request);
      const { reason } = request.body;
      state.settleInbox(entry.id, 'ignored', clock());
      const detail = { entry: entry.id, topic: entry.topic };
      state.recordAct({ at: clock(), who, kind: 'ignore-topic', meter: undefined, reason, detail });
      return { entry: entryOf({ ...entry, state: 'ignored' }) };
    },
  });
}

function known(state: ApiParts['state'], id: number): InboxEntry {
  const entry = state.inboxEntry(id);
  if (entry) return entry;
  throw new ProblemError([{ code: 'request.unknown-id', where: 'path entry', found: String(id) }]);
}

function entryOf(entry: InboxEntry): Entry {
  const { id, topic, state, first, last, messages, proposals, payload } = entry;
  return {
    id,
    topic,
    state,
    first_heard: toIso(first),
    last_heard: toIso(last),
    messages,
    family: proposals[0]?.decoder ?? null,
    proposed_meters: proposals.length,
    payload_text: textOf(payload),
  };
}

/** A payload as text, cut within a letter or not; null where it is not text. */
function textOf(payload: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload, { stream: true });
  } catch {
    return null;
  }
}

/** The entry of the register: what was proposed, and over it what the person says. */
function meterOf(entry: InboxEntry, body: z.output<typeof acceptBodySchema>): AcceptedMeter {
  const { site, id, name, meter: own } = body;
  const proposal = proposalOf(entry, body.channel);
  const { decoder, channel, utility, unit } = proposal ?? {};
  const since = { valid_from: dateOf(entry.first) };
  const proposed = { utility, unit, role: 'sub', decoder, channel: body.channel ?? channel, ...since };
  const written = { ...proposed, topic: entry.topic, ...own, id, name };
  const judged = meterSchema.safeParse(written);
  if (judged.success) return { ...(written as Omit<AcceptedMeter, 'site'>), site };
  throw new ProblemError(
    judged.error.issues.map(
      (issue): Problem => ({
        code: 'request.invalid',
        where: ['body', 'meter', ...issue.path].join('.'),
        detail: issue.message,
      }),
    ),
  );
}

/** With several proposals a person says which by its channel; with none everything is theirs to say. */
function proposalOf({ proposals }: InboxEntry, channel: string | undefined): ProposedMeter | undefined {
  if (channel === undefined && proposals.length <= 1) return proposals[0];
  const found = proposals.find((proposal) => proposal.channel === channel);
  if (found || channel !== undefined) return found ?? proposals[0];
  const expected = `one of ${proposals.map((proposal) => proposal.channel).join(', ')}`;
  throw new ProblemError([{ code: 'request.invalid', where: 'body channel', found: 'nothing', expected }]);
}
