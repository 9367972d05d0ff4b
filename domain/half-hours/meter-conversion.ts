import type { Meter } from '../estate/estate.ts';
import { validOn } from '../estate/estate.ts';
import { gasEnergyPerVolume } from './gas.ts';
import type { EpochSeconds, LocalDate, Period } from '../time.ts';
import { addDays, startOfDay } from '../time.ts';
import type { Unit } from '../units.ts';
import { quantityOf, rescale, units } from '../units.ts';

/** What one count of a register means. Undefined is "not known" or "this utility has none"; it is never 0. */
export interface CountMeaning {
  /** kWh, or kvarh for a reactive meter. */
  readonly energy: number | undefined;
  /** m³ as metered: what the face counts, before any gas correction, so that it reconciles with the meter. */
  readonly volume: number | undefined;
}

/** A meaning and the instant it holds from. */
export interface DatedMeaning extends CountMeaning {
  readonly from: EpochSeconds;
}

/** What one count of a meter's register means on a London date: multiplier, unit, gas or fuel conversion. */
export function countMeaningOn(meter: Meter, date: LocalDate): CountMeaning {
  const multiplier = validOn(meter.multiplier, date);
  if (multiplier === undefined) return { energy: undefined, volume: undefined };
  const unit: Unit = multiplier.unit ?? meter.unit;
  const { times } = multiplier;
  const quantity = quantityOf(unit);
  const volume = quantity === 'volume' ? times * units[unit].size : undefined;
  return { energy: energyPerCount(meter, date, unit, times), volume };
}

function energyPerCount(meter: Meter, date: LocalDate, unit: Unit, times: number): number | undefined {
  const quantity = quantityOf(unit);
  if (quantity === 'energy') return meter.measures === 'reactive' ? undefined : rescale(times, unit, 'kWh');
  if (quantity === 'reactive_energy') return meter.measures === 'reactive' ? rescale(times, unit, 'kvarh') : undefined;
  if (meter.utility === 'gas' && quantity === 'volume') {
    const perVolume = gasEnergyPerVolume(meter, date);
    return perVolume === undefined ? undefined : times * units[unit].size * perVolume;
  }
  const content = validOn(meter.energy_content ?? [], date);
  if (content === undefined || quantityOf(content.per) !== quantity) return undefined;
  return rescale(times, unit, content.per) * content.kwh;
}

/** Every date on which the meaning changes, as instants of local midnight (so always on a half-hour), oldest first. */
export function countMeaningsOf(meter: Meter): readonly DatedMeaning[] {
  const kept = meanings.get(meter);
  if (kept !== undefined) return kept;
  const dates = new Set<LocalDate>(['1970-01-01']);
  for (const list of [meter.multiplier, meter.calorific_value ?? [], meter.energy_content ?? []]) {
    for (const entry of list) if (entry.from > '1970-01-01') dates.add(entry.from);
  }
  const list = [...dates].sort().map((date, i) => ({
    from: i === 0 ? Number.NEGATIVE_INFINITY : startOfDay(date),
    ...countMeaningOn(meter, date),
  }));
  meanings.set(meter, list);
  return list;
}
// A pure function's memory: a register of the estate is replaced, never changed, and takes its meters with it.
const meanings = new WeakMap<Meter, readonly DatedMeaning[]>();

/** The entry of `countMeaningsOf` that holds at an instant. */
export function meaningAt(meanings: readonly DatedMeaning[], at: EpochSeconds): DatedMeaning {
  let i = meanings.length - 1;
  while (i > 0 && (meanings[i] as DatedMeaning).from > at) i--;
  return meanings[i] as DatedMeaning;
}

/** The most counts a second that a meter's rating lets through; undefined without a rating or a way to compare it. */
export function ratedCountsPerSecond(meter: Meter, meaning: CountMeaning): number | undefined {
  if (meter.rating === undefined) return undefined;
  const { value, unit } = meter.rating;
  // Real power never exceeds apparent power, so kVA bounds kW from above.
  const power = unit === 'kVA' ? value : quantityOf(unit) === 'power' ? rescale(value, unit, 'kW') : undefined;
  if (power !== undefined) return meaning.energy === undefined ? undefined : power / 3600 / meaning.energy;
  return meaning.volume === undefined ? undefined : rescale(value, unit, 'm3/h') / 3600 / meaning.volume;
}

/**
 * When a meter is valid: from the first midnight of `valid_from` to the end of the day `valid_to`, both days included.
 * One that is computed from others is not before its first formula.
 */
export function validityOf(meter: Pick<Meter, 'valid_from' | 'valid_to' | 'formula'>): Period {
  const formulas = (meter.formula ?? []).map(({ from }) => from).sort();
  const first = [meter.valid_from, formulas[0]]
    .filter((date) => date !== undefined)
    .sort()
    .at(-1);
  return {
    from: first === undefined ? Number.NEGATIVE_INFINITY : startOfDay(first),
    to: meter.valid_to === undefined ? Number.POSITIVE_INFINITY : startOfDay(addDays(meter.valid_to, 1)),
  };
}
