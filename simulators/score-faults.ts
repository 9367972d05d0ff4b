import type { EpochSeconds, Period } from '../domain/time.ts';
import { endOf, type Fault, type FaultKind, faultKinds } from './faults.ts';

/**
 * How well injected faults are named. Found: anything at all was said of that meter at that time. Named: its right
 * name, without doubt. Asked: its name among those between which a person is asked to choose.
 */

/** One thing the product says is wrong. */
export interface ToldFault extends Period {
  readonly meter: string;
  readonly name: string;
  /** The product is not sure, and asks; `names` are what it could be. */
  readonly asks: boolean;
  readonly names: readonly string[];
}

/**
 * The right names of each kind; none where it is no fault of the data: delivered twice or out of order it is still
 * whole, a clock a minute out is within what stamps may be, and a leak is truly used. The broken message of one dialect
 * is a gateway's `Comm Fail`, which says that it does not know.
 */
export const rightNames: Record<FaultKind, readonly string[]> = {
  dropout: ['silent'],
  burst: ['silent'],
  duplicates: [],
  'out-of-order': [],
  stuck: ['stuck'],
  spike: ['spike'],
  'false-zero': ['false-zero'],
  sentinel: ['unknown-values', 'sentinel'],
  unknown: ['unknown-values'],
  malformed: ['unparsable', 'unknown-values'],
  'clock-drift': [],
  rollover: ['rollover'],
  reset: ['reset'],
  exchange: ['exchange'],
  'reversed-ct': ['reversed'],
  'swapped-ct': ['swapped'],
  'wrong-weight': ['wrong-weight'],
  leak: [],
  'left-on': [],
};

/** What else is true while it lasts: a meter whose messages cannot be read is not heard either. */
const alsoTrue: Partial<Record<FaultKind, readonly string[]>> = {
  malformed: ['silent'],
  unknown: ['silent'],
  sentinel: ['silent'],
};

export interface KindScore {
  injected: number;
  found: number;
  named: number;
  /** Not named for sure, but asked about with the right name among the answers. */
  asked: number;
  /** Given a wrong name too, or only. */
  misnamed: number;
}

export interface FaultScore {
  readonly kinds: Record<FaultKind, KindScore>;
  /** What was said of a meter when nothing of it was wrong. */
  readonly falselyRaised: readonly ToldFault[];
  /** Faults with a wrong name, or without one. */
  readonly missed: readonly { readonly fault: Fault; readonly told: readonly ToldFault[] }[];
}

/** How far around a fault what is said of it may lie: the readings on both sides, and a block of three hours. */
const slack = 6 * 3600;

export function scoreFaults(plan: readonly Fault[], told: readonly ToldFault[]): FaultScore {
  const none = (): KindScore => ({ injected: 0, found: 0, named: 0, asked: 0, misnamed: 0 });
  const kinds = Object.fromEntries(faultKinds.map((kind) => [kind, none()])) as Record<FaultKind, KindScore>;
  const missed: { fault: Fault; told: ToldFault[] }[] = [];
  const byMeter = Map.groupBy(told, ({ meter }) => meter);
  const near = (fault: Fault, { from, to }: Period): boolean =>
    from <= until(fault) + slack && to >= fault.from - slack;
  for (const fault of plan) {
    const right = rightNames[fault.kind];
    if (right.length === 0) continue;
    const about = (byMeter.get(fault.meter) ?? []).filter((one) => near(fault, one));
    const score = kinds[fault.kind];
    score.injected++;
    if (about.length > 0) score.found++;
    const named = about.some(({ name, asks }) => !asks && right.includes(name));
    const asked = about.some(({ asks, names }) => asks && names.some((name) => right.includes(name)));
    const allowed = [...right, ...(alsoTrue[fault.kind] ?? [])];
    const wrong = about.some(({ name, asks }) => !asks && !allowed.includes(name));
    if (named) score.named++;
    else if (asked) score.asked++;
    if (wrong) score.misnamed++;
    if (wrong || !(named || asked)) missed.push({ fault, told: about });
  }
  const isExplained = (one: ToldFault): boolean =>
    plan.some((fault) => fault.meter === one.meter && rightNames[fault.kind].length > 0 && near(fault, one));
  return { kinds, missed, falselyRaised: told.filter((one) => !isExplained(one)) };
}

function until(fault: Fault): EpochSeconds {
  return endOf(fault);
}

/** Several scores as one. */
export function addScores(list: readonly FaultScore[]): FaultScore {
  const kinds = scoreFaults([], []).kinds;
  for (const score of list) {
    for (const kind of faultKinds) {
      for (const term of ['injected', 'found', 'named', 'asked', 'misnamed'] as const) {
        kinds[kind][term] += score.kinds[kind][term];
      }
    }
  }
  return {
    kinds,
    falselyRaised: list.flatMap(({ falselyRaised }) => falselyRaised),
    missed: list.flatMap(({ missed }) => missed),
  };
}
