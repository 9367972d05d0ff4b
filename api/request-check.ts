import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { nearest } from '../domain/nearest.ts';
import { type Problem, type ProblemCode, ProblemError, problems } from '../domain/problems.ts';

/**
 * Every mistake of a request at once: path, query and body are checked together, before the route sees any of them,
 * and each issue becomes a problem that says where, what was found and what was expected.
 */

const parts = [
  ['path', 'params'],
  ['query', 'querystring'],
  ['body', 'body'],
] as const;

/** Parses what the request brings by its route's schemas, in place; throws all problems together. */
export function checkRequest(request: FastifyRequest): void {
  const schemas = request.routeOptions.schema;
  const found: Problem[] = [];
  for (const [name, part] of parts) {
    const schema = schemas?.[part];
    const given = part === 'params' ? request.params : part === 'body' ? request.body : request.query;
    if (schema instanceof z.ZodType) {
      const parsed = schema.safeParse(given);
      if (parsed.success) put(request, part, parsed.data);
      else found.push(...parsed.error.issues.flatMap((issue) => sayIssue(name, issue, given, schema)));
    } else if (part === 'querystring') found.push(...unknownKeys(name, Object.keys(Object(given)), []));
  }
  if (found.length > 0) throw new ProblemError(found);
}

function put(request: FastifyRequest, part: 'params' | 'querystring' | 'body', value: unknown): void {
  if (part === 'params') request.params = value;
  else if (part === 'body') request.body = value;
  else request.query = value;
}

function sayIssue(name: string, issue: z.core.$ZodIssue, given: unknown, schema: z.ZodType): Problem[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(name, issue.keys, keysOf(schema));
  const where = [name, ...issue.path.map(String)].join(' ');
  const { code, found } = customOf(issue);
  return [{ code, where, found: found ?? show(valueAt(given, issue.path)), expected: expectedOf(issue) }];
}

function unknownKeys(name: string, keys: readonly string[], known: readonly string[]): Problem[] {
  return keys.map((key) => {
    const near = nearest(key, known);
    const allowed = known.length === 0 ? 'no keys' : `one of ${known.join(', ')}`;
    const expected = near === undefined ? allowed : `perhaps ${near}; ${allowed}`;
    return { code: 'request.invalid', where: `${name} ${show(key)}`, found: 'a key that is not known here', expected };
  });
}

function keysOf(schema: z.ZodType): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** A check of ours may name another code of the catalogue and what it found. */
function customOf(issue: z.core.$ZodIssue): { code: ProblemCode; found: string | undefined } {
  const params: Record<string, unknown> = (issue.code === 'custom' && issue.params) || {};
  const code = Object.keys(problems).find((known): known is ProblemCode => known === params['problem']);
  return {
    code: code ?? 'request.invalid',
    found: typeof params['found'] === 'string' ? params['found'] : undefined,
  };
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_type':
      // A schema that knows a better sentence than the name of a type says so as its error.
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return issue.expected === 'nonoptional' ? 'a value' : issue.expected;
    case 'too_small':
      return `at least ${issue.minimum} ${issue.origin === 'string' ? 'characters' : ''}`.trim();
    case 'too_big':
      return `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : ''}`.trim();
    case 'invalid_format':
      return issue.format === 'date' ? 'a date as 2026-04-01' : issue.message;
    default:
      return issue.message;
  }
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  let value = given;
  for (const key of path) value = value === null || value === undefined ? undefined : Reflect.get(Object(value), key);
  return value;
}

/** A value as a person may see it again: short, and never a key's secret. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  const masked = text.replaceAll(/mh_[0-9a-f]{1,12}_[\w-]+/g, 'mh_…');
  return masked.length > 80 ? `${masked.slice(0, 80)}…` : masked;
}
