import type { Accounting } from '../carbon/accounting.ts';
import { type CarbonFigure, carbonOf } from '../carbon/carbon.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { type AnswerBucket, figureBucketsOf } from '../energy/buckets.ts';
import { isKnown, lacks } from '../energy/flow.ts';
import { addParts, type EnergyPart } from '../energy/site-energy.ts';
import type { Estate } from '../estate/estate.ts';
import { addDays, dateOf, type EpochSeconds, type Period, startOfDay } from '../time.ts';
import { type BaselineStanding, standingOf } from './baseline.ts';
import type { Baseline, Target } from './register.ts';
import { type SinceBaseline, sinceBaseline } from './since-baseline.ts';
import {
  type Band,
  bandAt,
  type BandPoint,
  type Course,
  courseOf,
  placeInYears,
  referenceOf,
  yearOf,
} from './targets.ts';

/** How an organisation does against a target: its reporting years, and the twelve months up to each end of a month. */

/** The parts of all energy that an organisation reports, in buckets of months, and where the buckets lie. */
export interface OrganisationEnergy {
  readonly estate: Estate;
  readonly boundaries: readonly EpochSeconds[];
  /** Parts of the buckets that lie within a period. */
  readonly within: (this: void, period: Period) => readonly EnergyPart[];
}

export interface ProgressPoint {
  readonly kind: 'year' | 'rolling_year';
  readonly bucket: AnswerBucket;
  /** The year that the twelve months stand for; between two for rolling ones. */
  readonly year: number;
  readonly figure: CarbonFigure;
  /** Whether something is missing that no known total covers. */
  readonly missing: boolean;
  readonly lines: BandPoint | undefined;
  readonly course: Course;
  readonly since: SinceBaseline;
}

export interface TargetProgress {
  readonly target: Target;
  readonly standing: BaselineStanding;
  /** The emissions that the lines begin at: restated where that is known. */
  readonly from: number;
  /** Undefined where the target cannot be drawn from the baseline, which `why` says. */
  readonly band: Band | undefined;
  readonly why: string | undefined;
  readonly points: readonly ProgressPoint[];
}

/** How a target's emissions are reckoned: as those of its baseline. */
export function accountingOfBaseline({ boundary, factor_year, from }: Baseline): Accounting {
  return { boundary, factorYear: factor_year, yearStarts: Number(from.slice(5, 7)) };
}

/** The first year that is looked at: the baseline's, or so many reporting years back. */
export function progressFrom({ from }: Baseline, now: EpochSeconds, mostYears: number): EpochSeconds {
  const year = Number(dateOf(now).slice(0, 4));
  return startOfDay(`${Math.max(Number(from.slice(0, 4)), year - mostYears)}${from.slice(4)}`);
}

/** Progress towards a target from one baseline. Rolling years are those that ended in the last `rollingMonths`. */
export function progressOf(
  target: Target,
  baseline: Baseline,
  others: readonly Baseline[],
  energy: OrganisationEnergy,
  {
    now,
    since,
    rollingMonths,
  }: { readonly now: EpochSeconds; readonly since: EpochSeconds; readonly rollingMonths: number },
): TargetProgress {
  const accounting = accountingOfBaseline(baseline);
  const standing = standingOf(baseline, energy.estate, dateOf(now), meteredOf(baseline, energy, accounting));
  const from = standing.restated ?? standing.frozen;
  const reference = referenceOf(target, baseline, from, others);
  const band =
    'why' in reference ? undefined : { ...target, start: { year: yearOf(baseline.from), emissions: from }, reference };
  const one = (kind: ProgressPoint['kind'], bucket: AnswerBucket): ProgressPoint => {
    const { parts, figure, missing, isLittle } = figureOf(energy, bucket, accounting, baseline.organisation);
    const year = placeInYears(dateOf(bucket.from), baseline);
    const lines = band && bandAt(band, kind === 'year' ? Math.round(year) : year);
    // Half a year is no year, and a year of which a tenth is unknown says nothing of its course.
    const says = bucket.because.length === 0 && !isLittle;
    const course = courseOf(says ? figure.value : undefined, lines);
    const whole = { baseline, from, emissions: figure.value, isWhole: says };
    const split = sinceBaseline(energy.estate, parts, energy.boundaries, accounting, whole);
    return { kind, bucket, year, figure, missing, lines, course, since: split };
  };
  const ends = { from: rollingStart(now, rollingMonths), to: startOfDay(dateOf(now)) };
  const months = figureBucketsOf(ends, 'rolling_year', now);
  return {
    target,
    standing,
    from,
    band,
    why: 'why' in reference ? reference.why : undefined,
    points: [
      ...reportingYears(since, now).map((bucket) => one('year', bucket)),
      ...months.filter((bucket) => bucket.from >= since).map((bucket) => one('rolling_year', bucket)),
    ],
  };
}

/** The midnight from which the ends of so many months are looked at. */
function rollingStart(now: EpochSeconds, months: number): EpochSeconds {
  const date = dateOf(now);
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 - months;
  return startOfDay(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`);
}

/** The years that begin on the same date as the first one, up to now. */
function reportingYears(since: EpochSeconds, now: EpochSeconds): AnswerBucket[] {
  const first = dateOf(since);
  const buckets: AnswerBucket[] = [];
  for (let from = since, year = Number(first.slice(0, 4)) + 1; from < now; year++) {
    const to = startOfDay(`${year}${first.slice(4)}`);
    buckets.push({ from, to: Math.min(to, now), because: to > now ? ['not-over'] : [] });
    from = to;
  }
  return buckets;
}

/** Above this share of missing time a year's emissions are not set against the lines (NHS practice: SC above 10 %). */
const mostMissing = 0.1;

/** The bought parts of a period that an organisation reports and its boundary reckons in. */
export function reportedParts(
  { within }: OrganisationEnergy,
  period: Period,
  { boundary }: Accounting,
  organisation: string,
): EnergyPart[] {
  return within(period).filter(
    ({ source, reporter, utility }) =>
      source === 'purchased' && reporter === organisation && activitiesIn(boundary, utility).length > 0,
  );
}

function figureOf(
  { estate, boundaries, within }: OrganisationEnergy,
  period: Period,
  accounting: Accounting,
  organisation: string,
): {
  readonly parts: readonly EnergyPart[];
  readonly figure: CarbonFigure;
  readonly missing: boolean;
  readonly isLittle: boolean;
} {
  const parts = reportedParts({ estate, boundaries, within }, period, accounting, organisation);
  const figure = carbonOf(estate, parts, { boundaries }, accounting);
  const [water, fuels] = [true, false].map((isWater) =>
    addParts(parts.filter((part) => (part.utility === 'water') === isWater)),
  );
  const total = addParts(parts);
  const missing =
    !isKnown(total) || (fuels !== undefined && lacks(fuels, false)) || (water !== undefined && lacks(water, true));
  const isLittle = total.halfHours > 0 && total.knownHalfHours < (1 - mostMissing) * total.halfHours;
  return { parts, figure, missing, isLittle };
}

/** What meters say that sites emitted in the baseline year, where they know the whole of it. */
function meteredOf(
  { from, to }: Baseline,
  { estate, boundaries, within }: OrganisationEnergy,
  accounting: Accounting,
): ReadonlyMap<string, number | undefined> {
  const period = { from: startOfDay(from), to: startOfDay(addDays(to, 1)) };
  if ((boundaries[0] ?? Number.POSITIVE_INFINITY) > period.from) return new Map();
  const bySite = Map.groupBy(within(period), (part) => part.site);
  return new Map(
    [...bySite].map(([site, parts]) => {
      const bought = parts.filter(({ source }) => source === 'purchased');
      const total = addParts(bought);
      const isWhole = isKnown(total) && total.knownHalfHours >= (1 - mostMissing) * total.halfHours;
      return [site, isWhole ? carbonOf(estate, bought, { boundaries }, accounting).value : undefined];
    }),
  );
}
