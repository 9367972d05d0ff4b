import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listed } from '../../domain/estate/estate.ts';
import { type MeasureRequest, recordMeasure } from '../../ingest/record-measure.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';

const options = { decoders: [{ name: 'number' }, { name: 'shelly-gen2' }, { name: 'meterhouse', namesMeters: true }] };
const now = 1_780_000_000;
let folder: string;
let state: StateStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meterhouse-measures-'));
  cpSync(join(import.meta.dirname, '../store/fixtures/estate'), join(folder, 'estate'), { recursive: true });
  state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'test' });
});
afterEach(() => {
  state.close();
  rmSync(folder, { recursive: true });
});

const by = { reason: 'the energy board of May', who: 'Ada' };
const added = {
  ...by,
  list: 'measures',
  entry: {
    id: 'cot-led',
    name: 'LED lighting',
    kind: 'led_lighting',
    site: 'cottage',
    meters: ['cot-e-main'],
    status: [{ from: '2026-01-10', is: 'proposed' }],
    expected: [{ utility: 'electricity', saves_kwh: 900 }],
    source: 'survey of January',
  },
} as const satisfies MeasureRequest;
const change = (entry: object): MeasureRequest => ({
  ...by,
  list: 'measure_changes',
  entry: { measure: 'cot-led', from: '2026-02-01', is: 'funded', ...entry },
});
const record = (request: MeasureRequest): number =>
  recordMeasure(request, join(folder, 'estate'), options, state, now).act;

function measures() {
  const reading = readEstateFolder(join(folder, 'estate'), options);
  return 'estate' in reading ? listed(reading.estate, 'measures') : [];
}

describe('a measure that somebody adds to the plan, and what becomes of it', () => {
  test('stands in the register, and each is an act of somebody', () => {
    record(added);
    record(change({ because: 'PSDS' }));
    const works = { from: '2026-03-01', to: '2026-03-20' };
    record(change({ from: '2026-03-01', is: 'installing', works: { from: '2026-03-01' } }));
    record(change({ from: '2026-03-21', is: 'installed', works }));
    expect(measures()).toMatchObject([
      {
        id: 'cot-led',
        status: [
          { is: 'proposed' },
          { from: '2026-02-01', is: 'funded', because: 'PSDS' },
          { is: 'installing' },
          { from: '2026-03-21', is: 'installed' },
        ],
        works,
      },
    ]);
    expect(state.acts({ limit: 10 }).map(({ kind, who }) => [kind, who])).toEqual([
      ['add-measure', 'Ada'],
      ['change-measure', 'Ada'],
      ['change-measure', 'Ada'],
      ['change-measure', 'Ada'],
    ]);
    expect(readFileSync(join(folder, 'estate/amendments.yaml'), 'utf8')).toContain('\nmeasures:\n  - id: cot-led\n');
  });

  test('done twice, as after a crash, is there once', () => {
    const requests = [
      added,
      change({}),
      change({ from: '2026-03-01', is: 'installing', works: { from: '2026-03-01' } }),
    ];
    for (const [i, request] of requests.entries()) {
      const act = record(request);
      expect(record(request)).toBe(act);
      expect(state.acts({ limit: 10 })).toHaveLength(i + 1);
    }
  });

  test('that the register would not be sound with is refused at its line, and is no act', () => {
    expect(() => record(change({}))).toThrow(/measure change 1: measure: there is no such measure/);
    expect(() => record({ ...added, entry: { ...added.entry, site: 'cotage' } })).toThrow(/did you mean cottage\?/);
    record(added);
    expect(() => record(change({ is: 'installed' }))).toThrow(
      /amendments\.yaml:\d+: .*first and a last day of its works/,
    );
    expect(() => record(change({ from: '2026-01-10' }))).toThrow(/proposed holds since 2026-01-10 already/);
    expect(() => record(change({ is: 'done' }))).toThrow(/measure_change\.is: /);
    expect(state.acts({ limit: 10 })).toHaveLength(1);
  });
});
