import { describe, expect, test } from 'vitest';
import { baselineModel } from '../../../domain/savings/baseline-model.ts';
import {
  chooseCandidate,
  type Chosen,
  type Points,
  toCelsius,
  toFahrenheit,
} from '../../../domain/savings/candidates.ts';
import type { Days } from '../../../domain/savings/daily.ts';
import { expectedOf } from '../../../domain/savings/expected.ts';
import type { BaselineModel } from '../../../domain/savings/model.ts';
import { addDays } from '../../../domain/time.ts';
import sample from './openeemeter.json' with { type: 'json' };

/** The reference implementation's own sample and the numbers that its tests hold (Apache-2.0; see NOTICE.md). */
const warming = Float64Array.from({ length: 59 }, (_, i) => toCelsius(30 + i));

function modelOf({ first, kwh, degrees_f }: (typeof sample)['before']): BaselineModel {
  const answer = baselineModel({
    use: { from: first, values: Float64Array.from(kwh) },
    temperature: { from: first, values: Float64Array.from(degrees_f, toCelsius) },
    days: { first, last: addDays(first, kwh.length - 1) },
    method: 'caltrack_daily',
    heatsOnly: false,
  });
  if ('disqualified' in answer) throw new Error(JSON.stringify(answer));
  return answer.model;
}

/** What a model expects of 59 days that warm by 1 °F each, from 30 °F. */
function ofWarmingDays(model: BaselineModel): number {
  const days: Days = { first: '2011-01-01', last: '2011-02-28' };
  return expectedOf(model, { from: '2011-01-01', values: warming }, days).sum.best;
}

describe('the sample of OpenEEmeter', () => {
  const before = modelOf(sample.before);
  const after = modelOf(sample.after);

  test('has 365 days on either side', () => {
    expect([sample.before.kwh.length, sample.after.kwh.length, sample.bills.length]).toEqual([365, 365, 11]);
  });

  test('a metered saving by days is that of the reference', () => {
    // One kWh a day was used.
    expect(ofWarmingDays(before) - 59).toBeCloseTo(1571.28, 2);
  });

  test('a modelled saving by days is that of the reference', () => {
    expect(ofWarmingDays(before) - ofWarmingDays(after)).toBeCloseTo(168.58, 2);
  });

  test('heating and cooling are found on whole degrees Fahrenheit, out of 2,014 candidates', () => {
    expect(before.kind).toBe('heating_and_cooling');
    expect(toFahrenheit(before.heating?.balancePoint.best ?? 0)).toBeCloseTo(53, 9);
    expect(toFahrenheit(before.cooling?.balancePoint.best ?? 0)).toBeCloseTo(68, 9);
    // None, 61 of heating, 61 of cooling, and pairs in which heating begins no higher.
    expect(before.candidates.length).toBe(1 + 61 + 61 + (61 * 62) / 2);
  });

  test('a metered saving by bills is that of the reference', () => {
    const points: Points = {
      use: Float64Array.from(sample.bills, ({ kwh, days_of_bill }) => kwh / days_of_bill),
      days: Float64Array.from(sample.bills, ({ degrees_f }) => degrees_f.length),
      degrees: sample.bills.map(({ degrees_f }) => Float64Array.from(degrees_f, toCelsius)),
      of: 'month',
    };
    const [best] = chooseCandidate(points, true).best;
    const expected = warming.reduce((sum, degrees) => sum + valueOf(best as Chosen, degrees), 0);
    // One kWh was used in each of two months.
    expect(expected - 2).toBeCloseTo(1625.73, 2);
  });
});

function valueOf({ base, heating, cooling }: Chosen, degrees: number): number {
  const below = heating ? heating.slope * Math.max(0, heating.balance - degrees) : 0;
  const above = cooling ? cooling.slope * Math.max(0, degrees - cooling.balance) : 0;
  return base + below + above;
}

describe('candidates worked out by hand', () => {
  const points = (use: number[], fahrenheit: number[]): Points => ({
    use: Float64Array.from(use),
    days: new Float64Array(use.length).fill(1),
    degrees: fahrenheit.map((degrees) => Float64Array.of(toCelsius(degrees))),
    of: 'day',
  });
  const year = Array.from({ length: 60 }, (_, i) => 30 + (i % 40));

  test('a line through every day gives back its base, slope and balance point', () => {
    const [best] = chooseCandidate(
      points(
        year.map((degrees) => 10 + 2 * Math.max(0, 58 - degrees)),
        year,
      ),
      true,
    ).best;
    expect(best?.kind).toBe('heating');
    expect(best?.base).toBeCloseTo(10, 9);
    expect(toFahrenheit(best?.heating?.balance ?? 0)).toBeCloseTo(58, 9);
    // 2 a degree Fahrenheit are 3.6 a degree Celsius.
    expect(best?.heating?.slope).toBeCloseTo(3.6, 9);
    expect(best?.adjustedRSquared).toBeCloseTo(1, 9);
  });

  test('nine days of weather are too few, and so are twenty degree days that are not reached', () => {
    const mild = year.map((_, i) => (i < 9 ? 50 : 61));
    const { candidates } = chooseCandidate(
      points(
        mild.map((degrees) => 80 - degrees),
        mild,
      ),
      false,
    );
    const at = (fahrenheit: number) =>
      candidates.find(({ heatingBalancePoint }) => Math.abs((heatingBalancePoint ?? 0) - toCelsius(fahrenheit)) < 1e-9);
    expect(candidates.length).toBe(62);
    // 9 × 2 °F, then 9 × 9 °F on nine days alone, then 51 days more.
    expect(at(52)?.disqualified).toBe('too_few_degree_days');
    expect(at(59)?.disqualified).toBe('too_few_days_of_weather');
    expect(at(62)?.disqualified).toBeUndefined();
  });

  test('use that falls with the cold has no heating, and the mean is left', () => {
    const { best, candidates } = chooseCandidate(points(year, year), false);
    expect(best.map(({ kind }) => kind)).toEqual(['constant']);
    expect(best[0]?.base).toBeCloseTo(year.reduce((sum, one) => sum + one, 0) / 60, 9);
    expect(candidates.filter(({ disqualified }) => disqualified === 'negative').length).toBeGreaterThan(30);
  });
});
