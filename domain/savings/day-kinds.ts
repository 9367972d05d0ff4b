import { isKnownBankHoliday } from '../bank-holidays.ts';
import type { LocalDate } from '../time.ts';
import type { DayType, DayTypeOf } from './model.ts';

/** When a place is open; the days that have the same hours are of one kind. Undefined hours: it is closed. */
export interface OpenHours {
  readonly monday_to_friday?: string | undefined;
  readonly saturday?: string | undefined;
  readonly sunday?: string | undefined;
  readonly bank_holidays?: string | undefined;
}

/**
 * Which kind each day is. Without opening hours weekdays, Saturdays, Sundays and bank holidays are told apart as the
 * meter shows them; with them only days of unlike hours are, and a place that never closes has one kind.
 */
export function dayTypesBy(hours: OpenHours | '24h' | undefined): DayTypeOf {
  if (hours === '24h') return () => 'working_day';
  if (hours === undefined) return calendarDay;
  const like = new Map<DayType, DayType>();
  const first = new Map<string | undefined, DayType>();
  for (const [type, open] of [
    ['working_day', hours.monday_to_friday],
    ['saturday', hours.saturday],
    ['sunday', hours.sunday],
    ['bank_holiday', hours.bank_holidays],
  ] as const) {
    if (!first.has(open)) first.set(open, type);
    like.set(type, first.get(open) ?? type);
  }
  return (date) => {
    const type = calendarDay(date);
    return like.get(type) ?? type;
  };
}

// A pure function's memory: the days of some years, for every meter of an estate.
const known = new Map<LocalDate, DayType>();

function calendarDay(date: LocalDate): DayType {
  const type = known.get(date) ?? typeOf(date);
  if (known.size < mostKnown) known.set(date, type);
  return type;
}

const mostKnown = 20_000;

function typeOf(date: LocalDate): DayType {
  if (isKnownBankHoliday(date)) return 'bank_holiday';
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  return weekday === 0 ? 'sunday' : weekday === 6 ? 'saturday' : 'working_day';
}
