import { describe, expect, test } from 'vitest';
import { intensitiesOf } from '../../domain/energy/intensity.ts';
import type { IntensityFigure } from '../../domain/energy/place-intensity.ts';
import { indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { halfHourSeconds, type Period } from '../../domain/time.ts';
import { convert } from '../../domain/units.ts';
import { dates, estateOf, siteOf } from './small-estate.ts';

/** What stands beside kWh per m²: per occupied m², per 100 m³ heated, water, and how much of the area is metered. */

const year = dates('2025-01-01', '2026-01-01');

type Amounts = Readonly<Record<string, { readonly energy?: number; readonly volume?: number }>>;

/** The figures of a period through which each meter counted so much, evenly. */
function figuresOf(estate: Estate, amounts: Amounts, period: Period = year) {
  const boundaries = withFigureChanges(estate, [period.from, period.to]);
  const list = Object.entries(amounts).flatMap(([meter, { energy = 0, volume = 0 }]) =>
    boundaries.slice(0, -1).map((from, bucket) => {
      const share = ((boundaries[bucket + 1] ?? 0) - from) / (period.to - period.from);
      const halfHours = ((boundaries[bucket + 1] ?? 0) - from) / halfHourSeconds;
      return {
        meter,
        bucket,
        energy: energy * share,
        volume: volume * share,
        measuredEnergy: energy * share,
        measuredVolume: volume * share,
        measuredHalfHours: halfHours,
        estimatedHalfHours: 0,
        missingHalfHours: 0,
      };
    }),
  );
  return intensitiesOf({ estate, sites: [...estate.sites.keys()], period, sums: indexSums(boundaries, list) });
}

function onlySite(estate: Estate, amounts: Amounts, period: Period = year): IntensityFigure {
  const [figure] = figuresOf(estate, amounts, period).sites;
  if (!figure) throw new Error('no figure');
  return figure;
}

describe('energy of the heated volume', () => {
  test('of 32,000,000 kWh and 180,000 m³ is 64.0 GJ per 100 m³', () => {
    const estate = siteOf([{ id: 'gas', utility: 'gas' }], { heated_volume_m3: 180_000 });
    expect(onlySite(estate, { gas: { energy: 32_000_000 } }).perHeatedVolume).toBeCloseTo(64, 9);
  });
  test('of 55 GJ per 100 m³ is 152.78 kWh per m³', () => {
    expect(convert(55, 'GJ', 'kWh') / 100).toBeCloseTo(152.78, 2);
  });
  test('is of what was delivered, without what the site makes itself', () => {
    const estate = siteOf([{ id: 'main' }, { id: 'solar', role: 'generation', technology: 'solar' }], {
      heated_volume_m3: 100_000,
    });
    const figure = onlySite(estate, { main: { energy: 1_000_000 }, solar: { energy: 500_000 } });
    expect(figure.energy).toBe(1_500_000);
    expect(figure.perHeatedVolume).toBeCloseTo(3.6, 9);
  });
});

describe('per occupied m²', () => {
  const estate = (rest: Record<string, unknown>) => siteOf([{ id: 'main' }], rest);
  test('is weighted by days where the area changed mid-year', () => {
    const occupied = [
      { from: '2020-01-01', value: 600 },
      { from: '2025-07-01', value: 900 },
    ];
    const figure = onlySite(estate({ occupied_area_m2: occupied }), { main: { energy: 365_000 } });
    expect(figure.occupiedArea).toBeCloseTo((181 * 600 + 184 * 900) / 365, 9);
    expect(figure.perOccupiedArea).toBeCloseTo(365_000 / ((181 * 600 + 184 * 900) / 365), 9);
  });
  test('counts the days of a leap year', () => {
    const occupied = [
      { from: '2020-01-01', value: 600 },
      { from: '2024-07-01', value: 900 },
    ];
    const leap = dates('2024-01-01', '2025-01-01');
    const figure = onlySite(estate({ occupied_area_m2: occupied }), { main: { energy: 366_000 } }, leap);
    expect(figure.occupiedArea).toBeCloseTo((182 * 600 + 184 * 900) / 366, 9);
  });
  test('counts a day of 25 hours as one', () => {
    const occupied = [
      { from: '2020-01-01', value: 600 },
      { from: '2025-10-26', value: 900 },
    ];
    const figure = onlySite(estate({ occupied_area_m2: occupied }), {}, dates('2025-10-25', '2025-10-27'));
    expect(figure.occupiedArea).toBe(750);
  });
  test('is not known where the register says nothing, or nothing of the first days', () => {
    expect(onlySite(estate({}), { main: { energy: 1 } }).perOccupiedArea).toBeUndefined();
    const late = [{ from: '2025-02-01', value: 600 }];
    expect(onlySite(estate({ occupied_area_m2: late }), { main: { energy: 1 } }).perOccupiedArea).toBeUndefined();
  });
  test('of a site that closed has no area on the days after', () => {
    const figure = onlySite(estate({ occupied_area_m2: 730, valid_to: '2025-03-31' }), { main: { energy: 90_000 } });
    expect(figure.occupiedArea).toBeCloseTo((730 * 90) / 365, 9);
    expect(figure.warnings.map(({ code }) => code)).toContain('not-open');
  });
});

describe('water', () => {
  test('is m³ per m², with a measured share of its own, and no part of the energy', () => {
    const estate = siteOf([{ id: 'main' }, { id: 'water', utility: 'water' }]);
    const figure = onlySite(estate, { main: { energy: 80_000 }, water: { volume: 1_400 } });
    expect(figure.energy).toBe(80_000);
    expect(figure.water).toMatchObject({ volume: 1400, intensity: 1.4, meteredShare: 1 });
    expect(figure.water?.measuredShare).toEqual({ byAmount: 1, byTime: 1 });
  });
  test('is not known where its meter is silent, and none where there is no meter', () => {
    const silent = siteOf([{ id: 'main' }, { id: 'water', utility: 'water' }]);
    expect(onlySite(silent, { main: { energy: 1 } }).water).toMatchObject({ volume: undefined, intensity: undefined });
    expect(onlySite(siteOf([{ id: 'main' }]), { main: { energy: 1 } }).water).toBeUndefined();
  });
});

describe('the metered share of the area', () => {
  const estate = estateOf([
    { id: 'a', gross_internal_area_m2: 3000, meters: [{ id: 'a-e' }, { id: 'a-g', utility: 'gas' }] },
    { id: 'b', gross_internal_area_m2: 1000, meters: [{ id: 'b-e' }] },
    { id: 'c', gross_internal_area_m2: 1000, meters: [{ id: 'c-w', utility: 'water' }] },
  ]);
  const figure = figuresOf(estate, { 'a-e': { energy: 3 }, 'a-g': { energy: 6 }, 'b-e': { energy: 1 } }).estate;
  test('of an estate is that of the sites with a meter', () => {
    expect(figure.meteredShare).toBeCloseTo(0.8, 12);
    expect(figure.byFuel.map(({ utility, meteredShare }) => [utility, meteredShare])).toEqual([
      ['electricity', 0.8],
      ['gas', 0.6],
    ]);
    expect(figure.water?.meteredShare).toBeCloseTo(0.2, 12);
  });
  test('of a site whose meter came in during the year is by days', () => {
    const late = siteOf([{ id: 'main', valid_from: '2025-07-01' }]);
    expect(onlySite(late, { main: { energy: 1 } }).meteredShare).toBeCloseTo(184 / 365, 12);
  });
  test('of a site fed by another is that of the meter between them', () => {
    const fed = estateOf([
      { id: 'a', meters: [{ id: 'a-e' }] },
      { id: 'b', meters: [{ id: 'b-e', parent: 'a-e' }] },
    ]);
    expect(figuresOf(fed, { 'a-e': { energy: 9 }, 'b-e': { energy: 2 } }).sites.map((one) => one.meteredShare)).toEqual(
      [1, 1],
    );
  });
  test('is not that of own generation', () => {
    const solar = siteOf([{ id: 'solar', role: 'generation', technology: 'solar' }]);
    const own = onlySite(solar, { solar: { energy: 5 } });
    expect(own.meteredShare).toBe(0);
    expect(own.byFuel.map(({ source, meteredShare }) => [source, meteredShare])).toEqual([
      ['own_renewable', undefined],
    ]);
  });
});
