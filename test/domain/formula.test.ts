import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import { formulaDepth, formulaEras, formulasOf, takesAway } from '../../domain/half-hours/formula.ts';
import { dateOf, halfHoursOf, startOfDay } from '../../domain/time.ts';
import { combineMeters } from '../../domain/half-hours/virtual-meters.ts';
import { aHalfHour, aMeter } from './a-meter.ts';

const term = (meter: string, times = 1) => ({ meter, times });
const virtual = (entry: Record<string, unknown>): Meter => aMeter({ id: 'v', role: 'virtual', ...entry });
const week = { from: startOfDay('2026-03-27'), to: startOfDay('2026-04-03') };

describe('a formula', () => {
  test('that never changes may be written as sum_of', () => {
    const sum = virtual({ sum_of: [term('a'), term('b', -0.5)] });
    const formula = virtual({ formula: [{ from: '1970-01-01', terms: [{ meter: 'a' }, term('b', -0.5)] }] });
    expect(formulasOf(sum)).toEqual(formulasOf(formula));
    expect(formulaEras(sum, week)).toEqual([{ period: week, terms: [term('a'), term('b', -0.5)] }]);
    expect([takesAway(sum), takesAway(virtual({ sum_of: [term('a', 0.45)] }))]).toEqual([true, false]);
  });

  test('changes at the London midnight of its date, whichever is written first, within the validity of the meter', () => {
    const meter = virtual({
      valid_to: '2026-04-01',
      formula: [
        { from: '2026-03-30', terms: [term('b')] },
        { from: '2026-03-28', terms: [term('a')] },
      ],
    });
    // The clocks went forward on 29 March: from then on midnight is 23:00 UTC.
    const at = (iso: string) => Date.parse(iso) / 1000;
    expect(formulaEras(meter, week)).toEqual([
      { period: { from: at('2026-03-28T00:00:00Z'), to: at('2026-03-29T23:00:00Z') }, terms: [term('a')] },
      { period: { from: at('2026-03-29T23:00:00Z'), to: at('2026-04-01T23:00:00Z') }, terms: [term('b')] },
    ]);
  });

  test('stands so deep as the formulas it names', () => {
    const meters = [
      aMeter({ id: 'a' }),
      virtual({ id: 'one', sum_of: [term('a')] }),
      virtual({ id: 'two', sum_of: [term('a'), term('one', -1)] }),
      virtual({ id: 'three', formula: [{ from: '2026-01-01', terms: [term('two', 0.45)] }] }),
    ];
    const estate = { meters: new Map(meters.map((meter) => [meter.id, meter])) } as Partial<Estate> as Estate;
    expect(meters.map((meter) => formulaDepth(estate, meter))).toEqual([0, 1, 2, 3]);
  });

  test('gives each half-hour what the terms of its date add up to, and all together what each counted', () => {
    const names = ['a', 'b', 'c', 'd'];
    const terms = fc
      .uniqueArray(fc.record({ meter: fc.constantFrom(...names), times: fc.integer({ min: -3, max: 3 }) }), {
        minLength: 1,
        selector: ({ meter }) => meter,
      })
      .map((list) => list.map(({ meter, times }) => term(meter, times / 2)));
    const dates = ['2026-03-20', '2026-03-28', '2026-03-29', '2026-03-30', '2026-04-01'];
    const formula = fc.uniqueArray(fc.record({ from: fc.constantFrom(...dates), terms }), {
      minLength: 1,
      maxLength: 4,
      selector: ({ from }) => from,
    });
    const amounts = fc.array(fc.option(fc.nat(1_000), { nil: undefined, freq: 12 }), { minLength: 40, maxLength: 400 });
    fc.assert(
      fc.property(formula, fc.tuple(amounts, amounts, amounts, amounts), (list, drawn) => {
        const starts = halfHoursOf(week);
        const rows = new Map(
          names.map((name, i) => [name, starts.map((start, k) => aHalfHour(start, drawn[i]?.[k % drawn[i].length]))]),
        );
        const got = formulaEras(virtual({ formula: list }), week).flatMap(
          ({ period, terms: used }) =>
            combineMeters(
              'v',
              used.map(({ meter, times }) => ({ times, halfHours: rows.get(meter) ?? [], gaps: [] })),
              period,
            ).halfHours,
        );
        const expected = starts.flatMap((start, k) => {
          const held = list.filter(({ from }) => from <= dateOf(start)).sort((a, b) => (a.from < b.from ? 1 : -1))[0];
          if (!held) return [];
          const parts = held.terms.map(({ meter, times }) => (rows.get(meter)?.[k]?.energy ?? Number.NaN) * times);
          const sum = parts.reduce((total, part) => total + part, 0);
          return [{ start, energy: Number.isNaN(sum) ? undefined : sum }];
        });
        const rounded = (list: readonly { start: number; energy: number | undefined }[]) =>
          list.map(({ start, energy }) => [start, energy === undefined ? 'missing' : Math.round(energy * 1e6) / 1e6]);
        expect(rounded(got)).toEqual(rounded(expected));
        for (const row of got) expect(row.rule === 'virtual-negative').toBe((row.energy ?? 0) < 0);
      }),
      { numRuns: 200 },
    );
  });
});
