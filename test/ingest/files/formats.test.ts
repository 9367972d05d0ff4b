import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { halfHourSeconds, startOfDay } from '../../../domain/time.ts';
import { columnsIn, headerOf } from '../../../ingest/files/columns.ts';
import type { FileFormat } from '../../../ingest/files/format.ts';
import { readFormats } from '../../../ingest/files/format-folder.ts';
import { readAll, theMeter } from './reading-files.ts';

/** The records that the formats were made from, as Energy Sparks runs them. */
const feeds = z
  .array(
    z.object({
      identifier: z.string(),
      number_of_header_rows: z.number().optional(),
      header_example: z.string().optional(),
      date_format: z.string(),
      reading_fields: z.union([z.string(), z.array(z.string())]),
      row_per_reading: z.boolean().optional(),
      repeated_names: z.boolean().optional(),
      delayed_reading: z.boolean().optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'energy-sparks-feeds.generated.json'), 'utf8')));

const formats = readFormats();
const unquoted = (text: string): string => text.replaceAll('"', '').trim();
/** Some records have line breaks in the midst of a word. */
const bare = (text: string): string => text.replaceAll(/["\s]/g, '');
/** Two of the records have one name. */
const files = feeds
  .filter((feed) => feed.header_example !== undefined)
  .map((feed, i, all) => {
    const isSecond = all.findIndex((other) => other.identifier === feed.identifier) < i;
    const format = formats.get(isSecond ? `${feed.identifier}-date` : feed.identifier) as FileFormat;
    return { name: format.name, feed, format };
  });

/** A date as a style writes it: 26 August 2025, a summer day. */
function written(style: string): string {
  const parts: Record<string, string> = { d: '26', e: '26', m: '08', b: 'Aug', Y: '2025', y: '25', a: 'Tue' };
  const time: Record<string, string> = { H: '10', M: '30', S: '00' };
  return style.replaceAll(/%(\w)/g, (_all, sign: string) => parts[sign] ?? time[sign] ?? '');
}

describe('the formats', () => {
  test('are those of the 83 records that describe a file, and eleven more', () => {
    expect(feeds).toHaveLength(83);
    const noFile = feeds.filter((feed) => feed.header_example === undefined).map((feed) => feed.identifier);
    expect(noFile).toEqual([
      'solar-edge',
      'n3rgy-api',
      'rtone-variant-api',
      'perse-half-hourly-api',
      'solis-cloud',
      'meter-z',
    ]);
    expect(files).toHaveLength(77);
    expect(formats.size).toBe(89);
    expect([...formats.keys()].filter((name) => !files.some((file) => file.name === name)).sort()).toEqual([
      'day-rows-gmt',
      'edf-portal',
      'half-hour-rows-gmt',
      'meterhouse-daily',
      'meterhouse-days',
      'meterhouse-hours',
      'meterhouse-invoices',
      'meterhouse-reads',
      'meterhouse-rows',
      'outside-day-rows',
      'schneider-log',
      'stark-df2',
    ]);
  });

  test.each(files)('$name has the header and date style of its record', ({ feed, format }) => {
    const header = unquoted(feed.header_example ?? '').replaceAll('\n', '');
    expect(format.header.replaceAll('"', '').split(',').map(unquoted)).toEqual(header.split(',').map(unquoted));
    expect(format.headless).toBe(feed.number_of_header_rows === 0);
    const style = unquoted(feed.date_format).replace('00:00:00', '%H:%M:%S');
    // One record does not say how its sender writes dates.
    const expected = style === 'n/a' ? ['%Y-%m-%d', '%d/%m/%Y'] : style;
    expect(format.date.style).toEqual(expected);
  });

  test.each([...formats.values()])('$name finds all its columns in its own header', (format) => {
    const columns = columnsIn(format, headerOf(format));
    expect(columns).not.toHaveProperty('problems');
    if ('problems' in columns) return;
    expect(columns.values.length).toBe(format.wide ? columns.slots.length : 1);
    expect(format.wide ? [48, 50] : [1]).toContain(columns.values.length);
  });

  /** The second method: Energy Sparks counts its reading fields from 00:00 on, whatever they are called. */
  const wide = files.filter(({ format }) => format.wide);
  test('with a row for each day are sixty-five', () => {
    expect(wide).toHaveLength(65);
  });
  test.each(wide)('$name puts every value into the half-hour that Energy Sparks does', async ({ feed, format }) => {
    const header = format.header.split(',').map(unquoted);
    const fields = z.array(z.string()).parse(feed.reading_fields).map(unquoted);
    // Its record says HH8 where the last of 48 is meant.
    if (feed.identifier === 'brook-green-electricity') fields[47] = 'HH48';
    const style = [format.date.style].flat()[0] ?? '';
    const cells: string[] = header.map((name) => (name === 'Units' || name === 'Unit' || name === 'Type' ? 'kWh' : ''));
    const put = (column: string, value: string): void => {
      cells[header.indexOf(unquoted(column))] = value;
    };
    if (typeof format.unit === 'object') put(format.unit.column, 'kWh');
    if (format.channel?.column !== undefined) put(format.channel.column, 'AI');
    if (format.meter_point !== undefined) put(format.meter_point, '1012345678903');
    if (format.serial !== undefined) put(format.serial, 'K1');
    const names = header.map(bare);
    for (const [i, field] of fields.entries()) cells[names.indexOf(bare(field))] = String(i + 1);
    put(format.date.column, written(style));
    const { readings, report } = await readAll(
      `${format.headless ? '' : `${header.join(',')}\n`}${cells.join(',')}\n`,
      {
        meters: [theMeter({ id: 'm', mpan: '1012345678903', serial: 'K1' })],
        choice: {
          format: format.name,
          clock: 'local',
          ...((format.meter_point ?? format.serial) ? {} : { meter: 'm' }),
        },
      },
    );
    expect(report.refused).toEqual([]);
    const day = format.days_late === 1 ? '2025-08-25' : '2025-08-26';
    const from = format.clock === 'utc' ? Date.parse(`${day}T00:00:00Z`) / 1000 : startOfDay(day);
    const byStart = new Map(readings.map((reading) => [(reading.at - from) / halfHourSeconds, reading.value]));
    expect(readings).toHaveLength(48);
    for (let i = 0; i < 48; i++) expect(byStart.get(i)).toBe(i + 1);
  });

  test('of a row for each value read one', async () => {
    const long = files.filter(({ format }) => !format.wide);
    expect(long).toHaveLength(12);
    for (const { format } of long) {
      const header = format.header.split(',').map((cell) => cell.trim());
      const cells: string[] = header.map(() => 'Actual');
      const put = (column: string | undefined, value: string): void => {
        if (column !== undefined) cells[header.indexOf(column.trim())] = value;
      };
      put(format.meter_point, '1012345678903');
      put(format.serial, 'K1');
      put(format.date.column, written([format.date.style].flat()[0] ?? ''));
      put(format.time, '10:30');
      put(format.period, '22');
      put(format.value, '7.5');
      if (typeof format.unit === 'object') put(format.unit.column, 'kWh');
      const { readings, report } = await readAll(`${header.join(',')}\n${cells.join(',')}\n`, {
        meters: [
          theMeter({
            id: 'm',
            mpan: '1012345678903',
            serial: 'K1',
            ...(format.unit === 'm3' ? { utility: 'water', unit: 'm3' } : {}),
          }),
        ],
        choice: { format: format.name, clock: 'utc', stamped: 'start' },
      });
      expect({ format: format.name, refused: report.refused }).toEqual({ format: format.name, refused: [] });
      const start = format.stamped === 'end' ? '10:00' : '10:30';
      // Settlement periods are counted from local midnight: number 22 is 10:30 in summer, 09:30 UTC.
      const utc = format.clock === 'local' ? '09:30' : start;
      const at = Date.parse(`2025-08-26T${utc}:00Z`) / 1000;
      expect({ format: format.name, readings }).toMatchObject({ readings: [{ at, value: 7.5 }] });
    }
  });
});
