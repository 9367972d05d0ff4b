import type { ProblemCode } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import type { QuarantineRow, StateStore } from '../store/state-store.ts';
import { type Books, Booking } from './booking.ts';
import { type DecoderMemory, receive } from './receive.ts';
import type { TopicIndex } from './topic-index.ts';

/** What became of quarantined messages that were put through again. */
export interface Replayed {
  /** Rows that are settled now. */
  readonly replayed: readonly number[];
  /** Rows that are wrong as before, or in another way. */
  readonly still: readonly { readonly id: number; readonly code: ProblemCode; readonly detail: string }[];
  /** Ids that are not in the quarantine, or were replayed before. */
  readonly absent: readonly number[];
}

/** A message that needs what was said before it cannot be replayed alone. */
const forgetful: DecoderMemory = { get: () => undefined, set: () => {} };

/**
 * Decodes quarantined messages again by the register as it is now. A message is not received twice: its place in the
 * ledger moves from quarantined to what it is now, on the day it was received, and its refused readings to stored.
 * With `judgedAt`, stamps are held against that time instead of the time of receipt: our own clock was behind then.
 * Rejects with a ProblemError `store.*` when the store cannot be asked; then nothing has changed.
 */
export async function replayRows(
  ids: readonly number[],
  state: Pick<StateStore, 'quarantined'>,
  books: Books,
  index: TopicIndex,
  judgedAt?: EpochSeconds,
): Promise<Replayed> {
  const rows = state.quarantined(ids).filter((row) => !row.replayed);
  const booking = new Booking(books, 'never');
  const replayed: number[] = [];
  const still: { id: number; code: ProblemCode; detail: string }[] = [];
  for (const row of rows) {
    const wrong = row.refusedReadings > 0 ? rejudge(row, booking, index, judgedAt) : rebook(row, booking, index);
    if (wrong) still.push({ id: row.id, ...wrong });
    else replayed.push(row.id);
  }
  await booking.settle({ replayed });
  const known = new Set(rows.map((row) => row.id));
  return { replayed, still, absent: ids.filter((id) => !known.has(id)) };
}

type Wrong = { readonly code: ProblemCode; readonly detail: string } | undefined;

/** A message that was not understood as a whole. */
function rebook(row: QuarantineRow, booking: Booking, index: TopicIndex): Wrong {
  const found = receive(row, index.match(row.topic), forgetful);
  if (found.problem) return found.problem;
  booking.sheet.add(row.received, row.meter, 'quarantined', -1);
  if (row.qos === 0) booking.sheet.add(row.received, row.meter, 'qos0', -1);
  booking.addMessage({ ...row, qos: row.qos === 0 ? 0 : 1 }, found);
  return undefined;
}

/** A message of which some readings of one meter were refused: only those may be booked now. */
function rejudge(row: QuarantineRow, booking: Booking, index: TopicIndex, judgedAt = row.received): Wrong {
  const found = receive({ ...row, received: judgedAt }, index.match(row.topic), forgetful);
  if (found.problem) return found.problem;
  const refusal = found.refusals.find(({ meter, code }) => meter === row.meter && code === row.code);
  const allowance = { left: Math.max(0, row.refusedReadings - (refusal?.count ?? 0)) };
  for (const reading of found.readings) {
    if (reading.meter !== row.meter) continue;
    // It took the time it is judged at, so it has no stamp that could have been refused.
    if (judgedAt !== row.received && reading.at === judgedAt) continue;
    booking.addRefusedBefore({ ...reading, received: row.received }, allowance);
  }
  return refusal;
}
