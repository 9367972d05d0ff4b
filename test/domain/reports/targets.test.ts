import { describe, expect, test } from 'vitest';
import { siteSchema } from '../../../domain/estate/estate.ts';
import { standingOf } from '../../../domain/reports/baseline.ts';
import { type Baseline, baselineSchema, targetSchema } from '../../../domain/reports/register.ts';
import {
  type Band,
  bandAt,
  bandOf,
  courseOf,
  nationalTargets,
  placeInYears,
  referenceOf,
  yearOf,
} from '../../../domain/reports/targets.ts';

function baseline(change: Partial<Baseline> = {}): Baseline {
  return baselineSchema.parse({
    id: 'base',
    organisation: 'trust',
    name: 'The baseline',
    from: '2019-04-01',
    to: '2020-03-31',
    boundary: 'nhs_carbon_footprint',
    factor_year: 'majority',
    factor_sets: ['2019'],
    frozen_on: '2022-07-01',
    source: 'of our making',
    sites: [
      { site: 'a', emissions_kgco2e: 7_000_000 },
      { site: 'b', emissions_kgco2e: 3_000_000 },
    ],
    ...change,
  });
}
const [nhs] = nationalTargets();
if (!nhs) throw new Error('there is no national target');

function band(base = baseline(), emissions = 10_000_000, others: readonly Baseline[] = []): Band {
  const reference = referenceOf(nhs as NonNullable<typeof nhs>, base, emissions, others);
  if ('why' in reference) throw new Error(reference.why);
  return { start: { year: yearOf(base.from), emissions }, reference, milestones: nhs?.milestones ?? [] };
}

describe('the national target', () => {
  test('80 % on 1990 is 47 % on a baseline of 2020, by the assumption that is said', () => {
    const { reference } = band();
    expect(Math.round(reference.onBaseline * 100)).toBe(47);
    expect(reference.onBaseline).toBeCloseTo(1 - 0.2 / 0.38, 12);
    expect(reference.assumption).toMatch(/no figure of 1990.*62 % up to 2020/);
  });

  test('a figure of 1990 needs no assumption', () => {
    const of1990 = baseline({ from: '1990-01-01', to: '1990-12-31', sites: [{ site: 'a', emissions_kgco2e: 30e6 }] });
    const { reference } = band(baseline(), 10e6, [of1990]);
    expect(reference).toEqual({
      emissions: 30e6,
      assumption: undefined,
      onBaseline: expect.closeTo(0.4, 12) as number,
    });
  });

  test('is a band: there in 2028 or in 2032, and at nothing in 2040', () => {
    const level = 10_000_000 * (0.2 / 0.38);
    const points = bandOf(band());
    expect(points.map(({ year }) => year)).toEqual(Array.from({ length: 22 }, (_, i) => 2019 + i));
    const at = (year: number) => points.find((point) => point.year === year);
    expect(at(2019)).toEqual({ year: 2019, lower: 10e6, upper: 10e6 });
    expect(at(2028)?.lower).toBeCloseTo(level, 3);
    expect(at(2028)?.upper).toBeCloseTo(10e6 + ((level - 10e6) * 9) / 13, 3);
    expect(at(2032)?.upper).toBeCloseTo(level, 3);
    expect(at(2032)?.lower).toBeCloseTo((level * 8) / 12, 3);
    expect(at(2040)).toEqual({ year: 2040, lower: 0, upper: 0 });
    expect(points.every(({ lower, upper }) => lower <= upper)).toBe(true);
    expect(bandAt(band(), 2018)).toBeUndefined();
    expect(bandAt(band(), 2045)).toEqual({ year: 2045, lower: 0, upper: 0 });
  });

  test('is drawn from no baseline of another boundary, and from none that the assumption does not reach', () => {
    const of = (change: Partial<Baseline>) => referenceOf(nhs, baseline(change), 1, []);
    expect(of({ boundary: 'scope_1_2' })).toEqual({ why: expect.stringContaining('another boundary') as string });
    expect(of({ from: '2022-04-01', to: '2023-03-31' })).toEqual({
      why: expect.stringContaining('up to 2020 only') as string,
    });
    expect(of({ from: '2020-04-01', to: '2021-03-31' })).toHaveProperty('emissions');
  });
});

test('a target of its own is taken from its own baseline', () => {
  const own = targetSchema.parse({
    id: 'own',
    organisation: 'trust',
    name: 'Half by 2030',
    baseline: 'base',
    boundary: 'nhs_carbon_footprint',
    milestones: [{ earliest: 2030, latest: 2030, reduction: 0.5 }],
    source: 'of our making',
  });
  expect(referenceOf(own, baseline(), 10e6, [])).toEqual({ emissions: 10e6, assumption: undefined, onBaseline: 0.5 });
});

describe('a course', () => {
  const point = { year: 2026, lower: 5, upper: 7 };
  test.each([
    [4, 'ahead'],
    [5, 'on_course'],
    [7, 'on_course'],
    [7.1, 'off_course'],
    [undefined, 'unknown'],
  ] as const)('%s is %s', (emissions, course) => expect(courseOf(emissions, point)).toBe(course));
  test('without lines it is unknown', () => expect(courseOf(1, undefined)).toBe('unknown'));
});

test.each([
  ['2019-01-01', 2019],
  ['2019-04-01', 2019],
  // As with factor sets: of July to June the newer year is taken.
  ['2019-07-01', 2020],
  ['2019-10-01', 2020],
])('twelve months from %s stand for %i', (first, year) => {
  expect(yearOf(first)).toBe(year);
  expect(placeInYears(first, { from: first })).toBe(year);
});

test('twelve months have their place between the years', () => {
  expect(placeInYears('2025-10-01', { from: '2019-04-01' })).toBeCloseTo(2025.5, 2);
});

const nothing = { name: 'An estate', version: 1, organisations: new Map(), sites: new Map(), meters: new Map() };

describe('a baseline', () => {
  const site = (id: string, organisation: string, rest: Record<string, unknown> = {}) =>
    [id, siteSchema.parse({ id, name: id, organisation, type: 'office', gross_internal_area_m2: 1, ...rest })] as const;
  const standing = (sites: ReturnType<typeof site>[], change: Partial<Baseline> = {}, metered = new Map()) =>
    standingOf(baseline(change), { ...nothing, sites: new Map(sites) }, '2026-11-01', metered);

  test('is what it was frozen as, and nothing is restated while no site came or went', () => {
    const same = standing([site('a', 'trust'), site('b', 'trust')]);
    expect(same).toMatchObject({ frozen: 10e6, restated: undefined, changes: [] });
  });

  test('a site that left takes its emissions with it; the frozen figure stays', () => {
    const left = standing([site('a', 'trust'), site('b', 'other')]);
    expect(left).toMatchObject({
      frozen: 10e6,
      restated: 7e6,
      changes: [{ site: 'b', change: 'left', emissions: 3e6 }],
    });
    expect(standing([site('a', 'trust')]).restated).toBe(7e6);
  });

  test('a site that joined brings them, as written down or as metered; unknown, nothing is restated', () => {
    const sites = [site('a', 'trust'), site('b', 'trust'), site('c', 'trust')];
    const joined = [{ site: 'c', emissions_kgco2e: 1e6, source: 'its former owner' }];
    expect(standing(sites, { joined }).restated).toBe(11e6);
    expect(standing(sites, {}, new Map([['c', 2e6]])).restated).toBe(12e6);
    expect(standing(sites)).toMatchObject({
      restated: undefined,
      changes: [{ site: 'c', change: 'joined_unknown', emissions: undefined }],
    });
  });

  test('what was built or closed since restates nothing, and is named', () => {
    const sites = [
      site('a', 'trust', { valid_to: '2024-03-31' }),
      site('b', 'trust'),
      site('new', 'trust', { valid_from: '2023-01-01' }),
    ];
    expect(standing(sites)).toMatchObject({
      frozen: 10e6,
      restated: undefined,
      changes: [
        { site: 'a', change: 'closed' },
        { site: 'new', change: 'built' },
      ],
    });
  });
});
