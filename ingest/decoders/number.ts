import type { ReadingQuantity } from '../../domain/readings/reading.ts';
import { isLevel } from '../../domain/observed/register.ts';
import { quantityOf, type Unit } from '../../domain/units.ts';
import { textOf } from '../bounded-json.ts';
import type { DecodedReading, Decoder } from '../decoder.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

/** What a register can count. */
const counted: ReadonlyMap<string, ReadingQuantity> = new Map(
  (['energy', 'volume', 'reactive_energy', 'mass', 'count'] as const).map((quantity) => [quantity, quantity]),
);
/** No number that a meter shows is longer. */
const longestPayload = 256;

/** The register of a topic that carries one bare number. */
export const number: Decoder = {
  name: 'number',
  title: 'Plain number',
  describes: {
    topic: 'any',
    channel: 'none',
    reads:
      'the whole payload, one decimal number: the register, in the unit that the estate says; of a series observed outside its temperature or other level now',
    stamp: 'none: receipt',
    traps: 'leading zeros are decimal; `nan`, `12,5`, `0x10` and an empty payload are no numbers',
  },
  decode(message, meters) {
    if (message.payload.length === 0) return { problem: 'message.empty', detail: 'the payload is empty' };
    if (message.payload.length > longestPayload) {
      return { problem: 'message.too-large', detail: `${message.payload.length} bytes are not one number` };
    }
    const text = textOf(message.payload);
    const value = strictNumber(text);
    if (value === undefined) return { problem: 'reading.not-a-number', detail: `the payload is ${sayValue(text)}` };
    const readings: DecodedReading[] = [];
    for (const meter of meters) {
      if (meter.quantity && isLevel(meter.quantity)) {
        readings.push({
          meter: meter.id,
          quantity: meter.quantity,
          kind: 'instant',
          value,
          unit: undefined,
          at: undefined,
        });
        continue;
      }
      const quantity = countedQuantity(meter.unit);
      if (quantity === undefined) {
        return { problem: 'reading.wrong-unit', detail: `${meter.id} counts ${meter.unit}, which no register counts` };
      }
      readings.push({ meter: meter.id, quantity, kind: 'register', value, unit: undefined, at: undefined });
    }
    return { readings };
  },
  examples: [
    {
      why: 'leading zeros are decimal, not octal',
      source: 'own; the form of DSMR-reader split topics',
      topic: 'dsmr/reading/electricity_delivered_1',
      payload: '00746.379',
      meters: [{ id: 'office-e', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          {
            meter: 'office-e',
            quantity: 'energy',
            kind: 'register',
            value: 746.379,
            unit: undefined,
            at: undefined,
          },
        ],
      },
    },
    {
      why: 'a line end from a shell; pulses of a water meter',
      source: 'own',
      topic: 'pulse/7',
      payload: '48213\n',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water' }],
      gives: {
        readings: [
          { meter: 'kitchen-w', quantity: 'count', kind: 'register', value: 48213, unit: undefined, at: undefined },
        ],
      },
    },
    {
      why: 'a bare temperature, below zero',
      source: 'own',
      topic: 'weather/roof',
      payload: '-2.5',
      meters: [{ id: 'outside', unit: 'degC', quantity: 'temperature' }],
      gives: {
        readings: [
          {
            meter: 'outside',
            quantity: 'temperature',
            kind: 'instant',
            value: -2.5,
            unit: undefined,
            at: undefined,
          },
        ],
      },
    },
    ...(['nan', 'Infinity', '0x10', '12,5', 'unavailable'] as const).map((payload) => ({
      why: `${payload} is no number`,
      source: 'own',
      topic: 'pulse/7',
      payload,
      meters: [{ id: 'kitchen-w', unit: 'm3', utility: 'water' } as const],
      gives: { problem: 'reading.not-a-number', detail: `the payload is "${payload}"` } as const,
    })),
    {
      why: 'an empty payload is not zero',
      source: 'own; evcc publishes nothing for nil',
      topic: 'pulse/7',
      payload: '',
      meters: [{ id: 'kitchen-w', unit: 'm3', utility: 'water' }],
      gives: { problem: 'message.empty', detail: 'the payload is empty' },
    },
  ],
};

function countedQuantity(unit: Unit): ReadingQuantity | undefined {
  return counted.get(quantityOf(unit));
}
