import { type EpochSeconds, halfHourSeconds } from '../time.ts';
import { type Clock, placesIn, rememberedClock } from './clock.ts';
import { type DayWeather, weatherAheadOf } from './day-weather.ts';
import { detect, type SubjectOf } from './detect.ts';
import { type DetectableSize, detectableSize, scoresBy } from './detectable.ts';
import type { Finding } from './finding.ts';
import { type AlertKind, alertKindNames } from './kinds.ts';
import type { Seen } from './life.ts';
import { awayBy } from './opening-hours.ts';
import { type AlertRule } from './rule-register.ts';
import { ruleFor } from './rules.ts';
import { type DrawnColumns, seenOf } from './seen.ts';
import { balanceOf, capacityOf, columnOf, reactiveOf, type SiteColumns, useOf } from './site-columns.ts';
import { type UseSubject, watchedMetersOf } from './subjects.ts';
import { type Watched, type WatchedMeter, watch } from './watched.ts';

/**
 * The learning look at a site: everything is learned anew from a year and more of its half-hours, and all kinds are
 * looked for. A pure function, so that the watch, a trial of a rule and a benchmark find the same.
 */
export interface LookRequest {
  readonly columns: SiteColumns;
  /** Those of the register. */
  readonly rules: readonly AlertRule[];
  /** What alerts call abnormal: nothing is learned of it. */
  readonly abnormal?: readonly AbnormalSpan[] | undefined;
  /** Only these, where some are asked for. */
  readonly kinds?: readonly AlertKind[] | undefined;
}

export interface AbnormalSpan {
  readonly meters: readonly string[];
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

export interface LearningLook {
  readonly clock: Clock;
  readonly findings: readonly Finding[];
  readonly seen: readonly Seen[];
  /** Each meter beside what was expected of it, by id. */
  readonly watched: ReadonlyMap<string, Watched>;
  readonly meters: readonly MeterKnowledge[];
  /**
   * How strongly each half-hour or day shows what a kind looks for at a meter; NaN where that is not known. Undefined
   * where it is not looked for there.
   */
  readonly scores: (kind: AlertKind, meter: string) => Float64Array | undefined;
}

/** What is known of a meter that is watched. */
export interface MeterKnowledge {
  readonly meter: string;
  /** The end of its last known half-hour, and of the last one that something is expected of; undefined without any. */
  readonly knownUntil: EpochSeconds | undefined;
  readonly learnedUntil: EpochSeconds | undefined;
  /** The smallest change that each kind would find there, the smallest first. */
  readonly sizes: readonly DetectableSize[];
}

export function learningLook({ columns, rules, abnormal = [], kinds = alertKindNames }: LookRequest): LearningLook {
  const { subjects, from, count, worth } = columns;
  const clock = rememberedClock(from, count);
  const site = new LearnedSite(columns, clock, abnormal);
  const findings = findingsOf(site, kinds, rules);
  const seen = seenOf({ subjects, findings, rules, worth, drawn: (finding) => drawnOf(site, finding) });
  const scores = (kind: AlertKind, meter: string): Float64Array | undefined => scoresOf(site, kind, meter, rules);
  return { clock, findings, seen, watched: site.watched, meters: knowledgeOf(site, kinds, rules), scores };
}

function scoresOf(site: LookedAt, kind: AlertKind, id: string, rules: readonly AlertRule[]): Float64Array | undefined {
  const found = subjectsFor(site, kind).find(({ meter }) => meter.id === id);
  if (!found) return undefined;
  const { enabled, parameters } = ruleFor(kind, found.meter, rules);
  return enabled ? scoresBy(kind, found.subject(), parameters) : undefined;
}

function knowledgeOf(site: LookedAt, kinds: readonly AlertKind[], rules: readonly AlertRule[]): MeterKnowledge[] {
  const { columns, clock } = site;
  const sizes = Map.groupBy(
    kinds.flatMap((kind) =>
      subjectsFor(site, kind).flatMap(({ meter, subject }) => {
        const { enabled, parameters } = ruleFor(kind, meter, rules);
        const size = enabled ? detectableSize(kind, subject(), parameters) : undefined;
        return size ? [{ meter: meter.id, size }] : [];
      }),
    ),
    ({ meter }) => meter,
  );
  const uses = new Map(columns.subjects.uses.map(({ meter }) => [meter.id, site.use(meter.id)]));
  return Array.from(watchedMetersOf(columns.subjects).keys(), (meter): MeterKnowledge => {
    const used = uses.get(meter);
    const own = (sizes.get(meter) ?? []).map(({ size }) => size);
    return {
      meter,
      knownUntil: lastKnown(clock, used?.use ?? columnOf(columns, meter)),
      learnedUntil: used && lastKnown(clock, used.expected.level),
      // NaN, of which too little is known, comes last.
      sizes: own.toSorted((one, other) => (one.rate < other.rate || Number.isNaN(other.rate) ? -1 : 1)),
    };
  });
}

/** What is looked for, and where: every kind at each of its subjects at which the rules do not switch it off. */
export function findingsOf(site: LookedAt, kinds: readonly AlertKind[], rules: readonly AlertRule[]): Finding[] {
  return kinds.flatMap((kind) =>
    subjectsFor(site, kind).flatMap(({ meter, subject }) => {
      const { enabled, parameters } = ruleFor(kind, meter, rules);
      return enabled ? detect(kind, subject(), parameters) : [];
    }),
  );
}

/** A site as detectors see it; each of its parts is made when it is first asked for. */
export interface LookedAt {
  readonly columns: SiteColumns;
  readonly clock: Clock;
  /** Throws a RangeError where the meter is not watched. */
  readonly use: (meter: string) => Watched;
}

interface Subject<K extends AlertKind> {
  /** Whose rules hold. */
  readonly meter: WatchedMeter;
  readonly subject: () => SubjectOf<K>;
}

type Finders = { readonly [K in AlertKind]?: (site: LookedAt) => Subject<K>[] };

/** What each kind looks at: the use of each meter, where nothing else stands here. */
const finders: Finders = {
  heating_and_cooling: (site) =>
    site.columns.subjects.comforts.map(({ heating, cooling }) => ({
      meter: meterOf(site, heating),
      subject: () => ({ heating: site.use(heating), cooling: site.use(cooling) }),
    })),
  peak_capacity: ({ columns, clock }) =>
    columns.subjects.points.flatMap((point) => {
      const capacity = point.agreed.length === 0 ? undefined : capacityOf(columns, point, clock);
      return capacity ? [{ meter: point.meter, subject: () => capacity }] : [];
    }),
  power_factor: ({ columns, clock }) =>
    columns.subjects.points.flatMap((point) => {
      const reactive = reactiveOf(columns, point, clock);
      return reactive ? [{ meter: point.meter, subject: () => reactive }] : [];
    }),
  pv_not_producing: ({ columns, clock }) =>
    columns.subjects.panels.map(({ meter, yardstick }) => ({
      meter,
      subject: () => ({
        meter,
        clock,
        made: columnOf(columns, meter.id),
        yardstick: yardstick === undefined ? undefined : columnOf(columns, yardstick),
      }),
    })),
  heat_pump_performance: (site) =>
    site.columns.subjects.heatPumps.map(({ electricity, heat }) => ({
      meter: meterOf(site, electricity),
      subject: () => ({
        electricity: site.use(electricity),
        heatMeter: meterOf(site, heat),
        heat: columnOf(site.columns, heat),
      }),
    })),
  unexplained_main: (site) =>
    site.columns.subjects.balances.map((balance) => ({
      meter: meterOf(site, balance.main),
      subject: () => balanceOf(site.columns, balance, site.use(balance.main)),
    })),
};

function subjectsFor<K extends AlertKind>(site: LookedAt, kind: K): readonly Subject<K>[] {
  const finder: Finders[K] = finders[kind];
  if (finder) return finder(site);
  return site.columns.subjects.uses.map(({ meter }) => ({
    meter,
    subject: () => site.use(meter.id) as SubjectOf<K>,
  }));
}

function meterOf({ columns }: LookedAt, id: string): WatchedMeter {
  return useSubject(columns, id).meter;
}

/** Throws a RangeError where the use of the meter is not watched. */
export function useSubject({ subjects }: SiteColumns, id: string): UseSubject {
  const found = subjects.uses.find(({ meter }) => meter.id === id);
  if (!found) throw new RangeError(`the use of ${id} is not watched at ${subjects.site}`);
  return found;
}

/** A site in a window, each meter of which is learned when it is first asked for. */
export class LearnedSite implements LookedAt {
  readonly columns: SiteColumns;
  readonly clock: Clock;
  readonly watched = new Map<string, Watched>();
  readonly #abnormal: readonly AbnormalSpan[];
  readonly #weather: DayWeather | undefined;
  readonly #away: Uint8Array | undefined;

  constructor(columns: SiteColumns, clock: Clock, abnormal: readonly AbnormalSpan[]) {
    this.columns = columns;
    this.clock = clock;
    this.#abnormal = abnormal;
    this.#weather = columns.temperature && weatherAheadOf(clock, columns.temperature);
    this.#away = awayBy(clock, columns.subjects.openingHours);
  }

  use(id: string): Watched {
    let watched = this.watched.get(id);
    if (!watched) this.watched.set(id, (watched = this.#learn(useSubject(this.columns, id))));
    return watched;
  }

  #learn(subject: UseSubject): Watched {
    const { clock } = this;
    return watch({
      meter: subject.meter,
      clock,
      use: useOf(this.columns, subject),
      resolution: subject.resolution,
      away: this.#away,
      weather: this.#weather,
      abnormal: abnormalOf(clock, this.#abnormal, subject.meter.id),
    });
  }
}

function abnormalOf(clock: Clock, spans: readonly AbnormalSpan[], meter: string): Uint8Array | undefined {
  const own = spans.filter(({ meters }) => meters.includes(meter));
  if (own.length === 0) return undefined;
  const abnormal = new Uint8Array(clock.count);
  for (const span of own) {
    const { first, end } = placesIn(clock, span);
    abnormal.fill(1, first, end);
  }
  return abnormal;
}

/** What of a subject is drawn beside what: use by what was expected, demand by what is agreed. */
export function drawnOf(
  site: LookedAt,
  { kind, subject }: Pick<Finding, 'kind' | 'subject'>,
): DrawnColumns | undefined {
  const { columns, clock } = site;
  const { from } = clock;
  const unknown = (): Float64Array => new Float64Array(clock.count).fill(Number.NaN);
  const point = columns.subjects.points.find(({ meter }) => meter.id === subject);
  if (kind === 'peak_capacity') {
    const capacity = point && capacityOf(columns, point, clock);
    // A chart is of twice what a half-hour counts.
    return (
      capacity && { from, use: capacity.best.map((kva) => kva / 2), expected: capacity.agreed.map((kva) => kva / 2) }
    );
  }
  if (kind === 'power_factor') {
    const reactive = point && reactiveOf(columns, point, clock);
    return reactive && { from, use: reactive.reactive, expected: unknown() };
  }
  if (kind === 'pv_not_producing') return { from, use: columnOf(columns, subject), expected: unknown() };
  const { use, expected } = site.use(subject);
  return { from, use, expected: expected.level };
}

/** The end of the last half-hour of a column that is known. */
export function lastKnown({ from }: Pick<Clock, 'from'>, column: Float64Array): EpochSeconds | undefined {
  const last = column.findLastIndex((value) => !Number.isNaN(value));
  return last < 0 ? undefined : from + (last + 1) * halfHourSeconds;
}
