import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadEstate } from '../../cli/load-estate.ts';
import { type Balance, balanceEras } from '../../domain/reconciliation/balances.ts';
import type { Cause } from '../../domain/reconciliation/culprit.ts';
import type { HalfHour } from '../../domain/half-hours/half-hours.ts';
import { columnsOf, columnsWithin, reconcile } from '../../domain/reconciliation/reconciliation.ts';
import { addDays, halfHoursOf, type Period } from '../../domain/time.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { drawBalance } from './small-balance.ts';
import { dates } from './small-estate.ts';

/** How often the culprit is named, on trees whose fault is known: sixty draws of each, seven days of half-hours. */
const draws = 60;

interface Score {
  /** The meter and what is wrong with it. */
  readonly right: number;
  readonly meter: number;
  /** Another meter than the faulty one. */
  readonly wrong: number;
}

function scoreOf(fault: Cause, factor: number): Score {
  const score = { right: 0, meter: 0, wrong: 0 };
  for (let seed = 0; seed < draws; seed++) {
    const { faulty, result } = drawBalance({ seed, fault, factor });
    const [top] = result.suspects();
    if (top?.meter === faulty) score.meter++;
    if (top?.meter === faulty && top.cause === fault) score.right++;
    if (top?.meter !== undefined && top.meter !== faulty) score.wrong++;
  }
  return score;
}

describe('the culprit is named', () => {
  const faults: readonly [Cause, number, right: number, meter: number][] = [
    ['pulse-weight', 10, 60, 60],
    ['pulse-weight', 100, 60, 60],
    ['pulse-weight', 0.1, 60, 60],
    ['pulse-weight', 0.01, 60, 60],
    ['phase-lost', 3, 56, 56],
    ['phase-lost', 1.5, 36, 36],
    ['reversed-ct', 1, 56, 56],
    ['elsewhere', 1, 48, 51],
    ['stuck', 1, 51, 53],
    ['multiplier', 2, 45, 46],
    ['multiplier', 0.5, 52, 52],
  ];
  test.each(faults)('%s, factor %d', (fault, factor, right, meter) => {
    const score = scoreOf(fault, factor);
    expect(score.right).toBeGreaterThanOrEqual(right);
    expect(score.meter).toBeGreaterThanOrEqual(meter);
    expect(score.wrong).toBeLessThanOrEqual(1);
  });

  test('and none where there is none: what is left over is a load without a meter', () => {
    const causes = Array.from({ length: 200 }, (_, seed) => {
      const { result } = drawBalance({ seed: 1_000 + seed, fault: 'none', factor: 1 });
      return `${result.whole.verdict} ${result.suspects()[0]?.cause}`;
    });
    expect(new Set(causes)).toEqual(new Set(['above unmetered-load', 'within undefined']));
  });

  test('nor in the simulated estate, whose loads share their weather and their working day', () => {
    const { estate } = loadEstate(join(import.meta.dirname, '../../estates/sample'));
    let asked = 0;
    for (const first of ['2026-01-05', '2026-04-06', '2026-07-06', '2026-10-05']) {
      const period = dates(first, addDays(first, 28));
      const model = modelOf({ estate, seed: 1, start: period.from });
      for (const { balance } of balanceEras(estate, period)) {
        const columns = columnsOf(balance, period, trueHalfHours(model, balance, period));
        const weeks = [0, 7, 14, 21].map((day) => dates(addDays(first, day), addDays(first, day + 7)));
        const days = [0, 6, 12].map((day) => dates(addDays(first, day), addDays(first, day + 1)));
        for (const span of [period, ...weeks, ...days]) {
          const { whole, suspects } = reconcile(estate, columnsWithin(columns, span));
          const named = suspects().flatMap(({ meter }) => meter ?? []);
          expect({ of: balance.id, first, named, below: whole.verdict === 'below' }).toEqual({
            of: balance.id,
            first,
            named: [],
            below: false,
          });
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThanOrEqual(224);
  });
});

function trueHalfHours(model: Model, balance: Balance, period: Period): HalfHour[] {
  const isWater = balance.utility === 'water';
  return balance.terms.flatMap(({ meter: { id } }) =>
    halfHoursOf(period).map((start): HalfHour => {
      const amount = model.halfHour(id, start);
      const amounts = isWater ? { energy: undefined, volume: amount } : { energy: amount, volume: undefined };
      return { meter: id, start, ...amounts, quality: 'measured', rule: 'register' };
    }),
  );
}
