import { join } from 'node:path';
import { type AcceptRequest, acceptMeter } from '../ingest/accept-meter.ts';
import type { JobWorker } from '../ingest/derive.ts';
import { type EnterRequest, enterReadings } from '../ingest/enter-readings.ts';
import { importFile, type ImportRequest } from '../ingest/import-file.ts';
import { estateOptions } from '../ingest/known-decoders.ts';
import type { Pipeline } from '../ingest/pipeline.ts';
import { type BaselineRequest, recordBaseline } from '../ingest/record-baseline.ts';
import { type CertificatesRequest, recordCertificates } from '../ingest/record-certificates.ts';
import { type PurgeRequest, purgeReadings } from '../ingest/purge-readings.ts';
import { type ExchangeRequest, recordExchange } from '../ingest/record-exchange.ts';
import { type MeasureRequest, recordMeasure } from '../ingest/record-measure.ts';
import { type ReplayRequest, replayJob } from '../ingest/replay-job.ts';
import { formatsName } from '../store/estate/files.ts';
import { uploadsFolderName } from './files.ts';
import type { House } from './house.ts';

/**
 * Work that people ask for through the API and the process that derives does, by the kind of job. The work itself
 * lives in `ingest/`; here it meets the house.
 */
export function workersOf(house: House, pipeline: Pipeline): ReadonlyMap<string, JobWorker> {
  const { store, state, config, estate, now: clock } = house;
  const importing: JobWorker = (request, progress) =>
    importFile(request as ImportRequest, {
      store,
      state,
      estate: house.estate(),
      uploads: join(config.data, uploadsFolderName),
      formats: join(config.estate, formatsName),
      now: house.now(),
      book: (columns) => pipeline.bookFile(columns),
      progress,
    });
  const entering: JobWorker = (request) =>
    enterReadings(request as EnterRequest, {
      state,
      estate: house.estate(),
      now: house.now(),
      book: (columns) => pipeline.bookFile(columns),
    });
  const purging: JobWorker = (request, progress) =>
    purgeReadings(request as PurgeRequest, { store, state, estate: house.estate(), now: house.now(), progress });
  const takeUp = (): void => house.takeUpEstate();
  const inbox = { folder: config.estate, options: estateOptions, estate, takeUp, state, pipeline, clock };
  const exchanging: JobWorker = async (request) => {
    const done = recordExchange(request as ExchangeRequest, config.estate, estateOptions, state, house.now());
    takeUp();
    return done;
  };
  const certifying: JobWorker = async (request) => {
    const done = recordCertificates(request as CertificatesRequest, config.estate, estateOptions, state, house.now());
    takeUp();
    return done;
  };
  const freezing: JobWorker = async (request) => {
    const done = recordBaseline(request as BaselineRequest, config.estate, estateOptions, state, house.now());
    takeUp();
    return done;
  };
  const planning: JobWorker = async (request) => {
    const done = recordMeasure(request as MeasureRequest, config.estate, estateOptions, state, house.now());
    takeUp();
    return done;
  };
  return new Map<string, JobWorker>([
    ['accept-meter', (request, progress) => acceptMeter(request as AcceptRequest, inbox, progress)],
    ['purge-readings', purging],
    ['replay', (request, progress) => replayJob(request as ReplayRequest, state, pipeline, progress)],
    ['import', importing],
    ['enter', entering],
    ['exchange', exchanging],
    ['certificates', certifying],
    ['baseline', freezing],
    ['measure', planning],
  ]);
}
