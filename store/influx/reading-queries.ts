import { limits } from '../../domain/limits.ts';
import {
  type Identity,
  identityKey,
  type Reading,
  type ReadingKind,
  type ReadingQuantity,
  type SeriesName,
  seriesKey,
} from '../../domain/readings/reading.ts';
import type { HalfHourMean } from '../../domain/observed/half-hour-values.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../../domain/time.ts';
import { isKeepableName } from '../keepable.ts';
import { instant, oneOf, text, within } from './influxql.ts';
import type { Databases } from './databases.ts';
import type { AnswerSeries } from './server.ts';

const fields = 'value, period_s, received_s';
const seriesTags = 'meter, quantity, kind';
/** Identities of one series this close are looked up by one range. */
const lookUpSeconds = 1_800;

/** What is asked of the readings' database. */
export class ReadingQueries {
  readonly #databases: Databases;

  constructor(databases: Databases) {
    this.#databases = databases;
  }

  async range(name: SeriesName, period: Period, limit: number, heard?: EpochSeconds): Promise<Reading[]> {
    return await this.#select(name, `${within(period)}${heardBefore(heard)}`, 'ASC', limit);
  }

  async before(name: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]> {
    return (await this.#select(name, `time < ${instant(at)}`, 'DESC', count)).reverse();
  }

  async from(name: SeriesName, at: EpochSeconds, count: number): Promise<Reading[]> {
    return await this.#select(name, `time >= ${instant(at)}`, 'ASC', count);
  }

  async halfHourMeans(name: SeriesName, period: Period, heard?: EpochSeconds): Promise<HalfHourMean[]> {
    if (!isPossible(name) || !(period.from < period.to)) return [];
    // A half-hour that begins in the period is whole, though the period ends within it.
    const from = Math.ceil(period.from / halfHourSeconds) * halfHourSeconds;
    const to = Math.ceil(period.to / halfHourSeconds) * halfHourSeconds;
    const condition = `${seriesIs(name)} AND ${within({ from, to })}${heardBefore(heard)}`;
    const groups = `GROUP BY time(${halfHourSeconds}s) fill(none)`;
    const [answer] = await this.#databases.ask(
      [`SELECT mean(value) FROM reading WHERE ${condition} ${groups}`],
      'readings',
    );
    return rowsOf(answer).map(([start, mean]) => ({ start: Number(start), mean: Number(mean) }));
  }

  /** Meters that speak of the same are asked for together, in a statement for each quantity and kind. */
  async rangeOfAll(list: readonly SeriesName[], period: Period, limit: number): Promise<Reading[] | undefined> {
    const share = Math.floor(limit / Math.max(1, list.length));
    const groups = Map.groupBy(list.filter(isPossible), ({ quantity, kind }) =>
      seriesKey({ meter: '', quantity, kind }),
    );
    const statements = [...groups.values()].flatMap((group) => {
      const [{ quantity, kind } = { quantity: '', kind: '' }] = group;
      const meters =
        oneOf(
          'meter',
          group.map(({ meter }) => meter),
        ) ?? '';
      const which = `${meters} AND quantity = ${text(quantity)} AND kind = ${text(kind)} AND ${within(period)}`;
      return `SELECT ${fields} FROM reading WHERE ${which} GROUP BY ${seriesTags} ORDER BY time ASC LIMIT ${share + 1}`;
    });
    if (statements.length === 0) return [];
    const answers = (await this.#databases.ask(statements, 'readings')).flat();
    if (answers.some(({ rows }) => rows.length > share)) return undefined;
    return answers.flatMap((one) => one.rows.map((row) => readingFrom(nameOf(one), row))).sort((a, b) => a.at - b.at);
  }

  async countBefore(names: readonly SeriesName[], before: EpochSeconds): Promise<number> {
    let count = 0;
    for (const name of names) {
      const [last] = await this.before(name, before, 1);
      if (!last) continue;
      const statement = `SELECT count(value) FROM reading WHERE ${seriesIs(name)} AND time < ${instant(last.at)}`;
      const [answer] = await this.#databases.ask([statement], 'readings');
      for (const [, found] of rowsOf(answer)) count += Number(found);
    }
    return count;
  }

  async removeBefore(names: readonly SeriesName[], before: EpochSeconds): Promise<void> {
    for (const name of names) {
      const [last] = await this.before(name, before, 1);
      if (!last) continue;
      await this.#databases.ask(
        [`DELETE FROM reading WHERE ${seriesIs(name)} AND time < ${instant(last.at)}`],
        'readings',
      );
    }
  }

  async seriesOf(meters: readonly string[]): Promise<SeriesName[]> {
    const which = oneOf('meter', meters);
    if (which === undefined) return [];
    const statement = `SELECT last(value) FROM reading WHERE ${which} GROUP BY ${seriesTags}`;
    const [answer = []] = await this.#databases.ask([statement], 'readings');
    return answer.map(nameOf);
  }

  /** Values under identities. Those of one series that lie close together are asked for as one range. */
  async find(identities: readonly Identity[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const looks = looksFor(identities);
    for (let start = 0; start < looks.length; start += limits.influxStatementsPerRequest) {
      const part = looks.slice(start, start + limits.influxStatementsPerRequest);
      const statements = part.map(({ name, from, to }) => {
        const period = { from, to: to + 1 };
        return `SELECT value FROM reading WHERE ${seriesIs(name)} AND ${within(period)}`;
      });
      const answers = await this.#databases.ask(statements, 'readings');
      for (const [i, { name, wanted }] of part.entries()) {
        for (const [at, value] of answers[i]?.[0]?.rows ?? []) {
          if (wanted.has(Number(at))) found.set(identityKey({ ...name, at: Number(at) }), Number(value));
        }
      }
    }
    return found;
  }

  async #select(name: SeriesName, range: string, order: 'ASC' | 'DESC', limit: number): Promise<Reading[]> {
    // LIMIT 0 means all.
    if (limit <= 0 || !isPossible(name)) return [];
    const tail = `ORDER BY time ${order} LIMIT ${Math.floor(limit)}`;
    const statement = `SELECT ${fields} FROM reading WHERE ${seriesIs(name)} AND ${range} ${tail}`;
    const [answer] = await this.#databases.ask([statement], 'readings');
    return rowsOf(answer).map((row) => readingFrom(name, row));
  }
}

function nameOf({ tags }: AnswerSeries): SeriesName {
  return {
    meter: tags['meter'] ?? '',
    quantity: tags['quantity'] as ReadingQuantity,
    kind: tags['kind'] as ReadingKind,
  };
}

function readingFrom(name: SeriesName, [at, value, period, received]: AnswerSeries['rows'][number]): Reading {
  return {
    meter: name.meter,
    quantity: name.quantity,
    kind: name.kind,
    at: Number(at),
    value: Number(value),
    period: Number(period),
    received: Number(received),
  };
}

interface Look {
  readonly name: SeriesName;
  readonly from: EpochSeconds;
  to: EpochSeconds;
  readonly wanted: Set<EpochSeconds>;
}

function looksFor(identities: readonly Identity[]): Look[] {
  const sorted = identities
    .filter(isPossible)
    .map((identity) => ({ ...identity, series: seriesKey(identity) }))
    .sort((a, b) => (a.series < b.series ? -1 : a.series > b.series ? 1 : a.at - b.at));
  const looks: Look[] = [];
  let series: string | undefined;
  for (const { meter, quantity, kind, at, series: own } of sorted) {
    const last = looks.at(-1);
    if (last && series === own && at - last.to <= lookUpSeconds) {
      last.to = at;
      last.wanted.add(at);
    } else looks.push({ name: { meter, quantity, kind }, from: at, to: at, wanted: new Set([at]) });
    series = own;
  }
  return looks;
}

function isPossible(name: SeriesName): boolean {
  return isKeepableName(name.meter) && isKeepableName(name.quantity) && isKeepableName(name.kind);
}

function heardBefore(instant: EpochSeconds | undefined): string {
  return instant === undefined ? '' : ` AND received_s < ${Math.ceil(instant)}`;
}

function seriesIs({ meter, quantity, kind }: SeriesName): string {
  return `meter = ${text(meter)} AND quantity = ${text(quantity)} AND kind = ${text(kind)}`;
}

function rowsOf(answer: readonly AnswerSeries[] | undefined): AnswerSeries['rows'] {
  return answer?.[0]?.rows ?? [];
}
