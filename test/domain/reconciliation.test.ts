import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyOf, boundOf } from '../../domain/reconciliation/accuracy.ts';
import { type Balance, balanceEras, balancesOn } from '../../domain/reconciliation/balances.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import type { HalfHour } from '../../domain/half-hours/half-hours.ts';
import { leastSquares } from '../../domain/least-squares.ts';
import { columnsOf, reconcile } from '../../domain/reconciliation/reconciliation.ts';
import { halfHoursOf } from '../../domain/time.ts';
import { dates, estateOf, siteOf } from './small-estate.ts';

const date = '2026-03-02';
const day = dates('2026-03-02', '2026-03-03');
const sub = (id: string, parent: string | undefined, more: Record<string, unknown> = {}) => ({
  id,
  role: 'sub',
  ...(parent === undefined ? {} : { parent }),
  ...more,
});

/** A balance as a sum: `main − a − b`. */
function said({ id, terms }: Balance): string {
  const words = terms.map(({ meter, supply, sub: below }) => `${supply - below > 0 ? '+' : '−'}${meter.id}`);
  return `${id}: ${words.join(' ')}`;
}
const balances = (estate: Estate, on = date): string[] => balancesOn(estate, on).map(said);

describe('what must agree', () => {
  test('is each meter with the sub-meters right below it', () => {
    const estate = siteOf([{ id: 'm' }, sub('a', 'm'), sub('b', 'm'), sub('aa', 'a'), sub('ab', 'a')]);
    expect(balances(estate)).toEqual(['m: +m −a −b', 'a: +a −aa −ab']);
  });

  test('counts what is made behind the meter, and what leaves', () => {
    const estate = siteOf([
      { id: 'm' },
      { id: 'away', role: 'export', parent: 'm' },
      { id: 'pv', role: 'generation', technology: 'solar', parent: 'm' },
      { id: 'pv-away', role: 'export', parent: 'pv' },
      sub('a', 'm'),
      { id: 'a-back', role: 'export', parent: 'a' },
      { id: 'a-pv', role: 'generation', technology: 'solar', parent: 'a' },
      sub('aa', 'a'),
    ]);
    expect(balances(estate)).toEqual(['m: +m −away +pv −pv-away −a +a-back', 'a: +a −a-back +a-pv −aa']);
  });

  test('hangs what has no parent behind the one main of its utility, and judges several mains together', () => {
    const one = [{ id: 'm' }, sub('a', undefined), { id: 'w', utility: 'water' }, sub('wa', 'w', { utility: 'water' })];
    expect(balances(siteOf(one))).toEqual(['m: +m −a', 'w: +w −wa']);
    const two = siteOf([{ id: 'm' }, { id: 'n' }, sub('a', 'm'), sub('b', undefined)]);
    expect(balances(two)).toEqual(['m: +m −a', 'site:electricity: +m +n −a −b']);
  });

  test('takes virtual meters down to what is read, and no meter proves itself', () => {
    const virtual = (id: string, parent: string | undefined, ...terms: [string, number][]) => ({
      id,
      role: 'virtual',
      ...(parent === undefined ? {} : { parent }),
      sum_of: terms.map(([meter, times]) => ({ meter, times })),
    });
    const both = siteOf([
      { id: 'm' },
      { id: 'n' },
      virtual('both', undefined, ['m', 1], ['n', 1]),
      sub('a', 'both'),
      virtual('rest', 'both', ['m', 1], ['a', -1]),
      sub('x', 'm'),
      sub('y', 'm'),
      virtual('of-x', 'm', ['x', 0.5]),
    ]);
    expect(balances(both)).toEqual(['m: +m −x −y', 'both: +m +n −a']);
    const three = virtual('three', 'm', ['p', 1], ['q', 1]);
    expect(balances(siteOf([{ id: 'm' }, three, sub('p', undefined), sub('q', 'p')]))).toEqual([
      'm: +m −p',
      'p: +p −q',
    ]);
    expect(balances(siteOf([{ id: 'm' }, { id: 'n' }, three, sub('p', undefined), sub('q', undefined)]))).toEqual([
      'm: +m −p −q',
      'site:electricity: +m +n −p −q',
    ]);
  });

  test('changes with the dates of its meters and formulas; reactive energy and other utilities are not in it', () => {
    const estate = siteOf([
      { id: 'm' },
      sub('a', 'm', { valid_to: '2026-03-01' }),
      sub('b', 'm', { valid_from: '2026-03-02' }),
      sub('kvarh', 'm', { measures: 'reactive', unit: 'kvarh' }),
      sub('heat', 'm', { utility: 'heat' }),
    ]);
    const eras = balanceEras(estate, dates('2026-03-01', '2026-03-03'));
    expect(eras.map(({ balance, period }) => [said(balance), period])).toEqual([
      ['m: +m −a', dates('2026-03-01', '2026-03-02')],
      ['m: +m −b', day],
    ]);
  });
});

function rowsOf(amounts: Readonly<Record<string, readonly (number | undefined)[]>>): HalfHour[] {
  const starts = halfHoursOf(day);
  return Object.entries(amounts).flatMap(([meter, list]) =>
    list.map((energy, i): HalfHour => {
      const quality = energy === undefined ? 'missing' : 'measured';
      return { meter, start: starts[i] ?? 0, energy, volume: undefined, quality, rule: 'register' };
    }),
  );
}

function result(estate: Estate, rows: readonly HalfHour[]) {
  const [balance] = balancesOn(estate, date);
  if (!balance) throw new Error('no balance');
  return reconcile(estate, columnsOf(balance, day, rows));
}

describe('a residual', () => {
  const ten = (amount: number) => Array.from({ length: 10 }, () => amount);
  const estate = siteOf([
    { id: 'm', accuracy: 0.005 },
    sub('a', 'm', { accuracy: 0.01 }),
    sub('b', 'm', { accuracy: 0.02 }),
  ]);

  test('is of the half-hours in which every meter is measured', () => {
    const found = result(estate, rowsOf({ m: ten(100), a: [...ten(60).slice(0, 9), undefined], b: ten(39) }));
    expect(found.whole).toMatchObject({ halfHours: 48, compared: 9, supplied: 900, subMetered: 891, residual: 9 });
    expect(found.unmeasured[0]).toEqual({ meter: 'a', halfHours: 39 });
  });

  test('is held to the uncertainty of the classes, by the arithmetic of the GUM', () => {
    const found = result(estate, rowsOf({ m: ten(100), a: ten(60), b: ten(40) }));
    // 1,000 kWh within 0.5 %, 600 within 1 %, 400 within 2 %: 5, 6 and 8 kWh, each over √3; twice the root of squares.
    expect(found.whole.bound).toBeCloseTo(2 * Math.sqrt((25 + 36 + 64) / 3), 9);
    const stepped = siteOf([
      { id: 'm', accuracy: 1e-9, register: { digits: 6, step: 1 } },
      sub('a', 'm', { accuracy: 1e-9 }),
    ]);
    expect(result(stepped, rowsOf({ m: ten(3), a: ten(3) })).whole.bound).toBeCloseTo(2 / Math.sqrt(6), 6);
  });

  test('is not judged by an accuracy that nobody stated; a site may state one', () => {
    const unsaid = [{ id: 'm', accuracy: 0.005 }, sub('a', 'm')];
    const rows = rowsOf({ m: ten(100), a: ten(10) });
    const found = result(siteOf(unsaid), rows);
    expect([found.whole.verdict, found.whole.bound, found.accuracyUnknown]).toEqual([
      'accuracy-unknown',
      undefined,
      ['a'],
    ]);
    const stated = siteOf(unsaid, { usual_accuracy: { electricity: 0.02 } });
    expect(accuracyOf(stated, stated.meters.get('a') as never)).toEqual({ fraction: 0.02, from: 'site' });
    const held = result(stated, rows);
    expect([held.whole.verdict, held.accuracyOfSite]).toEqual(['above', ['a']]);
  });

  test('of nothing measured names who is silent', () => {
    const found = result(estate, rowsOf({ m: ten(100), b: ten(40) }));
    expect(found.whole.verdict).toBe('nothing-measured');
    expect(found.suspects()[0]).toMatchObject({ meter: 'a', cause: 'silent' });
  });

  test('below the bound raises nothing, above it is a load without a meter, below zero cannot be', () => {
    const of = (m: number) => result(estate, rowsOf({ m: ten(m), a: ten(60), b: ten(40) })).whole.verdict;
    expect([of(100), of(101), of(102), of(98)]).toEqual(['within', 'within', 'above', 'below']);
  });

  test('and its parts add up, whichever half-hours are known', () => {
    const amounts = fc.array(fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined, freq: 8 }), {
      minLength: 48,
      maxLength: 48,
    });
    fc.assert(
      fc.property(amounts, amounts, amounts, (m, a, b) => {
        const { whole, sumOf } = result(estate, rowsOf({ m, a, b }));
        const hours = Array.from({ length: 24 }, (_, hour) => sumOf([2 * hour, 2 * hour + 1]));
        const total = (key: 'supplied' | 'subMetered' | 'residual' | 'compared') =>
          hours.reduce((sum, one) => sum + one[key], 0);
        for (const key of ['supplied', 'subMetered', 'residual', 'compared'] as const) {
          expect(total(key)).toBeCloseTo(whole[key], 6);
        }
        const compared = m.filter((one, i) => [one, a[i], b[i]].every((amount) => amount !== undefined)).length;
        expect(whole.compared).toBe(compared);
        expect(whole.supplied - whole.subMetered).toBeCloseTo(whole.residual, 6);
      }),
    );
  });

  test('stays within its bound 95 times of 100 where every meter errs within its class (Monte Carlo, GUM supplement 1)', () => {
    const meters = fc.array(
      fc.record({
        amount: fc.double({ min: 1, max: 1_000, noNaN: true }),
        accuracy: fc.constantFrom(0.005, 0.01, 0.02),
      }),
      { minLength: 2, maxLength: 8 },
    );
    const draw = fc.tuple(
      meters,
      fc.array(fc.double({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true }), { minLength: 8, maxLength: 8 }),
    );
    const tries = fc.sample(fc.noBias(draw), { numRuns: 4_000, seed: 7 });
    const held = tries.filter(([list, errors]) => {
      const off = list.reduce((sum, { amount, accuracy }, i) => sum + amount * accuracy * (errors[i] ?? 0), 0);
      const terms = list.map(({ amount, accuracy }, i) => ({
        times: i === 0 ? 1 : -1,
        amount,
        accuracy,
        resolution: 0,
      }));
      return Math.abs(off) <= boundOf(terms, 1);
    });
    expect(tries.length).toBe(4_000);
    expect(held.length / tries.length).toBeGreaterThan(0.95);
  });
});

describe('least squares', () => {
  test('finds the coefficients that made a column', () => {
    const column = (seed: number) => Float64Array.from({ length: 60 }, (_, k) => Math.sin(seed * (k + 1)));
    const [a, b] = [column(1), column(2.3)];
    const target = a.map((value, k) => 3 * value - 0.5 * (b[k] ?? 0));
    const { coefficients } = leastSquares([a, b], target);
    expect(coefficients).toEqual([expect.closeTo(3, 9), expect.closeTo(-0.5, 9)]);
  });

  test('gives a column that says nothing, or nothing new, no coefficient and an endless error', () => {
    const a = Float64Array.from([1, -1, 2, -2]);
    const { coefficients, errors } = leastSquares([a, a, new Float64Array(4)], a);
    expect(coefficients).toEqual([expect.closeTo(1, 9), 0, 0]);
    expect(errors.map(Number.isFinite)).toEqual([true, false, false]);
  });
});

test('balances of a large estate take little: each meter is in one as a sub-meter', () => {
  const meters = Array.from({ length: 400 }, (_, i) =>
    i === 0 ? { id: 'm0' } : sub(`m${i}`, `m${Math.floor((i - 1) / 5)}`),
  );
  const list = balancesOn(estateOf([{ id: 'site', meters }]), date);
  const subs = list.flatMap((balance) => balance.subs);
  expect(subs.length).toBe(399);
  expect(new Set(subs).size).toBe(399);
});
