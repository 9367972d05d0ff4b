import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Problem, type ProblemCode, ProblemError, problems, sayProblem } from '../domain/problems.ts';
import type { problemSchema } from './contract/vocabulary.ts';

/**
 * Problems as answers: `application/problem+json` of RFC 9457 with a code of the catalogue. What is our own mistake
 * is logged whole and answered with nothing but the request's id.
 */
export type ProblemAnswer = z.output<typeof problemSchema>;

/** The answer to a request with these problems; the first one gives the status. */
export function problemAnswer(list: readonly Problem[], requestId: string): ProblemAnswer {
  const first = list[0] ?? { code: 'internal' as const, where: 'this request' };
  const { status, says } = problems[first.code];
  return {
    type: `urn:meterhouse:problem:${first.code}`,
    title: says,
    status,
    code: first.code,
    detail: list.map(sayProblem).join('\n') || says,
    request_id: requestId,
    problems: list.map(({ code, where, line, found, expected, detail }) => ({
      code,
      says: problems[code].says,
      where,
      ...(line === undefined ? {} : { line }),
      ...(found === undefined ? {} : { found }),
      ...(expected === undefined ? {} : { expected }),
      ...(detail === undefined ? {} : { detail }),
      mend: problems[code].mend,
    })),
  };
}

/** Codes of the web framework that are a mistake of the caller, and what they are in our words. */
const frameworkCodes: Record<string, { code: ProblemCode; where: string; expected?: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'request.too-large', where: 'body' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'request.invalid', where: 'header Content-Length' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'request.media-type',
    where: 'header Content-Type',
    expected: 'application/json',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'request.invalid', where: 'body', expected: 'JSON' },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'request.invalid', where: 'body', expected: 'valid JSON' },
  FST_ERR_BAD_URL: { code: 'request.invalid', where: 'path', expected: 'a valid address' },
  FST_ERR_HANDLER_TIMEOUT: { code: 'request.too-slow', where: 'this request' },
};

function problemsOf(error: unknown): readonly Problem[] | undefined {
  if (error instanceof ProblemError) return error.problems;
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : frameworkCodes[code];
  if (known) return [known];
  // A body that is not JSON comes as a plain SyntaxError with a status.
  return error instanceof SyntaxError && statusCode === 400
    ? [{ code: 'request.invalid', where: 'body', expected: 'valid JSON' }]
    : undefined;
}

/** Answers an error of a route, a hook or the framework. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const list = problemsOf(error);
  const status = list?.[0] ? problems[list[0].code].status : 500;
  if (status >= 500) request.log.error({ err: error, route: request.routeOptions.url }, 'a request failed');
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="meterhouse"');
  return sendProblems(list ?? [{ code: 'internal', where: 'this request' }], request, reply);
}

/** Sends problems as the answer. */
export function sendProblems(list: readonly Problem[], request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = problemAnswer(list, request.id);
  return reply.code(answer.status).type('application/problem+json; charset=utf-8').send(JSON.stringify(answer));
}
