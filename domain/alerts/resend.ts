import { limits } from '../limits.ts';

/**
 * Seconds until the next attempt after so many that failed; undefined when it is to be given up. Each pause is twice
 * the last one, and by chance (0 to 1) up to a half longer, so that what failed together does not come back together.
 * Where the other side said how long, that is kept, up to the longest pause.
 */
export function pauseAfter(attempts: number, chance: number, asked = 0): number | undefined {
  const { deliveryAttempts, deliveryRetryFirstSeconds: first, deliveryRetryLongestSeconds: longest } = limits;
  if (attempts >= deliveryAttempts) return undefined;
  const pause = Math.min(longest, first * 2 ** (attempts - 1));
  return Math.ceil(Math.max(pause * (1 + chance / 2), Math.min(asked, longest)));
}
