import { array, assert, constantFrom, integer, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedRate, financeOf, greenBookRate, presentWorth } from '../../../domain/plan/measure-finance.ts';
import { inOrder, outOfOrder } from '../../../domain/plan/measure-order.ts';
import { measureOn, type MeasureState } from '../../../domain/plan/measure-standing.ts';
import { measureStatusNames } from '../../../domain/plan/register.ts';
import { aMeasure, aState } from './a-measure.ts';

describe('how far a measure has come', () => {
  const entry = aMeasure({
    status: [
      { from: '2025-06-01', is: 'installed' },
      { from: '2024-01-01', is: 'proposed' },
      { from: '2024-09-01', is: 'funded' },
    ],
    works: { from: '2025-04-01', to: '2025-05-31' },
    life_years: 10,
    expected: [{ utility: 'electricity', saves_kwh: 1000, low: 800, high: 1100 }],
  });

  test('is what its last status of that day says, in whatever order they are written', () => {
    expect(measureOn(entry, '2023-12-31')).toBeUndefined();
    expect(measureOn(entry, '2024-08-31')).toMatchObject({ status: 'proposed', confidence: 'possible' });
    expect(measureOn(entry, '2024-09-01')).toMatchObject({ status: 'funded', since: '2024-09-01' });
    expect(measureOn(entry, '2025-06-01')).toMatchObject({ status: 'installed', confidence: undefined });
  });

  test('it saves from the day after its works, as long as it lasts', () => {
    expect(measureOn(entry, '2025-06-01')).toMatchObject({ savesFrom: '2025-06-01', savesUntil: '2035-05-31' });
    const planned = aState({ planned: { from: '2027-01-01', to: '2027-03-31' } });
    expect(planned).toMatchObject({ savesFrom: '2027-04-01', savesUntil: undefined });
    expect(aState().savesFrom).toBeUndefined();
  });

  test('how sure it is that it comes is what its entry says, or else its status', () => {
    const sure = measureStatusNames.map((is) => aState({ status: [{ from: '2024-01-01', is }] }).confidence);
    expect(sure).toEqual(['possible', 'probable', 'committed', 'committed', undefined, undefined]);
    expect(aState({ confidence: 'committed' }).confidence).toBe('committed');
  });
});

describe('what a measure costs', () => {
  const cost = { capital_gbp: 10_000, upkeep_gbp_per_year: 500, source: 'a quotation' };
  const request = {
    entry: aMeasure({ cost, life_years: 10, funding: [{ from: 'PSDS', gbp: 6000, is: 'secured' }] }),
    status: 'proposed',
    gbpPerYear: 2500,
    kgco2ePerYear: 4000,
    rate: askedRate(0.05),
  } as const;

  test('is worked out by hand: the annuity of ten years at 5 % is 7.7217', () => {
    const finance = financeOf(request);
    expect(finance).toMatchObject({ capital: 10_000, upkeep: 500, simplePaybackYears: 5, lifeTonnes: 40, why: [] });
    // (1 − 1.05⁻¹⁰) / 0.05 = 7.721735, of 2,000 pounds a year.
    expect(finance.netPresentValue).toBeCloseTo(2000 * 7.721735 - 10_000, 2);
    expect(finance.costPerTonne).toBeCloseTo(-(2000 * 7.721735 - 10_000) / 40, 3);
    expect(finance).toMatchObject({ fundingSecured: 6000, fundingGap: 4000 });
  });

  test('is not a number where something is missing, and says what', () => {
    const { entry } = request;
    expect(financeOf({ ...request, entry: { ...entry, cost: undefined } })).toMatchObject({
      capital: undefined,
      simplePaybackYears: undefined,
      costPerTonne: undefined,
      fundingGap: undefined,
      why: ['no_cost'],
    });
    expect(financeOf({ ...request, gbpPerYear: undefined })).toMatchObject({ netPresentValue: undefined });
    const without = financeOf({ ...request, gbpPerYear: undefined, kgco2ePerYear: undefined });
    expect(without.why).toEqual(['no_pounds', 'no_carbon']);
    expect(financeOf({ ...request, gbpPerYear: 500 })).toMatchObject({
      simplePaybackYears: undefined,
      costPerTonne: 250,
      why: ['never_pays'],
    });
    const worse = financeOf({ ...request, kgco2ePerYear: -1 });
    expect(worse).toMatchObject({ costPerTonne: undefined, why: ['saves_no_carbon'] });
  });

  test('has no gap where its status says that it is paid for and no funding is listed', () => {
    const entry = { ...request.entry, funding: [] };
    expect(financeOf({ ...request, entry }).fundingGap).toBe(10_000);
    expect(financeOf({ ...request, entry, status: 'funded' }).fundingGap).toBe(0);
    expect(financeOf({ ...request, status: 'funded' }).fundingGap).toBe(4000);
  });

  test('of the Green Book falls after thirty years, and a part of a year is that part', () => {
    const annuity = (rate: number, years: number) => (1 - (1 + rate) ** -years) / rate;
    expect(presentWorth(30, greenBookRate)).toBeCloseTo(annuity(0.035, 30), 10);
    const forty = annuity(0.035, 30) + annuity(0.03, 10) / 1.035 ** 30;
    expect(presentWorth(40, greenBookRate)).toBeCloseTo(forty, 10);
    expect(presentWorth(2.5, askedRate(0.1))).toBeCloseTo(1 / 1.1 + 1 / 1.21 + 0.5 / 1.331, 12);
    expect(presentWorth(0.25, askedRate(0))).toBe(0.25);
  });
});

const led = { id: 'led', kind: 'led_lighting', planned: { from: '2027-01-01', to: '2027-03-31' } };
const roof = { id: 'roof', name: 'Roof', kind: 'insulation', planned: { from: '2027-04-01', to: '2027-09-30' } };
const pump = { id: 'pump', name: 'Heat pump', kind: 'heat_pump', planned: { from: '2027-05-01', to: '2027-08-31' } };

describe('what comes before what should come first', () => {
  test('is a later step that is finished earlier, with what it means for the two', () => {
    const others = [led, roof, pump].map(aState);
    expect(outOfOrder(aState(led), others)).toEqual([]);
    expect(outOfOrder(aState(roof), others)).toEqual([]);
    const [found, ...more] = outOfOrder(aState(pump), others);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ before: 'roof', beforeStep: 2, by: 'step' });
    expect(found?.says).toBe(
      'Heat pump (step 3) is to be finished on 2027-08-31, and Roof (step 2) ends on 2027-09-30. It is sized for the ' +
        'heat loss of today: larger, hotter and dearer to buy and to run than the building will need.',
    );
  });

  test('looks at the same building alone, and at all of them where one is not said', () => {
    const at = (entry: object, building: string) => aState({ ...entry, building });
    expect(outOfOrder(at(pump, 'east'), [at(roof, 'west')])).toEqual([]);
    expect(outOfOrder(at(pump, 'east'), [at(roof, 'east')])).toHaveLength(1);
    expect(outOfOrder(at(pump, 'east'), [aState(roof)])).toHaveLength(1);
    expect(outOfOrder(aState(pump), [aState({ ...roof, site: 'clinic' })])).toEqual([]);
  });

  test('is one that is dated before one that has no date, and none that has none itself', () => {
    const undated = aState({ ...roof, planned: undefined });
    expect(outOfOrder(aState(pump), [undated])[0]?.says).toContain('Roof (step 2) has no date yet');
    expect(outOfOrder(aState({ ...pump, planned: undefined }), [aState(roof)])).toEqual([]);
    const withdrawn = { status: [{ from: '2025-01-01', is: 'withdrawn' }] };
    expect(outOfOrder(aState(pump), [aState({ ...roof, ...withdrawn })])).toEqual([]);
    expect(outOfOrder(aState({ ...pump, ...withdrawn }), [aState(roof)])).toEqual([]);
  });

  test('is what begins before what its entry says it comes after', () => {
    const chiller = { id: 'chiller', name: 'Chiller', kind: 'ventilation', after: ['led'] };
    const early = aState({ ...chiller, planned: { from: '2027-03-31', to: '2027-04-30' } });
    expect(outOfOrder(early, [aState(led)])).toMatchObject([{ before: 'led', by: 'after' }]);
    const late = aState({ ...chiller, planned: { from: '2027-04-01', to: '2027-04-30' } });
    expect(outOfOrder(late, [aState(led)])).toEqual([]);
  });
});

describe('the order of measures', () => {
  test('is by step, then what comes after another, then by date, then by cost per tonne', () => {
    const asked = [
      { state: aState(pump), costPerTonne: 1 },
      { state: aState({ ...led, id: 'dear' }), costPerTonne: 200 },
      { state: aState({ ...led, id: 'cheap' }), costPerTonne: -50 },
      { state: aState({ ...led, id: 'unknown' }), costPerTonne: undefined },
      {
        state: aState({ id: 'first', kind: 'behaviour', planned: { from: '2026-12-01', to: '2026-12-31' } }),
        costPerTonne: 9,
      },
      {
        state: aState({ id: 'early', planned: { from: '2026-01-01', to: '2026-01-31' }, after: ['first'] }),
        costPerTonne: 9,
      },
      { state: aState(roof), costPerTonne: undefined },
    ];
    const ids = inOrder(asked).map(({ state }) => state.entry.id);
    expect(ids).toEqual(['first', 'early', 'cheap', 'dear', 'unknown', 'roof', 'pump']);
  });

  const kinds = ['led_lighting', 'insulation', 'heat_pump', 'solar_pv'] as const;
  const anyMeasures = array(
    record({ kind: constantFrom(...kinds), day: integer({ min: 10, max: 28 }), after: nat() }),
    {
      minLength: 1,
      maxLength: 12,
    },
  ).map((list) =>
    list.map(({ kind, day, after }, i): MeasureState => {
      const date = `2027-01-${day}`;
      // Naming only those before it, it goes in no circle.
      return aState({ id: `m${i}`, kind, planned: { from: date, to: date }, after: i > 0 ? [`m${after % i}`] : [] });
    }),
  );

  test('holds each once, no step before an earlier one, and nothing before what it comes after in its step', () => {
    assert(
      property(anyMeasures, (states) => {
        const ordered = inOrder(states.map((state) => ({ state, costPerTonne: undefined }))).map((one) => one.state);
        expect(new Set(ordered)).toEqual(new Set(states));
        expect(ordered).toHaveLength(states.length);
        for (const [i, state] of ordered.entries()) {
          const behind = ordered.slice(i + 1);
          expect(behind.filter(({ step }) => step < state.step)).toEqual([]);
          const same = behind.filter(({ step }) => step === state.step).map(({ entry }) => entry.id);
          expect(state.entry.after.filter((id) => same.includes(id))).toEqual([]);
        }
      }),
    );
  });

  test('whatever is finished before a measure of an earlier step is said', () => {
    assert(
      property(anyMeasures, (states) => {
        for (const state of states) {
          const said = outOfOrder(state, states).filter(({ by }) => by === 'step');
          const end = (one: MeasureState) => one.entry.planned?.to ?? '';
          const early = states.filter((other) => other.step < state.step && end(other) > end(state));
          expect(said.map(({ before }) => before)).toEqual(early.map(({ entry }) => entry.id));
        }
      }),
    );
  });
});
