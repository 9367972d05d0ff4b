import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { decoders } from '../../ingest/decoders/index.ts';
import { receive } from '../../ingest/receive.ts';
import { TopicIndex } from '../../ingest/topic-index.ts';
import { anyPayload, mistakeIn, payloadsLike } from '../ingest/decoders/payloads.ts';
import { madeEstate, madeMeter } from '../ingest/made-meter.ts';

/**
 * Long runs of the decoders' properties: `npm run fuzz -- --minutes 10 [--seed 1]`. Ends with 1 and the counterexample
 * at the first mistake; `--seed` with the seed it names finds it again.
 */

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '5' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(minutes > 0) || !Number.isSafeInteger(seed))
  throw new RangeError('--minutes is a number above 0, --seed a whole one');

const received = 1_795_456_900;
const forgetful = { get: () => undefined, set: () => {} };
const each = (minutes * 60_000) / decoders.size;

for (const decoder of decoders.values()) {
  const meters = decoder.examples.flatMap((example, i) =>
    example.meters.flatMap((meter) =>
      meter.quantity
        ? []
        : [madeMeter({ ...meter, id: `${meter.id}-${i}`, topic: example.topic, decoder: decoder.name })],
    ),
  );
  const index = new TopicIndex(madeEstate(meters));
  const topics = fc.constantFrom(...decoder.examples.map((example) => example.topic));
  const alike = payloadsLike(decoder.examples);
  const payloads = fc.oneof({ weight: 1, arbitrary: anyPayload }, { weight: 3, arbitrary: alike });
  let runs = 0;
  const property = fc.property(topics, payloads, fc.boolean(), (topic, payload, retained) => {
    runs++;
    const heard = index.match(topic).flatMap((listeners) => listeners.meters);
    const mistake = mistakeIn(decoder.decode({ topic, payload, received }, heard, undefined), heard);
    if (mistake !== undefined) throw new Error(mistake);
    for (const reading of receive({ topic, payload, retained, received }, index.match(topic), forgetful).readings) {
      if (!Number.isFinite(reading.value) || !Number.isSafeInteger(reading.at))
        throw new Error(JSON.stringify(reading));
    }
  });
  fc.assert(property, { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: each });
  process.stdout.write(`${decoder.name}: ${runs} messages, no mistake (seed ${seed})\n`);
}
