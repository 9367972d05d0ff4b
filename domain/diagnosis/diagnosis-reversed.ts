import { type Finding, sayCounts, saySpan, shownReadings } from './diagnosis.ts';
import type { Relatives } from './diagnosis-levels.ts';
import type { Meter } from '../estate/estate.ts';
import type { Reading } from '../readings/reading.ts';
import type { JudgedRegister } from '../half-hours/register-faults.ts';
import type { Point } from '../half-hours/register-points.ts';
import { reach } from '../half-hours/register-steps.ts';
import type { EpochSeconds } from '../time.ts';
import { toIso } from '../time.ts';

/** So many readings in a row, each lower than the one before, are no lie in passing, no reset and no rollover. */
const fallsInARow = 4;
/** Readings of power below zero in a row that are no wavering around zero. */
const negativesInARow = 4;

/**
 * What a current transformer that is the wrong way round shows: a register that counts down, each step by no more than
 * the meter can pass, or a register of import that stands still while power is negative.
 */
export function findingsOfReversal(
  meter: Meter,
  judged: JudgedRegister,
  readings: readonly Reading[],
  relatives: Relatives,
): Finding[] {
  if (meter.utility !== 'electricity') return [];
  const gives = meter.role === 'generation' || relatives.children.some(({ role }) => role === 'generation');
  return [...countingDown(judged), ...(gives ? [] : negativePower(meter, judged, readings))];
}

function countingDown(judged: JudgedRegister): Finding[] {
  const { points, judge } = judged.register;
  const found: Finding[] = [];
  const falls = (i: number): boolean => {
    const [a, b] = [points[i - 1] as Point, points[i] as Point];
    return a.life === b.life && b.value <= a.value && a.value - b.value <= judge.allowance(a.at, b.at);
  };
  for (let i = 1; i < points.length; i++) {
    if (!falls(i)) continue;
    const first = i - 1;
    while (i + 1 < points.length && falls(i + 1)) i++;
    const list = points.slice(first, i + 1);
    const strict = list.filter((point, k) => k > 0 && point.value < (list[k - 1] as Point).value);
    if (strict.length >= fallsInARow) found.push(downFinding(judged, trimmed(list), points[i + 1]));
  }
  return found;
}

/** Without the repeats before the first fall and after the last. */
function trimmed(list: readonly Point[]): readonly Point[] {
  const [head, tail] = [list[0] as Point, list.at(-1) as Point];
  const start = list.findLastIndex((point) => point.value === head.value);
  const end = list.findIndex((point) => point.value === tail.value);
  return list.slice(start, end + 1);
}

function downFinding(judged: JudgedRegister, list: readonly Point[], next: Point | undefined): Finding {
  const [first, last] = [list[0] as Point, list.at(-1) as Point];
  const seconds = last.at - first.at;
  const down = (first.value - last.value) / seconds;
  const earlier = judged.register.points.filter(({ at }) => at < first.at).slice(-2 * reach);
  const [start] = earlier;
  const up = start && start.at < first.at ? (first.value - start.value) / (first.at - start.at) : undefined;
  const rated = judged.register.judge.allowance(first.at, last.at);
  const evidence = [
    `${list.length - 1} readings in a row are lower than the one before`,
    `from ${first.value} at ${toIso(first.at)} to ${last.value} at ${toIso(last.at)}: down by ${sayCounts(down * 3600)} an hour`,
    ...(up === undefined ? [] : [`before, it counted up by ${sayCounts(up * 3600)} an hour`]),
    ...(Number.isFinite(rated)
      ? [`no step is more than the rating lets pass (${sayCounts(rated)} in ${saySpan(seconds)})`]
      : []),
  ];
  const alike = up !== undefined && up > 0 && down / up > 0.2 && down / up < 5;
  return {
    class: 'reversed',
    confidence: alike ? 'sure' : 'likely',
    from: first.at,
    to: last.at,
    before: { at: first.at, value: first.value },
    after: next && { at: next.at, value: next.value },
    disbelieved: list.length - 1,
    shown: list.slice(1, 1 + shownReadings).map(({ at, value }) => ({ at, value })),
    rule: ruleWithin(judged, first.at, last.at),
    rated: Number.isFinite(rated) ? rated : undefined,
    factor: -1,
    evidence,
    alternatives: [{ class: 'reset', says: 'a reset falls once' }],
    questions: ['Is a current transformer the wrong way round, or does this register count import less export?'],
  };
}

function ruleWithin(judged: JudgedRegister, from: EpochSeconds, to: EpochSeconds): Finding['rule'] {
  return judged.doubts.find(({ reading }) => reading.at >= from && reading.at <= to)?.rule;
}

/** Power below zero where nothing can be given back, on a device whose register counts import alone. */
function negativePower(meter: Meter, judged: JudgedRegister, readings: readonly Reading[]): Finding[] {
  const power = readings
    .filter(({ kind, quantity, meter: id }) => kind === 'instant' && quantity === 'power' && id === meter.id)
    .sort((a, b) => a.at - b.at);
  const found: Finding[] = [];
  for (let i = 0; i < power.length; i++) {
    if ((power[i] as Reading).value >= 0) continue;
    const first = i;
    while (i + 1 < power.length && (power[i + 1] as Reading).value < 0) i++;
    if (i - first + 1 < negativesInARow) continue;
    const list = power.slice(first, i + 1);
    const [from, to] = [(list[0] as Reading).at, (list.at(-1) as Reading).at];
    const inside = judged.register.points.filter(({ at }) => at >= from && at <= to);
    const [head, tail] = [inside[0], inside.at(-1)];
    if (!head || !tail || tail.value > head.value) continue;
    const mean = list.reduce((sum, { value }) => sum + value, 0) / list.length;
    found.push({
      class: 'reversed',
      confidence: 'sure',
      from,
      to,
      before: { at: head.at, value: head.value },
      after: { at: tail.at, value: tail.value },
      disbelieved: 0,
      shown: list.slice(0, shownReadings).map(({ at, value }) => ({ at, value })),
      rule: ruleWithin(judged, from, to),
      rated: undefined,
      factor: -1,
      evidence: [
        `power is below zero in ${list.length} readings in a row, ${sayCounts(mean)} kW on average`,
        `the register does not rise meanwhile: ${head.value} at ${toIso(head.at)}, ${tail.value} at ${toIso(tail.at)}`,
        'nothing behind it is known to give energy back',
      ],
      alternatives: [{ class: 'stuck', says: 'a register that merely stands does not turn the power round' }],
      questions: ['Is a current transformer the wrong way round?'],
    });
  }
  return found;
}
