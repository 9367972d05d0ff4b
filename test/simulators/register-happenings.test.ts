import { describe, expect, test } from 'vitest';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { addDays, startOfDay } from '../../domain/time.ts';
import { historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { registerHappenings, trueMeasuresOf, trueSaving } from '../../simulators/register-happenings.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const seed = 11;
const start = startOfDay('2025-08-01');
const happenings = registerHappenings(estate, seed);
const model = modelOf({ estate, seed, start, happenings });
const untouched = modelOf({ estate, seed, start });
const passed = (of: typeof model, id: string, from: string, to: string): number =>
  of.amountAt(id, startOfDay(to)) - of.amountAt(id, startOfDay(from));

describe('measures of the register', () => {
  test('each installed one whose meters show what it saves happens, by a share near what is expected', () => {
    const truths = trueMeasuresOf(estate, seed);
    expect(truths.map(({ measure, meter }) => `${measure} ${meter}`).sort()).toEqual([
      'bra-roof bra-g-main',
      'bra-taps bra-w-main',
      'har-led har-e-main',
      'har-pc-shutdown har-e-main',
      'pel-led pel-e-lighting',
      'qui-controls qui-g-main',
      'sal-led sal-e-lighting',
      'sal-ventilation sal-e-plant',
      'tid-draughts tid-g-main',
      'tid-led tid-e-main',
    ]);
    expect(trueMeasuresOf(estate, seed)).toEqual(truths);
    expect(trueMeasuresOf(estate, 12)).not.toEqual(truths);
    const year = { from: startOfDay('2026-02-01'), to: startOfDay('2027-02-01') };
    for (const { measure, meter } of truths) {
      // At Tidemarsh the heat pump comes before the first winter is over: gas saves nothing more.
      if (measure === 'tid-draughts') continue;
      const [{ saves_kwh, saves_m3 } = {}] =
        listed(estate, 'measures').find(({ id }) => id === measure)?.expected ?? [];
      const share = trueSaving(model, [measure], meter, year) / (saves_kwh ?? saves_m3 ?? Number.NaN);
      expect({ measure, near: share > 0.25 && share < 1.6 }).toEqual({ measure, near: true });
    }
  });

  test('it begins the day after its works, passes the main too, and nothing was before', () => {
    const part = (id: string, from: string, to: string): number =>
      passed(model, id, from, to) / passed(untouched, id, from, to);
    const saves = trueMeasuresOf(estate, seed).find(({ measure }) => measure === 'sal-led')?.happening.saves ?? 0;
    expect(part('sal-e-lighting', '2025-08-01', '2025-10-25')).toBe(1);
    expect(part('sal-e-lighting', '2025-10-25', '2026-08-01')).toBeCloseTo(1 - saves, 6);
    expect(part('sal-e-main', '2025-11-15', '2026-08-01')).toBeLessThan(0.95);
  });

  test('insulation leaves hot water and the kitchen as they are', () => {
    const winter = passed(model, 'bra-g-main', '2026-01-01', '2026-02-01');
    const summer = passed(model, 'bra-g-main', '2026-07-01', '2026-08-01');
    const share = trueMeasuresOf(estate, seed).find(({ measure }) => measure === 'bra-roof')?.happening.saves ?? 0;
    expect(winter / passed(untouched, 'bra-g-main', '2026-01-01', '2026-02-01')).toBeLessThan(1 - share / 2);
    expect(summer / passed(untouched, 'bra-g-main', '2026-07-01', '2026-08-01')).toBeGreaterThan(1 - share / 2);
    // The heat of the rooms is what is less, so the heat meter beside it says the same.
    expect(passed(model, 'bra-h-boilers', '2026-01-01', '2026-02-01')).toBeLessThan(
      passed(untouched, 'bra-h-boilers', '2026-01-01', '2026-02-01'),
    );
  });

  test('one that is planned, withdrawn, without meters or without an end of its works does nothing', () => {
    const only = (changes: object): Estate => {
      const [first] = listed(estate, 'measures');
      return { ...estate, lists: { ...estate.lists, measures: [{ ...first, ...changes }] } } as Estate;
    };
    expect(trueMeasuresOf(only({}), seed)).toHaveLength(1);
    expect(trueMeasuresOf(only({ status: [{ from: '2025-10-01', is: 'funded' }] }), seed)).toEqual([]);
    expect(trueMeasuresOf(only({ meters: undefined }), seed)).toEqual([]);
    expect(trueMeasuresOf(only({ works: { from: '2025-10-01' } }), seed)).toEqual([]);
  });
});

describe('plant that begins with its meters', () => {
  test('a heat pump takes over from the boilers on its day, with the heat that rooms and taps want', () => {
    const day = '2025-11-15';
    const before = addDays(day, -20);
    expect(passed(model, 'tid-h-heat-pump', before, day)).toBe(0);
    expect(passed(model, 'tid-g-main', before, day)).toBeGreaterThan(0);
    expect(passed(model, 'tid-g-main', day, '2026-11-15')).toBe(0);
    const heat = passed(model, 'tid-h-heat-pump', day, '2026-11-15');
    const electricity = passed(model, 'tid-e-heat-pump', day, '2026-11-15');
    expect(heat / electricity).toBeGreaterThan(2.3);
    expect(heat / electricity).toBeLessThan(3.3);
    const year = { from: startOfDay(day), to: startOfDay('2026-11-15') };
    expect(trueSaving(model, ['tid-heat-pump'], 'tid-e-main', year)).toBeCloseTo(-electricity, 3);
    // Boilers that heat by day alone would have burnt nearly the same heat, at 85 %.
    const gas = trueSaving(model, ['tid-heat-pump'], 'tid-g-main', year);
    expect((0.85 * gas) / heat).toBeGreaterThan(0.95);
    expect((0.85 * gas) / heat).toBeLessThan(1.1);
  });

  test('panels make nothing before their day, and their meters say nothing', () => {
    const day = '2026-02-21';
    expect(passed(model, 'pel-e-pv', '2026-01-01', day)).toBe(0);
    expect(passed(model, 'pel-e-pv', day, '2026-11-21') / 40).toBeGreaterThan(700);
    const period = { from: startOfDay('2026-02-20'), to: startOfDay('2026-02-22') };
    const messages = [...historyOf(model, period, { meters: ['pel-e-pv'] })].flat();
    expect(messages).toHaveLength(49);
    expect(messages[0]?.at).toBe(startOfDay(day));
  });
});

describe('non-routine events', () => {
  test('one whose effect is known adds it on each of its days, one whose effect is not adds some', () => {
    const without = modelOf({ estate, seed, start, happenings: happenings.filter(({ kind }) => kind === 'measure') });
    const more = (id: string, from: string, to: string): number =>
      passed(model, id, from, to) - passed(without, id, from, to);
    // The saving of the lights is a share of the tenants' use too.
    expect(more('har-e-main', '2026-02-16', '2026-05-30') / (103 * 85)).toBeCloseTo(1, 1);
    expect(more('har-e-main', '2026-05-30', '2026-08-01')).toBeCloseTo(0, 6);
    expect(more('bra-g-main', '2026-03-09', '2026-03-23')).toBeGreaterThan(0);
    expect(more('bra-g-main', '2026-01-01', '2026-03-09')).toBeCloseTo(0, 6);
  });
});
