import { describe, expect, test } from 'vitest';
import { actsAnswerSchema } from '../../api/contract/acts.ts';
import { dataQualityAnswerSchema, ledgerAnswerSchema } from '../../api/contract/data-quality.ts';
import { inboxAnswerSchema } from '../../api/contract/inbox.ts';
import { jobsAnswerSchema } from '../../api/contract/jobs.ts';
import { meterAnswerSchema } from '../../api/contract/meters.ts';
import { quarantineAnswerSchema } from '../../api/contract/quarantine.ts';
import { readingsAnswerSchema } from '../../api/contract/readings.ts';
import { rulingsAnswerSchema } from '../../api/contract/rulings.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import { until } from '../servers/process.ts';
import type { Window } from './browser.ts';
import type { ConsoleRig } from './walk.ts';

/** The quality of data, and what people do about it: each act is done in the browser and seen in the API. */
export function dataPages(rig: () => ConsoleRig): void {
  describe('the quality of data', () => qualityOfData(rig));
  describe('the inbox', () => inboxDecided(rig));
  describe('the quarantine', () => quarantineMended(rig));
  describe('what a person enters', () => entered(rig));
}

function qualityOfData(rig: () => ConsoleRig): void {
  const day = addDays(dateOf(Date.now() / 1000), -3);

  test('of a day that is over is what the API says, meter by meter and message by message', async () => {
    const { house, browser } = rig();
    const period = { from: day, to: addDays(day, 1) };
    const { meters } = await house.ask('/v1/data-quality', dataQualityAnswerSchema, period);
    const { ledgers } = await house.ask('/v1/data-quality/ledgers', ledgerAnswerSchema, { from: day, to: day });
    expect(meters.length).toBeGreaterThan(50);
    const window = await browser.open();
    await window.goTo(`/data?from=${day}&until=${day}`);
    for (const { meter, half_hours, estimated_half_hours, missing_half_hours } of meters.slice(0, 5)) {
      const shown = await cellsOf(window, new RegExp(`^${meter} `));
      expect(shown.slice(3, 6)).toEqual([half_hours, estimated_half_hours, missing_half_hours].map(String));
    }
    const received = ledgers.reduce((sum, row) => sum + row.messages_received, 0);
    const figure = window.page.locator('.figure', { hasText: 'Messages received' }).locator('.figure-value');
    expect((await figure.innerText()).trim()).toBe(received.toLocaleString('en-GB'));
  });

  test('that cannot be told says why, and is asked anew', async () => {
    const { browser } = rig();
    const window = await browser.open({ expected: /503/ });
    const { page } = window;
    let isAway = true;
    const says = 'the store cannot be reached';
    const problems = [{ code: 'store.unreachable', says, where: 'readings', mend: 'wait until it is back' }];
    await page.route('**/v1/data-quality?*', async (route) => {
      if (!isAway) return await route.continue();
      const type = 'application/problem+json';
      return await route.fulfill({ status: 503, contentType: type, body: JSON.stringify({ problems }) });
    });
    await window.goTo('/data');
    const refusal = page.locator('[data-state="failed"]');
    expect(await refusal.innerText()).toMatch(/The store cannot be reached.*To mend it: wait until it is back/s);
    isAway = false;
    await refusal.getByRole('button', { name: 'Ask again' }).click();
    await refusal.waitFor({ state: 'detached' });
    await window.settled();
    expect(await window.words()).toContain('sal-e-main');
  });
}

/** The plain cells of the one row that a name begins. */
async function cellsOf({ page }: Window, name: RegExp): Promise<string[]> {
  return await page.getByRole('row', { name }).first().getByRole('cell').allInnerTexts();
}

/** A topic that nobody has registered, once it is in the inbox: answers its number. */
async function stranger({ house }: ConsoleRig, topic: string, payload: string): Promise<string> {
  await house.publish(topic, payload);
  let found: number | undefined;
  await until(`${topic} to be in the inbox`, async () => {
    const { entries } = await house.ask('/v1/inbox', inboxAnswerSchema);
    found = entries.find((entry) => entry.topic === topic)?.id;
    return found !== undefined;
  });
  return String(found);
}

function inboxDecided(rig: () => ConsoleRig): void {
  test('a meter is accepted as it is proposed, but for what a person mends, and what had waited is decoded', async () => {
    const { house, browser } = rig();
    await stranger(rig(), 'harrowmede/laundry/water', '73.5');
    const window = await browser.open({ device: 'phone', expected: /400/ });
    const { page } = window;
    await window.goTo('/data/inbox');
    await page.getByRole('link', { name: 'harrowmede/laundry/water' }).click();
    await window.settled();
    await page.getByLabel('Site', { exact: true }).selectOption('harrowmede');
    await page.getByLabel('Id', { exact: true }).fill('Not An Id');
    await page.getByLabel('Name', { exact: true }).fill('Water to the laundry');
    await page.getByRole('button', { name: 'Accept the meter' }).click();
    await page.locator('.field', { hasText: 'Lower-case letters' }).locator('.wrong').waitFor();
    await page.getByLabel('Id', { exact: true }).fill('har-w-laundry');
    await page.getByRole('button', { name: 'Accept the meter' }).click();
    await page.getByText('har-w-laundry is in the register. 1 message decoded that had waited.').waitFor();
    await window.settled();
    const meter = await house.ask('/v1/meters/har-w-laundry', meterAnswerSchema);
    expect(meter).toMatchObject({ site: 'harrowmede', name: 'Water to the laundry', utility: 'water', unit: 'm3' });
    expect(meter.newest.map(({ value }) => value)).toContain(73.5);
    const { jobs } = await house.ask('/v1/jobs', jobsAnswerSchema);
    const accepted = jobs.find(({ kind }) => kind === 'accept-meter');
    const jobsShown = await browser.open();
    await jobsShown.goTo('/data/jobs');
    const shown = await cellsOf(jobsShown, new RegExp(`^${accepted?.id} `));
    expect(shown).toEqual([String(accepted?.id), 'done', expect.stringMatching(/^har-w-laundry is in the register/)]);
  });

  test('a topic is ignored with its reason, and nothing is said to be there where nothing is', async () => {
    const { house, browser } = rig();
    const entry = await stranger(rig(), 'neighbour/radio', '5');
    const window = await browser.open();
    const { page } = window;
    await window.goTo(`/data/inbox/${entry}`);
    const form = page.getByRole('form', { name: 'Ignore the topic' });
    await form.getByLabel('Why').fill('heard by radio from next door');
    await form.getByRole('button', { name: 'Ignore it' }).click();
    await page.getByText('It is ignored.').waitFor();
    const { acts } = await house.ask('/v1/acts', actsAnswerSchema, { kind: 'ignore-topic' });
    expect(acts.map(({ reason }) => reason)).toContain('heard by radio from next door');
    const { entries } = await house.ask('/v1/inbox', inboxAnswerSchema, { state: 'ignored' });
    expect(entries.map(({ topic }) => topic)).toContain('neighbour/radio');
  });
}

function quarantineMended(rig: () => ConsoleRig): void {
  test('a message is found by its reason, read whole, and decoded again', async () => {
    const { house, browser } = rig();
    const topic = 'meterhouse/lar-g-main';
    await house.publish(topic, '{"broken');
    const mine = { meter: 'lar-g-main', code: 'message.unparsable' };
    let found = 0;
    await until('the message to be in the quarantine', async () => {
      const { messages } = await house.ask('/v1/quarantine', quarantineAnswerSchema, { ...mine, limit: '1000' });
      found = messages.findLast(({ payload_text: text }) => text === '{"broken')?.id ?? 0;
      return found > 0;
    });
    const window = await browser.open();
    const { page } = window;
    await window.goTo('/data/quarantine');
    await page.getByRole('link', { name: 'message.unparsable' }).click();
    await window.settled();
    expect(new URL(page.url()).search).toBe('?code=message.unparsable');
    await window.goTo(`/data/quarantine/${found}`);
    expect(await window.words()).toMatch(/\{"broken/);
    await page.getByLabel('Why now').fill('to see whether it is understood now');
    await page.getByRole('button', { name: 'Decode again' }).click();
    await page.getByText('No messages decoded. 1 message still not understood.').waitFor();
    const { acts } = await house.ask('/v1/acts', actsAnswerSchema, { kind: 'replay' });
    expect(acts.map(({ reason }) => reason)).toContain('to see whether it is understood now');
  });

  test('where every message was understood it says so', async () => {
    const window = await rig().browser.open({ device: 'phone', scheme: 'dark' });
    await window.goTo('/data/quarantine?code=reading.future');
    expect(await window.page.locator('[data-state="empty"]').innerText()).toMatch(/was understood/);
  });
}

function entered(rig: () => ConsoleRig): void {
  test('a read that cannot be is doubted beside its field and not booked; one that can be is', async () => {
    const { house, browser } = rig();
    const own = await heardAtNoon(rig(), 'qui-e-main');
    const shownAt = londonMinute(Date.parse(own.at) + 60_000);
    const window = await browser.open({ device: 'phone', expected: /4\d\d/ });
    const { page } = window;
    await window.goTo('/data/read?meter=qui-e-main');
    await page.getByLabel(/^What it shows, in/).fill(String(own.value * 3 + 100_000));
    await page.getByLabel('When').fill(shownAt);
    await page.getByLabel('Why').fill('read at the door');
    await page.getByRole('button', { name: 'Book the read' }).click();
    await page.locator('form .notice.bad').waitFor();
    await page.getByLabel(/^What it shows, in/).fill('twelve');
    await page.getByRole('button', { name: 'Book the read' }).click();
    await page.locator('.wrong', { hasText: 'not a number' }).waitFor();
    await page.getByLabel(/^What it shows, in/).fill(String(own.value));
    await page.getByRole('button', { name: 'Book the read' }).click();
    await page.getByText(/^Booked for qui-e-main/).waitFor();
    const { acts } = await house.ask('/v1/acts', actsAnswerSchema, { meter: 'qui-e-main', kind: 'manual-read' });
    expect(acts.map(({ reason }) => reason)).toEqual(['read at the door']);
  });

  test('readings are left out, and the decision is taken back; both stay in the record', async () => {
    const { house, browser } = rig();
    const day = addDays(dateOf(Date.now() / 1000), -4);
    const window = await browser.open();
    const { page } = window;
    await window.goTo(`/data/rulings?meter=wen-w-main&from=${day}&to=${addDays(day, 1)}`);
    await page.getByLabel('Why').fill('the wrong meter was wired');
    await page.getByRole('button', { name: 'Decide so' }).click();
    await page.getByText('It is decided.').waitFor();
    const back = page.getByRole('form', { name: 'Take a decision back' });
    await back.getByLabel('Why').fill('it was the right one');
    await back.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('taken back', { exact: true }).waitFor();
    const { rulings } = await house.ask('/v1/meters/wen-w-main/rulings', rulingsAnswerSchema);
    expect(rulings.map(({ stands, reason }) => ({ stands, reason }))).toEqual([
      { stands: false, reason: 'the wrong meter was wired' },
    ]);
  });

  test('an exchange is recorded in the register, after what speaks against it was said', async () => {
    const { house, browser } = rig();
    const own = await heardAtNoon(rig(), 'osi-w-main');
    const window = await browser.open({ expected: /4\d\d/ });
    const { page } = window;
    await window.goTo('/data/exchange?meter=osi-w-main');
    await page.getByLabel('When the old meter stopped').fill(londonMinute(Date.parse(own.at) + 60_000));
    await page.getByLabel(/^Last number of the old meter/).fill(String(own.value - 10));
    // The new one is set to where the old one was, so that what is heard of it goes on.
    await page.getByLabel(/^First number of the new meter/).fill(String(own.value));
    await page.getByLabel('Serial number of the new meter').fill('NEW-1');
    await page.getByLabel('Why').fill('the old one leaked');
    await page.getByRole('button', { name: 'Record the exchange' }).click();
    await page.locator('form .notice.bad').waitFor();
    await page.getByLabel(/^Last number of the old meter/).fill(String(own.value));
    await page.getByRole('button', { name: 'Record the exchange' }).click();
    await page.getByText(/^The exchange of osi-w-main is in the register/).waitFor();
    const { acts } = await house.ask('/v1/acts', actsAnswerSchema, { meter: 'osi-w-main' });
    expect(acts.map(({ kind, reason }) => [kind, reason])).toEqual([['record-exchange', 'the old one leaked']]);
  });
}

/** A reading of a meter's own register, two days ago: a minute later its face shows the same, or as good as. */
async function heardAtNoon({ house }: ConsoleRig, meter: string): Promise<{ at: string; value: number }> {
  const noon = `${addDays(dateOf(Date.now() / 1000), -2)}T12:00:00Z`;
  const query = { meter, kind: 'register', from: noon, to: noon.replace('12:00', '13:00') };
  const [own] = (await house.ask('/v1/readings', readingsAnswerSchema, query)).readings;
  if (!own) throw new Error(`${meter} was not heard at noon`);
  return own;
}

/** What London's clocks show, as a browser wants it filled in. */
function londonMinute(at: number): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/London' }).slice(0, 16).replace(' ', 'T');
}
