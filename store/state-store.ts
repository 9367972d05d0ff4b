import type { Act, ActKind } from '../domain/acts.ts';
import type { DataIssue, IssueKind, IssueReport, IssueState } from '../domain/diagnosis/data-issues.ts';
import type { Gap } from '../domain/half-hours/half-hours.ts';
import type { InboxEntry, InboxSighting, InboxState } from '../domain/estate/inbox.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { Reading } from '../domain/readings/reading.ts';
import type { ChangeCause } from '../domain/signoff/change-causes.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';
import type { AlertLog } from './alert-log.ts';
import type { Deliveries } from './deliveries.ts';
import type { KeptHistory } from './kept-history.ts';
import type { SignOffs } from './sign-offs.ts';

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

/** A row of quarantine without its evidence. */
export type RefusedNote = Pick<QuarantineRow, 'id' | 'meter' | 'code' | 'received' | 'detail'>;

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
  /** Why; readings where it is not said. */
  readonly causes?: readonly ChangeCause[] | undefined;
}
export interface TouchedRow extends Touched {
  readonly id: number;
  readonly causes: readonly ChangeCause[];
}

/** Everything one batch changes, committed in one transaction with one fsync. */
export interface BatchCommit {
  readonly tallies: readonly TallyChange[];
  readonly quarantined: readonly Quarantined[];
  readonly touched: readonly Touched[];
  /** Held until this process calls `releaseTouched`: the batch waits in its spool and reads do not see it yet. */
  readonly held: boolean;
  readonly highWater: readonly HighWater[];
  /** Late readings kept here until the database can be asked. */
  readonly parked: readonly Reading[];
  /** Rows of `parked` that this batch settles; each must still be there. */
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

/** A browser that signed in with a key. The token in its cookie is kept as a hash only. */
export interface Session {
  readonly hash: string;
  /** Id of the key. */
  readonly key: string;
  readonly created: EpochSeconds;
  /** When it was last used, as far as that was written down. */
  readonly used: EpochSeconds;
  /** When it ends however much it is used. */
  readonly ends: EpochSeconds;
}

/** Work that people ask for and the deriver does. */
export interface Job {
  readonly id: number;
  readonly kind: string;
  readonly request: unknown;
  /** Id of the API key that asked for it, or `local`. */
  readonly asker: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly result: unknown;
}

/** Which rows of the quarantine are meant; what is absent does not matter. */
export interface QuarantineFilter {
  readonly code?: ProblemCode | undefined;
  readonly meter?: string | undefined;
  /** An MQTT filter: `site/+/power`, `site/#`, or a topic as it is. */
  readonly topic?: string | undefined;
  /** Received at or after this. */
  readonly from?: EpochSeconds | undefined;
  /** Received before this. */
  readonly to?: EpochSeconds | undefined;
  readonly replayed?: boolean | undefined;
}

/** What of one UTC day of receipt is in quarantine under one code. */
export interface QuarantineDay {
  readonly day: string;
  readonly code: string;
  readonly messages: number;
  /** Those not replayed. */
  readonly waiting: number;
}

/** How full the quarantine is, and how many of its rows expired since the file was made. */
export interface QuarantineUse {
  readonly rows: number;
  readonly bytes: number;
  readonly expired: number;
  /** When the oldest message came that was not replayed. */
  readonly oldest: EpochSeconds | undefined;
  /** Not replayed, and so old that they go within `limits.quarantineNoticeSeconds`. */
  readonly expiring: number;
}

/** Which data issues are asked for; what is not said does not limit. */
export interface IssueQuery {
  readonly meters?: readonly string[] | undefined;
  readonly kinds?: readonly IssueKind[] | undefined;
  readonly states?: readonly IssueState[] | undefined;
  /** Those that overlap it. */
  readonly period?: Period | undefined;
  /** Ids greater than this one. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/**
 * The state of the house: one SQLite file, shared by the processes of one host. Calls are synchronous and short; each
 * writing call is one transaction that is on disk when it returns. Every call throws a ProblemError `store.*` when the
 * file cannot be used.
 */
export interface StateStore extends KeptHistory, SignOffs, AlertLog, Deliveries {
  /** Before the readings are written: verdicts on late readings, and the values that revisions replace. */
  prepare(verdicts: readonly Verdict[]): void;
  /** Verdicts prepared and not settled: what a crash left. By identity; one prepared again is replaced. */
  prepared(identities: readonly string[]): Map<string, Verdict>;
  commit(batch: BatchCommit): void;
  fingerprints(source: string): Set<string>;
  /** High-water marks never go back: an older reading committed later (by another process) leaves them as they are. */
  highWater(series: readonly string[]): Map<string, HighWater>;
  /**
   * Series whose newest reading changed after a sequence number, and the number to ask with next. The sequence grows
   * in the order of commits over all processes. A limit of 0 answers the newest number: where a new listener begins.
   */
  heardSince(sequence: number, limit: number): { readonly sequence: number; readonly list: readonly HighWater[] };
  memory(key: string): Uint8Array | undefined;
  /** Readings that this process (its holder name) parked, the oldest first. */
  parked(limit: number): readonly { readonly id: number; readonly reading: Reading }[];

  /** Lines of the UTC dates `from` to `to`, both included, in order of day and meter. */
  ledger(days: { readonly from: string; readonly to: string }, meters?: readonly string[]): readonly LedgerLine[];
  /** Rows of a filter with an id greater than `after`, the oldest first. */
  quarantine(page: QuarantineFilter & { readonly after: number; readonly limit: number }): readonly QuarantineRow[];
  countQuarantined(filter: QuarantineFilter): number;
  /** Rows by their ids; those that have gone are left out. */
  quarantined(ids: readonly number[]): readonly QuarantineRow[];
  quarantineUse(): QuarantineUse;
  /** How many rows each UTC day of receipt has by code, from a second on, in order of day and code. */
  quarantineDays(from: EpochSeconds): readonly QuarantineDay[];
  /** What was refused at receipt, without its payload: rows with an id greater than `after`, the oldest first. */
  refusedSince(after: number, limit: number): readonly RefusedNote[];
  /** Rows older than `limits.quarantineSeconds` go; answers how many. Of rows and bytes the bounds are kept always. */
  expireQuarantined(): number;
  /** Revisions of one meter's readings that lie in a period: the old values, kept; by the readings' time. */
  superseded(meter: string, period: Period): readonly Superseded[];

  /**
   * Touched spans of up to `limit` meters, those first that wait longest, not held; spans that meet or lie less than a
   * half-hour apart are one. They stay until `settleTouched`; a span touched again meanwhile has another id and stays.
   */
  touched(limit: number): readonly { readonly meter: string; readonly spans: readonly TouchedRow[] }[];
  /** How many meters there are with spans that are not held. */
  touchedMeters(): number;
  touch(spans: readonly Touched[]): void;
  settleTouched(ids: readonly number[]): void;
  /** What this process held may be worked out now: its spool is drained. */
  releaseTouched(): void;

  /** The gaps of a meter that start in the window become these; what they were is kept. */
  replaceGaps(meter: string, window: Period, gaps: readonly Gap[]): void;
  /** The gaps that overlap a period, by meter in the order asked and then by time. */
  gaps(meters: readonly string[], period: Period): readonly Gap[];

  /**
   * What finders found, all in one transaction. Idempotent: the same report again changes nothing. An issue whose
   * evidence has gone (a late reading explained it) goes with it, unless a person ignored it.
   */
  reportIssues(reports: readonly IssueReport[]): void;
  /** By id, the oldest first. */
  issues(query: IssueQuery): readonly DataIssue[];
  issue(id: number): DataIssue | undefined;
  /** False when there is no such issue, or it is ignored already. */
  ignoreIssue(id: number, who: string, reason: string): boolean;
  /** False when there is no such issue, or it is not ignored. */
  reopenIssue(id: number): boolean;

  /** Puts topics down that nobody has registered; beyond the bound those that were silent longest go. */
  noteInbox(sightings: readonly InboxSighting[]): void;
  /** Entries with an id greater than `after`. */
  inbox(page: {
    readonly after: number;
    readonly limit: number;
    readonly state?: InboxState | undefined;
  }): readonly InboxEntry[];
  inboxEntry(id: number): InboxEntry | undefined;
  /** False when there is no such entry. */
  settleInbox(id: number, state: InboxState, now: EpochSeconds): boolean;

  /**
   * What was derived, for listeners: spans after a sequence number, in which half-hours or days may be others. Logged
   * after it can be read from the store. Rows are numbered one after the other. Bounded: old rows go. A limit of 0
   * answers the newest number.
   */
  recordDerived(spans: readonly Touched[]): void;
  derivedSince(sequence: number, limit: number): { readonly sequence: number; readonly list: readonly Touched[] };

  /** Takes or renews a lease; false when another holder has it and it has not run out. */
  lease(name: string, holder: string, seconds: number, now: EpochSeconds): boolean;
  endLease(name: string, holder: string): void;

  /** Small facts that must outlive a process (history made until, register hash and version). */
  remember(key: string, value: string): void;
  recall(key: string): string | undefined;

  addKey(key: ApiKey, hash: string): void;
  /** Undefined for a revoked key too. */
  keyByHash(hash: string): ApiKey | undefined;
  keys(): readonly ApiKey[];
  /** True when there was such a key, not revoked yet. Its sessions end with it. */
  revokeKey(id: string, now: EpochSeconds): boolean;

  /** Sessions that are over go; so does that of the same key unused for longest where the key has its bound of them. */
  addSession(session: Session): void;
  /** A session that is not over, with its key; undefined for any other hash. */
  sessionByHash(hash: string, now: EpochSeconds): { readonly session: Session; readonly key: ApiKey } | undefined;
  useSession(hash: string, now: EpochSeconds): void;
  /** True when there was one. */
  endSession(hash: string): boolean;

  /** Refused (`request.too-many`) when the table is full of jobs that wait. */
  addJob(kind: string, request: unknown, asker?: string): number;
  /** The oldest waiting job of these kinds, now running; no other process gets it. */
  claimJob(kinds: readonly string[]): Job | undefined;
  /** Jobs that a crash left running wait again; answers how many. For the deriver, just after it took its lease. */
  returnJobs(): number;
  /** `progress` from 0 to 1. */
  progressJob(id: number, progress: number): void;
  endJob(id: number, state: 'done' | 'failed', result: unknown): void;
  /** Newest first. */
  jobs(limit: number): readonly Job[];
  /** Undefined when there was none, or it has made room. */
  job(id: number): Job | undefined;

  /** Keeps what a person did, for ever, and touches what is to be worked out again with it; answers its id. */
  recordAct(act: Omit<Act, 'id'>, touched?: readonly Touched[]): number;
  /** Acts with an id greater than `after`, the oldest first; those of before an instant where it is said. */
  acts(page: {
    readonly after?: number;
    readonly before?: EpochSeconds | undefined;
    readonly limit: number;
    readonly meter?: string | undefined;
    readonly kinds?: readonly ActKind[] | undefined;
  }): readonly Act[];

  close(): void;
}
