import type { Relative, Relatives } from '../domain/diagnosis/diagnosis-levels.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { Reading } from '../domain/readings/reading.ts';
import type { Patient } from '../domain/half-hours/register-doctor.ts';
import { daySeconds, type EpochSeconds, type Period } from '../domain/time.ts';
import type { ReadingStore } from './reading-store.ts';
import { rulingsFor } from './rulings-of-meter.ts';
import type { StateStore } from './state-store.ts';

/** Where a patient's record is kept. */
export interface PatientRecords {
  readonly store: Pick<ReadingStore, 'seriesOf' | 'readings' | 'halfHours'>;
  readonly state: Pick<StateStore, 'acts'>;
}

/**
 * A meter as the register doctor wants to see it: its readings in a period and around it, what people decided of it,
 * and the meters above and below. Undefined where that is more than `limits.derivationReadings` readings.
 */
export async function patientOf(
  { store, state }: PatientRecords,
  estate: Estate,
  meter: Meter,
  period: Period,
  now: EpochSeconds,
): Promise<Patient | undefined> {
  const around = {
    from: period.from - limits.diagnosisDaysBefore * daySeconds,
    to: Math.min(period.to + limits.diagnosisDaysAfter * daySeconds, now + daySeconds),
  };
  const readings: Reading[] = [];
  for (const series of await store.seriesOf(meter.id)) {
    const list = await store.readings(series, around, limits.derivationReadings + 1 - readings.length);
    for (const reading of list) readings.push(reading);
    if (readings.length > limits.derivationReadings) return undefined;
  }
  const relatives = await relativesOf(store, estate, meter, around);
  return { meter, readings, period, now, rulings: rulingsFor(state, meter.id), relatives };
}

/** The meter above, its other meters, and those below: what hangs in the tree and is heard by itself. */
async function relativesOf(
  store: PatientRecords['store'],
  estate: Estate,
  meter: Meter,
  period: Period,
): Promise<Relatives> {
  const all = [...estate.meters.values()].filter(({ utility, measures, role }) => {
    return utility === meter.utility && measures === meter.measures && role !== 'virtual';
  });
  const parent = all.find(({ id }) => id === meter.parent);
  const siblings = parent ? all.filter((other) => other.parent === parent.id && other.id !== meter.id) : [];
  const children = all.filter((other) => other.parent === meter.id);
  const ids = [...(parent ? [parent] : []), ...siblings, ...children].map(({ id }) => id);
  const rows = Map.groupBy(ids.length === 0 ? [] : await store.halfHours(ids, period), (row) => row.meter);
  const relative = ({ id, role }: Meter): Relative => ({ id, role, halfHours: rows.get(id) ?? [] });
  return {
    parent: parent && relative(parent),
    siblings: siblings.map(relative),
    children: children.map(relative),
  };
}
