import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ActKind } from '../../domain/acts.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { Deriver } from '../../ingest/derive.ts';
import { recordExchange } from '../../ingest/record-exchange.ts';
import { readEstateFolder } from '../../store/estate-folder.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

const log = pino({ level: 'silent' });
const start = Date.parse('2026-11-02T00:00:00Z') / 1000;
const now = start + 60 * 3600;
const meter = madeMeter({ id: 'ward-3', rating: { value: 60, unit: 'kW' } });
let books: TestBooks;
let house: Deriver;
beforeEach(async () => {
  books = await openBooks(() => now);
  const { store, state } = books;
  house = new Deriver({ store, state, estate: madeEstate([meter]), clock: () => now * 1000, log, holder: 'test' });
});
afterEach(() => books.close());

/** Readings every half-hour, 5 kWh each, some of them lies, some missing. */
async function hear(lie: (value: number, slot: number) => number | undefined): Promise<void> {
  const readings = Array.from({ length: 100 }, (_, slot): Reading | undefined => {
    const value = lie(1000 + 5 * slot, slot);
    const at = start + slot * 1800;
    return value === undefined
      ? undefined
      : { meter: meter.id, quantity: 'energy', kind: 'register', at, value, period: 0, received: at };
  }).filter((reading) => reading !== undefined);
  await books.store.write(readings);
  books.state.touch([{ meter: meter.id, from: start, to: now }]);
  await house.look();
}
function decide(kind: ActKind, slot: number, slots: number, more: object = {}): number {
  const detail = { from: start + slot * 1800, to: start + (slot + slots) * 1800, ...more };
  const span = { meter: meter.id, from: detail.from, to: detail.to - 1 };
  return books.state.recordAct({ at: now, who: 'Ada', kind, meter: meter.id, reason: 'seen', detail }, [span]);
}
async function halfHours(first: number, count: number): Promise<string[]> {
  await house.look();
  const period = { from: start + first * 1800, to: start + (first + count) * 1800 };
  const rows = await books.store.halfHours([meter.id], period);
  return rows.map(({ energy, quality, rule }) => `${energy ?? '-'} ${quality} ${rule}`);
}

test('a voided reading is left out, and comes back when the ruling is taken back', async () => {
  // 2 kWh too high, which no rule can see.
  await hear((value, slot) => (slot === 40 ? value + 2 : value));
  expect(await halfHours(39, 2)).toEqual(['7 measured register', '3 measured register']);
  const act = decide('void-readings', 40, 1);
  expect(await halfHours(39, 2)).toEqual(['5 estimated voided', '5 estimated voided']);
  const undone = { at: now, who: 'Ada', kind: 'undo-ruling', meter: meter.id, reason: 'no', detail: { act } } as const;
  books.state.recordAct(undone, [{ meter: meter.id, from: start + 72_000, to: start + 73_799 }]);
  expect(await halfHours(39, 2)).toEqual(['7 measured register', '3 measured register']);
  expect(books.state.acts({ limit: 9 }).map(({ kind }) => kind)).toEqual(['void-readings', 'undo-ruling']);
});

test('an overruled verdict makes the reading right: what passed is counted', async () => {
  await hear((value, slot) => (slot >= 40 ? value + 500 : value));
  expect(await halfHours(38, 3)).toEqual(['5 measured register', '- missing impossible-rate', '5 measured register']);
  decide('overrule-verdict', 40, 1);
  expect(await halfHours(38, 3)).toEqual(['5 measured register', '505 measured register', '5 measured register']);
});

test('an accepted verdict closes the question, and changes no figure', async () => {
  await hear((value, slot) => (slot >= 40 ? value - 1195 : value));
  const before = await halfHours(38, 3);
  expect(before[1]).toBe('- missing reset');
  const states = () => books.state.issues({ limit: 9 }).map((issue) => `${issue.kind} ${issue.state}`);
  expect(states()).toEqual(['lost-register opened']);
  decide('accept-verdict', 39, 1);
  expect(await halfHours(38, 3)).toEqual(before);
  books.state.reportIssues([]);
  expect(books.state.issues({ limit: 9 })[0]?.to).toBe(start + 40 * 1800);
});

test('an estimate fills what is missing and nothing else; a total that the register knows stays', async () => {
  // Silent for twenty hours: its total of 200 kWh is known. Then lost for good: nothing is known.
  await hear((value, slot) =>
    slot > 20 && slot < 60 ? undefined : slot === 80 ? 3 : slot > 80 ? value - 1397 : value,
  );
  expect(await halfHours(20, 2)).toEqual(['- missing gap', '- missing gap']);
  // Half of the gap, at 3 kWh a half-hour; the other half takes the rest of the total.
  decide('enter-estimate', 20, 20, { amount: 60, unit: 'kWh' });
  expect((await halfHours(19, 3)).slice(0, 3)).toEqual([
    '5 measured register',
    '3 estimated entered',
    '3 estimated entered',
  ]);
  const gaps = () => books.state.gaps([meter.id], { from: start, to: now }).map(({ energy }) => energy);
  expect(gaps()).toEqual([140]);
  expect(await halfHours(79, 1)).toEqual(['- missing reset']);
  decide('enter-estimate', 78, 4, { amount: 24, unit: 'kWh' });
  expect(await halfHours(78, 3)).toEqual(['5 measured register', '6 estimated entered', '5 measured register']);
});

test('an exchange is written into the register once, with its act, or refused with every reason', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-exchange-'));
  try {
    writeFileSync(
      join(folder, 'estate.yaml'),
      `organisations: [{ id: o, name: O }]
sites:
  - { id: s, name: S, organisation: o, type: office, gross_internal_area_m2: 900, meters: [
      { id: ward-3, name: Ward 3, utility: electricity, role: main, unit: kWh, topic: a, decoder: number,
        rating: { value: 60, unit: kW }, register: { digits: 6, step: 0.1 } } ] }
`,
    );
    const options = { decoders: [{ name: 'number' }] };
    const at = '2026-11-02T10:40:00Z';
    const exchange = { meter: 'ward-3', at, closing: 1100, opening: 12 };
    const ask = (more: object) =>
      recordExchange(
        { exchange: { ...exchange, ...more }, reason: 'old', who: 'Ada' },
        folder,
        options,
        books.state,
        now,
      );
    const first = ask({});
    expect(ask({})).toEqual(first);
    const reading = readEstateFolder(folder, options);
    expect('estate' in reading && reading.estate.meters.get('ward-3')?.exchanges).toMatchObject([
      { at, closing: 1100 },
    ]);
    expect(books.state.acts({ limit: 9 })).toMatchObject([
      { kind: 'record-exchange', who: 'Ada', reason: 'old', meter: 'ward-3', detail: exchange },
    ]);
    const text = readFileSync(join(folder, 'amendments.yaml'), 'utf8');
    expect(() => ask({ at: '2026-11-03T10:40:00Z', closing: -1 })).toThrow(ProblemError);
    expect(() => ask({ meter: 'ward-4' })).toThrow(ProblemError);
    expect(readFileSync(join(folder, 'amendments.yaml'), 'utf8')).toBe(text);
    expect(books.state.acts({ limit: 9 })).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
