import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Delivery } from './message-source.ts';

/** A PUBLISH that a client of the embedded broker sent. */
export interface Published {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 1 | 2;
  readonly duplicate: boolean;
  /** Undefined for a last will, which the broker publishes by itself. */
  readonly packetId: number | undefined;
  /** Answers the client (undefined), or ends its connection (an error). */
  readonly answer: (error?: Error) => void;
}

class Held implements Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 1 | 2;
  // A publisher that asks for retention sends what it has just measured: nothing here is older than its arrival.
  readonly retained = false;
  readonly received: EpochSeconds;
  readonly duplicate: boolean;
  readonly clientId: string;
  readonly packetId: number | undefined;
  readonly owner: HeldPublishes;
  answer: (error?: Error) => void;
  since: EpochSeconds;
  settled = false;

  constructor(owner: HeldPublishes, published: Published, now: EpochSeconds) {
    this.owner = owner;
    this.topic = published.topic;
    this.payload = published.payload;
    this.qos = published.qos;
    this.duplicate = published.duplicate;
    this.clientId = published.clientId;
    this.packetId = published.packetId;
    this.answer = published.answer;
    this.received = now;
    this.since = now;
  }

  get fingerprint(): string | undefined {
    if (this.packetId === undefined) return undefined;
    return fingerprintOf(this.clientId, this.packetId, this.topic, this.payload);
  }

  acknowledge(): void {
    this.owner.settle(this, undefined);
  }

  release(): void {
    this.owner.settle(this, notSafe);
  }
}

const notSafe = new Error('the message could not be made safe: send it again');

/**
 * The messages that clients of the embedded broker have sent and that are not answered: the clients wait for their
 * PUBACK until the message is safe. A client that lost its connection and sends such a message again is not heard
 * twice: the one in hand then answers on the new connection.
 */
export class HeldPublishes {
  readonly #now: () => EpochSeconds;
  readonly #byClient = new Map<string, Map<number, Held>>();
  readonly #roomAgain: () => void;
  #count = 0;
  #bytes = 0;

  /** `now` answers epoch seconds; `roomAgain` is called whenever something is settled and there is room. */
  constructor(now: () => EpochSeconds, roomAgain: () => void) {
    this.#now = now;
    this.#roomAgain = roomAgain;
  }

  /** The delivery of a message just sent, or undefined when it is in hand already. */
  admit(published: Published): Delivery | undefined {
    const { clientId, packetId, duplicate } = published;
    const known = packetId === undefined ? undefined : this.#byClient.get(clientId)?.get(packetId);
    if (known !== undefined && duplicate && isSame(known, published)) {
      known.answer = published.answer;
      known.since = this.#now();
      return undefined;
    }
    const held = new Held(this, published, this.#now());
    this.#count += 1;
    this.#bytes += published.payload.length;
    if (packetId !== undefined) {
      const ofClient = this.#byClient.get(clientId) ?? new Map<number, Held>();
      this.#byClient.set(clientId, ofClient);
      // Deleted first, so that the oldest stays in front.
      ofClient.delete(packetId);
      ofClient.set(packetId, held);
    }
    return held;
  }

  /** Since when the oldest message of each client waits. */
  *oldest(): Generator<readonly [clientId: string, since: EpochSeconds]> {
    for (const [clientId, held] of this.#byClient) {
      const [first] = held.values();
      if (first !== undefined) yield [clientId, first.since];
    }
  }

  hasRoom(): boolean {
    return this.#count < 2 * limits.receiveMaximum && this.#bytes < limits.unsettledBytes;
  }

  settle(held: Held, error: Error | undefined): void {
    if (held.settled) return;
    held.settled = true;
    this.#count -= 1;
    this.#bytes -= held.payload.length;
    this.#remove(held);
    held.answer(error);
    if (this.hasRoom()) this.#roomAgain();
  }

  #remove({ clientId, packetId }: Held): void {
    const ofClient = this.#byClient.get(clientId);
    if (ofClient === undefined || packetId === undefined) return;
    if (ofClient.get(packetId)?.settled === true) ofClient.delete(packetId);
    if (ofClient.size === 0) this.#byClient.delete(clientId);
  }
}

function isSame(held: Held, published: Published): boolean {
  return held.topic === published.topic && held.payload.equals(published.payload);
}
