import { limits } from '../domain/limits.ts';
import { identityKey, type ReadingKind } from '../domain/readings/reading.ts';
import { partsOf, type ReadingColumns, readingAt, seriesOfCode } from '../domain/readings/reading-columns.ts';
import { daySeconds, type EpochSeconds } from '../domain/time.ts';
import type { HighWater, Quarantined, Touched } from '../store/state-store.ts';
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
  const series = seriesIn(books, columns);
  if (series) return await bookNew(books, columns, series);
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

/** The new readings of one series in a batch. */
interface NewSeries {
  readonly meter: string;
  readonly kind: ReadingKind;
  readonly mark: Mark;
  readonly first: EpochSeconds;
  count: number;
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
    series.count++;
    series.last = i;
  }
  marks.load();
  const list = [...found.values()];
  return list.every(({ mark, first }) => first > markedUntil(mark)) ? list : undefined;
}

function begun(marks: Books['marks'], meter: string, code: number, first: EpochSeconds): NewSeries {
  const { quantity, kind } = seriesOfCode(code);
  const mark = marks.of({ meter, quantity, kind, at: first, value: 0, period: 0, received: 0 });
  return { meter, kind, mark, first, count: 0, last: 0, spans: [{ from: first, to: first }] };
}

/**
 * Writes and commits what is new. Killed between the two, the marks have not moved: the same batch is new again, and
 * written again it is the same points.
 */
async function bookNew({ store, state, marks }: Books, columns: ReadingColumns, list: NewSeries[]): Promise<Booked> {
  const { at, value, received } = columns;
  const sheet = new TallySheet();
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
  for (const { meter, count, last } of list) sheet.add(received[last] as number, meter, 'stored', count);
  state.commit({
    tallies: sheet.changes(),
    quarantined,
    touched: list.flatMap((series) => touchedBy(series)),
    held: spooled,
    highWater: raised.map(([, newest]) => newest),
    parked: [],
    unparked: [],
    settled: [],
    superseded: [],
    replayed: [],
    fingerprints: undefined,
    memory: new Map(),
  });
  for (const [mark, newest] of raised) marks.raise(mark, newest);
  return { sheet, parked: 0, written: at.length - refused.length, spooled };
}

function touchedBy({ kind, meter, spans }: NewSeries): Touched[] {
  return kind === 'instant' ? [] : spans.map((span) => ({ meter, ...span }));
}
