import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  expectedSpan,
  figureOf,
  figureOfHalfHours,
  shareOfGap,
  sumOfHalfHours,
  withoutGaps,
} from '../../domain/half-hours/day-figures.ts';
import type { Gap, HalfHour } from '../../domain/half-hours/half-hours.ts';
import { aHalfHour, seconds } from './a-meter.ts';

const noon = seconds('2026-03-02T12:00:00Z');
const hours = (from: number, to: number): { from: number; to: number } => ({
  from: noon + from * 3600,
  to: noon + to * 3600,
});
const gapOf = (from: number, to: number, energy: number | undefined): Gap => ({
  meter: 'm',
  ...hours(from, to),
  energy,
  volume: undefined,
});
/** Ten half-hours: six measured of 10 kWh, two estimated of 5, two missing. */
const ten: HalfHour[] = [10, 10, 10, 10, 10, 10].map((energy, i) => aHalfHour(noon + i * 1800, energy));
ten.push(aHalfHour(noon + 6 * 1800, 5, 'estimated'), aHalfHour(noon + 7 * 1800, 5, 'estimated'));
ten.push(aHalfHour(noon + 8 * 1800, undefined), aHalfHour(noon + 9 * 1800, undefined));

describe('the figure of a period', () => {
  const period = hours(0, 5);

  test('weighs what is missing by the total of its gap', () => {
    const figure = figureOfHalfHours(ten, [gapOf(4, 5, 50)], period, period);
    expect(figure.energy).toBe(120);
    expect(figure.measuredShare).toBeCloseTo(60 / 120, 12);
    expect(figure.measuredShareOfTime).toBeCloseTo(6 / 10, 12);
    expect(figure).toMatchObject({ measuredHalfHours: 6, estimatedHalfHours: 2, missingHalfHours: 2, gapHalfHours: 2 });
  });

  test('weighs what is missing by the mean of what is known, where no total is', () => {
    const figure = figureOfHalfHours(ten, [], period, period);
    expect(figure.energy).toBe(70);
    expect(figure.measuredShare).toBeCloseTo(60 / (70 + 2 * (70 / 8)), 12);
  });

  test('takes a share of a gap that its end cuts, and all of one that lies in it', () => {
    expect(shareOfGap(gapOf(0, 4, 80), hours(1, 2))).toEqual({ halfHours: 2, energy: 20 });
    expect(shareOfGap(gapOf(0, 4, 80), hours(-1, 9))).toEqual({ halfHours: 8, energy: 80 });
    expect(shareOfGap(gapOf(0, 4, 80), hours(4, 9))).toEqual({ halfHours: 0 });
  });

  test('nothing known is not nothing used', () => {
    const figure = figureOfHalfHours([], [], period, period);
    expect(figure.energy).toBeUndefined();
    expect(figure).toMatchObject({ missingHalfHours: 10, measuredShare: 0, measuredShareOfTime: 0 });
  });

  test('a meter that measured no use is measured', () => {
    const still = Array.from({ length: 10 }, (_, i) => aHalfHour(noon + i * 1800, 0));
    expect(figureOfHalfHours(still, [], period, period)).toMatchObject({ energy: 0, measuredShare: 1 });
  });

  test('water is weighed by its volume', () => {
    const rows = ten.map((row) => ({ ...row, energy: undefined, volume: row.energy }));
    expect(figureOfHalfHours(rows, [], period, period).measuredShare).toBeCloseTo(60 / 87.5, 12);
  });

  test('what is not over, or not valid, is not missing', () => {
    const forEver = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    expect(expectedSpan(period, forEver, noon + 3700)).toEqual(hours(0, 1));
    expect(expectedSpan(period, hours(1, 3), noon + 90_000)).toEqual(hours(1, 3));
    expect(expectedSpan(period, hours(8, 9), noon + 90_000)).toEqual(hours(8, 8));
  });
});

const rows = fc.array(
  fc.record({
    energy: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
    estimated: fc.boolean(),
  }),
  { minLength: 1, maxLength: 48, size: 'max' },
);

describe('periods', () => {
  test('the parts of a period add up to it, gaps and all, and order does not matter', () => {
    fc.assert(
      fc.property(
        rows,
        fc.nat({ max: 48 }),
        fc.nat({ max: 40 }),
        fc.integer({ min: 1, max: 8 }),
        (list, cut, at, long) => {
          const halfHours = list.map(({ energy, estimated }, i) =>
            aHalfHour(noon + i * 1800, energy, energy === undefined ? 'missing' : estimated ? 'estimated' : 'measured'),
          );
          const gaps = [gapOf(at / 2, (at + long) / 2, 33)];
          const whole = hours(0, 24);
          const middle = noon + cut * 1800;
          const parts = [
            { from: whole.from, to: middle },
            { from: middle, to: whole.to },
          ];
          const energyIn = (period: { from: number; to: number }, order: readonly HalfHour[]): number =>
            figureOfHalfHours(order, gaps, period, period).energy ?? 0;
          const sum = parts.reduce((total, part) => total + energyIn(part, halfHours), 0);
          expect(sum).toBeCloseTo(energyIn(whole, halfHours.toReversed()), 9);
          const share = figureOfHalfHours(halfHours, gaps, whole, whole).measuredShare;
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  test('days added up and half-hours added up give one share', () => {
    const gaps = [gapOf(4, 5, 50)];
    const day = hours(0, 5);
    const direct = figureOfHalfHours(ten, gaps, day, day);
    const fromDays = figureOf(withoutGaps(direct, gaps, day), gaps, day, day);
    expect(fromDays).toEqual(direct);
    expect(sumOfHalfHours(ten, day)).toMatchObject({ energy: 70, measuredEnergy: 60 });
  });
});
