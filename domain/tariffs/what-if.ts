import { halfHourSeconds, wallClock } from '../time.ts';
import { dayStarts } from './calendar.ts';
import { type Load, periodOf } from './load.ts';
import { mapRange } from './range.ts';

/**
 * Loads that are not, from those that are: each is a function from load to load, so that a question about next year is
 * the same reckoning of another load. Where active energy grows or moves, reactive energy goes with it at the power
 * factor of its half-hour, unless it is said otherwise.
 */

/** Everything so many percent more, less where negative. */
export function grown(load: Load, percent: number): Load {
  const factor = 1 + percent / 100;
  const grow = (column: Float64Array) => column.map((each) => each * factor);
  return { ...load, use: mapRange(load.use, grow), reactive: load.reactive && mapRange(load.reactive, grow) };
}

/** Times of the clock on the wall, from 16:00 until before 19:00 as minutes of the day, on these ISO weekdays. */
export interface ClockWindow {
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Monday is 1; all where absent. */
  readonly weekdays?: readonly number[] | undefined;
}

/**
 * A share of what is used in some window moves to another one of the same London day, evenly over its half-hours. A day
 * without half-hours in both keeps what it has.
 */
export function shifted(load: Load, share: number, from: ClockWindow, to: ClockWindow): Load {
  const period = periodOf(load);
  const starts = dayStarts(period);
  const within = (at: number, { fromMinute, toMinute, weekdays }: ClockWindow): boolean => {
    const { minuteOfDay, weekday } = wallClock(at);
    return minuteOfDay >= fromMinute && minuteOfDay < toMinute && (weekdays?.includes(weekday) ?? true);
  };
  const count = load.use.best.length;
  const leaves = new Uint8Array(count);
  const takes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = period.from + i * halfHourSeconds;
    leaves[i] = Number(within(at, from));
    takes[i] = Number(within(at, to) && leaves[i] === 0);
  }
  const move = (column: Float64Array): Float64Array => {
    const moved = column.slice();
    for (let day = 0; day < starts.length - 1; day++) {
      const [first, end] = [starts[day] as number, starts[day + 1] as number];
      let [sum, places] = [0, 0];
      for (let i = first; i < end; i++) {
        sum += leaves[i] === 1 ? (column[i] as number) * share : 0;
        places += takes[i] as number;
      }
      if (places === 0) continue;
      for (let i = first; i < end; i++) {
        if (leaves[i] === 1) moved[i] = (column[i] as number) * (1 - share);
        else if (takes[i] === 1) moved[i] = (column[i] as number) + sum / places;
      }
    }
    return moved;
  };
  return { ...load, use: mapRange(load.use, move), reactive: load.reactive && mapRange(load.reactive, move) };
}

/**
 * No half-hour above so many kW: what is above is drawn in the half-hours before it on the same London day that have
 * room, as a battery is charged or a tank is heated; where none has, it stays. `efficiency` is what of the energy comes
 * back out of the store.
 */
export function shaved(load: Load, kw: number, efficiency = 1): Load {
  const cap = kw / 2;
  const starts = dayStarts(periodOf(load));
  const shave = (column: Float64Array): Float64Array => {
    const next = column.slice();
    for (let day = 0; day < starts.length - 1; day++) {
      const [first, end] = [starts[day] as number, starts[day + 1] as number];
      for (let i = first; i < end; i++) {
        let above = (next[i] as number) - cap;
        if (above <= 0) continue;
        for (let j = i - 1; j >= first && above > 1e-12; j--) {
          const room = cap - (next[j] as number);
          if (room <= 0) continue;
          const taken = Math.min(room, above / efficiency);
          next[j] = (next[j] as number) + taken;
          above -= taken * efficiency;
        }
        // What finds no room before it stays where it is: a store that was not filled gives nothing.
        next[i] = cap + Math.max(0, above);
      }
    }
    return next;
  };
  return { ...load, use: mapRange(load.use, shave) };
}

export interface WithGeneration {
  readonly load: Load;
  /** kWh of each half-hour that are left over and go out. */
  readonly exported: Load;
}

/** Own generation takes from what is drawn; what is left over is exported. kvarh stay: inverters give none. */
export function withGeneration(load: Load, generation: Float64Array): WithGeneration {
  const draw = (column: Float64Array) => column.map((kwh, i) => Math.max(0, kwh - (generation[i] ?? 0)));
  const give = (column: Float64Array) => column.map((kwh, i) => Math.max(0, (generation[i] ?? 0) - kwh));
  const { low, best, high } = mapRange(load.use, give);
  // Where less is used more goes out.
  return {
    load: { ...load, use: mapRange(load.use, draw) },
    exported: { unit: load.unit, from: load.from, use: { low: high, best, high: low } },
  };
}

export interface HeatPump {
  /** The share of the boilers' heat that the heat pump takes over. */
  readonly share: number;
  /** Heat out of a kWh of gas. */
  readonly boilerEfficiency: number;
  /** Heat out of a kWh of electricity, of each half-hour, or throughout. */
  readonly performance: number | Float64Array;
}

/** Heat from electricity instead of gas: what the electricity supply draws then, and what is left of the gas. */
export function withHeatPump(
  electricity: Load,
  gas: Load,
  { share, boilerEfficiency, performance }: HeatPump,
): { readonly electricity: Load; readonly gas: Load } {
  const cop = (i: number): number => (typeof performance === 'number' ? performance : (performance[i] as number));
  const more = (of: 'low' | 'best' | 'high') =>
    electricity.use[of].map((kwh, i) => kwh + ((gas.use[of][i] as number) * share * boilerEfficiency) / cop(i));
  const isOne = electricity.use.low === electricity.use.high && gas.use.low === gas.use.high;
  const best = more('best');
  const use = isOne ? { low: best, best, high: best } : { low: more('low'), best, high: more('high') };
  return {
    electricity: { ...electricity, use },
    gas: { ...gas, use: mapRange(gas.use, (column) => column.map((kwh) => kwh * (1 - share))) },
  };
}
