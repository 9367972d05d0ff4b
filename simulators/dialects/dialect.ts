import type { Meter } from '../../domain/estate/estate.ts';
import type { ReadingKind } from '../../domain/readings/reading.ts';
import type { EpochSeconds } from '../../domain/time.ts';

/** What a full integer field says: 2³²−1. */
export const sentinelValue = 4_294_967_295;

/** What a meter has to say at a moment, in its own unit; what it does not know or does not say is undefined. */
export interface Say {
  /** When it says so by its own clock. */
  readonly at: EpochSeconds;
  /** The number on its face; `null` is a meter that says that it does not know. */
  readonly register: number | null | undefined;
  /** kW, or m³/h. */
  readonly rate: number | undefined;
  /** What has passed since local midnight and on the day before, in the face's unit: some devices tell it too. */
  readonly today?: number;
  readonly yesterday?: number;
}

/** One MQTT message of a meter, and what it truly holds: what the product should find in it. */
export interface MeterMessage {
  readonly meter: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When it is sent. */
  readonly at: EpochSeconds;
  /** The second its readings carry; undefined where it carries none and the receipt counts. */
  readonly stamp: EpochSeconds | undefined;
  /** Numbers as the message writes them; undefined when it holds none of the kind. */
  readonly register: number | null | undefined;
  /** The rate in the message's own unit. */
  readonly rate: number | undefined;
  /** What a series outside says, in place of register and rate. */
  readonly outside?: readonly { readonly kind: ReadingKind; readonly at: EpochSeconds; readonly value: number }[];
  /** What the product should make of the message as a whole. */
  readonly fate: 'decoded' | 'ignored' | 'quarantined';
}

/** A form of speech: one file of this folder, written from the makers' message formats and never from our decoders. */
export interface Dialect {
  readonly name: string;
  /** Whether register messages carry their own time, so that history can be told. */
  readonly stamped: boolean;
  /** Whether a rate can be said; some cannot tell their register without it. */
  readonly rates: 'none' | 'optional' | 'always';
  /**
   * The messages in which the meter says it; with `status` on topics without a stamp, for devices that have the
   * choice.
   */
  messages(meter: Meter, say: Say, status: boolean): MeterMessage[];
  /** A message that is understood and holds nothing to keep; undefined where the dialect has none. */
  chatter(meter: Meter, at: EpochSeconds): MeterMessage | undefined;
  /** A broken message as it has been seen in the field. */
  malformed(meter: Meter, at: EpochSeconds): MeterMessage;
  /** Where what is said depends on what was said before: the same dialect as one device speaks it, from now on. */
  begin?(meter: Meter): Dialect;
  /** The topic of commands to this device, and what it does when one comes. */
  readonly hears?: string;
  hear?(payload: Uint8Array): void;
  /** What it said last was not heard: its connection is gone and will come back. */
  interrupted?(): void;
}

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** A broken or idle message: it holds no number. */
export function wordless(
  meter: Meter,
  at: EpochSeconds,
  topic: string,
  text: string,
  fate: 'ignored' | 'quarantined',
): MeterMessage {
  return {
    meter: meter.id,
    topic,
    payload: bytes(text),
    at,
    stamp: undefined,
    register: undefined,
    rate: undefined,
    fate,
  };
}

/** The topic of a meter that has one of its own. */
export function topicOf(meter: Meter): string {
  if (meter.topic === undefined) throw new RangeError(`${meter.id} has no topic`);
  return meter.topic;
}
