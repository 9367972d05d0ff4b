import type { Meter } from '../../domain/estate.ts';
import type { ReadingQuantity } from '../../domain/reading.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Unit } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { DecodeDoubt, DecodedReading, Decoder } from '../decoder.ts';
import { londonStamp, sinceClockSet } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

/** Tasmota prints a C float: `nan`, `-nan` and `inf` are no JSON and would take the whole message with them. */
const bareNan = /([:[,]\s*)-?(?:nan|inf)(?=\s*[,}\]])/gi;
const counterChannel = /^C[1-8]$/;

interface Gathered {
  readonly readings: DecodedReading[];
  readonly doubts: DecodeDoubt[];
}

/**
 * The value of a meter's channel where a device has one value or a list of them: undefined when the message does not
 * have it, the list itself when the meter does not say which.
 */
function ofChannel(value: unknown, channel: string | undefined): unknown {
  if (!Array.isArray(value)) return channel === undefined || channel === '1' ? value : undefined;
  const list = value as readonly unknown[];
  if (channel === undefined) return list.length === 1 ? list[0] : list;
  return /^[1-9]$/.test(channel) ? list[Number(channel) - 1] : undefined;
}

function add(
  into: Gathered,
  meter: string,
  what: readonly [ReadingQuantity, DecodedReading['kind'], Unit],
  raw: unknown,
  at: EpochSeconds | undefined,
) {
  if (raw === undefined) return;
  const [quantity, kind, unit] = what;
  const value = typeof raw === 'number' ? strictNumber(raw) : undefined;
  if (value !== undefined) into.readings.push({ meter, quantity, kind, value, unit, at });
  else if (Array.isArray(raw)) {
    const detail = `${quantity} has ${raw.length} channels and the meter names none`;
    into.doubts.push({ meter, code: 'message.unparsable', detail });
  } else into.doubts.push({ meter, code: 'reading.not-a-number', detail: `${quantity} is ${sayValue(raw)}` });
}

function gather(body: JsonObject, meter: Meter, at: EpochSeconds | undefined, into: Gathered) {
  if (meter.channel !== undefined && counterChannel.test(meter.channel)) {
    add(into, meter.id, ['count', 'register', 'pulse'], objectOf(body.COUNTER)?.[meter.channel], at);
    return;
  }
  const energy = objectOf(body.ENERGY);
  if (!energy) return;
  add(into, meter.id, ['energy', 'register', 'kWh'], ofChannel(energy.Total, meter.channel), at);
  add(into, meter.id, ['power', 'instant', 'W'], ofChannel(energy.Power, meter.channel), at);
}

/** Tasmota's periodic telemetry of energy meters and pulse counters. */
export const tasmotaSensor: Decoder = {
  name: 'tasmota-sensor',
  title: 'Tasmota SENSOR',
  describes: {
    topic: '`tele/<device>/SENSOR`',
    channel: '`1`, `2`, `3` where the device has several circuits; `C1` to `C8` for a pulse counter',
    reads: '`ENERGY.Total` in kWh, `ENERGY.Power` in W, `COUNTER` in pulses',
    stamp: '`Time`: the clock on a wall in London, or with an offset',
    traps:
      '`Today` and `Yesterday` start again every day and are left alone; a bare `nan` is not JSON and is read as unknown',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload, (text) => text.replace(bareNan, '$1null'));
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const { Time: time } = body;
    const at = time === undefined ? undefined : londonStamp(time, message.received);
    if (time !== undefined && at === undefined) {
      return { problem: 'message.unparsable', detail: `"Time" is ${sayValue(time)}` };
    }
    const gathered: Gathered = { readings: [], doubts: [] };
    for (const meter of meters) gather(body, meter, sinceClockSet(at), gathered);
    const { readings, doubts } = gathered;
    if (readings.length === 0 && doubts.length === 0) return { ignored: 'no energy and no counter of these meters' };
    return doubts.length > 0 ? { readings, doubts } : { readings };
  },
  examples: [
    {
      why: 'one channel; the time is the clock in London, here winter time',
      source: 'own; the shape of the documented message of a POW R2',
      topic: 'tele/plant-fan/SENSOR',
      payload:
        '{"Time":"2026-02-15T17:37:10","ENERGY":{"TotalStartTime":"2024-11-14T18:39:40","Total":6.294,"Yesterday":5.340,"Today":0.954,' +
        '"Period":217,"Power":2635,"ApparentPower":2650,"ReactivePower":282,"Factor":0.99,"Voltage":227,"Current":11.661}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'fan', quantity: 'energy', kind: 'register', value: 6.294, unit: 'kWh', at: 1_771_177_030 },
          { meter: 'fan', quantity: 'power', kind: 'instant', value: 2635, unit: 'W', at: 1_771_177_030 },
        ],
      },
    },
    {
      why: 'two circuits in one message; the voltage they share stays one value; summer time',
      source: 'own; the shape of a field message of a two-channel meter',
      topic: 'tele/lab/SENSOR',
      payload:
        '{"Time":"2026-09-18T11:19:21","ENERGY":{"TotalStartTime":"2026-09-16T00:00:00","Total":[2.813,0.254],"Today":[0.772,0.059],' +
        '"Power":[52,5],"Voltage":235,"BL09XX":{"Temperature":46.5}}}',
      meters: [
        { id: 'lab-1', unit: 'kWh', utility: 'electricity', channel: '1' },
        { id: 'lab-2', unit: 'kWh', utility: 'electricity', channel: '2' },
        { id: 'lab-3', unit: 'kWh', utility: 'electricity', channel: '3' },
      ],
      gives: {
        readings: [
          { meter: 'lab-1', quantity: 'energy', kind: 'register', value: 2.813, unit: 'kWh', at: 1_789_726_761 },
          { meter: 'lab-1', quantity: 'power', kind: 'instant', value: 52, unit: 'W', at: 1_789_726_761 },
          { meter: 'lab-2', quantity: 'energy', kind: 'register', value: 0.254, unit: 'kWh', at: 1_789_726_761 },
          { meter: 'lab-2', quantity: 'power', kind: 'instant', value: 5, unit: 'W', at: 1_789_726_761 },
        ],
      },
    },
    {
      why: 'two circuits and a meter that does not say which: neither is guessed',
      source: 'own',
      topic: 'tele/lab/SENSOR',
      payload: '{"Time":"2026-09-18T11:19:21","ENERGY":{"Total":[2.813,0.254]}}',
      meters: [{ id: 'lab', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [],
        doubts: [
          { meter: 'lab', code: 'message.unparsable', detail: 'energy has 2 channels and the meter names none' },
        ],
      },
    },
    {
      why: 'a bare nan beside a good register: the register is kept, the nan is a doubt where it is ours',
      source: 'own; the form of a public issue (Tasmota 4147)',
      topic: 'tele/plant-fan/SENSOR',
      payload:
        '{"Time": "2026-01-23T23:47:58","DHT11": {"Temperature": nan,"Humidity": -nan},"ENERGY":{"Total":7.5,"Power":nan}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [{ meter: 'fan', quantity: 'energy', kind: 'register', value: 7.5, unit: 'kWh', at: 1_769_212_078 }],
        doubts: [{ meter: 'fan', code: 'reading.not-a-number', detail: 'power is null (the meter does not know)' }],
      },
    },
    {
      why: 'a pulse counter, zero after a restart: zero is a value',
      source: 'own; the shape of a field message',
      topic: 'tele/water-out/SENSOR',
      payload: '{"Time":"2026-12-21T09:16:59","COUNTER":{"C1":0}}',
      meters: [{ id: 'water-out', unit: 'pulse', utility: 'water', channel: 'C1' }],
      gives: {
        readings: [
          { meter: 'water-out', quantity: 'count', kind: 'register', value: 0, unit: 'pulse', at: 1_797_844_619 },
        ],
      },
    },
    {
      why: 'before the device has heard the time its clock says 1970: not believed',
      source: 'own',
      topic: 'tele/plant-fan/SENSOR',
      payload: '{"Time":"1970-01-01T00:00:23","ENERGY":{"Total":7.5}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [{ meter: 'fan', quantity: 'energy', kind: 'register', value: 7.5, unit: 'kWh', at: undefined }],
      },
    },
    {
      why: 'a sensor without a meter',
      source: 'own',
      topic: 'tele/plant-fan/SENSOR',
      payload: '{"Time":"2026-01-23T23:47:58","AM2301":{"Temperature":21.4,"Humidity":44.0},"TempUnit":"C"}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'no energy and no counter of these meters' },
    },
    {
      why: 'a time that no clock shows',
      source: 'own; a gateway was seen to send 2020-0327T…',
      topic: 'tele/plant-fan/SENSOR',
      payload: '{"Time":"2026-0123T23:47:58","ENERGY":{"Total":7.5}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'message.unparsable', detail: '"Time" is "2026-0123T23:47:58"' },
    },
  ],
};
