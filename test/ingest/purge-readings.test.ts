import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import type { SignOffDraft } from '../../domain/signoff/sign-off.ts';
import { daySeconds, startOfDay } from '../../domain/time.ts';
import { purgeReadings } from '../../ingest/purge-readings.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

/** A signed figure holds the readings that it rests on. */

const now = startOfDay('2026-06-01');
const estate = madeEstate([madeMeter({ id: 'ward-3' })]);
let clock = now;
let books: TestBooks;
beforeEach(async () => {
  clock = now;
  books = await openBooks(() => clock);
  const readings = Array.from({ length: 40 }, (_, month): Reading => {
    const at = startOfDay('2020-01-01') + month * 30 * daySeconds;
    return { meter: 'ward-3', quantity: 'energy', kind: 'register', at, value: month, period: 0, received: at };
  });
  await books.store.write(readings);
});
afterEach(() => books.close());

function sign(from: string, to: string): void {
  const period = { from: startOfDay(from), to: startOfDay(to) };
  const draft: SignOffDraft = {
    at: clock,
    who: 'Ada',
    reason: 'the annual report',
    asked: { figure: 'energy', place: { kind: 'site', id: 'a-site' }, period },
    sites: ['a-site'],
    meters: ['ward-3'],
    value: 1,
    accepted: [],
    versions: { register: 1, factors: 1, code: '0' },
  };
  books.state.sign(draft, { days: [], gaps: [], chain: null });
}
async function purge(before: string) {
  const request = { before: startOfDay(before), reason: 'seven years', who: 'Ada' };
  return await purgeReadings(request, { ...books, estate, now: clock, progress: () => undefined });
}
async function refusal(before: string): Promise<string[]> {
  const error: unknown = await purge(before).catch((thrown: unknown) => thrown);
  if (!(error instanceof ProblemError)) throw new Error('it was not refused');
  return error.problems.map(({ code, where, found }) => `${code} ${where} ${found}`);
}
async function left(): Promise<number> {
  const [name] = await books.store.seriesOf('ward-3');
  return name ? (await books.store.readings(name, { from: 0, to: now }, 100)).length : 0;
}

test('what no signed figure rests on goes, with an act that says who and why', async () => {
  sign('2022-04-01', '2023-04-01');
  // 28 of the forty lie before 1 April 2022; the last of them stays.
  expect(await purge('2022-04-01')).toMatchObject({ readings: 27 });
  expect(await left()).toBe(13);
  const acts = books.state.acts({ kinds: ['purge-readings'], limit: 9 });
  expect(acts).toMatchObject([{ who: 'Ada', reason: 'seven years', detail: { readings: 27 } }]);
});

test('what a signed figure rests on stays, and the sign-off is named', async () => {
  sign('2022-04-01', '2023-04-01');
  sign('2020-04-01', '2021-04-01');
  expect(await refusal('2021-01-01')).toEqual([
    'purge.signed sign-off 2 energy of site a-site, 2020-04-01 to 2021-04-01',
  ]);
  expect(await refusal('2022-04-02')).toHaveLength(2);
  expect(await left()).toBe(40);
  expect(books.state.acts({ kinds: ['purge-readings'], limit: 9 })).toEqual([]);
});

test('a figure holds its readings for the years in which it may be asked for', async () => {
  sign('2020-04-01', '2021-04-01');
  clock = now + limits.readingsTermDays * daySeconds - 1;
  expect(await refusal('2021-01-01')).toHaveLength(1);
  clock += 2;
  expect((await purge('2021-01-01')).readings).toBeGreaterThan(0);
});
