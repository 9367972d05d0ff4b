import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A stand-in for what the tests cannot run: InfluxDB 2.x and 3.x. It keeps lines and answers with the statuses and
 * JSON of their sources (2.9: `http/legacy`, 3.11: `influxdb3_server/src/http.rs`); it was never compared with a
 * running one.
 */
export async function startStub(version: string, onWrite: (lines: readonly string[]) => Answer) {
  const asked: Asked[] = [];
  const kept: string[] = [];
  const databases = new Set(['stub_readings', 'stub_figures']);
  const answerTo = (request: Asked): Answer => {
    const url = new URL(request.path, 'http://stub');
    if (url.pathname === '/ping') return { status: version.startsWith('3') ? 200 : 204 };
    if (url.pathname === '/query') return answerQuery(new URLSearchParams(request.body), databases);
    const lines = request.body.split('\n');
    const answer = onWrite(lines);
    if (answer.status === 204) kept.push(...lines);
    return answer;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const one = { path: request.url ?? '', authorization: request.headers.authorization, body };
    asked.push(one);
    const { status, body: json, headers } = answerTo(one);
    const type = { 'content-type': 'application/json', 'x-influxdb-version': version };
    response.writeHead(status, { ...type, ...headers }).end(json === undefined ? '' : JSON.stringify(json));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    kept,
    databases,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** As 2.x: statements that make or change databases are not known there. */
function answerQuery(parameters: URLSearchParams, databases: ReadonlySet<string>): Answer {
  const statements = (parameters.get('q') ?? '').split(';');
  if (parameters.get('epoch') !== 's') return { status: 400, body: { error: 'invalid epoch format' } };
  const results = statements.map((statement, statement_id) => {
    if (!/^(SELECT|SHOW DATABASES)/.test(statement)) {
      return { statement_id, error: `not implemented: ${statement.split(' ', 2).join(' ')}` };
    }
    const database = parameters.get('db') ?? '';
    return databases.has(database) ? { statement_id } : { statement_id, error: `database not found: ${database}` };
  });
  return { status: 200, body: { results } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
