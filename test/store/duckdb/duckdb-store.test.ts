import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openDuckDbStore } from '../../../store/duckdb/duckdb-store.ts';
import { readingStoreContract } from '../reading-store.contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-duckdb-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

readingStoreContract('DuckDB', () => openDuckDbStore({ path: join(folder, 'contract.duckdb') }));
