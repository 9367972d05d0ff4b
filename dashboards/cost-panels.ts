import type { SpanSoFar } from '../domain/shown/cost-points.ts';
import { tagVariable } from './every-board.ts';
import { influxql } from './influxql.ts';
import type { Panel, PanelUnit, Query, Variable } from './panel.ts';
import { countThat } from './place-figures.ts';

/** What panels of costs share: the chosen supply points, what was so far, and money stacked by what it was for. */

/** The chosen supply points. */
export const ofPoints = `"organisation" =~ /^$organisation$/ AND "site" =~ /^$site$/ AND "utility" =~ /^$utility$/`;

/** Twelve months with the present one: the oldest of them began less than a year ago. */
export const lastTwelveMonths = 'time > now() - 365d AND time <= now()';

/** This month and the one before it. */
export const lastTwoMonths = 'time > now() - 62d AND time <= now()';

export const pounds: PanelUnit = { unit: 'GBP' };
export const pence: PanelUnit = { inWords: 'p/kWh' };
export const kva: PanelUnit = { unit: 'kVA' };
export const pencePerKwh = 'sum("cost_gbp") / sum("use_kwh") * 100';

export const chosenPoints: readonly Variable[] = [
  tagVariable('month_cost', 'organisation', 'Organisation'),
  tagVariable('month_cost', 'site', 'Site', 'WHERE "organisation" =~ /^$organisation$/'),
  tagVariable('month_cost', 'utility', 'Utility'),
];

type Place = readonly [id: number, x: number, y: number];
type Asked = Pick<Query, 'series' | 'influxql'>;

/** One number at the top. */
export function stat(
  [id, x, y]: Place,
  title: string,
  says: string,
  measures: PanelUnit,
  query: Asked & Pick<Panel, 'badFrom' | 'signed'>,
): Panel {
  const { series, influxql: statement, ...more } = query;
  const queries = [{ name: title, series, influxql: statement }];
  return { id, title, says, kind: 'stat', measures, at: { x, y, w: 4, h: 4 }, queries, ...more };
}

/** A month began within 32 days, a financial year within 367. */
const began: Readonly<Record<SpanSoFar, string>> = { month: '32d', financial_year: '367d' };

/** Something about the supply points together, of their numbers so far, those that fit. */
export function soFar(span: SpanSoFar, what: string, fields: Readonly<Record<string, string>>, fit: string): Asked {
  const values = Object.entries(fields).map(([as, field]) => `last("${field}") AS "${as}"`);
  return {
    series: 'cost_so_far',
    influxql: influxql`SELECT ${what} FROM (
      SELECT ${values.join(', ')} FROM "cost_so_far" WHERE ${ofPoints} AND "span" = '${span}'
      AND time > now() - ${began[span]} AND time <= now() GROUP BY "supply_point") WHERE ${fit}`,
  };
}

/** The costs of a span so far, of last year, and what changed in those that are known in both. */
export function soFarStats(id: number, x: number, span: SpanSoFar, titles: readonly [string, string, string]): Panel[] {
  const [present, before, change] = titles;
  const fields = { cost: 'cost_gbp', last: 'last_year_cost_gbp', known: 'cost_known', before: 'last_year_cost_known' };
  const inBoth = '"known" = 1 AND "before" = 1';
  return [
    stat(
      [id, x, 0],
      present,
      'Without VAT, up to yesterday. What could not be costed is not in it: the last table names it.',
      pounds,
      soFar(span, 'sum("cost")', fields, '"known" = 1'),
    ),
    stat(
      [id + 1, x + 4, 0],
      before,
      'The same dates a year before, of the supply points that are costed in both years.',
      pounds,
      soFar(span, 'sum("last")', fields, inBoth),
    ),
    stat(
      [id + 2, x + 8, 0],
      change,
      'Of the supply points that are costed in both years. Less use or a lower price: the p/kWh below tells which.',
      { share: true },
      { ...soFar(span, '(sum("cost") - sum("last")) / sum("last")', fields, inBoth), signed: true },
    ),
  ];
}

/** How many fit; where none do it is a 0, as long as there are supply points at all. */
export function countOf(series: 'month_cost' | 'notice_due', field: string, fit: string): Asked {
  return countThat(series, field, { there: ofPoints, fit });
}

/** Money of each month or day, stacked by a tag. */
export function stacked(
  [id, x, y]: Place,
  title: string,
  says: string,
  of: {
    readonly series: 'month_cost' | 'month_cost_component' | 'month_cost_band' | 'day_cost_component';
    readonly by: string;
    readonly where?: string;
    readonly within?: string;
  },
): Panel {
  const { series, by, where, within } = of;
  return {
    id,
    title,
    says,
    kind: 'timeseries',
    style: 'stacked',
    measures: pounds,
    // A price below zero, and what is paid for export.
    signed: true,
    at: { x, y, w: 12, h: 9 },
    ...(within === undefined ? {} : { within }),
    queries: [
      {
        name: `$tag_${by}`,
        series,
        influxql: influxql`SELECT sum("cost_gbp") FROM "${series}" WHERE ${ofPoints} AND "cost_known" = 1
          ${where === undefined ? '' : `AND ${where}`} AND $timeFilter
          GROUP BY time(1d), "${by}" fill(none) tz('Europe/London')`,
      },
    ],
  };
}

/** By half-hour of the day, of the months that the board shows: all chosen supply points together. */
export function byTimeOfDay(
  [id, x, y]: Place,
  title: string,
  says: string,
  of: { readonly measures: PanelUnit; readonly value: string; readonly where: string },
): Panel {
  const { measures, value, where } = of;
  // A half-hour of each supply point in the mean of its days, and then their sum.
  const among = (as: string, days: string): string => influxql`(SELECT ${value} AS "${as}" FROM (
    SELECT sum("cost_gbp") / sum("half_hours") AS "mean", sum("cost_gbp") AS "cost", sum("use_kwh") AS "use"
    FROM "month_cost_profile" WHERE ${ofPoints} AND ${where} AND ${days} AND $timeFilter
    GROUP BY "supply_point", "time_of_day") GROUP BY "time_of_day")`;
  const weekday = among('Weekday', `"day_type" = 'weekday'`);
  const weekend = among('Weekend', `"day_type" != 'weekday'`);
  return {
    id,
    title,
    says,
    kind: 'barchart',
    measures,
    signed: true,
    across: 'time_of_day',
    at: { x, y, w: 12, h: 9 },
    queries: [
      {
        name: title,
        series: 'month_cost_profile',
        format: 'table',
        influxql: influxql`SELECT last("Weekday") AS "Weekday", last("Weekend") AS "Weekend"
          FROM ${weekday}, ${weekend} GROUP BY "time_of_day"`,
      },
    ],
  };
}

/**
 * Numbers of the last twelve months, a row for each supply point. Each statement has a condition of its own, and may be
 * of something that is worked out of `each` point first.
 */
export function ofEachPoint(
  series: 'month_cost' | 'month_capacity',
  names: readonly string[],
  parts: readonly (readonly [select: string, where: string, each?: string])[],
): string {
  const by = '"supply_point", "site", "utility"';
  const statements = parts.map(([select, where, each]) => {
    const rows = `"${series}" WHERE ${ofPoints} AND ${where} AND ${lastTwelveMonths}`;
    const from = each === undefined ? rows : `(SELECT ${each} FROM ${rows})`;
    return influxql`(SELECT ${select} FROM ${from} GROUP BY ${by})`;
  });
  const values = names.map((name) => `last("${name}") AS "${name}"`);
  return influxql`SELECT ${values.join(', ')} FROM ${statements.join(', ')} GROUP BY ${by}`;
}
