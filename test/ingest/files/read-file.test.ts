import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { limits } from '../../../domain/limits.ts';
import { halfHourSeconds, settlementPeriodStart, startOfDay, toIso } from '../../../domain/time.ts';
import { timeOfDay } from '../../../ingest/files/date-style.ts';
import { decimalOf } from '../../../ingest/files/decimal.ts';
import { cellsOf } from '../../../ingest/files/lines.ts';
import { readFormats } from '../../../ingest/files/format-folder.ts';
import { clockLabels, formats, problemOf, readAll, theMeter } from './reading-files.ts';

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'fixtures', name));
const main = theMeter({ id: 'main', mpan: '1012345678903' });
const seconds = (iso: string): number => Date.parse(iso) / 1000;

/** The fixtures' own format, as the estate would describe it. */
const rowPerDay = {
  name: 'row-per-day',
  header: `Site Id,Meter Number,Reading Date,${clockLabels.join(',')}`,
  meter_point: 'Site Id',
  serial: 'Meter Number',
  date: { column: 'Reading Date', style: '%d/%m/%y' },
  wide: { first: '00:00', last: '23:30', labels: 'clock' },
  stamped: 'start',
  clock: 'local',
  unit: 'kWh',
} as const;

describe('files of a row for each day, as Energy Sparks has them', () => {
  const school = theMeter({ id: 'school', mprn: '10545307', utility: 'gas', serial: 'K0229111D6' });
  const setting = { formats: formats(rowPerDay), meters: [school] };

  test('valid: one day of forty-eight half-hours', async () => {
    const { readings, report } = await readAll(fixture('row-per-day/valid.csv'), setting);
    expect(report).toMatchObject({ format: 'row-per-day', rows: 1, readings: 48, blank: 0, refused: [] });
    expect(toIso(readings[0]?.at ?? 0)).toBe('2018-11-12T00:00:00Z');
    expect(readings.slice(0, 3).map(({ value }) => value)).toEqual([9.9, 4.465528, 0]);
    expect(readings.every(({ period, kind }) => period === 1800 && kind === 'interval')).toBe(true);
  });

  test('without a header: by a format that says so, and only when it is named', async () => {
    const headless = { ...setting, formats: formats({ ...rowPerDay, headless: true }) };
    const file = fixture('row-per-day/valid-no-header.csv');
    expect(await problemOf(readAll(file, headless))).toMatchObject({
      code: 'import.which-format',
      expected: '--format row-per-day',
    });
    const { report } = await readAll(file, { ...headless, choice: { format: 'row-per-day' } });
    expect(report).toMatchObject({ rows: 1, readings: 48, refused: [] });
  });

  test.each(['empty.csv', 'empty-msft.csv'])('%s is no table', async (name) => {
    expect(await problemOf(readAll(fixture(`row-per-day/${name}`), setting))).toMatchObject({
      code: 'import.unknown-format',
    });
  });

  test('a header alone holds no row', async () => {
    const { report } = await readAll(fixture('row-per-day/empty-with-header.csv'), setting);
    expect(report).toMatchObject({ rows: 0, readings: 0, refused: [] });
  });

  test.each(['no-readings.csv', 'incomplete-row.csv'])('%s: the row is refused with its line', async (name) => {
    const { report } = await readAll(fixture(`row-per-day/${name}`), setting);
    expect(report).toMatchObject({ rows: 1, readings: 0 });
    expect(report.refused).toMatchObject([{ count: 1, lines: [2] }]);
  });

  test('half a day: what is there is kept, which Energy Sparks throws away', async () => {
    const { report } = await readAll(fixture('row-per-day/all-missing-readings.csv'), setting);
    expect(report).toMatchObject({ readings: 28, blank: 20, refused: [] });
  });

  test('a quote left open costs its line and no other', async () => {
    const { report } = await readAll(fixture('row-per-day/malformed.csv'), setting);
    expect(report).toMatchObject({ rows: 1, readings: 48 });
    expect(report.refused).toMatchObject([{ code: 'import.malformed-row', lines: [3] }]);
  });

  test('a day that is told twice is told twice: the later row counts when both are booked', async () => {
    const { readings } = await readAll(fixture('row-per-day/duplicate-rows.csv'), setting);
    expect(readings).toHaveLength(96);
    expect(readings.map(({ value }) => value).filter((value) => value === 9.9)).toHaveLength(1);
    expect(readings.findLastIndex(({ at }) => at === readings[0]?.at)).toBeGreaterThan(47);
  });

  test('columns that the format names and the file does not have are named', async () => {
    const other = { ...rowPerDay, meter_point: 'MPAN', header: rowPerDay.header.replace('Site Id', 'MPAN') };
    const reading = readAll(fixture('row-per-day/valid.csv'), {
      formats: formats(other),
      meters: [school],
      choice: { format: 'row-per-day' },
    });
    expect(await problemOf(reading)).toMatchObject({ code: 'import.format-does-not-fit', expected: 'column MPAN' });
  });
});

describe('files of a row for each value', () => {
  const meters = [theMeter({ id: 'a', mpan: '1710035168313' }), theMeter({ id: 'b', mpan: '1700052624128' })];
  const told = { stamped: 'end', clock: 'local' } as const;

  test('whether a stamp begins or ends its half-hour is asked, and so is the clock', async () => {
    expect(await problemOf(readAll(fixture('row-per-reading/valid.csv'), { meters }))).toMatchObject({
      code: 'import.not-told',
      expected: '--stamped start or end',
    });
  });

  test('valid: forty-eight half-hours of one summer day', async () => {
    const { readings, report } = await readAll(fixture('row-per-reading/valid.csv'), { meters, choice: told });
    expect(report).toMatchObject({ format: 'edf-format-2', rows: 48, readings: 48, refused: [] });
    const from = startOfDay('2019-08-26');
    expect(readings.map(({ at }) => (at - from) / halfHourSeconds)).toEqual(Array.from({ length: 48 }, (_, i) => i));
  });

  test('the same stamps as starts', async () => {
    const choice = { ...told, stamped: 'start' } as const;
    const { readings } = await readAll(fixture('example-offset.csv'), { meters, choice });
    expect(toIso(readings[0]?.at ?? 0)).toBe('2019-12-03T00:00:00Z');
  });

  test.each([
    ['start', '26 Aug 2019 00:00:00', 0, '2019-08-26'],
    ['start', '26 Aug 2019 23:30:00', 47, '2019-08-26'],
    ['end', '26 Aug 2019 00:30:00', 0, '2019-08-26'],
    ['end', '26 Aug 2019 23:30:00', 46, '2019-08-26'],
    ['end', '27 Aug 2019 00:00:00', 47, '2019-08-26'],
  ] as const)('stamped at its %s, %s is half-hour %i of %s', async (stamped, stamp, index, day) => {
    const text = `MPR,ReadDatetime,kWh,ReadType\n1710035168313,${stamp},1,Actual\n`;
    const { readings } = await readAll(text, { meters, choice: { stamped, clock: 'local' } });
    expect(readings.map(({ at }) => at)).toEqual([startOfDay(day) + index * halfHourSeconds]);
  });

  test('times of day as files write them', () => {
    const accepted = {
      '0': '00:00',
      '00': '00:00',
      '000': '00:00',
      '0000': '00:00',
      '30': '00:30',
      '130': '01:30',
      '2330': '23:30',
      '1:30': '01:30',
      '00:30:00': '00:30',
      '12:00 AM': '00:00',
      '12:30 PM': '12:30',
    };
    const clockOf = (text: string): string | undefined => {
      const second = timeOfDay(text);
      return second === undefined ? undefined : new Date(second * 1000).toISOString().slice(11, 16);
    };
    expect(Object.fromEntries(Object.keys(accepted).map((text) => [text, clockOf(text)]))).toEqual(accepted);
    expect(['abc', '12345', '24:30', '25:00', '', '1:3'].filter((text) => timeOfDay(text) !== undefined)).toEqual([]);
    expect(timeOfDay('24:00')).toBe(86_400);
  });
});

describe('the days on which the clocks change', () => {
  const wide = (date: string, values: readonly string[], more: Readonly<Record<string, unknown>> = {}) => {
    const labels = values.length === 48 ? clockLabels : values.map((_value, i) => `HH${i + 1}`);
    const written = {
      name: 'wide',
      header: `MPAN,Date,${labels.join(',')}`,
      meter_point: 'MPAN',
      date: { column: 'Date', style: '%Y-%m-%d' },
      wide: { first: labels[0], last: labels.at(-1), labels: values.length === 48 ? 'clock' : 'number' },
      stamped: values.length === 48 ? 'start' : 'numbered',
      clock: 'local',
      unit: 'kWh',
      ...more,
    };
    const text = `${written.header}\n1012345678903,${date},${values.join(',')}\n`;
    return readAll(text, { formats: formats(written), meters: [main] });
  };
  const ones = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1));

  test.each([
    ['2026-03-29', 46],
    ['2026-10-25', 50],
    ['2026-07-01', 48],
  ])('fifty numbered columns on %s are its %i half-hours, one after the other', async (date, count) => {
    const values = [...ones(count), ...Array.from({ length: 50 - count }, () => '')];
    const { readings, report } = await wide(date, values);
    expect(report).toMatchObject({ readings: count, refused: [] });
    expect(readings.map(({ at }) => at)).toEqual(ones(count).map((n) => settlementPeriodStart(date, Number(n))));
  });

  test('in UTC every day has forty-eight', async () => {
    for (const date of ['2026-03-29', '2026-10-25']) {
      const { readings } = await wide(date, ones(48), { clock: 'utc' });
      expect(readings.map(({ at }) => at)).toEqual(
        ones(48).map((n) => seconds(`${date}T00:00Z`) + (Number(n) - 1) * 1800),
      );
    }
  });

  test('by the clock in March two columns are empty or 0, and forty-six half-hours follow each other', async () => {
    const values = ones(48).map((value, i) => (i === 2 ? '' : i === 3 ? '0' : value));
    const { readings, report } = await wide('2026-03-29', values);
    expect(report).toMatchObject({ readings: 46, refused: [] });
    expect(readings.map(({ at }) => at)).toEqual(ones(46).map((n) => settlementPeriodStart('2026-03-29', Number(n))));
    const utc = await wide('2026-03-29', ones(48));
    expect(utc.report.refused).toMatchObject([{ code: 'import.no-such-half-hour', count: 2 }]);
  });

  test('by the clock in October the hour that comes twice is booked only where the format says what it is', async () => {
    const unknown = await wide('2026-10-25', ones(48));
    expect(unknown.report).toMatchObject({ readings: 46 });
    expect(unknown.report.refused).toMatchObject([{ code: 'import.no-such-half-hour', count: 2, lines: [2] }]);
    const first = await wide('2026-10-25', ones(48), { october_hour: 'first_pass' });
    expect(first.report).toMatchObject({ readings: 48, refused: [] });
    expect(toIso(first.readings[2]?.at ?? 0)).toBe('2026-10-25T00:00:00Z');
    expect(toIso(first.readings[4]?.at ?? 0)).toBe('2026-10-25T02:00:00Z');
    const sum = await wide('2026-10-25', ones(48), { october_hour: 'sum' });
    const twoHours = sum.readings.find(({ period }) => period === 7200);
    expect(twoHours).toMatchObject({ value: 7, at: seconds('2026-10-25T00:00Z') });
    expect(sum.readings).toHaveLength(47);
  });

  test.each([
    ['forward', 1],
    ['backward, newest first', -1],
  ])('rows on the wall clock go %s through the hour that comes twice', async (_way, way) => {
    const starts = ones(50).map((n) => settlementPeriodStart('2026-10-25', Number(n)));
    const stamp = (at: number): string => {
      const isSummer = at < seconds('2026-10-25T01:00Z');
      return new Date((at + (isSummer ? 3600 : 0)) * 1000).toISOString().slice(0, 16).replace('T', ' ');
    };
    for (const stamped of ['start', 'end'] as const) {
      const rows = starts.map((at, i) => `1012345678903,${stamp(stamped === 'end' ? at + 1800 : at)},${i}`);
      const written = {
        name: 'long',
        header: 'MPAN,When,kWh',
        meter_point: 'MPAN',
        date: { column: 'When', style: '%Y-%m-%d %H:%M' },
        value: 'kWh',
        stamped,
        clock: 'local',
        unit: 'kWh',
      };
      const text = [written.header, ...(way > 0 ? rows : rows.toReversed())].join('\n');
      const { readings, report } = await readAll(text, { formats: formats(written), meters: [main] });
      expect(report.refused).toEqual([]);
      expect(readings.map(({ at }) => at).sort((a, b) => a - b)).toEqual(starts);
      for (const { at, value } of readings) expect(starts[value]).toBe(at);
    }
  });

  test('a time that March leaves out is refused', async () => {
    const text = 'MPR,ReadDatetime,kWh,ReadType\n1012345678903,29 Mar 2026 01:30:00,1,Actual\n';
    const { report } = await readAll(text, { meters: [main], choice: { stamped: 'start', clock: 'local' } });
    expect(report.refused).toMatchObject([{ code: 'import.bad-date', lines: [2] }]);
  });
});

describe('what a row counts', () => {
  const reactive = theMeter({ id: 'main-kvarh', mpan: '1012345678903', measures: 'reactive', unit: 'kvarh' });

  test('Stark DF2: stamps are ends in GMT, marks say of what', async () => {
    const text = [
      '#F2',
      '#O 1012345678903-1',
      '#S 1',
      '16/04/2024,00:30,12.5,A',
      '16/04/2024,01:00,13,E',
      '#S 3',
      '16/04/2024,00:30,4.5,A',
      '#S 4',
      '16/04/2024,00:30,0.5,A',
    ].join('\r\n');
    const { readings, report } = await readAll(text, { meters: [main, reactive] });
    expect(report).toMatchObject({ format: 'stark-df2', rows: 4, readings: 3, leftOut: 1, refused: [] });
    const first = seconds('2024-04-16T00:00Z');
    expect(readings).toMatchObject([
      { meter: 'main', at: first, value: 12.5, kind: 'interval', quantity: 'energy' },
      { meter: 'main', at: first + 1800, value: 13, kind: 'estimate' },
      { meter: 'main-kvarh', at: first, value: 4.5, quantity: 'reactive_energy' },
    ]);
  });

  test.each([
    ['29-03-2026', 46],
    ['25-10-2026', 50],
  ])('EDF portal: %s has %i values, kWh and kvarh apart', async (date, count) => {
    const format = readFormats().get('edf-portal');
    const row = (type: string, value: string, status: string): string =>
      [
        ['Mar-26', '1012345678903', type, date],
        Array.from({ length: 50 }, (_, i) => (i < count ? value : '-')),
        Array.from({ length: 50 }, (_, i) => (i < count ? status : '-')),
      ]
        .flat()
        .map((cell) => `"${cell}"`)
        .join(',');
    const text = [format?.header, row('AI', '2.5', 'Actual'), row('RI', '1', 'Estimated'), row('RE', '0', 'Actual')];
    const { readings, report } = await readAll(text.join('\n'), { meters: [main, reactive] });
    expect(report).toMatchObject({ format: 'edf-portal', readings: 2 * count, leftOut: 1, refused: [] });
    expect(readings.filter(({ quantity }) => quantity === 'energy')).toHaveLength(count);
    expect(readings.filter(({ kind }) => kind === 'estimate').every(({ meter }) => meter === 'main-kvarh')).toBe(true);
  });

  test('a register is kept as a register, with commas between thousands', async () => {
    const text =
      'Time stamp,Value,Events,Comment,User\n01/02/2026 10:15:00,"12,345.5",,,\n01/02/2026 10:00:00,"12,340",,,';
    const choice = { clock: 'utc', meter: 'main' } as const;
    const { readings } = await readAll(text, { meters: [main], choice });
    expect(readings).toMatchObject([
      { kind: 'register', value: 12_345.5, period: 0, at: seconds('2026-02-01T10:15Z') },
      { kind: 'register', value: 12_340 },
    ]);
  });

  describe('a row of registers', () => {
    const all = [...clockLabels, '24:00'];
    const wide = (first: string, more: object = {}) => {
      const labels = all.slice(all.indexOf(first));
      const written = {
        name: 'wide',
        header: `MPAN,Date,${labels.join(',')}`,
        meter_point: 'MPAN',
        date: { column: 'Date', style: '%Y-%m-%d' },
        wide: { first, last: '24:00', labels: 'clock' },
        stamped: 'end',
        clock: 'local',
        unit: 'kWh',
        ...more,
      };
      const text = `${written.header}\n1012345678903,2026-10-25,${labels.map((_, i) => 100 + i).join(',')}\n`;
      return readAll(text, { formats: formats(written), meters: [main], choice: { format: 'wide' } });
    };

    test.each([
      ['00:00', 49, '2026-10-24T23:00:00Z'],
      ['00:30', 48, '2026-10-24T23:30:00Z'],
    ])('from %s to 24:00 is %i registers, each of the time its column names', async (first, count, from) => {
      const { readings, report } = await wide(first, { reads: 'register', october_hour: 'sum' });
      // 01:00 and 01:30 come twice on this day.
      expect(report.refused).toMatchObject([{ code: 'import.no-such-half-hour', count: 2 }]);
      expect(readings).toHaveLength(count - 2);
      expect(readings.every(({ kind, period }) => kind === 'register' && period === 0)).toBe(true);
      expect([readings[0], readings.at(-1)]).toMatchObject([
        { at: seconds(from), value: 100 },
        { at: seconds('2026-10-26T00:00Z'), value: 99 + count },
      ]);
    });

    test('of amounts, 49 columns would tell one half-hour twice', async () => {
      expect(await problemOf(wide('00:00'))).toMatchObject({ code: 'import.format-does-not-fit' });
      expect((await wide('00:30', { october_hour: 'first_pass' })).report).toMatchObject({ readings: 48, refused: [] });
    });
  });

  test('units: kW over a half-hour, kWh of gas to a meter of m³, a multiplier', async () => {
    const row = (unit: string): string => `meter,start_utc,value,unit,quality\nmain,2026-01-01T00:00Z,10,${unit},\n`;
    expect((await readAll(row('kW'), { meters: [main] })).readings).toMatchObject([{ value: 5 }]);
    expect((await readAll(row('MWh'), { meters: [main] })).readings).toMatchObject([{ value: 10_000 }]);
    const gas = theMeter({ id: 'main', utility: 'water', unit: 'm3' });
    expect((await readAll(row('kWh'), { meters: [gas] })).report.refused).toMatchObject([
      { code: 'reading.wrong-unit' },
    ]);
    const ratio = theMeter({ id: 'main', multiplier: 200 });
    expect((await readAll(row('kWh'), { meters: [ratio] })).report.refused).toMatchObject([
      { code: 'import.multiplied' },
    ]);
  });

  test('whose it is: the core of an MPAN of 21 digits, a serial number, the source beside a meter that is heard', async () => {
    const row = (name: string): string => `meter,start_utc,value,unit,quality\n${name},2026-01-01T00:00Z,10,kWh,\n`;
    const heard = theMeter({ id: 'heard', mpan: '1012345678903', topic: 'a/b', decoder: 'number' });
    const both = [heard, theMeter({ id: 'file', mpan: '1012345678903' })];
    expect((await readAll(row('001110011012345678903'), { meters: [main] })).readings).toHaveLength(1);
    expect((await readAll(row('1012345678903'), { meters: both })).readings).toMatchObject([{ meter: 'file' }]);
    expect((await readAll(row('1012345678903'), { meters: [heard] })).readings).toMatchObject([{ meter: 'heard' }]);
    const twins = [main, theMeter({ id: 'twin', mpan: '1012345678903' })];
    expect((await readAll(row('1012345678903'), { meters: twins })).report.refused).toMatchObject([
      { code: 'import.ambiguous-meter', detail: '1012345678903 is main, twin' },
    ]);
    expect((await readAll(row('1000000000040'), { meters: twins })).report.refused).toMatchObject([
      { code: 'import.unknown-meter', count: 1, lines: [2] },
    ]);
    expect((await readAll(row('1.01235E+12'), { meters: [main] })).report.refused[0]?.detail).toMatch(/spreadsheet/);
  });

  test('reads by hand are registers, invoices are totals of London days', async () => {
    const reads = 'meter,read_at,value\nmain,2026-07-01 10:15,12345.5\n';
    expect((await readAll(reads, { meters: [main] })).readings).toMatchObject([
      { kind: 'register', at: seconds('2026-07-01T09:15Z'), value: 12_345.5, period: 0 },
    ]);
    const invoices = [
      'meter,from,to,amount,unit',
      'main,2026-03-01,2026-03-31,1.5,MWh',
      '1012345678903,01/04/2026,30/04/2026,1400,kWh',
      'main,2026-06-01,2026-05-01,1,kWh',
    ];
    const { readings, report } = await readAll(invoices.join('\n'), { meters: [main] });
    const [march, april, may] = ['2026-03-01', '2026-04-01', '2026-05-01'].map(startOfDay) as [number, number, number];
    expect(readings).toMatchObject([
      { kind: 'total', at: march, period: april - march, value: 1500 },
      { kind: 'total', at: april, period: may - april, value: 1400 },
    ]);
    expect(report.refused).toMatchObject([{ code: 'import.bad-date', lines: [4] }]);
  });

  test('what has not happened yet, and what lies before any meter, is refused', async () => {
    const text = 'meter,start_utc,value,unit,quality\nmain,2026-11-25T12:00Z,1,kWh,\nmain,1999-01-01T00:00Z,1,kWh,\n';
    const { readings, report } = await readAll(text, { meters: [main] });
    expect(readings).toEqual([]);
    expect(report.refused.map(({ code }) => code)).toEqual(['reading.future', 'reading.too-old']);
  });
});

describe('recognising a format', () => {
  const stark = `Company Name,Site Name,Online Meter Name,MPAN,Meter ID,Type,Est,Date,${[...clockLabels.slice(1), '00:00'].join(',')}`;
  const row = (date: string): string =>
    `Trust,Ward,Main,1012345678903,K1,kWh,A,${date},${clockLabels.map(() => '1').join(',')}`;

  test('below a title, by the dates of its rows, when all that fit mean the same', async () => {
    const title = 'Report\r\nfor,somebody\r\n\r\n';
    for (const [date, format] of [
      ['26/08/25', 'smartestenergy-stark'],
      ['26/08/2025', 'smartest-energy-portal'],
    ] as const) {
      const text = `${title}${stark}\r\n${row(date)}\r\n`;
      const { report } = await readAll(text, { meters: [main], choice: { clock: 'local' } });
      expect(report).toMatchObject({ format, readings: 48, refused: [] });
    }
  });

  test('in any delimiter and encoding that spreadsheets write', async () => {
    const text = `${stark}\n${row('26/08/2025')}\n`;
    const semicolons = text.replaceAll(',', ';');
    const utf16 = Buffer.from(`\uFEFF${text}`, 'utf16le');
    for (const file of [`sep=;\n${semicolons}`, semicolons, `\uFEFF${text}`, utf16]) {
      const { report } = await readAll(file, { meters: [main], choice: { clock: 'local' }, piece: 7 });
      expect(report).toMatchObject({ readings: 48, refused: [] });
    }
  });

  test('asks when two mean different things, naming them', async () => {
    const one = {
      ...rowPerDay,
      name: 'starts',
      header: 'MPAN,When,kWh',
      wide: undefined,
      value: 'kWh',
      serial: undefined,
    };
    const written = { ...one, meter_point: 'MPAN', date: { column: 'When', style: '%Y-%m-%d %H:%M' } };
    const two = formats(written, { ...written, name: 'ends', stamped: 'end' });
    const text = 'MPAN,When,kWh\n1012345678903,2026-01-01 00:30,1\n';
    const setting = { formats: two, meters: [main] };
    expect(await problemOf(readAll(text, setting))).toMatchObject({
      code: 'import.which-format',
      expected: '--format ends or starts',
    });
    const { readings } = await readAll(text, { ...setting, choice: { format: 'ends' } });
    expect(readings).toMatchObject([{ at: seconds('2026-01-01T00:00Z') }]);
  });

  test('a column more than the format has is asked about, and read when it is named', async () => {
    const text = `Remark,${stark}\nx,${row('26/08/2025')}\n`;
    expect(await problemOf(readAll(text, { meters: [main] }))).toMatchObject({ code: 'import.which-format' });
    const choice = { format: 'smartest-energy-portal', clock: 'local' } as const;
    expect((await readAll(text, { meters: [main], choice })).report).toMatchObject({ readings: 48, refused: [] });
  });

  test('a workbook is no text', async () => {
    const workbook = Buffer.from([0x50, 0x4b, 3, 4, 0, 0]);
    expect(await problemOf(readAll(workbook))).toMatchObject({ code: 'import.unreadable' });
  });

  test('a file of one meter is of the meter that is named, and of no other', async () => {
    const text = `meter,start_utc,value,unit,quality\nx,2026-01-01T00:00Z,1,kWh,\nx,2026-01-01T00:30Z,1,kWh,\ny,2026-01-01T01:00Z,1,kWh,\n`;
    const { report } = await readAll(text, { meters: [main], choice: { meter: 'main' } });
    expect(report).toMatchObject({ readings: 2 });
    expect(report.refused).toMatchObject([{ code: 'import.ambiguous-meter', lines: [4] }]);
  });
});

describe('bounds', () => {
  test('of bad rows all are counted and a thousand reasons kept', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `main,2026-01-01T00:00Z,x${i},kWh,`);
    const text = `meter,start_utc,value,unit,quality\n${rows.join('\n')}\n`;
    const { report } = await readAll(text, { meters: [main] });
    expect(report.refusedInAll).toBe(3_000);
    expect(report.refused).toHaveLength(limits.importReasons);
    expect(report.unlisted).toBe(2_000);
  });

  test('of one reason the first lines are kept', async () => {
    const rows = Array.from({ length: 1_000 }, () => 'nobody,2026-01-01T00:00Z,1,kWh,');
    const { report } = await readAll(`meter,start_utc,value,unit,quality\n${rows.join('\n')}\n`, { meters: [main] });
    expect(report.refused).toMatchObject([{ code: 'import.unknown-meter', count: 1_000 }]);
    expect(report.refused[0]?.lines).toHaveLength(limits.importLinesPerReason);
  });

  test('a line without an end is no table', async () => {
    const text = `meter,start_utc,value,unit,quality\n${'1'.repeat(limits.importLineCharacters + 10)}`;
    expect(await problemOf(readAll(text, { meters: [main] }))).toMatchObject({ code: 'import.unreadable' });
  });
});

describe('cells and numbers', () => {
  test('cells come back as they were quoted', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ' ', ';', '1', '.') });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const line = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(cellsOf(line, ',')).toEqual(cells);
      }),
    );
  });

  test('decimals are what JavaScript makes of them, to the last bit', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '5', '7', '9'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(digits, digits, fc.boolean(), (whole, part, minus) => {
        const text = `${minus ? '-' : ''}${whole}.${part}`;
        expect(decimalOf(text)).toBe(Number(text));
      }),
    );
    for (const text of ['', '-', '.', '1.2.3', '0x10', '1,5', 'NaN', 'Infinity', '1e999', ' '])
      expect(decimalOf(text)).toBeNaN();
    expect([' 5 ', '+5', '5e0', '5.', '005'].map(decimalOf)).toEqual([5, 5, 5, 5, 5]);
  });
});

describe('memory', () => {
  test('does not grow with the file: 200 MB in a heap of 48 MB', { timeout: 300_000 }, async () => {
    const child = join(import.meta.dirname, 'big-file.child.ts');
    const run = promisify(execFile);
    const peakOf = async (bytes: number) => {
      const { stdout } = await run(process.execPath, ['--max-old-space-size=48', child, String(bytes)]);
      return z.object({ rows: z.number(), refusedInAll: z.number(), peak_mb: z.number() }).parse(JSON.parse(stdout));
    };
    const small = await peakOf(20_000_000);
    const large = await peakOf(200_000_000);
    expect(large.refusedInAll).toBe(0);
    expect(large.rows).toBeGreaterThan(9 * small.rows);
    expect(large.peak_mb).toBeLessThan(1.3 * small.peak_mb + 20);
  });
});
