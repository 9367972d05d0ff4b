import * as fc from 'fast-check';
import type { Listener } from '../../../domain/estate/estate.ts';
import { readingKinds, readingQuantities } from '../../../domain/readings/reading.ts';
import type { Decoded, DecodedReading, Example } from '../../../ingest/decoder.ts';

/** Whatever a broker may carry: bytes, texts, JSON of any shape, deep JSON. */
export const anyPayload: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc.constantFrom('', ' ', 'null', '{}', '[]', '{"v":1}', '{"v":1,"readings":{}}').map((text) => Buffer.from(text)),
);

type FieldMessage = Pick<Example, 'payload' | 'bytes'>;

/** The bytes of a field message. */
export function bytesOf({ payload, bytes }: FieldMessage): Buffer {
  return Buffer.from(payload, bytes ?? 'utf8');
}

/** Field messages in which one value is another, one byte is another, or the end is missing. */
export function payloadsLike(examples: readonly FieldMessage[]): fc.Arbitrary<Uint8Array> {
  const example = fc.constantFrom(...examples);
  const texts = examples.filter(({ bytes }) => bytes === undefined).map(({ payload }) => payload);
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
    fc.constantFrom('1e999', '-0', '1e-320', 'nan', '99999999999999999999', '"12"', '""', '[1,2,3]', '4294967295'),
  );
  const value = /(?<=:)\s*(?:"[^"]*"|-?[\d.]+|null|true|false)/g;
  const otherValue = fc.tuple(fc.constantFrom(...texts, ''), fc.nat(), odd).map(([text, place, other]) => {
    const places = [...text.matchAll(value)];
    const hit = places[place % Math.max(1, places.length)];
    if (!hit) return Buffer.from(text);
    return Buffer.from(text.slice(0, hit.index) + other + text.slice(hit.index + hit[0].length));
  });
  const otherByte = fc.tuple(example, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([one, place, byte]) => {
    const bytes = bytesOf(one);
    if (bytes.length > 0) bytes[place % bytes.length] = byte;
    return bytes;
  });
  const cut = fc.tuple(example, fc.nat()).map(([one, end]) => {
    const bytes = bytesOf(one);
    return bytes.subarray(0, end % (bytes.length + 1));
  });
  return fc.oneof(otherValue, otherByte, cut);
}

/** What is wrong with an answer to a message of these meters, whatever the message was; undefined when nothing is. */
export function mistakeIn(answer: Decoded, meters: readonly Listener[]): string | undefined {
  if ('problem' in answer)
    return answer.detail.length < 400 ? undefined : `a reason of ${answer.detail.length} characters`;
  if ('ignored' in answer) return answer.ignored === '' ? 'ignored without a reason' : undefined;
  const known = new Set(meters.map((meter) => meter.id));
  for (const doubt of answer.doubts ?? []) if (!known.has(doubt.meter)) return `a doubt of ${doubt.meter}`;
  return answer.readings.map((reading) => mistakeInReading(reading, known)).find((mistake) => mistake !== undefined);
}

function mistakeInReading(reading: DecodedReading, known: ReadonlySet<string>): string | undefined {
  if (!known.has(reading.meter)) return `a reading of ${reading.meter}`;
  if (!Number.isFinite(reading.value)) return `the value ${reading.value}`;
  if (!readingKinds.includes(reading.kind)) return `the kind ${reading.kind}`;
  if (!readingQuantities.includes(reading.quantity)) return `the quantity ${reading.quantity}`;
  if (reading.at !== undefined && !Number.isSafeInteger(reading.at)) return `the stamp ${reading.at}`;
  const { period = 0 } = reading;
  const isOfPeriod = reading.kind === 'interval' || reading.kind === 'estimate';
  return isOfPeriod === period > 0 ? undefined : `the period ${period} of a ${reading.kind}`;
}
