import { chanceAt, seedOf } from './chance.ts';
import { devicesOf } from './device.ts';
import type { MeterMessage } from './dialects/dialect.ts';
import type { FaultPlan } from './faults.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Model } from './model.ts';
import { observersOf } from './outside.ts';
import type { Publisher } from './publisher.ts';
import { type Speaker, speakerOf } from './speaker.ts';

export interface LiveOptions {
  readonly model: Model;
  readonly publisher: Pick<Publisher, 'offer' | 'connected' | 'listen'>;
  /** Milliseconds since 1970, as the world has them. */
  readonly clock: () => number;
  /** Seconds of simulated time between two messages of a meter. */
  readonly every?: number;
  /**
   * Simulated seconds in one real second. Devices without stamps are silent unless it is 1: their time is that of
   * receipt.
   */
  readonly speed?: number;
  /** Where simulated time begins; the present when absent. */
  readonly from?: EpochSeconds;
  /** Where it ends, and the simulation stops by itself; never when absent. */
  readonly to?: EpochSeconds;
  /** Ids of meters and outside series; all of the estate when absent. */
  readonly meters?: readonly string[];
  readonly plan?: FaultPlan;
  /** Small talk once an hour of simulated time; there when absent. */
  readonly chatter?: boolean;
}

export interface Live {
  /** Simulated time: all meters have spoken up to here, or wait for room in the outbox. */
  now(): EpochSeconds;
  /** Resolves when `to` is reached, or after `stop`. */
  readonly ended: Promise<void>;
  /** No message is offered after it. What the publisher already has is not touched. */
  stop(): void;
}

const tickMs = 100;

/**
 * Meters that live: each speaks every few seconds, at a second of its own, register and rate. While the outbox is
 * full the devices with a clock keep what they have to say and say it later, stamped; those without one say only
 * what is so now.
 */
export function startLive(options: LiveOptions): Live {
  const { model, publisher, clock, every = 10, speed = 1, plan = [], chatter = true } = options;
  const began = clock();
  const from = Math.max(model.start, options.from ?? Math.floor(began / 1000));
  const to = options.to ?? Number.POSITIVE_INFINITY;
  const voices = devicesOf(model, options.meters, plan).map((device) => {
    const phase = Math.floor(chanceAt(seedOf(model.seed, device.meter.id), 2) * every);
    const speaker = speakerOf(device, plan, { rates: true, status: speed === 1, chatter });
    const { dialect } = device;
    if (dialect.hears !== undefined) publisher.listen?.(dialect.hears, (payload) => dialect.hear?.(payload));
    return { speaker, next: from + phase, unsaid: [] as MeterMessage[] };
  });
  voices.push(...observersOf(model, options.meters).map((speaker) => ({ speaker, next: from, unsaid: [] })));
  const simulated = (): number => Math.min(to, from + ((clock() - began) / 1000) * speed);
  let timer: NodeJS.Timeout | undefined;
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  function stop(): void {
    clearTimeout(timer);
    timer = undefined;
    end();
  }

  /** Offers what a meter has to say, as far as there is room. */
  function say(voice: (typeof voices)[number], fresh: boolean): void {
    while (voice.unsaid.length > 0) {
      const [message] = voice.unsaid as [MeterMessage];
      const timeless = message.stamp === undefined && message.fate === 'decoded';
      // A device without a clock or a memory: the moment is gone, and so is the message.
      const gone = timeless && (speed !== 1 || !fresh || !publisher.connected());
      if (!gone && !publisher.offer(message)) return;
      voice.unsaid.shift();
    }
  }

  function tick(): void {
    const now = simulated();
    for (const voice of voices) speakUntil(voice, now);
    if (now >= to && voices.every((voice) => voice.next > to && voice.unsaid.length === 0)) stop();
    else timer = setTimeout(tick, tickMs);
  }

  function speakUntil(voice: { speaker: Speaker; next: number; unsaid: MeterMessage[] }, now: number): void {
    say(voice, false);
    while (voice.next <= now && voice.unsaid.length === 0) {
      voice.unsaid.push(...voice.speaker.speak(voice.next));
      const fresh = now - voice.next < every;
      voice.next += every;
      if (voice.next > to) voice.unsaid.push(...voice.speaker.rest(Math.floor(now)));
      say(voice, fresh);
    }
  }

  tick();
  return { now: () => Math.floor(simulated()), ended, stop };
}

/**
 * Publishes messages made elsewhere (`historyOf`) as fast as the broker takes them. Those without a stamp are left
 * out: the time of receipt would be theirs. Resolves when all are acknowledged, with how many were published.
 */
export async function publishAll(publisher: Publisher, batches: Iterable<readonly MeterMessage[]>): Promise<number> {
  let published = 0;
  for (const batch of batches) {
    for (const message of batch) {
      if (message.stamp === undefined && message.fate === 'decoded') continue;
      while (!publisher.offer(message)) await publisher.room();
      published++;
    }
  }
  await publisher.idle();
  return published;
}
