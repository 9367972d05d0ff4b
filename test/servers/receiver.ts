import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Posted {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What a receiver answers: a status with headers; after a while; or nothing at all. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly afterMs?: number }
  | 'nothing';

export interface Receiver {
  readonly url: string;
  readonly posted: Posted[];
  /** What comes next, each once; then 200. */
  answers: Answer[];
  close(): Promise<void>;
}

/** An HTTP server on a free port of loopback that keeps what was posted to it. */
export async function startReceiver(): Promise<Receiver> {
  const posted: Posted[] = [];
  const house: Pick<Receiver, 'answers'> = { answers: [] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      posted.push({ path: request.url ?? '', headers: request.headers, body: text === '' ? null : JSON.parse(text) });
      const answer = house.answers.shift() ?? { status: 200 };
      if (answer === 'nothing') return;
      setTimeout(() => response.writeHead(answer.status, answer.headers).end(), answer.afterMs ?? 0);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(house, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
