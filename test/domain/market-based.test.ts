import { describe, expect, test } from 'vitest';
import { coverOfYear, type SupplyUse } from '../../domain/certificates/cover.ts';
import { disclosureYear } from '../../domain/certificates/disclosure-period.ts';
import {
  exportReduction,
  type MarketBasis,
  marketElectricity,
  type OwnUse,
} from '../../domain/certificates/market-based.ts';
import { marketChain } from '../../domain/certificates/market-chain.ts';
import { coverOf } from '../../domain/certificates/place-cover.ts';
import {
  type Certificate,
  certificateSchema,
  ownGenerationSchema,
  residualMixSchema,
  type Supply,
  supplySchema,
} from '../../domain/certificates/register.ts';

const period = '2025-26';
const year = disclosureYear(period);
const grid2025 = 0.177;

function rego(mwh: number, given: object = {}): Certificate {
  return certificateSchema.parse({
    id: 'rego',
    organisation: 'trust',
    station: 'A wind farm',
    technology: 'offshore_wind',
    output_year: period,
    mwh,
    market: 'GB',
    acquired: 'unbundled',
    retired: { for: 'trust', on: '2026-09-01', evidence: 'the statement' },
    source: 'invoice 4711',
    ...given,
  });
}

const residual = residualMixSchema.parse({
  valid_from: '2025-04-01',
  valid_to: '2026-03-31',
  kgco2e_per_kwh: 0.35,
  standing: 'quoted',
  source: 'a value for the test',
});

function bought(energy: number, given: Partial<SupplyUse> = {}): SupplyUse {
  return { point: 'main', site: 'north', organisation: 'trust', supply: undefined, period: year, energy, ...given };
}

const solar: OwnUse = {
  meter: 'pv',
  site: 'north',
  organisation: 'trust',
  period: year,
  made: 400_000,
  used: 350_000,
};

function own(certificates: string) {
  return ownGenerationSchema.parse({ meter: 'pv', from: '2025-04-01', certificates, evidence: 'the accreditation' });
}

interface Case {
  readonly uses?: readonly SupplyUse[];
  readonly own?: readonly OwnUse[];
  readonly certificates?: readonly Certificate[];
  readonly supplies?: readonly Supply[];
  readonly basis?: Partial<MarketBasis>;
}

/** The cover and the market-based figure of one trust in 2025-26. */
function reckon({ uses = [], own: made = [], certificates = [], supplies = [], basis = {} }: Case) {
  const cover = coverOfYear({ supplies, certificates }, uses, period, year.to, '2026-11-26');
  const whole: MarketBasis = {
    supplies,
    residualMix: [residual],
    ownGeneration: [own('kept')],
    covers: new Map([[period, cover]]),
    gridAverage: () => grid2025,
    ...basis,
  };
  return {
    market: marketElectricity(uses, made, whole),
    chain: marketChain(uses, made, whole),
    cover: coverOf(cover, made, whole.ownGeneration, { organisations: new Set(['trust']) }),
  };
}

describe('the market-based figure', () => {
  test('R1: 4,650 MWh bought, 4,200 MWh of REGOs, 350 MWh of own solar used', () => {
    const { market, cover } = reckon({ uses: [bought(4_650_000)], own: [solar], certificates: [rego(4_200)] });
    expect(market.evidenced.emissions).toBeCloseTo(157_500, 6);
    expect(market.evidenced.byTier).toEqual([
      { tier: 'own_generation', energy: 350_000, emissions: 0 },
      { tier: 'certificates', energy: expect.closeTo(4_200_000, 6), emissions: 0 },
      { tier: 'residual_mix', energy: expect.closeTo(450_000, 6), emissions: expect.closeTo(157_500, 6) },
    ]);
    expect(cover).toMatchObject({
      use: 5_000_000,
      bought: 4_650_000,
      uncovered: 450_000,
      surplus: 0,
      own: { kept: 350_000, sold: 0 },
      exported: { kept: 50_000 },
    });
    expect(cover.renewableShare).toBeCloseTo(0.91, 12);
    expect(market.warnings).toEqual([{ code: 'factor-quoted', about: 'residual mix 2025-04-01' }]);
  });

  test('R2: the certificates of the solar sold, its use is at the residual mix', () => {
    const { market, cover } = reckon({
      uses: [bought(4_650_000)],
      own: [solar],
      certificates: [rego(4_200)],
      basis: { ownGeneration: [own('sold')] },
    });
    expect(market.evidenced.emissions).toBeCloseTo(280_000, 6);
    expect(cover.renewableShare).toBeCloseTo(0.84, 12);
    expect(cover.own).toMatchObject({ kept: 0, sold: 350_000 });
  });

  test('R3: of a surplus nothing is below zero', () => {
    const { market, cover } = reckon({ uses: [bought(4_650_000)], certificates: [rego(6_000)] });
    expect(market.evidenced.emissions).toBe(0);
    expect(cover).toMatchObject({ uncovered: 0, surplus: 1_350_000, renewableShare: 1 });
  });

  test('without a residual mix at the average of the grid, and that is said', () => {
    const { market } = reckon({ uses: [bought(450_000)], basis: { residualMix: [] } });
    expect(market.evidenced.emissions).toBeCloseTo(79_650, 6);
    expect(market.residualMixUnavailable).toBe(true);
    expect(market.warnings.map(({ code }) => code)).toEqual(['residual-mix-unavailable']);
  });

  test('a residual mix holds on its own days alone', () => {
    const later = { ...residual, valid_from: '2026-04-01', valid_to: '2027-03-31' };
    expect(reckon({ uses: [bought(1_000)], basis: { residualMix: [later] } }).market.residualMixUnavailable).toBe(true);
  });

  test('unknown where the average of the grid is not known, and never 0', () => {
    const { market } = reckon({ uses: [bought(1_000)], basis: { residualMix: [], gridAverage: () => undefined } });
    expect(market.evidenced.emissions).toBeUndefined();
    expect(market.evidenced.byTier).toEqual([{ tier: 'grid_average', energy: 1_000, emissions: undefined }]);
  });

  test('what is not retired is expected and not evidenced', () => {
    const waiting = rego(600, { retired: undefined, state: 'allocated' });
    const { market, cover } = reckon({ uses: [bought(1_000_000)], certificates: [waiting] });
    expect(market.evidenced.emissions).toBeCloseTo(350_000, 6);
    expect(market.expected.emissions).toBeCloseTo(140_000, 6);
    expect(cover).toMatchObject({ renewableShare: 0, renewableShareExpected: 0.6 });
  });

  test('certificates go before the contract, and both before the rate that a supplier discloses', () => {
    const always = { supplier: 'S', meters: ['main'], valid_from: '2020-01-01', source: 'the contract' };
    const confirmed = [{ period, share: 0.5, on: '2026-09-01', evidence: 'the letter' }];
    const green = supplySchema.parse({ id: 'green', claim: 'supplier_rego', ...always, confirmed });
    const rates = [{ ...residual, kgco2e_per_kwh: 0.2 }];
    const mixed = supplySchema.parse({ id: 'mixed', claim: 'supplier_fuel_mix', ...always, rates });
    const uses = [bought(1_000_000, { supply: 'green' }), bought(500_000, { point: 'other', supply: 'mixed' })];
    const certificates = [rego(100, { allocations: [{ meter: 'other', mwh: 100 }] })];
    const { market } = reckon({ uses, certificates, supplies: [green, mixed] });
    expect(market.evidenced.byTier).toEqual([
      { tier: 'certificates', energy: expect.closeTo(100_000, 6), emissions: 0 },
      { tier: 'contract', energy: expect.closeTo(500_000, 6), emissions: 0 },
      { tier: 'supplier_rate', energy: expect.closeTo(400_000, 6), emissions: expect.closeTo(80_000, 6) },
      { tier: 'residual_mix', energy: expect.closeTo(500_000, 6), emissions: expect.closeTo(175_000, 6) },
    ]);
  });

  test('own generation of which nothing is said is taken as not sold, with a warning', () => {
    const { market } = reckon({ own: [solar], basis: { ownGeneration: [] } });
    expect(market.evidenced.emissions).toBe(0);
    expect(market.warnings).toEqual([{ code: 'own-certificates-unknown', about: 'pv' }]);
  });

  test('the months of a period add up to it, each covered by the same share', () => {
    const months = [100_000, 250_000, 50_000];
    const cut = months.map((energy, i) => bought(energy, { period: { from: year.from + i, to: year.from + i + 1 } }));
    const cover = coverOfYear({ supplies: [], certificates: [rego(100)] }, cut, period, year.to, '2026-11-26');
    const basis = {
      supplies: [],
      residualMix: [residual],
      ownGeneration: [],
      covers: new Map([[period, cover]]),
      gridAverage: () => grid2025,
    };
    const each = cut.map((use) => marketElectricity([use], [], basis).evidenced.emissions ?? Number.NaN);
    expect(each.map((emissions, i) => emissions / (months[i] ?? 0))).toEqual(
      months.map(() => expect.closeTo(0.2625, 9)),
    );
    expect(each.reduce((sum, one) => sum + one, 0)).toBeCloseTo(300_000 * 0.35, 6);
  });
});

describe('the chain', () => {
  test.each([
    ['R1', 'kept', 157_500, 0],
    ['R2', 'sold', 280_000, 122_500],
  ])('of %s has every kWh with what it is given, and adds up to %f kg', (_, certificates, whole, made) => {
    const basis = { ownGeneration: [own(certificates)] };
    const { chain } = reckon({ uses: [bought(4_650_000)], own: [solar], certificates: [rego(4_200)], basis });
    expect(chain.points).toHaveLength(1);
    expect(chain.points[0]).toMatchObject({
      period,
      point: 'main',
      supply: undefined,
      energy: 4_650_000,
      matchedUse: 4_650_000,
      covered: [{ by: 'certificates', of: 'rego', state: 'retired', energy: expect.closeTo(4_200_000, 6) }],
      uncovered: [{ tier: 'residual_mix', factor: 0.35, entry: residual, energy: expect.closeTo(450_000, 6) }],
      emissions: expect.closeTo(157_500, 6),
    });
    expect(chain.own).toMatchObject([{ meter: 'pv', certificates, energy: 350_000, made: 400_000 }]);
    expect(chain.own[0]?.emissions).toBeCloseTo(made, 6);
    expect((chain.points[0]?.emissions ?? 0) + (chain.own[0]?.emissions ?? 0)).toBeCloseTo(whole, 6);
    expect(chain.batches).toMatchObject([{ energy: expect.closeTo(4_200_000, 6), surplus: 0, excluded: [] }]);
  });

  test('of a part of the disclosure period has its share of what covers it', () => {
    const days = [100_000, 300_000].map((energy, i) =>
      bought(energy, { period: { from: year.from + i, to: year.from + i + 1 } }),
    );
    const cover = coverOfYear({ supplies: [], certificates: [rego(100)] }, days, period, year.to, '2026-11-26');
    const basis = { supplies: [], residualMix: [residual], ownGeneration: [], gridAverage: () => grid2025 };
    const { points, batches } = marketChain(days.slice(0, 1), [], { ...basis, covers: new Map([[period, cover]]) });
    expect(points[0]).toMatchObject({ energy: 100_000, matchedUse: 400_000 });
    expect(points[0]?.covered[0]?.energy).toBeCloseTo(25_000, 9);
    expect(batches[0]).toMatchObject({ energy: expect.closeTo(25_000, 9), matched: 100_000 });
  });
});

describe('the line for exports', () => {
  test('is what left at the average of the grid, and at most gross scope 2', () => {
    expect(exportReduction([solar], () => grid2025, 823_050)).toBeCloseTo(8_850, 6);
    expect(exportReduction([solar], () => grid2025, 5_000)).toBe(5_000);
  });

  test('is nothing where more left than was made, and unknown without a factor', () => {
    expect(exportReduction([{ ...solar, made: -10, used: 0 }], () => grid2025, 5_000)).toBe(0);
    expect(exportReduction([solar], () => undefined, 5_000)).toBeUndefined();
    expect(exportReduction([solar], () => grid2025, undefined)).toBeUndefined();
  });
});
