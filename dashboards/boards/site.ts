import { choicesOf, named, oneOf } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import type { Board } from '../panel.ts';

/** Energy of the site's counted meters on its area: the mean area over the days is the day-weighted one. */
const intensity = influxql`SELECT sum("energy_kwh") / mean("gross_internal_area_m2") FROM "day_site"
  WHERE "site" = '$site' AND "utility" =~ /^$utility$/ AND "gross_internal_area_m2" > 0`;

function perHalfHour(field: string, utility: string): string {
  return influxql`SELECT mean("${field}") * 2 FROM "half_hour"
    WHERE "missing" = 0 AND "utility" ${utility} AND "site" = '$site' AND "meter" =~ /^$meter$/ AND $timeFilter
    GROUP BY time($__interval), "meter" fill(none)`;
}

export const site: Board = {
  ...named.site,
  says:
    'Half-hours by meter, and energy on the floor area against the year before. A building chooses meters; figures of the ' +
    'floor area and emissions are those of the whole site.',
  from: 'now-7d',
  refresh: '5m',
  annotations: marksOf(atSites(`"site" = '$site'`)),
  variables: oneOf(choicesOf('organisation', 'site', 'utility', 'building', 'meter'), 'site'),
  panels: [
    {
      id: 1,
      title: 'Last 365 days',
      says: 'Purchased energy and own renewables used, on the gross internal area that was valid each day.',
      kind: 'stat',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 0, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Last 365 days',
          series: 'day_site',
          influxql: `${intensity} AND time >= now() - 365d AND time < now()`,
        },
      ],
    },
    {
      id: 2,
      title: 'The 365 days before',
      says: 'The same figure a year earlier; weather is not taken out of either.',
      kind: 'stat',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 6, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'The 365 days before',
          series: 'day_site',
          influxql: `${intensity} AND time >= now() - 730d AND time < now() - 365d`,
        },
      ],
    },
    {
      id: 3,
      title: 'Measured',
      says: 'Share of the known energy that was measured. Below nine tenths, mend the meters before you decide.',
      kind: 'stat',
      measures: { share: true },
      at: { x: 12, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Measured',
          series: 'day_meter',
          influxql: influxql`SELECT sum("measured_energy_kwh") / sum("energy_kwh") FROM "day_meter"
            WHERE "site" = '$site' AND "meter" =~ /^$meter$/ AND "energy_kwh" > 0 AND $timeFilter`,
        },
      ],
    },
    {
      id: 4,
      title: 'Emissions, location-based',
      says: 'The days of the chosen period with a known factor.',
      kind: 'stat',
      measures: { unit: 'kgCO2e' },
      at: { x: 18, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Emissions',
          series: 'day_site',
          influxql: influxql`SELECT sum("emissions_location_kgco2e") FROM "day_site"
            WHERE "site" = '$site' AND "utility" =~ /^$utility$/ AND "emissions_location_known" = 1 AND $timeFilter`,
        },
      ],
    },
    {
      id: 5,
      title: 'Half-hours by meter',
      says: 'Mean power of each half-hour. A hole is a half-hour that is not known; nothing is drawn across it.',
      kind: 'timeseries',
      measures: { unit: 'kW' },
      at: { x: 0, y: 4, w: 24, h: 9 },
      queries: [
        {
          name: '$tag_meter',
          series: 'half_hour',
          influxql: perHalfHour('energy_kwh', `!= 'water'`),
        },
      ],
    },
    {
      id: 6,
      title: 'Water by meter',
      says: 'Mean flow of each half-hour. A flow that never stops at night is a leak until somebody shows otherwise.',
      kind: 'timeseries',
      measures: { unit: 'm3/h' },
      at: { x: 0, y: 13, w: 24, h: 8 },
      queries: [
        {
          name: '$tag_meter',
          series: 'half_hour',
          influxql: perHalfHour('volume_m3', `= 'water'`),
        },
      ],
    },
    {
      id: 7,
      title: 'Energy on the floor area, by day',
      says: 'Compare with the same weekdays of last year beside it.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 0, y: 21, w: 12, h: 8 },
      queries: [
        {
          name: 'This year',
          series: 'day_site',
          influxql: `${intensity} AND $timeFilter GROUP BY time(1d) fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 8,
      title: 'The same weekdays last year',
      says: 'Shown 364 days earlier, so that Mondays stand under Mondays.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kWh', per: 'm2' },
      at: { x: 12, y: 21, w: 12, h: 8 },
      earlierBy: '364d',
      queries: [
        {
          name: 'Last year',
          series: 'day_site',
          influxql: `${intensity} AND $timeFilter GROUP BY time(1d) fill(none) tz('Europe/London')`,
        },
      ],
    },
  ],
};
