import { isKnownBankHoliday } from '../bank-holidays.ts';
import { addDays, dateOf, type EpochSeconds, type LocalDate, minutesOf, startOfDay, wallClock } from '../time.ts';
import type { HeldBack } from './delivery-states.ts';
import type { Alert, AlertEvent, AlertState } from './life.ts';
import { type AlertRoute, weekdayName } from './route-register.ts';

/**
 * Who is told of what, and when: a pure function of the alert, the route, what was told before and the clock. It is
 * asked when something happens, and again when what was held back is to go out: by then another answer may be right.
 */

/**
 * What is told of an alert. What begins is told to everybody whose alert it is; what follows only to those who were
 * told that it began, for news of something one never heard of is a riddle.
 */
export const notices = {
  opened: 'begins',
  worsened: 'begins',
  resumed: 'begins',
  reopened: 'begins',
  unshelved: 'follows',
  ended: 'follows',
  closed: 'follows',
  verified: 'follows',
  passed: 'passed',
  escalated: 'escalated',
} as const satisfies Partial<Record<AlertEvent['event'], string>> & { readonly escalated: string };
export type Notice = keyof typeof notices;

/** What an event is told as; undefined where nobody is told: whoever takes an alert up knows that he did. */
export function noticeOf({ event }: AlertEvent): Notice | undefined {
  return event in notices ? (event as Notice) : undefined;
}

export type Verdict =
  | { readonly send: 'now' }
  | { readonly send: 'held'; readonly until: EpochSeconds; readonly because: HeldBack }
  | { readonly send: 'digest' | 'no'; readonly because: HeldBack };

export interface Asked {
  readonly notice: Notice;
  /** As it is now. */
  readonly alert: Pick<Alert, 'severity' | 'state' | 'seen'>;
  /** Whose site it is at. */
  readonly organisation: string;
  readonly route: AlertRoute;
  /** Whether the recipient was told of this alert before, by whichever route. */
  readonly wasTold: boolean;
  /** Notices that the recipient had by this route on the London day. */
  readonly toldToday: number;
  readonly now: EpochSeconds;
}

export function verdictOf(asked: Asked): Verdict {
  const { notice, alert, route, wasTold, now } = asked;
  const concerns = notices[notice];
  if (concerns === 'follows' && !wasTold) return { send: 'no', because: 'never-told' };
  if (!isStillSo(notice, alert.state)) return { send: 'no', because: 'changed' };
  if ((concerns === 'begins' || concerns === 'passed') && !isFor(asked)) return { send: 'no', because: 'elsewhere' };
  // What has passed asks nobody to run, however large it was.
  if (concerns === 'passed') return listed(route, 'passed');
  if (alert.severity === 'digest') return listed(route, 'small');
  if (concerns === 'begins' && !route.severities.includes(alert.severity)) return { send: 'no', because: 'severity' };
  if (alert.severity === 1) return { send: 'now' };
  if (concerns !== 'follows' && alert.state === 'shelved') return listed(route, 'shelved');
  const goesOn = alert.state === 'open' || alert.state === 'acknowledged';
  if (concerns !== 'follows' && !goesOn) return listed(route, 'over');
  return hourOf(route, asked.toldToday, now);
}

/** Whether what follows is still to be told: that something ended is none, once it is there again. */
function isStillSo(notice: Notice, state: AlertState): boolean {
  const goesOn = state === 'open' || state === 'acknowledged' || state === 'shelved';
  if (notice === 'ended' || notice === 'closed' || notice === 'verified') return !goesOn;
  return notice !== 'unshelved' || goesOn;
}

/** Whether now is a time for what is not urgent: data issues too go by it. */
export function hourOf(route: AlertRoute, toldToday: number, now: EpochSeconds): Verdict {
  if (isQuiet(route, now)) return { send: 'held', until: quietUntil(route, now), because: 'quiet-hours' };
  return toldToday >= (route.most_a_day ?? Infinity) ? listed(route, 'most-a-day') : { send: 'now' };
}

/** In the list that comes later; not at all where the route has none. */
function listed({ digest }: AlertRoute, because: HeldBack): Verdict {
  return { send: digest === 'none' ? 'no' : 'digest', because };
}

function isFor({ alert: { seen }, organisation, route }: Asked): boolean {
  const { audience, escalations_only: escalationsOnly, families } = route;
  if (audience !== 'facilities' || escalationsOnly) return false;
  return isForSite(route, seen.site, organisation) && (families?.includes(seen.family) ?? true);
}

/** Whether a route is for a site of an organisation. */
export function isForSite(
  { sites, organisations }: Pick<AlertRoute, 'sites' | 'organisations'>,
  site: string,
  organisation: string,
): boolean {
  return (sites?.includes(site) ?? true) && (organisations?.includes(organisation) ?? true);
}

/** Who is told first where several routes lead to one recipient. */
export function soonest<T extends { readonly verdict: Verdict }>(one: T, other: T): T {
  const order = ['now', 'held', 'digest', 'no'] as const satisfies readonly Verdict['send'][];
  return order.indexOf(other.verdict.send) < order.indexOf(one.verdict.send) ? other : one;
}

function isQuiet({ quiet_hours: hours, quiet_days: days }: AlertRoute, at: EpochSeconds): boolean {
  const { date, minuteOfDay, weekday } = wallClock(at);
  if (days?.includes(weekdayName(weekday))) return true;
  if (days?.includes('bank_holidays') && isKnownBankHoliday(date)) return true;
  if (!hours) return false;
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  return from < to ? from <= minuteOfDay && minuteOfDay < to : minuteOfDay >= from || minuteOfDay < to;
}

/** Easter with a quiet weekend is four days; a register whose routes never wake is refused. */
const longestQuietDays = 14;

/** When what is quiet now is over; quiet begins and ends at midnight and at the route's own times alone. */
function quietUntil(route: AlertRoute, now: EpochSeconds): EpochSeconds {
  const { quiet_hours: hours } = route;
  const today = dateOf(now);
  for (let day = 0; day <= longestQuietDays; day++) {
    const date = addDays(today, day);
    const times = [startOfDay(date), ...(hours ? [atClock(date, hours.from), atClock(date, hours.to)] : [])];
    const over = times.sort((a, b) => a - b).find((at) => at > now && !isQuiet(route, at));
    if (over !== undefined) return over;
  }
  return startOfDay(addDays(today, longestQuietDays));
}

/**
 * When the clock in London shows a time on a date: the first time where it does so twice, and where it never does, the
 * time it would be without the change.
 */
export function atClock(date: LocalDate, time: string): EpochSeconds {
  const minutes = minutesOf(time);
  const plain = startOfDay(date) + 60 * minutes;
  const moved = plain + 60 * (minutes - wallClock(plain).minuteOfDay);
  const there = wallClock(moved);
  return there.date === date && there.minuteOfDay === minutes ? moved : plain;
}

/** When the latest digest of a route was due, and the one before it; undefined where it has none. */
export function digestDue(
  { digest }: AlertRoute,
  now: EpochSeconds,
): { readonly at: EpochSeconds; readonly before: EpochSeconds } | undefined {
  if (digest === 'none') return undefined;
  const found: EpochSeconds[] = [];
  for (let date = dateOf(now); found.length < 2; date = addDays(date, -1)) {
    const at = atClock(date, digest.at);
    const isDay = digest.on === 'daily' || weekdayName(wallClock(at).weekday) === digest.on;
    if (isDay && at <= now) found.push(at);
  }
  const [at = now, before = now] = found;
  return { at, before };
}
