import type { StateStore } from '../state-store.ts';
import { row, type StateFile } from './file.ts';

/**
 * Leases and small facts. A lease that runs longer than any can was taken by a clock that has
 * been set back since: it counts for nothing, or nobody would derive until that time comes.
 */
export function leasesOf(file: StateFile): Pick<StateStore, 'lease' | 'endLease' | 'remember' | 'recall'> {
  const take = file.prepare(`
    insert into lease values (?1, ?2, ?3) on conflict do update set holder = ?2, until = ?3
    where holder = ?2 or until <= ?4 or until > ?3 + (?3 - ?4)`);
  const end = file.prepare('delete from lease where name = ? and holder = ?');
  const remember = file.prepare('insert or replace into fact values (?, ?)');
  const recall = file.prepare('select value from fact where key = ?');
  return {
    lease: (name, holder, seconds, now) =>
      file.write(() => take.run(name, holder, Math.ceil(now + seconds), Math.floor(now)).changes === 1),
    endLease(name, holder) {
      file.write(() => end.run(name, holder));
    },
    remember(key, value) {
      file.write(() => remember.run(key, value));
    },
    recall: (key) => file.read(() => row<{ value: string }>(recall, key)?.value),
  };
}
