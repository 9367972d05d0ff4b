import type { Utility } from './estate.ts';
import type { ReadingKind } from '../readings/reading.ts';
import type { EpochSeconds } from '../time.ts';
import type { Unit } from '../units.ts';

/**
 * The inbox: topics that nobody has registered, and what their messages look like. A person makes a meter of one, or
 * says that it is not ours.
 */

export const inboxStates = ['open', 'accepted', 'ignored'] as const;
export type InboxState = (typeof inboxStates)[number];

/** What of a proposal nothing in the message says. */
export const guessableKeys = ['utility', 'unit', 'kind', 'role'] as const;

/** A meter that a topic may be of. */
export interface ProposedMeter {
  /** The family that understands the message. */
  readonly decoder: string;
  /** Id that the message itself gives the meter, where it has to be that. */
  readonly id?: string | undefined;
  readonly channel?: string | undefined;
  readonly utility: Utility;
  readonly unit: Unit;
  /** What was read, so that a person can compare it with the meter's face. */
  readonly kind: ReadingKind;
  readonly value: number;
  readonly guessed: readonly (typeof guessableKeys)[number][];
}

/** What was heard of a topic since it was last put down. */
export interface InboxSighting {
  readonly topic: string;
  readonly first: EpochSeconds;
  readonly last: EpochSeconds;
  readonly messages: number;
  /** The beginning of the last payload. */
  readonly payload: Uint8Array;
  /** Empty while no family understands it: what was proposed before stays. */
  readonly proposals: readonly ProposedMeter[];
}

export interface InboxEntry extends InboxSighting {
  readonly id: number;
  readonly state: InboxState;
}
