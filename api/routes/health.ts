import type { z } from 'zod';
import { type Problem, type ProblemCode, ProblemError } from '../../domain/problems.ts';
import { quarantineNotices } from '../../domain/readings/quarantine-notices.ts';
import { healthAnswerSchema, readinessAnswerSchema } from '../contract/health.ts';
import type { Api, ApiParts } from '../parts.ts';

type Readiness = z.output<typeof readinessAnswerSchema>;
type Check = Readiness['checks'][number];

/**
 * `/healthz`: the process answers. `/readyz`: the stores take writes; a refused estate folder is told, the last good
 * one serves; a quarantine that will soon lose messages is told too.
 */
export function addHealthRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { role: 'open' },
    schema: {
      tags: ['operation'],
      summary: 'Is the process alive',
      security: [],
      response: { 200: healthAnswerSchema },
    },
    handler: async () => ({ alive: true as const }),
  });
  const ready = oncePerSecond(parts, () => checkReadiness(parts));
  app.route({
    method: 'GET',
    url: '/readyz',
    config: { role: 'open' },
    schema: {
      tags: ['operation'],
      summary: 'Do the stores take writes, and is the estate register the one on disk',
      security: [],
      response: { 200: readinessAnswerSchema, 503: readinessAnswerSchema },
    },
    handler: async (_request, reply) => {
      const answer = await ready();
      return reply.code(answer.ready ? 200 : 503).send(answer);
    },
  });
}

async function checkReadiness(parts: ApiParts): Promise<Readiness> {
  const checks = [
    await check('readings', () => parts.store.ready()),
    await check('state', async () => parts.state.remember('api.ready', String(parts.clock()))),
    judged('estate', parts.estateProblems()),
    await check('quarantine', async () => {
      const notices = quarantineNotices(parts.state.quarantineUse());
      if (notices.length > 0) throw new ProblemError(notices);
    }),
  ];
  // With a refused folder the last good register serves on, and a full quarantine takes on, so only the stores decide.
  const ready = checks.every(({ name, good }) => good || name === 'estate' || name === 'quarantine');
  return { ready, checks };
}

async function check(name: Check['name'], prove: () => Promise<void>): Promise<Check> {
  try {
    await prove();
    return judged(name, []);
  } catch (error) {
    const unknown: Problem = { code: 'internal', where: name };
    return judged(name, error instanceof ProblemError ? error.problems : [unknown]);
  }
}

/** Anyone may ask, so only codes are told; the sentences are in the log and, for the estate, in `meterhouse check`. */
function judged(name: Check['name'], problems: readonly Problem[]): Check {
  const codes: ProblemCode[] = [...new Set(problems.map(({ code }) => code))];
  const says = problems.length === 0 ? 'good' : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
  return { name, good: problems.length === 0, codes, says };
}

/** The answer of the same second is given again: a probe costs a write, and anyone may probe. */
function oncePerSecond(parts: ApiParts, ask: () => Promise<Readiness>): () => Promise<Readiness> {
  let known: { readonly second: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    const second = Math.floor(parts.clock());
    if (known?.second !== second) known = { second, answer: ask() };
    return known.answer;
  };
}
