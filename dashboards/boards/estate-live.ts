import { choicesOf, named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import type { Board, Panel } from '../panel.ts';

const minutes = `"known" = 1 AND "site" =~ /^$site$/`;

/** The sum over the chosen sites of their last known minute. */
function nowStat(id: number, x: number, title: string, utility: string, field: string, unit: 'kW' | 'm3/h'): Panel {
  return {
    id,
    title,
    says: 'The counted meters of the chosen sites in their last known minute; a site not heard is not in it.',
    kind: 'stat',
    measures: { unit },
    at: { x, y: 0, w: 6, h: 4 },
    queries: [
      {
        name: title,
        series: 'site_now',
        influxql: influxql`SELECT sum("rate") FROM (
          SELECT last("${field}") AS "rate" FROM "site_now"
          WHERE ${minutes} AND "utility" = '${utility}' AND time > now() - 10m GROUP BY "site")`,
      },
    ],
  };
}

function overTime(id: number, y: number, title: string, utility: string, field: string, unit: 'kW' | 'm3/h'): Panel {
  const sum = (of: string, known: string): string => influxql`SELECT sum("rate") FROM (
    SELECT mean("${of}") AS "rate" FROM "site_now"
    WHERE "${known}" = 1 AND "site" =~ /^$site$/ AND "utility" = '${utility}' AND $timeFilter
    GROUP BY time($__interval), "site" fill(none))
    WHERE $timeFilter GROUP BY time($__interval) fill(none)`;
  return {
    id,
    title,
    says: 'Usual is the mean of this half-hour of the week, four weeks back. Ask what runs when they part.',
    kind: 'timeseries',
    measures: { unit },
    at: { x: 0, y, w: 16, h: 9 },
    queries: [
      { name: 'Now', series: 'site_now', influxql: sum(field, 'known') },
      { name: 'Usual', series: 'site_now', influxql: sum(`usual_${field}`, 'usual_known') },
    ],
  };
}

export const estateLive: Board = {
  ...named.estateLive,
  says:
    'What the estate takes now, against what it usually takes at this time of the week, and who is silent. Where they ' +
    'part, open the site; where a meter is silent, look at its gateway.',
  from: 'now-24h',
  refresh: '1m',
  variables: choicesOf('organisation', 'site', 'meter'),
  annotations: marksOf(atSites(), 'Sign-offs'),
  panels: [
    nowStat(1, 0, 'Electricity now', 'electricity', 'power_kw', 'kW'),
    nowStat(2, 6, 'Gas now', 'gas', 'power_kw', 'kW'),
    nowStat(3, 12, 'Water now', 'water', 'flow_m3_per_h', 'm3/h'),
    {
      id: 4,
      title: 'Silent meters',
      says: 'Counted meters that have not spoken within twice their interval. Look at their gateway first.',
      kind: 'stat',
      measures: { counted: 'meters' },
      at: { x: 18, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Silent meters',
          series: 'site_now',
          influxql: influxql`SELECT sum("silent") FROM (
            SELECT last("silent_meters") AS "silent" FROM "site_now"
            WHERE "site" =~ /^$site$/ AND time > now() - 10m GROUP BY "site", "utility")`,
        },
      ],
    },
    overTime(5, 4, 'Electricity against usual', 'electricity', 'power_kw', 'kW'),
    overTime(6, 13, 'Water against usual', 'water', 'flow_m3_per_h', 'm3/h'),
    {
      id: 7,
      title: 'Last heard, by meter',
      says: 'Of the chosen meters, the oldest first: these are the ones to go and look at.',
      kind: 'table',
      measures: { grafana: 'dateTimeFromNow' },
      at: { x: 16, y: 4, w: 8, h: 18 },
      queries: [
        {
          name: 'Last heard',
          series: 'reading',
          format: 'table',
          influxql: influxql`SELECT last("received_s") * 1000 AS "Last heard" FROM "reading"
            WHERE "meter" =~ /^$meter$/ AND time > now() - 30d GROUP BY "meter"`,
        },
      ],
    },
  ],
};
