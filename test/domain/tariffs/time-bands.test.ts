import { describe, expect, test } from 'vitest';
import { bandNames, bandsOf, timeBandFaults, timeBandsSchema } from '../../../domain/tariffs/time-bands.ts';
import { dayPeriod, startOfDay } from '../../../domain/time.ts';

const night = (clock: 'local' | 'gmt', bank_holidays = 'as_weekday') =>
  timeBandsSchema.parse({
    clock,
    bank_holidays,
    windows: [
      { band: 'night', from: '00:00', to: '07:00' },
      { band: 'weekend', days: ['weekends'], from: '07:00', to: '24:00' },
    ],
    otherwise: 'day',
  });

/** How many half-hours of a London day have each band. */
function counted(times: ReturnType<typeof night>, date: string): Record<string, number> {
  const bands = bandsOf(times, dayPeriod(date));
  return Object.fromEntries(bandNames(times).map((name, i) => [name, bands.filter((band) => band === i).length]));
}

describe('a day has its half-hours in the bands of its own clock', () => {
  test.each([
    // On the clock on the wall a night is an hour shorter in March and longer in October.
    ['local', '2026-03-28', { night: 14, weekend: 34, day: 0 }],
    ['local', '2026-03-29', { night: 12, weekend: 34, day: 0 }],
    ['local', '2026-10-25', { night: 16, weekend: 34, day: 0 }],
    ['local', '2026-07-01', { night: 14, weekend: 0, day: 34 }],
    // On GMT the London day of summer begins at 23:00 of the day before, and its night ends at 08:00 on the wall.
    ['gmt', '2026-07-01', { night: 14, weekend: 0, day: 34 }],
    ['gmt', '2026-07-06', { night: 14, weekend: 2, day: 32 }],
  ] as const)('%s, %s: %j', (clock, date, bands) => {
    expect(counted(night(clock), date)).toEqual(bands);
  });

  test('the night of GMT ends at 08:00 in summer', () => {
    const bands = bandsOf(night('gmt'), { from: startOfDay('2026-07-01'), to: startOfDay('2026-07-02') });
    // 00:00 on the wall is 23:00 GMT of the day before.
    expect([0, 1, 2, 15, 16].map((i) => bands[i])).toEqual([2, 2, 0, 0, 2]);
  });
});

test.each([
  ['as_weekday', { night: 14, weekend: 0, day: 34 }],
  ['as_saturday', { night: 14, weekend: 34, day: 0 }],
  ['as_sunday', { night: 14, weekend: 34, day: 0 }],
] as const)('Good Friday is %s', (holidays, bands) => {
  expect(counted(night('local', holidays), '2026-04-03')).toEqual(bands);
});

test('a year whose bank holidays nobody knows is refused only where they count', () => {
  expect(counted(night('local'), '2040-01-02')).toEqual({ night: 14, weekend: 0, day: 34 });
  expect(() => counted(night('local', 'as_sunday'), '2040-01-02')).toThrow(/calendar.unknown-year/);
});

describe('windows are refused with the place named', () => {
  const faults = (windows: object[], otherwise?: string) =>
    timeBandFaults(timeBandsSchema.parse({ clock: 'local', bank_holidays: 'as_weekday', windows, otherwise })).map(
      ({ window, detail }) => `${window}: ${detail}`,
    );

  test('two that claim one half-hour, once for each pair', () => {
    const windows = [
      { band: 'day', from: '06:30', to: '24:00' },
      { band: 'night', from: '00:00', to: '07:00' },
    ];
    expect(faults(windows)).toEqual(['1: Monday 06:30 in January is in window 2 (night) and in window 1 (day)']);
  });

  test('half-hours that none claims, once for each stretch', () => {
    const windows = [
      { band: 'day', from: '07:00', to: '23:30' },
      { band: 'night', days: ['weekdays'], from: '00:00', to: '07:00' },
    ];
    expect(faults(windows)).toEqual([
      'undefined: no window has Monday 23:30 in January (from 23:30 to 24:00, and on 83 more of the 84 days of the week by month)',
      'undefined: no window has Saturday 00:00 in January (from 00:00 to 07:00, and on 23 more of the 84 days of the week by month)',
    ]);
    expect(faults(windows, 'other')).toEqual([]);
  });

  test('one across midnight', () => {
    expect(faults([{ band: 'night', from: '23:00', to: '07:00' }], 'day')).toEqual([
      '0: a window from 23:00 to 07:00 holds nothing; across midnight write two, until 24:00 and from 00:00',
    ]);
  });

  test('a boundary off the half-hour', () => {
    const window = { band: 'day', from: '07:15', to: '24:00' };
    expect(() => faults([window])).toThrow(/a time on the half-hour/);
  });
});
