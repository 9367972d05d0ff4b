/**
 * How much heat a heat pump gives for a kWh of electricity, by how far it lifts the heat: from the temperature of its
 * source to that of the water that flows out. By a published regression, or by the points of a maker's own table, which
 * goes first.
 */

/** The air outside, brine from the ground, and ground water or a river. */
export const heatPumpSourceNames = ['air', 'ground', 'water'] as const;
export type HeatPumpSource = (typeof heatPumpSourceNames)[number];

/** Performance = (c0 + c1 × lift + c2 × lift²) × correction, for lifts from least to most, K. */
interface Curve {
  readonly coefficients: readonly [number, number, number];
  readonly least: number;
  readonly most: number;
}

export interface Regression {
  readonly says: string;
  readonly source: string;
  readonly standing: 'quoted';
  /** What real plant reaches of what is measured on a stand. */
  readonly correction: number;
  readonly curves: Readonly<Partial<Record<HeatPumpSource, Curve>>>;
}

/**
 * Both are of heat pumps for houses; no published regression of large ones was found. Coefficients were read in the
 * authors' own repository (When2Heat) and in several that quote the paper (Staffell), not in the papers themselves.
 */
export const regressions = {
  'when2heat-2019': {
    says: 'quadratic regression on the lift of the performance that makers state, times 0.85 for what is reached in use',
    source:
      'Ruhnau, Hirth, Praktiknjo: Time series of heat demand and heat pump efficiency for energy system modeling, ' +
      'Scientific Data 6, 189 (2019), doi 10.1038/s41597-019-0199-y; coefficients of oruhnau/when2heat, ' +
      'input/cop/cop_parameters.csv. A lift below 15 K is taken for 15 K, as there; an upper end is not given there, ' +
      'and that of Staffell et al. is taken',
    standing: 'quoted',
    correction: 0.85,
    curves: {
      air: { coefficients: [6.08, -0.0941, 0.000464], least: 15, most: 60 },
      ground: { coefficients: [10.29, -0.2084, 0.001322], least: 15, most: 60 },
      water: { coefficients: [9.99, -0.2049, 0.001249], least: 15, most: 60 },
    },
  },
  'staffell-2012': {
    says: 'quadratic regression on the lift of the performance that makers state',
    source:
      'Staffell, Brett, Brandon, Hawkes: A review of domestic heat pumps, Energy & Environmental Science 5 (2012), ' +
      '9291–9306, doi 10.1039/c2ee22653g',
    standing: 'quoted',
    correction: 1,
    curves: {
      air: { coefficients: [6.81, -0.121, 0.00063], least: 15, most: 60 },
      ground: { coefficients: [8.77, -0.15, 0.000734], least: 20, most: 60 },
    },
  },
} as const satisfies Record<string, Regression>;
export type RegressionId = keyof typeof regressions;
export const regressionIds = Object.keys(regressions) as [RegressionId, ...RegressionId[]];

/** The one that is taken where nobody says: the one that allows for use. */
export const usualRegression: RegressionId = 'when2heat-2019';

/** Heat for a kWh of electricity, and whether it lies where the curve or the table says something. */
export interface Performance {
  readonly value: number;
  readonly isKnown: boolean;
}

/** Performance by the temperature of the source and of the flow, °C. */
export type PerformanceOf = (source: number, flow: number) => Performance;

/**
 * By a regression. Beyond its largest lift the share of Carnot's limit at its end is kept, so that a hotter flow is
 * never better. Undefined where it has no curve for the source.
 */
export function byRegression(id: RegressionId, from: HeatPumpSource): PerformanceOf | undefined {
  const { correction, curves }: Regression = regressions[id];
  const curve = curves[from];
  if (!curve) return undefined;
  const { coefficients, least, most } = curve;
  const [c0, c1, c2] = coefficients;
  return (source, flow) => {
    const lift = flow - source;
    const taken = Math.min(most, Math.max(least, lift));
    const value = correction * (c0 + c1 * taken + c2 * taken * taken);
    return { value: lift > most ? (value * most) / lift : value, isKnown: lift <= most };
  };
}

/** A point of a maker's table: so much heat for a kWh at this source and this flow, °C. */
export interface PerformancePoint {
  readonly source: number;
  readonly flow: number;
  readonly performance: number;
}

/**
 * By a maker's table: each source temperature with each flow temperature, straight lines between them. Outside the
 * table its nearest point holds, less in proportion where the lift is larger. Throws a RangeError where the points are
 * no whole grid.
 */
export function byPoints(points: readonly PerformancePoint[]): PerformanceOf {
  const sources = [...new Set(points.map(({ source }) => source))].sort((a, b) => a - b);
  const flows = [...new Set(points.map(({ flow }) => flow))].sort((a, b) => a - b);
  const missing = missingPoints(points);
  if (points.length === 0 || missing.length > 0) throw new RangeError(`no performance for ${missing.join(', ')}`);
  const known = new Map(points.map((point) => [keyOf(point), point.performance]));
  const grid = sources.map((source) =>
    Float64Array.from(flows, (flow) => known.get(keyOf({ source, flow })) as number),
  );
  return (source, flow) => {
    const [i, a] = placeIn(sources, source);
    const [j, b] = placeIn(flows, flow);
    const [colder, warmer] = [grid[i] as Float64Array, grid[i + 1] ?? (grid[i] as Float64Array)];
    const at = (k: number): number => (colder[k] as number) * (1 - a) + (warmer[k] as number) * a;
    const value = at(j) * (1 - b) + at(Math.min(j + 1, flows.length - 1)) * b;
    const [heldSource, heldFlow] = [held(sources, source), held(flows, flow)];
    const [lift, inside] = [flow - source, heldFlow - heldSource];
    const isKnown = heldSource === source && heldFlow === flow;
    return { value: lift > inside && inside > 0 ? (value * inside) / lift : value, isKnown };
  };
}

function keyOf({ source, flow }: { readonly source: number; readonly flow: number }): string {
  return `${source}/${flow}`;
}

/** What a table lacks to be a whole grid, as `source/flow`. */
export function missingPoints(points: readonly PerformancePoint[]): string[] {
  const known = new Set(points.map(keyOf));
  const flows = new Set(points.map(({ flow }) => flow));
  const sources = new Set(points.map(({ source }) => source));
  return [...sources]
    .flatMap((source) => [...flows].map((flow) => keyOf({ source, flow })))
    .filter((key) => !known.has(key));
}

/** Between which two of an ascending list a value lies, and how far along; at an end beyond it. */
function placeIn(list: readonly number[], value: number): [number, number] {
  const i = Math.max(
    0,
    list.findLastIndex((one) => one <= value),
  );
  const [below, above] = [list[i] as number, list[i + 1]];
  if (above === undefined || value <= below) return [i, 0];
  return [i, (value - below) / (above - below)];
}

function held(list: readonly number[], value: number): number {
  return Math.min(list.at(-1) as number, Math.max(list[0] as number, value));
}

/** How hot the water flows when it is so cold outside, °C. */
export interface FlowPoint {
  readonly outside: number;
  readonly flow: number;
}

/**
 * The flow temperature by the outside temperature: straight lines between the points, and no hotter or cooler than
 * those at the ends. One point is one temperature all year.
 */
export function flowBy(points: readonly FlowPoint[]): (outside: number) => number {
  const list = points.toSorted((a, b) => a.outside - b.outside);
  const temperatures = list.map((point) => point.outside);
  return (outside) => {
    const [i, along] = placeIn(temperatures, outside);
    const from = list[i] as FlowPoint;
    return from.flow + ((list[i + 1] ?? from).flow - from.flow) * along;
  };
}

/** The flow that is taken where nobody says how hot the site's radiators need it. */
export const usualFlow = {
  flow: 55,
  source:
    'Approved Document L, volume 2 (England, 2021): new and wholly replaced wet systems are sized for 55 °C or less; ' +
    'as quoted by HVP magazine, 2022',
  standing: 'quoted',
} as const;
