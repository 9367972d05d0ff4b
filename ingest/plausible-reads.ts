import type { Estate } from '../domain/estate/estate.ts';
import { doubtsOfRead } from '../domain/readings/manual-read.ts';
import { columnsOf, type ReadingColumns, readingsOf } from '../domain/readings/reading-columns.ts';
import { identityKey, type Reading } from '../domain/readings/reading.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import { registerNeighbours } from '../store/register-neighbours.ts';
import type { Refusals } from './files/refusals.ts';

interface Parts {
  readonly store: Pick<ReadingStore, 'find' | 'before' | 'from'>;
  readonly estate: Estate;
}

/**
 * Of reads by hand those that fit the readings next to them and the rating of their meter, as a read that is typed
 * must. The others are refused with their lines. What is in the store already was decided when it came there.
 */
export async function plausibleReads(
  columns: ReadingColumns,
  lines: readonly number[],
  { store, estate }: Parts,
  refusals: Refusals,
): Promise<ReadingColumns> {
  const reads = [...readingsOf(columns)];
  const known = await store.find(reads);
  const inOrder = reads.map((read, i) => ({ read, line: lines[i] ?? 0 })).sort((a, b) => a.read.at - b.read.at);
  /** The newest read of each meter that is taken from this file. */
  const last = new Map<string, Reading>();
  const taken: Reading[] = [];
  for (const { read, line } of inOrder) {
    const meter = estate.meters.get(read.meter);
    if (meter !== undefined && known.get(identityKey(read)) !== read.value) {
      const { before, after } = await registerNeighbours(store, meter, read.at);
      const inFile = last.get(read.meter);
      const nearest = inFile !== undefined && inFile.at >= (before?.at ?? 0) ? inFile : before;
      const doubts = doubtsOfRead(meter, read, { before: nearest, after });
      if (doubts.length > 0) {
        const said = doubts.map(({ found, expected, detail }) => `${found} where ${expected}: ${detail}`);
        refusals.add(line, 'read.implausible', `${read.meter}: ${said.join('; ')}`);
        continue;
      }
    }
    last.set(read.meter, read);
    taken.push(read);
  }
  return columnsOf(taken);
}
