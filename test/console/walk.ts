import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { pages } from '../../dashboards/console/pages.ts';
import { schemes, type Watcher, type Window } from './browser.ts';
import { devices } from './devices.ts';
import type { SampleHouse } from './sample-house.ts';

/** What the tests of every area stand on: one house of the sample estate and one browser. */
export interface ConsoleRig {
  readonly house: SampleHouse;
  readonly browser: Watcher;
}

/** The narrowest screen that pages are made for. */
const narrow = { width: 360, height: 740 };

/**
 * Opens every page of the console on every kind of screen and looks for what no page may do. `examples` says what the
 * `:names` of paths stand for, and what a page asks to be told in its address.
 */
export function walk(rig: () => ConsoleRig, examples: () => Promise<Examples>): void {
  describe('every page of the console', () => {
    test.each(Object.entries(pages))('%s', async (name, { path }) => {
      const address = addressOf(path, await examples());
      const looks: string[] = [];
      for (const device of Object.keys(devices) as (keyof typeof devices)[]) {
        // The page that stands for one that is not there is answered as such.
        const window = await rig().browser.open({ device, ...(path === '/*' ? { expected: /404/ } : {}) });
        await window.goTo(address);
        for (const scheme of schemes) {
          await window.page.emulateMedia({ colorScheme: scheme });
          const picture = await window.picture(`${name}-${device}-${scheme}`);
          expect(isDrawn(picture), 'the picture shows something').toBe(true);
          expect(await window.inaccessible(scheme === 'light' ? 'all' : 'colours'), `axe, ${scheme}`).toEqual([]);
          looks.push(`${device} ${scheme}`);
        }
        await holds(window);
      }
      expect(looks.length).toBe(4);
    });
  });
}

/** What holds of every page, whatever it shows. */
async function holds(window: Window): Promise<void> {
  const { page } = window;
  expect(await page.title()).toMatch(/\S+ · Meterhouse$/);
  expect(await page.locator('h1').count(), 'headings of the first level').toBe(1);
  expect(await page.locator('[data-state="failed"], [data-state="stale"]').allInnerTexts(), 'refused').toEqual([]);
  // What is not known is said in words, and no figure is what a program calls it.
  expect(await window.words()).not.toMatch(/\b(undefined|NaN|null|Infinity|\[object \w+\])/);
  expect(await widerThanScreen(window), 'sideways').toEqual([]);
}

/** What stands out of a narrow screen to the right, so that the page is scrolled sideways; empty where nothing. */
export async function widerThanScreen(window: Window): Promise<readonly string[]> {
  const { page } = window;
  const before = page.viewportSize() ?? narrow;
  await page.setViewportSize(narrow);
  await window.settled();
  const found = await page.evaluate<string[]>(`(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1);
    return [root.scrollWidth + ' px', ...wide.slice(0, 5).map((one) => one.outerHTML.slice(0, 120))];
  })()`);
  await page.setViewportSize(before);
  return found;
}

export interface Examples {
  /** What each `:name` of a path stands for. */
  readonly params: Readonly<Record<string, string>>;
  /** What is asked in the address of a path. */
  readonly queries: Readonly<Record<string, string>>;
}

function addressOf(path: string, { params, queries }: Examples): string {
  const filled = path.replaceAll(/:(\w+)/g, (_all, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`no example of :${name}; add one to test/console/sample.test.ts`);
    return encodeURIComponent(value);
  });
  return `${filled.replace('/*', '/no-such-page')}${queries[path] ?? ''}`;
}

/** Whether a picture (PNG) is of more than one colour: rows of one colour are stored as nothing but zeros. */
export function isDrawn(png: Buffer): boolean {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = inflateSync(Buffer.concat(parts));
  return rows.filter((byte) => byte !== 0).length > rows.length / 200;
}
