import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import { countHistory, historyOf } from '../../simulators/history.ts';
import { modelOf } from '../../simulators/model.ts';
import { faceOf } from '../../simulators/registers.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const instant = (text: string): number => Date.parse(text) / 1000;
const start = instant('2025-08-01T00:00:00Z');
const week = { from: start, to: instant('2025-08-08T00:00:00Z') };
const model = modelOf({ estate, seed: 3, start });
const meter = (id: string): Meter => estate.meters.get(id) as Meter;

/** Sparkplug nodes say first that they are born, in a message of its own. */
const births = [...estate.meters.values()].filter(({ decoder }) => decoder === 'sparkplug-b').length;

function digest(messages: Iterable<readonly MeterMessage[]>): string {
  const hash = createHash('sha256');
  for (const batch of messages) for (const one of batch) hash.update(`${one.topic}\n${one.at}\n`).update(one.payload);
  return hash.digest('hex');
}

describe('history', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    const again = modelOf({ estate, seed: 3, start });
    expect(digest(historyOf(again, week))).toBe(digest(historyOf(model, week)));
    expect(digest(historyOf(modelOf({ estate, seed: 4, start }), week))).not.toBe(digest(historyOf(model, week)));
  });

  test('by meter and by time it is the same messages, in order of time', () => {
    const byMeter = [...historyOf(model, week)].flat();
    const byTime = [...historyOf(model, week, { order: 'time', batch: 100 })].flat();
    expect(byMeter).toHaveLength(64 * 337 + births);
    expect(countHistory(model, week)).toBe(64 * 337 + births);
    expect(byTime).toHaveLength(byMeter.length);
    expect(byTime.every((one, i) => i === 0 || one.at >= (byTime[i - 1]?.at ?? 0))).toBe(true);
    const key = (one: MeterMessage): string => `${one.meter} ${one.at} ${Buffer.from(one.payload).toString('hex')}`;
    expect(byTime.map(key).sort()).toEqual(byMeter.map(key).sort());
  });

  test('a batch is no larger than asked', () => {
    const sizes = [...historyOf(model, week, { meters: ['sal-e-main'], batch: 50 })].map((batch) => batch.length);
    expect(sizes).toEqual([50, 50, 50, 50, 50, 50, 37]);
  });

  test('two years and a quarter of the whole estate are made, none missing', () => {
    const from = instant('2024-08-23T00:00:00Z');
    let count = 0;
    for (const batch of historyOf(modelOf({ estate, seed: 1, start: from }), {
      from,
      to: instant('2026-11-23T00:00:00Z'),
    })) {
      count += batch.length;
    }
    // Some of the meters began meanwhile.
    const later = ['2025-11-15', '2025-11-15', '2026-02-21', '2026-02-21'].map((date) => instant(`${date}T00:00:00Z`));
    const latest = later.reduce((sum, began) => sum + (instant('2026-11-23T00:00:00Z') - began) / 1800 + 1, 0);
    expect(count).toBe(64 * (822 * 48 + 1) + births + latest);
    // 2.3 million messages take 2.8 s on two quiet cores.
  }, 240_000);
});

describe('registers', () => {
  const month = { from: start, to: instant('2025-09-01T00:00:00Z') };

  test('no healthy register ever falls, but where it wraps', () => {
    const ids = [...estate.meters.keys()].filter((id) => id !== 'wen-o-heating' && meter(id).valid_from === undefined);
    expect(ids).toHaveLength(59);
    for (const id of ids) {
      // A message without a register, such as the birth of a Sparkplug node, shows none.
      const messages = [...historyOf(model, month, { meters: [id] })].flat();
      const shown = messages.map(({ register }) => register).filter((register) => typeof register === 'number');
      expect(messages.length - shown.length).toBeLessThan(2);
      const falls = shown.filter((value, i) => i > 0 && !(value >= (shown[i - 1] ?? 0)));
      const { digits } = meter(id).register ?? { digits: 8 };
      expect(falls.every((value) => value < 10 ** digits / 100)).toBe(true);
      expect(falls.length).toBeLessThan(2);
      expect(shown[0]).toBeGreaterThan(0);
    }
  });

  test('what a month of a register says is what truly passed, within one step', () => {
    for (const id of ['sal-e-main', 'sal-e-imaging', 'sal-e-chp', 'pel-g-main', 'sal-w-plant', 'sal-w-catering']) {
      const face = faceOf(meter(id), model.start, model.seed, (at) => model.amountAt(id, at), [], 0);
      const amount = model.amountAt(id, month.to);
      const count = face.shows(month.to, amount);
      const perCount =
        {
          'sal-e-main': 100,
          'sal-e-imaging': 0.001,
          'sal-e-chp': 1000,
          'pel-g-main': 2.83,
          'sal-w-plant': 0.01,
          'sal-w-catering': 0.001,
        }[id] ?? 1;
      expect(Math.abs(count * perCount - amount)).toBeLessThanOrEqual(face.step * 1.000_01);
    }
  });

  test('a register goes through its highest number to zero', () => {
    const face = faceOf(meter('pel-g-main'), 0, 1, (at) => at, [], 9_999.9);
    expect(face.shows(0, 0)).toBe(9_999.9);
    expect(face.shows(1, 0.5 * 2.83)).toBe(0.4);
    expect(face.shows(1, 0.1 * 2.83)).toBe(0);
  });

  test('an exchange of the estate register ends on its closing and begins on its opening number', () => {
    const at = instant('2025-09-17T09:30:00Z');
    const face = faceOf(meter('lar-w-main'), model.start, model.seed, (when) => model.amountAt('lar-w-main', when));
    expect(face.shows(at - 1, model.amountAt('lar-w-main', at - 1))).toBeCloseTo(4218.336, 1);
    expect(face.shows(at, model.amountAt('lar-w-main', at))).toBe(0.002);
  });
});
