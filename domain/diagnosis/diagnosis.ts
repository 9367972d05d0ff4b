import type { Rule } from '../half-hours/half-hours.ts';
import type { EpochSeconds, Period } from '../time.ts';

/**
 * What is, or was, wrong with a meter. The doctor does not judge readings a second time: which of them are believed is
 * derivation's word (`register-faults.ts`), and each finding carries the rule it was said with. The doctor names the
 * cause behind it, and adds what no register shows of itself.
 */
export const faultClasses = {
  rollover: 'the register went through its highest number to zero',
  exchange: 'the meter was exchanged, and the new one goes on from its own number',
  reset: 'the register fell to zero and goes on',
  'false-zero': 'zero, or a far lower number, in passing',
  spike: 'a far higher number, in passing',
  sentinel: 'a number that stands for "not known"',
  'impossible-rate': 'more than the rating of the meter lets pass',
  stuck: 'the register stood still and then caught up, or still stands',
  reversed: 'a current transformer is the wrong way round: what is used is counted down, or as export',
  swapped: 'a current transformer is on the wrong phase, or one of several is the wrong way round',
  'wrong-weight': 'it counts a power of ten too much or too little: pulse weight, transformer ratio or decimal point',
  negative: 'a number below zero, which nothing counts',
  'wrong-clock': 'its clock runs ahead',
  contradiction: 'intervals that contradict each other',
  unclear: 'the readings do not tell what happened',
} as const;
export type FaultClass = keyof typeof faultClasses;
export const faultClassNames = Object.keys(faultClasses) as [FaultClass, ...FaultClass[]];

/**
 * *sure*: nothing else explains the readings; *likely*: something else could, and is much rarer; *unclear*: a person
 * must say.
 */
export const confidences = ['sure', 'likely', 'unclear'] as const;
export type Confidence = (typeof confidences)[number];

/** A number that the register showed. */
export interface Shown {
  readonly at: EpochSeconds;
  readonly value: number;
}

export interface Alternative {
  readonly class: FaultClass;
  /** Why it is less likely. */
  readonly says: string;
}

export interface Finding {
  readonly class: FaultClass;
  readonly confidence: Confidence;
  /** From the last reading before it that is believed (or its own first) to the first after it; or to its own last. */
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** The believed readings on both sides. */
  readonly before: Shown | undefined;
  readonly after: Shown | undefined;
  /** How many readings in it are not believed, and the first of them. */
  readonly disbelieved: number;
  readonly shown: readonly Shown[];
  /** What derivation said of them; undefined where it saw nothing. */
  readonly rule: Rule | undefined;
  /** The most counts that the meter's own rating lets pass from `from` to `to`; undefined without a rating. */
  readonly rated: number | undefined;
  /** By how much it counts wrong (0.1, 10, ⅓), where that is the fault. */
  readonly factor?: number;
  readonly evidence: readonly string[];
  readonly alternatives: readonly Alternative[];
  /** What a person who knows the meter is asked. */
  readonly questions: readonly string[];
}

/** Not more than these are shown of many readings. */
export const shownReadings = 5;

/** Whether a finding lies, with any part, in a period. */
export function overlaps({ from, to }: Pick<Finding, 'from' | 'to'>, period: Period): boolean {
  return from < period.to && to >= period.from;
}

/** A number of counts for a sentence. */
export function sayCounts(value: number): string {
  if (!Number.isFinite(value)) return 'any number';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 1 : 4;
  return String(Number(value.toFixed(digits)));
}

export function saySpan(seconds: number): string {
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
