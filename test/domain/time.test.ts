import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  boundariesOf,
  clockText,
  dateOf,
  dayPeriod,
  financialYearOf,
  halfHoursInDay,
  halfHoursOf,
  isWhole,
  minutesOf,
  settlementPeriodOf,
  settlementPeriodStart,
  startOfDay,
  toIso,
  utcDateOf,
  wallClock,
} from '../../domain/time.ts';
import published from './fixtures/settlement-periods.json' with { type: 'json' };

const seconds = (iso: string): number => Date.parse(iso) / 1000;
const zoned = (at: number): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO('Europe/London');

describe('settlement periods', () => {
  test('there are published vectors', () => expect(published.starts.length).toBeGreaterThan(20));

  test.each(published.starts)('$date period $period starts at $start', ({ date, period, start }) => {
    expect(settlementPeriodStart(date, period)).toBe(seconds(start));
    expect(settlementPeriodOf(seconds(start))).toEqual({ date, period });
  });

  test.each(published.no_such_period)('$date has no period $period', ({ date, period }) => {
    expect(() => settlementPeriodStart(date, period)).toThrow(RangeError);
  });

  test.each(published.periods_in_local_interval)('$from_local to $to_local holds $periods', (vector) => {
    const instant = (local: string): number =>
      Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/London').epochMilliseconds / 1000;
    expect(halfHoursOf({ from: instant(vector.from_local), to: instant(vector.to_local) })).toHaveLength(
      vector.periods,
    );
  });

  // Elexon's page on long and short days.
  test.each([
    ['2026-03-29', 1, '2026-03-29T00:00:00Z'],
    ['2026-03-29', 3, '2026-03-29T01:00:00Z'],
    ['2026-03-29', 46, '2026-03-29T22:30:00Z'],
    ['2026-10-25', 1, '2026-10-24T23:00:00Z'],
    ['2026-10-25', 3, '2026-10-25T00:00:00Z'],
    ['2026-10-25', 4, '2026-10-25T00:30:00Z'],
    ['2026-10-25', 5, '2026-10-25T01:00:00Z'],
    ['2026-10-25', 6, '2026-10-25T01:30:00Z'],
    ['2026-10-25', 50, '2026-10-25T23:30:00Z'],
    ['2026-07-01', 1, '2026-06-30T23:00:00Z'],
  ])('%s period %i starts at %s', (date, period, start) => {
    expect(toIso(settlementPeriodStart(date, period))).toBe(start);
    expect(settlementPeriodOf(seconds(start))).toEqual({ date, period });
  });

  test.each([
    ['2025-03-30', 46],
    ['2026-03-29', 46],
    ['2027-03-28', 46],
    ['2025-10-26', 50],
    ['2026-10-25', 50],
    ['2027-10-31', 50],
    ['2026-07-01', 48],
  ])('%s has %i half-hours', (date, count) => {
    expect(halfHoursInDay(date)).toBe(count);
    expect(() => settlementPeriodStart(date, count + 1)).toThrow(`${date} has settlement periods 1 to ${count}`);
  });
});

const instants = fc.integer({ min: seconds('1998-01-01T00:00:00Z'), max: seconds('2060-01-01T00:00:00Z') });

describe('London time, against Temporal', () => {
  test('date, clock and weekday of an instant', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const local = zoned(at);
        expect(dateOf(at)).toBe(local.toPlainDate().toString());
        expect(wallClock(at)).toEqual({
          date: local.toPlainDate().toString(),
          minuteOfDay: local.hour * 60 + local.minute,
          weekday: local.dayOfWeek,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('every half-hour around a clock change', () => {
    const changes = ['2026-03-28', '2026-10-24'].flatMap((date) =>
      halfHoursOf({ from: startOfDay(date), to: startOfDay(addDays(date, 3)) }),
    );
    expect(changes).toHaveLength(46 + 50 + 4 * 48);
    const wrong = changes.filter((at) => {
      const local = zoned(at);
      const clock = wallClock(at);
      return clock.date !== local.toPlainDate().toString() || clock.minuteOfDay !== local.hour * 60 + local.minute;
    });
    expect(wrong).toEqual([]);
  });

  test('days follow one another without a hole', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const date = dateOf(at);
        const day = dayPeriod(date);
        expect(at).toBeGreaterThanOrEqual(day.from);
        expect(at).toBeLessThan(day.to);
        expect(dateOf(day.to)).toBe(addDays(date, 1));
        expect(dateOf(day.from - 1)).toBe(addDays(date, -1));
      }),
    );
  });
});

describe('the clock in words', () => {
  test('is two figures of hours and of minutes, and goes on in a day of 25 hours', () => {
    expect([0, 450, 1_410, 1_470].map(clockText)).toEqual(['00:00', '07:30', '23:30', '24:30']);
  });

  test('is read back as minutes', () => {
    const all = Array.from({ length: 1_500 }, (_, minutes) => minutes);
    expect(all.map((minutes) => minutesOf(clockText(minutes)))).toEqual(all);
  });
});

describe('buckets', () => {
  test.each([
    ['2026-03-31', '2025-26'],
    ['2026-04-01', '2026-27'],
    ['2099-12-31', '2099-00'],
  ])('%s lies in the financial year %s', (date, year) => expect(financialYearOf(date)).toBe(year));

  test('cut a period at local starts, and keep its ends', () => {
    const period = { from: seconds('2026-03-28T12:00:00Z'), to: seconds('2026-04-02T12:00:00Z') };
    expect(boundariesOf(period, 'day').map(toIso)).toEqual([
      '2026-03-28T12:00:00Z',
      '2026-03-29T00:00:00Z',
      '2026-03-29T23:00:00Z',
      '2026-03-30T23:00:00Z',
      '2026-03-31T23:00:00Z',
      '2026-04-01T23:00:00Z',
      '2026-04-02T12:00:00Z',
    ]);
    expect(boundariesOf(period, 'month').map(toIso)[1]).toBe('2026-03-31T23:00:00Z');
    expect(boundariesOf(period, 'financial_year')).toEqual(boundariesOf(period, 'month'));
    expect(boundariesOf(period, 'year')).toEqual([period.from, period.to]);
    expect(boundariesOf({ from: 1800, to: 5400 }, 'half_hour')).toEqual([1800, 3600, 5400]);
  });

  test.each([
    ['day', '2026-10-25', '2026-10-26', true],
    ['month', '2026-11-01', '2026-12-01', true],
    ['month', '2026-11-01', '2026-11-23', false],
    ['month', '2026-12-01', '2027-01-01', true],
    ['year', '2026-01-01', '2027-01-01', true],
    ['financial_year', '2026-04-01', '2027-04-01', true],
    ['financial_year', '2026-01-01', '2027-01-01', false],
  ] as const)('%s from %s to %s: whole %s', (bucket, from, to, whole) => {
    expect(isWhole({ from: startOfDay(from), to: startOfDay(to) }, bucket)).toBe(whole);
  });

  test('the ledgers count by UTC day', () => {
    expect(utcDateOf(seconds('2026-06-30T23:30:00Z'))).toBe('2026-06-30');
    expect(dateOf(seconds('2026-06-30T23:30:00Z'))).toBe('2026-07-01');
  });
});
