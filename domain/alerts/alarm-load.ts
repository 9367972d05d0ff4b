import { dateOf, type EpochSeconds, type LocalDate, type Period } from '../time.ts';
import type { Alert } from './life.ts';
import type { Severity } from './severity.ts';

/**
 * How much people are told, measured: whoever is told too much hears nothing. The numbers that others go by are for
 * somebody who watches a control room all day, and are said beside ours as that and not as a limit.
 */
export const practice = {
  source: 'EEMUA 191 and ISA-18.2, as quoted by practitioners; for one operator who watches a control room',
  a_day: 150,
  a_day_at_most: 300,
  in_ten_minutes_at_most: 10,
  share_of_time_in_flood_at_most: 0.01,
  severities: 'about 80 % low, 15 % medium, 5 % high',
  stale_a_day_at_most: 5,
} as const;

const tenMinutes = 600;
/** What nobody has taken up so long after it was raised is stale, seconds. */
export const staleAfter = 86_400;
/** Over by itself so soon that nobody could have looked. */
const fleetingWithin = 2 * 3600;

/** Something that was told by itself; a digest is one list and counts apart. */
export interface ToldNotice {
  readonly channel: string;
  readonly recipient: string;
  readonly at: EpochSeconds;
  readonly severity: Severity | 'data';
}

export interface LoadDay {
  readonly date: LocalDate;
  readonly channel: string;
  readonly recipient: string;
  readonly notices: number;
  readonly severity1: number;
  readonly mostInTenMinutes: number;
  /** Stretches of ten minutes on the clock with more than ten. */
  readonly floods: number;
}

export interface AlarmLoad {
  /** Days on which somebody was told something, in order of day and recipient. */
  readonly days: readonly LoadDay[];
  /** Alerts that were raised in the period, by severity. */
  readonly raised: Readonly<Record<`${Severity}`, number>>;
  /** Of those raised in the period that are over: closed as none, or over by themselves within two hours. */
  readonly judged: number;
  readonly nuisances: number;
  /** The part of time, over all recipients, with more than ten in ten minutes; null where nobody was told. */
  readonly floodShare: number | null;
}

export function alarmLoad(period: Period, notices: readonly ToldNotice[], alerts: readonly Alert[]): AlarmLoad {
  const days = [...Map.groupBy(notices, keyOf).values()].map(dayOf);
  const recipients = new Set(notices.map(({ channel, recipient }) => `${channel} ${recipient}`)).size;
  const stretches = (recipients * (period.to - period.from)) / tenMinutes;
  const raised = alerts.filter(({ opened }) => opened >= period.from && opened < period.to);
  const over = raised.filter(isOver);
  return {
    days: days.toSorted((a, b) => compare(a.date, b.date) || compare(nameOf(a), nameOf(b))),
    raised: {
      1: raised.filter(({ severity }) => severity === 1).length,
      2: raised.filter(({ severity }) => severity === 2).length,
      3: raised.filter(({ severity }) => severity === 3).length,
      digest: raised.filter(({ severity }) => severity === 'digest').length,
    },
    judged: over.length,
    nuisances: over.filter(isNuisance).length,
    floodShare: stretches === 0 ? null : days.reduce((sum, { floods }) => sum + floods, 0) / stretches,
  };
}

function dayOf(notices: readonly ToldNotice[]): LoadDay {
  const [first] = notices as readonly [ToldNotice];
  const stretches = [...Map.groupBy(notices, ({ at }) => Math.floor(at / tenMinutes)).values()];
  const counts = stretches.map(({ length }) => length);
  return {
    date: dateOf(first.at),
    channel: first.channel,
    recipient: first.recipient,
    notices: notices.length,
    severity1: notices.filter(({ severity }) => severity === 1).length,
    mostInTenMinutes: Math.max(...counts),
    floods: counts.filter((count) => count > practice.in_ten_minutes_at_most).length,
  };
}

/** Whether it can be said of an alert that it was worth telling, or was not. */
export function isOver({ state }: Pick<Alert, 'state'>): boolean {
  return state === 'closed' || state === 'ended';
}

/** Of one that is over: there was nothing, or it was over by itself before anybody could look. */
export function isNuisance({ closed, state, opened, events }: Alert): boolean {
  if (closed?.as === 'none') return true;
  const [first] = events;
  // What was over when it was found came late, and not for nothing.
  if (first && 'seen' in first && !first.seen.open) return false;
  const end = events.findLast(({ event }) => event === 'ended');
  const wasTakenUp = events.some(({ event }) => event === 'acknowledged' || event === 'assigned' || event === 'closed');
  return state === 'ended' && !wasTakenUp && end !== undefined && end.at - opened <= fleetingWithin;
}

function keyOf({ at, channel, recipient }: ToldNotice): string {
  return `${dateOf(at)} ${channel} ${recipient}`;
}

function nameOf({ channel, recipient }: LoadDay): string {
  return `${channel} ${recipient}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
