import { matchesTopic } from '../../domain/estate/topic-filter.ts';
import type { Quarantined, QuarantineDay, QuarantineFilter, QuarantineRow, StateStore } from '../state-store.ts';
import { present, row, rows, type StateFile } from './file.ts';

type StoredRow = Omit<QuarantineRow, 'replayed' | 'retained'> & {
  readonly replayed: number;
  readonly retained: number;
};

/** What a row costs beside its texts and payload. */
const rowBytes = 64;

type Questions = Pick<
  StateStore,
  'quarantine' | 'countQuarantined' | 'quarantined' | 'quarantineDays' | 'quarantineUse' | 'expireQuarantined'
>;

/**
 * Messages that were not understood, with their reason. Bounded by rows, bytes and age; the oldest expire, and are
 * counted.
 */
export function quarantineOf(file: StateFile): Questions & {
  readonly confine: (list: readonly Quarantined[]) => void;
  readonly markReplayed: (ids: readonly number[]) => void;
} {
  const insert = file.prepare(`
    insert into quarantine
      (received, qos, retained, code, meter, refusedReadings, replayed, topic, detail, bytes, payload)
    values (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`);
  const mark = file.prepare('update quarantine set replayed = 1 where id = ?');
  const bounds = boundsOf(file);
  return {
    ...searchesOf(file),
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
      bounds.keepWithin();
    },
    quarantineUse: () => file.read(() => bounds.use()),
    expireQuarantined: () => file.write(() => bounds.expireOld()),
    markReplayed(ids) {
      for (const id of ids) mark.run(id);
    },
  };
}

function searchesOf(
  file: StateFile,
): Pick<Questions, 'quarantine' | 'countQuarantined' | 'quarantined' | 'quarantineDays'> {
  file.define('matches_topic', matchesTopic);
  const columns = 'id, topic, payload, received, qos, retained, code, detail, meter, refusedReadings, replayed';
  const meant = `
    (?1 is null or code = ?1) and (?2 is null or meter = ?2) and (?3 is null or received >= ?3)
    and (?4 is null or received < ?4) and (?5 is null or replayed = ?5) and (?6 is null or matches_topic(?6, topic))`;
  const page = file.prepare(`select ${columns} from quarantine where ${meant} and id > ?7 order by id limit ?8`);
  const count = file.prepare(`select count(*) as messages from quarantine where ${meant}`);
  const byId = file.prepare(`select ${columns} from quarantine where id = ?`);
  const days = file.prepare(`
    select date(received, 'unixepoch') as day, code, count(*) as messages, sum(replayed = 0) as waiting
    from quarantine where received >= ? group by day, code order by day, code`);
  const values = ({ code, meter, topic, from, to, replayed }: QuarantineFilter) =>
    [
      code ?? null,
      meter ?? null,
      from ?? null,
      to ?? null,
      replayed === undefined ? null : Number(replayed),
      topic ?? null,
    ] as const;
  return {
    quarantine: ({ after, limit, ...filter }) =>
      file.read(() => rows<StoredRow>(page, ...values(filter), after, limit).map(rowOf)),
    countQuarantined: (filter) => file.read(() => row<{ messages: number }>(count, ...values(filter))?.messages ?? 0),
    quarantineDays: (from) => file.read(() => rows<QuarantineDay>(days, from)),
    quarantined: (ids) =>
      file.read(() =>
        ids.flatMap((id) => {
          const found = row<StoredRow>(byId, id);
          return found ? [rowOf(found)] : [];
        }),
      ),
  };
}

function rowOf(stored: StoredRow): QuarantineRow {
  return { ...stored, retained: stored.retained === 1, replayed: stored.replayed === 1 };
}

function boundsOf(file: StateFile) {
  const oldest = file.prepare('select id, bytes, received from quarantine order by id limit 1000');
  const expire = file.prepare('delete from quarantine where id <= ?');
  // Rows leave from the oldest end only, so that the first and last id count them.
  const ends = file.prepare('select min(id) as first, max(id) as last from quarantine');
  const oldestOpen = file.prepare('select min(received) as received from quarantine where replayed = 0');
  const openBefore = file.prepare('select count(*) as messages from quarantine where replayed = 0 and received < ?');

  function rowCount(): number {
    const { first, last } = row<{ first: number | null; last: number | null }>(ends) ?? { first: null, last: null };
    return first === null || last === null ? 0 : last - first + 1;
  }

  type Oldest = { readonly id: number; readonly bytes: number; readonly received: number };

  /** Deletes from the oldest end while `goes` says so; answers how many went. */
  function expireWhile(goes: (candidate: Oldest, count: number, bytes: number) => boolean): number {
    let count = 0;
    let bytes = 0;
    for (;;) {
      let last = 0;
      const list = rows<Oldest>(oldest);
      for (const candidate of list) {
        if (!goes(candidate, count, bytes)) break;
        last = candidate.id;
        bytes += candidate.bytes;
        count += 1;
      }
      if (last > 0) expire.run(last);
      if (last === 0 || last !== list.at(-1)?.id) break;
    }
    file.advance('quarantine.bytes', -bytes);
    file.advance('quarantine.expired', count);
    return count;
  }

  return {
    keepWithin(): void {
      const excessRows = rowCount() - file.bounds.quarantineRows;
      const excessBytes = file.advance('quarantine.bytes', 0) - file.bounds.quarantineBytes;
      if (excessRows <= 0 && excessBytes <= 0) return;
      expireWhile((_, count, bytes) => count < excessRows || bytes < excessBytes);
    },
    expireOld(): number {
      const since = file.clock() - file.bounds.quarantineSeconds;
      return expireWhile(({ received }) => received < since);
    },
    use() {
      const soon = file.clock() - file.bounds.quarantineSeconds + file.bounds.quarantineNoticeSeconds;
      const first = row<{ received: number | null }>(oldestOpen);
      return {
        rows: rowCount(),
        bytes: file.advance('quarantine.bytes', 0),
        expired: file.advance('quarantine.expired', 0),
        oldest: present(first?.received ?? null),
        expiring: row<{ messages: number }>(openBefore, soon)?.messages ?? 0,
      };
    },
  };
}
