import type { Listener } from '../../domain/estate/estate.ts';
import { boundedJson, objectOf, textOf } from '../bounded-json.ts';
import type { Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import { sayValue, strictNumber } from '../strict-number.ts';
import { timesOf } from '../written-units.ts';

/** What OpenDTU and AhoyDTU call the two values that matter, in lower case. */
const leaves = {
  yieldtotal: timesOf('kWh'),
  power: timesOf('W'),
  p_ac: timesOf('W'),
} as const;

function isLeaf(name: string): name is keyof typeof leaves {
  return Object.hasOwn(leaves, name);
}

/** No number that a DTU prints is longer. */
const longestPayload = 64;

/** Whether a topic, without its last level, is of the meter's channel: `0`, `1`, `ac`, or with the serial before it. */
function isOf(meter: Listener, path: string): boolean {
  const channel = (meter.channel ?? '0').toLowerCase();
  // AhoyDTU writes `ch0` where OpenDTU writes `0`.
  const plain = path.toLowerCase().replace(/(^|\/)ch(\d)$/, '$1$2');
  return plain === channel || plain.endsWith(`/${channel}`);
}

function gather(meter: Listener, name: string, raw: unknown, into: Gathered): void {
  const leaf = name.toLowerCase();
  if (!isLeaf(leaf)) return;
  const found = { name, raw, unit: leaves[leaf], at: undefined };
  if (leaf !== 'yieldtotal') into.instant(meter, found);
  // At night and after a restart the total is printed as 0 until the inverter has been heard.
  else if (strictNumber(raw) === 0) into.doubt(meter, 'reading.sentinel', `${name} is 0, as before it is known`);
  else into.register(meter, found);
}

/** OpenDTU and AhoyDTU, which read Hoymiles inverters by radio and publish each number under a topic of its own. */
export const opendtu: Decoder = {
  name: 'opendtu',
  title: 'OpenDTU and AhoyDTU (Hoymiles inverters)',
  describes: {
    topic: '`<base>/<serial>/#`, `<base>/<name>/#` of AhoyDTU, `<base>/ac/#` for all inverters together',
    channel:
      '`0` the inverter (also without a channel), `1` and on its strings, `ac` or `total` all inverters; `<serial>/0` where a topic has several',
    reads: '`yieldtotal` in kWh, `power` (`P_AC`) in W; of AhoyDTU also as one JSON object for each channel',
    stamp: 'none: receipt',
    traps:
      'the inverter (0) is the sum of its strings and `ac` that of all inverters: only one of them is read for a meter; `yieldday` starts ' +
      'again every day and is left alone; a total of 0 is printed while the inverter has not been heard',
  },
  decode(message, meters) {
    const { topic, payload } = message;
    const slash = topic.lastIndexOf('/');
    const name = topic.slice(slash + 1);
    const gathered = new Gathered();
    if (isLeaf(name.toLowerCase())) {
      if (payload.length === 0) return { problem: 'message.empty', detail: 'the payload is empty' };
      if (payload.length > longestPayload) {
        return { problem: 'message.too-large', detail: `${payload.length} bytes are not one number` };
      }
      const text = textOf(payload).trim();
      for (const meter of meters)
        if (isOf(meter, topic.slice(0, Math.max(0, slash)))) gather(meter, name, text, gathered);
      return gathered.answer('another channel');
    }
    if (payload[0] !== 0x7b) {
      // Everything that a DTU says is at least two levels below its base.
      return topic.split('/').length < 3
        ? { problem: 'message.unparsable', detail: 'a DTU has no such topic' }
        : { ignored: 'neither total nor power' };
    }
    const parsed = boundedJson(payload);
    if ('problem' in parsed) return parsed;
    const body = objectOf(parsed.value);
    if (!body) return { problem: 'message.unparsable', detail: `expected an object; found ${sayValue(parsed.value)}` };
    for (const meter of meters) {
      if (!isOf(meter, topic)) continue;
      for (const [key, value] of Object.entries(body)) gather(meter, key, value, gathered);
    }
    return gathered.answer('neither total nor power of these meters');
  },
  examples: [
    {
      why: 'the total of an inverter; the meter hears all topics below its serial and takes channel 0 alone',
      source: 'own; the topics of OpenDTU’s documentation',
      topic: 'solar/114172608275/0/yieldtotal',
      payload: '6.283',
      meters: [
        { id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' },
        { id: 'roof-string-1', unit: 'kWh', utility: 'electricity', role: 'generation', channel: '1' },
        { id: 'all-roofs', unit: 'kWh', utility: 'electricity', role: 'generation', channel: 'ac' },
      ],
      gives: {
        readings: [{ meter: 'roof', quantity: 'energy', kind: 'register', value: 6.283, unit: 'kWh', at: undefined }],
      },
    },
    {
      why: 'a string of the same inverter is a part of it and never added',
      source: 'own',
      topic: 'solar/114172608275/1/yieldtotal',
      payload: '3.141',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: { ignored: 'another channel' },
    },
    {
      why: 'its power, in another message; at night 0 is a value',
      source: 'own',
      topic: 'solar/114172608275/0/power',
      payload: '0.0',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation', channel: '114172608275/0' }],
      gives: {
        readings: [{ meter: 'roof', quantity: 'power', kind: 'instant', value: 0, unit: 'W', at: undefined }],
      },
    },
    {
      why: 'at night or after a restart the total is printed as 0',
      source: 'own; seen in public issues (OpenDTU 913, 2730)',
      topic: 'solar/114172608275/0/yieldtotal',
      payload: '0.000',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'roof', code: 'reading.sentinel', detail: 'yieldtotal is 0, as before it is known' }],
      },
    },
    {
      why: 'a number that the DTU does not know',
      source: 'own',
      topic: 'solar/114172608275/0/yieldtotal',
      payload: 'nan',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [],
        doubts: [{ meter: 'roof', code: 'reading.not-a-number', detail: 'yieldtotal is "nan"' }],
      },
    },
    {
      why: 'what the day brought starts again at midnight',
      source: 'own',
      topic: 'solar/114172608275/0/yieldday',
      payload: '1205',
      meters: [{ id: 'roof', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: { ignored: 'neither total nor power' },
    },
    {
      why: 'AhoyDTU sends a channel as one object where that is chosen',
      source: 'own; the names of AhoyDTU’s manual',
      topic: 'inverter/EAST/ch0',
      payload:
        '{"U_AC":238.1,"I_AC":1.32,"P_AC":311.4,"F_AC":50.01,"YieldDay":1205,"YieldTotal":110.819,"P_DC":327.9,"Efficiency":94.9}',
      meters: [{ id: 'east', unit: 'kWh', utility: 'electricity', role: 'generation' }],
      gives: {
        readings: [
          { meter: 'east', quantity: 'power', kind: 'instant', value: 311.4, unit: 'W', at: undefined },
          { meter: 'east', quantity: 'energy', kind: 'register', value: 110.819, unit: 'kWh', at: undefined },
        ],
      },
    },
  ],
};
