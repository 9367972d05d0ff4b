import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaOn, dayNumber, dayWeightedArea } from '../../domain/energy/area.ts';
import { startOfDay } from '../../domain/time.ts';
import { dates } from './small-estate.ts';

const area = [
  { from: '2020-01-01', value: 1000 },
  { from: '2025-07-01', value: 2000 },
];

describe('the day-weighted area', () => {
  test('of a year in which it changes: 181 days of one, 184 of the other', () => {
    const { area: mean, days } = dayWeightedArea(area, dates('2025-01-01', '2026-01-01'));
    expect(days).toBe(365);
    expect(mean).toBeCloseTo((181 * 1000 + 184 * 2000) / 365, 9);
  });

  test('counts a leap year as 366 days', () => {
    expect(dayWeightedArea(area, dates('2024-01-01', '2025-01-01'))).toEqual({
      area: 1000,
      days: 366,
      openDays: 366,
      unknownDays: 0,
    });
  });

  test.each([
    ['2026-03-29', '2026-03-30'],
    ['2026-10-25', '2026-10-26'],
  ])('counts %s as one day although the clocks change', (day, next) => {
    const changed = [
      { from: '2020-01-01', value: 100 },
      { from: next, value: 300 },
    ];
    const to = startOfDay(next) + 86_400;
    expect(dayWeightedArea(changed, { from: startOfDay(day), to })).toMatchObject({ days: 2, area: 200 });
  });

  test('of a site that closed leaves the days after out of the weight', () => {
    const whole = dates('2025-01-01', '2026-01-01');
    const closed = dayWeightedArea([{ from: '1970-01-01', value: 1000 }], whole, { valid_to: '2025-03-31' });
    expect(closed).toEqual({ area: (1000 * 90) / 365, days: 365, openDays: 90, unknownDays: 0 });
    expect(areaOn(area, '2025-03-31', { valid_to: '2025-03-31' })).toBe(1000);
    expect(areaOn(area, '2025-04-01', { valid_to: '2025-03-31' })).toBeUndefined();
  });

  test('of days before the first entry is not known, and not 0', () => {
    const late = [{ from: '2025-07-01', value: 2000 }];
    expect(dayWeightedArea(late, dates('2025-01-01', '2025-02-01')).area).toBeUndefined();
    const year = dayWeightedArea(late, dates('2025-01-01', '2026-01-01'));
    expect(year).toMatchObject({ area: 2000, unknownDays: 181 });
  });

  test('of a period is the mean of its days, whatever the dates', () => {
    const list = fc.uniqueArray(
      fc.record({ day: fc.integer({ min: 0, max: 800 }), value: fc.integer({ min: 1, max: 9999 }) }),
      { minLength: 1, maxLength: 5, selector: (entry) => entry.day },
    );
    const base = Date.parse('2024-06-01T00:00:00Z');
    const iso = (day: number): string => new Date(base + day * 86_400_000).toISOString().slice(0, 10);
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 60 }), (entries, start, length) => {
        const dated = [
          { from: '1970-01-01', value: 5 },
          ...entries.map(({ day, value }) => ({ from: iso(day), value })),
        ];
        const days = Array.from({ length }, (_, i) => areaOn(dated, iso(start + i)) ?? Number.NaN);
        const mean = days.reduce((sum, value) => sum + value, 0) / length;
        expect(dayWeightedArea(dated, dates(iso(start), iso(start + length))).area).toBeCloseTo(mean, 6);
      }),
    );
  });
});

test('days are numbered by the London calendar, with the part that has gone', () => {
  expect(dayNumber(startOfDay('1970-01-02'))).toBe(1);
  expect(dayNumber(startOfDay('2026-10-25') + 12.5 * 3600) % 1).toBe(0.5);
});
