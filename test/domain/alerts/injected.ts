import { dayWeatherOf } from '../../../domain/alerts/day-weather.ts';
import type { SubjectOf } from '../../../domain/alerts/detect.ts';
import type { AlertKind } from '../../../domain/alerts/kinds.ts';
import { type Watched, watch, type WatchedMeter } from '../../../domain/alerts/watched.ts';
import { halfHoursOf, seriesSchema, temperatures, windowOf } from './notation.ts';

/** What is added to half-hours from one to another, in the unit of a half-hour. */
export interface Added {
  readonly first: number;
  readonly end: number;
  readonly each: number;
}
const nothing: Added = { first: 0, end: 0, each: 0 };

/** A subject of one or more kinds, to which something can be added. */
export interface Plant {
  readonly kinds: readonly AlertKind[];
  readonly clock: ReturnType<typeof windowOf>;
  readonly with: (added?: Added) => SubjectOf<AlertKind>;
}

interface MeterRequest {
  readonly from: string;
  readonly days: number;
  readonly series: object;
  readonly weather?: boolean;
  readonly id?: string;
}

/** A meter whose days before are learned once. */
function meterOf({ from, days, series, weather = false, id = 'meter' }: MeterRequest) {
  const clock = windowOf(from, days);
  const outdoors = temperatures(clock);
  const notation = seriesSchema.parse(series);
  const use = halfHoursOf(notation, clock, outdoors, id);
  const { utility, role, site_type: siteType, end_use: endUse } = notation;
  const meter: WatchedMeter = { id, name: id, site: 'site', utility, role, siteType, endUse };
  const byDay = weather ? dayWeatherOf(clock, outdoors) : undefined;
  const request = { meter, clock, resolution: 0, weather: byDay };
  const usual = watch({ ...request, use });
  const withAdded = (added: Added = nothing): Watched => {
    const more = use.map((value, i) => (i >= added.first && i < added.end ? value + added.each : value));
    const learnedDays = clock.day[added.first] ?? 0;
    return watch({ ...request, use: more, before: { expected: usual.expected, learnedDays } });
  };
  return { clock, usual, with: withAdded };
}

const office = { working: '10 | 07:00 40 | 19:00 10', weekend: '10' };
const hospital = {
  site_type: 'acute_hospital',
  working: '100 | 06:30 160 | 21:00 100',
  noise: 0.03,
  day_noise: 0.02,
};
const water = {
  utility: 'water',
  site_type: 'acute_hospital',
  working: '0.8 | 06:00 3 | 22:00 0.8',
  noise: 0.1,
  day_noise: 0.05,
};
const surgery = {
  utility: 'water',
  site_type: 'gp_practice',
  working: '0 | 07:00 0.12 | 18:30 0',
  weekend: '0',
  noise: 0.2,
};
const boilers = { utility: 'heat', working: 10, per_degree_below: [15.5, 3], day_noise: 0.03 };
const chillers = { end_use: 'cooling', role: 'sub', working: 5, per_degree_above: [14, 2], day_noise: 0.03 };
const winter = { from: '2026-01-05', days: 104 };

/** Plants of which each kind can say how small a change it finds. */
export const plants: Readonly<Record<string, () => Plant>> = {
  'an office': () => ({
    kinds: ['night_base', 'left_on', 'out_of_hours', 'always_above', 'never_below', 'step'],
    ...meterOf({ ...winter, series: office }),
  }),
  'a hospital': () => ({ kinds: ['night_base', 'step'], ...meterOf({ ...winter, series: hospital }) }),
  'water of a hospital': () => ({
    kinds: ['night_flow', 'burst', 'step'],
    ...meterOf({ ...winter, series: water }),
  }),
  'water of a surgery': () => ({
    kinds: ['continuous_flow', 'burst'],
    ...meterOf({ ...winter, series: surgery }),
  }),
  'a hospital of fourteen months': () => ({
    kinds: ['drift'],
    ...meterOf({ from: '2025-01-06', days: 430, series: hospital }),
  }),
  'gas in summer': () => ({
    kinds: ['summer_heating'],
    ...meterOf({
      from: '2024-11-04',
      days: 290,
      weather: true,
      series: { utility: 'gas', working: '10 | 05:00 25 | 20:00 10', per_degree_below: [15.5, 8], noise: 0.08 },
    }),
  }),
  'boilers and chillers': () => {
    const window = { from: '2025-05-05', days: 150, weather: true };
    const heating = meterOf({ ...window, series: boilers, id: 'boilers' });
    const cooling = meterOf({ ...window, series: chillers, id: 'chillers' });
    return {
      kinds: ['heating_and_cooling'],
      clock: heating.clock,
      with: (added) => ({ heating: heating.with(added), cooling: cooling.with(added) }),
    };
  },
  'a supply point': () => {
    const active = meterOf({
      from: '2026-03-02',
      days: 60,
      series: { working: '30 | 07:00 55 | 19:00 30', noise: 0.01 },
    });
    const { meter, use } = active.usual;
    return {
      kinds: ['peak_capacity', 'power_factor'],
      clock: active.clock,
      with: ({ first, end, each } = nothing) => {
        const more = (value: number, i: number): number => (i >= first && i < end ? value + each : value);
        const reactive = use.map((kwh) => 0.2 * kwh).map(more);
        // A demand is kVA as it stands, and what is added to it half as much a half-hour.
        const best = use.map((kwh, i) => 2 * more(Math.hypot(kwh, 0.2 * kwh), i));
        const agreed = new Float64Array(use.length).fill(140);
        return { meter, clock: active.clock, active: use, reactive, low: best, best, high: best, agreed };
      },
    };
  },
  panels: () => {
    const sun = meterOf({
      from: '2026-04-06',
      days: 90,
      series: { working: '0 | 06:00 1 | 09:00 4 | 16:00 1 | 20:00 0', day_noise: 0.1, noise: 0.1 },
    });
    const { meter, use: yardstick, clock } = sun.usual;
    const made = halfHoursOf(seriesSchema.parse({ working: 5, day_noise: 0.03 }), clock, yardstick, 'panels');
    return {
      kinds: ['pv_not_producing'],
      clock,
      // What they make less is missing in the mean of the day, and cannot be missing at night.
      with: ({ first, end, each } = nothing) => {
        const less = (i: number): number => {
          const day = clock.days[clock.day[i] as number] ?? { first: 0, count: 48 };
          const light = yardstick.subarray(day.first, day.first + day.count).reduce((sum, one) => sum + one, 0);
          return i >= first && i < end ? (each * day.count * (yardstick[i] as number)) / light : 0;
        };
        return { meter, clock, yardstick, made: made.map((per, i) => per * (yardstick[i] as number) - less(i)) };
      },
    };
  },
  'a heat pump': () => {
    const heat = meterOf({
      from: '2025-10-06',
      days: 150,
      weather: true,
      series: { utility: 'heat', working: 10, per_degree_below: [15.5, 2] },
      id: 'heat',
    });
    const { clock, weather, use, meter: heatMeter } = heat.usual;
    const performance = halfHoursOf(seriesSchema.parse({ working: 1, day_noise: 0.03 }), clock, use, 'pump');
    const taken = use.map(
      (kwh, i) => kwh / (performance[i] as number) / (2.4 + 0.075 * (weather?.mean[clock.day[i] as number] ?? 8)),
    );
    const meter: WatchedMeter = { ...heatMeter, id: 'pump', utility: 'electricity', role: 'sub', endUse: 'heat_pump' };
    const usual = watch({ meter, clock, use: taken, resolution: 0, weather });
    return {
      kinds: ['heat_pump_performance'],
      clock,
      with: ({ first, end, each } = nothing) => ({
        electricity: { ...usual, use: taken.map((kwh, i) => (i >= first && i < end ? kwh + each : kwh)) },
        heatMeter,
        heat: use,
      }),
    };
  },
  'a main and its sub-meters': () => {
    // What its own days differ by hides a leak too, and is next to nothing here.
    const main = meterOf({
      ...winter,
      series: { utility: 'water', working: '0.3 | 06:00 1.4 | 22:00 0.3', day_noise: 0.002 },
    });
    const rest = halfHoursOf(seriesSchema.parse({ working: 0.05, noise: 0.1 }), main.clock, main.usual.use, 'rest');
    return {
      kinds: ['unexplained_main'],
      clock: main.clock,
      with: ({ first, end, each } = nothing) => ({
        main: main.with({ first, end, each }),
        subs: ['sub'],
        residual: rest.map((value, i) => (i >= first && i < end ? value + each : value)),
        bound: new Float64Array(main.clock.days.length).fill(0.5),
      }),
    };
  },
};
