import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Utility, utilities } from '../../domain/estate/estate.ts';
import { type Activity, activities, factorFor, factorSets } from '../../domain/carbon/factors.ts';
import { limits } from '../../domain/limits.ts';
import { addDays } from '../../domain/time.ts';

const fixtures = join(import.meta.dirname, 'ghg-factors');
const years = Array.from({ length: 11 }, (_, i) => 2016 + i);

/** The factor of a year that must be there. */
function value(utility: Utility, activity: Activity, year: number): number {
  const factor = factorFor(utility, activity, `${year}-06-30`);
  if (!factor) throw new Error(`no ${utility} ${activity} in ${year}`);
  return factor.value;
}

/** How the publisher's labels name what a factor is for. */
const labels: readonly { readonly is: RegExp; readonly utilities: readonly Utility[]; readonly activity: Activity }[] =
  [
    {
      is: /^UK electricity,Electricity generated,Electricity: UK,/,
      utilities: ['electricity'],
      activity: 'generation',
    },
    { is: /,T&D- UK electricity,Electricity: UK,/, utilities: ['electricity'], activity: 'losses' },
    { is: /,WTT- UK electricity \(generation\),/, utilities: ['electricity'], activity: 'well_to_tank_generation' },
    { is: /,WTT- UK electricity \(T&D\),/, utilities: ['electricity'], activity: 'well_to_tank_losses' },
    { is: /^Fuels,.*,Natural gas,/, utilities: ['gas'], activity: 'combustion' },
    { is: /^WTT- fuels,.*,Natural gas,/i, utilities: ['gas'], activity: 'well_to_tank' },
    { is: /^Fuels,.*,Gas oil,/, utilities: ['gas_oil'], activity: 'combustion' },
    { is: /^Fuels,.*,Burning oil,/, utilities: ['burning_oil'], activity: 'combustion' },
    { is: /^Fuels,.*,LPG,/, utilities: ['lpg'], activity: 'combustion' },
    { is: /^Bioenergy,.*,Wood pellets,/, utilities: ['biomass'], activity: 'combustion' },
    { is: /^Heat and steam,.*,District heat and steam,/, utilities: ['heat', 'steam'], activity: 'generation' },
    { is: /^WTT- fuels,.*,Gas oil,/i, utilities: ['gas_oil'], activity: 'well_to_tank' },
    { is: /^WTT- fuels,.*,Burning oil,/i, utilities: ['burning_oil'], activity: 'well_to_tank' },
    { is: /^WTT- fuels,.*,LPG,/, utilities: ['lpg'], activity: 'well_to_tank' },
    { is: /^WTT- bioenergy,.*,Wood pellets,/, utilities: ['biomass'], activity: 'well_to_tank' },
    { is: /,Distribution - district heat & steam,5% loss,/, utilities: ['heat', 'steam'], activity: 'losses' },
    {
      is: /^WTT- heat and steam,.*,District heat and steam,/,
      utilities: ['heat', 'steam'],
      activity: 'well_to_tank_generation',
    },
    {
      is: /,WTT- district heat & steam distribution,5% loss,/,
      utilities: ['heat', 'steam'],
      activity: 'well_to_tank_losses',
    },
    { is: /^Water supply,/, utilities: ['water'], activity: 'supply' },
    { is: /^Water treatment,/, utilities: ['water'], activity: 'treatment' },
  ];

interface Row {
  readonly year: number;
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

const rows: readonly Row[] = readFileSync(join(fixtures, 'flat-files.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => {
    const cells = line.split(',');
    return {
      year: Number(cells[0]),
      label: cells.slice(2, 7).join(','),
      unit: `${cells[6]} ${cells[7]}`.toLowerCase(),
      value: Number(cells[9]),
    };
  });

describe("the publisher's flat files", () => {
  test('are all here: nine years, twenty factors, eighteen before LPG', () => {
    expect(rows).toHaveLength(8 * 18 + 20);
    expect(new Set(rows.map((row) => row.year)).size).toBe(9);
  });

  test.each(rows)('$year $label', ({ year, label, unit, value: published }) => {
    const named = labels.filter((one) => one.is.test(label));
    expect(named).toHaveLength(1);
    expect(unit).not.toMatch(/net cv|tonne|litre/);
    for (const utility of named[0]?.utilities ?? []) {
      const factor = factorFor(utility, named[0]?.activity as Activity, `${year}-01-01`);
      expect(factor).toMatchObject({ value: published, set: String(year), standing: 'verified', unit: 'kgCO2e' });
      expect(factor?.per).toBe(unit.includes('cubic') ? 'm3' : 'kWh');
    }
  });
});

const headline = z
  .record(z.string(), z.record(z.string(), z.number()))
  .parse(JSON.parse(readFileSync(join(fixtures, 'headline-by-year.json'), 'utf8')));
const headlineNames: Record<string, [Utility, Activity]> = {
  natural_gas_kwh_gross: ['gas', 'combustion'],
  natural_gas_wtt_kwh_gross: ['gas', 'well_to_tank'],
  electricity_generated_kwh: ['electricity', 'generation'],
  electricity_td_kwh: ['electricity', 'losses'],
  electricity_wtt_generation_kwh: ['electricity', 'well_to_tank_generation'],
  electricity_wtt_td_kwh: ['electricity', 'well_to_tank_losses'],
  water_supply_m3: ['water', 'supply'],
  water_treatment_m3: ['water', 'treatment'],
};
const headlines = Object.entries(headline).flatMap(([year, list]) =>
  Object.entries(list).map(([name, published]) => ({ year: Number(year), name, published })),
);

describe('the short table of the same publications', () => {
  test('reaches from 2016 to 2025', () => {
    expect(headlines).toHaveLength(71);
  });

  test.each(headlines)('$year $name', ({ year, name, published }) => {
    const [utility, activity] = headlineNames[name] ?? [];
    if (!utility || !activity) throw new Error(`${name} is not known`);
    expect(value(utility, activity, year)).toBe(published);
  });
});

describe('the table', () => {
  test('has one set for each year, no day without a set and none with two', () => {
    const sets = factorSets();
    expect(sets.map((set) => set.set)).toEqual(years.map(String));
    expect(sets[0]?.validFrom).toBe('2016-01-01');
    expect(sets.at(-1)?.validTo).toBe('2026-12-31');
    const days = sets.map((set) => set.validFrom);
    expect(days.slice(1)).toEqual(sets.slice(0, -1).map((set) => addDays(set.validTo, 1)));
    for (const set of sets) expect(set.licence).toMatch(/Open Government Licence v3\.0/);
  });

  const all = factorSets().flatMap((set) => set.factors);

  test('says nothing twice in a year', () => {
    // Heat stands for steam too, in four rows of a year; in 2024 two of them are known.
    expect(all.length).toBe(164 + 9 * 4 + 11 + 2 + 6);
    expect(new Set(all.map((factor) => `${factor.set} ${factor.utility} ${factor.activity}`)).size).toBe(all.length);
  });

  test.each(years)('%i has gas and electricity of its own on its first and last day', (year) => {
    for (const date of [`${year}-01-01`, `${year}-12-31`]) {
      const standing = year === 2026 ? 'quoted' : 'verified';
      expect(factorFor('gas', 'combustion', date)).toMatchObject({ set: String(year), standing });
      expect(factorFor('electricity', 'generation', date)).toMatchObject({ set: String(year), standing });
    }
  });

  test('gives each activity its scope', () => {
    expect(factorFor('gas', 'combustion', '2025-01-01')?.scope).toBe(1);
    expect(factorFor('electricity', 'generation', '2025-01-01')?.scope).toBe(2);
    expect(Object.values(activities).filter((activity) => activity.scope === 3)).toHaveLength(6);
  });
});

describe('a factor that is missing', () => {
  test('C11: water in 2026 is that of 2025, visibly, and not 0', () => {
    const factor = factorFor('water', 'supply', '2026-03-01');
    expect(factor).toMatchObject({ value: 0.1913, standing: 'carried forward', set: '2025' });
  });

  test('is carried forward a few years and then refused', () => {
    const last = 2026 + limits.factorCarriedYears;
    expect(factorFor('electricity', 'generation', `${last}-12-31`)).toMatchObject({
      standing: 'carried forward',
      set: '2026',
    });
    expect(factorFor('electricity', 'generation', `${last + 1}-01-01`)).toBeUndefined();
  });

  test('is never taken from a later year', () => {
    expect(factorFor('lpg', 'combustion', '2024-12-31')).toBeUndefined();
    expect(factorFor('electricity', 'generation', '2015-12-31')).toBeUndefined();
  });

  test.each(['coal', 'cooling'] as const)('%s is in no file here, so it is refused', (utility) => {
    expect(utilities).toContain(utility);
    for (const activity of ['combustion', 'generation'] as const) {
      expect(factorFor(utility, activity, '2025-06-01')).toBeUndefined();
    }
  });
});

describe('values seen under a wrong name in public code', () => {
  test.each([
    ['0.21233 is electricity of 2021, not of 2024', 'electricity', 'generation', 0.21233, 2021, 2024],
    ['0.18316 is gas of 2021, not of 2025', 'gas', 'combustion', 0.18316, 2021, 2025],
  ] as const)('%s', (_, utility, activity, trap, right, wrong) => {
    expect(value(utility, activity, right)).toBe(trap);
    expect(value(utility, activity, wrong)).not.toBe(trap);
  });

  test('supply and treatment of 2025 are not swapped', () => {
    expect(value('water', 'supply', 2025)).toBe(0.1913);
    expect(value('water', 'treatment', 2025)).toBe(0.17088);
  });

  test('gas is per kWh of gross calorific value: below 0.19, where net is above 0.2', () => {
    for (const year of years) expect(value('gas', 'combustion', year)).toBeLessThan(0.19);
  });
});

describe('the step of 2026', () => {
  test('is said with the electricity of 2026, and with nothing else', () => {
    const stepped = factorSets().flatMap((set) => set.factors.filter((factor) => factor.step !== undefined));
    expect(stepped.map((factor) => [factor.set, factor.utility, factor.activity])).toEqual([
      ['2026', 'electricity', 'generation'],
    ]);
    expect(value('electricity', 'generation', 2026) / value('electricity', 'generation', 2025)).toBeCloseTo(0.74, 2);
  });
});
