/**
 * `npm run pictures`: writes the pictures of the console in `docs/pictures` from a house of the sample estate. They are
 * made again by hand when pages look otherwise; figures and times in them are those of the day.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChromium } from '../servers/chromium.ts';
import { devices } from './devices.ts';
import { startSampleHouse } from './sample-house.ts';

const folder = join(import.meta.dirname, '../../docs/pictures');

interface Picture {
  readonly file: string;
  readonly path: string;
  readonly device: keyof typeof devices;
  readonly scheme: 'light' | 'dark';
}

const pictures: readonly Picture[] = [
  { file: 'console-estate.png', path: '/', device: 'desktop', scheme: 'light' },
  { file: 'console-alerts.png', path: '/alerts', device: 'desktop', scheme: 'light' },
  { file: 'console-offers.png', path: '/supply/offers', device: 'desktop', scheme: 'light' },
  { file: 'console-figures.png', path: '/figures', device: 'desktop', scheme: 'light' },
  { file: 'console-plan-dark.png', path: '/plan', device: 'desktop', scheme: 'dark' },
  { file: 'console-site-phone.png', path: '/sites/saltmere-general', device: 'phone', scheme: 'light' },
  { file: 'console-meter-phone-dark.png', path: '/meters/bra-e-wards', device: 'phone', scheme: 'dark' },
];

mkdirSync(folder, { recursive: true });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say('Starting a house of the sample estate …');
const house = await startSampleHouse();
const chromium = await startChromium();
try {
  for (const { file, path, device, scheme } of pictures) {
    const context = await chromium.browser.newContext({
      ...devices[device],
      baseURL: house.address,
      colorScheme: scheme,
      reducedMotion: 'reduce',
      locale: 'en-GB',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(path);
    await page.locator('h1').first().waitFor();
    await page.locator('[data-state="loading"]').first().waitFor({ state: 'detached' });
    // What is asked after an answer has begun by then.
    await page.waitForTimeout(1_000);
    await page.locator('[data-state="loading"]').first().waitFor({ state: 'detached' });
    writeFileSync(join(folder, file), await page.screenshot());
    say(`${file}  ${Math.round(statSync(join(folder, file)).size / 1_000)} kB`);
    await context.close();
  }
} finally {
  await chromium.stop();
  await house.stop();
}
