import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../domain/limits.ts';
import type { ShownPoint } from '../../domain/series.ts';
import { Booking } from '../../ingest/booking.ts';
import type { DeriverCounters } from '../../ingest/derive.ts';
import type { PipelineCounters } from '../../ingest/pipeline.ts';
import { SeriesMarks } from '../../ingest/series-marks.ts';
import { ShownHouse, type ShownHouseOptions } from '../../ingest/shown-house.ts';
import { openBooks, type TestBooks } from './books.ts';
import { madeEstate, madeMeter } from './made-meter.ts';
import { readableLog } from './source-world.ts';

const start = Date.parse('2026-03-20T12:00:30Z') / 1000;
const minute = (after: number): number => Math.floor(start / 60) * 60 + after * 60;
const estate = madeEstate([
  madeMeter({ id: 'one' }),
  madeMeter({ id: 'two' }),
  madeMeter({ id: 'sum', role: 'virtual' }),
]);
const began: PipelineCounters = {
  messages: { received: 7, decoded: 6, ignored: 0, quarantined: 1, redelivered: 0, released: 0 },
  readings: { stored: 6, repeated: 0, revised: 0, refused: 0, parked: 0 },
  batches: { done: 1, failed: 0, seconds: 0.1 },
  queued: 0,
  parked: 0,
  pausedMs: 0,
};
const derived: DeriverCounters = {
  meters: 0,
  halfHours: 0,
  failures: 0,
  failedJobs: 0,
  seconds: 0,
  derives: true,
  restates: false,
};

let books: TestBooks;
let now = start;
let counted = began;
let isAway = false;
let written: Extract<ShownPoint, { series: 'house' }>[] = [];
beforeEach(async () => {
  [now, counted, isAway, written] = [start, began, false, []];
  books = await openBooks(() => now);
});
afterEach(() => books.close());

const { log, lines } = readableLog();
function shown(options: Partial<ShownHouseOptions> = {}): ShownHouse {
  const writeShown = async (points: readonly ShownPoint[]): Promise<void> => {
    await Promise.resolve();
    if (isAway) throw new Error('away');
    written.push(...points.filter((point) => point.series === 'house'));
  };
  return new ShownHouse({
    store: { writeShown, backlog: () => ({ batches: 3, bytes: 250 }) },
    state: books.state,
    estate: () => estate,
    estateProblems: () => 2,
    process: 'ingest-1',
    spoolBytes: 1_000,
    pipeline: () => counted,
    deriver: () => derived,
    memory: () => 90_000_000,
    now: () => now,
    log,
    ...options,
  });
}

async function hear(meter: string, at: number, received: number): Promise<void> {
  const { store, state } = books;
  const booking = new Booking({ store, state, marks: new SeriesMarks(state) }, 'never');
  const message = { topic: 't', payload: Buffer.from(''), qos: 1, retained: false, received } as const;
  const reading = { meter, quantity: 'energy', kind: 'register', at, value: at, period: 0, received } as const;
  booking.addMessage(message, { meter, outcome: 'decoded', readings: [reading], refusals: [], problem: undefined });
  await booking.settle();
}

test('counts are of the time since the point before, and levels are of now', async () => {
  const house = shown();
  await house.look();
  expect(written).toEqual([]);
  now += 60;
  counted = { ...began, messages: { ...began.messages, received: 27, decoded: 26 }, queued: 5, parked: 4 };
  await house.look();
  await house.look();
  now += 90;
  await house.look();
  expect(written.map(({ tags, at }) => [tags.process, at])).toEqual([
    ['ingest-1', minute(1)],
    ['ingest-1', minute(3)],
  ]);
  expect(written[0]?.fields).toMatchObject({
    seconds: 60,
    messages_received: 20,
    messages_decoded: 20,
    messages_quarantined: 0,
    messages_waiting: 5,
    readings_waiting: 4,
    spool_batches: 3,
    spool_share: 0.25,
    memory_bytes: 90_000_000,
    derives: 1,
    estate_problems: 2,
  });
  expect(written[1]?.fields).toMatchObject({ seconds: 90, messages_received: 0, messages_waiting: 5 });
});

test('how late readings come is of what came since, and the newest of them has an age; before the first none has', async () => {
  const house = shown();
  now += 60;
  await house.look();
  await hear('one', now - 50, now - 5);
  await hear('two', now - 20, now - 4);
  // Neither is what a meter sends: a sum of others, and one that is in no register.
  await hear('sum', now + 90, now);
  await hear('grid', now + 900, now);
  now += 60;
  await house.look();
  now += 60;
  await house.look();
  expect(
    written.map(({ fields: f }) => [
      f.newest_reading_known,
      f.newest_reading_age_s,
      f.receipt_lag_known,
      f.receipt_lag_median_s,
      f.receipt_lag_longest_s,
    ]),
  ).toEqual([
    [0, 0, 0, 0, 0],
    [1, 80, 1, 30.5, 45],
    [1, 140, 0, 0, 0],
  ]);
  // A restart knows the newest one, and takes nothing for new that was there before.
  written = [];
  const again = shown();
  now += 60;
  await again.look();
  expect(written[0]?.fields).toMatchObject({ newest_reading_known: 1, receipt_lag_known: 0, messages_received: 0 });
});

test('what is in the state file is told: meters to derive, quarantine and deliveries', async () => {
  const { state } = books;
  await hear('one', now, now);
  await hear('two', now, now);
  const house = shown();
  now += 60;
  await house.look();
  expect(written[0]?.fields).toMatchObject({
    meters_to_derive: 2,
    quarantine_messages: 0,
    deliveries_waiting: 0,
    oldest_delivery_waits_s: 0,
  });
  state.settleTouched(state.touched(10).flatMap(({ spans }) => spans.map(({ id }) => id)));
  now += 60;
  await house.look();
  expect(written[1]?.fields.meters_to_derive).toBe(0);
});

test('while the database is away minutes wait, a day of them at most, and come when it is back', async () => {
  const house = shown();
  isAway = true;
  for (let i = 0; i < limits.housePoints + 5; i++) {
    now += 60;
    await house.look();
  }
  expect(written).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ level: 40, minutes: limits.housePoints });
  isAway = false;
  now += 60;
  await house.look();
  expect(written.length).toBe(limits.housePoints);
  expect(written.map(({ at }) => at)).toEqual(Array.from({ length: limits.housePoints }, (_, i) => minute(i + 7)));
});

test('where no dashboard can read the store nothing is done', async () => {
  const house = shown({ store: { writeShown: undefined, backlog: () => ({ batches: 0, bytes: 0 }) } });
  const said = lines.length;
  now += 60;
  await house.look();
  expect(lines.length).toBe(said);
});
