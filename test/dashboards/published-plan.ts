import { expect } from 'vitest';
import { outcomeNumbers } from '../../domain/shown/saving-points.ts';
import { stateNumbers } from '../../domain/shown/standing-points.ts';
import type { planSeries } from '../../domain/plan-series.ts';
import type { Row, Sources } from './published-figures.ts';

/** What is in the series of the plan, held to what the API answers of the same place, measure, meter or year. */

interface Pair {
  readonly field: string;
  /** Undefined of what is always known. */
  readonly known?: string;
  /** As the API has it. */
  readonly key: string | ((row: Row) => unknown);
}

export interface PlanSeries {
  readonly id: keyof typeof planSeries;
  readonly path: string;
  readonly list: string;
  /** What of the points is compared; all that are listed where it is not said. */
  readonly of?: (point: Row) => boolean;
  /** Which rows of the list; all where it is not said. */
  readonly row?: (row: Row) => boolean;
  readonly nameOfPoint: (point: Row) => string;
  readonly nameOfRow: (row: Row) => string;
  readonly pairs: readonly Pair[];
  /** Rows and known numbers, at least. */
  readonly rows: number;
  readonly known: number;
}

const amount = (field: string, key: Pair['key']): Pair => {
  const known = field.replace(/_(kwh|m3|gbp|kgco2e|years|s)$/, '_known');
  return { field, known, key };
};
const plain = (field: string, key: Pair['key'] = field): Pair => ({ field, key });

const placeOf = (row: Row): string => [row['site'], row['building'] ?? row['site'], row['step']].join(' ');
const ofPlace = (point: Row): string => [point['site'], point['place'], point['step']].join(' ');
const ofKind = (kind: string) => (point: Row) => point['kind'] === kind;
const stepPairs: readonly Pair[] = [
  plain('state', (row) => stateNumbers[row['state'] as keyof typeof stateNumbers]),
  plain('planned_measures', 'planned'),
  plain('installing_measures', 'installing'),
  plain('installed_measures', 'installed'),
  plain('withdrawn_measures', 'withdrawn'),
];
const indicatorPairs: readonly Pair[] = [
  { field: 'value', known: 'value_known', key: 'value' },
  { field: 'low', known: 'range_known', key: 'low' },
  { field: 'high', known: 'range_known', key: 'high' },
  { field: 'measured_share', known: 'measured_share_known', key: 'measured_share' },
  plain('missing', (row) => (row['missing'] as readonly string[]).length),
  plain('says'),
];

const ofMeasures: PlanSeries = {
  id: 'plan_measure',
  path: '/v1/measures',
  list: 'measures',
  nameOfPoint: (point) => [point['measure'], point['site'], point['step']].join(' '),
  nameOfRow: (row) => [row['measure'], row['site'], row['step']].join(' '),
  pairs: [
    plain('place'),
    amount('capital_gbp', 'capital_gbp'),
    plain('secured_gbp', 'funding_secured_gbp'),
    amount('funding_gap_gbp', 'funding_gap_gbp'),
    amount('yearly_electricity_kwh', 'saves_electricity_kwh'),
    amount('yearly_fuel_kwh', 'saves_fuel_kwh'),
    amount('yearly_heat_kwh', 'saves_heat_kwh'),
    amount('yearly_water_m3', 'saves_m3'),
    amount('yearly_saving_gbp', 'saves_gbp_per_year'),
    amount('yearly_emissions_kgco2e', 'saves_kgco2e_per_year'),
    amount('payback_years', 'payback_years'),
    amount('net_present_value_gbp', 'net_present_value_gbp'),
    amount('cost_per_tonne_gbp', 'cost_gbp_per_tco2e'),
    plain('out_of_order', (row) => (row['before'] as readonly string[]).length),
    plain('name'),
    plain('status'),
    plain('confidence', (row) => row['confidence'] ?? ''),
  ],
  rows: 10,
  known: 60,
};

const outcomeOf = (row: Row): number =>
  outcomeNumbers[(row['verdict'] ?? row['outcome']) as keyof typeof outcomeNumbers];
const ofSaving = (row: Row, measure: unknown): string =>
  [row['meter'] ?? 'none', row['site'], row['utility'] ?? 'none', measure].join(' ');
const saved = (unit: 'kwh' | 'm3', known: string): Pair[] =>
  [`saved_low_${unit}`, `saved_${unit}`, `saved_high_${unit}`].map((field) => ({ field, known, key: field }));

const ofSavings: PlanSeries = {
  id: 'plan_saving',
  path: '/v1/plan/savings',
  list: 'savings',
  row: (row) => row['kind'] === 'to_date',
  nameOfPoint: (point) => ofSaving(point, point['measure']),
  nameOfRow: (row) => ofSaving(row, (row['measures'] as string[])[0]),
  pairs: [
    plain('outcome', outcomeOf),
    plain('inside', (row) => Number(row['inside'] !== null)),
    plain('measures', (row) => (row['measures'] as string[]).join(' ')),
    plain('known_days', (row) => row['known_days'] ?? 0),
    ...saved('kwh', 'energy_known'),
    ...saved('m3', 'volume_known'),
    { field: 'saved_share', known: 'saved_share_known', key: 'saved_share' },
    { field: 'yearly_low_kwh', known: 'yearly_energy_known', key: 'saved_low_kwh_per_year' },
    { field: 'yearly_kwh', known: 'yearly_energy_known', key: 'saved_kwh_per_year' },
    { field: 'yearly_high_kwh', known: 'yearly_energy_known', key: 'saved_high_kwh_per_year' },
    { field: 'yearly_low_m3', known: 'yearly_volume_known', key: 'saved_low_m3_per_year' },
    { field: 'yearly_m3', known: 'yearly_volume_known', key: 'saved_m3_per_year' },
    { field: 'yearly_high_m3', known: 'yearly_volume_known', key: 'saved_high_m3_per_year' },
    amount('yearly_saving_gbp', 'saved_gbp_per_year'),
    amount('yearly_emissions_kgco2e', 'saved_kgco2e_per_year'),
    plain('because', (row) => [...(row['because'] as string[]), ...(row['warnings'] as string[])].join('; ')),
  ],
  rows: 5,
  known: 44,
};

const ofSplits: PlanSeries = {
  id: 'plan_saving_split',
  path: '/v1/plan/savings',
  list: 'savings',
  row: (row) => row['kind'] === 'split',
  nameOfPoint: (point) => ofSaving(point, point['measure']),
  nameOfRow: (row) => ofSaving(row, (row['measures'] as string[])[0]),
  pairs: [
    plain('share', 'split_share'),
    { field: 'saved_kwh', known: 'energy_known', key: 'saved_kwh' },
    { field: 'saved_m3', known: 'volume_known', key: 'saved_m3' },
  ],
  rows: 4,
  known: 8,
};

/** A national target has a line for each organisation: its name, its target, its baseline and its year. */
const wayOf = (row: Row): string => [row['organisation'], row['target'], row['baseline']].join(' ');
const startOf = (row: Row): string => `${wayOf(row)} ${Date.parse(String(row['from'] ?? row['time']))}`;

const ofTrajectory: PlanSeries = {
  id: 'plan_trajectory',
  path: '/v1/plan/trajectory',
  list: 'points',
  nameOfPoint: startOf,
  nameOfRow: startOf,
  pairs: [
    { field: 'lower_kgco2e', known: 'lines_known', key: 'lower_line_kgco2e' },
    { field: 'upper_kgco2e', known: 'lines_known', key: 'upper_line_kgco2e' },
    { field: 'unchanged_kgco2e', known: 'ahead_known', key: 'unchanged_kgco2e' },
    { field: 'grid_kgco2e', known: 'ahead_known', key: 'grid_takes_off_kgco2e' },
    { field: 'committed_kgco2e', known: 'ahead_known', key: 'committed_kgco2e' },
    { field: 'probable_kgco2e', known: 'ahead_known', key: 'probable_kgco2e' },
    { field: 'possible_kgco2e', known: 'ahead_known', key: 'possible_kgco2e' },
    { field: 'by_use_kgco2e', known: 'parted_known', key: 'change_in_use_kgco2e' },
    { field: 'by_factors_kgco2e', known: 'parted_known', key: 'change_of_factors_kgco2e' },
  ],
  rows: 20,
  known: 60,
};

const ofGaps: PlanSeries = {
  id: 'plan_gap',
  path: '/v1/plan/trajectory',
  list: 'gaps',
  nameOfPoint: (point) => `${wayOf(point)} ${String(point['year'])}`,
  nameOfRow: (row) => `${wayOf(row)} ${String(row['year'])}`,
  pairs: [
    plain('level_kgco2e'),
    ...['gap_committed_kgco2e', 'gap_probable_kgco2e', 'gap_possible_kgco2e'].map(
      (field): Pair => ({ field, known: 'gap_known', key: field }),
    ),
    amount('planned_gbp', 'planned_capital_gbp'),
    amount('unsecured_gbp', 'unsecured_capital_gbp'),
    amount('rest_gbp', 'rest_indicative_gbp'),
  ],
  rows: 2,
  known: 6,
};

export const planPublished: readonly PlanSeries[] = [
  ...(['site', 'building'] as const).flatMap((kind): PlanSeries[] => {
    const common = { path: `/v1/plan/standing?by=${kind}`, of: ofKind(kind) };
    const [rows, known] = kind === 'site' ? [300, 340] : [40, 40];
    const nameOfPoint = (point: Row): string => `${ofPlace(point)} ${String(point['indicator'])}`;
    const nameOfRow = (row: Row): string => `${placeOf(row)} ${String(row['indicator'])}`;
    const steps = { nameOfPoint: ofPlace, nameOfRow: placeOf, pairs: stepPairs, rows: 12, known: 60 };
    return [
      { ...common, id: 'plan_step', list: 'steps', ...steps },
      {
        ...common,
        id: 'plan_indicator',
        list: 'indicators',
        nameOfPoint,
        nameOfRow,
        pairs: indicatorPairs,
        rows,
        known,
      },
    ];
  }),
  ofMeasures,
  ofSavings,
  ofSplits,
  ofTrajectory,
  ofGaps,
];

/** Compares each listed point with its row, and tells how many numbers were known. */
export async function comparePlan({ points, figures }: Sources, asked: PlanSeries): Promise<number> {
  const { id, path, list, of = (point) => point['listed'] === 1, nameOfPoint, nameOfRow, pairs } = asked;
  const rows = (await figures(path, list)).filter(asked.row ?? (() => true));
  const told = new Map(rows.map((row) => [nameOfRow(row), row]));
  const found = (await points(id)).filter(of);
  expect(new Set(found.map(nameOfPoint))).toEqual(new Set(told.keys()));
  expect(found.length).toBe(told.size);
  expect(found.length).toBeGreaterThanOrEqual(asked.rows);
  let count = 0;
  for (const point of found) {
    const name = nameOfPoint(point);
    const row = told.get(name) ?? {};
    for (const { field, known, key } of pairs) {
      const isKnown = known === undefined || point[known] === 1;
      const said = (typeof key === 'function' ? key(row) : row[key]) ?? null;
      expect([name, field, isKnown ? point[field] : null]).toEqual([name, field, said]);
      count += Number(isKnown && typeof said === 'number');
    }
  }
  return count;
}
