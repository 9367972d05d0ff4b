import type { EpochSeconds } from '../time.ts';
import { alertKinds } from './kinds.ts';
import { eventSays, whoDid } from './event-words.ts';
import { type Alert, type AlertEvent, isLive } from './life.ts';

/** What was tried before, with the alert at which it was. */
export interface DoneBefore {
  readonly id: string;
  readonly at: EpochSeconds;
  readonly says: string;
}

/**
 * What was tried before, the latest first: how earlier alerts of the same family and at a meter of this one came to
 * their ends, and what was closed of this one and did not hold.
 */
export function doneBefore(alert: Alert, others: readonly Alert[]): DoneBefore[] {
  const own = alert.events
    .filter(({ event }, i) => event === 'closed' && alert.events.slice(i).some((later) => later.event === 'reopened'))
    .map((event): DoneBefore => ({ id: alert.id, at: event.at, says: `${said(event)}; it did not hold` }));
  const earlier = others
    .filter((other) => other.id !== alert.id && other.opened <= alert.opened && !isLive(other) && isHere(other, alert))
    .map(endOf);
  return [...own, ...earlier].toSorted((a, b) => b.at - a.at);
}

function isHere({ seen }: Alert, { seen: { site, family, meters } }: Alert): boolean {
  return seen.site === site && seen.family === family && seen.meters.some((meter) => meters.includes(meter));
}

/** How an alert came to its end, and what people said last of it. */
function endOf({ id, opened, seen, events }: Alert): DoneBefore {
  const closed = events.findLast(({ event }) => event === 'closed');
  const last = events.findLast(({ event }) => event === 'verified' || event === 'ended' || event === 'passed');
  const comment = closed ? undefined : events.findLast(({ event }) => event === 'commented');
  const lines = [closed, comment, last].flatMap((event) => (event ? [said(event)] : []));
  return { id, at: events.at(-1)?.at ?? opened, says: `${alertKinds[seen.kind].says}: ${lines.join('; ')}` };
}

function said(event: AlertEvent): string {
  const who = whoDid(event);
  return who === undefined ? eventSays(event) : `${who}: ${eventSays(event)}`;
}
