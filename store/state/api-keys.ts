import { ProblemError } from '../../domain/problems.ts';
import type { ApiKey, StateStore } from '../state-store.ts';
import { present, row, rows, type StateFile } from './file.ts';

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: ApiKey['role'];
  readonly organisations: string;
  readonly sites: string;
  readonly created: number;
  readonly revoked: number | null;
}

/** API keys: only their hashes are kept. */
export function keysOf(file: StateFile): Pick<StateStore, 'addKey' | 'keyByHash' | 'keys' | 'revokeKey'> {
  const columns = 'id, name, role, organisations, sites, created, revoked';
  const known = file.prepare('select id from api_key where id = ? or hash = ?');
  const add = file.prepare(`insert into api_key (${columns}, hash) values (?, ?, ?, ?, ?, ?, ?, ?)`);
  const byHash = file.prepare(`select ${columns} from api_key where hash = ? and revoked is null`);
  const all = file.prepare(`select ${columns} from api_key order by created, id`);
  const revoke = file.prepare('update api_key set revoked = ? where id = ? and revoked is null');
  const endSessions = file.prepare('delete from session where key = ?');
  return {
    addKey(key, hash) {
      const { id, name, role, organisations, sites, created, revoked } = key;
      file.write(() => {
        if (row(known, id, hash)) {
          throw new ProblemError([
            { code: 'request.invalid', where: 'API key', found: id, expected: 'an id not used before' },
          ]);
        }
        add.run(id, name, role, JSON.stringify(organisations), JSON.stringify(sites), created, revoked ?? null, hash);
      });
    },
    keyByHash: (hash) =>
      file.read(() => {
        const found = row<KeyRow>(byHash, hash);
        return found && keyOf(found);
      }),
    keys: () => file.read(() => rows<KeyRow>(all).map(keyOf)),
    revokeKey: (id, now) =>
      file.write(() => {
        endSessions.run(id);
        return revoke.run(Math.floor(now), id).changes === 1;
      }),
  };
}

export function keyOf(row: KeyRow): ApiKey {
  const { id, name, role, created } = row;
  return {
    id,
    name,
    role,
    created,
    organisations: JSON.parse(row.organisations) as string[],
    sites: JSON.parse(row.sites) as string[],
    revoked: present(row.revoked),
  };
}
