import { type JsonObject, objectOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { decodeUplinks, euiOf, type Uplink } from '../lorawan/uplink.ts';

function uplinkOf(body: JsonObject): Uplink | undefined {
  const uplink = objectOf(body.DevEUI_uplink);
  if (!uplink) return undefined;
  const { DevEUI: eui, Time: time, FPort: port, payload_hex: data, payload: object } = uplink;
  const hasData = typeof data === 'string' && data !== '';
  return { eui: euiOf(eui), names: [], heard: [time], port, object: objectOf(object), hasData };
}

/** Actility's ThingPark, whose public networks carry many British meters. */
export const thingpark: Decoder = {
  name: 'thingpark',
  title: 'LoRaWAN by ThingPark',
  describes: {
    topic: 'any, as the connection of ThingPark X is set up',
    channel:
      'EUI of the device in hexadecimal, in any letter case; then the field, where the device has several registers',
    reads: 'what the driver of the device made (`payload`), as for ChirpStack',
    stamp: '`Time`: when the network server heard the frame',
    traps:
      'ports and frame counters are texts or numbers; a driver must be chosen in ThingPark, else there is only `payload_hex`',
  },
  decode: decodeUplinks(uplinkOf),
  examples: [
    {
      why: 'a counter, its number in a text, the port too; the offset of the time is not London’s',
      source: 'own; the form of ThingPark’s documentation',
      topic: 'thingpark/estates/uplink',
      payload:
        '{"DevEUI_uplink":{"Time":"2026-11-23T19:00:12.882+01:00","DevEUI":"0018B20000000B20","FPort":"1","FCntUp":"1174","ADRbit":"1",' +
        '"payload_hex":"46800000009f00000002","LrrRSSI":"-80.000000","payload":{"type":"0x46 Pulse data","counterValues":["159",2]}}}',
      meters: [{ id: 'gas', unit: 'pulse', utility: 'gas', channel: '0018B20000000B20/A' }],
      gives: {
        readings: [{ meter: 'gas', quantity: 'count', kind: 'register', value: 159, unit: 'pulse', at: 1_795_456_812 }],
      },
    },
    {
      why: 'a volume in the unit that the counter was told',
      source: 'own',
      topic: 'thingpark/estates/uplink',
      payload:
        '{"DevEUI_uplink":{"Time":"2026-11-23T18:00:12Z","DevEUI":"24E124136B0A1C2D","FPort":85,"FCntUp":5,"payload_hex":"05e10a00",' +
        '"payload":{"water_conv":1,"pulse_conv":64.8,"water":"1500.60"}}}',
      meters: [{ id: 'ward-w', unit: 'l', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: {
        readings: [
          { meter: 'ward-w', quantity: 'volume', kind: 'register', value: 1500.6, unit: undefined, at: 1_795_456_812 },
        ],
      },
    },
    {
      why: 'a count that the codec could not read',
      source: 'own',
      topic: 'thingpark/estates/uplink',
      payload:
        '{"DevEUI_uplink":{"Time":"2026-11-23T18:00:12Z","DevEUI":"24E124136B0A1C2D","FPort":85,"payload_hex":"05c8","payload":{"pulse":null}}}',
      meters: [{ id: 'ward-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'ward-w', code: 'reading.not-a-number', detail: 'pulse is null (the meter does not know)' }],
      },
    },
    {
      why: 'no driver',
      source: 'own',
      topic: 'thingpark/estates/uplink',
      payload:
        '{"DevEUI_uplink":{"Time":"2026-11-23T18:00:12Z","DevEUI":"24E124136B0A1C2D","FPort":"85","payload_hex":"01755c"}}',
      meters: [{ id: 'ward-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: {
        problem: 'message.unparsable',
        detail: 'the network server has not decoded port "85" of 24e124136b0a1c2d: give the device its codec',
      },
    },
    {
      why: 'a report of a downlink beside the uplinks',
      source: 'own; the form of ThingPark’s documentation',
      topic: 'thingpark/estates/uplink',
      payload: '{"DevEUI_downlink_Sent":{"Time":"2026-11-23T18:00:12Z","DevEUI":"24E124136B0A1C2D","FPort":"85"}}',
      meters: [{ id: 'ward-w', unit: 'pulse', utility: 'water', channel: '24e124136b0a1c2d' }],
      gives: { ignored: 'no uplink of a device' },
    },
  ],
};
