import type { Act } from '../acts.ts';
import type { Period } from '../time.ts';

/**
 * Whether what a person did may touch a period. Acts that name no time (a meter was accepted, readings came from a
 * file) belong to the whole life of their meter.
 */
export function touches({ detail }: Act, period: Period): boolean {
  const { from, to, at } = (detail ?? {}) as { readonly from?: unknown; readonly to?: unknown; readonly at?: unknown };
  const [first, last, once] = [from, to, at].map(instantOf);
  if (first !== undefined && last !== undefined) return first < period.to && last > period.from;
  return once === undefined || (once >= period.from && once < period.to);
}

/** Acts hold epoch seconds or ISO instants, as their routes took them. */
function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const at = typeof value === 'string' ? Date.parse(value) / 1000 : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}
