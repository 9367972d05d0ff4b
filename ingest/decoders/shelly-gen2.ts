import type { Listener } from '../../domain/estate/estate.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import { boundedJson, type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { epochStamp, sinceClockSet } from '../stamps.ts';
import { sayValue } from '../strict-number.ts';

/** The path of a register: what was taken, and what was given back where the component counts that too. */
interface Fields {
  readonly import: readonly string[];
  readonly export: readonly string[];
}
interface Component {
  readonly channel: string;
  /** Energy in Wh. */
  readonly energy?: Fields;
  /** W. */
  readonly power?: string;
  /** Pulses. */
  readonly count?: readonly string[];
}

const metered = { power: 'apower', energy: { import: ['aenergy', 'total'], export: ['ret_aenergy', 'total'] } };

/**
 * Where a Shelly keeps its register and power, by the kind of component. `em` and `em1` have power only; their register
 * is in the component of the same number called `emdata` and `em1data`.
 */
const components: Readonly<Record<string, Component>> = {
  em: { channel: 'em', power: 'total_act_power' },
  emdata: { channel: 'em', energy: { import: ['total_act'], export: ['total_act_ret'] } },
  em1: { channel: 'em1', power: 'act_power' },
  em1data: { channel: 'em1', energy: { import: ['total_act_energy'], export: ['total_act_ret_energy'] } },
  ...Object.fromEntries(
    ['switch', 'pm1', 'cover', 'light', 'cct', 'rgb', 'rgbw', 'rgbcct'].map((channel) => [
      channel,
      { channel, ...metered },
    ]),
  ),
  input: { channel: 'input', count: ['counts', 'total'] },
};

const wattHours = { unit: 'Wh', times: 1, quantity: 'energy' } as const;
const watts = { unit: 'W', times: 1, quantity: 'power' } as const;
const pulses = { unit: 'pulse', times: 1, quantity: 'count' } as const;
const componentKey = /^([a-z]+[0-9]?(?:data)?):(\d{1,3})$/;
const phasePowers: Readonly<Record<string, string>> = { a: 'a_act_power', b: 'b_act_power', c: 'c_act_power' };
const phaseEnergies: Readonly<Record<string, Fields>> = {
  a: { import: ['a_total_act_energy'], export: ['a_total_act_ret_energy'] },
  b: { import: ['b_total_act_energy'], export: ['b_total_act_ret_energy'] },
  c: { import: ['c_total_act_energy'], export: ['c_total_act_ret_energy'] },
};

/**
 * What of a component a meter means: `em:0`, `em:0/a`, `em:0/export`, `em:0/a/export`; without a channel component 0.
 */
function wanted(
  meter: Listener,
  channel: string,
  id: string,
): { phase: string | undefined; exported: boolean } | undefined {
  if (meter.channel === undefined) return id === '0' ? { phase: undefined, exported: false } : undefined;
  const [component, ...rest] = meter.channel.split('/');
  if (component !== `${channel}:${id}` && component !== `${channel}data:${id}`) return undefined;
  return { phase: rest.find((part) => part !== 'export'), exported: rest.includes('export') };
}

function gather(
  key: string,
  status: JsonObject,
  at: EpochSeconds | undefined,
  meters: readonly Listener[],
  into: Gathered,
) {
  const match = componentKey.exec(key);
  const [, type = '', id = ''] = match ?? [];
  if (!match || !Object.hasOwn(components, type)) return;
  const component = components[type];
  if (!component) return;
  for (const meter of meters) {
    const part = wanted(meter, component.channel, id);
    if (!part) continue;
    if (component.count) {
      // Without a channel a meter of energy on the same device would be given pulses.
      if (meter.channel !== undefined)
        into.register(meter, { name: 'count', raw: valueAt(status, component.count), unit: pulses, at });
      continue;
    }
    const fields = part.phase === undefined ? component.energy : component.energy && phaseEnergies[part.phase];
    const energy = valueAt(status, (part.exported ? fields?.export : fields?.import) ?? []);
    into.register(meter, { name: 'energy', raw: energy, unit: wattHours, at });
    // The power of an export register would be the import's with its sign changed: it is kept with the import.
    if (part.exported || component.power === undefined) continue;
    const power = part.phase === undefined ? component.power : phasePowers[part.phase];
    if (power !== undefined) into.instant(meter, { name: 'power', raw: status[power], unit: watts, at });
  }
}

function valueAt(status: JsonObject, path: readonly string[]): unknown {
  const [outer, inner] = path;
  if (outer === undefined) return undefined;
  return inner === undefined ? status[outer] : objectOf(status[outer])?.[inner];
}

const nothing = 'a frame without register or power';

/** Shelly devices of the second generation on (Plus, Pro, Gen3, Gen4). */
export const shellyGen2: Decoder = {
  name: 'shelly-gen2',
  title: 'Shelly Gen2 and later',
  describes: {
    topic: '`<prefix>/events/rpc`, `<prefix>/status/<component>`; the prefix may have several levels',
    channel:
      'component (`em:0`, `em1:1`, `switch:0`, `pm1:0`), then a phase (`em:0/a`) or the export register (`em:0/export`); without ' +
      'one, component 0 of the device; `input:2` for a pulse counter',
    reads: 'energy in Wh, power in W, `counts.total` of an input in pulses',
    stamp: '`ts` of a notification; none on status topics: receipt',
    traps:
      'registers are in `emdata` and `em1data`, powers in `em` and `em1`; total and phases stand side by side and a meter reads ' +
      'only what its channel says; a Pro 3EM in single-phase profile is `em1:0` to `em1:2`; until the device has heard the time its stamp counts from its ' +
      'start and is not believed',
  },
  decode(message, meters) {
    const parsed = boundedJson(message.payload);
    if ('problem' in parsed) return parsed;
    const gathered = new Gathered();
    const component = /(?:^|\/)status\/([^/]+)$/.exec(message.topic)?.[1];
    const body = objectOf(parsed.value);
    if (component !== undefined) {
      if (!body)
        return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
      gather(component, body, undefined, meters, gathered);
      return gathered.answer(nothing);
    }
    // `<prefix>/online` carries the bare words true and false.
    if (!body) return { ignored: 'no frame of readings' };
    const { method, params } = body;
    if (method !== 'NotifyStatus' && method !== 'NotifyFullStatus') return { ignored: 'no status' };
    const status = objectOf(params);
    if (!status) return { problem: 'message.unparsable', detail: `"params" is ${sayValue(params)}` };
    const at = sinceClockSet(epochStamp(status.ts));
    for (const key of Object.keys(status)) {
      const entry = objectOf(status[key]);
      if (entry) gather(key, entry, at, meters, gathered);
    }
    return gathered.answer(nothing);
  },
  examples: [
    {
      why: 'a notification with register and power, the prefix four levels deep',
      source: 'own; the shape of a field message of a Plus Plug PM Gen3',
      topic: 'shelly/gf/boiler-room/pump/events/rpc',
      payload:
        '{"src":"shellyplugpmg3-a0b1c2d3e4f5","dst":"shelly/gf/boiler-room/pump/events","method":"NotifyStatus","params":' +
        '{"ts":1783004880.01,"pm1:0":{"aenergy":{"by_minute":[0,0,0],"minute_ts":1783004880,"total":4105.25},"apower":27.5,' +
        '"current":0.123,"freq":50.01,"ret_aenergy":{"by_minute":[0,0,0],"minute_ts":1783004880,"total":0},"voltage":233.3}}}',
      meters: [{ id: 'pump', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'pump', quantity: 'energy', kind: 'register', value: 4105.25, unit: 'Wh', at: 1_783_004_880 },
          { meter: 'pump', quantity: 'power', kind: 'instant', value: 27.5, unit: 'W', at: 1_783_004_880 },
        ],
      },
    },
    {
      why: 'a notification of what changed only: no register in it',
      source: 'own',
      topic: 'shelly/pump/events/rpc',
      payload:
        '{"src":"shellyplugpmg3-a0b1c2d3e4f5","dst":"shelly/pump/events","method":"NotifyStatus","params":{"ts":1783004890.5,' +
        '"pm1:0":{"voltage":232.9}}}',
      meters: [{ id: 'pump', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'a frame without register or power' },
    },
    {
      why: 'a three-phase meter: import and export registers are two meters, phases are left alone',
      source: 'own; the shape of a field message of a Pro 3EM',
      topic: 'plant/main/status/emdata:0',
      payload:
        '{"id":0,"a_total_act_energy":10.03,"a_total_act_ret_energy":0.00,"b_total_act_energy":0.03,"b_total_act_ret_energy":0.00,' +
        '"c_total_act_energy":71884.06,"c_total_act_ret_energy":4123.04,"total_act":71894.11,"total_act_ret":4123.04}',
      meters: [
        { id: 'main', unit: 'kWh', utility: 'electricity', channel: 'em:0' },
        { id: 'main-export', unit: 'kWh', utility: 'electricity', channel: 'em:0/export' },
      ],
      gives: {
        readings: [
          { meter: 'main', quantity: 'energy', kind: 'register', value: 71894.11, unit: 'Wh', at: undefined },
          { meter: 'main-export', quantity: 'energy', kind: 'register', value: 4123.04, unit: 'Wh', at: undefined },
        ],
      },
    },
    {
      why: 'the same meter’s power comes in another component; the topic has a colon',
      source: 'own; the shape of a field message of a Pro 3EM',
      topic: 'plant/main/status/em:0',
      payload:
        '{"id":0,"a_current":0.382,"a_voltage":233.1,"a_act_power":33.2,"b_act_power":2153.3,"c_act_power":52.2,"n_current":null,' +
        '"total_current":10.179,"total_act_power":2238.7,"total_aprt_power":2329.1,"user_calibrated_phase":[]}',
      meters: [
        { id: 'main', unit: 'kWh', utility: 'electricity', channel: 'em:0' },
        { id: 'phase-b', unit: 'kWh', utility: 'electricity', channel: 'em:0/b' },
        { id: 'main-export', unit: 'kWh', utility: 'electricity', channel: 'em:0/export' },
      ],
      gives: {
        readings: [
          { meter: 'main', quantity: 'power', kind: 'instant', value: 2238.7, unit: 'W', at: undefined },
          { meter: 'phase-b', quantity: 'power', kind: 'instant', value: 2153.3, unit: 'W', at: undefined },
        ],
      },
    },
    {
      why: 'all at once after a start: two circuits of a Pro EM, the relay beside them meters nothing',
      source: 'own; the shape of a status of a Pro EM 50',
      topic: 'shellyproem50-a0b1c2d3e4f5/events/rpc',
      payload:
        '{"src":"shellyproem50-a0b1c2d3e4f5","dst":"shellyproem50-a0b1c2d3e4f5/events","method":"NotifyFullStatus","params":' +
        '{"ts":1783004882.5,"em1:0":{"id":0,"current":0.02,"voltage":234.6,"act_power":0.0,"aprt_power":4.6,"pf":0.00,"freq":50.0,' +
        '"calibration":"factory"},"em1:1":{"id":1,"current":12.78,"voltage":234.6,"act_power":-2840.3,"aprt_power":2998.2,"pf":0.95,' +
        '"freq":50.0,"calibration":"factory"},"em1data:0":{"id":0,"total_act_energy":0.00,"total_act_ret_energy":0.00},' +
        '"em1data:1":{"id":1,"total_act_energy":7644.90,"total_act_ret_energy":3595.26},"switch:0":{"id":0,"source":"HTTP_in",' +
        '"output":true,"temperature":{"tC":29.4,"tF":85.0}},"sys":{"mac":"A0B1C2D3E4F5","unixtime":1783004882,"uptime":28980}}}',
      meters: [
        { id: 'circuit-1', unit: 'kWh', utility: 'electricity' },
        { id: 'circuit-2', unit: 'kWh', utility: 'electricity', channel: 'em1:1' },
        { id: 'circuit-2-export', unit: 'kWh', utility: 'electricity', channel: 'em1:1/export' },
      ],
      gives: {
        readings: [
          { meter: 'circuit-1', quantity: 'power', kind: 'instant', value: 0, unit: 'W', at: 1_783_004_882 },
          { meter: 'circuit-2', quantity: 'power', kind: 'instant', value: -2840.3, unit: 'W', at: 1_783_004_882 },
          { meter: 'circuit-1', quantity: 'energy', kind: 'register', value: 0, unit: 'Wh', at: 1_783_004_882 },
          { meter: 'circuit-2', quantity: 'energy', kind: 'register', value: 7644.9, unit: 'Wh', at: 1_783_004_882 },
          {
            meter: 'circuit-2-export',
            quantity: 'energy',
            kind: 'register',
            value: 3595.26,
            unit: 'Wh',
            at: 1_783_004_882,
          },
        ],
      },
    },
    {
      why: 'a relay of the third generation: spaces, a null beside it, and a minute stamp that is not the time of the reading',
      source: 'own; the shape of a field message of a 1PM Mini Gen3',
      topic: 'shelly1pmminig3-a0b1c2d3e4f5/status/switch:0',
      payload:
        '{"id":0,"source":"MQTT","tag":null, "output":true, "apower":11.5, "voltage":240.3, "freq":50.0, "current":0.073, ' +
        '"aenergy":{"total":98669.987,"by_minute":[0.000,0.000,0.000],"minute_ts":1788945240}, "ret_aenergy":{"total":0.000,' +
        '"by_minute":[0.000,0.000,0.000],"minute_ts":1788945240},"temperature":{"tC":55.0, "tF":131.0}}',
      meters: [{ id: 'fridge', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'fridge', quantity: 'energy', kind: 'register', value: 98_669.987, unit: 'Wh', at: undefined },
          { meter: 'fridge', quantity: 'power', kind: 'instant', value: 11.5, unit: 'W', at: undefined },
        ],
      },
    },
    {
      why: 'a pulse counter on an input; the meter of energy on the same device is not given pulses',
      source: 'own; the documented status of a counting input (Plus Uni)',
      topic: 'plant/uni/status/input:2',
      payload:
        '{"id":2,"counts":{"total":73451,"xtotal":734.51,"by_minute":[3.0,3.0,2.0],"minute_ts":1788945240},"freq":0.05}',
      meters: [
        { id: 'boiler-feed', unit: 'pulse', utility: 'water', channel: 'input:2' },
        { id: 'uni-energy', unit: 'kWh', utility: 'electricity' },
      ],
      gives: {
        readings: [
          { meter: 'boiler-feed', quantity: 'count', kind: 'register', value: 73_451, unit: 'pulse', at: undefined },
        ],
      },
    },
    {
      why: 'minutes of the past, told beside the register: they are in it already',
      source: 'own; the documented event of a Pro 3EM',
      topic: 'plant/main/events/rpc',
      payload:
        '{"src":"shellypro3em-a0b1c2d3e4f5","dst":"plant/main/events","method":"NotifyEvent","params":{"ts":1783004880.2,"events":' +
        '[{"component":"emdata:0","id":0,"event":"data","ts":1783004880.2,"data":{"ts":1783004820,"period":60,"values":[[1.2,0.0]]}}]}}',
      meters: [{ id: 'main', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'no status' },
    },
    {
      why: 'before the device has heard the time, its stamp counts from its start',
      source: 'own',
      topic: 'plant/fan/events/rpc',
      payload:
        '{"src":"shellyplus1pm-a0b1c2d3e4f5","dst":"plant/fan/events","method":"NotifyStatus","params":{"ts":1.61,' +
        '"switch:0":{"id":0,"aenergy":{"total":12.5}}}}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity', channel: 'switch:0' }],
      gives: {
        readings: [{ meter: 'fan', quantity: 'energy', kind: 'register', value: 12.5, unit: 'Wh', at: undefined }],
      },
    },
    {
      why: 'status of something that is not a meter',
      source: 'own',
      topic: 'plant/fan/status/wifi',
      payload: '{"sta_ip":"192.0.2.7","status":"got ip","rssi":-61}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'a frame without register or power' },
    },
    {
      why: 'malformed JSON that a Gen3 meter sent',
      source: 'seen in a public issue (ioBroker.shelly 1540); 13 characters',
      topic: 'plant/fan/status/cloud',
      payload: '{"connected"}',
      meters: [{ id: 'fan', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'message.unparsable', detail: 'not JSON: "{\\"connected\\"}"' },
    },
    {
      why: 'a register that the device does not know',
      source: 'own',
      topic: 'plant/main/status/emdata:0',
      payload: '{"id":0,"total_act":null}',
      meters: [{ id: 'main', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'main', code: 'reading.not-a-number', detail: 'energy is null (the meter does not know)' }],
      },
    },
  ],
};
