import type { InboxEntry, InboxState, ProposedMeter } from '../../domain/estate/inbox.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { StateStore } from '../state-store.ts';
import { row, rows, type StateFile } from './file.ts';

interface InboxRow extends Omit<InboxEntry, 'proposals'> {
  readonly proposals: string;
}

/** Topics that nobody has registered. Bounded by rows: those that were silent longest make room. */
export function inboxOf(file: StateFile): Pick<StateStore, 'noteInbox' | 'inbox' | 'inboxEntry' | 'settleInbox'> {
  // A topic that was accepted and still has messages of nobody's (another device behind it) is open again.
  const note = file.prepare(`
    insert into inbox (topic, first, last, messages, payload, proposals, state, settled)
    values (?, ?, ?, ?, ?, ?, 'open', 0)
    on conflict (topic) do update set
      last = max(last, excluded.last), messages = messages + excluded.messages, payload = excluded.payload,
      proposals = iif(excluded.proposals = '[]', proposals, excluded.proposals),
      state = iif(state = 'accepted' and excluded.last > settled, 'open', state)`);
  const columns = 'id, topic, first, last, messages, payload, proposals, state';
  const page = file.prepare(`
    select ${columns} from inbox where id > ?1 and (?2 is null or state = ?2) order by id limit ?3`);
  const byId = file.prepare(`select ${columns} from inbox where id = ?`);
  const settle = file.prepare('update inbox set state = ?, settled = ? where id = ?');
  const count = file.prepare('select count(*) as rows from inbox');
  const expire = file.prepare('delete from inbox where id in (select id from inbox order by last limit ?)');

  return {
    noteInbox(sightings) {
      if (sightings.length === 0) return;
      file.write(() => {
        for (const { topic, first, last, messages, payload, proposals } of sightings) {
          note.run(topic, first, last, messages, payload, JSON.stringify(proposals));
        }
        const excess = (row<{ rows: number }>(count)?.rows ?? 0) - file.bounds.inboxRows;
        if (excess > 0) expire.run(excess);
      });
    },
    inbox: ({ after, limit, state }) => file.read(() => rows<InboxRow>(page, after, state ?? null, limit).map(entryOf)),
    inboxEntry: (id) =>
      file.read(() => {
        const found = row<InboxRow>(byId, id);
        return found && entryOf(found);
      }),
    settleInbox: (id: number, state: InboxState, now: EpochSeconds) =>
      file.write(() => settle.run(state, now, id).changes > 0),
  };
}

function entryOf(found: InboxRow): InboxEntry {
  return { ...found, proposals: JSON.parse(found.proposals) as ProposedMeter[] };
}
