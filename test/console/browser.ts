import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { startChromium } from '../servers/chromium.ts';
import { until } from '../servers/process.ts';
import { devices } from './devices.ts';

/** A real browser that opens pages of one house, and fails the test that opened a page on which something was wrong. */

export const schemes = ['light', 'dark'] as const;

/** What a page is opened with; a light desktop where nothing is said. */
export interface Look {
  readonly device?: keyof typeof devices;
  readonly scheme?: (typeof schemes)[number];
  /** Complaints that the test itself brings about: what a browser says of an answer that the test made fail. */
  readonly expected?: RegExp;
}

/** One window on one page, closed with the test that opened it. */
export interface Window {
  readonly page: Page;
  /** Opens a path of the house and waits until the page has settled. */
  goTo(path: string): Promise<void>;
  /** Waits until a heading is there, nothing is still loading and no question is unanswered. */
  settled(): Promise<void>;
  /** What axe finds wrong, with all or with the colours alone, a line for each element; empty where nothing is. */
  inaccessible(what?: 'all' | 'colours'): Promise<string[]>;
  /** The page as it is seen now, kept under this name; fails where nothing is to be seen. */
  picture(name: string): Promise<Buffer>;
  /** The words of the page's main part. */
  words(): Promise<string>;
  /** What was said, failed or asked elsewhere so far. */
  complaints(): readonly string[];
}

export interface Watcher {
  /** In a test, before which it has seen nothing: cookies, storage and cache are the test's own. */
  open(look?: Look): Promise<Window>;
  /** Where pictures are kept until it is closed. */
  readonly pictures: string;
  close(): Promise<void>;
}

/**
 * Starts the browser for the pages of one house, `http://host:port`. Nothing is asked of any other address: what a page
 * asks there is a complaint. Pictures are kept in `pictures`, or else in a folder that goes with the browser.
 */
export async function startBrowser(house: () => string, pictures?: string): Promise<Watcher> {
  const chromium = await startChromium();
  const kept = pictures ?? join(chromium.folder, 'pictures');
  mkdirSync(kept, { recursive: true });
  return {
    pictures: kept,
    async open(look = {}) {
      const { viewport, hasTouch, isMobile } = devices[look.device ?? 'desktop'];
      const context = await chromium.browser.newContext({
        baseURL: house(),
        viewport,
        hasTouch,
        isMobile,
        colorScheme: look.scheme ?? 'light',
        reducedMotion: 'reduce',
        locale: 'en-GB',
        // Times are London's wherever the one who looks is.
        timezoneId: 'Pacific/Auckland',
        acceptDownloads: true,
      });
      const window = await windowOf(context, { house: house(), kept, expected: look.expected });
      onTestFinished(async () => {
        await context.close();
        expect(window.complaints(), 'what the browser complained of').toEqual([]);
      });
      return window;
    },
    close: async () => await chromium.stop(),
  };
}

/** Long enough for the slowest question that a page asks, on a machine that does much else. */
const patienceMs = 120_000;

async function windowOf(
  context: BrowserContext,
  { house, kept, expected }: { readonly house: string; readonly kept: string; readonly expected: RegExp | undefined },
): Promise<Window> {
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const heard = listen(page, house, expected);
  const settled = async (): Promise<void> => {
    let quiet = 0;
    await until(
      `${page.url()} to settle`,
      async () => {
        const isReady =
          (await page.locator('h1').count()) > 0 && (await page.locator('[data-state="loading"]').count()) === 0;
        // Twice in a row: what is asked next is asked when the answer before it is drawn.
        quiet = isReady && heard.unanswered() === 0 ? quiet + 1 : 0;
        return quiet >= 3;
      },
      patienceMs,
    ).catch(async (error: unknown) => {
      const { said, asked } = { said: await page.locator('body').innerText(), asked: heard.asked() };
      throw new Error(`${String(error)}\nunanswered: ${asked.join(' ')}\n${heard.complaints.join('\n')}\n${said}`);
    });
  };
  return {
    page,
    async goTo(path) {
      await page.goto(path, { waitUntil: 'domcontentloaded' });
      await settled();
    },
    settled,
    async inaccessible(what = 'all') {
      // Evaluated by the browser itself, which the page's policy does not forbid.
      await page.evaluate(axe.source);
      const only =
        what === 'colours' ? { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } } : {};
      const options = JSON.stringify({ resultTypes: ['violations'], ...only });
      const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}: ${failureSummary ?? ''}`),
      );
    },
    async picture(name) {
      const bytes = await page.screenshot();
      writeFileSync(join(kept, `${name}.png`), bytes);
      return bytes;
    },
    words: async () => await page.locator('main').innerText(),
    complaints: () => heard.complaints,
  };
}

/** Everything that a page should not do. A question that the page itself gave up is none. */
function listen(page: Page, house: string, expected: RegExp | undefined) {
  const complaints: string[] = [];
  const complain = (what: string): void => {
    if (!expected?.test(what)) complaints.push(`${new URL(page.url(), house).pathname}: ${what}`);
  };
  const unanswered = new Map<object, string>();
  page.on('console', (message) => {
    if (message.type() === 'error') complain(`the console says: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complain(`an error nobody caught: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== house) complain(`asks elsewhere: ${request.url()}`);
    // What is live stays open.
    if (request.resourceType() !== 'eventsource') unanswered.set(request, url.pathname);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`${response.status()} from ${response.url()}`);
  });
  page.on('requestfinished', (request) => unanswered.delete(request));
  page.on('requestfailed', (request) => {
    unanswered.delete(request);
    const why = request.failure()?.errorText ?? '';
    if (why !== 'net::ERR_ABORTED') complain(`${request.url()} failed: ${why}`);
  });
  return { complaints, unanswered: () => unanswered.size, asked: () => [...unanswered.values()] };
}
