import { type StepState, stepStateNames } from '../domain/plan/indicators/figure.ts';
import { type IndicatorName, indicators, indicatorUnits } from '../domain/plan/indicators/table.ts';
import { type Step, stepNumbers, steps } from '../domain/plan/steps.ts';
import { stateNumbers } from '../domain/shown/standing-points.ts';
import { pounds } from './cost-panels.ts';
import type { Column, Panel, PanelUnit } from './panel.ts';
import { columnsOf, latestOf } from './place-figures.ts';
import { standingBuildings, standingPlaces, standingSites } from './plan-panels.ts';

/** Where sites and buildings stand in the four steps, and what their meters say of each. */

const unknown = 'not known';
const siteColumn: Column = { of: 'site', heading: 'Site', width: 160 };

const stateWords = Object.fromEntries(
  stepStateNames.map((state: StepState) => [stateNumbers[state], state.replaceAll('_', ' ')]),
);
const standsWords = { 0: 'all done', ...Object.fromEntries(stepNumbers.map((step) => [step, `step ${step}`])) };

/** A number that stands for a word. */
const said: PanelUnit = { inWords: '' };

const stepColumn = (step: Step): Column => ({
  of: `Step ${step}`,
  heading: `${step} ${steps[step].title}`,
  measures: said,
  words: stateWords,
  unknown,
});
const whereTheyStand: readonly (readonly [as: string, value: string, fit: string])[] = [
  ['Stands at', 'last("stands_at")', `"step" = '1'`],
  ...stepNumbers.map((step) => [`Step ${step}`, 'last("state")', `"step" = '${step}'`] as const),
];
const standsAtColumn: Column = {
  of: 'Stands at',
  measures: said,
  words: standsWords,
  unknown,
  width: 110,
};

/** The table to begin with. */
export const sitesStand: Panel = {
  id: 7,
  title: 'Where each site stands',
  says:
    'By its measures, checked by its meters. It stands at the first step that is not done; contradicted: a measure is said ' +
    'to be installed, and a meter says otherwise. `meterhouse plan standing` says it with reasons.',
  kind: 'table',
  measures: { grafana: 'none' },
  sortedBy: 'Stands at',
  smallestFirst: true,
  at: { x: 0, y: 4, w: 24, h: 9 },
  columns: [siteColumn, standsAtColumn, ...stepNumbers.map(stepColumn)],
  queries: [
    {
      name: 'Sites',
      series: 'plan_step',
      format: 'table',
      influxql: columnsOf('plan_step', whereTheyStand, { where: standingSites, by: '"site"' }),
    },
  ],
};

const behind: readonly Panel[] = [
  {
    id: 8,
    title: 'Where each building stands',
    says: 'Of the buildings that have measures or meters of their own; what is of the whole site stands above.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'Stands at',
    smallestFirst: true,
    at: { x: 0, y: 69, w: 12, h: 9 },
    columns: [
      siteColumn,
      { of: 'place', heading: 'Building', width: 140 },
      standsAtColumn,
      ...stepNumbers.map((step): Column => ({ ...stepColumn(step), heading: `Step ${step}` })),
    ],
    queries: [
      {
        name: 'Buildings',
        series: 'plan_step',
        format: 'table',
        influxql: columnsOf('plan_step', whereTheyStand, { where: standingBuildings, by: '"site", "place"' }),
      },
    ],
  },
  {
    id: 9,
    title: 'Why a step is where it is',
    says: 'What the register says of it and what the meters say. Where they differ, go and look, then mend the one that is wrong.',
    kind: 'table',
    measures: { grafana: 'none' },
    sortedBy: 'State',
    at: { x: 12, y: 69, w: 12, h: 9 },
    columns: [
      siteColumn,
      { of: 'step', heading: 'Step', width: 60 },
      { of: 'State', measures: said, words: stateWords, unknown, width: 120 },
      { of: 'To come', measures: { counted: 'measures' }, unknown, width: 110 },
      { of: 'Installed', measures: { counted: 'measures' }, unknown, width: 110 },
      { of: 'Because' },
    ],
    queries: [
      {
        name: 'Steps',
        series: 'plan_step',
        format: 'table',
        influxql: latestOf(
          'plan_step',
          [
            { as: 'State', field: 'state' },
            { as: 'To come', field: 'planned_measures' },
            { as: 'Installed', field: 'installed_measures' },
            { as: 'Because', field: 'because' },
          ],
          { where: standingSites, by: '"site", "step"' },
        ),
      },
    ],
  },
];

/** An indicator, or the least or most that it may be, beside the others of its step. */
type Shown = IndicatorName | readonly [IndicatorName, 'low' | 'high'];

const least = { low: 'at least', high: 'at most' } as const;

function indicatorColumn(shown: Shown): { readonly column: Column; readonly of: readonly [string, string, string] } {
  const [indicator, end] = typeof shown === 'string' ? [shown, undefined] : shown;
  const { name, unit } = indicators[indicator];
  const as = end === undefined ? name : `${name}, ${least[end]}`;
  const measures: PanelUnit = unit === 'GBP/week' ? pounds : { inWords: indicatorUnits[unit] };
  return {
    column: { of: as, measures, decimals: unit === '1' || unit === 'W/(m2.K)' ? 2 : 1, unknown },
    of: [as, `last("${end ?? 'value'}")`, `"indicator" = '${indicator}' AND "${end ? 'range' : 'value'}_known" = 1`],
  };
}

/** What the meters say of a step, a row for each site. */
function indicatorTable(id: number, y: number, step: Step, list: readonly Shown[], says: string): Panel {
  const found = list.map(indicatorColumn);
  const [first] = found;
  return {
    id,
    title: `${step} ${steps[step].title}: what the meters say`,
    says,
    kind: 'table',
    measures: { grafana: 'none' },
    signed: true,
    sortedBy: first?.column.of ?? '',
    at: { x: 0, y, w: 24, h: 8 },
    columns: [siteColumn, ...found.map(({ column }) => column)],
    queries: [
      {
        name: `Step ${step}`,
        series: 'plan_indicator',
        format: 'table',
        influxql: columnsOf(
          'plan_indicator',
          found.map(({ of }) => of),
          { where: standingSites, by: '"site"' },
        ),
      },
    ],
  };
}

const figures: readonly Panel[] = [
  indicatorTable(
    10,
    78,
    1,
    [
      'night_base_per_area',
      'weekend_base_ratio',
      'out_of_hours_share',
      'electricity_intensity',
      'heat_intensity',
      'beside_peers',
      'weather_corrected_change',
      'abnormal_use',
      'submetered_share',
    ],
    'What runs when nobody is there, and use against peers and the year before. Begin where most watts are on each square ' +
      'metre by night: switching off costs nothing. What is open of abnormal use stands on the board Abnormal usage.',
  ),
  indicatorTable(
    11,
    86,
    2,
    [
      'heat_loss_per_area',
      'heat_loss',
      ['heat_loss', 'low'],
      ['heat_loss', 'high'],
      'balance_point',
      ['balance_point', 'low'],
      ['balance_point', 'high'],
      'normalised_heat_intensity',
    ],
    'Heat lost for each degree outside, with the 90 % interval; the most of each square metre first: fabric pays there, and ' +
      'every kW that is not lost is a kW of heat pump less.',
  ),
  indicatorTable(
    12,
    94,
    3,
    [
      'fossil_share_of_heat',
      'oil',
      'coal',
      'summer_base',
      'summer_base_share',
      'heat_pump_spf',
      'headroom',
      ['headroom', 'low'],
      ['headroom', 'high'],
    ],
    'Oil and coal are to be gone. A large summer base is hot water or steam: ask whether it can be made without the boiler. ' +
      'Headroom is a range where nobody counts kvarh: a meter of it costs less than a larger supply.',
  ),
  indicatorTable(
    13,
    102,
    4,
    ['generation', 'self_consumption', 'self_sufficiency', 'export', 'specific_yield', 'certificates_kept'],
    'What is made on the sites. A yield that falls behind other roofs is dirt, shade or a string that failed.',
  ),
  {
    id: 14,
    title: 'Every figure with its interval, and what is missing to know it',
    says:
      'Sites and buildings. Where a value is not known, the last column names the meter or the entry of the register that is ' +
      'missing: that is the list of what to fit or to write down next.',
    kind: 'table',
    measures: { grafana: 'none' },
    signed: true,
    sortedBy: 'Missing',
    at: { x: 0, y: 110, w: 24, h: 10 },
    columns: [
      siteColumn,
      { of: 'place', heading: 'Place', width: 140 },
      { of: 'step', heading: 'Step', width: 60 },
      { of: 'What', width: 200 },
      { of: 'Value', measures: { inWords: '' }, unknown, width: 100 },
      { of: 'At least', measures: { inWords: '' }, unknown: '—', width: 100 },
      { of: 'At most', measures: { inWords: '' }, unknown: '—', width: 100 },
      { of: 'Unit', width: 110 },
      { of: 'Measured', measures: { share: true }, unknown: '—', width: 90 },
      { of: 'In words' },
      { of: 'Missing' },
    ],
    queries: [
      {
        name: 'Figures',
        series: 'plan_indicator',
        format: 'table',
        influxql: latestOf(
          'plan_indicator',
          [
            { as: 'What', field: 'name' },
            { as: 'Value', field: 'value', known: 'value_known' },
            { as: 'At least', field: 'low', known: 'range_known' },
            { as: 'At most', field: 'high', known: 'range_known' },
            { as: 'Unit', field: 'unit' },
            { as: 'Measured', field: 'measured_share', known: 'measured_share_known' },
            { as: 'In words', field: 'says' },
            { as: 'Missing', field: 'needs' },
          ],
          {
            where: standingPlaces,
            by: '"site", "place", "step", "indicator"',
          },
        ),
      },
    ],
  },
];

/** What the table rests on: buildings, reasons, and the figures of each step. */
export const standingPanels: readonly Panel[] = [...behind, ...figures];
