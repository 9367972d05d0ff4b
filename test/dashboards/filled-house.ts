import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadEstate } from '../../cli/load-estate.ts';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import {
  addDays,
  dateOf,
  dayPeriod,
  halfHourOf,
  halfHoursInDay,
  type LocalDate,
  type Period,
  startOfDay,
} from '../../domain/time.ts';
import { Deriver } from '../../ingest/derive.ts';
import { Pipeline } from '../../ingest/pipeline.ts';
import { ResidualDays } from '../../ingest/residual-days.ts';
import { ShownBooks } from '../../ingest/shown-books.ts';
import { ShownCosts } from '../../ingest/shown-costs.ts';
import { ShownFigures } from '../../ingest/shown-figures.ts';
import { ShownMatching } from '../../ingest/shown-matching.ts';
import { siteMinutes } from '../../store/site-minutes.ts';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import { type FaultPlan, happeningsOf } from '../../simulators/faults.ts';
import { historyOf } from '../../simulators/history.ts';
import { type Model, modelOf } from '../../simulators/model.ts';
import { registerHappenings } from '../../simulators/register-happenings.ts';
import { openInfluxStore } from '../../store/influx/influx-store.ts';
import type { DayFigure, ReadingStore } from '../../store/reading-store.ts';
import { withRememberedSums } from '../../store/remembered-sums.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { type InfluxServer, startInflux } from '../servers/influx.ts';
import { fillAlerts } from './filled-alerts.ts';
import { countItself } from './filled-itself.ts';
import { fillSignOffs, withExchanges } from './filled-marks.ts';
import { fillPlan, withPlan } from './filled-plan.ts';
import { withSupplies } from './filled-supplies.ts';

/** Two sites of the sample estate on a real InfluxDB, filled by the simulator through pipeline and derivation. */
export interface FilledHouse {
  readonly influx: InfluxServer;
  readonly estate: Estate;
  readonly store: ReadingStore;
  readonly state: StateStore;
  /** Epoch seconds, the same for all questions. */
  readonly now: number;
  close(): Promise<void>;
}

/** Days of meters, from so many days ago to so many. */
interface DaysFilled {
  readonly meters: readonly string[];
  readonly first: number;
  readonly last: number;
}

/** A surgery with a year and more behind it, and a community hospital with solar panels that export. */
export const sites = { fennick: 400, brackenholt: 20 } as const;
/** Of these there are days without a message: of the surgery's year before, and of three more, so that four are. */
const before = { meters: ['fen-e-main', 'fen-g-main', 'fen-w-main'], first: 770, last: sites.fennick };
const peers = ['qui-e-main', 'lar-e-main', 'lar-g-main', 'thi-e-main', 'qui-w-main', 'lar-w-main', 'thi-w-main'];
const lone: readonly DaysFilled[] = [
  before,
  // A year that began in April, and the months since.
  { meters: peers, first: 760, last: 1 },
  // Not the whole of it.
  { meters: ['qui-g-main'], first: 400, last: 1 },
  // What the panels of the community hospital gave.
  { meters: ['bra-e-main', 'bra-e-export', 'bra-e-pv'], first: 400, last: sites.brackenholt + 1 },
];
/** Of a third site only the water, which has sub-meters there. */
const waterMeters = ['sal-w-main', 'sal-w-wards', 'sal-w-catering', 'sal-w-plant'];
const day = 86_400;

export async function fillHouse(): Promise<FilledHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'meterhouse-boards-'));
  const influx = await startInflux({ databases: [] });
  const now = Math.floor(Date.now() / 1000);
  const clock = (): number => Date.now();
  const log = pino({ level: 'silent' });
  const state = openStateStore(join(folder, 'state.sqlite'), { clock: () => now, holder: 'test' });
  const login = { url: influx.url, user: 'admin', password: 'admin-secret' };
  const opened = await openInfluxStore({ ...login, database: 'meterhouse', clock: () => now, log });
  const store = withRememberedSums(opened, state);
  const { estate: sample } = loadEstate(join(import.meta.dirname, '../../estates/sample'));
  const estate = withPlan(withSupplies(sample, now), now);
  const pipeline = new Pipeline({ source: 'test', store, state, estate, clock, log });
  const publishItself = countItself({ store, state, estate, pipeline }, now);
  pipeline.start();
  const plan = faultsBefore(halfHourOf(now));
  for (const [site, days] of Object.entries(sites)) {
    const meters = [...estate.meters.values()].filter((meter) => meter.site === site).map(({ id }) => id);
    await feed(pipeline, estate, meters, { from: halfHourOf(now) - days * day, to: now }, plan);
  }
  await feed(pipeline, estate, waterMeters, { from: halfHourOf(now) - 4 * day, to: now }, []);
  const instant = { meter: 'bra-e-pv', quantity: 'power', kind: 'instant', value: 12.5, period: 0 } as const;
  await store.write([{ ...instant, at: now - 3_600, received: now - 3_599 }]);
  await offer(pipeline, { topic: 'nobody/knows/me', payload: new TextEncoder().encode('12'), at: now });
  await store.write(gridIntensity(halfHourOf(now)));
  for (const readings of temperatures(estate, now)) await store.write(readings);
  // Not with sums that are remembered: below days are written that no derivation tells of.
  const deriver = new Deriver({ store: opened, state, estate, clock, log, holder: 'test' });
  for (let looks = 0; state.touched(1).length > 0; looks++) {
    await deriver.look();
    if (looks > 50 || deriver.counters.failures > 0)
      throw new Error(`not derived: ${JSON.stringify(deriver.counters)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  for (const of of lone) await store.writeDays(daysOf(estate, now, of), []);
  // Mains against their sub-meters, and the books, as the deriver writes them every few minutes.
  const residuals = new ResidualDays(store, state);
  const { sequence } = state.derivedSince(Number.MAX_SAFE_INTEGER, 0);
  while (state.recall('residuals-followed') !== String(sequence)) await residuals.look(estate, now);
  await new ShownBooks(store, state).look(estate, now);
  const figures = new ShownFigures(store, state);
  do await figures.look(estate, now);
  while (!figures.isDone);
  const costs = new ShownCosts(store, state);
  do await costs.look(estate, now);
  while (!costs.isDone);
  const matching = new ShownMatching(store, state);
  // The newest days, as many as the community hospital has.
  for (let days = 0; days < sites.brackenholt; days++) await matching.look(estate, now);
  await fillAlerts({ store, state, estate }, now);
  await fillPlan({ store, state, estate: withExchanges(estate, now) }, now);
  await fillSignOffs({ store, state, estate }, now);
  await publishItself(deriver);
  // Ten minutes of the live picture, as the deriver writes one each minute.
  for (let minute = 0; minute < 10; minute++) {
    const at = Math.floor(now / 60 - minute) * 60;
    await store.writeNow(await siteMinutes(estate, store, state, at));
  }
  return {
    influx,
    estate,
    store,
    state,
    now,
    async close() {
      await pipeline.close();
      await deriver.close();
      await store.close();
      state.close();
      await influx.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The sites as they would be with the measures of the register. */
function modelFrom(estate: Estate, start: number, plan: FaultPlan = []): Model {
  const happenings = [...registerHappenings(estate, seed), ...happeningsOf(plan)];
  return modelOf({ estate, seed, start, happenings });
}
const seed = 1;

/** What is used more at a surgery since it has sub-meters. */
function overrunOf(today: LocalDate): FaultPlan {
  return [{ kind: 'overrun', meter: 'lar-e-main', from: startOfDay(addDays(today, -385)), share: 0.1 }];
}

/** What some meters used on each day, as the simulator has it and all measured; from so many days ago to so many. */
function daysOf(estate: Estate, now: number, { meters, first, last }: DaysFilled): DayFigure[] {
  const today = dateOf(now);
  const model = modelFrom(estate, startOfDay(addDays(today, -first)), overrunOf(today));
  return meters.flatMap((id) => {
    const { site, utility } = estate.meters.get(id) as Meter;
    return Array.from({ length: first - last + 1 }, (_, i): DayFigure => {
      const date = addDays(today, i - first);
      const { from, to } = dayPeriod(date);
      const amount = model.amountAt(id, to) - model.amountAt(id, from);
      // A cubic metre of gas is about so many kWh.
      const energy = utility === 'water' ? 0 : amount * (utility === 'gas' ? 11.2 : 1);
      const volume = utility === 'water' ? amount : 0;
      const halfHours = { measuredHalfHours: halfHoursInDay(date), estimatedHalfHours: 0, missingHalfHours: 0 };
      const known = { energy, measuredEnergy: energy, volume, measuredVolume: volume, measuredShare: 1 };
      return { meter: id, site, utility, day: from, ...known, ...halfHours, emissionsLocation: undefined };
    });
  });
}

/** The temperatures that the simulated heating follows, half-hour by half-hour, as long as there are days. */
function* temperatures(estate: Estate, now: number): Generator<Reading[]> {
  const series = { meter: 'outside-temperature', quantity: 'temperature', kind: 'instant', period: 0 } as const;
  const start = startOfDay(addDays(dateOf(now), -before.first));
  const model = modelFrom(estate, start);
  const count = Math.floor((now - start) / 1_800);
  for (let first = 0; first < count; first += 5_000) {
    yield Array.from({ length: Math.min(5_000, count - first) }, (_, i) => {
      const at = start + (first + i) * 1_800;
      return { ...series, at, received: at + 1, value: model.weatherAt(at).temperature };
    });
  }
}

/** The carbon of the grid, half-hour by half-hour, as long as the community hospital has something behind it. */
function gridIntensity(now: number): Reading[] {
  const series = { meter: 'grid-intensity', quantity: 'carbon_intensity', kind: 'instant', period: 0 } as const;
  return Array.from({ length: sites.brackenholt * 48 }, (_, i) => {
    const at = now - (i + 1) * 1_800;
    return { ...series, at, received: at + 1, value: 120 + (i % 48) };
  });
}

/** A gap that is known in all, an hour that is estimated, and messages that nobody can read. */
function faultsBefore(now: number): FaultPlan {
  const days = (count: number): number => now - count * day;
  return [
    { kind: 'dropout', meter: 'bra-e-wards', from: days(3), to: days(2.5) },
    { kind: 'dropout', meter: 'bra-e-kitchen', from: days(2), to: days(2) + 7_200 },
    { kind: 'malformed', meter: 'bra-e-kitchen', from: days(1), to: days(1) + 7_200 },
  ];
}

async function feed(
  pipeline: Pipeline,
  estate: Estate,
  meters: readonly string[],
  period: Period,
  plan: FaultPlan,
): Promise<void> {
  const model = modelFrom(estate, period.from, plan);
  const settled: Promise<void>[] = [];
  for (const batch of historyOf(model, period, { meters, plan })) {
    for (const message of batch) settled.push(offer(pipeline, message));
    await Promise.all(settled.splice(0));
  }
}

async function offer(pipeline: Pipeline, message: Pick<MeterMessage, 'topic' | 'payload' | 'at'>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const room = pipeline.offer({
    topic: message.topic,
    payload: message.payload,
    received: message.at,
    qos: 1,
    retained: false,
    fingerprint: undefined,
    duplicate: false,
    acknowledge: resolve,
    release: () => reject(new Error(`${message.topic} was given back`)),
  });
  if (room) await room;
  await promise;
}
