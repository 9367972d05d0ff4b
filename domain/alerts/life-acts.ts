import { limits } from '../limits.ts';
import { ProblemError } from '../problems.ts';
import { daySeconds, type EpochSeconds, toIso } from '../time.ts';
import { type Alert, type AlertEvent, type Closing, possibleIn } from './life.ts';

/** What people do with an alert. */
export type AlertAct =
  | { readonly act: 'acknowledge' }
  | { readonly act: 'assign'; readonly owner: string; readonly due?: string | undefined }
  | { readonly act: 'comment'; readonly says: string }
  | { readonly act: 'shelve'; readonly until: EpochSeconds; readonly why: string }
  | { readonly act: 'unshelve' }
  | { readonly act: 'close'; readonly as: Closing; readonly why: string }
  | { readonly act: 'reopen'; readonly why: string };

/**
 * The event that an act is. Throws `alert.not-now` where the alert is not in a state for it, and
 * `alert.shelved-too-long` where it would be put away for ever.
 */
export function eventOfAct(alert: Alert, act: AlertAct, who: string, now: EpochSeconds): AlertEvent {
  const states = possibleIn[act.act];
  if (!states.includes(alert.state)) {
    const where = `alert ${alert.id}`;
    const expected = states.join(', ');
    throw new ProblemError([
      { code: 'alert.not-now', where, found: alert.state, expected, detail: `${act.act} is not possible` },
    ]);
  }
  switch (act.act) {
    case 'acknowledge':
      return { event: 'acknowledged', at: now, who };
    case 'assign':
      return { event: 'assigned', at: now, who, owner: act.owner, due: act.due };
    case 'comment':
      return { event: 'commented', at: now, who, says: act.says };
    case 'shelve':
      return { event: 'shelved', at: now, who, until: shelvedUntil(alert, act.until, now), why: act.why };
    case 'unshelve':
      return { event: 'unshelved', at: now, who };
    case 'close':
      return { event: 'closed', at: now, who, as: closingOf(alert, act.as), why: act.why };
    default:
      return { event: 'reopened', at: now, who, why: act.why };
  }
}

function shelvedUntil({ id }: Alert, until: EpochSeconds, now: EpochSeconds): EpochSeconds {
  const latest = now + limits.shelvedDays * daySeconds;
  if (until > now && until <= latest) return until;
  const found = toIso(until);
  throw new ProblemError([
    { code: 'alert.shelved-too-long', where: `alert ${id}`, found, expected: `after now and up to ${toIso(latest)}` },
  ]);
}

/**
 * What was over by itself was mended by nobody; what somebody had taken up may well be over because it was mended, and
 * is watched.
 */
function closingOf({ state, id, events }: Alert, as: Closing): Closing {
  const isOver = state === 'ended' || state === 'passed';
  const isTakenUp = events.some(({ event }) => event === 'acknowledged' || event === 'assigned');
  if (as !== 'mended' || !isOver || isTakenUp) return as;
  throw new ProblemError([
    {
      code: 'alert.not-now',
      where: `alert ${id}`,
      found: state,
      expected: 'usual or none',
      detail: 'it was over before anybody took it up, so that no saving is to be booked',
    },
  ]);
}
