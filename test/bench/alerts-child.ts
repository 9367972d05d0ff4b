/**
 * The half-hourly look at an estate and a year's replay of one meter, and by turns the floor of each: one score for
 * every half-hour against a middle and a spread that are known (the look), or that are worked out from eight weeks
 * before (the replay).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Looker } from '../../api/watch/looker.ts';
import { readNews } from '../../api/watch/news.ts';
import { recordSeen } from '../../api/watch/record.ts';
import { learningLook } from '../../domain/alerts/look.ts';
import { deviationOf, medianOf } from '../../domain/alerts/robust.ts';
import type { SiteColumns } from '../../domain/alerts/site-columns.ts';
import { columnsAskedFor, type SiteSubjects, subjectsOf } from '../../domain/alerts/subjects.ts';
import { type Estate, estateFileSchema, type Meter } from '../../domain/estate/estate.ts';
import { addDays, dateOf, daySeconds, halfHourSeconds, startOfDay } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { StoredHalfHour } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import { cpuMs, say } from './child.ts';

export interface AlertsOptions {
  readonly sites: number;
  readonly rounds: number;
}

const { sites, rounds }: AlertsOptions = JSON.parse(process.argv[2] ?? '');
const until = startOfDay('2026-04-20') + 10 * 3600;

/** Ten meters at each site: electricity and six below it, gas, heat and water. */
const uses = ['theatres', 'wards', 'plant', 'lighting', 'catering', 'imaging'];
function metersOf(site: string): object[] {
  const meter = (id: string, rest: object): object => ({ id: `${site}-${id}`, name: id, unit: 'kWh', ...rest });
  return [
    meter('e', { utility: 'electricity', role: 'main' }),
    ...uses.map((use) => meter(`e-${use}`, { utility: 'electricity', role: 'sub', parent: `${site}-e`, end_use: use })),
    meter('g', { utility: 'gas', role: 'main' }),
    meter('h', { utility: 'heat', role: 'sub', end_use: 'boilers' }),
    meter('w', { utility: 'water', role: 'main', unit: 'm3' }),
  ];
}

function estateOf(): Estate {
  const file = estateFileSchema.parse({
    organisations: [{ id: 'trust', name: 'Trust' }],
    sites: Array.from({ length: sites }, (_, i) => ({
      id: `s${i}`,
      name: `Site ${i}`,
      organisation: 'trust',
      type: 'health_centre',
      gross_internal_area_m2: 1_000,
      meters: metersOf(`s${i}`),
    })),
  });
  const entries = file.sites ?? [];
  return {
    name: 'bench',
    version: 1,
    organisations: new Map(),
    sites: new Map(entries.map((site) => [site.id, site])),
    meters: new Map(
      entries.flatMap(({ id: site, meters }) => meters.map((one): [string, Meter] => [one.id, { ...one, site }])),
    ),
  };
}

/** kWh or m³ of a half-hour: busy hours of working days, wavering, and heat by the cold. */
function useAt(meter: Pick<Meter, 'utility' | 'role'>, salt: number, at: number): number {
  const n = Math.floor(at / halfHourSeconds);
  const [hour, day] = [(n % 48) / 2, Math.floor(n / 48)];
  const busy = hour >= 7.5 && hour < 18 && (day + 3) % 7 < 5 ? 1 : 0;
  const waver = 1 + 0.06 * Math.sin(n * 12.9898 + salt) + 0.03 * Math.sin(n * 78.233 + salt);
  if (meter.utility === 'water') return waver * 0.3 * busy;
  if (meter.utility !== 'electricity') return waver * Math.max(0, 15 - temperatureAt(at)) * (0.4 + busy);
  return waver * (meter.role === 'main' ? 6 : 1) * (5 + 9 * busy);
}

function temperatureAt(at: number): number {
  const days = at / daySeconds;
  return (
    10 -
    7 * Math.cos((2 * Math.PI * (days - 20)) / 365.25) +
    3 * Math.sin(days / 2.7) +
    3 * Math.sin(2 * Math.PI * days)
  );
}

const estate = estateOf();
const subjects = subjectsOf(estate, dateOf(until));

function columnsOf(one: SiteSubjects, days: number): SiteColumns {
  const from = startOfDay(addDays(dateOf(until), -days));
  const count = (startOfDay(addDays(dateOf(until), 2)) - from) / halfHourSeconds;
  const known = (until - from) / halfHourSeconds;
  const column = (value: (at: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => (i < known ? value(from + i * halfHourSeconds) : Number.NaN));
  return {
    subjects: one,
    from,
    count,
    columns: new Map(
      columnsAskedFor(one).map((id, salt) => [id, column((at) => useAt(estate.meters.get(id) as Meter, salt, at))]),
    ),
    temperature: column(temperatureAt),
    worth: new Map(),
  };
}

function rowsAt(start: number): StoredHalfHour[] {
  return Array.from(estate.meters.values(), (meter, salt): StoredHalfHour => {
    const amount = useAt(meter, salt % 10, start);
    const isWater = meter.utility === 'water';
    return {
      meter: meter.id,
      site: meter.site,
      utility: meter.utility,
      start,
      energy: isWater ? undefined : amount,
      volume: isWater ? amount : undefined,
      quality: 'measured',
      rule: 'register',
      registerVersion: 1,
    };
  });
}

function heldMb(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
}

/** A year and a quarter of one meter, all kinds. */
function replays(): void {
  const [one] = subjects;
  if (!one) throw new Error('no site');
  for (const [name, id] of [
    ['electricity', 's0-e-plant'],
    ['gas', 's0-g'],
  ] as const) {
    const uses = one.uses.filter(({ meter }) => meter.id === id);
    const columns = columnsOf({ ...one, uses, balances: [], comforts: [] }, 470);
    const [use] = uses.map(({ meter }) => columns.columns.get(meter.id) as Float64Array);
    for (let round = 0; round <= rounds; round++) {
      const [began, cpu] = [performance.now(), cpuMs()];
      const { findings } = learningLook({ columns, rules: [] });
      const [ours, oursCpu] = [performance.now() - began, cpuMs() - cpu];
      const since = cpuMs();
      const far = scoresBySlot(use as Float64Array);
      if (round > 0)
        say({ replay: name, ms: ours, cpu_ms: oursCpu, bare_cpu_ms: cpuMs() - since, findings: findings.length, far });
    }
  }
}

/** How many half-hours are far from the same ones of the last eight weeks: what a spreadsheet would do. */
function scoresBySlot(use: Float64Array): number {
  const scratch = new Float64Array(8);
  let far = 0;
  for (let i = 8 * 336; i < use.length; i++) {
    for (let week = 0; week < 8; week++) scratch[week] = use[i - 336 * (week + 1)] as number;
    const median = medianOf(scratch, 8);
    const width = 1.4826 * deviationOf(scratch, 8, median);
    if (Math.abs((use[i] as number) - median) > 3.5 * width) far++;
  }
  return far;
}

/** The newest half-hour of the whole estate, from the store to the state file. */
async function halfHours(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-bench-alerts-'));
  const store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => until, holder: 'bench' });
  try {
    for (let back = 48; back > 0; back--) await store.writeHalfHours(rowsAt(until - back * halfHourSeconds));
    const before = heldMb();
    const looker = new Looker();
    const learning = performance.now();
    for (const one of subjects) {
      const found = looker.learn({ columns: columnsOf(one, 126), rules: [], abnormal: [], watching: [], until });
      recordSeen(state, [found], { now: until, since: until - 63 * daySeconds });
    }
    say({ meters: estate.meters.size, learning_ms: performance.now() - learning });
    say({ held_mb: heldMb() - before });
    const ids = [...estate.meters.keys()];
    const [level, spread] = [new Float64Array(63 * 48).fill(5), new Float64Array(63 * 48).fill(0.4)];
    const use = level.map((one, i) => one + Math.sin(i));
    for (let round = 0; round <= rounds; round++) {
      const at = until + round * halfHourSeconds;
      await store.writeHalfHours(rowsAt(at));
      const to = at + halfHourSeconds;
      const [began, cpu] = [performance.now(), cpuMs()];
      const spans = new Map(ids.map((id) => [id, { from: at, to }]));
      const news = await readNews({ store }, estate, spans, { from: until - 63 * daySeconds, to });
      const read = performance.now() - began;
      const { sites: looked } = looker.look(news);
      recordSeen(state, looked, { now: to, since: to - 63 * daySeconds });
      const [ms, oursCpu] = [performance.now() - began, cpuMs() - cpu];
      const since = cpuMs();
      let far = 0;
      for (let meter = 0; meter < ids.length; meter++) {
        for (let i = 0; i < use.length; i++) {
          if (Math.abs((use[i] as number) - (level[i] as number)) > 3.5 * (spread[i] as number)) far++;
        }
      }
      if (round > 0)
        say({
          look: round,
          ms,
          read_ms: read,
          cpu_ms: oursCpu,
          bare_cpu_ms: cpuMs() - since,
          looked: looked.length,
          far,
        });
    }
    // What is held is held until here.
    say({
      held_after_mb: heldMb() - before,
      alerts: state.alerts({ limit: 1_000 }).length,
      looked: looker.look([]).sites.length,
    });
  } finally {
    await store.close();
    state.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

replays();
await halfHours();
