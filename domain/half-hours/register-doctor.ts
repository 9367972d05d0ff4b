import { type FaultClass, type Finding, overlaps, shownReadings } from '../diagnosis/diagnosis.ts';
import { findingBeyondRating, findingsOfLevels, type Relatives } from '../diagnosis/diagnosis-levels.ts';
import { findingsOfReversal } from '../diagnosis/diagnosis-reversed.ts';
import { findingsOfSteps, runsOfRule } from '../diagnosis/diagnosis-steps.ts';
import type { Meter } from '../estate/estate.ts';
import type { Doubt } from './half-hours.ts';
import { judgeIntervals } from './interval-links.ts';
import type { Reading } from '../readings/reading.ts';
import { judgeRegister, type JudgedRegister } from './register-faults.ts';
import { noRulings, type Ruling, withoutVoided } from '../readings/rulings.ts';
import { daySeconds, type EpochSeconds, type Period } from '../time.ts';

export interface Patient {
  readonly meter: Meter;
  /**
   * Its readings, of all kinds, in the period and around it: some days on both sides for what a register shows of
   * itself, two weeks before for its level.
   */
  readonly readings: readonly Reading[];
  readonly period: Period;
  readonly now: EpochSeconds;
  readonly rulings?: readonly Ruling[];
  readonly relatives?: Relatives;
}

const alone: Relatives = { siblings: [], children: [] };

/**
 * Everything that is or was wrong with a meter in a period, in order of time. Pure: order and repetition of readings do
 * not change the answer. A trouble with one cause is one finding: what a reversed transformer or a wrong weight makes
 * the register do is not told again as resets and impossible rates.
 */
export function diagnose(patient: Patient): Finding[] {
  const { meter, now, period, rulings = noRulings, relatives = alone } = patient;
  const { standing } = withoutVoided(patient.readings, rulings);
  const judged = judgeRegister(meter, standing, now, rulings);
  const shown = findingsOfSteps(meter, judged);
  const levels = findingsOfLevels(meter, judged, relatives).map((level) => sinceMoved(level, shown));
  const causes = [...findingsOfReversal(meter, judged, standing, relatives), ...levels];
  const steps = repeatedAsOne(meter, judged, withoutWhatFollows(causes, shown));
  const intervals = findingsOfIntervals(judgeIntervals(meter, standing, now, rulings).doubts);
  return [...withoutWhatFollows(causes, causes), ...steps, ...intervals]
    .filter((finding) => overlaps(finding, period))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** What each cause makes the register do besides. */
const consequences: Partial<Record<FaultClass, readonly FaultClass[]>> = {
  reversed: [
    'reset',
    'exchange',
    'false-zero',
    'spike',
    'stuck',
    'impossible-rate',
    'unclear',
    'rollover',
    'wrong-weight',
    'swapped',
  ],
  'wrong-weight': ['impossible-rate', 'spike', 'unclear', 'wrong-weight'],
  'impossible-rate': ['spike', 'unclear'],
  swapped: ['impossible-rate', 'spike'],
};

/** What no cause explains; a cause inside another one is part of it. */
function withoutWhatFollows(causes: readonly Finding[], findings: readonly Finding[]): Finding[] {
  const explains = (cause: Finding, other: Finding): boolean =>
    cause !== other &&
    (consequences[cause.class]?.includes(other.class) ?? false) &&
    other.from >= cause.from - slack &&
    other.to <= cause.to + slack;
  return findings.filter((finding) => !causes.some((cause) => explains(cause, finding)));
}

/** A decimal point that moved shows in the number and in what is counted from then on: one finding, and sure. */
function sinceMoved(level: Finding, steps: readonly Finding[]): Finding {
  const moved = steps.find(
    (step) =>
      step.class === 'wrong-weight' && step.factor === level.factor && Math.abs(step.from - level.from) <= daySeconds,
  );
  if (!moved) return level;
  const evidence = [...moved.evidence, ...level.evidence];
  return { ...moved, confidence: 'sure', to: level.to, evidence, alternatives: [] };
}

/** Beyond the rating again and again is one trouble. */
function repeatedAsOne(meter: Meter, judged: JudgedRegister, steps: readonly Finding[]): Finding[] {
  const beyond = steps
    .filter((each) => each.class === 'impossible-rate' || (each.class === 'spike' && each.rule === 'impossible-rate'))
    .sort((a, b) => a.from - b.from);
  const runs: Finding[][] = [];
  for (const each of beyond) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && each.from <= last.to + daySeconds) run.push(each);
    else runs.push([each]);
  }
  const merged = runs.filter((run) => run.length >= repeats);
  const taken = new Set(merged.flat());
  const causes = merged.map((run) => findingBeyondRating(meter, judged, run));
  return [
    ...causes,
    ...withoutWhatFollows(
      causes,
      steps.filter((each) => !taken.has(each)),
    ),
  ];
}

/** So many times beyond the rating within days are no lies in passing. */
const repeats = 4;

/** The block a level begins in, and the readings that judgement needs to catch up, lie around it. */
const slack = 6 * 3600;

function findingsOfIntervals(doubts: readonly Doubt[]): Finding[] {
  const classes: Partial<Record<Doubt['rule'], FaultClass>> = {
    interval: 'contradiction',
    'interval-split': 'contradiction',
    'impossible-rate': 'impossible-rate',
    negative: 'negative',
    sentinel: 'sentinel',
    future: 'wrong-clock',
  };
  return runsOfRule(doubts).map((run): Finding => {
    const [first, last] = [run[0] as Doubt, run.at(-1) as Doubt];
    return {
      class: classes[first.rule] ?? 'unclear',
      confidence: 'sure',
      from: first.reading.at,
      to: last.reading.at + last.reading.period,
      before: undefined,
      after: undefined,
      disbelieved: run.length,
      shown: run.slice(0, shownReadings).map(({ reading }) => ({ at: reading.at, value: reading.value })),
      rule: first.rule,
      rated: undefined,
      evidence: [first.says],
      alternatives: [],
      questions: [],
    };
  });
}
