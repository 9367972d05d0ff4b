import type { Meter } from '../domain/estate.ts';
import { dateOf, type EpochSeconds, startOfDay, addDays } from '../domain/time.ts';
import { dialectOf } from './dialects/all.ts';
import type { Dialect, Say } from './dialects/dialect.ts';
import type { FaultPlan } from './faults.ts';
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

/** The device of a meter with its part of a plan; undefined for meters that send nothing (virtual ones, tanks). */
export function deviceOf(model: Model, meter: Meter, plan: FaultPlan = []): Device | undefined {
  const spoken = dialectOf(meter);
  if (!spoken) return undefined;
  const dialect = spoken.begin?.(meter) ?? spoken;
  const amountAt = (at: EpochSeconds): number => model.amountAt(meter.id, at);
  const perCount = amountPerCount(meter);
  const turns: { at: EpochSeconds; opening: number }[] = [];
  let opening: number | undefined;
  for (const fault of plan) {
    if (fault.meter !== meter.id) continue;
    if (fault.kind === 'reset') turns.push({ at: fault.from, opening: 0 });
    if (fault.kind === 'exchange') turns.push({ at: fault.from, opening: fault.opening });
    // The register stands where it must, for its highest number to fall on the moment.
    if (fault.kind === 'rollover') opening = -amountAt(fault.from) / perCount;
  }
  const face = faceOf(meter, model.start, model.seed, amountAt, turns, opening);
  const tellsDays = dialect.name === 'tasmota-sensor';
  // Behind transformers a meter sees, and tells, the smaller rate; the multiplier brings it back. Pulses say
  // nothing of it.
  const ratio = meter.unit === 'pulse' ? 1 : (meter.multiplier.at(-1)?.times ?? 1);
  return {
    meter,
    dialect,
    face,
    say(at, withRate) {
      const amount = amountAt(at);
      const register = face.shows(at, amount);
      const rate = withRate ? model.rateAt(meter.id, at) / ratio : undefined;
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

/** All devices of an estate, or of some of its meters, in the order of its register. */
export function devicesOf(model: Model, meters?: readonly string[], plan: FaultPlan = []): Device[] {
  const wanted = meters ?? [...model.estate.meters.keys()];
  return wanted.flatMap((id) => {
    const meter = model.estate.meters.get(id);
    if (!meter) throw new RangeError(`no meter ${id} in the estate`);
    return deviceOf(model, meter, plan) ?? [];
  });
}
