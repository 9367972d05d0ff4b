import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Estate, type Site, siteSchema } from '../../domain/estate/estate.ts';
import { dayPeriod } from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { type HistoryOptions, isHistoryMade, makeHistory } from '../../ingest/history.ts';
import { Killed, openBooks, type TestBooks, withFuse } from './books.ts';
import { madeMeter } from './made-meter.ts';

const period = { from: dayPeriod('2026-09-01').from, to: dayPeriod('2026-11-23').from };
const ids = ['one', 'two', 'three'];
let books: TestBooks;
beforeEach(async () => {
  books = await openBooks(() => period.to);
});
afterEach(() => books.close());

function estateOf(): Estate {
  const site = siteSchema.parse({ id: 's', name: 's', organisation: 'o', type: 'office', gross_internal_area_m2: 500 });
  const meters = ids.map((id) =>
    madeMeter({ id, site: 's', role: id === 'one' ? 'main' : 'sub', topic: `t/${id}`, decoder: 'meterhouse' }),
  );
  const parts = [
    { meter: 'one', times: 1 },
    { meter: 'two', times: -1 },
  ];
  meters.push(madeMeter({ id: 'rest', site: 's', role: 'virtual', sum_of: parts }));
  meters.push(
    madeMeter({
      id: 'tank',
      site: 's',
      utility: 'burning_oil',
      role: 'main',
      unit: 'l',
      energy_content: [{ from: '2020-01-01', kwh: 10, per: 'l', source: 'a test' }],
      deliveries: [{ at: '2026-09-20T10:00:00Z', quantity: 1000 }],
      stock: [
        { at: '2026-09-10T10:00:00Z', quantity: 400 },
        { at: '2026-10-10T10:00:00Z', quantity: 800 },
      ],
    }),
  );
  const sites = new Map<string, Site>([['s', site]]);
  return { name: 't', version: 1, organisations: new Map(), sites, meters: new Map(meters.map((m) => [m.id, m])) };
}

function optionsOf(more: Partial<HistoryOptions> = {}): HistoryOptions {
  const module = new URL('./half-hourly-maker.ts', import.meta.url).href;
  const { store, state } = books;
  return { store, state, estate: estateOf(), meters: ids, period, module, request: period, name: 'h', ...more };
}

/** What a whole history of these meters must be. */
async function expectWhole() {
  const messages = (period.to - period.from) / 1800 + 1;
  for (const meter of ids) {
    const lines = books.state.ledger({ from: '2026-08-31', to: '2026-11-23' }, [meter]);
    const sum = (term: 'decoded' | 'quarantined') => lines.reduce((total, line) => total + line.messages[term], 0);
    expect([sum('decoded'), sum('quarantined')]).toEqual([messages, 1]);
    expect(lines.reduce((total, line) => total + line.readings.stored, 0)).toBe(messages);
    expect(lines.reduce((total, line) => total + line.readings.decoded, 0)).toBe(messages);
  }
  const [sums] = await books.store.sumDays(['one'], [period.from, period.to]);
  expect(sums).toMatchObject({ energy: messages - 1, missingHalfHours: 0, measuredHalfHours: messages - 1 });
  const rest = await books.store.days(['rest'], period);
  expect([rest.length, rest.every((day) => day.energy === 0 && day.measuredShare === 1)]).toEqual([83, true]);
  // 400 + 1,000 − 800 litres of 10 kWh, known whole between the dips and for no half-hour by itself.
  const [gap] = books.state.gaps(['tank'], period);
  expect(gap?.energy).toBeCloseTo(6_000, 6);
  const oil = await books.store.days(['tank'], period);
  expect(oil.reduce((sum, { energy }) => sum + energy, 0)).toBeCloseTo(6_000, 3);
  expect(books.state.touched(10)).toEqual([]);
}

test('a history is messages, ledgers, readings, half-hours and days; a second call has nothing to do', async () => {
  const seen: number[] = [];
  const result = await makeHistory(optionsOf({ onProgress: ({ meters }) => seen.push(meters) }));
  expect(result).toMatchObject({ complete: true, meters: 3, messages: 3 * 3988, readings: 3 * 3987 });
  expect(seen).toEqual([1, 2, 3]);
  await expectWhole();
  expect(isHistoryMade(books.state, 'h')).toBe(true);
  expect(await makeHistory(optionsOf())).toMatchObject({ complete: true, messages: 0 });
  await expectWhole();
  // The deriver that begins afterwards finds nothing changed.
  const { store, state } = books;
  const log = pino({ level: 'silent' });
  const deriver = new Deriver({ store, state, estate: estateOf(), clock: () => period.to * 1000, log, holder: 'd' });
  await deriver.look();
  expect(deriver.counters.meters).toBe(0);
});

test.each([1, 2, 3, 5, 8, 13, 21, 34])('killed after %i calls, it goes on and counts nothing twice', async (left) => {
  const fuse = { left };
  const { store, state } = books;
  const dying = optionsOf({ store: withFuse(store, fuse), state: withFuse(state, fuse) });
  const end = await makeHistory(dying).catch((error: unknown) => error);
  expect(end).toBeInstanceOf(Killed);
  expect((await makeHistory(optionsOf())).complete).toBe(true);
  await expectWhole();
});

test('stopped, it leaves whole meters and says so', async () => {
  const stop = new AbortController();
  const result = await makeHistory(optionsOf({ signal: stop.signal, onProgress: () => stop.abort() }));
  expect(result).toMatchObject({ complete: false, meters: 1 });
  expect(isHistoryMade(books.state, 'h')).toBe(false);
  expect((await makeHistory(optionsOf())).complete).toBe(true);
  await expectWhole();
});

test('a maker that fails is said', async () => {
  const request = { ...period, fails: 'two' };
  await expect(makeHistory(optionsOf({ request }))).rejects.toThrow('the maker fails at two');
});
