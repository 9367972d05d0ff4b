import type { Site } from '../estate/estate.ts';
import { isKnownBankHoliday } from '../bank-holidays.ts';
import { minutesOf } from '../time.ts';
import type { Clock, ClockDay } from './clock.ts';

type OpeningHours = NonNullable<Site['occupied_hours']>;

/**
 * The half-hours in which nobody is there by a site's opening hours: 1 there. Undefined where it never closes or does
 * not say; what rests is then learned from each meter.
 */
export function awayBy(clock: Clock, hours: OpeningHours | undefined): Uint8Array | undefined {
  if (hours === undefined || hours === '24h') return undefined;
  const away = new Uint8Array(clock.count);
  for (const day of clock.days) {
    const [from = 0, to = 0] = slotsOf(hoursOf(hours, day));
    for (let i = day.first; i < day.first + day.count; i++) {
      const slot = clock.slot[i] as number;
      if (slot < from || slot >= to) away[i] = 1;
    }
  }
  return away;
}

function hoursOf(hours: Exclude<OpeningHours, '24h'>, { date, weekday }: ClockDay): string | undefined {
  if (isKnownBankHoliday(date)) return hours.bank_holidays;
  return weekday === 7 ? hours.sunday : weekday === 6 ? hours.saturday : hours.monday_to_friday;
}

/** A half-hour that is open for a part of it is open. */
function slotsOf(hours: string | undefined): number[] {
  const minutes = (hours?.split('-') ?? []).map(minutesOf);
  return minutes.map((minute, k) => (k === 0 ? Math.floor(minute / 30) : Math.ceil(minute / 30)));
}
