import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { reconciliationAnswerSchema } from '../../api/contract/reconciliation.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { testEstate } from './estate.ts';
import { bearer, type Rig, startRig } from './rig.ts';
import { sampleEnergy, writeSample } from './sample-days.ts';

/** What the hospital's intake and its sub-meters leave over, added up here half-hour by half-hour. */

type Row = z.output<typeof reconciliationAnswerSchema>['balances'][number];

const silentDay = '2026-01-06';
let rig: Rig;
let key: Record<string, string>;
beforeAll(async () => {
  const estate = testEstate();
  const sites = new Map(estate.sites);
  const hospital = sites.get('hospital');
  if (hospital) sites.set('hospital', { ...hospital, usual_accuracy: { electricity: 0.01 } });
  const meters = new Map(estate.meters);
  const lights = meters.get('hospital-lights');
  if (lights) meters.set('hospital-lights', { ...lights, accuracy: 0.02 });
  const changed: Estate = { ...estate, sites, meters };
  rig = await startRig({ estate: () => changed });
  await writeSample(rig, changed, {
    from: '2026-01-01',
    to: '2026-01-15',
    quality: (meter, start) =>
      meter === 'hospital-lights' && new Date(start * 1000).toISOString().startsWith(silentDay)
        ? 'missing'
        : 'measured',
  });
  key = bearer(rig.key({}));
});
afterAll(() => rig.close());

async function ask(query: string): Promise<Row[]> {
  const answer = await rig.app.inject({ url: `/v1/reconciliation?${query}`, headers: key });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return reconciliationAnswerSchema.parse(answer.json()).balances;
}

/** January is at UTC in London: days begin at midnight UTC. */
function residualOf(from: string, halfHours: number): number {
  let sum = 0;
  for (let i = 0; i < halfHours; i++) {
    const start = Date.parse(`${from}T00:00:00Z`) / 1000 + i * 1800;
    const of = (meter: string): number => sampleEnergy(`hospital-${meter}`, start);
    sum += of('main') + of('solar') - of('export') - of('lights') - of('chillers');
  }
  return sum;
}

const week = 'site=hospital&from=2026-01-05&to=2026-01-12';

test('a day is what the half-hours leave over, with what was made and what left', async () => {
  const days = await ask(`${week}&by=day`);
  expect(days.map(({ of, compared_half_hours }) => [of, compared_half_hours])).toEqual(
    [48, 0, 48, 48, 48, 48, 48].map((count) => ['hospital-main', count]),
  );
  expect(days[0]?.residual_kwh).toBeCloseTo(residualOf('2026-01-05', 48), 6);
  expect(days[1]).toMatchObject({ residual_kwh: null, verdict: 'nothing-measured' });
  expect(days[0]).toMatchObject({ verdict: 'above', from: '2026-01-05T00:00:00Z', to: '2026-01-06T00:00:00Z' });
});

test('the whole names a load without a meter; hours of the week and half-hours add up to it', async () => {
  const [whole, ...others] = await ask(week);
  expect(others).toEqual([]);
  expect(whole).toMatchObject({
    of: 'hospital-main',
    compared_half_hours: 288,
    cause: 'unmetered-load',
    suspect: null,
    accuracy_of_site: ['hospital-main', 'hospital-chillers', 'hospital-solar', 'hospital-export'],
    not_measured: ['hospital-lights 48'],
  });
  const sum = (rows: readonly Row[]): number => rows.reduce((total, row) => total + (row.residual_kwh ?? 0), 0);
  const hours = await ask(`${week}&by=hour_of_week`);
  expect(hours.length).toBe(168);
  expect(sum(hours)).toBeCloseTo(whole?.residual_kwh ?? 0, 6);
  const halfHours = await ask(`${week}&by=half_hour`);
  expect(halfHours.length).toBe(336);
  expect(sum(halfHours)).toBeCloseTo(whole?.residual_kwh ?? 0, 6);
});

test('a meter is asked for as the whole or as a part', async () => {
  const range = 'from=2026-01-05&to=2026-01-06';
  expect((await ask(`meter=hospital-lights&${range}`)).map(({ of }) => of)).toEqual(['hospital-main']);
  expect(await ask(`meter=hospital-water&${range}`)).toEqual([]);
  expect(await ask('site=hospital&from=2031-01-01&to=2031-01-02')).toEqual([]);
});
