import { limits } from '../domain/limits.ts';
import type { ProblemCode } from '../domain/problems.ts';
import type { QuarantineFilter, StateStore } from '../store/state-store.ts';
import type { Pipeline } from './pipeline.ts';

/** Which messages to replay: these, or all that a filter finds and that were not replayed before. */
export type ReplayRequest = ({ readonly ids: readonly number[] } | { readonly filter: QuarantineFilter }) & {
  /** Our own clock was behind when they came: their stamps are held against the clock of now. */
  readonly clockWasBehind?: boolean;
};

/** What came of it. */
export interface ReplayResult {
  readonly replayed: number;
  /** Wrong as before, or in another way. */
  readonly still: number;
  /** Named, and not there, or replayed before. */
  readonly absent: number;
  readonly still_by_code: Readonly<Partial<Record<ProblemCode, number>>>;
  /** The first of those that are still wrong. */
  readonly examples: readonly { readonly id: number; readonly code: ProblemCode; readonly detail: string }[];
}

/**
 * Replays in turns, between which live messages are booked. Stopped on the way and begun again it goes on with what is
 * left: what was replayed is marked in the transaction that books it. Rejects when the store cannot be asked.
 */
export async function replayJob(
  request: ReplayRequest,
  state: Pick<StateStore, 'quarantine' | 'countQuarantined'>,
  pipeline: Pick<Pipeline, 'replay'>,
  progress: (part: number) => void,
): Promise<ReplayResult> {
  const total = 'ids' in request ? request.ids.length : state.countQuarantined({ ...request.filter, replayed: false });
  let done = 0;
  let replayed = 0;
  let absent = 0;
  const examples: ReplayResult['examples'][number][] = [];
  const byCode: Partial<Record<ProblemCode, number>> = {};
  for (const ids of turnsOf(request, state, total)) {
    const answer = await pipeline.replay(ids, { clockWasBehind: request.clockWasBehind === true });
    replayed += answer.replayed.length;
    absent += answer.absent.length;
    for (const one of answer.still) {
      byCode[one.code] = (byCode[one.code] ?? 0) + 1;
      if (examples.length < limits.replayExamples) examples.push(one);
    }
    done += ids.length;
    progress(Math.min(1, done / Math.max(total, 1)));
  }
  const still = Object.values(byCode).reduce((sum, count) => sum + count, 0);
  return { replayed, still, absent, still_by_code: byCode, examples };
}

/** `total`: what comes into the quarantine while a replay goes on is for the next one, or it might never end. */
function* turnsOf(
  request: ReplayRequest,
  state: Pick<StateStore, 'quarantine'>,
  total: number,
): Generator<readonly number[]> {
  const limit = limits.replayMessages;
  if ('ids' in request) {
    for (let i = 0; i < request.ids.length; i += limit) yield request.ids.slice(i, i + limit);
    return;
  }
  for (let after = 0, left = total; left > 0; left -= limit) {
    const page = { after, limit: Math.min(limit, left) };
    const ids = state.quarantine({ ...request.filter, replayed: false, ...page }).map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) return;
    yield ids;
    after = last;
  }
}
