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
): Pick<StateStore, 'recordAct' | 'acts'> {
  const columns = 'at, who, kind, meter, reason, detail';
  const add = file.prepare(`insert into act (${columns}) values (?, ?, ?, ?, ?, ?)`);
  const page = file.prepare(`
    select id, ${columns} from act
    where id > ?1 and (?2 is null or meter = ?2) and (?3 is null or kind in (select value from json_each(?3)))
    order by id limit ?4`);
  return {
    recordAct: ({ at, who, kind, meter, reason, detail }, touched = []) =>
      file.write(() => {
        touchAll(
          touched.map((span) => ({ ...span, causes: ['ruling'] })),
          false,
        );
        return Number(add.run(at, who, kind, meter ?? null, reason, JSON.stringify(detail) ?? 'null').lastInsertRowid);
      }),
    acts: ({ after = 0, limit, meter, kinds }) =>
      file.read(() =>
        rows<ActRow>(page, after, meter ?? null, kinds === undefined ? null : JSON.stringify(kinds), limit).map(actOf),
      ),
  };
}

function actOf(row: ActRow): Act {
  return { ...row, meter: present(row.meter), detail: JSON.parse(row.detail) as unknown };
}
