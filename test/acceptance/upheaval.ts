import { setTimeout as sleep } from 'node:timers/promises';
import { chanceAt } from '../../simulators/chance.ts';
import type { MeterMessage } from '../../simulators/dialects/dialect.ts';
import type { Publisher } from '../../simulators/publisher.ts';

/** Messages on their way while things around them are killed. */
export interface Passage {
  /** Resolves when this share of the messages was offered. */
  reached(share: number): Promise<void>;
  /** Holds messages back, also those of `gated`, and resolves when the broker has acknowledged all before. */
  pause(): Promise<void>;
  resume(): void;
  /** A publisher for others that is held back too. */
  readonly gated: Pick<Publisher, 'offer' | 'connected' | 'listen'>;
  /** Resolves when all are offered. */
  readonly done: Promise<void>;
}

/** Sends messages at about so many a second. */
export function sendAlong(publisher: Publisher, messages: readonly MeterMessage[], perSecond: number): Passage {
  let offered = 0;
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let isOpen = true;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const gated = {
    offer: (message: MeterMessage) => isOpen && publisher.offer(message),
    connected: () => isOpen && publisher.connected(),
    listen: (topic: string, hear: (payload: Uint8Array) => void) => publisher.listen?.(topic, hear),
  };

  async function send(): Promise<void> {
    const began = performance.now();
    let paused = 0;
    for (const message of messages) {
      for (;;) {
        if (!isOpen) {
          const from = performance.now();
          await gate.promise;
          paused += performance.now() - from;
        }
        if (offered < ((performance.now() - began - paused) / 1000) * perSecond) break;
        await sleep(20);
      }
      while (!publisher.offer(message)) await publisher.room();
      offered++;
      for (const one of waiting.filter(({ count }) => count <= offered)) one.resolve();
    }
  }

  return {
    reached(share) {
      const count = Math.floor(share * messages.length);
      if (offered >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
    async pause() {
      isOpen = false;
      gate = Promise.withResolvers<void>();
      await publisher.idle();
    },
    resume() {
      isOpen = true;
      gate.resolve();
    },
    gated,
    done: send(),
  };
}

/** Pauses by chance, the same with the same seed. */
export function pausesOf(seed: number): (mostMs: number) => Promise<void> {
  let turn = 0;
  return (mostMs) => sleep(Math.floor(chanceAt(seed, turn++) * mostMs));
}
