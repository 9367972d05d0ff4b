import type { Duplex } from 'node:stream';
import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Delivery } from './message-source.ts';

/** What of an arrived PUBLISH matters here. */
export interface Arrived {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retained: boolean;
  readonly duplicate: boolean;
  readonly packetId: number;
}

/** A stream of bytes to the broker. An acknowledgement goes to the one its message came from, or nowhere. */
export type Connection = Pick<Duplex, 'write' | 'writable'>;

/** Where a message that could not be made safe comes from once more. */
export interface Sender {
  /** The broker has it still, and sends it again on the connection after this one. */
  sendAgain(connection: Connection): void;
  /** The broker has lost the session it was of: only the copy here is left. */
  offerAgain(copy: () => Delivery): void;
}

type State = 'open' | 'safe' | 'answered';

class Unsettled implements Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 1 | 2;
  readonly retained: boolean;
  readonly received: EpochSeconds;
  readonly duplicate: boolean;
  readonly packetId: number;
  readonly window: ReceiveWindow;
  /** Where the acknowledgement goes: the connection on which the broker sent this message last. */
  connection: Connection;
  state: State = 'open';

  constructor(window: ReceiveWindow, arrived: Arrived, qos: 1 | 2, connection: Connection, received: EpochSeconds) {
    this.topic = arrived.topic;
    this.payload = arrived.payload;
    this.qos = qos;
    this.retained = arrived.retained;
    this.received = received;
    this.duplicate = arrived.duplicate;
    this.packetId = arrived.packetId;
    this.window = window;
    this.connection = connection;
  }

  get fingerprint(): string {
    return fingerprintOf(this.window.session, this.packetId, this.topic, this.payload);
  }

  acknowledge(): void {
    this.window.settle(this, true);
  }

  release(): void {
    this.window.settle(this, false);
  }
}

/**
 * The messages of one MQTT session that the broker has sent and that are not yet answered.
 *
 * PUBACK (QoS 1) and PUBREC (QoS 2) are written here, straight into the connection the message came from. MQTT.js would
 * send them through a queue that outlives the connection, and an acknowledgement sent on the next one may name an id
 * that by then belongs to another, unwritten message. QoS 2 is answered with PUBREC when the message is safe: MQTT.js
 * would answer at once and keep the message in memory, where kill -9 loses it, as the broker then repeats only PUBREL.
 *
 * When a connection is lost the broker sends again, in the same session, what was not answered. A message that is still
 * here is then not offered a second time: its answer moves to the new connection, or is given at once if it is safe by
 * now. This keeps memory within one window however often the network drops while the store is away.
 */
export class ReceiveWindow {
  /** Names the broker's session in fingerprints: ids of another session are other ids. */
  session = '';
  readonly #byId = new Map<number, Unsettled>();
  readonly #sender: Sender;
  readonly #now: () => EpochSeconds;
  #unsettled = 0;
  #bytes = 0;
  #answers: Unsettled[] = [];
  #waiting: { readonly room: Promise<void>; readonly done: () => void } | undefined;

  /** `now` answers epoch seconds. */
  constructor(now: () => EpochSeconds, sender: Sender) {
    this.#now = now;
    this.#sender = sender;
  }

  /**
   * The delivery of a message just arrived, or undefined when it is one that was offered before and is still in hand.
   */
  admit(arrived: Arrived, qos: 1 | 2, connection: Connection): Delivery | undefined {
    const known = this.#byId.get(arrived.packetId);
    if (known !== undefined && arrived.duplicate && isSame(known, arrived)) {
      known.connection = connection;
      if (known.state === 'safe') this.#answer(known);
      return undefined;
    }
    const delivery = new Unsettled(this, arrived, qos, connection, this.#now());
    this.#byId.set(arrived.packetId, delivery);
    return this.#count(delivery);
  }

  /** The broker began a new session: nothing of the old one will be sent again, and its ids mean nothing now. */
  forget(): void {
    this.#byId.clear();
  }

  /**
   * Undefined while there is room for more; otherwise a promise for it. Needed where a broker sends more than the
   * window.
   */
  room(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    if (this.#waiting === undefined) {
      const { promise: room, resolve: done } = Promise.withResolvers<void>();
      this.#waiting = { room, done };
    }
    return this.#waiting.room;
  }

  settle(delivery: Unsettled, safe: boolean): void {
    if (delivery.state !== 'open') return;
    delivery.state = 'safe';
    this.#unsettled -= 1;
    this.#bytes -= delivery.payload.length;
    const current = this.#byId.get(delivery.packetId) === delivery;
    if (safe && current) this.#answer(delivery);
    if (!safe && current) this.#byId.delete(delivery.packetId);
    if (!safe && current) this.#sender.sendAgain(delivery.connection);
    if (!safe && !current) this.#sender.offerAgain(() => this.#count(this.#copy(delivery)));
    if (this.#waiting !== undefined && this.#hasRoom()) {
      this.#waiting.done();
      this.#waiting = undefined;
    }
  }

  /** Writes what is settled and not yet answered; otherwise done at the end of the caller's turn. */
  flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (let start = 0; start < answers.length; ) {
      const connection = answers[start]?.connection;
      let end = start;
      while (end < answers.length && answers[end]?.connection === connection) end += 1;
      if (connection?.writable === true) this.#write(connection, answers.slice(start, end));
      start = end;
    }
  }

  #count(delivery: Unsettled): Unsettled {
    this.#unsettled += 1;
    this.#bytes += delivery.payload.length;
    return delivery;
  }

  #copy(delivery: Unsettled): Unsettled {
    return new Unsettled(this, delivery, delivery.qos, delivery.connection, delivery.received);
  }

  #hasRoom(): boolean {
    return this.#unsettled < 2 * limits.receiveMaximum && this.#bytes < limits.unsettledBytes;
  }

  /** Answers are gathered until the caller is through with its batch, and written at once. */
  #answer(delivery: Unsettled): void {
    if (this.#answers.length === 0) queueMicrotask(() => this.flush());
    this.#answers.push(delivery);
  }

  #write(connection: Connection, answers: readonly Unsettled[]): void {
    const bytes = Buffer.allocUnsafe(answers.length * 4);
    for (const [at, delivery] of answers.entries()) {
      // PUBACK is 0x40, PUBREC 0x50; two bytes of packet id follow; no reason code means success.
      bytes.writeUInt32BE(((delivery.qos === 1 ? 0x40 : 0x50) << 24) | (2 << 16) | delivery.packetId, at * 4);
      delivery.state = 'answered';
      this.#byId.delete(delivery.packetId);
    }
    connection.write(bytes);
  }
}

function isSame(known: Unsettled, arrived: Arrived): boolean {
  return known.topic === arrived.topic && known.payload.equals(arrived.payload);
}
