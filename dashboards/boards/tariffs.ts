import { tariffUtilities } from '../../domain/tariffs/published.ts';
import {
  byTimeOfDay,
  chosenPoints,
  countOf,
  kva,
  lastTwelveMonths,
  lastTwoMonths,
  ofEachPoint,
  ofPoints,
  pence,
  pencePerKwh,
  pounds,
  soFar,
  soFarStats,
  stacked,
  stat,
} from '../cost-panels.ts';
import { named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import type { Board, Column, Panel } from '../panel.ts';

const unknown = 'not known';
const utilityColumn: Column = {
  of: 'utility',
  heading: 'Of',
  words: Object.fromEntries(tariffUtilities.map((name) => [name, name])),
  width: 100,
};
const pointColumns: readonly Column[] = [
  { of: 'supply_point', heading: 'Supply point', width: 170 },
  { of: 'site', heading: 'Site', width: 160 },
];

const overview: readonly Panel[] = [
  ...soFarStats(1, 0, 'month', ['This month so far', 'Same days last year', 'Change, same days']),
  ...soFarStats(4, 12, 'financial_year', ['Since April', 'Same days a year before', 'Change since April']),
  stat(
    [7, 0, 4],
    'All in since April',
    'Cost without VAT over use. Above what others are offered, ask for offers.',
    pence,
    soFar(
      'financial_year',
      'sum("cost") / sum("use") * 100',
      { cost: 'cost_gbp', use: 'use_kwh', known: 'cost_known', kwh: 'energy_known' },
      '"known" = 1 AND "kwh" = 1',
    ),
  ),
  stat(
    [8, 4, 4],
    'All in, a year before',
    'The same for the dates of last year. Dearer for less use may only be standing charges: see the components.',
    pence,
    soFar(
      'financial_year',
      'sum("cost") / sum("use") * 100',
      {
        cost: 'last_year_cost_gbp',
        use: 'last_year_use_kwh',
        known: 'last_year_cost_known',
        kwh: 'last_year_energy_known',
      },
      '"known" = 1 AND "kwh" = 1',
    ),
  ),
  stat(
    [9, 8, 4],
    'Red hours, of DUoS',
    'What of twelve months’ distribution charges red hours cost. Use that can wait until they are over saves it.',
    { share: true },
    {
      series: 'month_cost_band',
      influxql: influxql`SELECT sum("red") / sum("all") FROM
        (SELECT sum("cost_gbp") AS "red" FROM "month_cost_band" WHERE ${ofPoints} AND "component" = 'duos'
          AND "band" =~ /red$/ AND "cost_known" = 1 AND ${lastTwelveMonths}),
        (SELECT sum("cost_gbp") AS "all" FROM "month_cost_band" WHERE ${ofPoints} AND "component" = 'duos'
          AND "cost_known" = 1 AND ${lastTwelveMonths})`,
    },
  ),
  stat(
    [10, 12, 4],
    'Least capacity left',
    'Agreed less the most drawn in twelve months, where it is least. Below 0 it was exceeded: agree on more, or cut the peak.',
    kva,
    {
      series: 'month_capacity',
      influxql: influxql`SELECT min("left") FROM (SELECT "agreed_capacity_kva" - "maximum_demand_kva" AS "left"
        FROM "month_capacity" WHERE ${ofPoints} AND "agreed_known" = 1 AND "demand_known" = 1 AND ${lastTwelveMonths})`,
      signed: true,
    },
  ),
  stat(
    [11, 16, 4],
    'Months not costed',
    'Of this month and the last one, by supply point. They are in no sum: the last table says why and what to do.',
    { counted: 'months' },
    {
      ...countOf('month_cost', 'cost_known', `"cost_known" = 0 AND "because" != '' AND ${lastTwoMonths}`),
      badFrom: 1,
    },
  ),
  stat(
    [12, 20, 4],
    'Dates due',
    'Notice to give, and contracts that end, of which somebody is to be told by now. The table of dates names them.',
    { counted: 'dates' },
    { ...countOf('notice_due', 'due', '"known" = 1 AND "due" = 1 AND time > now() - 1d'), badFrom: 1 },
  ),
];

const bills: readonly Panel[] = [
  stacked(
    [13, 0, 8],
    'Cost by component, by month',
    'Without VAT; the present month is not over. The block that grew is what to ask about: energy, networks, levies, fees.',
    { series: 'month_cost_component', by: 'component' },
  ),
  stacked(
    [14, 12, 8],
    'Cost by site, by month',
    'Without VAT. A site that grows while the others do not uses more: see its board. All that grow at once: a price.',
    { series: 'month_cost', by: 'site' },
  ),
  {
    id: 15,
    title: 'Supply points, last twelve months',
    says:
      'The dearest first. At least and at most part where half-hours are missing or a power factor is only stated. ' +
      'Measured below nine tenths: mend the meter before arguing about a bill. Quoted rates were not seen in print.',
    kind: 'table',
    measures: pounds,
    signed: true,
    sortedBy: 'Cost',
    at: { x: 0, y: 17, w: 24, h: 9 },
    columns: [
      ...pointColumns,
      utilityColumn,
      { of: 'Rates are', words: { '': unknown }, width: 120 },
      ...['Cost', 'At least', 'At most', 'With VAT'].map((of) => ({ of, measures: pounds, unknown })),
      { of: 'All in', measures: pence, unknown: 'no kWh' },
      { of: 'Least measured month', measures: { share: true }, unknown, width: 170 },
    ],
    queries: [
      {
        name: 'Supply points',
        series: 'month_cost',
        format: 'table',
        influxql: ofEachPoint(
          'month_cost',
          ['Rates are', 'Cost', 'At least', 'At most', 'With VAT', 'All in', 'Least measured month'],
          [
            // InfluxDB finds a text in the first of several statements alone.
            ['last("rate_standing") AS "Rates are"', '"cost_known" = 1'],
            [
              'sum("cost_gbp") AS "Cost", sum("cost_low_gbp") AS "At least", sum("cost_high_gbp") AS "At most", ' +
                'sum("total_gbp") AS "With VAT"',
              '"cost_known" = 1',
            ],
            [`${pencePerKwh} AS "All in"`, '"cost_known" = 1 AND "energy_known" = 1'],
            ['min("measured_share") AS "Least measured month"', '"measured_share_known" = 1'],
          ],
        ),
      },
    ],
  },
  {
    id: 16,
    title: 'All in, by supply point',
    says: 'Cost without VAT over use, by month. A step is a new price; what climbs in summer is standing charges on less use.',
    kind: 'timeseries',
    measures: pence,
    signed: true,
    at: { x: 0, y: 26, w: 12, h: 9 },
    queries: [
      {
        name: '$tag_supply_point',
        series: 'month_cost',
        influxql: influxql`SELECT ${pencePerKwh} FROM "month_cost" WHERE ${ofPoints} AND "cost_known" = 1
          AND "energy_known" = 1 AND "use_kwh" > 0 AND $timeFilter
          GROUP BY time(1d), "supply_point" fill(none) tz('Europe/London')`,
      },
    ],
  },
  stacked(
    [17, 12, 26],
    'DUoS by band of the day',
    'By month; none: capacity and charges by the day. Red that grows in winter is the evening peak: ask what runs then.',
    { series: 'month_cost_band', by: 'band', where: `"component" = 'duos'` },
  ),
  byTimeOfDay(
    [18, 0, 35],
    'When the money goes',
    'What one half-hour costs at its time of day, in the mean. Weekend: bank holidays too. What is dear at night is base load.',
    { measures: pounds, value: 'sum("mean")', where: '"cost_known" = 1' },
  ),
  byTimeOfDay(
    [19, 12, 35],
    'What a kWh costs at its time',
    'Where bars are high, move use away; where they are low there is room for it. Charges by the day are spread over all.',
    { measures: pence, value: 'sum("cost") / sum("use") * 100', where: '"cost_known" = 1 AND "energy_known" = 1' },
  ),
  stacked(
    [20, 0, 44],
    'Cost by component, last 31 days',
    'Without VAT, today as far as it is over. A day that stands out: look at its half-hours on the board of the meter.',
    { series: 'day_cost_component', by: 'component', within: '31d' },
  ),
];

const capacityAndDates: readonly Panel[] = [
  {
    id: 21,
    title: 'Dates that are near',
    says: 'The last day for notice, and the end of contracts that no other follows; the soonest first. Late notice is a year more.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'Days left',
    smallestFirst: true,
    at: { x: 12, y: 44, w: 12, h: 9 },
    columns: [
      { of: 'Time', heading: 'Date', measures: { grafana: 'time:D MMM YYYY' }, width: 110 },
      { of: 'supply_point', heading: 'Supply point' },
      { of: 'about', heading: 'For', words: { notice: 'notice', end: 'end of contract' }, width: 120 },
      { of: 'Days left', measures: { counted: 'days' }, unknown, width: 90 },
      { of: 'Remind', words: { 0: 'not yet', 1: 'now' }, width: 80 },
      { of: 'Supplier' },
    ],
    queries: [
      {
        name: 'Dates',
        series: 'notice_due',
        format: 'table',
        influxql: influxql`SELECT "days_left" AS "Days left", "due" AS "Remind", "supplier" AS "Supplier"
          FROM "notice_due" WHERE ${ofPoints} AND "known" = 1 AND time > now() - 1d AND time < now() + 1000d
          GROUP BY "supply_point", "about"`,
      },
    ],
  },
  {
    id: 22,
    title: 'Most drawn each month, against what is agreed',
    says: 'Dashed: agreed. A line far below it all year pays for capacity that nobody uses; above it, for exceeding it.',
    kind: 'timeseries',
    measures: kva,
    at: { x: 0, y: 53, w: 12, h: 9 },
    queries: [
      {
        name: '$tag_supply_point',
        series: 'month_capacity',
        influxql: influxql`SELECT max("maximum_demand_kva") FROM "month_capacity" WHERE ${ofPoints}
          AND "demand_known" = 1 AND $timeFilter GROUP BY time(1d), "supply_point" fill(none) tz('Europe/London')`,
      },
      {
        name: '$tag_supply_point, agreed',
        series: 'month_capacity',
        influxql: influxql`SELECT max("agreed_capacity_kva") FROM "month_capacity" WHERE ${ofPoints}
          AND "agreed_known" = 1 AND $timeFilter GROUP BY time(1d), "supply_point" fill(none) tz('Europe/London')`,
        dashed: true,
      },
    ],
  },
  {
    id: 23,
    title: 'Capacity, last twelve months',
    says:
      'Most drawn is a range where half-hours are missing or a power factor is stated. Ask the comparison of offers what another ' +
      'agreed capacity costs.',
    kind: 'table',
    measures: kva,
    signed: true,
    sortedBy: 'Agreed',
    at: { x: 12, y: 53, w: 12, h: 9 },
    columns: [
      ...pointColumns,
      utilityColumn,
      { of: 'Agreed', measures: kva, unknown: 'not said' },
      { of: 'Most drawn', measures: kva, unknown },
      { of: 'At most', measures: kva, unknown },
      { of: 'Least left', measures: kva, unknown },
    ],
    queries: [
      {
        name: 'Capacity',
        series: 'month_capacity',
        format: 'table',
        influxql: ofEachPoint(
          'month_capacity',
          ['Agreed', 'Most drawn', 'At most', 'Least left'],
          [
            ['last("agreed_capacity_kva") AS "Agreed"', '"agreed_known" = 1'],
            [
              'max("maximum_demand_kva") AS "Most drawn", max("maximum_demand_high_kva") AS "At most"',
              '"demand_known" = 1',
            ],
            [
              'min("left") AS "Least left"',
              '"agreed_known" = 1 AND "demand_known" = 1',
              '"agreed_capacity_kva" - "maximum_demand_kva" AS "left"',
            ],
          ],
        ),
      },
    ],
  },
  {
    id: 24,
    title: 'What could not be costed, and what to do',
    says:
      'Months by supply point that are in no sum above, with the reason of the last of them. Empty: everything that is ' +
      'published is costed. A supply point that is in no panel does not say publish_costs.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'Months',
    at: { x: 0, y: 62, w: 24, h: 7 },
    columns: [
      ...pointColumns,
      utilityColumn,
      { of: 'Why, and what to do' },
      { of: 'Months', measures: { counted: 'months' }, unknown: 'none', width: 110 },
    ],
    queries: [
      {
        name: 'Not costed',
        series: 'month_cost',
        format: 'table',
        influxql: influxql`SELECT last("because") AS "Why, and what to do", count("cost_known") AS "Months"
          FROM "month_cost" WHERE ${ofPoints} AND "cost_known" = 0 AND "because" != '' AND $timeFilter
          GROUP BY "supply_point", "site", "utility"`,
      },
    ],
  },
];

export const tariffs: Board = {
  ...named.tariffs,
  says:
    'What supplies cost by the contracts of the register: of supply points that say publish_costs, since whoever opens ' +
    'this board can work out prices.',
  from: 'now-2y',
  refresh: '15m',
  variables: chosenPoints,
  annotations: marksOf(atSites(), 'Alerts', 'Alerts that are over', 'Exchanges'),
  panels: [...overview, ...bills, ...capacityAndDates],
};
