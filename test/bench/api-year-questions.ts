/**
 * Year questions to the API over 1,140 meters and a year of days in DuckDB, against the bare SQL that reads the same
 * rows; and long answers. Run with `node test/bench/api-year-questions.ts`.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { buildServer } from '../../api/server.ts';
import { type Estate, type Meter, meterSchema, siteSchema } from '../../domain/estate.ts';
import { addDays, boundariesOf, halfHoursInDay, halfHoursOf, startOfDay } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { DayFigure } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';

const siteCount = 190;
const from = '2025-01-01';
const to = '2026-01-01';

/** 190 sites of six meters; one site in five exports, so that its days are looked at one by one. */
function largeEstate(): Estate {
  const sites = Array.from({ length: siteCount }, (_, i) =>
    siteSchema.parse({
      id: `site-${i}`,
      name: `Site ${i}`,
      organisation: `org-${i % 6}`,
      type: 'other',
      gross_internal_area_m2: 1_000 + i,
    }),
  );
  const entry = (id: string, utility: string, role: string, unit: string, more: object = {}): Meter => ({
    ...meterSchema.parse({ id, name: id, utility, role, unit, ...more }),
    site: id.split('--')[0] ?? '',
  });
  const meters = sites.flatMap(({ id }, i) => [
    entry(`${id}--electricity`, 'electricity', 'main', 'kWh'),
    entry(`${id}--gas`, 'gas', 'main', 'kWh'),
    entry(`${id}--water`, 'water', 'main', 'm3'),
    entry(`${id}--lights`, 'electricity', 'sub', 'kWh', { parent: `${id}--electricity`, end_use: 'lighting' }),
    entry(`${id}--solar`, 'electricity', 'generation', 'kWh', { technology: 'solar' }),
    i % 5 === 0
      ? entry(`${id}--export`, 'electricity', 'export', 'kWh')
      : entry(`${id}--fans`, 'electricity', 'sub', 'kWh', { parent: `${id}--electricity`, end_use: 'ventilation' }),
  ]);
  return {
    name: 'A large estate',
    version: 1,
    organisations: new Map(Array.from({ length: 6 }, (_, i) => [`org-${i}`, { id: `org-${i}`, name: `Org ${i}` }])),
    sites: new Map(sites.map((site) => [site.id, site])),
    meters: new Map(meters.map((meter) => [meter.id, meter])),
  };
}

function dayOf(meter: Meter, date: string, i: number): DayFigure {
  const water = meter.utility === 'water';
  const amount = 100 + ((i * 7919) % 1000) / 8;
  return {
    meter: meter.id,
    site: meter.site,
    utility: meter.utility,
    day: startOfDay(date),
    energy: water ? 0 : amount,
    volume: water ? amount : 0,
    measuredEnergy: water ? 0 : amount,
    measuredVolume: water ? amount : 0,
    measuredHalfHours: halfHoursInDay(date),
    estimatedHalfHours: 0,
    missingHalfHours: 0,
    measuredShare: 1,
    emissionsLocation: undefined,
  };
}

const [step, given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), 'meterhouse-bench-'));
const path = join(folder, 'readings.duckdb');
const estate = largeEstate();
const meters = [...estate.meters.values()];
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const memory = (): string => `${Math.round(process.memoryUsage.rss() / 1e6)} MB`;

/**
 * The median of the time on the clock, and the mean of processor time, which other work on the machine disturbs less.
 */
async function measure(runs: number, work: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  const median = times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
  return `${median.toFixed(0).padStart(6)} ms, ${((user + system) / 1000 / runs).toFixed(0).padStart(5)} ms of processor`;
}

async function fill(): Promise<void> {
  const store = await openDuckDbStore({ path });
  let i = 0;
  for (let date = from; date < to; date = addDays(date, 1)) {
    await store.writeDays(
      meters.map((meter) => dayOf(meter, date, i++)),
      [],
    );
  }
  const starts = halfHoursOf({ from: startOfDay(from), to: startOfDay(to) });
  const some = meters.slice(0, 11);
  for (const meter of some) {
    await store.writeHalfHours(
      starts.map((start, at) => ({
        meter: meter.id,
        site: meter.site,
        utility: meter.utility,
        start,
        energy: at % 97,
        volume: undefined,
        quality: 'measured',
        rule: 'register',
        registerVersion: 1,
      })),
    );
  }
  await store.close();
}

/** The rows of the day figures, summed by meter and month by DuckDB alone. */
async function bareSql(): Promise<void> {
  const instance = await DuckDBInstance.create(path, { threads: '2' });
  const connection = await instance.connect();
  const cuts = boundariesOf({ from: startOfDay(from), to: startOfDay(to) }, 'month');
  const month = cuts
    .slice(0, -1)
    .map((_, i) => `when at_s < ${cuts[i + 1]} then ${i}`)
    .join(' ');
  const sql = `select series, case ${month} end as bucket, sum(energy), sum(volume), sum(measured_energy),
    sum(measured_volume), sum(measured_half_hours), sum(estimated_half_hours), sum(missing_half_hours)
    from day_meter where at_s >= ${cuts[0]} and at_s < ${cuts.at(-1)} group by series, bucket`;
  const read = async (): Promise<void> => void (await connection.runAndReadAll(sql)).getRows();
  await read();
  const time = await measure(15, read);
  connection.closeSync();
  instance.closeSync();
  say(`bare SQL, the same rows summed by meter and month: ${time}`);
}

async function ask(): Promise<void> {
  const store = await openDuckDbStore({ path });
  const clock = (): number => startOfDay(to) + 86_400;
  const state = openStateStore(join(folder, 'state.sqlite'), { clock, holder: 'bench' });
  const app = await buildServer({
    store,
    state,
    estate: () => estate,
    estateProblems: () => [],
    access: { auth: 'off', host: '127.0.0.1' },
    clock,
    randomBytes,
    log: pino({ level: 'silent' }),
    version: 'bench',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const questions = [
    `/v1/intensity?by=site&bucket=month&from=${from}&to=${to}`,
    `/v1/intensity?by=estate&bucket=month&from=${from}&to=${to}`,
    `/v1/carbon?by=site&bucket=month&from=${from}&to=${to}`,
    `/v1/consumption?by=site&bucket=month&from=${from}&to=${to}`,
    `/v1/consumption?by=meter&bucket=month&from=${from}&to=${to}`,
    `/v1/data-quality?from=${from}&to=${to}`,
    `/v1/consumption?by=meter&bucket=half_hour&from=${from}&to=${to}&meter=${meters
      .slice(0, 11)
      .map(({ id }) => id)
      .join(',')}`,
  ];
  say(`resident before the questions: ${memory()}`);
  for (const question of questions) {
    let bytes = 0;
    const get = async (): Promise<void> => {
      const answer = await fetch(url + question);
      bytes = 0;
      for await (const chunk of answer.body ?? []) bytes += chunk.length;
      if (answer.status !== 200) throw new Error(`${question}: ${answer.status}`);
    };
    await get();
    const time = await measure(7, get);
    say(`${time} ${(bytes / 1e6).toFixed(1).padStart(6)} MB  ${question.slice(0, 90)}  (${memory()})`);
  }
  await app.close();
  await store.close();
  state.close();
}

const steps: Record<string, () => Promise<void>> = { fill, sql: bareSql, ask };

/** Each step is a process of its own, so that the memory of one is not counted for another. */
function runAll(): void {
  try {
    for (const name of ['fill', 'sql', 'ask', 'sql']) {
      spawnSync(process.execPath, [import.meta.filename, name, folder], { stdio: 'inherit' });
    }
    say(`${meters.length} meters, a year of days: ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (step === undefined) runAll();
else await steps[step]?.();
