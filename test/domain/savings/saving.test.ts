import { describe, expect, test } from 'vitest';
import { baselineModel } from '../../../domain/savings/baseline-model.ts';
import { expectedOf, heatLossOf } from '../../../domain/savings/expected.ts';
import type { GateName } from '../../../domain/savings/gates.ts';
import { sayGate } from '../../../domain/savings/gates.ts';
import { modelMethodNames, type ModelRequest } from '../../../domain/savings/model.ts';
import type { SavingAnswer, SavingRequest, VerifiedSaving } from '../../../domain/savings/saving.ts';
import { savingOf } from '../../../domain/savings/saving-of.ts';
import { addDays, daysBetween } from '../../../domain/time.ts';
import { baseline, degreesOn, from, heatedUse, reporting, temperature, useBy } from './made-year.ts';

const request: SavingRequest = {
  use: useBy((date, place) => heatedUse(date, place) * (date >= reporting.first ? 0.8 : 1)),
  temperature,
  baseline,
  reporting,
  method: 'day_types',
  heatsOnly: true,
};

function known(answer: SavingAnswer): VerifiedSaving {
  if ('disqualified' in answer) throw new Error(answer.disqualified.map(sayGate).join('; '));
  return answer;
}

test.each(modelMethodNames)('%s gives back a heat loss, a base and a saving of a fifth', (method) => {
  const saving = known(savingOf({ ...request, method }));
  const { model } = saving;
  expect(model.kind).toBe('heating');
  expect(model.base.best).toBeCloseTo(300, -1);
  // 40 kWh for each °C·day at 85 % are 1,417 W/K.
  const heatLoss = heatLossOf(model, 0.85);
  expect(Math.abs((heatLoss?.best ?? 0) / 1416.7 - 1)).toBeLessThan(0.04);
  expect(heatLoss?.low).toBeLessThan(1416.7);
  expect(saving.verdict).toBe('saves');
  expect(saving.savedShare?.best).toBeCloseTo(0.2, 1);
  expect(saving.knownDays).toBe(365);
  expect(saving.expected - saving.used).toBeCloseTo(saving.saved.best, 6);
});

test('what is expected of days is the sum of them, and nothing of days that are left out', () => {
  const { model } = known(savingOf(request));
  const whole = expectedOf(model, temperature, reporting);
  const odd = expectedOf(model, temperature, reporting, (place) => place % 2 === 1);
  const even = expectedOf(model, temperature, reporting, (place) => place % 2 === 0);
  expect(whole.count).toBe(365);
  expect(odd.count + even.count).toBe(365);
  expect(odd.sum.best + even.sum.best).toBeCloseTo(whole.sum.best, 6);
  expect(whole.values.reduce((sum, one) => sum + one, 0)).toBeCloseTo(whole.sum.best, 6);
});

test('where nothing changed, none is shown', () => {
  const saving = known(savingOf({ ...request, use: useBy(heatedUse) }));
  expect(saving.verdict).toBe('not_shown');
  expect(saving.doubts.map(({ gate }) => gate)).toContain('saving_share');
});

test('a year and a half with two winters tells of a year as much as its last year saved', () => {
  const start = '2022-09-15';
  const after = { first: '2023-10-01', last: '2025-03-31' };
  const dates = Array.from({ length: daysBetween(start, after.last) + 1 }, (_, i) => addDays(start, i));
  const usedOn = (date: string, i: number) => heatedUse(date, i) * (date >= after.first ? 0.8 : 1);
  const saving = known(
    savingOf({
      ...request,
      use: { from: start, values: Float64Array.from(dates, usedOn) },
      temperature: { from: start, values: Float64Array.from(dates, degreesOn) },
      baseline: { first: '2022-10-01', last: '2023-09-30' },
      reporting: after,
    }),
  );
  const truth = dates
    .map((date, i) => 0.2 * heatedUse(date, i))
    .slice(-365)
    .reduce((sum, one) => sum + one, 0);
  expect(saving.knownDays).toBe(548);
  expect(Math.abs((saving.perYear?.best ?? 0) / truth - 1)).toBeLessThan(0.02);
  expect(saving.perYear?.low).toBeLessThan(truth);
  expect(saving.perYear?.high).toBeGreaterThan(truth);
  // Of its last year too few days are known, of all of it enough.
  const gone = Float64Array.from(dates, (date, i) => (date > '2025-02-20' ? Number.NaN : usedOn(date, i)));
  const lately = savingOf({
    ...request,
    use: { from: start, values: gone },
    temperature: { from: start, values: Float64Array.from(dates, degreesOn) },
    baseline: { first: '2022-10-01', last: '2023-09-30' },
    reporting: after,
  });
  expect(known(lately)).toMatchObject({ knownDays: 509, perYear: undefined });
});

describe('non-routine events', () => {
  /** From a summer day on a ward takes 50 kWh a day more. */
  const ward = '2024-06-01';
  const use = useBy(
    (date, place) => heatedUse(date, place) * (date >= reporting.first ? 0.8 : 1) + (date >= ward ? 50 : 0),
  );
  const plain = known(savingOf(request));

  test('of known effect is expected as it is used', () => {
    const saving = known(savingOf({ ...request, use, events: [{ id: 'ward', from: ward, addsPerDay: 50 }] }));
    const days = daysBetween(ward, reporting.last) + 1;
    expect(saving.events).toEqual([{ id: 'ward', treated: 'adjusted', adjusted: 50 * days, daysLeftOut: 0 }]);
    expect(saving.saved.best).toBeCloseTo(plain.saved.best, 6);
    expect(saving.used).toBeCloseTo(plain.used + 50 * days, 6);
  });

  test('that stays without a known effect ends what can be verified', () => {
    const saving = known(savingOf({ ...request, use, events: [{ id: 'ward', from: ward }] }));
    expect(saving.period.last).toBe('2024-05-31');
    expect(saving.events[0]?.treated).toBe('ended');
    expect(saving.perYear).toBeUndefined();
    expect(saving.doubts.map(({ gate }) => gate)).toEqual(
      expect.arrayContaining(['event_not_known', 'reporting_year']),
    );
  });

  test('of some days leaves them out', () => {
    const strike = { id: 'strike', from: '2024-03-01', to: '2024-03-10' };
    const saving = known(savingOf({ ...request, events: [strike] }));
    expect(saving.knownDays).toBe(355);
    expect(saving.events).toEqual([{ id: 'strike', treated: 'left_out', adjusted: 0, daysLeftOut: 10 }]);
  });

  test('that stays since within the baseline leaves too little of it', () => {
    const answer = savingOf({ ...request, events: [{ id: 'ward', from: '2023-06-01' }] });
    expect(gatesOf(answer)).toEqual(expect.arrayContaining(['days_known']));
  });

  test('that was there all along changes nothing', () => {
    const events = [{ id: 'old', from: '2020-01-01', addsPerDay: 5 }];
    const saving = known(savingOf({ ...request, events }));
    expect(saving.events[0]?.treated).toBe('before');
    expect(saving.saved).toEqual(plain.saved);
  });

  test('that began after the last day asked about is not told of', () => {
    const events = [{ id: 'next-year', from: addDays(reporting.last, 1), addsPerDay: 5 }];
    const saving = known(savingOf({ ...request, events }));
    expect(saving.events).toEqual([]);
    expect(saving.saved).toEqual(plain.saved);
  });
});

function gatesOf(answer: object): readonly string[] {
  return 'disqualified' in answer ? (answer.disqualified as { gate: string }[]).map(({ gate }) => gate) : [];
}

describe('a baseline that is not enough is told by name', () => {
  const whole: ModelRequest = { ...request, days: baseline };
  const without = (lost: (place: number) => boolean) =>
    useBy((date, place) => (lost(place) ? Number.NaN : heatedUse(date, place)));
  const cases: readonly [readonly GateName[], Partial<ModelRequest>][] = [
    [['baseline_length'], { days: { first: '2023-02-10', last: baseline.last } }],
    [['baseline_length'], { days: { first: '2022-12-25', last: baseline.last } }],
    [['use_known', 'days_known'], { use: without((place) => place % 9 === 0) }],
    [
      ['temperature_known', 'days_known', 'months_known'],
      { temperature: { from, values: temperature.values.map((one, i) => (i % 9 === 0 ? Number.NaN : one)) } },
    ],
    [
      ['months_known'],
      {
        temperature: {
          from,
          values: temperature.values.map((one, i) => (i >= 60 && i < 65 ? Number.NaN : one)),
        },
      },
    ],
    [
      ['days_known'],
      {
        use: without((place) => place % 19 === 0),
        temperature: { from, values: temperature.values.map((one, i) => (i % 19 === 7 ? Number.NaN : one)) },
      },
    ],
    [['use_not_negative'], { use: useBy((date, place) => (place === 100 ? -1 : heatedUse(date, place))) }],
    [['cv_rmse'], { use: useBy((_, place) => (place % 20 === 0 ? 10_000 : 10)) }],
  ];

  test.each(cases)('%s', (expected, other) => {
    expect(cases.length).toBe(8);
    expect(gatesOf(baselineModel(whole))).toEqual([]);
    expect(gatesOf(baselineModel({ ...whole, ...other }))).toEqual(expected);
  });

  test('a meter with a few extreme days has a doubt', () => {
    const answer = baselineModel({
      ...whole,
      use: useBy((date, place) => (place === 100 ? 9000 : heatedUse(date, place))),
    });
    expect('model' in answer && answer.model.doubts.map(({ gate }) => gate)).toContain('no_extremes');
  });

  test('a sentence says what was found, what is asked and by whom', () => {
    expect(sayGate({ gate: 'baseline_length', found: 200 })).toBe(
      'days of the baseline period: 200 days, where at least 329 and at most 365 is asked ' +
        '(OpenEEmeter, common/sufficiency_criteria.py (CalTRACK 2.2.1.1))',
    );
  });
});

test('of no day after the works nothing is said', () => {
  const late = { first: addDays(baseline.last, 800), last: addDays(baseline.last, 830) };
  expect(gatesOf(savingOf({ ...request, reporting: late }))).toEqual(['reporting_known']);
});
