import { dateOf, daySeconds, type EpochSeconds, halfHourSeconds, startOfDay } from '../time.ts';
import { type Clock, rememberedClock } from './clock.ts';
import type { ExpectedUse } from './expected-use.ts';
import type { Finding } from './finding.ts';
import type { AlertKind } from './kinds.ts';
import type { Seen } from './life.ts';
import { drawnOf, findingsOf, lastKnown, type LearningLook, type LookedAt, useSubject } from './look.ts';
import { toldDays } from './look-window.ts';
import { awayBy } from './opening-hours.ts';
import type { AlertRule } from './rule-register.ts';
import { seenOf } from './seen.ts';
import { columnOf, type SiteColumns, useOf } from './site-columns.ts';
import { stitched } from './stitch.ts';
import { unitOfUse, type Watched } from './watched.ts';

/**
 * The kinds that are looked for every half-hour, and how many days before a half-hour can say something of it: their
 * detectors look back no further. The others are of days, and found by the learning look.
 */
const fast = {
  burst: 7,
  supply_lost: 56,
  peak_capacity: 7,
  left_on: 8,
  out_of_hours: 8,
  always_above: 1,
  continuous_flow: 56,
} as const satisfies Partial<Record<AlertKind, number>>;
export const fastKinds = Object.keys(fast) as (keyof typeof fast)[];

/** Days that are looked at anew each half-hour, so that late half-hours of the last week are found at once. */
const anew = 7;

export interface SliceRequest {
  readonly columns: SiteColumns;
  readonly look: Pick<LearningLook, 'clock' | 'findings' | 'watched'>;
  readonly rules: readonly AlertRule[];
  /** Until when half-hours were known to the learning look. */
  readonly until: EpochSeconds;
}

/** What a look of a half-hour finds. */
export interface HalfHourlyLook {
  readonly findings: readonly Finding[];
  readonly seen: readonly Seen[];
  /** The end of the last known half-hour of each watched meter. */
  readonly knownUntil: ReadonlyMap<string, EpochSeconds>;
}

/**
 * What is kept of a learning look until the next one: the last weeks of its columns with what was expected, to which
 * new half-hours come, and its findings. A half-hour is then looked at in milliseconds, and finds what a learning look
 * would.
 */
export class SiteSlice {
  /** UTC start, a local midnight. */
  readonly from: EpochSeconds;
  readonly #site: SliceSite;
  readonly #rules: readonly AlertRule[];
  readonly #learned: readonly Finding[];

  constructor({ columns, look, rules, until }: SliceRequest) {
    const first = startOfDay(dateOf(until - toldDays * daySeconds));
    this.from = Math.max(columns.from, first);
    this.#site = new SliceSite(columns, look, this.from);
    this.#rules = rules;
    this.#learned = look.findings;
  }

  /** The meters whose half-hours it holds. */
  get meters(): readonly string[] {
    return [...this.#site.columns.columns.keys()];
  }

  /** Takes half-hours of a meter, over those that were there; NaN is not known, and those outside are left. */
  take(meter: string, from: EpochSeconds, values: Float64Array): void {
    const column = this.#site.columns.columns.get(meter);
    if (!column) return;
    const first = (from - this.from) / halfHourSeconds;
    for (const [k, value] of values.entries())
      if (first + k >= 0 && first + k < column.length) column[first + k] = value;
  }

  look(): HalfHourlyLook {
    const site = this.#site;
    const lastDays = startOfDay(dateOf(site.lastKnown() - anew * daySeconds));
    const others = this.#learned.filter(({ kind }) => !(kind in fast));
    const findings = [...others, ...fastKinds.flatMap((kind) => this.#lookFor(kind, lastDays))];
    const { subjects, worth } = site.columns;
    const seen = seenOf({ subjects, findings, rules: this.#rules, worth, drawn: (finding) => drawnOf(site, finding) });
    return { findings, seen, knownUntil: this.#knownUntil() };
  }

  /** Looks as far back as needed for the last days, and for the spans of the learning look that reach into them. */
  #lookFor(kind: (typeof fastKinds)[number], lastDays: EpochSeconds): readonly Finding[] {
    const learned = this.#learned.filter((one) => one.kind === kind);
    const going = learned.filter(({ to, open }) => open || to >= lastDays);
    const since = going.reduce((least, { from }) => Math.min(least, from), lastDays);
    const start = Math.max(this.from, startOfDay(dateOf(since - fast[kind] * daySeconds)));
    const found = findingsOf(this.#site.since(start), [kind], this.#rules);
    return stitched(learned, found, Math.max(since, start + fast[kind] * daySeconds));
  }

  #knownUntil(): Map<string, EpochSeconds> {
    const { columns, clock } = this.#site;
    const { uses, panels, points } = columns.subjects;
    const known = new Map<string, EpochSeconds>();
    for (const { meter } of [...points, ...panels]) {
      known.set(meter.id, lastKnown(clock, columnOf(columns, meter.id)) ?? 0);
    }
    for (const { meter } of uses) known.set(meter.id, lastKnown(clock, this.#site.use(meter.id).use) ?? 0);
    return known;
  }
}

type Expected = Pick<ExpectedUse, 'level' | 'spread'>;
type Part = Pick<Watched, 'expected' | 'away'>;
/** Each kind looks back to a midnight of its own. */
const partsKept = 8;

/** A part of a learned window, up to its end. What is expected in it is what was learned. */
class SliceSite implements LookedAt {
  readonly columns: SiteColumns;
  readonly clock: Clock;
  readonly #expected: ReadonlyMap<string, Expected>;
  readonly #away: Uint8Array | undefined;
  readonly #parts = new Map<number, Map<string, Part>>();

  constructor(whole: SiteColumns, { clock, watched }: SliceRequest['look'], from: EpochSeconds) {
    const first = (from - whole.from) / halfHourSeconds;
    const { subjects, worth } = whole;
    this.clock = rememberedClock(from, clock.count - first);
    // Copies: the year that they are a part of is let go.
    const columns = new Map(Array.from(whole.columns, ([meter, column]) => [meter, column.slice(first)]));
    this.columns = { subjects, worth, from, count: clock.count - first, columns };
    this.#away = awayBy(this.clock, subjects.openingHours);
    this.#expected = new Map(
      Array.from(
        watched,
        ([
          id,
          {
            expected: { level, spread },
          },
        ]) => [id, { level: level.slice(first), spread: spread.slice(first) }],
      ),
    );
  }

  use(id: string): Watched {
    return this.#useIn(this, id);
  }

  #useIn({ columns, clock }: Pick<LookedAt, 'columns' | 'clock'>, id: string): Watched {
    const subject = useSubject(columns, id);
    return {
      meter: subject.meter,
      clock,
      use: useOf(columns, subject),
      unit: unitOfUse(subject.meter),
      resolution: subject.resolution,
      ...this.#partFrom(this.clock.count - clock.count, id),
    };
  }

  /** What is expected from a half-hour on: the same object while it is asked for, as detectors remember by it. */
  #partFrom(first: number, id: string): Part {
    let parts = this.#parts.get(first);
    if (!parts) {
      if (this.#parts.size >= partsKept) this.#parts.clear();
      this.#parts.set(first, (parts = new Map()));
    }
    let part = parts.get(id);
    if (!part) {
      const { level, spread } = this.#expected.get(id) as Expected;
      const leftOut = new Uint8Array(level.length - first);
      const expected = { level: level.subarray(first), spread: spread.subarray(first), leftOut };
      parts.set(id, (part = { expected, away: this.#away?.subarray(first) }));
    }
    return part;
  }

  /** The same from a later midnight on. */
  since(from: EpochSeconds): LookedAt {
    const first = (from - this.clock.from) / halfHourSeconds;
    if (first === 0) return this;
    const { subjects, worth, count } = this.columns;
    const columns: SiteColumns = {
      subjects,
      worth,
      from,
      count: count - first,
      columns: new Map(Array.from(this.columns.columns, ([meter, column]) => [meter, column.subarray(first)])),
    };
    const clock = rememberedClock(from, count - first);
    return { columns, clock, use: (id) => this.#useIn({ columns, clock }, id) };
  }

  /** The end of the last half-hour that is known of any meter. */
  lastKnown(): EpochSeconds {
    const ends = Array.from(
      this.columns.columns.values(),
      (column) => lastKnown(this.clock, column) ?? this.clock.from,
    );
    return Math.max(this.clock.from, ...ends);
  }
}
