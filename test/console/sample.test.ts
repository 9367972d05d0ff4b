import { afterAll, beforeAll, expect, test } from 'vitest';
import { alertsAnswerSchema } from '../../api/contract/alerts.ts';
import { issuesAnswerSchema } from '../../api/contract/data-issues.ts';
import { inboxAnswerSchema } from '../../api/contract/inbox.ts';
import { quarantineAnswerSchema } from '../../api/contract/quarantine.ts';
import { signOffMadeSchema } from '../../api/contract/sign-offs.ts';
import { pages } from '../../dashboards/console/pages.ts';
import { addDays, dateOf } from '../../domain/time.ts';
import { describeWith } from '../servers/locate.ts';
import { alertPages } from './alert-pages.ts';
import { startBrowser } from './browser.ts';
import { byHand } from './by-hand.ts';
import { dataPages } from './data-pages.ts';
import { estatePages } from './estate-pages.ts';
import { figurePages } from './figure-pages.ts';
import { planPages } from './plan-pages.ts';
import { startSampleHouse } from './sample-house.ts';
import { supplyPages } from './supply-pages.ts';
import { threeClicks } from './three-clicks.ts';
import { type ConsoleRig, type Examples, walk } from './walk.ts';

/** The console as people see it: a real browser before a house of the sample estate, started once for all areas. */
describeWith(['chromium'], 'the console of the sample estate', () => {
  let started: ConsoleRig | undefined;
  const rig = (): ConsoleRig => {
    if (!started) throw new Error('the house has not been started');
    return started;
  };
  let examples: Promise<Examples> | undefined;

  beforeAll(async () => {
    const house = await startSampleHouse();
    started = { house, browser: await startBrowser(() => house.address) };
  }, 1_200_000);

  afterAll(async () => {
    await started?.browser.close();
    await started?.house.stop();
  }, 60_000);

  test('the number of pages is known', () => {
    expect(Object.keys(pages).length).toBe(31);
  });

  walk(rig, async () => await (examples ??= examplesOf(rig())));

  estatePages(rig);
  threeClicks(rig);
  byHand(rig);
  figurePages(rig);
  alertPages(rig);
  planPages(rig);
  dataPages(rig);
  supplyPages(rig);
});

/** What the paths of pages stand for at this house. */
async function examplesOf({ house }: ConsoleRig): Promise<Examples> {
  const { alerts } = await house.ask('/v1/alerts', alertsAnswerSchema);
  const { entries } = await house.ask('/v1/inbox', inboxAnswerSchema);
  const { issues } = await house.ask('/v1/data-issues', issuesAnswerSchema);
  const { messages } = await house.ask('/v1/quarantine', quarantineAnswerSchema);
  const yesterday = addDays(dateOf(Date.now() / 1000), -1);
  const { sign_off } = signOffMadeSchema.parse(
    await house.act('POST', '/v1/sign-offs', {
      figure: 'water',
      site: 'larkhollow',
      from: addDays(yesterday, -28),
      to: yesterday,
      reason: 'four weeks of water, for the pages to show',
    }),
  );
  return {
    params: {
      site: 'saltmere-general',
      meter: 'sal-e-main',
      alert: firstOf(alerts),
      entry: firstOf(entries),
      issue: firstOf(issues),
      message: firstOf(messages),
      measure: 'sal-led',
      sign_off: String(sign_off.id),
      supply_point: 'sal-power',
    },
    queries: { '/explain': `?meter=sal-e-main&date=${yesterday}` },
  };
}

/** The first of a list of the house as an address names it: without one a page would be walked as another. */
function firstOf(list: readonly { readonly id: string | number }[]): string {
  const [first] = list;
  if (first === undefined) throw new Error('the sample house has none of what a page is about');
  return String(first.id);
}
