import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import { readingStoreContract } from '../reading-store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-duckdb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

readingStoreContract('DuckDB', () =>
  openStore(
    { kind: 'duckdb', path: join(folder, 'contract.duckdb') },
    { clock: () => Date.now() / 1000, log: pino({ level: 'silent' }) },
  ),
);
