import type { Site } from '../domain/estate/estate.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { type EpochSeconds, type Period, toIso } from '../domain/time.ts';
import { yearFrom } from '../store/measured-year.ts';
import type { View } from './view.ts';

/** The place and the year of a study of heat pumps or panels. */
export interface StudiedPlace {
  readonly site: Site;
  readonly building: string | undefined;
  readonly supplyPoint: string | undefined;
  /** Undefined for the last that is measured. */
  readonly year: Period | undefined;
}

/** What a question names, in a view. Throws a ProblemError with everything that is not there or is not over. */
export function studiedPlace(
  view: View,
  body: {
    readonly site: string;
    readonly building?: string | undefined;
    readonly supply_point?: string | undefined;
    readonly load_year_from?: EpochSeconds | undefined;
  },
  now: EpochSeconds,
): StudiedPlace {
  const { building, supply_point: supplyPoint, load_year_from: from } = body;
  const site = view.sites.get(body.site);
  const problems: Problem[] = [];
  const unknown = (key: string, found: string) =>
    problems.push({ code: 'request.unknown-id', where: `body ${key}`, found });
  if (!site) unknown('site', body.site);
  if (site && building !== undefined && !site.buildings.some(({ id }) => id === building)) {
    unknown('building', building);
  }
  const year = from === undefined ? undefined : yearFrom(from);
  if (year && year.to > now) {
    const expected = 'twelve months that are over';
    problems.push({ code: 'request.invalid', where: 'body load_year_from', found: toIso(year.from), expected });
  }
  if (!site || problems.length > 0) throw new ProblemError(problems);
  return { site, building, supplyPoint, year };
}
