import { choicesOf, named, oneOf } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atMeter, marksOf } from '../marks.ts';
import type { Board, Panel, PanelUnit } from '../panel.ts';

const ofMeter = `"meter" = '$meter'`;

function halfHours(id: number, y: number, title: string, field: string, utility: string, unit: 'kW' | 'm3/h'): Panel {
  const when = (quality: 'measured' | 'estimated'): string => influxql`SELECT mean("${field}") * 2 FROM "half_hour"
    WHERE "missing" = 0 AND "${quality}" = 1 AND "utility" ${utility} AND ${ofMeter} AND $timeFilter
    GROUP BY time($__interval) fill(none)`;
  return {
    id,
    title,
    says: 'Mean of each half-hour, what was measured and what is estimated. A hole is a half-hour that is not known.',
    kind: 'timeseries',
    measures: { unit },
    // A formula may come out below zero, and that is to be seen.
    signed: true,
    at: { x: 0, y, w: 24, h: 8 },
    queries: [
      { name: 'Measured', series: 'half_hour', influxql: when('measured') },
      { name: 'Estimated', series: 'half_hour', influxql: when('estimated') },
    ],
  };
}

function rules(id: number, x: number, title: string, says: string, condition: string, fields: string): Panel {
  return {
    id,
    title,
    says,
    kind: 'table',
    measures: { grafana: 'none' },
    signed: true,
    at: { x, y: 36, w: 12, h: 9 },
    queries: [
      {
        name: title,
        series: 'half_hour',
        format: 'table',
        influxql: influxql`SELECT ${fields} FROM "half_hour"
          WHERE ${condition} AND ${ofMeter} AND $timeFilter ORDER BY time DESC LIMIT 500`,
      },
    ],
  };
}

function readings(id: number, x: number, title: string, says: string, kinds: string, measures: PanelUnit): Panel {
  return {
    id,
    title,
    says,
    kind: 'timeseries',
    measures,
    signed: true,
    at: { x, y: 20, w: 12, h: 8 },
    queries: [
      {
        name: '$tag_quantity $tag_kind',
        series: 'reading',
        influxql: influxql`SELECT last("value") FROM "reading" WHERE ${ofMeter} AND "kind" =~ /^(${kinds})$/
          AND $timeFilter GROUP BY time($__interval), "quantity", "kind" fill(none)`,
      },
    ],
  };
}

const balance = `"of" =~ /^($balance)$/ AND "compared_half_hours" > 0`;

export const meter: Board = {
  ...named.meter,
  says: 'One meter: what it sent, what was made of it by which rule, and how it agrees with the meters around it.',
  from: 'now-7d',
  refresh: '1m',
  annotations: marksOf(atMeter),
  variables: [
    ...oneOf(choicesOf('organisation', 'site', 'utility', 'building', 'meter'), 'site', 'meter'),
    {
      name: 'balance',
      label: 'Agrees with',
      series: 'residual_meter',
      influxql: `SHOW TAG VALUES FROM "residual_meter" WITH KEY = "of" WHERE "meter" = '$meter'`,
      several: true,
    },
  ],
  panels: [
    {
      id: 1,
      title: 'Last heard',
      says: 'By the stamp of its newest reading. A virtual meter says nothing of its own.',
      kind: 'stat',
      measures: { grafana: 'dateTimeFromNow' },
      at: { x: 0, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Last heard',
          series: 'heard_day',
          influxql: influxql`SELECT last("last_heard_s") * 1000 FROM "heard_day"
            WHERE "last_heard_known" = 1 AND ${ofMeter} AND time > now() - 30d`,
        },
      ],
    },
    {
      id: 2,
      title: 'Measured half-hours',
      says: 'Of the chosen period, in days over. Estimated and missing ones stand in the tables below with their rule.',
      kind: 'stat',
      measures: { counted: 'half-hours' },
      at: { x: 6, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Measured',
          series: 'day_meter',
          influxql: `SELECT sum("measured_half_hours") FROM "day_meter" WHERE ${ofMeter} AND $timeFilter`,
        },
      ],
    },
    {
      id: 3,
      title: 'Estimated half-hours',
      says: 'Between good readings more than 30 minutes apart, within the maximum gap of the meter.',
      kind: 'stat',
      measures: { counted: 'half-hours' },
      at: { x: 12, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Estimated',
          series: 'day_meter',
          influxql: `SELECT sum("estimated_half_hours") FROM "day_meter" WHERE ${ofMeter} AND $timeFilter`,
        },
      ],
    },
    {
      id: 4,
      title: 'Missing half-hours',
      says: 'Nothing is known of them by themselves; the total across a gap may be, and is then in the day figures.',
      kind: 'stat',
      measures: { counted: 'half-hours' },
      at: { x: 18, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Missing',
          series: 'day_meter',
          influxql: `SELECT sum("missing_half_hours") FROM "day_meter" WHERE ${ofMeter} AND $timeFilter`,
        },
      ],
    },
    halfHours(5, 4, 'Half-hours', 'energy_kwh', `!= 'water'`, 'kW'),
    halfHours(6, 12, 'Half-hours, water', 'volume_m3', `= 'water'`, 'm3/h'),
    readings(
      7,
      0,
      'Registers and intervals, as sent',
      'In the unit of the meter’s face, without its multiplier. A step down or a flat line shows what the rules saw.',
      'register|interval',
      { inWords: 'as on its face' },
    ),
    readings(
      8,
      12,
      'Power and flow, as sent',
      'In kW and m³/h. It feeds live displays only, and no energy.',
      'instant',
      { inWords: 'kW or m³/h' },
    ),
    {
      id: 9,
      title: 'The meters around it',
      says: 'Supplied less sub-metered of the balances it belongs to; outside the bound the meters cannot all be right.',
      kind: 'timeseries',
      measures: { unit: 'kWh' },
      signed: true,
      at: { x: 0, y: 28, w: 12, h: 8 },
      queries: [
        {
          name: '$tag_of',
          series: 'residual_day',
          influxql: influxql`SELECT sum("residual_kwh") FROM "residual_day" WHERE ${balance} AND "utility" != 'water'
            AND $timeFilter GROUP BY time(1d), "of" fill(none) tz('Europe/London')`,
        },
        {
          name: '$tag_of bound',
          series: 'residual_day',
          influxql: influxql`SELECT sum("bound_kwh") FROM "residual_day" WHERE ${balance} AND "utility" != 'water'
            AND "bound_known" = 1 AND $timeFilter GROUP BY time(1d), "of" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 10,
      title: 'Not compared because of this meter',
      says: 'Half-hours of each day in which it was not measured, so that its balances could not be judged.',
      kind: 'timeseries',
      style: 'bars',
      measures: { counted: 'half-hours' },
      at: { x: 12, y: 28, w: 12, h: 8 },
      queries: [
        {
          name: '$tag_of',
          series: 'residual_meter',
          influxql: influxql`SELECT sum("not_measured_half_hours") FROM "residual_meter" WHERE ${ofMeter}
            AND $timeFilter GROUP BY time(1d), "of" fill(none) tz('Europe/London')`,
        },
      ],
    },
    rules(
      11,
      0,
      'Estimated, with the rule',
      'Half-hours that are known but not measured, newest first, and the rule that said so.',
      '"missing" = 0 AND "estimated" = 1',
      '"rule" AS "Rule", "energy_kwh" AS "kWh", "volume_m3" AS "m³", "register_version" AS "Register version"',
    ),
    rules(
      12,
      12,
      'Missing, with the rule',
      'Half-hours of which nothing is known by itself, newest first, and why.',
      '"missing" = 1',
      '"rule" AS "Rule", "register_version" AS "Register version"',
    ),
  ],
};
