import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AlertKind } from '../domain/alerts/kinds.ts';
import { learningWindow } from '../domain/alerts/look-window.ts';
import type { AlertRule } from '../domain/alerts/rule-register.ts';
import { type SiteSubjects, subjectsOf } from '../domain/alerts/subjects.ts';
import type { TriedAlert, TrialRequest } from '../domain/alerts/trial.ts';
import { type Estate, listed } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import { dateOf, type Period } from '../domain/time.ts';
import { readWatchWindow } from '../store/watch-window.ts';
import type { ApiParts } from './parts.ts';
import { buffersOf } from './watch/look-in-thread.ts';
import { abnormalSpans } from './watch/record.ts';

/** What is asked for: rules, a period, and the sites at which they are tried. */
export interface TrialOrder {
  /** Id of the key that asked; nobody else sees what comes of it. */
  readonly asker: string;
  readonly rules: readonly AlertRule[];
  readonly ids: readonly string[];
  readonly kinds: readonly AlertKind[];
  readonly period: Period;
  readonly sites: readonly string[];
  readonly meters?: readonly string[] | undefined;
}

export interface Trial {
  readonly id: string;
  readonly order: TrialOrder;
  state: 'waiting' | 'running' | 'done' | 'failed';
  /** Of its work, 0 to 1. */
  progress: number;
  alerts: readonly TriedAlert[];
  problems: readonly Problem[];
}

/**
 * The trials of this process: one at a time, as each takes a core and the columns of a site, and the last ones kept in
 * memory. They change nothing, so that a restart loses no more than the time they took.
 */
export class AlertTrials {
  readonly #parts: ApiParts;
  readonly #trials = new Map<string, Trial>();
  #count = 0;
  #last: Promise<void> = Promise.resolve();
  #thread: Worker | undefined;
  #closed = false;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /** Puts a trial down. Throws `alert.trials-wait` where too many wait. */
  add(order: TrialOrder): Trial {
    const waiting = [...this.#trials.values()].filter(({ state }) => state === 'waiting' || state === 'running');
    if (waiting.length >= limits.waitingTrials) {
      const expected = `at most ${limits.waitingTrials} trials that wait or run`;
      throw new ProblemError([{ code: 'alert.trials-wait', where: 'alert trials', expected }]);
    }
    const id = `t-${++this.#count}`;
    const trial: Trial = { id, order, state: 'waiting', progress: 0, alerts: [], problems: [] };
    this.#trials.set(id, trial);
    for (const old of this.#trials.keys()) {
      if (this.#trials.size <= limits.keptTrials) break;
      this.#trials.delete(old);
    }
    this.#last = this.#last.then(() => this.#run(trial));
    return trial;
  }

  /** A trial by its id, if this caller asked for it. */
  of(id: string, asker: string): Trial | undefined {
    const trial = this.#trials.get(id);
    return trial?.order.asker === asker ? trial : undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.terminate();
    await this.#last;
  }

  async #run(trial: Trial): Promise<void> {
    if (this.#closed) return;
    trial.state = 'running';
    try {
      const { sites, period } = trial.order;
      const estate = this.#parts.estate();
      const watched = new Map(subjectsOf(estate, dateOf(period.to - 1)).map((one) => [one.site, one]));
      const alerts: TriedAlert[] = [];
      for (const [i, site] of sites.entries()) {
        const subjects = watched.get(site);
        const request = subjects && (await this.#requestAt(trial.order, estate, subjects));
        // Reading takes about as long as looking.
        trial.progress = (i + 0.5) / sites.length;
        // Without one nothing is watched at the site.
        if (request) alerts.push(...(await this.#inThread(request)));
        trial.progress = (i + 1) / sites.length;
      }
      trial.alerts = alerts;
      trial.state = 'done';
    } catch (error) {
      trial.state = 'failed';
      trial.problems =
        error instanceof ProblemError ? error.problems : [{ code: 'internal', where: `trial ${trial.id}` }];
      if (!this.#closed) this.#parts.log.error({ err: error, trial: trial.id }, 'an alert trial failed');
    }
  }

  async #requestAt(order: TrialOrder, estate: Estate, subjects: SiteSubjects): Promise<TrialRequest> {
    const { period, rules, kinds, meters } = order;
    // What the watch had to learn from when the period began.
    const { from } = learningWindow(period.from);
    const columns = await readWatchWindow(this.#parts, estate, subjects, {
      period: { from, to: period.to },
      until: Math.min(period.to, this.#parts.clock()),
    });
    const abnormal = abnormalSpans(this.#parts.state.alertsToMerge([subjects.site], from));
    const hold = listed(estate, 'alert_rules');
    return { columns, hold, tried: rules, kinds, abnormal, period, meters };
  }

  /** In a thread of its own: what is to be looked at is handed over, and half a minute of a core is not ours. */
  async #inThread(request: TrialRequest): Promise<readonly TriedAlert[]> {
    if (this.#closed) throw new Error('the API is closing');
    const thread = new Worker(new URL('./alert-trial-thread.ts', import.meta.url), {
      workerData: request,
      transferList: buffersOf(request.columns),
    });
    this.#thread = thread;
    const over = new AbortController();
    thread.once('exit', () => over.abort(new Error('the thread of the trial was ended')));
    try {
      const [alerts] = (await once(thread, 'message', { signal: over.signal })) as [readonly TriedAlert[]];
      return alerts;
    } finally {
      await thread.terminate();
    }
  }
}
