import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { alertAnswerSchema, alertsAnswerSchema } from '../../api/contract/alerts.ts';
import { deliveriesAnswerSchema } from '../../api/contract/deliveries.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import { pounds } from '../../dashboards/console/say.ts';
import { until } from '../servers/process.ts';
import { mayOnlyLook } from './looker.ts';
import type { ConsoleRig } from './walk.ts';

/** What somebody who is called out sees of alerts, and does with them. */
export function alertPages(rig: () => ConsoleRig): void {
  const toDo = { state: 'open,acknowledged', limit: '1000' };
  const alertsToDo = async () => await rig().house.ask('/v1/alerts', alertsAnswerSchema, toDo);
  const theAlert = async (id: string) => await rig().house.ask(`/v1/alerts/${id}`, alertAnswerSchema);
  /** One that goes on: the first that was raised. */
  const anAlert = async (): Promise<string> => {
    const { alerts } = await alertsToDo();
    const [id] = alerts
      .flatMap((one) => (one.ongoing ? [one.id] : []))
      .sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)));
    if (id === undefined) throw new Error('no alert is open');
    return id;
  };

  describe('alerts', () => {
    test('those to act on are all there, what matters most first, with the figures of the API', async () => {
      const window = await rig().browser.open({ device: 'phone' });
      const { page } = window;
      await window.goTo('/alerts');
      const { alerts, together } = await alertsToDo();
      expect(alerts.length).toBeGreaterThan(1);
      const rows = await page.locator('tbody th a').all();
      const links = await Promise.all(rows.map(async (row) => await row.getAttribute('href')));
      expect(links.length).toBe(alerts.length);
      expect(new Set(links)).toEqual(new Set(alerts.map(({ id }) => `/alerts/${id}`)));
      const worst = (severity: string): number => alerts.filter((one) => one.severity === severity).length;
      const first = alerts.find(({ id }) => links[0] === `/alerts/${id}`);
      expect(first?.severity).toBe(['1', '2', '3', 'digest'].find((severity) => worst(severity) > 0));
      const said = await window.words();
      expect(said).toContain(pounds(together.cost_gbp_per_week, 0));
      expect(said).toMatch(worst('1') > 0 ? /cannot wait: go/ : /Nothing here is worth getting up for/);
    });

    test('what happens elsewhere is seen without asking, and says so', async () => {
      const alert = await anAlert();
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo(`/alerts/${alert}`);
      await page.getByText('live', { exact: true }).waitFor();
      await rig().house.act('POST', `/v1/alerts/${alert}/acts`, { act: 'comment', says: 'seen from the van' });
      await page.locator('.events').getByText('seen from the van').first().waitFor({ timeout: 15_000 });
      expect((await theAlert(alert)).events.at(-1)?.says).toBe('seen from the van');
    });

    test('it is taken up, given, noted, put away, taken back, closed and opened again', async () => {
      const alert = await anAlert();
      const window = await rig().browser.open({ device: 'phone' });
      const { page } = window;
      await window.goTo(`/alerts/${alert}`);
      const { alert: before, message } = await theAlert(alert);
      expect(await page.locator('h1').innerText()).toBe(`${before.site_name}: ${before.says}`);
      expect(await page.locator('main').innerText()).toContain(message.look_at[0]);
      const when = addDays(dateOf(Date.now() / 1000), 3);

      if (before.state === 'open') await send(page, 'I take it up', 'You have taken it up.');
      expect((await theAlert(alert)).alert.state).toBe('acknowledged');
      await act(page, 'Give it to somebody', { Who: 'M. Okafor', 'To be done by': when }, 'Give it', 'It is given.');
      expect((await theAlert(alert)).alert).toMatchObject({ owner: 'M. Okafor', due: when });
      await act(page, 'Note something', { 'What others should know': 'part on order' }, 'Note it', 'It is noted.');
      expect((await theAlert(alert)).events.at(-1)).toMatchObject({ event: 'commented', says: 'part on order' });
      const away = { 'Until the morning of': when, Why: 'no parts before then' };
      await act(page, 'Put it away until a date', away, 'Put it away', 'It is put away.');
      const shelved = (await theAlert(alert)).alert;
      expect(shelved.state).toBe('shelved');
      expect(dateOf(Date.parse(shelved.shelved_until ?? '') / 1000)).toBe(when);
      await act(page, 'Take it back from the shelf', {}, 'Take it back', 'It is to be looked at again.');
      await page.getByRole('button', { name: 'Close it', exact: true }).first().click();
      await page.getByLabel('How it ended').selectOption('usual');
      await page.getByLabel('Why').fill('the new pool');
      await send(page, 'Close it', 'It is closed.', 1);
      expect((await theAlert(alert)).alert).toMatchObject({ state: 'closed', closed_as: 'usual' });
      await act(page, 'Open it again', { Why: 'it is not the pool' }, 'Open it again', 'It is open again.', 1);
      expect((await theAlert(alert)).alert.state).toBe('open');
    });

    test('of two people at one alert the second is told what the first did, and asked again', async () => {
      const alert = await anAlert();
      const window = await rig().browser.open({ expected: /409/ });
      const { page } = window;
      await window.goTo(`/alerts/${alert}`);
      await page.getByRole('button', { name: 'Note something' }).click();
      await page.getByLabel('What others should know').fill('mine');
      let isFirst = true;
      await page.route('**/acts', async (route) => {
        if (isFirst)
          await rig().house.act('POST', `/v1/alerts/${alert}/acts`, { act: 'comment', says: 'I was quicker' });
        isFirst = false;
        await route.continue();
      });
      await page.getByRole('button', { name: 'Note it' }).click();
      const changed = page.locator('[data-state="changed"]');
      await changed.getByText('I was quicker').waitFor();
      expect((await theAlert(alert)).events.at(-1)?.says).toBe('I was quicker');
      await changed.getByRole('button', { name: 'Note something nevertheless' }).click();
      await page.getByText('It is noted.').first().waitFor();
      expect((await theAlert(alert)).events.at(-1)?.says).toBe('mine');
    });

    test('who may only look is told so, and has no form', async () => {
      const alert = await anAlert();
      const window = await rig().browser.open();
      const { page } = window;
      await mayOnlyLook(page);
      await window.goTo(`/alerts/${alert}`);
      expect(await window.words()).toContain('this key may only look');
      expect(await page.locator('form, .act-choice button').count()).toBe(0);
    });

    test('nothing wrong, a house that fails, and an alert that is not there are each said', async () => {
      const window = await rig().browser.open({ expected: /503|404/ });
      const { page } = window;
      const none = {
        alerts: 0,
        cost_gbp_per_week: 0,
        without_price: 0,
        emissions_kgco2e_per_week: 0,
        without_factor: 0,
      };
      await page.route('**/v1/alerts?*', async (route) => {
        await route.fulfill({ json: { together: none, alerts: [], next_cursor: null } });
      });
      await window.goTo('/alerts');
      expect(await page.locator('[data-state="empty"]').innerText()).toContain('No alert of this kind');
      expect(await window.words()).toContain('Nobody has anything to act on.');
      await page.unroute('**/v1/alerts?*');
      await page.route('**/v1/alerts?*', async (route) => await route.fulfill({ status: 503, json: { problems: [] } }));
      await window.goTo('/alerts?show=all');
      expect(await page.locator('[data-state="failed"]').count()).toBe(2);
      await page.unroute('**/v1/alerts?*');
      await page.getByRole('button', { name: 'Ask again' }).first().click();
      await page.getByRole('button', { name: 'Ask again' }).last().click();
      await until('it is shown', async () => (await page.locator('[data-state="failed"]').count()) === 0);
      await window.goTo('/alerts/a-999999999');
      expect(await page.locator('[data-state="failed"]').innerText()).toContain('request.unknown-id');
    });

    test('who was told of what is there, as the API has it', async () => {
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo('/alerts/deliveries');
      const { deliveries } = await rig().house.ask('/v1/deliveries', deliveriesAnswerSchema, { limit: '200' });
      expect(deliveries.length).toBeGreaterThan(0);
      const table = page.getByRole('table', { name: 'What was told' });
      expect(await table.locator('tbody tr').count()).toBe(deliveries.length);
    });

    test('what mending saved says how it comes about while there is none', async () => {
      const window = await rig().browser.open();
      await window.goTo('/alerts/savings');
      expect(await window.words()).toMatch(/No saving is booked yet|£ so far/);
    });
  });
}

/** Opens the form of an act, fills it in by its labels and sends it. */
async function act(
  page: Page,
  title: string,
  fields: Readonly<Record<string, string>>,
  submit: string,
  said: string,
  nth = 0,
): Promise<void> {
  await page.getByRole('button', { name: title, exact: true }).first().click();
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label).first().fill(value);
  await send(page, submit, said, nth);
}

/** `nth` of the buttons of this name: the one that opens a form may be called as the one that sends it. */
async function send(page: Page, submit: string, said: string, nth = 0): Promise<void> {
  await page.getByRole('button', { name: submit, exact: true }).nth(nth).click();
  await page.getByText(said, { exact: true }).first().waitFor();
}
