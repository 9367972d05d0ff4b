import { describe, expect, test } from 'vitest';
import type { Estate } from '../../domain/estate/estate.ts';
import type { MeterSum } from '../../domain/energy/bucket-sums.ts';
import { type Intensities, intensitiesOf } from '../../domain/energy/intensity.ts';
import type { IntensityFigure } from '../../domain/energy/place-intensity.ts';
import {
  figureChanges,
  indexSums,
  metersNeeded,
  sitesByDay,
  withFigureChanges,
} from '../../domain/energy/site-energy.ts';
import { toIso } from '../../domain/time.ts';
import { bucketsOf, dates, estateOf, measured, siteOf } from './small-estate.ts';

const year = dates('2025-01-01', '2026-01-01');
const yearBoundaries = [year.from, year.to];

/** The figures of 2025 when each meter counted this many kWh in the year. */
function figures(estate: Estate, energies: Readonly<Record<string, number>>): Intensities {
  const sums = indexSums(yearBoundaries, measured(yearBoundaries, energies));
  return intensitiesOf({ estate, sites: [...estate.sites.keys()], period: year, sums });
}

function siteFigure(estate: Estate, energies: Readonly<Record<string, number>>, id = 'site'): IntensityFigure {
  const figure = figures(estate, energies).sites.find((one) => one.place.id === id);
  if (!figure) throw new Error(`no figure of ${id}`);
  return figure;
}

const fuels = (figure: IntensityFigure) => figure.byFuel.map((fuel) => [fuel.utility, fuel.source, fuel.energy]);
const whys = (figure: IntensityFigure) => Object.fromEntries(figure.excluded.map((one) => [one.meter, one.why]));
const codes = (figure: IntensityFigure) => figure.warnings.map((warning) => `${warning.code} ${warning.about}`);

describe('what a site used', () => {
  test('is gas and electricity at its mains, over its area', () => {
    const estate = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }]);
    const figure = siteFigure(estate, { elec: 80_000, gas: 200_000 });
    expect(figure).toMatchObject({ energy: 280_000, value: 280, unit: 'kWh', per: 'm2' });
    expect(figure.versions).toEqual({ register: 7, factorSets: [] });
    expect(figure.byFuel.map((fuel) => fuel.intensity)).toEqual([80, 200]);
    expect(figure.measuredShare).toEqual({ byAmount: 1, byTime: 1 });
    expect(figure.warnings).toEqual([]);
  });

  test('does not count the heat of a boiler beside its gas', () => {
    const estate = siteOf([
      { id: 'gas', utility: 'gas' },
      { id: 'boiler-gas', utility: 'gas', role: 'sub', parent: 'gas' },
      { id: 'boiler-heat', utility: 'heat', role: 'sub', parent: 'boiler-gas' },
      { id: 'heat-called-main', utility: 'heat', role: 'main', parent: 'boiler-gas' },
    ]);
    const figure = siteFigure(estate, {
      gas: 100_000,
      'boiler-gas': 90_000,
      'boiler-heat': 80_000,
      'heat-called-main': 80_000,
    });
    expect(figure.energy).toBe(100_000);
    expect(whys(figure)).toEqual({
      'boiler-gas': 'site-has-main',
      'boiler-heat': 'site-has-main',
      'heat-called-main': 'made-here',
    });
  });

  test('counts heat that is bought, and not heat that nobody says is bought', () => {
    const bought = siteOf([
      { id: 'district', utility: 'heat' },
      { id: 'ward', utility: 'heat', role: 'sub', parent: 'district' },
    ]);
    expect(siteFigure(bought, { district: 50_000, ward: 9_000 }).energy).toBe(50_000);
    const made = siteOf([
      { id: 'gas', utility: 'gas' },
      { id: 'heat', utility: 'heat', role: 'sub' },
    ]);
    const figure = siteFigure(made, { gas: 60_000, heat: 50_000 });
    expect(figure.energy).toBe(60_000);
    expect(whys(figure)).toEqual({ heat: 'not-bought' });
  });

  test('counts the fuel of a CHP and neither its electricity nor its heat', () => {
    const estate = siteOf([
      { id: 'elec' },
      { id: 'gas', utility: 'gas' },
      { id: 'chp-power', role: 'generation', technology: 'chp', parent: 'elec' },
      { id: 'chp-heat', utility: 'heat', role: 'generation', technology: 'chp' },
      { id: 'export', role: 'export' },
    ]);
    const figure = siteFigure(estate, {
      elec: 20_000,
      gas: 300_000,
      'chp-power': 100_000,
      'chp-heat': 130_000,
      export: 5_000,
    });
    expect(figure.energy).toBe(320_000);
    expect(whys(figure)).toEqual({ 'chp-power': 'not-renewable', 'chp-heat': 'not-renewable', export: 'export' });
  });

  test('counts a heat pump by the electricity of the main', () => {
    const estate = siteOf([
      { id: 'elec' },
      { id: 'pump', role: 'sub', parent: 'elec', end_use: 'heat_pump' },
      { id: 'pump-heat', utility: 'heat', role: 'sub', parent: 'pump' },
    ]);
    expect(siteFigure(estate, { elec: 90_000, pump: 30_000, 'pump-heat': 96_000 }).energy).toBe(90_000);
  });

  test.each(['standby_diesel', 'battery_discharge'])('does not add %s', (technology) => {
    const estate = siteOf([{ id: 'elec' }, { id: 'made', role: 'generation', technology }]);
    expect(siteFigure(estate, { elec: 100, made: 40 }).energy).toBe(100);
  });

  test('leaves out a sub-meter that nobody hung below the main', () => {
    const figure = siteFigure(siteOf([{ id: 'elec' }, { id: 'stray', role: 'sub' }]), { elec: 100, stray: 30 });
    expect(figure.energy).toBe(100);
    expect(figure.excluded).toEqual([{ meter: 'stray', why: 'site-has-main', because: 'elec' }]);
  });

  test('leaves out reactive energy, sums of other meters, and meters that are not valid', () => {
    const estate = siteOf([
      { id: 'elec' },
      { id: 'kvarh', measures: 'reactive', unit: 'kvarh' },
      { id: 'sum', role: 'virtual', sum_of: [{ meter: 'elec', times: 1 }] },
      { id: 'old', valid_to: '2019-12-31' },
    ]);
    const figure = siteFigure(estate, { elec: 100, kvarh: 30, sum: 100, old: 4 });
    expect(figure.energy).toBe(100);
    expect(whys(figure)).toEqual({ kvarh: 'reactive', sum: 'virtual', old: 'not-valid' });
  });

  test('of water is not energy', () => {
    const figure = siteFigure(siteOf([{ id: 'water', utility: 'water' }]), { water: 500 });
    expect(figure).toMatchObject({ energy: undefined, value: undefined, byFuel: [] });
    expect(codes(figure)).toEqual(['no-meter site']);
  });
});

describe('own renewable energy', () => {
  const sun = { id: 'pv', role: 'generation', technology: 'solar' };

  test('R1: 400,000 kWh made and 50,000 exported are 350,000 used beside 4,650,000 bought', () => {
    const estate = siteOf([{ id: 'elec' }, sun, { id: 'export', role: 'export' }]);
    const figure = siteFigure(estate, { elec: 4_650_000, pv: 400_000, export: 50_000 });
    expect(figure.energy).toBe(5_000_000);
    expect(fuels(figure)).toEqual([
      ['electricity', 'purchased', 4_650_000],
      ['electricity', 'own_renewable', 350_000],
    ]);
    expect(figure.included).toEqual([
      { meter: 'elec', as: 'purchased', times: 1 },
      { meter: 'pv', as: 'own_renewable', times: 1 },
      { meter: 'export', as: 'export', times: -1 },
    ]);
  });

  test('shares an export with a CHP by what each made', () => {
    const chp = { id: 'chp', role: 'generation', technology: 'chp' };
    const estate = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }, sun, chp, { id: 'export', role: 'export' }]);
    const figure = siteFigure(estate, { elec: 0, gas: 1_000, pv: 100, chp: 300, export: 40 });
    expect(fuels(figure)).toContainEqual(['electricity', 'own_renewable', 90]);
  });

  test('takes an export that hangs under one generation meter off that one', () => {
    const chp = { id: 'chp', role: 'generation', technology: 'chp' };
    const estate = siteOf([{ id: 'elec' }, sun, chp, { id: 'export', role: 'export', parent: 'pv' }]);
    const figure = siteFigure(estate, { elec: 0, pv: 100, chp: 300, export: 40 });
    expect(fuels(figure)).toContainEqual(['electricity', 'own_renewable', 60]);
  });

  test('is never below nothing, and says when more left than was made', () => {
    const estate = siteOf([{ id: 'elec' }, sun, { id: 'export', role: 'export' }]);
    const figure = siteFigure(estate, { elec: 1_000, pv: 100, export: 140 });
    expect(figure.energy).toBe(1_000);
    expect(codes(figure)).toEqual(['export-exceeds-generation site']);
  });

  test('counts the topmost of generation meters, and says when one does not say what it is', () => {
    const inverter = { id: 'inverter', role: 'generation', technology: 'solar', parent: 'pv' };
    const unsaid = { id: 'unsaid', role: 'generation' };
    const figure = siteFigure(siteOf([{ id: 'elec' }, sun, inverter, unsaid]), {
      elec: 10,
      pv: 5,
      inverter: 5,
      unsaid: 9,
    });
    expect(figure.energy).toBe(15);
    expect(whys(figure)).toEqual({ inverter: 'part-of-generation', unsaid: 'technology-unknown' });
    expect(codes(figure)).toEqual(['technology-unknown unsaid']);
  });

  test('with sub-meters for a main counts only what feeds in behind one of them', () => {
    const sub = { id: 'board', role: 'sub' };
    const through = siteFigure(siteOf([sub, sun]), { board: 100, pv: 30 });
    expect(through.energy).toBe(100);
    expect(whys(through)).toEqual({ pv: 'passes-sub-meters' });
    const behind = siteFigure(siteOf([sub, { ...sun, parent: 'board' }]), { board: 100, pv: 30 });
    expect(behind.energy).toBe(130);
  });

  test('behind a counted sub-meter shares the export with a CHP that reaches its use through sub-meters', () => {
    const estate = siteOf([
      { id: 'board', role: 'sub' },
      { ...sun, parent: 'board' },
      { id: 'chp', role: 'generation', technology: 'chp' },
      { id: 'export', role: 'export' },
    ]);
    const figure = siteFigure(estate, { board: 100, pv: 100, chp: 300, export: 40 });
    expect(figure.energy).toBe(190);
    expect(whys(figure)).toEqual({ chp: 'passes-sub-meters', export: 'export' });
  });

  test('in days adds up to what each day left', () => {
    const estate = siteOf([{ id: 'elec' }, sun, { id: 'export', role: 'export' }]);
    const days = bucketsOf('2025-06-01', '2025-06-03', 'day');
    const list = measured(days, { elec: 10, pv: 0, export: 0 }).map((sum): MeterSum => {
      const energy = { pv: [100, 0], export: [20, 5], elec: [10, 10] }[sum.meter]?.[sum.bucket] ?? 0;
      return { ...sum, energy, measuredEnergy: energy };
    });
    const period = dates('2025-06-01', '2025-06-03');
    const { sites } = intensitiesOf({ estate, sites: ['site'], period, sums: indexSums(days, list) });
    // The second day's export has nothing to be taken off from, and is not taken off the first day's.
    expect(sites[0]?.energy).toBe(20 + 80);
    expect(sitesByDay(estate, ['site'], period)).toEqual(['site']);
    expect(sitesByDay(siteOf([{ id: 'elec' }, sun]), ['site'], period)).toEqual([]);
  });
});

describe('a main that is absent', () => {
  test('is stood for by the topmost sub-meters', () => {
    const estate = siteOf([
      { id: 'east', role: 'sub' },
      { id: 'west', role: 'sub' },
      { id: 'ward', role: 'sub', parent: 'east' },
    ]);
    const figure = siteFigure(estate, { east: 60, west: 40, ward: 25 });
    expect(figure.energy).toBe(100);
    expect(whys(figure)).toEqual({ ward: 'passes-another' });
  });

  test('and comes in July: sub-meters until June, the main from then on', () => {
    const estate = siteOf([
      { id: 'elec', valid_from: '2025-07-01' },
      { id: 'east', role: 'sub', parent: 'elec' },
    ]);
    const boundaries = withFigureChanges(estate, yearBoundaries);
    expect(boundaries.map(toIso)).toEqual(['2025-01-01T00:00:00Z', '2025-06-30T23:00:00Z', '2026-01-01T00:00:00Z']);
    const sums = indexSums(boundaries, measured(boundaries, { elec: 1_000, east: 700 }));
    const request = { estate, sites: ['site'], period: year };
    expect(intensitiesOf({ ...request, sums }).sites[0]?.energy).toBe(1_700);
    const across = indexSums(yearBoundaries, measured(yearBoundaries, { elec: 1_000, east: 700 }));
    expect(() => intensitiesOf({ ...request, sums: across })).toThrow(/a bucket reaches across 2025-07-01/);
  });
});

describe('sites that feed each other', () => {
  const estate = estateOf([
    {
      id: 'hospital',
      organisation: 'trust',
      meters: [{ id: 'hv' }, { id: 'hospital-ward', role: 'sub', parent: 'hv' }],
    },
    { id: 'clinic', organisation: 'landlord', meters: [{ id: 'clinic-intake', role: 'sub', parent: 'hv' }] },
    { id: 'lodge', organisation: 'landlord', meters: [{ id: 'lodge-main', parent: 'clinic-intake' }] },
  ]);
  const energies = { hv: 1_000, 'hospital-ward': 300, 'clinic-intake': 200, 'lodge-main': 50 };

  test('each have what stays with them, and together what came in', () => {
    const { sites, organisations, estate: whole } = figures(estate, energies);
    expect(sites.map((site) => site.energy)).toEqual([800, 150, 50]);
    expect(organisations.map((one) => [one.place.id, one.energy])).toEqual([
      ['trust', 800],
      ['landlord', 200],
    ]);
    expect(whole).toMatchObject({ energy: 1_000, value: 1_000 / 3_000 });
  });

  test('say so when more passes on than came in', () => {
    const hospital = siteFigure(estate, { ...energies, hv: 150 }, 'hospital');
    expect(hospital.energy).toBe(0);
    expect(codes(hospital)).toEqual(['below-zero hospital']);
  });
});

describe('buildings', () => {
  const estate = siteOf(
    [
      { id: 'elec' },
      { id: 'gas', utility: 'gas' },
      { id: 'tower-elec', role: 'sub', parent: 'elec', building: 'tower' },
      { id: 'theatre', role: 'sub', parent: 'tower-elec', building: 'tower' },
      { id: 'annexe-elec', role: 'sub', parent: 'tower-elec', building: 'annexe' },
      { id: 'tower-heat', utility: 'heat', role: 'sub', parent: 'gas', building: 'tower' },
      { id: 'pv', role: 'generation', technology: 'solar', building: 'annexe' },
      { id: 'export', role: 'export' },
    ],
    {
      buildings: [
        { id: 'tower', name: 'Tower', gross_internal_area_m2: 500 },
        { id: 'annexe', name: 'Annexe' },
        { id: 'store', name: 'Store', gross_internal_area_m2: 10 },
      ],
    },
  );
  const energies = {
    elec: 900,
    gas: 2_000,
    'tower-elec': 600,
    theatre: 100,
    'annexe-elec': 150,
    'tower-heat': 1_700,
    pv: 80,
    export: 20,
  };
  const { buildings, sites } = figures(estate, energies);

  test('have what passes them, without what serves another building and without heat from the own plant', () => {
    expect(buildings.map((one) => [one.site, one.place.id, one.energy, one.value])).toEqual([
      ['site', 'tower', 450, 0.9],
      ['site', 'annexe', 150 + 60, undefined],
      ['site', 'store', undefined, undefined],
    ]);
    expect(buildings.map((one) => codes(one))).toEqual([
      ['heat-from-own-plant tower'],
      ['area-unknown annexe'],
      ['no-meter store'],
    ]);
    expect(sites[0]?.energy).toBe(900 + 2_000 + 60);
  });

  test('say which meters they have', () => {
    expect(buildings[0]?.included).toEqual([
      { meter: 'tower-elec', as: 'purchased', times: 1 },
      { meter: 'annexe-elec', as: 'purchased', times: -1 },
    ]);
  });

  test('are among the meters whose sums are asked for; the others that do not count are not', () => {
    expect(metersNeeded(estate, ['site'], year)).toEqual(['annexe-elec', 'elec', 'export', 'gas', 'pv', 'tower-elec']);
  });
});

describe('the area', () => {
  const elec = [{ id: 'elec' }];

  test('that changes in the year is weighted by days', () => {
    const changed = siteOf(elec, {
      gross_internal_area_m2: [
        { from: '2020-01-01', value: 1000 },
        { from: '2025-07-01', value: 2000 },
      ],
    });
    const figure = siteFigure(changed, { elec: 100_000 });
    expect(figure.value).toBeCloseTo(100_000 / ((181 * 1000 + 184 * 2000) / 365), 9);
  });

  test('of a site that closed counts while it was open, for the estate too', () => {
    const estate = estateOf([
      { id: 'open', meters: [{ id: 'a' }] },
      { id: 'closed', valid_to: '2025-03-31', meters: [{ id: 'b', valid_to: '2025-03-31' }] },
      { id: 'gone', valid_to: '2020-03-31', meters: [] },
    ]);
    const boundaries = withFigureChanges(estate, yearBoundaries);
    const list = measured(boundaries, { a: 0, b: 0 }).map((sum) => {
      const energy = sum.meter === 'a' ? 1_000 : sum.bucket === 0 ? 500 : 0;
      return { ...sum, energy, measuredEnergy: energy };
    });
    const request = { estate, sites: ['open', 'closed', 'gone'], period: year };
    const { sites, estate: whole } = intensitiesOf({ ...request, sums: indexSums(boundaries, list) });
    expect(sites.map((site) => site.energy)).toEqual([2_000, 500, undefined]);
    expect(sites[1]?.area.area).toBeCloseTo((1000 * 90) / 365, 9);
    expect(codes(sites[1] as IntensityFigure)).toEqual(['not-open closed']);
    expect(whole.area.area).toBeCloseTo(1000 + (1000 * 90) / 365, 9);
    expect(whole.energy).toBe(2_500);
  });

  test('that is not known leaves the intensity unknown and the energy as it is', () => {
    const late = siteOf(elec, { gross_internal_area_m2: [{ from: '2026-05-01', value: 10 }] });
    const figure = siteFigure(late, { elec: 100 });
    expect(figure).toMatchObject({ energy: 100, value: undefined });
    expect(codes(figure)).toEqual(['area-unknown site']);
  });
});

describe('the measured share', () => {
  const estate = siteOf([{ id: 'elec' }, { id: 'gas', utility: 'gas' }]);
  const day = bucketsOf('2025-06-01', '2025-06-02', 'day');
  const base = { bucket: 0, volume: 0, measuredVolume: 0 };

  /** The share of a day for sums given. */
  function share(list: readonly Partial<MeterSum>[]): IntensityFigure {
    const sums = list.map(
      (sum): MeterSum => ({
        ...base,
        meter: 'elec',
        energy: 0,
        measuredEnergy: 0,
        measuredHalfHours: 0,
        estimatedHalfHours: 0,
        missingHalfHours: 0,
        ...sum,
      }),
    );
    const period = dates('2025-06-01', '2025-06-02');
    const figure = intensitiesOf({ estate, sites: ['site'], period, sums: indexSums(day, sums) }).sites[0];
    if (!figure) throw new Error('no figure');
    return figure;
  }

  const gas = { meter: 'gas', energy: 300, measuredEnergy: 300, measuredHalfHours: 48 };

  test('is by energy, and by time beside it', () => {
    const elec = { energy: 100, measuredEnergy: 60, measuredHalfHours: 24, estimatedHalfHours: 24 };
    expect(share([elec, gas]).measuredShare).toEqual({ byAmount: 360 / 400, byTime: 72 / 96 });
  });

  test('weighs missing half-hours by what is expected of the meter', () => {
    const elec = { energy: 50, measuredEnergy: 50, measuredHalfHours: 24, missingHalfHours: 24 };
    const figure = share([elec, gas]);
    expect(figure.energy).toBe(350);
    expect(figure.measuredShare).toEqual({ byAmount: 350 / 400, byTime: 72 / 96 });
  });

  test('does not weigh a gap twice whose total is known', () => {
    const elec = { energy: 100, measuredEnergy: 50, measuredHalfHours: 24, missingHalfHours: 24 };
    expect(share([elec, gas]).measuredShare.byAmount).toBe(350 / 400);
  });

  test('takes the share that was worked out with the gaps at hand', () => {
    const elec = { energy: 70, measuredEnergy: 50, measuredHalfHours: 24, missingHalfHours: 24, measuredShare: 0.5 };
    expect(share([elec, gas]).measuredShare.byAmount).toBe(350 / 400);
  });

  test('weighs what is known as a total only by its energy, not by its time', () => {
    const tank = { energy: 100, missingHalfHours: 48 };
    expect(share([tank, gas]).measuredShare).toEqual({ byAmount: 300 / 400, byTime: 48 / 96 });
  });

  test('falls to that of time where a counted meter says nothing, with its name', () => {
    const figure = share([gas]);
    expect(figure.measuredShare).toEqual({ byAmount: 0.5, byTime: 0.5 });
    expect(codes(figure)).toEqual(['meter-silent elec']);
    expect(fuels(figure)).toEqual([
      ['electricity', 'purchased', undefined],
      ['gas', 'purchased', 300],
    ]);
  });

  test('of nothing at all is nothing, and the use is unknown instead of 0', () => {
    const figure = share([]);
    expect(figure).toMatchObject({ value: undefined, energy: undefined, measuredShare: { byAmount: 0, byTime: 0 } });
  });

  test('of a site that measured no use is whole', () => {
    const none = { energy: 0, measuredEnergy: 0, measuredHalfHours: 48 };
    const figure = share([none, { ...none, meter: 'gas' }]);
    expect(figure).toMatchObject({ value: 0, energy: 0, measuredShare: { byAmount: 1, byTime: 1 } });
  });
});

test('changes are those of meters and of years, in order', () => {
  const estate = siteOf([{ id: 'a', valid_from: '2025-02-01', valid_to: '2026-02-28' }]);
  expect(figureChanges(estate, dates('2024-12-01', '2026-06-01')).map(toIso)).toEqual([
    '2025-01-01T00:00:00Z',
    '2025-02-01T00:00:00Z',
    '2026-01-01T00:00:00Z',
    '2026-03-01T00:00:00Z',
  ]);
});
