import { expect, test } from 'vitest';
import { addDays, boundariesOf, dayPeriod, halfHoursOf, type Period, startOfDay } from '../../../domain/time.ts';
import { type MeterSum, sumColumns } from '../../../domain/energy/bucket-sums.ts';
import type { ReadingStore, StoredHalfHour } from '../../../store/reading-store.ts';
import { always, day, halfHour, noon } from './samples.ts';

export function halfHourTests(store: () => ReadingStore): void {
  test('zero, missing and "has none" stay three things', async () => {
    const rows = [
      halfHour('three', noon, { energy: 0, volume: 0 }),
      halfHour('three', noon + 1800, { energy: undefined, volume: 0.125, quality: 'estimated', rule: 'interpolated' }),
      halfHour('three', noon + 3600, { energy: 2, volume: undefined, registerVersion: 7 }),
      halfHour('three', noon + 5400, { energy: undefined, volume: undefined, quality: 'missing', rule: 'gap' }),
    ];
    await store().writeHalfHours(rows);
    expect(await store().halfHours(['three'], always)).toEqual(rows);
  });

  test('a half-hour rewritten as missing no longer counts', async () => {
    const starts = halfHoursOf({ from: noon, to: noon + 4 * 1800 });
    await store().writeHalfHours(starts.map((start) => halfHour('rewritten', start)));
    await store().writeHalfHours([halfHour('rewritten', noon + 1800, { quality: 'missing', rule: 'gap', energy: 9 })]);
    const [sum] = await store().sumHalfHours(['rewritten'], [noon, noon + 4 * 1800]);
    expect(sum).toMatchObject({ energy: 4.5, measuredEnergy: 4.5, measuredHalfHours: 3, missingHalfHours: 1 });
    const rows = await store().halfHours(['rewritten'], always);
    expect(rows.length).toBe(4);
    expect(rows[1]).toMatchObject({ quality: 'missing', rule: 'gap', energy: undefined, volume: undefined });
  });

  test('several meters, in order of time, only those asked for', async () => {
    const rows = [0, 1, 2].flatMap((i) => ['m-a', 'm-b', 'm-c'].map((meter) => halfHour(meter, noon + i * 1800)));
    await store().writeHalfHours(rows);
    const kept = await store().halfHours(['m-c', 'm-a', 'm-c', 'm-none'], { from: noon, to: noon + 3600 });
    expect(kept.map((row) => row.start)).toEqual([noon, noon, noon + 1800, noon + 1800]);
    expect(new Set(kept.map((row) => row.meter))).toEqual(new Set(['m-a', 'm-c']));
    expect(await store().halfHours([], always)).toEqual([]);
  });

  test('amounts are kept to a hundred-thousandth', async () => {
    await store().writeHalfHours([halfHour('rounded', noon, { energy: 1 / 3, volume: -2 / 3 })]);
    const [row] = await store().halfHours(['rounded'], always);
    expect(row).toMatchObject({ energy: 0.33333, volume: -0.66667 });
  });

  test('a figure that is not a number is refused as a whole', async () => {
    const bad = halfHour('nan', noon, { energy: Number.NaN });
    await expect(store().writeHalfHours([halfHour('nan', noon - 1800), bad])).rejects.toThrow(
      /reading.refused-by-store/,
    );
    await expect(store().writeDays([day('nan', noon, { volume: Number.NaN })], [])).rejects.toThrow(/refused-by-store/);
    expect(await store().halfHours(['nan'], always)).toEqual([]);
  });

  test('200 meters in one question', async () => {
    const meters = Array.from({ length: 200 }, (_, i) => (i % 50 === 7 ? `many's ${i}/.*|` : `many-${i}`));
    await store().writeHalfHours(meters.map((meter, i) => halfHour(meter, noon, { energy: i })));
    const kept = await store().halfHours(meters, always);
    expect(kept.length).toBe(200);
    const sums = [...(await store().sumHalfHours(meters, [noon, noon + 1800]))];
    expect(sums.reduce((total, sum) => total + sum.energy, 0)).toBe(19_900);
    // Names are asked for whole: `many-1` is not the beginning of `many-10`.
    const few = await store().halfHours(
      meters.filter((_, i) => i >= 100),
      always,
    );
    expect(few.length).toBe(100);
  });
}

/** The second method: sums worked out here, one by one. */
function sumsOf(rows: readonly StoredHalfHour[], boundaries: readonly number[]): MeterSum[] {
  return boundaries.slice(0, -1).flatMap((from, bucket) => {
    const to = boundaries[bucket + 1] ?? 0;
    const inside = rows.filter((row) => row.start >= from && row.start < to);
    const of = (quality: string): StoredHalfHour[] => inside.filter((row) => row.quality === quality);
    const add = (list: StoredHalfHour[], key: 'energy' | 'volume'): number =>
      list.reduce((total, row) => total + (row[key] ?? 0), 0);
    const known = inside.filter((row) => row.quality !== 'missing');
    return inside.length === 0
      ? []
      : [
          {
            meter: inside[0]?.meter ?? '',
            bucket,
            energy: add(known, 'energy'),
            volume: add(known, 'volume'),
            measuredEnergy: add(of('measured'), 'energy'),
            measuredVolume: add(of('measured'), 'volume'),
            measuredHalfHours: of('measured').length,
            estimatedHalfHours: of('estimated').length,
            missingHalfHours: of('missing').length,
          },
        ];
  });
}

function sameSums(found: readonly MeterSum[], expected: readonly MeterSum[]): void {
  expect(found.map((sum) => [sum.meter, sum.bucket])).toEqual(expected.map((sum) => [sum.meter, sum.bucket]));
  for (const [i, sum] of expected.entries()) {
    for (const column of sumColumns) expect(found[i]?.[column]).toBeCloseTo(sum[column], 6);
  }
}

/** A meter's half-hours over a period, every quality among them. */
function mixedHalfHours(meter: string, period: Period): StoredHalfHour[] {
  return halfHoursOf(period).flatMap((start, i) => {
    if (i % 11 === 5) return [];
    const quality = i % 7 === 3 ? ('missing' as const) : i % 5 === 1 ? ('estimated' as const) : ('measured' as const);
    const known = quality !== 'missing';
    return [
      halfHour(meter, start, {
        quality,
        energy: known ? ((i * 37) % 1000) / 8 : undefined,
        volume: known && i % 3 ? ((i * 13) % 100) / 16 : undefined,
      }),
    ];
  });
}

export function sumTests(store: () => ReadingStore): void {
  // Both changes of 2026: 29 March (46 half-hours) and 25 October (50).
  const clockChanges = [
    ['2026-03-29', 46],
    ['2026-10-25', 50],
  ] as const;
  test.each(clockChanges)('the days round the clock change of %s, which has %i half-hours', async (date, count) => {
    const meter = `change-${date}`;
    const period = { from: startOfDay(addDays(date, -2)), to: startOfDay(addDays(date, 3)) };
    await store().writeHalfHours(halfHoursOf(period).map((start) => halfHour(meter, start, { energy: 1, volume: 2 })));
    const sums = [...(await store().sumHalfHours([meter], boundariesOf(period, 'day')))];
    expect(sums.map((sum) => sum.energy)).toEqual([48, 48, count, 48, 48]);
    expect(sums.map((sum) => sum.measuredHalfHours)).toEqual([48, 48, count, 48, 48]);
    expect(sums.map((sum) => sum.volume)).toEqual([96, 96, 2 * count, 96, 96]);
    expect((await store().halfHours([meter], dayPeriod(date))).length).toBe(count);
  });

  const cuts = [
    ['days of a year', { from: startOfDay('2026-01-01'), to: startOfDay('2027-01-01') }, 'day'],
    ['months', { from: startOfDay('2026-01-15'), to: startOfDay('2026-12-20') }, 'month'],
    ['a financial year', { from: startOfDay('2026-04-01'), to: startOfDay('2027-04-01') }, 'financial_year'],
    ['half-hours', { from: startOfDay('2026-03-28'), to: startOfDay('2026-03-30') }, 'half_hour'],
  ] as const;
  test.each(cuts)('%s equal a second method', async (name, period, bucket) => {
    const meters = [`cut-${name}-a`, `cut-${name}-b`];
    const rows = meters.map((meter) =>
      mixedHalfHours(meter, { from: startOfDay('2026-01-01'), to: startOfDay('2026-12-31') }),
    );
    for (const list of rows) await store().writeHalfHours(list);
    const boundaries = boundariesOf(period, bucket);
    const sums = [...(await store().sumHalfHours(meters, boundaries))];
    expect(sums.map((sum) => sum.bucket)).toEqual(sums.map((sum) => sum.bucket).toSorted((a, b) => a - b));
    for (const [i, meter] of meters.entries()) {
      sameSums(
        sums.filter((sum) => sum.meter === meter),
        sumsOf(rows[i] ?? [], boundaries),
      );
    }
  });

  test('boundaries of any lengths, a bucket without rows gives no entry', async () => {
    const rows = mixedHalfHours('uneven', { from: noon, to: noon + 20 * 1800 });
    await store().writeHalfHours(rows);
    const boundaries = [0, 1800, 3600, 9000, 9000 + 60, 18_000, 20 * 1800, 40 * 1800].map((offset) => noon + offset);
    const sums = [...(await store().sumHalfHours(['uneven'], boundaries))];
    sameSums(sums, sumsOf(rows, boundaries));
    expect(sums.some((sum) => sum.bucket === 6)).toBe(false);
    expect([...(await store().sumHalfHours(['uneven'], [noon]))]).toEqual([]);
    expect([...(await store().sumHalfHours([], boundaries))]).toEqual([]);
    await expect(store().sumHalfHours(['uneven'], [noon, noon])).rejects.toThrow(/ascend/);
  });
}
