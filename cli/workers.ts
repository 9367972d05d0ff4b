import type { JobWorker } from '../ingest/derive.ts';
import type { Pipeline } from '../ingest/pipeline.ts';
import type { House } from './house.ts';

/**
 * Work that people ask for through the API and the process that derives does, by the kind of job. The work itself
 * lives in `ingest/`; here it meets the house.
 */
export function workersOf(_house: House, _pipeline: Pipeline): ReadonlyMap<string, JobWorker> {
  return new Map();
}
