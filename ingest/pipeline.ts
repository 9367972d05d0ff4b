import type { Logger } from 'pino';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { BatchMemory } from './batch-memory.ts';
import { bookColumns } from './book-columns.ts';
import { type Booked, Booking, type Books, type Parking } from './booking.ts';
import type { Ask } from './decoder.ts';
import { InboxWatch } from './inbox-watch.ts';
import type { Consumer, Delivery, Message } from './message-source.ts';
import type { ReadingColumns } from '../domain/readings/reading-columns.ts';
import { Receipts } from './receipts.ts';
import { type Received, receive, unregistered } from './receive.ts';
import { type Replayed, replayRows } from './replay.ts';
import { SeriesMarks } from './series-marks.ts';
import { TopicIndex } from './topic-index.ts';

export interface PipelineOptions {
  /** Name of the message source: fingerprints of its messages are kept under it. */
  readonly source: string;
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: Estate;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Whether other processes take messages of the same meters: a shared subscription. */
  readonly shared?: boolean | undefined;
  /** Sends what a decoder asks a device for; nothing waits for it. Without it devices are asked for nothing. */
  readonly publish?: ((ask: Ask) => void) | undefined;
}

/**
 * What has been done since this process began, for `/metrics`. Numbers only grow, but for those that say what is now.
 */
export interface PipelineCounters {
  readonly messages: Record<'received' | 'decoded' | 'ignored' | 'quarantined' | 'redelivered' | 'released', number>;
  readonly readings: Record<'stored' | 'repeated' | 'revised' | 'refused' | 'parked', number>;
  readonly batches: { done: number; failed: number; seconds: number };
  /** Now. */
  readonly queued: number;
  readonly parked: number;
  readonly pausedMs: number;
}

/** A delivery in the queue, and what it was found to be by the register of that moment. */
interface Waiting {
  readonly delivery: Delivery;
  readonly early: { readonly index: TopicIndex; readonly found: Received } | undefined;
}

/**
 * From deliveries to the books: a bounded queue, batches, one at a time. A delivery is acknowledged when its batch is
 * written and committed. One that could not be stays in front and is tried again, after a pause that grows. A batch
 * that is not full waits for company about as long as the last one took, so that a lone message waits little and a
 * stream fills its batches.
 */
export class Pipeline implements Consumer {
  readonly #options: PipelineOptions;
  readonly #books: Books;
  readonly #fingerprints: Fingerprints;
  readonly #memory: BatchMemory;
  readonly #receipts: Receipts;
  readonly #inbox: InboxWatch;
  #index: TopicIndex;
  #queue: Waiting[] = [];
  readonly #errands: (() => Promise<void>)[] = [];
  #wake: () => void = () => {};
  #room: { readonly promise: Promise<void>; readonly open: () => void } | undefined;
  #running: Promise<void> | undefined;
  #closing = false;
  #parked: number;
  /** When waiting readings are looked up again, by the clock that nobody sets. */
  #nextLook = 0;
  #drained = true;
  #pause = 0;
  #lastBatchMs = 0;
  readonly #counted: Omit<PipelineCounters, 'queued' | 'parked' | 'pausedMs'> = {
    messages: { received: 0, decoded: 0, ignored: 0, quarantined: 0, redelivered: 0, released: 0 },
    readings: { stored: 0, repeated: 0, revised: 0, refused: 0, parked: 0 },
    batches: { done: 0, failed: 0, seconds: 0 },
  };

  constructor(options: PipelineOptions) {
    const { store, state, estate, source, shared } = options;
    this.#options = options;
    this.#books = { store, state, marks: new SeriesMarks(state), shared };
    this.#index = new TopicIndex(estate);
    this.#inbox = new InboxWatch(state, estate, options.log);
    this.#fingerprints = new Fingerprints(state.fingerprints(source));
    this.#memory = new BatchMemory(state);
    this.#receipts = new Receipts(state, source);
    this.#parked = state.parked(limits.parkedReadings).length;
    store.onDrained(() => {
      this.#drained = true;
      this.#nextLook = 0;
      this.#wake();
    });
  }

  /** Begins to take batches. What was offered before waits in the queue. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Topic filters of the estate as it is now: what a source must subscribe to. */
  get filters(): readonly string[] {
    return this.#index.filters;
  }

  get counters(): PipelineCounters {
    const { messages, readings, batches } = this.#counted;
    return {
      messages: { ...messages },
      readings: { ...readings },
      batches: { ...batches },
      queued: this.#queue.length,
      parked: this.#parked,
      pausedMs: this.#pause,
    };
  }

  /** From the next batch on the register is this one. */
  setEstate(estate: Estate): void {
    this.#index = new TopicIndex(estate);
    this.#inbox.setEstate(estate);
  }

  offer(delivery: Delivery): void | Promise<void> {
    if (this.#closing) {
      delivery.release();
      return;
    }
    this.#queue.push({ delivery, early: this.#receiveEarly(delivery) });
    this.#wake();
    if (this.#queue.length < limits.queueMessages) return;
    this.#room ??= roomLater();
    return this.#room.promise;
  }

  /**
   * Puts quarantined messages through the pipeline again, between two batches, by the register as it is now; with
   * `clockWasBehind`, stamps are held against the clock of now. Rejects with a ProblemError `store.*` when the store
   * cannot be asked; then nothing has changed.
   */
  replay(ids: readonly number[], { clockWasBehind = false } = {}): Promise<Replayed> {
    const { state, clock } = this.#options;
    return new Promise((resolve, reject) => {
      this.#errands.push(() => {
        const judgedAt = clockWasBehind ? Math.floor(clock() / 1000) : undefined;
        return replayRows(ids, state, this.#books, this.#index, judgedAt).then(resolve, reject);
      });
      this.#wake();
    });
  }

  /**
   * Books readings that came in a file, between two batches. Rejects with a ProblemError `store.*` when they cannot be
   * booked; offered again, each of them counts once.
   */
  bookFile(columns: ReadingColumns): Promise<Booked> {
    return new Promise((resolve, reject) => {
      this.#errands.push(async () => {
        try {
          const booked = await bookColumns(this.#books, columns);
          this.#count(booked);
          resolve(booked);
        } catch (error) {
          reject(error);
        }
      });
      this.#wake();
    });
  }

  /** Books what is queued and ends. What cannot be booked is released. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#running;
    for (const errand of this.#errands.splice(0)) await errand();
    for (const { delivery } of this.#queue.splice(0)) this.#release(delivery);
    this.#openRoom();
    this.#inbox.close();
  }

  async #run(): Promise<void> {
    for (;;) {
      if (this.#pause > 0) await this.#until(() => this.#closing, this.#pause);
      await this.#waitForWork();
      if (this.#closing && this.#queue.length === 0 && this.#errands.length === 0) return;
      await this.#turn();
      if (this.#closing && this.#pause > 0) return;
    }
  }

  #hasWork(): boolean {
    return this.#closing || this.#queue.length > 0 || this.#errands.length > 0 || this.#drained || this.#looksNow();
  }

  /** Whether readings that wait are looked up now. */
  #looksNow(): boolean {
    if (this.#parked === 0 || performance.now() < this.#nextLook) return false;
    return this.#options.store.backlog().batches === 0;
  }

  async #waitForWork(): Promise<void> {
    await this.#until(() => this.#hasWork(), this.#parked > 0 ? limits.retryFirstMs : undefined);
    const company = Math.min(limits.batchWaitMs, this.#lastBatchMs);
    if (this.#queue.length > 0 && company > 0) {
      const isReady = () => this.#closing || this.#errands.length > 0 || this.#queue.length >= limits.batchMessages;
      await this.#until(isReady, company);
    }
  }

  /** Resolves when something is so, asked again at each wake, or when the time has passed. */
  async #until(isSo: () => boolean, ms?: number): Promise<void> {
    if (isSo()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    this.#wake = () => {
      if (isSo()) resolve();
    };
    await promise;
    clearTimeout(timer);
  }

  async #turn(): Promise<void> {
    const { state, store } = this.#options;
    const started = performance.now();
    const batch = this.#queue.slice(0, limits.batchMessages);
    let taken = 0;
    try {
      if (this.#drained) {
        this.#drained = false;
        if (store.backlog().batches === 0) state.releaseTouched();
      }
      if (this.#looksNow()) await this.#settleParked();
      for (const errand of this.#errands.splice(0)) await errand();
      if (batch.length > 0) {
        taken = await this.#book(batch);
        this.#lastBatchMs = performance.now() - started;
        this.#counted.batches.done++;
        this.#counted.batches.seconds += this.#lastBatchMs / 1000;
      }
      this.#pause = 0;
    } catch (error) {
      this.#failed(error, batch.length);
    }
    this.#queue.splice(0, taken);
    if (this.#queue.length < limits.queueMessages / 2) this.#openRoom();
  }

  #openRoom(): void {
    this.#room?.open();
    this.#room = undefined;
  }

  /**
   * Nothing of the batch was acknowledged, and it keeps its place. It may be written and not committed: were anything
   * behind it booked first, marks would move past its readings, and those, when they came again, would be found in the
   * store and counted as repeats of themselves.
   */
  #failed(error: unknown, messages: number): void {
    this.#pause = Math.min(limits.retryLongestMs, Math.max(limits.retryFirstMs, this.#pause * 2));
    this.#counted.batches.failed++;
    this.#memory.discard();
    this.#options.log.error({ err: error, messages, pause_ms: this.#pause }, 'a batch could not be booked');
  }

  #release(delivery: Delivery): void {
    this.#counted.messages.released++;
    delivery.release();
  }

  /** Books the front of a batch, as much as bounds allow; answers how many deliveries that was. */
  async #book(batch: readonly Waiting[]): Promise<number> {
    const { source, store } = this.#options;
    const booking = new Booking(this.#books, this.#parking());
    const fresh: string[] = [];
    const receipts: [string, number][] = [];
    let inBatch: Set<string> | undefined;
    let asks: readonly Ask[] = [];
    let taken = 0;
    let redelivered = 0;
    for (const { delivery, early } of batch) {
      if (booking.readings >= limits.batchReadings) break;
      taken++;
      const { fingerprint } = delivery;
      if (fingerprint !== undefined) {
        if (delivery.duplicate) {
          inBatch ??= new Set(fresh);
          if (inBatch.has(fingerprint) || this.#fingerprints.has(fingerprint)) {
            redelivered++;
            continue;
          }
        }
        inBatch?.add(fingerprint);
        fresh.push(fingerprint);
      }
      const message = this.#asReceivedFirst(delivery);
      const found = message === delivery && early?.index === this.#index ? early.found : this.#receive(message);
      if (found.problem?.code === 'message.unregistered') this.#inbox.see(message);
      booking.addMessage(message, found);
      if (fingerprint !== undefined && found.readings.some(({ at }) => at === message.received)) {
        receipts.push([fingerprint, message.received]);
      }
    }
    if (taken > redelivered) {
      this.#receipts.keep(receipts);
      const fingerprints = fresh.length > 0 ? { source, list: fresh } : undefined;
      const booked = await booking.settle({ fingerprints, memory: this.#memory.changed });
      this.#fingerprints.add(fresh);
      this.#receipts.booked(fresh);
      asks = this.#memory.keep();
      this.#count(booked);
      // The spool may have been drained before the commit said that the spans are held.
      if (booked.spooled && store.backlog().batches === 0) this.#drained = true;
    }
    this.#counted.messages.redelivered += redelivered;
    for (let i = 0; i < taken; i++) batch[i]?.delivery.acknowledge();
    this.#ask(asks);
    return taken;
  }

  /** The batch is booked: whatever happens here, it must not be booked again. */
  #ask(asks: readonly Ask[]): void {
    const { log, publish } = this.#options;
    for (const ask of asks) {
      try {
        publish?.(ask);
        log.info({ topic: ask.topic, why: ask.why }, 'a device is asked');
      } catch (error) {
        log.warn({ err: error, topic: ask.topic }, 'a device could not be asked');
      }
    }
  }

  #parking(): Parking {
    if (this.#parked >= limits.parkedReadings) return 'never';
    return this.#parked > 0 ? 'must' : 'may';
  }

  #asReceivedFirst(delivery: Delivery): Message {
    const { fingerprint, duplicate } = delivery;
    const received = duplicate && fingerprint !== undefined ? this.#receipts.first(fingerprint) : undefined;
    if (received === undefined) return delivery;
    const { topic, payload, qos, retained } = delivery;
    return { topic, payload, qos, retained, received };
  }

  /**
   * Decodes a message as it comes, while the batch before it is written. What comes again, and what a decoder's memory
   * has a say in, waits for its batch.
   */
  #receiveEarly(delivery: Delivery): Waiting['early'] {
    if (delivery.duplicate) return undefined;
    const listeners = this.#index.match(delivery.topic);
    if (listeners.some(({ decoder }) => decoder.memoryKey?.(delivery.topic) !== undefined)) return undefined;
    return { index: this.#index, found: this.#receive(delivery, listeners) };
  }

  #receive(delivery: Message, listeners = this.#index.match(delivery.topic)): Received {
    try {
      return receive(delivery, listeners, this.#memory);
    } catch (error) {
      // A mistake of ours: the message is kept and does not come back for ever.
      this.#options.log.error({ err: error, topic: delivery.topic }, 'a decoder failed');
      const meter = listeners[0]?.meters[0]?.id ?? unregistered;
      const problem = { code: 'internal', detail: `the decoder failed: ${String(error)}` } as const;
      return { meter, outcome: 'quarantined', readings: [], refusals: [], problem };
    }
  }

  /** Looks up readings that waited for the store, the oldest first. */
  async #settleParked(): Promise<void> {
    const { log, state } = this.#options;
    const rows = state.parked(limits.batchReadings);
    const booking = new Booking(this.#books, 'never');
    for (const { reading } of rows) booking.addParked(reading);
    // Before the attempt: a spool drained during it asks for the next one at once.
    this.#nextLook = performance.now() + limits.retryLongestMs;
    try {
      this.#count(await booking.settle({ unparked: rows.map(({ id }) => id) }));
      this.#parked -= rows.length;
      // The count is of this process; should it ever differ from the rows, the rows are right.
      if (rows.length < limits.batchReadings) this.#parked = 0;
      this.#nextLook = 0;
    } catch (error) {
      log.warn({ err: error, readings: rows.length }, 'late readings still wait for the store');
    }
  }

  #count({ sheet, parked }: Booked): void {
    const totals = sheet.totals();
    const { messages, readings } = this.#counted;
    for (const term of ['decoded', 'ignored', 'quarantined'] as const) {
      messages[term] += totals[term] ?? 0;
      messages.received += totals[term] ?? 0;
    }
    for (const term of ['stored', 'repeated', 'revised', 'refused'] as const) readings[term] += totals[term] ?? 0;
    readings.parked += parked;
    this.#parked += parked;
  }
}

/** The newest fingerprints of a source's booked messages. They are sorted when first asked for: few ever are. */
class Fingerprints {
  readonly #known: Set<string>;
  /** Booked since the last question, oldest first. */
  readonly #fresh: (readonly string[])[] = [];
  #freshCount = 0;

  constructor(known: ReadonlySet<string>) {
    this.#known = new Set(known);
  }

  has(fingerprint: string): boolean {
    this.#sort();
    return this.#known.has(fingerprint);
  }

  add(list: readonly string[]): void {
    this.#fresh.push(list);
    this.#freshCount += list.length;
    // Those after it alone are as many as are kept.
    while (this.#freshCount - (this.#fresh[0]?.length ?? 0) >= limits.fingerprints) {
      this.#freshCount -= this.#fresh.shift()?.length ?? 0;
    }
  }

  #sort(): void {
    for (const fingerprint of this.#fresh.splice(0).flat()) {
      this.#known.delete(fingerprint);
      this.#known.add(fingerprint);
    }
    this.#freshCount = 0;
    for (const oldest of this.#known) {
      if (this.#known.size <= limits.fingerprints) return;
      this.#known.delete(oldest);
    }
  }
}

function roomLater(): { readonly promise: Promise<void>; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}
