import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quarterOf, quarterSchema } from '../../../domain/reports/quarter.ts';
import { answerQuarter, electricityBehind, type QuarterEvidence } from '../../../domain/reports/quarterly.ts';
import { toIso } from '../../../domain/time.ts';

/** R1: 5,000,000 kWh used, 350,000 of them own solar, 4,200 MWh of certificates for the 4,650,000 bought. */
const r1: QuarterEvidence = {
  bought: 4_650_000,
  own: 350_000,
  ownSold: 0,
  cover: { retired: 4_200_000 / 4_650_000, allocated: 0, contracted: 0 },
  others: [],
  unknown: [],
};
const whole: QuarterEvidence = { ...r1, cover: { retired: 1, allocated: 0, contracted: 0 } };

describe('the answer', () => {
  test('R1: 91 % is no, and says what is missing', () => {
    const answer = answerQuarter(r1, 'electricity');
    expect(answer.share).toBeCloseTo(0.91, 12);
    expect(answer).toMatchObject({
      answer: 'no',
      answerAsPromised: 'no',
      missing: ['450,000 kWh of bought electricity is covered by nothing: certificates of 450 MWh are missing'],
    });
  });

  test('R2: with the certificates of own solar sold it is 84 %, and no', () => {
    const answer = answerQuarter({ ...r1, ownSold: 350_000 }, 'electricity');
    expect(answer.share).toBeCloseTo(0.84, 12);
    expect(answer.answer).toBe('no');
    expect(answer.missing).toContain(
      '350,000 kWh of own generation has its certificates sold, and with them the claim',
    );
  });

  test('everything retired with evidence is yes, and nothing is missing', () => {
    expect(answerQuarter(whole, 'electricity')).toMatchObject({ answer: 'yes', share: 1, missing: [] });
    expect(answerQuarter(whole, 'energy')).toMatchObject({ answer: 'yes', share: 1, missing: [] });
  });

  test.each([
    ['allocated', 'set aside and not yet retired'],
    ['contracted', 'promised by contract'],
  ])('what is only %s is no yet, and yes as promised', (state, says) => {
    const cover = { retired: 0.5, allocated: 0, contracted: 0, [state]: 0.5 };
    const answer = answerQuarter({ ...whole, cover }, 'electricity');
    expect(answer).toMatchObject({ answer: 'no', answerAsPromised: 'yes', shareAsPromised: 1 });
    expect(answer.missing).toEqual([expect.stringContaining(says)]);
  });

  test('one kWh of gas makes the reading of energy no, and leaves that of electricity', () => {
    const evidence = { ...whole, others: [{ utility: 'gas', energy: 1 } as const] };
    expect(answerQuarter(evidence, 'electricity').answer).toBe('yes');
    expect(answerQuarter(evidence, 'energy')).toMatchObject({
      answer: 'no',
      answerAsPromised: 'no',
      missing: ['1 kWh of gas is bought, which is fossil'],
    });
  });

  test('biomass is renewable, water is no energy, and nobody knows what bought heat is made of', () => {
    const others = (utility: 'biomass' | 'water' | 'heat') => ({ ...whole, others: [{ utility, energy: 1_000 }] });
    expect(answerQuarter(others('biomass'), 'energy')).toMatchObject({ answer: 'yes', share: 1 });
    expect(answerQuarter(others('water'), 'energy')).toMatchObject({ answer: 'yes', share: 1 });
    expect(answerQuarter(others('heat'), 'energy')).toMatchObject({ answer: 'unknown' });
  });

  test('what is missing makes a yes unknown, and never a no', () => {
    const unknown = ['meter a is silent'];
    expect(answerQuarter({ ...whole, unknown }, 'electricity')).toMatchObject({ answer: 'unknown', missing: unknown });
    expect(answerQuarter({ ...r1, unknown }, 'electricity')).toMatchObject({ answer: 'no' });
  });

  test('where nothing is known to be used, nothing is answered', () => {
    const nothing = { ...whole, bought: 0, own: 0 };
    expect(answerQuarter(nothing, 'electricity')).toMatchObject({
      answer: 'unknown',
      share: undefined,
      missing: ['no use of energy is known'],
    });
  });

  test('it is no whenever less than all is covered; what stands behind the use adds up to it', () => {
    const amount = fc.double({ min: 1, max: 1e9, noNaN: true });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(amount, amount, part, part, part, part, (bought, own, sold, a, b, c) => {
        const scale = 1 / Math.max(1, a + b + c);
        const cover = { retired: a * scale, allocated: b * scale, contracted: c * scale };
        const evidence = { ...whole, bought, own, ownSold: own * sold, cover };
        const behind = electricityBehind(evidence);
        const added = Object.values(behind).reduce((total, one) => total + one, 0);
        expect(Math.abs(added - bought - own) / (bought + own)).toBeLessThan(1e-9);
        const { answer, share = 0, missing } = answerQuarter(evidence, 'electricity');
        expect(answer === 'no' || share >= 1 - 1e-8).toBe(true);
        expect(answer !== 'yes' || missing.length === 0).toBe(true);
      }),
    );
  });
});

describe('a quarter', () => {
  test.each([
    ['2026-27-q1', '2026-q2', '2026-03-31T23:00:00Z', '2026-06-30T23:00:00Z'],
    ['2026-27-q3', '2026-q4', '2026-09-30T23:00:00Z', '2027-01-01T00:00:00Z'],
    ['2026-27-q4', '2027-q1', '2027-01-01T00:00:00Z', '2027-03-31T23:00:00Z'],
    ['1999-00-q4', '2000-q1', '2000-01-01T00:00:00Z', '2000-03-31T23:00:00Z'],
  ])('%s is %s', (financial, calendar, from, to) => {
    const quarter = quarterOf(financial);
    expect(quarterOf(calendar)).toEqual(quarter);
    expect(quarter).toMatchObject({ financial, calendar });
    expect([toIso(quarter.from), toIso(quarter.to)]).toEqual([from, to]);
  });

  test.each(['2026-28-q1', '2026-q5', '2026', 'q1', '2026-27'])('%s is none', (text) => {
    expect(quarterSchema.safeParse(text).success).toBe(false);
  });
});
