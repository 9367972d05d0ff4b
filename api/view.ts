import type { Estate, Meter, Organisation, Site } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { Caller } from './auth.ts';

/**
 * The part of the estate that a caller may see. Everything a route answers goes through it, so that a forbidden id
 * and one that does not exist are the same answer.
 */
export interface View extends Estate {
  /** Organisations whose figures the caller may see whole, at sites of others too; absent where all is seen. */
  readonly reports?: ReadonlySet<string>;
}

const views = new WeakMap<Estate, Map<string, View>>();

/** The view of a caller, made once per register and key (a key's reach never changes). */
export function viewOf(estate: Estate, caller: Caller): View {
  if (caller.organisations.length + caller.sites.length === 0) return estate;
  const known = views.get(estate) ?? new Map<string, View>();
  views.set(estate, known);
  const view = known.get(caller.id) ?? makeView(estate, caller);
  known.set(caller.id, view);
  return view;
}

/** Whether the caller's key reaches the whole estate. */
export function seesAll(view: View): boolean {
  return view.reports === undefined;
}

/** Whether a caller may see what is of a site; of one that left the register, only who sees all. */
export function seesSite(view: View, id: string): boolean {
  return seesAll(view) || view.sites.has(id);
}

function makeView(estate: Estate, caller: Caller): View {
  const organisations = new Set(caller.organisations);
  const siteIds = new Set(caller.sites);
  const sites = pick(estate.sites, (site) => siteIds.has(site.id) || organisations.has(site.organisation));
  const seen = new Set([...sites.values()].map((site) => site.organisation));
  return {
    ...estate,
    reports: organisations,
    organisations: pick(estate.organisations, ({ id }) => organisations.has(id) || seen.has(id)),
    sites,
    meters: pick(estate.meters, (meter) => sites.has(meter.site)),
  };
}

function pick<T>(all: ReadonlyMap<string, T>, keep: (value: T) => boolean): Map<string, T> {
  return new Map([...all].filter(([, value]) => keep(value)));
}

/** What a request may filter by. */
export interface Filter {
  readonly organisation?: readonly string[] | undefined;
  readonly site?: readonly string[] | undefined;
  readonly building?: readonly string[] | undefined;
  readonly meter?: readonly string[] | undefined;
  readonly utility?: readonly Meter['utility'][] | undefined;
  readonly role?: readonly Meter['role'][] | undefined;
}

/** The meters of a view that pass a filter, by id. Throws one problem for each id that is not there. */
export function metersOf(view: View, filter: Filter): Meter[] {
  checkIds(view, filter);
  const sites = new Set(sitesOf(view, filter).map((site) => site.id));
  const [meters, buildings] = [setOf(filter.meter), setOf(filter.building)];
  const [utilities, roles] = [setOf<string>(filter.utility), setOf<string>(filter.role)];
  return [...view.meters.values()]
    .filter(
      (meter) =>
        sites.has(meter.site) &&
        (meters?.has(meter.id) ?? true) &&
        (buildings?.has(meter.building ?? '') ?? true) &&
        (utilities?.has(meter.utility) ?? true) &&
        (roles?.has(meter.role) ?? true),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The sites of a view that pass a filter, by id. */
export function sitesOf(view: View, filter: Pick<Filter, 'organisation' | 'site'>): Site[] {
  checkIds(view, filter);
  const [organisations, ids] = [setOf(filter.organisation), setOf(filter.site)];
  return [...view.sites.values()]
    .filter((site) => (organisations?.has(site.organisation) ?? true) && (ids?.has(site.id) ?? true))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function setOf<T>(list: readonly T[] | undefined): Set<T> | undefined {
  return list && new Set(list);
}

function checkIds(view: View, filter: Filter): void {
  const buildings = new Set([...view.sites.values()].flatMap((site) => site.buildings.map(({ id }) => id)));
  const wrong = [
    ...unknown('organisation', filter.organisation, view.organisations),
    ...unknown('site', filter.site, view.sites),
    ...unknown('building', filter.building, buildings),
    ...unknown('meter', filter.meter, view.meters),
  ];
  if (wrong.length > 0) throw new ProblemError(wrong);
}

function unknown(
  name: string,
  ids: readonly string[] | undefined,
  known: { has(id: string): boolean },
): readonly Problem[] {
  return (ids ?? [])
    .filter((id) => !known.has(id))
    .map((id) => ({ code: 'request.unknown-id', where: `query ${name}`, found: id }));
}

/** The site, meter or organisation of a path; throws when there is none that the caller may see. */
export function seen<T>(all: ReadonlyMap<string, T>, id: string, where: string): T {
  const value = all.get(id);
  if (value === undefined) throw new ProblemError([{ code: 'request.unknown-id', where, found: id }]);
  return value;
}

/** The name of a site's organisation. */
export function organisationOf(view: View, meter: Meter): Organisation['id'] {
  return view.sites.get(meter.site)?.organisation ?? '';
}
