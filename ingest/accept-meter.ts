import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { type AcceptedMeter, appendMeter } from '../store/estate-amendments.ts';
import type { EstateOptions } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Pipeline } from './pipeline.ts';
import { replayJob, type ReplayResult } from './replay-job.ts';

/** A meter of the inbox that a person takes into the register. */
export interface AcceptRequest {
  /** Of the inbox. */
  readonly entry: number;
  readonly meter: AcceptedMeter;
  readonly who: string;
  readonly reason: string;
}

export interface AcceptDoors {
  readonly folder: string;
  readonly options: EstateOptions;
  /** The register in use. */
  readonly estate: () => Estate;
  /** Takes the folder up as it is now; the register in use is then the new one. */
  readonly takeUp: () => void;
  readonly state: Pick<StateStore, 'inboxEntry' | 'settleInbox' | 'recordAct' | 'quarantine' | 'countQuarantined'>;
  readonly pipeline: Pick<Pipeline, 'replay'>;
  readonly clock: () => EpochSeconds;
}

export interface Accepted extends ReplayResult {
  readonly meter: string;
}

/**
 * Writes the meter into the register, and then decodes what was heard of its topic: nothing that came before the meter
 * was known is lost. Begun again after a crash it goes on: a meter that stands in the register is not written twice.
 * Rejects with every problem, the register unchanged, when it would not be sound with the meter.
 */
export async function acceptMeter(
  { entry: number, meter, who, reason }: AcceptRequest,
  doors: AcceptDoors,
  progress: (part: number) => void,
): Promise<Accepted> {
  const { state, estate, clock } = doors;
  const entry = state.inboxEntry(number);
  if (!entry) throw new ProblemError([{ code: 'request.unknown-id', where: 'inbox', found: String(number) }]);
  if (!isThere(estate(), meter)) {
    appendMeter(doors.folder, meter, doors.options);
    doors.takeUp();
  }
  state.recordAct({
    at: clock(),
    who,
    kind: 'accept-meter',
    meter: meter.id,
    reason,
    detail: { entry: number, meter },
  });
  const filter = { code: 'message.unregistered', topic: entry.topic } as const;
  const result = await replayJob({ filter }, state, doors.pipeline, progress);
  state.settleInbox(number, 'accepted', clock());
  return { meter: meter.id, ...result };
}

function isThere(estate: Estate, meter: AcceptedMeter): boolean {
  const known = estate.meters.get(meter.id);
  return (
    known !== undefined && known.site === meter.site && known.topic === meter.topic && known.channel === meter.channel
  );
}
