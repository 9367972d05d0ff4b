import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../../domain/problems.ts';
import { type SignOff, signedText } from '../../domain/signoff/sign-off.ts';
import { figureAskedOf, sitesSeen } from '../asked-figure.ts';
import { callerView } from '../caller-view.ts';
import {
  differenceAnswerSchema,
  signOffAnswerSchema,
  signOffBodySchema,
  signOffMadeSchema,
  signOffParamsSchema,
  signOffsAnswerSchema,
  signOffsQuerySchema,
} from '../contract/sign-offs.ts';
import { answersOf, problemAnswers } from '../contract/vocabulary.ts';
import { askerOf } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { differenceOf } from '../sign-off-difference.ts';
import { makeSignOff, signOffAnswer } from '../sign-off.ts';

/** `/v1/sign-offs`: figures that people signed, and what became of them since. */
export function addSignOffRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/sign-offs',
    config: { role: 'operate' },
    schema: {
      tags: ['figures'],
      summary: 'Sign a figure off: it is frozen with everything that produced it',
      description:
        'Refused where a factor is quoted, carried forward or missing, an area is not known or something is missing, ' +
        'unless a named person accepts each of these with a reason. Kept for ever.',
      body: signOffBodySchema,
      response: { 201: signOffMadeSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const { reason, accept, ...named } = request.body;
      const view = callerView(request, parts);
      const asked = figureAskedOf(view, named, 'body');
      checkWhole(request, asked.place);
      const wish = {
        asked,
        visible: sitesSeen(parts.estate(), view, asked),
        who: askerOf(request).name,
        reason,
        accept,
      };
      return reply.code(201).send({ sign_off: signOffAnswer(await makeSignOff(parts, wish)) });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/sign-offs',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'Figures that were signed off, the oldest first',
      querystring: signOffsQuerySchema,
      response: answersOf(signOffsAnswerSchema),
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const list: SignOff[] = [];
      let after = Number(cursor ?? 0);
      for (;;) {
        const page = parts.state.signOffs({ after, limit });
        list.push(...page.filter((one) => isSeen(request, parts, one)));
        after = page.at(-1)?.id ?? after;
        if (page.length < limit || list.length >= limit) break;
      }
      const shown = list.slice(0, limit);
      const last = shown.length === limit ? String(shown.at(-1)?.id) : null;
      return { sign_offs: shown.map(signOffAnswer), next_cursor: last };
    },
  });
  addSignedRoutes(app, parts);
}

/** One sign-off, and what became of it. */
function addSignedRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/v1/sign-offs/:sign_off',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'A signed figure with the chain that produced it, as it was then',
      params: signOffParamsSchema,
      response: answersOf(signOffAnswerSchema),
    },
    handler: async (request) => {
      const signed = seenSignOff(request, parts, request.params.sign_off);
      const inputs = parts.state.signedInputs(signed.id);
      const digest = inputs && createHash('sha256').update(signedText(signed, inputs)).digest('hex');
      return { sign_off: signOffAnswer(signed), intact: digest === signed.digest, chain: inputs?.chain ?? null };
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/sign-offs/:sign_off/difference',
    config: { role: 'read' },
    schema: {
      tags: ['figures'],
      summary: 'What lies between a signed figure and the same figure now, by cause; the parts add up exactly',
      params: signOffParamsSchema,
      response: answersOf(differenceAnswerSchema),
    },
    handler: async (request) => await differenceOf(parts, seenSignOff(request, parts, request.params.sign_off)),
  });
}

/** Who sees only some sites of an organisation or of the estate cannot sign for all of it. */
function checkWhole(request: FastifyRequest, place: { readonly kind: string; readonly id: string }): void {
  const { organisations, sites } = askerOf(request);
  const isLimited = organisations.length + sites.length > 0;
  const isWhole = place.kind === 'organisation' && organisations.includes(place.id);
  if (!isLimited || isWhole || place.kind === 'site' || place.kind === 'building') return;
  const expected = 'a key that sees all of it, or the figure of a site';
  throw new ProblemError([{ code: 'request.forbidden', where: `body ${place.kind}`, found: place.id, expected }]);
}

function isSeen(request: FastifyRequest, parts: ApiParts, { sites, asked }: SignOff): boolean {
  const { organisations, sites: own } = askerOf(request);
  if (organisations.length + own.length === 0) return true;
  const view = callerView(request, parts);
  const seen = new Set(sitesSeen(parts.estate(), view, asked));
  return sites.every((site) => seen.has(site));
}

function seenSignOff(request: FastifyRequest, parts: ApiParts, id: number): SignOff {
  const signed = parts.state.signOff(id);
  if (signed && isSeen(request, parts, signed)) return signed;
  throw new ProblemError([{ code: 'request.unknown-id', where: 'path sign_off', found: String(id) }]);
}
