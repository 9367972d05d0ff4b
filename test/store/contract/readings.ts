import { array, assert, asyncProperty, integer, record } from 'fast-check';
import { expect, test } from 'vitest';
import { identityKey, type Reading, seriesKey } from '../../../domain/readings/reading.ts';
import { columnsOf } from '../../../domain/readings/reading-columns.ts';
import type { ReadingStore } from '../../../store/reading-store.ts';
import { always, noon, reading, register } from './samples.ts';

export function readingTests(store: () => ReadingStore): void {
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

  test('columns are written as their readings are, and what cannot be kept of them comes back', async () => {
    const batch = [
      reading('columns', noon, 1.5),
      reading('columns', noon + 1800, 0.1 + 0.2, { kind: 'interval', period: 1800 }),
      reading('columns-too', noon - 7, 4, { kind: 'total', period: 86_400, received: noon }),
      reading('columns', noon - 1, 3),
    ];
    expect(await store().writeColumns(columnsOf(batch))).toEqual({ refused: [], spooled: false });
    for (const one of batch) expect(await store().readings(one, always, 10)).toContainEqual(one);
    const wrong = [reading('columns', noon + 9, Number.NaN), reading('columns', noon, 7)];
    const { refused } = await store().writeColumns(columnsOf(wrong));
    expect(refused.map(({ reading: { at, value } }) => ({ at, value }))).toEqual([{ at: noon + 9, value: Number.NaN }]);
    const kept = await store().readings(register('columns'), always, 10);
    expect(kept.map(({ value }) => value)).toEqual([3, 7]);
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

  test('of a range those that were received before an instant, and the limit is of those', async () => {
    const heard = [10, 20, 30, 40].map((received, i) => reading('heard', noon + i, i, { received }));
    await store().write(heard);
    const within = { from: noon, to: noon + 4 };
    expect(await store().readings(register('heard'), within, 9, 30)).toEqual(heard.slice(0, 2));
    expect(await store().readings(register('heard'), within, 9, 31)).toEqual(heard.slice(0, 3));
    await store().write([reading('heard', noon - 1, 7, { received: 99 })]);
    expect(await store().readings(register('heard'), always, 1, 31)).toEqual(heard.slice(0, 1));
  });
}

export function meanTests(store: () => ReadingStore): void {
  const instants = { quantity: 'temperature', kind: 'instant' } as const;
  const series = { meter: 'means', ...instants };

  test('a half-hour has the mean of its readings, and one without readings is not there', async () => {
    const said: readonly (readonly [number, number])[] = [
      [0, 1],
      [1799, 2],
      [1800, 7.5],
      [9000, -3],
    ];
    await store().write(said.map(([second, value]) => reading('means', noon + second, value, instants)));
    const means = await store().halfHourMeans(series, { from: noon, to: noon + 86_400 });
    expect(means).toEqual([
      { start: noon, mean: 1.5 },
      { start: noon + 1800, mean: 7.5 },
      { start: noon + 9000, mean: -3 },
    ]);
    // Half-hours that begin in the period, whole.
    expect(await store().halfHourMeans(series, { from: noon + 1, to: noon + 1801 })).toEqual(means.slice(1, 2));
    expect(await store().halfHourMeans(series, { from: noon, to: noon })).toEqual([]);
    expect(await store().halfHourMeans({ ...series, meter: 'no-means' }, always)).toEqual([]);
    await store().write([reading('means', noon + 60, 99, { ...instants, received: noon + 9000 })]);
    expect(await store().halfHourMeans(series, { from: noon, to: noon + 1800 }, noon + 9000)).toEqual([
      { start: noon, mean: 1.5 },
    ]);
  });
}

export function lookUpTests(store: () => ReadingStore): void {
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
    // The ends of all calendars: whoever asks for the first or last reading there is begins here.
    expect(await before(253_402_300_799, 1)).toEqual([4]);
    expect(await from(-62_135_596_800, 1)).toEqual([0]);
    expect(await from(253_402_300_799, 1)).toEqual([]);
    expect(await before(ats[0] ?? 0, 3)).toEqual([]);
    expect(await from(noon, 1)).toEqual([2]);
    expect(await from(noon + 1, 2)).toEqual([3, 4]);
    expect(await from(0, 2)).toEqual([0, 1]);
    expect(await from((ats[4] ?? 0) + 1, 2)).toEqual([]);
    expect(await from(noon, 0)).toEqual([]);
    expect(await before(noon, 0)).toEqual([]);
    // The last second of the year 9999, which no database's nanoseconds can hold.
    expect(await before(253_402_300_799, 1)).toEqual([4]);
  });

  test('more rows at once than a database puts into one piece', async () => {
    const count = 10_001;
    await store().write(Array.from({ length: count }, (_, i) => reading('long', noon + i * 1800, i)));
    const period = { from: noon, to: noon + count * 1800 };
    const found = await store().readings(register('long'), period, 20_000);
    expect(found.map(({ value }) => value)).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test('series and readings of many meters come in one answer, in order of time', async () => {
    const meters = Array.from({ length: 40 }, (_, i) => `crowd-${i}`);
    const registers = meters.flatMap((meter, i) => [
      reading(meter, noon + 60 - i, i),
      reading(meter, noon + 3600, 100),
    ]);
    const interval = reading('crowd-0', noon, 0.5, { kind: 'interval', period: 1800 });
    const power = reading('crowd-1', noon + 1, 3, { kind: 'instant', quantity: 'power' });
    await store().write([...registers, interval, power]);
    const names = (await store().seriesOfAll([...meters, 'unheard'])).map(seriesKey).sort();
    expect(names).toEqual([...meters.map(register), interval, power].map(seriesKey).sort());
    const asked = [...meters.map(register), interval, register('unheard')];
    const period = { from: noon, to: noon + 3600 };
    const found = await store().readingsOfAll(asked, period, 50 * asked.length);
    const expected = [...registers, interval].filter(({ at }) => at < period.to).sort((a, b) => a.at - b.at);
    expect(found?.map(({ at }) => at)).toEqual(expected.map(({ at }) => at));
    expect(new Set(found?.map(identityKey))).toEqual(new Set(expected.map(identityKey)));
    expect(found?.find((one) => identityKey(one) === identityKey(interval))).toEqual(interval);
    expect(await store().readingsOfAll(asked, { from: noon, to: noon + 3601 }, 50)).toBeUndefined();
    expect(await store().readingsOfAll([], period, 50)).toEqual([]);
    expect(await store().seriesOfAll([])).toEqual([]);
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
}

export function readingBatchTests(store: () => ReadingStore): void {
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

/** Readings that have had their time. */
export function removalTests(use: () => ReadingStore): void {
  test('of each series those before an instant go but for the last, and are counted before', async () => {
    const store = use();
    const of = (meter: string, at: number): Reading => {
      return { meter, quantity: 'energy', kind: 'register', at, value: at / 1000, period: 0, received: at };
    };
    const start = 1_700_000_000;
    const times = Array.from({ length: 10 }, (_, i) => start + i * 600);
    await store.write([...times.map((at) => of('purged-a', at)), ...times.slice(0, 3).map((at) => of('purged-b', at))]);
    await store.write(times.map((at) => of('purged-not', at)));
    const names = [...(await store.seriesOf('purged-a')), ...(await store.seriesOf('purged-b'))];
    const before = start + 3_001;
    expect(await store.countReadings(names, before)).toBe(5 + 2);
    await store.removeReadings(names, before);
    expect(await store.countReadings(names, before)).toBe(0);
    const left = async (meter: string) => {
      const [name] = await store.seriesOf(meter);
      const list = name ? await store.readings(name, { from: 0, to: start + 100_000 }, 100) : [];
      return list.map(({ at }) => (at - start) / 600);
    };
    expect(await left('purged-a')).toEqual([5, 6, 7, 8, 9]);
    expect(await left('purged-b')).toEqual([2]);
    expect(await left('purged-not')).toHaveLength(10);
    // What came before the first that is left may come again.
    await store.write([of('purged-a', start)]);
    expect(await left('purged-a')).toEqual([0, 5, 6, 7, 8, 9]);
    expect(await store.countReadings([], before)).toBe(0);
  });
}
