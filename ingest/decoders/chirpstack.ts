import { type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { decodeUplinks, euiOf, type Uplink } from '../lorawan/uplink.ts';

/** Version 4 says who the device is in `deviceInfo`; version 3 and the servers inside gateways do at the top. */
function uplinkOf(body: JsonObject): Uplink | undefined {
  const { deviceInfo: info, data, object, objectJSON: text, fPort: port } = body;
  const device = objectOf(info);
  const written = device ? device.devEui : (body.devEUI ?? body.devEui);
  if (written === undefined) return undefined;
  // Frames have data, an object or a port; joins, states and acknowledgements have none of them.
  if (data === undefined && object === undefined && text === undefined && port === undefined) return undefined;
  return {
    eui: euiOf(written),
    names: [],
    heard: [body.time, ...gatewayTimes(body.rxInfo), body.publishedAt],
    port,
    object: objectOf(object) ?? objectInText(text),
    hasData: typeof data === 'string' && data !== '',
  };
}

/** When the gateways heard it: version 4 has the network server's clock beside the gateway's. */
function gatewayTimes(list: unknown): unknown[] {
  if (!Array.isArray(list)) return [];
  const gateways = (list as readonly unknown[]).map(objectOf);
  return [...gateways.map((each) => each?.time), ...gateways.map((each) => each?.nsTime ?? each?.gwTime)];
}

/** Version 3 writes the codec's answer as JSON within JSON. */
function objectInText(text: unknown): JsonObject | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** ChirpStack versions 3 and 4, and network servers inside gateways that speak like version 3. */
export const chirpstack: Decoder = {
  name: 'chirpstack',
  title: 'LoRaWAN by ChirpStack',
  describes: {
    topic: '`application/<application>/device/<EUI>/event/up`; `+` may stand for the device where the channel names it',
    channel:
      'EUI of the device in hexadecimal, in any letter case; then the field, where the device has several registers ' +
      '(`24e124445d1a2b3c/gpio_counter_2`); the field alone where the topic names the device',
    reads:
      'what the device profile’s codec made: pulses, Wh and W, or volume, by the names of the makers’ codecs (Milesight, ' +
      'Adeunis, Dragino, Decentlab, Yobiiq); any other field is a register in the unit of the meter when the channel names it',
    stamp: 'when the frame was heard, by gateway or network server; records of the past carry their own time',
    traps:
      'without a codec there is only binary data, which goes to quarantine; counts since the last frame are no registers; ' +
      'version 3 writes EUIs in base64',
  },
  decode: decodeUplinks(uplinkOf),
  examples: [
    {
      why: 'version 4: pulses of a water meter; the EUI is written in capitals in the register of the estate',
      source: 'own; the envelope of the ChirpStack documentation, the object of Milesight’s codec',
      topic: 'application/9b1d6c1e-57aa-4f0e-8a53-2d5b6c0f1a77/device/24e124136b0a1c2d/event/up',
      payload:
        '{"deduplicationId":"5b0f4f0e-1f5e-4ed1-9a43-0b8a4d3f9f10","time":"2026-11-23T18:00:12.775023242+00:00","deviceInfo":' +
        '{"tenantName":"Estates","applicationName":"Water","deviceProfileName":"EM300-DI","deviceName":"kitchen water",' +
        '"devEui":"24e124136b0a1c2d","tags":{}},"devAddr":"00189440","adr":true,"dr":5,"fCnt":4711,"fPort":85,"confirmed":false,' +
        '"data":"AXVcBcjW3QEA","object":{"battery":92.0,"pulse":122326.0},"rxInfo":[{"gatewayId":"0016c001f1000001","rssi":-96,' +
        '"snr":7.5,"nsTime":"2026-11-23T18:00:13.001+00:00"}]}',
      meters: [
        {
          id: 'kitchen-w',
          unit: 'pulse',
          utility: 'water',
          channel: '24E124136B0A1C2D',
          topic: 'application/+/device/+/event/up',
        },
        {
          id: 'laundry-w',
          unit: 'pulse',
          utility: 'water',
          channel: '24e124136b0a1c2e',
          topic: 'application/+/device/+/event/up',
        },
      ],
      gives: {
        readings: [
          { meter: 'kitchen-w', quantity: 'count', kind: 'register', value: 122_326, unit: 'pulse', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'the same device a minute later: temperature and humidity, no register',
      source: 'own; the shape of a field message (EM300-DI)',
      topic: 'application/water/device/24e124136b0a1c2d/event/up',
      payload:
        '{"time":"2026-11-23T18:01:28+00:00","deviceInfo":{"deviceName":"kitchen water","devEui":"24e124136b0a1c2d"},"fPort":85,' +
        '"data":"A2ejAARodA==","object":{"temperature":16.3,"humidity":58.0}}',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: { ignored: 'a frame without a register of these meters' },
    },
    {
      why: 'a record of the past inside a live frame keeps its own time; one without a time is refused',
      source: 'own; the object of Milesight’s codec, values as in its documentation',
      topic: 'application/water/device/24e124136b0a1c2d/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"24e124136b0a1c2d"},"fPort":85,"data":"AXVc","object":{"battery":92,' +
        '"pulse":900,"history":[{"timestamp":1795449600,"temperature":27.2,"pulse":256},{"timestamp":0,"pulse":255}]}}',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: {
        readings: [
          { meter: 'kitchen-w', quantity: 'count', kind: 'register', value: 900, unit: 'pulse', at: 1_795_456_812 },
          { meter: 'kitchen-w', quantity: 'count', kind: 'register', value: 256, unit: 'pulse', at: 1_795_449_600 },
        ],
        doubts: [{ meter: 'kitchen-w', code: 'message.no-stamp', detail: 'a past record is of 0' }],
      },
    },
    {
      why: 'version 3: the EUI in base64, the object as a text, no time but the gateway’s; the meter is named by its topic',
      source: 'own; the envelope of the ChirpStack 3 documentation, the object of Dragino’s codec for the SW3L',
      topic: 'application/81/device/a84041d17186f3c5/event/up',
      payload:
        '{"applicationID":"81","applicationName":"water","deviceName":"flow 3","devEUI":"qEBB0XGG88U=","rxInfo":[{"gatewayID":' +
        '"ABYI//4AAAE=","time":null,"rssi":-97},{"gatewayID":"ABYI//4AAAI=","time":"2026-11-23T18:00:12.076490739Z","rssi":-114}],' +
        '"adr":true,"dr":5,"fCnt":1028,"fPort":2,"data":"CwAAHGIAAQ==","objectJSON":"{\\"Total_pulse\\":7266,\\"Water_flow_value\\":16.1,' +
        '\\"MOD\\":0}","tags":{},"confirmedUplink":true,"devAddr":"ABiUQA=="}',
      meters: [
        { id: 'pool-w', unit: 'pulse', utility: 'water', topic: 'application/+/device/a84041d17186f3c5/event/#' },
        { id: 'other-w', unit: 'pulse', utility: 'water', topic: 'application/#' },
      ],
      gives: {
        readings: [
          { meter: 'pool-w', quantity: 'count', kind: 'register', value: 7266, unit: 'pulse', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'two inputs: the channel says which; a meter that does not say is not guessed for',
      source: 'own; the object of Milesight’s codec for the UC300',
      topic: 'application/plant/device/24e124445d1a2b3c/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"24e124445d1a2b3c"},"fPort":85,"data":"A8gKAAAA","object":' +
        '{"gpio_counter_1":10,"gpio_counter_2":20}}',
      meters: [
        { id: 'gas', unit: 'pulse', utility: 'gas', channel: '24e124445d1a2b3c/gpio_counter_2' },
        { id: 'gas-2', unit: 'pulse', utility: 'gas', channel: '24e124445d1a2b3c' },
      ],
      gives: {
        readings: [{ meter: 'gas', quantity: 'count', kind: 'register', value: 20, unit: 'pulse', at: 1_795_456_812 }],
        doubts: [
          {
            meter: 'gas-2',
            code: 'message.unparsable',
            detail: 'the frame has gpio_counter_1, gpio_counter_2 and the channel names none',
          },
        ],
      },
    },
    {
      why: 'a socket: energy in Wh and the power beside it',
      source: 'own; the object of Milesight’s codec for the WS523',
      topic: 'application/plant/device/24e124148b0a1c2d/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"24e124148b0a1c2d"},"fPort":85,"data":"B8moAA==","object":' +
        '{"current":168,"power_factor":97,"active_power":35,"power_consumption":2900,"socket_status":"on","voltage":217.9}}',
      meters: [{ id: 'fridge', unit: 'kWh', utility: 'electricity', channel: '24e124148b0a1c2d' }],
      gives: {
        readings: [
          { meter: 'fridge', quantity: 'energy', kind: 'register', value: 2900, unit: 'Wh', at: 1_795_456_812 },
          { meter: 'fridge', quantity: 'power', kind: 'instant', value: 35, unit: 'W', at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'a field that no table knows, named by its path: a register in the unit of the meter, here a text with two decimals',
      source: 'own',
      topic: 'application/heat/device/94193a0401002000/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"94193a0401002000"},"fPort":2,"data":"DwQH","object":' +
        '{"meter":{"energy":"1323.21","volume":5022.25}}}',
      meters: [
        { id: 'heat', unit: 'MWh', utility: 'heat', channel: '94193a0401002000/meter.energy' },
        { id: 'heat-volume', unit: 'm3', utility: 'heat', channel: '94193a0401002000/meter.volume' },
      ],
      gives: {
        readings: [
          { meter: 'heat', quantity: 'energy', kind: 'register', value: 1323.21, unit: undefined, at: 1_795_456_812 },
          {
            meter: 'heat-volume',
            quantity: 'volume',
            kind: 'register',
            value: 5022.25,
            unit: undefined,
            at: 1_795_456_812,
          },
        ],
      },
    },
    {
      why: 'a gateway with a server inside: the device in hexadecimal, and a time that no clock shows: receipt counts',
      source: 'own; the shape of a message of a Milesight gateway, whose documentation has such a time',
      topic: 'gateway/uplink',
      payload:
        '{"applicationID":1,"applicationName":"cloud","deviceName":"counter","devEUI":"24e124136b0a1c2d","time":"2026-1123T18:00:12.547336Z",' +
        '"rxInfo":[{"mac":"24e124fffe000001","rssi":-57,"loRaSNR":10,"name":"local_gateway"}],"fCnt":0,"fPort":85,"data":"AXVc",' +
        '"object":{"pulse":256}}',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water', channel: '24-E1-24-13-6B-0A-1C-2D/pulse' }],
      gives: {
        readings: [
          { meter: 'kitchen-w', quantity: 'count', kind: 'register', value: 256, unit: 'pulse', at: undefined },
        ],
      },
    },
    {
      why: 'no codec: only binary data',
      source: 'own; the envelope of the ChirpStack documentation',
      topic: 'application/water/device/24e124136b0a1c2d/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"24e124136b0a1c2d"},"fCnt":3,"fPort":85,"data":"AXVcBcjW3QEA"}',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: {
        problem: 'message.unparsable',
        detail: 'the network server has not decoded port 85 of 24e124136b0a1c2d: give the device its codec',
      },
    },
    {
      why: 'a device that nobody registered, on a topic for many',
      source: 'own',
      topic: 'application/water/device/24e124136b0a1c2f/event/up',
      payload:
        '{"time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":"24e124136b0a1c2f"},"fPort":85,"data":"AXVc","object":{"pulse":1}}',
      meters: [
        {
          id: 'kitchen-w',
          unit: 'pulse',
          utility: 'water',
          channel: '24e124136b0a1c2d',
          topic: 'application/+/device/+/event/up',
        },
        { id: 'any-w', unit: 'pulse', utility: 'water', topic: 'application/+/device/+/event/up' },
      ],
      gives: { problem: 'message.unregistered', detail: 'no meter with this topic is of device 24e124136b0a1c2f' },
    },
    {
      why: 'a join beside the uplinks',
      source: 'own; the form of the ChirpStack documentation',
      topic: 'application/water/device/24e124136b0a1c2d/event/join',
      payload:
        '{"deduplicationId":"7d0f3f0a-93c1-4a0b-b7a5-3a0c6cb0b111","time":"2026-11-23T18:00:12Z","deviceInfo":{"devEui":' +
        '"24e124136b0a1c2d"},"devAddr":"00189440"}',
      meters: [{ id: 'kitchen-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: { ignored: 'no uplink of a device' },
    },
  ],
};
