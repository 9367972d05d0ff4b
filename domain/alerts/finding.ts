import { type EpochSeconds } from '../time.ts';
import { type Clock, timeAt } from './clock.ts';
import type { AlertKind } from './kinds.ts';
import { medianOf } from './robust.ts';
import type { Watched, WatchedMeter } from './watched.ts';

/**
 * What a detector says of a span in which its condition held. It is a function of the half-hours of a window and of
 * nothing else, so that replayed history, a restart and the watch of every half-hour find the same.
 */
export interface Finding {
  readonly kind: AlertKind;
  readonly site: string;
  /** A meter, or a balance, a supply point or a pair of meters. */
  readonly subject: string;
  /** The meters it is about. */
  readonly meters: readonly string[];
  readonly from: EpochSeconds;
  /** The end of the last half-hour that showed it. */
  readonly to: EpochSeconds;
  /** Nothing up to the end of the window says that it is over. */
  readonly open: boolean;
  /** When there was enough to say so: the delay of detection is from `from` to here. */
  readonly raised: EpochSeconds;
  readonly unit: 'kWh' | 'm3' | 'kvarh';
  /** What was used beyond what was expected in each half-hour from `from` on; NaN where it is not known. */
  readonly excess: Float64Array;
  /** Means while it held, of what is known: kW, m³/h or kvar. Those of a supply point are kVA. */
  readonly measured: number;
  readonly expected: number;
  /** How many robust standard deviations it was off, in the middle. */
  readonly score: number;
  /** The share of its half-hours that is known. */
  readonly known: number;
  /** Numbers special to the kind, by name with the unit last; see its words. */
  readonly facts: Readonly<Record<string, number>>;
}

/** Places of half-hours in the window. */
export interface Places {
  readonly first: number;
  readonly end: number;
  readonly raised: number;
  readonly open: boolean;
}

/** Where and when something is found: what every finding begins with. */
export function placedAt(
  { meter, clock }: { readonly meter: Pick<WatchedMeter, 'id' | 'site'>; readonly clock: Clock },
  { first, end, raised, open }: Places,
): Pick<Finding, 'site' | 'subject' | 'meters' | 'from' | 'to' | 'open' | 'raised'> {
  return {
    site: meter.site,
    subject: meter.id,
    meters: [meter.id],
    from: timeAt(clock, first),
    to: timeAt(clock, end),
    open,
    raised: timeAt(clock, raised + 1),
  };
}

export interface FindingRequest {
  readonly watched: Watched;
  readonly kind: AlertKind;
  readonly places: Places;
  /** Half-hours that count, where not all do: 1 there. */
  readonly counts?: Uint8Array | undefined;
  readonly facts?: Finding['facts'];
}

/** The finding of a span of a meter: its excess is what was measured less what was expected, noise and all. */
export function findingOf({ watched, kind, places, counts, facts = {} }: FindingRequest): Finding {
  const { use, expected, unit } = watched;
  const { first, end } = places;
  const excess = new Float64Array(end - first).fill(Number.NaN);
  const scores = new Float64Array(end - first);
  let [looked, known, used, usual] = [0, 0, 0, 0];
  for (let i = first; i < end; i++) {
    if (counts && counts[i] === 0) {
      excess[i - first] = 0;
      continue;
    }
    looked++;
    const difference = (use[i] as number) - (expected.level[i] as number);
    if (Number.isNaN(difference)) continue;
    excess[i - first] = difference;
    scores[known++] = difference / (expected.spread[i] as number);
    used += use[i] as number;
    usual += expected.level[i] as number;
  }
  return {
    kind,
    ...placedAt(watched, places),
    unit,
    excess,
    // Of half an hour each.
    measured: (2 * used) / known,
    expected: (2 * usual) / known,
    score: medianOf(scores, known),
    known: looked === 0 ? 0 : known / looked,
    facts,
  };
}
