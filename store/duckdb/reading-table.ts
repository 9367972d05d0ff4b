import { limits } from '../../domain/limits.ts';
import {
  type Identity,
  identityKey,
  type Reading,
  type ReadingKind,
  type ReadingQuantity,
  type SeriesName,
} from '../../domain/readings/reading.ts';
import { type ReadingColumns, readingsOf, seriesOfCode } from '../../domain/readings/reading-columns.ts';
import type { HalfHourMean } from '../../domain/observed/half-hour-values.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../../domain/time.ts';
import { areKeepable, partReadings } from '../keepable.ts';
import type { WriteResult } from '../reading-store.ts';
import { Arrival, spansOf } from './arrival.ts';
import type { Database } from './database.ts';
import { Names } from './names.ts';
import { readChunk, type Rows, rowsFrom } from './rows.ts';

/** Seconds of the first look for neighbours; each further look is eight times as wide. */
const firstLook = 6 * 3600;
const identitiesPerLook = 2_000;

/** The readings. */
export class ReadingTable {
  readonly #database: Database;
  readonly #names = new Names('series_name');
  readonly #arrival = new Arrival('reading');

  constructor(database: Database) {
    this.#database = database;
  }

  async load(): Promise<void> {
    await this.#names.load(this.#database);
    await this.#arrival.load(this.#database);
  }

  async write(batch: readonly Reading[]): Promise<WriteResult> {
    const { good, refused } = partReadings(batch);
    for (let start = 0; start < good.length; start += limits.storeRowsPerTransaction) {
      await this.#writePart(good.slice(start, start + limits.storeRowsPerTransaction));
    }
    return { refused, spooled: false };
  }

  /** Columns go in as they are, but for the integers of their series; what cannot be kept is sorted out one by one. */
  async writeColumns(columns: ReadingColumns): Promise<WriteResult> {
    const { length } = columns.at;
    const isOne = length <= limits.storeRowsPerTransaction;
    if (!isOne || !areKeepable(columns)) return await this.write([...readingsOf(columns)]);
    await this.#database.write(
      async (connection) => {
        const rows: Rows = {
          length,
          series: this.#seriesOf(columns),
          at: Uint32Array.from(columns.at),
          kept: [columns.value, columns.period, columns.received],
        };
        await this.#names.writeNew(connection);
        return await this.#arrival.put(connection, rows);
      },
      () => this.load(),
    );
    return { refused: [], spooled: false };
  }

  #seriesOf({ meters, meter, series }: ReadingColumns): Uint32Array {
    const known = new Map<number, number>();
    const ids = new Uint32Array(meter.length);
    let last = -1;
    let id = 0;
    for (let i = 0; i < ids.length; i++) {
      const key = (meter[i] as number) * 256 + (series[i] as number);
      // Rows of a series mostly follow each other.
      if (key !== last) {
        last = key;
        const { quantity, kind } = seriesOfCode(series[i] as number);
        id = known.get(key) ?? this.#names.take(meters[meter[i] as number] as string, quantity, kind);
        known.set(key, id);
      }
      ids[i] = id;
    }
    return ids;
  }

  async #writePart(batch: readonly Reading[]): Promise<void> {
    await this.#database.write(
      async (connection) => {
        const rows = rowsFrom('reading', batch, (reading) => [
          this.#names.take(reading.meter, reading.quantity, reading.kind),
          reading.at,
          reading.value,
          reading.period,
          reading.received,
        ]);
        await this.#names.writeNew(connection);
        return await this.#arrival.put(connection, rows);
      },
      () => this.load(),
    );
  }

  async find(identities: readonly Identity[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const wanted = identities.flatMap((identity) => {
      const series = this.#names.find(identity.meter, identity.quantity, identity.kind);
      const extent = series === undefined ? undefined : this.#arrival.extent(series);
      return extent && identity.at >= extent.first && identity.at <= extent.last
        ? [{ series, at: identity.at, key: identityKey(identity) }]
        : [];
    });
    wanted.sort((a, b) => a.at - b.at);
    for (let start = 0; start < wanted.length; start += identitiesPerLook) {
      const part = wanted.slice(start, start + identitiesPerLook);
      const keys = new Map(part.map((one) => [`${one.series}/${one.at}`, one.key]));
      const spans = spansOf(part.map((one) => one.at)).map(({ from, to }) => `at_s between ${from} and ${to}`);
      const sql = `select series, at_s, value from reading where (${spans.join(' or ')})
        and (series, at_s) in (values ${part.map((one) => `(${one.series}, ${one.at})`).join(', ')})`;
      await this.#database.read(sql, (chunk) =>
        readChunk(chunk, (cell) => {
          const key = keys.get(`${cell(0)}/${cell(1)}`);
          if (key !== undefined) found.set(key, cell(2));
        }),
      );
    }
    return found;
  }

  async range(name: SeriesName, period: Period, limit: number, heard?: EpochSeconds): Promise<Reading[]> {
    const within = `at_s >= ${period.from} and at_s < ${period.to} ${heardBefore(heard)}`;
    return await this.#select(name, within, 'asc', limit);
  }

  async before(name: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]> {
    const extent = this.#extentOf(name);
    if (!extent || count <= 0 || at <= extent.first) return [];
    const end = Math.min(at, extent.last + 1);
    for (let look = firstLook; ; look *= 8) {
      const found = await this.#select(name, `at_s >= ${end - look} and at_s < ${end}`, 'desc', count);
      if (found.length === count || end - look <= extent.first) return found.reverse();
    }
  }

  async from(name: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]> {
    const extent = this.#extentOf(name);
    if (!extent || count <= 0 || at > extent.last) return [];
    const start = Math.max(at, extent.first);
    for (let look = firstLook; ; look *= 8) {
      const found = await this.#select(name, `at_s >= ${start} and at_s < ${start + look}`, 'asc', count);
      if (found.length === count || start + look > extent.last) return found;
    }
  }

  async halfHourMeans(name: SeriesName, period: Period, heard?: EpochSeconds): Promise<HalfHourMean[]> {
    const series = this.#names.find(name.meter, name.quantity, name.kind);
    const found: HalfHourMean[] = [];
    if (series === undefined || !(period.from < period.to)) return found;
    // A half-hour that begins in the period is whole, though the period ends within it.
    const start = `cast(at_s // ${halfHourSeconds} * ${halfHourSeconds} as uinteger)`;
    const first = Math.ceil(period.from / halfHourSeconds) * halfHourSeconds;
    const end = Math.ceil(period.to / halfHourSeconds) * halfHourSeconds;
    const sql = `select ${start} as start, avg(value) from reading
      where series = ${series} and at_s >= ${first} and at_s < ${end} ${heardBefore(heard)}
      group by start order by start`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        found.push({ start: cell(0), mean: cell(1) });
      }),
    );
    return found;
  }

  async rangeOfAll(list: readonly SeriesName[], period: Period, limit: number): Promise<Reading[] | undefined> {
    const ids = list.flatMap(({ meter, quantity, kind }) => this.#names.find(meter, quantity, kind) ?? []);
    const found: Reading[] = [];
    if (ids.length === 0) return found;
    const names = new Map(ids.map((id) => [id, seriesNameOf(this.#names.words(id))]));
    const sql = `select series, at_s, value, period, received from reading
      where at_s >= ${period.from} and at_s < ${period.to} and series in (${ids.join(', ')}) limit ${limit + 1}`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        const name = names.get(cell(0)) as SeriesName;
        found.push({ ...name, at: cell(1), value: cell(2), period: cell(3), received: cell(4) });
      }),
    );
    return found.length > limit ? undefined : found.sort((a, b) => a.at - b.at);
  }

  async countBefore(names: readonly SeriesName[], before: EpochSeconds): Promise<number> {
    const going = this.#before(names, before);
    let count = 0;
    if (going === undefined) return count;
    await this.#database.read(`select count(*)::integer from reading where ${going}`, (chunk) =>
      readChunk(chunk, (cell) => {
        count = cell(0);
      }),
    );
    return count;
  }

  async removeBefore(names: readonly SeriesName[], before: EpochSeconds): Promise<void> {
    const going = this.#before(names, before);
    if (going === undefined) return;
    await this.#database.write(
      async (connection) => {
        await connection.run(`delete from reading where ${going}`);
        return () => undefined;
      },
      () => this.load(),
    );
    // First seconds of series are others now.
    await this.#arrival.load(this.#database);
  }

  /** The readings of some series before an instant, but for the last of each. */
  #before(names: readonly SeriesName[], before: EpochSeconds): string | undefined {
    const ids = names.flatMap(({ meter, quantity, kind }) => this.#names.find(meter, quantity, kind) ?? []);
    if (ids.length === 0) return undefined;
    const which = `series in (${ids.join(', ')}) and at_s < ${Math.floor(before)}`;
    return `${which} and (series, at_s) not in (select series, max(at_s) from reading where ${which} group by series)`;
  }

  seriesOf(meters: readonly string[]): SeriesName[] {
    return meters
      .flatMap((meter) => this.#names.startingWith(meter))
      .filter((id) => this.#arrival.extent(id) !== undefined)
      .map((id) => seriesNameOf(this.#names.words(id)));
  }

  #extentOf(name: SeriesName): ReturnType<Arrival['extent']> {
    const series = this.#names.find(name.meter, name.quantity, name.kind);
    return series === undefined ? undefined : this.#arrival.extent(series);
  }

  async #select(name: SeriesName, range: string, order: 'asc' | 'desc', limit: number): Promise<Reading[]> {
    const series = this.#names.find(name.meter, name.quantity, name.kind);
    const found: Reading[] = [];
    if (series === undefined || limit <= 0) return found;
    const words = seriesNameOf(this.#names.words(series));
    const sql = `select at_s, value, period, received from reading where series = ${series} and ${range}
      order by at_s ${order} limit ${Math.floor(limit)}`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        found.push({ ...words, at: cell(0), value: cell(1), period: cell(2), received: cell(3) });
      }),
    );
    return found;
  }
}

function heardBefore(instant: EpochSeconds | undefined): string {
  return instant === undefined ? '' : `and received < ${Math.ceil(instant)}`;
}

/** The words were a series' name when they were written. */
function seriesNameOf(words: readonly string[]): SeriesName {
  return {
    meter: words[0] as string,
    quantity: words[1] as ReadingQuantity,
    kind: words[2] as ReadingKind,
  };
}
