/**
 * Baseline models of an estate: three years of days of its meters, out of DuckDB, and by turns the floor of it: one
 * line through each year by least squares, of days that are in memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import { leastSquares } from '../../domain/least-squares.ts';
import { chanceAt, seedOf } from '../../simulators/chance.ts';
import { weatherOf } from '../../simulators/weather.ts';
import { addDays, dayPeriod, daysBetween, halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { observedSchema } from '../../domain/observed/register.ts';
import { readBaselineModels } from '../../store/baseline-models.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import { estateOf } from '../domain/small-estate.ts';
import { cpuMs, say } from './child.ts';

export interface PlanOptions {
  readonly sites: number;
  readonly rounds: number;
}

const { sites, rounds }: PlanOptions = JSON.parse(process.argv[2] ?? '');
const metersOfSite = 10;
/** Three years of 365 days that follow one another, and what walls remember before them. */
const years = ['2023-01-01', '2024-01-01', '2024-12-31'].map((first) => ({ first, last: addDays(first, 364) }));
const from = '2022-12-31';
const dayCount = daysBetween(from, years.at(-1)?.last ?? from) + 1;

const roof = { id: 'roof', name: 'Roof', quantity: 'temperature', unit: 'degC', source: 'simulated' };
const estate: Estate = {
  ...estateOf(
    Array.from({ length: sites }, (_, i) => ({
      id: `s${i}`,
      gross_internal_area_m2: 10_000,
      weather: { temperature: 'roof', method: 'half_hourly', base_degc: 15.5 },
      meters: Array.from({ length: metersOfSite }, (_, k) => ({
        id: `s${i}-m${k}`,
        utility: k % 5 === 0 ? 'heat' : 'electricity',
        role: k === 0 ? 'main' : 'sub',
        valid_from: '2020-01-01',
      })),
    })),
  ),
  observed: new Map([['roof', observedSchema.parse(roof)]]),
};

const start = startOfDay(from);
const { temperature } = weatherOf(1, start, (startOfDay(addDays(from, dayCount)) - start) / halfHourSeconds);

/** kWh of a day: a base that rests at weekends, what the cold asks for, and what comes and goes. */
function useOf(meter: Meter, index: number, degrees: number): number {
  const seed = seedOf(1, meter.id);
  const size = 50 + 500 * chanceAt(seed, -1);
  const rest = index % 7 < 2 ? 0.7 : 1;
  const cold = meter.utility === 'heat' ? 8 : chanceAt(seed, -2) < 0.3 ? 2 : 0;
  return size * (rest + (cold * Math.max(0, 15 - degrees)) / 100 + 0.3 * chanceAt(seed, index));
}

const meters = [...estate.meters.values()];
const means = Array.from({ length: dayCount }, (_, day) => {
  const [first, last] = [startOfDay(addDays(from, day)), startOfDay(addDays(from, day + 1))];
  const slots = temperature.slice((first - start) / halfHourSeconds, (last - start) / halfHourSeconds);
  return slots.reduce((sum, one) => sum + one, 0) / slots.length;
});
const use = new Map(
  meters.map((meter) => [meter.id, Float64Array.from(means, (degrees, day) => useOf(meter, day, degrees))]),
);

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-plan-'));
const store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
const state = openStateStore(join(folder, 'state.sqlite'), {
  clock: () => startOfDay(addDays(from, dayCount)),
  holder: 'bench',
});
try {
  await fill();
  for (let round = 0; round <= rounds; round++) {
    const [began, cpu] = [performance.now(), cpuMs()];
    let models = 0;
    for (const days of years) {
      const found = await readBaselineModels({ store, state }, estate, { meters, days, method: 'day_types' });
      models += found.filter(({ answer }) => 'model' in answer).length;
    }
    const [ms, cpuOf] = [performance.now() - began, cpuMs() - cpu];
    const [bareBegan, bareCpu] = [performance.now(), cpuMs()];
    bare();
    // The first is not counted: what runs a second time is compiled.
    if (round > 0) {
      say({ ms, cpu_ms: cpuOf, models, bare_ms: performance.now() - bareBegan, bare_cpu_ms: cpuMs() - bareCpu });
    }
  }
} finally {
  state.close();
  await store.close();
  rmSync(folder, { recursive: true });
}

/** One line a year: use on degrees below 15.5 °C. */
function bare(): void {
  for (const values of use.values()) {
    for (const { first } of years) {
      const at = daysBetween(from, first);
      const days = values.slice(at, at + 365);
      const cold = Float64Array.from(means.slice(at, at + 365), (degrees) => Math.max(0, 15.5 - degrees));
      leastSquares([new Float64Array(365).fill(1), cold], days);
    }
  }
}

async function fill(): Promise<void> {
  const readings = Array.from(temperature, (value, i) => {
    const at = start + i * halfHourSeconds;
    return { meter: 'roof', quantity: 'temperature', kind: 'instant', at, value, period: 0, received: at } as const;
  });
  await store.write(readings);
  for (let day = 0; day < dayCount; day++) {
    const period = dayPeriod(addDays(from, day));
    const halfHours = (period.to - period.from) / halfHourSeconds;
    const rows = meters.map(({ id, site, utility }): DayFigure => {
      const energy = use.get(id)?.[day] ?? 0;
      return {
        meter: id,
        site,
        utility,
        day: period.from,
        energy,
        volume: 0,
        measuredEnergy: energy,
        measuredVolume: 0,
        measuredHalfHours: halfHours,
        estimatedHalfHours: 0,
        missingHalfHours: 0,
        measuredShare: 1,
        emissionsLocation: undefined,
      };
    });
    await store.writeDays(rows, []);
  }
}
