import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { budgetAnswerSchema } from '../../api/contract/budget.ts';
import { costsAnswerSchema, supplyPointsAnswerSchema } from '../../api/contract/costs.ts';
import { coverAnswerSchema } from '../../api/contract/cover.ts';
import { matchingAnswerSchema } from '../../api/contract/matching.ts';
import { comparisonAnswerSchema } from '../../api/contract/tariff-comparisons.ts';
import { day, number, percent, pounds } from '../../dashboards/console/say.ts';
import { addDays, dateOf, monthOf } from '../../domain/time.ts';
import type { Window } from './browser.ts';
import type { ConsoleRig } from './walk.ts';

/** What supply costs, which offer is the cheapest and whether it is renewable, as who buys energy finds it. */
export function supplyPages(rig: () => ConsoleRig): void {
  costPages(rig);
  unlikeStates(rig);
  offersPage(rig);
  chosenOffers(rig);
  coverPage(rig);
}

function costPages(rig: () => ConsoleRig): void {
  const thisMonth = monthOf(dateOf(Date.now() / 1000));
  const lastMonth = { from: monthOf(addDays(thisMonth, -1)), to: thisMonth };

  describe('what supply costs', () => {
    test('each supply point has the cost, price and contract that the API gives it', async () => {
      const { house, browser } = rig();
      const { costs } = await house.ask('/v1/costs', costsAnswerSchema, { ...lastMonth, bucket: 'whole' });
      expect(costs.length).toBe(7);
      const window = await browser.open();
      await window.goTo('/supply?period=last-month');
      for (const { place, cost_gbp: cost, all_in_p_per_kwh: price, use_m3: volume } of costs) {
        const cells = await rowOf(window, place).getByRole('cell').allInnerTexts();
        expect(cells).toContain(pounds(cost));
        const unpriced = volume === null ? 'nothing used' : '/m³';
        expect(cells.join(' ')).toContain(price === null ? unpriced : `${number(price, 1)} p/kWh`);
      }
      const bought = costs.filter((row) => row.utility === 'electricity' && (row.cost_gbp ?? 0) > 0);
      const sum = bought.reduce((all, row) => all + (row.cost_gbp ?? 0), 0);
      expect(await valueOf(window, 'Electricity, without VAT')).toBe(pounds(sum));
    });

    test('the contract that needs somebody first stands first, and above all what is due', async () => {
      const { house, browser } = rig();
      const { supply_points: points } = await house.ask('/v1/supply-points', supplyPointsAnswerSchema);
      const notices = points.flatMap(({ notice_by: notice }) => notice ?? []).toSorted();
      const window = await browser.open();
      await window.goTo('/supply');
      const table = window.page.getByRole('table', { name: 'Supply points' });
      const shown = await table.getByRole('row').nth(1).innerText();
      expect(shown).toContain(day(notices[0]));
      const due = points.filter(({ reminders }) => reminders.length > 0).map((point) => point.supply_point);
      const told = await window.page.getByRole('note').allInnerTexts();
      expect(due.filter((id) => !told.join(' ').includes(id))).toEqual([]);
      expect(told.length).toBe(due.length === 0 ? 0 : 1);
    });

    test('a budget is set against the year that is expected, with its range', async () => {
      const { house, browser } = rig();
      const { variances } = await house.ask('/v1/budget', budgetAnswerSchema, { bucket: 'whole' });
      expect(variances.length).toBe(1);
      const window = await browser.open({ device: 'phone' });
      await window.goTo('/supply');
      for (const row of variances) {
        const said = await window.page.getByRole('row', { name: row.place, exact: false }).first().innerText();
        expect(said).toContain(pounds(row.budget_gbp));
        expect(said).toContain(`${pounds(row.outturn_low_gbp)} to ${pounds(row.outturn_high_gbp)}`);
        expect(said).toContain(pounds(Math.abs(row.difference_gbp ?? 0)));
      }
    });

    test('a supply point says what its money is for, to the penny of the API', async () => {
      const { house, browser } = rig();
      const asked = { supply_point: 'sal-power', ...lastMonth, bucket: 'whole' };
      const [whole] = (await house.ask('/v1/costs', costsAnswerSchema, asked)).costs;
      const parts = (await house.ask('/v1/costs', costsAnswerSchema, { ...asked, split: 'band' })).costs;
      expect(parts.length).toBe(6);
      const window = await browser.open();
      await window.goTo('/supply/points/sal-power?period=last-month');
      expect(await valueOf(window, 'Cost, without VAT')).toBe(pounds(whole?.cost_gbp));
      const table = window.page.getByRole('table', { name: 'Charges of the period' });
      const cells = (await table.getByRole('cell').allInnerTexts()).map((text) => text.trim());
      expect(parts.filter((row) => !cells.includes(pounds(row.cost_gbp, 2)))).toEqual([]);
      expect(await window.words()).toContain('2,500 kVA');
    });
  });
}

function unlikeStates(rig: () => ConsoleRig): void {
  describe('what supply costs, where not all is known', () => {
    test('half of it measured never looks like all of it', async () => {
      const window = await rig().browser.open();
      await window.page.route('**/v1/costs?*', async (route) => {
        const answer = await route.fetch();
        const said = costsAnswerSchema.parse(await answer.json());
        const costs = said.costs.map((row) => ({ ...row, measured_share: 0.5, cost_low_gbp: 1 }));
        await route.fulfill({ response: answer, json: { ...said, costs } });
      });
      await window.goTo('/supply?period=last-month');
      const figure = await figureOf(window, 'Electricity, without VAT').innerText();
      expect(figure).toContain('50 % measured');
      expect(figure).toMatch(/between £\d+.* and £/);
    });

    test('what the house cannot answer is said, and asked again', async () => {
      const window = await rig().browser.open({ expected: /500|Internal/ });
      const broken = { code: 'internal', says: 'something went wrong here', where: 'this request', mend: 'ask again' };
      const refuse = {
        status: 500,
        contentType: 'application/problem+json',
        body: JSON.stringify({ problems: [broken] }),
      };
      await window.page.route('**/v1/costs?*', async (route) => await route.fulfill(refuse));
      await window.goTo('/supply');
      const failed = window.page.locator('[data-state="failed"]').first();
      expect(await failed.innerText()).toContain('Something went wrong here');
      await window.page.unroute('**/v1/costs?*');
      await failed.getByRole('button', { name: 'Ask again' }).click();
      await figureOf(window, 'Electricity, without VAT').waitFor();
    });

    test('a key that may not see prices is told so, and asks for none', async () => {
      const window = await rig().browser.open();
      await onlyLooks(window);
      const asked: string[] = [];
      window.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      for (const path of ['/supply', '/supply/points/sal-power', '/supply/offers']) {
        await window.goTo(path);
        const words = await window.words();
        expect(words).toContain('procurement');
        expect(words).not.toMatch(/£|p\/kWh/);
      }
      expect(asked.filter((path) => /^\/v1\/(costs|budget|tariff|supply-points)/.test(path))).toEqual([]);
      await window.page.getByRole('link', { name: 'how much of the supply is renewable' }).click();
      await window.settled();
      expect(await window.words()).toContain('What may be said');
    });
  });
}

const rowOf = (window: Window, name: string) => window.page.getByRole('row', { name: new RegExp(`^${name}\\b`) });
const figureOf = (window: Window, label: string) => window.page.locator('.figure', { hasText: label });
const valueOf = async (window: Window, label: string): Promise<string> =>
  await figureOf(window, label).locator('.figure-value').innerText();

/** As the house tells the page of a key of role `read`. */
async function onlyLooks({ page }: Window): Promise<void> {
  await page.route('**/v1/caller', async (route) => {
    const answer = await route.fetch();
    const said = (await answer.json()) as object;
    await route.fulfill({ response: answer, json: { ...said, role: 'read', reaches: ['read'], auth: 'keys' } });
  });
}

/** Every offer of the sample for every supply point that buys electricity, over the year from which all can be had. */
const offers = [
  'offer-greenwend-fixed',
  'offer-saltmarsh-day-night',
  'offer-fenwick-flexible',
  'offer-cold-ridge-passed-on',
];
const question = {
  offers,
  supply_point: ['bra-power', 'har-power', 'sal-power'],
  utility: 'electricity',
  from: '2027-04-01',
  to: '2028-04-01',
  factors: 'newest',
  unpriced: 'leave_out',
};

type Answer = ReturnType<typeof comparisonAnswerSchema.parse>;

async function compare({ house }: ConsoleRig, more: object = {}): Promise<Answer> {
  return comparisonAnswerSchema.parse(await house.act('POST', '/v1/tariff-comparisons', { ...question, ...more }));
}

function offersPage(rig: () => ConsoleRig): void {
  describe('which offer is the cheapest for our half-hours', () => {
    test('is said without a question being filled in, with what was left out and why', async () => {
      const answer = await compare(rig());
      const [first, second] = answer.offers;
      expect(answer.offers.length).toBe(2);
      const window = await rig().browser.open();
      await window.goTo('/supply/offers');
      const verdict = await window.page.locator('.verdict').innerText();
      expect(verdict).toContain(first?.offer_name ?? 'an offer');
      expect(verdict).toContain(`${pounds(first?.total_gbp)} with VAT`);
      expect(verdict).toContain(pounds((second?.total_gbp ?? 0) - (first?.total_gbp ?? 0)));
      expect(verdict).toContain('2 offers are left out');
      const left = await window.page.locator('.left-out > li').allInnerTexts();
      expect(left.length).toBe(new Set(answer.left_out.map(({ id }) => id)).size);
      expect(left.join(' ')).toMatch(/half-hourly prices[\s\S]*not published[\s\S]*har-power/);
      await ranks(window, answer);
    });

    test('with rates that go on by choice: the address holds the question, and asks the same again', async () => {
      const kinds = { duos: [-5, 15], bsuos: [-30, 40], ro: [0, 8], aahedc: [-10, 10] } as const;
      const because = 'nothing of that year is published';
      const carry = {
        because,
        kinds: Object.entries(kinds).map(([kind, [least, most]]) => ({
          kind,
          least_percent: least,
          most_percent: most,
        })),
        prices: { least_percent: -25, most_percent: 40 },
      };
      const answer = await compare(rig(), { carry });
      expect(answer.offers.length).toBe(4);
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo('/supply/offers');
      for (const [name, [least, most]] of Object.entries({ ...kinds, prices: [-25, 40] })) {
        await page.locator(`input[name="${name}.least"]`).fill(String(least));
        await page.locator(`input[name="${name}.most"]`).fill(String(most));
      }
      await page.getByLabel('Why').fill(because);
      await page.getByRole('button', { name: 'Compare with these' }).click();
      await page.getByRole('row', { name: /^4 Fenwick/ }).waitFor();
      await window.settled();
      await ranks(window, answer);
      expect(await page.locator('.verdict').innerText()).toContain(answer.offers[0]?.offer_name);
      const mailed = await rig().browser.open({ device: 'phone' });
      await mailed.goTo(new URL(page.url()).pathname + new URL(page.url()).search);
      await ranks(mailed, answer);
      expect(await mailed.words()).toContain(because);
    });
  });
}

function chosenOffers(rig: () => ConsoleRig): void {
  describe('the offers that were chosen', () => {
    test('are compared for the supply points that were, and saved as CSV', async () => {
      const fewer = { offers: offers.slice(0, 2), supply_point: ['bra-power'] };
      const answer = await compare(rig(), fewer);
      const window = await rig().browser.open();
      const { page } = window;
      await window.goTo('/supply/offers');
      for (const name of [/^Fenwick Power/, /^Cold Ridge/, /^Harrowmede/, /^Saltmere General/]) {
        await page.getByRole('checkbox', { name }).uncheck();
        await window.settled();
      }
      await ranks(window, answer);
      expect(new URL(page.url()).searchParams.get('points')).toBe('bra-power');
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'CSV', exact: true }).click();
      const lines = readFileSync(await (await saved).path(), 'utf8').split('\r\n');
      expect(lines[0]).toMatch(/^rank,offer,/);
      expect(lines.filter((line) => line !== '').length).toBe(3);
      expect(lines[1]).toContain(String(answer.offers[0]?.offer));
    });

    test('nothing to compare says what to do', async () => {
      const window = await rig().browser.open();
      await window.page.route('**/v1/tariffs?*', async (route) => {
        const answer = await route.fetch();
        const said = (await answer.json()) as object;
        await route.fulfill({ response: answer, json: { ...said, tariffs: [] } });
      });
      await window.goTo('/supply/offers');
      expect(await window.page.locator('[data-state="empty"]').innerText()).toContain('offers.yaml');
    });
  });
}

/** The table of a comparison has its numbers, row by row, and the renewable share beside them. */
async function ranks({ page }: Window, { offers: ranked }: Answer) {
  const rows = page.getByRole('table', { name: 'Ranking' }).getByRole('row');
  await expect.poll(async () => await rows.count()).toBe(ranked.length + 1);
  for (const [i, row] of ranked.entries()) {
    const said = await rows.nth(i + 1).innerText();
    expect(said).toContain(pounds(row.total_gbp));
    expect(said).toContain(`${number(row.all_in_p_per_kwh, 2)} p/kWh`);
    const isRange = row.total_high_gbp - row.total_low_gbp > 1;
    expect(said).toContain(isRange ? `${pounds(row.total_low_gbp)} to ${pounds(row.total_high_gbp)}` : '');
    expect(said).toContain(row.rego_share === null ? 'nothing promised' : `${percent(row.rego_share)} promised`);
  }
}

function coverPage(rig: () => ConsoleRig): void {
  describe('whether it is renewable', () => {
    const period = '2025-26';

    test('each site has its cover and both carbon figures beside each other', async () => {
      const { house, browser } = rig();
      const { figures } = await house.ask('/v1/cover', coverAnswerSchema, { by: 'site', period });
      expect(figures.length).toBe(11);
      const window = await browser.open();
      await window.goTo(`/supply/cover?period=${period}`);
      const table = window.page.getByRole('table', { name: 'Cover by site' });
      for (const row of figures) {
        const cells = await table.getByRole('row', { name: row.place_name }).getByRole('cell').allInnerTexts();
        const said = [
          row.bought_kwh,
          row.covered_retired_kwh,
          row.emissions_location_kgco2e,
          row.emissions_market_kgco2e,
        ].map((value) => (value === null ? 'not known' : number(value / 1000)));
        expect([cells[0], cells[1], cells[8], cells[9]]).toEqual(said);
        expect(cells[7]).toBe(percent(row.renewable_share));
      }
      const asked = {
        by: 'site',
        bucket: 'whole',
        organisation: 'wend-ambulance',
        from: '2025-04-01',
        to: '2026-04-01',
      };
      const matched = (await house.ask('/v1/matching', matchingAnswerSchema, asked)).figures;
      expect(matched.length).toBe(1);
      const hourly = window.page.getByRole('table', { name: 'Half-hourly matching by site' });
      expect(await hourly.getByRole('row').count()).toBe(12);
      for (const row of matched) {
        const cells = await hourly.getByRole('row', { name: row.place_name }).getByRole('cell').allInnerTexts();
        expect(cells.slice(1, 4)).toEqual(
          [row.matched_share, row.volume_share, row.carbon_free_share].map((share) => percent(share)),
        );
      }
    });

    test('what may be said rests on what is retired; the surplus goes nowhere else', async () => {
      const { house, browser } = rig();
      const { figures } = await house.ask('/v1/cover', coverAnswerSchema, { by: 'organisation', period });
      const window = await browser.open({ device: 'phone', scheme: 'dark' });
      await window.goTo(`/supply/cover?period=${period}`);
      const table = window.page.getByRole('table', { name: 'Cover by organisation' });
      for (const row of figures) {
        const card = await window.page.locator('.card', { hasText: row.place_name }).innerText();
        expect(card).toContain(`${percent(row.renewable_share)} renewable, with evidence`);
        expect(row.because.filter((one) => !card.includes(one))).toEqual([]);
        const surplus = number((row.surplus_kwh ?? 0) / 1000);
        expect(await table.getByRole('row', { name: row.place_name }).innerText()).toContain(surplus);
      }
      const [estate] = (await house.ask('/v1/cover', coverAnswerSchema, { by: 'estate', period })).figures;
      expect(await valueOf(window, 'Location-based')).toBe(
        `${number((estate?.emissions_location_kgco2e ?? 0) / 1000)} tCO₂e`,
      );
      const href = await figureOf(window, 'Location-based').getByRole('link', { name: 'Explain' }).getAttribute('href');
      expect(href).toBe('/explain?figure=carbon&utility=electricity&from=2025-04-01&to=2026-04-01');
    });
  });
}
