import type { Meter } from '../domain/estate.ts';
import { dateOf, type EpochSeconds, startOfDay, addDays } from '../domain/time.ts';
import { dialectOf } from './dialects/all.ts';
import type { Dialect, Say } from './dialects/dialect.ts';
import type { Model } from './model.ts';
import { amountPerCount, type Face, faceOf } from './registers.ts';

/** A meter that speaks: its true amounts, its face and its dialect. */
export interface Device {
  readonly meter: Meter;
  readonly dialect: Dialect;
  readonly face: Face;
  /** What it has to say at an instant. */
  say(at: EpochSeconds, withRate: boolean): Say;
}

/** The device of a meter; undefined for meters that send nothing (virtual ones, tanks). */
export function deviceOf(
  model: Model,
  meter: Meter,
  turns: readonly { readonly at: EpochSeconds; readonly opening: number }[] = [],
  opening?: number,
): Device | undefined {
  const dialect = dialectOf(meter);
  if (!dialect) return undefined;
  const amountAt = (at: EpochSeconds): number => model.amountAt(meter.id, at);
  const face = faceOf(meter, model.start, model.seed, amountAt, turns, opening);
  const tellsDays = dialect.name === 'tasmota-sensor';
  return {
    meter,
    dialect,
    face,
    say(at, withRate) {
      const amount = amountAt(at);
      const register = face.shows(at, amount);
      const rate = withRate ? model.rateAt(meter.id, at) : undefined;
      if (!tellsDays) return { at, register, rate };
      return { at, register, rate, ...daysBefore(model, meter, at, amount) };
    },
  };
}

function daysBefore(
  model: Model,
  meter: Meter,
  at: EpochSeconds,
  amount: number,
): { today: number; yesterday: number } {
  const date = dateOf(at);
  const midnight = Math.max(model.start, startOfDay(date));
  const before = Math.max(model.start, startOfDay(addDays(date, -1)));
  const perCount = amountPerCount(meter);
  const atMidnight = model.amountAt(meter.id, midnight);
  return {
    today: (amount - atMidnight) / perCount,
    yesterday: (atMidnight - model.amountAt(meter.id, before)) / perCount,
  };
}

/** All devices of an estate, in the order of its register. */
export function devicesOf(model: Model, meters?: readonly string[]): Device[] {
  const wanted = meters ?? [...model.estate.meters.keys()];
  return wanted.flatMap((id) => {
    const meter = model.estate.meters.get(id);
    if (!meter) throw new RangeError(`no meter ${id} in the estate`);
    return deviceOf(model, meter) ?? [];
  });
}
