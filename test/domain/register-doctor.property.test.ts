import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnose } from '../../domain/half-hours/register-doctor.ts';
import { deriveHalfHours } from '../../domain/half-hours/half-hours.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import { aMeter, aReading, seconds } from './a-meter.ts';

const base = seconds('2026-03-02T00:00:00Z');
const now = base + 30 * 86_400;
const meter = aMeter({ rating: { value: 60, unit: 'kW' }, register: { digits: 6, step: 0.1 }, stuck_after: '4h' });

/** Three weeks of half-hours, with lies, falls and standing still in them. */
const lives = fc
  .array(
    fc.record({
      at: fc.nat({ max: 1000 }),
      long: fc.integer({ min: 1, max: 40 }),
      lie: fc.constantFrom('zero', 'spike', 'fall', 'stand', 'down', 'silent'),
    }),
    { maxLength: 5 },
  )
  .map((list) => {
    const readings: Reading[] = [];
    let value = 440_000;
    let offset = 0;
    for (let k = 0; k < 1000; k++) {
      const lies = list.filter(({ at, long }) => k >= at && k < at + long).map(({ lie }) => lie);
      const use = 10 + 5 * Math.sin(k / 7.6);
      if (!lies.includes('stand')) value += lies.includes('down') ? -use : use;
      if (list.some(({ at, lie }) => at === k && lie === 'fall')) offset = -value + 57;
      if (lies.includes('silent')) continue;
      const shown = lies.includes('zero') ? 0 : lies.includes('spike') ? 900_000 : value + offset;
      readings.push(aReading(base + k * 1800, Math.max(0, Math.round(shown * 10) / 10)));
    }
    return readings;
  });
/** What a cause makes the register do besides lies this near to it. */
const slack = 6 * 3600;
const period = { from: base, to: now };

test('order and repetition of readings do not change a diagnosis', () => {
  fc.assert(
    fc.property(lives, fc.infiniteStream(fc.nat()), (readings, numbers) => {
      const shuffled = [...readings, ...readings.filter((_, i) => i % 5 === 0)]
        .map((reading) => ({ reading, key: numbers.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ reading }) => reading);
      expect(diagnose({ meter, readings: shuffled, period, now })).toEqual(diagnose({ meter, readings, period, now }));
    }),
    { numRuns: 60 },
  );
});

test('the doctor and derivation agree: what is not believed lies in a finding, and no finding disbelieves more', () => {
  fc.assert(
    fc.property(lives, (readings) => {
      const { doubts } = deriveHalfHours({ meter, readings, window: period, now });
      const findings = diagnose({ meter, readings, period, now });
      const unexplained = doubts.filter(
        ({ reading: { at } }) => !findings.some(({ from, to }) => from - slack <= at && at <= to + slack),
      );
      expect(unexplained).toEqual([]);
      const rules = new Set(doubts.map(({ rule }) => rule));
      const believed = new Set(['reset', 'rollover', 'exchange', undefined]);
      const invented = findings.filter(
        ({ rule, disbelieved }) => disbelieved > 0 && !believed.has(rule) && !rules.has(rule as never),
      );
      expect(invented).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
