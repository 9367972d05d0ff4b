import { describe, expect, test } from 'vitest';
import { type Unpriced, UnpricedError, withoutUnpriced } from '../../../domain/tariffs/unpriced.ts';

const lacks = (supply_point: string, offer?: string, found = 'x'): Unpriced => ({
  supply_point,
  offer,
  problem: { code: 'tariff.not-published', where: `supply point ${supply_point}`, found },
});
const ids = { offer: ['a', 'b', 'c'], supply_point: ['p', 'q', 'r'] };

describe('What cannot be priced is left out', () => {
  test('of nothing that is missing nothing is left out', () => {
    expect(withoutUnpriced(ids, [])).toEqual({ kept: ids, left: [] });
  });

  test('an offer that lacks something everywhere goes first, then a supply point that still does', () => {
    const found = withoutUnpriced(ids, [lacks('p', 'a'), lacks('q', 'a'), lacks('r', 'a'), lacks('r', 'b')]);
    expect(found?.kept).toEqual({ offer: ['b', 'c'], supply_point: ['p', 'q'] });
    expect(found?.left.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['offer a', 'supply_point r']);
  });

  test('a supply point without half-hours goes whatever the offer, with all that it lacks', () => {
    const found = withoutUnpriced(ids, [lacks('q'), lacks('q', 'a', 'y')]);
    expect(found?.kept).toEqual({ offer: ids.offer, supply_point: ['p', 'r'] });
    expect(found?.left).toEqual([
      { kind: 'supply_point', id: 'q', problems: [lacks('q').problem, lacks('q', 'a', 'y').problem] },
    ]);
  });

  test('where all would go nothing is answered', () => {
    const two = { offer: ['a'], supply_point: ['p', 'q'] };
    expect(withoutUnpriced(two, [lacks('p', 'a'), lacks('q', 'a')])).toBeUndefined();
  });

  test('what is left lacks nothing, and each that goes lacked something, whatever is missing', () => {
    // Every set of the nine pairs.
    for (let set = 0; set < 2 ** 9; set += 1) {
      const unpriced = ids.offer.flatMap((offer, i) =>
        ids.supply_point.flatMap((point, j) => ((set >> (i * 3 + j)) & 1 ? [lacks(point, offer)] : [])),
      );
      const found = withoutUnpriced(ids, unpriced);
      if (!found) continue;
      const { kept, left } = found;
      const isKept = (one: Unpriced) =>
        kept.offer.includes(one.offer ?? '') && kept.supply_point.includes(one.supply_point);
      expect(unpriced.filter(isKept)).toEqual([]);
      expect(left.every(({ problems }) => problems.length > 0)).toBe(true);
      expect(left.length + kept.offer.length + kept.supply_point.length).toBe(6);
    }
  });

  test('the error says each problem once', () => {
    expect(new UnpricedError([lacks('p', 'a'), lacks('p', 'b')]).problems).toEqual([lacks('p').problem]);
  });
});
