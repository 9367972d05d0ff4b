import { array, assert, asyncProperty, integer, record } from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityKey, type Reading, type SeriesName } from '../../domain/reading.ts';
import { addDays, boundariesOf, dayPeriod, halfHoursOf, type Period, startOfDay } from '../../domain/time.ts';
import type { BucketSum, DayFigure, ReadingStore, SiteDayFigure, StoredHalfHour } from '../../store/reading-store.ts';

/**
 * What every ReadingStore does. Each test uses meters of its own, so that one store serves them all.
 */

export const noon = Date.UTC(2026, 2, 2, 12) / 1000;
/** Longer than any time that is kept, from the first to the last second. */
const always: Period = { from: 0, to: 2 ** 32 - 1 };

export function reading(meter: string, at: number, value: number, other: Partial<Reading> = {}): Reading {
  return { meter, quantity: 'energy', kind: 'register', at, value, period: 0, received: at + 2, ...other };
}

export function halfHour(meter: string, start: number, other: Partial<StoredHalfHour> = {}): StoredHalfHour {
  const quality = 'measured';
  const rule = 'register';
  return {
    meter,
    site: 'a-site',
    utility: 'gas',
    start,
    energy: 1.5,
    volume: 0.25,
    quality,
    rule,
    registerVersion: 1,
    ...other,
  };
}

export function day(meter: string, at: number, other: Partial<DayFigure> = {}): DayFigure {
  return {
    meter,
    site: 'a-site',
    utility: 'gas',
    day: at,
    energy: 72,
    volume: 12,
    measuredEnergy: 70,
    measuredVolume: 11.5,
    measuredHalfHours: 46,
    estimatedHalfHours: 1,
    missingHalfHours: 1,
    measuredShare: 0.97,
    emissionsLocation: 12.75,
    ...other,
  };
}

const register = (meter: string): SeriesName => ({ meter, quantity: 'energy', kind: 'register' });

/** Names that are awkward in line protocol, InfluxQL, SQL or a shell. All can be kept. */
const awkwardNames = [
  'ward 7, east=west',
  `the "old" house's`,
  'back\\slash inside',
  'trailing\\"',
  'höhe-µ-Ω-日本-🏥',
  '#not a comment',
  `x'; DROP DATABASE "meterhouse_readings"; --`,
  `x" OR 1=1 --`,
  `') or true --`,
  '$meter ${meter} %s {{7*7}}',
  '.*|(a|b)$^[c]+/',
  ' leading and trailing ',
  '-1',
  'null',
  'time',
];

/** Names that line protocol cannot hold. */
const impossibleNames = ['', 'line\nbreak', 'carriage\rreturn', 'nul\u0000', 'tab\there', 'ends in \\', 'lone \ud800'];

export function readingStoreContract(title: string, open: () => Promise<ReadingStore>): void {
  describe(`${title} keeps the contract of ReadingStore`, () => {
    let store: ReadingStore;
    beforeAll(async () => {
      store = await open();
      await store.ready();
    });
    afterAll(async () => await store.close());

    describe('readings', () => readingTests(() => store));
    describe('names', () => nameTests(() => store));
    describe('half-hours', () => halfHourTests(() => store));
    describe('sums of half-hours', () => sumTests(() => store));
    describe('day figures', () => dayTests(() => store));
  });
}

function readingTests(store: () => ReadingStore): void {
  test('what is written is read, with every part of it', async () => {
    const batch = [
      reading('whole', noon, 1234.567),
      reading('whole', noon + 1, -3.25e-9, { kind: 'instant', quantity: 'power', received: 5 }),
      reading('whole', noon + 2, 0.1 + 0.2, { kind: 'interval', period: 1800 }),
      reading('whole', noon + 3, Number.MAX_SAFE_INTEGER, { quantity: 'count' }),
    ];
    expect(await store().write(batch)).toEqual({ refused: [], spooled: false });
    for (const one of batch) expect(await store().readings(one, always, 10)).toEqual([one]);
    const names = await store().seriesOf('whole');
    expect(names.map((name) => `${name.quantity} ${name.kind}`).sort()).toEqual([
      'count register',
      'energy interval',
      'energy register',
      'power instant',
    ]);
  });

  test('writing again overwrites: one point, the last value', async () => {
    const batch = [1, 2, 3].map((i) => reading('again', noon + i, i));
    await store().write(batch);
    await store().write(batch);
    await store().write([reading('again', noon + 2, 22, { received: noon + 99 })]);
    const kept = await store().readings(register('again'), always, 10);
    expect(kept).toEqual([batch[0], reading('again', noon + 2, 22, { received: noon + 99 }), batch[2]]);
  });

  test('late and unordered readings come back in order of time', async () => {
    const year = 365 * 86_400;
    const batch = [5, 3, 9, 1, 7].map((i) => reading('late', noon + i * 60, i));
    await store().write(batch);
    await store().write([reading('late', noon - year, 0.5), reading('late', noon + 4 * 60, 4)]);
    const kept = await store().readings(register('late'), always, 100);
    expect(kept.map((one) => one.value)).toEqual([0.5, 1, 3, 4, 5, 7, 9]);
  });

  test('a range is half-open, and a limit takes the earliest', async () => {
    await store().write([0, 1, 2, 3].map((i) => reading('range', noon + i, i)));
    const values = async (from: number, to: number, limit = 10): Promise<number[]> =>
      (await store().readings(register('range'), { from, to }, limit)).map((one) => one.value);
    expect(await values(noon + 1, noon + 3)).toEqual([1, 2]);
    expect(await values(noon, noon + 4, 3)).toEqual([0, 1, 2]);
    expect(await values(noon, noon)).toEqual([]);
    expect(await values(noon, noon + 4, 0)).toEqual([]);
  });

  test('neighbours before and from an instant, however far away', async () => {
    const ats = [noon - 400 * 86_400, noon - 60, noon, noon + 60, noon + 500 * 86_400];
    await store().write(ats.map((at, i) => reading('neighbours', at, i)));
    const before = async (at: number, count: number): Promise<number[]> =>
      (await store().before(register('neighbours'), at, count)).map((one) => one.value);
    const from = async (at: number, count: number): Promise<number[]> =>
      (await store().from(register('neighbours'), at, count)).map((one) => one.value);
    expect(await before(noon, 1)).toEqual([1]);
    expect(await before(noon, 2)).toEqual([0, 1]);
    expect(await before(noon, 99)).toEqual([0, 1]);
    expect(await before(noon + 1, 2)).toEqual([1, 2]);
    expect(await before(always.to, 1)).toEqual([4]);
    expect(await before(ats[0] ?? 0, 3)).toEqual([]);
    expect(await from(noon, 1)).toEqual([2]);
    expect(await from(noon + 1, 2)).toEqual([3, 4]);
    expect(await from(0, 2)).toEqual([0, 1]);
    expect(await from((ats[4] ?? 0) + 1, 2)).toEqual([]);
    expect(await from(noon, 0)).toEqual([]);
    expect(await before(noon, 0)).toEqual([]);
  });

  test('find answers what is there and leaves out what is not', async () => {
    const written = [0, 60, 120, 86_400 * 40].map((i) => reading('find', noon + i, i / 10));
    await store().write([...written, reading('find', noon, 7, { kind: 'instant', quantity: 'power' })]);
    const absent = [
      reading('find', noon + 30, 0),
      reading('find', noon, 0, { quantity: 'volume' }),
      reading('nobody', noon, 0),
    ];
    const found = await store().find([...written, ...absent]);
    expect(found).toEqual(new Map(written.map((one) => [identityKey(one), one.value])));
    expect(await store().find([])).toEqual(new Map());
  });

  test('an empty batch and an unknown meter are answered, not refused', async () => {
    expect(await store().write([])).toEqual({ refused: [], spooled: false });
    expect(await store().readings(register('unheard'), always, 10)).toEqual([]);
    expect(await store().before(register('unheard'), noon, 3)).toEqual([]);
    expect(await store().from(register('unheard'), noon, 3)).toEqual([]);
    expect(await store().seriesOf('unheard')).toEqual([]);
    expect(store().backlog()).toEqual({ batches: 0, bytes: 0 });
  });

  const badNumbers: [string, Partial<Reading>][] = [
    ['not a number', { value: Number.NaN }],
    ['infinite', { value: Number.POSITIVE_INFINITY }],
    ['minus infinite', { value: Number.NEGATIVE_INFINITY }],
    ['a time with a fraction', { at: noon + 0.5 }],
    ['a time before 1970', { at: -1 }],
    ['a time in milliseconds', { at: noon * 1000 }],
    ['a negative period', { period: -1 }],
    ['a receipt that is not a number', { received: Number.NaN }],
  ];
  test.each(badNumbers)(
    'a reading with %s is refused with a reason, the rest of the batch is kept',
    async (what, bad) => {
      const meter = `bad-${what.replaceAll(' ', '-')}`;
      const one = { ...reading(meter, noon, 1), ...bad };
      const { refused } = await store().write([reading(meter, noon + 10, 2), one, reading(meter, noon + 20, 3)]);
      expect(refused.map((entry) => entry.reading)).toEqual([one]);
      expect(refused[0]?.reason).toMatch(/is not a/);
      expect((await store().readings(register(meter), always, 10)).map((kept) => kept.value)).toEqual([2, 3]);
    },
  );

  test('a batch of 20,000 readings is kept whole, written twice', async () => {
    const batch = Array.from({ length: 20_000 }, (_, i) =>
      reading(`size-${i % 20}`, noon + Math.floor(i / 20) * 60, i / 8),
    );
    await store().write(batch);
    await store().write(batch);
    for (const meter of ['size-0', 'size-7', 'size-19']) {
      const kept = await store().readings(register(meter), always, 5_000);
      expect(kept).toEqual(batch.filter((one) => one.meter === meter));
    }
  });

  test('writes at the same time, of the same identities too, leave one point each', async () => {
    const batches = Array.from({ length: 12 }, (_, k) =>
      Array.from({ length: 50 }, (_, i) => reading('together', noon + i * 30, k)),
    );
    await Promise.all(batches.map((batch) => store().write(batch)));
    const kept = await store().readings(register('together'), always, 1_000);
    expect(kept.length).toBe(50);
  });

  test('whatever is written in whatever order, the last value of each identity is kept', async () => {
    let run = 0;
    const point = record({ at: integer({ min: 0, max: 40 }), value: integer({ min: -9, max: 9 }) });
    const property = asyncProperty(array(array(point, { maxLength: 12 }), { maxLength: 5 }), async (batches) => {
      const meter = `any-order-${run++}`;
      const expected = new Map<number, number>();
      for (const batch of batches) {
        // Identities within one batch are distinct.
        const single = new Map(batch.map((one) => [noon + one.at * 900, one.value]));
        await store().write([...single].map(([at, value]) => reading(meter, at, value)));
        for (const [at, value] of single) expected.set(at, value);
      }
      const kept = await store().readings(register(meter), always, 1_000);
      expect(kept.map((one) => [one.at, one.value])).toEqual([...expected].sort(([a], [b]) => a - b));
    });
    await assert(property, { numRuns: 25 });
  });
}

function nameTests(store: () => ReadingStore): void {
  test.each(awkwardNames)('%s is kept as it is', async (name) => {
    const one = reading(name, noon, 4.5);
    const row = halfHour(name, noon, { site: `site ${name}`, utility: `use ${name}`, rule: name as never });
    const figure = day(name, startOfDay('2026-03-02'), { site: `site ${name}`, utility: `use ${name}` });
    expect((await store().write([one])).refused).toEqual([]);
    await store().writeHalfHours([row]);
    await store().writeDays([figure], []);
    expect(await store().readings(one, always, 10)).toEqual([one]);
    expect(await store().seriesOf(name)).toEqual([register(name)]);
    expect(await store().find([one])).toEqual(new Map([[identityKey(one), 4.5]]));
    expect(await store().before(one, noon + 1, 1)).toEqual([one]);
    expect(await store().halfHours([name], always)).toEqual([row]);
    expect(await store().days([name], always)).toEqual([figure]);
    const [sum] = await store().sumHalfHours([name], [noon, noon + 1800]);
    expect(sum).toMatchObject({ meter: name, energy: 1.5 });
  });

  test('a name that is asked for is never a pattern or a statement', async () => {
    await store().write([reading('pattern', noon, 1)]);
    await store().writeHalfHours([halfHour('pattern', noon)]);
    for (const name of ['.*', 'p.*n', `' OR meter != '`, '" or 1=1', `pattern' OR 'a'='a`, 'pattern|x', '\\', `\\'`]) {
      expect(await store().readings(register(name), always, 10)).toEqual([]);
      expect(await store().seriesOf(name)).toEqual([]);
      expect(await store().halfHours([name], always)).toEqual([]);
      expect(await store().sumHalfHours([name], [noon, noon + 1800])).toEqual([]);
      expect(await store().days([name], always)).toEqual([]);
    }
    // Nothing was dropped by what was asked.
    expect((await store().readings(register('pattern'), always, 10)).length).toBe(1);
  });

  test.each(impossibleNames)('the name %j is refused', async (name) => {
    const { refused } = await store().write([reading(name, noon, 1), reading('beside-impossible', noon, 1)]);
    expect(refused.map((entry) => entry.reading.meter)).toEqual([name]);
    expect(refused[0]?.reason).toContain('cannot be kept as a name');
    await expect(store().writeHalfHours([halfHour(name, noon)])).rejects.toThrow(/reading.refused-by-store/);
    await expect(store().writeDays([day('fine', noon, { site: name })], [])).rejects.toThrow(
      /reading.refused-by-store/,
    );
    expect(await store().readings(register(name), always, 10)).toEqual([]);
    expect((await store().readings(register('beside-impossible'), always, 10)).length).toBe(1);
  });
}

function halfHourTests(store: () => ReadingStore): void {
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

  test('a figure that is not a number is refused as a whole', async () => {
    const bad = halfHour('nan', noon, { energy: Number.NaN });
    await expect(store().writeHalfHours([halfHour('nan', noon - 1800), bad])).rejects.toThrow(
      /reading.refused-by-store/,
    );
    await expect(store().writeDays([day('nan', noon, { volume: Number.NaN })], [])).rejects.toThrow(/refused-by-store/);
    expect(await store().halfHours(['nan'], always)).toEqual([]);
  });

  test('200 meters in one question', async () => {
    const meters = Array.from({ length: 200 }, (_, i) => `many-${i}`);
    await store().writeHalfHours(meters.map((meter, i) => halfHour(meter, noon, { energy: i })));
    const kept = await store().halfHours(meters, always);
    expect(kept.length).toBe(200);
    const sums = await store().sumHalfHours(meters, [noon, noon + 1800]);
    expect(sums.reduce((total, sum) => total + sum.energy, 0)).toBe(19_900);
  });
}

/** The second method: sums worked out here, one by one. */
function sumsOf(rows: readonly StoredHalfHour[], boundaries: readonly number[]): BucketSum[] {
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

function sameSums(found: readonly BucketSum[], expected: readonly BucketSum[]): void {
  expect(found.map((sum) => [sum.meter, sum.bucket])).toEqual(expected.map((sum) => [sum.meter, sum.bucket]));
  for (const [i, sum] of expected.entries()) {
    const keys = Object.keys(sum).filter((key) => key !== 'meter');
    for (const key of keys as (keyof Omit<BucketSum, 'meter'>)[]) expect(found[i]?.[key]).toBeCloseTo(sum[key], 6);
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

function sumTests(store: () => ReadingStore): void {
  // Both changes of 2026: 29 March (46 half-hours) and 25 October (50).
  const clockChanges = [
    ['2026-03-29', 46],
    ['2026-10-25', 50],
  ] as const;
  test.each(clockChanges)('the days round the clock change of %s, which has %i half-hours', async (date, count) => {
    const meter = `change-${date}`;
    const period = { from: startOfDay(addDays(date, -2)), to: startOfDay(addDays(date, 3)) };
    await store().writeHalfHours(halfHoursOf(period).map((start) => halfHour(meter, start, { energy: 1, volume: 2 })));
    const sums = await store().sumHalfHours([meter], boundariesOf(period, 'day'));
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
    const sums = await store().sumHalfHours(meters, boundaries);
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
    const sums = await store().sumHalfHours(['uneven'], boundaries);
    sameSums(sums, sumsOf(rows, boundaries));
    expect(sums.some((sum) => sum.bucket === 6)).toBe(false);
    expect(await store().sumHalfHours(['uneven'], [noon])).toEqual([]);
    expect(await store().sumHalfHours([], boundaries)).toEqual([]);
    await expect(store().sumHalfHours(['uneven'], [noon, noon])).rejects.toThrow(/ascend/);
  });
}

function dayTests(store: () => ReadingStore): void {
  const dates = Array.from({ length: 40 }, (_, i) => addDays('2026-03-10', i));

  test('what is written is read; a missing factor is never 0', async () => {
    const days = [
      day('day-a', startOfDay('2026-03-28')),
      day('day-a', startOfDay('2026-03-29'), { emissionsLocation: undefined }),
      day('day-a', startOfDay('2026-03-30'), { emissionsLocation: 0, energy: 0 }),
    ];
    const { site, utility, energy, volume, measuredShare, emissionsLocation } = day('x', 0);
    const sites: SiteDayFigure[] = days.map((one) => ({
      site,
      utility,
      day: one.day,
      energy,
      volume,
      measuredShare,
      emissionsLocation,
    }));
    await store().writeDays(days, sites);
    await store().writeDays(days, sites);
    await store().writeDays([], []);
    expect(await store().days(['day-a'], always)).toEqual(days);
    expect(await store().days(['day-a'], dayPeriod('2026-03-29'))).toEqual(days.slice(1, 2));
    expect(await store().days(['day-none'], always)).toEqual([]);
  });

  test('sums of days equal a second method, across the clock change', async () => {
    const days = dates.map((date, i) => day('day-sum', startOfDay(date), { energy: i, measuredEnergy: i / 2 }));
    await store().writeDays(days, []);
    await store().writeDays([day('day-sum', startOfDay('2026-03-12'), { energy: 100, measuredEnergy: 50 })], []);
    const period = { from: startOfDay('2026-03-10'), to: startOfDay('2026-05-01') };
    const months = await store().sumDays(['day-sum', 'day-none'], boundariesOf(period, 'month'));
    const inMarch = dates.filter((date) => date < '2026-04-01').length;
    const march = dates.slice(0, inMarch).reduce((total, _, i) => total + i, 0) - 2 + 100;
    const april = dates.slice(inMarch).reduce((total, _, i) => total + inMarch + i, 0);
    expect(months.map((sum) => [sum.bucket, sum.energy, sum.measuredEnergy])).toEqual([
      [0, march, march / 2],
      [1, april, april / 2],
    ]);
    expect(months[0]).toMatchObject({ measuredHalfHours: 46 * inMarch, missingHalfHours: inMarch });
    const single = await store().sumDays(['day-sum'], boundariesOf(period, 'day'));
    expect(single.length).toBe(40);
    expect(single[2]).toMatchObject({ bucket: 2, energy: 100, estimatedHalfHours: 1, volume: 12 });
  });
}
