import type { AlertEvent } from './life.ts';
import { londonTime } from './wording.ts';

/** What happened to an alert, in a line. */
export function eventSays(event: AlertEvent): string {
  switch (event.event) {
    case 'opened':
      return event.seen.open ? 'it was raised' : 'it was raised when it was over already';
    case 'passed':
      return 'late data showed it when it was over';
    case 'worsened':
      return `it matters more than was told: severity ${event.severity} now`;
    case 'ended':
      return `it ended: ${event.why}`;
    case 'resumed':
      return `it came again: ${event.why}`;
    case 'acknowledged':
      return 'taken up';
    case 'assigned':
      return `given to ${event.owner}${event.due === undefined ? '' : `, due ${event.due}`}`;
    case 'commented':
      return event.says;
    case 'shelved':
      return `put away until ${londonTime(event.until)}: ${event.why}`;
    case 'unshelved':
      return 'no longer put away';
    case 'closed':
      return `closed as ${event.as}: ${event.why}`;
    case 'verified':
      return event.saving ? `mended, and a saving is booked: ${event.why}` : `mended, without a saving: ${event.why}`;
    default:
      return `opened again: ${event.why}`;
  }
}

/** Who did it; undefined where nobody did. */
export function whoDid(event: AlertEvent): string | undefined {
  return 'who' in event ? event.who : undefined;
}
