/**
 * The readiness of the sample's hospital and options of panels there, on a DuckDB store that holds a year of its
 * half-hours, as the API asks for them; by turns with the floor, which is to read the same half-hours and nothing else.
 */
import { join } from 'node:path';
import { loadEstate } from '../../cli/load-estate.ts';
import type { Meter } from '../../domain/estate/estate.ts';
import { byRegression, flowBy, type PerformanceOf } from '../../domain/readiness/performance.ts';
import { halfHoursOf, startOfDay } from '../../domain/time.ts';
import { weatherOf } from '../../simulators/weather.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import { readReadiness } from '../../store/plan-readiness.ts';
import { readRenewables } from '../../store/plan-renewables.ts';
import { withRememberedSums } from '../../store/remembered-sums.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StoredHalfHour } from '../../store/reading-store.ts';
import { say } from './child.ts';

export interface ReadinessOptions {
  readonly folder: string;
  readonly rounds: number;
}

const { folder, rounds }: ReadinessOptions = JSON.parse(process.argv[2] ?? '');
const { estate } = loadEstate(join(import.meta.dirname, '../../estates/sample'));
const year = { from: startOfDay('2025-11-01'), to: startOfDay('2026-11-01') };
const now = startOfDay('2026-11-20');
const starts = halfHoursOf(year);
const weather = weatherOf(7, year.from, starts.length);
const clock = (): number => now;
const state = openStateStore(join(folder, 'readiness-state.sqlite'), { clock, holder: 'bench' });
const store = withRememberedSums(await openDuckDbStore({ path: join(folder, 'readiness.duckdb') }), state);

/** kWh of a half-hour, cold for what heats. */
function energyOf({ utility, end_use: use }: Meter, i: number): number {
  const cold = Math.max(0, 15.5 - (weather.felt[i] ?? 0));
  const heat = 120 + 90 * cold;
  const clock = 0.7 + 0.5 * Math.sin((Math.PI * (i % 48)) / 48) ** 2;
  if (utility === 'heat') return heat * clock;
  if (utility === 'gas') return use === 'boilers' ? (heat * clock) / 0.82 : (1.2 * heat * clock) / 0.82;
  return 480 * clock;
}

const wanted = ['sal-e-main', 'sal-g-main', 'sal-g-boilers', 'sal-h-boilers'];
const meters = wanted.flatMap((id) => estate.meters.get(id) ?? []);
for (const meter of meters) {
  const rows = starts.map((start, i): StoredHalfHour => {
    const { id, site, utility } = meter;
    const [energy, volume] = [energyOf(meter, i), undefined];
    const quality = i % 97 === 0 ? 'missing' : 'measured';
    const rule = quality === 'missing' ? 'gap' : 'register';
    return { meter: id, site, utility, start, energy, volume, quality, rule, registerVersion: 1 };
  });
  await store.writeHalfHours(rows);
}
await store.write(
  starts.map((at, i) => {
    const value = weather.temperature[i] ?? 0;
    const series = { meter: 'outside-temperature', quantity: 'temperature', kind: 'interval' } as const;
    return { ...series, at, value, period: 1800, received: at };
  }),
);

const site = estate.sites.get('saltmere-general');
if (!site || meters.length < wanted.length) throw new Error('the sample has another hospital now');
const shared = { site, supplyPoint: undefined, year, tariffs: undefined, carry: undefined, seesRates: true, now };
const stores = { store, state };

async function readiness(): Promise<number> {
  const plant = {
    performance: byRegression('when2heat-2019', 'air') as PerformanceOf,
    source: undefined,
    flow: flowBy([{ outside: 0, flow: 55 }]),
    size: undefined,
    backup: 'none' as const,
  };
  const study = { plant, fabricShare: 0, powerFactor: undefined, designTemperature: -5, flows: [35, 45, 55, 65] };
  const heat = { heatFrom: undefined, boilerEfficiency: undefined, fuelPence: undefined, building: undefined };
  const { tariffs } = await readReadiness(stores, estate, { ...shared, ...heat, study });
  return tariffs.filter(({ totals }) => totals).length;
}

async function renewables(): Promise<number> {
  const options = [100, 200, 400, 800, 1_600].map((kwp) => {
    return { name: `${kwp} kWp`, kwp, battery: { capacity: kwp, power: kwp / 2, efficiency: 0.85 } };
  });
  const panels = { meter: undefined, series: undefined, ofKwp: undefined, perYear: undefined };
  const asked = { ...shared, yield: panels, options, exportPence: 5, submitted: 'month' as const };
  const { tariffs } = await readRenewables(stores, estate, estate, asked);
  return tariffs.filter(({ totals }) => totals).length;
}

/** The same half-hours, read and nothing done with them. */
async function bare(): Promise<number> {
  let rows = 0;
  for (const id of wanted) rows += (await store.halfHours([id], year)).length;
  return rows;
}

async function timed(what: string, work: () => Promise<number>): Promise<void> {
  const began = performance.now();
  const found = await work();
  say({ what, ms: performance.now() - began, found });
}

for (let round = 0; round < rounds; round++) {
  await timed('bare', bare);
  await timed('readiness', readiness);
  await timed('renewables', renewables);
}
await store.close();
state.close();
