import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** docs/faults-survived.md names a test for each fault; a test that is renamed or goes takes its promise with it. */
const root = join(import.meta.dirname, '../..');
const rows = readFileSync(join(root, 'docs/faults-survived.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| fault ') && !line.startsWith('| --'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, fault = '', title = '', file = '']) => ({ fault, title, file }));

test('the faults are all here', () => expect(rows.length).toBe(29));

test.each(rows)('$fault: its test exists', ({ title, file }) => {
  const path = join(root, file);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain(`'${title}'`);
});
