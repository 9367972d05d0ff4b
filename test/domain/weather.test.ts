import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type DayDegrees,
  degreeDayMethodNames,
  type DegreeDayMethod,
  degreeDaysIn,
  degreeDaysOf,
  metOfficeDegreeDays,
  type Temperatures,
} from '../../domain/weather/degree-days.ts';
import { cusumOf } from '../../domain/weather/cusum.ts';
import { fitCriteria, sayUnmet } from '../../domain/weather/fit-criteria.ts';
import {
  bestBase,
  fitLine,
  type PointLength,
  type Signature,
  type SignaturePoint,
  signatureOf,
} from '../../domain/weather/signature.ts';
import { ownStandardYear, standardDegreeDays } from '../../domain/weather/standard-year.ts';
import { correctForWeather } from '../../domain/weather/weather-corrected.ts';
import {
  addDays,
  boundariesOf,
  dateOf,
  dayPeriod,
  halfHourSeconds,
  halfHoursInDay,
  type Period,
  startOfDay,
} from '../../domain/time.ts';
import { dates } from './small-estate.ts';

/** Half-hours of a period from a function of their instant. */
function halfHourly(period: Period, at: (instant: number) => number): Temperatures {
  const count = (period.to - period.from) / halfHourSeconds;
  const values = Float64Array.from({ length: count }, (_, i) => at(period.from + i * halfHourSeconds));
  return { kind: 'half_hourly', mean: { from: period.from, values } };
}

const day = (temperatures: Temperatures, date: string, method: DegreeDayMethod, base = 15.5): number | undefined =>
  degreeDaysOf(temperatures, dayPeriod(date), { method, base })[0]?.degreeDays;

describe('degree days from half-hours', () => {
  test.each(degreeDayMethodNames)('of an even day below the base are the difference, by %s', (method) => {
    const period = dayPeriod('2026-01-15');
    expect(
      day(
        halfHourly(period, () => 5.5),
        '2026-01-15',
        method,
      ),
    ).toBeCloseTo(10, 12);
  });

  test.each([
    ['2026-03-29', 46],
    ['2026-10-25', 50],
    ['2026-01-15', 48],
  ])('%s counts as one day although it has %d half-hours', (date, halfHours) => {
    expect(halfHoursInDay(date)).toBe(halfHours);
    const period = dayPeriod(date);
    // Ten degrees too cold in its first half, warm in the second.
    const middle = (period.from + period.to) / 2;
    const temperatures = halfHourly(period, (at) => (at < middle ? 5.5 : 20));
    expect(day(temperatures, date, 'half_hourly')).toBeCloseTo(5, 12);
    expect(day(temperatures, date, 'met_office')).toBe(metOfficeDegreeDays(20, 5.5, 15.5));
  });

  test('are not known where more than a tenth of the day is not, and 0 where it was warm', () => {
    const period = dayPeriod('2026-01-15');
    const without = (count: number) =>
      halfHourly(period, (at) => (at < period.from + count * halfHourSeconds ? Number.NaN : 20));
    for (const method of degreeDayMethodNames) {
      expect(day(without(4), '2026-01-15', method)).toBe(0);
      expect(day(without(5), '2026-01-15', method)).toBeUndefined();
    }
  });

  test('reach no further than what was read', () => {
    const read = halfHourly(dayPeriod('2026-01-15'), () => 10);
    const days = degreeDaysOf(read, dates('2026-01-14', '2026-01-17'), { method: 'half_hourly', base: 15.5 });
    expect(days.map(({ degreeDays }) => degreeDays)).toEqual([undefined, 5.5, undefined]);
  });

  test('by the four cases lie between the simple ones and the deepest difference, whatever the day', () => {
    const temperature = fc.integer({ min: -150, max: 350 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(temperature, temperature, fc.constantFrom(15.5, 18.5), (a, b, base) => {
        const [lowest, highest] = [Math.min(a, b), Math.max(a, b)];
        const found = metOfficeDegreeDays(highest, lowest, base);
        expect(found).toBeGreaterThanOrEqual(Math.max(0, base - (highest + lowest) / 2) - 1e-9);
        expect(found).toBeLessThanOrEqual(Math.max(0, base - lowest) + 1e-9);
      }),
    );
  });
});

describe("degree days from a day's highest and lowest", () => {
  const period = dates('2026-03-28', '2026-03-31');
  const stamped = (values: Readonly<Record<string, number>>) => {
    const count = (period.to - period.from) / halfHourSeconds;
    const list = new Float64Array(count).fill(Number.NaN);
    for (const [date, value] of Object.entries(values)) {
      list[(startOfDay(date) + 12 * 3600 - period.from) / halfHourSeconds] = value;
    }
    return { from: period.from, values: list };
  };
  const temperatures: Temperatures = {
    kind: 'daily',
    highest: stamped({ '2026-03-28': 17, '2026-03-29': 12 }),
    lowest: stamped({ '2026-03-28': 11, '2026-03-29': 7, '2026-03-30': 3 }),
  };
  const of = (method: DegreeDayMethod) =>
    degreeDaysOf(temperatures, period, { method, base: 15.5 }).map(({ degreeDays }) => degreeDays);

  test('are those of the vectors, and not known where one of the two is not', () => {
    expect(of('met_office')).toEqual([1.875, 6, undefined]);
    expect(of('simple')).toEqual([1.5, 6, undefined]);
  });
  test('cannot be a mean of half-hours', () => {
    expect(of('half_hourly')).toEqual([undefined, undefined, undefined]);
  });
});

describe('degree days of a period', () => {
  const list = (known: (index: number) => boolean): DayDegrees[] =>
    Array.from({ length: 30 }, (_, i) => ({ date: addDays('2026-04-01', i), degreeDays: known(i) ? 6 : undefined }));
  const april = dates('2026-04-01', '2026-05-01');
  test('take the few days that are not known for the mean of the others', () => {
    expect(
      degreeDaysIn(
        list((i) => i > 2),
        april,
      ),
    ).toEqual({ degreeDays: 180, days: 30, knownDays: 27 });
  });
  test('are not known where more than a tenth of the days is not', () => {
    expect(
      degreeDaysIn(
        list((i) => i > 3),
        april,
      ),
    ).toEqual({ degreeDays: undefined, days: 30, knownDays: 26 });
  });
});

describe('a standard year of the own temperatures', () => {
  const basis = { method: 'half_hourly', base: 15.5 } as const;
  const days: DayDegrees[] = [];
  for (let date = '2023-01-01'; date < '2026-01-01'; date = addDays(date, 1)) {
    // Each year a degree colder than the one before; the last year's February was not read.
    const degreeDays = date >= '2025-02-01' && date < '2025-03-01' ? undefined : Number(date.slice(0, 4)) - 2020;
    days.push({ date, degreeDays });
  }
  test('is for each month the mean of the years that know it', () => {
    const own = ownStandardYear(days, basis, { first: 2023, last: 2025, of: 'bath' });
    expect(own).toMatchObject({ ...basis, region: 'bath', id: 'own-2023-2025' });
    expect(own?.byMonth[0]).toBeCloseTo(31 * 4, 9);
    // 28 days of 2023 at 3, 29 of 2024 at 4.
    expect(own?.byMonth[1]).toBeCloseTo((28 * 3 + 29 * 4) / 2, 9);
  });
  test('is none where a month is known in no year', () => {
    expect(ownStandardYear(days, basis, { first: 2025, last: 2025, of: 'bath' })).toBeUndefined();
  });
  test('gives a part of a month its share of days', () => {
    const own = ownStandardYear(days, basis, { first: 2023, last: 2025, of: 'bath' });
    if (!own) throw new Error('no standard year');
    expect(standardDegreeDays(own, dates('2026-01-11', '2026-01-21'))).toBeCloseTo(40, 9);
    expect(standardDegreeDays(own, dates('2025-12-22', '2026-01-11'))).toBeCloseTo(80, 9);
  });
});

/** Points of equal length with the use that a function gives them. */
function pointsOf(count: number, perDay: (degreeDays: number, i: number) => number, coldest = 12): SignaturePoint[] {
  return Array.from({ length: count }, (_, i) => {
    const degreeDays = (coldest * (1 + Math.cos((2 * Math.PI * i) / count))) / 2;
    const from = startOfDay(addDays('2025-01-01', i));
    const heatingDays = degreeDays > 0 ? 1 : 0;
    return {
      from,
      to: from + 86_400,
      days: 1,
      perDay: perDay(degreeDays, i),
      degreeDaysPerDay: degreeDays,
      heatingDays,
    };
  });
}

function signature(points: readonly SignaturePoint[], length: PointLength = 'day'): Signature {
  return signatureOf({ points, length, base: 15.5, asked: points.length });
}

const refusals = (found: Signature) => found.refused.map(({ criterion }) => criterion);

describe('a signature', () => {
  test('that is true is found again, and so is how far it may be off', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 1, max: 2 ** 31 }),
        (baseload, slope, seed) => {
          let state = seed;
          const noise = (): number => {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
            return state / 2 ** 32 - 0.5;
          };
          const points = pointsOf(365, (degreeDays) => 100 + baseload + slope * degreeDays + 50 * noise());
          const found = signature(points);
          expect(found.relation).toBe('heating');
          const { line } = found;
          // Five standard errors: beyond them lies one draw in a million.
          expect(Math.abs((line?.slope ?? 0) - slope)).toBeLessThan(5 * (line?.slopeError ?? 0));
          expect(Math.abs((line?.baseload ?? 0) - 100 - baseload)).toBeLessThan(5 * (line?.baseloadError ?? 0));
        },
      ),
    );
  });

  test('is none where use has nothing to do with the weather, and says so', () => {
    const found = signature(pointsOf(365, (_, i) => 500 + (i % 7) * 20));
    expect(found.relation).toBe('none');
    expect(refusals(found)).toContain('slope-certain');
    expect(found.meanPerDay).toBeCloseTo(560, 0);
    expect(cusumOf(found, [{ from: 0, to: 1, days: 10, actual: 6000, degreeDays: 80 }])[0]?.expected).toBeCloseTo(
      10 * (found.meanPerDay ?? 0),
      9,
    );
  });

  const refused: readonly (readonly [string, SignaturePoint[]])[] = [
    ['heating-days', pointsOf(9, (degreeDays) => 100 + 10 * degreeDays)],
    ['heating-degree-days', pointsOf(20, (degreeDays) => 100 + 10 * degreeDays, 0.9)],
    ['not-negative', pointsOf(365, (degreeDays) => 2000 - 100 * degreeDays)],
    ['not-negative', pointsOf(365, (degreeDays) => Math.max(0, 100 * degreeDays - 400))],
    ['use-not-negative', pointsOf(365, (degreeDays, i) => (i === 180 ? -1 : 100 + 10 * degreeDays))],
    ['slope-certain', pointsOf(365, () => 700)],
    ['points-apart', pointsOf(2, (degreeDays) => 100 + 10 * degreeDays)],
    ['points-apart', []],
  ];
  test.each(refused)('is refused for %s', (criterion, points) => {
    const found = signature(points);
    expect(found.relation).toBe('none');
    expect(refusals(found)).toContain(criterion);
    for (const unmet of found.refused) expect(sayUnmet(unmet)).toMatch(/ is asked \(/);
  });
  test('cases of refusal', () => {
    expect(refused).toHaveLength(8);
    expect(Object.keys(fitCriteria)).toHaveLength(13);
  });

  test('is told with its doubts where it is poor', () => {
    const found = signature(pointsOf(100, (degreeDays, i) => 100 + 10 * degreeDays + (i % 2) * 160));
    expect(found.relation).toBe('heating');
    expect(found.doubts.map(({ criterion }) => criterion)).toEqual(['r-squared', 'cv-of-days', 'days-covered']);
  });

  test('says that points are missing, and that some are far above the rest', () => {
    const points = pointsOf(200, (degreeDays, i) => (i === 50 ? 9000 : 500 + 40 * degreeDays));
    const found = signatureOf({ points, length: 'day', base: 15.5, asked: 365 });
    const doubts = found.doubts.map(({ criterion }) => criterion);
    expect(doubts).toEqual(expect.arrayContaining(['points-kept', 'no-extremes', 'days-covered']));
  });
});

describe('weather-corrected use', () => {
  const good = signature(pointsOf(365, (degreeDays) => 500 + 120 * degreeDays));
  const none = signature(pointsOf(365, () => 700));
  test('is what was used, where there is no relation or less than the baseload was used', () => {
    const request = { days: 30, actual: 14_000, degreeDays: 250, standardDegreeDays: 275 };
    expect(correctForWeather({ ...request, signature: none })).toEqual({ corrected: 14_000, note: 'no-relation' });
    expect(correctForWeather({ ...request, signature: good })).toEqual({ corrected: 14_000, note: 'below-baseload' });
  });
  test('is not known where there were next to no degree days', () => {
    const request = { days: 31, actual: 16_000, degreeDays: 4, standardDegreeDays: 42 };
    expect(correctForWeather({ ...request, signature: good })).toEqual({ corrected: undefined, note: 'too-warm' });
  });
});

test('a CUSUM goes no further than the first bucket that is not known', () => {
  const good = signature(pointsOf(365, (degreeDays) => 500 + 120 * degreeDays));
  const bucket = (actual: number | undefined) => ({ from: 0, to: 1, days: 1, actual, degreeDays: 5 });
  const found = cusumOf(good, [bucket(1110), bucket(undefined), bucket(1100)]);
  expect(found.map(({ cumulative }) => cumulative && Math.round(cumulative))).toEqual([10, undefined, undefined]);
  expect(found[2]?.difference).toBeCloseTo(0, 6);
});

/** A school's gas against the temperatures of its town, October 2016 to September 2017. */
describe('a real year', () => {
  const folder = join(import.meta.dirname, 'paulton-and-bath');
  const rows = (file: string): string[][] =>
    readFileSync(join(folder, file), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
  const gas = new Map(rows('gas-by-day.csv').map(([date = '', kwh]) => [date, Number(kwh)]));
  const period = dates('2016-10-01', '2017-10-01');
  // The file is by the clock and knows no changed days: half-hour k of a date is taken k half-hours after midnight.
  const values = new Float64Array((period.to - period.from) / halfHourSeconds).fill(Number.NaN);
  for (const [date = '', ...list] of rows('temperatures-by-half-hour.csv')) {
    const first = (startOfDay(date) - period.from) / halfHourSeconds;
    for (const [k, value] of list.slice(0, halfHoursInDay(date)).entries()) values[first + k] = Number(value);
  }
  const temperatures: Temperatures = { kind: 'half_hourly', mean: { from: period.from, values } };

  function pointsBy(length: PointLength, base: number): SignaturePoint[] {
    const days = degreeDaysOf(temperatures, period, { method: 'half_hourly', base });
    const cuts = boundariesOf(period, length);
    return cuts.slice(0, -1).map((from, i) => {
      const to = cuts[i + 1] ?? from;
      const own = days.filter(({ date }) => date >= dateOf(from) && date < dateOf(to));
      const sum = (of: (one: DayDegrees) => number) => own.reduce((all, one) => all + of(one), 0);
      return {
        from,
        to,
        days: own.length,
        perDay: sum(({ date }) => gas.get(date) ?? Number.NaN) / own.length,
        degreeDaysPerDay: sum(({ degreeDays }) => degreeDays ?? Number.NaN) / own.length,
        heatingDays: own.filter(({ degreeDays }) => (degreeDays ?? 0) > 0).length,
      };
    });
  }
  const at = (length: PointLength, base: number) => signature(pointsBy(length, base), length);

  test('is there in full', () => {
    expect([gas.size, values.filter(Number.isNaN).length]).toEqual([365, 2]);
  });

  test('has gas that follows the weather by month, the better the milder the base is tried', () => {
    const found = at('month', 15.5);
    expect(found.relation).toBe('heating');
    expect(found.line?.rSquared).toBeGreaterThan(0.8);
    expect(found.line?.slope).toBeGreaterThan(30);
  });

  test('has days of which the weather says less, as a school closes at weekends, and says so', () => {
    const found = at('day', 15.5);
    expect(found.relation).toBe('heating');
    expect(found.doubts.map(({ criterion }) => criterion)).toContain('r-squared');
  });

  test('has a base that fits best, and it is among those that were tried', () => {
    const best = bestBase((base) => at('month', base));
    expect(best?.line?.adjustedRSquared).toBeGreaterThanOrEqual(at('month', 15.5).line?.adjustedRSquared ?? 1);
    expect(best?.base).toBeGreaterThanOrEqual(8);
    expect(best?.base).toBeLessThanOrEqual(20);
  });

  test('has no relation where the gas of each day is set against the weather of half a year later', () => {
    const points = pointsBy('day', 15.5);
    const moved = points.map((point, i) => ({
      ...point,
      degreeDaysPerDay: points[(i + 182) % points.length]?.degreeDaysPerDay ?? 0,
    }));
    expect(refusals(signature(moved))).toContain('not-negative');
  });

  test('agrees with a second method of least squares', () => {
    const points = pointsBy('month', 15.5);
    const [x, y] = [points.map((one) => one.degreeDaysPerDay), points.map((one) => one.perDay)];
    const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const [mx, my] = [mean(x), mean(y)];
    const slope =
      x.reduce((sum, one, i) => sum + (one - mx) * ((y[i] ?? 0) - my), 0) /
      x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
    const line = fitLine(x, y);
    expect(line?.slope).toBeCloseTo(slope, 9);
    expect(line?.baseload).toBeCloseTo(my - slope * mx, 9);
  });
});
