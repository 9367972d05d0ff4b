import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actsAnswerSchema } from '../../api/contract/acts.ts';
import { quarterlyAnswerSchema, sentAnswerSchema } from '../../api/contract/reports.ts';
import { problemSchema } from '../../api/contract/vocabulary.ts';
import type { Supply } from '../../domain/certificates/register.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { testEstate } from './estate.ts';
import { readSpreadsheet } from './read-spreadsheet.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/**
 * Two quarters of 2025-26, told in November 2025. South buys on a contract that its supplier confirmed for the year;
 * north on one that only promises, and half of it; north's solar keeps its certificates.
 */
const now = Date.parse('2025-11-05T12:00:00Z') / 1000;
const supply = (id: string, meters: string[], rest: Partial<Supply>): Supply => ({
  id,
  supplier: 'S',
  meters,
  valid_from: '2025-04-01',
  claim: 'supplier_rego',
  claim_share: 1,
  rates: [],
  confirmed: [],
  source: 'the contract',
  ...rest,
});
const confirmed = [{ period: '2025-26', share: 1, on: '2025-10-01', evidence: 'letter of the supplier' }];
const written = testEstate();
const estate = {
  ...written,
  lists: {
    ...written.lists,
    certificates: [],
    supplies: [
      supply('south-supply', ['practice-main'], { confirmed }),
      supply('north-supply', ['hospital-main', 'centre-main'], { claim_share: 0.5 }),
    ],
    own_generation: [
      {
        meter: 'hospital-solar',
        from: '2020-01-01',
        certificates: 'kept' as const,
        submitted: 'month' as const,
        evidence: 'RER',
      },
    ],
  },
};

let rig: Rig;
let key: string;
beforeAll(async () => {
  rig = await startRig({ estate: () => estate });
  rig.at(now);
  key = rig.key({ role: 'operate', name: 'Ada' });
  const quality = (meter: string, start: number) =>
    meter === 'practice-main' && start >= startOfDay('2025-07-10') && start < startOfDay('2025-07-11')
      ? ('missing' as const)
      : ('measured' as const);
  await writeSample(rig, estate, { from: '2025-04-01', to: '2025-11-06', until: now, quality });
});
afterAll(() => rig.close());

const get = async (query: string, asker = key) =>
  await rig.app.inject({ url: `/v1/reports/quarterly?${query}`, headers: bearer(asker) });
const answer = async (query: string) => quarterlyAnswerSchema.parse((await get(query)).json());
const post = async (body: object, asker = key) =>
  await rig.app.inject({ method: 'POST', url: '/v1/reports/quarterly/sent', headers: bearer(asker), payload: body });

describe('the quarterly return', () => {
  test('asks the question as it is asked, and names the quarter both ways', async () => {
    const told = await answer('quarter=2025-q2');
    expect(told).toMatchObject({
      question: 'Does your organisation purchase 100% of its energy from renewable sources?',
      quarter: '2025-26-q1',
      calendar_quarter: '2025-q2',
      disclosure_period: '2025-26',
      period: { from: '2025-03-31T23:00:00Z', to: '2025-06-30T23:00:00Z' },
    });
    expect(told.answers.map(({ organisation, reading }) => `${organisation} ${reading}`)).toEqual([
      'north electricity',
      'north energy',
      'south electricity',
      'south energy',
    ]);
  });

  test('what is confirmed with evidence is yes, in both readings where nothing else is bought', async () => {
    const { answers, evidence } = await answer('quarter=2025-26-q1&organisation=south');
    expect(answers.map((one) => [one.answer, one.renewable_share, one.missing, one.status])).toEqual([
      ['yes', 1, [], 'complete'],
      ['yes', 1, [], 'complete'],
    ]);
    expect(evidence).toMatchObject([
      { by: 'contract', id: 'south-supply', state: 'retired', evidence: 'letter of the supplier' },
    ]);
  });

  test('half of it promised is no: what is missing is said in kWh, and gas makes the energy no', async () => {
    const { answers } = await answer('quarter=2025-26-q1&organisation=north');
    const [electricity, energy] = answers;
    const starts = halfHoursOf({ from: startOfDay('2025-04-01'), to: startOfDay('2025-07-01') });
    const of = (meter: string): number => starts.reduce((sum, start) => sum + sampleEnergy(meter, start), 0);
    const bought = of('hospital-main') + of('centre-main');
    const own = of('hospital-solar') - of('hospital-export');
    expect(electricity).toMatchObject({ answer: 'no', answer_as_promised: 'no' });
    expect(electricity?.electricity_bought_kwh).toBeCloseTo(bought, 4);
    expect(electricity?.own_renewable_used_kwh).toBeCloseTo(own, 4);
    expect(electricity?.contracted_kwh).toBeCloseTo(bought / 2, 4);
    expect(electricity?.uncovered_kwh).toBeCloseTo(bought / 2, 4);
    expect(electricity?.renewable_share).toBeCloseTo(own / (bought + own), 9);
    expect(electricity?.missing).toEqual([
      expect.stringContaining('covered by nothing'),
      expect.stringContaining('promised by contract'),
    ]);
    expect(energy?.fossil_fuel_kwh).toBeCloseTo(of('hospital-gas') + of('centre-gas'), 4);
    expect(energy?.missing.at(-1)).toContain('of gas is bought, which is fossil');
  });

  test('a quarter with missing half-hours is unknown and says where; one that is not over, too', async () => {
    const second = await answer('quarter=2025-26-q2&organisation=south');
    expect(second.answers[0]).toMatchObject({ answer: 'unknown', status: 'partial', partial_because: ['missing'] });
    expect(second.answers[0]?.missing).toEqual(['electricity at practice: 98 % of the time is known']);
    const third = await answer('quarter=2025-26-q3&organisation=south');
    expect(third.answers[0]).toMatchObject({ answer: 'unknown', missing: ['the quarter is not over'] });
    expect((await answer('quarter=2025-26-q4')).answers).toEqual([]);
  });

  test('what was sent is recorded for ever with what was computed then, and stands beside the answer', async () => {
    const body = {
      organisation: 'south',
      quarter: '2025-q2',
      reading: 'energy',
      answer: 'no',
      reason: 'board paper 7',
    };
    const first = await post(body);
    expect(first.statusCode).toBe(201);
    expect(sentAnswerSchema.parse(first.json()).sent).toMatchObject({
      who: 'Ada',
      quarter: '2025-26-q1',
      answer: 'no',
      sent_on: '2025-11-05',
      answer_then: 'yes',
      register_version_then: 3,
    });
    await post({ ...body, answer: 'yes', sent_on: '2025-11-04', reason: 'corrected' });
    const { answers, sent } = await answer('quarter=2025-26-q1&organisation=south');
    expect(answers.map((one) => [one.reading, one.answer, one.sent_answer, one.sent_on, one.sent_by])).toEqual([
      ['electricity', 'yes', null, null, null],
      ['energy', 'yes', 'yes', '2025-11-04', 'Ada'],
    ]);
    expect(sent.map((one) => one.answer)).toEqual(['no', 'yes']);
    const url = '/v1/acts?kind=record-return';
    const { acts } = actsAnswerSchema.parse((await rig.app.inject({ url, headers: bearer(key) })).json());
    expect(acts.map(({ reason }) => reason)).toEqual(['board paper 7', 'corrected']);
    const ahead = await post({ ...body, quarter: '2026-27-q1' });
    expect([ahead.statusCode, problemSchema.parse(ahead.json()).code]).toEqual([400, 'request.invalid']);
  });

  test('of an organisation that is not seen whole nothing is told or recorded', async () => {
    const limited = rig.key({ role: 'operate', sites: ['hospital'] });
    expect((await get('quarter=2025-26-q1&organisation=north', limited)).statusCode).toBe(404);
    const body = { organisation: 'north', quarter: '2025-q2', reading: 'energy', answer: 'no', reason: 'not mine' };
    expect((await post(body, limited)).statusCode).toBe(404);
    expect((await post(body, rig.key({ role: 'read' }))).statusCode).toBe(403);
  });

  test('as a spreadsheet it has the evidence and what was sent on sheets of their own', async () => {
    const sheets = readSpreadsheet((await get('quarter=2025-26-q1&format=xlsx')).rawPayload);
    expect(sheets.map(({ name }) => name)).toEqual(['Answers', 'Evidence', 'Sent', 'Sources']);
    expect(sheets[0]?.rows[0]?.map(({ value }) => value)).toContain('Uncovered (kWh)');
  });
});
