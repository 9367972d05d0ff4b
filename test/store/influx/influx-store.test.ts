import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { type InfluxServer, startInflux } from '../../servers/influx.ts';
import { describeWith } from '../../servers/locate.ts';
import { readingStoreContract } from '../reading-store.contract.ts';

describeWith(['influxd'], 'InfluxDB 1.x', () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-influx-store-'));
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInflux();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  readingStoreContract('InfluxDB', () =>
    openStore(
      {
        kind: 'influxdb',
        url: server.url,
        user: 'admin',
        password: 'admin-secret',
        database: 'contract',
        spoolFolder: join(folder, 'contract'),
      },
      { clock: () => Date.now() / 1000, log: pino({ level: 'silent' }) },
    ),
  );
});
