import type { Logger } from 'pino';
import type { Estate } from '../domain/estate/estate.ts';
import type { InboxSighting, ProposedMeter } from '../domain/estate/inbox.ts';
import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { StateStore } from '../store/state-store.ts';
import { decodersOf } from './known-decoders.ts';
import type { Message } from './message-source.ts';
import { recognise } from './recognise.ts';

interface Seen {
  first: EpochSeconds;
  last: EpochSeconds;
  messages: number;
  /** When it may be put down again. */
  next: EpochSeconds;
  message: Pick<Message, 'topic' | 'payload' | 'received' | 'retained'>;
  proposals: readonly ProposedMeter[];
}

/**
 * Puts topics of nobody's meters into the inbox. Seeing a message is a look into a map; a few topics a second are
 * looked at closer and written, each at most once a minute, so that a flood of them costs the messages nothing.
 * What was seen since then is lost when the process is killed: it is in the quarantine and the ledgers all the same.
 */
export class InboxWatch {
  readonly #state: Pick<StateStore, 'noteInbox'>;
  readonly #log: Pick<Logger, 'warn'>;
  #estate: Estate;
  readonly #seen = new Map<string, Seen>();
  /** Topics to put down, the oldest first. */
  readonly #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(state: Pick<StateStore, 'noteInbox'>, estate: Estate, log: Pick<Logger, 'warn'>) {
    this.#state = state;
    this.#estate = estate;
    this.#log = log;
  }

  setEstate(estate: Estate): void {
    this.#estate = estate;
    // Another family may understand them now.
    for (const seen of this.#seen.values()) seen.proposals = [];
  }

  /** A message that no meter listens to, or of a device that no meter is. */
  see(message: Pick<Message, 'topic' | 'payload' | 'received' | 'retained'>): void {
    const { topic, received } = message;
    if (topic.length > limits.topicBytes) return;
    const seen = this.#seen.get(topic);
    if (seen) {
      seen.messages++;
      seen.last = Math.max(seen.last, received);
      // The first of those that wait is the one that is looked at.
      if (received < seen.next || this.#due.has(topic)) return;
      seen.message = message;
    } else {
      if (this.#seen.size >= limits.inboxRows) this.#seen.clear();
      this.#seen.set(topic, { first: received, last: received, messages: 1, next: 0, message, proposals: [] });
    }
    if (this.#due.size >= limits.inboxRows) return;
    this.#due.add(topic);
    this.#timer ??= setTimeout(() => this.#put(), limits.inboxPauseMs).unref();
  }

  /** Puts down what is due, all of it. */
  close(): void {
    clearTimeout(this.#timer);
    while (this.#due.size > 0) this.#put();
    clearTimeout(this.#timer);
  }

  #put(): void {
    this.#timer = undefined;
    const topics = [...this.#due].slice(0, limits.inboxTopicsAtOnce);
    for (const topic of topics) this.#due.delete(topic);
    try {
      this.#state.noteInbox(topics.flatMap((topic) => this.#sighting(topic) ?? []));
    } catch (error) {
      this.#log.warn({ err: error }, 'topics that nobody has registered could not be put into the inbox');
    }
    if (this.#due.size > 0) this.#timer ??= setTimeout(() => this.#put(), limits.inboxPauseMs).unref();
  }

  #sighting(topic: string): InboxSighting | undefined {
    const seen = this.#seen.get(topic);
    if (!seen) return undefined;
    const { first, last, messages, message } = seen;
    if (seen.proposals.length === 0) {
      const [likeliest] = recognise(message, decodersOf(this.#estate).values());
      seen.proposals = likeliest?.proposals ?? [];
    }
    // A copy: what stays must not hold the packet that it came in.
    const payload = Uint8Array.from(message.payload.subarray(0, limits.inboxHeadBytes));
    seen.message = { ...message, payload };
    seen.messages = 0;
    seen.next = last + limits.inboxSeconds;
    return { topic, first, last, messages, payload, proposals: seen.proposals };
  }
}
