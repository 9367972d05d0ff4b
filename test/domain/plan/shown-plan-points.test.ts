import { describe, expect, test } from 'vitest';
import { planSavingRows } from '../../../api/plan-saving-rows.ts';
import type { SiteStanding } from '../../../domain/plan/indicators/figure.ts';
import { financeOf, greenBookRate } from '../../../domain/plan/measure-finance.ts';
import type { MeasureSaving, SavingOutcome } from '../../../domain/plan/measure-saving.ts';
import type { MeasureStanding } from '../../../domain/plan/measure-standing.ts';
import { series, type ShownPoint, wordsOf } from '../../../domain/series.ts';
import { eventPoints, measurePoint } from '../../../domain/shown/measure-points.ts';
import { savingPoints } from '../../../domain/shown/saving-points.ts';
import { standingPoints } from '../../../domain/shown/standing-points.ts';
import { dateOf, startOfDay } from '../../../domain/time.ts';
import { estateOf } from '../small-estate.ts';
import { aState } from './a-measure.ts';

function standingOf(entry: object, gbp: MeasureStanding['gbpPerYear']): MeasureStanding {
  const state = aState({
    life_years: 10,
    cost: { capital_gbp: 9_000, source: 'a quote' },
    expected: [
      { utility: 'electricity', saves_kwh: 12_000, low: 9_000, high: 14_000 },
      { utility: 'gas', saves_kwh: -1_000 },
    ],
    ...entry,
  });
  const money = { gbpPerYear: gbp?.value, kgco2ePerYear: 2_000, rate: greenBookRate };
  return {
    ...state,
    place: 1,
    gbpPerYear: gbp,
    kgco2ePerYear: { value: 2_000, from: 'factors' },
    finance: financeOf({ entry: state.entry, status: state.status, ...money }),
    outOfOrder: [],
    warnings: [],
  };
}

/** Every field and text of its series stands in a point, and nothing else. */
function expectWhole(point: ShownPoint): void {
  const names = [...series[point.series].fields, ...wordsOf(point.series)];
  expect(Object.keys(point.fields).sort()).toEqual(names.toSorted());
}

test('a measure whose £ are of an open price, or stated, has them; of another one its capital alone', () => {
  const priced = measurePoint(standingOf({}, { value: 3_000, from: 'priced', isPublic: true }));
  expectWhole(priced);
  expect(priced).toMatchObject({ tags: { measure: 'led', site: 'hospital', step: '1' }, at: startOfDay('2024-01-01') });
  expect(priced.fields).toMatchObject({
    yearly_electricity_kwh: 12_000,
    yearly_fuel_kwh: -1_000,
    yearly_heat_known: 0,
    yearly_saving_gbp: 3_000,
    payback_years: 3,
    payback_known: 1,
    because: '',
    planned: 1,
    installed: 0,
    expected: 'electricity 12,000 kWh (9,000 to 14,000); gas -1,000 kWh',
  });
  const hidden = measurePoint(standingOf({}, { value: 3_000, from: 'priced', isPublic: false }));
  expect(hidden.fields).toMatchObject({
    capital_gbp: 9_000,
    capital_known: 1,
    yearly_emissions_kgco2e: 2_000,
    yearly_emissions_known: 1,
    yearly_saving_gbp: 0,
    yearly_saving_known: 0,
    payback_years: 0,
    payback_known: 0,
    net_present_value_gbp: 0,
    net_present_value_known: 0,
    cost_per_tonne_gbp: 0,
    cost_per_tonne_known: 0,
    because: expect.stringContaining('publish_costs') as string,
  });
  // What it never earns back is a word about its price.
  const never = measurePoint(standingOf({}, { value: 0, from: 'priced', isPublic: false }));
  expect((never.fields as { because: string }).because).not.toContain('keeping it');
});

test('an owner stands with what is to come, and marks with works that were', () => {
  const works = { from: '2025-02-03', to: '2025-03-14' };
  const owner = 'Estates';
  const installed = standingOf(
    { owner, works, meters: ['m'], status: [{ from: '2025-03-15', is: 'installed' }] },
    undefined,
  );
  expect(measurePoint(installed).fields).toMatchObject({ owner: '', installed: 1, planned: 0 });
  expect(measurePoint(standingOf({ owner }, undefined)).fields).toMatchObject({ owner: 'Estates' });
  const withdrawn = standingOf({ works, status: [{ from: '2025-04-01', is: 'withdrawn' }] }, undefined);
  const estate = estateOf([{ id: 'hospital', name: 'The hospital', meters: [{ id: 'm' }] }]);
  const ward = { id: 'ward', name: 'A ward opened', meters: ['m'], from: '2025-05-01', source: 'the ward' };
  const marks = eventPoints(estate, [installed, withdrawn], [ward]);
  for (const mark of marks) expectWhole(mark);
  expect(marks.map(({ at, tags, fields }) => [dateOf(at), 'event' in tags && tags.event, fields])).toMatchObject([
    ['2025-02-03', 'works_begin', { title: 'The hospital: LED lighting', meters: ' m ' }],
    // The day after the last one.
    ['2025-03-15', 'works_end', {}],
    ['2025-05-01', 'change_begins', { title: 'The hospital: A ward opened' }],
  ]);
});

describe('a saving', () => {
  const group: Omit<MeasureSaving, 'outcome'> = {
    by: 'model',
    site: 'hospital',
    meter: 'm',
    utility: 'electricity',
    unit: 'kWh',
    measures: ['led', 'fans'],
    works: { from: '2025-02-03', to: '2025-03-14' },
    baseline: { first: '2024-02-04', last: '2025-02-02' },
    reporting: { first: '2025-03-15', last: '2026-03-14' },
    expected: { saves: 15_000, low: 9_000, high: 20_000 },
    inside: undefined,
    split: [{ measure: 'led', share: 0.75, saved: 9_000, perYear: undefined }],
    alerts: [],
    gbpPerYear: { value: 3_000, isPublic: false },
    savesBought: 1,
    kgco2ePerYear: 2_000,
  };
  const pointsOf = (outcome: SavingOutcome, rest: Partial<MeasureSaving> = {}): ShownPoint[] =>
    savingPoints({ ...group, ...rest, outcome }, (id) => `the ${id}`);
  const saving = { period: group.reporting, knownDays: 365, expected: 100_000, used: 88_000, events: [], doubts: [] };
  const ends = {
    saved: { low: 8_000, best: 12_000, high: 16_000 },
    perYear: { low: 8_100, best: 12_100, high: 16_100 },
  };
  const verified = { ...saving, ...ends, savedShare: { low: 0.08, best: 0.12, high: 0.16 }, verdict: 'saves' };
  const lost = { ...verified, saved: { low: -6_000, best: -4_000, high: -2_000 }, verdict: 'uses_more' };
  const unseen = { ...verified, saved: { low: -1_000, best: 500, high: 2_000 }, verdict: 'not_shown' };
  const metered = { period: group.reporting, knownDays: 100, amount: 5_000, perYear: undefined };

  test.each([
    ['is verified', { how: 'verified', saving: verified, years: [] }, [1, 8_000, 12_000, 16_000, 1, 12_100, 1]],
    ['is not seen', { how: 'verified', saving: unseen, years: [] }, [0, -1_000, 500, 2_000, 1, 12_100, 1]],
    ['is more use', { how: 'verified', saving: lost, years: [] }, [-1, -6_000, -4_000, -2_000, 1, 12_100, 1]],
    ['is made', { how: 'metered', metered: { ...metered, counts: 'made' } }, [2, 5_000, 5_000, 5_000, 1, 0, 0]],
    ['is taken', { how: 'metered', metered: { ...metered, counts: 'taken' } }, [3, -5_000, -5_000, -5_000, 1, 0, 0]],
    ['is not to be had', { how: 'disqualified', gates: [{ gate: 'cv_rmse', found: 1.4 }] }, [-2, 0, 0, 0, 0, 0, 0]],
    ['is shown by nothing', { how: 'unverifiable', because: 'too_new' }, [-3, 0, 0, 0, 0, 0, 0]],
  ] as const)('that %s', (_name, outcome, numbers) => {
    const [point, split] = pointsOf(outcome as unknown as SavingOutcome);
    for (const one of [point, split]) expectWhole(one as ShownPoint);
    expect(point).toMatchObject({ tags: { meter: 'm', measure: 'led' }, at: startOfDay('2025-03-15') });
    const fields = point?.fields as Record<string, number | string>;
    const names = ['outcome', 'saved_low_kwh', 'saved_kwh', 'saved_high_kwh', 'energy_known', 'yearly_kwh'];
    expect([...names, 'yearly_energy_known'].map((name) => fields[name])).toEqual(numbers);
    expect(fields).toMatchObject({ names: 'the led; the fans', yearly_saving_known: 0, volume_known: 0 });
    expect(fields['because'] === '').toBe(outcome.how !== 'disqualified' && outcome.how !== 'unverifiable');
    expect(split).toMatchObject({
      series: 'plan_saving_split',
      tags: { measure: 'led' },
      fields: { saved_kwh: 9_000 },
    });
  });

  test('of water stands in m³, and what no meter shows under none', () => {
    const outcome = {
      how: 'verified',
      saving: { ...verified, model: { fit: {} } },
      years: [],
    } as unknown as SavingOutcome;
    const of = { unit: 'm3', utility: 'water' } as const;
    const [water] = pointsOf(outcome, of);
    const [row] = planSavingRows(estateOf([]), [{ ...group, ...of, outcome }], true);
    const ends = { saved_low_m3_per_year: 8_100, saved_m3_per_year: 12_100, saved_high_m3_per_year: 16_100 };
    expect(row).toMatchObject({ ...ends, saved_kwh_per_year: null });
    expect(water?.fields).toMatchObject({ saved_m3: 12_000, volume_known: 1, saved_kwh: 0, energy_known: 0 });
    const [none] = pointsOf({ how: 'unverifiable', because: 'no_meters' }, { meter: undefined, utility: undefined });
    expect(none?.tags).toMatchObject({ meter: 'none', utility: 'none' });
  });
});

test('where a site stands has its numbers, and what is not known its needs', () => {
  const figure = { site: 'hospital', building: undefined, low: undefined, high: undefined, measuredShare: undefined };
  const period = { from: 0, to: 1 };
  const rest = { ...figure, period, warnings: [], meters: ['m'] };
  const missing = [{ need: 'generation_meter', about: 'hospital' }] as const;
  const standing: SiteStanding = {
    site: 'hospital',
    building: undefined,
    period,
    standsAt: 3,
    steps: [
      {
        step: 3,
        state: 'contradicted',
        because: ['The boiler is out.', 'Oil is still burnt.'],
        measures: { planned: 0, installing: 0, installed: 1, withdrawn: 0 },
      },
    ],
    indicators: [
      { ...rest, indicator: 'heat_loss', value: 12, low: 10, high: 14, missing: [], says: 'it loses 12 kW/K' },
      { ...rest, indicator: 'generation', value: undefined, missing, says: 'nobody counts it' },
      { ...rest, indicator: 'abnormal_use', value: 168, missing: [], says: 'it costs 168' },
    ],
  };
  const points = standingPoints(standing, startOfDay('2026-11-01'), false);
  for (const point of points) expectWhole(point);
  expect(points.map(({ tags, fields }) => ({ ...tags, ...fields }))).toMatchObject([
    { site: 'hospital', kind: 'site', place: 'hospital', step: '3', state: 4, stands_at: 3, installed_measures: 1 },
    { step: '2', indicator: 'heat_loss', value: 12, value_known: 1, low: 10, high: 14, range_known: 1, unit: 'kW/K' },
    {
      step: '4',
      indicator: 'generation',
      value: 0,
      value_known: 0,
      missing: 1,
      needs: expect.stringContaining('hospital') as string,
    },
    { indicator: 'abnormal_use', value: 0, value_known: 0, says: expect.stringContaining('publish_costs') as string },
  ]);
  const seen = standingPoints(standing, 0, true).at(-1);
  expect(seen?.fields).toMatchObject({ value: 168, value_known: 1, says: 'it costs 168' });
});
