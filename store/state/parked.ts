import { ProblemError } from '../../domain/problems.ts';
import type { Reading } from '../../domain/readings/reading.ts';
import type { StateStore } from '../state-store.ts';
import { rows, type StateFile } from './file.ts';

/** Late readings that wait until the database can be asked about them. Each process sees its own. */
export function parkedOf(file: StateFile): Pick<StateStore, 'parked'> & {
  readonly park: (readings: readonly Reading[]) => void;
  readonly unpark: (ids: readonly number[]) => void;
} {
  const addParked = file.prepare(`
    insert into parked (holder, meter, quantity, kind, at, value, period, received) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const listParked = file.prepare(
    'select id, meter, quantity, kind, at, value, period, received from parked where holder = ? order by id limit ?',
  );
  const removeParked = file.prepare('delete from parked where id = ?');

  return {
    park(readings) {
      if (readings.length === 0) return;
      if (file.advance('parked', readings.length) > file.bounds.parkedReadings) {
        const detail = `${file.bounds.parkedReadings} late readings wait already for the database to be asked`;
        throw new ProblemError([{ code: 'store.full', where: 'state file', detail }]);
      }
      for (const { meter, quantity, kind, at, value, period, received } of readings) {
        addParked.run(file.holder, meter, quantity, kind, at, value, period, received);
      }
    },
    unpark(ids) {
      if (ids.length === 0) return;
      file.advance('parked', -ids.length);
      for (const id of ids) {
        if (removeParked.run(id).changes === 1) continue;
        const detail = 'a parked reading was settled twice; two processes share one holder name';
        throw new ProblemError([{ code: 'internal', where: 'state file', found: `row ${id}`, detail }]);
      }
    },
    parked: (limit) =>
      file.read(() =>
        rows<Reading & { id: number }>(listParked, file.holder, limit).map(({ id, ...reading }) => ({ id, reading })),
      ),
  };
}
