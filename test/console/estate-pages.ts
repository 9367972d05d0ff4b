import { describe, expect, test } from 'vitest';
import { consumptionAnswerSchema } from '../../api/contract/consumption.ts';
import { dataQualityAnswerSchema } from '../../api/contract/data-quality.ts';
import { diagnosisAnswerSchema } from '../../api/contract/diagnosis.ts';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import { halfHourExplanationSchema } from '../../api/contract/explain.ts';
import { intensityAnswerSchema } from '../../api/contract/intensity.ts';
import { metersAnswerSchema } from '../../api/contract/meters.ts';
import { nowAnswerSchema } from '../../api/contract/now.ts';
import { reconciliationAnswerSchema } from '../../api/contract/reconciliation.ts';
import { sitesAnswerSchema } from '../../api/contract/sites.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import type { Window } from './browser.ts';
import type { ConsoleRig } from './walk.ts';

/** What the sample house has wrong: see its plan of faults. */
const silent = { meter: 'pel-e-lighting', site: 'pellgate' };
const swapped = 'bra-e-wards';

/** The live estate, its sites and meters, and the chain behind a number, as an estates engineer finds them. */
export function estatePages(rig: () => ConsoleRig): void {
  const yesterday = addDays(dateOf(Date.now() / 1000), -1);

  describe('the estate now', () => {
    frontDoor(rig);
    withoutAnswers(rig);
  });

  describe('a site', () => {
    test('what was used, mains against sub-meters and every meter are as the API says', async () => {
      const { house, browser } = rig();
      const week = { site: 'saltmere-general', from: addDays(yesterday, -8), to: addDays(yesterday, -1) };
      const window = await browser.open();
      await window.goTo(`/sites/${week.site}?from=${week.from}&until=${addDays(week.to, -1)}`);
      const asked = { ...week, bucket: 'whole', split: 'utility' };
      const { figures } = await house.ask('/v1/intensity', intensityAnswerSchema, asked);
      const bought = figures.filter(({ source, energy_kwh }) => source === 'purchased' && energy_kwh !== null);
      expect(bought.length).toBeGreaterThan(1);
      const used = section(window, 'What was used');
      for (const { utility, energy_kwh } of bought) {
        const figure = used.locator('.figure', { hasText: new RegExp(`^${utility}`, 'i') }).first();
        expect(numberIn(await figure.locator('.figure-value').innerText())).toBe(Math.round(energy_kwh ?? 0));
      }
      const today = addDays(yesterday, 1);
      const { balances } = await house.ask('/v1/reconciliation', reconciliationAnswerSchema, {
        site: week.site,
        from: addDays(today, -6),
        to: addDays(today, 1),
      });
      expect(balances.length).toBeGreaterThan(1);
      const rows = section(window, 'Mains against their sub-meters').locator('tbody tr');
      expect(await rows.count()).toBe(balances.length);
      const { meters } = await house.ask('/v1/meters', metersAnswerSchema, { site: week.site });
      expect(await section(window, 'Meters').locator('tbody tr').count()).toBe(meters.length);
    });

    test('a site that is not there is said so, with what to do', async () => {
      const window = await rig().browser.open({ expected: /404/ });
      await window.goTo('/sites/nowhere');
      expect(await window.page.locator('[data-state="failed"]').innerText()).toMatch(/nothing with this id/);
    });
  });

  describe('a meter', () => meterPage(rig, yesterday));
  describe('where a number comes from', () => explained(rig, yesterday));
}

function frontDoor(rig: () => ConsoleRig): void {
  test('says what is used now as the API does, adds up no site that is not known, and goes on by itself', async () => {
    const { house, browser } = rig();
    const now = await house.ask('/v1/now', nowAnswerSchema);
    const rows = now.sites.filter(({ utility }) => utility === 'electricity');
    expect(rows.length).toBe(11);
    const [lost, ...others] = rows;
    const shown = now.sites.map((row) =>
      row === lost ? { ...row, power_kw: null, unknown_meters: ['some-main'] } : row,
    );
    const { sites } = await house.ask('/v1/sites', sitesAnswerSchema);
    const lostName = sites.find(({ id }) => id === lost?.site)?.name ?? '?';
    const window = await browser.open();
    await window.page.route('**/v1/now', (route) => route.fulfill({ json: { ...now, sites: shown } }));
    await window.goTo('/');
    const figure = window.page.locator('.figure', { hasText: 'Electricity now' });
    const known = others.flatMap(({ power_kw }) => power_kw ?? []);
    const sum = known.reduce((total, power) => total + power, 0);
    expect(numberIn(await figure.locator('.figure-value').innerText())).toBe(Math.round(sum));
    const note = await figure.innerText();
    expect(note).toContain(`${known.length} of 11 sites`);
    expect(note).toContain(lostName);
    const row = window.page.getByRole('row', { name: new RegExp(lostName) });
    expect(await row.getByRole('cell').first().innerText()).toMatch(/not known/);
    // Readings come in all the time, and the picture is asked for anew with them.
    await window.page.waitForRequest(/\/v1\/now$/);
  });

  test('names a silent meter, and one click further says since when and what it last counted', async () => {
    const { house, browser } = rig();
    const today = dateOf(Date.now() / 1000);
    const week = { from: addDays(today, -6), to: addDays(today, 1) };
    const { meters } = await house.ask('/v1/data-quality', dataQualityAnswerSchema, week);
    const overdue = meters.filter((meter) => meter.overdue);
    expect(overdue.map(({ meter }) => meter)).toContain(silent.meter);
    const window = await browser.open({ device: 'phone', scheme: 'dark' });
    await window.goTo('/');
    const right = section(window, 'Are the meters right?');
    expect(await right.getByRole('status').first().innerText()).toContain('silent');
    await right.locator(`a[href="/meters/${silent.meter}"]`).first().click();
    await window.settled();
    expect(await window.page.locator('.verdict').innerText()).toMatch(/nothing was heard of it since/);
  });

  test('answers the other readers with a headline and the way to their page', async () => {
    const { browser } = rig();
    const window = await browser.open();
    await window.goTo('/');
    const hrefs = await section(window, 'Other questions')
      .locator('.card h3 a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs).toEqual(['/alerts', '/supply', '/figures', '/plan', '/data', '/explain']);
    const card = section(window, 'Other questions').locator('.card', { hasText: 'getting up for' });
    expect(await card.innerText()).toMatch(/\d+ alerts? open/);
  });
}

function withoutAnswers(rig: () => ConsoleRig): void {
  test('a house without a site says what to do first', async () => {
    const { house, browser } = rig();
    const now = await house.ask('/v1/now', nowAnswerSchema);
    const window = await browser.open();
    await window.page.route('**/v1/now', (route) => route.fulfill({ json: { ...now, sites: [] } }));
    await window.goTo('/');
    const empty = window.page.locator('[data-state="empty"]');
    expect(await empty.getByRole('link').getAttribute('href')).toBe('/data/inbox');
  });

  test('a house that does not answer is said so, and asked again', async () => {
    const { browser } = rig();
    const window = await browser.open({ expected: /ERR_FAILED/ });
    await window.page.route('**/v1/now', (route) => route.abort());
    await window.goTo('/');
    const failed = window.page.locator('[data-state="failed"]');
    expect(await failed.innerText()).toMatch(/cannot be reached/);
    await window.page.unroute('**/v1/now');
    await failed.getByRole('button').click();
    await window.page.locator('.figure', { hasText: 'Electricity now' }).waitFor();
  });
}

function meterPage(rig: () => ConsoleRig, yesterday: string): void {
  test('tells the fault that the doctor found, with what to do', async () => {
    const { house, browser } = rig();
    const to = addDays(yesterday, 2);
    const asked = { from: addDays(to, -31), to };
    const path = `/v1/meters/${swapped}/diagnosis`;
    const { findings } = await house.ask(path, diagnosisAnswerSchema, asked);
    expect(findings.map((finding) => finding.class)).toContain('swapped');
    const window = await browser.open();
    await window.goTo(`/meters/${swapped}`);
    const right = section(window, 'Is the meter right?');
    const card = right.locator('.card', { hasText: 'Swapped' });
    expect(await card.innerText()).toMatch(/What to do:.*electrician/);
    expect(await right.locator('.verdict').innerText()).not.toMatch(/^Yes/);
  });

  test('counts what is measured and what is missing as the API does, each day with its chain', async () => {
    const { house, browser } = rig();
    const asked = { from: addDays(yesterday, -3), to: addDays(yesterday, 1) };
    const query = { by: 'meter', meter: silent.meter, bucket: 'half_hour', ...asked };
    const { figures } = await house.ask('/v1/consumption', consumptionAnswerSchema, query);
    const missing = figures.filter(({ quality }) => quality === 'missing').length;
    expect(missing).toBeGreaterThan(0);
    const window = await browser.open();
    await window.goTo(`/meters/${silent.meter}?from=${asked.from}&until=${yesterday}`);
    const counted = section(window, 'What it counted');
    const measured = figures.filter(({ quality }) => quality === 'measured').length;
    const value = await counted
      .locator('.figure', { hasText: 'Half-hours measured' })
      .locator('.figure-value')
      .innerText();
    expect(value).toBe(`${measured} of ${figures.length}`);
    expect(await counted.locator('.chart-marks').innerText()).toMatch(/half-hours missing/);
    await counted.getByText('Day by day, each with its chain').click();
    const day = counted.locator(`a[href="/explain?meter=${silent.meter}&date=${asked.from}"]`);
    await day.click();
    await window.settled();
    expect(await window.page.locator('.chain > li').count()).toBe(5);
  });
}

function explained(rig: () => ConsoleRig, yesterday: string): void {
  test('a half-hour is told down to the readings, and can be reckoned again', async () => {
    const { house, browser } = rig();
    const query = { meter: 'sal-g-main', at: `${yesterday}T12:00:00Z` };
    const told = await house.ask('/v1/explain/half-hour', halfHourExplanationSchema, query);
    const window = await browser.open();
    await window.goTo(`/explain?meter=${query.meter}&date=${yesterday}`);
    await window.page.locator(`a[href*="at=${encodeURIComponent(told.half_hour.from)}"]`).click();
    await window.settled();
    const links = window.page.locator('.chain > li');
    expect(numberIn(await links.nth(0).locator('h2').innerText())).toBe(Math.round(told.half_hour.energy_kwh ?? 0));
    expect(await links.nth(2).locator('tbody tr').count()).toBe(told.readings.length);
    // Face less face, times what a count is worth, is what it says.
    const sum = await links.nth(2).locator('p strong').last().innerText();
    expect(numberIn(sum)).toBeCloseTo(told.half_hour.energy_kwh ?? 0, 2);
  });

  test('a figure is told by sites, meters, factors and who decided what', async () => {
    const { house, browser } = rig();
    const query = { figure: 'carbon', site: 'harrowmede', from: '2026-09-01', to: '2026-10-01' };
    const told = await house.ask('/v1/explain/figure', figureExplanationSchema, query);
    const window = await browser.open({ device: 'phone' });
    await window.goTo(`/explain?${new URLSearchParams(query).toString()}`);
    expect(numberIn(await window.page.locator('.figure-value').first().innerText())).toBe(Math.round(told.value ?? 0));
    const meters = told.sites.flatMap((site) => site.meters ?? []);
    expect(meters.length).toBeGreaterThan(1);
    expect(await window.page.locator('.branch .branch').count()).toBe(meters.length);
    expect(
      await window.page.locator('.chain > li', { hasText: 'With these factors' }).locator('tbody tr').count(),
    ).toBe(told.factors.length);
  });

  test('asks which number is meant where the address says none', async () => {
    const { browser } = rig();
    const window = await browser.open();
    await window.goTo('/explain');
    await window.page.getByRole('button', { name: 'Explain the figure' }).click();
    await window.settled();
    const { searchParams } = new URL(window.page.url());
    expect(searchParams.get('figure')).toBe('energy');
    expect(searchParams.get('to')).toMatch(/-01$/);
    expect(await window.page.locator('.chain > li').count()).toBeGreaterThan(1);
  });
}

function section(window: Window, title: string) {
  return window.page.locator('.section', { has: window.page.getByRole('heading', { name: title, exact: true }) });
}

/** The first number of a text. */
function numberIn(text: string): number {
  return Number(/-?[\d,]+(?:\.\d+)?/.exec(text)?.[0].replaceAll(',', '') ?? Number.NaN);
}
