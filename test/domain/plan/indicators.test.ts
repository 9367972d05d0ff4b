import { describe, expect, test } from 'vitest';
import { clockOf } from '../../../domain/alerts/clock.ts';
import { countedMeters } from '../../../domain/energy/counted-meters.ts';
import { addTo, Total } from '../../../domain/energy/flow.ts';
import { indexSums } from '../../../domain/energy/site-energy.ts';
import type { Estate, Site } from '../../../domain/estate/estate.ts';
import { loadShapeOf, loadTermsOf } from '../../../domain/plan/indicators/electricity-load.ts';
import { figuresOf, type IndicatorPlace } from '../../../domain/plan/indicators/found.ts';
import { heatFitOf } from '../../../domain/plan/indicators/heat-fit.ts';
import {
  heatOfPlace,
  heatPumpUse,
  heatSources,
  metersOfHeat,
  unmeteredHeat,
} from '../../../domain/plan/indicators/heat-of-place.ts';
import { heatTermsOf } from '../../../domain/plan/indicators/heat-terms.ts';
import { findingsOf, findingsOfSaving } from '../../../domain/plan/indicators/installed.ts';
import { foundOfAlerts } from '../../../domain/plan/indicators/of-electricity.ts';
import {
  foundOfFit,
  foundOfHeatPumps,
  foundOfSources,
  type HeatSource,
} from '../../../domain/plan/indicators/of-heat.ts';
import { foundOfPlace } from '../../../domain/plan/indicators/of-place.ts';
import { foundOfGeneration, type OwnGenerationUse } from '../../../domain/plan/indicators/of-renewables.ts';
import { foundOfSupply, type SupplyRoom } from '../../../domain/plan/indicators/of-supply.ts';
import { standsAt, stepsOfPlace } from '../../../domain/plan/indicators/steps-of-place.ts';
import type { MeasureSaving } from '../../../domain/plan/measure-saving.ts';
import type { Step } from '../../../domain/plan/steps.ts';
import type { VerifiedSaving } from '../../../domain/savings/saving.ts';
import { dateOf, halfHourSeconds } from '../../../domain/time.ts';
import { bucketsOf, dates, measured, siteOf } from '../small-estate.ts';

const year = dates('2025-01-01', '2026-01-01');
const place = (estate: Estate, building?: string): IndicatorPlace => {
  const site = estate.sites.get('site') as Site;
  return { site, building: site.buildings.find(({ id }) => id === building), period: year };
};
const termsOn = (estate: Estate, building?: string): string[] => {
  const count = countedMeters(estate, '2025-06-01').get('site');
  if (!count) throw new Error('no site');
  return loadTermsOf(estate, count, building).map(({ meter, times }) => `${times} ${meter.id}`);
};

describe('the electricity of a place', () => {
  const estate = siteOf(
    [
      { id: 'main', building: 'centre' },
      { id: 'wards', role: 'sub', parent: 'main', building: 'tower' },
      { id: 'roof', role: 'generation', technology: 'solar', parent: 'wards' },
      { id: 'engine', role: 'generation', technology: 'chp', parent: 'main' },
      { id: 'out', role: 'export', parent: 'main' },
      { id: 'steps', role: 'sub', parent: 'main', building: 'tower', measures: 'reactive', unit: 'kvarh' },
    ],
    {
      buildings: [
        { id: 'centre', name: 'C' },
        { id: 'tower', name: 'T' },
        { id: 'shed', name: 'S' },
      ],
    },
  );

  test('of a site is what it buys and makes, less what leaves', () => {
    expect(termsOn(estate)).toEqual(['1 main', '1 roof', '1 engine', '-1 out']);
  });

  test('of a building is what serves it with what is made right behind, and less what serves others', () => {
    expect(termsOn(estate, 'tower')).toEqual(['1 wards', '1 roof']);
    expect(termsOn(estate, 'centre')).toEqual(['1 main', '-1 wards', '1 engine', '-1 out']);
    expect(termsOn(estate, 'shed')).toEqual([]);
  });

  test('has its shape by the London clock, also when the clock changes', () => {
    // Ten days around the change of 30 March 2025, with two weekends: open 08:00 to 18:00 on weekdays.
    const { from, to } = dates('2025-03-24', '2025-04-03');
    const clock = clockOf(from, (to - from) / halfHourSeconds);
    const load = Float64Array.from(clock.slot, (slot, i) => {
      const isWeekend = (clock.days[clock.day[i] as number]?.weekday ?? 0) > 5;
      return isWeekend ? 3 : slot < 9 ? 1 : slot >= 16 && slot < 36 ? 10 : 4;
    });
    const shape = loadShapeOf(clock, load, { monday_to_friday: '08:00-18:00' });
    expect(shape).toMatchObject({ knownShare: 1, nightBase: 2, weekendBase: 6, workingDay: 8 });
    // Eight working days of 9 × 1 + 20 × 10 + 19 × 4, and a weekend of 94 half-hours of 3.
    const open = 8 * 200;
    const closed = 8 * (9 + 76) + 94 * 3;
    expect(shape.outOfHoursShare).toBeCloseTo(closed / (open + closed), 12);
    load.fill(Number.NaN, 0, 48);
    expect(loadShapeOf(clock, load, '24h')).toMatchObject({
      outOfHoursShare: undefined,
      knownShare: 1 - 48 / load.length,
    });
  });
});

describe('what heats a place', () => {
  const estate = siteOf(
    [
      { id: 'gas', utility: 'gas', building: 'centre' },
      { id: 'kitchen', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'catering', building: 'court' },
      { id: 'stove', utility: 'gas', role: 'sub', parent: 'kitchen', end_use: 'catering', building: 'court' },
      { id: 'engine', utility: 'gas', role: 'sub', parent: 'gas', end_use: 'chp', building: 'centre' },
      { id: 'engine-heat', utility: 'heat', role: 'sub', end_use: 'chp', building: 'centre' },
      { id: 'boiler-heat', utility: 'heat', role: 'sub', end_use: 'boilers', building: 'centre' },
      { id: 'tower-heat', utility: 'heat', role: 'sub', end_use: 'space_heating', building: 'tower' },
      { id: 'pump', role: 'sub', end_use: 'heat_pump', building: 'tower' },
      { id: 'pump-heat', utility: 'heat', role: 'sub', end_use: 'heat_pump', building: 'tower' },
    ],
    {
      buildings: ['centre', 'court', 'tower'].map((id) => ({ id, name: id })),
      weather: { temperature: 'roof', method: 'simple', base_degc: 15.5, heating_efficiency: 0.8 },
    },
  );
  const said = (building?: string): string[] => {
    const count = countedMeters(estate, '2025-06-01').get('site');
    if (!count) throw new Error('no site');
    const { site } = place(estate);
    return heatTermsOf(estate, site, count, '2025-06-01', building).map(
      ({ meter, times, kind, isHeat }) => `${times} ${meter.id} ${kind}${isHeat ? ' heat' : ''}`,
    );
  };

  test('is fuel without kitchens and engines, and heat of engines and heat pumps, each once', () => {
    expect(said().toSorted()).toEqual([
      '-1 engine fossil',
      '-1 kitchen fossil',
      '1 engine-heat fossil heat',
      '1 gas fossil',
      '1 pump-heat heat_pump heat',
    ]);
  });

  test('of a building is the heat that it is given', () => {
    expect(said('tower')).toEqual(['1 tower-heat delivered heat', '1 pump-heat heat_pump heat']);
    // The kitchen's gas is the court's, and heats nothing there; what the plant burns heats others.
    expect(said('court')).toEqual(['1 kitchen fossil', '-1 kitchen fossil']);
    expect(said('centre')).toEqual([]);
  });

  test('and its share of fossil heat and the performance of its heat pump, by hand', () => {
    const days = bucketsOf('2025-01-01', '2026-01-01', 'day');
    const heat = heatOfPlace(estate, place(estate));
    const kwh = { gas: 100, kitchen: 10, engine: 40, 'engine-heat': 18, pump: 10, 'pump-heat': 29 };
    const sums = indexSums(days, measured(days, kwh));
    expect(metersOfHeat(heat)).toEqual(expect.arrayContaining(Object.keys(kwh)));
    // (100 − 10 − 40) × 0.8 + 18 of fossil heat, 29 of the heat pump's.
    const { fossil_share_of_heat: share } = foundOfSources(
      place(estate),
      heatSources(heat, sums),
      0.8,
      unmeteredHeat(heat),
    );
    expect(share?.value).toBeCloseTo((100 * 58) / 87, 9);
    expect(heatPumpUse(heat, sums)).toMatchObject({ electricityKwh: 3650, heatKwh: 365 * 29, days: 365 });
  });

  test('counts no kWh twice where meters of heat pumps hang behind one another', () => {
    const sub = { role: 'sub', end_use: 'heat_pump' };
    const meters = [
      { ...sub, id: 'panel' },
      { ...sub, id: 'one', parent: 'panel' },
      { ...sub, id: 'two', parent: 'panel' },
      { ...sub, id: 'all-heat', utility: 'heat' },
      { ...sub, id: 'one-heat', utility: 'heat', parent: 'all-heat' },
    ];
    const days = bucketsOf('2025-01-01', '2026-01-01', 'day');
    const sums = indexSums(
      days,
      measured(days, { panel: 10, one: 5, two: 5, 'all-heat': 30, 'one-heat': 15, other: 10 }),
    );
    const spfOf = (list: typeof meters) => {
      const bare = siteOf(list);
      const heat = heatOfPlace(bare, place(bare));
      const { heat_pump_spf: spf } = foundOfHeatPumps(place(bare), heatPumpUse(heat, sums));
      return { spf, sources: heatSources(heat, sums) };
    };
    const { spf, sources } = spfOf(meters);
    expect(spf).toMatchObject({ value: 3, missing: [], meters: ['all-heat', 'panel'] });
    expect(sources.map(({ flow }) => flow.energy)).toEqual([365 * 30]);
    // The heat of another one has no meter: that of the first is not set against the electricity of both.
    expect(spfOf([...meters, { ...sub, id: 'other' }]).spf).toMatchObject({
      value: undefined,
      missing: [{ need: 'heat_pump_heat', about: 'site' }],
    });
  });

  test('has its base of the days of summer alone, also where the year ends within a summer', () => {
    const bare = siteOf([{ id: 'gas', utility: 'gas' }]);
    const period = dates('2025-07-01', '2026-07-01');
    const days = bucketsOf('2025-07-01', '2026-07-01', 'day');
    const kwh = measured(days, { gas: 0 }).map((sum) => {
      const month = dateOf(days[sum.bucket] ?? 0).slice(5, 7);
      const energy = ['06', '07', '08'].includes(month) ? 10 : 110;
      return { ...sum, energy, measuredEnergy: energy };
    });
    const here = { ...place(bare), period };
    const { summer_base: base, summer_base_share: share } = foundOfPlace(here, {
      estate: bare,
      parts: [],
      boundaries: days,
      figure: undefined,
      days: indexSums(days, kwh),
      load: { shape: undefined, meters: [] },
      heat: heatOfPlace(bare, here),
      fit: undefined,
    });
    expect(base?.value).toBeCloseTo(10, 9);
    expect(share?.value).toBeCloseTo((100 * 3650) / (92 * 10 + 273 * 110), 9);
  });

  test('names what has no meter: then the share is known on one side only', () => {
    const meters = [
      { id: 'gas', utility: 'gas' },
      { id: 'pump', role: 'sub', end_use: 'heat_pump' },
    ];
    const bare = siteOf(meters);
    const heat = heatOfPlace(bare, place(bare));
    const days = bucketsOf('2025-01-01', '2026-01-01', 'day');
    const sources = heatSources(heat, indexSums(days, measured(days, { gas: 100, pump: 5 })));
    const { fossil_share_of_heat: share } = foundOfSources(place(bare), sources, undefined, unmeteredHeat(heat));
    expect(share).toMatchObject({ value: undefined, low: undefined, high: 100 });
    expect(share?.missing).toEqual([{ need: 'heat_pump_heat', about: 'pump' }]);
  });

  test('is between two ends where heat is bought, and asks the efficiency only where fuel and heat are mixed', () => {
    const flow = (energy: number): Total => {
      const total = new Total();
      addTo(total, Object.assign(new Total(), { energy, expectedEnergy: energy, halfHours: 1, knownHalfHours: 1 }));
      return total;
    };
    const gas: HeatSource = { kind: 'fossil', isHeat: false, flow: flow(100), meters: ['gas'] };
    const bought: HeatSource = { kind: 'bought', isHeat: true, flow: flow(20), meters: ['heat'] };
    const wood: HeatSource = { kind: 'biomass', isHeat: false, flow: flow(100), meters: ['wood'] };
    const here = place(siteOf([{ id: 'gas', utility: 'gas' }]));
    const share = (list: readonly HeatSource[], efficiency?: number) =>
      foundOfSources(here, list, efficiency, []).fossil_share_of_heat;
    expect(share([gas, wood])).toMatchObject({ value: 50, missing: [] });
    expect(share([gas, bought])).toMatchObject({ missing: [{ need: 'heating_efficiency', about: 'site' }] });
    expect(share([gas, bought])?.value).toBeUndefined();
    expect(share([gas, bought], 0.8)).toMatchObject({ value: undefined, low: 80, high: 100 });
    // A meter that says nothing has burnt something for all that.
    const silent = { ...gas, flow: Object.assign(new Total(), { halfHours: 1, unweighted: true }) };
    expect(share([silent, wood])).toMatchObject({ missing: [{ need: 'whole_year', about: 'site' }] });
    expect(share([silent, wood])?.value).toBeUndefined();
  });
});

test('generation is no share of what was bought for half the year, or left unseen', () => {
  const flow = (energy: number, known = 2): Total =>
    Object.assign(new Total(), { energy, expectedEnergy: (energy * 2) / known, halfHours: 2, knownHalfHours: known });
  const use: OwnGenerationUse = {
    meters: ['roof'],
    exports: ['out'],
    made: flow(100),
    used: 80,
    exported: flow(20),
    bought: flow(320),
    behind: { kept: 0, sold: 0, not_issued: 0, unknown: 100 },
    yields: [],
    warnings: [],
  };
  const here = place(siteOf([{ id: 'main' }]));
  const found = (more: Partial<OwnGenerationUse>) => {
    const { self_consumption: own, self_sufficiency: enough } = foundOfGeneration(here, { ...use, ...more });
    return { values: [own?.value, enough?.value], missing: enough?.missing?.map(({ need }) => need) };
  };
  expect(found({})).toEqual({ values: [80, 20], missing: [] });
  expect(found({ bought: flow(160, 1) })).toEqual({ values: [80, undefined], missing: ['whole_year'] });
  expect(found({ exported: flow(10, 1) })).toEqual({ values: [undefined, undefined], missing: ['whole_year'] });
});

describe('how heating follows the weather', () => {
  const gas = [{ id: 'gas', utility: 'gas' }];
  const weather = { temperature: 'roof', method: 'simple', base_degc: 15.5, heating_efficiency: 0.85 };
  const heated = siteOf(gas, { weather });
  const days = bucketsOf('2025-01-01', '2026-01-01', 'day');
  const warmth = days
    .slice(0, -1)
    .map((_, i) => 10 - 8 * Math.cos((2 * Math.PI * (i - 15)) / 365) + ((i * 7) % 11) / 2);
  const used = (i: number): number => 500 + 120 * Math.max(0, 15.5 - (warmth[i] ?? 0)) + ((i * 37) % 41) - 20;
  const temperature = { from: '2025-01-01', values: Float64Array.from(warmth) };
  const sums = indexSums(
    days,
    measured(days, { gas: 0 }).map((sum) => ({
      ...sum,
      energy: used(sum.bucket),
      measuredEnergy: used(sum.bucket),
    })),
  );
  const fit = (estate: Estate, given: typeof temperature | undefined) => {
    const here = place(estate);
    const found = heatFitOf({ place: here, eras: heatOfPlace(estate, here).eras, days: sums, temperature: given });
    return foundOfFit(here, found, 2_000);
  };

  test('finds the loss, the base and the balance point that the days were made of', () => {
    // 120 kWh of gas for each degree and day, of which 0.85 become heat: 4,250 W/K.
    const {
      heat_loss: loss,
      heat_loss_per_area: perArea,
      balance_point: balance,
      heating_base: base,
    } = fit(heated, temperature);
    for (const [found, truth] of [
      [loss, 4.25],
      [perArea, 2.125],
      [balance, 15.5],
      [base, 500],
    ] as const) {
      expect(found?.missing).toEqual([]);
      expect(Math.abs((found?.value ?? 0) / truth - 1)).toBeLessThan(0.03);
      expect((found?.high ?? 0) - (found?.low ?? 0)).toBeGreaterThan(0);
    }
  });

  test('asks for what is missing: the efficiency, the temperature, days of it', () => {
    const unsaid = siteOf(gas, { weather: { temperature: 'roof', method: 'simple', base_degc: 15.5 } });
    const { heat_loss: loss } = fit(unsaid, temperature);
    expect(loss?.missing).toEqual([{ need: 'heating_efficiency', about: 'site' }]);
    expect(loss?.value).toBeUndefined();
    expect(fit(unsaid, temperature).heating_base?.value).toBeGreaterThan(400);
    expect(fit(siteOf(gas), undefined).balance_point?.missing).toEqual([
      { need: 'outside_temperature', about: 'site' },
    ]);
    const short = { from: '2025-01-01', values: temperature.values.map((one, i) => (i < 100 ? Number.NaN : one)) };
    expect(fit(heated, short).heat_loss?.missing?.map(({ need }) => need)).toContain('outside_temperature');
  });
});

describe('what a supply could still carry', () => {
  const here = place(siteOf([{ id: 'main' }]));
  const one: SupplyRoom = {
    point: 'a',
    meter: 'main',
    agreed: 500,
    demand: { low: 300, best: 320, high: 350 },
    highestKw: 290,
    kwh: 300,
    kvarh: 400,
    measured: 1,
  };

  test('is a range where the power factor is one, and less than 0 where it is exceeded', () => {
    const { headroom, power_factor: factor } = foundOfSupply(here, [one, { ...one, point: 'b', agreed: 310 }], 2);
    expect(headroom).toMatchObject({ value: 170, low: 110, high: 210, missing: [] });
    expect(headroom?.says).toBe('a 180 kVA, b -10 kVA');
    expect(factor).toMatchObject({ value: 0.6, missing: [] });
  });

  test('is not known where nobody wrote the capacity, and only bounded where no kvarh are known', () => {
    expect(foundOfSupply(here, [{ ...one, agreed: undefined }], 1).headroom).toMatchObject({
      value: undefined,
      high: undefined,
      missing: [{ need: 'agreed_capacity', about: 'a' }],
    });
    expect(foundOfSupply(here, [{ ...one, demand: undefined, kvarh: undefined }], 1)).toMatchObject({
      headroom: { value: undefined, low: undefined, high: 210, missing: [{ need: 'power_factor', about: 'a' }] },
      power_factor: { missing: [{ need: 'reactive_meter', about: 'a' }] },
    });
    expect(foundOfSupply(here, [], 0).headroom?.missing).toEqual([{ need: 'supply_point', about: 'site' }]);
    // One of two supplies says nothing: what is left of the other is not that of the site.
    expect(foundOfSupply(here, [one], 2).headroom?.value).toBeUndefined();
  });
});

test('alerts without a price are told, and never a pound of nothing', () => {
  const here = place(siteOf([{ id: 'main' }]));
  const open = { alerts: 2, gbpPerWeek: 0, withoutPrice: 2, kgco2ePerWeek: 12, withoutFactor: 0 };
  const [pounds] = figuresOf(here, foundOfAlerts(here, open)).filter(({ indicator }) => indicator === 'abnormal_use');
  expect(pounds?.value).toBeUndefined();
  expect(pounds?.says).toContain('2 open, 2 of them without a price');
  expect(foundOfAlerts(here, { ...open, alerts: 0, withoutPrice: 0 }).abnormal_use?.value).toBe(0);
});

describe('a step', () => {
  const measure = (id: string, step: Step, status: 'approved' | 'installing' | 'installed' | 'withdrawn') => ({
    id,
    name: id,
    step,
    status,
  });
  const states = (...measures: ReturnType<typeof measure>[]) => stepsOfPlace(measures, []).map(({ state }) => state);

  test('is as far as its measures, those withdrawn left out', () => {
    expect(
      states(
        measure('a', 1, 'installed'),
        measure('b', 2, 'installed'),
        measure('c', 2, 'approved'),
        measure('d', 3, 'approved'),
        measure('e', 4, 'withdrawn'),
      ),
    ).toEqual(['done', 'under_way', 'planned', 'no_measures']);
    expect(states(measure('a', 1, 'installing'))[0]).toBe('under_way');
  });

  test('is contradicted by what a meter says of an installed measure, and the site stands there', () => {
    const measures = ([1, 2, 3, 4] as const).map((step) => measure(`m${step}`, step, 'installed'));
    const finding = { measure: 'm3', contradicts: true, says: 'oil has counted 12 kWh of gas oil since' };
    expect(standsAt(stepsOfPlace(measures, []))).toBeUndefined();
    const steps = stepsOfPlace(measures, [finding]);
    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'contradicted', 'done']);
    expect(standsAt(steps)).toBe(3);
    expect(steps[2]?.because[1]).toBe('m3: oil has counted 12 kWh of gas oil since');
    // What a meter says beside a measure contradicts nothing.
    expect(standsAt(stepsOfPlace(measures, [{ ...finding, contradicts: false }]))).toBeUndefined();
  });

  test('is contradicted by a meter that shows more use where less was expected, and not where more was', () => {
    const interval = { low: -300, best: -200, high: -100 };
    const group = (saves: number): MeasureSaving => ({
      by: 'model',
      site: 'site',
      meter: 'main',
      utility: 'electricity',
      unit: 'kWh',
      measures: ['one', 'two'],
      works: { from: '2025-01-01', to: '2025-01-31' },
      baseline: { first: '2024-01-01', last: '2024-12-30' },
      reporting: { first: '2025-02-01', last: '2025-12-31' },
      expected: { saves, low: saves, high: saves },
      inside: undefined,
      outcome: {
        how: 'verified',
        saving: { verdict: 'uses_more', saved: interval, perYear: interval } as VerifiedSaving,
        years: [],
      },
      split: [],
      alerts: [],
      gbpPerYear: undefined,
      savesBought: 1,
      kgco2ePerYear: undefined,
    });
    expect(findingsOfSaving(group(500)).map(({ measure: id, contradicts }) => [id, contradicts])).toEqual([
      ['one', true],
      ['two', true],
    ]);
    expect(findingsOfSaving(group(-500)).some(({ contradicts }) => contradicts)).toBe(false);
    expect(findingsOfSaving(group(500))[0]?.says).toBe(
      'main (with two): more is used than before, beyond what chance could do in nine cases of ten; ' +
        'saved -200 (-300 to -100) kWh a year',
    );
    expect(findingsOfSaving({ ...group(1), outcome: { how: 'unverifiable', because: 'too_new' } })[0]?.says).toContain(
      'no day is over since its works',
    );
  });

  test('is contradicted by oil that is burnt and by panels and heat pumps that count nothing, not by silence', () => {
    const { meters } = siteOf([
      { id: 'oil', utility: 'gas_oil', unit: 'l', energy_content: [] },
      { id: 'gas', utility: 'gas' },
      { id: 'roof', role: 'generation', technology: 'solar' },
      { id: 'pump', role: 'sub', end_use: 'heat_pump' },
    ]);
    const told = (kind: 'boiler_removal' | 'solar_pv' | 'heat_pump', id: string, energy: number, known = 48) => {
      const meter = meters.get(id);
      if (!meter) throw new Error(id);
      const flows = [{ meter, flow: { energy, knownHalfHours: known } }];
      return findingsOf({ id: 'one', kind, flows }).map(({ says }) => says);
    };
    expect(told('boiler_removal', 'oil', 12_345.6)).toEqual(['oil has counted 12,350 kWh of gas oil since']);
    expect(told('boiler_removal', 'oil', 0)).toEqual([]);
    expect(told('boiler_removal', 'gas', 100)).toEqual([]);
    expect(told('solar_pv', 'roof', 0)).toEqual(['roof has counted nothing since']);
    expect(told('solar_pv', 'roof', 0, 0)).toEqual([]);
    expect(told('heat_pump', 'pump', 0)).toEqual(['pump has counted nothing since']);
    expect(told('heat_pump', 'pump', 5)).toEqual([]);
  });
});
