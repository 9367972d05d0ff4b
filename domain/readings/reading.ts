import { z } from 'zod';
import type { EpochSeconds } from '../time.ts';

/**
 * What kind of number a reading is. It is said by the decoder or the format of a file, never guessed from the unit.
 * - `register`: counts up for ever (a meter's dials)
 * - `interval`: an amount in a stated period
 * - `instant`: power or flow now
 * - `estimate`: an amount in a stated period that nobody measured: the data collector or supplier says so. A kind of
 *   its own, so that it never overwrites what was measured, and what is measured later never loses against it
 * - `total`: an amount in a period longer than a day, such as that of an invoice
 */
export const readingKinds = ['register', 'interval', 'instant', 'estimate', 'total'] as const;
export type ReadingKind = (typeof readingKinds)[number];
/** Those that a message can say. An `estimate` is a forecast, or what a data collector estimated. */
export const heardKinds = ['register', 'interval', 'instant', 'estimate'] as const satisfies readonly ReadingKind[];
export type HeardKind = (typeof heardKinds)[number];

/** What can be read from a meter. The unit a reading is kept in follows from the meter; see `Reading.value`. */
export const readingQuantities = [
  'energy',
  'volume',
  'reactive_energy',
  'mass',
  'count',
  'power',
  'flow',
  'temperature',
  // What is only observed outside; see `domain/observed/`.
  'carbon_intensity',
  'share',
  'price',
] as const;
export type ReadingQuantity = (typeof readingQuantities)[number];

/** Ids of meters, sites and the rest: lower case, digits, hyphens; never reused. */
export const idSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'lower-case letters, digits and inner hyphens, at most 64');

/** One reading as it is kept. */
export interface Reading {
  /** Id of a meter, or of a series that is observed outside: the two share their ids. */
  readonly meter: string;
  readonly quantity: ReadingQuantity;
  readonly kind: ReadingKind;
  /** The reading's second; for an interval, the second its period starts. */
  readonly at: EpochSeconds;
  /**
   * A register or interval is kept in the meter's own `unit`, multiplier not applied: what the meter's face shows, so
   * that a mended multiplier restates without touching the evidence. An instant is kept in kW, m³/h or °C with the
   * multiplier applied: it feeds live displays and is never restated. An outside series is kept in its own unit.
   */
  readonly value: number;
  /** Length of an interval, estimate or total in seconds; 0 for the other kinds. */
  readonly period: number;
  readonly received: EpochSeconds;
}

/** What makes two readings the same one: meter, quantity, kind and second. Writing it twice is one point. */
export type Identity = Pick<Reading, 'meter' | 'quantity' | 'kind' | 'at'>;
/** The series a reading belongs to. */
export type SeriesName = Pick<Reading, 'meter' | 'quantity' | 'kind'>;

/** One string for a series, `meter/quantity/kind`; ids hold no slash. */
export function seriesKey(series: SeriesName): string {
  return `${series.meter}/${series.quantity}/${series.kind}`;
}

/** One string for an identity. */
export function identityKey(identity: Identity): string {
  return `${identity.meter}/${identity.quantity}/${identity.kind}/${identity.at}`;
}
