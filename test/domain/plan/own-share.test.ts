import { describe, expect, test } from 'vitest';
import { indexSums } from '../../../domain/energy/site-energy.ts';
import { exportWord } from '../../../domain/plan/measure-saving.ts';
import { madeAndExported, ownShareOf } from '../../../domain/plan/own-share.ts';
import { bucketsOf, dates, measured, siteOf } from '../small-estate.ts';

describe('of what a site makes it uses itself', () => {
  const year = dates('2025-01-01', '2026-01-01');
  const days = bucketsOf('2025-01-01', '2026-01-01', 'day');
  const main = { id: 'main' };
  const roof = { id: 'roof', role: 'generation', technology: 'solar', parent: 'main' };
  const engine = { id: 'engine', role: 'generation', technology: 'chp', parent: 'main' };
  const out = { id: 'out', role: 'export', parent: 'main' };
  const share = (meters: readonly { id: string }[], kwh: Record<string, number>) =>
    ownShareOf(indexSums(days, measured(days, kwh)), madeAndExported(siteOf([...meters]), 'site', year));

  test('what does not leave, of engines too, which leaves by the same meter', () => {
    expect(share([main, roof, out], { roof: 10, out: 4 })).toBeCloseTo(0.6, 12);
    expect(share([main, roof, engine, out], { roof: 10, engine: 30, out: 10 })).toBeCloseTo(0.75, 12);
    expect(exportWord(0.6)).toBe('exported');
  });

  test('all where nothing counts what leaves, and nobody knows how much where the meter is silent', () => {
    expect(share([main, roof], { roof: 10 })).toBe(1);
    expect(share([main, roof, out], { roof: 10 })).toBeUndefined();
    expect(share([main, out], { out: 0 })).toBeUndefined();
    expect([exportWord(1), exportWord(undefined)]).toEqual([undefined, 'export_not_known']);
  });

  test('of the time since there is a meter of what leaves', () => {
    const later = { ...out, valid_from: '2025-07-01' };
    expect(share([main, roof, later], { roof: 10, out: 4 })).toBeCloseTo(0.6, 12);
  });
});
