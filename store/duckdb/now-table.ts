import { limits } from '../../domain/limits.ts';
import { daySeconds, type EpochSeconds, type Period } from '../../domain/time.ts';
import { assertNow } from '../keepable.ts';
import type { SiteNow } from '../reading-store.ts';
import { Arrival } from './arrival.ts';
import { idsOf } from './conditions.ts';
import type { Database } from './database.ts';
import type { Names } from './names.ts';
import { readChunk, rowsFrom } from './rows.ts';

const rateKnown = 1;
const usualKnown = 2;

/** The live minutes of the sites. They serve displays only and go after `limits.siteNowDays`. */
export class NowTable {
  readonly #database: Database;
  readonly #sites: Names;
  readonly #arrival = new Arrival('site_now');
  #prunedAt: EpochSeconds = 0;

  constructor(database: Database, sites: Names) {
    this.#database = database;
    this.#sites = sites;
  }

  async load(): Promise<void> {
    await this.#sites.load(this.#database);
    await this.#arrival.load(this.#database);
  }

  async write(rows: readonly SiteNow[]): Promise<void> {
    assertNow(rows);
    const newest = rows.reduce((last, row) => Math.max(last, row.at), 0);
    await this.#database.write(
      async (connection) => {
        const columns = rowsFrom('site_now', rows, (row) => [
          this.#sites.take(row.site, row.utility),
          row.at,
          row.rate ?? 0,
          row.usual ?? 0,
          row.heardMeters,
          row.silentMeters,
          (row.rate === undefined ? 0 : rateKnown) + (row.usual === undefined ? 0 : usualKnown),
        ]);
        await this.#sites.writeNew(connection);
        if (newest > this.#prunedAt + daySeconds) {
          await connection.run(`delete from site_now where at_s < ${newest - limits.siteNowDays * daySeconds}`);
          this.#prunedAt = newest;
        }
        return await this.#arrival.put(connection, columns);
      },
      () => this.load(),
    );
  }

  async range(sites: readonly string[], period: Period): Promise<SiteNow[]> {
    const found: SiteNow[] = [];
    const ids = idsOf(this.#sites, sites);
    if (ids.length === 0) return found;
    const sql = `select series, at_s, rate, usual, heard_meters, silent_meters, known from site_now
      where at_s >= ${period.from} and at_s < ${period.to} and series in (${ids.join(', ')}) order by at_s, series`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        const [site, utility] = this.#sites.words(cell(0));
        const known = cell(6);
        found.push({
          site: site as string,
          utility: utility as string,
          at: cell(1),
          rate: known & rateKnown ? cell(2) : undefined,
          usual: known & usualKnown ? cell(3) : undefined,
          heardMeters: cell(4),
          silentMeters: cell(5),
        });
      }),
    );
    return found;
  }
}
