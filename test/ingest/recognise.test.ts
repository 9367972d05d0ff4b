import { expect, test } from 'vitest';
import { decoders } from '../../ingest/decoders/index.ts';
import { shippedDecoders, shippedMappings } from '../../ingest/known-decoders.ts';
import { recognise } from '../../ingest/recognise.ts';

const received = 1_795_456_900;
const likeliest = (topic: string, payload: string | Uint8Array) =>
  recognise({ topic, payload: Buffer.from(payload), received }, shippedDecoders.values())[0];

/** What is observed outside is proposed as no meter. */
const isOfMeters = ({ meters }: { readonly meters: readonly { readonly quantity?: unknown }[] }): boolean =>
  meters.every(({ quantity }) => quantity === undefined);

/** Field messages that give readings, with their family. */
const messages = [
  ...[...decoders.values()].flatMap(({ name, examples }) =>
    examples
      .filter(isOfMeters)
      .flatMap(({ topic, payload, bytes, gives, after }) =>
        'readings' in gives && gives.readings.length > 0 && after === undefined
          ? [{ name, topic, payload: bytes ?? payload }]
          : [],
      ),
  ),
  ...shippedMappings.flatMap(({ name, mapping }) =>
    mapping.examples
      .filter(isOfMeters)
      .flatMap(({ topic, payload, gives, before }) =>
        'readings' in gives && gives.readings.length > 0 && before.length === 0 ? [{ name, topic, payload }] : [],
      ),
  ),
];

test('nearly every field message is known again as one of its family', () => {
  expect(messages.length).toBeGreaterThan(60);
  const wrong = messages.filter(({ name, topic, payload }) => likeliest(topic, payload)?.decoder !== name);
  expect(wrong.map(({ name, topic }) => `${name} ${topic}`).length).toBeLessThan(messages.length / 20);
});

test('a bare number is proposed with what its topic says, all of it guessed', () => {
  expect(likeliest('boiler-house/gas', '48211.7')).toEqual({
    decoder: 'number',
    proposals: [
      {
        decoder: 'number',
        utility: 'gas',
        unit: 'm3',
        kind: 'register',
        value: 48211.7,
        guessed: ['role', 'utility', 'unit', 'kind'],
      },
    ],
  });
  expect(likeliest('plant/pulse/7', '12')?.proposals[0]).toMatchObject({ utility: 'electricity', unit: 'pulse' });
});

test('what the message says is not guessed', () => {
  const payload = '{"Time":"2026-11-23T18:00:05","SML":{"Total_in":20481.9505,"Power_curr":-281}}';
  expect(likeliest('tele/pharmacy/SENSOR', payload)).toMatchObject({
    decoder: 'tasmota-sml',
    proposals: [
      { unit: 'kWh', kind: 'register', value: 20481.9505, guessed: expect.not.arrayContaining(['unit', 'kind']) },
    ],
  });
});

test('each meter behind a gateway is proposed by its channel', () => {
  const payload = '{"P1":412,"E1":48213,"P2":5,"E2":771,"pulse":9021}';
  expect(
    likeliest('emon/emontx4', payload)?.proposals.map(({ channel, unit, value }) => [channel, unit, value]),
  ).toEqual([
    ['ct1', 'Wh', 48213],
    ['ct2', 'Wh', 771],
    ['pulse', 'pulse', 9021],
  ]);
});

test.each(['', 'on', '{}', '[]', '\u0000', '['.repeat(2000)])('%j is nobody’s', (payload) => {
  expect(likeliest('a/b', payload)?.proposals.filter(({ kind }) => kind === 'register') ?? []).toEqual([]);
});
