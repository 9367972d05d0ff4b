import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConsole } from '../../cli/read-console.ts';
import { startRig, type Rig } from '../api/rig.ts';
import { describeWith } from '../servers/locate.ts';
import { startBrowser, type Watcher, type Window } from './browser.ts';

/** Signing in, where keys are demanded: the API as it is, on an estate of its own, before a real browser. */
describeWith(['chromium'], 'signing in', () => {
  let rig: Rig;
  let browser: Watcher;
  let address = '';
  beforeAll(async () => {
    // The browser's cookie lasts as long as its own clock says.
    rig = await startRig({ console: readConsole(), clock: () => Date.now() / 1000 });
    address = await rig.app.listen({ host: '127.0.0.1', port: 0 });
    browser = await startBrowser(() => address);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await rig.close();
  });

  const stranger = /40[13]/;
  async function signIn(window: Window, key: string): Promise<void> {
    const { page } = window;
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(({ pathname }) => pathname !== '/sign-in');
    await window.settled();
  }

  test('a wrong key is told so; a good one leads to the page that was asked for', async () => {
    const window = await browser.open({ device: 'phone', expected: stranger });
    const { page } = window;
    await window.goTo('/data/rulings?kind=void');
    await page.waitForURL(({ pathname }) => pathname === '/sign-in');
    await window.settled();
    expect(await window.inaccessible()).toEqual([]);
    await page.getByLabel('Key', { exact: true }).fill('mh_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toMatch(/^This is not a key of this house/);
    await signIn(window, rig.key({ name: 'Ada Byron', role: 'operate' }));
    expect(page.url()).toBe(`${address}/data/rulings?kind=void`);
    expect(await page.getByRole('banner').innerText()).toContain('Ada Byron');
    expect(await page.evaluate<string>('document.cookie')).toBe('');
  });

  test.each(['https://evil.example/', '/.//evil.example/'])('%s, made up elsewhere, leads nowhere else', async (to) => {
    const window = await browser.open({ expected: stranger });
    await window.goTo(`/sign-in?to=${encodeURIComponent(to)}`);
    await signIn(window, rig.key({ name: 'Ada' }));
    expect(window.page.url()).toBe(`${address}/`);
  });

  test('a page is drawn for those who may open it, and a form for those who may send it', async () => {
    const window = await browser.open({ expected: stranger });
    await window.goTo('/data/inbox');
    await window.page.waitForURL(({ pathname }) => pathname === '/sign-in');
    await signIn(window, rig.key({ name: 'Wall display', role: 'read', sites: ['hospital'] }));
    expect(await window.words()).toMatch(/This page is for keys that may operate/);
    await window.goTo('/data/rulings?meter=hospital-main');
    expect(await window.words()).toMatch(/Ask somebody whose key may operate/);
    await window.goTo('/sign-in');
    expect(await window.words()).toMatch(/Wall display.*look.*hospital/s);
  });

  test('who signs out is out, and so is who lost the key while looking', async () => {
    const window = await browser.open({ expected: /401|ERR_/ });
    const { page } = window;
    await window.goTo('/data/rulings');
    await page.waitForURL(({ pathname }) => pathname === '/sign-in');
    await signIn(window, rig.key({ name: 'Ada' }));
    await window.goTo('/sign-in');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key', { exact: true }).waitFor();
    const key = rig.key({ name: 'Bo' });
    await signIn(window, key);
    await window.goTo('/data/rulings?kind=accept');
    rig.state.revokeKey(key.split('_')[1] ?? '', Date.now() / 1000);
    await page.getByLabel('Meter').selectOption('hospital-main');
    await page.getByLabel('Key', { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/sign-in');
  });
});
