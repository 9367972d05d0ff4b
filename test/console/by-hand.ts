import { describe, expect, test } from 'vitest';
import { alertAnswerSchema, alertsAnswerSchema } from '../../api/contract/alerts.ts';
import type { Window } from './browser.ts';
import type { ConsoleRig } from './walk.ts';

/** The console without a mouse, and on paper. */
export function byHand(rig: () => ConsoleRig): void {
  describe('by the keyboard alone', () => {
    test('the first key leads past the head to the page', async () => {
      const window = await rig().browser.open();
      await window.goTo('/');
      await window.page.keyboard.press('Tab');
      expect(await focused(window)).toBe('Skip to the page');
      await window.page.keyboard.press('Enter');
      expect(await window.page.evaluate('document.activeElement.id')).toBe('main');
    });

    test('every part of the house is reached, and where one is, is said', async () => {
      const window = await rig().browser.open();
      await window.goTo('/');
      await tabTo(window, 'Plan');
      await window.page.keyboard.press('Enter');
      await window.page.waitForURL('**/plan');
      await window.settled();
      expect(await focused(window), 'what a screen reader reads first').toBe('Plan');
      expect(await window.page.title()).toBe('Plan · Meterhouse');
      expect(await window.page.locator('nav [aria-current]').first().innerText()).toBe('Plan');
    });

    test('what has the focus is seen', async () => {
      const window = await rig().browser.open();
      await window.goTo('/alerts');
      await tabTo(window, 'Supply');
      const outline = await window.page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).not.toBe('none');
    });

    test('an alert is taken up', async () => {
      const { house, browser } = rig();
      const { alerts } = await house.ask('/v1/alerts', alertsAnswerSchema, { state: 'open' });
      const { id = '' } = alerts.find(({ subject }) => subject === 'fen-e-main') ?? {};
      const window = await browser.open();
      await window.goTo(`/alerts/${id}`);
      await tabTo(window, 'I take it up');
      await window.page.keyboard.press('Enter');
      await window.page.getByText('You have taken it up.').first().waitFor();
      const { alert } = await house.ask(`/v1/alerts/${id}`, alertAnswerSchema);
      expect(alert.state).toBe('acknowledged');
    });
  });

  describe('on paper', () => {
    test('a page prints, its figures and tables with it', async () => {
      const window = await rig().browser.open();
      await window.goTo('/figures');
      await window.page.emulateMedia({ media: 'print' });
      expect(await window.page.locator('header nav').first().isVisible(), 'the navigation is left out').toBe(false);
      expect(await window.page.locator('h1').isVisible()).toBe(true);
      expect(await window.page.locator('.figure-value').first().isVisible()).toBe(true);
      const paper = await window.page.pdf({ format: 'A4' });
      expect(paper.toString('latin1', 0, 5)).toBe('%PDF-');
      // An empty page is of some 1 kB; the letters alone of one with words are more.
      expect(paper.length).toBeGreaterThan(10_000);
    });
  });
}

/** The words of what has the focus. */
async function focused({ page }: Window): Promise<string> {
  return await page.evaluate<string>('document.activeElement.textContent.trim()');
}

/** Goes on by the key until what has these words has the focus. */
async function tabTo(window: Window, words: string): Promise<void> {
  const passed: string[] = [];
  // More than a page has links: one that is never reached is said with those that were.
  for (let step = 0; step < 200; step++) {
    await window.page.keyboard.press('Tab');
    const now = await focused(window);
    if (now === words) return;
    passed.push(now);
  }
  throw new Error(`${words} is not reached by the keyboard; these are: ${passed.join(' | ')}`);
}
