import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { restsFrom } from '../domain/signoff/figure-asked.ts';
import type { SignOff } from '../domain/signoff/sign-off.ts';
import { dateOf, daySeconds, type EpochSeconds } from '../domain/time.ts';
import type { StateStore } from './state-store.ts';

/**
 * The signed figures that rest on readings before an instant: their period begins before it, and the years in which
 * they may be asked for are not over.
 */
export function signOffsHolding(
  state: Pick<StateStore, 'signOffsBefore'>,
  before: EpochSeconds,
  now: EpochSeconds,
): readonly SignOff[] {
  return state.signOffsBefore(before, now - limits.readingsTermDays * daySeconds);
}

/** Throws `purge.signed`, with every sign-off that stands against it. */
export function assertUnsigned(
  state: Pick<StateStore, 'signOffsBefore'>,
  before: EpochSeconds,
  now: EpochSeconds,
): void {
  const holding = signOffsHolding(state, before, now);
  if (holding.length === 0) return;
  throw new ProblemError(
    holding.map(({ id, at, who, asked }) => {
      const { from, to } = asked.period;
      const found = `${asked.figure} of ${asked.place.kind} ${asked.place.id}, ${dateOf(from)} to ${dateOf(to)}`;
      const detail = `signed on ${dateOf(at)} by ${who}`;
      const until = dateOf(at + limits.readingsTermDays * daySeconds);
      const expected = `a date up to ${dateOf(restsFrom(asked))}, or a purge after ${until}`;
      return { code: 'purge.signed', where: `sign-off ${id}`, found, expected, detail } as const;
    }),
  );
}
