import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  supplyListRowSchema,
  tenderHalfHoursAnswerSchema,
  tenderPackAnswerSchema,
} from '../../api/contract/tender-pack.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { Estate, RegisterLists } from '../../domain/estate/estate.ts';
import { supplyPointSchema } from '../../domain/tariffs/register.ts';
import { halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { readAll, theMeter } from '../ingest/files/reading-files.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * A tender pack of three days of a year: the two on which the clocks change, and one with half-hours that nobody
 * measured. What a half-hour holds follows from its start, so that it can be told again here.
 */

const energy = (_: string, start: number): number => 10 + ((start / halfHourSeconds) % 16) / 16;
const winter = startOfDay('2025-12-10');
const [estimated, missing, inTotal] = [winter + 3600, winter + 7200, winter + 10_800];
const gap = { meter: 'hospital-main', from: inTotal, to: inTotal + 3600, energy: 30, volume: undefined };
const qualityOf = (_: string, start: number) =>
  start === estimated
    ? 'estimated'
    : start === missing || (start >= gap.from && start < gap.to)
      ? 'missing'
      : 'measured';

const mpan = '00 801 123 1012345678903';
function theEstate(): Estate {
  const estate = testEstate();
  const [hospital, ...others] = estate.lists?.supply_points ?? [];
  const point = supplyPointSchema.parse({
    ...hospital,
    mpan,
    address: 'Fore Street, Northam',
    measurement_class: 'E',
    voltage: 'LV',
    estimated_annual_kwh: 175_000,
    power_factor: { least: 0.9, most: 1, source: 'of our making' },
  });
  const lists: Partial<RegisterLists> = { ...estate.lists, supply_points: [point, ...others] };
  return { ...estate, lists };
}

let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = theEstate();
  rig = await startRig({ estate: () => estate });
  key = rig.key({ role: 'procurement' });
  const main = { ...estate, meters: new Map([...estate.meters].filter(([id]) => id === 'hospital-main')) };
  const days = { energy, quality: qualityOf, gaps: [gap] } as const;
  await writeSample(rig, main, { from: '2025-03-30', to: '2025-03-31', energy });
  await writeSample(rig, main, { from: '2025-10-26', to: '2025-10-27', energy });
  await writeSample(rig, main, { from: '2025-12-10', to: '2025-12-11', ...days });
});
afterAll(() => rig.close());

const ask = async (url: string, as = key) => await rig.app.inject({ url, headers: bearer(as) });
const year = 'before=2026-01';
const halfHours = `/v1/tender-pack/half-hours?supply_point=hospital-power&${year}`;
const problemsOf = async (url: string, as = key) =>
  problemSchema.parse((await ask(url, as)).json()).problems.map(({ code, where }) => `${code}: ${where}`);

describe('the supply list', () => {
  test('says what suppliers ask for, and what is missing', async () => {
    const pack = tenderPackAnswerSchema.parse((await ask(`/v1/tender-pack?${year}`)).json());
    const [hospital, practice] = pack.supply_list;
    expect(hospital).toMatchObject({
      supply_point: 'hospital-power',
      address: 'Fore Street, Northam',
      mpan,
      profile_class: '00',
      measurement_class: 'E',
      agreed_capacity_kva: 500,
      estimated_annual_kwh: 175_000,
      half_hours: 17_520,
      measured_half_hours: 46 + 50 + 48 - 4,
      estimated_half_hours: 1,
      known_total_half_hours: 2,
      missing_half_hours: 17_520 - 46 - 50 - 48 + 1,
      contract_to: '2027-03-31',
      notice_by: '2026-02-28',
      // 10 and 15/16 kWh in half an hour.
      highest_half_hour_kw: 21.875,
    });
    // Nothing is known of it, and nothing is never 0.
    expect(practice).toMatchObject({ supply_point: 'practice-power', use_kwh: null, measured_half_hours: null });
    const said = pack.read_me.filter(({ about }) => about.endsWith('-power')).map((line) => Object.values(line).join());
    expect(said).toEqual([
      'hospital-power,of 17520 half-hours 17377 are missing, 2 lie inside a known total, 1 are estimated',
      'practice-power,not known: mpan, voltage, agreed capacity kva, maximum demand kva, address',
      'practice-power,no half-hour of the period is known, and none is in this pack',
    ]);
  });

  test('holds nothing of the present contract but its dates: the pack goes to third parties', async () => {
    const { body } = await ask(`/v1/tender-pack?${year}`);
    expect(body).toContain('2026-02-28');
    for (const secret of ['A supplier', 'north-fixed', 'Fixed 2025', '"24"', 'p/kWh', '_gbp']) {
      expect(body).not.toContain(secret);
    }
    expect(Object.keys(supplyListRowSchema.shape).filter((name) => /gbp|price|tariff$|supplier/.test(name))).toEqual([
      'duos_tariff',
    ]);
  });
});

describe('half-hours', () => {
  test('in rows, by settlement date and period beside UTC, with what they are', async () => {
    const { half_hours: rows } = tenderHalfHoursAnswerSchema.parse((await ask(halfHours)).json());
    expect(rows).toHaveLength(17_520);
    const at = (from: string) => rows.find((row) => row['from'] === from);
    // Elexon: on the long day period 3 is 01:00 BST and period 5 is 01:00 GMT.
    expect(at('2025-10-26T00:00:00Z')).toEqual({
      meter_point: '1012345678903',
      settlement_date: '2025-10-26',
      settlement_period: 3,
      local_time: '01:00',
      from: '2025-10-26T00:00:00Z',
      use_kwh: energy('', Date.parse('2025-10-26T00:00:00Z') / 1000),
      use_m3: null,
      flag: 'A',
      quality: 'measured',
    });
    expect(at('2025-10-26T01:00:00Z')).toMatchObject({ settlement_period: 5, local_time: '01:00' });
    expect(at('2025-10-26T23:30:00Z')).toMatchObject({ settlement_period: 50, local_time: '23:30' });
    expect(at('2025-03-30T01:00:00Z')).toMatchObject({ settlement_period: 3, local_time: '02:00' });
    expect(at('2025-12-10T01:00:00Z')).toMatchObject({ flag: 'E', quality: 'estimated' });
    expect(at('2025-12-10T02:00:00Z')).toMatchObject({ flag: null, quality: 'missing', use_kwh: null });
    const known = rows.filter((row) => row['quality'] === 'known_total');
    expect(known.map((row) => row['flag'])).toEqual(['E', 'E']);
    expect(known.reduce((sum, row) => sum + Number(row['use_kwh']), 0)).toBeCloseTo(30, 5);
  });

  test('a row for each day is read back as it was by the importer of that layout', async () => {
    const { body } = await ask(`${halfHours}&layout=wide&format=csv`);
    const meters = [theMeter({ id: 'main', mpan: '1012345678903' })];
    const { readings, report } = await readAll(body, { meters });
    // Days of which nothing is known are rows without a value, and nothing else is wrong with the file.
    expect(report).toMatchObject({ format: 'edf-portal', refused: [{ code: 'import.no-value', count: 362 }] });
    expect(report.refused).toHaveLength(1);
    expect(readings).toHaveLength(46 + 50 + 48 - 1);
    const wrong = readings.filter(({ at, value, kind }) => {
      if (at >= gap.from && at < gap.to) return kind !== 'estimate';
      return value !== energy('', at) || kind !== (at === estimated ? 'estimate' : 'interval');
    });
    expect(wrong).toEqual([]);
    const rows = body.split('\r\n');
    expect(rows).toHaveLength(1 + 365 + 1);
    const cells = rows.map((row) => row.split(','));
    expect(cells[0]?.slice(0, 6)).toEqual(['Month', 'MPAN', 'Measurement Type', 'Settlement Date', '00:00', '00:30']);
    const counts = cells.slice(1, -1).map((row) => row.slice(54).filter(Boolean).length);
    expect(counts.filter((count) => count > 0)).toEqual([46, 50, 47]);
  });
});

test('the spreadsheet begins with what must be known', async () => {
  const sheets = readSpreadsheet((await ask(`/v1/tender-pack?${year}&format=xlsx`)).rawPayload);
  expect(sheets.map(({ name }) => name)).toEqual(['Read me', 'Supply list', '1 hospital-power']);
  expect(sheets[0]?.rows[1]?.map(({ value }) => value)).toEqual([
    'what this is',
    'the supply list and twelve months of half-hours; supply points: 2',
  ]);
  expect(sheets[2]?.rows).toHaveLength(366);
});

test('what cannot be had is refused by name', async () => {
  expect(await problemsOf('/v1/tender-pack?before=2026-02')).toEqual(['request.invalid: query before']);
  const none = `/v1/tender-pack/half-hours?supply_point=practice-power&${year}`;
  expect(await problemsOf(none)).toEqual(['tariff.no-load: supply point practice-power']);
  const limited = rig.key({ role: 'procurement', sites: ['practice'] });
  expect(await problemsOf(halfHours, limited)).toEqual(['request.unknown-id: query supply_point']);
});
