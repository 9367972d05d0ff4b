import type { Gap } from '../../domain/half-hours/half-hours.ts';
import type { StateStore, Touched } from '../state-store.ts';
import { present, row, rows, type StateFile } from './file.ts';

interface GapRow {
  readonly meter: string;
  readonly from: number;
  readonly to: number;
  readonly energy: number | null;
  readonly volume: number | null;
}

function gapOf(row: GapRow): Gap {
  return { ...row, energy: present(row.energy), volume: present(row.volume) };
}

function gapKey({ from, to, energy, volume }: GapRow | Gap): string {
  return `${from} ${to} ${energy ?? ''} ${volume ?? ''}`;
}

/** What derivation found: known totals across gaps, and the log of what it wrote. */
export function derivedOf(
  file: StateFile,
): Pick<StateStore, 'replaceGaps' | 'gaps' | 'gapsKnownAt' | 'recordDerived' | 'derivedSince'> {
  const gapsIn = file.prepare(`
    select meter, starts as "from", ends as "to", energy, volume from gap
    where meter = ? and starts >= ? and starts < ?`);
  const dropGap = file.prepare('delete from gap where meter = ? and starts = ?');
  const addGap = file.prepare('insert or replace into gap values (?, ?, ?, ?, ?, ?)');
  const keepGap = file.prepare(`
    insert into gap_before (meter, starts, ends, energy, volume, known_from, known_to)
    select meter, starts, ends, energy, volume, known_from, ?3 from gap where meter = ?1 and starts = ?2`);
  const forgetGaps = file.prepare('delete from gap_before where id <= (select max(id) from gap_before) - ?');
  const knownAt = file.prepare(`
    select gap.meter, starts as "from", ends as "to", energy, volume
    from json_each(?1) as asked join (
      select meter, starts, ends, energy, volume, known_from, null as known_to from gap
      union all select meter, starts, ends, energy, volume, known_from, known_to from gap_before
    ) as gap on gap.meter = asked.value
    where starts < ?2 and ends > ?3 and known_from <= ?4 and (known_to is null or known_to > ?4)
    order by asked.key, starts`);
  const findGaps = file.prepare(`
    select gap.meter, starts as "from", ends as "to", energy, volume
    from json_each(?) as asked join gap on gap.meter = asked.value
    where starts < ? and ends > ? order by asked.key, starts`);
  const record = file.prepare('insert into derived (meter, starts, ends) values (?, ?, ?)');
  const forget = file.prepare('delete from derived where sequence <= (select max(sequence) from derived) - ?');
  const since = file.prepare(`
    select sequence, meter, starts as "from", ends as "to" from derived where sequence > ? order by sequence limit ?`);
  const newest = file.prepare('select max(sequence) as sequence from derived');

  return {
    replaceGaps(meter, window, gaps) {
      file.write(() => {
        const now = Math.floor(file.clock());
        const before = rows<GapRow>(gapsIn, meter, window.from, window.to);
        const stays = new Set(before.map(gapKey).filter((key) => gaps.some((gap) => gapKey(gap) === key)));
        for (const gap of before) {
          if (stays.has(gapKey(gap))) continue;
          keepGap.run(meter, gap.from, now);
          dropGap.run(meter, gap.from);
        }
        for (const gap of gaps) {
          if (!stays.has(gapKey(gap))) {
            addGap.run(meter, gap.from, gap.to, gap.energy ?? null, gap.volume ?? null, now);
          }
        }
        if (before.length > stays.size) forgetGaps.run(file.bounds.gapsBeforeRows);
      });
    },
    gaps: (meters, period) =>
      file.read(() => rows<GapRow>(findGaps, JSON.stringify(meters), period.to, period.from).map(gapOf)),
    gapsKnownAt: (meters, period, at) =>
      file.read(() => rows<GapRow>(knownAt, JSON.stringify(meters), period.to, period.from, at).map(gapOf)),
    recordDerived(spans) {
      if (spans.length === 0) return;
      file.write(() => {
        for (const { meter, from, to } of spans) record.run(meter, from, to);
        forget.run(file.bounds.derivedRows);
      });
    },
    derivedSince: (sequence, limit) =>
      file.read(() => {
        const last = row<{ sequence: number | null }>(newest)?.sequence ?? 0;
        const list = rows<Touched & { sequence: number }>(since, sequence, limit);
        return {
          sequence: list.at(-1)?.sequence ?? last,
          list: list.map(({ meter, from, to }) => ({ meter, from, to })),
        };
      }),
  };
}
