import { joined } from './causes.ts';
import { daySeconds, type EpochSeconds } from '../time.ts';
import { type Alert, type AlertEvent, isLive, type Seen } from './life.ts';
import { atOnce, severities, type Severity } from './severity.ts';

/**
 * What is seen now against the alerts there are: a pure function of both and the clock, so that a restart, a second
 * evaluation or late data raise nothing twice.
 */
export interface Merged {
  /** New alerts, each with the event that opens it. */
  readonly opened: readonly AlertEvent[];
  /** Alerts that are seen again, as they are seen now, with what that changes in their life. */
  readonly known: readonly { readonly id: string; readonly seen: Seen; readonly events: readonly AlertEvent[] }[];
  /** Alerts that are seen no more. */
  readonly gone: readonly { readonly id: string; readonly events: readonly AlertEvent[] }[];
}

/** A cause that was over for longer when it was first seen has passed: nobody can do anything about it tonight. */
const late = daySeconds;
/** What asks somebody to run is of its half-hours: over for longer than this, there is nothing left to run to. */
const lateForRunning = 2 * 3600;
/** After it was over, so long a cause that is there again is the same one; after that another. */
const resumedWithin = 7 * daySeconds;

export interface MergeRequest {
  readonly alerts: readonly Alert[];
  readonly seen: readonly Seen[];
  readonly now: EpochSeconds;
  /** Where the window begins in which was looked: what ended before says nothing of an alert. */
  readonly window: { readonly from: EpochSeconds };
  /** Until when the subject's half-hours are known: without data nothing is over. */
  readonly knownUntil: (subject: string) => EpochSeconds;
}

export function mergeSeen({ alerts, seen, now, window, knownUntil }: MergeRequest): Merged {
  const same = matched(alerts, seen);
  const taken = new Set<string>();
  const opened: AlertEvent[] = [];
  const known: Merged['known'][number][] = [];
  for (const one of seen) {
    const alert = same.get(one);
    if (!alert) {
      const event = isLate(one, now) ? 'passed' : 'opened';
      opened.push({ event, at: now, seen: one });
      continue;
    }
    taken.add(alert.id);
    known.push({
      id: alert.id,
      seen: { ...one, from: Math.min(one.from, alert.seen.from) },
      events: eventsOf(alert, one, now),
    });
  }
  const gone = alerts
    .filter((alert) => isLive(alert) && alert.state !== 'watching' && !taken.has(alert.id))
    .filter(({ seen: { to, subject } }) => knownUntil(subject) > Math.max(to, window.from))
    .map(({ id }): Merged['gone'][number] => ({
      id,
      events: [{ event: 'ended', at: now, why: 'it is not seen any more' }],
    }));
  return { opened, known, gone };
}

function isLate({ kind, open, to }: Seen, now: EpochSeconds): boolean {
  return !open && now - to > (atOnce.includes(kind) ? lateForRunning : late);
}

/** Which alert each thing that was seen is: of several that it may be, the one that it was at the same time as. */
function matched(alerts: readonly Alert[], seen: readonly Seen[]): Map<Seen, Alert> {
  const pairs = seen.flatMap((one) =>
    alerts.filter((alert) => isSame(alert, one)).map((alert) => ({ one, alert, apart: apartOf(alert.seen, one) })),
  );
  const taken = new Set<Alert>();
  const same = new Map<Seen, Alert>();
  for (const { one, alert } of pairs.sort((a, b) => a.apart - b.apart)) {
    if (taken.has(alert) || same.has(one)) continue;
    taken.add(alert);
    same.set(one, alert);
  }
  return same;
}

/** Seconds between two spans; less than nothing where they overlap, by how much. */
function apartOf(a: Pick<Seen, 'from' | 'to'>, b: Pick<Seen, 'from' | 'to'>): number {
  return Math.max(a.from, b.from) - Math.min(a.to, b.to);
}

/** Whether something seen is what an alert is about: of its site and family, a meter of it, and not long after it. */
function isSame(alert: Alert, seen: Seen): boolean {
  const { seen: before, state } = alert;
  if (before.site !== seen.site || before.family !== seen.family) return false;
  if (!before.meters.some((meter) => seen.meters.includes(meter))) return false;
  const pause = state === 'ended' ? resumedWithin : joined;
  // What was there before it, as late data shows, has not come again.
  if (seen.from > before.to + pause || before.from > seen.to + joined) return false;
  const { closed } = alert;
  if (state !== 'closed' || !closed) return true;
  // What was mended is over, and there again is another one. What is usual, or was none, goes on and is not told again.
  return closed.as === 'mended' ? seen.to <= closed.at + joined : seen.from <= closed.at;
}

function eventsOf(alert: Alert, seen: Seen, now: EpochSeconds): AlertEvent[] {
  const events: AlertEvent[] = [];
  const { state, shelvedUntil = now } = alert;
  if (state === 'closed' || state === 'watching') return [];
  if (!seen.open)
    return state === 'ended' || state === 'passed' ? [] : [{ event: 'ended', at: now, why: 'the meter shows it over' }];
  if (state === 'ended' || state === 'passed') events.push({ event: 'resumed', at: now, why: 'it is there again' });
  if (state === 'shelved' && shelvedUntil <= now) events.push({ event: 'unshelved', at: now });
  if (isWorse(seen.severity, alert.severity)) events.push({ event: 'worsened', at: now, severity: seen.severity });
  return events;
}

function isWorse(now: Severity, before: Severity): boolean {
  return severities.indexOf(now) < severities.indexOf(before);
}
