import type { EpochSeconds, Period } from '../../domain/time.ts';
import type { Identity, Reading, SeriesName } from '../../domain/readings/reading.ts';
import type { ReadingStore } from '../reading-store.ts';
import { openDatabase } from './database.ts';
import { DayTables } from './day-tables.ts';
import { HalfHourTable } from './half-hour-table.ts';
import { Names } from './names.ts';
import { NowTable } from './now-table.ts';
import { ReadingTable } from './reading-table.ts';
import { schema } from './tables.ts';

/**
 * The embedded store: one DuckDB file, in this process only. There is no spool; a write that cannot be kept rejects.
 * Rejects with ProblemErrors `store.in-use`, `store.full` and `store.failed`.
 */
export async function openDuckDbStore(options: { readonly path: string }): Promise<ReadingStore> {
  const database = await openDatabase(options.path, schema);
  const meterNames = new Names('meter_name');
  const readings = new ReadingTable(database);
  const halfHours = new HalfHourTable(database, meterNames);
  const siteNames = new Names('site_name');
  const days = new DayTables(database, meterNames, siteNames);
  const minutes = new NowTable(database, siteNames);
  try {
    for (const part of [readings, halfHours, days, minutes]) await part.load();
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    write: (batch: readonly Reading[]) => readings.write(batch),
    writeColumns: (columns) => readings.writeColumns(columns),
    find: (identities: readonly Identity[]) => readings.find(identities),
    readings: (name: SeriesName, period: Period, limit: number, heard?: EpochSeconds) =>
      readings.range(name, period, limit, heard),
    before: (name: SeriesName, at: EpochSeconds, count: number) => readings.before(name, at, count),
    from: (name: SeriesName, at: EpochSeconds, count: number) => readings.from(name, at, count),
    halfHourMeans: (name: SeriesName, period: Period, heard?: EpochSeconds) =>
      readings.halfHourMeans(name, period, heard),
    seriesOf: (meter: string) => Promise.resolve(readings.seriesOf([meter])),
    seriesOfAll: (meters) => Promise.resolve(readings.seriesOf(meters)),
    readingsOfAll: (list, period, limit) => readings.rangeOfAll(list, period, limit),
    countReadings: (names, before) => readings.countBefore(names, before),
    removeReadings: (names, before) => readings.removeBefore(names, before),
    writeHalfHours: (rows) => halfHours.write(rows),
    halfHours: (meters, period) => halfHours.range(meters, period),
    sumHalfHours: (meters, boundaries) => halfHours.sum(meters, boundaries),
    writeDays: (meters, sites) => days.write(meters, sites),
    days: (meters, period) => days.range(meters, period),
    sumDays: (meters, boundaries) => days.sum(meters, boundaries),
    writeNow: (rows) => minutes.write(rows),
    now: (sites, period) => minutes.range(sites, period),
    writeShown: undefined,
    ready: async () => {
      await database.write(async (connection) => {
        await connection.run('update proof set written = written + 1');
        return () => undefined;
      });
    },
    backlog: () => ({ batches: 0, bytes: 0 }),
    // Without a spool nothing is ever drained.
    onDrained: () => undefined,
    close: () => database.close(),
  };
}
