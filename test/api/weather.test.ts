import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  cusumAnswerSchema,
  degreeDaysAnswerSchema,
  type signatureRowSchema,
  signatureAnswerSchema,
} from '../../api/contract/weather.ts';
import { baselineModelsAnswerSchema } from '../../api/contract/baseline-models.ts';
import { addDays, dateOf, halfHoursInDay, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, noon, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * A winter and a summer of our making: the gas of the hospital is 500 kWh a day and 120 kWh a degree day, a tenth more
 * from October on; that of the centre knows no weather. What the API says is set against the same sums made here.
 */

const begin = '2025-01-01';
const day = 86_400;
const changed = startOfDay('2025-10-01');

/** °C at an instant: a year's wave, a day's wave, and days that are unlike their neighbours. */
function temperatureAt(at: number): number {
  const date = Math.floor(at / day);
  const season = -7 * Math.cos((2 * Math.PI * (date - 20_110)) / 365);
  return 10 + season - 3 * Math.cos((2 * Math.PI * (at % day)) / day) + ((date * 7) % 11) / 3;
}

/** The Met Office's degree days of a London date at 15.5 °C, from its half-hours, written out again. */
function degreeDaysOn(date: string): number {
  const from = startOfDay(date);
  const list = Array.from({ length: halfHoursInDay(date) }, (_, i) => temperatureAt(from + i * 1800));
  const [low, high] = [Math.min(...list), Math.max(...list)];
  if (high <= 15.5) return 15.5 - (high + low) / 2;
  if (low >= 15.5) return 0;
  return high - 15.5 < 15.5 - low ? (15.5 - low) / 2 - (high - 15.5) / 4 : (15.5 - low) / 4;
}

const known = new Map<string, number>();
function rememberedDegreeDays(date: string): number {
  const value = known.get(date) ?? degreeDaysOn(date);
  known.set(date, value);
  return value;
}

function gasAt(start: number): number {
  const date = dateOf(start);
  const use = (500 + 120 * rememberedDegreeDays(date)) / halfHoursInDay(date);
  return start >= changed ? use * 1.1 : use;
}

let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  rig = await startRig();
  const energy = (meter: string, start: number): number =>
    meter === 'hospital-gas' ? gasAt(start) : sampleEnergy(meter, start);
  await writeSample(rig, testEstate(), { from: begin, to: '2026-01-16', until: noon, energy });
  const readings = [];
  for (let at = startOfDay(begin); at < noon; at += 1800) {
    // The roof said nothing on ten days of May.
    if (at >= startOfDay('2025-05-10') && at < startOfDay('2025-05-20')) continue;
    const one = { quantity: 'temperature', kind: 'instant', period: 0, received: at } as const;
    readings.push({ ...one, meter: 'roof', at, value: temperatureAt(at) });
  }
  await rig.store.write(readings);
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

async function ask<T extends z.ZodType>(schema: T, url: string): Promise<z.output<T>> {
  const answer = await rig.app.inject({ url, headers: key });
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body.slice(0, 500)}`);
  return schema.parse(answer.json());
}

async function problems(url: string): Promise<{ status: number; codes: string[] }> {
  const answer = await rig.app.inject({ url, headers: key });
  const { problems: list } = answer.json<{ problems: { code: string }[] }>();
  return { status: answer.statusCode, codes: list.map(({ code }) => code) };
}

function sumOver(from: string, to: string, of: (date: string) => number): number {
  let sum = 0;
  for (let date = from; date < to; date = addDays(date, 1)) sum += of(date);
  return sum;
}

describe('degree days', () => {
  const url = '/v1/weather/degree-days';
  test('of a month are those of its days, beside those of the standard year', async () => {
    const { degree_days: rows, standard_years: standards } = await ask(
      degreeDaysAnswerSchema,
      `${url}?site=hospital&from=2025-02-01&to=2025-04-01`,
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]?.degree_days).toBeCloseTo(sumOver('2025-02-01', '2025-03-01', degreeDaysOn), 6);
    // March has the day of 23 hours.
    expect(rows[1]?.degree_days).toBeCloseTo(sumOver('2025-03-01', '2025-04-01', degreeDaysOn), 6);
    expect(rows.map((row) => row.standard_degree_days)).toEqual([342, 297]);
    expect(rows.map(({ days, known_days: of }) => [days, of])).toEqual([
      [28, 28],
      [31, 31],
    ]);
    expect(standards).toMatchObject([{ id: 'uk-vesma', method: 'met_office', base_degc: 15.5, standing: 'quoted' }]);
    expect(standards[0]?.region).toMatch(/United Kingdom/);
  });

  test('are not known of a month of which too little is, nor of the day that is not over', async () => {
    const months = await ask(degreeDaysAnswerSchema, `${url}?site=hospital&from=2025-05-01&to=2025-06-01`);
    expect(months.degree_days[0]).toMatchObject({ degree_days: null, known_days: 21, status: 'partial' });
    const days = await ask(degreeDaysAnswerSchema, `${url}?site=hospital&bucket=day&from=2026-01-14&to=2026-01-20`);
    expect(days.degree_days.map(({ local_date: date }) => date)).toEqual(['2026-01-14']);
    const cut = await ask(degreeDaysAnswerSchema, `${url}?site=hospital&from=2026-01-01&to=2026-02-01`);
    expect(cut.degree_days[0]).toMatchObject({ days: 14, partial_because: ['not-over'] });
    expect(cut.degree_days[0]?.standard_degree_days).toBeCloseTo((395 * 14) / 31, 9);
  });

  test('by another method or base are not set against the standard year', async () => {
    for (const other of ['method=half_hourly', 'base_degc=18.5&method=simple', 'method=simple']) {
      const range = `site=hospital&from=2025-02-01&to=2025-03-01&${other}`;
      expect(await problems(`${url}?${range}`)).toEqual({ status: 422, codes: ['weather.basis-mixed'] });
      const { degree_days: rows } = await ask(degreeDaysAnswerSchema, `${url}?${range}&standard=none`);
      expect(rows[0]).toMatchObject({ standard_degree_days: null, status: 'complete' });
    }
    const { degree_days: rows } = await ask(
      degreeDaysAnswerSchema,
      `${url}?site=hospital&from=2025-02-01&to=2025-03-01&base_degc=18.5`,
    );
    expect(rows[0]?.standard_degree_days).toBe(426);
    expect(await problems(`${url}?site=centre&from=2025-02-01&to=2025-03-01&standard=uk-vesma`)).toEqual({
      status: 422,
      codes: ['weather.basis-mixed'],
    });
  });

  test('of a site with years of its own as standard are the mean of those; May is known in no year', async () => {
    const { standard_years: none } = await ask(
      degreeDaysAnswerSchema,
      `${url}?site=centre&from=2025-02-01&to=2025-03-01`,
    );
    expect(none).toEqual([]);
  });

  test('of a site without weather are refused where it is named, and left out where it is not', async () => {
    const range = 'from=2025-02-01&to=2025-03-01';
    expect(await problems(`${url}?site=practice&${range}`)).toEqual({ status: 422, codes: ['weather.not-described'] });
    const { degree_days: rows } = await ask(degreeDaysAnswerSchema, `${url}?${range}`);
    expect(rows.map(({ site }) => site)).toEqual(['centre', 'hospital']);
  });

  test('of other bases and methods than there are are refused', async () => {
    const wrong = await problems(`${url}?from=2025-02-01&to=2025-03-01&base_degc=17&method=mean`);
    expect(wrong).toEqual({ status: 400, codes: ['request.invalid', 'request.invalid'] });
  });
});

type Signature = z.output<typeof signatureRowSchema>;

describe('energy signatures', () => {
  const url = '/v1/weather/signature';
  const range = 'from=2025-01-01&to=2025-10-01';
  const only = async (query: string): Promise<Signature> => {
    const { signatures } = await ask(signatureAnswerSchema, `${url}?${query}`);
    expect(signatures).toHaveLength(1);
    return signatures[0] as Signature;
  };

  test.each(['month', 'day'])('of gas that follows the weather are found by %s', async (points) => {
    const row = await only(`site=hospital&${range}&points=${points}`);
    expect(row).toMatchObject({ utility: 'gas', relation: 'heating', refused: [], base_degc: 15.5 });
    expect(row.baseload_kwh_per_day).toBeCloseTo(500, 3);
    expect(row.slope_kwh_per_degree_day).toBeCloseTo(120, 3);
    expect(row.heat_loss_w_per_k).toBeCloseTo(4250, 1);
    expect(row.r_squared).toBeCloseTo(1, 9);
    // May was not read whole: a point of it would not be one of the same weather.
    expect([row.point_count, row.points_asked]).toEqual(points === 'month' ? [8, 9] : [263, 273]);
    expect(row.doubts).toContain('days-covered');
    expect(row.measured_share).toBe(1);
  });

  test('are none where use does not follow the weather, with the reason and no line', async () => {
    const row = await only(`site=centre&${range}&points=day`);
    expect(row.relation).toBe('none');
    expect(row.refused.length).toBeGreaterThan(0);
    expect(row.says).toMatch(/^use does not follow the weather: .+ is asked \(/);
    expect(row).toMatchObject({ baseload_kwh_per_day: null, slope_kwh_per_degree_day: null, heat_loss_w_per_k: null });
    expect(row.mean_kwh_per_day).toBeGreaterThan(0);
  });

  test('of a meter are those of its own use', async () => {
    const row = await only(`by=meter&meter=hospital-gas&${range}`);
    expect(row).toMatchObject({ place: 'hospital-gas', site: 'hospital' });
    expect(row.slope_kwh_per_degree_day).toBeCloseTo(120, 3);
    const lights = await only(`by=meter&meter=hospital-lights&${range}`);
    expect(lights.relation).toBe('none');
  });

  test('search the base that fits best, which is the one it was made with', async () => {
    const row = await only(`site=hospital&${range}&points=day&base=search`);
    expect(row.base_degc).toBe(15.5);
  });

  test('name what is asked of a fit, and who asks it', async () => {
    const { criteria } = await ask(signatureAnswerSchema, `${url}?${range}`);
    expect(criteria).toHaveLength(13);
    expect(criteria.filter(({ standing }) => standing === 'quoted').every(({ source }) => source.length > 5)).toBe(
      true,
    );
  });
});

describe('CUSUM', () => {
  const baseline = 'baseline_from=2025-01-01&baseline_to=2025-10-01';
  test('is level until use changed, and then grows by what is used beyond', async () => {
    const { cusum, baselines } = await ask(
      cusumAnswerSchema,
      `/v1/weather/cusum?site=hospital&${baseline}&from=2025-06-01&to=2026-02-01`,
    );
    expect(baselines).toHaveLength(1);
    // January is not over.
    expect(cusum.map(({ local_date: date }) => date.slice(0, 7))).toEqual(
      ['06', '07', '08', '09', '10', '11', '12'].map((month) => `2025-${month}`),
    );
    let excess = 0;
    for (const row of cusum) {
      const from = row.local_date;
      const next = dateOf(Date.parse(row.to) / 1000);
      const before = sumOver(from, next, (date) => 500 + 120 * degreeDaysOn(date));
      if (from >= '2025-10-01') excess += before * 0.1;
      expect(row.expected_kwh).toBeCloseTo(before, 1);
      expect(row.cumulative_kwh).toBeCloseTo(excess, 1);
      expect(row.status).toBe('complete');
    }
    expect(excess).toBeGreaterThan(5_000);
  });

  test('goes no further than a month whose weather is not known', async () => {
    const { cusum } = await ask(
      cusumAnswerSchema,
      `/v1/weather/cusum?site=hospital&${baseline}&from=2025-04-01&to=2025-07-01`,
    );
    expect(cusum.map((row) => row.cumulative_kwh === null)).toEqual([false, true, true]);
    expect(cusum.map(({ status }) => status)).toEqual(['complete', 'partial', 'complete']);
  });

  test('needs a baseline that ends after it begins', async () => {
    const found = await problems(
      '/v1/weather/cusum?baseline_from=2025-02-01&baseline_to=2025-01-01&from=2025-02-01&to=2025-03-01',
    );
    expect(found).toEqual({ status: 400, codes: ['request.invalid'] });
  });
});

describe('baseline models', () => {
  const url = '/v1/baseline-models?from=2025-01-01&to=2026-01-01';

  test('a month without temperatures is told by name, and no number beside it', async () => {
    const { models } = await ask(baselineModelsAnswerSchema, `${url}&meter=hospital-gas`);
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      outcome: 'disqualified',
      gates: ['months_known'],
      base_per_day: null,
      heating_slope: null,
      known_days: 355,
    });
    expect(models[0]?.because[0]).toMatch(/where at least 0.9 is asked \(OpenEEmeter/);
  });

  test('base, slope and heat loss come back with their intervals once the roof has said what it was', async () => {
    const readings = [];
    for (let at = startOfDay('2025-05-10'); at < startOfDay('2025-05-20'); at += 1800) {
      const one = { quantity: 'temperature', kind: 'instant', period: 0, received: noon } as const;
      readings.push({ ...one, meter: 'roof', at, value: temperatureAt(at) });
    }
    await rig.store.write(readings);
    for (const method of ['day_types', 'caltrack_daily', 'caltrack_monthly']) {
      const { models, confidence } = await ask(
        baselineModelsAnswerSchema,
        `${url}&meter=hospital-gas&method=${method}`,
      );
      const [row] = models;
      expect(confidence).toBe(0.9);
      expect(row).toMatchObject({ outcome: 'model', method, kind: 'heating', known_days: 365 });
      // 500 kWh a day and 120 a degree day, a tenth more of the last quarter; the Met Office's degrees bend at the base.
      expect(row?.base_per_day).toBeGreaterThan(450);
      expect(row?.base_per_day).toBeLessThan(750);
      expect(row?.heating_slope).toBeGreaterThan(100);
      expect(row?.heating_slope).toBeLessThan(145);
      expect(row?.heating_slope_low).toBeLessThan(row?.heating_slope ?? 0);
      // W/K = kWh for each °C·day × efficiency × 1000/24.
      const efficiency = testEstate().sites.get('hospital')?.weather?.heating_efficiency ?? Number.NaN;
      expect(row?.heat_loss_w_per_k).toBeCloseTo(((row?.heating_slope ?? 0) * efficiency * 1000) / 24, 6);
    }
  });

  test('of a meter that is not there nothing is said', async () => {
    expect((await problems(`${url}&meter=nowhere`)).codes).toEqual(['request.unknown-id']);
  });
});
