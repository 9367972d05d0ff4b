import type { Logger } from 'pino';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { partsOf, type ReadingColumns } from '../../domain/readings/reading-columns.ts';
import { series } from '../../domain/series.ts';
import { assertDays, assertHalfHours, assertNow, assertShown, partReadings } from '../keepable.ts';
import type { ReadingStore, RefusedReading, WriteResult } from '../reading-store.ts';
import { Databases } from './databases.ts';
import { Drain } from './drain.ts';
import { FigureQueries } from './figure-queries.ts';
import { dayMeterLine, daySiteLine, halfHourLine, shownLine, siteNowLine } from './line-protocol.ts';
import { ReadingQueries } from './reading-queries.ts';
import type { ServerOptions } from './server.ts';
import { openSpool } from './spool.ts';

export interface InfluxStoreOptions extends ServerOptions {
  /** What the names of both databases begin with. */
  readonly database: string;
  /** Folder of the spool, this process's own. Without one a write rejects while the database is away. */
  readonly spoolFolder?: string | undefined;
  /** Days that readings are kept, at least `limits.readingsTermDays`, which is the default. */
  readonly readingsTermDays?: number | undefined;
  /** Epoch seconds. */
  readonly clock: () => number;
  readonly log: Logger;
  /** Bound of the spool, where it is not that of `limits`. */
  readonly spoolBytes?: number | undefined;
  /**
   * Takes readings of a spooled batch that the database refused when it was drained; the batch is forgotten when it
   * resolves. After a kill the same readings may come again. Without it they are logged.
   */
  readonly onRefused?: ((refused: readonly RefusedReading[]) => Promise<void> | void) | undefined;
}

/**
 * The store in InfluxDB. It opens though the database is away: what is missing there is made when it is first
 * reached. Readings wait in the spool meanwhile; figures are rejected, since they are derived again. Rejects with
 * `config.invalid`, `store.spool-in-use` and `store.failed` (the spool's folder).
 */
export async function openInfluxStore(options: InfluxStoreOptions): Promise<ReadingStore> {
  const databases = new Databases(options);
  const drain =
    options.spoolFolder === undefined ? undefined : await openDrain(options, options.spoolFolder, databases);
  const readings = new ReadingQueries(databases);
  const figures = new FigureQueries(databases);
  try {
    await databases.prepare();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    options.log.warn({ problems: error.problems }, 'the database is not ready; each request tries again');
  }
  drain?.wake();
  return {
    write: (batch) => writeReadings(batch, databases, drain),
    writeColumns: (columns) => writeColumns(columns, databases, drain),
    find: (identities) => readings.find(identities),
    readings: (name, period, limit, heard) => readings.range(name, period, limit, heard),
    before: (name, at, count) => readings.before(name, at, count),
    from: (name, at, count) => readings.from(name, at, count),
    halfHourMeans: (name, period, heard) => readings.halfHourMeans(name, period, heard),
    seriesOf: (meter) => readings.seriesOf([meter]),
    seriesOfAll: (meters) => readings.seriesOf(meters),
    readingsOfAll: (list, period, limit) => readings.rangeOfAll(list, period, limit),
    countReadings: (names, before) => readings.countBefore(names, before),
    removeReadings: (names, before) => readings.removeBefore(names, before),
    writeHalfHours: async (rows) => {
      assertHalfHours(rows);
      await databases.sendFigures(rows.map(halfHourLine));
    },
    halfHours: (meters, period) => figures.halfHours(meters, period),
    sumHalfHours: (meters, boundaries) => figures.sumHalfHours(meters, boundaries),
    writeDays: async (meters, sites) => {
      assertDays(meters);
      assertDays(sites);
      await databases.sendFigures([...meters.map(dayMeterLine), ...sites.map(daySiteLine)]);
    },
    days: (meters, period) => figures.days(meters, period),
    sumDays: (meters, boundaries) => figures.sumDays(meters, boundaries),
    writeNow: async (rows) => {
      assertNow(rows);
      await databases.sendFigures(rows.map(siteNowLine));
    },
    now: (sites, period) => figures.now(sites, period),
    writeShown: async (points) => {
      assertShown(points);
      const byRole = Map.groupBy(points, (point) => series[point.series].database);
      for (const [role, list] of byRole) await databases.sendFigures(list.map(shownLine), role);
    },
    ready: () => databases.prove(),
    backlog: () => drain?.backlog ?? { batches: 0, bytes: 0 },
    onDrained: (listener) => drain?.onDrained(listener),
    close: async () => await drain?.close(),
  };
}

async function openDrain(options: InfluxStoreOptions, folder: string, databases: Databases): Promise<Drain> {
  const { log, clock, spoolBytes } = options;
  const spool = await openSpool({ folder, log, clock, ...(spoolBytes === undefined ? {} : { bytes: spoolBytes }) });
  const logRefused = (refused: readonly RefusedReading[]): void => {
    log.error({ refused }, 'the database refused readings that had waited in the spool');
  };
  return new Drain({ spool, databases, log, onRefused: options.onRefused ?? logRefused });
}

/**
 * Writes readings at once or, when the database cannot be reached or older ones still wait, to the spool: so their
 * order is kept. A batch refused as a whole for reasons that lie in no line waits too.
 */
async function writeReadings(
  batch: readonly Reading[],
  databases: Databases,
  drain: Drain | undefined,
): Promise<WriteResult> {
  const { good, refused } = partReadings(batch);
  if (good.length === 0) return { refused, spooled: false };
  if (drain === undefined || drain.empty) {
    try {
      return { refused: [...refused, ...(await databases.sendReadings(good))], spooled: false };
    } catch (error) {
      if (drain === undefined || !(error instanceof ProblemError)) throw error;
      drain.say(error);
    }
  }
  await drain.append(good);
  return { refused, spooled: true };
}

/** In parts: as lines they are larger still, and others have their turn in between. */
async function writeColumns(
  columns: ReadingColumns,
  databases: Databases,
  drain: Drain | undefined,
): Promise<WriteResult> {
  const refused: RefusedReading[] = [];
  let spooled = false;
  for (const part of partsOf(columns, limits.batchReadings)) {
    const written = await writeReadings(part, databases, drain);
    refused.push(...written.refused);
    spooled ||= written.spooled;
  }
  return { refused, spooled };
}
