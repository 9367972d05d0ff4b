import type { Gap } from '../domain/half-hours.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { Reading } from '../domain/reading.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';

/** What became of a message. `received = decoded + ignored + quarantined`, per UTC day of receipt and meter. */
export interface MessageTally {
  readonly decoded: number;
  readonly ignored: number;
  readonly quarantined: number;
}

/** What became of the readings decoded. `decoded = stored + repeated + revised + refused + parked`. */
export interface ReadingTally {
  readonly stored: number;
  readonly repeated: number;
  readonly revised: number;
  readonly refused: number;
  /** Late readings that wait for the database to come back, to be looked up; returns to 0. */
  readonly parked: number;
}

export interface LedgerLine {
  /** UTC date of receipt. */
  readonly day: string;
  /** Meter id, or `unregistered`. */
  readonly meter: string;
  readonly messages: MessageTally & { readonly received: number; readonly qos0: number };
  readonly readings: ReadingTally & { readonly decoded: number };
}

export type TallyChange = {
  readonly day: string;
  readonly meter: string;
} & Partial<MessageTally & ReadingTally & { readonly qos0: number }>;

export interface Quarantined {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly received: EpochSeconds;
  readonly qos: number;
  /** A retained message never takes the time of receipt, a replayed one neither. */
  readonly retained: boolean;
  readonly code: ProblemCode;
  readonly detail: string;
  readonly meter: string;
  /** How many readings of an otherwise good message were refused; 0 where the message as a whole was not understood. */
  readonly refusedReadings: number;
}
export interface QuarantineRow extends Quarantined {
  readonly id: number;
  readonly replayed: boolean;
}

/** The newest reading of a series: its high-water mark, and what live displays show. */
export interface HighWater {
  /** `seriesKey`. */
  readonly series: string;
  readonly at: EpochSeconds;
  readonly value: number;
  readonly received: EpochSeconds;
}

/**
 * How a late reading was judged before it was written, so that a crash between the two does not change the judgement.
 */
export interface Verdict {
  /** `identityKey`. */
  readonly identity: string;
  readonly verdict: 'stored' | 'revised';
  /** The value that stood in the store before the batch; undefined when there was none. */
  readonly before: number | undefined;
  readonly after: number;
  readonly at: EpochSeconds;
}

/** A value that another one took the place of. */
export interface Superseded {
  /** `identityKey`. */
  readonly identity: string;
  readonly at: EpochSeconds;
  readonly before: number;
  readonly after: number;
  /** When the new value was received. */
  readonly replaced: EpochSeconds;
}

/** A span of one meter whose half-hours must be worked out again. */
export interface Touched {
  readonly meter: string;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}
export interface TouchedRow extends Touched {
  readonly id: number;
}

/** Everything one batch changes, committed in one transaction with one fsync. */
export interface BatchCommit {
  readonly tallies: readonly TallyChange[];
  readonly quarantined: readonly Quarantined[];
  readonly touched: readonly Touched[];
  /** Held until `releaseTouched`: the batch waits in the spool and reads do not see it yet. */
  readonly held: boolean;
  readonly highWater: readonly HighWater[];
  /** Late readings kept here until the database can be asked. */
  readonly parked: readonly Reading[];
  /** Rows of `parked` that this batch settles. */
  readonly unparked: readonly number[];
  /** Identities of `prepare` that are now written: their rows go. */
  readonly settled: readonly string[];
  /** Values that this batch replaced, in their order; kept for ever. */
  readonly superseded: readonly Superseded[];
  /** Quarantine rows that were replayed. */
  readonly replayed: readonly number[];
  /**
   * Redelivery fingerprints of this batch's messages. They are added to those of the source, of which about the newest
   * `limits.fingerprints` stay: acknowledgements sent before a kill may never have left the machine, so those of more
   * than one batch can come again.
   */
  readonly fingerprints: { readonly source: string; readonly list: readonly string[] } | undefined;
  readonly memory: ReadonlyMap<string, Uint8Array>;
}

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: 'read' | 'operate' | 'procurement' | 'admin';
  /** Empty means all. */
  readonly organisations: readonly string[];
  readonly sites: readonly string[];
  readonly created: EpochSeconds;
  readonly revoked: EpochSeconds | undefined;
}

/** Work that people ask for and the deriver does. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly request: unknown;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly result: unknown;
}

/**
 * The state of the house: one SQLite file, shared by the processes of one host. Calls are synchronous and short; each
 * writing call is one transaction that is on disk when it returns. Every call throws a ProblemError `store.*` when the
 * file cannot be used.
 */
export interface StateStore {
  /** Before the readings are written: verdicts on late readings, and the values that revisions replace. */
  prepare(verdicts: readonly Verdict[]): void;
  /** Verdicts prepared and not settled: what a crash left. By identity. */
  prepared(identities: readonly string[]): Map<string, Verdict>;
  commit(batch: BatchCommit): void;
  fingerprints(source: string): Set<string>;
  highWater(series: readonly string[]): Map<string, HighWater>;
  /** Series whose newest reading changed after a sequence number, and the number to ask with next. */
  heardSince(sequence: number, limit: number): { readonly sequence: number; readonly list: readonly HighWater[] };
  memory(key: string): Uint8Array | undefined;
  /** The oldest first. */
  parked(limit: number): readonly { readonly id: number; readonly reading: Reading }[];

  ledger(days: { readonly from: string; readonly to: string }, meters?: readonly string[]): readonly LedgerLine[];
  quarantine(page: {
    readonly after: number;
    readonly limit: number;
    readonly code?: ProblemCode | undefined;
  }): readonly QuarantineRow[];
  /** Rows by their ids; those that have gone are left out. */
  quarantined(ids: readonly number[]): readonly QuarantineRow[];
  /** Revisions of one meter's readings that lie in a period: the old values, kept. */
  superseded(meter: string, period: Period): readonly Superseded[];

  /** Touched spans of up to `limit` meters, merged per meter, not held. They stay until `settleTouched`. */
  touched(limit: number): readonly { readonly meter: string; readonly spans: readonly TouchedRow[] }[];
  touch(spans: readonly Touched[]): void;
  settleTouched(ids: readonly number[]): void;
  releaseTouched(): void;

  /** The gaps of a meter that start in the window become these. */
  replaceGaps(meter: string, window: Period, gaps: readonly Gap[]): void;
  gaps(meters: readonly string[], period: Period): readonly Gap[];

  /** What was derived, for listeners: spans after a sequence number. Bounded: old rows go. */
  recordDerived(spans: readonly Touched[]): void;
  derivedSince(sequence: number, limit: number): { readonly sequence: number; readonly list: readonly Touched[] };

  /** Takes or renews a lease; false when another holder has it and it has not run out. */
  lease(name: string, holder: string, seconds: number, now: EpochSeconds): boolean;
  endLease(name: string, holder: string): void;

  /** Small facts that must outlive a process (history made until, register hash and version). */
  remember(key: string, value: string): void;
  recall(key: string): string | undefined;

  addKey(key: ApiKey, hash: string): void;
  keyByHash(hash: string): ApiKey | undefined;
  keys(): readonly ApiKey[];
  revokeKey(id: string, now: EpochSeconds): boolean;

  addJob(kind: string, request: unknown): number;
  claimJob(kinds: readonly string[]): Job | undefined;
  progressJob(id: number, progress: number): void;
  endJob(id: number, state: 'done' | 'failed', result: unknown): void;
  jobs(limit: number): readonly Job[];

  close(): void;
}
