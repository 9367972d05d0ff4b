/** The floor of year questions: plain SQL on the same file, with the store's own settings of DuckDB. */
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { limits } from '../../domain/limits.ts';
import { metersNeeded, sitesByDay } from '../../domain/energy/site-energy.ts';
import { boundariesOf } from '../../domain/time.ts';
import { say } from './child.ts';
import { scaledEstate, storeFile, year } from './year-estate.ts';

export interface YearBareOptions {
  readonly folder: string;
  readonly times: number;
  readonly halfHourSums: number;
}

const options: YearBareOptions = JSON.parse(process.argv[2] ?? '');
const months = boundariesOf(year, 'month');
const month = months
  .slice(1, -1)
  .map((to, index) => `when at_s < ${to} then ${index}`)
  .join(' ');
const byMonth = `case ${month} else ${months.length - 2} end`;
const inYear = `at_s >= ${year.from} and at_s < ${year.to}`;
const estate = scaledEstate();
const sites = [...estate.sites.keys()];
const exporting = sitesByDay(estate, sites, year);
const ofMeters = (ids: readonly string[]): string =>
  `series in (select id from meter_name where meter in (${ids.map((id) => `'${id}'`).join(', ')}))`;
const sums = ['energy', 'volume', 'measured_energy', 'measured_volume'].map((name) => `sum(${name})`).join(', ');
const counts = ['measured', 'estimated', 'missing'].map((name) => `sum(${name}_half_hours::double)`).join(', ');

/**
 * The day figures behind the answer: those of every meter that counts, by month, and those of generation and export
 * day by day where a site exports, as what is used of one's own is worked out by the day.
 */
const days = [
  `select series, ${byMonth} as month, ${sums}, ${counts} from day_meter
    where ${inYear} and ${ofMeters(metersNeeded(estate, sites, year))} group by series, month order by month, series`,
  `select series, at_s, energy, volume, measured_energy, measured_volume, measured_half_hours, estimated_half_hours,
    missing_half_hours from day_meter
    where ${inYear} and ${ofMeters(metersNeeded(estate, exporting, year, 'own_renewable'))} order by at_s, series`,
];
/** Every half-hour of every meter, by month. */
const halfHours = [
  `select series, ${byMonth} as month, sum(energy), sum(volume), sum(energy) filter (quality = 0),
    sum(volume) filter (quality = 0), count(*) filter (quality = 0), count(*) filter (quality = 1),
    count(*) filter (quality = 2)
  from half_hour where ${inYear} group by all order by month, series`,
];

const instance = await DuckDBInstance.create(join(options.folder, storeFile), {
  memory_limit: `${limits.embeddedStoreMemoryMb}MB`,
  threads: String(limits.embeddedStoreThreads),
});
const connection = await instance.connect();

async function time(key: string, statements: readonly string[]): Promise<void> {
  const began = performance.now();
  let rows = 0;
  for (const sql of statements) rows += (await connection.runAndReadAll(sql)).getRows().length;
  say({ [key]: performance.now() - began, rows });
}
for (let i = 0; i < options.times; i++) await time('days_ms', days);
for (let i = 0; i < options.halfHourSums; i++) await time('half_hours_ms', halfHours);
connection.closeSync();
instance.closeSync();
