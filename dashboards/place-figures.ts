import type { SeriesId } from '../domain/series.ts';
import { influxql } from './influxql.ts';
import type { Query } from './panel.ts';

/** Conditions on the series of figures that are published by place. */

/** The chosen sites, and no place that they are added up in. */
export const ofSites = `"kind" = 'site' AND "place" =~ /^$site$/`;

/** The same of the chosen fuels, where the series has them apart. */
export const ofFuels = `${ofSites} AND "utility" =~ /^$utility$/`;

/** Twelve months that end with the last month: such an end is never longer ago than the month after it. */
export const latestYear = 'time > now() - 32d AND time <= now()';

/** The twelve months before those. */
export const yearBefore = 'time > now() - 397d AND time <= now() - 365d';

/** The disclosure period that a day lies in began within a year before it. */
export const latestDisclosureYear = 'time > now() - 366d AND time <= now()';

/** A column of `latestOf`: a field, and the flag that says whether it says anything. */
export interface LatestField {
  readonly as: string;
  readonly field: string;
  readonly known?: string;
  /** What it is multiplied by: seconds are milliseconds to Grafana. */
  readonly times?: number;
}

/**
 * The last value of some fields, a row for each place: a field is empty there where it is not known, and the others
 * stand all the same.
 */
export function latestOf(
  series: SeriesId,
  fields: readonly LatestField[],
  { where, by }: { readonly where: string; readonly by: string },
): string {
  // InfluxDB finds a text in the first of several statements alone: those without a flag come first.
  const groups = [...Map.groupBy(fields, ({ known }) => known)].sort(([a], [b]) => Number(!!a) - Number(!!b));
  const parts = groups.map(([known, list]) => {
    const values = list.map(({ field, as, times }) => `last("${field}")${times ? ` * ${times}` : ''} AS "${as}"`);
    const isKnown = known === undefined ? '' : ` AND "${known}" = 1`;
    return `(SELECT ${values.join(', ')} FROM "${series}" WHERE ${where}${isKnown} GROUP BY ${by})`;
  });
  const values = fields.map(({ as }) => `last("${as}") AS "${as}"`).join(', ');
  return `SELECT ${values} FROM ${parts.join(', ')} GROUP BY ${by}`;
}

/**
 * Numbers of a series, a row for each place, each of the points that fit. No texts and no counts: of several statements
 * InfluxDB finds those in the first one alone.
 */
export function columnsOf(
  series: SeriesId,
  columns: readonly (readonly [as: string, value: string, fit: string])[],
  { where, by }: { readonly where: string; readonly by: string },
): string {
  const parts = columns.map(
    ([as, value, fit]) =>
      influxql`(SELECT ${value} AS "${as}" FROM "${series}" WHERE ${where} AND ${fit} GROUP BY ${by})`,
  );
  const values = columns.map(([as]) => `last("${as}") AS "${as}"`);
  return influxql`SELECT ${values.join(', ')} FROM ${parts.join(', ')} GROUP BY ${by}`;
}

/** How many points fit of those that are there; where none does it is a 0, as long as there are any at all. */
export function countThat(
  series: SeriesId,
  field: string,
  { there, fit }: { readonly there: string; readonly fit: string },
): Pick<Query, 'series' | 'influxql'> {
  return {
    series,
    influxql: influxql`SELECT sum("n") FROM
      (SELECT count("${field}") AS "n" FROM "${series}" WHERE ${there} AND ${fit}),
      (SELECT count("${field}") - count("${field}") AS "n" FROM "${series}" WHERE ${there})`,
  };
}
