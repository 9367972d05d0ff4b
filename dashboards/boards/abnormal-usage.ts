import { practice } from '../../domain/alerts/alarm-load.ts';
import { severities } from '../../domain/alerts/severity.ts';
import { severityNumber } from '../../domain/shown/alert-points.ts';
import { chosenAlerts, ofAlerts, openAlerts, openThat } from '../alert-panels.ts';
import { pounds, stat } from '../cost-panels.ts';
import { named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import type { Board, Column, Panel } from '../panel.ts';
import { columnsOf, latestOf } from '../place-figures.ts';

const unknown = 'not known';
const siteColumn: Column = { of: 'site', heading: 'Site', width: 160 };
const carbon = { unit: 'kgCO2e' } as const;
const alerts = { counted: 'alerts' } as const;

/** Days of which something is told, of the whole range. */
function daily(fields: string, by: string, where = ''): string {
  return influxql`SELECT ${fields} FROM "day_alert" WHERE ${ofAlerts} ${where} AND $timeFilter
    GROUP BY time(1d)${by} fill(none) tz('Europe/London')`;
}

const overview: readonly Panel[] = [
  stat(
    [1, 0, 0],
    'Open',
    'Alerts that somebody may have to do something about, those that are taken up, put away or watched too.',
    alerts,
    { series: 'alert', influxql: `SELECT sum("live") FROM "alert" WHERE ${ofAlerts}` },
  ),
  stat(
    [2, 4, 0],
    'At once',
    'A main that may have burst, a supply that is lost, capacity about to be exceeded. Ring somebody now.',
    alerts,
    { ...openThat('"severity" = 1'), badFrom: 1 },
  ),
  stat(
    [3, 8, 0],
    'Not taken up for a day',
    'Raised more than 24 hours ago, and nobody has acknowledged it. Give each an owner, or close it.',
    alerts,
    { ...openThat('"taken_up" = 0 AND time <= now() - 24h'), badFrom: 1 },
  ),
  stat(
    [4, 12, 0],
    'A week of it costs',
    'Of the open alerts whose £ are known: those beside it are not in it.',
    pounds,
    {
      series: 'alert',
      influxql: `SELECT sum("weekly_cost_gbp") FROM "alert" WHERE ${openAlerts} AND "weekly_cost_known" = 1`,
    },
  ),
  stat(
    [5, 16, 0],
    'Without £',
    'Open alerts that are in no sum of money. The first table says why, and what to write into the register.',
    alerts,
    openThat('"weekly_cost_known" = 0'),
  ),
  stat(
    [6, 20, 0],
    'Saved so far',
    'By what was mended, as the meters showed afterwards; for twelve months each, and in no other plan.',
    pounds,
    {
      series: 'alert',
      influxql: `SELECT sum("saved_gbp") FROM "alert" WHERE ${ofAlerts} AND "booked" = 1 AND "saved_gbp_known" = 1`,
    },
  ),
];

const severityWords = { 1: 'at once', 2: 'today', 3: 'this week', 4: 'digest' };

const open: readonly Panel[] = [
  {
    id: 7,
    title: 'Open alerts',
    says:
      'What matters at once first, then what costs most. Begin at the top; whoever takes one up says so, or it is told again. ' +
      '`meterhouse alerts show` has the chart, what was tried before and what to look at first.',
    kind: 'table',
    measures: pounds,
    signed: true,
    // A supply that is lost costs nothing that is known, and is to be rung about nevertheless.
    sortedBy: 'Matters',
    smallestFirst: true,
    thenBy: '£ a week',
    at: { x: 0, y: 4, w: 24, h: 11 },
    columns: [
      { of: 'alert', heading: 'Alert', width: 80 },
      siteColumn,
      { of: 'What', width: 290 },
      { of: 'Where' },
      { of: 'Matters', words: severityWords, width: 90 },
      { of: 'Since', measures: { grafana: 'dateTimeFromNow' }, width: 120 },
      { of: '£ a week', measures: pounds, unknown, width: 90 },
      { of: '£ so far', measures: pounds, unknown, width: 90 },
      { of: 'CO₂e a week', measures: carbon, unknown, width: 110 },
      { of: 'kWh a week', measures: { unit: 'kWh' }, unknown: 'none', width: 100 },
      { of: 'm³ a week', measures: { unit: 'm3' }, unknown: 'none', width: 90 },
      { of: 'State', width: 110 },
      { of: 'Owner', words: { '': 'nobody' }, width: 110 },
      { of: 'Due', width: 90 },
      { of: 'No £ because' },
    ],
    queries: [
      {
        name: 'Open alerts',
        series: 'alert',
        format: 'table',
        influxql: latestOf(
          'alert',
          [
            { as: 'What', field: 'says' },
            { as: 'Where', field: 'place' },
            { as: 'Matters', field: 'severity' },
            { as: 'Since', field: 'began_s', times: 1000 },
            { as: '£ a week', field: 'weekly_cost_gbp', known: 'weekly_cost_known' },
            { as: '£ so far', field: 'cost_gbp', known: 'cost_known' },
            { as: 'CO₂e a week', field: 'weekly_emissions_kgco2e', known: 'weekly_emissions_known' },
            { as: 'kWh a week', field: 'weekly_excess_kwh', known: 'energy_known' },
            { as: 'm³ a week', field: 'weekly_excess_m3', known: 'volume_known' },
            { as: 'State', field: 'state' },
            { as: 'Owner', field: 'owner' },
            { as: 'Due', field: 'due' },
            { as: 'No £ because', field: 'because' },
          ],
          { where: openAlerts, by: '"alert", "site", "family"' },
        ),
      },
    ],
  },
  {
    id: 8,
    title: 'By site: how much they matter, and how old they are',
    says:
      'Open alerts. A site with many of the same age has one cause that nobody has named; old ones that nobody took up are ' +
      'nuisance: close them, or change the rule (docs/alert-rules.md).',
    kind: 'table',
    measures: pounds,
    signed: true,
    sortedBy: '£ a week',
    at: { x: 0, y: 15, w: 24, h: 8 },
    columns: [
      siteColumn,
      ...['At once', 'Today', 'This week', 'Digest', 'Up to a day', 'Up to a week', 'Older', 'Not taken up'].map(
        (of): Column => ({ of, measures: alerts, unknown: 'none' }),
      ),
      { of: '£ a week', measures: pounds, unknown },
      { of: 'CO₂e a week', measures: carbon, unknown },
      { of: 'Without £', measures: alerts, unknown: 'none' },
    ],
    queries: [
      {
        name: 'By site',
        series: 'alert',
        format: 'table',
        influxql: columnsOf(
          'alert',
          [
            ['At once', 'sum("live")', '"severity" = 1'],
            ['Today', 'sum("live")', '"severity" = 2'],
            ['This week', 'sum("live")', '"severity" = 3'],
            ['Digest', 'sum("live")', '"severity" = 4'],
            ['Up to a day', 'sum("live")', 'time > now() - 1d'],
            ['Up to a week', 'sum("live")', 'time > now() - 7d AND time <= now() - 1d'],
            ['Older', 'sum("live")', 'time <= now() - 7d'],
            ['Not taken up', 'sum("live")', '"taken_up" = 0'],
            ['£ a week', 'sum("weekly_cost_gbp")', '"weekly_cost_known" = 1'],
            ['CO₂e a week', 'sum("weekly_emissions_kgco2e")', '"weekly_emissions_known" = 1'],
            ['Without £', 'sum("live")', '"weekly_cost_known" = 0'],
          ],
          { where: openAlerts, by: '"site"' },
        ),
      },
    ],
  },
];

const overTime: readonly Panel[] = [
  {
    id: 9,
    title: 'Open at the end of each day, by how much they matter',
    says: '1 at once, 2 today, 3 this week. A stack that only grows is not being worked on; one that never moves is nuisance.',
    kind: 'timeseries',
    style: 'stacked',
    measures: alerts,
    at: { x: 0, y: 23, w: 12, h: 9 },
    queries: [{ name: '$tag_severity', series: 'day_alert', influxql: daily('sum("live")', ', "severity"') }],
  },
  {
    id: 10,
    title: 'What a week of what was open costs, by site',
    says: 'By what is known now of each alert. What falls here was mended or ended; see below what of it was verified.',
    kind: 'timeseries',
    style: 'stacked',
    measures: pounds,
    signed: true,
    at: { x: 12, y: 23, w: 12, h: 9 },
    queries: [
      {
        name: '$tag_site',
        series: 'day_alert',
        influxql: daily('sum("weekly_cost_gbp")', ', "site"', 'AND "costed" > 0'),
      },
    ],
  },
  {
    id: 11,
    title: 'Raised and over, by day',
    says: 'Where more is raised than is over for weeks, look for one cause behind many, or for a rule that is too tight.',
    kind: 'timeseries',
    style: 'bars',
    measures: alerts,
    at: { x: 0, y: 32, w: 12, h: 9 },
    queries: [
      { name: 'Raised', series: 'day_alert', influxql: daily('sum("raised")', '') },
      { name: 'Over', series: 'day_alert', influxql: daily('sum("over")', '') },
    ],
  },
];

/** What whoever is told most had, beside what operators of control rooms are thought to bear. */
function told(
  id: number,
  at: Panel['at'],
  field: string,
  practised: number,
  words: Pick<Panel, 'title' | 'says'>,
): Panel {
  const byDay = (what: string, by: string, fill = 'none'): string => influxql`SELECT ${what} FROM "day_alarm_load"
    WHERE $timeFilter GROUP BY time(1d)${by} fill(${fill}) tz('Europe/London')`;
  return {
    id,
    ...words,
    kind: 'timeseries',
    style: 'bars',
    measures: { counted: 'notices' },
    at,
    queries: [
      { name: '$tag_channel', series: 'day_alarm_load', influxql: byDay(`max("${field}")`, ', "channel"') },
      {
        name: 'Practice in control rooms',
        series: 'day_alarm_load',
        influxql: byDay(`max("${field}") * 0 + ${practised}`, '', String(practised)),
        dashed: true,
      },
    ],
  };
}

function shareRaised(severity: string): string {
  const rows = `"day_alert" WHERE ${ofAlerts} AND $timeFilter`;
  return influxql`SELECT sum("part") / sum("all") FROM
    (SELECT sum("raised") AS "part" FROM ${rows} AND "severity" = '${severity}'),
    (SELECT sum("raised") AS "all", sum("raised") * 0 AS "part" FROM ${rows})`;
}

/** Of the whole estate: what somebody is told comes from all its sites together. */
const load: readonly Panel[] = [
  told(12, { x: 12, y: 32, w: 12, h: 9 }, 'notices_of_one', practice.a_day, {
    title: 'Told each day, to whoever was told most',
    says:
      'By channel, digests apart. Dashed: 150 a day, which EEMUA 191 has as bearable for an operator who does nothing else; who ' +
      'looks after buildings should have a few. /v1/alarm-load says who it is.',
  }),
  told(17, { x: 0, y: 41, w: 12, h: 9 }, 'most_in_ten_minutes', practice.in_ten_minutes_at_most, {
    title: 'Most told in ten minutes, to one recipient',
    says:
      'Dashed: ten, above which it is a flood and nobody reads on (EEMUA 191). Look for the one cause behind it, or give the ' +
      'route a digest.',
  }),
  {
    id: 18,
    title: 'Nuisance',
    says:
      'Of the alerts of this period that are over: closed as none, or over by themselves within two hours. Above a tenth, ' +
      'change the rule that raised them: meterhouse alerts try.',
    kind: 'stat',
    measures: { share: true },
    at: { x: 12, y: 41, w: 6, h: 4 },
    queries: [
      {
        name: 'Nuisance',
        series: 'alert',
        influxql: `SELECT sum("nuisance") / sum("judged") FROM "alert" WHERE ${ofAlerts} AND "judged" = 1 AND $timeFilter`,
      },
    ],
  },
  {
    id: 19,
    title: 'Floods',
    says: 'Stretches of ten minutes in which somebody was told more than ten. Practice: less than 1 % of the time.',
    kind: 'stat',
    measures: { counted: 'floods' },
    at: { x: 18, y: 41, w: 6, h: 4 },
    badFrom: 1,
    queries: [
      {
        name: 'Floods',
        series: 'day_alarm_load',
        influxql: 'SELECT sum("floods") FROM "day_alarm_load" WHERE $timeFilter',
      },
    ],
  },
  {
    id: 20,
    title: 'Raised, by how much they matter',
    says:
      'Practice is about 5 % high, 15 % medium and 80 % low. Where most are at once or today, they are not: raise the pounds ' +
      'from which on a rule says so.',
    kind: 'stat',
    measures: { share: true },
    at: { x: 12, y: 45, w: 12, h: 5 },
    queries: severities.map((severity) => ({
      name: severityWords[severityNumber(severity)],
      series: 'day_alert',
      influxql: shareRaised(String(severity)),
    })),
  },
];

const savings: readonly Panel[] = [
  {
    id: 13,
    title: 'Saved by day, by site',
    says: 'What is used no more, at what it cost when it was found. It stops after twelve months: then it is how the site is.',
    kind: 'timeseries',
    style: 'stacked',
    measures: pounds,
    signed: true,
    at: { x: 0, y: 50, w: 12, h: 9 },
    queries: [
      {
        name: '$tag_site',
        series: 'day_saving',
        influxql: influxql`SELECT sum("saved_gbp") FROM "day_saving" WHERE ${ofAlerts} AND "saved_gbp_known" = 1
          AND $timeFilter GROUP BY time(1d), "site" fill(none) tz('Europe/London')`,
      },
    ],
  },
  {
    id: 14,
    title: 'What was mended, and what it saved so far',
    says: 'Seen at the meter on seven days. The claim of alert a-17 is alert:a-17; name it in a plan, so that no kWh is counted twice.',
    kind: 'table',
    measures: pounds,
    signed: true,
    sortedBy: '£ so far',
    at: { x: 12, y: 50, w: 12, h: 9 },
    columns: [
      { of: 'alert', heading: 'Alert', width: 80 },
      siteColumn,
      { of: 'What' },
      { of: 'Where' },
      { of: '£ so far', measures: pounds, unknown, width: 90 },
      { of: 'CO₂e so far', measures: carbon, unknown, width: 110 },
      { of: 'kWh so far', measures: { unit: 'kWh' }, unknown: 'none', width: 100 },
      { of: 'm³ so far', measures: { unit: 'm3' }, unknown: 'none', width: 90 },
      { of: 'Until', measures: { grafana: 'time:D MMM YYYY' }, width: 110 },
    ],
    queries: [
      {
        name: 'Savings',
        series: 'alert',
        format: 'table',
        influxql: latestOf(
          'alert',
          [
            { as: 'What', field: 'says' },
            { as: 'Where', field: 'place' },
            { as: '£ so far', field: 'saved_gbp', known: 'saved_gbp_known' },
            { as: 'CO₂e so far', field: 'saved_kgco2e', known: 'saved_kgco2e_known' },
            { as: 'kWh so far', field: 'saved_kwh', known: 'energy_known' },
            { as: 'm³ so far', field: 'saved_m3', known: 'volume_known' },
            { as: 'Until', field: 'booked_until_s', times: 1000 },
          ],
          { where: `${ofAlerts} AND "booked" = 1`, by: '"alert", "site"' },
        ),
      },
    ],
  },
];

const behind: readonly Panel[] = [
  {
    id: 15,
    title: 'The smallest change that each meter could tell',
    says:
      'As the meter is now, by the kind that tells least: what is smaller, or shorter, is not told by it. The largest hide most: a ' +
      'sub-meter there, or a tighter rule, tells more.',
    kind: 'table',
    measures: { unit: 'kW' },
    sortedBy: 'At least, kW',
    at: { x: 0, y: 59, w: 12, h: 10 },
    columns: [
      { of: 'meter', heading: 'Meter', width: 170 },
      siteColumn,
      { of: 'Of' },
      { of: 'Told by', words: { '': unknown }, width: 130 },
      { of: 'At least, kW', measures: { unit: 'kW' }, decimals: 2, unknown: '—', width: 110 },
      { of: 'At least, m³/h', measures: { unit: 'm3/h' }, decimals: 3, unknown: '—', width: 110 },
      { of: 'If it lasts', measures: { counted: 'hours' }, unknown: '—', width: 100 },
      { of: 'Learned until', measures: { grafana: 'time:D MMM YYYY' }, unknown: 'not yet', width: 120 },
    ],
    queries: [
      {
        name: 'Detectable sizes',
        series: 'detectable_size',
        format: 'table',
        influxql: latestOf(
          'detectable_size',
          [
            { as: 'Of', field: 'place' },
            { as: 'Told by', field: 'kind' },
            { as: 'At least, kW', field: 'detectable_kw', known: 'power_known' },
            { as: 'At least, m³/h', field: 'detectable_m3_per_h', known: 'flow_known' },
            { as: 'If it lasts', field: 'lasting_h', known: 'lasting_known' },
            { as: 'Learned until', field: 'learned_until_s', known: 'learned_known', times: 1000 },
          ],
          { where: '"site" =~ /^$site$/ AND time > now() - 2d AND time <= now()', by: '"meter", "site"' },
        ),
      },
    ],
  },
  {
    id: 16,
    title: 'What happened, newest first',
    says: 'The life of alerts in the chosen period; the same stands as marks on this board and on those of site and meter.',
    kind: 'table',
    measures: { grafana: 'none' },
    at: { x: 12, y: 59, w: 12, h: 10 },
    queries: [
      {
        name: 'Events',
        series: 'alert_event',
        format: 'table',
        influxql: influxql`SELECT "title" AS "What", "says" AS "Event" FROM "alert_event"
          WHERE ${ofAlerts} AND $timeFilter ORDER BY time DESC LIMIT 500`,
      },
    ],
  },
];

export const abnormalUsage: Board = {
  ...named.abnormalUsage,
  says:
    'What is used beyond what is expected, what it costs, who looks after it and since when; what was saved by mending it, and ' +
    'whether there is more told than people can act on.',
  from: 'now-30d',
  refresh: '1m',
  variables: chosenAlerts,
  annotations: marksOf({ ...atSites(), alerts: ofAlerts }, 'Sign-offs'),
  panels: [...overview, ...open, ...overTime, ...load, ...savings, ...behind],
};
