import type { Listener } from '../domain/estate/estate.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { HeardKind, ReadingQuantity } from '../domain/readings/reading.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { Unit } from '../domain/units.ts';
import type { Message } from './message-source.ts';

/** A reading as a device says it: its own unit, its own stamp or none. */
export interface DecodedReading {
  readonly meter: string;
  readonly quantity: ReadingQuantity;
  readonly kind: HeardKind;
  readonly value: number;
  /** The unit the message itself states or its dialect fixes; undefined when only the register of the estate knows. */
  readonly unit: Unit | undefined;
  /** The device's stamp; undefined when it sends none. */
  readonly at: EpochSeconds | undefined;
  /** Intervals and estimates only: their length in seconds. */
  readonly period?: number;
}

/**
 * What a message means. `ignored` is understood and holds nothing to keep; a `problem` goes to quarantine.
 * `doubts` are readings of an otherwise good message that are refused (a null, a sentinel), each with its reason.
 */
export type Decoded = (
  | { readonly readings: readonly DecodedReading[]; readonly doubts?: readonly DecodeDoubt[] }
  | { readonly ignored: string }
  | { readonly problem: ProblemCode; readonly detail: string }
) & {
  /** What is to be remembered from now on, under the `memoryKey` of the topic. */
  readonly memory?: Uint8Array;
  /** What the device must be asked for, so that the next messages can be read. The decoder bounds how often. */
  readonly asks?: readonly Ask[];
};

/** A message to a device. It may be lost; then the decoder asks again. */
export interface Ask {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly why: string;
}

export interface DecodeDoubt {
  readonly meter: string;
  readonly code: ProblemCode;
  readonly detail: string;
}

/** A field message kept beside the decoder it proves. */
export interface Example {
  /** What is special about it. */
  readonly why: string;
  /** Where it was seen, and under which licence it may be kept; `own` for one of our making. */
  readonly source: string;
  readonly topic: string;
  /** The text of the payload; for a binary one its bytes as hex digits, and `bytes` is set. */
  readonly payload: string;
  readonly bytes?: 'hex' | undefined;
  /** Where the family needs memory: the messages that came before, oldest first; they make the memory. */
  readonly after?: readonly Pick<Example, 'topic' | 'payload'>[];
  /** Meters of the register that listen to the topic, as far as the decoder looks at them. */
  readonly meters: readonly (Pick<Listener, 'id' | 'unit'> & Partial<Listener>)[];
  /** The answer, without the memory in it. */
  readonly gives: Decoded;
}

/** What somebody connecting a meter of the family must know, in Markdown: its row in `docs/decoders.md`. */
export interface Description {
  /** Topics on which the family publishes. */
  readonly topic: string;
  /** What `channel` of a meter says, and which meter is meant without one. */
  readonly channel: string;
  /** Readings that are kept, with the units of the message. */
  readonly reads: string;
  /** Whose clock the readings carry. */
  readonly stamp: string;
  /** What is left alone or looks like something it is not. */
  readonly traps: string;
}

/** What a decoder sees of a message. */
export type Heard = Pick<Message, 'topic' | 'payload' | 'received'> & Partial<Pick<Message, 'retained'>>;

/** One meter family. `decode` is pure: the same message, meters and memory give the same answer. */
export interface Decoder {
  readonly name: string;
  readonly title: string;
  readonly describes: Description;
  /** True where the payload names the meter, so that meters may share a topic without a channel of their own. */
  readonly namesMeters?: boolean;
  /** The key under which memory is kept for this topic, where the family needs memory. */
  memoryKey?(topic: string): string | undefined;
  /** Families that are told by their topic: whether it is one of theirs. */
  reads?(topic: string): boolean;
  decode(message: Heard, meters: readonly Listener[], memory: Uint8Array | undefined): Decoded;
  readonly examples: readonly Example[];
}
