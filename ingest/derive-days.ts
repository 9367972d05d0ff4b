import { accountingOf } from '../domain/carbon/accounting.ts';
import { activitiesIn } from '../domain/carbon/boundaries.ts';
import { emissionsOf, shareReturnedOn } from '../domain/carbon/carbon.ts';
import { expectedSpan, figureOfHalfHours } from '../domain/half-hours/day-figures.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { takesAway } from '../domain/half-hours/formula.ts';
import type { Gap, HalfHour } from '../domain/half-hours/half-hours.ts';
import { validityOf } from '../domain/half-hours/meter-conversion.ts';
import { siteDays } from '../domain/energy/site-days.ts';
import { metersNeeded } from '../domain/energy/site-energy.ts';
import { dayPeriod, type EpochSeconds, type LocalDate } from '../domain/time.ts';
import type { DayFigure, ReadingStore, SiteDayFigure } from '../store/reading-store.ts';

/** The days of one meter from its half-hours, which must be all there are in these days, in order. */
export function meterDays(
  estate: Estate,
  meter: Meter,
  dates: readonly LocalDate[],
  halfHours: readonly HalfHour[],
  gaps: readonly Gap[],
  now: EpochSeconds,
): DayFigure[] {
  const valid = validityOf(meter);
  let next = 0;
  return dates.map((date) => {
    const period = dayPeriod(date);
    const first = next;
    while (next < halfHours.length && (halfHours[next]?.start ?? 0) < period.to) next++;
    const touching = gaps.filter((gap) => gap.from < period.to && gap.to > period.from);
    const expected = expectedSpan(period, valid, now);
    const figure = figureOfHalfHours(halfHours.slice(first, next), touching, period, expected);
    const { measuredEnergy, measuredVolume, measuredHalfHours, estimatedHalfHours, missingHalfHours } = figure;
    return {
      meter: meter.id,
      site: meter.site,
      utility: meter.utility,
      day: period.from,
      energy: figure.energy ?? 0,
      volume: figure.volume ?? 0,
      measuredEnergy,
      measuredVolume,
      measuredHalfHours,
      estimatedHalfHours,
      missingHalfHours,
      measuredShare: takesAway(meter) ? figure.measuredShareOfTime : figure.measuredShare,
      emissionsLocation: emissionsOfMeter(estate, meter, figure, date),
    };
  });
}

/**
 * The emissions of what passed a meter on a day, as the estate reports. What is made on a site or leaves it has none of
 * its own; kvarh have none; what lies outside the boundary has 0.
 */
export function emissionsOfMeter(
  estate: Estate,
  meter: Meter,
  { energy, volume }: { readonly energy: number | undefined; readonly volume: number | undefined },
  date: LocalDate,
): number | undefined {
  const { utility } = meter;
  const accounting = accountingOf(estate);
  if (meter.measures === 'reactive' || meter.role === 'generation' || meter.role === 'export') return undefined;
  if (activitiesIn(accounting.boundary, utility).length === 0) return 0;
  if ((utility === 'water' ? volume : energy) === undefined) return undefined;
  const returned = shareReturnedOn(estate, meter.site, date);
  return emissionsOf({ utility, energy: energy ?? 0, volume: volume ?? 0, returned }, date, accounting);
}

/** The days of some sites, from the day figures of the meters that count for them. */
export async function daysOfSites(
  store: Pick<ReadingStore, 'days'>,
  estate: Estate,
  sites: readonly string[],
  dates: readonly LocalDate[],
): Promise<SiteDayFigure[]> {
  const last = dates.at(-1);
  if (last === undefined || sites.length === 0) return [];
  const boundaries = [...dates.map((date) => dayPeriod(date).from), dayPeriod(last).to];
  const period = { from: boundaries[0] ?? 0, to: boundaries.at(-1) ?? 0 };
  const bucketOf = new Map(boundaries.map((at, i) => [at, i]));
  const known = await store.days(metersNeeded(estate, sites, period), period);
  const sums = known.flatMap((figure) => {
    const bucket = bucketOf.get(figure.day);
    return bucket === undefined ? [] : [{ ...figure, bucket }];
  });
  return siteDays(estate, sites, boundaries, sums);
}
