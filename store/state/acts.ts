import type { Act } from '../../domain/acts.ts';
import type { StateStore, Touched } from '../state-store.ts';
import { present, rows, type StateFile } from './file.ts';

interface ActRow extends Omit<Act, 'meter' | 'detail'> {
  readonly meter: string | null;
  readonly detail: string;
}

/** What people did. Nothing here is ever changed or deleted: there is no statement that could. */
export function actsOf(
  file: StateFile,
  touchAll: (spans: readonly Touched[], held: boolean) => void,
): Pick<StateStore, 'recordAct' | 'acts'> & { readonly addAct: (act: Omit<Act, 'id'>) => number } {
  const columns = 'at, who, kind, meter, reason, detail';
  const add = file.prepare(`insert into act (${columns}) values (?, ?, ?, ?, ?, ?)`);
  const asked = '(?2 is null or kind in (select value from json_each(?2))) and (?4 is null or at < ?4)';
  const page = file.prepare(`select id, ${columns} from act where id > ?1 and ${asked} order by id limit ?3`);
  // A statement of its own, which takes the index: those of a meter are asked for whenever it is derived.
  const ofMeter = file.prepare(
    `select id, ${columns} from act where meter = ?5 and id > ?1 and ${asked} order by id limit ?3`,
  );
  const addAct = ({ at, who, kind, meter, reason, detail }: Omit<Act, 'id'>): number =>
    Number(add.run(at, who, kind, meter ?? null, reason, JSON.stringify(detail) ?? 'null').lastInsertRowid);
  return {
    addAct,
    recordAct: (act, touched = []) =>
      file.write(() => {
        touchAll(
          touched.map((span) => ({ ...span, causes: ['ruling'] })),
          false,
        );
        return addAct(act);
      }),
    acts: ({ after = 0, before = null, limit, meter, kinds }) =>
      file.read(() => {
        const terms = [after, kinds === undefined ? null : JSON.stringify(kinds), limit, before];
        const found = meter === undefined ? rows<ActRow>(page, ...terms) : rows<ActRow>(ofMeter, ...terms, meter);
        return found.map(actOf);
      }),
  };
}

function actOf(row: ActRow): Act {
  return { ...row, meter: present(row.meter), detail: JSON.parse(row.detail) as unknown };
}
