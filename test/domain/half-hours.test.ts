import { describe, expect, test } from 'vitest';
import type { Derivation } from '../../domain/half-hours/half-hours.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { dayPeriod } from '../../domain/time.ts';
import { aMeter, anInterval, aReading, seconds } from './a-meter.ts';

// The table of faults, one by one and in every unit, is in test/golden. Here is what it does not say.
const midnight = seconds('2026-03-02T00:00:00Z');
const aDay = { from: midnight, to: midnight + 86_400 };
const rating = { value: 30, unit: 'kW' };
const at = (hour: number): number => midnight + hour * 3600;

/** A day at 20 kW, read every half-hour: 10 kWh each, 480 in all. */
const healthy = Array.from({ length: 49 }, (_, i) => aReading(midnight + i * 1800, 500_000 + i * 10));

function derive(entry: Record<string, unknown>, readings: readonly Reading[], now = midnight + 200_000): Derivation {
  return deriveHalfHours({ meter: aMeter(entry), readings, window: aDay, now });
}

function total({ halfHours, gaps }: Derivation): number {
  return [...halfHours, ...gaps].reduce((sum, row) => sum + (row.energy ?? 0), 0);
}

function tally({ halfHours }: Derivation): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { quality, rule } of halfHours) {
    counts[`${quality} ${rule}`] = (counts[`${quality} ${rule}`] ?? 0) + 1;
  }
  return counts;
}

describe('where the day begins and ends', () => {
  test('the half-hour that has begun is provisional, and none is given that has not', () => {
    const readings = [...healthy.slice(0, 21), aReading(at(10) + 600, 500_203)];
    const found = derive({}, readings, at(10) + 700);
    expect(tally(found)).toEqual({ 'measured register': 20, 'estimated open': 1 });
    expect(found.halfHours.at(-1)).toMatchObject({ start: at(10), energy: 3 });
  });

  test('a meter that stays silent leaves its last half-hour open, and the others missing', () => {
    const found = derive({}, [...healthy.slice(0, 21), aReading(at(10) + 600, 500_203)]);
    expect(tally(found)).toEqual({ 'measured register': 20, 'estimated open': 1, 'missing gap': 27 });
    expect(found.gaps).toEqual([]);
  });

  test('outside its dates a meter has no half-hours, and a gap is known only as far as they go', () => {
    const readings = [healthy[0], healthy[48]].filter((reading) => reading !== undefined);
    const day = { valid_from: '2026-03-02', valid_to: '2026-03-02' };
    const wide = { from: midnight - 86_400, to: midnight + 3 * 86_400 };
    const meter = aMeter(day);
    const found = deriveHalfHours({ meter, readings, window: wide, now: wide.to });
    expect(found.halfHours).toHaveLength(48);
    expect(derive({ valid_from: '2026-03-03' }, healthy).halfHours).toEqual([]);
    expect(found.gaps).toEqual([{ meter: 'm', ...aDay, energy: expect.closeTo(480, 9), volume: undefined }]);
  });
});

describe('gaps', () => {
  const outage = healthy.filter((_, i) => i <= 12 || i >= 36);

  test('the known total is kept whole where a window ends inside it', () => {
    const window = { from: midnight, to: at(9) };
    const { gaps } = deriveHalfHours({ meter: aMeter(), readings: outage, window, now: at(30) });
    expect(gaps).toEqual([{ meter: 'm', from: at(6), to: at(18), energy: expect.closeTo(240, 9), volume: undefined }]);
    const later = { from: at(9), to: at(24) };
    expect(deriveHalfHours({ meter: aMeter(), readings: outage, window: later, now: at(30) }).gaps).toEqual([]);
  });

  test('a lone reading divides it', () => {
    const found = derive({}, [...outage, aReading(at(12) + 300, 500_250)]);
    expect(found.gaps.map(({ from, to }) => [from, to])).toEqual([
      [at(6), at(12)],
      // From 12:30 on the next reading is near enough to estimate.
      [at(12), at(12.5)],
    ]);
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('daily readings at an odd time give a known total each', () => {
    const days = Array.from({ length: 8 }, (_, i) => aReading(midnight + 32_400 + 420 + i * 86_400, 1000 + i * 48));
    const window = { from: midnight, to: midnight + 8 * 86_400 };
    const { gaps } = deriveHalfHours({ meter: aMeter(), readings: days, window, now: window.to });
    expect(gaps.map((gap) => Math.round(gap.energy ?? 0))).toEqual([47, 48, 48, 48, 48, 48, 48]);
  });

  test('a multiplier that changes in a gap counts each part by its own', () => {
    const multiplier = [
      { from: '2020-01-01', times: 1 },
      { from: '2026-03-03', times: 10 },
    ];
    const readings = [aReading(at(12), 100), aReading(at(36), 148)];
    const window = { from: midnight, to: at(48) };
    const { gaps } = deriveHalfHours({ meter: aMeter({ multiplier }), readings, window, now: at(50) });
    expect(gaps.map((gap) => gap.energy)).toEqual([expect.closeTo(24 + 240, 9)]);
  });
});

describe('registers and intervals of one meter', () => {
  const intervals = Array.from({ length: 48 }, (_, i) => anInterval(midnight + i * 1800, 1800, i < 24 ? 12 : 8));

  test('the register goes first', () => {
    const found = derive({}, [...healthy, ...intervals]);
    expect(tally(found)).toEqual({ 'measured register': 48 });
  });

  test('intervals give a gap its shape, and the register its total', () => {
    const ends = [healthy[0], healthy[48]].filter((reading) => reading !== undefined);
    const found = derive({}, [...ends, ...intervals.filter((_, i) => i < 10 || i >= 14)]);
    expect(tally(found)).toEqual({ 'measured interval': 44, 'missing gap': 4 });
    expect(found.gaps).toEqual([
      { meter: 'm', from: at(5), to: at(7), energy: expect.closeTo(48, 9), volume: undefined },
    ]);
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('intervals that say more than the register counted are not believed', () => {
    const ends = [healthy[0], healthy[48]].filter((reading) => reading !== undefined);
    const found = derive({}, [...ends, ...intervals.map((reading) => ({ ...reading, value: 100 }))]);
    expect(tally(found)).toEqual({ 'missing gap': 48 });
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('an hour and its halves are not added up', () => {
    const hours = [anInterval(at(3), 3600, 10), anInterval(at(4), 3600, 9)];
    const found = derive({}, [...hours, anInterval(at(3.5), 1800, 6), anInterval(at(4.5), 1800, 20)]);
    // 4 is left of the first hour; the second says less than its half does.
    expect(found.halfHours.slice(6, 10).map((row) => row.energy)).toEqual([4, 6, undefined, 20]);
    expect(found.doubts.map((doubt) => doubt.rule)).toEqual(['interval']);
    expect(tally(found)['measured interval']).toBe(3);
  });

  test('power and temperature are no consumption', () => {
    const found = derive({}, [
      aReading(at(1), 20, { kind: 'instant', quantity: 'power' }),
      aReading(at(2), 20, { kind: 'register', quantity: 'volume' }),
      aReading(at(2), 20, { meter: 'another' }),
    ]);
    expect(tally(found)).toEqual({ 'missing gap': 48 });
  });
});

describe('judgement', () => {
  test.each([
    ['a power of 33 kW on a meter of 30', 16.5, 'register'],
    ['a power of 40 kW on a meter of 30', 20, 'impossible-rate'],
  ])('%s', (_, each, rule) => {
    const readings = Array.from({ length: 49 }, (_, i) => aReading(midnight + i * 1800, 1000 + i * each));
    expect(new Set(derive({ rating }, readings).halfHours.map((row) => row.rule))).toEqual(new Set([rule]));
  });

  test('a rating in kVA of a meter behind a transformer is compared after the multiplier', () => {
    const entry = { rating: { value: 2000, unit: 'kVA' }, multiplier: 200 };
    const readings = healthy.map((reading, i) => ({ ...reading, value: 1000 + i * 4 }));
    const found = derive(entry, readings);
    expect(tally(found)).toEqual({ 'measured register': 48 });
    expect(total(found)).toBeCloseTo(48 * 800, 6);
  });

  test('reactive energy is kept in kvarh, water in m³', () => {
    const reactive = healthy.map((reading) => ({ ...reading, quantity: 'reactive_energy' as const }));
    expect(derive({ unit: 'kvarh', measures: 'reactive' }, reactive).halfHours[0]).toMatchObject({ energy: 10 });
    const water = healthy.map((reading) => ({ ...reading, quantity: 'volume' as const }));
    const [first] = derive({ utility: 'water', unit: 'l' }, water).halfHours;
    expect(first).toMatchObject({ energy: undefined, volume: expect.closeTo(0.01, 12) });
  });

  test('the value received last is the one that counts for a second', () => {
    const revised = aReading(at(11), 500_225, { received: at(20) });
    const found = derive({}, [revised, ...healthy]);
    expect(found.halfHours[21]).toMatchObject({ energy: 15 });
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('what is disbelieved says why', () => {
    const spoilt = healthy.map((reading, i) => {
      if (i === 10) return { ...reading, value: 0 };
      if (i === 20) return { ...reading, value: 4_294_967.295 };
      if (i === 30) return { ...reading, value: 600_000 };
      return i === 40 ? { ...reading, value: -1 } : reading;
    });
    const found = derive({ rating }, [...spoilt, aReading(at(100), 500_600, { received: at(12) })]);
    expect(found.doubts.map(({ rule, says }) => `${rule}: ${says}`)).toEqual([
      'false-zero: reads 0 after 500090',
      'sentinel: 4294967.295 is what devices send when they do not know',
      'impossible-rate: reads 600000 after 500290',
      'negative: -1 is not a count',
    ]);
    expect(total(found)).toBeCloseTo(480, 9);
  });

  test('a meter that is stuck now has no half-hours since', () => {
    const stuck = healthy.map((reading, i) => (i > 20 ? { ...reading, value: 500_200 } : reading));
    expect(tally(derive({ stuck_after: '2h' }, stuck))).toEqual({ 'measured register': 20, 'missing stuck': 28 });
    expect(tally(derive({}, stuck))).toEqual({ 'measured register': 48 });
  });
});

test.each([
  ['2026-03-29', 46],
  ['2026-10-25', 50],
])('%s has %i half-hours', (date, count) => {
  const day = dayPeriod(date);
  const readings = Array.from({ length: 60 }, (_, i) => aReading(day.from - 7200 + i * 1800, i * 10));
  const found = deriveHalfHours({ meter: aMeter(), readings, window: day, now: day.to + 7200 });
  expect(tally(found)).toEqual({ 'measured register': count });
  expect(total(found)).toBeCloseTo(count * 10, 9);
});
