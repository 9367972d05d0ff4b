import type { FastifyBaseLogger } from 'fastify';
import { columnsAskedFor, type SiteSubjects, subjectsOf } from '../../domain/alerts/subjects.ts';
import { learningWindow, toldDays } from '../../domain/alerts/look-window.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import {
  dateOf,
  daySeconds,
  type EpochSeconds,
  halfHourOf,
  halfHourSeconds,
  type LocalDate,
  startOfDay,
} from '../../domain/time.ts';
import type { ReadingStore } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';
import { readWatchWindow } from '../../store/watch-window.ts';
import type { MetricNumber } from '../parts.ts';
import { Changes } from './changes.ts';
import { type Looking, lookInThread } from './look-in-thread.ts';
import type { FailedSite } from './looker.ts';
import { readNews } from './news.ts';
import { abnormalSpans, keepKnowledge, recordEach, recordSeen, watchingOf } from './record.ts';

export interface WatchOptions {
  readonly store: ReadingStore;
  readonly state: StateStore;
  readonly estate: () => Estate;
  readonly clock: () => EpochSeconds;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'debug'>;
  /** Name of this process for the lease. */
  readonly holder: string;
  /** Who looks; a thread of its own where nobody is named. */
  readonly looking?: (() => Looking) | undefined;
}

interface Site {
  readonly subjects: SiteSubjects;
  /** Subjects and rules as one text: another one is learned anew. */
  readonly description: string;
  /** The day that it was learned for; undefined before. */
  day?: LocalDate;
  /** When it was learned, and until when half-hours were known to it. */
  learned?: { readonly at: EpochSeconds; readonly until: EpochSeconds };
  /** Something older than what it was learned from is another. */
  isStale: boolean;
  readonly rest: Rest;
}

/** Until when something is let rest after failures, of which there were so many on end. */
interface Rest {
  until: EpochSeconds;
  failures: number;
}

/** Most failures pass: it is tried again soon, a few times, and then once a half-hour. */
function restAfterFailure(rest: Rest, now: EpochSeconds): void {
  if (now < rest.until) return;
  rest.failures++;
  const isSoon = rest.failures <= limits.watchRetries;
  rest.until = isSoon ? now + limits.watchRetrySeconds : halfHourOf(now) + halfHourSeconds;
}

const leaseName = 'watch';
/** Seconds after midnight at which the night is over: what it shows is told when people come to work. */
const afterTheNight = 5 * 3600;

/**
 * The watch: looks at every site for what is abnormal, under a lease that makes it the only one. A learning look of a
 * site is made at the start, once a day after the night, and when something older changed; every half-hour is looked at
 * by what was learned. What it finds is merged with the alerts there are; see `record.ts`.
 */
export class Watch {
  readonly #options: WatchOptions;
  #holds = false;
  #closing = false;
  #busy: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Looking | undefined;
  #changes: Changes | undefined;
  readonly #sites = new Map<string, Site>();
  #estate: Estate | undefined;
  #day: LocalDate | undefined;
  #lookedUntil = 0;
  /** Of the look at half-hours. */
  readonly #rest: Rest = { until: 0, failures: 0 };
  readonly #counted = { learning: 0, halfHourly: 0, failures: 0, opened: 0, learningSeconds: 0, halfHourlySeconds: 0 };

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    const turn = (): void => {
      // A turn renews the lease when it begins. It may take long: the lease is renewed meanwhile.
      if (this.#busy) {
        this.#tryToRenewLease();
        return;
      }
      this.#busy = this.turn().finally(() => {
        this.#busy = undefined;
      });
    };
    // A house that has just begun has more urgent things to do.
    this.#timer = setInterval(turn, limits.watchPauseMs);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#timer);
    await this.#looking?.close();
    await this.#busy;
    if (this.#holds) this.#options.state.endLease(leaseName, this.#options.holder);
    this.#holds = false;
  }

  /** All there is to do now: what changed, the half-hour that is over, and the sites that are to be learned. */
  async turn(): Promise<void> {
    const { log, clock } = this.#options;
    if (!this.#tryToRenewLease()) return;
    try {
      this.#follow();
      for (let site = this.#nextToLearn(); site && this.#renewLease(); site = this.#nextToLearn()) {
        await this.#learn(site);
        this.#follow();
        await this.#lookAtHalfHour();
      }
      await this.#lookAtHalfHour();
    } catch (error) {
      if (this.#closing) return;
      this.#counted.failures++;
      restAfterFailure(this.#rest, clock());
      log.warn({ err: error, until: this.#rest.until }, 'the watch could not look; it rests until then');
    }
  }

  numbers(): MetricNumber[] {
    const { learning, halfHourly, failures, opened, learningSeconds, halfHourlySeconds } = this.#counted;
    const looks = { learning, half_hourly: halfHourly };
    const seconds = { learning: learningSeconds, half_hourly: halfHourlySeconds };
    const byKind = (name: string, help: string, values: Readonly<Record<string, number>>): MetricNumber[] =>
      Object.entries(values).map(([kind, value]) => ({ name, help, type: 'counter', labels: { kind }, value }));
    const sites = [...this.#sites.values()];
    const oldest = this.#options.clock() - limits.watchLearnedSeconds;
    const watched = sites.filter(({ learned }) => learned && learned.until >= oldest).length;
    const gauges = {
      watches: [this.#holds ? 1 : 0, '1 where this process watches for abnormal use.'],
      watched_sites: [watched, 'Sites that are watched.'],
      watch_unlearned_sites: [sites.length - watched, 'Sites still to be learned, or not for over a day.'],
      watch_looked_until_seconds: [this.#lookedUntil, 'The end of the last half-hour looked at, as epoch seconds.'],
    } as const;
    return [
      ...byKind('meterhouse_looks_total', 'Looks for abnormal use: of a site, of a half-hour.', looks),
      ...byKind('meterhouse_look_seconds_total', 'Time spent looking for abnormal use.', seconds),
      counter('meterhouse_look_failures_total', 'Looks that failed.', failures),
      counter('meterhouse_alerts_opened_total', 'Alerts opened by this process.', opened),
      ...Object.entries(gauges).map(
        ([name, [value, help]]): MetricNumber => ({ name: `meterhouse_${name}`, help, type: 'gauge', value }),
      ),
    ];
  }

  /** A state that is busy or full for a moment ends neither the watch nor the process: the next turn asks again. */
  #tryToRenewLease(): boolean {
    try {
      return this.#renewLease();
    } catch (error) {
      this.#counted.failures++;
      this.#options.log.warn({ err: error }, 'the watch could not renew its lease; it tries again at the next turn');
      return false;
    }
  }

  #renewLease(): boolean {
    const { state, holder, log, clock } = this.#options;
    if (this.#closing) return false;
    const holds = state.lease(leaseName, holder, limits.leaseSeconds, clock());
    if (holds && !this.#holds) {
      log.info('this process watches for abnormal use');
      // What another process did meanwhile is not known.
      void this.#looking?.close();
      this.#looking = undefined;
      this.#changes = new Changes(state);
      this.#sites.clear();
      this.#estate = undefined;
    }
    this.#holds = holds;
    return holds;
  }

  #look(): Looking {
    if (this.#looking?.hasEnded() === true) {
      this.#looking = undefined;
      for (const site of this.#sites.values()) delete site.learned;
    }
    this.#looking ??= this.#options.looking?.() ?? lookInThread();
    return this.#looking;
  }

  /** What is over: half-hours of which messages are still on their way are not looked at yet. */
  #until(): EpochSeconds {
    return halfHourOf(this.#options.clock() - limits.watchSettleSeconds);
  }

  #today(): LocalDate {
    return dateOf(this.#options.clock() - afterTheNight);
  }

  #follow(): void {
    const estate = this.#options.estate();
    if (estate !== this.#estate || this.#day !== this.#today()) this.#describe(estate);
    const added = this.#changes?.follow();
    for (const site of this.#sites.values()) {
      if (!site.learned) continue;
      const day = startOfDay(dateOf(site.learned.until));
      const isOlder = columnsAskedFor(site.subjects).some((meter) => (added?.get(meter)?.from ?? day) < day);
      site.isStale ||= isOlder || !added;
    }
  }

  #describe(estate: Estate): void {
    this.#estate = estate;
    this.#day = this.#today();
    const rules = listed(estate, 'alert_rules');
    const known = new Set<string>();
    for (const subjects of subjectsOf(estate, dateOf(this.#options.clock()))) {
      const description = JSON.stringify([subjects, rules]);
      known.add(subjects.site);
      const before = this.#sites.get(subjects.site);
      if (before?.description === description) continue;
      this.#sites.set(subjects.site, { subjects, description, isStale: false, rest: { until: 0, failures: 0 } });
    }
    for (const site of this.#sites.keys()) {
      if (known.has(site)) continue;
      this.#sites.delete(site);
      this.#looking?.forget(site);
    }
  }

  /** Those that were never learned first, then those that changed, then those of which another day has begun. */
  #nextToLearn(): Site | undefined {
    const now = this.#options.clock();
    const today = this.#today();
    const free = [...this.#sites.values()].filter(({ rest }) => rest.until <= now);
    return (
      free.find(({ learned }) => !learned) ??
      free.find(({ isStale, learned }) => isStale && (learned?.at ?? 0) <= now - limits.watchLearnSeconds) ??
      free.find(({ day }) => day !== today)
    );
  }

  async #learn(site: Site): Promise<void> {
    const { store, state, clock, log } = this.#options;
    const started = performance.now();
    const estate = this.#options.estate();
    const { subjects } = site;
    const [until, day] = [this.#until(), this.#today()];
    try {
      const rules = listed(estate, 'alert_rules');
      const period = learningWindow(until);
      const columns = await readWatchWindow({ store }, estate, subjects, { period, until });
      const alerts = state.alertsToMerge([subjects.site], period.from);
      const [abnormal, watching] = [abnormalSpans(alerts), watchingOf(alerts)];
      // A site that changed while its window was read is stale again when the log is followed.
      site.isStale = false;
      const { worth } = columns;
      const found = await this.#look().learn({ columns, rules, abnormal, watching, until });
      const opened = recordSeen(state, [found], this.#merging(until), found.daysAfter);
      keepKnowledge(state, found, worth, until);
      site.learned = { at: clock(), until };
      site.day = day;
      site.rest.failures = 0;
      this.#counted.learning++;
      this.#tell(opened, { site: subjects.site, meters: found.meters.length, ...took(started) });
    } catch (error) {
      if (this.#closing) throw error;
      restAfterFailure(site.rest, clock());
      this.#counted.failures++;
      const about = { err: error, site: subjects.site, until: site.rest.until };
      log.warn(about, 'a site could not be looked at; it rests until then');
    } finally {
      this.#counted.learningSeconds += took(started).seconds;
    }
  }

  async #lookAtHalfHour(): Promise<void> {
    const { store, state, estate, clock } = this.#options;
    const until = this.#until();
    if (until <= this.#lookedUntil || clock() < this.#rest.until || !this.#changes) return;
    const started = performance.now();
    const from = startOfDay(dateOf(until - toldDays * daySeconds));
    const news = await readNews({ store }, estate(), this.#changes.spans, { from, to: until });
    const { sites, failed } = await this.#look().look(news);
    const recorded = recordEach(state, sites, this.#merging(until));
    for (const one of [...failed, ...recorded.failed]) this.#learnAnew(one);
    this.#changes.done(until);
    this.#lookedUntil = until;
    this.#rest.failures = 0;
    this.#counted.halfHourly++;
    this.#counted.halfHourlySeconds += took(started).seconds;
    this.#tell(recorded.opened, { sites: sites.length, meters: news.length, ...took(started) });
  }

  #learnAnew({ site, error }: FailedSite): void {
    this.#counted.failures++;
    this.#options.log.warn({ err: error, site }, 'a half-hour of a site could not be looked at; it is learned anew');
    delete this.#sites.get(site)?.learned;
  }

  #merging(until: EpochSeconds): { readonly now: EpochSeconds; readonly since: EpochSeconds } {
    return { now: this.#options.clock(), since: until - toldDays * daySeconds };
  }

  #tell(opened: readonly string[], about: object): void {
    this.#counted.opened += opened.length;
    if (opened.length > 0) this.#options.log.info({ ...about, alerts: opened }, 'abnormal use was found');
    else this.#options.log.debug(about, 'nothing abnormal is new');
  }
}

function took(started: number): { readonly seconds: number } {
  return { seconds: Math.round(performance.now() - started) / 1000 };
}

function counter(name: string, help: string, value: number): MetricNumber {
  return { name, help, type: 'counter', value };
}
