import { describe, expect, test } from 'vitest';
import { bankHolidayOn, bankHolidayYears } from '../../domain/bank-holidays.ts';
import { addDays, type LocalDate, startOfDay, wallClock } from '../../domain/time.ts';

/** All bank holidays of one year, found day by day. */
function holidaysOf(year: number): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = `${year}-01-01`; date.startsWith(String(year)); date = addDays(date, 1)) {
    if (bankHolidayOn(date) !== undefined) dates.push(date);
  }
  return dates;
}

/**
 * Easter Sunday by the anonymous Gregorian computus (Nature, 20 April 1876): a second method for two of the eight days.
 */
function easterSunday(year: number): LocalDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  const day = (h + l - 7 * m + 33 * month + 19) % 32;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

const { first, last } = bankHolidayYears();
const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('bank holidays', () => {
  test('reach from 2012 to 2028', () => {
    expect(years).toHaveLength(17);
    expect([first, last]).toEqual([2012, 2028]);
  });

  // Years with one more: jubilees of 2012 and 2022 (and the state funeral), the coronation of 2023.
  const extra = new Map([
    [2012, 1],
    [2022, 2],
    [2023, 1],
  ]);

  test.each(years)(
    '%i has eight and the proclaimed extra ones, none at a weekend, Easter where the moon puts it',
    (year) => {
      const dates = holidaysOf(year);
      expect(dates).toHaveLength(8 + (extra.get(year) ?? 0));
      expect(dates.filter((date) => wallClock(startOfDay(date) + 43_200).weekday > 5)).toEqual([]);
      expect(bankHolidayOn(addDays(easterSunday(year), -2))).toBe('Good Friday');
      expect(bankHolidayOn(addDays(easterSunday(year), 1))).toBe('Easter Monday');
    },
  );

  test('Boxing Day of 2026 falls on a Saturday and is kept on the Monday', () => {
    expect(bankHolidayOn('2026-12-26')).toBeUndefined();
    expect(bankHolidayOn('2026-12-28')).toBe('Boxing Day (substitute day)');
  });

  test.each(['2011-12-26', '2029-01-01', 'nonsense'])('%s is refused, not taken for a working day', (date) => {
    expect(() => bankHolidayOn(date)).toThrow(/domain\/bank-holidays\.json: the table .* expected 2012 to 2028/);
  });
});
