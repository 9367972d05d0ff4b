import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everyPage, type Page, proseOf, root } from './pages.ts';

const pages = everyPage();

interface Link {
  readonly page: string;
  readonly line: number;
  readonly to: string;
}

/** `[text](to)`, `![text](to)` and `<to>`, outside fences and code. */
function linksOf(page: Page): Link[] {
  return proseOf(page)
    .split('\n')
    .flatMap((text, index) => {
      const prose = text.replaceAll(/`[^`]*`/g, '');
      const inside = Array.from(prose.matchAll(/\]\(\s*([^)\s]+)(?:\s+"[^"]*")?\s*\)/g), ([, to = '']) => to);
      const bare = Array.from(prose.matchAll(/<(https?:[^>\s]+)>/g), ([, to = '']) => to);
      return [...inside, ...bare].map((to) => ({ page: page.path, line: index + 1, to }));
    });
}

/** The anchors of a page, as GitHub makes them of its titles: a second one of the same words is numbered. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const titles = proseOf({ path: '', text }).matchAll(/^#{1,6} +(.+?) *$/gm);
  for (const [, title = ''] of titles) {
    const words = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = words.replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with where a link leads; undefined where nothing is. */
function fault({ page, to }: Link): string | undefined {
  if (/^[a-z]+:/i.test(to)) {
    // Only for its form: a test that asks the network fails when somebody else's server does.
    if (!URL.canParse(to)) return 'is no address';
    return /^(https|mailto):/.test(to) ? undefined : 'is neither https nor mailto';
  }
  const [path = '', anchor] = to.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (file.startsWith('..')) return 'leaves the house';
  if (!existsSync(join(root, file))) return 'is not there';
  if (anchor === undefined) return undefined;
  if (!file.endsWith('.md') || !statSync(join(root, file)).isFile()) return 'has no anchors';
  return anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor) ? undefined : 'has no such title';
}

const links = pages.flatMap(linksOf);

describe('links', () => {
  test('are found, to files, to titles within them and to the world', () => {
    expect(pages.length).toBeGreaterThan(40);
    expect(links.filter(({ to }) => !/^[a-z]+:/.test(to)).length).toBeGreaterThan(120);
    expect(links.filter(({ to }) => to.includes('#')).length).toBeGreaterThan(5);
    expect(links.filter(({ to }) => to.startsWith('https:')).length).toBeGreaterThan(5);
  });

  test('lead to what is there', () => {
    const wrong = links.flatMap((link) => {
      const what = fault(link);
      return what === undefined ? [] : [`${link.page}:${link.line}: ${link.to} ${what}`];
    });
    expect(wrong).toEqual([]);
  });

  test('that lead nowhere would be found', () => {
    const at = (to: string): string | undefined => fault({ page: 'docs/alerts.md', line: 1, to });
    expect(at('none.md')).toBe('is not there');
    expect(at('../../elsewhere')).toBe('leaves the house');
    expect(at('#no-such-title')).toBe('has no such title');
    expect(at('architecture.md#no-such-title')).toBe('has no such title');
    expect(at('../package.json#x')).toBe('has no anchors');
    expect(at('http://example.org')).toBe('is neither https nor mailto');
    expect(at('alert-rules.md')).toBeUndefined();
  });

  test('of titles are made as GitHub makes them', () => {
    const text =
      '# What `check` says, in full\n## Twice\n```\n# no title\n```\n## Twice\n## kWh per m² – and [more](a.md)';
    expect([...anchorsOf(text)]).toEqual(['what-check-says-in-full', 'twice', 'twice-1', 'kwh-per-m²--and-more']);
  });
});

test('docs/README.md leads to every page, and README.md to it', () => {
  const targets = new Set(links.filter(({ page }) => page === 'docs/README.md').map(({ to }) => to.split('#')[0]));
  const all = pages.flatMap(({ path }) => (/^docs\/(?!README)[^/]+\.md$/.test(path) ? [path.slice(5)] : []));
  expect(all.length).toBeGreaterThan(35);
  expect(all.filter((page) => !targets.has(page))).toEqual([]);
  expect(links.some(({ page, to }) => page === 'README.md' && to === 'docs/README.md')).toBe(true);
});
