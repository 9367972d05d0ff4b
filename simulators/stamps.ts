import { daySeconds, type EpochSeconds, toIso, wallClock } from '../domain/time.ts';

/** ISO 8601 in UTC, to the second; the day's part is kept from call to call because history is written in order. */
export function isoStamp(at: EpochSeconds): string {
  const day = Math.floor(at / daySeconds);
  if (day !== lastDay) {
    lastDate = toIso(day * daySeconds).slice(0, 11);
    lastDay = day;
  }
  const second = at - day * daySeconds;
  return `${lastDate}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}Z`;
}
let lastDay = Number.NaN;
let lastDate = '';

/** London clock time without a zone, as devices write it that know only what the wall says: `2026-07-01T09:30:00`. */
export function wallStamp(at: EpochSeconds): string {
  const { date, minuteOfDay } = wallClock(at);
  return `${date}T${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}:${two(at % 60)}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
