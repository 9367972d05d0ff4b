import { BucketSums } from '../domain/energy/bucket-sums.ts';
import { limits } from '../domain/limits.ts';
import {
  addDays,
  boundariesOf,
  dateOf,
  daySeconds,
  type EpochSeconds,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import { closedDaysKey } from './kept-history.ts';
import type { ReadingStore } from './reading-store.ts';
import type { StateStore } from './state-store.ts';

type Log = Pick<StateStore, 'derivedSince' | 'recall'>;

/**
 * The store, with sums of closed days in memory: what a database has added up once it need not add up again, until a
 * day of it is another. Everything else goes to the store as it is.
 *
 * Why no answer is older than the log of what was derived, whichever process derives:
 * - A day that is closed is only written by derivation, which logs it after the write (`recordDerived`). A day that is
 *   not closed is never remembered.
 * - The log is read before the store is asked. A write that an answer does not show is therefore logged later than what
 *   was read, and the next question forgets what it touched.
 * - A row of the log that another question reads while the store still answers marks its meter: the answer may be older
 *   than that row, so it is given and not remembered.
 * - Between a write and its row an answer may be that of before, as if it were not derived yet. A crash in between
 *   leaves what was touched: it is derived, written and logged again.
 * - The log is bounded. Where rows have gone that were not read, all is forgotten.
 *
 * Gaps, the register, factors and former values are asked for each time. A state file in which nothing was ever derived
 * knows no closed days, and nothing is remembered beside it.
 */
export function withRememberedSums(store: ReadingStore, state: Log): ReadingStore {
  const remembered = new RememberedSums(store, state);
  return { ...store, sumDays: (meters, boundaries) => remembered.sumDays(meters, boundaries) };
}

/** Sums of closed days: all of a month, its days, or what a change cuts it into. */
interface Sheet {
  readonly sums: BucketSums;
  /** Meters of which nothing in it was derived since. */
  readonly known: Set<string>;
  readonly period: Period;
}

/** The stretches of a question that begin in one month, from the stretch `first` on. */
interface Part {
  readonly first: number;
  readonly cuts: readonly EpochSeconds[];
}

/** A question that the store is answering, and the meters of which closed days were derived meanwhile. */
interface Question {
  readonly stale: Set<string>;
  isVoid: boolean;
}

class RememberedSums {
  readonly #store: Pick<ReadingStore, 'sumDays'>;
  readonly #state: Log;
  /** By their cuts, the one that was used longest ago first. */
  readonly #sheets = new Map<string, Sheet>();
  /** Whole answers, until a closed day is derived: the same sums are then the same object, for what is made of them. */
  readonly #answers = new Map<string, BucketSums>();
  /** Up to which row the log was read, and how often it told of closed days. */
  #sequence: number | undefined;
  #changes = 0;
  readonly #questions = new Set<Question>();

  constructor(store: Pick<ReadingStore, 'sumDays'>, state: Log) {
    this.#store = store;
    this.#state = state;
  }

  async sumDays(meters: readonly string[], boundaries: readonly EpochSeconds[]): Promise<BucketSums> {
    const end = this.#closedUntil();
    this.#follow(end);
    const cuts = withMonths(boundaries);
    const closed = cuts.findLastIndex((at) => at <= end);
    const isTooMuch = meters.length * closed > limits.rememberedSums / 2;
    if (closed < 1 || isTooMuch) return await this.#store.sumDays(meters, boundaries);
    const key = `${meters.join(' ')} ${boundaries.join(' ')}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const changes = this.#changes;
    const sums = new BucketSums(meters, boundaries.length - 1);
    const bucketOf = bucketsOf(cuts, boundaries);
    const addAll = (found: BucketSums, first: number): void => {
      const into = bucketOf.slice(first, first + found.buckets);
      for (const meter of sums.meters) sums.addFrom(found, meter, 0, into);
    };
    const parts = byMonth(cuts.slice(0, closed + 1));
    const [sheets, open] = await Promise.all([
      this.#read(sums.meters, parts, cuts),
      closed < cuts.length - 1 ? this.#store.sumDays(sums.meters, cuts.slice(closed)) : undefined,
    ]);
    for (const [i, found] of sheets.entries()) addAll(found, parts[i]?.first ?? 0);
    if (open) addAll(open, closed);
    else if (changes === this.#changes) {
      this.#answers.set(key, sums);
      keepNewest(this.#answers, (answer) => answer, limits.rememberedAnswers);
    }
    return sums;
  }

  /** The sums of each part: what is remembered, and from one question to the store what is not. */
  async #read(
    meters: readonly string[],
    parts: readonly Part[],
    cuts: readonly EpochSeconds[],
  ): Promise<readonly BucketSums[]> {
    const sheets = parts.map((part) => this.#use(part));
    const lacking = new Set<string>();
    let [from, to] = [cuts.length, 0];
    for (const [i, part] of parts.entries()) {
      const unknown = meters.filter((meter) => sheets[i]?.known.has(meter) !== true);
      if (unknown.length === 0) continue;
      for (const meter of unknown) lacking.add(meter);
      [from, to] = [Math.min(from, part.first), part.first + part.cuts.length - 1];
    }
    const kept = sheets.map((sheet) => (sheet ? [...sheet.known].filter((meter) => !lacking.has(meter)) : []));
    const asked = lacking.size === 0 ? undefined : await this.#ask([...lacking], cuts.slice(from, to + 1));
    return parts.map((part, i) => {
      const sheet = sheets[i];
      if (sheet && (!asked || part.first < from || part.first >= to)) return sheet.sums;
      const mine = kept[i] ?? [];
      const sums = new BucketSums([...mine, ...lacking], part.cuts.length - 1);
      const into = Array.from({ length: sums.buckets }, (_, bucket) => bucket);
      if (sheet) for (const meter of mine) sums.addFrom(sheet.sums, meter, 0, into);
      if (asked) for (const meter of lacking) sums.addFrom(asked.sums, meter, part.first - from, into);
      if (asked) this.#remember(part, sums, asked.question);
      return sums;
    });
  }

  /** Asks the store. What is derived until it answers is noted with the answer. */
  async #ask(
    meters: readonly string[],
    cuts: readonly EpochSeconds[],
  ): Promise<{ readonly sums: BucketSums; readonly question: Question }> {
    const question: Question = { stale: new Set(), isVoid: false };
    this.#questions.add(question);
    try {
      return { sums: await this.#store.sumDays(meters, cuts), question };
    } finally {
      this.#questions.delete(question);
    }
  }

  /** Takes what is remembered out, and puts it in again as what was used last. */
  #use({ cuts }: Part): Sheet | undefined {
    const key = cuts.join(' ');
    const sheet = this.#sheets.get(key);
    if (!sheet) return undefined;
    this.#sheets.delete(key);
    this.#sheets.set(key, sheet);
    return sheet;
  }

  #remember({ cuts }: Part, sums: BucketSums, { stale, isVoid }: Question): void {
    if (isVoid) return;
    const known = new Set(sums.meters.filter((meter) => !stale.has(meter)));
    const period = { from: cuts[0] ?? 0, to: cuts.at(-1) ?? 0 };
    this.#sheets.set(cuts.join(' '), { sums, known, period });
    keepNewest(this.#sheets, (sheet) => sheet.sums, limits.rememberedSums);
  }

  /** The midnight after the last day that was summed up after it was over. */
  #closedUntil(): EpochSeconds {
    const last = this.#state.recall(closedDaysKey);
    return last === undefined ? Number.NEGATIVE_INFINITY : startOfDay(addDays(last, 1));
  }

  /** Forgets what was derived since the log was last read. `end`: what is derived from then on is no closed day. */
  #follow(end: EpochSeconds): void {
    this.#sequence ??= this.#state.derivedSince(0, 0).sequence;
    for (;;) {
      const { sequence, list } = this.#state.derivedSince(this.#sequence, limits.streamChanges);
      // Rows are numbered without a hole: where there is one, some have gone unread.
      if (sequence - list.length !== this.#sequence) {
        this.#sequence = this.#state.derivedSince(0, 0).sequence;
        this.#sheets.clear();
        this.#forgetAnswers();
        for (const question of this.#questions) question.isVoid = true;
        return;
      }
      this.#sequence = sequence;
      for (const { meter, from, to } of list) if (from < end) this.#forget(meter, { from, to });
      if (list.length < limits.streamChanges) return;
    }
  }

  #forgetAnswers(): void {
    this.#changes += 1;
    this.#answers.clear();
  }

  #forget(meter: string, { from, to }: Period): void {
    this.#forgetAnswers();
    for (const { stale } of this.#questions) stale.add(meter);
    for (const { known, period } of this.#sheets.values()) {
      if (period.from <= to && period.to > from) known.delete(meter);
    }
  }
}

/** Drops the oldest entries until so many sums are left at most. */
function keepNewest<T>(entries: Map<string, T>, sumsOf: (entry: T) => BucketSums, most: number): void {
  const sizeOf = (entry: T): number => sumsOf(entry).meters.length * sumsOf(entry).buckets;
  let size = 0;
  for (const entry of entries.values()) size += sizeOf(entry);
  for (const [key, entry] of entries) {
    if (size <= most) return;
    entries.delete(key);
    size -= sizeOf(entry);
  }
}

/** Boundaries with the months of London among them: a year is then the sum of twelve that other years share. */
function withMonths(boundaries: readonly EpochSeconds[]): readonly EpochSeconds[] {
  return boundaries.flatMap((from, i) => {
    const to = boundaries[i + 1] ?? from;
    return to - from < 32 * daySeconds ? [from] : boundariesOf({ from, to }, 'month').slice(0, -1);
  });
}

/** The bucket that each stretch between cuts lies in. */
function bucketsOf(cuts: readonly EpochSeconds[], boundaries: readonly EpochSeconds[]): readonly number[] {
  let bucket = 0;
  return cuts.slice(0, -1).map((from) => {
    while (from >= (boundaries[bucket + 1] ?? Number.POSITIVE_INFINITY)) bucket += 1;
    return bucket;
  });
}

function byMonth(cuts: readonly EpochSeconds[]): Part[] {
  const stretches = cuts.slice(0, -1).map((from, i) => ({ i, month: monthOf(dateOf(from)) }));
  return [...Map.groupBy(stretches, ({ month }) => month).values()].map((list): Part => {
    const first = list[0]?.i ?? 0;
    return { first, cuts: cuts.slice(first, first + list.length + 1) };
  });
}
