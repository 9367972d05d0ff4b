import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { cacheFolder, findServer, serverEnvironment } from './locate.ts';

export interface Chromium {
  readonly browser: Browser;
  /** Its own, for whatever goes with it. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** A browser without a window, which asks nothing but what its pages ask. */
export async function startChromium(): Promise<Chromium> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-browser-'));
  const program = findServer('chromium');
  if (program === undefined) throw new Error('no chromium');
  // The sandbox needs a helper that only root can install, and root may not have one. The pages are the test's own.
  const isInstalled = !program.startsWith(cacheFolder);
  const browser = await chromium.launch({
    executablePath: program,
    chromiumSandbox: isInstalled && process.getuid?.() !== 0,
    env: { ...(isInstalled ? process.env : serverEnvironment('browser')), TMPDIR: folder, HOME: folder },
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    browser,
    folder,
    async stop() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
