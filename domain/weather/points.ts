import { type DayDegrees, daysBetween, degreeDaysIn } from './degree-days.ts';
import { type Flow, isKnown, lacks } from '../energy/flow.ts';
import type { SignaturePoint } from './signature.ts';
import type { Period } from '../time.ts';

/** What was used in a bucket. */
export interface BucketUse extends Period {
  /** kWh, what is missing of it taken at its expected use; undefined where that is more than a tenth. */
  readonly energy: number | undefined;
  readonly missing: boolean;
}

/** The share of a bucket's energy that must be known: nine in ten, as of its temperatures (OpenEEmeter). */
export const knownShareOfUse = 0.9;

/** What flowed in a bucket, as the use of a point. */
export function useOf(period: Period, flow: Flow): BucketUse {
  const { from, to } = period;
  const missing = !isKnown(flow) || lacks(flow, false);
  const enough = isKnown(flow) && !flow.unweighted && flow.energy >= knownShareOfUse * flow.expectedEnergy;
  // Nothing counted while half-hours are missing is not the same as no use.
  const silent = flow.energy === 0 && missing;
  const energy = Math.max(flow.energy, flow.expectedEnergy);
  return { from, to, energy: enough && !silent ? energy : undefined, missing };
}

/** Days, degree days and use of each bucket: of those that are known alone, a signature is made. */
export interface BucketWeather extends BucketUse {
  readonly days: number;
  readonly degreeDays: number | undefined;
  readonly heatingDays: number;
}

/** Puts use and weather of the same buckets side by side. Buckets begin and end at London midnights. */
export function besideWeather(list: readonly BucketUse[], days: readonly DayDegrees[]): BucketWeather[] {
  return list.map((use) => {
    const inside = daysBetween(days, use);
    const { degreeDays, days: count } = degreeDaysIn(inside, use);
    const heatingDays = inside.filter((day) => day.degreeDays !== undefined && day.degreeDays > 0).length;
    return { ...use, days: count, degreeDays, heatingDays };
  });
}

/** The points of a signature: the buckets of which both use and weather are known. */
export function pointsOf(list: readonly BucketWeather[]): SignaturePoint[] {
  return list.flatMap(({ from, to, energy, days, degreeDays, heatingDays }) =>
    energy === undefined || degreeDays === undefined || days === 0
      ? []
      : [{ from, to, days, perDay: energy / days, degreeDaysPerDay: degreeDays / days, heatingDays }],
  );
}
