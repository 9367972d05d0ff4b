import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoded, Decoder, Example } from '../../../ingest/decoder.ts';
import { decoderNamed, decoders, register } from '../../../ingest/decoders/index.ts';
import { madeListener, madeMeter } from '../made-meter.ts';
import { anyPayload, bytesOf, mistakeIn, payloadsLike } from './payloads.ts';

const list = [...decoders.values()];
const examples = list.flatMap((decoder) =>
  decoder.examples.map((example) => ({ decoder, example, title: `${decoder.name}: ${example.why}` })),
);
const received = 1_795_456_900;

test('there are decoders, and each is proved by field messages of which one at least gives a reading', () => {
  expect(list.length).toBeGreaterThanOrEqual(5);
  expect(examples.length).toBeGreaterThanOrEqual(35);
  const withReading = (decoder: Decoder): boolean =>
    decoder.examples.some(({ gives }) => 'readings' in gives && gives.readings.length > 0);
  expect(list.filter((decoder) => decoder.examples.length < 5 || !withReading(decoder))).toEqual([]);
});

test('every file of the folder is in the list, and every decoder of the list has its file', () => {
  const files = readdirSync(new URL('../../../ingest/decoders/', import.meta.url)).filter(
    (name) => name !== 'index.ts',
  );
  expect(files.toSorted()).toEqual(list.map(({ name }) => `${name}.ts`).toSorted());
});

test('words on a topic of nobody are of no family, so that whoever tries all of them is not told otherwise', () => {
  const message = { topic: 'meter', payload: Buffer.from('nothing of use'), received };
  const meters = [madeMeter({ id: 'meter', topic: 'meter' })];
  const claimed = list.filter((decoder) => !('problem' in decoder.decode(message, meters, undefined)));
  expect(claimed.map(({ name }) => name)).toEqual([]);
});

test('two decoders of one name are refused', () => {
  const [first] = list;
  expect(first).toBeDefined();
  expect(() => register([first as Decoder, first as Decoder])).toThrow('two decoders are called meterhouse');
});

test('an unknown name is answered with the known ones', () => {
  const known = [...decoders.keys()].join(', ');
  expect(known).toMatch(/^meterhouse, number, /);
  expect(() => decoderNamed('meterhaus')).toThrow(
    new RangeError(`no decoder is called "meterhaus"; known are ${known}`),
  );
});

test.each(examples)('$title', ({ decoder, example }) => {
  const meters = example.meters.map((meter) => madeListener(meter));
  let memory: Uint8Array | undefined;
  const read = ({ topic, payload }: Pick<Example, 'topic' | 'payload'>): Decoded => {
    const bytes = bytesOf({ payload, bytes: example.bytes });
    const answer = decoder.decode({ topic, payload: bytes, received }, meters, memory);
    memory = answer.memory ?? memory;
    return answer;
  };
  for (const message of example.after ?? []) read(message);
  const { memory: _, ...answer } = { memory: undefined, ...read(example) };
  expect(answer).toEqual(example.gives);
});

describe.each(list)('$name', (decoder) => {
  const meters = (decoder.examples[0]?.meters ?? []).map((meter) => madeListener(meter));
  const topics = fc.constantFrom(...decoder.examples.map((example) => example.topic), '', 'status/em:0', 'a/status/');

  test('any bytes are answered and never throw', () => {
    fc.assert(
      fc.property(topics, anyPayload, (topic, payload) => {
        expect(mistakeOf({ topic, payload })).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  test('a field message with a part changed is answered with numbers or a reason', () => {
    fc.assert(
      fc.property(topics, payloadsLike(decoder.examples), (topic, payload) => {
        expect(mistakeOf({ topic, payload })).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test('one after the other, with what is remembered between them, they are answered too', () => {
    const messages = fc.array(fc.tuple(topics, fc.oneof(payloadsLike(decoder.examples), anyPayload)), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(messages, (list) => {
        let memory: Uint8Array | undefined;
        for (const [topic, payload] of list) {
          const answer = decoder.decode({ topic, payload, received }, meters, memory);
          expect(mistakeIn(answer, meters)).toBeUndefined();
          memory = answer.memory ?? memory;
        }
        expect(memory?.length ?? 0).toBeLessThan(2_000 + 1_000 * meters.length);
      }),
      { numRuns: decoder.memoryKey ? 300 : 20 },
    );
  });

  function mistakeOf(message: { topic: string; payload: Uint8Array }) {
    return mistakeIn(decoder.decode({ ...message, received }, meters, undefined), meters);
  }
});
