import type { Estate, Meter, Site } from '../domain/estate/estate.ts';
import type { Term } from '../domain/half-hours/formula.ts';

/**
 * An estate several times over, for tests of size: the sites and meters of the first copy keep their ids, those of
 * copy `n` end in `-n`, topics included. Supply points are left out of the copies, because they are one of a kind.
 */
export function estateTimes(estate: Estate, copies: number): Estate {
  const sites = new Map<string, Site>(estate.sites);
  const meters = new Map<string, Meter>(estate.meters);
  for (let n = 2; n <= copies; n++) {
    for (const site of estate.sites.values()) {
      const buildings = site.buildings.map((building) => ({ ...building, id: `${building.id}-${n}` }));
      sites.set(`${site.id}-${n}`, { ...site, id: `${site.id}-${n}`, name: `${site.name} ${n}`, buildings });
    }
    for (const { mpan: _mpan, mprn: _mprn, ...meter } of estate.meters.values()) {
      const id = `${meter.id}-${n}`;
      meters.set(id, {
        ...meter,
        id,
        site: `${meter.site}-${n}`,
        ...(meter.parent === undefined ? {} : { parent: `${meter.parent}-${n}` }),
        ...(meter.building === undefined ? {} : { building: `${meter.building}-${n}` }),
        ...(meter.topic === undefined ? {} : { topic: copiedTopic(meter.topic, n) }),
        ...(meter.sum_of === undefined ? {} : { sum_of: copiedTerms(meter.sum_of, n) }),
        ...(meter.formula === undefined
          ? {}
          : { formula: meter.formula.map(({ from, terms }) => ({ from, terms: copiedTerms(terms, n) })) }),
      });
    }
  }
  return { ...estate, sites, meters };
}

function copiedTerms(terms: readonly Term[], n: number): Term[] {
  return terms.map(({ meter, times }) => ({ meter: `${meter}-${n}`, times }));
}

/** The last level that is a name gets the number: `tele/x/SENSOR` and `x/#` keep their ends. */
function copiedTopic(topic: string, n: number): string {
  const levels = topic.split('/');
  const at = levels.findLastIndex((level) => level !== '#' && level !== '+' && level !== 'SENSOR');
  return levels.map((level, i) => (i === at ? `${level}-${n}` : level)).join('/');
}
