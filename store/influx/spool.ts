import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { limits } from '../../domain/limits.ts';
import { type ProblemCode, ProblemError } from '../../domain/problems.ts';
import { Turns } from '../turns.ts';
import { encodeRecord, type FoundRecord, nextRecord } from './spool-record.ts';

export interface SpoolOptions {
  /** A folder of its own; one process at a time holds it. */
  readonly folder: string;
  /** Epoch seconds. */
  readonly clock: () => number;
  readonly log: Logger;
  readonly bytes?: number;
  readonly segmentBytes?: number;
  readonly seconds?: number;
}

/** What is read at once when the spool is drained. */
const readBytes = 4_194_304;

interface Segment {
  readonly path: string;
  readonly number: number;
  /** Bytes of whole records. */
  bytes: number;
  /** Whole records, those already drained included. */
  records: number;
}

interface Waiting {
  readonly payload: Uint8Array;
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Batches that wait for the database, in order, in files that are only appended to. A batch is synced before `append`
 * resolves; batches that arrive together share one sync. A segment goes when its last batch was drained, so a kill
 * makes some batches be sent again, in their order, but never an old one after a newer one that was sent directly.
 */
export class Spool {
  readonly #options: Required<SpoolOptions>;
  readonly #lock: DatabaseSync;
  readonly #segments: Segment[];
  readonly #files = new Turns(1);
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #active: { readonly segment: Segment; readonly file: FileHandle } | undefined;
  /** A piece of the segment that is drained, from byte `base` of it on. */
  #window: { readonly base: number; readonly content: Buffer } | undefined;
  /** Where the batch that `peek` answered ends. */
  #peekedEnd: number | undefined;
  #drainedBytes = 0;
  #drainedRecords = 0;
  #oldest: number | undefined;
  #retiring = false;
  #closed = false;

  constructor(options: Required<SpoolOptions>, lock: DatabaseSync, segments: Segment[]) {
    this.#options = options;
    this.#lock = lock;
    this.#segments = segments;
  }

  /** Whether nothing waits and no file is left that a restart would send again. */
  get empty(): boolean {
    return this.#segments.length === 0 && this.#waiting.length === 0 && this.#flushing === undefined && !this.#retiring;
  }

  get backlog(): { readonly batches: number; readonly bytes: number } {
    const total = (key: 'records' | 'bytes'): number => this.#segments.reduce((sum, one) => sum + one[key], 0);
    return { batches: total('records') - this.#drainedRecords, bytes: total('bytes') - this.#drainedBytes };
  }

  /** Resolves when the batch is synced; rejects with `store.full` when there is no room, `store.failed` otherwise. */
  async append(payload: Uint8Array): Promise<void> {
    if (this.#closed) throw diskProblem(new Error('the spool is closed'), this.#options.folder);
    await new Promise<void>((done, fail) => {
      this.#waiting.push({ payload, done, fail });
      this.#flushing ??= this.#flush();
    });
  }

  /** The oldest batch that is not drained. */
  async peek(): Promise<Buffer | undefined> {
    return await this.#files.take(async () => {
      const [segment] = this.#segments;
      if (!segment) return undefined;
      const record = await this.#recordAt(segment, this.#drainedBytes);
      this.#oldest = record?.appended;
      this.#peekedEnd = record?.end;
      return record?.payload;
    });
  }

  /** Forgets the batch that `peek` answered. */
  async drop(): Promise<void> {
    await this.#files.take(async () => {
      const [segment] = this.#segments;
      if (!segment || this.#peekedEnd === undefined) return;
      this.#drainedBytes = this.#peekedEnd;
      this.#drainedRecords += 1;
      this.#oldest = undefined;
      this.#peekedEnd = undefined;
      if (this.#drainedRecords >= segment.records) await this.#retire(segment);
    });
  }

  /** Reads a piece of the segment and, where no whole record is in it, larger ones up to its end. */
  async #recordAt(segment: Segment, from: number): Promise<FoundRecord | undefined> {
    for (let bytes = readBytes; ; bytes *= 4) {
      const { base, content } = this.#window ?? { base: 0, content: Buffer.alloc(0) };
      const found = from >= base ? nextRecord(content, from - base) : undefined;
      if (found) return { ...found, start: found.start + base, end: found.end + base };
      if (base === from && base + content.length >= segment.bytes) return undefined;
      const piece = await readPiece(segment, from, bytes);
      if (piece.length < Math.min(bytes, segment.bytes - from)) {
        throw new Error(`${segment.path} is shorter than what was written to it`);
      }
      this.#window = { base: from, content: piece };
    }
  }

  /** Gives files and folder free; what waits stays on disk. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.#files.allDone();
    await this.#active?.file.close();
    this.#active = undefined;
    if (this.#lock.isOpen) this.#lock.close();
  }

  async #retire(segment: Segment): Promise<void> {
    this.#retiring = true;
    try {
      if (this.#active?.segment === segment) {
        await this.#active.file.close();
        this.#active = undefined;
      }
      await rm(segment.path, { force: true });
      await syncFolder(this.#options.folder);
    } finally {
      this.#retiring = false;
    }
    this.#segments.shift();
    this.#window = undefined;
    this.#drainedBytes = 0;
    this.#drainedRecords = 0;
  }

  /** Writes what waits, as often as something does. Never rejects: each batch's own promise says what became of it. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#files.take(() => this.#write(batch.map((one) => one.payload)));
        for (const one of batch) one.done();
      } catch (error) {
        for (const one of batch) one.fail(this.#problemOf(error));
      }
    }
    this.#flushing = undefined;
  }

  async #write(payloads: readonly Uint8Array[]): Promise<void> {
    const appended = Math.floor(this.#options.clock());
    const records = payloads.map((payload) => encodeRecord(payload, appended));
    const bytes = records.reduce((sum, record) => sum + record.length, 0);
    this.#assertRoom(bytes, appended);
    const { segment, file } = await this.#segmentFor(bytes);
    try {
      await writeWhole(file, Buffer.concat(records, bytes), segment.bytes);
      await file.datasync();
    } catch (error) {
      // What a failed sync left cannot be known: the segment ends at what was safe before, and another one goes on.
      this.#active = undefined;
      await file.truncate(segment.bytes).catch(() => undefined);
      await file.close().catch(() => undefined);
      if (segment.records === 0) await this.#discard(segment);
      throw error;
    }
    segment.bytes += bytes;
    segment.records += records.length;
  }

  async #discard(segment: Segment): Promise<void> {
    this.#segments.splice(this.#segments.indexOf(segment), 1);
    await rm(segment.path, { force: true }).catch(() => undefined);
  }

  #assertRoom(bytes: number, now: number): void {
    const held = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    if (held + bytes > this.#options.bytes) {
      throw this.#full(`${held} bytes wait for the database`, `${this.#options.bytes} bytes at most`);
    }
    if (this.#oldest !== undefined && now - this.#oldest > this.#options.seconds) {
      throw this.#full(
        `readings wait since ${new Date(this.#oldest * 1000).toISOString()}`,
        `${this.#options.seconds} s at most`,
      );
    }
  }

  async #segmentFor(bytes: number): Promise<{ segment: Segment; file: FileHandle }> {
    const current = this.#active;
    if (current && current.segment.bytes + bytes <= this.#options.segmentBytes) return current;
    await current?.file.close();
    this.#active = undefined;
    const number = (this.#segments.at(-1)?.number ?? 0) + 1;
    const path = join(this.#options.folder, segmentName(number));
    const file = await open(path, 'w');
    await syncFolder(this.#options.folder);
    const segment: Segment = { path, number, bytes: 0, records: 0 };
    this.#segments.push(segment);
    this.#active = { segment, file };
    return this.#active;
  }

  #full(found: string, expected: string): ProblemError {
    return new ProblemError([{ code: 'store.full', where: this.#options.folder, found, expected }]);
  }

  #problemOf(error: unknown): Error {
    if (error instanceof ProblemError) return error;
    return diskProblem(error, this.#options.folder);
  }
}

/**
 * Opens the folder and counts what waits in it. Rejects with `store.spool-in-use` when another process holds it,
 * `store.failed` when it cannot be used.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const whole = {
    bytes: limits.spoolBytes,
    segmentBytes: limits.spoolSegmentBytes,
    seconds: limits.spoolSeconds,
    ...options,
  };
  let lock: DatabaseSync | undefined;
  try {
    await mkdir(options.folder, { recursive: true });
    lock = lockFolder(options.folder);
    const segments: Segment[] = [];
    const names = (await readdir(options.folder)).filter((name) => /^\d{12}\.spool$/.test(name)).sort();
    for (const name of names) {
      const segment = await scanSegment(join(options.folder, name), Number(name.slice(0, 12)), options.log);
      if (segment) segments.push(segment);
    }
    return new Spool(whole, lock, segments);
  } catch (error) {
    if (lock?.isOpen) lock.close();
    throw error instanceof ProblemError ? error : diskProblem(error, options.folder);
  }
}

/** The kernel gives the lock of a database file free when its process ends, however it ends. */
function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    throw new ProblemError([{ code: 'store.spool-in-use', where: folder }], { cause: error });
  }
}

/** Counts the whole records of a segment; one without any goes. */
async function scanSegment(path: string, number: number, log: Logger): Promise<Segment | undefined> {
  const content = await readFile(path);
  let records = 0;
  let end = 0;
  for (let found = nextRecord(content, 0); found; found = nextRecord(content, end)) {
    if (found.start > end) log.error({ path, from: end, to: found.start }, 'a part of the spool is damaged');
    records += 1;
    end = found.end;
  }
  const torn = content.length - end;
  if (torn > 0) log.warn({ path, bytes: torn }, 'the last batch of a spool segment was cut off and never acknowledged');
  if (records > 0) return { path, number, bytes: end, records };
  await rm(path, { force: true });
  return undefined;
}

/** A disk that is nearly full takes the beginning and says so with a number only; what is left over says why. */
async function writeWhole(file: FileHandle, content: Buffer, at: number): Promise<void> {
  for (let done = 0; done < content.length; ) {
    const { bytesWritten } = await file.write(content, done, content.length - done, at + done);
    if (bytesWritten === 0) throw new Error(`nothing of ${content.length - done} bytes was written`);
    done += bytesWritten;
  }
}

async function readPiece(segment: Segment, from: number, bytes: number): Promise<Buffer> {
  const content = Buffer.alloc(Math.min(bytes, segment.bytes - from));
  const file = await open(segment.path, 'r');
  try {
    const { bytesRead } = await file.read(content, 0, content.length, from);
    return content.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function segmentName(number: number): string {
  return `${String(number).padStart(12, '0')}.spool`;
}

/** A new or removed name is safe only when its folder is synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function diskProblem(error: unknown, where: string): ProblemError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const full: ProblemCode = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'store.full' : 'store.failed';
  const detail = error instanceof Error ? error.message : String(error);
  return new ProblemError([{ code: full, where, detail }], { cause: error });
}
