import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costsAnswerSchema, supplyPointsAnswerSchema } from '../../api/contract/costs.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import { type Estate, estateFileSchema, type Meter } from '../../domain/estate/estate.ts';
import { halfHoursInDay, settlementPeriodStart, toIso } from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { importFile, type ImportResult } from '../../ingest/import-file.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * From a data collector's file of kWh and kvarh, and an auction's file of prices, to costs: everything in between is
 * the house's own, and every number is worked out by hand. The site is an LV Site Specific Band 1 point of Eastern
 * Power Networks in 2025/26 with 300 kVA agreed.
 */

const mpan = '1012345678903';
const meter = (id: string, rest: object) => ({
  id,
  name: id,
  utility: 'electricity',
  role: 'main',
  unit: 'kWh',
  mpan,
  ...rest,
});
const tariff = (id: string, rest: object) => ({
  id,
  name: id,
  supplier: 'S',
  utility: 'electricity',
  contract: 'fixed',
  valid_from: '2025-04-01',
  valid_to: '2026-03-31',
  source: 'of our making',
  ...rest,
});
const energy = { id: 'energy', name: 'Energy', kind: 'energy', unit: 'GBP/MWh', base: 'meter' };
const from = { valid_from: '2025-04-01' };
const fee = { id: 'fee', name: 'Fee', kind: 'supplier', unit: 'GBP/day', rates: [{ ...from, value: 1 }] };
const point = (id: string, rest: object) => ({
  id,
  utility: 'electricity',
  meter: 'intake',
  contracts: [{ supplier: 'S', tariff: id, ...from }],
  agreed_capacity_kva: [{ from: '2025-04-01', value: 300 }],
  duos_tariff: [{ from: '2025-04-01', value: '71' }],
  source: 'of our making',
  ...rest,
});

const written = estateFileSchema.parse({
  estate: 'Files',
  organisations: [{ id: 'trust', name: 'Trust' }],
  sites: [
    {
      id: 'site',
      name: 'Site',
      organisation: 'trust',
      type: 'acute_hospital',
      gross_internal_area_m2: 1_000,
      meters: [
        meter('intake', {}),
        meter('drawn', { measures: 'reactive', unit: 'kvarh' }),
        meter('given', { measures: 'reactive', unit: 'kvarh', role: 'export' }),
      ],
    },
  ],
  observed: [
    { id: 'day-ahead', name: 'Day-ahead', quantity: 'price', unit: 'GBP/MWh', source: 'of our making' },
    { id: 'hourly', name: 'Hourly', quantity: 'price', unit: 'p/kWh', source: 'of our making' },
  ],
  tariffs: [
    tariff('networks', { contract: 'pass_through', pass_through: ['duos'], charges: [fee] }),
    tariff('spot', { charges: [{ ...energy, rates: [{ ...from, value: { series: 'day-ahead' } }] }] }),
    tariff('hourly', { charges: [{ ...energy, rates: [{ ...from, value: { series: 'hourly' } }] }] }),
    tariff('basket', {
      contract: 'flexible',
      charges: [
        {
          ...energy,
          basket: {
            trades: [{ from: '2025-10-01', to: '2026-03-31', share: 0.5, price: 70, on: '2025-06-02', reference: 'A' }],
            rest: { series: 'day-ahead' },
          },
        },
      ],
    }),
    tariff('flat', { charges: [{ ...energy, rates: [{ ...from, value: 100 }] }] }),
  ],
  supply_points: [
    point('networks', { reactive_meters: ['drawn', 'given'] }),
    point('spot', {}),
    point('hourly', {}),
    point('basket', {}),
    point('flat', {
      charges: [
        { ...energy, id: 'own', kind: 'other', credit: true, rates: [{ ...from, value: { series: 'day-ahead' } }] },
      ],
    }),
  ],
});

function estateOf(): Estate {
  const sites = written.sites ?? [];
  const meters = sites.flatMap((site) => site.meters.map((one): Meter => ({ ...one, site: site.id })));
  const { observed = [], tariffs = [], supply_points = [] } = written;
  return {
    name: 'Files',
    version: 1,
    organisations: new Map((written.organisations ?? []).map((one) => [one.id, one])),
    sites: new Map(sites.map((site) => [site.id, site])),
    meters: new Map(meters.map((one) => [one.id, one])),
    observed: new Map(observed.map((series) => [series.id, series])),
    lists: { observed, tariffs, supply_points },
  };
}

const at = (text: string): number => Date.parse(text) / 1000;
const estate = estateOf();
const folder = mkdtempSync(join(tmpdir(), 'meterhouse-files-'));
let rig: Rig;
let key: string;
let pipeline: Pipeline;
beforeAll(async () => {
  rig = await startRig({ estate: () => estate });
  key = rig.key({ role: 'procurement' });
  const { store, state } = rig;
  pipeline = new Pipeline({ source: 'test', store, state, estate, clock: () => now() * 1000, log: quiet });
  pipeline.start();
});
afterAll(async () => {
  await pipeline.close();
  await rig.close();
  rmSync(folder, { recursive: true });
});

const quiet = pino({ level: 'silent' });
let clock = at('2026-02-03T00:00Z');
const now = (): number => clock;
function setClock(text: string): void {
  clock = at(text);
  rig.at(clock);
}

async function imported(text: string, format?: string): Promise<ImportResult> {
  writeFileSync(join(folder, 'upload'), text);
  const request = {
    upload: 'upload',
    file: 'a.csv',
    bytes: text.length,
    dry_run: false,
    who: 'w',
    reason: 'r',
    format,
  };
  const { store, state } = rig;
  const book: Parameters<typeof importFile>[1]['book'] = (columns) => pipeline.bookFile(columns);
  const parts = { store, state, estate, uploads: folder, formats: join(folder, 'formats'), now: now(), book };
  return await importFile(request, { ...parts, progress: () => {} });
}

async function derive(): Promise<void> {
  const { store, state } = rig;
  const deriver = new Deriver({ store, state, estate, clock: () => now() * 1000, log: quiet, holder: 'test' });
  await deriver.look();
  await deriver.close();
}

const ask = async (query: string) => await rig.app.inject({ url: `/v1/costs?${query}`, headers: bearer(key) });
const costs = async (query: string) => costsAnswerSchema.parse((await ask(query)).json()).costs;

/** The rows of a day in the data collector's file: kWh taken in, kvarh taken in and given out. */
function collectorRows(date: string, of: (slot: number) => readonly [number, number, number]): string[] {
  return Array.from({ length: halfHoursInDay(date) }, (_, slot) => {
    const start = toIso(settlementPeriodStart(date, slot + 1))
      .slice(0, 16)
      .replace('T', ' ');
    const [kwh, drawn, given] = of(slot);
    return [`AI,${start},${kwh}`, `RI,${start},${drawn}`, `RE,${start},${given}`].map((row) => `${mpan},${row},A`);
  }).flat();
}

describe('kvarh that a data collector counts', () => {
  /** Monday: night to 07:00, day to 16:00, peak to 19:00, evening. By night more kvarh are given back than drawn. */
  const monday = (slot: number): readonly [number, number, number] =>
    slot < 14 ? [50, 5, 30] : slot < 32 ? [100, 40, 0] : slot < 38 ? [150, 60, 0] : [80, 20, 0];

  test('go to their own meters, and into kVA and reactive charges, never into kWh', async () => {
    const file = await imported(`${collectorRows('2026-02-02', monday).join('\n')}\n`, 'half-hour-rows-gmt');
    expect(file).toMatchObject({ inserted: 144, refused: 0, left_out_rows: 0 });
    expect(file.meters.map(({ meter: id }) => id).sort()).toEqual(['drawn', 'given', 'intake']);
    await derive();
    rig.at(now());
    const rows = await costs('supply_point=networks&from=2026-02-02&to=2026-02-03&bucket=day&split=component');
    expect(rows.map(({ component }) => component)).toEqual(['duos', 'supplier']);
    const [duos] = rows;
    // 14 × 50 + 18 × 100 + 6 × 150 + 10 × 80
    expect(duos).toMatchObject({ use_kwh: 4200, measured_share: 1, status: 'complete', warnings: [] });
    // kWh: red 900 × 8.507 p, amber 1,800 + 640 from 19:00 to 23:00 × 0.914 p, green 700 + 160 × 0.145 p.
    const unitRates = 76.563 + 22.3016 + 1.247;
    // 22.76 p a day; 300 kVA × 7.41 p; the most is √(300² + 120²) kVA, at 16:00.
    const byDay = 0.2276 + 22.23 + (Math.sqrt(300 ** 2 + 120 ** 2) - 300) * 0.0741;
    // Free are 0.328684 kvarh a kWh: of the greater 30 by night 13.5658 are left, 7.1316 by day, 10.6974 at the peak.
    const free = Math.sqrt(1 / 0.95 ** 2 - 1);
    const beyond = 14 * (30 - 50 * free) + 18 * (40 - 100 * free) + 6 * (60 - 150 * free);
    expect(beyond).toBeCloseTo(382.474, 3);
    expect(duos?.cost_gbp).toBeCloseTo(unitRates + byDay + beyond * 0.00373, 6);
    expect(duos?.cost_low_gbp).toBe(duos?.cost_high_gbp);
  });

  test('show in the maximum demand of the year', async () => {
    setClock('2026-03-01T00:00Z');
    const url = '/v1/supply-points?supply_point=networks&demand=last_12_months';
    const answer = await rig.app.inject({ url, headers: bearer(key) });
    const [row] = supplyPointsAnswerSchema.parse(answer.json()).supply_points;
    expect(row?.agreed_capacity_kva).toBe(300);
    expect(row?.maximum_demand_kva).toBeCloseTo(323.1099, 4);
  });
});

describe('prices of an auction', () => {
  const intake = { ...estate, meters: new Map([...estate.meters].filter(([id]) => id === 'intake')) };
  const hundredEach = async (date: string, next: string) =>
    await writeSample(rig, intake, { from: date, to: next, energy: () => 100 });
  const priceRows = (
    date: string,
    minutes: number,
    of: (start: string) => number,
    unit: string,
    id: string,
  ): string[] =>
    Array.from({ length: (halfHoursInDay(date) * 30) / minutes }, (_, i) => {
      const start = toIso(settlementPeriodStart(date, 1) + i * minutes * 60);
      return `${id},${start},${of(start.slice(11, 16))},${unit},`;
    });
  const header = 'meter,start_utc,value,unit,quality';

  /** £60, but for the hour that comes twice, £80 and then £90, and four half-hours below nothing. */
  const october = (utc: string): number =>
    utc < '01:00' ? 80 : utc < '02:00' ? 90 : utc >= '12:00' && utc < '14:00' ? -25 : 60;

  test('are imported for the day ahead, below nothing too', async () => {
    setClock('2025-10-25T13:00:00Z');
    const rows = priceRows('2025-10-26', 30, october, 'GBP/MWh', 'day-ahead');
    const result = await imported(`${[header, ...rows].join('\n')}\n`);
    expect(result).toMatchObject({ format: 'meterhouse-rows', inserted: 50, refused: 0 });
    // A meter's half-hours are not known ahead, whatever a file says.
    const ahead = await imported(`${header}\nintake,2025-10-26T10:00:00Z,5,kWh,\n`);
    expect(ahead.reasons.map(({ code }) => code)).toEqual(['reading.future']);
  });

  test('cost each of the fifty half-hours of October at its own', async () => {
    setClock('2025-11-02T00:00Z');
    await hundredEach('2025-10-26', '2025-10-27');
    const day = 'from=2025-10-26&to=2025-10-27';
    // From 23:00 UTC of the day before: 2 at £60, 2 at £80, 2 at £90, 4 at −£25, 40 at £60: £2,760 × 0.1 MWh.
    const [spot] = await costs(`supply_point=spot&bucket=day&${day}`);
    expect(spot).toMatchObject({ use_kwh: 5000, cost_gbp: 276, all_in_p_per_kwh: 5.52, status: 'complete' });
    const halfHours = await costs(`supply_point=spot&bucket=half_hour&${day}`);
    expect(halfHours).toHaveLength(50);
    expect(halfHours.map(({ cost_gbp: cost }) => cost).slice(0, 7)).toEqual([6, 6, 8, 8, 9, 9, 6]);
    expect(halfHours.filter(({ cost_gbp: cost }) => cost === -2.5)).toHaveLength(4);
    // Half of it at £70, traded ahead: 2.5 MWh × £70 + half of £276.
    const [basket] = await costs(`supply_point=basket&bucket=day&${day}`);
    expect(basket).toMatchObject({ cost_gbp: 313, vat_gbp: 62.6, total_gbp: 375.6 });
    // What is paid to us at the auction's prices by a charge of the supply point itself: 5 MWh × £100 − £276.
    const [flatRate] = await costs(`supply_point=flat&bucket=day&${day}`);
    expect(flatRate).toMatchObject({ cost_gbp: 224 });
  });

  test('by the hour, in pence, cost the 46 half-hours of March', async () => {
    setClock('2026-03-31T00:00Z');
    // 5 p, but for one hour from 13:00 UTC at −1 p.
    const hours = priceRows('2026-03-29', 60, (utc) => (utc === '13:00' ? -1 : 5), 'p/kWh', 'hourly');
    expect(hours).toHaveLength(23);
    const hourly = ['meter,hour_start_utc,value,unit,quality', ...hours].join('\n');
    expect(await imported(`${hourly}\n`)).toMatchObject({ format: 'meterhouse-hours', inserted: 23, refused: 0 });
    await hundredEach('2026-03-29', '2026-03-30');
    const halfHours = await costs('supply_point=hourly&bucket=half_hour&from=2026-03-29&to=2026-03-30');
    expect(halfHours).toHaveLength(46);
    // 44 × 100 kWh × 5 p − 2 × 100 kWh × 1 p
    expect(halfHours.reduce((sum, row) => sum + (row.cost_gbp ?? Number.NaN), 0)).toBeCloseTo(218, 9);
  });

  test('that are missing are a problem, with the first half-hour that has none', async () => {
    const answer = await ask('supply_point=spot&from=2025-10-26&to=2025-10-28');
    const { problems } = problemSchema.parse(answer.json());
    expect(problems.map(({ code, found }) => `${code}: ${found}`)).toEqual([
      'tariff.no-price: none at 2025-10-27T00:00:00Z',
    ]);
  });
});
