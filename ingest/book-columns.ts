import { limits } from '../domain/limits.ts';
import { identityKey, type ReadingKind } from '../domain/readings/reading.ts';
import {
  partsOf,
  type ReadingColumns,
  readingAt,
  readingsOf,
  seriesOfCode,
} from '../domain/readings/reading-columns.ts';
import { daySeconds, type EpochSeconds } from '../domain/time.ts';
import type { BatchCommit, HighWater, Quarantined, TallyChange, Touched } from '../store/state-store.ts';
import { type Booked, Booking, type Books } from './booking.ts';
import { confined, evidenceOf } from './count-message.ts';
import { type Mark, markedUntil } from './series-marks.ts';
import { TallySheet } from './tally-sheet.ts';

/**
 * Books readings that came as columns and not as messages. A year of a thousand meters is twenty million of them, and
 * nearly always all are new: later than their series' mark and in order of time. Those need no look-up and no verdict,
 * so they are counted by series and not one by one; a batch with any other reading is booked like messages are, in
 * parts.
 */
export async function bookColumns(books: Books, columns: ReadingColumns): Promise<Booked> {
  const booked = await bookNew(books, columns);
  if (booked) return booked;
  const sheet = new TallySheet();
  const all = { sheet, parked: 0, written: 0, spooled: false };
  for (const part of partsOf(columns, limits.batchReadings)) {
    const booking = new Booking(books, 'never');
    booking.addCounted(part, [], []);
    const booked = await booking.settle();
    for (const change of booked.sheet.changes()) sheet.addChange(change);
    all.written += booked.written;
    all.spooled ||= booked.spooled;
  }
  return all;
}

/** What readings came with that belongs to their transaction. */
export interface CameWith {
  readonly tallies: readonly TallyChange[];
  readonly quarantined: readonly Quarantined[];
  readonly fingerprints: BatchCommit['fingerprints'];
}

/** The same of readings that must be booked whole: killed at any instant, all of them come again or none. */
export async function bookWhole(books: Books, columns: ReadingColumns, cameWith: CameWith): Promise<Booked> {
  const booked = await bookNew(books, columns, cameWith);
  if (booked) return booked;
  const booking = new Booking(books, 'never');
  booking.addCounted(readingsOf(columns), cameWith.tallies, cameWith.quarantined);
  return await booking.settle({ fingerprints: cameWith.fingerprints });
}

/** The new readings of one series in a batch. */
interface NewSeries {
  readonly meter: string;
  readonly kind: ReadingKind;
  readonly mark: Mark;
  readonly first: EpochSeconds;
  /** Index of the last. */
  last: number;
  /** Times with no more than a day of nothing in between. */
  readonly spans: { from: EpochSeconds; to: EpochSeconds }[];
}

/** The series of a batch; undefined when a reading is not later than all before it. */
function seriesIn({ marks }: Books, columns: ReadingColumns): NewSeries[] | undefined {
  const { meters, meter, series: codes, at } = columns;
  const found = new Map<number, NewSeries>();
  let key = -1;
  let series: NewSeries | undefined;
  for (let i = 0; i < at.length; i++) {
    const time = at[i] as number;
    const next = (meter[i] as number) * 256 + (codes[i] as number);
    if (next !== key) {
      key = next;
      series = found.get(key);
    }
    if (series === undefined) {
      series = begun(marks, meters[meter[i] as number] as string, codes[i] as number, time);
      found.set(key, series);
    } else if (time <= (at[series.last] as number)) return undefined;
    const span = series.spans.at(-1) as { to: EpochSeconds };
    if (time <= span.to + daySeconds) span.to = time;
    else series.spans.push({ from: time, to: time });
    series.last = i;
  }
  marks.load();
  const list = [...found.values()];
  return list.every(({ mark, first }) => first > markedUntil(mark)) ? list : undefined;
}

function begun(marks: Books['marks'], meter: string, code: number, first: EpochSeconds): NewSeries {
  const { quantity, kind } = seriesOfCode(code);
  const mark = marks.of({ meter, quantity, kind, at: first, value: 0, period: 0, received: 0 });
  return { meter, kind, mark, first, last: 0, spans: [{ from: first, to: first }] };
}

const nothing: CameWith = { tallies: [], quarantined: [], fingerprints: undefined };

/**
 * Writes and commits readings that are all new; undefined, and nothing done, where they are not. Killed between the
 * two, the marks have not moved: the same batch is new again, and written again it is the same points.
 */
async function bookNew(books: Books, columns: ReadingColumns, cameWith = nothing): Promise<Booked | undefined> {
  const list = seriesIn(books, columns);
  if (!list) return undefined;
  const { store, state, marks } = books;
  const { at, value, received } = columns;
  const sheet = new TallySheet();
  for (const change of cameWith.tallies) sheet.addChange(change);
  const { refused, spooled } = await store.writeColumns(columns);
  const quarantined: Quarantined[] = refused.map(({ reading, reason }) => {
    sheet.add(reading.received, reading.meter, 'stored', -1);
    sheet.add(reading.received, reading.meter, 'refused');
    const refusal = { meter: reading.meter, code: 'reading.refused-by-store', detail: reason, count: 1 } as const;
    return confined(evidenceOf(reading), refusal);
  });
  const gone = new Set(refused.map(({ reading }) => identityKey(reading)));
  const raised = list.flatMap(({ mark, last }): [Mark, HighWater][] => {
    // A series whose last reading was refused keeps its mark: what is written of it is looked up when it comes again.
    if (gone.size > 0 && gone.has(identityKey(readingAt(columns, last)))) return [];
    const newest = { at: at[last] as number, value: value[last] as number, received: received[last] as number };
    return [[mark, { series: mark.key, ...newest }]];
  });
  countStored(columns, sheet);
  state.commit({
    tallies: sheet.changes(),
    quarantined: [...cameWith.quarantined, ...quarantined],
    touched: list.flatMap((series) => touchedBy(series)),
    held: spooled,
    highWater: raised.map(([, newest]) => newest),
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: cameWith.fingerprints,
    memory: new Map(),
  });
  for (const [mark, newest] of raised) marks.raise(mark, newest);
  return { sheet, parked: 0, written: at.length - refused.length, spooled };
}

/** Counts all as stored, by meter and day of receipt; rows that have them in common mostly follow each other. */
function countStored({ meters, meter, received }: ReadingColumns, sheet: TallySheet): void {
  const dayOf = (i: number): number => Math.floor((received[i] as number) / daySeconds);
  for (let from = 0, to = 0; from < meter.length; from = to) {
    while (to < meter.length && meter[to] === meter[from] && dayOf(to) === dayOf(from)) to++;
    sheet.add(received[from] as number, meters[meter[from] as number] as string, 'stored', to - from);
  }
}

function touchedBy({ kind, meter, spans }: NewSeries): Touched[] {
  return kind === 'instant' ? [] : spans.map((span) => ({ meter, ...span }));
}
