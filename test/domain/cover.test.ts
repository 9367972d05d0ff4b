import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coverOfYear, coverStates, type SupplyUse, type YearCover } from '../../domain/certificates/cover.ts';
import { type Certificate, certificateSchema, type Supply, supplySchema } from '../../domain/certificates/register.ts';
import { certificatesFor, certificatesOfYear } from '../../domain/certificates/issue.ts';
import { disclosureYear } from '../../domain/certificates/disclosure-period.ts';

/** A batch of certificates that meets every criterion, retired; what a case is about is given. */
function batch(given: object = {}): Certificate {
  return certificateSchema.parse({
    id: 'batch',
    organisation: 'trust',
    station: 'A wind farm',
    technology: 'onshore_wind',
    output_month: '2025-06',
    mwh: 100,
    market: 'GB',
    acquired: 'unbundled',
    retired: { for: 'trust', on: '2026-09-01', evidence: 'the statement' },
    source: 'invoice 4711',
    ...given,
  });
}

function contract(given: object = {}): Supply {
  const always = { supplier: 'S', meters: ['north'], valid_from: '2020-01-01', source: 'the contract' };
  return supplySchema.parse({ id: 'contract', claim: 'none', ...always, ...given });
}

const year = disclosureYear('2025-26');

/** What a point used in the disclosure period. */
function use(point: string, energy: number, given: Partial<SupplyUse> = {}): SupplyUse {
  return { point, site: `site-${point}`, organisation: 'trust', supply: undefined, period: year, energy, ...given };
}

function cover(uses: readonly SupplyUse[], certificates: readonly Certificate[], supplies: readonly Supply[] = []) {
  return coverOfYear({ supplies, certificates }, uses, '2025-26', year.to, '2026-11-26');
}

/** kWh covered at each point, by state. */
function covered({ points }: YearCover): Record<string, Partial<Record<string, number>>> {
  return Object.fromEntries(
    points.map(({ point, parts }) => [
      point,
      Object.fromEntries(
        coverStates.flatMap((state) => {
          const own = parts.filter((part) => part.state === state);
          return own.length === 0 ? [] : [[state, own.reduce((sum, { energy }) => sum + energy, 0)]];
        }),
      ),
    ]),
  );
}

describe('REGOs issued', () => {
  const vectors = [
    [490, 0],
    [500, 1],
    [1_490, 1],
    [1_500, 2],
    [123_500, 124],
  ] as const;
  test('to the nearest whole MWh, a half up: five vectors', () => {
    expect(vectors).toHaveLength(5);
    expect(vectors.map(([energy]) => certificatesFor(energy))).toEqual(vectors.map(([, issued]) => issued));
  });

  test('twelve months of 1.4 MWh are 12 by the month and 17 by the year', () => {
    const months = Array.from({ length: 12 }, () => 1_400);
    expect([certificatesOfYear(months, 'month'), certificatesOfYear(months, 'year')]).toEqual([12, 17]);
  });

  test('none for output below zero', () => expect(certificatesFor(-600)).toBe(0));
});

describe('cover of a disclosure period', () => {
  test('R3: a surplus is reported, not negative and not carried', () => {
    const result = cover([use('north', 4_650_000)], [batch({ mwh: 6_000 })]);
    expect(result.batches[0]).toMatchObject({ matched: 4_650_000, surplus: 1_350_000, excluded: [] });
    expect(covered(result)).toEqual({ north: { retired: 4_650_000 } });
    const next = coverOfYear({ supplies: [], certificates: [batch({ mwh: 6_000 })] }, [], '2026-27', 0, '2027-06-01');
    expect(next.batches).toEqual([]);
  });

  test('R5: output of March does not cover June, because its disclosure period is another', () => {
    const march = batch({ output_month: '2025-03' });
    expect(cover([use('north', 1_000)], [march])).toMatchObject({ batches: [], points: [{ parts: [] }] });
    const claimed = cover([use('north', 1_000)], [{ ...march, claimed_for: '2025-26' }]);
    expect(claimed.batches[0]).toMatchObject({ matched: 0, surplus: 0, excluded: ['wrong-disclosure-period'] });
    expect(claimed.batches[0]?.criteria.find(({ criterion }) => criterion === 'vintage')).toMatchObject({
      result: 'failed',
      because: 'made in 2024-25, claimed for 2025-26',
    });
    expect(covered(claimed)).toEqual({ north: {} });
  });

  test.each([
    ['retired for another', { retired: { for: 'A bank', on: '2026-09-01', evidence: 'the statement' } }],
    ['expired before it was retired', { expires: '2026-08-31' }],
    ['expired and not retired', { retired: undefined, expires: '2026-11-25' }],
    ['sold on', { withdrawn: { as: 'sold', on: '2026-10-02', evidence: 'invoice 99' } }],
    ['of another market', { market: 'IE' }],
    ['without technology', { technology: undefined }],
  ])('a batch %s covers nothing', (_, given) => {
    const result = cover([use('north', 1_000)], [batch(given)]);
    expect(result.batches[0]?.excluded).toHaveLength(1);
    expect(result.batches[0]).toMatchObject({ matched: 0, surplus: 0 });
    expect(covered(result)).toEqual({ north: {} });
  });

  test('the same numbers twice are excluded both times', () => {
    const numbers = ['G01 to G09', 'g01TO g09'];
    const { batches } = cover(
      [use('north', 1_000)],
      numbers.map((one, i) => batch({ id: `b${i}`, numbers: one })),
    );
    expect(batches.map(({ excluded }) => excluded)).toEqual([['claimed-twice'], ['claimed-twice']]);
  });

  test('that a batch is not retired yet excludes nothing: it is allocated or contracted', () => {
    const waiting = { retired: undefined, mwh: 1 };
    const certificates = [batch({ ...waiting, id: 'a' }), batch({ ...waiting, id: 'b', state: 'allocated' })];
    const result = cover([use('north', 5_000)], certificates);
    expect(covered(result)).toEqual({ north: { contracted: 1_000, allocated: 1_000 } });
    expect(result.batches[0]?.criteria.map(({ result: met }) => met)).toEqual(['met', 'met', 'not yet', 'met', 'met']);
  });

  test('over several points in proportion to what each has left', () => {
    const result = cover([use('north', 30_000), use('south', 10_000)], [batch({ mwh: 20 })]);
    expect(covered(result)).toEqual({ north: { retired: 15_000 }, south: { retired: 5_000 } });
  });

  test('by hand first; what the point does not use stays there as surplus', () => {
    const allocations = [{ meter: 'south', mwh: 15 }];
    const result = cover([use('north', 30_000), use('south', 10_000)], [batch({ mwh: 20, allocations })]);
    expect(covered(result)).toEqual({ north: { retired: 5_000 }, south: { retired: 10_000 } });
    expect(result.batches[0]).toMatchObject({ matched: 15_000, surplus: 5_000 });
  });

  test('of a supply over its points alone', () => {
    const uses = [use('north', 30_000, { supply: 'contract' }), use('south', 10_000)];
    const result = cover(uses, [batch({ supply: 'contract', mwh: 40 })], [contract()]);
    expect(covered(result)).toEqual({ north: { retired: 30_000 }, south: {} });
    expect(result.batches[0]).toMatchObject({ matched: 30_000, surplus: 10_000 });
  });

  test('for its own organisation alone', () => {
    const result = cover([use('north', 1_000), use('north', 500, { organisation: 'tenant' })], [batch()]);
    expect(result.points.map(({ organisation, parts }) => [organisation, parts.length])).toEqual([
      ['trust', 1],
      ['tenant', 0],
    ]);
  });

  test('what a supplier confirms is so, what it promises is contracted, and batches are evidence of the same', () => {
    const confirmed = [{ period: '2025-26', share: 0.6, on: '2026-09-01', evidence: 'the letter' }];
    const uses = [use('north', 100_000, { supply: 'contract' })];
    const supply = contract({ claim: 'supplier_rego', claim_share: 0.9, confirmed });
    expect(covered(cover(uses, [], [supply]))).toEqual({ north: { retired: 60_000, contracted: 30_000 } });
    const certificates = [batch({ supply: 'contract', mwh: 70 })];
    expect(covered(cover(uses, certificates, [supply]))).toEqual({ north: { retired: 70_000, contracted: 20_000 } });
    // Batches that belong to no contract cover what the confirmed contract leaves.
    expect(covered(cover(uses, [batch({ mwh: 70 })], [supply]))).toEqual({ north: { retired: 100_000 } });
    expect(covered(cover(uses, [], [contract({ confirmed })]))).toEqual({ north: {} });
  });

  test('use below zero is covered by nothing', () => {
    expect(covered(cover([use('north', -5)], [batch()]))).toEqual({ north: {} });
  });
});

describe('no MWh is used twice', () => {
  const points = ['north', 'south', 'east'];
  const organisations = ['trust', 'tenant'];
  const supplies = ['', 'contract', 'other'];
  const someUse = fc.record({
    point: fc.constantFrom(...points),
    organisation: fc.constantFrom(...organisations),
    supply: fc.constantFrom(...supplies).map((id) => (id === '' ? undefined : id)),
    energy: fc.double({ min: -10, max: 500_000, noNaN: true }),
  });
  const someBatch = fc.record({
    organisation: fc.constantFrom(...organisations),
    supply: fc.constantFrom(...supplies).map((id) => (id === '' ? undefined : id)),
    output_month: fc.constantFrom('2025-03', '2025-04', '2026-03', '2026-04'),
    claimed_for: fc.constantFrom(undefined, '2024-25', '2025-26'),
    mwh: fc.integer({ min: 1, max: 400 }),
    retired: fc
      .constantFrom(undefined, ...organisations)
      .map((id) => id && { for: id, on: '2026-09-01', evidence: 'E 1' }),
    numbers: fc.constantFrom(undefined, 'N 1', 'N 2', 'N 3'),
    allocations: fc.array(fc.record({ meter: fc.constantFrom(...points), mwh: fc.integer({ min: 1, max: 300 }) }), {
      maxLength: 3,
    }),
  });
  const someShare = fc.double({ min: 0.01, max: 1, noNaN: true });

  test('whatever the estate: in one period at most, within the batch, within the use', () => {
    fc.assert(
      fc.property(
        fc.array(someUse, { maxLength: 12 }),
        fc.array(someBatch, { maxLength: 10 }),
        fc.tuple(someShare, someShare),
        (uses, batches, [share, claim_share]) => {
          const certificates = batches.map((one, i) => batch({ ...one, id: `batch-${i}` }));
          const confirmed = [{ period: '2025-26', share, on: '2026-09-01', evidence: 'the letter' }];
          const register = {
            certificates,
            supplies: [contract({ claim: 'ppa', claim_share, confirmed }), contract({ id: 'other', claim: 'ppa' })],
          };
          const places = new Map<string, string[]>();
          for (const period of ['2024-25', '2025-26', '2026-27']) {
            const used = uses.map(({ point, energy, ...rest }) => use(point, energy, rest));
            const result = coverOfYear(register, used, period, 0, '2026-11-26');
            checkConserved(result);
            for (const { certificate, matched } of result.batches) {
              if (matched > 0) places.set(certificate.id, [...(places.get(certificate.id) ?? []), period]);
            }
          }
          for (const list of places.values()) expect(list).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });

  function checkConserved({ points: at, batches, period }: YearCover): void {
    const parts = at.flatMap((one) => one.parts);
    for (const { certificate, excluded, matched, surplus } of batches) {
      const placed = parts.filter(({ by, of }) => by === 'certificates' && of === certificate.id);
      const sum = placed.reduce((total, { energy }) => total + energy, 0);
      expect(sum).toBeCloseTo(matched, 3);
      expect(surplus).toBeGreaterThanOrEqual(-1e-6);
      expect(matched + surplus).toBeCloseTo(excluded.length > 0 ? 0 : certificate.mwh * 1000, 3);
      expect(excluded.length > 0 ? placed : []).toEqual([]);
    }
    for (const { use: used, parts: own, organisation } of at) {
      expect(own.reduce((total, { energy }) => total + energy, 0)).toBeLessThanOrEqual(used + 1e-6);
      for (const part of own) {
        expect(part.energy).toBeGreaterThan(0);
        if (part.by === 'contract') continue;
        const of = batches.find(({ certificate }) => certificate.id === part.of)?.certificate;
        expect(of?.organisation).toBe(organisation);
        expect(of?.claimed_for ?? period).toBe(period);
      }
    }
  }
});
