import type { Meter } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { baseUnitOf, quantityOf, type Unit, units } from '../domain/units.ts';
import { chanceAt, seedOf } from './chance.ts';

/**
 * The face of a meter: true amounts become a number of digits and steps that starts where some earlier life left
 * it, goes through its highest number to zero, and begins again when the meter is exchanged.
 */
export interface Face {
  /** The number shown when `amount` base units have passed since the start, at an instant. */
  shows(at: EpochSeconds, amount: number): number;
  /** One step of the register in base units: what a day's total can be out by. */
  readonly step: number;
}

/** From an instant on the face counts from `opening`. */
interface Turn {
  readonly at: EpochSeconds;
  readonly amount: number;
  readonly opening: number;
  readonly digits: number;
}

/** The unit that a register counts in, its multiplier's unit where it counts pulses. */
function countedUnit(meter: Meter): Unit {
  return meter.multiplier.at(-1)?.unit ?? meter.unit;
}

/** The base unit that a meter's true amounts are told in: kWh or m³ (kg for fuel by weight). */
export function amountUnit(meter: Meter): Unit {
  return baseUnitOf(quantityOf(countedUnit(meter)));
}

/** Base units per count of the face. The multiplier that holds last counts throughout. */
export function amountPerCount(meter: Meter): number {
  return (meter.multiplier.at(-1)?.times ?? 1) * units[countedUnit(meter)].size;
}

/**
 * Base units that a kWh of fuel is at this meter: m³ by its own calorific value and correction, 1 where it counts
 * energy.
 */
export function amountPerKwhOf(meter: Meter): number {
  if (quantityOf(countedUnit(meter)) === 'energy') return 1;
  const content = meter.energy_content?.at(-1);
  if (content) return units[content.per].size / content.kwh;
  const correction = meter.volume_correction;
  const corrected =
    correction === undefined || correction === 'corrected'
      ? 1
      : 'site_factor' in correction
        ? correction.site_factor
        : 1.02264;
  return 3.6 / ((meter.calorific_value?.at(-1)?.value_mj_per_m3 ?? 39.5) * corrected);
}

const defaultRegister = { digits: 8, step: 0.01 };

/**
 * The face of a meter over a simulation. `amountAt` tells what has passed since the start; exchanges of the estate
 * register are kept exactly (the old meter ends on its closing number). `turns` are exchanges and resets that
 * nobody wrote down.
 */
export function faceOf(
  meter: Meter,
  start: EpochSeconds,
  seed: number,
  amountAt: (at: EpochSeconds) => number,
  turns: readonly { readonly at: EpochSeconds; readonly opening: number }[] = [],
  opening?: number,
): Face {
  const { digits, step } = meter.register ?? defaultRegister;
  const perCount = amountPerCount(meter);
  const exchanges = meter.exchanges
    .map((exchange) => ({ ...exchange, at: Date.parse(exchange.at) / 1000 }))
    .filter((exchange) => exchange.at >= start && exchange.at < start + 10 * 366 * 86_400)
    .sort((a, b) => a.at - b.at);
  const next = exchanges[0];
  const capacity = 10 ** digits;
  const first =
    opening ??
    (next
      ? next.closing - amountAt(next.at) / perCount
      : seededOpening(meter, seed, amountAt(start + 90 * 86_400) / perCount, capacity));
  const all: Turn[] = [{ at: start, amount: 0, opening: wrapped(first, capacity), digits }];
  for (const exchange of exchanges) {
    all.push({
      at: exchange.at,
      amount: amountAt(exchange.at),
      opening: exchange.opening,
      digits: exchange.digits ?? digits,
    });
  }
  for (const turn of turns) all.push({ at: turn.at, amount: amountAt(turn.at), opening: turn.opening, digits });
  all.sort((a, b) => a.at - b.at);
  const perUnit = Math.round(1 / step);
  const decimal = Math.abs(perUnit * step - 1) < 1e-9;
  return {
    step: step * perCount,
    shows(at, amount) {
      let turn = all[0] as Turn;
      for (let i = all.length - 1; i > 0; i--) {
        const later = all[i] as Turn;
        if (later.at <= at) {
          turn = later;
          break;
        }
      }
      const count = wrapped(turn.opening + (amount - turn.amount) / perCount, 10 ** turn.digits);
      // The small part more forgives a sum that floating point left just below a whole step.
      const steps = Math.floor(count / step + 1e-6);
      return decimal ? steps / perUnit : steps * step;
    },
  };
}

/** Some years of use, or what is left of them after the register went round. */
function seededOpening(meter: Meter, seed: number, quarter: number, capacity: number): number {
  const years = 2 + 6 * chanceAt(seedOf(seed, meter.id), 0);
  return quarter * 4 * years + 17 * chanceAt(seedOf(seed, meter.id), 1) < capacity
    ? quarter * 4 * years + 17 * chanceAt(seedOf(seed, meter.id), 1)
    : (quarter * 4 * years) % capacity;
}

function wrapped(count: number, capacity: number): number {
  return ((count % capacity) + capacity) % capacity;
}
