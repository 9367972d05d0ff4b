import type { EpochSeconds } from '../../domain/time.ts';
import type { HighWater, StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

interface HeardRow {
  readonly series: string;
  readonly at: EpochSeconds;
  readonly value: number;
  readonly received: EpochSeconds;
  readonly sequence: number;
}

/** What was heard: the newest reading of each series, and in which order series were heard. */
export function heardOf(file: StateFile): Pick<StateStore, 'highWater' | 'heardSince'> & {
  readonly raise: (list: readonly HighWater[]) => void;
} {
  const raise = file.prepare(`
    insert into high_water values (?, ?, ?, ?, ?) on conflict do update set
      at = excluded.at, value = excluded.value, received = excluded.received, sequence = excluded.sequence
    where excluded.at > at or (excluded.at = at and excluded.value <> value)`);
  const find = file.prepare('select series, at, value, received, sequence from high_water where series = ?');
  const since = file.prepare('select * from high_water where sequence > ? order by sequence limit ?');

  return {
    raise(list) {
      if (list.length === 0) return;
      let sequence = file.advance('heard', list.length) - list.length;
      for (const { series, at, value, received } of list) raise.run(series, at, value, received, ++sequence);
    },
    highWater: (wanted) =>
      file.read(() => {
        const found = new Map<string, HighWater>();
        for (const name of wanted) {
          const kept = row<HeardRow>(find, name);
          if (kept) found.set(name, newest(kept));
        }
        return found;
      }),
    heardSince: (sequence, limit) =>
      file.read(() => {
        // Read first: what is committed between the two statements is then seen by the next call.
        const newestSequence = file.advance('heard', 0);
        const list = rows<HeardRow>(since, sequence, limit);
        const last = list.at(-1)?.sequence ?? newestSequence;
        return { sequence: last, list: list.map(newest) };
      }),
  };
}

function newest({ series, at, value, received }: HeardRow): HighWater {
  return { series, at, value, received };
}
