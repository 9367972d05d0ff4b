import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Reading } from '../../domain/readings/reading.ts';
import { bookRefusedLater } from '../../ingest/refused-later.ts';
import { openStateStore } from '../../store/sqlite-state.ts';

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-refused-'));
afterAll(() => rmSync(folder, { recursive: true }));
const noon = Date.parse('2026-03-02T12:00:00Z') / 1000;

test('a reading refused while draining moves from stored to refused, once, and is kept in quarantine', () => {
  const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => noon, holder: 'test' });
  const reading = (at: number): Reading => ({
    meter: 'main',
    quantity: 'energy',
    kind: 'register',
    at,
    value: 7,
    period: 0,
    received: at + 1,
  });
  const refused = [noon - 60, noon].map((at) => ({ reading: reading(at), reason: 'field type conflict' }));
  bookRefusedLater(state, refused);
  // After a kill the spool tells of the same ones again.
  bookRefusedLater(state, refused);
  const [line] = state.ledger({ from: '2026-03-02', to: '2026-03-02' });
  expect(line?.readings).toMatchObject({ stored: -2, refused: 2, decoded: 0 });
  const rows = state.quarantine({ after: 0, limit: 10 });
  expect(rows.map(({ meter, code, detail }) => [meter, code, detail])).toEqual([
    ['main', 'reading.refused-by-store', 'field type conflict'],
    ['main', 'reading.refused-by-store', 'field type conflict'],
  ]);
  state.close();
});
