import type { Locator } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nowAnswerSchema } from '../../api/contract/now.ts';
import { alertsAnswerSchema } from '../../api/contract/alerts.ts';
import type { Window } from './browser.ts';
import type { ConsoleRig } from './walk.ts';

/** What the four readers come with (the design's table), and what is pressed from `/` until the answer is seen. */
interface Question {
  readonly asks: string;
  /** Names of the links and buttons pressed, in order. */
  readonly presses: readonly (string | RegExp)[];
  /** What the page then says. */
  readonly answered: (window: Window, rig: ConsoleRig) => Promise<void>;
}

/** As many as the way to an answer may take. */
const mostPresses = 3;
const pounds = /£[\d,]+/;

const questions: readonly Question[] = [
  {
    asks: 'what is the site using now?',
    presses: ['Saltmere General Hospital'],
    answered: async (window, { house }) => {
      const { sites } = await house.ask('/v1/now', nowAnswerSchema, { site: 'saltmere-general' });
      expect(sites.map(({ utility }) => utility)).toContain('electricity');
      const electricity = window.page.locator('.figure', { hasText: 'Electricity' }).first();
      expect(await electricity.innerText()).toMatch(/\d[\d,.]* kW\b/);
    },
  },
  {
    asks: 'is the meter right?',
    presses: ['Brackenholt Community Hospital', 'Wards'],
    answered: async (window) => {
      // A transformer of three is the wrong way round: the meter is named, and what is the matter with it.
      expect(await window.page.locator('h1').innerText()).toMatch(/Wards/);
      expect(await window.words()).toMatch(/Is the meter right\?[\s\S]*transformer/i);
    },
  },
  {
    asks: 'does the main reconcile with its sub-meters?',
    presses: ['Saltmere General Hospital'],
    answered: async (window) => {
      // Of each main: what no sub-meter explains, against what their accuracy allows, and what that says.
      const balances = partOf(window, 'Mains against their sub-meters');
      expect(await balances.innerText()).toMatch(/Difference[\s\S]*± [\d,.]+ (kWh|m³)[\s\S]*agrees/);
    },
  },
  {
    asks: 'which offer is cheapest for our half-hours, across all sites?',
    presses: ['Supply', 'Compare offers'],
    answered: async (window) => {
      const cheapest = partOf(window, 'The cheapest');
      expect(await cheapest.innerText()).toMatch(pounds);
      expect(await window.words()).toMatch(/At each site/);
    },
  },
  {
    asks: 'is it really renewable?',
    presses: ['Supply', 'Renewable supply'],
    answered: async (window) => {
      const bySite = window.page.getByRole('row', { name: /Saltmere General Hospital/ }).first();
      expect(await bySite.innerText()).toMatch(/\d %/);
    },
  },
  {
    asks: 'what is wrong tonight, and is it worth getting up for?',
    presses: ['Alerts'],
    answered: async (window, { house }) => {
      const { together } = await house.ask('/v1/alerts', alertsAnswerSchema, { state: 'open' });
      expect(together.alerts).toBeGreaterThanOrEqual(3);
      expect(await window.words()).toMatch(/£[\d,]+[\s\S]*week/);
    },
  },
  {
    asks: 'whose is it, and what is to be looked at first?',
    presses: ['Alerts', /^Fennick[^:]*: /],
    answered: async (window) => {
      expect(await window.words()).toMatch(/What to look at first[\s\S]*What to do with it/i);
    },
  },
  {
    asks: 'what do we report?',
    presses: ['Figures'],
    answered: async (window) => {
      const carbon = window.page.locator('.figure', { hasText: 'Carbon, location-based' }).first();
      expect(await carbon.innerText()).toMatch(/\d[\d,.]* (t|kg)CO₂e/);
    },
  },
  {
    asks: 'can we defend it: what is it made of, down to the messages?',
    presses: ['Figures', /^Explain Carbon, location-based/],
    answered: async (window) => {
      expect(await window.page.locator('h1').innerText()).toMatch(/carbon/i);
      expect(await window.words()).toMatch(/factor/i);
    },
  },
  {
    asks: 'where does the plan stand?',
    presses: ['Plan'],
    answered: async (window) => {
      expect(await window.words()).toMatch(/Where the four steps stand/i);
    },
  },
];

export function threeClicks(rig: () => ConsoleRig): void {
  describe('the questions of the readers, from the front door', () => {
    test.each(questions)('$asks', async ({ presses, answered }) => {
      expect(presses.length).toBeLessThanOrEqual(mostPresses);
      const window = await rig().browser.open();
      await window.goTo('/');
      for (const name of presses) await press(window, name);
      await answered(window, rig());
    });
  });
}

/** The part of the page under a heading. */
function partOf({ page }: Window, heading: string): Locator {
  return page.locator('section', { has: page.getByRole('heading', { name: heading, exact: true }) }).last();
}

/** Presses the first link that has this name, as a person reads the page from its top. */
async function press(window: Window, name: string | RegExp): Promise<void> {
  const exact = typeof name === 'string';
  const before = window.page.url();
  await window.page.getByRole('link', { name, exact }).first().click();
  await window.page.waitForURL((url) => url.href !== before);
  await window.settled();
}
