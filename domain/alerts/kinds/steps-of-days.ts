import type { Places } from '../finding.ts';
import type { Span } from '../spans.ts';
import type { Watched } from '../watched.ts';

/** Once raised, a condition goes on down to this part of its bounds: 2.5 deviations where 3.5 raise it. */
export const goesOnAt = 2.5 / 3.5;

/**
 * The half-hours of a span of days. Where a step is a night, so many half-hours of its day are needed to say so, and
 * the span may end with them too.
 */
export function placesOfDays(
  { clock, use }: Pick<Watched, 'clock' | 'use'>,
  span: Span,
  { raisedAfter, endsAfter }: { readonly raisedAfter?: number; readonly endsAfter?: number } = {},
): Places {
  const endOf = (d: number, most = Number.POSITIVE_INFINITY): number => {
    const day = clock.days[d];
    if (!day) return clock.count;
    let end = day.first + Math.min(day.count, most);
    while (end > day.first + 1 && Number.isNaN(use[end - 1])) end--;
    return end;
  };
  return {
    first: clock.days[span.first]?.first ?? 0,
    end: endOf(span.end - 1, endsAfter),
    raised: endOf(span.raised, raisedAfter) - 1,
    open: span.open,
  };
}
