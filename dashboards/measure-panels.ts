import { outcomeNumbers } from '../domain/shown/saving-points.ts';
import { pounds } from './cost-panels.ts';
import { influxql } from './influxql.ts';
import type { Column, Panel, PanelUnit } from './panel.ts';
import { ofPlan, toCome } from './plan-panels.ts';
import { latestOf } from './place-figures.ts';

/** What is done and to be done, in which order, at what cost, and what of it the meters showed. */

const unknown = 'not known';
const siteColumn: Column = { of: 'site', heading: 'Site', width: 140 };
const carbon: PanelUnit = { unit: 'kgCO2e' };
const kWh: PanelUnit = { unit: 'kWh' };
const cubicMetres: PanelUnit = { unit: 'm3' };
const date: PanelUnit = { grafana: 'time:D MMM YYYY' };
const byMeasure = '"measure", "site", "step"';

const measures: Panel = {
  id: 18,
  title: 'Measures',
  says:
    'All that the register names, with what is expected of each: not what it saved. Pounds without VAT; a £ that is not told ' +
    'has its reason in the last column. `meterhouse plan measures` gives the same, and the order in which to do them.',
  kind: 'table',
  measures: pounds,
  signed: true,
  sortedBy: 'Step',
  smallestFirst: true,
  thenBy: 'CO₂e a year',
  at: { x: 0, y: 32, w: 24, h: 11 },
  columns: [
    { of: 'measure', heading: 'Measure', width: 150 },
    siteColumn,
    { of: 'step', heading: 'Step', width: 60 },
    { of: 'What' },
    { of: 'Status', width: 90 },
    { of: 'How sure', words: { '': '—' }, width: 90 },
    { of: 'Owner', words: { '': '—' }, width: 110 },
    { of: 'Saves from', measures: date, unknown: 'no date', width: 100 },
    { of: 'Capital', measures: pounds, unknown, width: 90 },
    { of: 'Not secured', measures: pounds, unknown, width: 90 },
    { of: 'Electricity', measures: kWh, unknown: '—', width: 100 },
    { of: 'Fuel', measures: kWh, unknown: '—', width: 100 },
    { of: 'Heat', measures: kWh, unknown: '—', width: 90 },
    { of: 'Water', measures: cubicMetres, unknown: '—', width: 70 },
    { of: 'CO₂e a year', measures: carbon, unknown, width: 110 },
    { of: '£ a year', measures: pounds, unknown, width: 80 },
    { of: 'Payback', measures: { inWords: 'years' }, unknown, width: 90 },
    { of: '£ per tonne', measures: pounds, unknown, width: 90 },
    { of: 'Not known because' },
  ],
  queries: [
    {
      name: 'Measures',
      series: 'plan_measure',
      format: 'table',
      influxql: latestOf(
        'plan_measure',
        [
          { as: 'What', field: 'name' },
          { as: 'Status', field: 'status' },
          { as: 'How sure', field: 'confidence' },
          { as: 'Owner', field: 'owner' },
          { as: 'Saves from', field: 'saves_from_s', known: 'saves_from_known', times: 1000 },
          { as: 'Capital', field: 'capital_gbp', known: 'capital_known' },
          { as: 'Not secured', field: 'funding_gap_gbp', known: 'funding_gap_known' },
          { as: 'Electricity', field: 'yearly_electricity_kwh', known: 'yearly_electricity_known' },
          { as: 'Fuel', field: 'yearly_fuel_kwh', known: 'yearly_fuel_known' },
          { as: 'Heat', field: 'yearly_heat_kwh', known: 'yearly_heat_known' },
          { as: 'Water', field: 'yearly_water_m3', known: 'yearly_water_known' },
          { as: 'CO₂e a year', field: 'yearly_emissions_kgco2e', known: 'yearly_emissions_known' },
          { as: '£ a year', field: 'yearly_saving_gbp', known: 'yearly_saving_known' },
          { as: 'Payback', field: 'payback_years', known: 'payback_known' },
          { as: '£ per tonne', field: 'cost_per_tonne_gbp', known: 'cost_per_tonne_known' },
          { as: 'Not known because', field: 'because' },
        ],
        { where: ofPlan, by: byMeasure },
      ),
    },
  ],
};

const order: readonly Panel[] = [
  {
    id: 19,
    title: 'Later steps before earlier ones',
    says: 'What it means for the measure, and what to do first or to design for. Nothing here is forbidden; it is to be known.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'Ahead of',
    at: { x: 0, y: 43, w: 12, h: 9 },
    columns: [
      { of: 'measure', heading: 'Measure', width: 150 },
      siteColumn,
      { of: 'step', heading: 'Step', width: 60 },
      { of: 'Status', width: 90 },
      { of: 'Ahead of', measures: { counted: 'measures' }, unknown, width: 110 },
      { of: 'What it means' },
    ],
    queries: [
      {
        name: 'Out of order',
        series: 'plan_measure',
        format: 'table',
        influxql: latestOf(
          'plan_measure',
          [
            { as: 'Status', field: 'status' },
            { as: 'Ahead of', field: 'out_of_order' },
            { as: 'What it means', field: 'order_says' },
          ],
          { where: `${ofPlan} AND "out_of_order" > 0`, by: byMeasure },
        ),
      },
    ],
  },
  {
    id: 20,
    title: 'What a tonne of CO₂e costs, by measure to come',
    says:
      'Over its life, later years discounted; below zero it earns its money back. Where the cheapest comes last in the order, ' +
      'ask whether it must: a small heat pump needs the fabric first, lamps need nothing.',
    kind: 'barchart',
    measures: { unit: 'GBP' },
    signed: true,
    across: 'measure',
    sortedBy: '£ per tonne',
    smallestFirst: true,
    at: { x: 12, y: 43, w: 12, h: 9 },
    queries: [
      {
        name: '£ per tonne',
        series: 'plan_measure',
        format: 'table',
        influxql: influxql`SELECT last("cost_per_tonne_gbp") AS "£ per tonne" FROM "plan_measure"
          WHERE ${toCome} AND "cost_per_tonne_known" = 1 GROUP BY "measure"`,
      },
    ],
  },
];

/** What the meter says of the works. */
const outcomes: Readonly<Record<keyof typeof outcomeNumbers, string>> = {
  saves: 'saves',
  not_shown: 'not shown',
  uses_more: 'uses more',
  made: 'makes',
  taken: 'takes',
  disqualified: 'disqualified',
  unverifiable: 'no meter shows it',
};
const outcomeWords = Object.fromEntries(
  (Object.keys(outcomes) as (keyof typeof outcomes)[]).map((name) => [outcomeNumbers[name], outcomes[name]]),
);

const savings: readonly Panel[] = [
  {
    id: 21,
    title: 'Savings that the meters show, with what they may be',
    says:
      'What would have been used without the works, by a model of the year before them, less what was used; nine times in ten ' +
      'it lies between least and most. Measures on one meter are verified together. Where there is no number the last column says why.',
    kind: 'table',
    measures: kWh,
    signed: true,
    sortedBy: 'Saved',
    at: { x: 0, y: 52, w: 24, h: 9 },
    columns: [
      siteColumn,
      { of: 'meter', heading: 'Meter', width: 140 },
      { of: 'utility', heading: 'Of', width: 90 },
      { of: 'Measures' },
      { of: 'Since', measures: date, unknown, width: 100 },
      { of: 'Shown', measures: { inWords: '' }, words: outcomeWords, unknown, width: 100 },
      ...['At least', 'Saved', 'At most', 'A year, at least', 'A year', 'A year, at most'].map(
        (of): Column => ({ of, measures: kWh, unknown: '—', width: 100 }),
      ),
      { of: 'Expected', measures: kWh, unknown: '—', width: 100 },
      { of: 'm³ saved', measures: cubicMetres, unknown: '—', width: 80 },
      { of: '£ a year', measures: pounds, unknown: '—', width: 80 },
      { of: 'CO₂e a year', measures: carbon, unknown: '—', width: 100 },
      { of: 'Share', measures: { share: true }, unknown: '—', width: 70 },
      { of: 'Known', measures: { counted: 'days' }, unknown, width: 80 },
      { of: 'In words' },
      { of: 'Doubts, or why not' },
    ],
    queries: [
      {
        name: 'Savings',
        series: 'plan_saving',
        format: 'table',
        influxql: latestOf(
          'plan_saving',
          [
            { as: 'Measures', field: 'names' },
            { as: 'Since', field: 'since_s', times: 1000 },
            { as: 'Shown', field: 'outcome' },
            { as: 'At least', field: 'saved_low_kwh', known: 'energy_known' },
            { as: 'Saved', field: 'saved_kwh', known: 'energy_known' },
            { as: 'At most', field: 'saved_high_kwh', known: 'energy_known' },
            { as: 'A year, at least', field: 'yearly_low_kwh', known: 'yearly_energy_known' },
            { as: 'A year', field: 'yearly_kwh', known: 'yearly_energy_known' },
            { as: 'A year, at most', field: 'yearly_high_kwh', known: 'yearly_energy_known' },
            { as: 'Expected', field: 'expected_kwh', known: 'expected_known' },
            { as: 'm³ saved', field: 'saved_m3', known: 'volume_known' },
            { as: '£ a year', field: 'yearly_saving_gbp', known: 'yearly_saving_known' },
            { as: 'CO₂e a year', field: 'yearly_emissions_kgco2e', known: 'yearly_emissions_known' },
            { as: 'Share', field: 'saved_share', known: 'saved_share_known' },
            { as: 'Known', field: 'known_days' },
            { as: 'In words', field: 'verdict' },
            { as: 'Doubts, or why not', field: 'because' },
          ],
          { where: ofPlan, by: '"site", "meter", "utility", "measure"' },
        ),
      },
    ],
  },
  {
    id: 22,
    title: 'Split among the measures of a meter',
    says: 'By what was expected of each: no meter says it. Quote the saving of the meter above, and never a split alone.',
    kind: 'table',
    measures: kWh,
    signed: true,
    sortedBy: 'kWh',
    at: { x: 0, y: 61, w: 12, h: 8 },
    columns: [
      siteColumn,
      { of: 'meter', heading: 'Meter', width: 140 },
      { of: 'utility', heading: 'Of', width: 90 },
      { of: 'measure', heading: 'Measure', width: 140 },
      { of: 'What' },
      { of: 'Share', measures: { share: true }, unknown, width: 80 },
      { of: 'kWh', measures: kWh, unknown: '—', width: 100 },
      { of: 'm³', measures: cubicMetres, unknown: '—', width: 80 },
    ],
    queries: [
      {
        name: 'Split',
        series: 'plan_saving_split',
        format: 'table',
        influxql: latestOf(
          'plan_saving_split',
          [
            { as: 'What', field: 'name' },
            { as: 'Share', field: 'share' },
            { as: 'kWh', field: 'saved_kwh', known: 'energy_known' },
            { as: 'm³', field: 'saved_m3', known: 'volume_known' },
          ],
          { where: ofPlan, by: '"site", "meter", "utility", "measure"' },
        ),
      },
    ],
  },
  {
    id: 23,
    title: 'What was done, and what else changed the use',
    says: 'Newest first. The same stands as marks on this board and on those of site, meter and carbon.',
    kind: 'table',
    measures: { grafana: 'none' },
    at: { x: 12, y: 61, w: 12, h: 8 },
    queries: [
      {
        name: 'Works',
        series: 'plan_event',
        format: 'table',
        influxql: influxql`SELECT "title" AS "What", "says" AS "Event" FROM "plan_event"
          WHERE ${ofPlan} AND $timeFilter ORDER BY time DESC LIMIT 500`,
      },
    ],
  },
];

export const measurePanels: readonly Panel[] = [measures, ...order, ...savings];
