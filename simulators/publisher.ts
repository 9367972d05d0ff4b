import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { MeterMessage } from './dialects/dialect.ts';

export interface PublisherOptions {
  readonly url: string;
  /** Login, certificates and protocol version: 5 where the broker speaks it, 4 for the embedded one. */
  readonly connection?: Pick<
    IClientOptions,
    'protocolVersion' | 'username' | 'password' | 'ca' | 'cert' | 'key' | 'clientId' | 'keepalive'
  >;
  /** Messages that may wait to be sent; beyond them `offer` says no. */
  readonly outbox?: number;
  /** Messages sent and not yet acknowledged. */
  readonly window?: number;
  /** A message goes over the connection, not always for the first time: a lost connection leaves it in doubt. */
  readonly onSent?: (topic: string) => void;
  /** A message is there: the broker has acknowledged it. */
  readonly onAcknowledged?: (message: MeterMessage) => void;
  /** The connection came, went or was refused; a message failed and will be sent again, or was refused for good. */
  readonly onEvent?: (event: PublisherEvent) => void;
}

export type PublisherEvent =
  | { readonly is: 'connected' }
  | { readonly is: 'disconnected' }
  | { readonly is: 'error'; readonly error: Error }
  | { readonly is: 'failed'; readonly topic: string; readonly attempts: number; readonly error: Error }
  | { readonly is: 'given-up'; readonly topic: string; readonly error: Error };

export interface PublisherCounts {
  readonly offered: number;
  readonly acknowledged: number;
  /** Attempts that failed; each was followed by another one, so a message may have arrived twice. */
  readonly failed: number;
  /** Messages the broker refused as often as they were tried. */
  readonly givenUp: number;
  readonly waiting: number;
}

/**
 * Sends messages with QoS 1, and again those that failed (MQTT.js fails publishes made at the wrong moment of a
 * reconnection). What it accepted is sent sooner or later while the process lives; it never accepts more than its
 * outbox holds.
 */
export interface Publisher {
  /** Resolves when the broker has accepted the connection; tries until `close`. */
  open(): Promise<void>;
  connected(): boolean;
  /** False when the outbox is full: the message was not taken. */
  offer(message: MeterMessage): boolean;
  /** Hears commands on a topic, from now on and over every connection. */
  listen?(topic: string, hear: (payload: Uint8Array) => void): void;
  /** Resolves when there is room for one more. */
  room(): Promise<void>;
  /** Resolves when everything accepted is acknowledged or given up. */
  idle(): Promise<void>;
  counts(): PublisherCounts;
  /** Ends the connection. What is not acknowledged then is lost: await `idle` first. */
  close(): Promise<void>;
}

interface Posted {
  readonly message: MeterMessage;
  attempts: number;
}

const mostAttempts = 20;
const pauseMs = 200;

/** A publisher to one broker; it does nothing before `open`. */
export function publisherOf(options: PublisherOptions): Publisher {
  return new MqttPublisher(options);
}

class MqttPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #client: MqttClient;
  readonly #outbox: number;
  readonly #window: number;
  readonly #waiting: Posted[] = [];
  readonly #pauses = new Set<NodeJS.Timeout>();
  readonly #ears = new Map<string, (payload: Uint8Array) => void>();
  readonly #tally = { offered: 0, acknowledged: 0, failed: 0, givenUp: 0 };
  /** Sent and not acknowledged, or failed and pausing. */
  #inFlight = 0;
  #closed = false;
  #wanted: { readonly ready: () => boolean; readonly resolve: () => void }[] = [];

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#outbox = options.outbox ?? 10_000;
    this.#window = options.window ?? 500;
    this.#client = mqtt.connect(options.url, {
      clean: true,
      keepalive: 30,
      reconnectPeriod: 500,
      reconnectOnConnackError: true,
      manualConnect: true,
      ...options.connection,
    });
    this.#client.on('connect', () => {
      options.onEvent?.({ is: 'connected' });
      if (this.#ears.size > 0) this.#client.subscribe([...this.#ears.keys()], { qos: 0 });
      this.#pump();
      this.#wake();
    });
    this.#client.on('packetsend', (packet) => {
      if (packet.cmd === 'publish') options.onSent?.(packet.topic);
    });
    this.#client.on('message', (topic, payload) => this.#ears.get(topic)?.(payload));
    this.#client.on('close', () => options.onEvent?.({ is: 'disconnected' }));
    this.#client.on('error', (error) => options.onEvent?.({ is: 'error', error }));
  }

  open(): Promise<void> {
    this.#client.connect();
    return this.#until(() => this.#client.connected);
  }

  connected(): boolean {
    return this.#client.connected;
  }

  offer(message: MeterMessage): boolean {
    if (this.#waiting.length >= this.#outbox) return false;
    this.#tally.offered++;
    this.#waiting.push({ message, attempts: 0 });
    this.#pump();
    return true;
  }

  listen(topic: string, hear: (payload: Uint8Array) => void): void {
    this.#ears.set(topic, hear);
    if (this.#client.connected) this.#client.subscribe(topic, { qos: 0 });
  }

  room(): Promise<void> {
    return this.#until(() => this.#waiting.length < this.#outbox);
  }

  idle(): Promise<void> {
    return this.#until(() => this.#waiting.length === 0 && this.#inFlight === 0);
  }

  counts(): PublisherCounts {
    return { ...this.#tally, waiting: this.#waiting.length + this.#inFlight };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const pause of this.#pauses) clearTimeout(pause);
    await this.#client.endAsync(true);
    this.#wake();
  }

  #pump(): void {
    while (this.#client.connected && this.#inFlight < this.#window) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#post(next);
    }
  }

  #post(posted: Posted): void {
    const { topic, payload } = posted.message;
    this.#inFlight++;
    posted.attempts++;
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#client.publish(topic, body, { qos: 1 }, (error) => {
      this.#inFlight--;
      if (error) this.#failed(posted, error);
      else {
        this.#tally.acknowledged++;
        this.#options.onAcknowledged?.(posted.message);
      }
      this.#pump();
      this.#wake();
    });
  }

  #failed(posted: Posted, error: Error): void {
    const { topic } = posted.message;
    this.#tally.failed++;
    if (this.#closed || posted.attempts >= mostAttempts) {
      this.#tally.givenUp++;
      this.#options.onEvent?.({ is: 'given-up', topic, error });
      return;
    }
    this.#options.onEvent?.({ is: 'failed', topic, attempts: posted.attempts, error });
    // Not at once: what failed a moment ago fails again.
    this.#inFlight++;
    const pause = setTimeout(() => {
      this.#pauses.delete(pause);
      this.#inFlight--;
      this.#waiting.unshift(posted);
      this.#pump();
    }, pauseMs * Math.min(posted.attempts, 10));
    this.#pauses.add(pause);
  }

  #wake(): void {
    const ready = this.#wanted.filter((each) => this.#closed || each.ready());
    this.#wanted = this.#wanted.filter((each) => !ready.includes(each));
    for (const each of ready) each.resolve();
  }

  /** Resolves when it is so, or when the publisher is closed. */
  #until(ready: () => boolean): Promise<void> {
    if (this.#closed || ready()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wanted.push({ ready, resolve });
    });
  }
}
