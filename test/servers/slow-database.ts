import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What stands between us and a database, and makes it as bad as it can be. */
export interface SlowDatabase {
  readonly url: string;
  /** Each write is answered so much later, and at most so many a second are let through. */
  delay(ms: number): void;
  /** Writes are refused with this status and these words; undefined lets them through again. */
  refuse(answer: { readonly status: number; readonly words: string } | undefined): void;
  /** Takes writes to the database and does not say so: the connection ends without an answer. */
  swallow(yes: boolean): void;
  /** Writes that were let through, delayed, refused and swallowed. */
  writes(): number;
  stop(): Promise<void>;
}

export async function startSlowDatabase(databasePort: number): Promise<SlowDatabase> {
  let wait = 0;
  let refusal: { readonly status: number; readonly words: string } | undefined;
  let swallows = false;
  let writes = 0;
  const pass = (asked: IncomingMessage, answer: ServerResponse, isWrite: boolean): void => {
    const { method, url: path, headers } = asked;
    const onward = request({ host: '127.0.0.1', port: databasePort, method, path, headers }, (said) => {
      if (isWrite && swallows) {
        said.resume();
        answer.destroy();
        return;
      }
      answer.writeHead(said.statusCode ?? 502, said.headers);
      said.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  };
  const server = createServer((asked, answer) => {
    const isWrite = asked.url?.startsWith('/write') === true;
    if (isWrite) writes += 1;
    if (isWrite && refusal) {
      asked.resume();
      answer.writeHead(refusal.status, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ error: refusal.words }));
      return;
    }
    if (isWrite && wait > 0) setTimeout(() => pass(asked, answer, isWrite), wait);
    else pass(asked, answer, isWrite);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    delay: (ms) => {
      wait = ms;
    },
    refuse: (answer) => {
      refusal = answer;
    },
    swallow: (yes) => {
      swallows = yes;
    },
    writes: () => writes,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
