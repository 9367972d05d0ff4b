import { listed, type Utility } from './estate.ts';
import type { Checked, EstatePath, EstateRule, PlacedMeter } from './estate-rules.ts';
import { placedTerms } from './estate-check-formula.ts';
import { termMeters } from '../half-hours/formula.ts';
import { nearest } from '../nearest.ts';

/** Words that stand for no meter and no site elsewhere in the house. */
const reserved: ReadonlySet<string> = new Set(['unregistered', 'outside']);

/** Ids are used once over everything, and names point at something. */
export function checkNames(checked: Checked): void {
  checkIds(checked);
  const organisations = new Set(checked.organisations.map(({ id }) => id));
  const organisation = (id: string, path: EstatePath) => {
    checkReference(checked, 'organisation-exists', 'organisation', id, organisations, path);
  };
  for (const [i, site] of checked.sites.entries()) organisation(site.organisation, ['sites', i, 'organisation']);
  for (const { meter, site, path } of checked.placed) {
    for (const [i, entry] of (meter.reporter ?? []).entries()) {
      organisation(entry.organisation, [...path, 'reporter', i, 'organisation']);
    }
    for (const [i, entry] of (meter.occupiers ?? []).entries()) {
      organisation(entry.organisation, [...path, 'occupiers', i, 'organisation']);
    }
    if (meter.building !== undefined) {
      const buildings = new Set(site.buildings.map(({ id }) => id));
      checkReference(checked, 'building-exists', `building of ${site.id}`, meter.building, buildings, [
        ...path,
        'building',
      ]);
    }
  }
}

function checkIds(checked: Checked): void {
  const first = new Map<string, string>();
  const use = (kind: string, id: string, path: EstatePath) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, `${kind} ${id}`);
    else checked.report({ rule: 'unique-id', path: [...path, 'id'], found: id, detail: `${before} has it already` });
    if (!reserved.has(id)) return;
    const detail = 'the ledgers use this word for messages of no meter or site';
    checked.report({ rule: 'reserved-id', path: [...path, 'id'], found: id, detail });
  };
  for (const [i, { id }] of checked.organisations.entries()) use('organisation', id, ['organisations', i]);
  for (const [i, site] of checked.sites.entries()) {
    use('site', site.id, ['sites', i]);
    for (const [j, { id }] of site.buildings.entries()) use('building', id, ['sites', i, 'buildings', j]);
  }
  for (const { meter, path } of checked.placed) use('meter', meter.id, path);
  // Readings are kept under these ids as under those of meters.
  for (const [i, { id }] of listed(checked, 'observed').entries()) use('observed series', id, ['observed', i]);
  for (const [i, { id }] of listed(checked, 'supplies').entries()) use('supply', id, ['supplies', i]);
  for (const [i, { id }] of listed(checked, 'certificates').entries()) use('certificate', id, ['certificates', i]);
  for (const [i, { id }] of listed(checked, 'baselines').entries()) use('baseline', id, ['baselines', i]);
  for (const [i, { id }] of listed(checked, 'targets').entries()) use('target', id, ['targets', i]);
  for (const [i, { id }] of listed(checked, 'tariffs').entries()) use('tariff', id, ['tariffs', i]);
  for (const [i, { id }] of listed(checked, 'supply_points').entries()) use('supply point', id, ['supply_points', i]);
  for (const [i, { id }] of listed(checked, 'alert_routes').entries()) use('alert route', id, ['alert_routes', i]);
  for (const [i, { id }] of listed(checked, 'measures').entries()) use('measure', id, ['measures', i]);
  for (const [i, { id }] of listed(checked, 'non_routine_events').entries()) {
    use('non-routine event', id, ['non_routine_events', i]);
  }
  for (const [i, { id }] of listed(checked, 'grid_projections').entries()) {
    use('grid projection', id, ['grid_projections', i]);
  }
}

/** Reports a name that nothing has. */
export function checkReference(
  checked: Checked,
  rule: EstateRule,
  kind: string,
  id: string,
  known: ReadonlySet<string>,
  path: EstatePath,
): void {
  if (known.has(id) || checked.brokenIds.has(id) || !checked.complete) return;
  const near = nearest(id, [...known]);
  const detail = near === undefined ? `there is no such ${kind}` : `there is no such ${kind}; did you mean ${near}?`;
  checked.report({ rule, path, found: id, detail });
}

/** Utilities that can hang below one another. Heat may be handed over from steam. */
const families: Readonly<Record<Utility, string>> = {
  electricity: 'electricity',
  gas: 'gas',
  water: 'water',
  heat: 'heat',
  steam: 'heat',
  cooling: 'cooling',
  gas_oil: 'gas_oil',
  burning_oil: 'burning_oil',
  lpg: 'lpg',
  coal: 'coal',
  biomass: 'biomass',
};

/** Meters hang below meters of their site and family, and formulas are of meters; neither goes in a circle. */
export function checkTree(checked: Checked): void {
  const ids = new Set(checked.meters.keys());
  for (const { meter, site, path } of checked.placed) {
    for (const { meter: id, at } of placedTerms({ meter, path })) {
      checkReference(checked, 'formula-meter-exists', 'meter', id, ids, [...at, 'meter']);
    }
    if (meter.parent === undefined) continue;
    const at = [...path, 'parent'];
    checkReference(checked, 'parent-exists', 'meter', meter.parent, ids, at);
    const parent = checked.meters.get(meter.parent);
    if (!parent) continue;
    if (parent.site.id !== site.id) {
      const detail = `the parent stands on ${parent.site.id}, this meter on ${site.id}`;
      checked.report({ rule: 'parent-same-site', path: at, found: meter.parent, detail });
    }
    const isKnown = !checked.isFaulty(parent.path, ['utility']);
    if (isKnown && families[parent.meter.utility] !== families[meter.utility]) {
      const detail = `the parent counts ${parent.meter.utility}, this meter ${meter.utility}`;
      checked.report({ rule: 'parent-same-family', path: at, found: meter.parent, detail });
    }
  }
  checkCircles(
    checked,
    'parent-no-circle',
    () => 'parent',
    ({ meter }) => (meter.parent === undefined ? [] : [meter.parent]),
  );
  checkCircles(
    checked,
    'formula-no-circle',
    ({ meter }) => (meter.formula ? 'formula' : 'sum_of'),
    ({ meter }) => termMeters(meter),
  );
}

/** Reports each circle once, at the meter of it that comes first in the register. */
function checkCircles(
  checked: Checked,
  rule: EstateRule,
  key: (placed: PlacedMeter) => string,
  next: (placed: PlacedMeter) => readonly string[],
): void {
  const nextOf = (id: string) => {
    const placed = checked.meters.get(id);
    return placed && next(placed);
  };
  for (const circle of circlesIn(checked.meters.keys(), nextOf)) reportCircle(checked, rule, key, circle);
}

/** Each circle once, its first id again at its end. `next` is undefined of an id that there is not. */
export function circlesIn(
  ids: Iterable<string>,
  next: (id: string) => readonly string[] | undefined,
): (readonly string[])[] {
  const circles: (readonly string[])[] = [];
  const done = new Set<string>();
  for (const start of ids) {
    // Depth first with a stack of our own: a register may be deep, the call stack is not.
    const trail: { readonly id: string; readonly rest: string[] }[] = [];
    const standsAt = new Map<string, number>();
    const enter = (id: string) => {
      const rest = next(id);
      if (!rest || done.has(id)) return;
      standsAt.set(id, trail.length);
      trail.push({ id, rest: [...rest] });
    };
    enter(start);
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const id = top.rest.shift();
      if (id === undefined) {
        done.add(top.id);
        standsAt.delete(top.id);
        trail.pop();
        continue;
      }
      const before = standsAt.get(id);
      if (before === undefined) enter(id);
      else circles.push([...trail.slice(before).map((entry) => entry.id), id]);
    }
  }
  return circles;
}

function reportCircle(
  checked: Checked,
  rule: EstateRule,
  key: (placed: PlacedMeter) => string,
  circle: readonly string[],
): void {
  const placed = checked.meters.get(circle[0] ?? '');
  if (!placed) return;
  const path = [...placed.path, key(placed)];
  checked.report({ rule, path, found: circle.join(' → '), detail: 'it goes in a circle' });
}
