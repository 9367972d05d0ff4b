import { describe, expect, test } from 'vitest';
import { cusumOf } from '../../domain/weather/cusum.ts';
import { metOfficeDegreeDays, simpleDegreeDays } from '../../domain/weather/degree-days.ts';
import {
  expectedUse,
  fitLine,
  heatLossCoefficient,
  type Line,
  type Signature,
  type SignaturePoint,
  signatureOf,
} from '../../domain/weather/signature.ts';
import { standardDegreeDays, standardYearFor, standardYears } from '../../domain/weather/standard-year.ts';
import { correctForWeather } from '../../domain/weather/weather-corrected.ts';
import { boundariesOf } from '../../domain/time.ts';
import { dates } from './small-estate.ts';

/** Numbers that were worked out elsewhere, each as it was given. */

const standard = standardYearFor('uk-vesma', { method: 'met_office', base: 15.5 });
const degreeDays = standard.byMonth;
/** The older copy of the table has 44 in August. */
const olderDegreeDays = degreeDays.map((value, month) => (month === 7 ? 44 : value));
const year = dates('2025-01-01', '2026-01-01');
const cuts = boundariesOf(year, 'month');
const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const h1 = days.map((count, i) => 500 * count + 120 * (degreeDays[i] ?? 0));
const h2 = [61_013, 56_691, 49_606, 44_249, 32_611, 24_967, 19_924, 21_527, 24_211, 37_842, 46_560, 58_731];

function points(gas: readonly number[], byMonth: readonly number[]): SignaturePoint[] {
  return gas.map((kwh, i) => ({
    from: cuts[i] ?? 0,
    to: cuts[i + 1] ?? 0,
    days: days[i] ?? 0,
    perDay: kwh / (days[i] ?? 0),
    degreeDaysPerDay: (byMonth[i] ?? 0) / (days[i] ?? 0),
    heatingDays: days[i] ?? 0,
  }));
}

function monthly(gas: readonly number[], byMonth = degreeDays): Signature {
  return signatureOf({ points: points(gas, byMonth), length: 'month', base: 15.5, asked: 12 });
}

function lineOf(signature: Signature): Line {
  if (!signature.line) throw new Error('no line');
  return signature.line;
}

describe('degree days of a day at 15.5 °C', () => {
  const vectors: readonly (readonly [highest: number, lowest: number, metOffice: number, simple: number])[] = [
    [9, 3, 9.5, 9.5],
    [12, 7, 6, 6],
    [17, 11, 1.875, 1.5],
    [18, 8, 3.125, 2.5],
    [25, 12, 0.875, 0],
    [19, 14, 0.375, 0],
    [20, 16, 0, 0],
  ];
  test('there are seven vectors', () => {
    expect(vectors).toHaveLength(7);
  });
  test.each(vectors)('highest %d, lowest %d: %d by the four cases, %d simply', (highest, lowest, metOffice, simple) => {
    expect(metOfficeDegreeDays(highest, lowest, 15.5)).toBe(metOffice);
    expect(simpleDegreeDays(highest, lowest, 15.5)).toBe(simple);
  });
  test('are never taken from half the difference, as one page has it', () => {
    expect(simpleDegreeDays(9, 3, 15.5)).not.toBe(15.5 - (9 - 3) / 2);
  });
});

describe('the published standard year', () => {
  const tables: readonly (readonly [base: number, january: number, august: number, total: number])[] = [
    [15.5, 395, 45, 2463],
    [18.5, 488, 100, 3422],
  ];
  test('has two bases', () => {
    expect(tables).toHaveLength(2);
    expect(standardYears().map(({ base }) => base)).toEqual(tables.map(([base]) => base));
  });
  test.each(tables)('at %d °C adds up to its published total', (base, january, august, total) => {
    const table = standardYearFor('uk-vesma', { method: 'met_office', base });
    expect([table.byMonth[0], table.byMonth[7], table.byMonth.length]).toEqual([january, august, 12]);
    expect(table.byMonth.reduce((sum, one) => sum + one, 0)).toBe(total);
    expect(standardDegreeDays(table, year)).toBeCloseTo(total, 9);
  });
  test('names its region and its source, and says that its method is quoted', () => {
    expect(standard.region).toMatch(/United Kingdom/);
    expect(standard.source).toMatch(/vesma\.com/);
    expect(standard.licence).toMatch(/acknowledged/);
    expect(standard.standing).toBe('quoted');
  });
  test.each([
    ['half_hourly', 15.5],
    ['simple', 18.5],
    ['met_office', 17],
  ] as const)('is refused beside degree days by %s at %d °C', (method, base) => {
    expect(() => standardYearFor('uk-vesma', { method, base })).toThrow(/weather\.basis-mixed/);
  });
});

describe('H1: 500 kWh a day and 120 kWh a degree day', () => {
  const line = lineOf(monthly(h1));
  test('is found again per day', () => {
    expect(line.baseload).toBeCloseTo(500, 6);
    expect(line.slope).toBeCloseTo(120, 6);
    expect(line.rSquared).toBeCloseTo(1, 12);
  });
  test('expects 478,060 kWh of a year of 2,463 degree days', () => {
    expect(h1.reduce((sum, one) => sum + one, 0)).toBe(478_060);
    expect(expectedUse(monthly(h1), 365, 2463)).toBeCloseTo(478_060, 3);
  });
  test('means a heat-loss coefficient of 4,250 W/K at an efficiency of 0.85', () => {
    expect(heatLossCoefficient(120, 0.85)).toBeCloseTo(4250, 9);
  });
});

describe('H2', () => {
  test('on month totals is as printed', () => {
    const line = fitLine(degreeDays, h2);
    expect(line?.baseload).toBeCloseTo(15_434.919, 3);
    expect(line?.slope).toBeCloseTo(118.844, 3);
    expect(line?.rSquared).toBeCloseTo(0.993394, 6);
    expect(line?.adjustedRSquared).toBeCloseTo(0.992733, 6);
    expect(100 * (line?.cvRmse ?? 0)).toBeCloseTo(3.2286, 4);
    expect(line?.n).toBe(12);
  });
  test('per day is 500.805 kWh/day and 119.946 kWh per degree day, by the older table with 44 in August', () => {
    const line = lineOf(monthly(h2, olderDegreeDays));
    expect(line.baseload).toBeCloseTo(500.805, 3);
    expect(line.slope).toBeCloseTo(119.946, 3);
  });
  test('per day by the table as it is cited now, with 45', () => {
    const line = lineOf(monthly(h2));
    expect(line.baseload).toBeCloseTo(499.741, 3);
    expect(line.slope).toBeCloseTo(120.055, 3);
  });
  test('a month total’s constant over its days is another number than the baseload per day', () => {
    const total = fitLine(degreeDays, h2);
    expect(((total?.baseload ?? 0) * 12) / 365).not.toBeCloseTo(lineOf(monthly(h2)).baseload, 0);
  });
  test('is a good fit', () => {
    const signature = monthly(h2);
    expect([signature.relation, signature.refused, signature.doubts]).toEqual(['heating', [], []]);
  });
});

describe('H3: a tenth more from May on', () => {
  const cumulative = [0, 0, 0, 0, 3362, 5786, 7840, 9930, 12_426, 16_100, 20_900, 26_602];
  test('is the CUSUM of twelve months', () => {
    const actual = h1.map((kwh, month) => (month < 4 ? kwh : Math.round(kwh * 1.1)));
    const found = cusumOf(
      monthly(h1),
      actual.map((kwh, i) => ({
        from: cuts[i] ?? 0,
        to: cuts[i + 1] ?? 0,
        days: days[i] ?? 0,
        actual: kwh,
        degreeDays: degreeDays[i],
      })),
    );
    expect(cumulative).toHaveLength(12);
    expect(found.map((point) => Math.round(point.cumulative ?? Number.NaN) + 0)).toEqual(cumulative);
  });
});

describe('weather-corrected use', () => {
  test('is what follows the weather scaled by degree days, and the baseload as it was', () => {
    const { corrected } = correctForWeather({
      signature: monthly(h1),
      days: 365,
      actual: 500 * 365 + 130 * 2000,
      degreeDays: 2000,
      standardDegreeDays: 2463,
    });
    expect(corrected).toBeCloseTo(500 * 365 + 130 * 2463, 3);
  });
});
