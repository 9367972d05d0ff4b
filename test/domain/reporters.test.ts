import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { usualAccounting } from '../../domain/carbon/accounting.ts';
import { carbonOf } from '../../domain/carbon/carbon.ts';
import { type EnergyPart, energyParts, figureChanges, indexSums } from '../../domain/energy/site-energy.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { dateOf } from '../../domain/time.ts';
import { dates, estateOf, measured, siteOf } from './small-estate.ts';

const period = dates('2025-03-01', '2025-03-02');
const boundaries = [period.from, period.to];

function partsOf(estate: Estate, energies: Readonly<Record<string, number>>): EnergyPart[] {
  return energyParts(estate, estate.sites.keys(), indexSums(boundaries, measured(boundaries, energies)));
}

function byReporter(parts: readonly EnergyPart[]): Record<string, number> {
  const groups = Map.groupBy(parts, ({ reporter }) => reporter);
  return Object.fromEntries([...groups].map(([id, list]) => [id, list.reduce((sum, part) => sum + part.energy, 0)]));
}

const since = '2020-04-01';
const tenant = { reporter: [{ from: since, organisation: 'tenant' }] };

describe('who reports a kWh', () => {
  test('is the organisation of the site, where nobody else is written', () => {
    expect(byReporter(partsOf(siteOf([{ id: 'elec' }]), { elec: 100 }))).toEqual({ mse: 100 });
  });

  test('is the reporter of the meter point, from the date it is written for', () => {
    const estate = siteOf([{ id: 'elec', reporter: [{ from: '2025-03-02', organisation: 'tenant' }] }]);
    expect(byReporter(partsOf(estate, { elec: 100 }))).toEqual({ mse: 100 });
    expect(figureChanges(estate, dates('2025-03-01', '2025-03-10')).map(dateOf)).toEqual(['2025-03-02']);
    expect(byReporter(partsOf(siteOf([{ id: 'elec', ...tenant }]), { elec: 100 }))).toEqual({ tenant: 100 });
  });

  test('sub-let space with a meter of its own is the tenant’s and taken off the landlord’s', () => {
    const estate = siteOf([{ id: 'elec' }, { id: 'shop', role: 'sub', parent: 'elec', ...tenant }]);
    expect(byReporter(partsOf(estate, { elec: 100, shop: 30 }))).toEqual({ mse: 70, tenant: 30 });
  });

  test('what a tenant hands back is the landlord’s again', () => {
    const estate = siteOf([
      { id: 'elec' },
      { id: 'shop', role: 'sub', parent: 'elec', ...tenant },
      { id: 'plant', role: 'sub', parent: 'shop', reporter: [{ from: since, organisation: 'mse' }] },
    ]);
    expect(byReporter(partsOf(estate, { elec: 100, shop: 30, plant: 8 }))).toEqual({ mse: 78, tenant: 22 });
  });

  test('occupiers report their shares where no reporter is written, and the site’s organisation the rest', () => {
    const occupiers = [
      { from: since, organisation: 'tenant', share: 0.4 },
      { from: since, organisation: 'practice', share: 0.25 },
      { from: '2024-04-01', organisation: 'practice', share: 0 },
    ];
    expect(byReporter(partsOf(siteOf([{ id: 'elec', occupiers }]), { elec: 100 }))).toEqual({ mse: 60, tenant: 40 });
    const billed = { reporter: [{ from: since, organisation: 'mse' }], occupiers };
    expect(byReporter(partsOf(siteOf([{ id: 'elec', ...billed }]), { elec: 100 }))).toEqual({ mse: 100 });
  });

  test('more handed on than came in is shared out, said, and no more than came in', () => {
    const estate = siteOf([{ id: 'elec' }, { id: 'shop', role: 'sub', parent: 'elec', ...tenant }]);
    const parts = partsOf(estate, { elec: 100, shop: 130 });
    expect(byReporter(parts)).toEqual({ mse: 0, tenant: 100 });
    expect(parts.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toContain('below-zero');
  });

  test('own renewable energy is of the organisation that answers for the panels', () => {
    const solar = { id: 'pv', role: 'generation', technology: 'solar', ...tenant };
    expect(byReporter(partsOf(siteOf([{ id: 'elec' }, solar]), { elec: 100, pv: 20 }))).toEqual({
      mse: 100,
      tenant: 20,
    });
  });

  test('heat made of a landlord’s gas stays with the gas: its kWh are counted there', () => {
    const estate = siteOf([
      { id: 'gas', utility: 'gas' },
      { id: 'heat', utility: 'heat', role: 'sub', parent: 'gas', ...tenant },
    ]);
    expect(byReporter(partsOf(estate, { gas: 100, heat: 80 }))).toEqual({ mse: 100 });
  });
});

describe('over arbitrary estates', () => {
  const organisations = ['mse', 'tenant', 'landlord'] as const;
  const anOrganisation = fc.constantFrom(...organisations);
  const who = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    anOrganisation.map((organisation) => ({ reporter: [{ from: since, organisation }] })),
    fc.tuple(anOrganisation, fc.constantFrom(0.25, 0.5, 1)).map(([organisation, share]) => ({
      occupiers: [{ from: since, organisation, share }],
    })),
  );
  interface Node {
    readonly site: string;
    readonly role: string;
    readonly utility: string;
    readonly under: number;
    readonly use: number;
    readonly who: object;
  }
  const nodes = fc.array(
    fc.record<Node>({
      site: fc.constantFrom('a', 'b', 'c'),
      role: fc.constantFrom('main', 'sub'),
      utility: fc.constantFrom('electricity', 'gas'),
      under: fc.nat(12),
      use: fc.nat(1_000),
      who,
    }),
    { minLength: 1, maxLength: 12 },
  );
  const owners = fc.record({ a: anOrganisation, b: anOrganisation, c: anOrganisation });

  function estateFrom(list: readonly Node[], owner: Readonly<Record<string, string>>): Estate {
    const parentOf = (node: Node, i: number) => {
      const parent = node.under < i ? list[node.under] : undefined;
      return parent?.utility === node.utility ? { parent: `m${node.under}` } : {};
    };
    return estateOf(
      Object.entries(owner).map(([id, organisation]) => ({
        id,
        organisation,
        meters: list.flatMap((node, i) =>
          node.site === id
            ? [{ id: `m${i}`, role: node.role, utility: node.utility, ...parentOf(node, i), ...node.who }]
            : [],
        ),
      })),
    );
  }

  /** The same estate where nobody but the sites' own organisations reports. */
  const plain = (list: readonly Node[]) => list.map((node) => ({ ...node, who: {} }));
  const total = (parts: readonly EnergyPart[]) => parts.reduce((sum, part) => sum + part.energy, 0);

  test('the organisations together have what the sites have, whatever the meters count, in kWh and kgCO2e', () => {
    fc.assert(
      fc.property(nodes, owners, (list, owner) => {
        const energies = Object.fromEntries(list.map(({ use }, i) => [`m${i}`, use]));
        const estate = estateFrom(list, owner);
        const parts = partsOf(estate, energies);
        const sites = partsOf(estateFrom(plain(list), owner), energies);
        expect(total(parts)).toBeCloseTo(total(sites), 6);
        for (const part of parts) expect(part.energy).toBeGreaterThanOrEqual(0);
        const carbon = (of: readonly EnergyPart[]) =>
          of.length === 0 ? 0 : (carbonOf(estate, of, { boundaries }, usualAccounting).value ?? Number.NaN);
        const all = [...Map.groupBy(parts, ({ reporter }) => reporter).values()].map(carbon);
        expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(carbon(sites), 6);
      }),
      { numRuns: 1_000 },
    );
  });

  test('each kWh is with whoever answers for the first meter above it that says so', () => {
    fc.assert(
      fc.property(nodes, owners, (drawn, owner) => {
        // One site and a main at every supply, so that each kWh can be followed up from where it is used.
        const list = drawn.map((node, i) => {
          const isRoot = !(node.under < i && drawn[node.under]?.utility === node.utility);
          return { ...node, site: 'a', role: isRoot ? 'main' : 'sub' };
        });
        const counts = list.map(({ use }) => use);
        const expected = new Map<string, number>();
        const give = (organisation: string, kwh: number) =>
          expected.set(organisation, (expected.get(organisation) ?? 0) + kwh);
        for (let i = list.length - 1; i >= 0; i--) {
          const node = list[i] as Node;
          if (node.role === 'sub') counts[node.under] = (counts[node.under] ?? 0) + (counts[i] ?? 0);
          let at = node;
          while (Object.keys(at.who).length === 0 && at.role === 'sub') at = list[at.under] as Node;
          const { reporter, occupiers } = at.who as {
            reporter?: { organisation: string }[];
            occupiers?: { organisation: string; share: number }[];
          };
          const share = reporter ? 0 : (occupiers?.[0]?.share ?? 0);
          give(reporter?.[0]?.organisation ?? owner.a, node.use * (1 - share));
          give(occupiers?.[0]?.organisation ?? owner.a, node.use * share);
        }
        const found = byReporter(
          partsOf(estateFrom(list, owner), Object.fromEntries(counts.map((c, i) => [`m${i}`, c]))),
        );
        for (const organisation of organisations) {
          expect(found[organisation] ?? 0).toBeCloseTo(expected.get(organisation) ?? 0, 6);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
