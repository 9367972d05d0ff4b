import { expect, test } from 'vitest';
import { publishedChargesSchema } from '../../../domain/tariffs/published.ts';
import { planOf } from '../../../domain/tariffs/plan.ts';
import { residualBandsOf, statedBandDoubts } from '../../../domain/tariffs/residual-bands.ts';
import { supplyPointSchema, tariffSchema } from '../../../domain/tariffs/register.ts';
import { termsOf } from '../../../domain/tariffs/supply-point.ts';
import { startOfDay } from '../../../domain/time.ts';

/** The residual band of a supply point that nobody stated, by the thresholds of 2025/26 (vector T5). */

const pointOf = (rest: object) =>
  supplyPointSchema.parse({ id: 'north', utility: 'electricity', meter: 'e-main', source: 'made up', ...rest });
const bandsOf = (rest: object) => residualBandsOf(pointOf(rest)).map(({ from, value }) => `${from} ${value}`);
const agreed = (...values: [string, number][]) => ({
  agreed_capacity_kva: values.map(([from, value]) => ({ from, value })),
});
const unknownFrom2026 = '2026-04-01 undefined';

test('follows from voltage and agreed capacity, and from a change of it on', () => {
  expect(bandsOf({ voltage: 'LV', ...agreed(['2020-01-01', 231]) })).toEqual(['2025-04-01 LV3', unknownFrom2026]);
  expect(bandsOf({ voltage: 'LV_substation', ...agreed(['2020-01-01', 231], ['2025-09-01', 231.1]) })).toEqual([
    '2025-04-01 LV3',
    '2025-09-01 LV4',
    unknownFrom2026,
  ]);
  expect(bandsOf({ voltage: 'HV', ...agreed(['2025-06-01', 1000]) })).toEqual([
    '2025-04-01 undefined',
    '2025-06-01 HV2',
    unknownFrom2026,
  ]);
  // No capacity is agreed at all: by the kWh of a year. At extra high voltage no thresholds are known.
  expect(bandsOf({ voltage: 'LV', estimated_annual_kwh: 25_279 })).toEqual(['2025-04-01 LV_NoMIC_3', unknownFrom2026]);
  expect(bandsOf({ voltage: 'EHV', ...agreed(['2020-01-01', 9_000]) })[0]).toBe('2025-04-01 undefined');
  expect(bandsOf({ utility: 'gas', estimated_annual_kwh: 25_279 })).toEqual([]);
});

test('is what is stated, from the first date on which it is', () => {
  const stated = { residual_band: [{ from: '2025-12-01', value: 'LV2' }] };
  const point = { voltage: 'LV', ...agreed(['2020-01-01', 300]), ...stated };
  expect(bandsOf(point)).toEqual(['2025-04-01 LV4', '2025-12-01 LV2']);
  expect(statedBandDoubts(pointOf(point))).toMatchObject([{ entry: 0, found: 'LV2', expected: 'LV4' }]);
  // After the thresholds that are known nothing contradicts.
  const later = { ...point, residual_band: [{ from: '2026-04-01', value: 'LV2' }] };
  expect(statedBandDoubts(pointOf(later))).toEqual([]);
});

test('a charge that was picked by a derived band says what it was derived from', () => {
  const charge = (value: number) => ({
    id: 'residual',
    name: 'Residual',
    kind: 'tnuos',
    unit: 'GBP/day',
    rates: [{ valid_from: '2025-04-01', value }],
  });
  const published = publishedChargesSchema.parse({
    id: 'tnuos',
    title: 'Transmission (synthetic)',
    publisher: 'nobody',
    source: 'made up',
    standing: 'quoted',
    kind: 'tnuos',
    utility: 'electricity',
    valid_from: '2025-04-01',
    valid_to: '2027-03-31',
    rows: ['LV3', 'LV4'].map((band, i) => ({ name: band, residual_bands: [band], charges: [charge(10 + i)] })),
  });
  const tariff = tariffSchema.parse({
    id: 'offer',
    name: 'Offer',
    supplier: 'S',
    utility: 'electricity',
    contract: 'pass_through',
    valid_from: '2025-04-01',
    valid_to: '2027-03-31',
    pass_through: ['tnuos'],
    source: 'made up',
    charges: [{ ...charge(1), id: 'fee', kind: 'supplier' }],
  });
  const sourcesOf = (rest: object, to = '2026-03-01') => {
    const terms = termsOf(pointOf({ voltage: 'LV', ...agreed(['2020-01-01', 300]), ...rest }));
    const period = { from: startOfDay('2026-02-01'), to: startOfDay(to) };
    const { items } = planOf({ tariff, terms, period, published: [published] });
    return items.filter(({ charge: { kind } }) => kind === 'tnuos').map(({ source }) => source);
  };
  expect(sourcesOf({})).toEqual([
    expect.stringMatching(
      /^Transmission \(synthetic\): LV4; residual band LV4 derived from LV, 300 kVA: Residual char/,
    ),
  ]);
  expect(sourcesOf({ residual_band: [{ from: '2022-04-01', value: 'LV3' }] })).toEqual([
    'Transmission (synthetic): LV3',
  ]);
  // The thresholds end with March; what is charged by bands is refused after that, until somebody states one.
  expect(() => sourcesOf({}, '2026-05-01')).toThrow(/tnuos on 2026-04-01.*tariff.not-published/);
});
