import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pages } from '../../dashboards/console/pages.ts';
import { root } from './pages.ts';

test('docs/console.md says of each page what it answers or does', () => {
  const [, section = ''] = readFileSync(join(root, 'docs/console.md'), 'utf8').split('## What each page answers');
  const rows = Array.from(
    section.matchAll(/^\| `(\/[^`]*)` +\| ([^|]*) \| ([^|]*) \|$/gm),
    ([, path, answers, does]) => ({
      path,
      says: `${answers}${does}`.trim().length,
    }),
  );
  const paths: readonly string[] = Object.values(pages).map(({ path }) => path);
  expect(rows.filter(({ says }) => says < 12)).toEqual([]);
  expect(rows.map(({ path }) => path ?? '').sort()).toEqual(paths.filter((path) => path !== '/*').sort());
});
