import { describe, expect, test } from 'vitest';
import { budgetMonths, problemsOf, varianceOf } from '../../../domain/budgets/budget.ts';
import type { CarryForward } from '../../../domain/tariffs/carry-forward.ts';
import { forecastOf, joinLoads, partOf } from '../../../domain/budgets/forecast.ts';
import type { Load } from '../../../domain/tariffs/load.ts';
import { Money } from '../../../domain/tariffs/money.ts';
import { certain, sumMoney } from '../../../domain/tariffs/range.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { wholeOf } from '../../../domain/tariffs/supply-point-costs.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import {
  boundariesOf,
  dateOf,
  daysBetween,
  halfHourSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../../../domain/time.ts';
import { predictionError, studentTAt, useModelOf, type UseModel } from '../../../domain/weather/prediction.ts';
import { fitLine } from '../../../domain/weather/signature.ts';

/** Use of the rest of a year, its band, and what both cost, by published figures and hand-worked numbers. */

const span = (from: LocalDate, to: LocalDate): Period => ({ from: startOfDay(from), to: startOfDay(to) });
const stretch = (days: number, degreeDays: number, month = '2026-01-01') => ({
  month,
  days,
  monthDays: days,
  degreeDays,
});

describe('the error of a prediction', () => {
  // Ezekiel's stopping distances of cars, which R brings as `cars`.
  const speed = [
    4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 16, 16, 17, 17,
    17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25,
  ];
  const distance = [
    2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26, 54, 32, 40, 32,
    40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85,
  ];
  const line = fitLine(speed, distance);
  const points = speed.map((x, i) => ({ perDay: distance[i] as number, degreeDaysPerDay: x }));
  const model = useModelOf(points, { relation: 'heating', line, points: points as never });

  // predict(lm(dist ~ speed, cars), interval = "prediction") of R; its t at 48 degrees of freedom is 2.010635.
  test.each([
    [12, 29.60981, 60.969149],
    [19, 57.13667, 88.511584],
    [24, 76.79872, 108.844962],
  ])('at %i mph is that of R', (x, fit, upper) => {
    expect(line && line.baseload + line.slope * x).toBeCloseTo(fit, 4);
    const error = model && predictionError(model.scatter, [stretch(1, x)]);
    expect(fit + 2.010635 * (error ?? 0)).toBeCloseTo(upper, 3);
  });

  test('of several months together is less than the sum of theirs, and more than the root of their squares', () => {
    const months = [12, 19, 24].map((x) => stretch(1, x));
    const scatter = model?.scatter;
    if (!scatter) throw new Error('no model');
    const each = months.map((one) => predictionError(scatter, [one]));
    const together = predictionError(scatter, months);
    expect(together).toBeLessThan(each.reduce((sum, one) => sum + one, 0));
    expect(together).toBeGreaterThan(scatter.deviation * Math.sqrt(3));
  });

  test('without a relation follows from the spread of the months', () => {
    // 10, 12, 14 kWh a day: s = 2. A month of 30 days: 2 × √(30² + 30²/3); ten days of it: 2 × √(300 + 100/3).
    const months = [10, 12, 14].map((perDay) => ({ perDay, degreeDaysPerDay: 0 }));
    const scatter = useModelOf(months, undefined)?.scatter;
    if (!scatter) throw new Error('no model');
    expect(scatter).toMatchObject({ deviation: 2, degreesOfFreedom: 2 });
    expect(predictionError(scatter, [stretch(30, 0)])).toBeCloseTo(2 * Math.sqrt(1200), 9);
    const part = { ...stretch(10, 0), monthDays: 30 };
    expect(predictionError(scatter, [part])).toBeCloseTo(2 * Math.sqrt(1000 / 3), 9);
    expect(useModelOf(months.slice(1), undefined)).toBeUndefined();
  });

  test('Student’s t is that of the table', () => {
    expect([1, 2, 10, 30, 100].map(studentTAt)).toEqual([6.314, 2.92, 1.812, 1.697, 1.697]);
  });
});

/** 2025/26 has every month of 2024/25's; degree days of a day by month, easy to add up. */
const [year, budgetYear] = [span('2025-04-01', '2026-04-01'), span('2026-04-01', '2027-04-01')];
const degreeDaysOn = (month: LocalDate): number =>
  [10, 9, 8, 6, 3, 1, 0, 0, 2, 5, 8, 10][Number(month.slice(5, 7)) - 1] ?? 0;
const exact: UseModel = {
  kind: 'weather',
  baseload: 480,
  slope: 100,
  scatter: { deviation: 0, points: 12, degreesOfFreedom: 10, weather: { mean: 5, squares: 150 } },
};

/** A load that follows the model: twice as much in the half-hours of 08:00 to 18:00 as in others, alike every day. */
function modelled({ from, to }: Period): Load {
  const use = new Float64Array((to - from) / halfHourSeconds);
  const cuts = boundariesOf({ from, to }, 'day');
  for (const [i, start] of cuts.slice(0, -1).entries()) {
    const end = cuts[i + 1] as number;
    const daily = 480 + 100 * degreeDaysOn(monthOf(dateOf(start)));
    const count = (end - start) / halfHourSeconds;
    for (let at = start; at < end; at += halfHourSeconds) {
      const hour = (at - start) / 3600;
      const isBusy = hour >= 8 && hour < 18;
      use[(at - from) / halfHourSeconds] = (daily * (isBusy ? 2 : 1)) / (count + 20);
    }
  }
  return { unit: 'kWh', from, use: certain(use) };
}

const tariff = tariffSchema.parse({
  id: 'flat',
  name: 'One rate',
  supplier: 'S',
  utility: 'electricity',
  contract: 'fixed',
  valid_from: '2025-04-01',
  valid_to: '2028-03-31',
  charges: [
    {
      id: 'energy',
      name: 'Energy',
      kind: 'energy',
      unit: 'p/kWh',
      base: 'meter',
      rates: [{ valid_from: '2025-04-01', value: 20 }],
    },
    { id: 'day', name: 'Day', kind: 'supplier', unit: 'GBP/day', rates: [{ valid_from: '2025-04-01', value: 3 }] },
  ],
  source: 'of our making',
});
const point = supplyPointSchema.parse({
  id: 'p',
  utility: 'electricity',
  meter: 'm',
  contracts: [{ supplier: 'S', tariff: 'flat', valid_from: '2025-04-01', valid_to: '2028-03-31' }],
  source: 'of our making',
});
const ground = { point, tariffs: [tariff], terms: termsOf(point), period: budgetYear } as const;

/** The budget year with the half-hours of the model until a date, and a forecast from it on. */
function monthsWithNow(
  now: LocalDate,
  given: { model?: UseModel; tariffs?: (typeof tariff)[]; carry?: CarryForward } = {},
) {
  const cut = startOfDay(now);
  const past = modelled({ from: year.from, to: cut });
  const last = startOfDay(monthOf(now));
  const loadYear = { from: startOfDay(`${Number(now.slice(0, 4)) - 1}${monthOf(now).slice(4)}`), to: last };
  if (cut >= budgetYear.to)
    return budgetMonths({ ...ground, ...given, load: partOf(past, { from: year.from, to: cut }), cut });
  const period = { from: cut, to: budgetYear.to };
  const forecast = forecastOf({
    load: past,
    year: loadYear,
    period,
    model: given.model ?? exact,
    degreeDaysOn,
    counted: budgetYear,
  });
  return budgetMonths({ ...ground, ...given, load: joinLoads(past, forecast.load), cut });
}
const partsOf = (months: ReturnType<typeof monthsWithNow>) =>
  months.flatMap(({ actual, forecast }) => [actual, forecast].flatMap((part) => part ?? []));
const netOf = (months: ReturnType<typeof monthsWithNow>) =>
  wholeOf(partsOf(months).flatMap((part) => part.costs ?? [])).net;

describe('a year by a known signature', () => {
  test('costs what base and slope say', () => {
    const months = monthsWithNow('2026-04-01');
    expect(months).toHaveLength(12);
    // January: 31 × (480 + 100 × 10) = 45,880 kWh at 20 p, and 31 × £3.
    const january = months[9]?.forecast;
    expect(january?.use.best.toNumber()).toBeCloseTo(45_880, 5);
    expect(wholeOf(january?.costs ?? []).net.best.toNumber()).toBeCloseTo(9_269, 5);
    // The year: 365 × 480 and 100 × (30×6 + 31×3 + 30 + 30×2 + 31×5 + 30×8 + 31×10 + 31×10 + 28×9 + 31×8) kWh.
    const kwh = 175_200 + 100 * (180 + 93 + 30 + 60 + 155 + 240 + 310 + 310 + 252 + 248);
    expect(netOf(months).best.toNumber()).toBeCloseTo(kwh * 0.2 + 365 * 3, 3);
  });

  test.each(['2026-05-01', '2026-07-14', '2026-10-26', '2026-12-31', '2027-03-31', '2027-04-01'])(
    'comes to the same total however much of it is over: on %s',
    (now) => {
      const months = monthsWithNow(now);
      const total = netOf(months).best;
      expect(total.toNumber()).toBeCloseTo(netOf(monthsWithNow('2026-04-01')).best.toNumber(), 3);
      // Past and expected parts are the months, and the months are the year, to the last place.
      const parts = partsOf(months).map((part) => wholeOf(part.costs ?? []).net);
      expect(sumMoney(parts).best.eq(total)).toBe(true);
      const days = partsOf(months).reduce((sum, { from, to }) => sum + daysBetween(dateOf(from), dateOf(to)), 0);
      expect(days).toBe(365);
    },
  );

  test('has the band of the published formula, month by month', () => {
    const deviation = 60;
    const model: UseModel = { ...exact, scatter: { ...exact.scatter, deviation } };
    const january = monthsWithNow('2026-04-01', { model })[9]?.forecast;
    // t at 10 degrees of freedom × 60 × √(31² + 31²/12 + (31 × (10 − 5))² / 150), above and below 45,880 kWh.
    const band = 1.812 * deviation * Math.sqrt(31 ** 2 + 31 ** 2 / 12 + (31 * 5) ** 2 / 150);
    expect(january?.use.high.toNumber()).toBeCloseTo(45_880 + band, 4);
    expect(january?.use.low.toNumber()).toBeCloseTo(45_880 - band, 4);
    expect(wholeOf(january?.costs ?? []).net.high.toNumber()).toBeCloseTo((45_880 + band) * 0.2 + 93, 4);
  });
});

test('the band of all months together is that of their sum, and narrower than theirs added up', () => {
  const model: UseModel = { ...exact, scatter: { ...exact.scatter, deviation: 60 } };
  const { load, together, months } = forecastOf({
    load: modelled(year),
    year,
    period: budgetYear,
    model,
    degreeDaysOn,
    counted: budgetYear,
  });
  const sum = (column: Float64Array): number => column.reduce((total, each) => total + each, 0);
  const width = ({ use }: Load): number => sum(use.high) - sum(use.best);
  // The year has 1,878 degree days, where twelve months at the mean of the points would have 5 × 365.
  const squares = months.reduce((all, { days }) => all + days ** 2, 0);
  const error = 60 * Math.sqrt(squares + 365 ** 2 / 12 + (1_878 - 5 * 365) ** 2 / 150);
  expect(width(together)).toBeCloseTo(1.812 * error, 4);
  expect(width(load)).toBeCloseTo(
    months.reduce((all, { band }) => all + band, 0),
    4,
  );
  expect(width(load)).toBeGreaterThan(2 * width(together));
});

describe('a forecast by day types', () => {
  const model: UseModel = { kind: 'day_types', scatter: { deviation: 0, points: 12, degreesOfFreedom: 11 } };

  test('takes whole days of the load year, and its holes widen it', () => {
    const past = modelled(year);
    const high = past.use.best.slice();
    const [, may] = [0, startOfDay('2025-05-06')];
    const i = (may - year.from) / halfHourSeconds;
    high[i] = (high[i] as number) + 40;
    const load: Load = { ...past, use: { low: past.use.best, best: past.use.best, high } };
    const { months, load: made } = forecastOf({ load, year, period: budgetYear, model, counted: budgetYear });
    expect(months).toHaveLength(12);
    expect(months[9]?.use).toBeCloseTo(45_880, 6);
    const sum = (column: Float64Array): number => column.reduce((total, each) => total + each, 0);
    // The day is taken once.
    expect(sum(made.use.high) - sum(made.use.best)).toBeCloseTo(40, 6);
  });

  test('a day on which nothing was used has no shape: what is expected is spread evenly', () => {
    const nothing: Load = { unit: 'kWh', from: year.from, use: certain(new Float64Array(17_520)) };
    const { load } = forecastOf({
      load: nothing,
      year,
      period: span('2026-04-01', '2026-04-02'),
      model: exact,
      degreeDaysOn,
      counted: budgetYear,
    });
    expect([...new Set(load.use.best)]).toEqual([(480 + 600) / 48]);
  });
});

test('what has no rate is told with its date, and not taken for nothing', () => {
  const short = { ...tariff, valid_to: '2026-12-31' };
  const months = monthsWithNow('2026-10-01', { tariffs: [short] });
  expect(months.map(({ actual, forecast }) => (actual?.costs ?? forecast?.costs) !== undefined)).toEqual([
    ...Array<boolean>(9).fill(true),
    ...Array<boolean>(3).fill(false),
  ]);
  expect(problemsOf(months)).toMatchObject([{ code: 'tariff.no-rate', found: '2027-01-01 to 2027-01-31' }]);
  // Where the rates alone end they go on by a choice, and the choice is the range: −5 to 20 % on 20 p.
  const rates = tariff.charges.map((charge) => ({
    ...charge,
    rates: charge.rates.map((rate) => ({ ...rate, valid_to: '2026-12-31' })),
  }));
  const ended = { tariffs: [{ ...tariff, charges: rates }] };
  expect(problemsOf(monthsWithNow('2026-10-01', ended)).map(({ where }) => where)).toEqual([
    'supply point p, tariff flat, charge energy',
    'supply point p, tariff flat, charge day',
  ]);
  const choice = { least_percent: -5, best_percent: 0, most_percent: 20 };
  const kinds = (['energy', 'supplier'] as const).map((kind) => ({ kind, ...choice }));
  const carried = monthsWithNow('2026-10-01', { ...ended, carry: { kinds, because: 'the contract is being renewed' } });
  expect(problemsOf(carried)).toEqual([]);
  const january = wholeOf(carried[9]?.forecast?.costs ?? []);
  expect(january.net.best.toNumber()).toBeCloseTo(9_269, 5);
  expect(january.net.high.toNumber()).toBeCloseTo(9_269 * 1.2, 5);
  expect(january.standing).toBe('carried forward');
});

describe('a variance', () => {
  const side = (cost: number, use: number | undefined) => ({
    cost: new Money(cost),
    use: use === undefined ? undefined : new Money(use),
  });

  test('is use at the price of the budget and price on what is used, to the last place', () => {
    // £90,000 for 300,000 kWh is 30 p. 20,000 kWh more, 8,000 of them for the weather, and £99,000 in the end.
    const variance = varianceOf(side(90_000, 300_000), side(99_000, 320_000), 8_000);
    expect(Object.fromEntries(Object.entries(variance).map(([key, pounds]) => [key, pounds?.toNumber()]))).toEqual({
      difference: 9_000,
      use: 6_000,
      weather: 2_400,
      otherUse: 3_600,
      price: 3_000,
    });
  });

  test('adds up where the price has no end', () => {
    const { difference, weather, otherUse, price } = varianceOf(side(100, 3), side(123.45, 7), 1);
    if (!weather || !otherUse || !price) throw new Error('no parts');
    expect(weather.plus(otherUse).plus(price).eq(difference)).toBe(true);
  });

  test('is not parted where the budget says no use', () => {
    expect(varianceOf(side(100, undefined), side(90, 7), 1)).toMatchObject({ use: undefined, price: undefined });
  });
});

test('what a charge names outside a load is kept where it is cut and joined', () => {
  const named = new Map([[startOfDay('2025-01-08'), 40]]);
  const day = (from: string): Load => ({
    unit: 'kWh',
    from: startOfDay(from),
    use: certain(new Float64Array(48).fill(1)),
  });
  const past = { ...day('2026-01-05'), named };
  expect(partOf(past, { from: past.from, to: past.from + 12 * 3600 }).named).toBe(named);
  expect(joinLoads(past, day('2026-01-06')).named).toBe(named);
});
