import { describe, expect, test } from 'vitest';
import type { Meter } from '../../../domain/estate/estate.ts';
import { limits } from '../../../domain/limits.ts';
import type { Decoded } from '../../../ingest/decoder.ts';
import { sparkplugB } from '../../../ingest/decoders/sparkplug-b.ts';
import { numberOf, readSparkplug } from '../../../ingest/sparkplug/payload.ts';
import { sparkplugB as dialect } from '../../../simulators/dialects/sparkplug-b.ts';
import { madeMeter } from '../made-meter.ts';

const start = 1_795_456_800;
const first = madeMeter({ id: 'first', topic: 'spBv1.0/Estate/+/edge/#', channel: 'dev/Import;dev/Power' });

/** Who hears an edge node: each message is read with what the ones before left. */
function listener(meters: readonly Meter[]) {
  let memory: Uint8Array | undefined;
  let asks = 0;
  return {
    hear(topic: string, payload: Uint8Array, received = start): Decoded {
      const answer = sparkplugB.decode({ topic, payload, received }, meters, memory);
      memory = answer.memory ?? memory;
      asks += answer.asks?.length ?? 0;
      return answer;
    },
    asks: () => asks,
    memory: () => memory,
  };
}

const valuesIn = (answer: Decoded): number[] =>
  'readings' in answer ? answer.readings.filter(({ kind }) => kind === 'register').map(({ value }) => value) : [];
const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** An edge node that another program wrote the messages of (see `simulators/dialects`). */
function node(meter = first) {
  const speaks = dialect.begin?.(meter) ?? dialect;
  let words = 0;
  return {
    speaks,
    say: () => {
      words++;
      return speaks.messages(meter, { at: start + words, register: 1000 + words, rate: 5 }, false);
    },
  };
}

/** Encoded by sparkplug-payload 1.0.3 (Eclipse Tahu): type and topic, and the bytes. */
const story: readonly (readonly [what: string, payload: string])[] = [
  [
    'NBIRTH edge',
    '0880c88af0aa33120b0a05626453657120085800121a0a144e6f646520436f6e74726f6c2f52656269727468200b7000121e0a1350726f' +
      '706572746965732f4861726477617265200c7a055254552d311800',
  ],
  [
    'DBIRTH edge Elec-Main',
    '0880c88af0aa3312260a17456e657267792f416374697665496d706f72745f6b57681001200a69759318e487d63241121a0a0f506f7765' +
      '722f4163746976655f6b5710022009650040ce4312160a0653657269616c200c7a0a4531325a303031323334120b0a05416c61726d200b' +
      '700112180a0a50756c7365436f756e741003200858d4f1a5b79286021801',
  ],
  [
    'DBIRTH edge Water-Main',
    '0880c88af0aa3312180a09566f6c756d655f6d33100a200a69f0a7c64bb783f54012240a0e566f6c756d655f6d335f7072657618c0d99c' +
      'efaa33200a280169759318048083f5401802',
  ],
  [
    'DDATA edge Elec-Main',
    '08c0b6f8f0aa331214100118c0b6f8f0aa33200a697593182456d732411210100218c0b6f8f0aa332009650020c7431803',
  ],
  ['DDATA edge Elec-Main', '0880a5e6f1aa3312150a0f506f7765722f4163746976655f6b57200938011804'],
  [
    'DDATA edge Elec-Main',
    '08c093d4f2aa3312240a17456e657267792f416374697665496d706f72745f6b5768200a690000008037d832411807',
  ],
  ['DDEATH edge Elec-Main', '088082c2f3aa331808'],
  ['NDEATH edge', '08c0f0aff4aa33120b0a05626453657120085800'],
];

test('the story of an edge node as the encoder of Eclipse Tahu writes it', () => {
  const meters = [
    madeMeter({ id: 'elec', channel: 'Elec-Main/Energy/ActiveImport_kWh;Elec-Main/Power/Active_kW' }),
    madeMeter({ id: 'pulses', unit: 'pulse', channel: 'Elec-Main/PulseCount' }),
    madeMeter({ id: 'water', unit: 'm3', utility: 'water', channel: 'Water-Main/Volume_m3' }),
  ];
  const there = listener(meters);
  expect(story.length).toBe(8);
  const answers = story.map(([what, payload], i) => {
    const [type, ...names] = what.split(' ');
    return there.hear(`spBv1.0/NHS/${type}/${names.join('/')}`, hex(payload), 1_763_865_001 + i);
  });
  expect(answers.map(valuesIn)).toEqual([
    [],
    [1_234_567.891, 9_007_199_254_740],
    [88_123.456],
    [1_234_774.141],
    [],
    [1_234_999.5],
    [],
    [],
  ]);
  const stamps = answers.flatMap((answer) => ('readings' in answer ? answer.readings.map(({ at }) => at) : []));
  const [birth, half, gap] = [1_763_856_000, 1_763_857_800, 1_763_861_400];
  expect(stamps).toEqual([birth, birth, birth, birth, half, half, gap]);
  expect(answers[4]).toMatchObject({ readings: [], doubts: [{ meter: 'elec', code: 'reading.not-a-number' }] });
  expect(answers.map(({ asks }) => asks?.map(({ why }) => why))).toEqual([
    ...Array.from({ length: 5 }, () => undefined),
    ['rebirth: seq 7 after 4'],
    undefined,
    undefined,
  ]);
});

test('every type of a number, from an encoder of its own', () => {
  const read = readSparkplug(
    hex(
      '0880aac2cca03412150a0e696e743820617320612062797465200150fb01121c0a12696e743820617320666f7572206279746573200150' +
        'fbffffff0f120f0a05696e743136200250ecf7ffff0f120f0a05696e743332200350ecf7ffff0f12140a05696e743634200458fbffffff' +
        'ffffffffff01120c0a0575696e7438200550fb0112100a0675696e743332200750ecf7ffff0f12150a0675696e74363420085880888080' +
        '808080808001120e0a05666c6f61742009650000003f12130a06646f75626c65200a69fca9f1d24d6250bf120d0a07626f6f6c65616e20' +
        '0b700112100a06737472696e67200c7a0431322e35120b0a076e6f207479706550071801',
    ),
  );
  const metrics = 'metrics' in read ? read.metrics : [];
  expect(Object.fromEntries(metrics.map((each) => [each.name, numberOf(each, each.datatype)]))).toEqual({
    'int8 as a byte': -5n,
    'int8 as four bytes': -5n,
    int16: -1044n,
    int32: -1044n,
    int64: -5n,
    uint8: 251n,
    uint32: 4_294_966_252n,
    uint64: 2n ** 63n + 1024n,
    float: 0.5,
    double: -0.001,
    boolean: 'true',
    string: '12.5',
    'no type': undefined,
  });
});

test('an alias that one birth gives twice means the last', () => {
  const meters = [madeMeter({ id: 'a', channel: 'First' }), madeMeter({ id: 'b', channel: 'Second' })];
  const there = listener(meters);
  const birth = there.hear(
    'spBv1.0/Estate/NBIRTH/edge',
    hex(
      '0880aac2cca034120d0a05626453657110012008585812140a0546697273741001200a69000000000000f83f12150a065365636f6e6410' +
        '01200a6900000000000004401800',
    ),
  );
  expect(valuesIn(birth)).toEqual([1.5, 2.5]);
  const data = there.hear('spBv1.0/Estate/NDATA/edge', hex('08e8b1c2cca034120b10016900000000000023401801'));
  expect(data).toMatchObject({ readings: [{ meter: 'b', value: 9.5 }] });
});

describe('sequence', () => {
  test('600 messages in a row, around 255 twice: no gap', () => {
    const there = listener([first]);
    const edge = node();
    const values = Array.from({ length: 600 }, () => edge.say()).flatMap((messages) =>
      messages.flatMap(({ topic, payload }) => valuesIn(there.hear(topic, payload))),
    );
    expect(values).toEqual(Array.from({ length: 600 }, (_, i) => 1001 + i));
    expect(there.asks()).toBe(0);
  });

  test('a number that repeats is neither dropped nor a gap', () => {
    const there = listener([first]);
    const edge = node();
    for (const { topic, payload } of edge.say()) there.hear(topic, payload);
    const [data] = edge.say();
    for (let i = 0; i < 75; i++) {
      expect(valuesIn(there.hear(data?.topic ?? '', data?.payload ?? hex('')))).toEqual([1002]);
    }
    expect(there.asks()).toBe(0);
  });

  test('a node that does not answer is asked at once, and then less and less', () => {
    const there = listener([first]);
    const edge = node();
    edge.say();
    const [data] = edge.say();
    const asked: number[] = [];
    for (let second = 0; second < 3 * 3600; second++) {
      const { asks } = there.hear(data?.topic ?? '', data?.payload ?? hex(''), start + second);
      if (asks) asked.push(second);
    }
    const doubling = [0, 30, 90, 210, 450, 930, 1890, 3810, 7410];
    expect(asked).toEqual(doubling);
    expect(limits.rebirthSeconds * 2 ** 7).toBeGreaterThan(limits.rebirthLongestSeconds);
  });
});

describe('births and deaths', () => {
  test('a device’s birth that overtakes its node’s is not forgotten with the births before it', () => {
    const there = listener([first]);
    const edge = node();
    const [nodeBirth, deviceBirth] = edge.say();
    const [data] = edge.say();
    const answers = [deviceBirth, nodeBirth, data].map((message, i) =>
      there.hear(message?.topic ?? '', message?.payload ?? hex(''), start + 60 * i),
    );
    expect(answers.map(valuesIn)).toEqual([[1001], [], [1002]]);
    // By the first, whose node was not known; its birth is the answer.
    expect(answers.map(({ asks }) => asks?.length ?? 0)).toEqual([1, 0, 0]);
  });

  test('after a connection was gone the node gives other numbers: they are read as the new births say', () => {
    const there = listener([first]);
    const edge = node();
    const values: number[] = [];
    for (let i = 0; i < 12; i++) {
      if (i % 4 === 3) edge.speaks.interrupted?.();
      const messages = edge.say();
      expect(messages.map(({ topic }) => topic.split('/')[2])).toEqual(
        i === 0 ? ['NBIRTH', 'DBIRTH'] : i % 4 === 3 ? ['NDEATH', 'NBIRTH', 'DBIRTH'] : ['DDATA'],
      );
      for (const { topic, payload, fate } of messages) {
        const answer = there.hear(topic, payload);
        expect('readings' in answer ? 'decoded' : 'ignored' in answer ? 'ignored' : 'quarantined').toBe(fate);
        values.push(...valuesIn(answer));
      }
    }
    expect(values).toEqual(Array.from({ length: 12 }, (_, i) => 1001 + i));
    expect(there.asks()).toBe(0);
  });

  test('a meter registered after the birth makes the node be asked', () => {
    const there = listener([first]);
    const edge = node();
    for (const { topic, payload } of edge.say()) there.hear(topic, payload);
    const [data] = edge.say();
    const second = madeMeter({ id: 'second', topic: first.topic, channel: 'dev/Voltage' });
    const message = { topic: data?.topic ?? '', payload: data?.payload ?? hex(''), received: start };
    const answer = sparkplugB.decode(message, [first, second], there.memory());
    expect(answer.asks?.map(({ topic }) => topic)).toEqual(['spBv1.0/Estate/NCMD/edge']);
    expect(valuesIn(answer)).toEqual([1002]);
  });
});
