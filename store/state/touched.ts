import { bitsOf, causesOf } from '../../domain/signoff/change-causes.ts';
import { halfHourSeconds } from '../../domain/time.ts';
import type { StateStore, Touched, TouchedRow } from '../state-store.ts';
import { rows, type StateFile } from './file.ts';

interface SpanRow {
  readonly since: number;
  readonly starts: number;
  readonly ends: number;
  readonly causes: number;
}

/** A row as it is kept: its causes are a number. */
type Bits<Row extends Touched> = Omit<Row, 'causes'> & { readonly causes: number };

function withCauses<Row extends Touched>(row: Bits<Row>) {
  return { ...row, causes: causesOf(row.causes) };
}

/**
 * What must be worked out again. Spans of a meter that meet, or lie within the same or the next half-hour, are one row:
 * apart they would be worked out twice, and a meter that speaks every second would leave a row a second. Others stay
 * apart up to a bound.
 */
export function touchedOf(file: StateFile): Pick<
  StateStore,
  'touched' | 'touchedMeters' | 'settleTouched' | 'releaseTouched'
> & {
  readonly touchAll: (spans: readonly Touched[], held: boolean) => void;
} {
  const widen = file.prepare(`
    update touched set starts = min(starts, ?3), ends = max(ends, ?4), id = ?5, causes = causes | ?6
    where held = ?1 and meter = ?2 and starts <= ?4 + ${halfHourSeconds} and ends >= ?3 - ${halfHourSeconds}`);
  const insert = file.prepare('insert into touched (held, meter, starts, ends, id, causes) values (?, ?, ?, ?, ?, ?)');
  const count = file.prepare('select count(*) as spans from touched where held = ? and meter = ?');
  const claim = file.prepare('update touched set id = ? where held = ? and meter = ?');
  const dropById = file.prepare('delete from touched where id = ?');
  const meters = file.prepare(
    "select meter from touched where held = '' group by meter order by min(since), meter limit ?",
  );
  const countMeters = file.prepare("select count(distinct meter) as meters from touched where held = ''");
  const spans = file.prepare(`
    select meter, starts as "from", ends as "to", id, causes from touched
    where held = '' and meter = ? order by starts, id`);
  const heldSpans = file.prepare(
    'select meter, starts as "from", ends as "to", causes from touched where held = ? order by since',
  );
  const dropHeld = file.prepare('delete from touched where held = ?');
  const unite = uniterOf(file);
  const heldBy = `held by ${file.holder}`;

  function touchAll(list: readonly Touched[], isHeld: boolean): void {
    if (list.length === 0) return;
    const held = isHeld ? heldBy : '';
    let id = file.advance('touched', list.length) - list.length;
    for (const { meter, from, to, causes = ['readings'] as const } of list) {
      id += 1;
      const bits = bitsOf(causes);
      const { changes } = widen.run(held, meter, from, to, id, bits);
      if (changes === 1) continue;
      if (changes === 0) {
        insert.run(held, meter, from, to, id, bits);
        if (Number(count.get(held, meter)?.['spans']) <= file.bounds.touchedSpans) continue;
        claim.run(id, held, meter);
      }
      unite(id, held, meter);
    }
  }

  return {
    touchAll,
    touched: (limit) =>
      file.read(() =>
        rows<{ meter: string }>(meters, limit).map(({ meter }) => ({
          meter,
          spans: rows<Bits<TouchedRow>>(spans, meter).map((span): TouchedRow => withCauses(span)),
        })),
      ),
    touchedMeters: () => file.read(() => Number(countMeters.get()?.['meters'])),
    settleTouched(ids) {
      if (ids.length === 0) return;
      file.write(() => {
        for (const id of ids) dropById.run(id);
      });
    },
    releaseTouched() {
      file.write(() => {
        const waiting = rows<Bits<Touched>>(heldSpans, heldBy);
        if (waiting.length === 0) return;
        dropHeld.run(heldBy);
        touchAll(waiting.map(withCauses), false);
      });
    },
  };
}

/** Makes one row of all that carry an id: the widest span, in the place of the one that waits longest. */
function uniterOf(file: StateFile): (id: number, held: string, meter: string) => void {
  const byId = file.prepare('select since, starts, ends, causes from touched where id = ? order by since');
  const drop = file.prepare('delete from touched where id = ?');
  const restore = file.prepare(
    'insert into touched (since, held, meter, starts, ends, id, causes) values (?, ?, ?, ?, ?, ?, ?)',
  );
  return (id, held, meter) => {
    const parts = rows<SpanRow>(byId, id);
    const since = parts[0]?.since;
    if (since === undefined) return;
    drop.run(id);
    const starts = Math.min(...parts.map((part) => part.starts));
    const ends = Math.max(...parts.map((part) => part.ends));
    const causes = parts.reduce((bits, part) => bits | part.causes, 0);
    restore.run(since, held, meter, starts, ends, id, causes);
  };
}
