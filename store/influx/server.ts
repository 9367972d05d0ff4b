import { HttpError, InfluxDB as WritingClient } from '@influxdata/influxdb-client';
import { InfluxDB as QueryingClient } from 'influx';
import { z } from 'zod';
import { limits } from '../../domain/limits.ts';
import { type Problem, type ProblemCode, ProblemError } from '../../domain/problems.ts';

/**
 * One InfluxDB, 1.x to 3.x, in the one dialect that all of them speak: line protocol to `/write`, InfluxQL on `/query`,
 * HTTP Basic. On 2.x and 3.x the password is the token.
 */
export interface ServerOptions {
  /** `http://influxdb:8086`. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** How long a request may take, where it is not that of `limits`. */
  readonly timeoutMs?: number | undefined;
}

/** The database took none or only part of a batch, for reasons that lie in its lines. */
export class LinesRefused extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'LinesRefused';
  }
}

/** One statement's series: rows under the tags they were grouped by. */
export interface AnswerSeries {
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

const answerSchema = z.object({
  error: z.string().optional(),
  results: z
    .array(
      z.object({
        error: z.string().optional(),
        partial: z.boolean().optional(),
        series: z.array(z.unknown()).optional(),
      }),
    )
    .default([]),
});

/** Not parsed by a schema: a year of one meter is 17,520 rows. */
interface RawSeries {
  readonly tags?: Record<string, string>;
  readonly columns: string[];
  readonly values?: (number | string | null)[][];
  readonly partial?: boolean;
}

// The querying client would shut itself off for seconds after a failure; how long to wait is decided by the store.
const atOnce = {
  getDelay: () => 0,
  next: () => atOnce,
  reset: () => atOnce,
};

export class Server {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #writing: WritingClient;
  readonly #querying: QueryingClient;

  constructor(options: ServerOptions) {
    const { url, user, password } = options;
    const timeout = options.timeoutMs ?? limits.requestTimeoutMs;
    this.#url = url;
    this.#timeoutMs = timeout;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    this.#writing = new WritingClient({ url, headers: { authorization }, timeout });
    const { hostname, port, protocol, pathname } = new URL(url);
    const secure = protocol === 'https:';
    this.#querying = new QueryingClient({
      host: hostname,
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      protocol: secure ? 'https' : 'http',
      ...(pathname === '/' ? {} : { path: pathname }),
      // Always given: without them the client logs in as root/root.
      username: user,
      password,
      pool: { requestTimeout: timeout, maxRetries: 1, backoff: atOnce },
    });
  }

  /**
   * Writes lines in one request. Rejects with `LinesRefused` when lines are at fault, else with a ProblemError
   * `store.*`. A writer of its own for every batch, never flushed by itself and without retries: the client's buffers
   * answer before they are empty and drop what they cannot send.
   */
  async write(database: string, lines: readonly string[]): Promise<void> {
    const writer = this.#writing.getWriteApi('', '', 's', {
      // The whole batch is one record; a second would be needed to set off the writer's own flush.
      batchSize: 2,
      maxBatchBytes: Number.MAX_SAFE_INTEGER,
      flushInterval: 0,
      maxRetries: 0,
      gzipThreshold: Number.MAX_SAFE_INTEGER,
      // An answer of its own keeps the client from logging.
      writeFailed: async (failure) => {
        throw failure;
      },
    });
    writer.path = `/write?db=${encodeURIComponent(database)}&precision=s`;
    try {
      writer.writeRecord(lines.join('\n'));
      await writer.flush();
    } catch (error) {
      throw this.#writeFailure(error, database);
    } finally {
      writer.dispose();
    }
  }

  /** Asks statements in one request; one list of series for each. */
  async ask(statements: readonly string[], database: string): Promise<AnswerSeries[][]> {
    const stop = AbortSignal.timeout(this.#timeoutMs + 1_000);
    try {
      const query = this.#querying.queryRaw([...statements], {
        method: 'POST',
        precision: 's',
        database,
        signal: stop,
      });
      // The client never answers when the connection breaks in the middle of an answer.
      const answer = answerSchema.parse(await Promise.race([query, aborted(stop)]));
      const words = answer.error ?? answer.results.find((result) => result.error !== undefined)?.error;
      if (words !== undefined) throw this.#problem(codeOfWords(words), words, database);
      if (answer.results.length !== statements.length) throw this.#problem('store.failed', 'an answer is missing');
      return answer.results.map((result) => (result.series ?? []).map((one) => this.#series(one, result.partial)));
    } catch (error) {
      throw this.#askFailure(error, database);
    }
  }

  /** The version that the server says it is, undefined when it does not say. Rejects with `store.unreachable`. */
  async version(): Promise<string | undefined> {
    const [host] = await this.#querying.ping(this.#timeoutMs);
    if (!host?.online && host?.version === null) throw this.#problem('store.unreachable', 'no answer to a ping');
    return host?.version ?? undefined;
  }

  #series(value: unknown, cut: boolean | undefined): AnswerSeries {
    const series = value as RawSeries;
    const rows = series.values?.length ?? 0;
    if (cut || (series.partial && rows <= limits.influxChunkRows)) {
      throw this.#problem('store.failed', 'the database cut its answer short; set `max-row-limit = 0` there');
    }
    return { tags: series.tags ?? {}, columns: series.columns, rows: series.values ?? [] };
  }

  #writeFailure(error: unknown, database: string): Error {
    if (!(error instanceof HttpError)) return this.#problem('store.unreachable', wordsOf(error));
    const words = wordsOfBody(error.body) ?? error.message;
    if (error.statusCode === 413 || error.statusCode === 422) return new LinesRefused(words);
    if (error.statusCode === 400 && speaksOfLines(words)) return new LinesRefused(words);
    return this.#problem(codeOfStatus(error.statusCode), words, database);
  }

  #askFailure(error: unknown, database: string): Error {
    if (error instanceof ProblemError) return error;
    const status = statusOf(error);
    if (status !== undefined) return this.#problem(codeOfStatus(status), wordsOf(error), database);
    if (error instanceof z.ZodError) return this.#problem('store.failed', 'the answer is not one of InfluxDB');
    return this.#problem('store.unreachable', wordsOf(error));
  }

  #problem(code: ProblemCode, words: string, database?: string): ProblemError {
    const where = database === undefined ? this.#url : `${this.#url} ${database}`;
    const problem: Problem = { code, where, detail: words.slice(0, 500) };
    return new ProblemError([problem]);
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return await new Promise((_, fail) => {
    signal.addEventListener('abort', () => fail(new Error('no whole answer in time')), { once: true });
  });
}

/** The querying client keeps its class of refused requests to itself; they carry the response. */
function statusOf(error: unknown): number | undefined {
  const parsed = z.object({ res: z.object({ statusCode: z.number() }) }).safeParse(error);
  return parsed.success ? parsed.data.res.statusCode : undefined;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses has its words in the list.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error && first.message !== '' ? first.message : error.name;
}

/** The words in the JSON of an error: `error` on 1.x and 3.x (with `data` for the lines), `message` on 2.x. */
function wordsOfBody(body: string | undefined): string | undefined {
  const schema = z.object({
    error: z.string().optional(),
    message: z.string().optional(),
    data: z.unknown().optional(),
  });
  try {
    const parsed = schema.parse(JSON.parse(body ?? ''));
    const words = parsed.error ?? parsed.message;
    return words !== undefined && parsed.data ? `${words}: ${JSON.stringify(parsed.data)}` : words;
  } catch {
    return body === undefined || body === '' ? undefined : body;
  }
}

/** A 400 may also come from a proxy or a wrong parameter: then no line is at fault and nothing may be given up. */
function speaksOfLines(words: string): boolean {
  return /unable to parse|pars(e|ing) (failed|error)|partial write|field type conflict|retention policy/i.test(words);
}

function codeOfStatus(status: number): ProblemCode {
  if (status === 401 || status === 403) return 'store.refused-login';
  if (status === 404) return 'store.no-database';
  return status >= 500 || status === 429 ? 'store.unreachable' : 'store.failed';
}

function codeOfWords(words: string): ProblemCode {
  if (/(database|bucket|retention policy).*not found/i.test(words)) return 'store.no-database';
  if (/authoriz|unauthorized|permission|privilege/i.test(words)) return 'store.refused-login';
  return 'store.failed';
}
