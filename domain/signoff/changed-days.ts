import { isSameAmounts } from '../energy/bucket-sums.ts';
import type { EpochSeconds } from '../time.ts';
import type { ChangeCause } from './change-causes.ts';
import type { SignedDay } from './sign-off.ts';

/**
 * How the days of meters went from what was signed to what they are: steps in the order in which they happened, each
 * of one meter and one cause.
 */

/** What is known of one change: the old values, and when and why others took their place. */
export interface KnownChange {
  readonly meter: string;
  readonly replaced: EpochSeconds;
  readonly causes: readonly ChangeCause[];
  /** Days of which something was said before; those of which nothing had been known are in `unknown`. */
  readonly days: readonly Omit<SignedDay, 'meter'>[];
  readonly unknown: readonly { readonly from: EpochSeconds; readonly to: EpochSeconds }[];
}

export interface DayStep {
  readonly meter: string;
  /** Empty where no change was put down. */
  readonly causes: readonly ChangeCause[];
  /** When the last of it happened; undefined where that is not known. */
  readonly at: EpochSeconds | undefined;
  /** What the days become by it; undefined: nothing is known of the day. */
  readonly days: ReadonlyMap<EpochSeconds, SignedDay | undefined>;
}

type Days = ReadonlyMap<string, SignedDay>;
const keyOf = (meter: string, day: EpochSeconds): string => `${meter} ${day}`;

/** Days by meter and day. */
export function indexDays(days: readonly SignedDay[]): Days {
  return new Map(days.map((one) => [keyOf(one.meter, one.day), one]));
}

/** Whether two say the same of a day, or both nothing. */
function isSameDay(one: SignedDay | undefined, other: SignedDay | undefined): boolean {
  return one && other ? isSameAmounts(one, other) : one === other;
}

/**
 * The steps from the signed days to the present ones. `changes` are those since the signing, in their order. What they
 * do not explain comes last, without a cause.
 */
export function stepsBetween(signed: Days, present: Days, changes: readonly KnownChange[]): DayStep[] {
  const presentOf = Map.groupBy(present.values(), ({ meter }) => meter);
  const byMeter = Map.groupBy(changes, ({ meter }) => meter);
  const told = [...byMeter].flatMap(([meter, list]) => stepsOfMeter(meter, presentOf.get(meter) ?? [], list));
  told.sort((a, b) => a.at - b.at);
  const reached = new Map(signed);
  const steps: DayStep[] = [];
  for (const { days, ...step } of told) {
    const moved = [...days].filter(([day, is]) => !isSameDay(reached.get(keyOf(step.meter, day)), is));
    for (const [day, is] of moved) {
      if (is) reached.set(keyOf(step.meter, day), is);
      else reached.delete(keyOf(step.meter, day));
    }
    if (moved.length > 0) steps.push({ ...step, days: new Map(moved) });
  }
  return [...steps, ...unexplained(reached, present)];
}

interface ToldStep extends DayStep {
  readonly at: EpochSeconds;
  readonly days: Map<EpochSeconds, SignedDay | undefined>;
}

/**
 * The changes of a meter, each with what it left: what the next change of the day found, or what is there now. Changes
 * of one cause that follow one another are one step.
 */
function stepsOfMeter(meter: string, present: readonly SignedDay[], changes: readonly KnownChange[]): ToldStep[] {
  const left = new Map<EpochSeconds, SignedDay | undefined>(present.map((one) => [one.day, one]));
  const steps: ToldStep[] = [];
  for (const { replaced, causes, days, unknown } of changes.toReversed()) {
    const later = steps.at(-1);
    const joins = later?.causes.join() === causes.join();
    const step =
      later && joins ? later : { meter, causes, at: replaced, days: new Map<EpochSeconds, SignedDay | undefined>() };
    if (step !== later) steps.push(step);
    const change = (day: EpochSeconds, before: SignedDay | undefined): void => {
      if (!step.days.has(day)) step.days.set(day, left.get(day));
      left.set(day, before);
    };
    for (const day of days) change(day.day, { ...day, meter });
    for (const { from, to } of unknown) {
      for (const { day } of present) if (day >= from && day < to) change(day, undefined);
    }
  }
  return steps.reverse();
}

function unexplained(reached: Days, present: Days): DayStep[] {
  const left = new Map<string, Map<EpochSeconds, SignedDay | undefined>>();
  for (const [key, one] of new Map([...reached, ...present])) {
    const is = present.get(key);
    if (isSameDay(reached.get(key), is)) continue;
    const days = left.get(one.meter) ?? new Map<EpochSeconds, SignedDay | undefined>();
    left.set(one.meter, days.set(one.day, is));
  }
  return [...left].map(([meter, days]) => ({ meter, causes: [], at: undefined, days }));
}
