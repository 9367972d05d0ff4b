import type { Logger } from 'pino';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { formulaDepth } from '../domain/half-hours/formula.ts';
import { limits } from '../domain/limits.ts';
import { addDays, dateOf, datesIn, dayPeriod, type EpochSeconds, type LocalDate, type Period } from '../domain/time.ts';
import { closedDaysKey } from '../store/kept-history.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { Job, StateStore, Touched } from '../store/state-store.ts';
import { DailyDiagnosis } from './daily-diagnosis.ts';
import { daysOfSites, meterDays } from './derive-days.ts';
import { type DerivationBooks, deriveMeters, inParallel, type Wanted } from './derivation-round.ts';
import { changesOf, hull, lifeOf, rememberDescriptions } from './estate-changes.ts';
import { IssueWatch } from './issue-watch.ts';
import { isOutage } from './outage.ts';
import { restatement } from './restate-emissions.ts';
import { ResidualDays } from './residual-days.ts';
import { ShownAlerts } from './shown-alerts.ts';
import { ShownCosts } from './shown-costs.ts';
import { ShownFigures } from './shown-figures.ts';
import { ShownBooks } from './shown-books.ts';
import { ShownMatching } from './shown-matching.ts';
import { ShownPlan } from './shown-plan.ts';
import { ShownSignOffs } from './shown-sign-offs.ts';
import { siteMinutes } from '../store/site-minutes.ts';

/** Does one job that people asked for; what it answers is kept with the job. Rejects when it failed. */
export type JobWorker = (request: unknown, progress: (part: number) => void) => Promise<unknown>;

export interface DeriverOptions {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: Estate;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Name of this process for the lease. */
  readonly holder: string;
  /** Jobs of other kinds than `rederive`, which the process that derives does. */
  readonly workers?: ReadonlyMap<string, JobWorker>;
}

export interface DeriverCounters {
  readonly meters: number;
  readonly halfHours: number;
  readonly failures: number;
  readonly failedJobs: number;
  readonly seconds: number;
  /** Whether this process holds the lease. */
  readonly derives: boolean;
  /** Whether emissions are being worked out again for other factors. */
  readonly restates: boolean;
}

const leaseName = 'derive';
/** Late messages of the last minutes are in before a day is summed up. */
const closingPause = 600;

/**
 * The one deriver: works through what was touched, once a second, under a lease that makes it the only one. After each
 * midnight it sums up the day before, so that meters that fell silent are seen to be missing; once a minute it says
 * what each site takes now, and copies the books for dashboards; every few minutes it holds mains to their sub-meters.
 */
export class Deriver {
  readonly #options: DeriverOptions;
  #estate: Estate;
  #isAdopted = false;
  /** Days whose emissions are still those of other factors. */
  #restating: AsyncGenerator<void> | undefined;
  #holds = false;
  #closing = false;
  #wake: () => void = () => {};
  #running: Promise<void> | undefined;
  #publishing: Promise<void> | undefined;
  #pause = 0;
  #lastMinute = 0;
  #watch: IssueWatch;
  readonly #shown: ShownBooks;
  readonly #residuals: ResidualDays;
  readonly #figures: ShownFigures;
  readonly #matching: ShownMatching;
  readonly #costs: ShownCosts;
  readonly #plan: ShownPlan;
  readonly #alerts: ShownAlerts;
  readonly #signOffs: ShownSignOffs;
  readonly #diagnosis: DailyDiagnosis;
  /** Meters that could not be derived: when to try again (epoch ms), and the pause before that. */
  readonly #failing = new Map<string, { readonly at: number; readonly pause: number }>();
  readonly #counted = { meters: 0, halfHours: 0, failures: 0, failedJobs: 0, seconds: 0 };

  constructor(options: DeriverOptions) {
    this.#options = options;
    this.#estate = options.estate;
    this.#watch = new IssueWatch(options.state, this.#now());
    this.#shown = new ShownBooks(options.store, options.state);
    this.#residuals = new ResidualDays(options.store, options.state);
    this.#figures = new ShownFigures(options.store, options.state);
    this.#matching = new ShownMatching(options.store, options.state);
    this.#costs = new ShownCosts(options.store, options.state);
    this.#plan = new ShownPlan(options.store, options.state);
    this.#alerts = new ShownAlerts(options.store, options.state);
    this.#signOffs = new ShownSignOffs(options.store, options.state);
    this.#diagnosis = new DailyDiagnosis(options);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#wake();
    await this.#running;
    await this.#publishing;
    if (this.#holds) this.#options.state.endLease(leaseName, this.#options.holder);
    this.#holds = false;
  }

  /** From the next look on; meters that are described otherwise are derived again over their whole life. */
  setEstate(estate: Estate): void {
    this.#estate = estate;
    this.#isAdopted = false;
  }

  get counters(): DeriverCounters {
    return { ...this.#counted, derives: this.#holds, restates: this.#restating !== undefined };
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      try {
        const started = performance.now();
        if (this.#renewLease()) await this.look();
        // Where a look takes long, ingest in this process has the larger part of the time.
        const rest = 2 * (performance.now() - started);
        this.#pause = Math.min(limits.retryLongestMs, Math.max(limits.derivationPauseMs, rest));
      } catch (error) {
        this.#pause = Math.min(limits.retryLongestMs, Math.max(limits.derivationPauseMs, this.#pause * 2));
        this.#options.log.warn({ err: error, pause_ms: this.#pause }, 'half-hours could not be worked out');
      }
      if (!this.#closing) await this.#sleep(this.#pause);
    }
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  #now(): EpochSeconds {
    return Math.floor(this.#options.clock() / 1000);
  }

  #renewLease(): boolean {
    const { state, holder, log } = this.#options;
    const held = this.#holds;
    this.#holds = state.lease(leaseName, holder, limits.leaseSeconds, this.#now());
    if (this.#holds && !held) {
      log.info({ returned_jobs: state.returnJobs() }, 'this process works out the half-hours');
      this.#isAdopted = false;
      this.#watch = new IssueWatch(state, this.#now());
    }
    return this.#holds;
  }

  /** One look: all there is to do now. Rejects when the store or the state cannot be used. */
  async look(): Promise<void> {
    const started = performance.now();
    if (!this.#isAdopted) await this.#adopt(this.#estate);
    await this.#deriveTouched();
    await this.#restateSome();
    await this.#doJobs();
    await this.#closeDays();
    await this.#sayNow();
    await this.#shown.look(this.#estate, this.#now());
    await this.#residuals.look(this.#estate, this.#now());
    // A year of figures may keep a database busy for seconds, for which half-hours do not wait.
    this.#publishing ??= this.#publish().finally(() => {
      this.#publishing = undefined;
    });
    await this.#diagnosis.look(this.#estate, this.#lastClosed(), this.#now());
    this.#counted.seconds += (performance.now() - started) / 1000;
  }

  #books(): DerivationBooks {
    const { store, state } = this.#options;
    return { store, state, estate: this.#estate };
  }

  async #deriveTouched(): Promise<void> {
    const { state } = this.#options;
    const waiting = state.touched(limits.derivationLook + this.#failing.size);
    const known: (Wanted & { readonly ids: readonly number[] })[] = [];
    for (const { meter: id, spans } of waiting) {
      const meter = this.#estate.meters.get(id);
      const ids = spans.map((span) => span.id);
      // Of a meter that is no longer in the register nothing can be said.
      if (!meter) state.settleTouched(ids);
      else if (!this.#rests(id)) known.push({ meter, spans, ids });
    }
    for (const part of this.#roundsOf(known)) {
      if (this.#closing) return;
      const { done, failed, halfHours } = await deriveMeters(this.#books(), part, this.#now());
      for (const { meter, error } of failed) this.#failed(meter, error);
      for (const id of done) this.#failing.delete(id);
      const isDone = new Set(done);
      state.settleTouched(part.filter(({ meter }) => isDone.has(meter.id)).flatMap(({ ids }) => ids));
      this.#counted.meters += done.length;
      this.#counted.halfHours += halfHours;
      if (!this.#renewLease()) return;
    }
  }

  /** What is computed from other meters comes in a round after theirs. */
  #roundsOf<T extends Wanted>(wanted: readonly T[]): T[][] {
    const byDepth = Map.groupBy(wanted, ({ meter }) => formulaDepth(this.#estate, meter));
    const depths = [...byDepth.keys()].sort((a, b) => a - b);
    return depths.flatMap((depth) => {
      const list = byDepth.get(depth) ?? [];
      const count = Math.ceil(list.length / limits.derivationMeters);
      return Array.from({ length: count }, (_, i) =>
        list.slice(i * limits.derivationMeters, (i + 1) * limits.derivationMeters),
      );
    });
  }

  /** Whether a meter that failed is left alone still; no longer than the longest pause, whatever the clock was then. */
  #rests(meter: string): boolean {
    const left = (this.#failing.get(meter)?.at ?? 0) - this.#options.clock();
    return left > 0 && left <= limits.retryLongestMs;
  }

  /** One meter failed, and the others go on; when the store does not answer, all of them would, and the look ends. */
  #failed(meter: string, error: unknown): void {
    if (isOutage(error)) throw error;
    const pause = Math.min(limits.retryLongestMs, 2 * (this.#failing.get(meter)?.pause ?? limits.retryFirstMs));
    this.#failing.set(meter, { at: this.#options.clock() + pause, pause });
    this.#counted.failures++;
    this.#options.log.error({ err: error, meter, pause_ms: pause }, 'a meter could not be derived');
  }

  /**
   * Touches what a changed register describes otherwise, over its whole life, and sums changed sites again; works
   * emissions out again where a factor is another one.
   */
  async #adopt(estate: Estate): Promise<void> {
    const { state, log } = this.#options;
    const { meters, sites, factors } = changesOf(state, estate);
    const { touched, failed } = await touchLives(this.#books(), meters);
    for (const { meter, error } of failed) this.#failed(meter, error);
    // None at all is a store that does not answer.
    if (failed[0] && failed.length === meters.length) throw failed[0].error;
    await this.#sumSites(sites);
    this.#restating = factors.length > 0 ? restatement(this.#books(), factors) : undefined;
    if (meters.length > 0 || sites.length > 0) {
      log.info({ meters: touched, sites: sites.length, version: estate.version }, 'the register changed');
    }
    const again = failed.map(({ meter }) => meter);
    rememberDescriptions(state, estate, again, undefined, factors);
    if (state.recall(closedDaysKey) === undefined) state.remember(closedDaysKey, addDays(dateOf(this.#now()), -1));
    this.#isAdopted = estate === this.#estate && again.length === 0;
  }

  /** Some steps of emissions that follow changed factors. What is not done is known to wait, over a restart too. */
  async #restateSome(): Promise<void> {
    const until = performance.now() + limits.restatementMs;
    while (this.#restating && !this.#closing && performance.now() < until) {
      const { done } = await this.#restating.next();
      if (!done) continue;
      this.#restating = undefined;
      rememberDescriptions(this.#options.state, this.#estate, this.#failing.keys());
      this.#options.log.info('emissions follow changed factors');
    }
  }

  async #sumSites(sites: readonly string[], within: Period = { from: -Infinity, to: Infinity }): Promise<void> {
    const { store } = this.#options;
    for (const site of sites) {
      const meters = [...this.#estate.meters.values()].filter((meter) => meter.site === site);
      const life = hull(await Promise.all(meters.map((meter) => this.#lifeOf(meter))));
      if (!life) continue;
      const period = { from: Math.max(life.from, within.from), to: Math.min(life.to, within.to) };
      if (period.from <= period.to)
        await store.writeDays([], await daysOfSites(store, this.#estate, [site], datesIn(period)));
    }
  }

  async #lifeOf(meter: Meter): Promise<Period | undefined> {
    try {
      return await lifeOf(this.#options.store, this.#estate, meter);
    } catch (error) {
      this.#failed(meter.id, error);
      return undefined;
    }
  }

  async #doJobs(): Promise<void> {
    const { state, workers, log } = this.#options;
    const kinds = ['rederive', ...(workers?.keys() ?? [])];
    for (let job = state.claimJob(kinds); job && !this.#closing; job = state.claimJob(kinds)) {
      const { id, kind } = job;
      try {
        const result = await this.#workerOf(job)(job.request, (part) => {
          state.progressJob(id, part);
          // A long job does not lose the lease.
          this.#renewLease();
        });
        state.endJob(id, 'done', result);
      } catch (error) {
        this.#counted.failedJobs++;
        log.error({ err: error, job: id, kind }, 'a job failed');
        state.endJob(id, 'failed', { detail: error instanceof Error ? error.message : String(error) });
      }
      if (!this.#renewLease()) return;
    }
  }

  #workerOf({ kind }: Job): JobWorker {
    const worker = this.#options.workers?.get(kind);
    return worker ?? ((request, progress) => this.#rederive(request, progress));
  }

  /** `{ meters?: [ids], from?, to? }` in epoch seconds; without `meters` all, without a time their whole life. */
  async #rederive(request: unknown, progress: (part: number) => void): Promise<unknown> {
    const asked = request as { meters?: readonly string[]; from?: EpochSeconds; to?: EpochSeconds };
    const { store, state } = this.#options;
    const meters = [...this.#estate.meters.values()].filter(
      (meter) => asked.meters === undefined || asked.meters.includes(meter.id),
    );
    const wanted: Wanted[] = [];
    await inParallel(meters, limits.derivationReads, async (meter) => {
      const life = await lifeOf(store, this.#estate, meter);
      if (!life) return;
      const span = { from: Math.max(life.from, asked.from ?? life.from), to: Math.min(life.to, asked.to ?? life.to) };
      if (span.from <= span.to) wanted.push({ meter, spans: [{ ...span, causes: ['rederived'] }] });
    });
    wanted.sort((a, b) => formulaDepth(this.#estate, a.meter) - formulaDepth(this.#estate, b.meter));
    const failures: string[] = [];
    for (const [i, one] of wanted.entries()) {
      const { failed } = await deriveMeters(this.#books(), [one], this.#now());
      failures.push(...failed.map(({ meter, error }) => `${meter}: ${String(error)}`));
      progress((i + 1) / wanted.length);
      state.lease(leaseName, this.#options.holder, limits.leaseSeconds, this.#now());
    }
    return { meters: wanted.length - failures.length, failures };
  }

  /** The last London date that is over, late messages and all. */
  #lastOver(): LocalDate {
    return addDays(dateOf(this.#now() - closingPause), -1);
  }

  #lastClosed(): LocalDate {
    return this.#options.state.recall(closedDaysKey) ?? this.#lastOver();
  }

  /** Sums up the days that are over: of meters that said nothing too. */
  async #closeDays(): Promise<void> {
    const { state } = this.#options;
    const over = this.#lastOver();
    const earliest = addDays(over, -limits.closedDays);
    const closed = state.recall(closedDaysKey) ?? over;
    for (let date = addDays(closed > earliest ? closed : earliest, 1); date <= over; date = addDays(date, 1)) {
      await this.#closeDay(date);
      state.remember(closedDaysKey, date);
      if (!this.#renewLease() || this.#closing) return;
    }
  }

  async #closeDay(date: LocalDate): Promise<void> {
    const { store, state } = this.#options;
    const period: Period = dayPeriod(date);
    const meters = [...this.#estate.meters.values()];
    for (let i = 0; i < meters.length; i += limits.derivationLook) {
      const part = meters.slice(i, i + limits.derivationLook);
      const ids = part.map(({ id }) => id);
      const rows = Map.groupBy(await store.halfHours(ids, period), (row) => row.meter);
      const gaps = Map.groupBy(state.gaps(ids, period), (gap) => gap.meter);
      const days = part.flatMap((meter) =>
        meterDays(this.#estate, meter, [date], rows.get(meter.id) ?? [], gaps.get(meter.id) ?? [], this.#now()),
      );
      // Days that were closed before are not among these: here they are settled for the first time.
      await store.writeDays(days, []);
    }
    const sites = [...this.#estate.sites.keys()];
    await store.writeDays([], await daysOfSites(store, this.#estate, sites, [date]));
  }

  /** What fails here is said and tried again; everything else goes on. */
  async #publish(): Promise<void> {
    const looks = {
      alerts: this.#alerts,
      figures: this.#figures,
      matching: this.#matching,
      costs: this.#costs,
      plan: this.#plan,
      'sign-offs': this.#signOffs,
    };
    for (const [of, shown] of Object.entries(looks)) {
      try {
        await shown.look(this.#estate, this.#now());
      } catch (error) {
        const says = 'figures for dashboards could not be published; they are tried again';
        this.#options.log.warn({ err: error, of }, says);
      }
    }
  }

  async #sayNow(): Promise<void> {
    const minute = Math.floor(this.#now() / 60) * 60;
    if (minute === this.#lastMinute) return;
    const { store, state } = this.#options;
    this.#watch.look(this.#estate, minute);
    await store.writeNow(await siteMinutes(this.#estate, store, state, minute));
    this.#lastMinute = minute;
  }
}

/** Touches meters over their whole life; answers how many of them ever said something, and which could not be asked. */
async function touchLives({ store, state, estate }: DerivationBooks, meters: readonly Meter[]) {
  const failed: { meter: string; error: unknown }[] = [];
  const touched: Touched[] = [];
  await inParallel(meters, limits.derivationReads, async (meter) => {
    try {
      const life = await lifeOf(store, estate, meter);
      if (life) touched.push({ meter: meter.id, ...life, causes: ['register'] });
    } catch (error) {
      failed.push({ meter: meter.id, error });
    }
  });
  // One transaction: each is waited for until it is on disk.
  state.touch(touched);
  return { touched: touched.length, failed };
}
