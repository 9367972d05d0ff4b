import type { Estate } from '../domain/estate/estate.ts';
import type { Period } from '../domain/time.ts';
import type { HistoryMessage } from '../ingest/history-worker.ts';
import type { FaultPlan } from '../simulators/faults.ts';
import { historyOf } from '../simulators/history.ts';
import type { Model } from '../simulators/model.ts';
import { simulatedEstate } from './simulated.ts';

/**
 * What the thread that makes history is told. `life` is the whole simulated life, `made` the part that is wanted,
 * `plan` what goes wrong and happens meanwhile.
 */
export interface HistoryRequest {
  readonly estate: Estate;
  readonly seed: number;
  readonly life: Period;
  readonly made: Period;
  readonly plan: FaultPlan;
}

// One thread makes the meters of one request after the other; the model is the same for all of them.
let model: Model | undefined;

/** Messages that one simulated meter sent, as `ingest/history.ts` asks for them. */
export function messagesOf(request: HistoryRequest, meter: string): Iterable<readonly HistoryMessage[]> {
  model ??= simulatedEstate(request.estate, { seed: request.seed, history: request.life, plan: request.plan });
  return historyOf(model, request.made, { meters: [meter], plan: request.plan });
}
