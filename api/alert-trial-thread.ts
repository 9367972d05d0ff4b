import { parentPort, workerData } from 'node:worker_threads';
import { type TrialRequest, tryRules } from '../domain/alerts/trial.ts';

/** The thread in which the rules of a trial are held against a site: a large one takes half a minute. */
parentPort?.postMessage(tryRules(workerData as TrialRequest), []);
