import { type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { decodeUplinks, euiOf, type Uplink } from '../lorawan/uplink.ts';

function uplinkOf(body: JsonObject): Uplink | undefined {
  const ids = objectOf(body.end_device_ids);
  const uplink = objectOf(body.uplink_message);
  if (!ids || !uplink) return undefined;
  const gateways = Array.isArray(uplink.rx_metadata) ? (uplink.rx_metadata as readonly unknown[]) : [];
  const { frm_payload: data, decoded_payload: object, f_port: port } = uplink;
  return {
    eui: euiOf(ids.dev_eui),
    names: typeof ids.device_id === 'string' ? [ids.device_id] : [],
    // Both are clocks of the servers; `settings.timestamp` counts microseconds since a gateway's start.
    heard: [uplink.received_at, body.received_at, ...gateways.map((each) => objectOf(each)?.time)],
    port,
    object: objectOf(object),
    hasData: typeof data === 'string' && data !== '',
  };
}

/** The Things Stack version 3: The Things Network, The Things Industries, and stacks of one's own. */
export const theThingsStack: Decoder = {
  name: 'the-things-stack',
  title: 'LoRaWAN by The Things Stack',
  describes: {
    topic: '`v3/<application>@<tenant>/devices/<device>/up`; `+` may stand for the device where the channel names it',
    channel:
      'EUI of the device in hexadecimal, in any letter case; then the field, where the device has several registers ' +
      '(`a8404151d1234567/pa4_pulsecounter`); the field alone where the topic names the device',
    reads: 'what the payload formatter made (`decoded_payload`), as for ChirpStack',
    stamp: 'when the network server heard the frame; records of the past carry their own time',
    traps:
      'without a payload formatter, and on ports it does not know, there is only binary data, which goes to quarantine; ' +
      '`settings.timestamp` is no time',
  },
  decode: decodeUplinks(uplinkOf),
  examples: [
    {
      why: 'two inputs of one device; the pulses since the last frame beside them are left alone',
      source:
        'own; the envelope of The Things Stack’s documentation, the payload of Decentlab’s codec for the DL-DLR2-010',
      topic: 'v3/estates@ttn/devices/gas-counter-1/up',
      payload:
        '{"end_device_ids":{"device_id":"gas-counter-1","application_ids":{"application_id":"estates"},"dev_eui":"70B3D57BA0001234",' +
        '"dev_addr":"260BC1C2"},"correlation_ids":["as:up:01HESTATES0000000000000001"],"received_at":"2026-11-23T18:00:12.853828332Z",' +
        '"uplink_message":{"f_port":1,"f_cnt":101,"frm_payload":"AhmPAAQMMw==","decoded_payload":{"protocol_version":2,"device_id":6543,' +
        '"ch0_pulse_count":{"displayName":"CH0: Pulse count","value":3},"ch0_pulse_interval":{"displayName":"CH0: Pulse interval",' +
        '"unit":"s","value":600},"ch0_cumulative_pulse_count":{"displayName":"CH0: Cumulative pulse count","value":91234},' +
        '"ch1_cumulative_pulse_count":{"displayName":"CH1: Cumulative pulse count","value":70007},"battery_voltage":' +
        '{"displayName":"Battery voltage","unit":"V","value":3.123}},"rx_metadata":[{"gateway_ids":{"gateway_id":"roof"},' +
        '"time":"2026-11-23T18:00:11Z","timestamp":436812492,"rssi":-16}],"settings":{"frequency":"867700000","timestamp":436812492},' +
        '"received_at":"2026-11-23T18:00:12.634172599Z"}}',
      meters: [
        { id: 'gas-1', unit: 'pulse', utility: 'gas', channel: '70b3d57ba0001234/ch0_cumulative_pulse_count' },
        {
          id: 'gas-2',
          unit: 'pulse',
          utility: 'gas',
          channel: 'ch1_cumulative_pulse_count',
          topic: 'v3/estates@ttn/devices/gas-counter-1/#',
        },
      ],
      gives: {
        readings: [
          { meter: 'gas-1', quantity: 'count', kind: 'register', value: 91_234, unit: 'pulse', at: 1_795_456_812 },
          { meter: 'gas-2', quantity: 'count', kind: 'register', value: 70_007, unit: 'pulse', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'one input and its past: the first number is now, the device’s own clock is not asked',
      source: 'own; the payload of Adeunis’ codec for the Pulse 4, which wraps everything in "bytes"',
      topic: 'v3/estates@ttn/devices/water-9/up',
      payload:
        '{"end_device_ids":{"device_id":"water-9","dev_eui":"0018B21000001234"},"received_at":"2026-11-23T18:00:12.9Z","uplink_message":' +
        '{"f_port":1,"f_cnt":3,"frm_payload":"WmcAAAEnAAE=","decoded_payload":{"bytes":{"type":"0x5a Pulse 4 data - channel A","status":' +
        '{"frameCounter":3,"lowBattery":false,"timestamp":true},"timestamp":"2023-12-28T19:22:17.000",' +
        '"decodingInfo":"counterValues: [t=0, t-1, t-2, ...]","counterValues":[295,294,292,289,285]}},' +
        '"received_at":"2026-11-23T18:00:12.634Z"}}',
      meters: [
        { id: 'ward-w', unit: 'pulse', utility: 'water', channel: '0018b21000001234/A' },
        { id: 'ward-hot-w', unit: 'pulse', utility: 'water', channel: '0018b21000001234/B' },
      ],
      gives: {
        readings: [
          { meter: 'ward-w', quantity: 'count', kind: 'register', value: 295, unit: 'pulse', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'the older frame of the same maker: one list for both inputs',
      source: 'own; the payload of Adeunis’ codec for the Pulse 3',
      topic: 'v3/estates@ttn/devices/water-9/up',
      payload:
        '{"end_device_ids":{"device_id":"water-9","dev_eui":"0018B21000001234"},"uplink_message":{"f_port":1,"frm_payload":"RoAAAACf",' +
        '"decoded_payload":{"type":"0x46 Pulse data","counterValues":[159,2]},"received_at":"2026-11-23T18:00:12Z"}}',
      meters: [
        { id: 'ward-w', unit: 'pulse', utility: 'water', channel: '0018b21000001234/A' },
        { id: 'ward-hot-w', unit: 'pulse', utility: 'water', channel: '0018b21000001234/B' },
      ],
      gives: {
        readings: [
          { meter: 'ward-w', quantity: 'count', kind: 'register', value: 159, unit: 'pulse', at: 1_795_456_812 },
          { meter: 'ward-hot-w', quantity: 'count', kind: 'register', value: 2, unit: 'pulse', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'a counter that is told to begin again with each frame: no register',
      source: 'own; the payload of Dragino’s codec for the CPL03',
      topic: 'v3/estates@ttn/devices/cpl-3/up',
      payload:
        '{"end_device_ids":{"device_id":"cpl-3","dev_eui":"A8404151D1234567"},"uplink_message":{"f_port":2,"frm_payload":"KAAAKA==",' +
        '"decoded_payload":{"work_mod":"CPL03","count_mod":"PART","pa8_pulsecounter":40},"received_at":"2026-11-23T18:00:12Z"}}',
      meters: [{ id: 'gas-3', unit: 'pulse', utility: 'gas', channel: 'a8404151d1234567/pa8_pulsecounter' }],
      gives: { ignored: 'a frame without a register of these meters' },
    },
    {
      why: 'two directions and two tariffs: the channel says which; the device is six days ahead and is not asked',
      source: 'own; the fields of Yobiiq’s codec for the EM4301',
      topic: 'v3/estates@ttn/devices/main/up',
      payload:
        '{"end_device_ids":{"device_id":"main","dev_eui":"FC48C900000001C5"},"uplink_message":{"f_port":1,"frm_payload":"AQFnOyQM",' +
        '"decoded_payload":{"timestamp":1795975212,"activeEnergyImportL123T1":50859780,"activeEnergyImportL123T2":0,' +
        '"activeEnergyExportL123T1":12},"received_at":"2026-11-23T18:00:12Z"}}',
      meters: [
        { id: 'main', unit: 'kWh', utility: 'electricity', channel: 'fc48c900000001c5/activeEnergyImportL123T1' },
        {
          id: 'main-export',
          unit: 'kWh',
          utility: 'electricity',
          channel: 'fc48c900000001c5/activeEnergyExportL123T1',
        },
      ],
      gives: {
        readings: [
          { meter: 'main', quantity: 'energy', kind: 'register', value: 50_859_780, unit: 'Wh', at: 1_795_456_812 },
          { meter: 'main-export', quantity: 'energy', kind: 'register', value: 12, unit: 'Wh', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'a port that the payload formatter does not know',
      source: 'own; Dragino’s codec answers so',
      topic: 'v3/estates@ttn/devices/flow-3/up',
      payload:
        '{"end_device_ids":{"device_id":"flow-3","dev_eui":"A84041D17186F3C5"},"uplink_message":{"f_port":42,"frm_payload":"C4gBACUAAQ==",' +
        '"received_at":"2026-11-23T18:00:12Z"}}',
      meters: [{ id: 'pool-w', unit: 'pulse', utility: 'water', channel: 'a84041d17186f3c5' }],
      gives: {
        problem: 'message.unparsable',
        detail: 'the network server has not decoded port 42 of a84041d17186f3c5: give the device its codec',
      },
    },
    {
      why: 'a join beside the uplinks',
      source: 'own; the form of The Things Stack’s documentation',
      topic: 'v3/estates@ttn/devices/flow-3/join',
      payload:
        '{"end_device_ids":{"device_id":"flow-3","dev_eui":"A84041D17186F3C5"},"join_accept":{"session_key_id":"AYESTATE"}}',
      meters: [{ id: 'pool-w', unit: 'pulse', utility: 'water', channel: 'a84041d17186f3c5' }],
      gives: { ignored: 'no uplink of a device' },
    },
  ],
};
