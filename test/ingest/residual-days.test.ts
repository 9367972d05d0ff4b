import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { addDays, dateOf, dayPeriod, type EpochSeconds, halfHoursOf } from '../../domain/time.ts';
import { ResidualDays } from '../../ingest/residual-days.ts';
import type { StoredHalfHour } from '../../store/reading-store.ts';
import { chanceAt, seedOf } from '../../simulators/chance.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';

/** A main with two sub-meters; the larger one counts a tenth from a day on. */
const first = '2026-03-02';
const days = 10;
const wrongFrom = addDays(first, 5);
const now = dayPeriod(addDays(first, days)).from + 7_200;
const meters = ['main', 'a', 'b'].map((id) =>
  madeMeter({ id, role: id === 'main' ? 'main' : 'sub', accuracy: 0.01, ...(id === 'main' ? {} : { parent: 'main' }) }),
);
const estate: Estate = madeEstate(meters);

let books: TestBooks;
let written: ShownPoint[];
beforeEach(async () => {
  books = await openBooks(() => now);
  written = [];
});
afterEach(() => books.close());

function follower(): ResidualDays {
  const { store, state } = books;
  const writeShown = (points: readonly ShownPoint[]): Promise<void> => {
    written.push(...points);
    return Promise.resolve();
  };
  return new ResidualDays({ halfHours: (ids, period) => store.halfHours(ids, period), writeShown }, state);
}

const truth = (id: string, start: EpochSeconds): number =>
  (id === 'a' ? 20 : 5) * (0.7 + 0.6 * chanceAt(seedOf(1, id), start / 1800));

async function fill(wrong: boolean, dates: readonly string[]): Promise<void> {
  const rows = dates.flatMap((date) =>
    halfHoursOf(dayPeriod(date)).flatMap((start): StoredHalfHour[] =>
      meters.map((meter) => {
        const said = meter.id === 'a' && wrong && date >= wrongFrom ? truth('a', start) / 10 : truth(meter.id, start);
        const energy = meter.id === 'main' ? truth('a', start) + truth('b', start) : said;
        const known = { energy, volume: undefined, quality: 'measured', rule: 'register' } as const;
        return { meter: meter.id, site: meter.site, utility: meter.utility, start, registerVersion: 1, ...known };
      }),
    ),
  );
  await books.store.writeHalfHours(rows);
  const [from, to] = [dayPeriod(dates[0] ?? '').from, dayPeriod(dates.at(-1) ?? '').to];
  books.state.recordDerived(meters.map(({ id }) => ({ meter: id, from, to })));
}

const all = Array.from({ length: days }, (_, i) => addDays(first, i));
const lines = () => books.state.issues({ kinds: ['reconciliation'], limit: 10 });
const residuals = () =>
  written.flatMap((point) =>
    point.series === 'residual_day' ? [[dateOf(point.at), point.fields.above, point.fields.residual_kwh] as const] : [],
  );

test('each day has its residual and bound; days out of bounds are one issue that names the meter', async () => {
  await fill(true, all);
  await follower().look(estate, now);
  expect(residuals().map(([date, above]) => [date, above])).toEqual(
    all.map((date) => [date, date < wrongFrom ? 0 : 1]),
  );
  const sum = halfHoursOf(dayPeriod(wrongFrom)).reduce((total, start) => total + 0.9 * truth('a', start), 0);
  expect(residuals()[5]?.[2]).toBeCloseTo(sum, 3);
  const named = written.filter(({ series }) => series === 'residual_meter');
  expect(named).toHaveLength(3 * days);
  expect(lines()).toHaveLength(1);
  const [line] = lines();
  expect(line).toMatchObject({ meter: 'main', from: dayPeriod(wrongFrom).from, to: dayPeriod(all.at(-1) ?? '').to });
  expect(line?.says).toContain('a: pulse-weight (10)');
});

test('what was mended is an issue no more, and the residual is written over', async () => {
  await fill(true, all);
  const follow = follower();
  await follow.look(estate, now);
  await fill(false, all.slice(5));
  written = [];
  await follow.look(estate, now + 60);
  expect(written).toEqual([]);
  await follow.look(estate, now + 601);
  expect(residuals().map(([date, above]) => [date, above])).toEqual(all.slice(5).map((date) => [date, 0]));
  expect(lines()).toEqual([]);
});

test('what an end interrupted is done again; what is done is not', async () => {
  // Two stretches far apart are two chunks, and one is worked out in a look.
  const early = addDays(first, -90);
  await fill(false, [early]);
  await fill(false, all);
  await follower().look(estate, now);
  expect(residuals().map(([date]) => date)).toEqual(all);
  written = [];
  const again = follower();
  await again.look(estate, now);
  await again.look(estate, now + 1);
  expect(residuals().map(([date]) => date)).toEqual([...all, early]);
  written = [];
  await follower().look(estate, now);
  expect(written).toEqual([]);
});
