import { quantile } from '../energy/quartiles.ts';
import type { ShownPoint } from '../series.ts';
import type { EpochSeconds } from '../time.ts';

type HousePoint = Extract<ShownPoint, { series: 'house' }>;
type Fields = HousePoint['fields'];

/** What a process did since it began: numbers that only grow. */
export type HouseCounts = Pick<
  Fields,
  | 'messages_received'
  | 'messages_decoded'
  | 'messages_ignored'
  | 'messages_quarantined'
  | 'messages_redelivered'
  | 'readings_stored'
  | 'readings_repeated'
  | 'readings_revised'
  | 'readings_refused'
  | 'batches_booked'
  | 'batches_failed'
  | 'derived_half_hours'
  | 'derivation_failures'
  | 'jobs_failed'
>;

/** What is so now in a process. */
export type HouseLevels = Pick<
  Fields,
  | 'messages_waiting'
  | 'readings_waiting'
  | 'spool_batches'
  | 'spool_bytes'
  | 'spool_share'
  | 'memory_bytes'
  | 'derives'
  | 'estate_problems'
>;

/** What is so now in the state file. */
export type HouseState = Pick<
  Fields,
  | 'quarantine_messages'
  | 'quarantine_share'
  | 'meters_to_derive'
  | 'deliveries_waiting'
  | 'deliveries_undelivered'
  | 'oldest_delivery_waits_s'
>;

/** How far behind the meters we are: stamps against the clock, in seconds. */
export interface HouseLag {
  /** Stamp of the newest reading of any meter; undefined where none was ever heard. */
  readonly newest: EpochSeconds | undefined;
  /** From stamp to receipt, of what was received since the point before; in no order. */
  readonly lags: readonly number[];
}

/** One minute of a process, as it is in a second of it; `before`: its counts at the point before, `seconds` ago. */
export function housePoint(
  process: string,
  second: EpochSeconds,
  { counts, before, seconds }: { readonly counts: HouseCounts; readonly before: HouseCounts; readonly seconds: number },
  levels: HouseLevels & HouseState,
  { newest, lags }: HouseLag,
): HousePoint {
  const since = Object.entries(counts).map(([name, count]) => [name, count - before[name as keyof HouseCounts]]);
  const sorted = lags.toSorted((a, b) => a - b);
  const fields = {
    seconds,
    ...(Object.fromEntries(since) as HouseCounts),
    ...levels,
    // A clock that is ahead of ours makes no reading that is yet to come.
    newest_reading_age_s: newest === undefined ? 0 : Math.max(0, second - newest),
    newest_reading_known: Number(newest !== undefined),
    receipt_lag_median_s: quantile(sorted, 0.5, 'linear') ?? 0,
    receipt_lag_longest_s: sorted.at(-1) ?? 0,
    receipt_lag_known: Number(sorted.length > 0),
  };
  return { series: 'house', tags: { process }, fields, at: Math.floor(second / 60) * 60 };
}
