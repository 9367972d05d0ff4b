import type { EpochSeconds } from '../domain/time.ts';

/** One MQTT message as it arrived. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1 | 2;
  readonly retained: boolean;
  readonly received: EpochSeconds;
}

/**
 * A message with the duty to say what became of it: exactly one of the two is called, once. Calls after the connection
 * is gone do nothing.
 */
export interface Delivery extends Message {
  /**
   * What tells this delivery from others should it come again: the same for the first and every repeated delivery of
   * one message (packet id, topic and payload). Set for QoS 1 and 2; it is recorded with the batch.
   */
  readonly fingerprint: string | undefined;
  /**
   * The sender says this may be a repeat (MQTT `dup`): only then is the fingerprint compared with the recorded ones.
   */
  readonly duplicate: boolean;
  /** It is safe: the sender may forget it. */
  acknowledge(): void;
  /** It could not be made safe: the sender must send it again. */
  release(): void;
}

/** Who takes the messages. */
export interface Consumer {
  /**
   * Takes a delivery at once. Answers a promise when the queue is full; a source must wait for it before it hands over
   * more QoS 0 messages. QoS 1 and 2 are bounded by the receive window and are taken all the same.
   */
  offer(delivery: Delivery): void | Promise<void>;
}

/** Where messages come from: an MQTT session with a broker, or the embedded broker. One contract suite holds both. */
export interface MessageSource {
  /** Stable over restarts: fingerprints are kept under it. */
  readonly name: string;
  /**
   * Resolves when messages can arrive; rejects with a ProblemError `broker.*` when they cannot and retrying is
   * pointless.
   */
  open(consumer: Consumer): Promise<void>;
  connected(): boolean;
  /**
   * Publishes at QoS 0, at once or not at all: without a connection it is dropped. For questions to devices, which are
   * asked again.
   */
  publish?(topic: string, payload: Uint8Array): void;
  /** No offer after it resolves; what is unsettled will be sent again to the next session. */
  close(): Promise<void>;
}
