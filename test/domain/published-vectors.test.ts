import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const titles = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) =>
    Array.from(
      readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/(?:test|describe)\('(?<id>[HR]\d)\b/g),
      (found) => found.groups?.['id'] ?? '',
    ),
  );

/** Those of carbon (C) and of gas (G) stand in lists of their own. */
test.each([
  ['renewable supply', 'R', 5],
  ['degree days and regression', 'H', 3],
] as const)('the vectors of %s, %s1 to the last of %i, are each a test', (_, letter, count) => {
  const found = new Set(titles.filter((id) => id.startsWith(letter)));
  expect([...found].sort()).toEqual(Array.from({ length: count }, (_none, i) => `${letter}${i + 1}`));
});
