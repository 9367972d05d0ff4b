import { daySeconds, type EpochSeconds, halfHourSeconds, minutesOf, type Period } from '../domain/time.ts';
import { type Happening, mendedAt } from './happenings.ts';

/** Half-hours of a stretch: when each is, and what the clock and the calendar say then. */
export interface HalfHours {
  readonly start: EpochSeconds;
  readonly count: number;
  /** Half-hour of the local clock, and kind of day (0: weekday). */
  readonly calendar: { readonly slot: ArrayLike<number>; readonly kind: ArrayLike<number> };
}

/** What a happening does to what passes its meter: so much more in an hour, or so many times as much. */
export interface Effect {
  /** kW or m³/h while `runs`; of a creeping one, at the end. */
  readonly adds?: number;
  /** 0.1 for a tenth more. */
  readonly grows?: number;
  readonly over_days?: number;
  /** Always where absent. */
  readonly runs?: (slot: number, kind: number) => boolean;
}

/** Undefined of what is no more or less of the same: heat, the sun and the network are other matters. */
function effectOf(one: Happening): Effect | undefined {
  switch (one.kind) {
    case 'measure':
      return { grows: -one.saves };
    case 'leak':
    case 'burst-main':
      return { adds: one.flow };
    case 'night-leak':
      return { adds: one.flow, runs: within('22:00-06:00') };
    case 'left-on':
      return { adds: one.power, runs: (slot, kind) => kind > 0 || slot < 14 || slot >= 38 };
    case 'out-of-hours':
      return { adds: one.power, runs: within(one.hours) };
    case 'peak-load': {
      const isWithin = within(one.hours);
      return { adds: one.power, runs: (slot, kind) => kind === 0 && isWithin(slot) };
    }
    case 'added-load':
      return { adds: one.power };
    case 'creeping-load':
      return { adds: one.power, over_days: one.over_days };
    case 'wear':
      return { grows: one.share, over_days: one.over_days };
    case 'overrun':
      return { grows: one.share };
    default:
      return undefined;
  }
}

/** By the clock, over midnight where the end is before the beginning. */
function within(hours: string): (slot: number) => boolean {
  const [from = 0, to = 0] = hours.split('-').map((time) => minutesOf(time) / 30);
  return (slot) => (from < to ? slot >= from && slot < to : slot >= from || slot < to);
}

/** The places of a stretch in which a happening lasts. */
export function placesOf(one: Happening, halfHours: Pick<HalfHours, 'start' | 'count'>): [number, number] {
  return placesWithin({ from: one.from, to: mendedAt(one) }, halfHours);
}

/** The places of a stretch of half-hours that begin in a period. */
export function placesWithin(
  { from, to }: Period,
  { start, count }: Pick<HalfHours, 'start' | 'count'>,
): [number, number] {
  const place = (at: number): number => Math.min(count, Math.max(0, Math.ceil((at - start) / halfHourSeconds)));
  return [place(from), place(to)];
}

/** By how much what happens at a meter changes what passes it, in the unit of the flow. */
export function changeOf(happenings: readonly Happening[], flow: Float64Array, halfHours: HalfHours): Float64Array {
  const changed = flow.slice();
  const { start, calendar } = halfHours;
  for (const one of happenings) {
    const effect = effectOf(one);
    if (!effect) continue;
    const { adds = 0, grows = 0, over_days: overDays, runs } = effect;
    const [first, end] = placesOf(one, halfHours);
    for (let i = first; i < end; i++) {
      if (runs && !runs(calendar.slot[i] ?? 0, calendar.kind[i] ?? 0)) continue;
      const days = (start + i * halfHourSeconds - one.from) / daySeconds;
      const grown = overDays === undefined ? 1 : Math.min(1, days / overDays);
      changed[i] = (changed[i] ?? 0) * (1 + grown * grows) + (grown * adds) / 2;
    }
  }
  return changed.map((value, i) => value - (flow[i] ?? 0));
}
