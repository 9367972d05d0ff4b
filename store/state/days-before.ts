import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { bitsOf, causesOf } from '../../domain/signoff/change-causes.ts';
import type { EpochSeconds, Period } from '../../domain/time.ts';
import type { DayBefore, DaysBefore, KeptHistory } from '../kept-history.ts';
import { row, rows, type StateFile } from './file.ts';

interface BeforeRow {
  readonly meter: string;
  readonly replaced: EpochSeconds;
  readonly causes: number;
  readonly days: Uint8Array;
}

/** As JSON: the days as lists of numbers in this order, and the runs of days of which nothing was known. */
interface Packed {
  readonly d: readonly (readonly number[])[];
  readonly u: readonly (readonly [EpochSeconds, EpochSeconds])[];
}

// Rows are kept in this order for ever: a list of its own, that no other use of the columns moves.
const columns = [
  'day',
  'energy',
  'volume',
  'measuredEnergy',
  'measuredVolume',
  'measuredHalfHours',
  'estimatedHalfHours',
  'missingHalfHours',
  'measuredShare',
] as const satisfies readonly (keyof DayBefore)[];

const sinceKey = 'history kept since';

/**
 * What settled days of meters were. One row holds what one write replaced of a meter: a life that is restated is a row
 * of some kilobytes, not a thousand rows.
 */
export function daysBeforeOf(file: StateFile): Pick<KeptHistory, 'keepDaysBefore' | 'daysBefore' | 'keptSince'> {
  const add = file.prepare(`
    insert into day_before (meter, starts, ends, replaced, causes, bytes, days) values (?, ?, ?, ?, ?, ?, ?)`);
  const find = file.prepare(`
    select meter, replaced, causes, days from day_before
    where meter in (select value from json_each(?1)) and starts < ?2 and ends > ?3 and replaced >= ?4
    order by id`);
  const oldest = file.prepare('select id, bytes, replaced from day_before order by id limit 1');
  const drop = file.prepare('delete from day_before where id = ?');
  const recall = file.prepare('select value from fact where key = ?');
  const begin = file.prepare('insert or ignore into fact values (?, ?)');
  const remember = file.prepare('insert or replace into fact values (?, ?)');
  const known = (): string | undefined => row<{ value: string }>(recall, sinceKey)?.value;
  if (file.read(known) === undefined) file.write(() => begin.run(sinceKey, String(Math.floor(file.clock()))));

  function makeRoom(): void {
    let bytes = file.advance('day_before.bytes', 0);
    while (bytes > file.bounds.daysBeforeBytes) {
      const first = row<{ id: number; bytes: number; replaced: number }>(oldest);
      if (!first) break;
      drop.run(first.id);
      bytes = file.advance('day_before.bytes', -first.bytes);
      // What was known just before that change cannot be said any more.
      remember.run(sinceKey, String(Math.max(first.replaced, Number(known() ?? 0))));
    }
  }

  return {
    keepDaysBefore(list) {
      if (list.length === 0) return;
      file.write(() => {
        for (const { meter, replaced, causes, days, unknown } of list) {
          const packed: Packed = {
            d: days.map((day) => columns.map((column) => day[column])),
            u: unknown.map(({ from, to }) => [from, to]),
          };
          const blob = deflateRawSync(JSON.stringify(packed));
          const starts = Math.min(...days.map(({ day }) => day), ...unknown.map(({ from }) => from));
          const ends = Math.max(...days.map(({ day }) => day + 1), ...unknown.map(({ to }) => to));
          add.run(meter, starts, ends, replaced, bitsOf(causes), blob.length, blob);
          file.advance('day_before.bytes', blob.length);
        }
        makeRoom();
      });
    },
    daysBefore: (meters, period, since) =>
      file.read(() =>
        rows<BeforeRow>(find, JSON.stringify(meters), period.to, period.from, since).map((one) =>
          unpacked(one, period),
        ),
      ),
    keptSince: () => file.read(() => Number(known() ?? 0)),
  };
}

function unpacked({ meter, replaced, causes, days }: BeforeRow, period: Period): DaysBefore {
  const { d, u } = JSON.parse(Buffer.from(inflateRawSync(days)).toString()) as Packed;
  const all = d.map((numbers) => {
    return Object.fromEntries(columns.map((column, i) => [column, numbers[i] ?? 0])) as unknown as DayBefore;
  });
  return {
    meter,
    replaced,
    causes: causesOf(causes),
    days: all.filter(({ day }) => day >= period.from && day < period.to),
    unknown: u.map(([from, to]) => ({ from, to })).filter(({ from, to }) => from < period.to && to > period.from),
  };
}
