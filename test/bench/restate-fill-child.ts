/**
 * Fills a house of the bench with the days of some years: what a restatement of their factors reaches. It writes no
 * readings: half-hours that would be missing between them are no part of what is measured.
 */
import pino from 'pino';
import { configSchema } from '../../cli/config.ts';
import { openHouse } from '../../cli/house.ts';
import { addDays, startOfDay } from '../../domain/time.ts';
import { registerDigest, rememberDescriptions } from '../../ingest/estate-changes.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { say } from './child.ts';
import type { HouseChildOptions } from './house-child.ts';

export interface RestateFillOptions extends Pick<HouseChildOptions, 'estate' | 'data' | 'store'> {
  /** London dates; the last is not filled. */
  readonly from: string;
  readonly to: string;
}

const { from, to, ...options }: RestateFillOptions = JSON.parse(process.argv[2] ?? '');
const config = configSchema.parse({ ...options, broker: {}, ingest: { derive: false } });
const log = pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true }));
const house = await openHouse({ config, log, clock: () => Date.now(), holder: 'bench-fill', embedded: true });
const meters = [...house.estate().meters.values()];
let days = 0;
for (let date = from; date < to; date = addDays(date, 10)) {
  const dates = Array.from({ length: 10 }, (_, i) => addDays(date, i)).filter((one) => one < to);
  const rows = dates.flatMap((one) =>
    meters.map(({ id, site, utility }, i): DayFigure => {
      const energy = 100 + (i % 50);
      const known = { energy, measuredEnergy: energy, measuredHalfHours: 48, measuredShare: 1 };
      const none = { volume: 0, measuredVolume: 0, estimatedHalfHours: 0, missingHalfHours: 0 };
      return { meter: id, site, utility, day: startOfDay(one), ...known, ...none, emissionsLocation: energy / 5 };
    }),
  );
  days += rows.length;
  await house.store.writeDays(rows, []);
}
// As of meters that were derived and published long ago: what is new is so over its whole life.
rememberDescriptions(house.state, house.estate());
house.state.remember(closedDaysKey, addDays(to, -1));
for (const key of ['figures-basis', 'matching-basis']) house.state.remember(key, registerDigest(house.estate()));
await house.close();
say({ days });
