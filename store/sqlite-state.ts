import { limits } from '../domain/limits.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { actsOf } from './state/acts.ts';
import { alertsOf } from './state/alerts.ts';
import { keysOf } from './state/api-keys.ts';
import { sessionsOf } from './state/sessions.ts';
import { daysBeforeOf } from './state/days-before.ts';
import { deliveriesOf } from './state/deliveries.ts';
import { derivedOf } from './state/derived.ts';
import { openStateFile, type StateBounds } from './state/file.ts';
import { heardOf } from './state/heard.ts';
import { inboxOf } from './state/inbox.ts';
import { issuesOf } from './state/issues.ts';
import { jobsOf } from './state/jobs.ts';
import { keptVersionsOf } from './state/kept-versions.ts';
import { leasesOf } from './state/leases.ts';
import { ledgersOf } from './state/ledgers.ts';
import { parkedOf } from './state/parked.ts';
import { quarantineOf } from './state/quarantine.ts';
import { fingerprintsOf, memoryOf } from './state/remembered.ts';
import { signOffsOf } from './state/sign-offs.ts';
import { touchedOf } from './state/touched.ts';
import { verdictsOf } from './state/verdicts.ts';
import type { StateStore } from './state-store.ts';

export interface StateOptions {
  /** Epoch seconds. */
  readonly clock: () => EpochSeconds;
  /**
   * A name of this process that is the same after a restart (the MQTT client id, `api`). What it parks and what it
   * holds while its spool is not drained is its own: two processes at once must not share a name.
   */
  readonly holder: string;
  readonly bounds?: Partial<StateBounds>;
}

/**
 * The state of the house on one SQLite file (write-ahead log, synchronous FULL), shared by the processes of one host.
 * The file must lie on a local disk: the log's shared memory does not work over a network.
 * Throws a ProblemError `store.*` when the file cannot be opened, is of a newer Meterhouse or is not ours.
 */
export function openStateStore(path: string, options: StateOptions): StateStore {
  const { clock, holder } = options;
  const file = openStateFile(path, { clock, holder, bounds: { ...limits, ...options.bounds } });
  const { tally, ...ledgers } = ledgersOf(file);
  const { confine, markReplayed, ...quarantine } = quarantineOf(file);
  const { settle, keepSuperseded, ...verdicts } = verdictsOf(file);
  const { park, unpark, ...parked } = parkedOf(file);
  const { raise, ...heard } = heardOf(file);
  const { mark, ...fingerprints } = fingerprintsOf(file);
  const { keepMemory, ...memory } = memoryOf(file);
  const { touchAll, ...touched } = touchedOf(file);
  const { addAct, ...acts } = actsOf(file, touchAll);
  return {
    ...ledgers,
    ...quarantine,
    ...verdicts,
    ...parked,
    ...heard,
    ...fingerprints,
    ...memory,
    ...touched,
    ...derivedOf(file),
    ...daysBeforeOf(file),
    ...keptVersionsOf(file),
    ...leasesOf(file),
    ...keysOf(file),
    ...sessionsOf(file),
    ...jobsOf(file),
    ...acts,
    ...signOffsOf(file, addAct),
    ...alertsOf(file, addAct),
    ...deliveriesOf(file),
    ...issuesOf(file),
    ...inboxOf(file),
    commit(batch) {
      file.write(() => {
        tally(batch.tallies);
        confine(batch.quarantined);
        markReplayed(batch.replayed);
        touchAll(batch.touched, batch.held);
        raise(batch.highWater);
        park(batch.parked);
        unpark(batch.unparked);
        settle(batch.settled);
        keepSuperseded(batch.superseded);
        mark(batch.fingerprints);
        keepMemory(batch.memory);
      });
    },
    touch(spans) {
      file.write(() => touchAll(spans, false));
    },
    close() {
      file.close();
    },
  };
}
