import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GrafanaClient, GrafanaError, grafanaClient } from '../../dashboards/grafana-client.ts';

/** A stub after Grafana's documented HTTP API; no real Grafana can be had as a package to run here. */
const answers: Record<string, [number, unknown]> = {
  '/api/health': [200, { commit: 'abc', database: 'ok', version: '13.3.1' }],
  '/api/datasources/uid/meterhouse-figures/health': [
    200,
    { status: 'OK', message: 'datasource is working. 9 measurements found' },
  ],
  '/api/search?type=dash-db&tag=meterhouse': [200, [{ id: 1, uid: 'meterhouse-site', title: 'Site', type: 'dash-db' }]],
  '/api/dashboards/uid/meterhouse-site': [200, { meta: { provisioned: true }, dashboard: { uid: 'meterhouse-site' } }],
};
let server: Server;
let client: GrafanaClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    const allowed = request.headers.authorization === 'Bearer token';
    const [status, body] = allowed
      ? (answers[request.url ?? ''] ?? [404, { message: 'Not found' }])
      : [401, { message: 'Invalid' }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = grafanaClient({ url: `http://127.0.0.1:${port}`, token: 'token', timeoutMs: 2000 });
});
afterAll(() => new Promise((done) => server.close(done)));

test('reads health, data sources and dashboards', async () => {
  expect(await client.health()).toEqual({ database: 'ok', version: '13.3.1' });
  expect((await client.dataSourceHealth('meterhouse-figures')).status).toBe('OK');
  expect(await client.dashboards()).toEqual([{ uid: 'meterhouse-site', title: 'Site' }]);
  expect((await client.dashboard('meterhouse-site')).meta.provisioned).toBe(true);
});

test('says what Grafana said when it says no', async () => {
  const missing = client.dashboard('not-there');
  await expect(missing).rejects.toThrow('Grafana answered 404 to dashboard not-there: {"message":"Not found"}');
  await expect(missing).rejects.toBeInstanceOf(GrafanaError);
});
