import { chosenSites, linksTo, named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { latestYear, ofSites, yearBefore } from '../place-figures.ts';
import type { Board, Panel } from '../panel.ts';

/** The chosen sites together: their energy on their area, of the twelve months that end last in a stretch of time. */
function together(id: number, x: number, title: string, says: string, when: string): Panel {
  return {
    id,
    title,
    says,
    kind: 'stat',
    measures: { unit: 'kWh', per: 'm2' },
    at: { x, y: 0, w: 6, h: 4 },
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
    at: { x, y: 23, w: 12, h: 8 },
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

export const intensity: Board = {
  ...named.intensity,
  says: 'Energy on the floor area: which sites use most, of what, and whether it is less than a year ago.',
  from: 'now-2y',
  refresh: '15m',
  links: linksTo('carbon', 'site', 'dataQuality'),
  variables: [chosenSites],
  panels: [
    together(
      1,
      0,
      'Last twelve months',
      'Purchased energy and own renewables used, to the end of the last month, on the area weighted by days.',
      latestYear,
    ),
    together(2, 6, 'The twelve months before', 'The same figure a year earlier; weather is in both.', yearBefore),
    {
      id: 3,
      title: 'Measured',
      says: 'The least measured of the chosen sites. Below nine tenths its figure is an estimate: mend its meters first.',
      kind: 'stat',
      measures: { share: true },
      at: { x: 12, y: 0, w: 6, h: 4 },
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
      measures: { grafana: 'none' },
      at: { x: 18, y: 0, w: 6, h: 4 },
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
      says: 'The highest first. Compare sites of one type; a hospital and a clinic say nothing about each other.',
      kind: 'table',
      measures: { unit: 'kWh', per: 'm2' },
      sortedBy: 'kWh per m²',
      at: { x: 0, y: 4, w: 12, h: 10 },
      queries: [
        {
          name: 'kWh per m²',
          series: 'rolling_year_intensity',
          format: 'table',
          influxql: influxql`SELECT last("intensity_kwh_per_m2") AS "kWh per m²" FROM "rolling_year_intensity"
            WHERE ${ofSites} AND "intensity_known" = 1 AND ${latestYear} GROUP BY "place"`,
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
      at: { x: 12, y: 4, w: 12, h: 10 },
      queries: [
        {
          name: 'kWh per m²',
          series: 'rolling_year_fuel',
          format: 'table',
          influxql: influxql`SELECT last("intensity_kwh_per_m2") AS "kWh per m²" FROM "rolling_year_fuel"
            WHERE ${ofSites} AND "intensity_known" = 1 AND ${latestYear} GROUP BY "place", "utility", "source"`,
        },
      ],
    },
    {
      id: 7,
      title: 'Twelve months to the end of each month',
      says: 'Seasons are out of it, weather is not. A line that rises for half a year is worth a visit.',
      kind: 'timeseries',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 0, y: 14, w: 24, h: 9 },
      queries: [
        {
          name: '$tag_place',
          series: 'rolling_year_intensity',
          influxql: influxql`SELECT mean("intensity_kwh_per_m2") FROM "rolling_year_intensity"
            WHERE ${ofSites} AND "intensity_known" = 1 AND $timeFilter
            GROUP BY time(1d), "place" fill(none) tz('Europe/London')`,
        },
      ],
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
      at: { x: 0, y: 31, w: 24, h: 9 },
      queries: [
        {
          name: '$tag_utility $tag_source',
          series: 'month_fuel',
          influxql: influxql`SELECT sum("energy_kwh") FROM "month_fuel"
            WHERE ${ofSites} AND "energy_known" = 1 AND $timeFilter
            GROUP BY time(1d), "utility", "source" fill(none) tz('Europe/London')`,
        },
      ],
    },
  ],
};
