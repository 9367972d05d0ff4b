import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { comparisonsAnswerSchema } from '../../api/contract/comparisons.ts';
import { observedSchema } from '../../domain/observed/register.ts';
import { addDays, halfHoursInDay, type LocalDate, startOfDay } from '../../domain/time.ts';
import { metOfficeDegreeDays } from '../../domain/weather/degree-days.ts';
import { estateOf } from '../domain/small-estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/**
 * Five practices over two years. Their gas follows the weather of one roof: the same slope in both years, though the
 * second winter was milder, so that what falls is the weather and not the practices.
 */

const [first, last] = ['2024-04-01', '2026-04-01'];
const site = (id: string, area: number, rest: Record<string, unknown> = {}) => ({
  id,
  type: 'gp_practice',
  gross_internal_area_m2: area,
  heated_volume_m3: area * 3,
  meters: [{ id: `${id}-e` }, { id: `${id}-g`, utility: 'gas' }],
  ...rest,
});
const weather = { temperature: 'roof', method: 'met_office', base_degc: 15.5, standard: 'uk-vesma' };
const written = estateOf([
  site('p1', 400, { weather }),
  site('p2', 500),
  site('p3', 600, { benchmarks: { 'cibse-tm46': 'general-office' } }),
  site('p4', 700, { valid_from: '2025-01-01', weather }),
  site('p5', 800),
  site('clinic', 900, { type: 'health_centre' }),
]);
const roof = observedSchema.parse({
  id: 'roof',
  name: 'Roof',
  quantity: 'temperature',
  unit: 'degC',
  source: 'own sensor',
  stands_for_half_hours: 48,
});
const estate = { ...written, observed: new Map([['roof', roof]]), lists: { observed: [roof] } };

/** The lowest temperature of a date; the highest is six degrees above it. The second year is two degrees milder. */
function lowest(date: LocalDate): number {
  const day = Math.floor(startOfDay(date) / 86_400);
  const season = 6 - 7 * Math.cos((2 * Math.PI * (day - 20_110)) / 365);
  return Math.round(10 * (season + (date >= '2025-04-01' ? 2 : 0))) / 10;
}

function degreeDaysOn(date: LocalDate): number {
  return metOfficeDegreeDays(lowest(date) + 6, lowest(date), 15.5);
}

/** kWh a day of a meter; the electricity of each practice is more per m² than that of the one before. */
function useOn(meter: string, date: LocalDate): number {
  const above = Number(meter.slice(1, 2)) - 1 || 0;
  const size = 400 + 100 * above;
  if (meter.endsWith('-e')) return size / 10 + 50 * above;
  return (size / 400) * (20 + 8 * degreeDaysOn(date));
}

let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  rig = await startRig({ estate: () => estate });
  rig.at(startOfDay('2026-04-10') + 43_200);
  const days = [...estate.meters.values()].flatMap((meter) => {
    const list = [];
    for (let date: LocalDate = first; date < last; date = addDays(date, 1)) {
      // One practice says nothing in the last March.
      if (meter.id === 'p5-e' && date >= '2026-03-01') continue;
      if (meter.site === 'p4' && date < '2025-01-01') continue;
      const energy = useOn(meter.id, date);
      const halfHours = halfHoursInDay(date);
      list.push({
        meter: meter.id,
        site: meter.site,
        utility: meter.utility,
        day: startOfDay(date),
        energy,
        volume: 0,
        measuredEnergy: energy,
        measuredVolume: 0,
        measuredHalfHours: halfHours,
        estimatedHalfHours: 0,
        missingHalfHours: 0,
        measuredShare: 1,
        emissionsLocation: undefined,
      });
    }
    return list;
  });
  await rig.store.writeDays(days, []);
  const readings = [];
  for (let date: LocalDate = first; date < last; date = addDays(date, 1)) {
    const [from, noon] = [startOfDay(date), startOfDay(date) + 43_200];
    const one = { meter: 'roof', quantity: 'temperature', kind: 'instant', period: 0, received: from } as const;
    readings.push({ ...one, at: from, value: lowest(date) }, { ...one, at: noon, value: lowest(date) + 6 });
  }
  await rig.store.write(readings);
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

type Answer = z.output<typeof comparisonsAnswerSchema>;

async function ask(query: string, headers = key): Promise<Answer> {
  const url = `/v1/intensity/comparisons?${query}`;
  const answer = await rig.app.inject({ url, headers });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body.slice(0, 500)}`);
  return comparisonsAnswerSchema.parse(answer.json());
}

const year = 'from=2025-04-01&to=2026-04-01';
const rowOf = ({ figures }: Answer, place: string) => figures.find((row) => row.place === place);

function sumOver(from: LocalDate, to: LocalDate, of: (date: LocalDate) => number): number {
  let sum = 0;
  for (let date = from; date < to; date = addDays(date, 1)) sum += of(date);
  return sum;
}
const energyOf = (id: string, from: LocalDate, to: LocalDate): number =>
  sumOver(from, to, (date) => useOn(`${id}-e`, date) + useOn(`${id}-g`, date));

describe('against last year', () => {
  test('a practice is compared with the same twelve months', async () => {
    const row = rowOf(await ask(year), 'p1');
    const [now, before] = [energyOf('p1', '2025-04-01', '2026-04-01'), energyOf('p1', '2024-04-01', '2025-04-01')];
    expect(row?.intensity_kwh_per_m2).toBeCloseTo(now / 400, 6);
    expect(row?.last_year_kwh_per_m2).toBeCloseTo(before / 400, 6);
    expect(row?.change_share).toBeCloseTo(now / before - 1, 9);
    expect(row).toMatchObject({ status: 'complete', last_year_status: 'complete', compared_sites: 1 });
    expect([row?.last_year_from, row?.last_year_to]).toEqual(['2024-03-31T23:00:00Z', '2025-03-31T23:00:00Z']);
  });

  test('neither one that opened meanwhile nor one with a gap is compared, and both say so', async () => {
    const answer = await ask(year);
    expect(rowOf(answer, 'p4')).toMatchObject({ compared_sites: 0, change_share: null, last_year_kwh_per_m2: null });
    expect(rowOf(answer, 'p5')).toMatchObject({ status: 'partial', partial_because: ['missing'], change_share: null });
  });

  test('all together are compared like for like', async () => {
    const row = rowOf(await ask(`${year}&by=estate&type=gp_practice`), 'estate');
    expect(row).toMatchObject({ sites: 5, compared_sites: 3, status: 'partial' });
    const ids = ['p1', 'p2', 'p3'];
    const energy = ids.reduce((sum, id) => sum + energyOf(id, '2025-04-01', '2026-04-01'), 0);
    expect(row?.compared_kwh_per_m2).toBeCloseTo(energy / 1500, 6);
    const organisation = await ask(`${year}&by=organisation&type=gp_practice`);
    expect(organisation.figures.map(({ compared_sites: count }) => count)).toEqual([3]);
  });

  test('a year that is not over is cut at the last whole day in both years, and is partial', async () => {
    const answer = await ask('from=2026-04-01&to=2027-04-01&site=p1');
    expect(answer.period).toEqual({ from: '2026-03-31T23:00:00Z', to: '2026-04-09T23:00:00Z' });
    expect(answer.last_year).toEqual({ from: '2025-03-31T23:00:00Z', to: '2025-04-09T23:00:00Z' });
    expect(answer.figures[0]).toMatchObject({ status: 'partial', benchmark_gap: 'not-a-year' });
    expect((await ask('from=2026-06-01&to=2026-07-01')).figures).toEqual([]);
  });
});

describe('in the weather of a standard year', () => {
  test('a practice that used less because it was milder used the same', async () => {
    const row = rowOf(await ask(year), 'p1');
    expect(row?.change_share).toBeLessThan(-0.1);
    const corrected = (365 * 40 + 365 * 20 + 8 * 2463) / 400;
    expect(row?.corrected_kwh_per_m2).toBeCloseTo(corrected, 6);
    expect(row?.last_year_corrected_kwh_per_m2).toBeCloseTo(corrected, 6);
    expect(row?.corrected_change_share).toBeCloseTo(0, 9);
    expect(row?.weather_notes).toEqual(['standard-quoted p1']);
  });

  test('a practice in its first whole year is corrected, and has nothing to be set against', async () => {
    const row = rowOf(await ask(`site=p4&${year}`), 'p4');
    const corrected = (365 * (70 + 150) + (700 / 400) * (365 * 20 + 8 * 2463)) / 700;
    expect(row?.corrected_kwh_per_m2).toBeCloseTo(corrected, 6);
    expect(row).toMatchObject({
      compared_sites: 0,
      last_year_corrected_kwh_per_m2: null,
      corrected_change_share: null,
    });
    expect(row?.weather_notes[0]).toBe('standard-quoted p4');
    expect(row?.weather_notes.slice(1).every((note) => note.startsWith('last-year '))).toBe(true);
  });

  test('a practice whose weather the register does not describe says so', async () => {
    const row = rowOf(await ask(year), 'p2');
    expect(row).toMatchObject({ corrected_kwh_per_m2: null, weather_notes: ['not-described p2'] });
  });

  test('a quarter is corrected by the twelve months that end with it', async () => {
    const row = rowOf(await ask('from=2026-01-01&to=2026-04-01&site=p1'), 'p1');
    expect(row?.corrected_kwh_per_m2).toBeCloseTo((90 * 60 + 8 * (395 + 342 + 297)) / 400, 6);
  });
});

describe('against sites of the same type', () => {
  test('quartiles are of those that are whole, and of no fewer than four', async () => {
    const answer = await ask(year);
    expect(answer).toMatchObject({ quartile_method: 'linear', quartile_sites_needed: 4 });
    // The one with the gap is no peer; the one that opened in January 2025 is, this year.
    const values = ['p1', 'p2', 'p3', 'p4'].map((id) => rowOf(answer, id)?.intensity_kwh_per_m2 ?? Number.NaN);
    const [a = 0, b = 0, c = 0, d = 0] = values.toSorted((x, y) => x - y);
    const row = rowOf(answer, 'p1');
    expect(row?.peers).toBe(4);
    expect(row?.lower_quartile_kwh_per_m2).toBeCloseTo(a + 0.75 * (b - a), 9);
    expect(row?.median_kwh_per_m2).toBeCloseTo((b + c) / 2, 9);
    expect(row?.upper_quartile_kwh_per_m2).toBeCloseTo(c + 0.25 * (d - c), 9);
    const quarters = ['p1', 'p2', 'p3', 'p4'].map((id) => rowOf(answer, id)?.quarter);
    expect(quarters).toEqual([1, 2, 3, 4]);
    expect(rowOf(answer, 'p5')?.quarter).toBeNull();
  });

  test('a clinic has too few of its type, and a key of one site sees none but its own', async () => {
    expect(rowOf(await ask(year), 'clinic')).toMatchObject({ peers: 1, median_kwh_per_m2: null, quarter: null });
    const own = await ask(year, bearer(rig.key({ sites: ['p1'] })));
    expect(own.figures).toHaveLength(1);
    expect(own.figures[0]).toMatchObject({ peers: 1, median_kwh_per_m2: null });
  });

  test('one site asked for is set against all of its type', async () => {
    expect((await ask(`${year}&site=p1`)).figures[0]).toMatchObject({ place: 'p1', peers: 4 });
  });
});

describe('against benchmarks', () => {
  test('a practice is set against those of its type, with how well they are known', async () => {
    const answer = await ask(year);
    const row = rowOf(answer, 'p1');
    expect(row).toMatchObject({
      tm46_category: 'clinic',
      tm46_electricity_kwh_per_m2: 70,
      tm46_fossil_thermal_kwh_per_m2: 200,
      tm46_standing: 'quoted',
      enco2de_category: 'gp-surgery',
      enco2de_standing: 'quoted',
      enco2de_new_gj_per_100m3: 36,
      enco2de_existing_gj_per_100m3: 46,
      benchmark_gap: null,
    });
    const energy = energyOf('p1', '2025-04-01', '2026-04-01');
    expect(row?.tm46_ratio).toBeCloseTo(energy / 400 / 270, 9);
    expect(row?.delivered_gj_per_100m3).toBeCloseTo((energy * 0.0036) / 12, 9);
    expect((row?.electricity_kwh_per_m2 ?? 0) + (row?.fossil_thermal_kwh_per_m2 ?? 0)).toBeCloseTo(energy / 400, 9);
    expect(answer.benchmarks.map(({ id }) => id)).toEqual(['cibse-tm46', 'enco2de-2006']);
  });

  test('a site may name its own category, and a partial year has no ratio', async () => {
    const answer = await ask(year);
    expect(rowOf(answer, 'p3')).toMatchObject({ tm46_category: 'general-office', tm46_standing: 'confirmed' });
    expect(rowOf(answer, 'p5')).toMatchObject({ benchmark_gap: 'partial', tm46_ratio: null });
  });
});
