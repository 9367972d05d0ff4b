import type { Listener } from '../domain/estate/estate.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Decoded, DecodeDoubt, DecodedReading } from './decoder.ts';
import { sayValue, strictNumber } from './strict-number.ts';
import { readQuantity, type WrittenUnit } from './written-units.ts';

/** A value as a message has it. */
export interface Found {
  /** What the message calls it, for the sentence that says what is wrong with it. */
  readonly name: string;
  /** `undefined` is nothing; anything else that is no number is a doubt. */
  readonly raw: unknown;
  /** As the message states it; undefined where only the estate knows. */
  readonly unit: WrittenUnit | undefined;
  readonly at: EpochSeconds | undefined;
}

const fullFields: ReadonlySet<number> = new Set([2 ** 32 - 1, 2 ** 31 - 1]);

/** What a decoder finds in a message, one value after the other. */
export class Gathered {
  readonly readings: DecodedReading[] = [];
  readonly doubts: DecodeDoubt[] = [];

  /** What the face of a meter shows. */
  register(meter: Listener, found: Found): void {
    const quantity = found.unit?.quantity ?? readQuantity(meter.unit);
    if (quantity === undefined) {
      this.doubt(meter, 'reading.wrong-unit', `the meter counts ${meter.unit}, which no register counts`);
    } else this.#add({ meter: meter.id, quantity, kind: 'register' }, found);
  }

  /** A power or flow now; without a unit it says nothing, as the estate knows only that of the register. */
  instant(meter: Listener, found: Found): void {
    const quantity = found.unit?.quantity;
    if (quantity === 'power' || quantity === 'flow') this.#add({ meter: meter.id, quantity, kind: 'instant' }, found);
  }

  doubt(meter: Listener, code: DecodeDoubt['code'], detail: string): void {
    this.doubts.push({ meter: meter.id, code, detail });
  }

  /** The answer, with `nothing` as the reason where there is nothing to keep. */
  answer(nothing: string): Exclude<Decoded, { problem: unknown }> {
    const { readings, doubts } = this;
    if (readings.length === 0 && doubts.length === 0) return { ignored: nothing };
    return doubts.length > 0 ? { readings, doubts } : { readings };
  }

  #add(what: Pick<DecodedReading, 'meter' | 'quantity' | 'kind'>, { name, raw, unit, at }: Found): void {
    if (raw === undefined) return;
    const number = strictNumber(raw);
    const times = unit?.times ?? 1;
    // A full integer field says "I do not know"; scaled, nobody would see it any more.
    if (number !== undefined && times !== 1 && fullFields.has(number)) {
      this.doubts.push({ meter: what.meter, code: 'reading.sentinel', detail: `${name} is ${number}` });
      return;
    }
    const value = number === undefined ? undefined : scaled(number, times);
    if (value !== undefined && Number.isFinite(value)) this.readings.push({ ...what, value, unit: unit?.unit, at });
    else this.doubts.push({ meter: what.meter, code: 'reading.not-a-number', detail: `${name} is ${sayValue(raw)}` });
  }
}

/** Dividing by a whole number keeps `12345` tenths free of a stray last digit. */
export function scaled(value: number, times: number): number {
  if (times === 1) return value;
  const divisor = Math.round(1 / times);
  return times < 1 && Math.abs(divisor * times - 1) < 1e-12 ? value / divisor : value * times;
}
