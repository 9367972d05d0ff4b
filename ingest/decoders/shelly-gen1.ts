import type { Listener } from '../../domain/estate/estate.ts';
import type { HeardKind } from '../../domain/readings/reading.ts';
import type { Unit } from '../../domain/units.ts';
import { textOf } from '../bounded-json.ts';
import type { DecodedReading, Decoder } from '../decoder.ts';
import { sayValue, strictNumber } from '../strict-number.ts';

interface Leaf {
  readonly kind: HeardKind;
  readonly unit: Unit;
  readonly exported: boolean;
}

const energy: Leaf = { kind: 'register', unit: 'Wh', exported: false };
const power: Leaf = { kind: 'instant', unit: 'W', exported: false };
const wattMinutes: Leaf = { kind: 'register', unit: 'Wmin', exported: false };

/**
 * What the last level of a topic carries, by the kind of part it belongs to. An `emeter` has an `energy` too, which
 * begins again with each report; the register is `total`.
 */
const leaves: Readonly<Record<string, Readonly<Record<string, Leaf>>>> = {
  emeter: { total: energy, total_returned: { ...energy, exported: true }, power },
  relay: { energy: wattMinutes, power },
  roller: { energy: wattMinutes, power },
  light: { energy: wattMinutes, power },
  white: { energy: wattMinutes, power },
  color: { energy: wattMinutes, power },
};
/** The end of a topic, `emeter/0/total`; the two relays of a Shelly 2 share one meter, `relay/energy`. */
const partOfTopic = /(?:^|\/)(emeter|relay|roller|light|white|color)(?:\/(\d))?\/([a-z_]+)$/;
const partOfFilter = /(?:^|\/)(emeter|relay|roller|light|white|color)\/(\d)(?:\/|$)/;
/** No number that a meter shows is longer. */
const longestPayload = 256;

/** Whether a meter means this part: by its channel, else by its own topic, else because it is the first of its kind. */
function isMeant(meter: Listener, part: string, leaf: Leaf): boolean {
  if (meter.channel !== undefined) return meter.channel === (leaf.exported ? `${part}/export` : part);
  const filter = meter.topic ?? '';
  if (leaf.exported && !filter.endsWith('/total_returned')) return false;
  const [, type, number] = partOfFilter.exec(filter) ?? [];
  return type === undefined ? part.endsWith('/0') : part === `${type}/${number}`;
}

/** Shelly devices of the first generation: one bare number for each topic. */
export const shellyGen1: Decoder = {
  name: 'shelly-gen1',
  title: 'Shelly Gen1',
  describes: {
    topic: '`shellies/<device>/#`, or one part of it such as `shellies/<device>/emeter/1/+`',
    channel:
      'part of the device (`emeter/0`, `emeter/1`, `relay/0`), with `/export` for what it gave back; without one, the part its ' +
      'topic names, else number 0',
    reads: '`emeter/<n>/total` and `total_returned` in Wh, `relay/<n>/energy` in watt-minutes, `power` in W',
    stamp: 'none: receipt; where the device publishes retained, only what it sends live is kept',
    traps:
      '`emeter/<n>/energy` begins again with each report; a 3EM has no total over its phases: three meters, added by a virtual one; ' +
      'relay meters begin at zero after a loss of power',
  },
  decode(message, meters) {
    const match = partOfTopic.exec(message.topic);
    const [, type = '', number = '0', name = ''] = match ?? [];
    const known = leaves[type];
    const leaf = known && Object.hasOwn(known, name) ? known[name] : undefined;
    if (!leaf) {
      return /(?:^|\/)shellies\//.test(message.topic)
        ? { ignored: 'a topic without register or power' }
        : { problem: 'message.unparsable', detail: 'a Shelly of the first generation has no such topic' };
    }
    const meant = meters.filter((meter) => isMeant(meter, `${type}/${number}`, leaf));
    if (meant.length === 0) return { ignored: 'a part of the device that no meter means' };
    if (message.payload.length > longestPayload) {
      return { problem: 'message.too-large', detail: `${message.payload.length} bytes are not one number` };
    }
    const text = textOf(message.payload);
    const value = strictNumber(text);
    if (value === undefined) return { problem: 'reading.not-a-number', detail: `the payload is ${sayValue(text)}` };
    const { kind, unit } = leaf;
    const quantity = kind === 'register' ? 'energy' : 'power';
    const readings = meant.map(
      (meter): DecodedReading => ({ meter: meter.id, quantity, kind, value, unit, at: undefined }),
    );
    return { readings };
  },
  examples: [
    {
      why: 'the register of the first phase; a meter without a channel means number 0',
      source: 'own; the shape of a field message of a 3EM (ioBroker.shelly issue 912)',
      topic: 'shellies/shellyem3-A0B1C2D3E4F5/emeter/0/total',
      payload: '40533.1',
      meters: [
        { id: 'phase-a', unit: 'kWh', utility: 'electricity' },
        { id: 'phase-b', unit: 'kWh', utility: 'electricity', channel: 'emeter/1' },
      ],
      gives: {
        readings: [
          { meter: 'phase-a', quantity: 'energy', kind: 'register', value: 40533.1, unit: 'Wh', at: undefined },
        ],
      },
    },
    {
      why: 'what was given back is a meter of its own; the prefix may be doubled and the name a person’s',
      source: 'own; the topic of a captured listing, in which the user’s id begins with shellies/',
      topic: 'shellies/shellies/roof/emeter/1/total_returned',
      payload: '53.0',
      meters: [
        { id: 'roof', unit: 'kWh', utility: 'electricity', channel: 'emeter/1' },
        { id: 'roof-export', unit: 'kWh', utility: 'electricity', channel: 'emeter/1/export' },
      ],
      gives: {
        readings: [
          { meter: 'roof-export', quantity: 'energy', kind: 'register', value: 53, unit: 'Wh', at: undefined },
        ],
      },
    },
    {
      why: 'the power of a phase that feeds in is negative',
      source: 'own',
      topic: 'shellies/roof/emeter/1/power',
      payload: '-742.55',
      meters: [
        { id: 'roof', unit: 'kWh', utility: 'electricity', channel: 'emeter/1' },
        { id: 'roof-export', unit: 'kWh', utility: 'electricity', channel: 'emeter/1/export' },
      ],
      gives: {
        readings: [{ meter: 'roof', quantity: 'power', kind: 'instant', value: -742.55, unit: 'W', at: undefined }],
      },
    },
    {
      why: 'a relay counts watt-minutes: 60,000 of them are one kWh',
      source: 'own; the documented topic of a 1PM',
      topic: 'shellies/shellyplug-s-A1B2C3/relay/0/energy',
      payload: '123456',
      meters: [{ id: 'fridge', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [
          { meter: 'fridge', quantity: 'energy', kind: 'register', value: 123_456, unit: 'Wmin', at: undefined },
        ],
      },
    },
    {
      why: 'both relays of a Shelly 2 share one meter, whose topic has no number',
      source: 'own; the documented topic of a Shelly 2',
      topic: 'shellies/shellyswitch-A1B2C3/relay/energy',
      payload: '0',
      meters: [{ id: 'pumps', unit: 'kWh', utility: 'electricity' }],
      gives: {
        readings: [{ meter: 'pumps', quantity: 'energy', kind: 'register', value: 0, unit: 'Wmin', at: undefined }],
      },
    },
    {
      why: 'a meter whose own topic names the part needs no channel',
      source: 'own; the shape of a field message of an EM',
      topic: 'shellies/shellyem-A1B2C3/emeter/1/total',
      payload: '64541.0',
      meters: [
        { id: 'chiller', unit: 'kWh', utility: 'electricity', topic: 'shellies/shellyem-A1B2C3/emeter/1/+' },
        { id: 'boilers', unit: 'kWh', utility: 'electricity', topic: 'shellies/shellyem-A1B2C3/#' },
      ],
      gives: {
        readings: [{ meter: 'chiller', quantity: 'energy', kind: 'register', value: 64541, unit: 'Wh', at: undefined }],
      },
    },
    {
      why: 'the energy of an emeter is that since its last report, and no register',
      source: 'own; the documented topic of an EM',
      topic: 'shellies/shellyem-A1B2C3/emeter/0/energy',
      payload: '17',
      meters: [{ id: 'chiller', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'a topic without register or power' },
    },
    {
      why: 'a voltage on the same branch of topics',
      source: 'own; the shape of a field message of a 3EM (ioBroker.shelly issue 912)',
      topic: 'shellies/shellyem3-A0B1C2D3E4F5/emeter/0/voltage',
      payload: '231.84',
      meters: [{ id: 'phase-a', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'a topic without register or power' },
    },
    {
      why: 'a topic that no Shelly has',
      source: 'own',
      topic: 'plant/fan/status/em:0',
      payload: '17',
      meters: [{ id: 'chiller', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'message.unparsable', detail: 'a Shelly of the first generation has no such topic' },
    },
    {
      why: 'a phase that nobody registered',
      source: 'own',
      topic: 'shellies/shellyem3-A0B1C2D3E4F5/emeter/2/total',
      payload: '0.0',
      meters: [{ id: 'phase-a', unit: 'kWh', utility: 'electricity' }],
      gives: { ignored: 'a part of the device that no meter means' },
    },
    {
      why: 'a word where the register should be',
      source: 'own',
      topic: 'shellies/shellyem-A1B2C3/emeter/0/total',
      payload: 'nan',
      meters: [{ id: 'chiller', unit: 'kWh', utility: 'electricity' }],
      gives: { problem: 'reading.not-a-number', detail: 'the payload is "nan"' },
    },
  ],
};
