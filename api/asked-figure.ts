import type { Utility } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { FigureAsked, FigureKind } from '../domain/signoff/figure-asked.ts';
import { type EpochSeconds, type Period, toIso } from '../domain/time.ts';
import type { View } from './view.ts';

/** A figure as a request names it. */
export interface FigureNamed {
  readonly figure: FigureKind;
  readonly site?: string | undefined;
  readonly building?: string | undefined;
  readonly organisation?: string | undefined;
  readonly utility?: Utility | undefined;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

/** The figure that is meant. Throws `request.unknown-id` for a place that the caller may not see. */
export function figureAskedOf(view: View, named: FigureNamed, where = 'query'): FigureAsked {
  const { figure, site, building, organisation, utility, from, to } = named;
  const shared = { figure, period: { from, to }, ...(utility === undefined ? {} : { utility }) };
  const buildings = new Set([...view.sites.values()].flatMap((one) => one.buildings.map(({ id }) => id)));
  if (site !== undefined) return { ...shared, place: placeIn(view.sites, 'site', site, where) };
  if (building !== undefined) return { ...shared, place: placeIn(buildings, 'building', building, where) };
  if (organisation !== undefined) {
    return { ...shared, place: placeIn(view.organisations, 'organisation', organisation, where) };
  }
  return { ...shared, place: { kind: 'estate', id: 'estate' } };
}

function placeIn<Kind extends string>(all: { has(id: string): boolean }, kind: Kind, id: string, where: string) {
  if (all.has(id)) return { kind, id };
  throw new ProblemError([{ code: 'request.unknown-id', where: `${where} ${kind}`, found: id }]);
}

/** What is said where there is nothing yet of the period. */
export function notBegun({ from }: Period, where = 'query from'): Problem {
  return { code: 'request.invalid', where, found: toIso(from), expected: 'a period that has begun' };
}
