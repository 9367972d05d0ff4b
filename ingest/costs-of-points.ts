import { setImmediate } from 'node:timers/promises';
import { type AnswerBucket, answerBuckets } from '../domain/energy/buckets.ts';
import { yearBefore } from '../domain/energy/comparisons.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { ProblemError, sayProblem } from '../domain/problems.ts';
import type { ShownPoint } from '../domain/series.ts';
import {
  capacityPoint,
  CostProfile,
  costPoints,
  noticePoint,
  type OnceCharged,
  type PointTags,
  soFarPoint,
  spansSoFar,
  type ToldCosts,
} from '../domain/shown/cost-points.ts';
import { headroomOf } from '../domain/tariffs/capacity.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import { Quantities } from '../domain/tariffs/quantities.ts';
import { remindersIn } from '../domain/tariffs/reminders.ts';
import {
  addDays,
  addMonths,
  bucketOf,
  dateOf,
  daysBetween,
  type EpochSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import type { Stores } from '../store/energy.ts';
import { type PointLoad, pointCosts, readPointLoad } from '../store/point-costs.ts';
import { knownAs } from '../store/supply-point-load.ts';

/** What supply points cost, as the API answers for one day, month or stretch of days at a time. */

export interface WantedCosts {
  readonly placed: PlacedPoint;
  readonly tags: PointTags;
  /** The first of a month. */
  readonly month: LocalDate;
  readonly now: EpochSeconds;
}

/**
 * The days of a month, and the month itself. `once`: what it ever had a row of; `wasPublished`: whether days of this
 * month are there already. A day that was never published and has no cost is none.
 */
export async function ledgerPoints(
  stores: Stores,
  estate: Estate,
  { placed, tags, month, now, once, wasPublished }: WantedCosts & { once: OnceCharged; wasPublished: boolean },
): Promise<ShownPoint[]> {
  const period = { from: startOfDay(month), to: startOfDay(addMonths(month, 1)) };
  const [whole] = answerBuckets(period, 'month', now);
  if (!whole) return [];
  const days = answerBuckets(period, 'day', now);
  // As far as it is over: half-hours that are to come are not missing.
  const load = await loadOr(stores, estate, placed, { from: whole.from, to: whole.to }, now);
  // Half-hours that were never there are told of what is near; of years before the meter nobody needs to hear it.
  if (typeof load === 'string' && !wasPublished && month < addMonths(monthOf(dateOf(now)), -1)) return [];
  const told = costsOr(load, days);
  const byDay = days.flatMap((day, i): ShownPoint[] => {
    const costs = told[i] ?? { because: '' };
    return 'costs' in costs || wasPublished ? costPoints('day', tags, day, costs, once) : [];
  });
  const [ofMonth = { because: '' }] = costsOr(load, [whole]);
  const points = [...byDay, ...costPoints('month', tags, whole, ofMonth, once)];
  const capacity = typeof load === 'string' ? undefined : capacityOf(load, tags, whole);
  if (capacity) points.push(capacity);
  return points;
}

function capacityOf(
  { point, measured, terms }: PointLoad,
  tags: PointTags,
  month: AnswerBucket,
): ShownPoint | undefined {
  if (point.utility !== 'electricity') return undefined;
  const quantities = new Quantities(measured.load, terms);
  const isMissing = measured.how.includes(knownAs.missing);
  const agreed = quantities.agreedCapacity(dateOf(month.from));
  if (!quantities.knowsReactive) return capacityPoint(tags, month, { agreed }, isMissing);
  const [headroom = { agreed }] = headroomOf(quantities, month);
  return capacityPoint(tags, month, headroom, isMissing);
}

/** When the money of a month went, by its days that are over: a type of day and a time without a half-hour has none. */
export async function profilePoints(
  stores: Stores,
  estate: Estate,
  { placed, tags, month, now, wasPublished }: WantedCosts & { wasPublished: boolean },
): Promise<ShownPoint[]> {
  const period = { from: startOfDay(month), to: Math.min(startOfDay(addMonths(month, 1)), startOfDay(dateOf(now))) };
  const profile = new CostProfile();
  const load = period.from < period.to ? await loadOr(stores, estate, placed, period, now) : 'nothing is over';
  if (typeof load !== 'string') {
    for (const day of answerBuckets(period, 'day', now)) {
      // A day is some ten milliseconds: others have their turn between.
      await setImmediate();
      const halfHours = answerBuckets(day, 'half_hour', now);
      for (const [i, told] of costsOr(load, halfHours).entries()) {
        if ('costs' in told) profile.add(halfHours[i]?.from ?? day.from, told.costs);
      }
    }
  }
  return profile.isEmpty && !wasPublished ? [] : profile.points(tags, period.from);
}

/** The month and the financial year that yesterday lies in, up to and with it, beside the same days a year before. */
export async function soFarPoints(
  stores: Stores,
  estate: Estate,
  { placed, tags, now }: Omit<WantedCosts, 'month'>,
): Promise<ShownPoint[]> {
  const today = dateOf(now);
  const yesterday = addDays(today, -1);
  const points: ShownPoint[] = [];
  for (const span of spansSoFar) {
    const asked = { from: startOfDay(bucketOf(yesterday, span).first), to: startOfDay(today) };
    const [told, lastYear] = [
      await wholeOr(stores, estate, placed, asked, now),
      await wholeOr(stores, estate, placed, yearBefore(asked), now),
    ];
    points.push(soFarPoint(tags, span, asked.from, { now: told, lastYear }));
  }
  return points;
}

async function wholeOr(
  stores: Stores,
  estate: Estate,
  placed: PlacedPoint,
  period: Period,
  now: EpochSeconds,
): Promise<ToldCosts> {
  const buckets = answerBuckets(period, 'whole', now);
  const [told] = costsOr(await loadOr(stores, estate, placed, period, now), buckets);
  await setImmediate();
  return told ?? { because: '' };
}

/** The dates that somebody is or will be reminded of, and of those told of before, which are there no longer. */
export function noticePoints(
  { point }: PlacedPoint,
  tags: PointTags,
  today: LocalDate,
  before: readonly string[],
): ShownPoint[] {
  const reminders = remindersIn([point], '1990-01-01', '2099-12-31').filter(({ date }) => date >= today);
  const dates = Map.groupBy(reminders, ({ about, date }) => `${about} ${date}`);
  return [...new Set([...dates.keys(), ...before])].map((name): ShownPoint => {
    const [about = '', date = ''] = name.split(' ');
    const [first, ...others] = dates.get(name) ?? [];
    const told = first && {
      daysLeft: daysBetween(today, date),
      isDue: [first, ...others].some(({ on }) => on <= today),
      supplier: first.supplier,
    };
    return noticePoint(tags, about, startOfDay(date), told);
  });
}

/** The load, or why there is none: what the store refuses for other reasons is thrown. */
async function loadOr(
  stores: Stores,
  estate: Estate,
  placed: PlacedPoint,
  period: Period,
  now: EpochSeconds,
): Promise<PointLoad | string> {
  try {
    return await readPointLoad(stores, estate, placed, { period, now });
  } catch (error) {
    return reasonOf(error);
  }
}

/** The costs of each bucket, or why it has none: one without a rate does not hide the others. */
function costsOr(load: PointLoad | string, buckets: readonly AnswerBucket[]): ToldCosts[] {
  if (typeof load === 'string') return buckets.map(() => ({ because: load }));
  if (buckets.length === 0) return [];
  try {
    return [...pointCosts(load, buckets).buckets];
  } catch (error) {
    const because = reasonOf(error);
    return buckets.length === 1 ? [{ because }] : buckets.flatMap((bucket) => costsOr(load, [bucket]));
  }
}

/** What is missing and how to mend it, without any rate. Throws what is not a problem of tariffs. */
function reasonOf(error: unknown): string {
  if (!(error instanceof ProblemError) || !error.problems.every(({ code }) => code.startsWith('tariff.'))) throw error;
  const [first, ...others] = error.problems;
  const more = others.length === 0 ? '' : ` And ${others.length} more.`;
  return first ? `${sayProblem(first)}${more}` : '';
}
