import { benchmarkGaps } from '../../domain/energy/comparisons.ts';
import { siteTypes, utilities } from '../../domain/estate/estate.ts';
import { choicesOf, named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import { latestOf, latestYear, ofFuels, ofSites, yearBefore } from '../place-figures.ts';
import type { Board, Panel, PanelUnit, Query } from '../panel.ts';

/** The chosen sites together: their energy on their area, of the twelve months that end last in a stretch of time. */
function together(id: number, x: number, title: string, says: string, when: string): Panel {
  return {
    id,
    title,
    says,
    kind: 'stat',
    measures: { unit: 'kWh', per: 'm2' },
    at: { x, y: 0, w: 4, h: 4 },
    queries: [
      {
        name: title,
        series: 'rolling_year_intensity',
        influxql: influxql`SELECT sum("energy") / sum("area") FROM (
          SELECT last("energy_kwh") AS "energy", last("gross_internal_area_m2") AS "area"
          FROM "rolling_year_intensity" WHERE ${ofSites} AND "intensity_known" = 1 AND ${when} GROUP BY "place")`,
      },
    ],
  };
}

/** Months of the chosen sites together. */
function months(id: number, x: number, title: string, says: string, earlierBy?: string): Panel {
  return {
    id,
    title,
    says,
    kind: 'timeseries',
    style: 'bars',
    measures: { unit: 'kWh', per: 'm2' },
    at: { x, y: 43, w: 12, h: 8 },
    ...(earlierBy === undefined ? {} : { earlierBy }),
    queries: [
      {
        name: title,
        series: 'month_intensity',
        influxql: influxql`SELECT sum("energy_kwh") / sum("gross_internal_area_m2") FROM "month_intensity"
          WHERE ${ofSites} AND "intensity_known" = 1 AND $timeFilter
          GROUP BY time(1d) fill(none) tz('Europe/London')`,
      },
    ],
  };
}

/** Of the chosen sites, how many have a number of their comparison at or above a bound. */
function countOf(
  id: number,
  x: number,
  title: string,
  says: string,
  field: string,
  known: string,
  least: string,
): Panel {
  const values = influxql`SELECT last("${field}") AS "value" FROM "rolling_year_comparison"
    WHERE ${ofSites} AND "${known}" = 1 AND ${latestYear} GROUP BY "place"`;
  return {
    id,
    title,
    says,
    kind: 'stat',
    measures: { counted: 'sites' },
    badFrom: 1,
    at: { x, y: 0, w: 4, h: 4 },
    queries: [
      {
        name: title,
        series: 'rolling_year_comparison',
        // Where nothing is known there is no number; where all are below the bound it is the second part's 0.
        influxql: influxql`SELECT sum("above") FROM
          (SELECT count("value") AS "above" FROM (${values}) WHERE "value" >= ${least}),
          (SELECT count("value") - count("value") AS "above" FROM (${values}))`,
      },
    ],
  };
}

/** Each chosen site as it was: solid where its twelve months are whole, dashed where they are not. */
function asItWas(field: string, known: string): Query[] {
  return [
    line('$tag_place', field, known, { where: '"complete" = 1' }),
    line('$tag_place, partial', field, known, { where: '"complete" = 0', dashed: true }),
  ];
}

/** A line for each of the chosen sites, of the twelve months to the end of each month. */
function line(
  name: string,
  field: string,
  known: string,
  rest: Pick<Query, 'dashed'> & { where?: string } = {},
): Query {
  const { where, ...style } = rest;
  return {
    name,
    series: 'rolling_year_comparison',
    influxql: influxql`SELECT mean("value") FROM (SELECT ${field} AS "value" FROM "rolling_year_comparison"
      WHERE ${ofSites} AND "${known}" = 1 ${where === undefined ? '' : `AND ${where}`} AND $timeFilter)
      WHERE $timeFilter GROUP BY time(1d), "place" fill(none) tz('Europe/London')`,
    ...style,
  };
}

const tm46 = `"tm46_electricity_kwh_per_m2" + "tm46_fossil_thermal_kwh_per_m2"`;
const perArea: PanelUnit = { unit: 'kWh', per: 'm2' };
const unknown = 'not known';
const spaced = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name.replaceAll('_', ' ')]));
const quarters = { 1: 'lowest', 2: 'second', 3: 'third', 4: 'highest' };

export const intensity: Board = {
  ...named.intensity,
  says:
    'Which sites use most on their floor area, against what they should, and whether it is the weather. A utility chooses ' +
    'among the panels by fuel; all others are of all energy together.',
  from: 'now-2y',
  refresh: '15m',
  variables: choicesOf('organisation', 'site', 'utility'),
  annotations: marksOf(atSites(), 'Alerts', 'Alerts that are over', 'Exchanges'),
  panels: [
    together(
      1,
      0,
      'Last twelve months',
      'Energy bought and own renewables used, to the end of the last month, on the area. What is partial the league says.',
      latestYear,
    ),
    together(2, 4, 'The twelve months before', 'The same figure a year earlier; weather is in both.', yearBefore),
    countOf(
      11,
      8,
      'Above their benchmark',
      'Sites that use more than TM46 for their type. Begin with these: the league below names them, the worst first.',
      'tm46_ratio',
      'tm46_ratio_known',
      '1',
    ),
    countOf(
      12,
      12,
      'More in the same weather',
      'Sites that use 2 % more than last year with the weather taken out: it is not the winter. Ask what changed there.',
      'corrected_change_share',
      'corrected_change_known',
      '0.02',
    ),
    {
      id: 3,
      title: 'Measured',
      says: 'The least measured of the chosen sites. Below nine tenths its figure is an estimate: mend its meters first.',
      kind: 'stat',
      measures: { share: true },
      at: { x: 16, y: 0, w: 4, h: 4 },
      queries: [
        {
          name: 'Measured',
          series: 'rolling_year_intensity',
          influxql: influxql`SELECT min("share") FROM (
            SELECT last("measured_share") AS "share" FROM "rolling_year_intensity"
            WHERE ${ofSites} AND "measured_share_known" = 1 AND ${latestYear} GROUP BY "place")`,
        },
      ],
    },
    {
      id: 4,
      title: 'Sites without a figure',
      says: 'No area in the register, or no meter that counts. They are in no other panel.',
      kind: 'stat',
      measures: { counted: 'sites' },
      at: { x: 20, y: 0, w: 4, h: 4 },
      queries: [
        {
          name: 'Sites',
          series: 'rolling_year_intensity',
          influxql: influxql`SELECT count("known") - sum("known") FROM (
            SELECT last("intensity_known") AS "known" FROM "rolling_year_intensity"
            WHERE ${ofSites} AND ${latestYear} GROUP BY "place")`,
        },
      ],
    },
    {
      id: 5,
      title: 'League of sites, last twelve months',
      says:
        'The worst against its benchmark first. Less than last year, and yet more in the same weather: the winter was ' +
        'mild. Red in the last change is the site itself: go and look. A benchmark that is quoted was not seen in print.',
      kind: 'table',
      measures: perArea,
      signed: true,
      sortedBy: 'Of benchmark',
      at: { x: 0, y: 4, w: 24, h: 10 },
      columns: [
        { of: 'place', heading: 'Site', width: 150 },
        { of: 'Type', words: spaced(siteTypes), width: 140 },
        { of: 'kWh per m²', measures: perArea, unknown, width: 100 },
        { of: 'Year is', words: { 0: 'partial', 1: 'whole' }, width: 70 },
        { of: 'Of benchmark', measures: { share: true }, unknown: 'none', badFrom: 1, width: 105 },
        { of: 'TM46 is', words: { confirmed: 'confirmed', quoted: 'quoted', '': 'none' }, width: 85 },
        { of: 'Quarter of its type', words: quarters, unknown: 'too few sites', width: 140 },
        { of: 'Last year', measures: perArea, unknown, width: 100 },
        { of: 'Change', measures: { share: true }, unknown, width: 80 },
        { of: 'In a usual year', measures: perArea, unknown, width: 115 },
        { of: 'Change, same weather', measures: { share: true }, unknown, badFrom: 0.02, width: 160 },
        { of: 'No benchmark because', words: { ...benchmarkGaps, '': '–' } },
        { of: 'Of the weather', unknown: '–' },
      ],
      queries: [
        {
          name: 'Sites',
          series: 'rolling_year_comparison',
          format: 'table',
          influxql: latestOf(
            'rolling_year_comparison',
            [
              { as: 'Type', field: 'site_type' },
              { as: 'kWh per m²', field: 'intensity_kwh_per_m2', known: 'intensity_known' },
              { as: 'Year is', field: 'complete' },
              { as: 'Of benchmark', field: 'tm46_ratio', known: 'tm46_ratio_known' },
              { as: 'TM46 is', field: 'tm46_standing' },
              { as: 'Quarter of its type', field: 'quarter', known: 'quarter_known' },
              { as: 'Last year', field: 'last_year_kwh_per_m2', known: 'last_year_known' },
              { as: 'Change', field: 'change_share', known: 'change_known' },
              { as: 'In a usual year', field: 'corrected_kwh_per_m2', known: 'corrected_known' },
              { as: 'Change, same weather', field: 'corrected_change_share', known: 'corrected_change_known' },
              { as: 'No benchmark because', field: 'benchmark_gap' },
              { as: 'Of the weather', field: 'weather_notes' },
            ],
            { where: `${ofSites} AND ${latestYear}`, by: '"place"' },
          ),
        },
      ],
    },
    {
      id: 13,
      title: 'Against TM46 and the sites of its type',
      says:
        'Choose one site. Dashed: TM46 by how well it is known, and the middle and upper quartile of its type, from four ' +
        'sites on. A site above its upper quartile has something that its like has not.',
      kind: 'timeseries',
      measures: perArea,
      at: { x: 0, y: 14, w: 12, h: 10 },
      queries: [
        ...asItWas('"intensity_kwh_per_m2"', 'intensity_known'),
        line('$tag_place: TM46, confirmed', tm46, 'tm46_known', {
          dashed: true,
          where: `"tm46_standing" = 'confirmed'`,
        }),
        line('$tag_place: TM46, quoted', tm46, 'tm46_known', { dashed: true, where: `"tm46_standing" = 'quoted'` }),
        line('$tag_place: median of its type', '"median_kwh_per_m2"', 'quartiles_known', { dashed: true }),
        line('$tag_place: upper quartile', '"upper_quartile_kwh_per_m2"', 'quartiles_known', { dashed: true }),
      ],
    },
    {
      id: 14,
      title: 'Actual, and in a usual year’s weather',
      says:
        'Twelve months to the end of each month, where they are whole. Where only the solid line moves it was the weather; ' +
        'where the dashed one climbs, the site.',
      kind: 'timeseries',
      measures: perArea,
      at: { x: 12, y: 14, w: 12, h: 10 },
      queries: [
        line('$tag_place', '"intensity_kwh_per_m2"', 'intensity_known', { where: '"complete" = 1' }),
        line('$tag_place in a usual year', '"corrected_kwh_per_m2"', 'corrected_known', { dashed: true }),
      ],
    },
    {
      id: 15,
      title: 'Against EnCO2de (HTM 07-02)',
      says:
        'Energy delivered per 100 m³ of heated volume; every value of EnCO2de is quoted. Above existing, a refurbishment ' +
        'pays; a site without a line has no heated volume in the register.',
      kind: 'timeseries',
      measures: { inWords: 'GJ/100 m³' },
      at: { x: 0, y: 24, w: 12, h: 10 },
      queries: [
        ...asItWas('"delivered_gj_per_100m3"', 'delivered_known'),
        ...(['confirmed', 'quoted'] as const).map((standing) =>
          line(`$tag_place: existing, ${standing}`, '"enco2de_existing_gj_per_100m3"', 'enco2de_known', {
            dashed: true,
            where: `"enco2de_standing" = '${standing}'`,
          }),
        ),
      ],
    },
    {
      id: 16,
      title: 'What is used whatever the weather',
      says:
        'Use a day = base load + slope × degree days, of twelve months, for what heats. A high base load is hot water, or a ' +
        'boiler that runs in July. A site without numbers does not follow the weather: the last column says why.',
      kind: 'table',
      measures: { grafana: 'none' },
      signed: true,
      sortedBy: 'Base load, kWh/day',
      at: { x: 12, y: 24, w: 12, h: 10 },
      columns: [
        { of: 'place', heading: 'Site', width: 130 },
        { of: 'utility', heading: 'Heated by', words: spaced(utilities), width: 85 },
        { of: 'Base load, kWh/day', measures: { inWords: 'kWh/day' }, unknown: 'none', width: 140 },
        { of: 'Slope, kWh/°C·day', measures: { inWords: 'kWh/°C·day' }, unknown: 'none', width: 140 },
        { of: 'R²', measures: { share: true }, unknown, width: 50 },
        { of: 'Months', measures: { grafana: 'none' }, width: 65 },
        { of: 'In words' },
      ],
      queries: [
        {
          name: 'Signatures',
          series: 'rolling_year_signature',
          format: 'table',
          influxql: latestOf(
            'rolling_year_signature',
            [
              { as: 'Base load, kWh/day', field: 'baseload_kwh_per_day', known: 'baseload_known' },
              { as: 'Slope, kWh/°C·day', field: 'slope_kwh_per_degree_day', known: 'slope_known' },
              { as: 'R²', field: 'r_squared', known: 'r_squared_known' },
              { as: 'Months', field: 'point_count' },
              { as: 'In words', field: 'says' },
            ],
            { where: `${ofFuels} AND "points_asked" > 0 AND ${latestYear}`, by: '"place", "utility"' },
          ),
        },
      ],
    },
    {
      id: 6,
      title: 'By fuel, last twelve months',
      says: 'Each fuel of each site on the whole area of the site. The fuel at the top is where to begin.',
      kind: 'table',
      measures: { unit: 'kWh', per: 'm2' },
      sortedBy: 'kWh per m²',
      at: { x: 0, y: 51, w: 12, h: 9 },
      columns: [
        { of: 'place', heading: 'Site' },
        { of: 'utility', heading: 'Fuel', words: spaced(utilities) },
        { of: 'source', heading: 'From', words: { purchased: 'bought', own_renewable: 'own' } },
        { of: 'kWh per m²', measures: perArea, unknown },
      ],
      queries: [
        {
          name: 'kWh per m²',
          series: 'rolling_year_fuel',
          format: 'table',
          influxql: influxql`SELECT last("intensity_kwh_per_m2") AS "kWh per m²" FROM "rolling_year_fuel"
            WHERE ${ofFuels} AND "intensity_known" = 1 AND ${latestYear} GROUP BY "place", "utility", "source"`,
        },
      ],
    },
    {
      id: 7,
      title: 'Twelve months to the end of each month',
      says: 'Seasons are out of it, weather is not. A line that rises for half a year is worth a visit; a dashed one has a hole.',
      kind: 'timeseries',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 0, y: 34, w: 24, h: 9 },
      queries: asItWas('"intensity_kwh_per_m2"', 'intensity_known'),
    },
    months(8, 0, 'By month', 'The chosen sites together. The present month is not over.'),
    months(9, 12, 'The same months a year before', 'Shown a year later, so that it stands beside the month.', '1y'),
    {
      id: 10,
      title: 'By month and fuel',
      says: 'What the chosen sites bought, and what of their own they used. A month with a gap is marked nowhere here.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kWh' },
      at: { x: 12, y: 51, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_utility $tag_source',
          series: 'month_fuel',
          influxql: influxql`SELECT sum("energy_kwh") FROM "month_fuel"
            WHERE ${ofFuels} AND "energy_known" = 1 AND $timeFilter
            GROUP BY time(1d), "utility", "source" fill(none) tz('Europe/London')`,
        },
      ],
    },
  ],
};
