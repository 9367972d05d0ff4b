import { parentPort } from 'node:worker_threads';
import { type TrialRequest, tryRules } from '../domain/alerts/trial.ts';

/** The thread in which the rules of a trial are held against its sites: a large one takes half a minute. */
parentPort?.on('message', (request: TrialRequest) => parentPort?.postMessage(tryRules(request), []));
