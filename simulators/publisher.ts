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

export function publisherOf(options: PublisherOptions): Publisher {
  const { outbox = 10_000, window = 500, onAcknowledged, onEvent } = options;
  const waiting: Posted[] = [];
  const tally = { offered: 0, acknowledged: 0, failed: 0, givenUp: 0 };
  let inFlight = 0;
  let closed = false;
  const pauses = new Set<NodeJS.Timeout>();
  let wanted: { readonly ready: () => boolean; readonly resolve: () => void }[] = [];
  const client: MqttClient = mqtt.connect(options.url, {
    clean: true,
    keepalive: 30,
    reconnectPeriod: 500,
    reconnectOnConnackError: true,
    manualConnect: true,
    ...options.connection,
  });
  client.on('connect', () => {
    onEvent?.({ is: 'connected' });
    pump();
    wake();
  });
  client.on('close', () => onEvent?.({ is: 'disconnected' }));
  client.on('error', (error) => onEvent?.({ is: 'error', error }));

  function pump(): void {
    while (client.connected && inFlight < window) {
      const next = waiting.shift();
      if (!next) break;
      post(next);
    }
  }

  function post(posted: Posted): void {
    const { topic, payload } = posted.message;
    inFlight++;
    posted.attempts++;
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    client.publish(topic, body, { qos: 1 }, (error) => {
      inFlight--;
      if (error) failed(posted, error);
      else {
        tally.acknowledged++;
        onAcknowledged?.(posted.message);
      }
      pump();
      wake();
    });
  }

  function failed(posted: Posted, error: Error): void {
    const { topic } = posted.message;
    tally.failed++;
    if (closed || posted.attempts >= mostAttempts) {
      tally.givenUp++;
      onEvent?.({ is: 'given-up', topic, error });
      return;
    }
    onEvent?.({ is: 'failed', topic, attempts: posted.attempts, error });
    // Not at once: what failed a moment ago fails again.
    inFlight++;
    const pause = setTimeout(() => {
      pauses.delete(pause);
      inFlight--;
      waiting.unshift(posted);
      pump();
    }, pauseMs * Math.min(posted.attempts, 10));
    pauses.add(pause);
  }

  function wake(): void {
    const ready = wanted.filter((each) => each.ready());
    wanted = wanted.filter((each) => !ready.includes(each));
    for (const each of ready) each.resolve();
  }

  function until(ready: () => boolean): Promise<void> {
    if (ready()) return Promise.resolve();
    return new Promise((resolve) => {
      wanted.push({ ready, resolve });
    });
  }

  return {
    open() {
      client.connect();
      return until(() => client.connected || closed);
    },
    connected: () => client.connected,
    offer(message) {
      if (waiting.length >= outbox) return false;
      tally.offered++;
      waiting.push({ message, attempts: 0 });
      pump();
      return true;
    },
    room: () => until(() => waiting.length < outbox || closed),
    idle: () => until(() => (waiting.length === 0 && inFlight === 0) || closed),
    counts: () => ({ ...tally, waiting: waiting.length + inFlight }),
    async close() {
      closed = true;
      for (const pause of pauses) clearTimeout(pause);
      await client.endAsync(true);
      wake();
    },
  };
}
