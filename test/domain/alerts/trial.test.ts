import { describe, expect, test } from 'vitest';
import type { AlertRule } from '../../../domain/alerts/rule-register.ts';
import { tryRules } from '../../../domain/alerts/trial.ts';
import { daySeconds } from '../../../domain/time.ts';
import { columnsOf, sampleModel } from './simulated-site.ts';

/** A practice of five months, whose water leaks 60 litres an hour from a day on, and 0.4 m³/h for ten days. */
const model = sampleModel('2026-01-05');
const period = { from: model.start, to: model.start + 150 * daySeconds };
const usual = columnsOf(model, 'thistlecombe', period);
const meter = 'thi-w-main';
const [small, large] = [100, 130];
const columns = {
  ...usual,
  columns: new Map(usual.columns).set(
    meter,
    (usual.columns.get(meter) as Float64Array).map((value, i) => {
      const day = i / 48;
      return value + (day >= small && day < small + 10 ? 0.02 : day >= large && day < large + 10 ? 0.2 : 0);
    }),
  ),
  worth: new Map([[meter, { price: 4 }]]),
};
const rule = (parameters: AlertRule['parameters'], more: Partial<AlertRule> = {}): AlertRule => ({
  id: 'tried',
  kind: 'night_flow',
  parameters,
  ...more,
});
const trial = (tried: readonly AlertRule[], more: object = {}) =>
  tryRules({
    columns,
    hold: [],
    tried,
    kinds: ['night_flow'],
    period: { from: period.from + 90 * daySeconds, to: period.to },
    meters: [meter],
    ...more,
  });

describe('rules that are tried on history', () => {
  test('say what they raise alike, with when it began and when it would have been raised, and its price', () => {
    const alike = trial([rule({})]);
    expect(alike.map(({ outcome }) => outcome)).toEqual(['same', 'same']);
    const last = alike.at(-1)?.tried;
    expect(last).toMatchObject({ family: 'water', subject: meter, open: false, unit: 'm3' });
    expect(last?.seenBy).toContain('night_flow');
    expect(last?.worth.gbp).toBeGreaterThan(0.8 * 10 * 48 * 0.2 * 4);
    expect(last?.raised).toBeGreaterThan(period.from + large * daySeconds);
  });

  test('say what is raised no more, unless another kind raises it too', () => {
    const [first, second] = trial([rule({ excess_m3_per_h: 0.3 })], { kinds: ['night_flow'] });
    expect(first?.outcome).not.toBe('new');
    expect(second?.tried?.kind).toBeDefined();
    const off = trial(
      [rule({}, { enabled: false }), { id: 'c', kind: 'continuous_flow', enabled: false, parameters: {} }],
      {
        kinds: ['night_flow', 'continuous_flow'],
      },
    );
    expect(off.map(({ outcome }) => outcome)).toContain('gone');
    expect(off.find(({ outcome }) => outcome === 'gone')?.holds?.raised).toBeGreaterThan(0);
  });

  test('say nothing of what was raised before, or at other meters', () => {
    const after = { from: period.from + (large + 15) * daySeconds, to: period.to };
    expect(trial([rule({})], { period: after })).toEqual([]);
    expect(trial([rule({})], { meters: ['thi-e-main'] })).toEqual([]);
  });
});
