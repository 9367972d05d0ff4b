import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delivery } from '../../ingest/message-source.ts';
import { type Connection, ReceiveWindow } from '../../ingest/receive-window.ts';

interface Sent {
  readonly n: number;
  readonly payload: Buffer;
}

/**
 * A broker as the standard describes one, which gives the lowest free id to the next message: the hardest kind to
 * answer rightly. It knows which messages it was told to forget.
 */
class ModelBroker {
  readonly inFlight = new Map<number, Sent>();
  readonly forgotten = new Set<number>();
  /** Answers that were written while the connection stood. */
  readonly written = new Set<number>();
  wire: number[] = [];
  up = true;
  connection: Connection = this.connect();

  connect(): Connection {
    this.up = true;
    this.wire = [];
    const stands = (): boolean => this.connection === connection && this.up;
    const connection: Connection = {
      get writable(): boolean {
        return stands();
      },
      write: (bytes: Buffer): boolean => {
        for (let at = 0; at < bytes.length && stands(); at += 4) {
          const id = bytes.readUInt16BE(at + 2);
          this.wire.push(id);
          const sent = this.inFlight.get(id);
          if (sent !== undefined) this.written.add(sent.n);
        }
        return true;
      },
    };
    this.connection = connection;
    return connection;
  }

  send(sent: Sent): number {
    let id = 1;
    while (this.inFlight.has(id)) id += 1;
    this.inFlight.set(id, sent);
    return id;
  }

  hear(): void {
    for (const id of this.wire) {
      const sent = this.inFlight.get(id);
      if (sent !== undefined) this.forgotten.add(sent.n);
      this.inFlight.delete(id);
    }
    this.wire = [];
  }
}

/** A consumer with its window, and the broker it hears. */
class Model {
  readonly broker = new ModelBroker();
  readonly safe = new Set<number>();
  /** Messages that the broker lost with its session. */
  readonly lost = new Set<number>();
  readonly wrong: string[] = [];
  count = 0;
  readonly #numberOf = new WeakMap<Uint8Array, number>();
  readonly #open: Delivery[] = [];
  #asked = false;
  readonly #window = new ReceiveWindow(() => 1, {
    sendAgain: (connection) => {
      this.#asked ||= connection === this.broker.connection;
    },
    offerAgain: (copy) => void this.#open.push(copy()),
  });

  publish(text: string): void {
    const sent = { n: this.count, payload: Buffer.from(text) };
    this.count += 1;
    const id = this.broker.send(sent);
    if (this.broker.up) this.#arrive(id, sent, false);
  }

  settle(which: number, safe: boolean): void {
    const [one] = this.#open.splice(which % Math.max(this.#open.length, 1), 1);
    if (one === undefined) return;
    if (safe) this.safe.add(this.#numberOf.get(one.payload) ?? -1);
    if (safe) one.acknowledge();
    else one.release();
    this.#window.flush();
  }

  cut(): void {
    this.broker.up = false;
  }

  comeBack(): void {
    this.broker.connect();
    this.#asked = false;
    for (const [id, sent] of this.broker.inFlight) this.#arrive(id, sent, true);
  }

  loseSession(): void {
    for (const { n } of this.broker.inFlight.values()) this.lost.add(n);
    this.broker.inFlight.clear();
    this.broker.connect();
    this.#asked = false;
    this.#window.forget();
  }

  /** Makes everything safe, as a consumer in order would in the end. */
  finish(): void {
    if (this.#asked || !this.broker.up) this.comeBack();
    while (this.#open.length > 0) this.settle(0, true);
    this.broker.hear();
  }

  #arrive(id: number, { n, payload }: Sent, duplicate: boolean): void {
    const arrived = {
      topic: 't',
      payload: Buffer.from(payload),
      qos: 1,
      retained: false,
      duplicate,
      packetId: id,
    } as const;
    const delivery = this.#window.admit(arrived, 1, this.broker.connection);
    this.#window.flush();
    if (delivery === undefined) return;
    this.#numberOf.set(arrived.payload, n);
    this.#open.push(delivery);
    if (this.safe.has(n) && !this.broker.written.has(n)) this.wrong.push(`${n} was safe, and is offered again`);
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), text: fc.constantFrom('a', 'b') }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle' as const), which: fc.nat(20), safe: fc.boolean() }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'hear' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'cut' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'comeBack' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'loseSession' as const }) },
);

test('whatever is cut, repeated, reused or lost: the broker forgets only what is safe, and all becomes safe', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const model = new Model();
      for (const one of steps) {
        if (one.kind === 'publish') model.publish(one.text);
        else if (one.kind === 'settle') model.settle(one.which, one.safe);
        else if (one.kind === 'hear') model.broker.hear();
        else model[one.kind]();
        expect([...model.broker.forgotten].filter((n) => !model.safe.has(n))).toEqual([]);
      }
      model.finish();
      model.comeBack();
      model.finish();
      expect(model.wrong).toEqual([]);
      const numbers = Array.from({ length: model.count }, (_, n) => n);
      expect(numbers.filter((n) => !model.broker.forgotten.has(n) && !model.lost.has(n))).toEqual([]);
      expect(model.broker.inFlight.size).toBe(0);
    }),
    { numRuns: 500 },
  );
});
