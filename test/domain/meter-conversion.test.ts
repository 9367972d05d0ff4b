import { describe, expect, test } from 'vitest';
import {
  countMeaningOn,
  countMeaningsOf,
  meaningAt,
  ratedCountsPerSecond,
  validityOf,
} from '../../domain/half-hours/meter-conversion.ts';
import { toIso } from '../../domain/time.ts';
import { aMeter, seconds } from './a-meter.ts';

const content = (kwh: number, per: string): object => ({ from: '2000-01-01', kwh, per, source: 'a delivery note' });

/** The number but for its last digits; undefined stays undefined. */
const about = (value: number | undefined): unknown => (value === undefined ? undefined : expect.closeTo(value, 9));

describe('what one count means', () => {
  test.each([
    ['electricity in Wh', { unit: 'Wh' }, 0.001, undefined],
    ['electricity behind a 200/5 A transformer', { multiplier: 40 }, 40, undefined],
    [
      'electricity in pulses',
      { unit: 'pulse', multiplier: [{ from: '2000-01-01', times: 100, unit: 'Wh' }] },
      0.1,
      undefined,
    ],
    ['reactive electricity', { unit: 'varh', measures: 'reactive' }, 0.001, undefined],
    ['reactive energy on an active meter', { unit: 'kvarh' }, undefined, undefined],
    ['pulses of nothing stated', { unit: 'pulse' }, undefined, undefined],
    [
      'water in pulses of 10 l',
      { utility: 'water', unit: 'pulse', multiplier: [{ from: '2000-01-01', times: 10, unit: 'l' }] },
      undefined,
      0.01,
    ],
    ['heat in GJ', { utility: 'heat', unit: 'GJ' }, 1000 / 3.6, undefined],
    ['heat in MJ', { utility: 'heat', unit: 'MJ' }, 1 / 3.6, undefined],
    ['gas oil in litres', { utility: 'gas_oil', unit: 'l', energy_content: [content(10.74, 'l')] }, 10.74, 0.001],
    [
      'gas oil in m³, content by litre',
      { utility: 'gas_oil', unit: 'm3', energy_content: [content(10.74, 'l')] },
      10_740,
      1,
    ],
    [
      'pellets in tonnes, content by kg',
      { utility: 'biomass', unit: 't', energy_content: [content(4.8, 'kg')] },
      4800,
      undefined,
    ],
    ['oil whose content is not known', { utility: 'gas_oil', unit: 'l' }, undefined, 0.001],
    [
      'oil whose content is by mass',
      { utility: 'gas_oil', unit: 'l', energy_content: [content(12, 'kg')] },
      undefined,
      0.001,
    ],
  ])('%s', (_, entry, energy, volume) => {
    const meaning = countMeaningOn(aMeter(entry), '2026-03-02');
    expect(meaning.energy).toEqual(about(energy));
    expect(meaning.volume).toEqual(about(volume));
  });

  test('changes at local midnight', () => {
    const meter = aMeter({
      multiplier: [
        { from: '2020-01-01', times: 1 },
        { from: '2026-07-01', times: 2 },
      ],
    });
    const meanings = countMeaningsOf(meter);
    expect(meanings.map((meaning) => meaning.energy)).toEqual([undefined, 1, 2]);
    expect(toIso(meanings[2]?.from ?? 0)).toBe('2026-06-30T23:00:00Z');
    expect(meaningAt(meanings, seconds('2026-06-30T22:59:59Z')).energy).toBe(1);
    expect(meaningAt(meanings, seconds('2026-06-30T23:00:00Z')).energy).toBe(2);
  });
});

describe('the most a meter can pass', () => {
  test.each([
    ['kW', { rating: { value: 36, unit: 'kW' } }, 0.01],
    ['MW behind a multiplier', { rating: { value: 3.6, unit: 'MW' }, multiplier: 100 }, 0.01],
    ['kVA bounds kW', { rating: { value: 36, unit: 'kVA' }, unit: 'Wh' }, 10],
    ['m³/h on litres', { utility: 'water', unit: 'l', rating: { value: 3.6, unit: 'm3/h' } }, 1],
    ['l/s on m³', { utility: 'water', unit: 'm3', rating: { value: 1, unit: 'l/s' } }, 0.001],
    ['kW on a meter of volume', { utility: 'water', unit: 'm3', rating: { value: 36, unit: 'kW' } }, undefined],
    ['nothing said', {}, undefined],
  ])('%s', (_, entry, rate) => {
    const meter = aMeter(entry);
    const found = ratedCountsPerSecond(meter, countMeaningOn(meter, '2026-03-02'));
    expect(found).toEqual(about(rate));
  });
});

test('both dates of validity belong to it', () => {
  const { from, to } = validityOf({ valid_from: '2026-03-02', valid_to: '2026-06-30' });
  expect([toIso(from), toIso(to)]).toEqual(['2026-03-02T00:00:00Z', '2026-06-30T23:00:00Z']);
  expect(validityOf({})).toEqual({ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY });
});
