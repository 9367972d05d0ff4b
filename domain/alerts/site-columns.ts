import { validOn } from '../estate/estate.ts';
import { boundOf } from '../reconciliation/accuracy.ts';
import { apparentPower, greaterReactive } from '../tariffs/load.ts';
import type { EpochSeconds } from '../time.ts';
import type { Clock } from './clock.ts';
import type { WatchedBalance, WatchedCapacity, WatchedReactive } from './pairs.ts';
import type { BalanceSubject, PointSubject, SiteSubjects, UseSubject } from './subjects.ts';
import type { Watched } from './watched.ts';
import type { UnitWorth } from './worth.ts';

/**
 * What a look at a site is made of: the half-hours of its meters in a window, side by side. Plain data and columns, so
 * that it can be handed to a thread.
 */
export interface SiteColumns {
  readonly subjects: SiteSubjects;
  /** UTC start of the first half-hour, and how many there are; the last ones need not be over yet. */
  readonly from: EpochSeconds;
  readonly count: number;
  /** kWh, m³ or kvarh by meter, as measured; NaN where it is not: an estimate has no ups and downs of its own. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** °C outdoors; absent where the site does not say where it is measured. */
  readonly temperature?: Float64Array | undefined;
  /** What a kWh or m³ of each meter costs and emits. */
  readonly worth: ReadonlyMap<string, UnitWorth>;
}

type Columns = Pick<SiteColumns, 'columns' | 'count'>;

/** The half-hours of a meter; unknown all through where it was not read. */
export function columnOf({ columns, count }: Columns, meter: string): Float64Array {
  return columns.get(meter) ?? new Float64Array(count).fill(Number.NaN);
}

/** What a meter used: below nothing is no use, and comes of meters that do not count at the same second. */
export function useOf(columns: Columns, { terms }: Pick<UseSubject, 'terms'>): Float64Array {
  const [first, ...others] = terms;
  const own = columnOf(columns, first?.meter ?? '');
  if (others.length === 0) return own;
  const use = own.slice();
  for (const { meter, times } of others) {
    const column = columnOf(columns, meter);
    for (let i = 0; i < use.length; i++) use[i] = (use[i] as number) + times * (column[i] as number);
  }
  for (let i = 0; i < use.length; i++) if ((use[i] as number) < 0) use[i] = 0;
  return use;
}

/** Adds up columns; NaN where one of them is. */
function sumOf(columns: Columns, meters: readonly string[]): Float64Array {
  const sum = new Float64Array(columns.count);
  for (const meter of meters) {
    const column = columnOf(columns, meter);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (column[i] as number);
  }
  return sum;
}

/** A balance's residual, and by day how large it may be by the accuracy of its meters. */
export function balanceOf(columns: Columns, { terms, subs }: BalanceSubject, main: Watched): WatchedBalance {
  const parts = terms.map((term) => ({ ...term, column: columnOf(columns, term.meter) }));
  const residual = new Float64Array(columns.count);
  for (const { supply, sub, column } of parts) {
    for (let i = 0; i < residual.length; i++)
      residual[i] = (residual[i] as number) + (supply - sub) * (column[i] as number);
  }
  const bound = Float64Array.from(main.clock.days, ({ first, count }) => {
    const amounts = parts.map(({ supply, sub, accuracy = Number.NaN, resolution, column }) => {
      let amount = 0;
      for (let i = first; i < first + count; i++) if (!Number.isNaN(residual[i])) amount += column[i] as number;
      return { times: supply - sub, amount, accuracy, resolution };
    });
    return boundOf(amounts, 1);
  });
  return { main, subs, residual, bound };
}

/** kVA of a supply; undefined where nobody counts its kvarh or says between which two its power factor lies. */
export function capacityOf(columns: Columns, point: PointSubject, clock: Clock): WatchedCapacity | undefined {
  const { meter, powerFactor } = point;
  const kwh = columnOf(columns, meter.id);
  const agreed = new Float64Array(clock.count);
  for (const { date, first, count } of clock.days) {
    agreed.fill(validOn(point.agreed, date)?.value ?? Number.NaN, first, first + count);
  }
  const kvarh = kvarhOf(columns, point);
  if (kvarh) {
    const kva = kwh.map((one, i) => apparentPower(one, kvarh[i] as number));
    return { meter, clock, low: kva, best: kva, high: kva, agreed };
  }
  if (!powerFactor) return undefined;
  const at = (factor: number): Float64Array => kwh.map((one) => (2 * one) / factor);
  const { least, most } = powerFactor;
  return { meter, clock, low: at(most), best: at((least + most) / 2), high: at(least), agreed };
}

/** Undefined where kvarh are not counted. */
export function reactiveOf(columns: Columns, point: PointSubject, clock: Clock): WatchedReactive | undefined {
  const reactive = kvarhOf(columns, point);
  return reactive && { meter: point.meter, clock, active: columnOf(columns, point.meter.id), reactive };
}

function kvarhOf(columns: Columns, { drawn, given }: PointSubject): Float64Array | undefined {
  if (drawn.length === 0) return undefined;
  return greaterReactive(sumOf(columns, drawn), sumOf(columns, given));
}
