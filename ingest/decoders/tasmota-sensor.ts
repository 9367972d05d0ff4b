import type { Listener } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { epochStamp, londonStamp, sinceClockSet } from '../stamps.ts';
import { sayValue } from '../strict-number.ts';

/** Tasmota prints a C float: `nan`, `-nan` and `inf` are no JSON and would take the whole message with them. */
const bareNan = /([:[,]\s*)-?(?:nan|inf)(?=\s*[,}\]])/gi;
const counterChannel = /^C[1-8]$/;

type Stamp = EpochSeconds | undefined;

const kilowattHours = { unit: 'kWh', times: 1, quantity: 'energy' } as const;
const watts = { unit: 'W', times: 1, quantity: 'power' } as const;
const pulses = { unit: 'pulse', times: 1, quantity: 'count' } as const;

const registers = {
  taken: { circuit: 'Total', tariff: 'TotalTariff' },
  givenBack: { circuit: 'ExportActive', tariff: 'ExportTariff' },
} as const;
const placeShape = /^(tariff)?([1-9])$/;

/** What a meter's channel means of an energy meter. */
interface Part {
  readonly direction: keyof typeof registers;
  readonly list: 'circuit' | 'tariff';
  /** The place in a list, from 0; undefined where the channel does not say. */
  readonly place: number | undefined;
}

/** `2`, `tariff1`, `export`, `2/export`; undefined for a channel that is none of these. */
function partOf(channel: string | undefined): Part | undefined {
  const words = channel === undefined ? [] : channel.split('/');
  const direction = words.at(-1) === 'export' ? 'givenBack' : 'taken';
  const [place, ...more] = direction === 'givenBack' ? words.slice(0, -1) : words;
  if (place === undefined) return { direction, list: 'circuit', place: undefined };
  const match = placeShape.exec(place);
  if (!match || more.length > 0) return undefined;
  return { direction, list: match[1] === undefined ? 'circuit' : 'tariff', place: Number(match[2]) - 1 };
}

/**
 * The value of a place where a device has one value or a list of them: undefined when the message does not have it, the
 * list itself when the meter does not say which.
 */
function placed(value: unknown, place: number | undefined): unknown {
  if (!Array.isArray(value)) return place === undefined || place === 0 ? value : undefined;
  const list = value as readonly unknown[];
  if (place === undefined) return list.length === 1 ? list[0] : list;
  return list[place];
}

/** Three phases of one meter: their power is its power, and is not known when one of them is not. */
function summed(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const list = value as readonly unknown[];
  return list.every((each) => typeof each === 'number') ? list.reduce((sum, each) => sum + each, 0) : null;
}

/** A list where one value should be: the meter does not say which. */
function isUnplaced(into: Gathered, meter: Listener, name: string, raw: unknown): boolean {
  if (!Array.isArray(raw)) return false;
  into.doubt(meter, 'message.unparsable', `${name} has ${raw.length} channels and the meter names none`);
  return true;
}

function gather(body: JsonObject, energy: JsonObject | undefined, meter: Listener, at: Stamp, into: Gathered) {
  if (meter.channel !== undefined && counterChannel.test(meter.channel)) {
    into.register(meter, { name: 'count', raw: objectOf(body.COUNTER)?.[meter.channel], unit: pulses, at });
    return;
  }
  const part = partOf(meter.channel);
  if (!energy || !part) return;
  const { direction, list, place } = part;
  const register = placed(energy[registers[direction][list]], place);
  if (!isUnplaced(into, meter, 'energy', register)) {
    into.register(meter, { name: 'energy', raw: register, unit: kilowattHours, at });
  }
  // The power of an export register or a tariff is that of the meter they are parts of: it is kept there.
  if (direction === 'givenBack' || list === 'tariff') return;
  const { Power: power } = energy;
  const isOneMeter = place === undefined && !Array.isArray(energy.Total);
  const raw = isOneMeter ? summed(power) : placed(power, place);
  if (!isUnplaced(into, meter, 'power', raw)) into.instant(meter, { name: 'power', raw, unit: watts, at });
}

/** `Time` in any form the device can be told to write: undefined when there is none, null when it is no time. */
function stampOf(body: JsonObject, received: EpochSeconds): Stamp | null {
  const { Time: time, Epoch: epoch } = body;
  if (time === undefined && epoch === undefined) return undefined;
  const at = epochStamp(epoch) ?? epochStamp(time) ?? londonStamp(time, received);
  return at === undefined ? null : sinceClockSet(at);
}

/** Tasmota's periodic telemetry of energy meters and pulse counters. */
export const tasmotaSensor: Decoder = {
  name: 'tasmota-sensor',
  title: 'Tasmota SENSOR',
  describes: {
    topic:
      '`tele/<device>/SENSOR`, `stat/<device>/STATUS8` or `STATUS10`; `tele/<device>/ENERGY` of the oldest firmware',
    channel:
      'circuit (`1`, `2`, `3`) or `tariff1`, `tariff2`, with `/export` for what was given back (`export`, `2/export`); `C1` to `C8` ' +
      'for a pulse counter',
    reads: '`ENERGY.Total` and `ExportActive` in kWh, `Power` in W, `COUNTER` in pulses; one value or a list',
    stamp: '`Epoch`, else `Time`: the clock on a wall in London, with an offset, or epoch seconds',
    traps:
      '`Today` and `Yesterday` start again every day and are left alone; a bare `nan` is not JSON and is read as unknown; where ' +
      '`Total` is one number and `Power` a list, the list is its phases and is added; a `Total` of three numbers was the sum and two ' +
      'tariffs before version 8.3.1.3: circuit 1 is then the sum',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload, (text) => text.replace(bareNan, '$1null'));
    if ('problem' in parsed) return parsed;
    const outer = objectOf(parsed.value);
    if (!outer) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    // The answer to `Status 8` and `Status 10` wraps the same object.
    const body = objectOf(outer.StatusSNS) ?? outer;
    const at = stampOf(body, message.received);
    if (at === null) return { problem: 'message.unparsable', detail: `"Time" is ${sayValue(body.Time)}` };
    // Firmware of 2017 had a topic for energy alone.
    const energy = message.topic.endsWith('/ENERGY') ? body : objectOf(body.ENERGY);
    const gathered = new Gathered();
    for (const meter of meters) gather(body, energy, meter, at, gathered);
    return gathered.answer('no energy and no counter of these meters');
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
      why: 'three phases of one meter: their powers add up; import and export, each with its tariffs, are told apart by the channel',
      source: 'own; the documented message of a Modbus meter',
      topic: 'tele/plant/SENSOR',
      payload:
        '{"Time":"2026-01-23T23:47:58","ENERGY":{"TotalStartTime":"2025-11-23T15:33:47","Total":812.017,"TotalTariff":[212.000,600.017],' +
        '"Today":0.002,"ExportActive":41.500,"ExportTariff":[1.500,40.000],"Power":[1200,-150,300.5],"Voltage":[230,231,229]}}',
      meters: [
        { id: 'plant', unit: 'kWh', utility: 'electricity' },
        { id: 'plant-night', unit: 'kWh', utility: 'electricity', channel: 'tariff1' },
        { id: 'plant-export', unit: 'kWh', utility: 'electricity', channel: 'export' },
        { id: 'plant-export-day', unit: 'kWh', utility: 'electricity', channel: 'tariff2/export' },
      ],
      gives: {
        readings: [
          { meter: 'plant', quantity: 'energy', kind: 'register', value: 812.017, unit: 'kWh', at: 1_769_212_078 },
          { meter: 'plant', quantity: 'power', kind: 'instant', value: 1350.5, unit: 'W', at: 1_769_212_078 },
          { meter: 'plant-night', quantity: 'energy', kind: 'register', value: 212, unit: 'kWh', at: 1_769_212_078 },
          { meter: 'plant-export', quantity: 'energy', kind: 'register', value: 41.5, unit: 'kWh', at: 1_769_212_078 },
          {
            meter: 'plant-export-day',
            quantity: 'energy',
            kind: 'register',
            value: 40,
            unit: 'kWh',
            at: 1_769_212_078,
          },
        ],
      },
    },
    {
      why: 'one of three phases does not know: its power is not the sum of the two others',
      source: 'own',
      topic: 'tele/plant/SENSOR',
      payload: '{"Time":"2026-01-23T23:47:58","ENERGY":{"Total":812.017,"Power":[1200,nan,300.5]}}',
      meters: [{ id: 'plant', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'plant', quantity: 'energy', kind: 'register', value: 812.017, unit: 'kWh', at: 1_769_212_078 },
        ],
        doubts: [{ meter: 'plant', code: 'reading.not-a-number', detail: 'power is null (the meter does not know)' }],
      },
    },
    {
      why: 'export of two circuits',
      source: 'own',
      topic: 'tele/lab/SENSOR',
      payload:
        '{"Time":"2026-01-23T23:47:58","ENERGY":{"Total":[2.813,0.254],"ExportActive":[0.000,7.250],"Power":[52,-850]}}',
      meters: [{ id: 'lab-pv', unit: 'kWh', utility: 'electricity', channel: '2/export' }],
      gives: {
        readings: [
          { meter: 'lab-pv', quantity: 'energy', kind: 'register', value: 7.25, unit: 'kWh', at: 1_769_212_078 },
        ],
      },
    },
    {
      why: 'the answer to a status command; the device tells its time as epoch seconds beside the one on the wall',
      source: 'own; the documented answer to Status 8',
      topic: 'stat/plant-fan/STATUS8',
      payload:
        '{"StatusSNS":{"Time":"2026-01-23T23:47:58","Epoch":1769212078,"ENERGY":{"TotalStartTime":"2024-09-03T13:02:25",' +
        '"Total":167.743,"Yesterday":0.110,"Today":0.050,"Power":0,"Factor":0.00,"Voltage":236,"Current":0.000}}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'fan', quantity: 'energy', kind: 'register', value: 167.743, unit: 'kWh', at: 1_769_212_078 },
          { meter: 'fan', quantity: 'power', kind: 'instant', value: 0, unit: 'W', at: 1_769_212_078 },
        ],
      },
    },
    {
      why: 'firmware of 2017: a topic for energy alone, without the object around it',
      source: 'own; the documented message of that time',
      topic: 'tele/plant-fan/ENERGY',
      payload:
        '{"Time":"2026-01-23T23:47:58", "Total":0.640, "Yesterday":0.007, "Today":0.003, "Period":0, "Power":0, "Factor":0.00, "Voltage":0, "Current":0.000}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'fan', quantity: 'energy', kind: 'register', value: 0.64, unit: 'kWh', at: 1_769_212_078 },
          { meter: 'fan', quantity: 'power', kind: 'instant', value: 0, unit: 'W', at: 1_769_212_078 },
        ],
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
