import { describe, expect, test } from 'vitest';
import { carbonAnswerSchema } from '../../api/contract/carbon.ts';
import { signOffsAnswerSchema } from '../../api/contract/sign-offs.ts';
import type { ConsoleRig } from './walk.ts';

/** What is reported and what was signed, as a sustainability lead finds it. */
export function figurePages(rig: () => ConsoleRig): void {
  const year = { from: '2025-10-01', to: '2026-10-01' };
  const shown = `from=${year.from}&until=2026-09-30`;

  describe('figures to report', () => {
    test('carbon of each organisation is what the API says, by both methods', async () => {
      const { house, browser } = rig();
      const { figures } = await house.ask('/v1/carbon', carbonAnswerSchema, {
        by: 'organisation',
        bucket: 'whole',
        ...year,
      });
      expect(figures.length).toBe(4);
      const window = await browser.open();
      await window.goTo(`/figures?${shown}`);
      for (const { place_name: name, emissions_kgco2e: location, emissions_market_kgco2e: market } of figures) {
        const row = window.page.getByRole('row', { name: new RegExp(name) }).first();
        const cells = await row.getByRole('cell').allInnerTexts();
        expect(cells.slice(1, 3).map(tonnes)).toEqual([within(location), within(market)]);
      }
    });

    test('the whole is the sum of the organisations, and leads to its chain', async () => {
      const { house, browser } = rig();
      const ask = { by: 'estate', bucket: 'whole', ...year };
      const { figures } = await house.ask('/v1/carbon', carbonAnswerSchema, ask);
      const window = await browser.open({ device: 'phone', scheme: 'dark' });
      await window.goTo(`/figures?${shown}`);
      const figure = window.page.locator('.figure', { hasText: 'Carbon, location-based' });
      expect(tonnes(await figure.locator('.figure-value').innerText())).toEqual(
        within(figures[0]?.emissions_kgco2e ?? null),
      );
      const href = await figure.getByRole('link', { name: 'Explain' }).getAttribute('href');
      expect(href).toBe(`/explain?figure=carbon&from=${year.from}&to=${year.to}`);
    });

    test('a year that is not over is never shown as a whole one', async () => {
      const { browser } = rig();
      const window = await browser.open();
      await window.goTo('/figures?period=this-year');
      expect(await window.page.locator('[data-state="partial"]').count()).toBe(1);
      expect(await window.page.locator('.figure', { hasText: 'Carbon, location-based' }).innerText()).toMatch(
        /provisional/,
      );
    });

    test('who comes from a site is shown that site alone', async () => {
      const { browser } = rig();
      const window = await browser.open();
      await window.goTo(`/figures?site=harrowmede&${shown}`);
      const figure = window.page.locator('.figure', { hasText: 'Carbon, location-based' });
      const href = await figure.getByRole('link', { name: 'Explain' }).getAttribute('href');
      expect(href).toBe(`/explain?figure=carbon&site=harrowmede&from=${year.from}&to=${year.to}`);
    });

    test('what the API refuses is said with its mending', async () => {
      const { browser } = rig();
      const window = await browser.open({ expected: /404/ });
      await window.goTo('/figures?organisation=nobody');
      expect(await window.words()).toMatch(/To mend it/);
    });
  });

  describe('signing off', () => {
    test('doubts are named, accepted with a reason each, and the figure is kept', async () => {
      const { house, browser } = rig();
      const before = (await house.ask('/v1/sign-offs', signOffsAnswerSchema)).sign_offs.length;
      const window = await browser.open({ expected: /409/ });
      await window.goTo('/figures/sign-offs?figure=carbon&organisation=wend-ambulance&from=2026-04-01&to=2026-10-01');
      const { page } = window;
      // All sites are a choice: a required field takes an empty value for none.
      expect(await page.getByLabel('Of', { exact: true }).locator('option').first().getAttribute('value')).toBe(
        'estate',
      );
      await page.getByLabel('What it is signed for').fill('half a year, for the board');
      await page.getByRole('button', { name: 'Sign it off' }).click();
      const doubts = page.getByLabel(/^Why this doubt is accepted/);
      await doubts.first().waitFor();
      for (const doubt of await doubts.all()) await doubt.fill('checked against the bulletin');
      await page.getByLabel(/^Name of the person/).fill('Ada Byron');
      await page.getByRole('button', { name: 'Sign it, accepting these doubts' }).click();
      await page.getByRole('link', { name: /^Signed as number/ }).click();
      await window.settled();
      const { sign_offs: list } = await house.ask('/v1/sign-offs', signOffsAnswerSchema);
      const made = list.at(-1);
      expect(list.length).toBe(before + 1);
      expect(made?.accepted.map(({ by }) => by)).toContain('Ada Byron');
      expect(made?.period).toEqual({ from: '2026-03-31T23:00:00Z', to: '2026-09-30T23:00:00Z' });
      expect(new URL(page.url()).pathname).toBe(`/figures/sign-offs/${made?.id}`);
      const words = await window.words();
      expect(words).toMatch(/kept as it was signed/);
      expect(words).toMatch(/nothing that it was made from has changed/);
    });
  });
}

/** A number of tonnes as the page writes it. */
function tonnes(text: string): number {
  return Number(text.replaceAll(/[^\d.-]/g, ''));
}

/** Kilograms in tonnes, to the digits that the page shows. */
function within(kilograms: number | null): unknown {
  expect(kilograms).not.toBeNull();
  const value = (kilograms ?? 0) / 1000;
  return expect.closeTo(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
