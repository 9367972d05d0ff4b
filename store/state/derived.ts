import type { Gap } from '../../domain/half-hours/half-hours.ts';
import type { StateStore, Touched } from '../state-store.ts';
import { present, row, rows, type StateFile } from './file.ts';

/** What derivation found: known totals across gaps, and the log of what it wrote. */
export function derivedOf(
  file: StateFile,
): Pick<StateStore, 'replaceGaps' | 'gaps' | 'recordDerived' | 'derivedSince'> {
  const dropGaps = file.prepare('delete from gap where meter = ? and starts >= ? and starts < ?');
  const addGap = file.prepare('insert or replace into gap values (?, ?, ?, ?, ?)');
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
        dropGaps.run(meter, window.from, window.to);
        for (const gap of gaps) addGap.run(meter, gap.from, gap.to, gap.energy ?? null, gap.volume ?? null);
      });
    },
    gaps: (meters, period) =>
      file.read(() =>
        rows<{ meter: string; from: number; to: number; energy: number | null; volume: number | null }>(
          findGaps,
          JSON.stringify(meters),
          period.to,
          period.from,
        ).map((gap): Gap => ({ ...gap, energy: present(gap.energy), volume: present(gap.volume) })),
      ),
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
