import { isKnownBankHoliday } from '../bank-holidays.ts';
import { datesIn, dayOf, halfHourSeconds, type LocalDate, type Period, wallClock } from '../time.ts';
import { type Load, periodOf } from './load.ts';
import { PriceSeries } from './price-series.ts';
import { mapRange } from './range.ts';

/**
 * A load year laid onto a supply period that has not been: each day takes the half-hours of a day of the load year of
 * the same month and type, the first such day for the first, the second for the second, and round again. Days are taken
 * whole, not as means, so that peaks stay peaks; every offer is set against the same half-hours.
 */

export type DayType = 'weekday' | 'saturday' | 'sunday' | 'bank_holiday';

/** The type of a London date. A year whose bank holidays nobody has published yet has none. */
export function dayTypeOf(date: LocalDate): DayType {
  if (isKnownBankHoliday(date)) return 'bank_holiday';
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 ? 'sunday' : weekday === 6 ? 'saturday' : 'weekday';
}

/** What stands for a day of a month that the load year has none of. */
const insteadOf: Readonly<Record<DayType, readonly DayType[]>> = {
  weekday: ['weekday', 'saturday', 'sunday', 'bank_holiday'],
  saturday: ['saturday', 'sunday', 'bank_holiday', 'weekday'],
  sunday: ['sunday', 'bank_holiday', 'saturday', 'weekday'],
  bank_holiday: ['bank_holiday', 'sunday', 'saturday', 'weekday'],
};

/** Which day of the load year each day of the period takes. */
export interface LoadYearDay {
  readonly date: LocalDate;
  readonly type: DayType;
  readonly takes: LocalDate;
  readonly takesType: DayType;
}

/** The pairing of days, the same for every supply point. Throws a RangeError where the year lacks a whole month. */
export function pairDays(year: Period, period: Period): LoadYearDay[] {
  const bySort = new Map<string, LocalDate[]>();
  for (const date of datesIn(year)) {
    const sort = `${date.slice(5, 7)} ${dayTypeOf(date)}`;
    bySort.set(sort, [...(bySort.get(sort) ?? []), date]);
  }
  const taken = new Map<string, number>();
  return datesIn(period).map((date): LoadYearDay => {
    const type = dayTypeOf(date);
    const month = date.slice(5, 7);
    const takesType = insteadOf[type].find((other) => bySort.has(`${month} ${other}`));
    const days = bySort.get(`${month} ${takesType}`);
    if (takesType === undefined || !days) throw new RangeError(`the load year has no day of month ${month}`);
    const key = `${date.slice(0, 7)} ${takesType}`;
    const turn = taken.get(key) ?? 0;
    taken.set(key, turn + 1);
    return { date, type, takes: days[turn % days.length] as LocalDate, takesType };
  });
}

/**
 * For each half-hour of a period of whole days the half-hour of the load year that it takes: of the paired day at the
 * same time on the clock on the wall. The hour that comes twice in October takes the second one where there is one; one
 * that the paired day lacks takes the half-hour before the gap.
 */
export function mappingOnto(year: Period, period: Period): Int32Array {
  const places = new Int32Array((period.to - period.from) / halfHourSeconds);
  const takes = new Map(pairDays(year, period).map((day) => [day.date, day.takes]));
  const byDay = new Map<LocalDate, Map<string, number>>();
  for (let at = year.from, i = 0; at < year.to; at += halfHourSeconds, i++) {
    const { date, key } = clockKey(at);
    let times = byDay.get(date);
    if (!times) byDay.set(date, (times = new Map()));
    times.set(key, i);
  }
  for (let at = period.from, i = 0; at < period.to; at += halfHourSeconds, i++) {
    const { date, key, minute } = clockKey(at);
    const times = byDay.get(takes.get(date) ?? '');
    let place = times?.get(key) ?? times?.get(`${minute} 1`);
    for (let earlier = minute - 30; place === undefined && earlier >= 0; earlier -= 30)
      place = times?.get(`${earlier} 1`);
    if (place === undefined) throw new RangeError(`the load year has no half-hour for ${date}`);
    places[i] = place;
  }
  return places;
}

/** The minute of the day on the wall, and whether it is the first or the second time that it comes. */
function clockKey(at: number): { date: LocalDate; key: string; minute: number } {
  const { date, minuteOfDay } = wallClock(at);
  const before = at - 3600;
  const isSecond = dayOf(before).date === date && wallClock(before).minuteOfDay === minuteOfDay;
  return { date, key: `${minuteOfDay} ${isSecond ? 2 : 1}`, minute: minuteOfDay };
}

/** A load as the supply period would have it; `mapping` is that of `mappingOnto(periodOf(load), period)`. */
export function mapLoad(load: Load, period: Period, mapping = mappingOnto(periodOf(load), period)): Load {
  const take = (column: Float64Array): Float64Array => {
    const taken = new Float64Array(mapping.length);
    for (let i = 0; i < mapping.length; i++) taken[i] = column[mapping[i] as number] as number;
    return taken;
  };
  return {
    unit: load.unit,
    from: period.from,
    use: mapRange(load.use, take),
    reactive: load.reactive && mapRange(load.reactive, take),
    named: load.named,
    year: load,
  };
}

/** Prices of a load year as the supply period has them by the same pairing of days: a half-hour keeps its price. */
export function mapPrices(series: PriceSeries, year: Period, period: Period): PriceSeries {
  const values = series.over(year);
  const mapping = mappingOnto(year, period);
  const taken = Float64Array.from(mapping, (place) => values[place] as number);
  return new PriceSeries(series.id, series.unit, period.from, taken, true);
}
