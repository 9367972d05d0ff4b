import type { EpochSeconds } from '../time.ts';
import type { Cause } from './causes.ts';
import type { Evidence } from './evidence.ts';
import type { Severity } from './severity.ts';
import type { Worth } from './worth.ts';

/**
 * The life of an alert: a line, and not a stream. Its state is what its events leave behind; events are only ever
 * added, each with when, who and why.
 */
export const alertStates = {
  open: 'it is there and nobody has taken it up',
  acknowledged: 'somebody has taken it up, or was given it',
  shelved: 'it is put away until a date',
  watching: 'somebody says that it is mended, and the meter is watched for it',
  closed: 'it is over: the meter shows it, or a person said that it is usual or was none',
  ended: 'it was over by itself',
  passed: 'it was over before it could be told: late data showed it',
} as const;
export type AlertState = keyof typeof alertStates;
export const alertStateNames = Object.keys(alertStates) as [AlertState, ...AlertState[]];

/** What an alert is of, as it was last seen. */
export interface Seen extends Pick<Cause, 'site' | 'family' | 'kind' | 'subject' | 'meters' | 'from' | 'to' | 'open'> {
  readonly severity: Severity;
  readonly worth: Worth;
  /** What was used beyond the expected while it held, kW or m³/h. */
  readonly rate: number;
  readonly evidence: Evidence;
}

/** How a person closes an alert. */
export const closings = {
  mended: 'it was mended: the meter is watched, and what is saved is booked',
  usual: 'it is how it is to be: the meter learns it',
  none: 'there was nothing: it counts as a nuisance',
} as const;
export type Closing = keyof typeof closings;
export const closingNames = Object.keys(closings) as [Closing, ...Closing[]];

interface Event {
  readonly at: EpochSeconds;
}
interface Act extends Event {
  readonly who: string;
}

export type AlertEvent =
  | (Event & { readonly event: 'opened' | 'passed'; readonly seen: Seen })
  /** It matters more than was told. */
  | (Event & { readonly event: 'worsened'; readonly severity: Severity })
  /** Over by itself, and there again so soon that it is the same. */
  | (Event & { readonly event: 'ended' | 'resumed'; readonly why: string })
  | (Act & { readonly event: 'acknowledged' })
  | (Act & { readonly event: 'assigned'; readonly owner: string; readonly due?: string | undefined })
  | (Act & { readonly event: 'commented'; readonly says: string })
  | (Act & { readonly event: 'shelved'; readonly until: EpochSeconds; readonly why: string })
  /** Without `who`: its date has come. */
  | (Event & { readonly event: 'unshelved'; readonly who?: string })
  | (Act & { readonly event: 'closed'; readonly as: Closing; readonly why: string })
  | (Event & { readonly event: 'verified'; readonly saving: Saving | undefined; readonly why: string })
  /** Without `who`: the meter shows it there. */
  | (Event & { readonly event: 'reopened'; readonly who?: string; readonly why: string });

/** What was saved by mending it, as far as the meter shows. */
export interface Saving {
  /** Names what saved it, so that no plan counts the same kWh as its own. */
  readonly claim: string;
  readonly from: EpochSeconds;
  /** At most twelve months later: after that it is how the meter is. */
  readonly until: EpochSeconds;
  /** kW or m³/h that are used no more, and what a week of that is worth. */
  readonly rate: number;
  readonly perWeek: number;
  readonly gbpPerWeek: number | null;
  readonly kgco2ePerWeek: number | null;
}

export interface Alert {
  readonly id: string;
  readonly state: AlertState;
  readonly seen: Seen;
  readonly opened: EpochSeconds;
  readonly severity: Severity;
  readonly owner?: string | undefined;
  /** A London date. */
  readonly due?: string | undefined;
  readonly shelvedUntil?: EpochSeconds | undefined;
  /** When and how a person closed it. */
  readonly closed?: { readonly at: EpochSeconds; readonly as: Closing } | undefined;
  readonly saving?: Saving | undefined;
  readonly events: readonly AlertEvent[];
}

/** An alert from its events, the first of which opened it, and what was last seen of it. */
export function alertOf(id: string, events: readonly AlertEvent[], seen?: Seen): Alert {
  return lifeOf(id, events, seen).reduce((_, alert) => alert);
}

/** The alert as each of its events left it behind. */
export function* lifeOf(id: string, events: readonly AlertEvent[], seen?: Seen): Generator<Alert, void> {
  const [first] = events;
  if (!first || (first.event !== 'opened' && first.event !== 'passed')) {
    throw new RangeError(`the first event of alert ${id} did not open it`);
  }
  const { severity } = first.seen;
  let alert: Alert = { id, state: 'open', seen: seen ?? first.seen, opened: first.at, severity, events };
  for (const event of events) yield (alert = after(alert, event));
}

function after(alert: Alert, event: AlertEvent): Alert {
  switch (event.event) {
    case 'opened':
      return { ...alert, state: 'open' };
    case 'passed':
      return { ...alert, state: 'passed' };
    case 'worsened':
      return { ...alert, severity: event.severity };
    case 'ended':
      return { ...alert, state: 'ended' };
    case 'resumed': {
      // What was put away stays so until its date.
      const isShelved = (alert.shelvedUntil ?? 0) > event.at;
      return {
        ...alert,
        state: isShelved ? 'shelved' : 'open',
        shelvedUntil: isShelved ? alert.shelvedUntil : undefined,
      };
    }
    case 'acknowledged':
      return { ...alert, state: 'acknowledged', shelvedUntil: undefined };
    case 'assigned':
      // Somebody has it: nobody is to be told that nobody does. On the shelf, or watched, it stays where it is.
      return {
        ...alert,
        state: alert.state === 'open' ? 'acknowledged' : alert.state,
        owner: event.owner,
        due: event.due,
      };
    case 'commented':
      return alert;
    case 'shelved':
      return { ...alert, state: 'shelved', shelvedUntil: event.until };
    case 'unshelved':
      return { ...alert, state: 'open', shelvedUntil: undefined };
    case 'closed':
      return {
        ...alert,
        state: event.as === 'mended' ? 'watching' : 'closed',
        closed: { at: event.at, as: event.as },
        shelvedUntil: undefined,
      };
    case 'verified':
      return { ...alert, state: 'closed', saving: event.saving };
    default:
      return { ...alert, state: 'open', closed: undefined, saving: savingUntil(alert.saving, event.at) };
  }
}

/** What is there again saves nothing from then on. */
function savingUntil(saving: Saving | undefined, at: EpochSeconds): Saving | undefined {
  return saving && { ...saving, until: Math.max(saving.from, Math.min(saving.until, at)) };
}

/** The states of an alert that somebody may still have to do something about. */
export const liveStateNames: readonly AlertState[] = ['open', 'acknowledged', 'shelved', 'watching'];

export function isLive({ state }: Pick<Alert, 'state'>): boolean {
  return liveStateNames.includes(state);
}

export type ActName = 'acknowledge' | 'assign' | 'comment' | 'shelve' | 'unshelve' | 'close' | 'reopen';
/** What people do with an alert, and the states in which it means anything. */
export const possibleIn: Readonly<Record<ActName, readonly AlertState[]>> = {
  // Who was given one may say so too.
  acknowledge: ['open', 'acknowledged', 'shelved'],
  assign: ['open', 'acknowledged', 'shelved', 'watching'],
  comment: ['open', 'acknowledged', 'shelved', 'watching', 'closed', 'ended', 'passed'],
  shelve: ['open', 'acknowledged', 'shelved'],
  unshelve: ['shelved'],
  close: ['open', 'acknowledged', 'shelved', 'ended', 'passed'],
  reopen: ['watching', 'closed'],
};

/** Whether what an alert is about is not to be learned as usual: until somebody calls it so. */
export function isAbnormal({ state, closed }: Pick<Alert, 'state' | 'closed'>): boolean {
  return closed?.as !== 'usual' && state !== 'passed';
}
