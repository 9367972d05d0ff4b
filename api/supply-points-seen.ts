import type { z } from 'zod';
import { ProblemError } from '../domain/problems.ts';
import { type PlacedPoint, placedPoints } from '../domain/tariffs/placed-point.ts';
import type { costsQuerySchema } from './contract/costs.ts';
import { sitesOf, type View } from './view.ts';

type Filter = Pick<z.output<typeof costsQuerySchema>, 'supply_point' | 'site' | 'organisation' | 'utility'>;

/** The supply points of a view that pass a filter, by id. Throws one problem for each id that is not there. */
export function supplyPointsOf(view: View, filter: Filter): PlacedPoint[] {
  const all = placedPoints(view);
  const ids = new Set(all.map(({ point }) => point.id));
  const unknown = (filter.supply_point ?? []).filter((id) => !ids.has(id));
  if (unknown.length > 0) {
    throw new ProblemError(
      unknown.map((found) => ({ code: 'request.unknown-id', where: 'query supply_point', found }) as const),
    );
  }
  const sites = new Set(sitesOf(view, filter).map(({ id }) => id));
  return all.filter(({ point, site }) => {
    const isAsked = filter.supply_point?.includes(point.id) ?? true;
    return isAsked && sites.has(site) && (filter.utility?.includes(point.utility) ?? true);
  });
}
