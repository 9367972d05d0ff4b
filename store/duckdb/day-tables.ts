import type { BucketSums } from '../../domain/energy/bucket-sums.ts';
import { limits } from '../../domain/limits.ts';
import { type EpochSeconds, halfHourSeconds, type Period } from '../../domain/time.ts';
import { assertDays } from '../keepable.ts';
import type { DayFigure, SiteDayFigure } from '../reading-store.ts';
import { Arrival } from './arrival.ts';
import { idsOf, meterCondition } from './conditions.ts';
import type { Database } from './database.ts';
import type { Names } from './names.ts';
import { readChunk, rowsFrom } from './rows.ts';
import { readSums } from './sums.ts';

/** The day figures of meters and of sites. */
export class DayTables {
  readonly #database: Database;
  readonly #meters: Names;
  readonly #sites: Names;
  readonly #meterArrival = new Arrival('day_meter');
  readonly #siteArrival = new Arrival('day_site');

  constructor(database: Database, meters: Names, sites: Names) {
    this.#database = database;
    this.#meters = meters;
    this.#sites = sites;
  }

  async load(): Promise<void> {
    for (const names of [this.#meters, this.#sites]) await names.load(this.#database);
    for (const arrival of [this.#meterArrival, this.#siteArrival]) await arrival.load(this.#database);
  }

  async write(meters: readonly DayFigure[], sites: readonly SiteDayFigure[]): Promise<void> {
    assertDays(meters);
    assertDays(sites);
    const step = limits.storeRowsPerTransaction;
    for (let start = 0; start === 0 || start < Math.max(meters.length, sites.length); start += step) {
      await this.#writePart(meters.slice(start, start + step), sites.slice(start, start + step));
    }
  }

  async #writePart(meters: readonly DayFigure[], sites: readonly SiteDayFigure[]): Promise<void> {
    await this.#database.write(
      async (connection) => {
        const meterRows = rowsFrom('day_meter', meters, (day) => [
          this.#meters.take(day.meter, day.site, day.utility),
          day.day,
          day.energy,
          day.volume,
          day.measuredEnergy,
          day.measuredVolume,
          day.measuredHalfHours,
          day.estimatedHalfHours,
          day.missingHalfHours,
          day.measuredShare,
          day.emissionsLocation ?? 0,
          day.emissionsLocation === undefined ? 0 : 1,
        ]);
        const siteRows = rowsFrom('day_site', sites, (day) => [
          this.#sites.take(day.site, day.utility),
          day.day,
          day.energy,
          day.volume,
          day.measuredShare,
          day.emissionsLocation ?? 0,
          day.area ?? 0,
          (day.emissionsLocation === undefined ? 0 : 1) + (day.area === undefined ? 0 : 2),
        ]);
        for (const names of [this.#meters, this.#sites]) await names.writeNew(connection);
        const settled = [
          await this.#meterArrival.put(connection, meterRows),
          await this.#siteArrival.put(connection, siteRows),
        ];
        return () => settled.forEach((settle) => settle());
      },
      () => this.load(),
    );
  }

  async range(meters: readonly string[], period: Period): Promise<DayFigure[]> {
    const found: DayFigure[] = [];
    const ids = idsOf(this.#meters, meters);
    if (ids.length === 0) return found;
    const sql = `select series, at_s, energy, volume, measured_energy, measured_volume, measured_half_hours,
        estimated_half_hours, missing_half_hours, measured_share, emissions_location, known from day_meter
      where at_s >= ${period.from} and at_s < ${period.to} ${meterCondition(this.#meters, ids)} order by at_s, series`;
    await this.#database.read(sql, (chunk) =>
      readChunk(chunk, (cell) => {
        const [meter, site, utility] = this.#meters.words(cell(0));
        found.push({
          meter: meter as string,
          site: site as string,
          utility: utility as string,
          day: cell(1),
          energy: cell(2),
          volume: cell(3),
          measuredEnergy: cell(4),
          measuredVolume: cell(5),
          measuredHalfHours: cell(6),
          estimatedHalfHours: cell(7),
          missingHalfHours: cell(8),
          measuredShare: cell(9),
          emissionsLocation: cell(11) === 1 ? cell(10) : undefined,
        });
      }),
    );
    return found;
  }

  async sum(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> {
    // Between two successive midnights there is one row of a meter at most: what need not be grouped reads much faster.
    const single = boundaries.every((at, i) => i === 0 || at - (boundaries[i - 1] ?? at) <= 50 * halfHourSeconds);
    const columns = `energy, volume, measured_energy, measured_volume, measured_half_hours, estimated_half_hours,
      missing_half_hours`;
    const sums = columns.replaceAll(/\w+/g, 'sum($&::double)');
    return await readSums(
      this.#database,
      this.#meters,
      meters,
      boundaries,
      ({ bucket, condition }) =>
        `select series, ${bucket} as bucket, ${single ? columns : sums} from day_meter where ${condition}
        ${single ? '' : 'group by series, bucket'}`,
    );
  }
}
