import { named, tagVariable } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import type { Board, Panel, PanelUnit, Query } from '../panel.ts';

const chosen = `"process" =~ /^$process$/`;

/** A process that has stopped says nothing any more: what it last said is not how it is. */
const lately = 'time > now() - 15m';

type Asked = Pick<Query, 'name' | 'series' | 'influxql'>;

/** What was done in a minute, in the mean of each step, by all chosen processes together. */
function pace(name: string, field: string): Asked {
  return {
    name,
    series: 'house',
    influxql: influxql`SELECT sum("pace") FROM (
      SELECT sum("${field}") / sum("seconds") * 60 AS "pace" FROM "house" WHERE ${chosen} AND $timeFilter
      GROUP BY time($__interval), "process" fill(none))
      WHERE $timeFilter GROUP BY time($__interval) fill(none)`,
  };
}

/** How often something happened in each step. */
function times(name: string, field: string): Asked {
  return {
    name,
    series: 'house',
    influxql: influxql`SELECT sum("${field}") FROM "house" WHERE ${chosen} AND $timeFilter
      GROUP BY time($__interval) fill(none)`,
  };
}

/** The most of each step, of something that every process says alike or that each has its own of. */
function most(name: string, field: string, { by = '', where = '' } = {}): Asked {
  return {
    name,
    series: 'house',
    influxql: influxql`SELECT max("${field}") FROM "house" WHERE ${chosen} ${where} AND $timeFilter
      GROUP BY time($__interval)${by} fill(none)`,
  };
}

/** What waits in all processes together, at most in each step. */
function together(name: string, field: string): Asked {
  return {
    name,
    series: 'house',
    influxql: influxql`SELECT sum("most") FROM (SELECT max("${field}") AS "most" FROM "house"
      WHERE ${chosen} AND $timeFilter GROUP BY time($__interval), "process" fill(none))
      WHERE $timeFilter GROUP BY time($__interval) fill(none)`,
  };
}

/** What a process has of its own, a line each. */
const ofEach = (field: string): Asked => most('$tag_process', field, { by: ', "process"' });

function stat(id: number, title: string, says: string, measures: PanelUnit, query: string, badFrom?: number): Panel {
  return {
    id,
    title,
    says,
    kind: 'stat',
    measures,
    ...(badFrom === undefined ? {} : { badFrom }),
    at: { x: (id - 1) * 4, y: 0, w: 4, h: 4 },
    queries: [{ name: title, series: 'house', influxql: query }],
  };
}

function lines(
  [id, x, y]: readonly [number, number, number],
  title: string,
  says: string,
  measures: PanelUnit,
  queries: readonly Asked[],
  rest: Pick<Panel, 'style' | 'signed'> = {},
): Panel {
  return { id, title, says, kind: 'timeseries', measures, step: '1m', at: { x, y, w: 12, h: 8 }, queries, ...rest };
}

const stats: readonly Panel[] = [
  stat(
    1,
    'Received, last 15 minutes',
    'Messages of all meters. 0, or no number: nothing comes in, or nothing runs. Look at the broker, then at ingest.',
    { counted: 'messages' },
    influxql`SELECT sum("messages_received") FROM "house" WHERE ${chosen} AND time > now() - 15m AND time <= now()`,
  ),
  stat(
    2,
    'Age of the newest reading',
    'By the stamp of the meter that spoke last. Where it grows and messages come, the clocks of the meters are behind.',
    { grafana: 's' },
    influxql`SELECT max("age") FROM (SELECT last("newest_reading_age_s") AS "age" FROM "house"
      WHERE ${chosen} AND "newest_reading_known" = 1 AND ${lately} GROUP BY "process")`,
    900,
  ),
  stat(
    3,
    'Spool, of its room',
    'What waits for the database. At 100 % nothing more is acknowledged and the rest waits at the broker: mend the database.',
    { share: true },
    influxql`SELECT max("share") FROM (SELECT last("spool_share") AS "share" FROM "house"
      WHERE ${chosen} AND ${lately} GROUP BY "process")`,
    0.5,
  ),
  stat(
    4,
    'Quarantine, of its room',
    'At 100 % the oldest messages make room, unread. The board of data quality says why they were not understood.',
    { share: true },
    influxql`SELECT max("share") FROM (SELECT last("quarantine_share") AS "share" FROM "house"
      WHERE ${chosen} AND ${lately} GROUP BY "process")`,
    0.8,
  ),
  stat(
    5,
    'Failures, last 24 hours',
    'Batches that could not be booked, meters that could not be derived, jobs that failed. The log of ingest says why.',
    { counted: 'failures' },
    influxql`SELECT sum("batches_failed") + sum("derivation_failures") + sum("jobs_failed") FROM "house"
      WHERE ${chosen} AND time > now() - 24h AND time <= now()`,
    1,
  ),
  stat(
    6,
    'Not delivered',
    'Alerts that no channel took for a day, or that were refused for good. Look at the deliveries of the console.',
    { counted: 'deliveries' },
    influxql`SELECT max("count") FROM (SELECT last("deliveries_undelivered") AS "count" FROM "house"
      WHERE ${chosen} AND ${lately} GROUP BY "process")`,
    1,
  ),
];

const known = 'AND "receipt_lag_known" = 1';
const perMinute = (what: string): PanelUnit => ({ inWords: `${what}/min` });

const charts: readonly Panel[] = [
  lines(
    [7, 0, 4],
    'Messages, by what became of them',
    'Received is decoded, ignored and quarantined together. A step down is a gateway; quarantined ones want a mapping.',
    perMinute('messages'),
    [
      pace('Received', 'messages_received'),
      pace('Decoded', 'messages_decoded'),
      pace('Ignored', 'messages_ignored'),
      pace('Quarantined', 'messages_quarantined'),
      pace('Delivered again', 'messages_redelivered'),
    ],
  ),
  lines(
    [8, 12, 4],
    'Readings, by what became of them',
    'Many repeated: a gateway sends twice. Revised: two devices share a name. Refused: a mapping, or a clock, is wrong.',
    perMinute('readings'),
    [
      pace('Stored', 'readings_stored'),
      pace('Repeated', 'readings_repeated'),
      pace('Revised', 'readings_revised'),
      pace('Refused', 'readings_refused'),
    ],
  ),
  lines(
    [9, 0, 12],
    'Lag: from the meter to us',
    'From stamp to receipt of what came in: the middle one, and the longest. A long one is a gateway that catches up.',
    { grafana: 's' },
    [
      most('Middle', 'receipt_lag_median_s', { where: known }),
      most('Longest', 'receipt_lag_longest_s', { where: known }),
      most('Age of the newest', 'newest_reading_age_s', { where: 'AND "newest_reading_known" = 1' }),
    ],
    // The clock of a meter may be ahead.
    { signed: true },
  ),
  lines(
    [10, 12, 12],
    'Waiting',
    'Messages not booked, late readings that wait for a look-up, batches in the spool. What only grows is behind for good.',
    { counted: 'waiting' },
    [
      together('Messages', 'messages_waiting'),
      together('Late readings', 'readings_waiting'),
      together('Batches in the spool', 'spool_batches'),
    ],
  ),
  lines(
    [11, 0, 20],
    'Spool',
    'Bytes that wait on disk while the database is away. It drains by itself when it is back: then look whether it does.',
    { grafana: 'bytes' },
    [ofEach('spool_bytes')],
  ),
  lines(
    [12, 12, 20],
    'Meters to derive',
    'Their half-hours are to be worked out again. It is near 0 but after an import; where it stays up, see the failures.',
    { counted: 'meters' },
    [most('Meters', 'meters_to_derive')],
  ),
  lines(
    [13, 0, 28],
    'What went wrong',
    'In each step. A lone one was tried again and is over; the same every minute is in the log of ingest with its reason.',
    { counted: 'times' },
    [
      times('Batches not booked', 'batches_failed'),
      times('Meters not derived', 'derivation_failures'),
      times('Jobs failed', 'jobs_failed'),
      times('Messages quarantined', 'messages_quarantined'),
      times('Readings refused', 'readings_refused'),
    ],
    { style: 'stacked' },
  ),
  lines(
    [14, 12, 28],
    'Half-hours worked out',
    'About two an hour for each meter; thousands after an import or a change of the register. None for an hour: ask why.',
    perMinute('half-hours'),
    [pace('Half-hours', 'derived_half_hours')],
  ),
  lines(
    [15, 0, 36],
    'People to be told',
    'What waits to be sent is sent within a minute. Where it grows, the mail server or the channel does not answer.',
    { counted: 'deliveries' },
    [most('Waiting', 'deliveries_waiting'), most('Not delivered', 'deliveries_undelivered')],
  ),
  lines(
    [16, 12, 36],
    'Memory',
    'Resident, by process. It settles within a day; a line that climbs for a week ends badly: tell its makers.',
    { grafana: 'bytes' },
    [ofEach('memory_bytes')],
  ),
  {
    id: 17,
    title: 'Processes',
    says: 'Those heard within a quarter of an hour; one that is not here has stopped. Exactly one derives. Problems: of the estate folder.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'Received',
    at: { x: 0, y: 44, w: 24, h: 6 },
    columns: [
      { of: 'process', heading: 'Process' },
      { of: 'Received', measures: { counted: 'messages' }, unknown: 'none' },
      { of: 'Derives', words: { 0: 'no', 1: 'yes' } },
      { of: 'Estate', measures: { counted: 'problems' }, unknown: 'none', badFrom: 1 },
      { of: 'Spool', measures: { share: true }, unknown: 'none', decimals: 1 },
      { of: 'Memory', measures: { grafana: 'bytes' }, decimals: 0 },
    ],
    queries: [
      {
        name: 'Processes',
        series: 'house',
        format: 'table',
        influxql: influxql`SELECT sum("messages_received") AS "Received", last("derives") AS "Derives",
          last("estate_problems") AS "Estate", last("spool_share") AS "Spool", last("memory_bytes") AS "Memory"
          FROM "house" WHERE ${chosen} AND ${lately} GROUP BY "process"`,
      },
    ],
  },
];

export const itself: Board = {
  ...named.itself,
  says:
    'Whether Meterhouse keeps up: what comes in, how late, what waits and what fails. Nothing drawn to the right: it has ' +
    'stopped. It has no sites; the board of data quality tells of meters.',
  from: 'now-24h',
  refresh: '1m',
  variables: [tagVariable('house', 'process', 'Process')],
  panels: [...stats, ...charts],
};
