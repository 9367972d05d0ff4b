import { expect, test } from 'vitest';
import { historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { score, type ToldDay, type ToldHalfHour } from '../../simulators/score.ts';
import { truthOf } from '../../simulators/truth.ts';
import { sampleEstate } from './sample-estate.ts';

const start = Date.parse('2025-08-01T00:00:00Z') / 1000;
const model = modelOf({ estate: sampleEstate(), seed: 5, start });
const truth = truthOf(model);
const period = { from: start + 3_600, to: start + 3_600 + 86_400 };
const real = truth.amount('sal-e-main', period);
const told = (amount: number | undefined, notMeasured = 0): ToldDay => ({
  meter: 'sal-e-main',
  period,
  amount,
  notMeasured,
});

test('a day within a thousandth or one step is right; beyond it it must be marked', () => {
  const days = [
    told(real),
    told(real * 1.0009),
    told(real * 1.002),
    told(real * 1.5, 3),
    told(undefined, 48),
    told(undefined),
  ];
  const { days: scored } = score(truth, { days });
  expect([scored.right, scored.marked, scored.wrong.length]).toEqual([2, 2, 2]);
  expect(scored.wrong[0]).toEqual({ meter: 'sal-e-main', from: period.from, told: real * 1.002, truth: real });
});

test('one step of a coarse register is allowed where a thousandth is less', () => {
  expect(truth.step('sal-g-boilers')).toBe(1);
  expect(truth.step('sal-e-main')).toBeCloseTo(1, 12);
  const night = { from: start, to: start + 1_800 };
  const amount = truth.amount('sal-g-boilers', night);
  const half = (off: number, quality: ToldHalfHour['quality'] = 'measured'): ToldHalfHour => ({
    meter: 'sal-g-boilers',
    start,
    amount: amount + off,
    quality,
  });
  const { halfHours } = score(truth, { days: [], halfHours: [half(0.9), half(1.1), half(40, 'estimated')] });
  expect([halfHours.right, halfHours.wrong.length, halfHours.notMeasured]).toEqual([1, 1, 1]);
});

test('the difference of the registers as shown scores right on every day of every meter', () => {
  const days: ToldDay[] = [];
  const perCount: Record<string, number> = {
    'sal-e-main': 100,
    'sal-e-chp': 1000,
    'pel-g-main': 2.83,
    'sal-w-plant': 0.01,
    'sal-w-catering': 0.001,
    'osi-w-main': 0.001,
    'pel-w-main': 0.001,
    'tid-w-main': 0.001,
    'tid-g-main': 0.01,
  };
  for (const [id, meter] of model.estate.meters) {
    const shown = [...historyOf(model, { from: start, to: start + 7 * 86_400 }, { meters: [id] })]
      .flat()
      .filter(({ register }) => register !== undefined);
    for (let day = 0; day < 7 && shown.length > 0; day++) {
      const first = Number(shown[day * 48]?.register);
      const last = Number(shown[day * 48 + 48]?.register);
      const times = perCount[id] ?? (meter.unit === 'Wh' ? 0.001 : 1);
      const capacity = 10 ** (meter.register?.digits ?? 8);
      days.push({
        meter: id,
        period: { from: start + day * 86_400, to: start + (day + 1) * 86_400 },
        amount: ((last - first + capacity) % capacity) * times,
        notMeasured: 0,
      });
    }
  }
  expect(days).toHaveLength(59 * 7);
  expect(score(truth, { days }).days).toEqual({ right: 59 * 7, marked: 0, wrong: [] });
});
