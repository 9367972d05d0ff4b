import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spansOf } from '../../../domain/alerts/spans.ts';

const rule = { raise: 3.5, clear: 2.5, needs: 2, of: 3, quiet: 2 };
const spans = (...scores: number[]): string[] =>
  spansOf(Float64Array.from(scores), rule).map(
    ({ first, end, raised, open }) => `${first}-${end}${open ? '+' : ''} raised ${raised}`,
  );
const unknown = Number.NaN;

describe('a span', () => {
  test('begins when two of three steps show it, at the first of them', () => {
    expect(spans(0, 4, 0, 4, 4, 0, 0)).toEqual(['1-5 raised 3']);
    expect(spans(0, 4, 0, 0, 4, 0, 0)).toEqual([]);
    expect(spans(3.4, 3.4, 3.4, 3.4)).toEqual([]);
  });

  test('goes on at less than it takes to begin, and over a single quiet step', () => {
    expect(spans(4, 4, 2.6, 2.6, 0, 2.6, 0, 0, 0)).toEqual(['0-6 raised 1']);
  });

  test('is open where nothing says that it is over', () => {
    expect(spans(0, 4, 4)).toEqual(['1-3+ raised 2']);
    expect(spans(0, 4, 4, 0)).toEqual(['1-3+ raised 2']);
    expect(spans(0, 4, 4, unknown, unknown, unknown)).toEqual(['1-3+ raised 2']);
  });

  test('neither begins nor ends by what is not known', () => {
    expect(spans(4, unknown, unknown, 4, 0, 0)).toEqual(['0-4 raised 3']);
    expect(spans(4, 4, 0, unknown, unknown, 4, 0, 0)).toEqual(['0-6 raised 1']);
    expect(spans(unknown, unknown)).toEqual([]);
  });

  test('comes after another one only by beginning anew', () => {
    expect(spans(4, 4, 0, 0, 4, 0, 0, 4, 4, 0, 0)).toEqual(['0-2 raised 1', '7-9 raised 8']);
  });

  test('holds of any scores: spans are in order and apart, begin and end with steps that show it, and are raised within', () => {
    const score = fc.oneof(fc.double({ min: 0, max: 6, noNaN: true }), fc.constant(unknown));
    const rules = fc
      .record({
        needs: fc.integer({ min: 1, max: 4 }),
        more: fc.integer({ min: 0, max: 3 }),
        quiet: fc.integer({ min: 1, max: 5 }),
      })
      .map(({ needs, more, quiet }) => ({ raise: 3.5, clear: 2.5, needs, of: needs + more, quiet }));
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), rules, (list, any) => {
        let end = 0;
        for (const span of spansOf(Float64Array.from(list), any)) {
          expect(span.first).toBeGreaterThanOrEqual(end);
          expect(list[span.first]).toBeGreaterThanOrEqual(3.5);
          expect(list[span.end - 1]).toBeGreaterThanOrEqual(2.5);
          expect(span.raised).toBeGreaterThanOrEqual(span.first);
          expect(span.raised).toBeLessThan(span.end);
          end = span.end;
        }
      }),
    );
  });
});
