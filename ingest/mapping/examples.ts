import { isDeepStrictEqual } from 'node:util';
import { type Listener, meterSchema } from '../../domain/estate/estate.ts';
import { observedSchema } from '../../domain/observed/register.ts';
import type { MappingExample } from '../../domain/estate/mapping.ts';
import { toIso } from '../../domain/time.ts';
import type { Decoded } from '../decoder.ts';
import type { MappingFault } from './faults.ts';
import type { MappedDecoder } from './mapped-decoder.ts';

type Expected = MappingExample['gives'];

/** What the examples of a mapping give otherwise than they say. */
export function failedExamples(decoder: MappedDecoder): MappingFault[] {
  return decoder.mapping.examples.flatMap((example, i) => {
    const given = inWordsOfExample(heard(decoder, example));
    if (isDeepStrictEqual(given, inUtc(example.gives))) return [];
    return [{ path: ['examples', i, 'gives'], detail: `${example.why}: it gives ${JSON.stringify(given)}` }];
  });
}

/** What a mapping makes of an example, after the messages before it. */
export function heard(decoder: MappedDecoder, example: MappingExample): Decoded {
  const meters = example.meters.map(meterOf);
  const received = Math.floor(Date.parse(example.received) / 1000);
  const memory = new Map<string, Uint8Array>();
  const hear = (topic: string, payload: string, retained: boolean, at: number): Decoded => {
    const key = decoder.memoryKey?.(topic);
    const message = { topic, payload: Buffer.from(payload), retained, received: at };
    const decoded = decoder.decode(message, meters, key === undefined ? undefined : memory.get(key));
    if (key !== undefined && 'memory' in decoded && decoded.memory) memory.set(key, decoded.memory);
    return decoded;
  };
  for (const before of example.before) hear(before.topic, before.payload, before.retained, received - before.seconds);
  return hear(example.topic, example.payload, example.retained, received);
}

/** A meter, or a series observed outside, as the register would read it. */
export function meterOf({ quantity, ...entry }: MappingExample['meters'][number]): Listener {
  if (quantity) {
    const { id, unit, channel } = entry;
    return observedSchema.parse({ id, name: id, quantity, unit, channel, source: 'an example' });
  }
  return { ...meterSchema.parse({ name: entry.id, role: 'sub', ...entry }), site: 'a-site' };
}

/** An answer as an example would write it. */
function inWordsOfExample(decoded: Decoded): unknown {
  if ('problem' in decoded) return { problem: decoded.problem };
  if ('ignored' in decoded) return { ignored: true };
  return {
    readings: decoded.readings.map(({ unit, at, ...reading }) => ({
      ...reading,
      unit: unit ?? 'meter',
      ...(at === undefined ? {} : { at: toIso(at) }),
    })),
    refused: (decoded.doubts ?? []).map(({ meter, code }) => ({ meter, code })),
  };
}

/** An expectation, its instants written in UTC. */
function inUtc(gives: Expected): Expected {
  if (!('readings' in gives)) return gives;
  const readings = gives.readings.map((reading) =>
    reading.at === undefined ? reading : { ...reading, at: toIso(Math.floor(Date.parse(reading.at) / 1000)) },
  );
  return { ...gives, readings };
}
