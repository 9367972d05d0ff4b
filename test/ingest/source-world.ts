import { readFileSync, writeFileSync } from 'node:fs';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import pino, { type Logger } from 'pino';
import type { Consumer, Delivery, MessageSource } from '../../ingest/message-source.ts';
import type { SessionMemory } from '../../ingest/subscriptions.ts';
import { until } from '../servers/process.ts';

/** A kind of source with what it needs around it; a new `source()` is the same one after a restart. */
export interface World {
  readonly port: number;
  source(): MessageSource;
  stop(): Promise<void>;
}

/** Takes deliveries, and keeps them for the test to settle. */
export class Collector implements Consumer {
  readonly taken: Delivery[] = [];
  answer: (delivery: Delivery) => void | Promise<void> = () => undefined;

  offer(delivery: Delivery): void | Promise<void> {
    this.taken.push(delivery);
    return this.answer(delivery);
  }

  get payloads(): string[] {
    return this.taken.map(({ payload }) => Buffer.from(payload).toString());
  }

  async reaches(count: number): Promise<void> {
    await until(`${count} deliveries`, () => this.taken.length >= count);
  }
}

export function acknowledging(): Collector {
  const collector = new Collector();
  collector.answer = (delivery) => delivery.acknowledge();
  return collector;
}

/** A log that a test can read. */
export function readableLog(): { log: Logger; lines: { level: number; msg: string; code?: string }[] } {
  const lines: { level: number; msg: string; code?: string }[] = [];
  return { log: pino({ level: 'debug' }, { write: (line) => void lines.push(JSON.parse(line)) }), lines };
}

export function memoryInProcess(): SessionMemory & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, recall: (key) => kept.get(key), remember: (key, value) => void kept.set(key, value) };
}

export function memoryInFile(path: string): SessionMemory {
  const kept = (): Record<string, string> => {
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      return {};
    }
  };
  return {
    recall: (key) => kept()[key],
    remember: (key, value) => writeFileSync(path, JSON.stringify({ ...kept(), [key]: value })),
  };
}

/** A client of MQTT 3.1.1, as most meters are. */
export async function meterClient(port: number, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100, ...options });
  // A publisher's connection may be closed on purpose; it comes back by itself.
  client.on('error', () => undefined);
  return client;
}

export const seconds = (): number => Math.floor(Date.now() / 1000);
