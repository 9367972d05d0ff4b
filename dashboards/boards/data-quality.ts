import { choicesOf, named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import type { Board, Panel, Query } from '../panel.ts';

/** Days are those of receipt in UTC, as the ledgers count them. */
function ledgerSum(name: string, field: string): Query {
  return {
    name,
    series: 'ledger_day',
    influxql: influxql`SELECT sum("${field}") FROM "ledger_day"
      WHERE "site" =~ /^($site|unregistered)$/ AND $timeFilter GROUP BY time(1d) fill(none)`,
  };
}

/** The overdue meters of the present UTC day, whose point is written anew each minute. */
const overdueNow = `"overdue" = 1 AND "meter" =~ /^$meter$/ AND time > now() - 24h`;

function residual(id: number, x: number, title: string, unit: 'kWh' | 'm3', suffix: 'kwh' | 'm3'): Panel {
  const of = (field: string, condition: string): string => influxql`SELECT sum("${field}") FROM "residual_day"
    WHERE "site" =~ /^$site$/ AND "utility" =~ /^$utility$/ AND "utility" ${unit === 'm3' ? '=' : '!='} 'water'
    AND "compared_half_hours" > 0 ${condition} AND $timeFilter
    GROUP BY time(1d), "of" fill(none) tz('Europe/London')`;
  return {
    id,
    title,
    says: 'Supplied less sub-metered, where all are measured. Beyond the bound, ask /v1/reconciliation who is wrong.',
    kind: 'timeseries',
    measures: { unit },
    signed: true,
    at: { x, y: 30, w: 12, h: 9 },
    queries: [
      { name: '$tag_of', series: 'residual_day', influxql: of(`residual_${suffix}`, '') },
      { name: '$tag_of bound', series: 'residual_day', influxql: of(`bound_${suffix}`, 'AND "bound_known" = 1') },
    ],
  };
}

export const dataQuality: Board = {
  ...named.dataQuality,
  says:
    'What is measured and what is not, who is silent, whether mains and sub-meters agree, and where messages went. Mend ' +
    'here first: every figure of the other boards rests on it.',
  from: 'now-7d',
  refresh: '1m',
  variables: choicesOf('organisation', 'site', 'utility', 'building', 'meter'),
  annotations: marksOf(atSites(), 'Alerts', 'Alerts that are over', 'Sign-offs'),
  panels: [
    {
      id: 1,
      title: 'Silent meters',
      says: 'Silent for longer than their maximum gap, or never heard. Begin with a gateway that several share.',
      kind: 'stat',
      measures: { counted: 'meters' },
      at: { x: 0, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Silent meters',
          series: 'heard_day',
          influxql: influxql`SELECT sum("silent") FROM (SELECT last("overdue") AS "silent" FROM "heard_day"
            WHERE "meter" =~ /^$meter$/ AND time > now() - 24h GROUP BY "meter")`,
        },
      ],
    },
    {
      id: 2,
      title: 'Messages not accounted for',
      says: 'Received less decoded, ignored and quarantined. It is 0, or something is lost: then tell its makers.',
      kind: 'stat',
      measures: { counted: 'messages' },
      signed: true,
      at: { x: 6, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Not accounted for',
          series: 'ledger_day',
          influxql: influxql`SELECT sum("messages_received") - sum("messages_decoded") - sum("messages_ignored")
            - sum("messages_quarantined") FROM "ledger_day"
            WHERE "site" =~ /^($site|unregistered)$/ AND $timeFilter`,
        },
      ],
    },
    {
      id: 3,
      title: 'In quarantine, not replayed',
      says: 'Messages that were not understood and may be once a mapping is mended. The table below says why.',
      kind: 'stat',
      measures: { counted: 'messages' },
      at: { x: 12, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'In quarantine',
          series: 'quarantine_day',
          influxql: `SELECT sum("waiting") FROM "quarantine_day" WHERE $timeFilter`,
        },
      ],
    },
    {
      id: 4,
      title: 'Days that cannot be',
      says: 'Days on which sub-meters saw more than was supplied, beyond the accuracy of the meters.',
      kind: 'stat',
      measures: { counted: 'days' },
      at: { x: 18, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Days',
          series: 'residual_day',
          influxql: `SELECT sum("below") FROM "residual_day" WHERE "site" =~ /^$site$/ AND "utility" =~ /^$utility$/ AND $timeFilter`,
        },
      ],
    },
    {
      id: 5,
      title: 'Measured share by site',
      says: 'Of the energy (water: volume) of each day, what was measured. Below nine tenths a day is estimated.',
      kind: 'timeseries',
      measures: { share: true },
      at: { x: 0, y: 4, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_site $tag_utility',
          series: 'day_site',
          influxql: influxql`SELECT mean("measured_share") FROM "day_site" WHERE "site" =~ /^$site$/
            AND "utility" =~ /^$utility$/ AND $timeFilter
            GROUP BY time(1d), "site", "utility" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 6,
      title: 'Measured share by meter',
      says: 'The meters whose lines are low are the ones to mend; a line that ends is a meter that is no longer valid.',
      kind: 'timeseries',
      measures: { share: true },
      at: { x: 12, y: 4, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_meter',
          series: 'day_meter',
          influxql: influxql`SELECT mean("measured_share") FROM "day_meter" WHERE "meter" =~ /^$meter$/ AND $timeFilter
            GROUP BY time(1d), "meter" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 7,
      title: 'Messages by day',
      says: 'Received is decoded, ignored and quarantined together. A day that is low is a gateway that was away.',
      kind: 'timeseries',
      style: 'bars',
      measures: { counted: 'messages' },
      at: { x: 0, y: 13, w: 12, h: 8 },
      queries: [
        ledgerSum('Received', 'messages_received'),
        ledgerSum('Decoded', 'messages_decoded'),
        ledgerSum('Ignored', 'messages_ignored'),
        ledgerSum('Quarantined', 'messages_quarantined'),
      ],
    },
    {
      id: 8,
      title: 'Readings by day',
      says: 'Decoded is stored, repeated, revised, refused and parked together. Many revised: two devices share a name.',
      kind: 'timeseries',
      style: 'bars',
      measures: { counted: 'readings' },
      at: { x: 12, y: 13, w: 12, h: 8 },
      queries: [
        ledgerSum('Decoded', 'readings_decoded'),
        ledgerSum('Stored', 'readings_stored'),
        ledgerSum('Repeated', 'readings_repeated'),
        ledgerSum('Revised', 'readings_revised'),
        ledgerSum('Refused', 'readings_refused'),
        ledgerSum('Parked', 'readings_parked'),
      ],
    },
    {
      id: 9,
      title: 'Quarantine by reason',
      says: 'docs/problems.md says how to mend each reason; the whole estate, for a message of no meter has no site.',
      kind: 'table',
      measures: { grafana: 'none' },
      at: { x: 0, y: 21, w: 12, h: 9 },
      queries: [
        {
          name: 'Quarantine',
          series: 'quarantine_day',
          format: 'table',
          influxql: influxql`SELECT sum("messages") AS "Messages", sum("waiting") AS "Not replayed"
            FROM "quarantine_day" WHERE $timeFilter GROUP BY "code"`,
        },
      ],
    },
    {
      id: 10,
      title: 'Silent meters, last heard',
      says: 'Meters of the chosen sites that should have been heard by now; 1970 is a meter that never was.',
      kind: 'table',
      measures: { grafana: 'dateTimeFromNow' },
      at: { x: 12, y: 21, w: 12, h: 9 },
      queries: [
        {
          name: 'Last heard',
          series: 'heard_day',
          format: 'table',
          influxql: influxql`SELECT last("last_heard_s") * 1000 AS "Last heard" FROM "heard_day"
            WHERE ${overdueNow} GROUP BY "meter"`,
        },
      ],
    },
    residual(11, 0, 'Mains against sub-meters', 'kWh', 'kwh'),
    residual(12, 12, 'Mains against sub-meters, water', 'm3', 'm3'),
  ],
};
