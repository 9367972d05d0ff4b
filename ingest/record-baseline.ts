import { isDeepStrictEqual } from 'node:util';
import { listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Baseline } from '../domain/reports/register.ts';
import type { AcceptedDoubt } from '../domain/signoff/sign-off.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { appendBaseline } from '../store/estate-amendments.ts';
import { type EstateOptions, readEstateFolder } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';

/** A year that a person freezes: as it was worked out when they asked for it, whatever the meters say since. */
export interface BaselineRequest {
  readonly baseline: Baseline;
  readonly accepted: readonly AcceptedDoubt[];
  readonly reason: string;
  readonly who: string;
}

/**
 * Writes a frozen baseline into the estate folder and keeps the act. Done twice, as after a crash between the two, it
 * is there once. Throws every problem that the register would have with it.
 */
export function recordBaseline(
  { baseline, accepted, reason, who }: BaselineRequest,
  folder: string,
  options: EstateOptions,
  state: Pick<StateStore, 'recordAct' | 'acts'>,
  now: EpochSeconds,
): { readonly act: number } {
  const reading = readEstateFolder(folder, options);
  if (reading.problems) throw new ProblemError(reading.problems);
  const kind = 'freeze-baseline';
  const detail = { baseline, accepted };
  if (listed(reading.estate, 'baselines').some((one) => isDeepStrictEqual(one, baseline))) {
    const before = state.acts({ kinds: [kind], limit: limits.actsOfKind });
    const known = before.findLast((act) => isDeepStrictEqual(act.detail, detail));
    if (known) return { act: known.id };
  } else appendBaseline(folder, baseline, options);
  return { act: state.recordAct({ at: now, who, kind, meter: undefined, reason, detail }) };
}
