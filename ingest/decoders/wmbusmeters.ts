import type { Meter } from '../../domain/estate.ts';
import type { ReadingQuantity } from '../../domain/reading.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { type Quantity, quantityOf, type Unit } from '../../domain/units.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { DecodeDoubt, DecodedReading, Decoder } from '../decoder.ts';
import { absoluteStamp } from '../stamps.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

/**
 * The names under which the drivers of wmbusmeters write a total, the usual one first; the first that is there counts.
 */
interface Names {
  readonly quantity: ReadingQuantity;
  readonly unit: Unit;
  readonly names: readonly string[];
}
const volumes: Names = { quantity: 'volume', unit: 'm3', names: ['total_m3', 'total_volume_m3', 'volume_m3'] };
const consumed: Names = { quantity: 'energy', unit: 'kWh', names: ['total_energy_consumption_kwh', 'total_kwh'] };
const produced: Names = { quantity: 'energy', unit: 'kWh', names: ['total_energy_production_kwh'] };
const power: Names = { quantity: 'power', unit: 'kW', names: ['current_power_consumption_kw', 'power_kw'] };
const flow: Names = { quantity: 'flow', unit: 'm3/h', names: ['volume_flow_m3h', 'flow_m3h'] };

/**
 * The register and the instant of a meter, by what its face counts. A heat meter's volume is another meter of the
 * register.
 */
function fieldsOf(meter: Meter): { readonly register: Names; readonly instant: Names | undefined } | undefined {
  const quantity: Quantity = quantityOf(meter.unit);
  if (quantity === 'volume') return { register: volumes, instant: flow };
  if (quantity !== 'energy') return undefined;
  return meter.role === 'export' ? { register: produced, instant: undefined } : { register: consumed, instant: power };
}

interface Gathered {
  readonly readings: DecodedReading[];
  readonly doubts: DecodeDoubt[];
}

function add(
  into: Gathered,
  meter: string,
  field: Names,
  kind: DecodedReading['kind'],
  body: JsonObject,
  at: EpochSeconds,
) {
  const name = field.names.find((candidate) => body[candidate] !== undefined);
  if (name === undefined) return;
  const raw = body[name];
  const value = typeof raw === 'number' ? strictNumber(raw) : undefined;
  const { quantity, unit } = field;
  if (value !== undefined) into.readings.push({ meter, quantity, kind, value, unit, at });
  else into.doubts.push({ meter, code: 'reading.not-a-number', detail: `${name} is ${sayValue(raw)}` });
}

/** JSON of wmbusmeters, which decodes wireless M-Bus telegrams of water, heat, gas and electricity meters. */
export const wmbusmeters: Decoder = {
  name: 'wmbusmeters',
  title: 'wmbusmeters JSON',
  describes: {
    topic: '`wmbusmeters/<name>`',
    channel: '`id` of the payload, where several meters share a topic',
    reads: 'the total in m³ or kWh, by what the meter counts; beside it flow in m³/h or power in kW',
    stamp: '`timestamp`: when the telegram was heard',
    traps:
      '`status` names alarms: the total is kept whatever it says; `energy_forward_kwh` of heat meters is no energy',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    const at = absoluteStamp(body.timestamp);
    if (at === undefined)
      return { problem: 'message.unparsable', detail: `"timestamp" is ${sayValue(body.timestamp)}` };
    const meant = meters.filter((meter) => meter.channel === undefined || meter.channel === body.id);
    if (meant.length === 0) {
      return {
        problem: 'message.unregistered',
        detail: `no meter with this topic has the channel ${sayValue(body.id)}`,
      };
    }
    const gathered: Gathered = { readings: [], doubts: [] };
    for (const meter of meant) {
      const fields = fieldsOf(meter);
      if (!fields) continue;
      add(gathered, meter.id, fields.register, 'register', body, at);
      if (fields.instant) add(gathered, meter.id, fields.instant, 'instant', body, at);
    }
    const { readings, doubts } = gathered;
    if (readings.length === 0 && doubts.length === 0) return { ignored: 'no total of these meters' };
    return doubts.length > 0 ? { readings, doubts } : { readings };
  },
  examples: [
    {
      why: 'a water meter; what it showed at the end of the month is left alone',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/ward-water',
      payload:
        '{"media":"cold water","meter":"multical21","name":"ward-water","id":"20260117","status":"OK","total_m3":871.408,"target_m3":862.5,' +
        '"flow_temperature_c":9,"external_temperature_c":21,"current_status":"","time_dry":"","timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water', channel: '20260117' }],
      gives: {
        readings: [
          { meter: 'ward-w', quantity: 'volume', kind: 'register', value: 871.408, unit: 'm3', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'heat and the volume it came with are two meters; an alarm does not change the total; the integral energy is none',
      source: 'own; the shape the drivers of wmbusmeters write',
      topic: 'wmbusmeters/plant-heat',
      payload:
        '{"media":"heat","meter":"kamheat","name":"plant-heat","id":"67895432","status":"SENSOR_T1_BELOW_MEASURING_RANGE",' +
        '"total_energy_consumption_kwh":2651,"total_volume_m3":150.347,"volume_flow_m3h":0.54,"power_kw":12.6,' +
        '"energy_forward_kwh":9001,"flow_temperature_c":62.3,"return_temperature_c":44.1,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [
        { id: 'plant-heat', unit: 'kWh', utility: 'heat' },
        { id: 'plant-heat-volume', unit: 'm3', utility: 'heat' },
      ],
      gives: {
        readings: [
          { meter: 'plant-heat', quantity: 'energy', kind: 'register', value: 2651, unit: 'kWh', at: 1_795_456_812 },
          { meter: 'plant-heat', quantity: 'power', kind: 'instant', value: 12.6, unit: 'kW', at: 1_795_456_812 },
          {
            meter: 'plant-heat-volume',
            quantity: 'volume',
            kind: 'register',
            value: 150.347,
            unit: 'm3',
            at: 1_795_456_812,
          },
          {
            meter: 'plant-heat-volume',
            quantity: 'flow',
            kind: 'instant',
            value: 0.54,
            unit: 'm3/h',
            at: 1_795_456_812,
          },
        ],
      },
    },
    {
      why: 'export is another total of the same message',
      source: 'own',
      topic: 'wmbusmeters/roof',
      payload:
        '{"media":"electricity","meter":"amiplus","name":"roof","id":"10101010","total_energy_consumption_kwh":15.25,' +
        '"total_energy_production_kwh":4100.5,"current_power_consumption_kw":0,"timestamp":"2026-06-21T12:00:00Z"}',
      meters: [{ id: 'roof-export', unit: 'kWh', utility: 'electricity', role: 'export' }],
      gives: {
        readings: [
          { meter: 'roof-export', quantity: 'energy', kind: 'register', value: 4100.5, unit: 'kWh', at: 1_782_043_200 },
        ],
      },
    },
    {
      why: 'a telegram of a neighbour on the shared topic',
      source: 'own',
      topic: 'wmbusmeters/all',
      payload:
        '{"media":"water","meter":"iperl","name":"x","id":"33225544","total_m3":1.5,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water', channel: '20260117' }],
      gives: { problem: 'message.unregistered', detail: 'no meter with this topic has the channel "33225544"' },
    },
    {
      why: 'a total that the meter does not know',
      source: 'own',
      topic: 'wmbusmeters/ward-water',
      payload:
        '{"media":"water","meter":"iperl","name":"x","id":"20260117","total_m3":null,"timestamp":"2026-11-23T18:00:12Z"}',
      meters: [{ id: 'ward-w', unit: 'm3', utility: 'water' }],
      gives: {
        readings: [],
        doubts: [
          { meter: 'ward-w', code: 'reading.not-a-number', detail: 'total_m3 is null (the meter does not know)' },
        ],
      },
    },
  ],
};
