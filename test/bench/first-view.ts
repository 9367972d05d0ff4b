import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startChromium } from '../servers/chromium.ts';
import { end, startChild, until } from '../servers/process.ts';
import { fixed, type Part, spreadText, whole } from './page.ts';
import { spreadOf } from './statistics.ts';

const root = join(import.meta.dirname, '../..');
const rounds = 15;
/** The goal of the console, milliseconds. */
const goal = 1_000;

/** What a person waits for who opens the console, and by turns what the same bytes take that it asks for. */
export async function viewPart(parent: string, progress: (line: string) => void): Promise<Part> {
  const flags = ['--data', join(parent, 'start'), '--port', '0', '--broker-port', '0'];
  const { child, output } = startChild(process.execPath, ['meterhouse.js', 'start', ...flags], { cwd: root });
  const chromium = await startChromium();
  try {
    await until('the house to be ready', () => output().includes('Ready after') || child.exitCode !== null, 600_000);
    const address = /API docs +(http:\S+)\/docs/.exec(output())?.[1];
    if (address === undefined) throw new Error(`start ended:\n${output()}`);
    // The watch learns each site after a start; who opens the console later does not wait for it.
    await until('the watch to have looked at all sites', async () => await hasLooked(address), 300_000);
    const views: View[] = [];
    const bare: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const view = await look(chromium.browser, address);
      const floor = await fetchAll(address, view.asked);
      // The first is not counted: what is compiled once is compiled in it.
      if (round === 0) continue;
      views.push(view);
      bare.push(floor);
      progress(`first view: words ${whole(view.words)} ms, figures ${whole(view.figures)} ms, bare ${whole(floor)} ms`);
    }
    return partOf(views, bare);
  } finally {
    await chromium.stop();
    await end(child, 'SIGINT');
  }
}

async function hasLooked(address: string): Promise<boolean> {
  // Ten questions a second would be what the pages are to ask.
  await new Promise((done) => setTimeout(done, 1_000));
  const text = await (await fetch(`${address}/metrics`)).text();
  const looked = Number(/^meterhouse_watch_looked_until_seconds (.+)$/m.exec(text)?.[1] ?? 0);
  return looked > Date.now() / 1000 - 7_200;
}

interface View {
  /** Milliseconds from the question until the first words, the first figure, and everything is seen. */
  readonly words: number;
  readonly figures: number;
  readonly all: number;
  readonly kB: number;
  /** Paths that were asked for until then, those that stay open left out. */
  readonly asked: readonly string[];
}

/** A browser that has never been here opens the bare address. */
async function look(browser: Browser, address: string): Promise<View> {
  const context = await browser.newContext({ viewport: { width: 1366, height: 900 } });
  const page = await context.newPage();
  const asked: string[] = [];
  let bytes = 0;
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') asked.push(request.url().slice(address.length));
  });
  page.on('requestfinished', (request) => {
    void request.sizes().then(
      ({ responseBodySize, responseHeadersSize }) => void (bytes += responseBodySize + responseHeadersSize),
      () => undefined,
    );
  });
  const began = performance.now();
  const since = (): number => performance.now() - began;
  await page.goto(`${address}/`, { waitUntil: 'commit' });
  await page.locator('h1').first().waitFor();
  const words = since();
  await page.locator('.figure-value').first().waitFor();
  const figures = since();
  await page.locator('[data-state="loading"]').first().waitFor({ state: 'detached' });
  const all = since();
  await context.close();
  return { words, figures, all, kB: bytes / 1_000, asked };
}

/** The same bytes, all at once, by a client that draws nothing. */
async function fetchAll(address: string, paths: readonly string[]): Promise<number> {
  const began = performance.now();
  await Promise.all(paths.map(async (path) => await (await fetch(`${address}${path}`)).arrayBuffer()));
  return performance.now() - began;
}

function partOf(views: readonly View[], bare: readonly number[]): Part {
  const floor = spreadOf(bare);
  const row = (title: string, times: readonly number[]): string[] => {
    const spread = spreadOf(times);
    return [title, spreadText(spread, whole), fixed(1)(spread.median / floor.median)];
  };
  const figures = spreadOf(views.map((view) => view.figures));
  const [last] = views.slice(-1);
  return {
    title: 'First view of the console',
    about: `A browser without anything kept opens \`/\` of the sample estate with 27 months of history: from the question until the
page's own words are drawn, until the first figure is, and until nothing is still being read. ${last?.asked.length} answers,
${whole(last?.kB ?? 0)} kB. Bare is the same answers asked for all at once by a client that draws nothing.
${rounds} times, by turns, after one that is not counted.`,
    head: ['', 'ms', 'times bare'],
    rows: [
      row(
        'first words',
        views.map((view) => view.words),
      ),
      row(
        'first figure',
        views.map((view) => view.figures),
      ),
      row(
        'everything',
        views.map((view) => view.all),
      ),
      row('bare', bare),
    ],
    verdicts: [
      {
        what: 'first figure of the console',
        target: `≤ ${whole(goal)} ms`,
        found: `${whole(figures.median)} ms`,
        met: figures.median <= goal,
      },
    ],
  };
}
