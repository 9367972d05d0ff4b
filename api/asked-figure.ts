import type { BoundaryId, FactorYearMethod } from '../domain/carbon/reporting.ts';
import type { Estate, Utility } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { type FigureAsked, type FigureKind, figureKinds } from '../domain/signoff/figure-asked.ts';
import { type EpochSeconds, type Period, toIso } from '../domain/time.ts';
import { accountingAsked } from './accounting.ts';
import type { View } from './view.ts';

/** A figure as a request names it. */
export interface FigureNamed {
  readonly figure: FigureKind;
  readonly site?: string | undefined;
  readonly building?: string | undefined;
  readonly organisation?: string | undefined;
  readonly utility?: Utility | undefined;
  readonly boundary?: BoundaryId | undefined;
  readonly factor_year?: FactorYearMethod | undefined;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

/** The figure that is meant. Throws `request.unknown-id` for a place that the caller may not see. */
export function figureAskedOf(view: View, named: FigureNamed, where = 'query'): FigureAsked {
  const { figure, site, building, organisation, utility, from, to } = named;
  const accounting = accountingNamed(view, named);
  const shared = {
    figure,
    period: { from, to },
    ...(utility === undefined ? {} : { utility }),
    ...(accounting === undefined ? {} : { accounting }),
  };
  const buildings = new Set([...view.sites.values()].flatMap((one) => one.buildings.map(({ id }) => id)));
  if (site !== undefined) return { ...shared, place: placeIn(view.sites, 'site', site, where) };
  if (building !== undefined) return { ...shared, place: placeIn(buildings, 'building', building, where) };
  if (organisation !== undefined) {
    return { ...shared, place: placeIn(view.organisations, 'organisation', organisation, where) };
  }
  return { ...shared, place: { kind: 'estate', id: 'estate' } };
}

/** How carbon is reckoned, put down whole, so that the register may later say otherwise. */
function accountingNamed(view: View, { figure, organisation, boundary, factor_year }: FigureNamed) {
  if (!figureKinds[figure].emissions) return undefined;
  const list = organisation === undefined ? undefined : [organisation];
  const { sets: _sets, ...accounting } = accountingAsked(view, { organisation: list, boundary, factor_year });
  return accounting;
}

/** The sites whose energy a caller may see in a figure: an organisation's own, with what it reports elsewhere. */
export function sitesSeen(estate: Estate, view: View, { place }: FigureAsked): string[] {
  const isAll = place.kind === 'organisation' && view.reports?.has(place.id) === true;
  return [...(isAll ? estate : view).sites.keys()];
}

function placeIn<Kind extends string>(all: { has(id: string): boolean }, kind: Kind, id: string, where: string) {
  if (all.has(id)) return { kind, id };
  throw new ProblemError([{ code: 'request.unknown-id', where: `${where} ${kind}`, found: id }]);
}

/** What is said where there is nothing yet of the period. */
export function notBegun({ from }: Period, where = 'query from'): Problem {
  return { code: 'request.invalid', where, found: toIso(from), expected: 'a period that has begun' };
}
