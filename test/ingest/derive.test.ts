import * as fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usualAccounting } from '../../domain/carbon/accounting.ts';
import { yearFactors } from '../../domain/carbon/carbon.ts';
import { type Estate, type Meter, siteSchema } from '../../domain/estate/estate.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { ReadingStore, SiteDayFigure } from '../../store/reading-store.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { dayPeriod, halfHoursOf } from '../../domain/time.ts';
import { Booking } from '../../ingest/booking.ts';
import { Deriver } from '../../ingest/derive.ts';
import { meterDays } from '../../ingest/derive-days.ts';
import { rememberDescriptions } from '../../ingest/estate-changes.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { aHalfHour } from '../domain/a-meter.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeMeter } from './made-meter.ts';

const now = Date.parse('2026-11-23T18:10:00Z') / 1000;
const day = dayPeriod('2026-11-22');
const log = pino({ level: 'silent' });
let books: TestBooks;
beforeAll(async () => {
  books = await openBooks(() => now);
});
afterAll(() => books.close());

function estateOf(meters: readonly Meter[], version = 1): Estate {
  const sites = [...new Set(meters.map((meter) => meter.site))].map((id) => {
    const site = siteSchema.parse({
      id,
      name: id,
      organisation: 'o',
      type: 'office',
      gross_internal_area_m2: 500,
    });
    return [id, site] as const;
  });
  const list = meters.map((meter) => [meter.id, meter] as const);
  return { name: 'test', version, organisations: new Map(), sites: new Map(sites), meters: new Map(list) };
}

function deriverOf(meters: readonly Meter[], at = now, version = 1, holder = 'test') {
  const { store, state } = books;
  return new Deriver({ store, state, estate: estateOf(meters, version), clock: () => at * 1000, log, holder });
}

async function book(readings: readonly Reading[]) {
  const { store, state } = books;
  const booking = new Booking({ store, state, marks: new SeriesMarks(state) }, 'never');
  const message = { topic: 't', payload: Buffer.from(''), qos: 1, retained: false, received: now } as const;
  for (const reading of readings) {
    booking.addMessage(message, {
      meter: reading.meter,
      outcome: 'decoded',
      readings: [reading],
      refusals: [],
      problem: undefined,
    });
  }
  await booking.settle();
}

function register(meter: string, at: number, value: number): Reading {
  return { meter, quantity: 'energy', kind: 'register', at, value, period: 0, received: now };
}

/** A register every half-hour of the day and a little around it, 1 kWh each. */
function plainDay(meter: string): Reading[] {
  return Array.from({ length: 60 }, (_, i) => register(meter, day.from + (i - 6) * 1800, 100 + i));
}

let names = 0;
function meterOf(entry: Partial<Meter> = {}): Meter {
  const id = `m${names++}`;
  return madeMeter({ id, site: `site-${id}`, role: 'main', ...entry });
}

test('readings become half-hours, days of the meter and of its site, and are told to listeners', async () => {
  const meter = meterOf();
  const before = books.state.derivedSince(Number.MAX_SAFE_INTEGER, 0).sequence;
  await book(plainDay(meter.id));
  await deriverOf([meter]).look();
  const rows = await books.store.halfHours([meter.id], day);
  expect(rows).toHaveLength(48);
  expect(rows.every((row) => row.quality === 'measured' && row.energy === 1 && row.registerVersion === 1)).toBe(true);
  const [figure] = await books.store.days([meter.id], day);
  expect(figure).toMatchObject({ energy: 48, measuredHalfHours: 48, missingHalfHours: 0, measuredShare: 1 });
  expect(figure?.emissionsLocation).toBeGreaterThan(0);
  expect(books.state.touched(100).filter((each) => each.meter === meter.id)).toEqual([]);
  const told = books.state.derivedSince(before, 100).list.filter((span) => span.meter === meter.id);
  expect(told.length).toBe(1);
});

test('a silent day is summed up after midnight: nothing heard is missing, not zero', async () => {
  const meter = meterOf();
  await book(plainDay(meter.id).slice(0, 30));
  await deriverOf([meter], day.from + 13 * 3600).look();
  expect((await books.store.days([meter.id], day))[0]).toMatchObject({ missingHalfHours: 3, energy: 23 });
  books.state.remember('days-closed', '2026-11-21');
  await deriverOf([meter], day.to + 700).look();
  expect((await books.store.days([meter.id], day))[0]).toMatchObject({ missingHalfHours: 25, energy: 23 });
  expect(books.state.recall('days-closed')).toBe('2026-11-22');
});

test('a sum of meters follows its parts', async () => {
  const one = meterOf();
  const other = meterOf({ site: one.site, role: 'sub', parent: one.id });
  const sum = meterOf({
    site: one.site,
    role: 'virtual',
    sum_of: [
      { meter: one.id, times: 1 },
      { meter: other.id, times: -1 },
    ],
  });
  await book([...plainDay(one.id), ...plainDay(other.id).map((reading) => ({ ...reading, value: reading.value / 4 }))]);
  const deriver = deriverOf([sum, one, other]);
  await deriver.look();
  await deriver.look();
  expect((await books.store.days([sum.id], day))[0]).toMatchObject({ energy: 36, measuredHalfHours: 48 });
});

test('a formula over a formula follows it, changes on its date, and unsays what an earlier one said', async () => {
  const one = meterOf();
  const [half, quarter] = [meterOf(), meterOf()];
  const sumOf = (id: string, formula: Meter['formula']): Meter => ({ ...half, id, role: 'virtual', formula });
  const share = sumOf(half.id, [{ from: '2026-01-01', terms: [{ meter: one.id, times: 0.5 }] }]);
  const part = (from: string) => sumOf(quarter.id, [{ from, terms: [{ meter: half.id, times: 0.5 }] }]);
  await book(plainDay(one.id));
  const deriver = deriverOf([part('2026-01-01'), share, one]);
  await deriver.look();
  const [figure] = await books.store.days([quarter.id], day);
  expect(figure).toMatchObject({ energy: 12, measuredHalfHours: 48, measuredShare: 1 });
  await deriverOf([part('2026-11-23'), share, one], now, 2).look();
  const rows = await books.store.halfHours([quarter.id], day);
  expect(new Set(rows.map((row) => `${row.quality} ${row.rule}`))).toEqual(new Set(['missing before-valid']));
});

test('a changed multiplier restates the whole life, and only of its meter', async () => {
  const [mended, other] = [meterOf(), meterOf()];
  await book([...plainDay(mended.id), ...plainDay(other.id)]);
  await deriverOf([mended, other]).look();
  const changed = { ...mended, multiplier: [{ from: '1970-01-01', times: 10 }] };
  const deriver = deriverOf([changed, other], now, 2);
  await deriver.look();
  expect((await books.store.days([mended.id], day))[0]?.energy).toBe(480);
  const versions = await books.store.halfHours([mended.id, other.id], { from: day.from, to: day.from + 1800 });
  expect(new Map(versions.map((row) => [row.meter, row.registerVersion]))).toEqual(
    new Map([
      [mended.id, 2],
      [other.id, 1],
    ]),
  );
});

test('another conversion factor restates the emissions of its utility and year, and nothing else', async () => {
  const power = meterOf();
  const gas = meterOf({ site: power.site, utility: 'gas' });
  const made = meterOf({ site: power.site, role: 'generation', technology: 'solar' });
  const meters = [power, gas, made];
  await book(meters.flatMap(({ id }) => plainDay(id)));
  await deriverOf(meters).look();
  const ids = meters.map(({ id }) => id);
  const emissions = async () => {
    const days = await books.store.days(ids, day);
    return ids.map((id) => days.find((each) => each.meter === id)?.emissionsLocation);
  };
  const [rightOfPower = 0, rightOfGas = 0] = await emissions();
  expect([rightOfPower > 4, rightOfGas > 4]).toEqual([true, true]);
  // As if the day had been summed up with other factors.
  const doubled = (await books.store.days(ids, day)).map((each) => ({
    ...each,
    emissionsLocation: each.emissionsLocation === undefined ? undefined : each.emissionsLocation * 2,
  }));
  await books.store.writeDays(doubled, []);
  const before = yearFactors(usualAccounting).map((factor) =>
    factor.utility === 'electricity' && factor.first === '2026-01-01' ? { ...factor, values: [1] } : factor,
  );
  rememberDescriptions(books.state, estateOf(meters), [], before);
  const deriver = deriverOf(meters, now, 2);
  // It goes in steps, and takes as many looks as the machine is slow.
  do await deriver.look();
  while (deriver.counters.restates);
  expect(await emissions()).toEqual([rightOfPower, rightOfGas * 2, undefined]);
  const rows = await books.store.halfHours(ids, day);
  expect(rows.length).toBe(3 * 48);
  expect(rows.filter((row) => row.registerVersion !== 1)).toEqual([]);
});

test('another way of reckoning carbon restates what was published, of meters and of sites', async () => {
  const power = meterOf();
  const water = meterOf({ site: power.site, utility: 'water', unit: 'm3' });
  await book([...plainDay(power.id), ...plainDay(water.id).map((one) => ({ ...one, quantity: 'volume' }) as const)]);
  const sites: SiteDayFigure[] = [];
  const look = async (register: Estate): Promise<void> => {
    const writeDays: ReadingStore['writeDays'] = async (meterDays, siteDays) => {
      sites.push(...siteDays.filter(({ day: at }) => at === day.from));
      await books.store.writeDays(meterDays, siteDays);
    };
    const store = { ...books.store, writeDays };
    const deriver = new Deriver({
      store,
      state: books.state,
      estate: register,
      clock: () => now * 1000,
      log,
      holder: 'test',
    });
    // Emissions are restated in steps between live data.
    do await deriver.look();
    while (deriver.counters.restates);
  };
  await look(estateOf([power, water]));
  const published = async () => {
    const days = await books.store.days([power.id, water.id], day);
    const of = (list: readonly { readonly utility: string; readonly emissionsLocation: number | undefined }[]) =>
      Object.fromEntries(list.map(({ utility, emissionsLocation }) => [utility, emissionsLocation]));
    return [of(days), of(sites)];
  };
  const usual = { electricity: expect.closeTo(48 * 0.13096, 9), water: 0 };
  expect(await published()).toEqual([usual, usual]);
  const estate = estateOf([power, water], 2);
  const site = estate.sites.get(power.site);
  if (!site) throw new Error('no site');
  const share_returned_to_sewer = [{ from: '2020-01-01', share: 0.5, source: 'a bill' }];
  const footprint: Estate = {
    ...estate,
    sites: new Map([[site.id, { ...site, share_returned_to_sewer }]]),
    reporting: { boundary: 'nhs_carbon_footprint', factor_year: 'majority' },
  };
  await look(footprint);
  // November 2026 lies in April 2026 to March 2027, most of which is in 2026; water is that of 2025, carried forward.
  const whole = {
    electricity: expect.closeTo(48 * (0.13096 + 0.01299 + 0.03682 + 0.00359), 9),
    water: expect.closeTo(48 * 0.1913 + 24 * 0.17088, 9),
  };
  expect(await published()).toEqual([whole, whole]);
});

test('half-hours outside changed dates of validity are rewritten as missing', async () => {
  const meter = meterOf();
  await book(plainDay(meter.id));
  await deriverOf([meter]).look();
  await deriverOf([{ ...meter, valid_from: '2026-11-23' }], now, 2).look();
  const rows = await books.store.halfHours([meter.id], day);
  expect(rows.filter((row) => row.quality !== 'missing')).toEqual([]);
  expect((await books.store.days([meter.id], day))[0]).toMatchObject({ energy: 0, measuredHalfHours: 0 });
});

test('a job derives again what it names', async () => {
  const meter = meterOf();
  await book(plainDay(meter.id));
  await deriverOf([meter]).look();
  await books.store.writeHalfHours(
    (await books.store.halfHours([meter.id], day)).map((row) => ({ ...row, energy: 7 })),
  );
  const id = books.state.addJob('rederive', { meters: [meter.id] });
  await deriverOf([meter]).look();
  const job = books.state.jobs(100).find((each) => each.id === id);
  expect(job).toMatchObject({ state: 'done', progress: 1, result: { meters: 1, failures: [] } });
  expect((await books.store.days([meter.id], day))[0]?.energy).toBe(48);
});

test('one meter that cannot be derived does not stop the others, and is tried again', async () => {
  const [bad, good] = [meterOf(), meterOf()];
  await book([...plainDay(bad.id), ...plainDay(good.id)]);
  let at = now * 1000;
  let isBroken = true;
  const store = new Proxy(books.store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (key === 'before' && isBroken && JSON.stringify(args).includes(`"${bad.id}"`)) throw new Error('broken');
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  const { state } = books;
  const deriver = new Deriver({ store, state, estate: estateOf([bad, good]), clock: () => at, log, holder: 'test' });
  await deriver.look();
  expect(deriver.counters.failures).toBeGreaterThan(0);
  const waiting = () => state.touched(100).map((each) => each.meter);
  expect(waiting()).toContain(bad.id);
  expect(waiting()).not.toContain(good.id);
  isBroken = false;
  await deriver.look();
  expect(waiting()).toContain(bad.id);
  at += 60_000;
  await deriver.look();
  expect(waiting()).not.toContain(bad.id);
});

test('a store that does not answer ends the look; nothing is taken for done, and no meter is blamed', async () => {
  const meters = [meterOf(), meterOf(), meterOf()];
  for (const { id } of meters) await book(plainDay(id));
  let isAway = true;
  const store = new Proxy(books.store, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown =>
        isAway
          ? Promise.reject(new ProblemError([{ code: 'store.unreachable', where: 'test' }]))
          : Reflect.apply(value, target, args);
    },
  });
  const { state } = books;
  const clock = (): number => now * 1000;
  const deriver = new Deriver({ store, state, estate: estateOf(meters), clock, log, holder: 'test' });
  await expect(deriver.look()).rejects.toThrow(/store\.unreachable/);
  expect(deriver.counters.failures).toBe(0);
  isAway = false;
  // At once: no meter has a pause of its own to wait for.
  await deriver.look();
  for (const { id } of meters) expect((await books.store.days([id], day))[0]?.energy).toBe(48);
  expect(state.touched(100).filter(({ meter }) => meters.some(({ id }) => id === meter))).toEqual([]);
});

test('only one of two derives, and the other takes over', async () => {
  const meter = meterOf();
  books.state.endLease('derive', 'test');
  const [one, other] = [deriverOf([meter], now, 1, 'one'), deriverOf([meter], now, 1, 'other')];
  one.start();
  await until(() => one.counters.derives);
  other.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(other.counters.derives).toBe(false);
  await one.close();
  await until(() => other.counters.derives);
  await other.close();
});

async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('however readings arrive and whenever it is derived, the half-hours are those of all readings at once', async () => {
  const value = fc.integer({ min: 0, max: 30 });
  const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 70 }), value, fc.boolean()), {
    minLength: 1,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(
      readings,
      fc.array(fc.nat(8), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (list, sizes, isOld) => {
        // What lies long ago is read otherwise than what reaches to now.
        const at = isOld ? now + 30 * 86_400 : now;
        const [bits, whole] = [meterOf(), meterOf()];
        const last = new Map<number, number>();
        let next = 0;
        for (let i = 0; next < list.length; i++) {
          const part = list.slice(next, next + 1 + (sizes[i % sizes.length] ?? 0));
          next += part.length;
          const all = part.map(([slot, extra, isOdd]) => {
            const at = day.from + slot * 900;
            const reading = register(bits.id, at, isOdd ? extra : 1_000 + slot * 2);
            last.set(at, reading.value);
            return reading;
          });
          await book(all);
          await deriverOf([bits, whole], at).look();
        }
        await book([...last].map(([at, each]) => register(whole.id, at, each)));
        await deriverOf([bits, whole], at).look();
        const around = { from: day.from - 86_400, to: now };
        const [a, b] = await Promise.all([bits, whole].map(({ id }) => books.store.halfHours([id], around)));
        const plain = (rows: typeof a) =>
          rows?.map(({ start, energy, quality, rule }) => ({ start, energy, quality, rule }));
        expect(plain(a)).toEqual(plain(b));
        const gaps = [bits, whole].map(({ id }) =>
          books.state.gaps([id], around).map((gap) => ({ ...gap, meter: '' })),
        );
        expect(gaps[0]).toEqual(gaps[1]);
        const days = await Promise.all([bits, whole].map(({ id }) => books.store.days([id], around)));
        const sums = days.map((list) => list.map((figure) => ({ ...figure, meter: '', site: '' })));
        expect(sums[0]).toEqual(sums[1]);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test('a formula that takes away is weighed by time, for what is left over may be next to nothing', () => {
  const rows = halfHoursOf(day).map((start, i) =>
    i % 4 === 0 ? aHalfHour(start, 10) : aHalfHour(start, i % 4 === 1 ? -9 : 0.1, 'estimated'),
  );
  const shareOf = (times: number) => {
    const meter = meterOf({ role: 'virtual', sum_of: [{ meter: 'a', times }] });
    return meterDays(estateOf([meter]), meter, ['2026-11-22'], rows, [], day.to)[0]?.measuredShare;
  };
  expect([shareOf(-1), shareOf(1)]).toEqual([0.25, 1]);
});
