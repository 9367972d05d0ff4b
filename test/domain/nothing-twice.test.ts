import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balancesOn } from '../../domain/reconciliation/balances.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { type Intensities, intensitiesOf } from '../../domain/energy/intensity.ts';
import { indexSums } from '../../domain/energy/site-energy.ts';
import { dates, estateOf, measured } from './small-estate.ts';

/**
 * No kWh is counted twice, for whatever tree of meters. A tree is drawn so that its physics are known: each meter
 * passes what is used at it and what the meters below it pass; heat below a gas or electricity meter is made from it.
 */

const siteNames = ['a', 'b', 'c'] as const;
const buildingNames = ['x', 'y'] as const;

interface Node {
  readonly site: (typeof siteNames)[number];
  readonly role: 'main' | 'sub';
  readonly building: (typeof buildingNames)[number] | undefined;
  readonly utility: 'electricity' | 'gas' | 'heat';
  /** Which of the meters before it it hangs under; none where it is past the last. */
  readonly under: number;
  /** kWh used at it and not at any meter below. */
  readonly use: number;
}

const nodes = fc.array(
  fc.record<Node>({
    site: fc.constantFrom(...siteNames),
    role: fc.constantFrom('main', 'sub'),
    building: fc.constantFrom(undefined, ...buildingNames),
    utility: fc.constantFrom('electricity', 'gas', 'heat'),
    under: fc.nat(14),
    use: fc.nat(1_000),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Drawn {
  readonly id: string;
  readonly node: Node;
  readonly parent: number | undefined;
}

/** A meter beside the tree. */
interface Extra {
  readonly site: string;
  readonly meter: { readonly id: string } & Record<string, unknown>;
}

/** A tree: fuel and electricity hang under their like; heat under heat, or under what it is made from. */
function drawn(list: readonly Node[]): Drawn[] {
  return list.map((node, i) => {
    const above = node.under < i ? list[node.under] : undefined;
    const hangs = above && (above.utility === node.utility || node.utility === 'heat');
    return { id: `meter-${i}`, node, parent: hangs ? node.under : undefined };
  });
}

/** What each meter counts. */
function flows(tree: readonly Drawn[]): number[] {
  const energies = tree.map(({ node }) => node.use);
  for (let i = tree.length - 1; i >= 0; i--) {
    const parent = tree[i]?.parent;
    if (parent === undefined) continue;
    // A boiler burns a quarter more than the heat it gives; heat passes on as it is.
    const made = tree[i]?.node.utility !== tree[parent]?.node.utility;
    energies[parent] = (energies[parent] ?? 0) + (energies[i] ?? 0) * (made ? 1.25 : 1);
  }
  return energies;
}

function estateFrom(tree: readonly Drawn[], more: readonly Extra[] = []): Estate {
  return estateOf(
    siteNames.map((id) => ({
      id,
      buildings: buildingNames.map((name) => ({ id: `${id}-${name}`, name })),
      meters: [
        ...tree
          .filter(({ node }) => node.site === id)
          .map(({ id: meter, node, parent }) => ({
            id: meter,
            role: node.role,
            utility: node.utility,
            ...(node.building ? { building: `${id}-${node.building}` } : {}),
            ...(parent === undefined ? {} : { parent: `meter-${parent}` }),
          })),
        ...more.filter((extra) => extra.site === id).map((extra) => extra.meter),
      ],
    })),
  );
}

const period = dates('2025-03-01', '2025-03-02');
const boundaries = [period.from, period.to];

function figures(estate: Estate, energies: Readonly<Record<string, number>>): Intensities {
  return intensitiesOf({
    estate,
    sites: siteNames,
    period,
    sums: indexSums(boundaries, measured(boundaries, energies)),
  });
}

function energiesOf(tree: readonly Drawn[]): Record<string, number> {
  const counted = flows(tree);
  return Object.fromEntries(tree.map(({ id }, i) => [id, counted[i] ?? 0]));
}

const rootsOf = (tree: readonly Drawn[]): Drawn[] => tree.filter(({ parent }) => parent === undefined);
const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
const near = 1e-6;
const runs = { numRuns: 1_000 };

describe('no kWh is counted twice', () => {
  test('an estate never used more than came in', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const tree = drawn(list);
        const energies = energiesOf(tree);
        const came = sum(rootsOf(tree).map(({ id }) => energies[id] ?? 0));
        expect(figures(estateFrom(tree), energies).estate.energy ?? 0).toBeLessThanOrEqual(came + near);
      }),
      runs,
    );
  });

  test('an estate whose every supply has a main used exactly what came in', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const tree = drawn(list).map((one) =>
          one.parent === undefined ? { ...one, node: { ...one.node, role: 'main' as const } } : one,
        );
        const energies = energiesOf(tree);
        const came = sum(rootsOf(tree).map(({ id }) => energies[id] ?? 0));
        const { estate, sites, organisations } = figures(estateFrom(tree), energies);
        expect(estate.energy).toBeCloseTo(came, 6);
        expect(sum(sites.map((site) => site.energy ?? 0))).toBeCloseTo(came, 6);
        expect(sum(organisations.map((one) => one.energy ?? 0))).toBeCloseTo(came, 6);
      }),
      runs,
    );
  });

  test('more sub-meters below a main of the same site change no figure of it', () => {
    const extra = fc.array(fc.record({ under: fc.nat(20), use: fc.nat(500) }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(nodes, extra, (list, additions) => {
        const tree = drawn(list);
        const mains = tree.filter(({ node }) => node.role === 'main');
        fc.pre(mains.length > 0);
        const before = figures(estateFrom(tree), energiesOf(tree));
        const subs = additions.map(({ under }, i): Extra => {
          const main = mains[under % mains.length] as Drawn;
          const { site, utility } = main.node;
          return { site, meter: { id: `extra-${i}`, utility, role: 'sub', parent: main.id } };
        });
        const estate = estateFrom(tree, subs);
        const counts = additions.map(({ use }, i) => [`extra-${i}`, use] as const);
        const energies = { ...energiesOf(tree), ...Object.fromEntries(counts) };
        const after = figures(estate, energies);
        expect(after.sites.map((site) => site.energy)).toEqual(before.sites.map((site) => site.energy));
      }),
      runs,
    );
  });

  test('the buildings of a site together never have more than the site', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        // Buildings stand on one site; a site that feeds another is another matter.
        const tree = drawn(list.map((node) => ({ ...node, site: 'a' as const }))).map((one) =>
          one.parent === undefined ? { ...one, node: { ...one.node, role: 'main' as const } } : one,
        );
        const { sites, buildings } = figures(estateFrom(tree), energiesOf(tree));
        const inBuildings = sum(buildings.filter((one) => one.site === 'a').map((one) => one.energy ?? 0));
        expect(inBuildings).toBeLessThanOrEqual((sites[0]?.energy ?? 0) + near);
      }),
      runs,
    );
  });

  test('own renewable energy adds at most what was made and did not leave', () => {
    const amounts = fc.record({ solar: fc.nat(500), chp: fc.nat(500), battery: fc.nat(500), away: fc.nat(900) });
    fc.assert(
      fc.property(nodes, amounts, (list, { solar, chp, battery, away }) => {
        const tree = drawn(list);
        const made = (id: string, technology: string): Extra => ({
          site: 'a',
          meter: { id, role: 'generation', technology },
        });
        const estate = estateFrom(tree, [
          made('solar', 'solar'),
          made('chp', 'chp'),
          made('battery', 'battery_discharge'),
          { site: 'a', meter: { id: 'away', role: 'export' } },
        ]);
        const without = figures(estateFrom(tree), energiesOf(tree)).sites[0]?.energy ?? 0;
        const energies = { ...energiesOf(tree), solar, chp, battery, away };
        const added = (figures(estate, energies).sites[0]?.energy ?? 0) - without;
        expect(added).toBeGreaterThanOrEqual(-near);
        expect(added).toBeLessThanOrEqual(solar + near);
        // What stays on the site is at most what both made less what left.
        expect(added).toBeLessThanOrEqual(Math.max(0, solar + chp - away) + near);
      }),
      runs,
    );
  });

  /** A tree of one site each, whose supplies all have a main. */
  function supplied(list: readonly Node[]): Drawn[] {
    const tree = drawn(list).map((one) => {
      const root = rootOf(drawn(list), one);
      return { ...one, node: { ...one.node, site: root.node.site } };
    });
    return tree.map((one) => (one.parent === undefined ? { ...one, node: { ...one.node, role: 'main' } } : one));
  }

  function rootOf(tree: readonly Drawn[], one: Drawn): Drawn {
    const parent = one.parent === undefined ? undefined : tree[one.parent];
    return parent ? rootOf(tree, parent) : one;
  }

  /**
   * The second method: each kWh that somebody uses is followed up to where it was bought, growing where heat was made
   * of it, and is the building's whose meter it passed first on the part of its way that was bought.
   */
  function followed(tree: readonly Drawn[]) {
    const sites = new Map<string, number>();
    const buildings = new Map<string, number>();
    for (const one of tree) {
      let [kwh, building]: [number, string | undefined] = [one.node.use, one.node.building];
      for (let at = one; at.parent !== undefined; ) {
        const parent = tree[at.parent] as Drawn;
        if (parent.node.utility !== at.node.utility) [kwh, building] = [kwh * 1.25, undefined];
        building ??= parent.node.building;
        at = parent;
      }
      const { site } = one.node;
      sites.set(site, (sites.get(site) ?? 0) + kwh);
      if (building) buildings.set(`${site}-${building}`, (buildings.get(`${site}-${building}`) ?? 0) + kwh);
    }
    return { sites, buildings };
  }

  const rounded = (list: Iterable<readonly [string, number | undefined]>): [string, number][] =>
    [...list]
      .map(([id, kwh]): [string, number] => [id, Math.round((kwh ?? 0) * 1e6) / 1e6])
      .sort(([a], [b]) => (a < b ? -1 : 1));

  test('each total is that of every kWh followed from where it is used to where it is bought', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const tree = supplied(list);
        const { sites, buildings } = followed(tree);
        const found = figures(estateFrom(tree), energiesOf(tree));
        const all = (ids: readonly string[], totals: ReadonlyMap<string, number>) =>
          rounded(ids.map((id) => [id, totals.get(id)]));
        expect(rounded(found.sites.map(({ place, energy }) => [place.id, energy]))).toEqual(all(siteNames, sites));
        const buildingIds = siteNames.flatMap((site) => buildingNames.map((name) => `${site}-${name}`));
        expect(rounded(found.buildings.map(({ place, energy }) => [place.id, energy]))).toEqual(
          all(buildingIds, buildings),
        );
        const whole = sum([...sites.values()]);
        expect(found.estate.energy ?? 0).toBeCloseTo(whole, 6);
        expect(sum(found.organisations.map(({ energy }) => energy ?? 0))).toBeCloseTo(whole, 6);
      }),
      runs,
    );
  });

  const totalsOf = ({ sites, buildings, organisations, estate }: Intensities) =>
    [...sites, ...buildings, ...organisations, estate].map(({ place, energy }) => [place.kind, place.id, energy]);

  /** Virtual meters over any meters and over one another, standing beside the tree or in the middle of it. */
  const virtuals = fc.array(
    fc.record({
      under: fc.nat(20),
      between: fc.boolean(),
      building: fc.constantFrom(undefined, ...buildingNames),
      terms: fc.array(fc.record({ of: fc.nat(20), times: fc.constantFrom(1, -1, 0.45) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  test('virtual meters change no total, whatever they are computed from and wherever they stand', () => {
    fc.assert(
      fc.property(nodes, virtuals, (list, additions) => {
        const tree = supplied(list);
        const before = figures(estateFrom(tree), energiesOf(tree));
        const names = tree.map(({ id }) => id);
        const parents = new Map<string, string>();
        const extras = additions.map(({ under, between, building, terms }, i): Extra => {
          const child = tree[under % tree.length] as Drawn;
          const id = `virtual-${i}`;
          const parent = parents.get(child.id) ?? (child.parent === undefined ? undefined : `meter-${child.parent}`);
          if (between) parents.set(child.id, id);
          const known = [...names];
          names.push(id);
          const { site, utility } = child.node;
          return {
            site,
            meter: {
              id,
              utility,
              role: 'virtual',
              ...(parent === undefined ? {} : { parent }),
              ...(building === undefined ? {} : { building: `${site}-${building}` }),
              formula: [
                { from: '2020-01-01', terms: [{ meter: known[0] ?? '' }] },
                {
                  from: '2025-01-01',
                  terms: terms.map(({ of, times }) => ({ meter: known[of % known.length] ?? '', times })),
                },
              ],
            },
          };
        });
        const estate = estateFrom(tree, extras);
        const meters = new Map(
          Array.from(estate.meters, ([id, meter]) => [
            id,
            parents.has(id) ? { ...meter, parent: parents.get(id) } : meter,
          ]),
        );
        const counts = extras.map(({ meter }, i) => [meter.id, 1_000 * (i + 1)] as const);
        const after = figures({ ...estate, meters }, { ...energiesOf(tree), ...Object.fromEntries(counts) });
        expect(totalsOf(after)).toEqual(totalsOf(before));
      }),
      runs,
    );
  });

  test('further sources of a meter point change no total and no balance', () => {
    const sources = fc.array(
      fc.record({
        of: fc.nat(20),
        role: fc.constantFrom('main', 'sub'),
        building: fc.constantFrom(undefined, ...buildingNames),
      }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(nodes, sources, (list, additions) => {
        const tree = supplied(list);
        const extras = additions.map(({ of, role, building }, i): Extra => {
          const { id, node } = tree[of % tree.length] as Drawn;
          const { site, utility } = node;
          const at = building === undefined ? {} : { building: `${site}-${building}` };
          return { site, meter: { id: `source-${i}`, utility, role, source_of: id, ...at } };
        });
        const [before, after] = [estateFrom(tree), estateFrom(tree, extras)];
        const counts = Object.fromEntries(extras.map(({ meter }, i) => [meter.id, 1_000 * (i + 1)]));
        expect(totalsOf(figures(after, { ...energiesOf(tree), ...counts }))).toEqual(
          totalsOf(figures(before, energiesOf(tree))),
        );
        const named = (estate: Estate) => balancesOn(estate, '2025-03-01').map(({ id, subs }) => [id, subs]);
        expect(named(after)).toEqual(named(before));
      }),
      runs,
    );
  });

  test('what exact meters leave over is what is used at the meter itself, and the heat that is made there', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        const tree = supplied(list);
        const counted = energiesOf(tree);
        const estate = estateFrom(tree);
        const balances = balancesOn(estate, '2025-03-01').filter(({ parents }) => parents.length === 1);
        const left = balances.map(({ id, terms }) => {
          const residual = sum(terms.map(({ meter, supply, sub }) => (supply - sub) * (counted[meter.id] ?? 0)));
          return [id, residual] as const;
        });
        const expected = balances.map(({ id }) => {
          const place = tree.findIndex((one) => one.id === id);
          const node = tree[place]?.node;
          const made = tree.filter((one) => one.parent === place && one.node.utility !== node?.utility);
          return [id, (node?.use ?? 0) + 1.25 * sum(made.map((one) => counted[one.id] ?? 0))] as const;
        });
        expect(rounded(left)).toEqual(rounded(expected));
        // No meter is a part of two.
        const subs = balances.flatMap((balance) => balance.subs);
        expect(new Set(subs).size).toBe(subs.length);
      }),
      runs,
    );
  });
});
