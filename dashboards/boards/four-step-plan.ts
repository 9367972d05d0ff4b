import { stateNumbers } from '../../domain/shown/standing-points.ts';
import { pounds, stat } from '../cost-panels.ts';
import { named } from '../every-board.ts';
import { influxql } from '../influxql.ts';
import { atSites, marksOf } from '../marks.ts';
import { measurePanels } from '../measure-panels.ts';
import type { Board, Panel, PanelUnit, Query } from '../panel.ts';
import { latestOf } from '../place-figures.ts';
import { chosenPlan, ofWay, planCount, standingSites, toCome } from '../plan-panels.ts';
import { sitesStand, standingPanels } from '../standing-panels.ts';

const carbon: PanelUnit = { unit: 'kgCO2e' };
const tonnes: PanelUnit = { unit: 'tCO2e' };

const overview: readonly Panel[] = [
  stat(
    [1, 0, 0],
    'Said to be done, and is not',
    'Steps of which the register says that a measure is installed, and a meter that it is not. Begin here: one of them is wrong.',
    { counted: 'steps' },
    {
      series: 'plan_step',
      influxql: influxql`SELECT sum("n") FROM
        (SELECT count("last") AS "n" FROM (SELECT last("state") AS "last" FROM "plan_step" WHERE ${standingSites}
        GROUP BY "site", "step") WHERE "last" = ${String(stateNumbers.contradicted)}),
        (SELECT count("last") - count("last") AS "n" FROM (SELECT last("state") AS "last" FROM "plan_step"
        WHERE ${standingSites} GROUP BY "site", "step"))`,
      badFrom: 1,
    },
  ),
  stat(
    [2, 4, 0],
    'Later step first',
    'Measures that come before one of an earlier step, or before one that they are to follow. The table below says what it means.',
    { counted: 'measures' },
    { ...planCount('plan_measure', '"out_of_order" > 0'), badFrom: 1 },
  ),
  stat(
    [3, 8, 0],
    'Capital not secured',
    'Of the measures to come whose cost is known, without VAT: what somebody still has to find.',
    pounds,
    {
      series: 'plan_measure',
      influxql: `SELECT sum("funding_gap_gbp") FROM "plan_measure" WHERE ${toCome} AND "funding_gap_known" = 1`,
    },
  ),
  stat(
    [4, 12, 0],
    'To come, a year',
    'What the measures to come are expected to save, by the newest factors. Nothing of it is seen at a meter yet.',
    carbon,
    {
      series: 'plan_measure',
      influxql: influxql`SELECT sum("yearly_emissions_kgco2e") FROM "plan_measure"
        WHERE ${toCome} AND "yearly_emissions_known" = 1`,
      signed: true,
    },
  ),
  stat(
    [5, 16, 0],
    'Seen to save',
    'Meters at which less is used than before, beyond what chance does in nine cases of ten, or that count what is made.',
    { counted: 'meters' },
    planCount('plan_saving', '"outcome" > 0 AND "outcome" < 3'),
  ),
  stat(
    [6, 20, 0],
    'Not seen to save',
    'Meters that show no saving or more use, though less was expected. Where nothing can be said, the table of savings says why.',
    { counted: 'meters' },
    // A heat pump is expected to take more; below -1 nothing is said of what was saved.
    {
      ...planCount('plan_saving', '"outcome" < 1 AND "outcome" > -2 AND "expected_kwh" >= 0 AND "expected_m3" >= 0'),
      badFrom: 1,
    },
  ),
];

/** Tonnes of each reporting year of the chosen way. */
function byYear(name: string, field: string, known: string, dashed?: true): Query {
  return {
    name,
    series: 'plan_trajectory',
    influxql: influxql`SELECT "${field}_kgco2e" / 1000 FROM "plan_trajectory"
      WHERE ${ofWay} AND "${known}_known" = 1 AND $timeFilter`,
    ...(dashed && { dashed }),
  };
}

const trajectory: readonly Panel[] = [
  {
    id: 15,
    title: 'The way to the target',
    says:
      'By reporting year. Dashed: where emissions may lie, since a milestone is due within some years. The years to come have the ' +
      'use of the last twelve months, less the measures to come by how sure they are; what the last of these lines has above the ' +
      'dashed ones is a gap that nobody has a measure for.',
    kind: 'timeseries',
    measures: tonnes,
    signed: true,
    at: { x: 0, y: 13, w: 24, h: 11 },
    queries: [
      byYear('Emitted', 'actual', 'actual'),
      byYear('At most', 'upper', 'lines', true),
      byYear('At least', 'lower', 'lines', true),
      byYear('Unchanged', 'unchanged', 'ahead'),
      byYear('With what is committed', 'committed', 'ahead'),
      byYear('With what is probable', 'probable', 'ahead'),
      byYear('With what is possible', 'possible', 'ahead'),
    ],
  },
  {
    id: 16,
    title: 'The gap at each milestone',
    says:
      'Tonnes above what may be emitted then; below zero it is met. The rest: what closing it would cost at the capital that the ' +
      'planned measures cost for a tonne a year, which is indicative, since what is cheap is done first.',
    kind: 'table',
    measures: tonnes,
    signed: true,
    sortedBy: 'Year',
    smallestFirst: true,
    at: { x: 0, y: 24, w: 12, h: 8 },
    columns: [
      { of: 'year', heading: 'Year', width: 60 },
      ...['May be emitted', 'Gap, committed', 'Gap, probable', 'Gap, possible'].map((of) => ({
        of,
        measures: tonnes,
        unknown: 'not known',
      })),
      ...['Planned', 'Not secured', 'The rest'].map((of) => ({ of, measures: pounds, unknown: 'not known' })),
    ],
    queries: [
      {
        name: 'Gap',
        series: 'plan_gap',
        format: 'table',
        influxql: latestOf(
          'plan_gap',
          [
            { as: 'May be emitted', field: 'level_kgco2e', times: 0.001 },
            { as: 'Gap, committed', field: 'gap_committed_kgco2e', known: 'gap_known', times: 0.001 },
            { as: 'Gap, probable', field: 'gap_probable_kgco2e', known: 'gap_known', times: 0.001 },
            { as: 'Gap, possible', field: 'gap_possible_kgco2e', known: 'gap_known', times: 0.001 },
            { as: 'Planned', field: 'planned_gbp', known: 'planned_known' },
            { as: 'Not secured', field: 'unsecured_gbp', known: 'unsecured_known' },
            { as: 'The rest', field: 'rest_gbp', known: 'rest_known' },
          ],
          { where: ofWay, by: '"year"' },
        ),
      },
    ],
  },
  {
    id: 17,
    title: 'What was done, and what the grid did, since the baseline',
    says: 'Less use and a greener grid are two things: claim the first alone. Of whole years whose factors of then are known.',
    kind: 'timeseries',
    style: 'stacked',
    measures: tonnes,
    signed: true,
    at: { x: 12, y: 24, w: 12, h: 8 },
    queries: [
      byYear('By what is used', 'by_use', 'parted'),
      byYear('By factors, those of the grid above all', 'by_factors', 'parted'),
    ],
  },
];

export const fourStepPlan: Board = {
  ...named.fourStepPlan,
  says:
    'Where each site stands in the four steps, what its meters say of it, the way to the target, what is to be done at what cost, ' +
    'and what was truly saved.',
  from: 'now-8y',
  // National targets reach to 2050.
  to: 'now+25y',
  refresh: '15m',
  variables: chosenPlan,
  annotations: marksOf(atSites(), 'Alerts', 'Alerts that are over', 'Exchanges'),
  panels: [...overview, sitesStand, ...trajectory, ...measurePanels, ...standingPanels],
};
