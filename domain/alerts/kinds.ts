import type { Role, Utility } from '../estate/vocabulary.ts';
import type { Unit } from '../units.ts';

/** A number that a rule may set. */
export interface Parameter {
  readonly unit: Unit | 'share' | 'times' | 'deviations' | 'nights' | 'days' | 'weeks' | 'hours';
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** Why the value is what it is. */
  readonly because: string;
}

export interface KindOfAlert {
  /** What is abnormal, in the words of a facilities manager. */
  readonly says: string;
  /** Meters it is looked for at, where no rule says otherwise. */
  readonly utilities: readonly Utility[];
  readonly roles: readonly Role[];
  readonly parameters: Readonly<Record<string, Parameter>>;
}

const deviations = (value = 3.5, because = 'from there on a value is no chance (Iglewicz and Hoaglin 1993)') =>
  ({ unit: 'deviations', value, least: 0.1, most: 50, because }) as const satisfies Parameter;

const kw = (value = 0.5, because = '0.5 kW all week is 84 kWh, about £20: less is not worth a walk') =>
  ({ unit: 'kW', value, least: 0, most: 1_000_000, because }) as const satisfies Parameter;

const flow = (value = 0.05, because = '50 l/h are 8 m³ a week, about £30') =>
  ({ unit: 'm3/h', value, least: 0, most: 100_000, because }) as const satisfies Parameter;

const share = (value: number, because: string) =>
  ({ unit: 'share', value, least: 0.01, most: 100, because }) as const satisfies Parameter;

const count = (unit: 'nights' | 'days' | 'weeks', value: number, because: string) =>
  ({ unit, value, least: 1, most: 60, because }) as const satisfies Parameter;

const hours = (value: number, because: string) =>
  ({ unit: 'hours', value, least: 0.5, most: 240, because }) as const satisfies Parameter;

const limit = (unit: 'kW' | 'm3/h') =>
  ({
    unit,
    value: 0,
    least: 0,
    most: 1_000_000,
    because: '0: the limit is what the meter usually uses; somebody who knows a better one writes it',
  }) as const satisfies Parameter;

const afterHours = {
  share_of_rise: share(0.25, 'a quarter of what is switched on by day is more than a lamp'),
  excess_kw: kw(1, '1 kW through a week of nights is 100 kWh, about £25'),
} as const;

/** Fuels and heat that warm buildings. */
export const heatUtilities = [
  'gas',
  'heat',
  'steam',
  'gas_oil',
  'burning_oil',
  'lpg',
  'biomass',
  'coal',
] as const satisfies readonly Utility[];
const energy = ['electricity', 'cooling', ...heatUtilities] as const;
const taken = ['main', 'sub', 'virtual'] as const;

/** What can be abnormal, and the numbers by which it is told, with what holds where no rule says otherwise. */
export const alertKinds = {
  night_base: {
    says: 'the base load at night has gone up',
    utilities: energy,
    roles: taken,
    parameters: {
      rises_by: share(0.15, 'practice of energy managers: 15 % above the last eight weeks'),
      excess_kw: kw(),
      deviations: deviations(3, 'three nights on end are asked for besides'),
      nights: count('nights', 3, 'one night is a late shift, three are none'),
    },
  },
  left_on: {
    says: 'something was left on after hours',
    utilities: energy,
    roles: taken,
    parameters: { ...afterHours, hours: hours(3, 'an evening meeting is over by then') },
  },
  out_of_hours: {
    says: 'something runs at hours when it usually does not',
    utilities: energy,
    roles: taken,
    parameters: { ...afterHours, hours: hours(3, 'who comes in for a while is gone by then') },
  },
  always_above: {
    says: 'use stays above what is usual for the time of day',
    utilities: [...energy, 'water'],
    roles: taken,
    parameters: {
      limit_kw: limit('kW'),
      limit_m3_per_h: limit('m3/h'),
      rises_by: share(0.25, 'within a quarter a busy day is'),
      excess_kw: kw(2, '2 kW for two hours is one kWh of every five of a surgery'),
      excess_m3_per_h: flow(0.2, 'two open taps'),
      deviations: deviations(),
      hours: hours(2, 'practice of bureaux: 120 minutes'),
    },
  },
  never_below: {
    says: 'use does not come down at night as it usually does',
    utilities: ['electricity', 'cooling', 'water'],
    roles: taken,
    parameters: {
      limit_kw: limit('kW'),
      limit_m3_per_h: limit('m3/h'),
      rises_by: share(0.5, 'a single night is judged, so that it takes more than a creeping base'),
      excess_kw: kw(2, 'a single night of less costs under a pound'),
      excess_m3_per_h: flow(0.3, 'a single night of less costs under ten pounds'),
      deviations: deviations(),
    },
  },
  step: {
    says: 'use has gone up from one day to the next and stays up',
    utilities: [...energy, 'water'],
    roles: taken,
    parameters: {
      rises_by: share(0.08, 'days of one meter differ by less once weekday and weather are allowed for'),
      excess_kw: kw(),
      excess_m3_per_h: flow(),
      deviations: deviations(3, 'several days on end are asked for besides'),
      days: count('days', 3, 'two days are an event, three are a change'),
    },
  },
  drift: {
    says: 'use has been creeping up for weeks',
    utilities: [...energy, 'water'],
    roles: taken,
    parameters: {
      rises_by: share(0.08, 'below it is what a fit of half a year leaves open'),
      excess_kw: kw(),
      excess_m3_per_h: flow(),
      allowance: deviations(0.5, 'half of the shift of one deviation that is looked for (Montgomery)'),
      decision: deviations(5, 'a false alarm in some 940 weeks, where allowance is 0.5 (Siegmund)'),
    },
  },
  summer_heating: {
    says: 'heating is on although it is warm outside',
    utilities: heatUtilities,
    roles: taken,
    parameters: {
      warm_above: {
        unit: 'degC',
        value: 17,
        least: 10,
        most: 30,
        because: 'above the day mean from which buildings heat (base 15.5 °C), with a margin',
      },
      rises_by: share(0.4, 'hot water of a warm day differs by less, and radiators take more'),
      excess_kw: kw(2, '2 kW of gas all week are 336 kWh, about £20'),
      deviations: deviations(3, 'two of three warm days are asked for besides'),
      days: count('days', 2, 'one day may be an early start, two are a setting'),
    },
  },
  heating_and_cooling: {
    says: 'heating and cooling run against one another',
    utilities: heatUtilities,
    roles: taken,
    parameters: {
      excess_kw: kw(2, '2 kW of each against the other all week are about £100'),
      deviations: deviations(2.5, 'both must be off at the same time, which is rarer than either'),
      days: count('days', 3, 'two days of changing weather do it, three do not'),
    },
  },
  peak_capacity: {
    says: 'the agreed supply capacity is about to be exceeded',
    utilities: ['electricity'],
    roles: ['main', 'virtual'],
    parameters: {
      share_of_agreed: share(0.95, 'what exceeds it in one half-hour is charged for the whole month'),
    },
  },
  power_factor: {
    says: 'the power factor is low enough to be charged',
    utilities: ['electricity'],
    roles: ['main', 'virtual'],
    parameters: {
      lowest: share(0.95, 'networks charge kvarh beyond a power factor of 0.95'),
      days: count('days', 3, 'capacitors that trip come back by themselves or do not'),
    },
  },
  pv_not_producing: {
    says: 'the panels make less than the sun would give',
    utilities: ['electricity'],
    roles: ['generation'],
    parameters: {
      falls_by: share(0.3, 'a string of three or four that is out; soiling is below'),
      deviations: deviations(),
      days: count('days', 2, 'snow and an outage of the network are over by then'),
    },
  },
  heat_pump_performance: {
    says: 'the heat pump gives less heat for its electricity',
    utilities: ['electricity'],
    roles: taken,
    parameters: {
      falls_by: share(0.12, 'a season moves it by less once the temperature is allowed for'),
      deviations: deviations(3, 'several days on end are asked for besides'),
      days: count('days', 4, 'defrosting and hot water of single days are none'),
    },
  },
  night_flow: {
    says: 'water runs at night when nobody uses it',
    utilities: ['water'],
    roles: taken,
    parameters: {
      rises_by: share(0.3, 'practice for hospitals: the least flow of the night × 1.3'),
      excess_m3_per_h: flow(0.1, 'practice for hospitals: 0.1 m³/h, which is 876 m³ a year'),
      deviations: deviations(3, 'several nights on end are asked for besides'),
      nights: count(
        'nights',
        3,
        'the least of three nights: chance raises none (simulated), and fourteen, the practice, find a leak eleven nights later',
      ),
    },
  },
  continuous_flow: {
    says: 'water has not stopped running',
    utilities: ['water'],
    roles: taken,
    parameters: {
      flow_m3_per_h: flow(0.02, '20 l/h above what usually is its least: below it is a dripping tap'),
      hours: hours(24, 'a day and a night: somewhere in between every tap is shut'),
      usually_stops: share(0.8, 'where flow stops on fewer days it is no sign'),
    },
  },
  burst: {
    says: 'far more water runs than ever: a main may have burst',
    utilities: ['water'],
    roles: taken,
    parameters: {
      times_peak: { unit: 'times', value: 1, least: 0.1, most: 100, because: 'as much again as at the busiest time' },
      excess_m3_per_h: flow(1, 'a cubic metre an hour is a room under water by morning'),
      hours: hours(1, 'a cistern that fills or a hydrant that is tested is shorter'),
    },
  },
  unexplained_main: {
    says: 'more passes the main than its sub-meters see',
    utilities: [...energy, 'water'],
    roles: ['main', 'sub', 'virtual'],
    parameters: {
      excess_kw: kw(1, '1 kW all week is 168 kWh, about £40'),
      excess_m3_per_h: flow(0.05),
      deviations: deviations(),
      share_of_main: share(0.5, 'where the main itself did not rise a sub-meter counts too little: a fault of data'),
      days: count('days', 3, 'loads without a meter come and go, a leak stays'),
    },
  },
  supply_lost: {
    says: 'the supply has failed',
    utilities: ['electricity', 'water'],
    roles: ['main'],
    parameters: {
      share_left: share(0.02, 'what is less than that is nothing'),
      hours: hours(0.5, 'the first half-hour that is measured as nothing'),
    },
  },
} as const satisfies Record<string, KindOfAlert>;

export type AlertKind = keyof typeof alertKinds;
export const alertKindNames = Object.keys(alertKinds) as [AlertKind, ...AlertKind[]];

/** Numbers that rules of every kind have: from how many pounds a week on somebody is told, and told at once. */
export const moneyParameters = {
  notice_gbp_per_week: {
    unit: 'GBP',
    value: 20,
    least: 0,
    most: 1_000_000,
    because: 'less does not pay for the walk; it is told in the weekly digest',
  },
  urgent_gbp_per_week: {
    unit: 'GBP',
    value: 100,
    least: 0,
    most: 1_000_000,
    because: '£100 a week are £5,000 a year',
  },
} as const satisfies Record<string, Parameter>;

/** The numbers of a rule of a kind. */
export type ParametersOf<K extends AlertKind> = {
  readonly [P in keyof (typeof alertKinds)[K]['parameters'] | keyof typeof moneyParameters]: number;
};

/** The numbers that rules of a kind may set, by name. */
export function parametersOf(kind: AlertKind): Readonly<Partial<Record<string, Parameter>>> {
  return { ...alertKinds[kind].parameters, ...moneyParameters };
}

/** What holds where no rule says otherwise. */
export function defaultParameters<K extends AlertKind>(kind: K): ParametersOf<K> {
  const entries = Object.entries(parametersOf(kind)).map(([name, parameter]) => [name, parameter?.value]);
  return Object.fromEntries(entries) as ParametersOf<K>;
}
