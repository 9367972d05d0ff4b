import type { EpochSeconds } from '../../domain/time.ts';
import type { StateStore, Superseded, Verdict } from '../state-store.ts';
import { present, row, rows, type StateFile } from './file.ts';

interface VerdictRow {
  readonly identity: string;
  readonly verdict: Verdict['verdict'];
  readonly before: number | null;
  readonly after: number;
  readonly at: EpochSeconds;
}

/**
 * Verdicts on late readings: those that need a look at what is kept before it is known what they are. It is written
 * here before they are, so that a crash between the two leaves the same verdict to be taken again; a revision's old
 * value stays for good.
 */
export function verdictsOf(file: StateFile): Pick<StateStore, 'prepare' | 'prepared' | 'superseded'> & {
  readonly settle: (identities: readonly string[]) => void;
  readonly keepSuperseded: (list: readonly Superseded[]) => void;
} {
  const insert = file.prepare('insert or replace into prepared values (?, ?, ?, ?, ?, ?)');
  const find = file.prepare('select identity, verdict, before, after, at from prepared where identity = ?');
  const remove = file.prepare('delete from prepared where identity = ?');
  const count = file.prepare('select count(*) as prepared from prepared');
  // A negative limit would mean none.
  const forget = file.prepare(`
    delete from prepared
    where identity in (select identity from prepared order by prepared, identity limit max(0, ?))`);
  const supersede = file.prepare(
    'insert into superseded (meter, at, identity, before, after, replaced) values (?, ?, ?, ?, ?, ?)',
  );
  const revisions = file.prepare(`
    select identity, before, after, at, replaced from superseded
    where meter = ? and at >= ? and at < ? order by at, id`);

  return {
    prepare(verdicts) {
      if (verdicts.length === 0) return;
      file.write(() => {
        const now = Math.floor(file.clock());
        for (const { identity, verdict, before, after, at } of verdicts) {
          insert.run(identity, verdict, before ?? null, after, at, now);
        }
        forget.run(Number(count.get()?.['prepared']) - file.bounds.preparedRows);
      });
    },
    prepared: (identities) =>
      file.read(() => {
        const found = new Map<string, Verdict>();
        for (const identity of identities) {
          const kept = row<VerdictRow>(find, identity);
          if (kept) found.set(identity, { ...kept, before: present(kept.before) });
        }
        return found;
      }),
    settle(identities) {
      for (const identity of identities) remove.run(identity);
    },
    keepSuperseded(list) {
      for (const { identity, at, before, after, replaced } of list) {
        supersede.run(meterOf(identity), at, identity, before, after, replaced);
      }
    },
    superseded: (meter, period) =>
      file.read(() => rows<Superseded>(revisions, meter, period.from, period.to).map((revision) => ({ ...revision }))),
  };
}

/** The meter an `identityKey` begins with. */
function meterOf(identity: string): string {
  return identity.slice(0, identity.indexOf('/'));
}
