import { isDeepStrictEqual } from 'node:util';
import type { ActKind } from '../domain/acts.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { measureSchema } from '../domain/plan/register.ts';
import { ProblemError } from '../domain/problems.ts';
import type { EpochSeconds } from '../domain/time.ts';
import { appendMeasure, type MeasureAmendment, type MeasureList } from '../store/estate-amendments.ts';
import { type EstateOptions, readEstateFolder } from '../store/estate-folder.ts';
import type { StateStore } from '../store/state-store.ts';

/** A measure that somebody adds to the plan, or what became of one; and who. */
export type MeasureRequest = MeasureAmendment & { readonly reason: string; readonly who: string };

const kinds = { measures: 'add-measure', measure_changes: 'change-measure' } as const satisfies Record<
  MeasureList,
  ActKind
>;

/**
 * Writes a measure, or what became of it, into the estate folder and keeps the act. Done twice, as after a crash
 * between the two, it is there once. Throws every problem that the register would have with it.
 */
export function recordMeasure(
  request: MeasureRequest,
  folder: string,
  options: EstateOptions,
  state: Pick<StateStore, 'recordAct' | 'acts'>,
  now: EpochSeconds,
): { readonly act: number } {
  const { list, entry, reason, who } = request;
  const reading = readEstateFolder(folder, options);
  if (reading.problems) throw new ProblemError(reading.problems);
  const kind = kinds[list];
  const detail = { list, entry };
  if (isThere(reading.estate, request)) {
    const before = state.acts({ kinds: [kind], limit: limits.actsOfKind });
    const known = before.findLast((act) => isDeepStrictEqual(act.detail, detail));
    if (known) return { act: known.id };
  } else appendMeasure(folder, request, options);
  return { act: state.recordAct({ at: now, who, kind, meter: undefined, reason, detail }) };
}

/** Whether the register says it already. */
function isThere(estate: Estate, request: MeasureRequest): boolean {
  const measures = new Map(listed(estate, 'measures').map((one) => [one.id, one]));
  if (request.list === 'measures') {
    // One that is there and says something else is refused by its id.
    return isDeepStrictEqual(measures.get(request.entry.id), measureSchema.safeParse(request.entry).data);
  }
  const { measure, works, ...status } = request.entry;
  const known = measures.get(measure);
  const isSaid = known?.status.some((one) => isDeepStrictEqual(one, status)) ?? false;
  return isSaid && (works === undefined || isDeepStrictEqual(known?.works, works));
}
