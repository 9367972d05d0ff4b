import type { FastifyRequest } from 'fastify';
import type { Meter } from '../../domain/estate/estate.ts';
import { doubtsOfRead, type ManualRead } from '../../domain/readings/manual-read.ts';
import { limits } from '../../domain/limits.ts';
import { type Problem, ProblemError, sayProblem } from '../../domain/problems.ts';
import { addDays, startOfDay } from '../../domain/time.ts';
import { registerNeighbours } from '../../store/register-neighbours.ts';
import { callerView } from '../caller-view.ts';
import { invoiceBodySchema, readBodySchema } from '../contract/entries.ts';
import { jobAnswerSchema } from '../contract/jobs.ts';
import { meterParamsSchema } from '../contract/meters.ts';
import { problemAnswers } from '../contract/vocabulary.ts';
import { askerOf, askForJob } from '../jobs.ts';
import type { Api, ApiParts } from '../parts.ts';
import { seen } from '../view.ts';

/** What people enter by hand: reads of a meter's face, and invoices. */
export function addEntryRoutes(app: Api, parts: ApiParts): void {
  app.route({
    method: 'POST',
    url: '/v1/meters/:meter/reads',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'A read by hand, checked against its neighbours and the rating; the job tells what came of it',
      params: meterParamsSchema,
      body: readBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const meter = readable(request, parts, request.params.meter);
      const { value, at = parts.clock(), reason, anyway } = request.body;
      const reads = [{ at, value }];
      const despite = await checkReads(parts, meter, reads, anyway);
      const work = { meter: meter.id, act: 'manual-read', readings: reads.map(registerOf), reason, despite };
      return reply.code(202).send(askForJob(parts.state, request, 'enter', { ...work, who: askerOf(request).name }));
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/meters/:meter/invoices',
    config: { role: 'operate' },
    schema: {
      tags: ['data'],
      summary: 'What an invoice says a meter counted: an amount for a period, or its registers at both ends',
      params: meterParamsSchema,
      body: invoiceBodySchema,
      response: { 202: jobAnswerSchema, ...problemAnswers },
    },
    handler: async (request, reply) => {
      const meter = readable(request, parts, request.params.meter);
      const { from, to, amount, opening, closing, reason, anyway } = request.body;
      const [begin, end] = [startOfDay(from), startOfDay(addDays(to, 1))];
      if (end - begin > limits.totalSeconds) {
        const expected = `at most ${limits.totalSeconds / 86_400} days`;
        throw new ProblemError([{ code: 'request.range-too-long', where: 'body to', found: to, expected }]);
      }
      const reads = [
        { at: begin, value: opening ?? 0 },
        { at: end, value: closing ?? 0 },
      ];
      const despite = amount === undefined ? await checkReads(parts, meter, reads, anyway) : [];
      const total = { kind: 'total', at: begin, value: amount, period: end - begin };
      const readings = amount === undefined ? reads.map(registerOf) : [total];
      const work = { meter: meter.id, act: 'enter-invoice', readings, reason, despite };
      return reply.code(202).send(askForJob(parts.state, request, 'enter', { ...work, who: askerOf(request).name }));
    },
  });
}

function registerOf({ at, value }: ManualRead) {
  return { kind: 'register' as const, at, value, period: 0 };
}

/** A meter of the caller's that has a register; a computed one has none. */
function readable(request: FastifyRequest, parts: ApiParts, id: string): Meter {
  const meter = seen(callerView(request, parts).meters, id, 'path meter');
  if (meter.role !== 'virtual' && meter.stock === undefined) return meter;
  const expected = 'a meter that is read';
  throw new ProblemError([
    { code: 'request.invalid', where: 'path meter', found: 'a meter that is computed', expected },
  ]);
}

/** Throws what speaks against the reads, or answers it when they are to be taken anyway. */
async function checkReads(
  parts: ApiParts,
  meter: Meter,
  reads: readonly ManualRead[],
  anyway: boolean,
): Promise<string[]> {
  const late = reads.filter(({ at }) => at > parts.clock() + limits.futureSeconds || at < limits.earliestStamp);
  if (late.length > 0)
    throw new ProblemError([{ code: 'reading.future', where: 'body', expected: 'a time that is past' }]);
  const doubts: Problem[] = [];
  for (const read of reads)
    doubts.push(...doubtsOfRead(meter, read, await registerNeighbours(parts.store, meter, read.at)));
  if (doubts.length > 0 && !anyway) throw new ProblemError(doubts);
  return doubts.map(sayProblem);
}
