import type { Quarantined, QuarantineRow, StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

type StoredRow = Omit<QuarantineRow, 'replayed' | 'retained'> & {
  readonly replayed: number;
  readonly retained: number;
};

/** What a row costs beside its texts and payload. */
const rowBytes = 64;

/**
 * Messages that were not understood, with their reason. Bounded by rows and bytes; the oldest expire, and are counted.
 */
export function quarantineOf(file: StateFile): Pick<StateStore, 'quarantine' | 'quarantined' | 'quarantineUse'> & {
  readonly confine: (list: readonly Quarantined[]) => void;
  readonly markReplayed: (ids: readonly number[]) => void;
} {
  const insert = file.prepare(`
    insert into quarantine
      (received, qos, retained, code, meter, refusedReadings, replayed, topic, detail, bytes, payload)
    values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`);
  const columns = 'id, topic, payload, received, qos, retained, code, detail, meter, refusedReadings, replayed';
  const page = file.prepare(`select ${columns} from quarantine where id > ? order by id limit ?`);
  const pageOfCode = file.prepare(`select ${columns} from quarantine where id > ? and code = ? order by id limit ?`);
  const byId = file.prepare(`select ${columns} from quarantine where id = ?`);
  const mark = file.prepare('update quarantine set replayed = 1 where id = ?');
  const { rowCount, keepWithinBounds } = boundsOf(file);

  return {
    confine(list) {
      if (list.length === 0) return;
      let bytes = 0;
      for (const message of list) {
        const { topic, payload, received, qos, code, detail, meter, refusedReadings } = message;
        const size = rowBytes + payload.byteLength + Buffer.byteLength(topic) + Buffer.byteLength(detail);
        insert.run(received, qos, message.retained ? 1 : 0, code, meter, refusedReadings, topic, detail, size, payload);
        bytes += size;
      }
      file.advance('quarantine.bytes', bytes);
      keepWithinBounds();
    },
    quarantine: ({ after, limit, code }) =>
      file.read(() => {
        const found =
          code === undefined ? rows<StoredRow>(page, after, limit) : rows<StoredRow>(pageOfCode, after, code, limit);
        return found.map(rowOf);
      }),
    quarantined: (ids) =>
      file.read(() =>
        ids.flatMap((id) => {
          const found = row<StoredRow>(byId, id);
          return found ? [rowOf(found)] : [];
        }),
      ),
    quarantineUse: () =>
      file.read(() => ({
        rows: rowCount(),
        bytes: file.advance('quarantine.bytes', 0),
        expired: file.advance('quarantine.expired', 0),
      })),
    markReplayed(ids) {
      for (const id of ids) mark.run(id);
    },
  };
}

function rowOf(stored: StoredRow): QuarantineRow {
  return { ...stored, retained: stored.retained === 1, replayed: stored.replayed === 1 };
}

function boundsOf(file: StateFile) {
  const oldest = file.prepare('select id, bytes from quarantine order by id limit 1000');
  const expire = file.prepare('delete from quarantine where id <= ?');
  // Rows leave from the oldest end only, so that the first and last id count them.
  const ends = file.prepare('select min(id) as first, max(id) as last from quarantine');

  function rowCount(): number {
    const { first, last } = row<{ first: number | null; last: number | null }>(ends) ?? { first: null, last: null };
    return first === null || last === null ? 0 : last - first + 1;
  }

  function keepWithinBounds(): void {
    let excessRows = rowCount() - file.bounds.quarantineRows;
    let excessBytes = file.advance('quarantine.bytes', 0) - file.bounds.quarantineBytes;
    while (excessRows > 0 || excessBytes > 0) {
      let last = 0;
      let bytes = 0;
      let count = 0;
      for (const candidate of rows<{ id: number; bytes: number }>(oldest)) {
        if (count >= excessRows && bytes >= excessBytes) break;
        last = candidate.id;
        bytes += candidate.bytes;
        count += 1;
      }
      expire.run(last);
      file.advance('quarantine.bytes', -bytes);
      file.advance('quarantine.expired', count);
      excessRows -= count;
      excessBytes -= bytes;
    }
  }

  return { rowCount, keepWithinBounds };
}
