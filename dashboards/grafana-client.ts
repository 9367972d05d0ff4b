import { z } from 'zod';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { boundedText } from './bounded-text.ts';

/** Where a Grafana is and who asks. */
export interface GrafanaAddress {
  /** With the path below which Grafana is served, if it has one. */
  readonly url: string;
  /** Of a service account; undefined asks as nobody, who sees the health and nothing else. */
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

const healthSchema = z.object({ database: z.string(), version: z.string().optional() });
const dataSourceHealthSchema = z.object({ status: z.string(), message: z.string().default('') });
const foundSchema = z.array(z.object({ uid: z.string(), title: z.string(), folderUid: z.string().optional() }));
const folderSchema = z.object({ uid: z.string(), title: z.string() });
const dashboardSchema = z.object({
  dashboard: z.record(z.string(), z.unknown()),
  meta: z.object({ provisioned: z.boolean().optional(), folderUid: z.string().optional() }),
});
const savedSchema = z.object({ uid: z.string(), version: z.number(), status: z.string() });
const ruleSchema = z.array(z.object({ uid: z.string(), title: z.string() }));
const refusalSchema = z.object({ message: z.string().optional(), status: z.unknown().optional() });

export type GrafanaJson = Readonly<Record<string, unknown>>;

/** A board as it is sent to be saved. */
export interface Saving {
  readonly dashboard: GrafanaJson;
  readonly folderUid: string;
  /** Stands in the history of the board. */
  readonly message: string;
  /** Replaces what has the same uid, whoever saved it last. */
  readonly overwrite: boolean;
}

/**
 * The part of Grafana's HTTP API that Meterhouse needs; npm has no `grafana-client`. The `/api` routes are those of
 * every Grafana in use: deprecated in 13 in favour of `/apis`, working there, and to go in a later major version.
 * Every call rejects with a ProblemError `grafana.*`, in which the token never is.
 */
export interface GrafanaClient {
  health(): Promise<z.output<typeof healthSchema>>;
  /** What the data source says of itself; undefined where there is none of this uid. */
  dataSourceHealth(uid: string): Promise<z.output<typeof dataSourceHealthSchema> | undefined>;
  /** Dashboards with the tag `meterhouse`, of all folders, at most `limits.grafanaPages` pages of them. */
  dashboards(): Promise<z.output<typeof foundSchema>>;
  dashboard(uid: string): Promise<z.output<typeof dashboardSchema> | undefined>;
  folder(uid: string): Promise<z.output<typeof folderSchema> | undefined>;
  createFolder(uid: string, title: string): Promise<void>;
  /** Answers the version that it has now. */
  save(saving: Saving): Promise<number>;
  /** Rules of alerts that Grafana itself evaluates. */
  alertRules(): Promise<z.output<typeof ruleSchema>>;
}

export function grafanaClient(address: GrafanaAddress): GrafanaClient {
  const asking = askGrafana(address);
  const get = async <T>(what: string, path: string, schema: z.ZodType<T>): Promise<T> =>
    asking.parsed(what, await asking.send('GET', what, path), schema);
  const found = async <T>(what: string, path: string, schema: z.ZodType<T>): Promise<T | undefined> => {
    const answer = await asking.send('GET', what, path, { also: [404] });
    return answer.status === 404 ? undefined : asking.parsed(what, answer, schema);
  };
  const named = (route: string, uid: string): string => `${route}/${encodeURIComponent(uid)}`;
  return {
    // A Grafana whose own database is away says so with 503.
    health: async () =>
      asking.parsed('health', await asking.send('GET', 'health', '/api/health', { also: [503] }), healthSchema),
    async dataSourceHealth(uid) {
      const what = `the health of data source ${uid}`;
      // One that fails its own check is told with 400 or 500, in the same form.
      const path = `${named('/api/datasources/uid', uid)}/health`;
      const answer = await asking.send('GET', what, path, { also: [400, 404, 500, 503] });
      return answer.status === 404 ? undefined : asking.parsed(what, answer, dataSourceHealthSchema);
    },
    async dashboards() {
      const all: z.output<typeof foundSchema> = [];
      for (let page = 1; page <= limits.grafanaPages; page++) {
        const path = `/api/search?type=dash-db&tag=meterhouse&limit=${limits.grafanaPageSize}&page=${page}`;
        const hits = await get('the list of dashboards', path, foundSchema);
        all.push(...hits);
        if (hits.length < limits.grafanaPageSize) return all;
      }
      const expected = `at most ${limits.grafanaPages * limits.grafanaPageSize} dashboards with the tag meterhouse`;
      throw new ProblemError([
        { code: 'grafana.unexpected', where: `${asking.base} the list of dashboards`, expected },
      ]);
    },
    dashboard: (uid) => found(`dashboard ${uid}`, named('/api/dashboards/uid', uid), dashboardSchema),
    folder: (uid) => found(`folder ${uid}`, named('/api/folders', uid), folderSchema),
    async createFolder(uid, title) {
      const what = `folder ${uid}`;
      asking.parsed(what, await asking.send('POST', what, '/api/folders', { body: { uid, title } }), folderSchema);
    },
    async save({ dashboard, folderUid, message, overwrite }) {
      const what = `saving dashboard ${String(dashboard['uid'])}`;
      const body = { dashboard, folderUid, message: message.slice(0, limits.grafanaMessageCharacters), overwrite };
      const answer = await asking.send('POST', what, '/api/dashboards/db', { body });
      return asking.parsed(what, answer, savedSchema).version;
    },
    alertRules: () => get('the alert rules', '/api/v1/provisioning/alert-rules', ruleSchema),
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Asking {
  readonly base: string;
  /** Rejects with a ProblemError unless the status is one of success or `also`. */
  send(
    method: 'GET' | 'POST',
    what: string,
    path: string,
    rest?: { readonly body?: unknown; readonly also?: readonly number[] },
  ): Promise<Answer>;
  parsed<T>(what: string, answer: Answer, schema: z.ZodType<T>): T;
}

/** Throws a ProblemError when the address or the token cannot be sent. */
function askGrafana({ url, token, timeoutMs }: GrafanaAddress): Asking {
  const base = baseOf(url);
  // What fetch says of a header that it refuses has the header in it.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
    const expected = 'the token of a service account: one line without spaces';
    throw new ProblemError([{ code: 'config.invalid', where: 'grafana.token', found: 'another text', expected }]);
  }
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    base,
    async send(method, what, path, { body, also = [] } = {}) {
      const where = `${base} ${what}`;
      const answer = await fetch(`${base}${path}`, {
        method,
        headers,
        // The token goes to the address that was configured and to no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch((error: unknown) => {
        throw new ProblemError([{ code: 'grafana.unreachable', where, detail: causeOf(error, timeoutMs) }]);
      });
      const text = await boundedText(answer, limits.grafanaAnswerBytes).catch((error: unknown) => {
        throw new ProblemError([{ code: 'grafana.unreachable', where, detail: causeOf(error, timeoutMs) }]);
      });
      if (text === undefined) {
        const expected = `an answer of at most ${limits.grafanaAnswerBytes} bytes`;
        throw new ProblemError([{ code: 'grafana.unexpected', where, expected }]);
      }
      if (answer.ok || also.includes(answer.status)) return { status: answer.status, text };
      throw new ProblemError([refusalOf(where, answer, text)]);
    },
    parsed(what, { status, text }, schema) {
      const where = `${base} ${what}`;
      const json = jsonOf(text);
      const result = schema.safeParse(json);
      if (result.success) return result.data;
      const found = json === undefined ? `status ${status} and no JSON` : `status ${status}`;
      const detail = json === undefined ? undefined : z.prettifyError(result.error).slice(0, 300);
      throw new ProblemError([{ code: 'grafana.unexpected', where, found, detail }]);
    },
  };
}

/** The address without a slash at its end; a login in it is not shown again, nor sent. */
function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '') {
    return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  }
  const expected = 'an address as http://host:3000, without a user or password in it';
  throw new ProblemError([{ code: 'config.invalid', where: 'grafana.url', expected }]);
}

/** What Grafana means when it says no. */
function refusalOf(where: string, answer: Response, text: string): Problem {
  const said = refusalSchema.safeParse(jsonOf(text)).data;
  const detail = said?.message?.slice(0, 300);
  const found = `status ${answer.status}${typeof said?.status === 'string' ? ` ${said.status}` : ''}`;
  if (answer.status === 401 || answer.status === 403) return { code: 'grafana.forbidden', where, found, detail };
  // The documented reasons are `version-mismatch`, `name-exists` and `plugin-dashboard`.
  if (answer.status === 409 || answer.status === 412) return { code: 'grafana.conflict', where, found, detail };
  if (answer.status === 400 && /provisioned/i.test(detail ?? '')) {
    return { code: 'grafana.provisioned', where, found, detail };
  }
  if (answer.status >= 300 && answer.status < 400) {
    const place = `${found}, which leads to ${withoutQuery(answer.headers.get('location') ?? 'nowhere')}`;
    return { code: 'grafana.unexpected', where, found: place, expected: 'the address that it leads to' };
  }
  return { code: said === undefined ? 'grafana.unexpected' : 'grafana.failed', where, found, detail };
}

function withoutQuery(address: string): string {
  return address.slice(0, 200).replace(/[?#].*$/, '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch` says "fetch failed" and keeps the reason as its cause. */
function causeOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1_000} s`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
