import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shippedFolder, shippedMappings } from '../../../ingest/known-decoders.ts';
import { failedExamples, heard, meterOf } from '../../../ingest/mapping/examples.ts';
import { readMapping } from '../../../ingest/mapping/read-mapping.ts';
import { anyPayload, mistakeIn, payloadsLike } from '../decoders/payloads.ts';

const received = 1_795_456_900;
const examples = shippedMappings.flatMap((decoder) =>
  decoder.mapping.examples.map((example) => ({ decoder, example, title: `${decoder.name}: ${example.why}` })),
);

test('every file of the folder is a mapping of its name, and there are their field messages', () => {
  const files = readdirSync(shippedFolder).toSorted();
  expect(files).toEqual(shippedMappings.map(({ name }) => `${name}.yaml`).toSorted());
  expect(Object.fromEntries(shippedMappings.map(({ name, mapping }) => [name, mapping.examples.length]))).toEqual({
    'carbon-intensity': 6,
    emontx: 7,
    homie: 7,
    iammeter: 3,
    'tasmota-sml': 6,
    'weather-json': 5,
    zigbee2mqtt: 5,
  });
});

test('the mapping of docs/mappings.md is one, and gives what it says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/mappings.md'), 'utf8');
  const text = /^```yaml\n(.*?)^```/ms.exec(page)?.[1] ?? '';
  const { decoder, problems } = readMapping('docs/mappings.md', text);
  expect(problems).toEqual([]);
  expect(decoder?.mapping.examples).toHaveLength(1);
});

test.each(examples)('$title', ({ decoder, example }) => {
  // In the mapping's own words; what is told here is what would be different.
  const only = { ...decoder, mapping: { ...decoder.mapping, examples: [example] } };
  expect(failedExamples(only)).toEqual([]);
  expect(heard(decoder, example)).toBeDefined();
});

describe.each([...shippedMappings])('$name', (decoder) => {
  const meters = decoder.mapping.examples.flatMap((example) => example.meters.map(meterOf));
  const topics = fc.constantFrom(...decoder.mapping.examples.map((example) => example.topic), '', 'a/b/c');
  const payloads = fc.oneof(anyPayload, payloadsLike(decoder.mapping.examples));

  test('any message is answered with numbers or a reason', () => {
    fc.assert(
      fc.property(topics, payloads, fc.boolean(), (topic, payload, retained) => {
        const answer = decoder.decode({ topic, payload, retained, received }, meters, undefined);
        expect(mistakeIn(answer, meters)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test('any memory is taken or forgotten', () => {
    fc.assert(
      fc.property(topics, payloads, anyPayload, (topic, payload, memory) => {
        const answer = decoder.decode({ topic, payload, received }, meters, memory);
        expect(mistakeIn(answer, meters)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});
