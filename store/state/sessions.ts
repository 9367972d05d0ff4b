import type { Session, StateStore } from '../state-store.ts';
import { type KeyRow, keyOf } from './api-keys.ts';
import { row, type StateFile } from './file.ts';

type SessionRow = KeyRow & Pick<Session, 'hash' | 'used' | 'ends'> & { readonly began: number };

/** Browsers that signed in. What is over is not found, and goes when the next one signs in. */
export function sessionsOf(
  file: StateFile,
): Pick<StateStore, 'addSession' | 'sessionByHash' | 'useSession' | 'endSession'> {
  const add = file.prepare('insert into session (hash, key, created, used, ends) values (?, ?, ?, ?, ?)');
  const forget = file.prepare('delete from session where ends <= ?1 or used <= ?1 - ?2');
  const makeRoom = file.prepare(`
    delete from session where hash in (
      select hash from session where key = ? order by used desc, created desc limit -1 offset ?)`);
  const byHash = file.prepare(`
    select session.hash, session.created as began, session.used, session.ends,
      api_key.id, name, role, organisations, sites, api_key.created, revoked
    from session join api_key on api_key.id = session.key
    where session.hash = ?1 and ends > ?2 and used > ?2 - ?3 and revoked is null`);
  const use = file.prepare('update session set used = max(used, ?) where hash = ?');
  const end = file.prepare('delete from session where hash = ?');
  const idle = file.bounds.signedInIdleSeconds;
  return {
    addSession({ hash, key, created, used, ends }) {
      file.write(() => {
        forget.run(Math.floor(created), idle);
        makeRoom.run(key, file.bounds.signedInPerKey - 1);
        add.run(hash, key, Math.floor(created), Math.floor(used), Math.floor(ends));
      });
    },
    sessionByHash: (hash, now) =>
      file.read(() => {
        const found = row<SessionRow>(byHash, hash, Math.floor(now), idle);
        if (!found) return undefined;
        const { began, used, ends } = found;
        const key = keyOf(found);
        return { session: { hash, key: key.id, created: began, used, ends }, key };
      }),
    useSession(hash, now) {
      file.write(() => use.run(Math.floor(now), hash));
    },
    endSession: (hash) => file.write(() => end.run(hash).changes === 1),
  };
}
