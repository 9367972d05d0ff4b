import type { Finding } from '../domain/diagnosis.ts';
import type { Relative, Relatives } from '../domain/diagnosis-levels.ts';
import type { Estate, Meter } from '../domain/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Reading } from '../domain/reading.ts';
import { diagnose } from '../domain/register-doctor.ts';
import { rulingActKinds, rulingsOf } from '../domain/rulings.ts';
import { daySeconds, type Period } from '../domain/time.ts';
import type { ApiParts } from './parts.ts';

/** What the doctor says of a meter in a period, from what the store holds of it and of the meters around it. */
export async function diagnosisOf(parts: ApiParts, meter: Meter, period: Period): Promise<Finding[]> {
  const { store, state, clock } = parts;
  const around = {
    from: period.from - limits.diagnosisDaysBefore * daySeconds,
    to: Math.min(period.to + limits.diagnosisDaysAfter * daySeconds, clock() + daySeconds),
  };
  const readings: Reading[] = [];
  for (const series of await store.seriesOf(meter.id)) {
    const list = await store.readings(series, around, limits.derivationReadings + 1 - readings.length);
    for (const reading of list) readings.push(reading);
    if (readings.length <= limits.derivationReadings) continue;
    const found = `more than ${limits.derivationReadings} readings`;
    throw new ProblemError([{ code: 'request.range-too-long', where: 'query to', found }]);
  }
  const relatives = await relativesOf(parts, parts.estate(), meter, around);
  const rulings = rulingsOf(state.acts({ meter: meter.id, kinds: rulingActKinds, limit: limits.rulingsOfMeter }));
  return diagnose({ meter, readings, period, now: clock(), rulings, relatives });
}

/** The meter above, its other meters, and those below: what hangs in the tree and is heard by itself. */
async function relativesOf({ store }: ApiParts, estate: Estate, meter: Meter, period: Period): Promise<Relatives> {
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
