import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';

interface Said {
  readonly pid: number;
  readonly words: readonly string[];
  readonly megabytes: number;
}

/** What the child said, a line each time that it began. */
function begun(words: readonly string[], options: readonly string[] = []): Said[] {
  const child = join(import.meta.dirname, 'bounded-heap.child.ts');
  const env = { ...process.env, NODE_OPTIONS: '' };
  const text = execFileSync(process.execPath, [...options, child, ...words], { encoding: 'utf8', env });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

// Where a process cannot take its own place (Windows) it stays as it is.
const bounded = process.platform === 'win32' ? 1 : 2;

test.each(['api', 'start'])('%s begins again in its own place, once, with the same words', (command) => {
  const said = begun([command, '--config', 'a b.yaml']);
  expect(said.length).toBe(bounded);
  expect(new Set(said.map(({ pid }) => pid)).size).toBe(1);
  for (const { words } of said) expect(words).toEqual([command, '--config', 'a b.yaml']);
  // V8 counts the young part in: two halves and what lies between them.
  const most = bounded === 1 ? Infinity : limits.heapOldMb + 4 * limits.heapYoungMb;
  expect(said.at(-1)?.megabytes).toBeLessThanOrEqual(most);
});

test.each(['ingest', 'check'])('%s stays as it is', (command) => {
  expect(begun([command]).length).toBe(1);
});

test('bounds that someone chose are kept', () => {
  const said = begun(['api'], ['--max-old-space-size=300']);
  expect(said.length).toBe(1);
  expect(said[0]?.megabytes).toBeLessThan(500);
});
