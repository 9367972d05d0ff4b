import { z } from 'zod';
import type { StateStore } from '../store/state-store.ts';

/** Where the session's facts outlive the process. */
export type SessionMemory = Pick<StateStore, 'recall' | 'remember'>;

/** What is known of a session at the broker. */
export interface KnownSession {
  /** When it began; names it in fingerprints. */
  readonly began: number;
  /** Topics that are or may be subscribed there. MQTT has no way to ask. */
  readonly topics: readonly string[];
}

const form = z.strictObject({ began: z.number(), topics: z.array(z.string()) });

export function recallSession(memory: SessionMemory, name: string): KnownSession | undefined {
  const text = memory.recall(`session ${name}`);
  return text === undefined ? undefined : form.parse(JSON.parse(text));
}

export function rememberSession(memory: SessionMemory, name: string, known: KnownSession): void {
  memory.remember(`session ${name}`, JSON.stringify(known));
}

/** One answer of the broker to one topic. */
export interface Refusal {
  readonly topic: string;
  /** The broker's reason code, or 0 where it granted QoS 0 instead of 1. */
  readonly code: number;
}

/**
 * The topics of a SUBSCRIBE or UNSUBSCRIBE not done as asked; `granted` is the broker's list of codes in their order.
 */
export function refusals(
  topics: readonly string[],
  granted: readonly number[],
  acceptable: (code: number) => boolean,
): Refusal[] {
  return topics.map((topic, at) => ({ topic, code: granted[at] ?? 0x80 })).filter((answer) => !acceptable(answer.code));
}
