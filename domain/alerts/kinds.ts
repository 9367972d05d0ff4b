import type { Unit } from '../units.ts';

/** A number that a rule may set. */
export interface Parameter {
  readonly unit: Unit | 'share' | 'times' | 'deviations' | 'nights' | 'days' | 'hours' | 'half-hours' | 'GBP';
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Why the value is what it is. */
  readonly because: string;
}

export interface KindOfAlert {
  /** What is abnormal, in the words of a facilities manager. */
  readonly says: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

const deviations = {
  unit: 'deviations',
  value: 3.5,
  least: 1,
  most: 20,
  because: 'from there on a value is no chance (Iglewicz and Hoaglin 1993)',
} as const satisfies Parameter;

const excessKw = {
  unit: 'kW',
  value: 0.5,
  least: 0,
  most: 100_000,
  because: '0.5 kW all week is 84 kWh, about £20: less is not worth a walk',
} as const satisfies Parameter;

/** What can be abnormal, and the numbers by which it is told, with what holds where no rule says otherwise. */
export const alertKinds = {
  night_base: {
    says: 'the base at night is higher than it was',
    parameters: {
      rises_by: { unit: 'share', value: 0.15, least: 0.02, most: 10, because: 'practice of energy managers: 15 %' },
      excess_kw: excessKw,
      deviations: { ...deviations, value: 3, because: 'three nights on end are asked for besides' },
      nights: { unit: 'nights', value: 3, least: 1, most: 28, because: 'one night is a late shift, three are none' },
    },
  },
  left_on: {
    says: 'something was left on after hours',
    parameters: {
      share_of_rise: {
        unit: 'share',
        value: 0.25,
        least: 0.02,
        most: 10,
        because: 'a quarter of what is switched on by day is more than a lamp',
      },
      excess_kw: { ...excessKw, value: 1, because: '1 kW through a week of nights is 100 kWh, about £25' },
      hours: { unit: 'hours', value: 3, least: 0.5, most: 72, because: 'an evening meeting is over by then' },
    },
  },
  out_of_hours: {
    says: 'something runs when it usually does not',
    parameters: {
      share_of_rise: {
        unit: 'share',
        value: 0.25,
        least: 0.02,
        most: 10,
        because: 'a quarter of what is switched on by day is more than a lamp',
      },
      excess_kw: { ...excessKw, value: 1, because: '1 kW through a week of nights is 100 kWh, about £25' },
      hours: { unit: 'hours', value: 3, least: 0.5, most: 72, because: 'a keeper on his round is gone by then' },
    },
  },
} as const satisfies Record<string, KindOfAlert>;

export type AlertKind = keyof typeof alertKinds;
export const alertKindNames = Object.keys(alertKinds) as [AlertKind, ...AlertKind[]];

/** The numbers of a rule of a kind. */
export type ParametersOf<K extends AlertKind> = { readonly [P in keyof (typeof alertKinds)[K]['parameters']]: number };

/** What holds where no rule says otherwise. */
export function defaultParameters<K extends AlertKind>(kind: K): ParametersOf<K> {
  const entries = Object.entries<Parameter>(alertKinds[kind].parameters).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries) as ParametersOf<K>;
}
