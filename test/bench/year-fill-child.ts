/**
 * Fills a DuckDB store with a year of the scaled estate through the store's port: half-hours, then the days that they
 * add up to. Amounts have the shape of a day and every decimal that the store keeps: real ones pack better, not worse.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Meter } from '../../domain/estate/estate.ts';
import { addDays, dayPeriod, halfHoursOf, type LocalDate } from '../../domain/time.ts';
import { chanceAt, seedOf } from '../../simulators/chance.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { DayFigure, StoredHalfHour } from '../../store/reading-store.ts';
import { say } from './child.ts';
import { dayAfter, firstDay, scaledEstate, storeFile } from './year-estate.ts';

export interface YearFillOptions {
  readonly folder: string;
}

const options: YearFillOptions = JSON.parse(process.argv[2] ?? '');
const path = join(options.folder, storeFile);
const megabytes = (): number => statSync(path).size / 1e6;
const estate = scaledEstate();
const meters = [...estate.meters.values()].map((meter) => ({ meter, seed: seedOf(1, meter.id) }));

function halfHourOf(meter: Meter, seed: number, start: number, index: number): StoredHalfHour {
  const luck = chanceAt(seed, start / 1800);
  const quality = luck < 0.98 ? 'measured' : luck < 0.995 ? 'estimated' : 'missing';
  const rule = quality === 'measured' ? 'register' : quality === 'estimated' ? 'interpolated' : 'gap';
  const amount = 0.2 * (1 + (seed % 50)) * (0.3 + Math.sin((Math.PI * index) / 48) ** 2) * (0.9 + luck / 5);
  const missing = quality === 'missing';
  const energy = missing || meter.utility === 'water' ? undefined : amount;
  const volume = missing || (meter.utility !== 'water' && meter.utility !== 'gas') ? undefined : amount / 11;
  const { id, site, utility } = meter;
  return { meter: id, site, utility, start, energy, volume, quality, rule, registerVersion: 1 };
}

function dayOf(rows: readonly StoredHalfHour[], day: number): DayFigure {
  const [{ meter, site, utility } = { meter: '', site: '', utility: '' }] = rows;
  const sum = (list: readonly StoredHalfHour[], name: 'energy' | 'volume'): number =>
    list.reduce((total, row) => total + (row[name] ?? 0), 0);
  const of = (quality: string): StoredHalfHour[] => rows.filter((row) => row.quality === quality);
  const measured = of('measured');
  const [energy, measuredEnergy] = [sum(rows, 'energy'), sum(measured, 'energy')];
  return {
    meter,
    site,
    utility,
    day,
    energy,
    measuredEnergy,
    volume: sum(rows, 'volume'),
    measuredVolume: sum(measured, 'volume'),
    measuredHalfHours: measured.length,
    estimatedHalfHours: of('estimated').length,
    missingHalfHours: of('missing').length,
    measuredShare: energy === 0 ? 1 : measuredEnergy / energy,
    emissionsLocation: energy * 0.2,
  };
}

let store = await openDuckDbStore({ path });
const days: DayFigure[] = [];
let halfHours = 0;
// Half-hour by half-hour over all meters, as live derivation does; history, meter by meter, packs better.
for (let date: LocalDate = firstDay; date < dayAfter; date = addDays(date, 1)) {
  const period = dayPeriod(date);
  const starts = halfHoursOf(period);
  const byMeter = meters.map(({ meter, seed }) => starts.map((start, i) => halfHourOf(meter, seed, start, i)));
  for (const rows of byMeter) days.push(dayOf(rows, period.from));
  const all = starts.flatMap((_start, i) => byMeter.flatMap((rows) => rows[i] ?? []));
  halfHours += all.length;
  await store.writeHalfHours(all);
}
await store.close();
const halfHoursMb = megabytes();
store = await openDuckDbStore({ path });
await store.writeDays(days, []);
await store.close();
say({
  meters: meters.length,
  sites: estate.sites.size,
  half_hours: halfHours,
  half_hours_mb: halfHoursMb,
  days: days.length,
  all_mb: megabytes(),
});
