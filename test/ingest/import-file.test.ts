import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Estate, type Meter, type Site, siteSchema } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { columnsOf } from '../../domain/readings/reading-columns.ts';
import { dayPeriod, halfHoursInDay, settlementPeriodStart, toIso } from '../../domain/time.ts';
import { bookColumns } from '../../ingest/book-columns.ts';
import { Deriver } from '../../ingest/derive.ts';
import { fileFormatSchema } from '../../ingest/files/format.ts';
import { importFile, type ImportRequest, type ImportResult } from '../../ingest/import-file.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { Killed, openBooks, type TestBooks, withFuse } from './books.ts';
import { readObserved } from '../../store/observed.ts';
import { theMeter } from './files/reading-files.ts';
import { madeSeries } from './made-meter.ts';

const now = Date.parse('2026-11-25T12:00:00Z') / 1000;
const log = pino({ level: 'silent' });
let books: TestBooks;
let pipeline: Pipeline;
beforeEach(async () => {
  books = await openBooks(() => now);
  const { store, state } = books;
  pipeline = new Pipeline({ source: 'test', store, state, estate: estateOf([main]), clock: () => now * 1000, log });
  pipeline.start();
});
afterEach(async () => {
  await pipeline.close();
  await books.close();
});

const main = theMeter({ id: 'main', mpan: '1012345678903' });
const roof = madeSeries({ id: 'roof' });
function estateOf(meters: readonly Meter[]): Estate {
  const entry = { id: 'site', name: 's', organisation: 'o', type: 'office', gross_internal_area_m2: 500 };
  const sites = new Map<string, Site>([['site', siteSchema.parse(entry)]]);
  return {
    name: 't',
    version: 1,
    organisations: new Map(),
    sites,
    meters: new Map(meters.map((m) => [m.id, m])),
    observed: new Map([[roof.id, roof]]),
  };
}

/** A file with a row for each half-hour of London days, and what becomes of it. */
async function imported(text: string, change: Partial<ImportRequest> = {}, meters = [main]): Promise<ImportResult> {
  const uploads = join(books.folder, 'uploads');
  mkdirSync(uploads, { recursive: true });
  writeFileSync(join(uploads, 'upload'), text);
  const request = {
    upload: 'upload',
    file: 'a.csv',
    bytes: text.length,
    dry_run: false,
    who: 'facilities',
    reason: 'why',
  };
  try {
    return await importFile(
      { ...request, ...change },
      {
        ...books,
        estate: estateOf(meters),
        uploads,
        formats: join(books.folder, 'formats'),
        now,
        book: (columns) => pipeline.bookFile(columns),
        progress: () => {},
      },
    );
  } finally {
    expect(existsSync(join(uploads, 'upload'))).toBe(false);
  }
}

const dates = ['2026-03-28', '2026-03-29', '2026-10-25'];
function fileOf(value: (k: number) => number): string {
  const rows = dates.flatMap((date) =>
    Array.from({ length: halfHoursInDay(date) }, (_, k) => {
      return `main,${toIso(settlementPeriodStart(date, k + 1)).slice(0, 16)}Z,${value(k)},kWh,`;
    }),
  );
  return `meter,start_utc,value,unit,quality\n${rows.join('\n')}\n`;
}
const count = 48 + 46 + 50;

function ledger() {
  const lines = books.state.ledger({ from: '2026-11-25', to: '2026-11-25' }, ['main']);
  return lines.map(({ readings }) => readings);
}

describe('an import', () => {
  test('books every half-hour once; the same file again changes nothing; a changed one leaves the old value', async () => {
    expect(await imported(fileOf((k) => k))).toMatchObject({
      format: 'meterhouse-rows',
      rows: count,
      values: count,
      inserted: count,
      changed: 0,
      unchanged: 0,
      refused: 0,
      meters: [{ meter: 'main', inserted: count }],
    });
    expect(await imported(fileOf((k) => k))).toMatchObject({ inserted: 0, changed: 0, unchanged: count });
    const changed = await imported(fileOf((k) => (k === 5 ? 100 : k)));
    expect(changed).toMatchObject({ inserted: 0, changed: 3, unchanged: count - 3 });
    const old = books.state.superseded('main', { from: 0, to: now });
    expect(old.map(({ before, after }) => [before, after])).toEqual([
      [5, 100],
      [5, 100],
      [5, 100],
    ]);
    // Each value of each file, once.
    expect(ledger()).toMatchObject([{ decoded: 3 * count, stored: count, repeated: 2 * count - 3, revised: 3 }]);
    const acts = books.state.acts({ after: 0, limit: 10 });
    expect(acts).toMatchObject([
      { kind: 'import', meter: 'main', who: 'facilities', reason: 'why', detail: { file: 'a.csv', inserted: count } },
      { kind: 'import' },
      { kind: 'import' },
    ]);
  });

  test('half-hours follow: 46 and 50 of the days on which the clocks change', async () => {
    await imported(fileOf(() => 2));
    const { store, state } = books;
    const estate = estateOf([main]);
    const deriver = new Deriver({ store, state, estate, clock: () => now * 1000, log, holder: 'd' });
    await deriver.look();
    for (const date of dates) {
      const rows = await store.halfHours(['main'], dayPeriod(date));
      expect(rows.filter(({ quality }) => quality === 'measured')).toHaveLength(halfHoursInDay(date));
      const [day] = await store.days(['main'], dayPeriod(date));
      expect(day).toMatchObject({ energy: 2 * halfHoursInDay(date), measuredShare: 1 });
    }
  });

  test('tried first, says what would become of the file and changes nothing', async () => {
    await imported(
      fileOf((k) => k)
        .split('\n')
        .slice(0, 11)
        .join('\n'),
    );
    const before = ledger();
    const tried = await imported(
      fileOf((k) => (k === 5 ? 100 : k)),
      { dry_run: true },
    );
    expect(tried).toMatchObject({ dry_run: true, inserted: count - 10, changed: 1, unchanged: 9 });
    expect(ledger()).toEqual(before);
    expect(books.state.acts({ after: 0, limit: 10 })).toHaveLength(1);
  });

  test('refuses what it cannot take, with its lines and how to mend it', async () => {
    const text = `${fileOf((k) => k)}nobody,2026-01-01T00:00Z,1,kWh,\nmain,2026-01-01T00:00Z,x,kWh,\n`;
    const result = await imported(text);
    expect(result).toMatchObject({ inserted: count, refused: 2 });
    expect(result.reasons).toMatchObject([
      { code: 'import.unknown-meter', lines: [count + 2], count: 1 },
      { code: 'import.bad-value', lines: [count + 3], count: 1 },
    ]);
    expect(result.reasons.every(({ mend }) => mend.length > 10)).toBe(true);
  });

  test('of a file that is not known asks, and removes the upload', async () => {
    await expect(imported('a,b\n1,2\n')).rejects.toThrow(/no format is known/);
    await expect(imported('MPR,ReadDatetime,kWh,ReadType\n1,26 Aug 2019 00:30:00,1,A\n')).rejects.toThrow(
      /--stamped start or end/,
    );
    expect(books.state.acts({ after: 0, limit: 10 })).toEqual([]);
  });

  test('reads formats of the estate, one like another but for its clock among them', async () => {
    const folder = join(books.folder, 'formats');
    mkdirSync(folder);
    writeFileSync(join(folder, 'ours.yaml'), 'name: ours\nlike: edf-format-2\nstamped: end\nclock: utc\n');
    const text = 'MPR,ReadDatetime,kWh,ReadType\n1012345678903,26 Aug 2025 00:30:00,1.5,Actual\n';
    expect(await imported(text, { format: 'ours' })).toMatchObject({ format: 'ours', inserted: 1 });
    writeFileSync(join(folder, 'ours.yaml'), 'name: ours\nlike: edf-format-2\nstamp: end\n');
    await expect(imported(text, { format: 'ours' })).rejects.toThrow(/import.format-invalid/);
  });
});

describe('a batch of a file', () => {
  const readings = Array.from({ length: 500 }, (_, k): Reading => {
    const [at, received] = [now - 1_728_000 + k * 1800, now];
    return { meter: 'main', quantity: 'energy', kind: 'interval', at, value: k, period: 1800, received };
  });

  test.each([0, 1, 2, 3, 4, 5])(
    'killed after %i calls and booked again, counts each reading as new once',
    async (left) => {
      const fuse = { left };
      const dying = { store: withFuse(books.store, fuse), state: withFuse(books.state, fuse) };
      const end = await bookColumns({ ...dying, marks: new SeriesMarks(dying.state) }, columnsOf(readings)).catch(
        (error: unknown) => error,
      );
      expect(end instanceof Killed).toBe(left < 6);
      await bookColumns({ ...books, marks: new SeriesMarks(books.state) }, columnsOf(readings));
      const [terms] = ledger();
      expect(terms).toMatchObject({ stored: readings.length, revised: 0, refused: 0 });
      expect(terms?.decoded).toBe((terms?.stored ?? 0) + (terms?.repeated ?? 0));
      const series = { meter: 'main', quantity: 'energy', kind: 'interval' } as const;
      expect(await books.store.readings(series, { from: 0, to: now }, 1_000)).toEqual(readings);
    },
  );

  test('that the store refuses in part says so in the ledger', async () => {
    const store = new Proxy(books.store, {
      get(target, key) {
        if (key === 'writeColumns') {
          return async () => ({ refused: [{ reading: readings[499], reason: 'no' }], spooled: false });
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await bookColumns({ ...books, store, marks: new SeriesMarks(books.state) }, columnsOf(readings));
    expect(ledger()).toMatchObject([{ stored: 499, refused: 1 }]);
    expect(books.state.highWater(['main/energy/interval']).size).toBe(0);
  });
});

describe('a series outside', () => {
  const day = Date.parse('2026-02-02T00:00:00Z') / 1000;
  const values = Array.from({ length: 48 }, (_, i) => -2 + i / 10);

  test('is imported from rows of days without a header, a summary behind them; the same file changes nothing', async () => {
    const rows = ['02/02/2026', '03/02/2026'].map((date) => `${date},${values.join(',')},,0.4,-2,2.7`);
    const text = `${rows.join('\n')}\n`;
    const change = { meter: 'roof', format: 'outside-day-rows' };
    expect(await imported(text, change)).toMatchObject({ format: 'outside-day-rows', inserted: 96, refused: 0 });
    expect(await imported(text, change)).toMatchObject({ inserted: 0, changed: 0, unchanged: 96 });
    const found = await readObserved(books.store, roof, { from: day, to: day + 86_400 });
    expect([...found.values]).toEqual(values);
  });

  test('is imported by its id, by half-hour or day, in its own unit; a forecast is an estimate', async () => {
    const rows =
      'meter,start_utc,value,unit,quality\nroof,2026-02-02T00:00Z,4.5,°C,\nroof,2026-02-02T00:30Z,6,degC,E\n';
    expect(await imported(rows)).toMatchObject({ format: 'meterhouse-rows', inserted: 2, refused: 0 });
    const found = await readObserved(books.store, roof, { from: day, to: day + 3600 });
    expect([[...found.values], [...found.forecast]]).toEqual([
      [4.5, Number.NaN],
      [Number.NaN, 6],
    ]);
    // The day on which the clocks go forward is 23 hours long.
    const days = 'series,day,value,unit\nroof,2026-02-03,7.25,degC\nroof,2026-03-29,9,degC\n';
    expect(await imported(days)).toMatchObject({ format: 'meterhouse-daily', inserted: 2 });
    const whole = await readObserved(books.store, roof, dayPeriod('2026-03-29'));
    expect([...whole.values]).toEqual(Array.from({ length: 46 }, () => 9));
    const wrong = await imported('series,day,value,unit\nroof,2026-02-04,7,kWh\n');
    expect(wrong).toMatchObject({ inserted: 0, refused: 1, reasons: [{ code: 'reading.wrong-unit' }] });
  });
});

describe('reads by hand', () => {
  // At most 100 kW: 2,400 kWh a day.
  const rated = theMeter({ id: 'main', rating: { value: 100, unit: 'kW' }, register: { digits: 6, step: 1 } });
  const head = 'meter,read_at,value\n';
  const rounds = `${head}main,2026-03-02 09:00,5000\nmain,2026-03-03 09:00,6000\n`;

  test('are checked against the reading before, the one after and the rating, in the order of time', async () => {
    expect(await imported(rounds, {}, [rated])).toMatchObject({ format: 'meterhouse-reads', inserted: 2, refused: 0 });
    const rows = [
      // Lower than the day before; higher than the day after; more than can pass; two that fit, the later one first.
      'main,2026-03-04 09:00,5900',
      'main,2026-03-02 21:00,6100',
      'main,2026-03-05 09:00,16000',
      'main,2026-03-07 09:00,7100',
      'main,2026-03-06 09:00,7000',
      // Fits what is booked, not the line above.
      'main,2026-03-08 09:00,7050',
    ];
    const second = await imported(`${head}${rows.join('\n')}\n`, {}, [rated]);
    expect(second).toMatchObject({ inserted: 2, refused: 4 });
    expect(second.reasons.map(({ code, lines }) => [code, lines])).toEqual([
      ['read.implausible', [3]],
      ['read.implausible', [2]],
      ['read.implausible', [4]],
      ['read.implausible', [7]],
    ]);
    expect(second.reasons[3]?.detail).toContain('7050 where at least 7100');
    const series = { meter: 'main', quantity: 'energy', kind: 'register' } as const;
    const kept = await books.store.readings(series, { from: 0, to: now }, 10);
    expect(kept.map(({ value }) => value)).toEqual([5000, 6000, 7000, 7100]);
  });

  test('are taken anyway where a person says so, and are then no question when the file comes again', async () => {
    await imported(rounds, {}, [rated]);
    const lower = `${head}main,2026-03-04 09:00,10\n`;
    expect(await imported(lower, { dry_run: true }, [rated])).toMatchObject({ inserted: 0, refused: 1 });
    expect(await imported(lower, { anyway: true }, [rated])).toMatchObject({ inserted: 1, refused: 0 });
    expect(await imported(lower, {}, [rated])).toMatchObject({ unchanged: 1, refused: 0 });
  });

  test('are asked of formats that say so, and of registers only', () => {
    const written = { name: 'rounds', header: 'id,at,kwh', meter_point: 'id', value: 'kwh', stamped: 'start' };
    const rest = { sender: 'Us', date: { column: 'at', style: '%Y-%m-%d %H:%M' }, clock: 'local', unit: 'meter' };
    const format = { ...written, ...rest, by_hand: true };
    expect(fileFormatSchema.safeParse({ ...format, reads: 'register' }).success).toBe(true);
    expect(fileFormatSchema.safeParse({ ...format, reads: 'interval' }).success).toBe(false);
  });
});
