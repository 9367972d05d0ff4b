import { expect, test } from 'vitest';
import { supplySchema } from '../../domain/certificates/register.ts';
import { supplyPointOf } from '../../domain/certificates/supply-points.ts';
import { ownUses, supplyUses } from '../../domain/certificates/uses.ts';
import { energyParts, indexSums, withFigureChanges } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { startOfDay } from '../../domain/time.ts';
import { estateOf, measured, siteOf } from './small-estate.ts';

function withSupplies(estate: Estate, ...list: readonly object[]): Estate {
  const always = { supplier: 'S', valid_from: '2020-01-01', claim: 'none', source: 'the contract' };
  return { ...estate, lists: { supplies: list.map((one) => supplySchema.parse({ ...always, ...one })) } };
}

/** What an estate used from one date to another, each meter counting the same in every stretch. */
function used(estate: Estate, from: string, to: string, energies: Readonly<Record<string, number>>) {
  const boundaries = withFigureChanges(estate, [startOfDay(from), startOfDay(to)]);
  const parts = energyParts(estate, estate.sites.keys(), indexSums(boundaries, measured(boundaries, energies)));
  return { parts, bought: supplyUses(parts, boundaries), own: ownUses(parts, boundaries) };
}

test('two intakes of a site are two supply points, each with its contract', () => {
  const estate = withSupplies(siteOf([{ id: 'a', mpan: '1012345678903' }, { id: 'b' }]), {
    id: 'green',
    mpans: ['10 1234 5678 903'],
  });
  const { bought } = used(estate, '2025-05-01', '2025-06-01', { a: 300, b: 100 });
  expect(bought.map(({ point, supply, energy }) => [point, supply, energy])).toEqual([
    ['a', 'green', 300],
    ['b', undefined, 100],
  ]);
});

test('a stretch ends where a contract, or a disclosure period, does', () => {
  const estate = withSupplies(
    siteOf([{ id: 'a' }]),
    { id: 'old', meters: ['a'], valid_to: '2025-05-31' },
    { id: 'new', meters: ['a'], valid_from: '2025-06-01' },
  );
  const { bought } = used(estate, '2025-03-01', '2025-07-01', { a: 10 });
  expect(bought.map(({ supply, period }) => [supply, period.from])).toEqual([
    ['old', startOfDay('2025-03-01')],
    ['old', startOfDay('2025-04-01')],
    ['new', startOfDay('2025-06-01')],
  ]);
});

test("a tenant's part comes through the landlord's point, and both are what passed it", () => {
  const estate = withSupplies(
    estateOf([
      {
        id: 'site',
        meters: [
          { id: 'main' },
          { id: 'ward', role: 'sub', parent: 'main', reporter: [{ from: '2020-01-01', organisation: 'tenant' }] },
        ],
      },
    ]),
    { id: 'green', meters: ['main'] },
  );
  const { bought } = used(estate, '2025-05-01', '2025-06-01', { main: 100, ward: 30 });
  expect(bought.map(({ organisation, point, supply, energy }) => [organisation, point, supply, energy])).toEqual([
    ['mse', 'main', 'green', 70],
    ['tenant', 'main', 'green', 30],
  ]);
});

test('a meter that no contract names hangs behind one that is named', () => {
  const estate = withSupplies(siteOf([{ id: 'main' }, { id: 'sub', role: 'sub', parent: 'main' }]), {
    id: 'green',
    meters: ['main'],
    valid_to: '2025-12-31',
  });
  const sub = estate.meters.get('sub');
  if (!sub) throw new Error('there is a sub-meter');
  expect(supplyPointOf(estate, sub, '2025-06-01')).toEqual({ point: 'main', supply: 'green' });
  expect(supplyPointOf(estate, sub, '2026-06-01')).toEqual({ point: 'main', supply: undefined });
});

const roof = siteOf([
  { id: 'main' },
  { id: 'pv', role: 'generation', technology: 'solar' },
  { id: 'export', role: 'export' },
]);

test('R1: of 400 MWh made 50 left, and 350 were used here', () => {
  const { own, bought } = used(roof, '2025-01-01', '2026-01-01', { main: 4_650_000, pv: 400_000, export: 50_000 });
  expect(own).toMatchObject([{ meter: 'pv', organisation: 'mse', made: 400_000, used: 350_000 }]);
  expect(bought.map(({ energy }) => energy)).toEqual([4_650_000]);
});

test('an export below zero brings nothing in: no more is used than was made', () => {
  const { own } = used(roof, '2025-01-01', '2026-01-01', { main: 100, pv: 40, export: -25 });
  expect(own).toMatchObject([{ made: 40, used: 40 }]);
});
