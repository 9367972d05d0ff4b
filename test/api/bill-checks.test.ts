import { afterAll, beforeAll, expect, test } from 'vitest';
import { billCheckAnswerSchema } from '../../api/contract/bill-checks.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { supplyPointSchema, tariffSchema } from '../../domain/tariffs/register.ts';
import { startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { writeSample } from './sample-days.ts';

/**
 * Bill checks from a real store. Half-hours are 10 kWh, one of November is missing; the contract is 20 p a kWh and 50 p
 * a day, and passes a charge on of which nothing is known.
 */

const contract = tariffSchema.parse({
  id: 'passed-on',
  name: 'Energy, the rest passed on',
  supplier: 'S',
  utility: 'electricity',
  contract: 'pass_through',
  valid_from: '2025-04-01',
  valid_to: '2027-03-31',
  pass_through: ['tnuos'],
  rounding: 'line',
  charges: [
    {
      id: 'energy',
      name: 'Energy',
      kind: 'energy',
      unit: 'p/kWh',
      base: 'meter',
      rates: [{ valid_from: '2025-04-01', value: 20 }],
    },
    {
      id: 'standing',
      name: 'Standing charge',
      kind: 'supplier',
      unit: 'p/day',
      rates: [{ valid_from: '2025-04-01', value: 50 }],
    },
  ],
  source: 'of our making',
});
const contracts = [{ supplier: 'S', tariff: 'passed-on', valid_from: '2025-04-01', valid_to: '2025-12-31' }];
const points = [
  { id: 'hospital-power', meter: 'hospital-main', mpan: '1012345678903' },
  { id: 'practice-power', meter: 'practice-main' },
].map((point) => supplyPointSchema.parse({ ...point, utility: 'electricity', contracts, source: 'of our making' }));

function estateWithBills(): Estate {
  const estate = testEstate();
  return { ...estate, lists: { ...estate.lists, tariffs: [contract], supply_points: points } };
}

const missing = startOfDay('2025-11-12') + 10 * 3600;
const unusual = startOfDay('2025-11-13') + 10 * 3600;

let rig: Rig;
let key: string;
beforeAll(async () => {
  const estate = estateWithBills();
  rig = await startRig({ estate: () => estate });
  key = rig.key({ role: 'procurement' });
  const main = { ...estate, meters: new Map([...estate.meters].filter(([id]) => id === 'hospital-main')) };
  await writeSample(rig, main, {
    from: '2025-10-01',
    to: '2026-01-01',
    energy: (_, start) => (start === unusual ? 60 : 10),
    quality: (_, start) => (start === missing ? 'missing' : 'measured'),
  });
});
afterAll(() => rig.close());

const units = (kwh: number) => ({
  name: 'Units',
  quantity: kwh,
  quantity_unit: 'kWh',
  rate: 20,
  rate_unit: 'p/kWh',
  amount_gbp: kwh / 5,
  reads: 'A',
});
const november = {
  supplier: 'S',
  number: 'N-11',
  date: '2025-12-04',
  from: '2025-11-01',
  to: '2025-11-30',
  mpan: '00 801 999 10 1234 5678 903',
  // 1,438 half-hours of 10 kWh, one of 60, and one of 10 to 60 that nobody measured: 14,450 to 14,500.
  lines: [units(15_000), { name: 'TUoS transmission', amount_gbp: 300 }],
};
const ask = async (body: object, query = '', as = key) =>
  await rig.app.inject({ method: 'POST', url: `/v1/bill-checks${query}`, headers: bearer(as), payload: body });
const checked = async (...invoices: object[]) => billCheckAnswerSchema.parse((await ask({ invoices })).json());

test('an invoice is recomputed from measured half-hours, and claimed beyond the one that is missing', async () => {
  const { claims, lines, invoices, totals } = await checked(november);
  expect(lines.map(({ name, state, variance_gbp: sum }) => [name, state, sum])).toEqual([
    ['Units', 'differs', 110],
    ['TUoS transmission', 'not_checked', 0],
    ['Standing charge', 'differs', -15],
  ]);
  expect(lines[0]).toMatchObject({
    supply_point: 'hospital-power',
    site: 'hospital',
    recomputed_quantity_low: 14_450,
    recomputed_quantity: 14_450,
    recomputed_quantity_high: 14_500,
    recomputed_low_gbp: 2890,
    recomputed_high_gbp: 2900,
    variance_low_gbp: 100,
    causes: ['quantity 110'],
    measured_share: 1439 / 1440,
    rate_unit: 'p/kWh',
    billed_rate: 20,
    reads: ['A'],
  });
  expect(lines[0]?.remarks).toEqual(['marked as read, and yet like an estimate: 15000 are round numbers']);
  expect(claims.map(({ state, cause, claim_low_gbp: low, claim_gbp: best }) => [state, cause, low, best])).toEqual([
    ['claim', 'quantity', 100, 110],
    ['for_supplier', 'not_billed', -15, -15],
  ]);
  expect(claims[0]?.evidence.join(' ')).toContain('1439 of 1440 half-hours of 2025-11-01 to 2025-11-30 are measured');
  expect(invoices[0]).toMatchObject({ lines: 2, lines_agree: 0, lines_not_checked: 1, not_checked_gbp: 300 });
  // No VAT is printed: everything is without it.
  expect(totals).toMatchObject({ billed_gbp: 3300, recomputed_gbp: 3205, variance_gbp: 95, claims_low_gbp: 100 });
});

test('what cannot be checked says what is missing, and the rest is checked', async () => {
  const january = { ...november, number: 'N-01', from: '2026-01-01', to: '2026-01-31', date: '2026-02-04' };
  const silent = { ...november, number: 'P-11', mpan: undefined, supply_point: 'practice-power' };
  const { not_checked: rows, lines } = await checked(november, january, silent);
  const of = (number: string) =>
    new Set(rows.filter(({ invoice }) => invoice === number).map(({ name, code }) => `${name} ${code}`));
  expect([...of('N-11')]).toEqual(['TUoS transmission tariff.not-published']);
  expect([...of('N-01')]).toEqual(['Units tariff.no-contract', 'TUoS transmission tariff.no-contract']);
  expect([...of('P-11')]).toEqual(['Units tariff.no-load', 'TUoS transmission tariff.not-published']);
  expect(rows.find(({ code }) => code === 'tariff.not-published')?.mend).toContain('published_charges');
  // A charge by the day needs no half-hours.
  expect(lines.filter(({ invoice, what }) => invoice === 'P-11' && what === 'not_billed')).toHaveLength(1);
});

test('comes as a table of claims too', async () => {
  const csv = await ask({ invoices: [november], claim_from_gbp: 500 }, '?table=claims&format=csv');
  const [header, first] = csv.body.split('\r\n');
  expect(header).toMatch(/^state,supply_point,site,supplier,invoice/);
  expect(first).toMatch(/^small,hospital-power,hospital,S,N-11/);
});

test('supply points that are not there, or not seen, and invoices given twice are refused at once', async () => {
  const wrong = { ...november, mpan: '1099999999999' };
  const answer = await ask({ invoices: [wrong, november, november] });
  const problems = problemSchema.parse(answer.json()).problems;
  expect(problems.map(({ code, where }) => `${code}: ${where}`)).toEqual([
    'bill.given-twice: invoice N-11 of S',
    'request.unknown-id: body invoices 0 (N-11) supply_point',
  ]);
  const limited = rig.key({ role: 'procurement', sites: ['practice'] });
  expect((await ask({ invoices: [november] }, '', limited)).json()).toMatchObject({ code: 'request.unknown-id' });
});

test('mistakes of an invoice are told with their places', async () => {
  const lines = [{ name: 'Units', quantity: 3, amount_gbp: 'much' }];
  const answer = await ask({ invoices: [{ ...november, mpan: undefined, to: '2025-10-01', lines }] });
  const problems = problemSchema.parse(answer.json()).problems.map(({ where }) => where);
  expect(problems).toContain('body invoices 0 lines 0 amount_gbp');
});
