import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { Config } from './config.ts';

/**
 * Looks whether API and embedded broker will be able to listen, before a history is made that takes a minute. Rejects
 * with a ProblemError that names every address that is taken.
 */
export async function checkPorts({ api, broker }: Config): Promise<void> {
  const wanted = [{ code: 'config.cannot-listen', key: 'api.port', flag: '--port', ...api } as const];
  const embedded = { code: 'broker.cannot-listen', key: 'broker.port', flag: '--broker-port', ...broker } as const;
  const asked = broker.kind === 'embedded' ? [...wanted, embedded] : wanted;
  const found = await Promise.all(
    asked.map(async ({ code, key, flag, host, port }): Promise<Problem | undefined> => {
      const refusal = port === 0 ? undefined : await whyNot(host, port);
      const expected = `a free port as \`${key}\` or by ${flag}; 0 takes any`;
      return refusal === undefined ? undefined : { code, where: `${host}:${port}`, found: refusal, expected };
    }),
  );
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new ProblemError(problems);
}

async function whyNot(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
