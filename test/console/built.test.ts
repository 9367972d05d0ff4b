import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildConsole } from '../../dashboards/build-console.ts';

/** What is committed is what the sources make, is small, and asks nothing of anybody else. */

const committed = join(import.meta.dirname, '../../dashboards/console/built');
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-built-'));

function filesOf(root: string): ReadonlyMap<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return new Map(names.sort().map((name) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** A script and those that it imports, and they in turn; of the frame, which fetches every page, not its pages. */
const frame = 'assets/console.js';
function fetchedBy(name: string, built: ReadonlyMap<string, string>): readonly string[] {
  const fetched = new Set<string>();
  const follow = (script: string): void => {
    if (fetched.has(script)) return;
    fetched.add(script);
    const text = built.get(script) ?? '';
    const asked = script === frame ? /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)/g : /["'`]\.\/([\w.-]+\.js)["'`]/g;
    for (const [, imported] of text.matchAll(asked)) follow(`assets/${imported}`);
  };
  follow(name);
  return [...fetched];
}

beforeAll(async () => {
  // The bundler makes something else of it for tests.
  vi.stubEnv('NODE_ENV', 'production');
  await buildConsole(folder);
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the console as it is committed', () => {
  const built = filesOf(committed);
  const scripts = [...built].filter(([name]) => name.endsWith('.js'));

  test('is what `npm run console` makes of its sources now', () => {
    const again = filesOf(folder);
    expect([...built.keys()]).toEqual([...again.keys()]);
    // By name: a difference of whole files says no more than that.
    expect([...again].filter(([name, text]) => built.get(name) !== text).map(([name]) => name)).toEqual([]);
  });

  test('is less than 300 kB of script for each page as it is, and for all pages together as they are sent', () => {
    expect(scripts.length).toBeGreaterThan(1);
    const perPage = scripts.map(([name]) => bytesOf([...fetchedBy(name, built), ...fetchedBy(frame, built)]));
    expect(Math.max(...perPage)).toBeGreaterThan(90_000);
    expect(Math.max(...perPage)).toBeLessThan(300_000);
    const sent = scripts.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
    expect(sent).toBeGreaterThan(20_000);
    expect(sent).toBeLessThan(300_000);

    function bytesOf(names: readonly string[]): number {
      return [...new Set(names)].reduce((sum, name) => sum + Buffer.byteLength(built.get(name) ?? ''), 0);
    }
  });

  test.each(['preact', 'uplot'])('keeps the licence of %s beside it, and its version', (library) => {
    const folder = join(import.meta.dirname, '../../node_modules', library);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    const licences = built.get('licences.txt') ?? '';
    expect(licences).toContain(readFileSync(join(folder, 'LICENSE'), 'utf8').trim());
    expect(licences).toMatch(new RegExp(`^${library} ${version.replaceAll('.', '\\.')}:`, 'im'));
  });

  test('has neither script nor style in its page', () => {
    const page = built.get('index.html') ?? '';
    const inline = Array.from(page.matchAll(/<script[^>]*>([^<]*)<\/script>/g), ([, text]) => text?.trim());
    expect(inline).toEqual(['']);
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    const asked = Array.from(page.matchAll(/\b(?:src|href)="([^"]*)"/g), ([, address]) => address ?? '');
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.filter((address) => !built.has(address.replace(/^\//, '')))).toEqual([]);
  });

  test('names no address but those by which browsers call their own languages', () => {
    const named = [...built.values()].flatMap((text) => text.match(/\bhttps?:\/\/[\w.-]+/g) ?? []);
    expect([...new Set(named)].filter((address) => address !== 'http://www.w3.org')).toEqual([]);
  });
});
