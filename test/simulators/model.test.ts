import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Meter } from '../../domain/estate/estate.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { amountUnit } from '../../simulators/registers.ts';
import { estateTimes } from '../../simulators/scale.ts';
import { sampleEstate } from './sample-estate.ts';

const estate = sampleEstate();
const instant = (text: string): number => Date.parse(text) / 1000;
const start = instant('2024-08-23T00:00:00Z');
const end = instant('2026-11-23T00:00:00Z');
const model = modelOf({ estate, seed: 11, start });
const meter = (id: string): Meter => estate.meters.get(id) as Meter;
const year = { from: instant('2025-01-01T00:00:00Z'), to: instant('2026-01-01T00:00:00Z') };
const inYear = (id: string, of: Model = model): number => of.amountAt(id, year.to) - of.amountAt(id, year.from);
const area = (id: string): number => estate.sites.get(id)?.gross_internal_area_m2.at(-1)?.value ?? Number.NaN;
const halfHours = Array.from({ length: 17_520 }, (_, i) => year.from + i * 1800);

describe('one seed, one history', () => {
  test('asked in another order, another model of the same seed gives the same amounts', () => {
    const other = modelOf({ estate, seed: 11, start });
    const ids = [...estate.meters.keys()];
    expect(ids).toHaveLength(64);
    const late = ids.toReversed().map((id) => other.amountAt(id, end));
    expect(late.toReversed()).toEqual(ids.map((id) => model.amountAt(id, end)));
    expect(other.amountAt('sal-e-main', start + 12_345)).toBe(model.amountAt('sal-e-main', start + 12_345));
  });

  test('another seed gives another history of the same size', () => {
    const other = modelOf({ estate, seed: 12, start });
    expect(other.halfHour('qui-e-main', end - 1800)).not.toBe(model.halfHour('qui-e-main', end - 1800));
    expect(inYear('qui-e-main', other) / inYear('qui-e-main')).toBeCloseTo(1, 1);
  });
});

describe('sums', () => {
  const mains = ['sal-w-main', 'bra-e-main', 'pel-e-main', 'wen-e-main', 'thi-e-main', 'sal-g-main'];
  test.each(mains)('%s passes at least what its sub-meters pass, in each half-hour', (main) => {
    const subs = [...estate.meters.values()].filter((one) => one.parent === main && one.role === 'sub');
    expect(subs.length).toBeGreaterThan(0);
    const generation = [...estate.meters.values()].filter((one) => one.parent === main && one.role === 'generation');
    const wrong = halfHours.filter((at) => {
      const below = subs.reduce((sum, sub) => sum + model.halfHour(sub.id, at), 0);
      const own = generation.reduce((sum, one) => sum + model.halfHour(one.id, at), 0);
      return model.halfHour(main, at) + own + 1e-6 < below;
    });
    expect(wrong).toEqual([]);
  });

  test.each(['sal', 'bra', 'osi'])(
    '%s never imports and exports in the same half-hour, and exports less than it generates',
    (site) => {
      const generation = [...estate.meters.values()].filter(
        (one) => one.id.startsWith(`${site}-`) && one.role === 'generation',
      );
      expect(generation.length).toBeGreaterThan(0);
      const wrong = halfHours.filter((at) => {
        const exported = model.halfHour(`${site}-e-export`, at);
        const made = generation.reduce((sum, one) => sum + model.halfHour(one.id, at), 0);
        return exported * model.halfHour(`${site}-e-main`, at) > 1e-9 || exported > made + 1e-6;
      });
      expect(wrong).toEqual([]);
      expect(inYear(`${site}-e-export`)).toBeGreaterThan(0);
    },
  );

  test('gas becomes heat at believable efficiencies: boilers 80 %, CHP 44 % beside 36 % of electricity', () => {
    const kwhPerM3 = 39.5 / 3.6;
    expect(inYear('sal-h-boilers') / (inYear('sal-g-boilers') * kwhPerM3)).toBeCloseTo(0.8, 6);
    expect(inYear('sal-h-chp') / (inYear('sal-g-chp') * kwhPerM3)).toBeCloseTo(0.44, 6);
    expect(inYear('sal-e-chp') / (inYear('sal-g-chp') * kwhPerM3)).toBeCloseTo(0.36, 6);
  });

  test('the heat pump gives between 2 and 3.5 times its electricity, less in January than in September', () => {
    const factor = (from: string, to: string): number =>
      (model.amountAt('thi-h-heat-pump', instant(to)) - model.amountAt('thi-h-heat-pump', instant(from))) /
      (model.amountAt('thi-e-heat-pump', instant(to)) - model.amountAt('thi-e-heat-pump', instant(from)));
    const january = factor('2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z');
    const september = factor('2025-09-01T00:00:00Z', '2025-10-01T00:00:00Z');
    expect(january).toBeGreaterThan(2);
    expect(september).toBeLessThan(3.8);
    expect(january).toBeLessThan(september - 0.3);
  });
});

describe('sizes, against the returns of NHS trusts', () => {
  type Percentiles = Record<'p10' | 'p25' | 'p75' | 'p90', number>;
  const eric = JSON.parse(readFileSync(new URL('../../simulators/data/eric.json', import.meta.url), 'utf8')) as Record<
    string,
    Record<string, Percentiles>
  >;
  const gasKwh = (id: string): number => inYear(id) * (39.5 / 3.6) * 1.02;
  const electricity = (site: string): number =>
    ['e-main', 'e-pv', 'e-chp'].reduce(
      (sum, end) => sum + (estate.meters.has(`${site}-${end}`) ? inYear(`${site}-${end}`) : 0),
      0,
    ) - (estate.meters.has(`${site}-e-export`) ? inYear(`${site}-e-export`) : 0);
  const cases = [
    ['saltmere-general', 'acute', 'electricity_kwh_per_m2', electricity('sal')],
    ['saltmere-general', 'acute', 'gas_kwh_per_m2', gasKwh('sal-g-main')],
    ['saltmere-general', 'acute', 'water_m3_per_m2', inYear('sal-w-main')],
    ['brackenholt', 'community', 'electricity_kwh_per_m2', electricity('bra')],
    ['brackenholt', 'community', 'gas_kwh_per_m2', gasKwh('bra-g-main')],
    ['brackenholt', 'community', 'water_m3_per_m2', inYear('bra-w-main')],
    ['wendmoor', 'ambulance', 'water_m3_per_m2', inYear('wen-w-main')],
  ] as const;
  test.each(cases)('%s lies in the middle half of %s trusts by %s', (site, kind, figure, amount) => {
    const range = eric[kind]?.[figure] as Percentiles;
    expect(amount / area(site)).toBeGreaterThan(range.p25);
    expect(amount / area(site)).toBeLessThan(range.p75);
  });

  test('grid electricity of the acute hospital is 90 to 120 kWh/m²; a surgery takes near 70 and 200 (TM46 clinic)', () => {
    expect(inYear('sal-e-main') / area('saltmere-general')).toBeGreaterThan(90);
    expect(inYear('sal-e-main') / area('saltmere-general')).toBeLessThan(120);
    expect(inYear('qui-e-main') / area('quillby')).toBeGreaterThan(55);
    expect(inYear('qui-e-main') / area('quillby')).toBeLessThan(80);
    expect(gasKwh('qui-g-main') / area('quillby')).toBeGreaterThan(120);
    expect(gasKwh('qui-g-main') / area('quillby')).toBeLessThan(200);
  });

  test('a kWp of panels gives 900 to 1,050 kWh in a year', () => {
    expect(inYear('bra-e-pv') / 120).toBeGreaterThan(900);
    expect(inYear('bra-e-pv') / 120).toBeLessThan(1_050);
  });
});

describe('shapes', () => {
  const day = (id: string, date: string): number =>
    model.amountAt(id, instant(date) + 86_400) - model.amountAt(id, instant(date));

  test('an office takes less on a Sunday and on Christmas Day (a Thursday) than on a working Thursday', () => {
    expect(day('har-e-main', '2025-11-20T00:00:00Z')).toBeGreaterThan(1.8 * day('har-e-main', '2025-11-23T00:00:00Z'));
    expect(day('har-e-main', '2025-12-18T00:00:00Z')).toBeGreaterThan(1.8 * day('har-e-main', '2025-12-25T00:00:00Z'));
  });

  test('opening hours follow the clock on the wall: a surgery wakes an hour earlier by UTC in summer', () => {
    const wakes = (date: string): number => {
      const from = instant(`${date}T00:00:00Z`);
      const rates = Array.from({ length: 48 }, (_, i) => model.halfHour('fen-w-main', from + i * 1800));
      return rates.findIndex((rate, i) => i > 6 && rate > 0.02);
    };
    expect(wakes('2025-01-15') - wakes('2025-07-16')).toBe(2);
  });

  test('the acute hospital draws water all night, a surgery hardly any', () => {
    const night = (id: string): number =>
      (model.amountAt(id, instant('2025-05-14T03:00:00Z')) - model.amountAt(id, instant('2025-05-14T01:00:00Z'))) /
      2 /
      (day(id, '2025-05-14T00:00:00Z') / 24);
    expect(night('sal-w-main')).toBeGreaterThan(0.4);
    expect(night('qui-w-main')).toBeLessThan(0.15);
  });

  test('gas follows the cold', () => {
    expect(day('lar-g-main', '2025-01-15T00:00:00Z')).toBeGreaterThan(4 * day('lar-g-main', '2025-07-16T00:00:00Z'));
  });

  test('the amount between two instants inside a half-hour grows and ends on the half-hour', () => {
    const from = instant('2025-03-03T12:00:00Z');
    const marks = Array.from({ length: 181 }, (_, i) => model.amountAt('sal-e-main', from + i * 10));
    expect(marks.every((mark, i) => i === 0 || mark > (marks[i - 1] ?? 0))).toBe(true);
    expect((marks[180] ?? 0) - (marks[0] ?? 0)).toBeCloseTo(model.halfHour('sal-e-main', from), 6);
  });

  test('no meter passes more than its rating', () => {
    const rated = [...estate.meters.values()].filter(
      (one) => one.rating && ['kW', 'kVA', 'm3/h', 'MW'].includes(one.rating.unit),
    );
    expect(rated).toHaveLength(63);
    const over = rated.filter((one) => {
      const most = Math.max(...halfHours.map((at) => 2 * model.halfHour(one.id, at) * 1.12));
      return most > (one.rating?.value ?? 0) * (one.rating?.unit === 'MW' ? 1000 : 1);
    });
    expect(over.map((one) => one.id)).toEqual([]);
  });
});

describe('what happens', () => {
  test('a leak below a main passes both meters', () => {
    const from = instant('2025-06-02T00:00:00Z');
    const to = instant('2025-06-09T00:00:00Z');
    const leaking = modelOf({
      estate,
      seed: 11,
      start,
      happenings: [{ kind: 'leak', meter: 'sal-w-wards', from, to, flow: 1.5 }],
    });
    for (const id of ['sal-w-wards', 'sal-w-main']) {
      expect(leaking.amountAt(id, end) - model.amountAt(id, end)).toBeCloseTo(1.5 * 24 * 7, 5);
    }
  });

  test('a gas leak at the kitchen passes the intake too', () => {
    const from = instant('2025-06-02T00:00:00Z');
    const leaking = modelOf({
      estate,
      seed: 11,
      start,
      happenings: [{ kind: 'leak', meter: 'sal-g-catering', from, to: from + 86_400, flow: 2 }],
    });
    for (const id of ['sal-g-catering', 'sal-g-main'])
      expect(leaking.amountAt(id, end) - model.amountAt(id, end)).toBeCloseTo(48, 5);
  });

  test('plant left on adds at night and at weekends only', () => {
    const from = instant('2025-06-02T00:00:00Z');
    const left = modelOf({
      estate,
      seed: 11,
      start,
      happenings: [{ kind: 'left-on', meter: 'sal-e-plant', from, to: from + 86_400, power: 40 }],
    });
    const noon = instant('2025-06-02T12:00:00Z');
    expect(left.halfHour('sal-e-plant', noon)).toBeCloseTo(model.halfHour('sal-e-plant', noon), 9);
    expect(left.halfHour('sal-e-plant', from) - model.halfHour('sal-e-plant', from)).toBeCloseTo(20, 6);
  });

  test('amounts are told in kWh or m³', () => {
    const unit = (id: string): string => amountUnit(meter(id));
    expect(['sal-e-imaging', 'sal-e-chp', 'pel-g-main', 'sal-w-plant'].map(unit)).toEqual(['kWh', 'kWh', 'm3', 'm3']);
  });
});

test('an estate eighteen times over has 1,152 meters on topics of their own, and the first copy is unchanged', () => {
  const large = estateTimes(estate, 18);
  expect(large.meters.size).toBe(1_152);
  expect(new Set([...large.meters.values()].flatMap((one) => one.topic ?? [])).size).toBe(18 * 63);
  const wide = modelOf({ estate: large, seed: 11, start });
  expect(wide.amountAt('qui-e-main', start + 86_400)).toBe(model.amountAt('qui-e-main', start + 86_400));
  expect(wide.amountAt('qui-e-main-7', start + 86_400)).not.toBe(model.amountAt('qui-e-main', start + 86_400));
  expect(large.meters.get('thi-e-heat-pump-3')?.topic).toBe('thistlecombe/heat-pump/shellypro3em-a0b1c2d30006-3/#');
});
