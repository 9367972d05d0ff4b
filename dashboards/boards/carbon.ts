import { choicesOf, named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import { latestDisclosureYear, latestOf, latestYear, ofFuels, ofSites, yearBefore } from '../place-figures.ts';
import type { Board, Panel, PanelUnit, Query } from '../panel.ts';

/** The chosen sites together by one method, of the twelve months that end last in a stretch of time. */
function together(
  id: number,
  x: number,
  title: string,
  says: string,
  method: 'location' | 'market',
  when: string,
): Panel {
  return {
    id,
    title,
    says,
    kind: 'stat',
    measures: { unit: 'kgCO2e' },
    at: { x, y: 0, w: 6, h: 4 },
    queries: [
      {
        name: title,
        series: 'rolling_year_carbon',
        influxql: influxql`SELECT sum("emissions") FROM (
          SELECT last("emissions_${method}_kgco2e") AS "emissions" FROM "rolling_year_carbon"
          WHERE ${ofSites} AND "emissions_${method}_known" = 1 AND ${when} GROUP BY "place")`,
      },
    ],
  };
}

/** A number of the chosen sites by month or day, wherever it is known. */
function sumOf(name: string, series: 'month_carbon' | 'day_match', field: string, known: string): Query {
  return {
    name,
    series,
    influxql: influxql`SELECT sum("${field}") FROM "${series}" WHERE ${ofSites} AND "${known}" = 1 AND $timeFilter
      GROUP BY time(1d) fill(none) tz('Europe/London')`,
  };
}

const byMonth = (name: string, field: string, known: string): Query => sumOf(name, 'month_carbon', field, known);
const matched = (name: string, field: string): Query => sumOf(name, 'day_match', field, 'use_known');

/** Of the use of each day, in the half-hours that could be compared, a part. */
function dayShare(name: string, part: string): Query {
  return {
    name,
    series: 'day_match',
    influxql: influxql`SELECT (${part}) / sum("use_kwh") FROM "day_match"
      WHERE ${ofSites} AND "use_known" = 1 AND $timeFilter GROUP BY time(1d) fill(none) tz('Europe/London')`,
  };
}

/** Of the chosen sites, in each disclosure period to date. */
function byYear(name: string, value: string): Query {
  return {
    name,
    series: 'disclosure_year_cover',
    influxql: influxql`SELECT ${value} FROM "disclosure_year_cover" WHERE ${ofSites} AND "energy_known" = 1
      AND $timeFilter GROUP BY time(1d) fill(none) tz('Europe/London')`,
  };
}

const kWh: PanelUnit = { unit: 'kWh' };
const unknown = 'not known';

export const carbon: Board = {
  ...named.carbon,
  says:
    'Emissions by both methods, the average of the grid first; they say different things and are never added. A utility ' +
    'chooses among the panels by fuel.',
  from: 'now-2y',
  refresh: '15m',
  variables: choicesOf('organisation', 'site', 'utility'),
  annotations: marksOf(atSites(), 'Alerts', 'Alerts that are over', 'Exchanges'),
  panels: [
    together(
      1,
      0,
      'Location-based, last twelve months',
      'Fuel burnt, and electricity and heat at the average of grid and network: what the site itself can change.',
      'location',
      latestYear,
    ),
    together(
      3,
      6,
      'Market-based, last twelve months',
      'The same with electricity by contracts and certificates retired. It stands beside the first, never instead.',
      'market',
      latestYear,
    ),
    {
      id: 4,
      title: 'Least covered with evidence',
      says: 'Of the electricity bought, the share covered by what is retired: the site with the least of the chosen.',
      kind: 'stat',
      measures: { share: true },
      at: { x: 18, y: 0, w: 6, h: 4 },
      queries: [
        {
          name: 'Covered',
          series: 'rolling_year_carbon',
          influxql: influxql`SELECT min("share") FROM (
            SELECT last("market_cover_share") AS "share" FROM "rolling_year_carbon"
            WHERE ${ofSites} AND "market_cover_share_known" = 1 AND ${latestYear} GROUP BY "place")`,
        },
      ],
    },
    together(
      2,
      12,
      'The twelve months before',
      'Location-based. A greener grid lowers it as well as less use: ask which before claiming a saving.',
      'location',
      yearBefore,
    ),
    {
      id: 13,
      title: 'What covers the electricity bought, by disclosure year',
      says:
        'April to March, each year to date. Only what is retired counts in the market-based figure. What is allocated: have ' +
        'it retired. What is promised: ask the supplier to confirm it. What is uncovered: buy it, or say so.',
      kind: 'timeseries',
      style: 'stacked',
      measures: { unit: 'kWh' },
      at: { x: 12, y: 4, w: 12, h: 9 },
      queries: [
        byYear('Retired', 'sum("covered_retired_kwh")'),
        byYear('Allocated, not retired', 'sum("covered_allocated_kwh")'),
        byYear('Promised', 'sum("covered_contracted_kwh")'),
        byYear('Uncovered', 'sum("uncovered_kwh")'),
      ],
    },
    {
      id: 14,
      title: 'Cover by site, disclosure year to date',
      says:
        'The most uncovered first. With evidence: retired certificates and confirmed contracts over what is bought. The ' +
        'last column says what keeps a site from being wholly covered: it is the list of what to do.',
      kind: 'table',
      measures: { unit: 'kWh' },
      sortedBy: 'Uncovered',
      at: { x: 0, y: 13, w: 24, h: 9 },
      columns: [
        { of: 'place', heading: 'Site', width: 150 },
        ...['Bought', 'Retired', 'Allocated', 'Promised', 'Uncovered'].map((of) => ({
          of,
          measures: kWh,
          unknown,
          width: 115,
        })),
        { of: 'With evidence', measures: { share: true }, unknown, width: 110 },
        { of: 'Renewable', measures: { share: true }, unknown, width: 90 },
        { of: 'If all is kept', measures: { share: true }, unknown, width: 100 },
        { of: 'Not wholly covered because', words: { '': 'it is' } },
      ],
      queries: [
        {
          name: 'Cover',
          series: 'disclosure_year_cover',
          format: 'table',
          influxql: latestOf(
            'disclosure_year_cover',
            [
              { as: 'Bought', field: 'bought_kwh', known: 'energy_known' },
              { as: 'Retired', field: 'covered_retired_kwh', known: 'energy_known' },
              { as: 'Allocated', field: 'covered_allocated_kwh', known: 'energy_known' },
              { as: 'Promised', field: 'covered_contracted_kwh', known: 'energy_known' },
              { as: 'Uncovered', field: 'uncovered_kwh', known: 'energy_known' },
              { as: 'With evidence', field: 'cover_share', known: 'cover_share_known' },
              { as: 'Renewable', field: 'renewable_share', known: 'renewable_share_known' },
              { as: 'If all is kept', field: 'renewable_expected_share', known: 'renewable_expected_share_known' },
              { as: 'Not wholly covered because', field: 'because' },
            ],
            { where: `${ofSites} AND ${latestDisclosureYear}`, by: '"place"' },
          ),
        },
      ],
    },
    {
      id: 15,
      title: 'Surplus of certificates, by organisation',
      says:
        'By disclosure year, whichever sites are chosen. Nothing is carried on: sell it, or put it to a site while the ' +
        'year is open. Surplus of one organisation covers no other.',
      kind: 'table',
      measures: kWh,
      sortedBy: 'Surplus',
      at: { x: 0, y: 22, w: 12, h: 9 },
      columns: [
        { of: 'Time', heading: 'Year from', measures: { grafana: 'time:D MMM YYYY' } },
        { of: 'place', heading: 'Organisation' },
        { of: 'Surplus', measures: kWh, unknown },
        { of: 'Retired', measures: kWh, unknown },
        { of: 'Bought', measures: kWh, unknown },
      ],
      queries: [
        {
          name: 'Surplus',
          series: 'disclosure_year_cover',
          format: 'table',
          influxql: influxql`SELECT "surplus_kwh" AS "Surplus", "covered_retired_kwh" AS "Retired",
            "bought_kwh" AS "Bought" FROM "disclosure_year_cover"
            WHERE "kind" = 'organisation' AND "energy_known" = 1 AND "surplus_known" = 1 AND $timeFilter
            GROUP BY "place"`,
        },
      ],
    },
    {
      id: 16,
      title: 'Own generation, used and exported, by disclosure year',
      says:
        'By what became of its certificates. Sold: the power has no emissions by location, and is not renewable by the ' +
        'market. Exports are taken off no figure. Not said: write it in the register, under own_generation.',
      kind: 'timeseries',
      style: 'stacked',
      measures: { unit: 'kWh' },
      at: { x: 0, y: 40, w: 12, h: 9 },
      queries: [
        byYear('Used, certificates kept', 'sum("own_kept_kwh")'),
        byYear('Used, certificates sold', 'sum("own_sold_kwh")'),
        byYear('Used, nobody says', 'sum("own_unknown_kwh")'),
        byYear('Exported, certificates kept or none said', 'sum("exported_kwh") - sum("exported_sold_kwh")'),
        byYear('Exported, certificates sold', 'sum("exported_sold_kwh")'),
      ],
    },
    {
      id: 5,
      title: 'Location-based, by scope',
      says: 'Scope 1 is burnt on site, scope 2 bought. What falls in scope 2 may be the grid and not the site.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kgCO2e' },
      at: { x: 0, y: 49, w: 12, h: 9 },
      queries: [
        byMonth('Scope 1', 'scope_1_kgco2e', 'scope_1_known'),
        byMonth('Scope 2', 'scope_2_kgco2e', 'scope_2_known'),
        byMonth('Scope 3', 'scope_3_kgco2e', 'scope_3_known'),
      ],
    },
    {
      id: 6,
      title: 'Location-based, by fuel',
      says: 'The chosen sites together. Gas that stands in July is hot water, or a boiler that nobody turned off.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kgCO2e' },
      at: { x: 12, y: 49, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_utility',
          series: 'month_carbon_fuel',
          influxql: influxql`SELECT sum("emissions_location_kgco2e") FROM "month_carbon_fuel"
            WHERE ${ofFuels} AND "emissions_location_known" = 1 AND $timeFilter
            GROUP BY time(1d), "utility" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 7,
      title: 'Matched half-hour by half-hour',
      says: 'Of each day’s use, what claimed generation met in the half-hour it was used, and what of that was own.',
      kind: 'timeseries',
      measures: { share: true },
      at: { x: 0, y: 31, w: 12, h: 9 },
      queries: [
        dayShare('Matched', `sum("matched_own_kwh") + sum("matched_contract_kwh") + sum("matched_certificates_kwh")`),
        dayShare('Own generation', `sum("matched_own_kwh")`),
      ],
    },
    {
      id: 8,
      title: 'What met the use',
      says: 'By where it came from. Excess is what was generated beyond the use of its half-hour, and is not carried.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kWh' },
      at: { x: 12, y: 31, w: 12, h: 9 },
      queries: [
        matched('Own generation', 'matched_own_kwh'),
        matched('Contracts', 'matched_contract_kwh'),
        matched('Certificates', 'matched_certificates_kwh'),
        matched('Excess', 'excess_kwh'),
      ],
    },
    {
      id: 9,
      title: 'Own renewable energy used on site',
      says: 'By month. It lowers what is bought; whether it counts as renewable depends on who has its certificates.',
      kind: 'timeseries',
      style: 'bars',
      measures: { unit: 'kWh' },
      at: { x: 12, y: 40, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_place',
          series: 'month_fuel',
          influxql: influxql`SELECT sum("energy_kwh") FROM "month_fuel"
            WHERE ${ofFuels} AND "source" = 'own_renewable' AND "energy_known" = 1 AND $timeFilter
            GROUP BY time(1d), "place" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 11,
      title: 'Both methods, side by side',
      says: 'Expected: if all that is promised comes and is retired. Where it parts from market-based, evidence is missing.',
      kind: 'timeseries',
      measures: { unit: 'kgCO2e' },
      at: { x: 0, y: 4, w: 12, h: 9 },
      queries: [
        byMonth('Location-based', 'emissions_location_kgco2e', 'emissions_location_known'),
        byMonth('Market-based', 'emissions_market_kgco2e', 'emissions_market_known'),
        byMonth('Market-based, expected', 'emissions_market_expected_kgco2e', 'emissions_market_expected_known'),
      ],
    },
    {
      id: 12,
      title: 'Covered with evidence, by site',
      says: 'Of the electricity bought in each month, what retired certificates and contracts cover, to date.',
      kind: 'timeseries',
      measures: { share: true },
      at: { x: 12, y: 22, w: 12, h: 9 },
      queries: [
        {
          name: '$tag_place',
          series: 'month_carbon',
          influxql: influxql`SELECT mean("market_cover_share") FROM "month_carbon"
            WHERE ${ofSites} AND "market_cover_share_known" = 1 AND $timeFilter
            GROUP BY time(1d), "place" fill(none) tz('Europe/London')`,
        },
      ],
    },
    {
      id: 10,
      title: 'Apart: the grid at the time of use',
      says: 'CO2 of generation alone, without losses. It tells when to use less, and is never added to what is above.',
      kind: 'timeseries',
      measures: { unit: 'gCO2/kWh' },
      at: { x: 0, y: 58, w: 24, h: 8 },
      queries: [
        {
          name: 'g per kWh',
          series: 'day_grid_carbon',
          influxql: influxql`SELECT sum("carbon_kgco2") / sum("bought_kwh") * 1000 FROM "day_grid_carbon"
            WHERE ${ofSites} AND "carbon_known" = 1 AND $timeFilter
            GROUP BY time(1d) fill(none) tz('Europe/London')`,
        },
      ],
    },
  ],
};
