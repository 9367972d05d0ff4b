import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { configSchema } from '../../cli/config.ts';
import { houseClient } from '../../cli/house-client.ts';
import { ProblemError } from '../../domain/problems.ts';
import { type Rig, startRig } from '../api/rig.ts';

/** The client that commands ask a running Meterhouse with, against the real API. */

let rig: Rig;
let url: string;
beforeAll(async () => {
  rig = await startRig();
  url = await rig.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => rig.close());

function client(api: { url?: string; key?: string }) {
  const lines: string[] = [];
  const terminal = {
    say: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    progress: (title: string, part: number, detail = '') => void lines.push(`${title} ${part} ${detail}`.trim()),
    input: () => Promise.resolve(Buffer.of()),
  };
  return { lines, house: houseClient({ terminal, config: () => configSchema.parse({ api: { url, ...api } }) }) };
}
const problemsOf = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof ProblemError ? error.problems : [];
};

describe('a command that asks a running Meterhouse', () => {
  test('waits for its job, shows how far it is, and gets its result', async () => {
    const { house, lines } = client({ key: rig.key({ role: 'operate' }) });
    const id = rig.state.addJob('import', {});
    const first = await house.get(`/v1/jobs/${id}`, jobAnswerSchema);
    const waiting = house.awaitJob(first.job, 'import');
    await new Promise((done) => setTimeout(done, 50));
    rig.state.claimJob(['import']);
    rig.state.progressJob(id, 0.5);
    await expect.poll(() => lines).toContain('import 0.5');
    rig.state.endJob(id, 'done', { inserted: 48 });
    expect(await waiting).toEqual({ inserted: 48 });
    expect(lines[0]).toBe('import 0 waits for its turn');
    expect(lines.at(-1)).toBe('import 1');
  });

  test('hears why its job failed', async () => {
    const { house } = client({ key: rig.key({ role: 'operate' }) });
    const id = rig.state.addJob('import', {});
    rig.state.endJob(id, 'failed', { detail: 'the file is gone' });
    const { job } = await house.get(`/v1/jobs/${id}`, jobAnswerSchema);
    expect(await problemsOf(house.awaitJob(job, 'import'))).toMatchObject([
      { code: 'job.failed', where: 'import', detail: 'the file is gone' },
    ]);
  });

  test('hears what the API refused in the words of the API', async () => {
    const asked = (key: string | undefined, path: string) =>
      problemsOf(client(key === undefined ? {} : { key }).house.get(path, z.unknown()));
    expect(await asked(undefined, '/v1/jobs')).toMatchObject([{ code: 'request.unauthenticated' }]);
    expect(await asked(rig.key({ role: 'read' }), '/v1/jobs')).toMatchObject([
      { code: 'request.forbidden', expected: 'role operate' },
    ]);
    expect(await asked(rig.key({ role: 'operate' }), '/v1/jobs/999')).toMatchObject([{ code: 'request.unknown-id' }]);
    expect(await asked(rig.key({ role: 'operate' }), '/v1/jobs?limit=x')).toMatchObject([
      { code: 'request.invalid', where: 'query limit', found: 'x' },
    ]);
  });

  test('says where nobody answers, and where somebody else does', async () => {
    const nobody = client({ url: 'http://127.0.0.1:9' }).house;
    expect(await problemsOf(nobody.get('/v1/jobs', z.unknown()))).toMatchObject([
      { code: 'api.unreachable', where: 'http://127.0.0.1:9' },
    ]);
    const other = client({ key: rig.key({ role: 'operate' }) }).house;
    expect(await problemsOf(other.get('/healthz', jobAnswerSchema))).toMatchObject([{ code: 'api.unexpected' }]);
  });
});
