import type { Listener } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Ask, Decoded, Decoder } from '../decoder.ts';
import { Gathered } from '../gathered.ts';
import {
  deviceBorn,
  deviceDead,
  type Edge,
  followSeq,
  knows,
  mayAsk,
  nameOf,
  nodeBorn,
  nodeDead,
  recallEdge,
  rememberEdge,
} from '../sparkplug/edge.ts';
import {
  numberOf,
  readSparkplug,
  rebirthCommand,
  type SparkplugMetric,
  type SparkplugPayload,
} from '../sparkplug/payload.ts';
import { epochStamp, sinceClockSet } from '../stamps.ts';
import { sayValue } from '../strict-number.ts';
import { type WrittenUnit, writtenUnit } from '../written-units.ts';

interface Topic {
  readonly group: string;
  readonly type: string;
  readonly edge: string;
  readonly device: string | undefined;
}

const types: ReadonlySet<string> = new Set(['NBIRTH', 'NDATA', 'NDEATH', 'DBIRTH', 'DDATA', 'DDEATH']);

/** `spBv1.0/group/type/edge[/device]`, of the types that edge nodes publish. */
function topicOf(topic: string): Topic | undefined {
  const [namespace, group = '', type = '', edge = '', device, ...rest] = topic.split('/');
  if (namespace !== 'spBv1.0' || !types.has(type) || edge === '' || rest.length > 0) return undefined;
  return type.startsWith('D') === (device !== undefined) ? { group, type, edge, device } : undefined;
}

/** Who names a metric: as the one that counts, or after a `;` as the one that shows power or flow. */
interface Named {
  readonly meter: Listener;
  readonly kind: 'register' | 'instant';
}

/** By the full name of a metric. */
type Wanted = ReadonlyMap<string, readonly Named[]>;

/** The meters of a topic are the same list in message after message. */
const wantedOfList = new WeakMap<readonly Listener[], Wanted>();

function wantedOf(meters: readonly Listener[]): Wanted {
  const known = wantedOfList.get(meters);
  if (known) return known;
  const wanted = new Map<string, Named[]>();
  for (const meter of meters) {
    const [register, rate] = meter.channel?.split(';') ?? [];
    if (register !== undefined) wanted.set(register, [...(wanted.get(register) ?? []), { meter, kind: 'register' }]);
    if (rate !== undefined) wanted.set(rate, [...(wanted.get(rate) ?? []), { meter, kind: 'instant' }]);
  }
  wantedOfList.set(meters, wanted);
  return wanted;
}

/** Follows what the message says of the node itself; why its births are needed again, or undefined. */
function follow(
  edge: Edge,
  { type, device = '' }: Topic,
  payload: SparkplugPayload,
  now: EpochSeconds,
  wanted: readonly string[],
): string | undefined {
  const at = payload.timestamp ?? now * 1000;
  if (type === 'NBIRTH') nodeBorn(edge, payload, at, wanted);
  if (type === 'NDEATH') nodeDead(edge, payload);
  if (type === 'NBIRTH' || type === 'NDEATH') return undefined;
  const last = edge.seq;
  if (!followSeq(edge, payload.seq)) edge.owed = `seq ${payload.seq} after ${last}`;
  if (type === 'DBIRTH') deviceBorn(edge, device, payload, at, wanted);
  if (type === 'DDEATH') deviceDead(edge, device);
  if (edge.born === undefined) return 'the birth of the node was not heard';
  if (type === 'DDATA' && !knows(edge, device, wanted)) return `the birth of ${device} was not heard`;
  return edge.owed;
}

/** The unit that the birth or the metric states, else the last word of the name (`ActiveImport_kWh`). */
function unitOf(metric: SparkplugMetric, born: string | undefined, name: string): WrittenUnit | undefined {
  const word = name.slice(name.lastIndexOf('_') + 1);
  return writtenUnit(metric.unit) ?? writtenUnit(born) ?? (word.length > 1 ? writtenUnit(word) : undefined);
}

/** Sparkplug's own words for a value: 192 and up to 255 is good, 0 bad, 500 stale. */
function isGood(quality: number | undefined): boolean {
  return quality === undefined || (quality >= 192 && quality <= 255);
}

function gather(
  edge: Edge,
  name: string,
  metric: SparkplugMetric,
  { timestamp }: SparkplugPayload,
  wanted: Wanted,
  into: Gathered,
): void {
  const named = wanted.get(name);
  if (named === undefined) return;
  const born = edge.metrics[name];
  const at = sinceClockSet(epochStamp((metric.timestamp ?? timestamp ?? -1) / 1000));
  const value = numberOf(metric, metric.datatype ?? born?.type);
  // Beyond 2^53 the nearest double: off by one part in 10^16, which no meter shows.
  const raw = metric.isNull ? null : typeof value === 'bigint' ? Number(value) : (value ?? null);
  const found = { name, raw, unit: unitOf(metric, born?.unit, name), at };
  for (const { meter, kind } of named) {
    if (!isGood(metric.quality)) {
      into.doubt(meter, 'reading.bad-quality', `the quality of ${name} is ${metric.quality}`);
    } else if (value === undefined && metric.value !== undefined && !metric.isNull) {
      into.doubt(meter, 'reading.not-a-number', `${name} is an integer of unknown type`);
    } else if (kind === 'register') into.register(meter, found);
    else into.instant(meter, found);
  }
}

/** What the message is: readings, nothing, or numbers that only a birth would explain. */
function answerOf(edge: Edge, topic: Topic, payload: SparkplugPayload, wanted: Wanted): Decoded {
  const { type, device } = topic;
  if (type === 'NDEATH' || type === 'DDEATH') return { ignored: 'a death: nothing is known until the next birth' };
  const gathered = new Gathered();
  let unknown = 0;
  for (const metric of payload.metrics) {
    const name = nameOf(edge, device, metric);
    if (name === undefined) unknown++;
    else gather(edge, name, metric, payload, wanted, gathered);
  }
  const answer = gathered.answer('no metric of these meters');
  if (!('ignored' in answer) || unknown === 0 || knows(edge, device, [...wanted.keys()])) return answer;
  const of = device ?? topic.edge;
  return { problem: 'message.unborn', detail: `${unknown} metrics by alias, and the birth of ${of} was not heard` };
}

/** Births of the examples, from the field numbers of the specification by an encoder of its own. */
const birth = {
  node:
    '0880aac2cca03412120a0562645365711880aac2cca0342008580712210a144e6f646520436f6e74726f6c2f526562697274681880aac2cc' +
    'a034200b70001800',
  device:
    '088aaac2cca034124c0a12456c6563747269636974792f496d706f72741000188aaac2cca034200a4a220a07656e67556e69740a07517561' +
    '6c6974791207080c42036b57681205080318c00169000000004c7d064112360a11456c6563747269636974792f506f776572100b188aaac2' +
    'cca03420034a100a07656e67556e69741205080c42015750ecf7ffff0f12310a0a4761732f50756c736573100c188aaac2cca03420084a14' +
    '0a07656e67556e69741209080c420570756c73655886a43c12330a0a486561742f546f74616c100d188aaac2cca03420084a110a07656e67' +
    '556e69741206080c4202576858818080808080801012310a0c57617465722f566f6c756d65100e188aaac2cca03420094a110a07656e6755' +
    '6e69741206080c42026d336500c0d2431801',
} as const;
const nodeTopic = 'spBv1.0/Estate/NBIRTH/boiler-house';
const deviceTopic = 'spBv1.0/Estate/DBIRTH/boiler-house/sub-1';
const births = [
  { topic: nodeTopic, payload: birth.node },
  { topic: deviceTopic, payload: birth.device },
] as const;
const subMeters = [
  {
    id: 'sub-1',
    unit: 'kWh',
    utility: 'electricity',
    channel: 'sub-1/Electricity/Import;sub-1/Electricity/Power',
  },
  { id: 'sub-1-gas', unit: 'pulse', utility: 'gas', channel: 'sub-1/Gas/Pulses' },
  { id: 'sub-1-heat', unit: 'kWh', utility: 'heat', channel: 'sub-1/Heat/Total' },
  { id: 'sub-1-water', unit: 'm3', utility: 'water', channel: 'sub-1/Water/Volume' },
] as const;
const dataTopic = 'spBv1.0/Estate/DDATA/boiler-house/sub-1';

/** What the edge node is asked, `Node Control/Rebirth` = true. */
function rebirth(why: string): readonly Ask[] {
  const payload = Uint8Array.from(
    Buffer.from('08a0b7c8cca03412210a144e6f646520436f6e74726f6c2f5265626972746818a0b7c8cca034200b7001', 'hex'),
  );
  return [{ topic: 'spBv1.0/Estate/NCMD/boiler-house', payload, why: `rebirth: ${why}` }];
}

/** Eclipse Sparkplug B 3.0 (and 2.2): edge nodes that tell changes only, by numbers their births explain. */
export const sparkplugB: Decoder = {
  name: 'sparkplug-b',
  title: 'Sparkplug B',
  describes: {
    topic:
      '`spBv1.0/<group>/+/<edge>/#`: births, data and deaths of the node and its devices; never a shared subscription',
    channel:
      '`<device>/<metric>`, or `<metric>` of the node itself; after a `;` the metric that shows power or flow ' +
      '(`Elec-Main/Energy;Elec-Main/Power`)',
    reads:
      'the metric as the register, in the unit of its property `engUnit`, else of the last word of its name (`Import_kWh`), else of the ' +
      'estate; every datatype that is a number; power and flow only where the unit is said',
    stamp: 'the metric’s, else the payload’s, UTC; also of historical values',
    traps:
      'the sign of an integer and what an alias means stand in the birth only: until it is heard the edge node is asked for a rebirth, ' +
      'which the broker must let us publish (`spBv1.0/<group>/NCMD/<edge>`); a null is no zero, a death writes nothing, a stale or bad ' +
      'value is refused',
  },
  memoryKey(topic) {
    const [, group = '', , edge = ''] = topic.split('/');
    return `sparkplug-b ${group}/${edge}`;
  },
  decode(message, meters, memory) {
    const topic = topicOf(message.topic);
    if (!topic) {
      return message.topic.startsWith('spBv1.0/')
        ? { ignored: 'a command or the state of a host' }
        : { problem: 'message.unparsable', detail: 'Sparkplug B has no such topic' };
    }
    if (message.payload.length > limits.payloadBytes) {
      return { problem: 'message.too-large', detail: `${message.payload.length} bytes` };
    }
    const payload = readSparkplug(message.payload);
    if ('malformed' in payload) {
      return { problem: 'message.unparsable', detail: `not a payload of Sparkplug B: ${payload.malformed}` };
    }
    const edge = recallEdge(memory);
    const wanted = wantedOf(meters);
    const why = follow(edge, topic, payload, message.received, [...wanted.keys()]);
    const answer = answerOf(edge, topic, payload, wanted);
    if (why === undefined || !mayAsk(edge, message.received)) return { ...answer, memory: rememberEdge(edge) };
    const ask = {
      topic: `spBv1.0/${topic.group}/NCMD/${topic.edge}`,
      payload: rebirthCommand(message.received * 1000),
      why: `rebirth: ${why.length > 120 ? sayValue(why) : why}`,
    };
    return { ...answer, memory: rememberEdge(edge), asks: [ask] };
  },
  examples: [
    {
      why: 'a birth: names, numbers, types and units of four utilities; an Int32 below 0; a count beyond 2^53',
      source: 'own; from the field numbers of the specification',
      topic: deviceTopic,
      bytes: 'hex',
      after: [births[0]],
      payload: birth.device,
      meters: subMeters,
      gives: {
        readings: [
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_233.5, unit: 'kWh', at: 1_795_456_800 },
          { meter: 'sub-1', quantity: 'power', kind: 'instant', value: -1044, unit: 'W', at: 1_795_456_800 },
          { meter: 'sub-1-gas', quantity: 'count', kind: 'register', value: 987_654, unit: 'pulse', at: 1_795_456_800 },
          {
            meter: 'sub-1-heat',
            quantity: 'energy',
            kind: 'register',
            value: 9_007_199_254_740_992,
            unit: 'Wh',
            at: 1_795_456_800,
          },
          { meter: 'sub-1-water', quantity: 'volume', kind: 'register', value: 421.5, unit: 'm3', at: 1_795_456_800 },
        ],
      },
    },
    {
      why: 'data by number only; 0 is a number like any other; the sign of an integer is known from the birth',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: births,
      payload:
        '08e0fec5cca0341212100018e0fec5cca0346900000000827d0641120f100b18e0fec5cca0345084f0ffff0f120d100c18e0fec5cca03458' +
        '8ca43c1802',
      meters: subMeters,
      gives: {
        readings: [
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_240.25, unit: 'kWh', at: 1_795_456_860 },
          { meter: 'sub-1', quantity: 'power', kind: 'instant', value: -2044, unit: 'W', at: 1_795_456_860 },
          { meter: 'sub-1-gas', quantity: 'count', kind: 'register', value: 987_660, unit: 'pulse', at: 1_795_456_860 },
        ],
      },
    },
    {
      why: 'the same, and the births were not heard, as after a restart: the node is asked for them',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      payload:
        '08e0fec5cca0341212100018e0fec5cca0346900000000827d0641120f100b18e0fec5cca0345084f0ffff0f120d100c18e0fec5cca03458' +
        '8ca43c1802',
      meters: subMeters,
      gives: {
        problem: 'message.unborn',
        detail: '3 metrics by alias, and the birth of sub-1 was not heard',
        asks: rebirth('the birth of the node was not heard'),
      },
    },
    {
      why: 'a gap in the sequence: what resolves is kept, and a rebirth is asked for',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: births,
      payload: '08e0fec5cca0341212100018e0fec5cca0346900000000827d06411809',
      meters: subMeters,
      gives: {
        readings: [
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_240.25, unit: 'kWh', at: 1_795_456_860 },
        ],
        asks: rebirth('seq 9 after 1'),
      },
    },
    {
      why: 'values from before, sent when the link was back: each at its own time',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: [
        ...births,
        {
          topic: dataTopic,
          payload:
            '08e0fec5cca0341212100018e0fec5cca0346900000000827d0641120f100b18e0fec5cca0345084f0ffff0f120d100c18e0fec5cca03458' +
            '8ca43c1802',
        },
      ],
      payload:
        '08c0d3c9cca034121410001880cde6caa03428016900000000447c06411214100018c0bbd4cba03428016900000000c87c06411803',
      meters: subMeters,
      gives: {
        readings: [
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_200.5, unit: 'kWh', at: 1_795_453_200 },
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_217, unit: 'kWh', at: 1_795_455_000 },
        ],
      },
    },
    {
      why: 'a null is no zero, and a value that the node calls stale (500) is refused',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: births,
      payload:
        '08e0fec5cca034120b100018e0fec5cca03438011220100e18e0fec5cca0344a100a075175616c6974791205080318f4036500e0d2431802',
      meters: subMeters,
      gives: {
        readings: [],
        doubts: [
          {
            meter: 'sub-1',
            code: 'reading.not-a-number',
            detail: 'sub-1/Electricity/Import is null (the meter does not know)',
          },
          { meter: 'sub-1-water', code: 'reading.bad-quality', detail: 'the quality of sub-1/Water/Volume is 500' },
        ],
      },
    },
    {
      why: 'a packed payload',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: births,
      payload:
        '08e0fec5cca03412130a09616c676f726974686d200c7a04475a49501802221253504256312e305f434f4d505245535345442a2c1f8b0800' +
        '000000000203e378f0efe89905264242020c12106626031034d5b2394a30010071715f2f1d000000',
      meters: subMeters,
      gives: {
        readings: [
          { meter: 'sub-1', quantity: 'energy', kind: 'register', value: 184_240.25, unit: 'kWh', at: 1_795_456_860 },
        ],
      },
    },
    {
      why: 'the death of the node: nothing is written, no zeros',
      source: 'own; from the field numbers of the specification',
      topic: 'spBv1.0/Estate/NDEATH/boiler-house',
      bytes: 'hex',
      after: births,
      payload: '08c0c4cecca03412120a0562645365711880aac2cca03420085807',
      meters: subMeters,
      gives: { ignored: 'a death: nothing is known until the next birth' },
    },
    {
      why: 'after a death a number means nothing until the next birth: it may be another metric’s',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: [
        ...births,
        {
          topic: 'spBv1.0/Estate/NDEATH/boiler-house',
          payload: '08c0c4cecca03412120a0562645365711880aac2cca03420085807',
        },
      ],
      payload:
        '08e0fec5cca0341212100018e0fec5cca0346900000000827d0641120f100b18e0fec5cca0345084f0ffff0f120d100c18e0fec5cca03458' +
        '8ca43c1802',
      meters: subMeters,
      gives: {
        problem: 'message.unborn',
        detail: '3 metrics by alias, and the birth of sub-1 was not heard',
        asks: rebirth('the birth of the node was not heard'),
      },
    },
    {
      why: 'the death of an earlier connection (bdSeq 6 of 7) comes late: it ends nothing',
      source: 'own; from the field numbers of the specification',
      topic: dataTopic,
      bytes: 'hex',
      after: [
        ...births,
        {
          topic: 'spBv1.0/Estate/NDEATH/boiler-house',
          payload: '08c0c4cecca03412120a0562645365711880aac2cca03420085806',
        },
      ],
      payload:
        '08e0fec5cca034120b100018e0fec5cca03438011220100e18e0fec5cca0344a100a075175616c6974791205080318f4036500e0d2431802',
      meters: subMeters.slice(0, 1),
      gives: {
        readings: [],
        doubts: [
          {
            meter: 'sub-1',
            code: 'reading.not-a-number',
            detail: 'sub-1/Electricity/Import is null (the meter does not know)',
          },
        ],
      },
    },
    {
      why: 'another encoder; the unit is the last word of the name',
      source: 'own; encoded with sparkplug-payload 1.0.3 (Eclipse Tahu)',
      topic: 'spBv1.0/NHS/DBIRTH/RoyalSite-Edge1/Elec-Main',
      bytes: 'hex',
      after: [
        {
          topic: 'spBv1.0/NHS/NBIRTH/RoyalSite-Edge1',
          payload:
            '0880c88af0aa33120b0a05626453657120085800121a0a144e6f646520436f6e74726f6c2f52656269727468200b7000121e0a1350726f706572746965732f4861726477617265200c7a055254552d311800',
        },
      ],
      payload:
        '0880c88af0aa3312260a17456e657267792f416374697665496d706f72745f6b57681001200a69759318e487d63241121a0a0f506f776572' +
        '2f4163746976655f6b5710022009650040ce4312160a0653657269616c200c7a0a4531325a303031323334120b0a05416c61726d200b7001' +
        '12180a0a50756c7365436f756e741003200858d4f1a5b79286021801',
      meters: [
        {
          id: 'elec-main',
          unit: 'kWh',
          utility: 'electricity',
          channel: 'Elec-Main/Energy/ActiveImport_kWh;Elec-Main/Power/Active_kW',
        },
      ],
      gives: {
        readings: [
          {
            meter: 'elec-main',
            quantity: 'energy',
            kind: 'register',
            value: 1_234_567.891,
            unit: 'kWh',
            at: 1_763_856_000,
          },
          { meter: 'elec-main', quantity: 'power', kind: 'instant', value: 412.5, unit: 'kW', at: 1_763_856_000 },
        ],
      },
    },
    {
      why: 'the state of a host application, which is JSON',
      source: 'own; the form of the specification',
      topic: 'spBv1.0/STATE/scada-1',
      payload: '{"online":true,"timestamp":1795456800000}',
      meters: subMeters,
      gives: { ignored: 'a command or the state of a host' },
    },
    {
      why: 'JSON where a payload should be',
      source: 'own',
      topic: dataTopic,
      payload: '{"metrics":[]}',
      meters: subMeters,
      gives: {
        problem: 'message.unparsable',
        detail: 'not a payload of Sparkplug B: a field of wire type 3',
      },
    },
  ],
};
