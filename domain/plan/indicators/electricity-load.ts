import { isKnownBankHoliday } from '../../bank-holidays.ts';
import { awayBy } from '../../alerts/opening-hours.ts';
import type { Clock } from '../../alerts/clock.ts';
import { above, type SiteCount } from '../../energy/counted-meters.ts';
import { quantile, quartileMethod } from '../../energy/quartiles.ts';
import type { Estate, Meter, Site } from '../../estate/estate.ts';

/**
 * The electricity that a place uses, half-hour by half-hour: what is bought and what is made there, less what leaves.
 * By night and at weekends little of it should be left, and what is left is the base.
 */

/** A meter of a load, and how often it is in it: what leaves is taken off. */
export interface LoadTerm {
  readonly meter: Meter;
  readonly times: 1 | -1;
}

/**
 * The meters of a site's electricity, or of a building's: the meters that serve it less those behind them that serve
 * another, with what is made right behind them.
 */
export function loadTermsOf(estate: Estate, count: SiteCount, building: string | undefined): LoadTerm[] {
  const isElectric = ({ meter }: LoadTerm): boolean => meter.utility === 'electricity';
  const plants = count.generation
    .filter(({ utility }) => utility === 'electricity')
    .flatMap(({ renewable, other, exports }): LoadTerm[] => [
      ...[...renewable, ...other].map((meter) => ({ meter, times: 1 }) as const),
      ...exports.map(({ meter }) => ({ meter, times: -1 }) as const),
    ]);
  if (building === undefined) {
    const bought = count.purchased.filter(isElectric);
    return bought.length === 0 ? [] : [...bought, ...plants];
  }
  const bought = (count.buildings.get(building) ?? []).filter(isElectric);
  if (bought.length === 0) return [];
  const servedBy = new Map(
    [...count.buildings].flatMap(([id, list]) =>
      list.filter(({ times }) => times === 1).map(({ meter }) => [meter.id, id] as const),
    ),
  );
  const behind = plants.filter(({ meter }) => {
    const serving = above(estate, meter).find(({ id }) => servedBy.has(id));
    return serving !== undefined && servedBy.get(serving.id) === building;
  });
  return [...bought, ...behind];
}

/** kW of what a place uses at which times, and how much of it falls outside its hours. */
export interface LoadShape {
  /** Of the half-hours, 0 to 1. */
  readonly knownShare: number;
  /** Median kW: nights of working days, Saturdays with Sundays and bank holidays, and working days. */
  readonly nightBase: number | undefined;
  readonly weekendBase: number | undefined;
  readonly workingDay: number | undefined;
  /** Of the kWh, 0 to 1; undefined where the opening hours are not said, or it never closes. */
  readonly outOfHoursShare: number | undefined;
}

/** The half-hours of the clock before 04:30. */
const nightSlots = 9;

/** The shape of a load: kWh of each half-hour of a clock, NaN where it is not known. */
export function loadShapeOf(clock: Clock, load: Float64Array, hours: Site['occupied_hours']): LoadShape {
  const working = clock.days.map(({ weekday, date }) => weekday <= 5 && !isKnownBankHoliday(date));
  const away = awayBy(clock, hours);
  const [nights, weekends, days]: number[][] = [[], [], []];
  let [known, all, outside] = [0, 0, 0];
  for (const [i, kwh] of load.entries()) {
    if (Number.isNaN(kwh)) continue;
    known++;
    all += kwh;
    if (away?.[i] === 1) outside += kwh;
    const isWorking = working[clock.day[i] as number] === true;
    (isWorking ? days : weekends)?.push(2 * kwh);
    if (isWorking && (clock.slot[i] as number) < nightSlots) nights?.push(2 * kwh);
  }
  return {
    knownShare: load.length > 0 ? known / load.length : 0,
    nightBase: medianOf(nights),
    weekendBase: medianOf(weekends),
    workingDay: medianOf(days),
    outOfHoursShare: away && all > 0 ? outside / all : undefined,
  };
}

function medianOf(values: readonly number[] = []): number | undefined {
  return quantile(Float64Array.from(values).sort(), 0.5, quartileMethod);
}
