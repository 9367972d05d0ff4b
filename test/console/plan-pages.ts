import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { measureAnswerSchema, measuresAnswerSchema } from '../../api/contract/plan-measures.ts';
import { planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import { pounds } from '../../dashboards/console/say.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import { mayOnlyLook } from './looker.ts';
import type { ConsoleRig } from './walk.ts';

/** What a board and whoever carries out the four-step plan see of it, and write down. */
export function planPages(rig: () => ConsoleRig): void {
  const theMeasure = async (id: string) => await rig().house.ask(`/v1/measures/${id}`, measureAnswerSchema);
  /** The plan that a page was answered while it was opened: it is a year of half-hours, and not worth asking twice. */
  const planOf = async (page: Page, open: () => Promise<void>) => {
    const [answer] = await Promise.all([page.waitForResponse(/\/v1\/plan\?/), open()]);
    return planPageAnswerSchema.parse(await answer.json()).plans[0];
  };

  describe('the plan', () => {
    test('of an organisation says what its page says, and leads to the one that is printed', async () => {
      const window = await rig().browser.open();
      const { page } = window;
      const organisation = 'saltmere-wend-trust';
      const plan = await planOf(page, async () => await window.goTo(`/plan?organisation=${organisation}`));
      expect(plan?.id).toBe(organisation);
      const said = await window.words();
      expect(plan?.headline.length).toBeGreaterThan(0);
      for (const sentence of plan?.headline ?? []) expect(said).toContain(sentence);
      for (const { says } of plan?.decisions ?? []) expect(said).toContain(says);
      const table = page.getByRole('table', { name: 'Measures of the organisation' });
      expect(await table.locator('tbody tr').count()).toBe(plan?.measures.length);
      expect(await page.getByRole('table', { name: 'Where each site stands' }).locator('tbody tr').count()).toBe(2);
      const printed = await page.getByRole('link', { name: 'A page to print' }).getAttribute('href');
      const answer = await fetch(`${rig().house.address}${printed}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
      expect(await answer.text()).toContain('Saltmere and Wend');
    });

    test('of a site has its steps and what its meters say of each', async () => {
      const window = await rig().browser.open({ device: 'phone' });
      const { page } = window;
      const site = 'tidemarsh';
      const plan = await planOf(page, async () => await window.goTo(`/plan/sites/${site}`));
      expect(plan?.id).toBe(site);
      for (const sentence of plan?.headline ?? []) expect(await window.words()).toContain(sentence);
      expect(await page.locator('.steps > li').count()).toBe(4);
      const indicators = plan?.indicators.filter(({ building }) => building === null) ?? [];
      expect(indicators.length).toBeGreaterThan(20);
      expect(await page.locator('.figure').count()).toBe(indicators.length);
    });

    test('measures are all there, and what a tonne costs, the cheapest first', async () => {
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo('/plan/measures');
      const { measures } = await rig().house.ask('/v1/measures', measuresAnswerSchema);
      expect(measures.length).toBeGreaterThan(10);
      const rows = page.getByRole('table', { name: 'Measures' }).locator('tbody tr');
      expect(await rows.count()).toBe(measures.length);
      const curve = await rig().house.ask('/v1/measures', measuresAnswerSchema, { sort: 'cost_per_tonne' });
      const costs = curve.measures.map(({ cost_gbp_per_tco2e: cost }) => pounds(cost, 0));
      expect(costs.length).toBeGreaterThan(2);
      expect(await page.locator('.bars .bar-value').allInnerTexts()).toEqual(costs);
      await window.goTo('/plan/measures?step=4');
      expect(await rows.count()).toBe(measures.filter(({ step }) => step === 4).length);
    });

    test('how far a measure has come is written into the register, and refused where it would not be sound', async () => {
      const measure = 'wen-insulation';
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo(`/plan/measures/${measure}`);
      const { measure: row } = await theMeasure(measure);
      expect(row.status).toBe('funded');
      expect(await page.locator('main').innerText()).toContain(pounds(row.capital_gbp, 0));
      const today = dateOf(Date.now() / 1000);
      await page.getByLabel('It is now').selectOption('installed');
      await page.getByLabel('First day of the works').fill(addDays(today, 1));
      await page.getByLabel('Last day of the works').fill(addDays(today, 9));
      await page.getByLabel('Why').fill('in too great a hurry');
      await page.getByRole('button', { name: 'Write it down' }).click();
      await page.getByRole('alert').waitFor();
      expect((await theMeasure(measure)).measure.status).toBe('funded');

      await page.getByLabel('It is now').selectOption('installing');
      await page.getByLabel('First day of the works').fill(today);
      await page.getByLabel('Last day of the works').fill(addDays(today, 60));
      await page.getByLabel('Why').fill('the scaffold is up');
      await page.getByRole('button', { name: 'Write it down' }).click();
      await page.locator('.events').getByText('works have begun').waitFor();
      const changed = await theMeasure(measure);
      expect(changed.measure).toMatchObject({ status: 'installing', begins: today, ends: addDays(today, 60) });
      expect(changed.statuses.at(-1)?.because).toBe('the scaffold is up');
    });

    test('who may only look writes nothing down', async () => {
      const window = await rig().browser.open();
      const { page } = window;
      await mayOnlyLook(page);
      await window.goTo('/plan/measures/sal-led');
      expect(await window.words()).toContain('this key may only look');
      expect(await page.locator('form').count()).toBe(0);
    });

    test('a house without measures and one that fails are said, each part by itself', async () => {
      const window = await rig().browser.open({ expected: /503/ });
      const { page } = window;
      await page.route('**/v1/plan?*', async (route) => await route.fulfill({ status: 503, json: { problems: [] } }));
      await window.goTo('/plan');
      expect(await page.locator('[data-state="failed"]').count()).toBe(1);
      expect(await page.locator('figure.chart').count()).toBe(1);
      await page.route('**/v1/measures*', async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ json: { ...((await answer.json()) as object), measures: [] } });
      });
      await window.goTo('/plan/measures');
      expect(await page.locator('[data-state="empty"]').innerText()).toContain('No measure of this kind');
    });
  });
}
