import type { Rule } from './half-hours.ts';
import type { Link } from './register-faults.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { halfHourSeconds } from '../time.ts';

/** How well a half-hour is known; ordered. */
export const known = { missing: 0, estimated: 1, measured: 2 } as const;

/**
 * Links cut at half-hours, in counts. `amount` is NaN where nothing can be said; in a gap whose total is known it is
 * the half-hour's part of the total by time.
 */
export interface Cut {
  readonly base: EpochSeconds;
  readonly amount: Float64Array;
  readonly quality: Uint8Array;
  readonly rule: Rule[];
  /** 1 where a row of half-hours that are not measured is divided: a good reading stands nearest to this start. */
  readonly divided: Uint8Array;
}

/** Grades of a boundary between half-hours: not known, in a gap, between distant readings, between near ones. */
const grade = { none: 0, gap: 1, wide: 2, near: 3 } as const;

interface Boundaries {
  readonly count: Float64Array;
  readonly grade: Uint8Array;
  /** Counts of different chains cannot be subtracted: something unknown lies between. */
  readonly chain: Int32Array;
}

export interface CutRules {
  readonly maximumGap: number;
  readonly plain: Rule;
  readonly wide: Rule;
  /**
   * Whether the half-hour in which the last link ends counts up to there (a register), or is missing (a part of its
   * intervals).
   */
  readonly open: boolean;
}

/**
 * Cuts links at the half-hours of a span (both ends on a half-hour). *Measured*: both boundaries lie in links of at
 * most 30 minutes; a link that ends on a boundary fixes it. Wider: estimated by straight line. Wider than the maximum
 * gap: missing.
 */
export function cutAtHalfHours(links: readonly Link[], span: Period, how: CutRules): Cut {
  const size = Math.round((span.to - span.from) / halfHourSeconds);
  const boundaries = boundariesOf(links, span.from, size + 1, how.maximumGap);
  const cut: Cut = {
    base: span.from,
    amount: new Float64Array(size).fill(Number.NaN),
    quality: new Uint8Array(size),
    rule: Array.from<Rule>({ length: size }).fill('gap'),
    divided: new Uint8Array(size + 1),
  };
  for (let k = 0; k < size; k++) {
    if (boundaries.chain[k] !== boundaries.chain[k + 1] || boundaries.chain[k] === 0) continue;
    const lowest = Math.min(boundaries.grade[k] as number, boundaries.grade[k + 1] as number);
    // Rounding may leave the last digit of a standing register below zero.
    cut.amount[k] = Math.max(0, (boundaries.count[k + 1] as number) - (boundaries.count[k] as number));
    cut.quality[k] = lowest === grade.near ? known.measured : lowest === grade.wide ? known.estimated : known.missing;
    cut.rule[k] = lowest === grade.near ? how.plain : lowest === grade.wide ? how.wide : 'gap';
  }
  name(links, cut);
  if (how.open) keepOpen(links, boundaries, cut);
  return cut;
}

/** The count at each boundary, how well it is known, and the chain it belongs to. */
function boundariesOf(links: readonly Link[], base: EpochSeconds, size: number, maximumGap: number): Boundaries {
  const found = { count: new Float64Array(size), grade: new Uint8Array(size), chain: new Int32Array(size) };
  let count = 0;
  let chain = 1;
  for (let i = 0; i < links.length; i++) {
    const link = links[i] as Link;
    if (i > 0 && (links[i - 1] as Link).to !== link.from) chain++;
    const { amount } = link;
    const width = link.to - link.from;
    const inside =
      width <= halfHourSeconds && link.rule !== 'interval-split'
        ? grade.near
        : width <= maximumGap
          ? grade.wide
          : grade.gap;
    const first = Math.max(0, Math.ceil((link.from - base) / halfHourSeconds));
    const last = Math.min(size - 1, Math.floor((link.to - base) / halfHourSeconds));
    for (let k = first; k <= last; k++) {
      const at = base + k * halfHourSeconds;
      const onEnd = at === link.from || at === link.to;
      const said = amount === undefined ? (at === link.from ? grade.near : grade.none) : onEnd ? grade.near : inside;
      if (said <= (found.grade[k] as number)) continue;
      found.grade[k] = said;
      found.chain[k] = chain;
      found.count[k] = width === 0 ? count : count + ((amount ?? 0) * (at - link.from)) / width;
    }
    if (amount === undefined) chain++;
    else count += amount;
  }
  return found;
}

/** Rules that name a half-hour however well it is known, and those that explain why it is not measured. */
const alwaysNamed: ReadonlySet<Rule> = new Set(['rollover', 'exchange']);

/** Names the half-hours that special links touch, and divides the rows of half-hours at good readings. */
function name(links: readonly Link[], cut: Cut): void {
  const size = cut.quality.length;
  for (const link of links) {
    const divide = Math.round((link.to - cut.base) / halfHourSeconds);
    if (divide >= 0 && divide <= size) cut.divided[divide] = 1;
    const begin = Math.round((link.from - cut.base) / halfHourSeconds);
    if (begin >= 0 && begin <= size) cut.divided[begin] = 1;
    if (link.rule === undefined) continue;
    const first = Math.max(0, Math.floor((link.from - cut.base) / halfHourSeconds));
    const last = Math.min(size - 1, Math.ceil((link.to - cut.base) / halfHourSeconds) - 1);
    for (let k = first; k <= last; k++) {
      if (link.rule === 'interval-split' && cut.quality[k] === known.measured) cut.quality[k] = known.estimated;
      if (cut.quality[k] !== known.measured || alwaysNamed.has(link.rule)) cut.rule[k] = link.rule;
    }
  }
}

/** The half-hour in which the last link ends counts up to there: provisional. */
function keepOpen(links: readonly Link[], boundaries: Boundaries, cut: Cut): void {
  const last = links.at(-1);
  if (last === undefined || last.amount === undefined) return;
  const k = Math.floor((last.to - cut.base) / halfHourSeconds);
  const start = cut.base + k * halfHourSeconds;
  if (k < 0 || k >= cut.quality.length || last.to === start) return;
  if ((boundaries.grade[k] as number) < grade.wide) return;
  let amount = 0;
  for (let i = links.length - 1; i >= 0; i--) {
    const link = links[i] as Link;
    if (link.to <= start) break;
    if (link.amount === undefined || (i < links.length - 1 && link.to !== (links[i + 1] as Link).from)) return;
    const width = link.to - link.from;
    amount += link.from >= start ? link.amount : (link.amount * (link.to - start)) / width;
  }
  cut.amount[k] = amount;
  cut.quality[k] = known.estimated;
  cut.rule[k] = 'open';
}
