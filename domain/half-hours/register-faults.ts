import type { Meter } from '../estate/estate.ts';
import type { Doubt, Rule } from './half-hours.ts';
import type { Reading } from '../readings/reading.ts';
import type { Node, Point } from './register-points.ts';
import { believable, nodesOf, pointsOf, readingsInOrder } from './register-points.ts';
import type { Ruling } from '../readings/rulings.ts';
import { noRulings } from '../readings/rulings.ts';
import type { Step, StepJudge, StepKind } from './register-steps.ts';
import { reach, stepJudge } from './register-steps.ts';
import type { EpochSeconds } from '../time.ts';
import { halfHourSeconds, toIso } from '../time.ts';

/**
 * Which readings of a register are believed. Of all ways to explain a disturbed stretch the one is taken that
 * disbelieves least: dropping a reading, a rollover, a reset each have a price, and the cheapest path through the
 * readings wins. A step that is plain costs nothing, so a stretch of `reach` plain steps on both sides of a node
 * always keeps that node: before and after it nothing depends on the other side. That is what makes the answer
 * independent of how much history is supplied, and late or repeated data an ordinary case.
 */

/** A span between two believed instants and what passed in it, in counts of the register. */
export interface Link {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** undefined when both ends are known but the difference means nothing (a reset). */
  readonly amount: number | undefined;
  /** What is special about it. */
  readonly rule: Rule | undefined;
}

export interface Judgement {
  /** In order of time, end to start, without overlap. */
  readonly links: readonly Link[];
  readonly doubts: readonly Doubt[];
}

/**
 * Prices. As many readings in a row as can be dropped (reach − 1) are cheaper than a reset; one is cheaper than a
 * catch-up.
 */
const price = {
  drop: 4,
  /** A value seen more than once weighs a little more, but never as much as two values. */
  dropStanding: 6,
  dropRepeat: 2,
  dropCertain: 10_000,
  steps: {
    plain: 0,
    exchange: 0,
    'stood-still': 5,
    rollover: 0,
    /** Without a rating a few readings are not enough to believe in a rollover. */
    'unrated-rollover': 21,
    fell: 43,
    'too-fast': 43,
  },
} as const satisfies { steps: Record<StepKind, number> } & Record<string, unknown>;

/** Readings of a meter's register as nodes, with what can be said of each alone. */
export interface RegisterNodes {
  readonly points: readonly Point[];
  readonly nodes: readonly Node[];
  readonly doubts: readonly Doubt[];
  readonly judge: StepJudge;
  /** `calm[i]` is 1 when the step from node i − 1 to node i is plain. */
  readonly calm: Uint8Array;
}

export function registerNodes(
  meter: Meter,
  readings: readonly Reading[],
  now: EpochSeconds,
  rulings: readonly Ruling[] = noRulings,
): RegisterNodes {
  const digits = [meter.register?.digits, ...meter.exchanges.map((x) => x.digits)].filter((d) => d !== undefined);
  const narrowest = digits.length === 0 ? undefined : Math.min(...digits);
  const { kept, doubts } = believable(readingsInOrder(readings, meter, 'register'), narrowest, now, rulings);
  const points = pointsOf(kept, meter, rulings);
  const nodes = nodesOf(points, meter.stuck_after !== undefined);
  const judge = stepJudge(meter);
  const calm = new Uint8Array(nodes.length);
  for (let i = 1; i < nodes.length; i++) {
    calm[i] = judge.calm(nodes, i) ? 1 : 0;
  }
  return { points, nodes, doubts, judge, calm };
}

/** What was judged, and how. */
export interface JudgedRegister extends Judgement {
  readonly register: RegisterNodes;
  /** 1 for every node that is believed. */
  readonly kept: Uint8Array;
}

/** Judges the readings of a meter's register, those left out that a person declared void. */
export function judgeRegister(
  meter: Meter,
  readings: readonly Reading[],
  now: EpochSeconds,
  rulings: readonly Ruling[] = noRulings,
): JudgedRegister {
  const register = registerNodes(meter, readings, now, rulings);
  const kept = keptNodes(register);
  const doubts: Doubt[] = [...register.doubts];
  const links = linksOf(believedPoints(register, kept, doubts), meter.stuck_after, doubts);
  doubts.sort((a, b) => a.reading.at - b.reading.at);
  const undecided = doubts.findLast((doubt) => undecidedRules.has(doubt.rule));
  const end = links.at(-1)?.to;
  if (end !== undefined && undecided !== undefined && undecided.reading.at > end) {
    links.push({ from: end, to: undecided.reading.at, amount: undefined, rule: undecided.rule });
  }
  return { links: explainWide(links, doubts), doubts, register, kept };
}

/** Readings after the last believed one that later ones may prove right: what passed until then cannot be said yet. */
const undecidedRules: ReadonlySet<Rule> = new Set(['backwards', 'spike', 'impossible-rate', 'stuck']);

/** 1 for every node that is believed. */
function keptNodes(register: RegisterNodes): Uint8Array {
  const { nodes, calm } = register;
  const kept = new Uint8Array(nodes.length).fill(1);
  for (let i = 1; i < nodes.length; ) {
    if (calm[i] === 1) {
      i++;
      continue;
    }
    // A disturbed stretch reaches to the first row of calm steps long enough that no path can leap over its middle.
    const start = Math.max(0, i - 1 - reach);
    let end = i + reach;
    for (let k = i + 1; k < nodes.length && k <= end; k++) if (calm[k] === 0) end = k + reach;
    end = Math.min(nodes.length - 1, end);
    cheapestPath(register, start, end, kept);
    i = end + 1;
  }
  return kept;
}

/**
 * The cheapest way through the nodes start … end. Only at the true ends of the data may the path begin late or end
 * early.
 */
function cheapestPath(register: RegisterNodes, start: number, end: number, kept: Uint8Array): void {
  const { nodes, judge } = register;
  const size = end - start + 1;
  const drops = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) drops[i + 1] = (drops[i] as number) + dropPrice(nodes, start + i);
  const cost = new Float64Array(size);
  const previous = new Int32Array(size);
  for (let j = 0; j < size; j++) {
    let best = start === 0 || j === 0 ? (drops[j] as number) : Number.POSITIVE_INFINITY;
    let from = -1;
    for (let i = j - 1; i >= Math.max(0, j - reach); i--) {
      const dropped = (drops[j] as number) - (drops[i + 1] as number);
      const { kind } = judge.step(nodes, start + i, start + j);
      const total = (cost[i] as number) + dropped + price.steps[kind];
      if (total < best) {
        best = total;
        from = i;
      }
    }
    cost[j] = best;
    previous[j] = from;
  }
  let last = size - 1;
  if (end === nodes.length - 1) {
    for (let j = size - 2; j >= 0; j--) {
      const total = (i: number): number => (cost[i] as number) + (drops[size] as number) - (drops[i + 1] as number);
      if (total(j) < total(last)) last = j;
    }
  }
  kept.fill(0, start, end + 1);
  for (let j = last; j >= 0; j = previous[j] as number) kept[start + j] = 1;
}

function dropPrice(nodes: readonly Node[], index: number): number {
  const node = nodes[index] as Node;
  if (node.certain) return price.dropCertain;
  if (nodes[index - 1]?.value === node.value) return price.dropRepeat;
  return node.last > node.first ? price.dropStanding : price.drop;
}

const ruleOfStep: Record<StepKind, Rule | undefined> = {
  plain: undefined,
  exchange: 'exchange',
  'stood-still': 'stuck',
  rollover: 'rollover',
  'unrated-rollover': 'rollover',
  fell: 'reset',
  'too-fast': 'impossible-rate',
};

/** A believed point, and the step that led to it; no step within a node, where nothing passed. */
interface Believed {
  readonly point: Point;
  readonly step: Step | undefined;
}

/** The points of all kept nodes in order; those of the others become doubts. */
function believedPoints(register: RegisterNodes, kept: Uint8Array, doubts: Doubt[]): Believed[] {
  const { points, nodes, judge } = register;
  const believed: Believed[] = [];
  let before = -1;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] as Node;
    if (kept[i] === 0) {
      const rule = ruleOfDropped(register, kept, before, i);
      const after = before < 0 ? '' : ` after ${(nodes[before] as Node).value}`;
      for (let p = node.first; p <= node.last; p++) disbelieve(points[p] as Point, rule, after, doubts);
      continue;
    }
    believed.push({ point: points[node.first] as Point, step: before < 0 ? undefined : judge.step(nodes, before, i) });
    for (let p = node.first + 1; p <= node.last; p++) believed.push({ point: points[p] as Point, step: undefined });
    before = i;
  }
  return believed;
}

/**
 * Joins the believed points. Where the register stood still by fault (longer than it ever does, or a catch-up that no
 * meter of this rating can pass in the time since the last repeat) only the first of the repeats is believed, so that
 * what passed is spread over the whole span and not booked where it showed.
 */
function linksOf(believed: readonly Believed[], stuckAfter: number | undefined, doubts: Doubt[]): Link[] {
  const links: Link[] = [];
  let last: Point | undefined;
  let standsStill = false;
  for (let start = 0; start < believed.length; ) {
    const head = believed[start] as Believed;
    if (last !== undefined) links.push(linkOf(last, head, standsStill));
    let end = start + 1;
    while (end < believed.length && sameLevel(head, believed[end] as Believed)) end++;
    const first = head.point;
    const next = believed[end];
    const length = (believed[end - 1] as Believed).point.at - first.at;
    standsStill = stuckAfter !== undefined && length >= stuckAfter;
    const believedTo = standsStill ? first.at : next?.step?.kind === 'stood-still' ? next.step.from : undefined;
    last = first;
    for (let i = start + 1; i < end; i++) {
      const { point } = believed[i] as Believed;
      if (believedTo !== undefined && point.at > believedTo && point.reading !== undefined) {
        disbelieve(point, 'stuck', ` since ${toIso(first.at)}`, doubts);
        continue;
      }
      links.push({ from: last.at, to: point.at, amount: 0, rule: standsStill ? 'stuck' : undefined });
      last = point;
    }
    start = end;
  }
  return links;
}

/** Where a person said that a reading is right, standing still begins anew. */
function sameLevel(a: Believed, b: Believed): boolean {
  return !b.point.overruled && a.point.value === b.point.value && a.point.life === b.point.life;
}

function linkOf(last: Point, { point, step }: Believed, standsStill: boolean): Link {
  const atExchange = point.reading === undefined || last.reading === undefined;
  const rule = (step && ruleOfStep[step.kind]) ?? (standsStill ? 'stuck' : atExchange ? 'exchange' : undefined);
  return { from: last.at, to: point.at, amount: step?.amount ?? (step ? undefined : 0), rule };
}

/** Which rule a dropped node broke, judged by the believed one before it, or after it at the very beginning. */
function ruleOfDropped(register: RegisterNodes, kept: Uint8Array, before: number, index: number): Rule {
  const { nodes, judge } = register;
  const { value } = nodes[index] as Node;
  if (before >= 0) {
    if (value < (nodes[before] as Node).value) return index > kept.lastIndexOf(1) ? 'backwards' : 'false-zero';
    return judge.step(nodes, before, index).kind === 'too-fast' ? 'impossible-rate' : 'spike';
  }
  const next = kept.indexOf(1, index);
  if (next < 0 || value > (nodes[next] as Node).value) return 'spike';
  return value > 0 && judge.step(nodes, index, next).kind === 'too-fast' ? 'impossible-rate' : 'false-zero';
}

function disbelieve(point: Point, rule: Rule, beside: string, doubts: Doubt[]): void {
  if (point.reading) doubts.push({ reading: point.reading, rule, says: `reads ${point.value}${beside}` });
}

/** Gives a link that spans disbelieved readings, and is wide because of them, the rule of the first of them. */
export function explainWide(links: readonly Link[], doubts: readonly Doubt[]): Link[] {
  let d = 0;
  return links.map((link) => {
    while (d < doubts.length && (doubts[d] as Doubt).reading.at <= link.from) d++;
    const first = doubts[d];
    if (link.rule !== undefined || first === undefined || first.reading.at >= link.to) return link;
    return link.to - link.from > halfHourSeconds ? { ...link, rule: first.rule } : link;
  });
}
