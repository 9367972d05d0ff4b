import type { Estate } from '../domain/estate/estate.ts';
import { daySeconds, halfHourOf, type Period } from '../domain/time.ts';
import type { Happening } from './happenings.ts';

/**
 * What has been wrong at the sample estate for some days when its meters begin to live: who starts it for the first
 * time has something to act on. Nobody mends it: an alert closed as mended is open again when the meter has the word.
 */
const sampleHappenings = [
  /** The float valve of a cooling tower passes: water runs to the drain day and night. */
  { meter: 'sal-w-plant', days: 6, is: { kind: 'leak', flow: 0.6 } },
  /** The extraction of a kitchen is not switched off when the kitchen closes. */
  { meter: 'bra-e-kitchen', days: 3, is: { kind: 'left-on', power: 5 } },
] as const;

/** Those of an estate that has the meters, in a history that is long enough to hold them. */
export function happeningsBefore(estate: Estate, history: Period): Happening[] {
  return sampleHappenings.flatMap(({ meter, days, is }): Happening[] => {
    const from = halfHourOf(history.to) - days * daySeconds;
    return estate.meters.has(meter) && from > history.from ? [{ ...is, meter, from }] : [];
  });
}
