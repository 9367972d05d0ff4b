import type { JobWorker } from '../ingest/derive.ts';
import type { Pipeline } from '../ingest/pipeline.ts';
import { type ReplayRequest, replayJob } from '../ingest/replay-job.ts';
import type { House } from './house.ts';

/**
 * Work that people ask for through the API and the process that derives does, by the kind of job. The work itself
 * lives in `ingest/`; here it meets the house.
 */
export function workersOf({ state }: House, pipeline: Pipeline): ReadonlyMap<string, JobWorker> {
  return new Map<string, JobWorker>([
    ['replay', (request, progress) => replayJob(request as ReplayRequest, state, pipeline, progress)],
  ]);
}
