import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { observedSchema } from '../../domain/observed/register.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { dateOf, dayPeriod, type LocalDate, startOfDay } from '../../domain/time.ts';
import { closedDaysKey } from '../../store/kept-history.ts';
import { ShownFigures } from '../../ingest/shown-figures.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { estateOf } from '../domain/small-estate.ts';
import { openBooks, type TestBooks } from './books.ts';

/** Two sites; one of them burns gas too. */
const sites = [
  { id: 'north', gross_internal_area_m2: 1_000, meters: [{ id: 'n-e' }, { id: 'n-g', utility: 'gas' }] },
  { id: 'south', gross_internal_area_m2: 500, meters: [{ id: 's-e' }] },
];
const estate = estateOf(sites);
let books: TestBooks;
let written: ShownPoint[];
let now = 0;
beforeEach(async () => {
  now = startOfDay('2026-03-20') + 36_000;
  books = await openBooks(() => now);
  written = [];
  await use('n-e', ['2025-12-31', '2026-02-01', '2026-03-01'], 100);
  await use('n-g', ['2026-02-01'], 400);
  await use('s-e', ['2026-02-01', '2026-03-01'], 50);
});
afterEach(() => books.close());

/** So much energy on each of some days, all measured, and a line in the log of what was derived. */
async function use(id: string, dates: readonly LocalDate[], energy: number): Promise<void> {
  const meter = estate.meters.get(id);
  if (!meter) throw new Error(`no meter ${id}`);
  const { site, utility } = meter;
  const rest = { volume: 0, measuredVolume: 0, estimatedHalfHours: 0, missingHalfHours: 0, emissionsLocation: 0 };
  const days = dates.map((date): DayFigure => {
    const known = { energy, measuredEnergy: energy, measuredHalfHours: 48, measuredShare: 1 };
    return { meter: id, site, utility, day: startOfDay(date), ...known, ...rest };
  });
  await books.store.writeDays(days, []);
  books.state.recordDerived(dates.map((date) => ({ meter: id, ...dayPeriod(date) })));
}

/** One that begins, with what it writes. */
function begun(): ShownFigures {
  const writeShown = (points: readonly ShownPoint[]): Promise<void> => {
    written.push(...points);
    return Promise.resolve();
  };
  return new ShownFigures({ ...books.store, writeShown }, books.state);
}

/** Looks after the next pause until all is done; answers what was written meanwhile. */
async function looks(figures: ShownFigures, register: Estate = estate): Promise<ShownPoint[]> {
  written = [];
  now += limits.figuresPauseSeconds;
  do await figures.look(register, now);
  while (!figures.isDone);
  return written;
}

const numbers = (points: readonly ShownPoint[], series: ShownPoint['series'], place: string) =>
  points.flatMap((point) => {
    if (point.series !== series || !('place' in point.tags) || point.tags.place !== place) return [];
    return [[dateOf(point.at), point.fields] as const];
  });
const placesIn = (points: readonly ShownPoint[]): string[] =>
  [...new Set(points.map(({ tags }) => ('place' in tags ? tags.place : '')))].sort();

test('every month with something in it is published, and the twelve months that end with one', async () => {
  const points = await looks(begun());
  const months = numbers(points, 'month_intensity', 'north').map(([date, fields]) => {
    const { energy_kwh, energy_known, complete } = fields as Record<string, number>;
    return [date, energy_kwh, energy_known, complete];
  });
  // The newest first; a year of nothing ends the search. Days without a figure make a month incomplete.
  expect(months.slice(0, 5)).toEqual([
    ['2026-03-01', 100, 1, 0],
    ['2026-02-01', 500, 1, 0],
    ['2026-01-01', 0, 0, 0],
    ['2025-12-01', 100, 1, 0],
    ['2025-11-01', 0, 0, 0],
  ]);
  expect(months.length).toBe(4 + 12);
  const years = numbers(points, 'rolling_year_intensity', 'estate');
  const energies = years.map(([date, fields]) => [date, (fields as Record<string, number>)['energy_kwh']]);
  expect(energies.slice(0, 3)).toEqual([
    ['2026-03-01', 650],
    ['2026-02-01', 100],
    ['2026-01-01', 100],
  ]);
});

test('what has not changed is not written again', async () => {
  const figures = begun();
  await looks(figures);
  // Within a half-hour the present month and disclosure period stay the same, too.
  expect(await looks(figures)).toEqual([]);
  now += 1_800;
  expect(new Set((await looks(figures)).map(({ at }) => dateOf(at)))).toEqual(new Set(['2026-03-01', '2025-04-01']));
});

test('a late day changes its month, the twelve months around it, and no other place', async () => {
  const figures = begun();
  await looks(figures);
  await use('s-e', ['2025-10-10'], 70);
  const points = await looks(figures);
  expect(placesIn(points)).toEqual(['estate', 'mse', 'south']);
  expect(numbers(points, 'month_intensity', 'south').map(([date]) => date)).toEqual(['2025-10-01']);
  const ends = numbers(points, 'rolling_year_intensity', 'south').map(([date]) => date);
  expect(ends).toEqual(['2026-03-01', '2026-02-01', '2026-01-01', '2025-12-01', '2025-11-01']);
});

test('a late day changes what the year after it is set against, and the cover of its disclosure period', async () => {
  const figures = begun();
  await looks(figures);
  await use('s-e', ['2024-10-10'], 70);
  const points = await looks(figures);
  const ends = numbers(points, 'rolling_year_comparison', 'south').map(([date]) => date);
  // Its own twelve months, in which it is used, and the twelve after them; those that end now are not over.
  expect(ends.at(-1)).toBe('2024-11-01');
  expect(ends.length).toBeGreaterThanOrEqual(12);
  expect(numbers(points, 'rolling_year_intensity', 'south').length).toBe(12);
  expect(numbers(points, 'disclosure_year_cover', 'south').map(([date]) => date)).toEqual(['2024-04-01']);
});

test('temperatures that come late are followed when the next day is closed', async () => {
  const weather = { temperature: 'roof', method: 'met_office', base_degc: 15.5, standard: 'uk-vesma' };
  const written = estateOf([{ ...(sites[0] as (typeof sites)[number]), weather }]);
  const roof = { id: 'roof', name: 'Roof', quantity: 'temperature', unit: 'degC', source: 'own sensor' };
  const observed = observedSchema.parse({ ...roof, stands_for_half_hours: 48 });
  const register = { ...written, observed: new Map([['roof', observed]]), lists: { observed: [observed] } };
  const figures = begun();
  const notesOf = (points: readonly ShownPoint[]): unknown[] =>
    numbers(points, 'rolling_year_comparison', 'north').map(([date, fields]) => [
      date,
      (fields as Record<string, unknown>)['weather_notes'],
    ]);
  const [before] = notesOf(await looks(figures, register));
  expect(before).toEqual(['2026-03-01', 'weather-unknown north; standard-quoted north']);
  const name = { meter: 'roof', quantity: 'temperature', kind: 'instant', period: 0 } as const;
  const first = startOfDay('2025-03-01');
  const readings = Array.from({ length: 365 }, (_, i): Reading => {
    const at = first + i * 86_400;
    return { ...name, at, received: at + 1, value: 8 };
  });
  await books.store.write(readings);
  expect(notesOf(await looks(figures, register))).toEqual([]);
  books.state.remember(closedDaysKey, '2026-03-19');
  const [newest] = notesOf(await looks(figures, register));
  // The year before is as unknown as it was; this one's gas is now looked at beside its weather.
  expect(newest).toEqual(['2026-03-01', expect.stringMatching(/north gas.*weather-unknown north/)]);
});

test('another area restates every figure of its site and of what it belongs to', async () => {
  const figures = begun();
  await looks(figures);
  const [north, south] = sites;
  const points = await looks(figures, estateOf([north, { ...south, gross_internal_area_m2: 600 }] as typeof sites));
  const february = numbers(points, 'month_intensity', 'south').find(([date]) => date === '2026-02-01');
  expect(february?.[1]).toMatchObject({ gross_internal_area_m2: 600, intensity_kwh_per_m2: 50 / 600 });
  expect(placesIn(points)).toEqual(['estate', 'mse', 'south']);
});

test('a fuel that a place no longer has says nothing any more', async () => {
  await looks(begun());
  const [north, south] = sites;
  const electric = estateOf([{ ...north, meters: [{ id: 'n-e' }] }, south] as typeof sites);
  // After a start nothing is known of what was written, but which fuels there were.
  const points = await looks(begun(), electric);
  const gas = points.flatMap((point) =>
    point.series === 'month_fuel' && point.tags.place === 'north' && point.tags.utility === 'gas' ? [point] : [],
  );
  expect(gas.length).toBe(4 + 12);
  for (const { fields } of gas) expect(fields).toMatchObject({ energy_kwh: 0, energy_known: 0, intensity_known: 0 });
  const burnt = points.filter(
    ({ series, tags }) => series === 'month_carbon_fuel' && 'utility' in tags && tags.utility === 'gas',
  );
  expect(burnt.length).toBe(3 * 16);
});

test('a store that no dashboard reads is asked nothing', async () => {
  const figures = new ShownFigures({ ...books.store, writeShown: undefined }, books.state);
  await figures.look(estate, now);
  expect(figures.isDone).toBe(true);
  expect(books.state.recall('figures-followed')).toBeUndefined();
});
