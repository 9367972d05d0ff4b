import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedDecoders } from '../../../ingest/known-decoders.ts';

/** `vitest run test/ingest/decoders/page.test.ts -u` writes the page again from what the decoders say of themselves. */
test('docs/decoders.md says what the decoders say of themselves', async () => {
  const all = [...shippedDecoders.values()].toSorted((a, b) => a.title.localeCompare(b.title, 'en-GB'));
  expect(all.length).toBeGreaterThanOrEqual(5);
  const rows = all.map(({ title, name, describes }) => {
    const { topic, channel, reads, stamp, traps } = describes;
    return [title, `\`${name}\``, topic, channel, reads, stamp, traps];
  });
  // A bar would begin another cell.
  expect(rows.flat().filter((cell) => cell === '' || /[|\n]/.test(cell))).toEqual([]);
  const page = [
    '# Meter families',
    '',
    'What Meterhouse reads without being told more than the topic. A meter of the estate names its family by `decoder`, says where',
    'it publishes by `topic`, and which part of a message is meant by `channel`. `npx meterhouse decode` shows what a message means.',
    '',
    'The unit is the one of the message; the meter may count in another one of the same quantity. An energy or volume that the message',
    'counts in another quantity than the meter (`unit`) is refused, never guessed. A family that sends no time of its own takes that of',
    'receipt; a retained message never does.',
    '',
    'This page is written from `ingest/decoders` and `ingest/mappings` by `npx vitest run test/ingest/decoders/page.test.ts -u`.',
    '',
    '| family | `decoder` | `topic` | `channel` | what is read | stamp | traps |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot(join(import.meta.dirname, '../../../docs/decoders.md'));
});
