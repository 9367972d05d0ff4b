import type { Quality, Rule } from '../../domain/half-hours/half-hours.ts';
import type { BucketSums } from '../../domain/energy/bucket-sums.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds, Period } from '../../domain/time.ts';
import { assertHalfHours, keptAmount } from '../keepable.ts';
import type { StoredHalfHour } from '../reading-store.ts';
import { Arrival } from './arrival.ts';
import { idsOf, meterCondition } from './conditions.ts';
import type { Database } from './database.ts';
import { Names } from './names.ts';
import { readChunk, rowsFrom } from './rows.ts';
import { readSums } from './sums.ts';

// Written in the file: never another meaning.
const qualities: readonly Quality[] = ['measured', 'estimated', 'missing'];
const energyKnown = 1;
const volumeKnown = 2;

/** The half-hours. */
export class HalfHourTable {
  readonly #database: Database;
  readonly #meters: Names;
  readonly #rules = new Names('rule_name');
  readonly #arrival = new Arrival('half_hour');

  constructor(database: Database, meters: Names) {
    this.#database = database;
    this.#meters = meters;
  }

  async load(): Promise<void> {
    await this.#meters.load(this.#database);
    await this.#rules.load(this.#database);
    await this.#arrival.load(this.#database);
  }

  async write(rows: readonly StoredHalfHour[]): Promise<void> {
    assertHalfHours(rows);
    for (let start = 0; start < rows.length; start += limits.storeRowsPerTransaction) {
      await this.#writePart(rows.slice(start, start + limits.storeRowsPerTransaction));
    }
  }

  async #writePart(part: readonly StoredHalfHour[]): Promise<void> {
    await this.#database.write(
      async (connection) => {
        const rows = rowsFrom('half_hour', part, (row) => this.#rowOf(row));
        await this.#meters.writeNew(connection);
        await this.#rules.writeNew(connection);
        return await this.#arrival.put(connection, rows);
      },
      () => this.load(),
    );
  }

  #rowOf(row: StoredHalfHour): readonly number[] {
    // A missing half-hour has no numbers, whatever it had before.
    const energy = row.quality === 'missing' ? undefined : row.energy;
    const volume = row.quality === 'missing' ? undefined : row.volume;
    return [
      this.#meters.take(row.meter, row.site, row.utility),
      row.start,
      keptAmount(energy ?? 0),
      keptAmount(volume ?? 0),
      (energy === undefined ? 0 : energyKnown) + (volume === undefined ? 0 : volumeKnown),
      qualities.indexOf(row.quality),
      this.#rules.take(row.rule),
      row.registerVersion,
    ];
  }

  async range(meters: readonly string[], period: Period): Promise<StoredHalfHour[]> {
    const found: StoredHalfHour[] = [];
    const ids = idsOf(this.#meters, meters);
    if (ids.length === 0) return found;
    const sql = `select series, at_s, energy, volume, known, quality, rule, register_version from half_hour
      where at_s >= ${period.from} and at_s < ${period.to} ${meterCondition(this.#meters, ids)} order by at_s, series`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        const [meter, site, utility] = this.#meters.words(cell(0));
        const known = cell(4);
        found.push({
          meter: meter as string,
          site: site as string,
          utility: utility as string,
          start: cell(1),
          energy: known & energyKnown ? cell(2) : undefined,
          volume: known & volumeKnown ? cell(3) : undefined,
          quality: qualities[cell(5)] as Quality,
          rule: this.#rules.words(cell(6))[0] as Rule,
          registerVersion: cell(7),
        });
      }),
    );
    return found;
  }

  async sum(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> {
    // By quality first, then across: two passes over few columns read faster than sums with conditions.
    return await readSums(
      this.#database,
      this.#meters,
      meters,
      boundaries,
      ({ bucket, condition }) => `
      select series, bucket, sum(energies), sum(volumes),
        coalesce(sum(energies) filter (quality = 0), 0), coalesce(sum(volumes) filter (quality = 0), 0),
        ${qualities.map((_, quality) => `coalesce(sum(rows::double) filter (quality = ${quality}), 0)`).join(', ')}
      from (
        select series, ${bucket} as bucket, quality,
          sum(energy) as energies, sum(volume) as volumes, count(*) as rows
        from half_hour where ${condition}
        group by all)
      group by series, bucket`,
    );
  }
}
