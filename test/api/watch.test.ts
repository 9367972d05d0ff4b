import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Changes } from '../../api/watch/changes.ts';
import { lookInThread, type Looking } from '../../api/watch/look-in-thread.ts';
import { Looker, type LearnRequest } from '../../api/watch/looker.ts';
import { recordEach } from '../../api/watch/record.ts';
import { Watch } from '../../api/watch/watch.ts';
import { subjectsOf } from '../../domain/alerts/subjects.ts';
import type { Estate } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { ProblemError } from '../../domain/problems.ts';
import { halfHourSeconds, type Period, startOfDay } from '../../domain/time.ts';
import { openDuckDbStore } from '../../store/duckdb/duckdb-store.ts';
import type { ReadingStore, StoredHalfHour } from '../../store/reading-store.ts';
import { openStateStore } from '../../store/sqlite-state.ts';
import type { StateStore } from '../../store/state-store.ts';
import { readWatchWindow } from '../../store/watch-window.ts';
import { testEstate } from './estate.ts';
import { halfHour } from './sample-days.ts';

/** A centre with electricity and water, of which the water is what happens; a hundred days before anything does. */
const whole = testEstate();
const meters = ['centre-main', 'hospital-water'];
const estate: Estate = {
  ...whole,
  sites: new Map([['centre', { ...(whole.sites.get('centre') as never as object), type: 'health_centre' } as never]]),
  meters: new Map(meters.map((id) => [id, { ...whole.meters.get(id), site: 'centre' } as never])),
};
const first = startOfDay('2026-01-05');
/** Half past six in the morning. */
const begin = startOfDay('2026-04-20') + 6.5 * 3600 + limits.watchSettleSeconds;

const folder = mkdtempSync(join(tmpdir(), 'meterhouse-watch-'));
let store: ReadingStore;
let state: StateStore;
let now = begin;
const clock = (): number => now;

beforeAll(async () => {
  state = openStateStore(join(folder, 'state.sqlite'), { clock, holder: 'api' });
  store = await openDuckDbStore({ path: join(folder, 'readings.duckdb') });
  await store.writeHalfHours(rowsIn({ from: first, to: begin - limits.watchSettleSeconds }));
});
afterAll(async () => {
  await store.close();
  state.close();
  rmSync(folder, { recursive: true, force: true });
});

/** m³ or kWh of a half-hour when nothing happens. */
function usual(meter: string, at: number): number {
  const n = Math.round((at - first) / halfHourSeconds);
  const [hour, day] = [(n % 48) / 2, Math.floor(n / 48)];
  const busy = hour >= 8 && hour < 18 && day % 7 < 5 ? 1 : 0;
  const waver = 1 + 0.05 * Math.sin(n * 12.9898);
  return waver * (meter === 'centre-main' ? 5 + 15 * busy : 0.4 * busy);
}

function rowsIn({ from, to }: Period, more: (at: number) => number = () => 0): StoredHalfHour[] {
  const starts = Array.from({ length: (to - from) / halfHourSeconds }, (_, i) => from + i * halfHourSeconds);
  return starts.flatMap((start) =>
    [...estate.meters.values()].map((meter) => {
      const amount = usual(meter.id, start) + (meter.utility === 'water' ? more(start) : 0);
      return halfHour(meter, start, 'measured', amount);
    }),
  );
}

/** Half-hours come, and are derived. */
async function come(period: Period, more?: (at: number) => number): Promise<void> {
  await store.writeHalfHours(rowsIn(period, more));
  state.recordDerived(meters.map((meter) => ({ meter, ...period })));
}

/** The same until another clock; the watch looks after each half-hour. */
async function live(watch: Watch, until: number, more?: (at: number) => number): Promise<void> {
  for (; now < until; ) {
    const from = now - limits.watchSettleSeconds;
    await come({ from, to: from + halfHourSeconds }, more);
    now += halfHourSeconds;
    await watch.turn();
  }
}

function direct(): Looking {
  const looker = new Looker();
  return {
    learn: async (request) => looker.learn(request),
    look: async (news) => looker.look(news),
    forget: (site) => looker.forget(site),
    hasEnded: () => false,
    close: async () => {},
  };
}

const watchOf = (holder: string, from: ReadingStore = store, kept: StateStore = state): Watch =>
  new Watch({
    store: from,
    state: kept,
    estate: () => estate,
    clock,
    log: pino({ level: 'silent' }),
    holder,
    looking: direct,
  });
const events = () => state.alertEvents({ limit: 1_000 }).map(({ id, event }) => `${id} ${event.event}`);
const numberOf = (watch: Watch, name: string): number =>
  watch.numbers().reduce((sum, one) => (one.name === `meterhouse_${name}` ? sum + one.value : sum), 0);

describe('the thread of the watch', () => {
  it('answers what looking here answers, and says what went wrong', async () => {
    const [subjects] = subjectsOf(estate, '2026-04-20');
    if (!subjects) throw new Error('nothing is watched');
    const until = begin - limits.watchSettleSeconds;
    const period = { from: first, to: startOfDay('2026-04-22') };
    const request = async (): Promise<LearnRequest> => ({
      columns: await readWatchWindow({ store }, estate, subjects, { period, until }),
      rules: [],
      abnormal: [],
      watching: [],
      until,
    });
    const thread = lookInThread();
    try {
      const here = new Looker();
      expect(await thread.learn(await request())).toEqual(here.learn(await request()));
      const news = () => [{ meter: 'hospital-water', from: until, values: Float64Array.of(4, 4, 4) }];
      const there = await thread.look(news());
      expect(there.sites[0]?.seen.map(({ kind }) => kind)).toEqual(['burst']);
      expect(there).toEqual(here.look(news()));
      // A site that fails says so, and is forgotten.
      const broken = here.look([{ meter: 'hospital-water', from: until, values: undefined as never }]);
      expect(broken).toMatchObject({
        sites: [],
        failed: [{ site: 'centre', error: expect.any(TypeError) as unknown }],
      });
      expect(here.look(news())).toEqual({ sites: [], failed: [] });
      const { columns, ...rest } = await request();
      await expect(thread.learn({ ...rest, columns: { ...columns, count: -1 } })).rejects.toThrow(/length/);
      expect(thread.hasEnded()).toBe(false);
    } finally {
      await thread.close();
    }
    await expect(thread.look([])).rejects.toThrow(/has ended/);
    expect(thread.hasEnded()).toBe(true);
  });
});

describe('a site that cannot be recorded', () => {
  const looked = ['one', 'two', 'three'].map((site) => ({ site, seen: [], knownUntil: new Map() }));
  const refusing = (error: Error): StateStore =>
    new Proxy(state, {
      get: (of, key) => {
        if (key !== 'recordLook') return Reflect.get(of, key) as unknown;
        return (({ sites }) => {
          if (sites.includes('two')) throw error;
          return sites.map((site) => `a-${site}`);
        }) satisfies StateStore['recordLook'];
      },
    });

  it('keeps no other back', () => {
    const error = new TypeError('NaN is refused');
    expect(recordEach(refusing(error), looked, { now, since: 0 })).toEqual({
      opened: ['a-one', 'a-three'],
      failed: [{ site: 'two', error }],
    });
  });

  it('is not to blame for a state that is busy', () => {
    const busy = new ProblemError([{ code: 'store.busy' } as never]);
    expect(() => recordEach(refusing(busy), looked, { now, since: 0 })).toThrow(busy);
  });
});

describe('the watch', () => {
  let watch: Watch;
  beforeAll(() => {
    watch = watchOf('one');
  });

  it('learns a healthy site and finds nothing, and says what it knows of its meters', async () => {
    await watch.turn();
    expect(events()).toEqual([]);
    const known = state.watched(['centre']);
    expect(known.map(({ meter }) => meter).sort()).toEqual(meters);
    for (const { knownUntil, learnedUntil } of known) {
      expect([knownUntil, learnedUntil]).toEqual([
        begin - limits.watchSettleSeconds,
        begin - limits.watchSettleSeconds,
      ]);
    }
    expect(known.flatMap(({ sizes }) => sizes).length).toBeGreaterThan(5);
    expect(numberOf(watch, 'watched_sites')).toBe(1);
  });

  it('is one: another one does nothing while it holds the lease', async () => {
    const other = watchOf('two');
    await other.turn();
    expect(numberOf(other, 'looks_total')).toBe(0);
    await other.close();
  });

  it('counts a lease that cannot be renewed, and lets nothing end the process', async () => {
    const busy = new Proxy(state, {
      get: (of, key) => {
        if (key !== 'lease') return Reflect.get(of, key) as unknown;
        return () => {
          throw new Error('the state is busy');
        };
      },
    });
    const other = watchOf('busy', store, busy);
    await other.turn();
    expect([numberOf(other, 'look_failures_total'), numberOf(other, 'watches')]).toEqual([1, 0]);
    await other.close();
  });

  it('opens a burst within the hour in which it began, once', async () => {
    const burst = now - limits.watchSettleSeconds;
    await live(watch, now + 2 * 3600, () => 3);
    const opened = state.alertEvents({ limit: 10 });
    expect(opened.map(({ event }) => event.event)).toEqual(['opened']);
    const [alert] = state.alerts({ limit: 10 });
    expect(alert?.seen).toMatchObject({
      kind: 'burst',
      subject: 'hospital-water',
      severity: 1,
      from: burst,
      open: true,
    });
    expect((alert?.opened ?? 0) - burst).toBeLessThanOrEqual(3600 + limits.watchSettleSeconds);
    expect(alert?.seen.to).toBe(now - limits.watchSettleSeconds);
    expect(numberOf(watch, 'alerts_opened_total')).toBe(1);
  });

  it('opens nothing twice over a restart, and ends it when the meter shows it over', async () => {
    await watch.close();
    watch = watchOf('three');
    await watch.turn();
    expect(numberOf(watch, 'watched_sites')).toBe(1);
    await live(watch, now + 3600, () => 3);
    expect(events()).toEqual(['a-1 opened']);
    await live(watch, now + 3 * 3600);
    expect(events()).toEqual(['a-1 opened', 'a-1 ended']);
  });

  it('tells of a look that fails, and tries again after a minute, and after a few at the next half-hour', async () => {
    let fails = true;
    const halfHours: ReadingStore['halfHours'] = async (...asked) => {
      if (fails) throw new Error('the store is away');
      return await store.halfHours(...asked);
    };
    await watch.close();
    const began = now;
    const flaky = new Proxy(store, { get: (of, key) => (key === 'halfHours' ? halfHours : Reflect.get(of, key)) });
    watch = watchOf('four', flaky);
    await watch.turn();
    await watch.turn();
    expect([numberOf(watch, 'look_failures_total'), numberOf(watch, 'watched_sites')]).toEqual([1, 0]);
    for (let tried = 0; tried < limits.watchRetries; tried++) {
      now += limits.watchRetrySeconds;
      await watch.turn();
    }
    expect(numberOf(watch, 'look_failures_total')).toBe(1 + limits.watchRetries);
    fails = false;
    now += limits.watchRetrySeconds;
    await watch.turn();
    expect(numberOf(watch, 'watched_sites')).toBe(0);
    now = began;
    await live(watch, now + halfHourSeconds);
    expect(numberOf(watch, 'watched_sites')).toBe(1);
    // What was learned runs out.
    const learnt = now;
    now += 2 * 86_400;
    expect([numberOf(watch, 'watched_sites'), numberOf(watch, 'watch_unlearned_sites')]).toEqual([0, 1]);
    now = learnt;
  });

  it('tells what late data shows as passed, and not as if it were now', async () => {
    const from = startOfDay('2026-04-17') + 2 * 3600;
    await come({ from, to: from + 8 * 3600 }, () => 3);
    now += limits.watchLearnSeconds;
    await come({
      from: now - limits.watchLearnSeconds - limits.watchSettleSeconds,
      to: now - limits.watchSettleSeconds,
    });
    await watch.turn();
    expect(events().slice(2)).toEqual(['a-2 passed']);
    expect(state.alert('a-2')?.seen.from).toBe(from);
  });

  it('verifies what was mended by the days after it, and books what is saved', async () => {
    // After a fortnight of nothing, so that it is another one.
    const over = (until: number, more?: () => number) => {
      const from = now - limits.watchSettleSeconds;
      now = until + limits.watchSettleSeconds;
      return come({ from, to: until }, more);
    };
    await over(startOfDay('2026-05-04'));
    await over(startOfDay('2026-05-07') + 8 * 3600, () => 0.2);
    await watch.turn();
    const [alert] = state.alerts({ states: ['open'], limit: 1 });
    expect(alert?.seen).toMatchObject({ subject: 'hospital-water', from: startOfDay('2026-05-04') });
    const id = alert?.id ?? '';
    state.addAlertEvent(
      id,
      { event: 'closed', at: now, who: 'plumber', as: 'mended', why: 'a valve' },
      alert?.events.length ?? 0,
    );
    await over(startOfDay('2026-05-16') + 6 * 3600);
    await watch.turn();
    const mended = state.alert(id);
    expect(mended?.events.at(-1)).toMatchObject({ event: 'verified' });
    expect(mended?.state).toBe('closed');
    // 0.4 m³/h are 67 m³ a week.
    expect(mended?.saving?.perWeek).toBeGreaterThan(55);
    expect(mended?.saving?.perWeek).toBeLessThan(75);
    await watch.close();
  });
});

describe('what changed since the last look', () => {
  it('is the span of each meter, until it is over; and what was dropped unread is told', () => {
    const file = openStateStore(join(folder, 'bounded.sqlite'), { clock, holder: 'api', bounds: { derivedRows: 3 } });
    try {
      const changes = new Changes(file);
      const span = (meter: string, from: number, to: number) => file.recordDerived([{ meter, from, to }]);
      span('a', 1_800, 3_600);
      span('b', 0, 1_800);
      span('a', 3_600, 7_200);
      expect(changes.follow()).toEqual(
        new Map([
          ['a', { from: 1_800, to: 7_200 }],
          ['b', { from: 0, to: 1_800 }],
        ]),
      );
      // What is not over yet is looked at again.
      changes.done(5_400);
      expect([...changes.spans]).toEqual([['a', { from: 5_400, to: 7_200 }]]);
      expect(changes.follow()?.size).toBe(0);
      for (let i = 0; i < 5; i++) span('c', 0, 1_800);
      expect(changes.follow()).toBeUndefined();
      expect(changes.spans.has('c')).toBe(true);
    } finally {
      file.close();
    }
  });
});
