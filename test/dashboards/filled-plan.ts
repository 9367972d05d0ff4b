import { type Estate, listed } from '../../domain/estate/estate.ts';
import { type MeasureEntry, measureSchema, nonRoutineEventSchema } from '../../domain/plan/register.ts';
import { baselineSchema } from '../../domain/reports/register.ts';
import { addDays, dateOf, type LocalDate } from '../../domain/time.ts';
import { ShownPlan } from '../../ingest/shown-plan.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';

const source = 'invented for the test';

/**
 * The plan of the filled house: two measures that the gas meter of the surgery shows together and two that its water
 * meter does, one that no meter shows, one of which a meter shows the contrary, what panels make, and what is to come
 * in an order that is to be asked about. Its organisation gets a baseline, so that it has a way. All of it is invented.
 */
export function withPlan(estate: Estate, now: number): Estate {
  const event = {
    id: 'fen-evenings',
    name: 'Evening surgeries began',
    meters: ['fen-e-main'],
    from: addDays(dateOf(now), -30),
    source,
  };
  const lists = {
    ...estate.lists,
    measures: measuresOn(dateOf(now)),
    non_routine_events: [nonRoutineEventSchema.parse(event)],
    baselines: [...listed(estate, 'baselines'), baselineSchema.parse(baseline)],
  };
  return { ...estate, lists };
}

function measuresOn(today: LocalDate): MeasureEntry[] {
  const on = (days: number): LocalDate => addDays(today, -days);
  const entries = [...wereDone(on), ...areToCome(on)];
  return entries.map((entry) => measureSchema.parse({ name: `The measure ${entry.id}`, ...entry }));
}

type DaysAgo = (days: number) => LocalDate;

const of = (site: string, meter: string | undefined, capital_gbp: number) => ({
  site,
  ...(meter === undefined ? {} : { meters: [meter] }),
  ...(capital_gbp === 0 ? {} : { cost: { capital_gbp, source } }),
  life_years: 20,
  owner: 'Estates',
  source,
});
const kwh = (utility: string, saves_kwh: number) => ({ utility, saves_kwh });

function wereDone(on: DaysAgo) {
  /** Works that began so many days ago, and their last day. */
  const done = (first: number, last: number) => ({
    works: { from: on(first), to: on(last) },
    status: [{ from: on(last - 1), is: 'installed' }],
  });
  const water = (saves_m3: number) => ({ expected: [{ utility: 'water', saves_m3 }] });
  const gas = (capital: number) => of('fennick', 'fen-g-main', capital);
  const taps = (capital: number) => ({ kind: 'other', step: 1, ...of('fennick', 'fen-w-main', capital) });
  return [
    { id: 'fen-roof', kind: 'insulation', ...gas(18_000), ...done(380, 376), expected: [kwh('gas', 9_000)] },
    { id: 'fen-windows', kind: 'glazing', ...gas(31_000), ...done(378, 374), expected: [kwh('gas', 6_000)] },
    { id: 'fen-taps', ...taps(900), ...done(24, 21), ...water(40) },
    { id: 'fen-cisterns', ...taps(1_200), ...done(22, 19), ...water(20) },
    {
      id: 'fen-lamps',
      kind: 'led_lighting',
      ...of('fennick', undefined, 7_500),
      ...done(60, 51),
      expected: [kwh('electricity', 5_000)],
    },
    // More is used since, of which nobody knows why.
    {
      id: 'lar-sub-meters',
      kind: 'sub_metering',
      ...of('larkhollow', 'lar-e-main', 2_000),
      ...done(390, 386),
      expected: [kwh('electricity', 2_500)],
    },
    {
      id: 'bra-panels',
      kind: 'solar_pv',
      ...of('brackenholt', 'bra-e-pv', 0),
      ...done(390, 385),
      expected: [kwh('electricity', 60_000)],
    },
  ];
}

function areToCome(on: DaysAgo) {
  const is = (status: string, days: number) => ({ status: [{ from: on(days), is: status }] });
  const gas = (capital: number) => of('fennick', 'fen-g-main', capital);
  return [
    {
      id: 'fen-heat-pump',
      kind: 'heat_pump',
      ...gas(60_000),
      ...is('approved', 200),
      planned: { from: on(-100), to: on(-130) },
      expected: [kwh('gas', 40_000), kwh('electricity', -13_000)],
      funding: [{ from: 'a scheme', gbp: 20_000, is: 'secured' }],
      after: ['fen-walls'],
    },
    {
      id: 'fen-walls',
      kind: 'insulation',
      ...gas(25_000),
      ...is('proposed', 90),
      planned: { from: on(-300), to: on(-340) },
      expected: [kwh('gas', 8_000)],
    },
    { id: 'fen-wind', kind: 'wind', ...of('fennick', undefined, 0), ...is('withdrawn', 300) },
    {
      id: 'bra-steam',
      kind: 'steam_to_hot_water',
      ...of('brackenholt', undefined, 90_000),
      ...is('funded', 80),
      expected: [kwh('heat', 20_000)],
    },
  ];
}

const baseline = {
  id: 'practices-2019-20',
  organisation: 'wend-practices',
  name: 'NHS Carbon Footprint of energy and water in 2019-20',
  from: '2019-04-01',
  to: '2020-03-31',
  boundary: 'nhs_carbon_footprint',
  factor_year: 'majority',
  factor_sets: ['2019'],
  frozen_on: '2022-09-12',
  source,
  sites: ['quillby', 'larkhollow', 'fennick', 'thistlecombe'].map((site) => ({ site, emissions_kgco2e: 30_000 })),
};

/** The plan as the deriver publishes it. */
export async function fillPlan(
  { store, state, estate }: { readonly store: ReadingStore; readonly state: StateStore; readonly estate: Estate },
  now: number,
): Promise<void> {
  const plan = new ShownPlan(store, state);
  do await plan.look(estate, now);
  while (!plan.isDone);
}
