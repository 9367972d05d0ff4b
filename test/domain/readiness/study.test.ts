import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heatPumpLoad } from '../../../domain/readiness/heat-pump.ts';
import { readinessReasonNames, readinessReasons } from '../../../domain/readiness/light.ts';
import { type Rating, reasonsOf } from '../../../domain/readiness/reasons.ts';
import { readinessYear, type StudyAsked, type StudyInputs } from '../../../domain/readiness/study.ts';
import { certain } from '../../../domain/tariffs/range.ts';
import type { SupplyPointTerms } from '../../../domain/tariffs/supply-point.ts';
import { startOfDay } from '../../../domain/time.ts';

/** A January at 0 °C: 100 kWh of heat in each, 10 kWh of electricity, and a heat pump that gives 2.5. */

const year = { from: startOfDay('2026-01-01'), to: startOfDay('2026-02-01') };
const count = 31 * 48;
const filled = (kwh: number) => new Float64Array(count).fill(kwh);
const terms: SupplyPointTerms = { id: 'p', utility: 'electricity', vat: 'by_use', charges: [] };
const plant = { performance: () => ({ value: 2.5, isKnown: true }), source: undefined, flow: () => 45 } as const;

function studied(
  inputs: Partial<StudyInputs> & { readonly factors?: readonly [number, number] } = {},
  asked: Partial<Omit<StudyAsked, 'plant'>> & { readonly plant?: Partial<StudyAsked['plant']> } = {},
) {
  const { factors, ...rest } = inputs;
  const known = factors ? { ...terms, powerFactor: { least: factors[0], most: factors[1] } } : terms;
  return readinessYear(
    {
      year,
      heat: certain(filled(100)),
      fuel: new Map([['gas', certain(filled(117.6))]]),
      temperature: filled(0),
      temperatureKnown: new Uint8Array(count).fill(1),
      base: 15.5,
      load: { unit: 'kWh', from: year.from, use: certain(filled(10)) },
      terms: known,
      agreed: undefined,
      ...rest,
    },
    {
      fabricShare: 0,
      powerFactor: undefined,
      designTemperature: undefined,
      flows: [],
      ...asked,
      plant: { ...plant, size: undefined, backup: 'none', ...asked.plant },
    },
  );
}

const reasons = (study: ReturnType<typeof studied>, limits: { agreed?: number; rating?: Rating } = {}) =>
  reasonsOf({
    study,
    agreed: limits.agreed,
    rating: limits.rating,
    carbonMore: -1,
    costMore: 'hidden',
    fabricPlanned: [],
    heatMeasured: 1,
    temperatureMeasured: 1,
  });
const namesOf = (...args: Parameters<typeof reasons>) => reasons(...args).map(({ reason }) => reason);

test('boilers beside a heat pump burn for what they still give, after the fabric', () => {
  // 50 kWh are wanted, the heat pump gives 30 and the boilers 20: a fifth of what they gave.
  const { fuelAfter } = studied({}, { fabricShare: 0.5, plant: { size: 60, backup: 'boiler' } });
  expect(fuelAfter.get('gas')?.best[0]).toBeCloseTo(117.6 / 5, 9);
});

test('the fabric has saved its half of the fuel before the heat pump, which saves three fifths of the rest', () => {
  const { fuelBefore, months } = studied({}, { fabricShare: 0.5, plant: { size: 60, backup: 'boiler' } });
  expect(fuelBefore.get('gas')?.best[0]).toBeCloseTo(117.6 / 2, 9);
  expect(months).toHaveLength(1);
  expect(months[0]?.fabricSaved).toBeCloseTo((count * 117.6) / 2, 6);
  expect(months[0]?.fuelSaved).toBeCloseTo((count * 117.6 * 3) / 10, 6);
});

test('nothing is fit for a supply of which kVA are not known, and no kW are told for kVA', () => {
  expect(studied({ agreed: 60 }).fit).toBeUndefined();
  expect(studied({ agreed: 60, factors: [1, 1] }).fit).toMatchObject({ capacity: 100 });
});

test.each(['none', 'boiler', 'direct_electric'] as const)(
  'the share of heat that fits is exact for a heat pump of a size, with %s beside it',
  (backup) => {
    // 10 kWh are drawn; 100 kVA leave 40 kWh and 60 leave 20. 40 kWh of heat at most: 16 kWh.
    for (const [size, agreed] of [
      [80, 44],
      [80, 60],
      [120, 60],
      [undefined, 60],
    ] as const) {
      const { fit, pump } = studied({ agreed, factors: [1, 1] }, { plant: { size, backup } });
      const drawn = (share: number): number => {
        const heat = filled(100 * share);
        return heatPumpLoad(heat, filled(0), { ...plant, size, backup }).electricity[0] as number;
      };
      const [less, room] = [fit?.lessHeat ?? Number.NaN, agreed / 2 - 10];
      expect(drawn(1 - less)).toBeLessThanOrEqual(room + 1e-9);
      // A thousandth less of it would be too little, unless all fits as it is.
      expect(less === 0 || drawn(1 - less + 1e-3) > room).toBe(true);
      // A half-hour as the other leaves no heat to be stored: it is enough, or never is.
      expect(fit?.store).toBe((pump.best.electricity[0] as number) <= room + 1e-9 ? 0 : undefined);
    }
  },
);

test('a store is filled by the heat pump at no more than its size', () => {
  // Full room in the first half of the month and 10 kWh in the rest, where 32 kWh of heat a half-hour want 12.8.
  const half = count / 2;
  const use = filled(0).map((_, i) => (i < half ? 0 : 10));
  const load = { unit: 'kWh', from: year.from, use: certain(use) } as const;
  const heat = certain(filled(32).map((kwh, i) => (i < half ? 30 : kwh)));
  const at = (size: number | undefined) =>
    studied({ load, heat, agreed: 40, factors: [1, 1] }, { plant: { size, backup: 'boiler' } }).fit?.store;
  // 7 kWh missing in each half-hour; a heat pump of 32 kWh has 2 to spare before, which is never enough.
  expect(at(undefined)).toBeCloseTo(7 * half, 6);
  expect(at(64)).toBeUndefined();
});

test('a rating or a capacity that kVA cannot be told against is not green, nor is one within the range of the demand', () => {
  // 50 kWh in each half-hour: 100 kW.
  const unknown = studied();
  expect(namesOf(unknown, { rating: { value: 150, unit: 'kVA' } })).toEqual(['capacity-unknown']);
  expect(namesOf(unknown, { rating: { value: 90, unit: 'kVA' } })).toEqual(['rating-exceeded']);
  expect(namesOf(unknown, { rating: { value: 150, unit: 'kW' } })).toEqual([]);
  expect(namesOf(unknown, { agreed: 150 })).toEqual(['capacity-unknown']);
  expect(namesOf(unknown)).toEqual(['capacity-unknown']);
  const ranged = studied({ factors: [0.8, 1] });
  expect(namesOf(ranged, { rating: { value: 110, unit: 'kVA' } })).toEqual(['rating-uncertain']);
  expect(namesOf(ranged, { rating: { value: 130, unit: 'kVA' } })).toEqual([]);
});

test('a design day is set against the rating too, says what capacity it needs, and what heat nobody gives on it', () => {
  // 31 K below the base and not 15.5: 200 kWh of heat in each half-hour, 80 kWh of electricity, 180 kW with the site.
  const design = { designTemperature: -15.5, flows: [35] };
  const study = studied({ agreed: 150, factors: [1, 1] }, design);
  const [agreed, rated, ...others] = reasons(study, { agreed: 150, rating: { value: 120, unit: 'kW' } });
  expect(others).toEqual([]);
  expect(agreed).toMatchObject({ reason: 'design-day-exceeds', found: '180 kVA', expected: 'at most 150 kVA agreed' });
  expect(agreed?.wouldChange).toEqual(['180 kVA agreed', 'less heat to be made: insulation, windows, controls']);
  expect(rated).toMatchObject({ reason: 'design-day-exceeds', found: '180 kW', expected: 'at most 120 kW' });
  const small = studied({ factors: [1, 1] }, { ...design, plant: { size: 250 } });
  const [first] = reasons(small, { agreed: 500 });
  // 125 of 200 kWh in 48 half-hours.
  expect(first).toMatchObject({
    reason: 'heat-unmet',
    found: '3,600 kWh of heat on the day that it is designed for',
  });
  expect(first?.wouldChange[0]).toBe('400 kW of heat');
});

test('the kVA of a design day are those of its half-hour of most kVA', () => {
  const reactive = filled(0).map((_, i) => (i % 48 === 0 ? 200 : 0));
  const use = filled(10).map((kwh, i) => (i % 48 === 1 ? kwh + 5 : kwh));
  const load = { unit: 'kWh', from: year.from, use: certain(use), reactive: certain(reactive) } as const;
  const { design } = studied({ load }, { designTemperature: 0, powerFactor: 1 });
  expect(design?.kw).toBeCloseTo(2 * 55, 9);
  expect(design?.kva).toBeCloseTo(2 * Math.hypot(50, 200), 9);
});

test('costs that may be more are a reason, and why the fuel is not known is said', () => {
  const facts = { study: studied(), agreed: undefined, rating: { value: 1e6, unit: 'kW' }, fabricPlanned: [] } as const;
  const rest = { heatMeasured: 1, temperatureMeasured: 1 };
  const costMore = { low: -300, best: -100, high: 50 };
  const [costs] = reasonsOf({ ...facts, ...rest, carbonMore: -1, costMore });
  expect(costs).toMatchObject({ reason: 'costs-more', found: '£100 less a year (−£300 to £50 more)' });
  const unknown = { carbonMore: undefined, costMore: undefined, fuelUnknown: 'not the same plant' };
  expect(reasonsOf({ ...facts, ...rest, ...unknown }).map(({ reason, found }) => [reason, found])).toEqual([
    ['carbon-unknown', 'not the same plant'],
    ['costs-unknown', 'not the same plant'],
  ]);
});

test('the table of the documentation has every reason with its light', () => {
  const page = readFileSync(new URL('../../../docs/heat-pump-readiness.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const reason of readinessReasonNames) {
    const row = rows.find((line) => line.includes(`\`${reason}\``));
    expect(row?.split('|')[2]?.trim()).toBe(readinessReasons[reason].light);
  }
});
