import type { Meter } from '../domain/estate/estate.ts';
import { dateOf, type EpochSeconds, startOfDay, addDays } from '../domain/time.ts';
import { dialectOf } from './dialects/all.ts';
import type { Dialect, Say } from './dialects/dialect.ts';
import type { FaultPlan, Planned } from './faults.ts';
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
  const wirings = plan.flatMap((fault) => (fault.meter === meter.id ? (wiringOf(fault, dialect) ?? []) : []));
  /** What the device has counted of what passed. */
  const amountAt = (at: EpochSeconds): number => {
    let amount = model.amountAt(meter.id, at);
    for (const { from, to, counted } of wirings) {
      if (at > from)
        amount += (counted - 1) * (model.amountAt(meter.id, Math.min(at, to)) - model.amountAt(meter.id, from));
    }
    return amount;
  };
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
      const wiring = wirings.find(({ from, to }) => from <= at && at < to);
      const rate = withRate ? (model.rateAt(meter.id, at) * (wiring?.shown ?? 1)) / ratio : undefined;
      if (!tellsDays) return { at, register, rate };
      return { at, register, rate, ...daysBefore(model, meter, at, model.amountAt(meter.id, at)) };
    },
  };
}

/** What a device makes of each kWh while its transformers or its weight are wrong: in its register, and as power. */
function wiringOf(
  fault: Planned,
  dialect: Dialect,
): { from: number; to: number; counted: number; shown: number } | undefined {
  switch (fault.kind) {
    case 'reversed-ct':
      // Who always tells power beside the register counts import and export apart.
      return { ...fault, counted: dialect.rates === 'always' ? 0 : -1, shown: -1 };
    case 'swapped-ct':
      return { ...fault, counted: fault.share, shown: fault.share };
    case 'wrong-weight':
      return { ...fault, counted: fault.factor, shown: fault.factor };
    default:
      return undefined;
  }
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
    if (!meter && model.estate.observed?.has(id)) return [];
    if (!meter) throw new RangeError(`no meter ${id} in the estate`);
    return deviceOf(model, meter, plan) ?? [];
  });
}
