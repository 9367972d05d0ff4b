import { describe, expect, test } from 'vitest';
import {
  benchmarksOf,
  isOneYear,
  isWholeFigure,
  likeForLike,
  type SiteYears,
  twoKindsOf,
  yearBefore,
} from '../../domain/energy/comparisons.ts';
import { intensitiesOf } from '../../domain/energy/intensity.ts';
import { indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { dateOf, type Period } from '../../domain/time.ts';
import { correctFigure } from '../../domain/weather/corrected-figure.ts';
import { type SignaturePoint, signatureOf } from '../../domain/weather/signature.ts';
import { dates, estateOf, measured, siteOf } from './small-estate.ts';

const thisYear = dates('2025-04-01', '2026-04-01');

function figuresOf(estate: Estate, period: Period, energies: Readonly<Record<string, number>>) {
  const boundaries = withFigureChanges(estate, [period.from, period.to]);
  const sums = indexSums(boundaries, measured(boundaries, energies));
  return intensitiesOf({ estate, sites: [...estate.sites.keys()], period, sums }).sites;
}

/** The years of each site when its meters counted so much in each bucket of this year and of last year. */
function yearsOf(
  estate: Estate,
  now: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
  period = thisYear,
): SiteYears[] {
  const [own, older] = [figuresOf(estate, period, now), figuresOf(estate, yearBefore(period), before)];
  return [...estate.sites.values()].flatMap((site, i) => {
    const [a, b] = [own[i], older[i]];
    return a && b ? [{ site, now: a, before: b }] : [];
  });
}

describe('the same period a year before', () => {
  const periods: readonly (readonly [string, string, string, string])[] = [
    ['2025-04-01', '2026-04-01', '2024-04-01', '2025-04-01'],
    ['2024-02-01', '2024-03-01', '2023-02-01', '2023-03-01'],
    ['2024-02-01', '2024-02-29', '2023-02-01', '2023-03-01'],
    ['2024-02-29', '2024-03-31', '2023-03-01', '2023-03-31'],
    ['2025-02-01', '2025-03-01', '2024-02-01', '2024-03-01'],
  ];
  test.each(periods)('of %s to %s is %s to %s', (from, to, first, last) => {
    const before = yearBefore(dates(from, to));
    expect([dateOf(before.from), dateOf(before.to)]).toEqual([first, last]);
  });
  test('a year is twelve months, leap or not', () => {
    expect(isOneYear(dates('2025-04-01', '2026-04-01'))).toBe(true);
    expect(isOneYear(dates('2024-01-01', '2025-01-01'))).toBe(true);
    expect(isOneYear(dates('2025-04-01', '2026-03-01'))).toBe(false);
  });
});

describe('like for like', () => {
  const estate = estateOf([
    { id: 'a', gross_internal_area_m2: 1000, meters: [{ id: 'a-e' }] },
    { id: 'b', gross_internal_area_m2: 500, meters: [{ id: 'b-e' }] },
    { id: 'c', gross_internal_area_m2: 500, valid_from: '2025-01-01', meters: [{ id: 'c-e' }] },
  ]);
  test('leaves out the site that opened in between, whose use would pass for growth', () => {
    const list = yearsOf(estate, { 'a-e': 90, 'b-e': 60, 'c-e': 70 }, { 'a-e': 100, 'b-e': 50, 'c-e': 20 });
    const found = likeForLike(list);
    expect(found.sites).toBe(3);
    expect(found.compared.map(({ site }) => site.id)).toEqual(['a', 'b']);
    // Bounds at New Year cut each year in two, each with what was said.
    expect(found.now).toBeCloseTo((2 * 150) / 1500, 12);
    expect(found.before).toBeCloseTo((2 * 150) / 1500, 12);
    expect(found.change).toBeCloseTo(0, 12);
  });
  test('leaves out a site of which a part is missing', () => {
    const list = yearsOf(estate, { 'a-e': 90 }, { 'a-e': 100, 'b-e': 50 });
    expect(likeForLike(list).compared.map(({ site }) => site.id)).toEqual(['a']);
    expect(likeForLike(list).change).toBeCloseTo(-0.1, 12);
  });
  test('of nothing is not 0', () => {
    expect(likeForLike([])).toMatchObject({ sites: 0, now: undefined, before: undefined, change: undefined });
  });
  test('a site whose area changed between the years is compared per m²', () => {
    const grown = siteOf([{ id: 'main' }], {
      gross_internal_area_m2: [
        { from: '2020-01-01', value: 1000 },
        { from: '2025-04-01', value: 2000 },
      ],
    });
    expect(likeForLike(yearsOf(grown, { main: 200 }, { main: 100 })).change).toBeCloseTo(0, 12);
  });
});

describe('benchmarks', () => {
  const hospital = siteOf([{ id: 'e' }, { id: 'g', utility: 'gas' }, { id: 'oil', utility: 'gas_oil' }]);
  const [one] = yearsOf(hospital, { e: 45_000, g: 200_000, oil: 10_000 }, {});
  test('set electricity and what heats apart', () => {
    expect(one && twoKindsOf(one.now)).toEqual({ electricity: 90, fossilThermal: 420 });
    expect(one && benchmarksOf(one)).toMatchObject({ gap: undefined, tm46: { id: 'hospital' }, ratio: 1 });
  });
  test('are for whole years alone', () => {
    const [part] = yearsOf(hospital, { e: 1, g: 1, oil: 1 }, {}, dates('2025-04-01', '2025-10-01'));
    expect(part && benchmarksOf(part)).toMatchObject({ gap: 'not-a-year', ratio: undefined });
    const [partial] = yearsOf(hospital, { e: 45_000 }, {});
    expect(partial && isWholeFigure(partial.now)).toBe(false);
    expect(partial && benchmarksOf(partial)).toMatchObject({ gap: 'partial', ratio: undefined });
  });
  test('are none for a type without a category', () => {
    const other = siteOf([{ id: 'e' }], { type: 'other' });
    const [site] = yearsOf(other, { e: 1 }, {});
    expect(site && benchmarksOf(site)).toMatchObject({ gap: 'no-category', tm46: undefined, enco2de: undefined });
  });
  test('know nothing of gas where no gas is counted', () => {
    const [site] = yearsOf(siteOf([{ id: 'e' }]), { e: 10 }, {});
    expect(site && twoKindsOf(site.now).fossilThermal).toBeUndefined();
  });
});

describe('a figure in the weather of a standard year', () => {
  const estate = siteOf([{ id: 'e' }, { id: 'g', utility: 'gas' }]);
  const points = Array.from({ length: 12 }, (_, i): SignaturePoint => {
    const degreeDaysPerDay = 6 + 6 * Math.cos((Math.PI * i) / 6);
    const period = { from: thisYear.from + i, to: thisYear.from + i + 1 };
    return { ...period, days: 30, perDay: 500 + 120 * degreeDaysPerDay, degreeDaysPerDay, heatingDays: 30 };
  });
  const gas = signatureOf({ points, length: 'month', base: 15.5, asked: 12 });
  const [site] = yearsOf(estate, { e: 50_000, g: 200_000 }, {});
  const request = {
    days: 365,
    degreeDays: 2000,
    standardDegreeDays: 2463,
    signatures: new Map([['gas', gas]] as const),
  };

  test('has its heating corrected and all else as it was', () => {
    if (!site) throw new Error('no site');
    const weatherRelated = 400_000 - 500 * 365;
    expect(correctFigure({ ...request, figure: site.now }).energy).toBeCloseTo(
      100_000 + 500 * 365 + (weatherRelated * 2463) / 2000,
      6,
    );
  });
  test('is not known where the weather is not', () => {
    if (!site) throw new Error('no site');
    const unknown = correctFigure({ ...request, figure: site.now, degreeDays: undefined });
    expect(unknown).toEqual({ energy: undefined, notes: [{ note: 'weather-unknown' }] });
  });
  test('is as it was, and says so, where nothing follows the weather', () => {
    if (!site) throw new Error('no site');
    const flat = signatureOf({
      points: points.map((point, i) => ({ ...point, perDay: 500 + (i % 2) })),
      length: 'month',
      base: 15.5,
      asked: 12,
    });
    const found = correctFigure({ ...request, figure: site.now, signatures: new Map([['gas', flat]] as const) });
    expect(found).toEqual({ energy: 500_000, notes: [{ note: 'no-relation', utility: 'gas' }] });
  });
});
