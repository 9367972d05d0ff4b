import { type EpochSeconds, halfHourSeconds } from '../time.ts';
import type { Finding } from './finding.ts';

/**
 * The findings of a kind by a learning look, with what a look at the last days says since. What begins from `reliable`
 * on is as the later look has it; what began before goes on where the later look sees it go on.
 */
export function stitched(
  learned: readonly Finding[],
  found: readonly Finding[],
  reliable: EpochSeconds,
): readonly Finding[] {
  const before = learned.filter(({ from }) => from < reliable);
  const going = found.filter(({ from }) => from < reliable);
  return [
    ...before.map((one) => {
      const next = going.find(({ subject, from, to }) => subject === one.subject && from <= one.to && to >= one.to);
      return next ? extended(one, next) : one;
    }),
    ...found.filter(({ from }) => from >= reliable),
  ];
}

/** What is told of a long span stays as it was learned; how long it is, and what it cost, grows. */
function extended(learned: Finding, { from, to, open, excess }: Finding): Finding {
  const rest = excess.subarray((learned.to - from) / halfHourSeconds);
  const whole = new Float64Array((to - learned.from) / halfHourSeconds);
  whole.set(learned.excess);
  whole.set(rest, learned.excess.length);
  return { ...learned, to, open, excess: whole };
}
