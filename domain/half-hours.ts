import type { Meter } from './estate.ts';
import type { Reading } from './reading.ts';
import type { EpochSeconds, Period } from './time.ts';

/** How a half-hour is known. A half-hour without a row is missing too. */
export type Quality = 'measured' | 'estimated' | 'missing';

/** One half-hour of one meter. */
export interface HalfHour {
  readonly meter: string;
  /** UTC start. */
  readonly start: EpochSeconds;
  /**
   * kWh (kvarh for a reactive meter); undefined where the utility has no energy (water) or the half-hour is missing.
   */
  readonly energy: number | undefined;
  /** m³; undefined where the meter does not count volume or the half-hour is missing. */
  readonly volume: number | undefined;
  readonly quality: Quality;
  /** The rule that said so: a key of `rules`. */
  readonly rule: Rule;
}

/** A span whose half-hours are missing but whose total is known, because good readings stand at both ends. */
export interface Gap {
  readonly meter: string;
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  readonly energy: number | undefined;
  readonly volume: number | undefined;
}

/** A reading that is not believed, and why. */
export interface Doubt {
  readonly reading: Reading;
  readonly rule: Rule;
  readonly says: string;
}

/** Every rule, what it says of a half-hour or a reading. */
export const rules = {
  register: 'both boundaries lie between good register readings at most 30 minutes apart',
  interval: 'the sum of interval readings that fill it',
  interpolated: 'a boundary lies between good readings more than 30 minutes apart, within the maximum gap',
  'interval-split': 'part of an interval longer than a half-hour',
  gap: 'lies in a span longer than the maximum gap',
  open: 'not yet over; counted to the last reading',
  rollover: 'the register went through its highest number to zero between two good readings',
  exchange: 'the meter was exchanged; closing and opening registers come from the estate register',
  reset: 'the register fell and went on from the lower number, no exchange is recorded',
  'false-zero': 'a lower reading between two that agree with each other',
  sentinel: 'a number that devices send when they do not know',
  'impossible-rate': 'more than the rating of the meter can pass',
  stuck: 'the register stood still longer than this meter ever does',
  'before-valid': 'outside the dates on which the meter is valid',
  virtual: 'computed from other meters',
} as const;
export type Rule = keyof typeof rules;

export interface Derivation {
  readonly halfHours: readonly HalfHour[];
  readonly gaps: readonly Gap[];
  readonly doubts: readonly Doubt[];
}

export interface DerivationInput {
  readonly meter: Meter;
  /** All readings of the meter in the window and its surroundings (`context`), in any order, repeats allowed. */
  readonly readings: readonly Reading[];
  /** The half-hours wanted: those that start in it. */
  readonly window: Period;
  readonly now: EpochSeconds;
}
