import {
  type Alternative,
  type FaultClass,
  type Finding,
  sayCounts,
  saySpan,
  type Shown,
  shownReadings,
} from './diagnosis.ts';
import type { Meter } from '../estate/estate.ts';
import type { Doubt, Rule } from '../half-hours/half-hours.ts';
import type { JudgedRegister } from '../half-hours/register-faults.ts';
import type { Node, Point } from '../half-hours/register-points.ts';
import { type EpochSeconds, toIso } from '../time.ts';

/** What derivation's own judgement of a register says, explained: steps that are not plain, readings left out. */
export function findingsOfSteps(meter: Meter, judged: JudgedRegister): Finding[] {
  return [...stepsBetween(meter, judged), ...leftOut(judged), ...stoodStill(judged), ...barred(judged.doubts)];
}

type Cause = Pick<Finding, 'class' | 'confidence'> &
  Partial<Pick<Finding, 'evidence' | 'alternatives' | 'questions' | 'factor'>>;

function finding(
  judged: JudgedRegister,
  span: { readonly from: EpochSeconds; readonly to: EpochSeconds },
  more: Cause & Pick<Partial<Finding>, 'before' | 'after' | 'rule' | 'disbelieved' | 'shown'>,
): Finding {
  const rated = judged.register.judge.allowance(span.from, span.to);
  return {
    ...span,
    before: undefined,
    after: undefined,
    disbelieved: 0,
    shown: [],
    rule: undefined,
    rated: Number.isFinite(rated) ? rated : undefined,
    evidence: [],
    alternatives: [],
    questions: [],
    ...more,
  };
}

const shownOf = ({ at, value }: Point): Shown => ({ at, value });
const lastOf = (judged: JudgedRegister, node: Node): Shown => shownOf(judged.register.points[node.last] as Point);
const firstOf = (judged: JudgedRegister, node: Node): Shown => shownOf(judged.register.points[node.first] as Point);

/** Steps from one believed node to the next that are not plain. */
function stepsBetween(meter: Meter, judged: JudgedRegister): Finding[] {
  const { kept, register } = judged;
  const { nodes, judge } = register;
  const found: Finding[] = [];
  let before = -1;
  for (let i = 0; i < nodes.length; i++) {
    if (kept[i] === 0) continue;
    if (before >= 0) {
      const step = judge.step(nodes, before, i);
      const [a, b] = [nodes[before] as Node, nodes[i] as Node];
      const sides = { before: lastOf(judged, a), after: firstOf(judged, b) };
      const span = { from: a.lastAt, to: b.firstAt };
      const add = (rule: Rule, cause: Cause): void =>
        void found.push(finding(judged, span, { ...sides, rule, ...cause }));
      if (step.kind === 'rollover' || step.kind === 'unrated-rollover') add('rollover', rollover(judged, a, b));
      if (step.kind === 'fell') add('reset', causeOfFall(meter, judged, before, i));
      if (step.kind === 'too-fast') add('impossible-rate', causeOfJump(judged, a, b));
      if (step.kind === 'exchange' && a.certain && b.certain) add('exchange', recordedExchange(a, b));
    }
    before = i;
  }
  return found;
}

function recordedExchange(a: Node, b: Node): Cause {
  const evidence = [`recorded: closing ${a.value}, opening ${b.value} at ${toIso(b.firstAt)}`];
  return { class: 'exchange', confidence: 'sure', evidence };
}

function rollover(judged: JudgedRegister, a: Node, b: Node): Cause {
  const { judge } = judged.register;
  const size = judge.numbers(a.life);
  const passed = b.value - a.value + size;
  const allowed = judge.allowance(a.lastAt, b.firstAt);
  const evidence = [
    `a register of ${sayCounts(size)} numbers counted ${sayCounts(passed)} from ${a.value} to ${b.value}`,
  ];
  if (Number.isFinite(allowed)) {
    evidence.push(`the rating lets ${sayCounts(allowed)} pass in that time`);
    return { class: 'rollover', confidence: 'sure', evidence };
  }
  const alternatives = [
    { class: 'reset', says: 'it would have had to fall just as its highest number was near' },
  ] as const;
  const questions = ['What is the rating of the meter? Without it a rollover cannot be told from a reset for sure.'];
  return { class: 'rollover', confidence: 'likely', evidence, alternatives, questions };
}

/** So many nodes to each side are asked what is usual: two days of half-hours. */
const around = 96;

/** Counts a second that are usual around two nodes, and the most that was seen: of the plain steps near them. */
function usualRate(
  judged: JudgedRegister,
  from: number,
  to: number,
): { readonly median: number; readonly most: number } {
  const { kept, register } = judged;
  const { nodes, judge } = register;
  const rates: number[] = [];
  let before = -1;
  for (let i = Math.max(0, from - around); i < Math.min(nodes.length, to + around); i++) {
    if (kept[i] === 0) continue;
    if (before >= 0) {
      const { kind, amount } = judge.step(nodes, before, i);
      const seconds = (nodes[i] as Node).firstAt - (nodes[before] as Node).lastAt;
      if (kind === 'plain' && amount !== undefined && seconds > 0) rates.push(amount / seconds);
    }
    before = i;
  }
  rates.sort((x, y) => x - y);
  return { median: rates[Math.floor(rates.length / 2)] ?? 0, most: rates.at(-1) ?? 0 };
}

/** The register fell and stays: a new beginning at zero, at another number, or a wrap that nobody told us can be. */
function causeOfFall(meter: Meter, judged: JudgedRegister, from: number, to: number): Cause {
  const { nodes, judge } = judged.register;
  const [a, b] = [nodes[from] as Node, nodes[to] as Node];
  const seconds = b.firstAt - a.lastAt;
  const allowed = judge.allowance(a.lastAt, b.firstAt);
  const rate = usualRate(judged, from, to);
  const [usual, most] = [rate.median * seconds, rate.most * seconds];
  const evidence = [
    `it fell from ${a.value} to ${b.value} and goes on from there`,
    `about ${sayCounts(usual)} counts are usual in the ${saySpan(seconds)} between them`,
  ];
  const between = `${toIso(a.lastAt)} and ${toIso(b.firstAt)}`;
  const asksExchange = `Was the meter exchanged between ${between}? Then record it, with closing and opening register.`;
  const shift = powerOfTen(a.value, b.value);
  if (shift !== undefined) return movedPoint(shift, a, b, evidence);
  const wrap = 10 ** Math.ceil(Math.log10(a.value + 1));
  const wrapped = wrap - a.value + b.value;
  if (meter.register === undefined && a.value >= 0.9 * wrap && wrapped <= Math.min(allowed, 3 * usual)) {
    evidence.push(`a register of ${Math.log10(wrap)} digits would have counted ${sayCounts(wrapped)} through zero`);
    const questions = [
      'How many digits has the register? Write `register: { digits, step }`, and the rollover is counted.',
    ];
    const alternatives = [
      { class: 'reset', says: 'it would have had to fall just as its highest number was near' },
    ] as const;
    return { class: 'rollover', confidence: 'unclear', evidence, alternatives, questions };
  }
  const atZero = b.value <= 2 * (meter.register?.step ?? 0) || usual === 0;
  if (b.value <= 1.5 * usual || atZero) {
    evidence.push(`${b.value} is no more than has passed since, counted from zero`);
    const alternatives = [{ class: 'exchange', says: 'a new meter that began near zero looks the same' }] as const;
    const confidence = atZero ? 'likely' : 'unclear';
    return { class: 'reset', confidence, evidence, alternatives, questions: [asksExchange] };
  }
  const possible = b.value <= Math.min(allowed, 1.5 * most);
  evidence.push(
    possible
      ? `${b.value} is more than is usual, yet it may have been counted from zero since`
      : `it did not begin at zero: at most ${sayCounts(Math.min(allowed, most))} can have passed since`,
  );
  const says = possible ? 'it would have had to count far more than usual' : 'the number is too high for that';
  return {
    class: 'exchange',
    confidence: possible ? 'unclear' : 'likely',
    evidence,
    alternatives: [{ class: 'reset', says }],
    questions: [asksExchange],
  };
}

/** The power of ten by which the number on show was shifted, its digits the same; undefined when it was not. */
function powerOfTen(before: number, after: number): number | undefined {
  // Fewer digits agree by chance.
  if (Math.min(before, after) < 100) return undefined;
  const exact = Math.log10(after / before);
  const power = Math.round(exact);
  return power !== 0 && Math.abs(exact - power) < 0.0005 ? power : undefined;
}

function movedPoint(power: number, a: Node, b: Node, evidence: readonly string[]): Cause {
  return {
    class: 'wrong-weight',
    confidence: 'likely',
    factor: 10 ** power,
    evidence: [...evidence, `${b.value} is ${a.value} × ${10 ** power}: the same digits, another decimal point`],
    alternatives: [{ class: 'exchange', says: 'a new meter would hardly begin at the same digits' }],
    questions: ['Was the decimal point, unit or ratio of the device changed? Give the meter a dated `multiplier`.'],
  };
}

/** The register rose by more than can have passed, and stays. */
function causeOfJump(judged: JudgedRegister, a: Node, b: Node): Cause {
  const allowed = judged.register.judge.allowance(a.lastAt, b.firstAt);
  const evidence = [
    `it rose from ${a.value} to ${b.value} in ${saySpan(b.firstAt - a.lastAt)} and goes on from there`,
    Number.isFinite(allowed)
      ? `the rating lets ${sayCounts(allowed)} pass in that time`
      : 'no rate before or after it is anywhere near',
  ];
  const shift = powerOfTen(a.value, b.value);
  if (shift !== undefined) return movedPoint(shift, a, b, evidence);
  return {
    class: 'impossible-rate',
    confidence: 'unclear',
    evidence,
    alternatives: [{ class: 'exchange', says: 'a new meter could have begun at a higher number' }],
    questions: [
      'Was the meter exchanged, or its register set by hand? Then record the exchange.',
      'Is the rating right? If this much did pass, overrule the verdict.',
    ],
  };
}

/** Rows of nodes that are not believed, between two that are. */
function leftOut(judged: JudgedRegister): Finding[] {
  const { kept, register, doubts } = judged;
  const { nodes, points } = register;
  const ruleAt = new Map(doubts.map(({ reading, rule }) => [reading.at, rule]));
  const found: Finding[] = [];
  for (let i = 0; i < nodes.length; i++) {
    if (kept[i] === 1) continue;
    const first = i;
    while (i + 1 < nodes.length && kept[i + 1] === 0) i++;
    const list = points.slice((nodes[first] as Node).first, (nodes[i] as Node).last + 1);
    const [a, b] = [nodes[first - 1], nodes[i + 1]];
    const rule = ruleAt.get((list[0] as Point).at);
    const before = a && lastOf(judged, a);
    const after = b && firstOf(judged, b);
    const span = { from: (list[0] as Point).at, to: (list.at(-1) as Point).at };
    const sides = { before, after, rule, disbelieved: list.length, shown: list.slice(0, shownReadings).map(shownOf) };
    found.push(finding(judged, span, { ...sides, ...causeOfLeftOut(list, before, after, rule) }));
  }
  return found;
}

function causeOfLeftOut(
  list: readonly Point[],
  before: Shown | undefined,
  after: Shown | undefined,
  rule: Rule | undefined,
): Cause {
  const [first, last] = [list[0] as Point, list.at(-1) as Point];
  const many =
    list.length === 1 ? 'one reading' : `${list.length} readings from ${toIso(first.at)} to ${toIso(last.at)}`;
  const between = [
    before && `${before.value} at ${toIso(before.at)} before`,
    after && `${after.value} at ${toIso(after.at)} after`,
  ].filter((text) => text !== undefined);
  const evidence = [`${many}, beginning with ${first.value}`, ...between];
  if (before !== undefined && after !== undefined) {
    evidence.push('the readings on both sides agree with each other, and not with these');
    const isLow = first.value < before.value;
    return { class: isLow ? 'false-zero' : 'spike', confidence: 'sure', evidence };
  }
  if (after !== undefined) {
    const isLow = first.value < after.value;
    const says = 'what came before is not known: these may be the end of an earlier life';
    const alternatives = [{ class: isLow ? 'reset' : 'exchange', says }] as const;
    return { class: isLow ? 'false-zero' : 'spike', confidence: 'likely', evidence, alternatives };
  }
  const isLow = rule === 'backwards' || rule === 'false-zero';
  const classes: readonly FaultClass[] = isLow
    ? ['false-zero', 'reset', 'exchange']
    : ['spike', 'impossible-rate', 'exchange'];
  const alternatives = classes.map((each): Alternative => ({ class: each, says: 'too few readings have come since' }));
  const questions = ['What does the face of the meter show now?', 'Has anybody worked on the meter or its device?'];
  return { class: 'unclear', confidence: 'unclear', evidence, alternatives, questions };
}

/** Repeats that are not believed because the register stood still by fault. */
function stoodStill(judged: JudgedRegister): Finding[] {
  const { points } = judged.register;
  const placeOf = new Map(points.map((point, i) => [point.reading, i]));
  const runs: { readonly value: number; readonly first: number; last: number; count: number }[] = [];
  for (const { reading, rule } of judged.doubts) {
    const place = rule === 'stuck' ? placeOf.get(reading) : undefined;
    if (place === undefined) continue;
    const run = runs.at(-1);
    if (run && run.value === reading.value && place === run.last + 1) {
      run.last = place;
      run.count++;
    } else runs.push({ value: reading.value, first: place, last: place, count: 1 });
  }
  return runs.map((run) => stuckBetween(judged, run));
}

function stuckBetween(judged: JudgedRegister, run: { first: number; last: number; count: number }): Finding {
  const { points } = judged.register;
  const list = points.slice(run.first, run.last + 1);
  const start = points[Math.max(0, run.first - 1)] as Point;
  const last = list.at(-1) as Point;
  const next = points[run.last + 1];
  const caughtUp = next !== undefined && next.value > last.value;
  const evidence = [
    `${last.value} since ${toIso(start.at)}: ${run.count + 1} readings in ${saySpan(last.at - start.at)}`,
    caughtUp
      ? `then ${sayCounts(next.value - last.value)} more at once: it caught up`
      : 'it is said of this meter that its use never stops for so long (`stuck_after`)',
  ];
  const shown = list.slice(0, shownReadings).map(shownOf);
  const sides = { before: shownOf(start), after: next && shownOf(next), disbelieved: run.count, shown };
  const span = { from: start.at, to: last.at };
  const what = { class: 'stuck', rule: 'stuck', ...sides, evidence } as const;
  if (caughtUp) return finding(judged, span, { ...what, confidence: 'sure' });
  const questions = ['Was nothing used? Then overrule the verdict, and the zeros count.'];
  const alternatives = [{ class: 'reversed', says: 'a device that counts import alone stands still too' }] as const;
  return finding(judged, span, { ...what, confidence: 'likely', questions, alternatives });
}

const classOfBarred: Partial<Record<Rule, FaultClass>> = {
  sentinel: 'sentinel',
  negative: 'negative',
  future: 'wrong-clock',
};

/** Readings that need no neighbour to be disbelieved. */
function barred(doubts: readonly Doubt[]): Finding[] {
  return runsOfRule(doubts.filter(({ rule }) => classOfBarred[rule] !== undefined)).map((run): Finding => {
    const [first, last] = [run[0] as Doubt, run.at(-1) as Doubt];
    return {
      class: classOfBarred[first.rule] ?? 'unclear',
      confidence: 'sure',
      from: first.reading.at,
      to: last.reading.at,
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

/** Doubts of one rule less than six hours apart. */
export function runsOfRule(doubts: readonly Doubt[]): Doubt[][] {
  const runs: Doubt[][] = [];
  for (const doubt of doubts) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins = last?.rule === doubt.rule && doubt.reading.at - last.reading.at <= 6 * 3600;
    if (run && joins) run.push(doubt);
    else runs.push([doubt]);
  }
  return runs;
}
