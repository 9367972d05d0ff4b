import { daySeconds, utcDateOf } from '../../domain/time.ts';
import type { LedgerLine, StateStore, TallyChange } from '../state-store.ts';
import { rows, type StateFile } from './file.ts';

interface LedgerRow {
  readonly day: string;
  readonly meter: string;
  readonly decoded: number;
  readonly ignored: number;
  readonly quarantined: number;
  readonly qos0: number;
  readonly stored: number;
  readonly repeated: number;
  readonly revised: number;
  readonly refused: number;
  readonly parked: number;
}

/** The two ledgers: what became of messages and of readings, by UTC day of receipt and meter. */
export function ledgersOf(
  file: StateFile,
): Pick<StateStore, 'ledger'> & { readonly tally: (changes: readonly TallyChange[]) => void } {
  const add = file.prepare(`
    insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
      decoded = decoded + excluded.decoded, ignored = ignored + excluded.ignored,
      quarantined = quarantined + excluded.quarantined, qos0 = qos0 + excluded.qos0,
      stored = stored + excluded.stored, repeated = repeated + excluded.repeated, revised = revised + excluded.revised,
      refused = refused + excluded.refused, parked = parked + excluded.parked`);
  const byDays = file.prepare('select * from ledger where day between ? and ? order by day, meter');
  const byMeters = file.prepare(`
    select * from ledger where day between ? and ? and meter in (select value from json_each(?)) order by day, meter`);
  const forget = file.prepare('delete from ledger where day < ?');
  file.write(() => forget.run(utcDateOf(file.clock() - file.bounds.ledgerDays * daySeconds)));

  return {
    tally(changes) {
      for (const { day, meter, ...by } of changes) {
        const messages = [by.decoded ?? 0, by.ignored ?? 0, by.quarantined ?? 0, by.qos0 ?? 0];
        const readings = [by.stored ?? 0, by.repeated ?? 0, by.revised ?? 0, by.refused ?? 0, by.parked ?? 0];
        add.run(day, meter, ...messages, ...readings);
      }
    },
    ledger: ({ from, to }, meters) =>
      file.read(() => {
        const found = meters
          ? rows<LedgerRow>(byMeters, from, to, JSON.stringify(meters))
          : rows<LedgerRow>(byDays, from, to);
        return found.map(lineOf);
      }),
  };
}

function lineOf(row: LedgerRow): LedgerLine {
  const { day, meter, decoded, ignored, quarantined, qos0, stored, repeated, revised, refused, parked } = row;
  return {
    day,
    meter,
    messages: { received: decoded + ignored + quarantined, decoded, ignored, quarantined, qos0 },
    readings: {
      decoded: stored + repeated + revised + refused + parked,
      stored,
      repeated,
      revised,
      refused,
      parked,
    },
  };
}
