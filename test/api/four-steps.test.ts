import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planPageAnswerSchema } from '../../api/contract/plan-page.ts';
import { simulatedEstate } from '../../cli/simulated.ts';
import type { SiteStanding } from '../../domain/plan/indicators/figure.ts';
import type { IndicatorName } from '../../domain/plan/indicators/table.ts';
import type { MeasureSaving } from '../../domain/plan/measure-saving.ts';
import { addDays, type Period, startOfDay } from '../../domain/time.ts';
import { makeHistory } from '../../ingest/history.ts';
import { trueSaving } from '../../simulators/register-happenings.ts';
import { readMeasureSavings } from '../../store/plan-savings.ts';
import { readStanding } from '../../store/plan-standing.ts';
import { sampleEstate } from '../simulators/sample-estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';

/**
 * The four steps of the sample estate, from the messages of its meters to what is told of them: the simulator alone
 * knows what each measure truly saved.
 */
const estate = sampleEstate();
const seed = 1;
// A year before the first works, and nine tenths of a year after the last.
const life: Period = { from: startOfDay('2024-09-12'), to: startOfDay('2026-11-05') };
const model = simulatedEstate(estate, { seed, history: life });

/** What the measures are verified by, and all of the three sites whose steps are told. */
const meters = [
  'outside-temperature',
  'sal-e-lighting',
  'sal-e-plant',
  'har-e-main',
  'bra-g-main',
  'bra-w-main',
  'qui-g-main',
  'tid-e-main',
  'tid-g-main',
  'tid-e-heat-pump',
  'tid-h-heat-pump',
  'pel-e-main',
  'pel-e-export',
  'pel-e-pv',
  'pel-e-lighting',
];

let rig: Rig;
let savings: MeasureSaving[] = [];
let standings: SiteStanding[] = [];

beforeAll(async () => {
  rig = await startRig({ estate: () => estate, registers: { of: () => estate, at: () => estate } });
  rig.at(life.to);
  await makeHistory({
    store: rig.store,
    state: rig.state,
    estate,
    meters,
    period: life,
    module: pathToFileURL(join(import.meta.dirname, '../../cli/history-maker.ts')).href,
    request: { estate, seed, life, made: life },
    name: 'four steps',
  });
  savings = await readMeasureSavings(rig, estate, { sites: [...estate.sites.keys()], now: life.to });
  standings = await readStanding(rig, estate, {
    sites: ['tidemarsh', 'pellgate', 'wendmoor'],
    now: life.to,
    by: 'site',
  });
}, 240_000);
afterAll(() => rig.close());

describe('savings', () => {
  test('are verified of each measure that a meter shows', () => {
    const verified = savings.filter(({ outcome }) => outcome.how === 'verified');
    expect(verified.map(({ meter, measures }) => `${meter}: ${measures.join(' ')}`).sort()).toEqual([
      'bra-g-main: bra-roof',
      'bra-w-main: bra-taps',
      'har-e-main: har-pc-shutdown har-led',
      'pel-e-lighting: pel-led',
      'qui-g-main: qui-controls',
      'sal-e-lighting: sal-led',
      'sal-e-plant: sal-ventilation',
      'tid-e-main: tid-heat-pump',
      'tid-g-main: tid-draughts tid-heat-pump',
    ]);
  });

  test('contain what was truly saved', () => {
    const told = savings.flatMap(({ meter = '', measures, outcome, reporting }) => {
      if (outcome.how !== 'verified') return [];
      const { saved, period, knownDays } = outcome.saving;
      const whole = { from: startOfDay(period.first), to: startOfDay(addDays(period.last, 1)) };
      const days = (whole.to - whole.from) / 86_400;
      // Days that an event takes out are as others are, on the whole.
      const truth = (trueSaving(model, measures, meter, whole) * knownDays) / days;
      return [{ meter, reporting, saved, truth, isInside: saved.low <= truth && truth <= saved.high }];
    });
    expect(told).toHaveLength(9);
    expect(told.filter(({ isInside }) => !isInside)).toEqual([]);
  });

  test('are split by what was expected where one meter shows two measures, and the parts are the whole', () => {
    const together = savings.find(({ measures }) => measures.includes('har-led'));
    expect(together?.split.map(({ measure }) => measure)).toEqual(['har-pc-shutdown', 'har-led']);
    const saved = together?.outcome.how === 'verified' ? together.outcome.saving.saved.best : Number.NaN;
    expect(together?.split.reduce((sum, part) => sum + part.saved, 0)).toBeCloseTo(saved, 6);
  });

  test('of panels are what they made, and of a heat pump what it took', () => {
    const metered = savings.flatMap(({ measures, meter = '', outcome, reporting }) => {
      if (outcome.how !== 'metered') return [];
      const period = { from: startOfDay(reporting.first), to: startOfDay(addDays(reporting.last, 1)) };
      const truth = model.amountAt(meter, period.to) - model.amountAt(meter, period.from);
      const { counts, amount } = outcome.metered;
      return [{ measures, counts, near: Math.abs(amount / truth - 1) < 0.001 }];
    });
    expect(metered).toEqual([
      { measures: ['pel-solar'], counts: 'made', near: true },
      { measures: ['tid-heat-pump'], counts: 'taken', near: true },
    ]);
  });

  test('are not told of what no meter shows, what was done before there were readings, and what is not measured', () => {
    const not = savings.flatMap(({ measures, outcome }) => {
      if (outcome.how === 'unverifiable') return [`${measures.join(' ')}: ${outcome.because}`];
      return outcome.how === 'disqualified' ? [`${measures.join(' ')}: ${outcome.gates[0]?.gate}`] : [];
    });
    expect([...new Set(not)].sort()).toEqual([
      'fen-sub-metering: no_meters',
      'thi-heat-pump: use_known',
      'tid-led: use_known',
      'wen-oil-boiler: no_temperature',
    ]);
  });
});

describe('steps', () => {
  const at = (site: string): SiteStanding | undefined => standings.find((one) => one.site === site);
  const valueOf = (site: string, name: IndicatorName): number | undefined =>
    at(site)?.indicators.find(({ indicator }) => indicator === name)?.value;

  test('Tidemarsh Court has all but its panels; Pellgate has panels and draughty walls', () => {
    expect(at('tidemarsh')?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'planned']);
    expect(at('tidemarsh')?.standsAt).toBe(4);
    expect(at('pellgate')?.steps.map(({ state }) => state)).toEqual(['done', 'planned', 'no_measures', 'done']);
    expect(at('pellgate')?.standsAt).toBe(2);
  });

  test('the tank of Wendmoor contradicts that its boiler is out', () => {
    const third = at('wendmoor')?.steps[2];
    expect(third?.state).toBe('contradicted');
    expect(third?.because.join(' ')).toMatch(/wen-o-heating has counted [\d,]+ kWh of burning oil since/);
    expect(valueOf('wendmoor', 'oil')).toBeGreaterThan(100_000);
  });

  test('indicators are what truly passed the meters', () => {
    const { period } = at('tidemarsh') as SiteStanding;
    const passed = (meter: string): number => model.amountAt(meter, period.to) - model.amountAt(meter, period.from);
    expect(valueOf('tidemarsh', 'heat_pump_spf')).toBeCloseTo(passed('tid-h-heat-pump') / passed('tid-e-heat-pump'), 2);
    const [made, sent, bought] = ['pel-e-pv', 'pel-e-export', 'pel-e-main'].map(passed) as [number, number, number];
    expect(valueOf('pellgate', 'generation')).toBeCloseTo(made, -1);
    expect(valueOf('pellgate', 'self_consumption')).toBeCloseTo((100 * (made - sent)) / made, 1);
    expect(valueOf('pellgate', 'self_sufficiency')).toBeCloseTo((100 * (made - sent)) / (bought + made - sent), 1);
  });
});

describe('the page', () => {
  const pageOf = async (format: string): Promise<string> => {
    const url = `/v1/plan?site=tidemarsh&format=${format}`;
    const { statusCode, body } = await rig.app.inject({ url, headers: bearer(rig.key({ role: 'read' })) });
    expect(statusCode).toBe(200);
    return body;
  };

  test('knows of Tidemarsh Court what its meters say', async () => {
    const { plans } = planPageAnswerSchema.parse(JSON.parse(await pageOf('json')));
    const plan = plans[0];
    expect(plan?.headline.length).toBeGreaterThanOrEqual(3);
    expect(plan?.year.measured_share).toBe(1);
    expect(plan?.year.energy_kwh).toBeGreaterThan(100_000);
    expect(plan?.year.emissions_kgco2e).toBeGreaterThan(10_000);
    expect(plan?.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'planned']);
    const verified = plan?.savings.filter(({ outcome }) => outcome === 'verified') ?? [];
    expect(verified.length).toBeGreaterThanOrEqual(2);
    const bounds = verified
      .filter(({ kind }) => kind === 'to_date')
      .flatMap((row) => [row.saved_low_kwh, row.saved_high_kwh]);
    expect(bounds).not.toContain(null);
  });

  test('is read without a hole in it', async () => {
    const html = await pageOf('html');
    expect(html).toContain('Tidemarsh Court');
    expect(html).toContain('Air-source heat pump');
    expect(html).not.toMatch(/NaN|undefined|\[object/);
  });
});
