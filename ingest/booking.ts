import { ProblemError } from '../domain/problems.ts';
import { type Identity, identityKey, type Reading } from '../domain/readings/reading.ts';
import { type EpochSeconds, daySeconds } from '../domain/time.ts';
import type { ReadingStore, RefusedReading } from '../store/reading-store.ts';
import type {
  BatchCommit,
  HighWater,
  Quarantined,
  StateStore,
  Superseded,
  TallyChange,
  Touched,
  Verdict,
} from '../store/state-store.ts';
import { confined, type CountedMessage, countMessage, evidenceOf } from './count-message.ts';
import { isOutage } from './outage.ts';
import type { Received } from './receive.ts';
import { type Mark, markedUntil, type SeriesMarks } from './series-marks.ts';
import { TallySheet, type Term } from './tally-sheet.ts';

/** Where readings are booked. */
export interface Books {
  readonly store: Pick<ReadingStore, 'write' | 'writeColumns' | 'find' | 'backlog'>;
  readonly state: Pick<StateStore, 'prepare' | 'prepared' | 'commit'>;
  readonly marks: SeriesMarks;
  /**
   * Whether other processes book readings of the same series meanwhile, as members of a shared subscription do. Then
   * every reading needs a verdict before it is written: when this process is killed before it commits, another one
   * moves the mark past what it wrote, and only the verdict tells later that it was new.
   */
  readonly shared?: boolean | undefined;
}

/**
 * Whether a reading that needs a look-up may wait in the state store: `may`, when the store does not answer; `must`,
 * because others wait already and their order is kept; `never`, then `settle` rejects instead.
 */
export type Parking = 'may' | 'must' | 'never';

/** How many readings a replayed quarantine row may still move from refused to booked. */
export interface Allowance {
  left: number;
}

/** What a reading came with; it decides how the ledger is changed. */
type Origin =
  | { readonly kind: 'message'; readonly message: CountedMessage }
  | { readonly kind: 'parked' | 'made' }
  | { readonly kind: 'refused'; readonly allowance: Allowance };

interface Candidate {
  readonly reading: Reading;
  readonly mark: Mark;
  readonly origin: Origin;
}

/** A reading of this batch and the term it is counted under. */
interface Judged {
  readonly candidate: Candidate;
  term: Term;
}

/** One identity in this batch. */
interface Kept extends Judged {
  readonly mark: Mark;
  /** What stood in the store before the batch. */
  readonly before: number | undefined;
  /** What stands there after it. */
  reading: Reading;
  /** Whether the store must be written. */
  writes: boolean;
  /** Whether it could be found by a look-up after a crash, and so needs a verdict that outlives one. */
  readonly late: boolean;
  /** Whether an unfinished batch left a verdict. */
  readonly outstanding: boolean;
  /** The same identity again in this batch; most never come again, and then nothing is made for it. */
  again: Judged[] | undefined;
  superseded: Superseded[] | undefined;
}

/** One series in this batch. */
interface SeriesBatch {
  /** The newest instant of the series, in the books or in this batch. */
  top: EpochSeconds;
  readonly list: Kept[];
  /** The list by time, made when a reading comes that is not the newest. */
  byTime: Map<EpochSeconds, Kept> | undefined;
}

export interface Booked {
  readonly sheet: TallySheet;
  /** Readings parked until the store can be asked. */
  readonly parked: number;
  readonly written: number;
  readonly spooled: boolean;
}

/** What else belongs to the batch's transaction. */
export type Alongside = Partial<Pick<BatchCommit, 'fingerprints' | 'memory' | 'unparked' | 'replayed'>>;

/**
 * One batch on its way into the books: judged against what is there, written, and committed with its ledgers in one
 * transaction.
 * Killed at any instant and given the same messages again, it counts each of them once:
 * - before the write, nothing has happened;
 * - between write and commit, the marks have not moved, so what was new is new again. What would be found by a
 *   look-up (a reading behind its mark, or behind an earlier one of its batch) has a verdict on disk that says what
 *   stood there before;
 * - after the commit, the fingerprints tell the redelivered messages from new ones.
 */
export class Booking {
  readonly #books: Books;
  readonly #sheet = new TallySheet();
  readonly #candidates: Candidate[] = [];
  readonly #quarantined: Quarantined[] = [];
  readonly #parking: Parking;

  constructor(books: Books, parking: Parking) {
    this.#books = books;
    this.#parking = parking;
  }

  get readings(): number {
    return this.#candidates.length;
  }

  /** The ledger as counted so far; `settle` adds what became of the readings. */
  get sheet(): TallySheet {
    return this.#sheet;
  }

  /** A message and what it was found to be. */
  addMessage(message: CountedMessage, found: Received): void {
    countMessage(message, found, this.#sheet, this.#quarantined);
    if (found.readings.length === 0) return;
    const origin: Origin = { kind: 'message', message };
    for (const reading of found.readings) this.#add(reading, origin);
  }

  /** Readings of messages that were counted elsewhere, with what was counted. */
  addCounted(readings: Iterable<Reading>, tallies: readonly TallyChange[], quarantined: readonly Quarantined[]): void {
    for (const change of tallies) this.#sheet.addChange(change);
    for (const row of quarantined) this.#quarantined.push(row);
    const origin: Origin = { kind: 'made' };
    for (const reading of readings) this.#add(reading, origin);
  }

  /** A reading that waited for the store. */
  addParked(reading: Reading): void {
    this.#add(reading, { kind: 'parked' });
  }

  /**
   * A reading of a replayed message that was refused before; what is found in the store already is not counted again.
   */
  addRefusedBefore(reading: Reading, allowance: Allowance): void {
    this.#add(reading, { kind: 'refused', allowance });
  }

  #add(reading: Reading, origin: Origin): void {
    this.#candidates.push({ reading, mark: this.#books.marks.of(reading), origin });
  }

  /**
   * Writes and commits. Rejects when store or state cannot; then nothing was acknowledged and all of it may come
   * again.
   */
  async settle(alongside: Alongside = {}): Promise<Booked> {
    const { marks, store, state } = this.#books;
    marks.load();
    const late = this.#candidates.filter(({ reading, mark }) => reading.at <= markedUntil(mark));
    const answers = late.length > 0 ? await this.#lookUp(late) : undefined;
    const parked = late.length > 0 && answers === undefined ? new Set(late) : undefined;
    const kept = this.#judge(answers, parked);
    const verdicts = kept.filter((each) => each.late && each.writes).map(verdictOn);
    if (verdicts.length > 0) state.prepare(verdicts);
    const writes = kept.filter((each) => each.writes);
    let spooled = false;
    if (writes.length > 0) {
      const result = await store.write(writes.map(({ reading }) => reading));
      ({ spooled } = result);
      if (result.refused.length > 0) this.#refuseAll(writes, result.refused);
    }
    const raised = this.#commit(kept, parked, spooled, alongside);
    for (const [mark, newest] of raised) marks.raise(mark, newest);
    return { sheet: this.#sheet, parked: parked?.size ?? 0, written: writes.length, spooled };
  }

  /** What stands under the late identities; undefined when the store cannot say now. */
  async #lookUp(late: readonly Candidate[]): Promise<Answers | undefined> {
    const { store, state } = this.#books;
    if (this.#parking === 'must') return undefined;
    const identities = new Map<string, Identity>(late.map(({ reading }) => [identityKey(reading), reading]));
    // What waits in the spool is not in the database: a look-up would not see it.
    if (store.backlog().batches > 0) {
      if (this.#parking === 'may') return undefined;
      throw new ProblemError([
        { code: 'store.unreachable', where: 'late readings', detail: 'the spool is not drained' },
      ]);
    }
    try {
      const found = await store.find([...identities.values()]);
      return { found, prepared: state.prepared([...identities.keys()]) };
    } catch (error) {
      if (this.#parking === 'may' && isOutage(error)) return undefined;
      throw error;
    }
  }

  #judge(answers: Answers | undefined, parked: ReadonlySet<Candidate> | undefined): Kept[] {
    const all: Kept[] = [];
    const batches = new Map<Mark, SeriesBatch>();
    for (const candidate of this.#candidates) {
      if (parked?.has(candidate)) continue;
      const { mark, reading } = candidate;
      const marked = markedUntil(mark);
      let batch = batches.get(mark);
      if (!batch) {
        batch = { top: marked, list: [], byTime: undefined };
        batches.set(mark, batch);
      }
      const isNewest = reading.at > batch.top;
      const earlier = isNewest ? undefined : byTimeOf(batch).get(reading.at);
      if (earlier) {
        again(earlier, candidate);
        continue;
      }
      const needsVerdict = !isNewest || this.#books.shared === true;
      const kept = first(candidate, reading.at <= marked ? answers : undefined, needsVerdict);
      batch.list.push(kept);
      batch.byTime?.set(reading.at, kept);
      all.push(kept);
      if (isNewest) batch.top = reading.at;
    }
    return all;
  }

  #refuseAll(written: readonly Kept[], refused: readonly RefusedReading[]): void {
    const byIdentity = new Map(written.map((kept) => [identityKey(kept.reading), kept]));
    for (const { reading, reason } of refused) {
      const kept = byIdentity.get(identityKey(reading));
      if (kept) this.#refuse(kept, reason);
    }
  }

  /** The store would not take this line: whatever of this batch rests on it is refused. */
  #refuse(kept: Kept, reason: string): void {
    kept.writes = false;
    kept.superseded = undefined;
    for (const judged of [kept, ...(kept.again ?? [])]) {
      judged.term = 'refused';
      const { reading, origin } = judged.candidate;
      const refusal = { meter: reading.meter, code: 'reading.refused-by-store', detail: reason, count: 1 } as const;
      // A row that is replayed is in the quarantine already.
      if (origin.kind === 'refused') continue;
      this.#quarantined.push(confined(origin.kind === 'message' ? origin.message : evidenceOf(reading), refusal));
    }
  }

  #commit(
    kept: readonly Kept[],
    parked: ReadonlySet<Candidate> | undefined,
    held: boolean,
    alongside: Alongside,
  ): Map<Mark, HighWater> {
    for (const each of kept) {
      this.#count(each.candidate, each.term);
      if (each.again) for (const { candidate, term } of each.again) this.#count(candidate, term);
    }
    const waiting = [...(parked ?? [])];
    for (const candidate of waiting) this.#count(candidate, 'parked');
    const raised = newestOf(kept);
    this.#books.state.commit({
      tallies: this.#sheet.changes(),
      quarantined: this.#quarantined,
      touched: touchedBy(kept),
      held,
      highWater: [...raised.values()],
      parked: waiting.map(({ reading }) => reading),
      unparked: alongside.unparked ?? [],
      settled: kept.filter((each) => each.late || each.outstanding).map(({ reading }) => identityKey(reading)),
      superseded: kept.flatMap((each) => each.superseded ?? []),
      replayed: alongside.replayed ?? [],
      fingerprints: alongside.fingerprints,
      memory: alongside.memory ?? new Map(),
    });
    return raised;
  }

  #count({ reading, origin }: Candidate, term: Term): void {
    const { received, meter } = reading;
    if (origin.kind === 'refused') {
      if ((term !== 'stored' && term !== 'revised') || origin.allowance.left === 0) return;
      origin.allowance.left--;
      this.#sheet.add(received, meter, 'refused', -1);
    }
    if (origin.kind === 'parked') this.#sheet.add(received, meter, 'parked', -1);
    this.#sheet.add(received, meter, term);
  }
}

function byTimeOf(batch: SeriesBatch): Map<EpochSeconds, Kept> {
  batch.byTime ??= new Map(batch.list.map((kept) => [kept.reading.at, kept]));
  return batch.byTime;
}

interface Answers {
  readonly found: ReadonlyMap<string, number>;
  readonly prepared: ReadonlyMap<string, Verdict>;
}

/** The first reading of an identity in this batch. `answers` only where it lies behind the mark. */
function first(candidate: Candidate, answers: Answers | undefined, late: boolean): Kept {
  const { reading, mark } = candidate;
  const key = answers ? identityKey(reading) : '';
  const outstanding = answers?.prepared.get(key);
  // A verdict left by a crash knows what stood there before; the store may hold what the lost batch wrote.
  const before = outstanding ? outstanding.before : answers?.found.get(key);
  const term = before === undefined ? 'stored' : before === reading.value ? 'repeated' : 'revised';
  return {
    mark,
    before,
    reading,
    writes: term !== 'repeated' || outstanding !== undefined,
    late,
    outstanding: outstanding !== undefined,
    candidate,
    term,
    again: undefined,
    superseded: before === undefined || term !== 'revised' ? undefined : [replaced(reading, before)],
  };
}

/** The same identity again in one batch. */
function again(kept: Kept, candidate: Candidate): void {
  const { reading } = candidate;
  const before = kept.reading.value;
  kept.again ??= [];
  if (before === reading.value) {
    kept.again.push({ candidate, term: 'repeated' });
    return;
  }
  kept.again.push({ candidate, term: 'revised' });
  kept.superseded ??= [];
  kept.superseded.push(replaced(reading, before));
  kept.reading = reading;
  kept.writes = true;
}

function replaced(reading: Reading, before: number): Superseded {
  return { identity: identityKey(reading), at: reading.at, before, after: reading.value, replaced: reading.received };
}

function verdictOn({ reading, before }: Kept): Verdict {
  const verdict = before === undefined ? 'stored' : 'revised';
  return { identity: identityKey(reading), verdict, before, after: reading.value, at: reading.at };
}

/** The newest written reading of each series, where it is at or past the mark. */
function newestOf(kept: readonly Kept[]): Map<Mark, HighWater> {
  const raised = new Map<Mark, HighWater>();
  for (const { mark, reading, writes } of kept) {
    if (!writes) continue;
    const { at, value, received } = reading;
    if (at >= (raised.get(mark)?.at ?? markedUntil(mark))) raised.set(mark, { series: mark.key, at, value, received });
  }
  return raised;
}

/** Written readings that half-hours rest on, as spans; a day without any parts two spans. */
function touchedBy(kept: readonly Kept[]): Touched[] {
  const byMeter = new Map<string, { meter: string; from: EpochSeconds; to: EpochSeconds }[]>();
  for (const { reading, writes } of kept) {
    if (!writes || reading.kind === 'instant') continue;
    const { meter, at } = reading;
    const spans = byMeter.get(meter) ?? [];
    const near = spans.find((span) => at >= span.from - daySeconds && at <= span.to + daySeconds);
    if (near) {
      near.from = Math.min(near.from, at);
      near.to = Math.max(near.to, at);
    } else {
      spans.push({ meter, from: at, to: at });
      byMeter.set(meter, spans);
    }
  }
  return [...byMeter.values()].flat();
}
