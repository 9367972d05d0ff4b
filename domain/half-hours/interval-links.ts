import type { Meter } from '../estate/estate.ts';
import type { Doubt } from './half-hours.ts';
import { limits } from '../limits.ts';
import { countMeaningsOf, meaningAt, ratedCountsPerSecond } from './meter-conversion.ts';
import type { Reading } from '../readings/reading.ts';
import type { Judgement, Link } from './register-faults.ts';
import { readingsInOrder } from './register-points.ts';
import { ratingTolerance } from './register-steps.ts';
import type { Ruling } from '../readings/rulings.ts';
import { noRulings, ruledOn } from '../readings/rulings.ts';
import { isSentinel } from '../readings/sentinels.ts';
import type { EpochSeconds } from '../time.ts';
import { toIso } from '../time.ts';

/** The interval readings that can be believed, in order of time. */
function believableIntervals(
  meter: Meter,
  readings: readonly Reading[],
  now: EpochSeconds,
  rulings: readonly Ruling[],
  doubts: Doubt[],
): Reading[] {
  const meanings = countMeaningsOf(meter);
  const judge = (reading: Reading): Pick<Doubt, 'rule' | 'says'> | undefined => {
    const { at, value, period, received } = reading;
    const end = at + period;
    if (end > Math.min(now, received) + limits.futureSeconds) return { rule: 'future', says: `ends ${toIso(end)}` };
    if (!Number.isFinite(value) || value < 0) return { rule: 'negative', says: `${value} is not an amount` };
    if (isSentinel(value)) return { rule: 'sentinel', says: `${value} is what devices send when they do not know` };
    if (period < 1 || period > limits.intervalSeconds) return { rule: 'interval-split', says: `lasts ${period} s` };
    const most = (ratedCountsPerSecond(meter, meaningAt(meanings, at)) ?? Number.POSITIVE_INFINITY) * period;
    const tooMuch = value > most * ratingTolerance + 2 * (meter.register?.step ?? 0);
    return tooMuch ? { rule: 'impossible-rate', says: `${value} in ${period} s` } : undefined;
  };
  return readingsInOrder(readings, meter, 'interval').filter((reading) => {
    const found = judge(reading);
    const usable = reading.period >= 1 && reading.period <= limits.intervalSeconds;
    if (found && usable && ruledOn(rulings, reading.at) === 'overrule') return true;
    if (found) doubts.push({ reading, ...found });
    return found === undefined;
  });
}

/**
 * Interval readings as links. Where they overlap the shorter ones are believed first, and what is left of a longer one
 * is spread over the time they do not cover; a longer one that says less than the shorter ones in it, or is cut by
 * one, is not believed.
 */
export function judgeIntervals(
  meter: Meter,
  readings: readonly Reading[],
  now: EpochSeconds,
  rulings: readonly Ruling[] = noRulings,
): Judgement {
  const doubts: Doubt[] = [];
  const list = believableIntervals(meter, readings, now, rulings, doubts);
  const links: Link[] = [];
  for (let i = 0; i < list.length; ) {
    // A cluster: intervals that overlap each other. Nearly always one alone.
    let end = i + 1;
    let until = (list[i] as Reading).at + (list[i] as Reading).period;
    for (let next = list[end]; next !== undefined && next.at < until; next = list[++end]) {
      until = Math.max(until, next.at + next.period);
    }
    if (end === i + 1) links.push(wholeInterval(list[i] as Reading));
    else links.push(...untangled(list.slice(i, end), doubts));
    i = end;
  }
  doubts.sort((a, b) => a.reading.at - b.reading.at);
  return { links, doubts };
}

function wholeInterval({ at, period, value }: Reading): Link {
  return { from: at, to: at + period, amount: value, rule: undefined };
}

function untangled(cluster: readonly Reading[], doubts: Doubt[]): Link[] {
  let links: Link[] = [];
  for (const reading of cluster.toSorted((a, b) => a.period - b.period || a.at - b.at)) {
    const whole = wholeInterval(reading);
    const inside = links.filter((link) => link.from < whole.to && link.to > whole.from);
    const known = inside.reduce((sum, link) => sum + (link.amount ?? 0), 0);
    const cut = inside.some((link) => link.from < whole.from || link.to > whole.to);
    const slack = 1e-9 * Math.max(1, reading.value);
    if (cut || known > reading.value + slack) {
      doubts.push({ reading, rule: 'interval', says: `${reading.value} contradicts shorter intervals in its time` });
      continue;
    }
    const rest = freeSpans(whole, inside);
    const seconds = rest.reduce((sum, span) => sum + span.to - span.from, 0);
    const left = Math.max(0, reading.value - known);
    // One piece is the exact difference; how two share it is a guess.
    const rule = rest.length <= 1 ? undefined : 'interval-split';
    const pieces = rest.map((span) => ({ ...span, amount: (left * (span.to - span.from)) / seconds, rule }) as const);
    links = [...links, ...pieces].sort((a, b) => a.from - b.from);
  }
  return links;
}

/** The parts of a span that none of the links inside it covers; links come in order of time. */
function freeSpans(whole: Pick<Link, 'from' | 'to'>, inside: readonly Link[]): Pick<Link, 'from' | 'to'>[] {
  const spans: Pick<Link, 'from' | 'to'>[] = [];
  let from = whole.from;
  for (const link of inside) {
    if (link.from > from) spans.push({ from, to: link.from });
    from = link.to;
  }
  if (from < whole.to) spans.push({ from, to: whole.to });
  return spans;
}
