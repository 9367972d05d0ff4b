import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { planSavingsAnswerSchema } from '../../api/contract/plan-savings.ts';
import type { AlertEvent } from '../../domain/alerts/life.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { exportWords } from '../../domain/plan/measure-saving.ts';
import { type MeasureEntry, measureSchema, nonRoutineEventSchema } from '../../domain/plan/register.ts';
import { addDays, dayPeriod, halfHoursInDay, type LocalDate, startOfDay } from '../../domain/time.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { readMeasureSavings } from '../../store/plan-savings.ts';
import { conclude, raise } from '../store/raise-alerts.ts';
import { leak } from './alert-samples.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/**
 * Three years of days of a hospital whose measures saved what we say. Lights know no weather; gas follows it; both have
 * a noise of a few per cent that is the same each time.
 */
const [first, today] = ['2024-01-01', '2026-11-26'];
const lightsSave = 30;
const heatSaves = 0.2;

function measure(id: string, entry: object, works?: readonly [string, string]): MeasureEntry {
  return measureSchema.parse({
    id,
    name: id,
    kind: 'building_controls',
    site: 'hospital',
    status: [{ from: works?.[1] ?? '2024-01-01', is: works ? 'installed' : 'proposed' }],
    ...(works && { works: { from: works[0], to: works[1] } }),
    source: 'of our making',
    ...entry,
  });
}
const expected = (utility: string, saves_kwh: number) => ({ expected: [{ utility, saves_kwh }] });

const measures = [
  measure('led', { meters: ['hospital-lights'], ...expected('electricity', 10_000) }, ['2025-06-01', '2025-06-14']),
  measure('controls', { meters: ['hospital-gas'], ...expected('gas', 60_000) }, ['2025-08-01', '2025-08-10']),
  measure('roof', { kind: 'insulation', meters: ['hospital-gas'], ...expected('gas', 20_000) }, [
    '2025-09-01',
    '2025-09-20',
  ]),
  measure('panels', { kind: 'solar_pv', meters: ['hospital-solar'], ...expected('electricity', 9_000) }, [
    '2025-04-01',
    '2025-04-30',
  ]),
  measure('talks', { kind: 'behaviour' }, ['2025-01-10', '2025-01-31']),
  measure('centre-boiler', { site: 'centre', meters: ['centre-gas'] }, ['2024-05-01', '2024-05-31']),
  measure('later', { meters: ['hospital-gas'] }),
];
const events = [
  { id: 'ward-opened', name: 'A ward', meters: ['hospital-lights'], from: '2026-03-02', adds_per_day: 12 },
].map((event) => nonRoutineEventSchema.parse({ ...event, source: 'of our making' }));

/** A number from −1 to 1 that looks drawn by chance. */
function noiseOf(meter: string, day: number): number {
  const x = Math.sin(day * 12.9898 + meter.length * 78.233) * 43_758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}
const degreesOn = (day: number): number =>
  10 - 8 * Math.cos((2 * Math.PI * (day - 19)) / 365.25) + 3 * noiseOf('the weather', day);
const dayOf = (date: LocalDate): number => Math.round(startOfDay(date) / 86_400);

/** kWh of a day as it would have been without measures. */
function before(meter: string, date: LocalDate): number {
  const day = dayOf(date);
  if (meter === 'hospital-lights') {
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    return (weekday % 6 === 0 ? 70 : 110) + 4 * noiseOf(meter, day);
  }
  if (meter === 'hospital-solar') return 25 - 20 * Math.cos((2 * Math.PI * (day - 10)) / 365.25);
  return 300 + heatOn(date) + 15 * noiseOf(meter, day);
}
const heatOn = (date: LocalDate): number => 80 * Math.max(0, 15.5 - degreesOn(dayOf(date)));

function used(meter: string, date: LocalDate): number {
  const saved =
    meter === 'hospital-lights' && date > '2025-06-14'
      ? lightsSave - (date >= '2026-03-02' ? 12 : 0)
      : meter === 'hospital-gas' && date > '2025-09-20'
        ? heatSaves * heatOn(date)
        : 0;
  return before(meter, date) - saved;
}

function dayFigure(estate: Estate, meter: string, date: LocalDate): DayFigure {
  const { site = '', utility = '' } = estate.meters.get(meter) ?? {};
  const energy = used(meter, date);
  const halfHours = halfHoursInDay(date);
  return {
    meter,
    site,
    utility,
    day: dayPeriod(date).from,
    energy,
    volume: utility === 'gas' ? energy / 8 : 0,
    measuredEnergy: energy,
    measuredVolume: utility === 'gas' ? energy / 8 : 0,
    measuredHalfHours: halfHours,
    estimatedHalfHours: 0,
    missingHalfHours: 0,
    measuredShare: 1,
    emissionsLocation: undefined,
  };
}

const days = (from: LocalDate, to: LocalDate): LocalDate[] => {
  const list: LocalDate[] = [];
  for (let date = from; date < to; date = addDays(date, 1)) list.push(date);
  return list;
};

let rig: Rig;
let key: string;
let whole: Estate;
/** What is told when nothing else is asked for; asked once. */
let usual: z.output<typeof planSavingsAnswerSchema>;
beforeAll(async () => {
  const estate = testEstate();
  const roof = estate.observed?.get('roof');
  const observed = new Map(estate.observed);
  // One reading a day stands for the whole of it.
  if (roof) observed.set('roof', { ...roof, stands_for_half_hours: 48 });
  whole = {
    ...estate,
    observed,
    lists: { ...estate.lists, measures, non_routine_events: events },
  };
  rig = await startRig({ estate: () => whole });
  rig.at(startOfDay(today) + 43_200);
  key = rig.key({ role: 'procurement' });
  const meters = ['hospital-lights', 'hospital-gas', 'hospital-solar'];
  const dates = days(first, today);
  await rig.store.writeDays(
    meters.flatMap((meter) => dates.map((date) => dayFigure(estate, meter, date))),
    [],
  );
  await rig.store.write(
    dates.map((date) => {
      const at = startOfDay(date);
      const one = { quantity: 'temperature', kind: 'instant', period: 0, received: at } as const;
      return { ...one, meter: 'roof', at, value: degreesOn(dayOf(date)) };
    }),
  );
  usual = await ask('');
});
afterAll(() => rig.close());

const ask = async (query: string, by = key) => {
  const answer = await rig.app.inject({ url: `/v1/plan/savings${query}`, headers: bearer(by) });
  return planSavingsAnswerSchema.parse(answer.json());
};

describe('what measures saved', () => {
  test('of lighting is what was saved, each kWh of a known event taken into account', () => {
    const { savings } = usual;
    const [whole, ...years] = savings.filter(({ measures: of }) => of[0] === 'led');
    expect(whole).toMatchObject({
      kind: 'to_date',
      outcome: 'verified',
      verdict: 'saves',
      baseline_from: '2024-06-01',
      baseline_to: '2025-05-31',
      from: '2025-06-15',
      to: '2026-11-25',
      measured_share: 1,
      events: ['ward-opened: its effect is taken into account'],
      expected_kwh_per_year: 10_000,
    });
    const count = days('2025-06-15', today).length;
    expect(whole?.known_days).toBe(count);
    const [low, high] = [whole?.saved_low_kwh ?? Number.NaN, whole?.saved_high_kwh ?? Number.NaN];
    expect(low).toBeLessThan(lightsSave * count);
    expect(high).toBeGreaterThan(lightsSave * count);
    expect(high - low).toBeLessThan(0.2 * lightsSave * count);
    // At 24 p/kWh.
    expect(whole?.saved_gbp_per_year).toBeCloseTo((whole?.saved_kwh_per_year ?? 0) * 0.24, 6);
    // Twelve months, and the months since.
    expect(years.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['year', '2025-06-15', '2026-06-14'],
      ['year', '2026-06-15', '2026-11-25'],
    ]);
    const sum = years.reduce((all, { saved_kwh }) => all + (saved_kwh ?? Number.NaN), 0);
    expect(sum).toBeCloseTo(whole?.saved_kwh ?? 0, 6);
  });

  test('of two on one meter is verified together, and parted by what was expected and no more', () => {
    const { savings } = usual;
    const gas = savings.filter(({ meter }) => meter === 'hospital-gas');
    const [whole] = gas;
    expect(whole).toMatchObject({ measures: ['controls', 'roof'], verdict: 'saves', from: '2025-09-21' });
    const truth = days('2025-09-21', today).reduce((sum, date) => sum + heatSaves * heatOn(date), 0);
    expect(whole?.saved_low_kwh).toBeLessThan(truth);
    expect(whole?.saved_high_kwh).toBeGreaterThan(truth);
    const splits = gas.filter(({ kind }) => kind === 'split');
    expect(splits).toMatchObject([
      { measures: ['controls'], split_share: 0.75, verdict: null, saved_low_kwh: null },
      { measures: ['roof'], split_share: 0.25, verdict: null, saved_low_kwh: null },
    ]);
    const sum = splits.reduce((all, { saved_kwh }) => all + (saved_kwh ?? Number.NaN), 0);
    expect(sum).toBeCloseTo(whole?.saved_kwh ?? 0, 9);
    // What is only proposed is not among them, and no supply point prices gas.
    expect(whole?.saved_gbp_per_year).toBeNull();
  });

  test('of panels is what their meter counted, and of what no meter shows nothing', () => {
    const { savings } = usual;
    const made = days('2025-05-01', today).reduce((sum, date) => sum + used('hospital-solar', date), 0);
    const panels = savings.find(({ measures: of }) => of[0] === 'panels');
    expect(panels).toMatchObject({ outcome: 'metered', verdict: 'made', measured_share: 1, method: null });
    expect(panels?.saved_kwh).toBeCloseTo(made, 6);
    const year = days(addDays(today, -365), today).reduce((sum, date) => sum + used('hospital-solar', date), 0);
    expect(panels?.saved_kwh_per_year).toBeCloseTo(year, 6);
    // The hospital exports, and its export meter says nothing.
    expect(panels).toMatchObject({ saved_gbp_per_year: null, saved_kgco2e_per_year: null });
    expect(panels?.warnings).toEqual([exportWords.export_not_known]);
    const talks = savings.find(({ measures: of }) => of[0] === 'talks');
    expect(talks).toMatchObject({
      outcome: 'unverifiable',
      meter: null,
      saved_kwh: null,
      because: ['the register names no meter that would show it'],
    });
    const boiler = savings.find(({ measures: of }) => of[0] === 'centre-boiler');
    expect(boiler).toMatchObject({ outcome: 'disqualified', saved_kwh: null, verdict: null });
    expect(boiler?.because.join()).toContain('share of the baseline days of which the use is known');
  });

  test('of more meters than may be modelled is refused', async () => {
    const asked = { sites: ['hospital'], now: startOfDay(today) + 43_200, mostModelled: 1 };
    await expect(readMeasureSavings(rig, whole, asked)).rejects.toMatchObject({
      problems: [{ code: 'request.range-too-long', found: '2 meters to be modelled' }],
    });
  });

  test('together is each kWh once, and by CalTRACK it is about the same', async () => {
    const { savings, together } = usual;
    const of = (utility: string) =>
      savings.filter((row) => row.kind === 'to_date' && row.utility === utility && row.saved_kwh !== null);
    for (const { utility, groups, saved_kwh: sum } of together) {
      expect(groups).toBe(of(utility).length);
      expect(sum).toBeCloseTo(
        of(utility).reduce((all, row) => all + (row.saved_kwh ?? 0), 0),
        6,
      );
    }
    expect(together.map(({ utility }) => utility).toSorted()).toEqual(['electricity', 'gas']);
    const caltrack = await ask('?method=caltrack_daily&site=hospital');
    const gas = caltrack.savings.find(({ meter }) => meter === 'hospital-gas');
    expect(gas?.method).toBe('caltrack_daily');
    const ours = savings.find(({ meter }) => meter === 'hospital-gas')?.saved_kwh ?? Number.NaN;
    expect(Math.abs((gas?.saved_kwh ?? 0) / ours - 1)).toBeLessThan(0.2);
  });

  test('says in its head that pounds are left out for a key that may not see prices', async () => {
    expect(usual.warnings).toEqual([]);
    const { warnings } = await ask('', rig.key({ role: 'read' }));
    expect(warnings).toEqual([expect.stringMatching(/^pounds are for keys of procurement: /)]);
  });

  test('holds the alerts whose savings the same meter shows in the same time', async () => {
    const at = startOfDay('2026-02-01');
    const place = {
      family: 'power',
      kind: 'left_on',
      subject: 'hospital-lights',
      meters: ['hospital-lights'],
    } as const;
    const id = raise(rig.state, at, { ...leak, ...place, from: at, to: at + 7200 });
    const saving = {
      claim: `alert:${id}`,
      from: at,
      until: at + 86_400,
      rate: 1,
      perWeek: 168,
      gbpPerWeek: 40,
      kgco2ePerWeek: 30,
    };
    const verified: AlertEvent = { event: 'verified', at, saving, why: 'gone on 7 days' };
    conclude(rig.state, id, verified);
    const { savings } = await ask('?site=hospital');
    expect(savings.find(({ measures: of }) => of[0] === 'led')?.alerts).toEqual([id]);
    expect(savings.find(({ meter }) => meter === 'hospital-gas')?.alerts).toEqual([]);
  });

  test('tells no price to who may not see one', async () => {
    const { savings } = await ask('', rig.key({}));
    expect(savings.length).toBeGreaterThan(5);
    expect(savings.filter(({ saved_gbp_per_year: gbp }) => gbp !== null)).toEqual([]);
  });
});
