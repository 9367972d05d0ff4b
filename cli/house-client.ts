import { z } from 'zod';
import { jobAnswerSchema, type jobSchema } from '../api/contract/jobs.ts';
import { problemSchema } from '../api/contract/vocabulary.ts';
import { limits } from '../domain/limits.ts';
import { type ProblemCode, ProblemError, problems } from '../domain/problems.ts';
import { configOptions, type Invocation, type Option } from './command.ts';
import type { Config } from './config.ts';

type Job = z.output<typeof jobSchema>;

/** Flags of every command that asks a running Meterhouse. */
export const clientOptions = {
  config: configOptions.config,
  api: {
    type: 'string',
    value: 'URL',
    describes: 'address of the running Meterhouse (default: api.host and api.port)',
    sets: 'api.url',
  },
} as const satisfies Record<string, Option>;

/** What a request carries. */
export interface Sent {
  readonly body?: string | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A running Meterhouse, asked over its API: the embedded store opens in one process only, and what a person does is
 * checked and recorded in one place. Every call rejects with a ProblemError: what the API refused in its own words, or
 * `api.*` when it cannot be asked.
 */
export interface HouseClient {
  /** Answers what the schema says of it. */
  get<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>>;
  post<T extends z.ZodType>(path: string, body: unknown, schema: T): Promise<z.output<T>>;
  /** For what is no JSON: a file that is sent, a table that is saved. */
  send(method: string, path: string, init?: Sent): Promise<Response>;
  /** Waits for a job and shows how far it is; answers its result. Rejects with `job.failed` when it failed. */
  awaitJob(job: Job, title: string): Promise<unknown>;
}

/** Where the running Meterhouse answers, without a slash at the end. */
export function houseAddress({ url, host, port }: Config['api']): string {
  return (url ?? `http://${host}:${port}`).replace(/\/$/, '');
}

/** The client of the address in the configuration, with the key of `METERHOUSE_API_KEY`. */
export function houseClient(invocation: Pick<Invocation, 'config' | 'terminal'>): HouseClient {
  const { api } = invocation.config();
  const base = houseAddress(api);
  const login = api.key === undefined ? {} : { authorization: `Bearer ${api.key}` };

  const send: HouseClient['send'] = async (method, path, init = {}) => {
    const answer = await fetch(`${base}${path}`, {
      method,
      ...init,
      headers: { ...login, ...init.headers },
      // A body that streams takes as long as its file; the answer after it may not.
      ...(init.body instanceof ReadableStream
        ? { duplex: 'half' }
        : { signal: AbortSignal.timeout(limits.requestTimeoutMs) }),
    }).catch((error: unknown) => {
      throw new ProblemError([{ code: 'api.unreachable', where: base, detail: causeOf(error) }], { cause: error });
    });
    if (!answer.ok) throw await refusal(answer, `${method} ${path}`);
    return answer;
  };
  const parsed = async <T extends z.ZodType>(answer: Response, schema: T, where: string): Promise<z.output<T>> => {
    const result = schema.safeParse(await answer.json().catch(() => undefined));
    if (result.success) return result.data;
    const detail = z.prettifyError(result.error).slice(0, 500);
    throw new ProblemError([{ code: 'api.unexpected', where: `${base} ${where}`, detail }]);
  };
  const get: HouseClient['get'] = async (path, schema) => await parsed(await send('GET', path), schema, path);
  return {
    send,
    get,
    async post(path, body, schema) {
      const init = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      return await parsed(await send('POST', path, init), schema, path);
    },
    async awaitJob(first, title) {
      let job = first;
      while (job.state === 'waiting' || job.state === 'running') {
        invocation.terminal.progress(title, job.progress, job.state === 'waiting' ? 'waits for its turn' : '');
        await new Promise((done) => setTimeout(done, limits.jobPollMs));
        ({ job } = await get(`/v1/jobs/${job.id}`, jobAnswerSchema));
      }
      if (job.state === 'failed') throw new ProblemError([{ code: 'job.failed', where: title, detail: wordsOf(job) }]);
      invocation.terminal.progress(title, 1);
      return job.result;
    },
  };
}

/** What the API said is wrong, as the problems they are. */
async function refusal(answer: Response, where: string): Promise<ProblemError> {
  const said = problemSchema.safeParse(await answer.json().catch(() => undefined));
  if (!said.success) {
    return new ProblemError([{ code: 'api.unexpected', where, found: `status ${answer.status}` }]);
  }
  return new ProblemError(
    said.data.problems.map(({ code, mend: _mend, ...rest }) =>
      isKnown(code) ? { code, ...rest } : { ...rest, code: 'api.unexpected', detail: `${code} ${rest.detail ?? ''}` },
    ),
  );
}

function isKnown(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

function wordsOf({ result }: Job): string {
  const detail = (result as { detail?: unknown } | null)?.detail;
  return typeof detail === 'string' ? detail : JSON.stringify(result);
}

/** `fetch` says "fetch failed" and keeps the reason as its cause. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
