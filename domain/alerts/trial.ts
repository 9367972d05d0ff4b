import type { EpochSeconds, Period } from '../time.ts';
import { type Cause, causesOf } from './causes.ts';
import { rememberedClock } from './clock.ts';
import type { Finding } from './finding.ts';
import { alertKindNames, type AlertKind } from './kinds.ts';
import type { Seen } from './life.ts';
import { type AbnormalSpan, findingsOf, LearnedSite } from './look.ts';
import type { AlertRule } from './rule-register.ts';
import { seenOfCause } from './seen.ts';
import type { SiteColumns } from './site-columns.ts';
import { treeOf } from './subjects.ts';

/**
 * What rules would have raised at a site had they held, beside what those raise that hold: history is looked at as the
 * watch looks at it, once by each, and what comes of it is held against each other. Nothing is learned otherwise by
 * another rule, so that a site is learned once.
 */
export interface TrialRequest {
  readonly columns: SiteColumns;
  /** The rules that hold, and those that are tried in their place. */
  readonly hold: readonly AlertRule[];
  readonly tried: readonly AlertRule[];
  /** The kinds of which the two differ. */
  readonly kinds: readonly AlertKind[];
  readonly abnormal?: readonly AbnormalSpan[] | undefined;
  /** Alerts that were raised in it are told; the columns begin a year before. */
  readonly period: Period;
  /** Only alerts that one of them shows, where some are asked for. */
  readonly meters?: readonly string[] | undefined;
}

/** An alert as a rule would have raised it. */
export interface RaisedAlert extends Omit<Seen, 'evidence'> {
  /** When there was enough to say so. */
  readonly raised: EpochSeconds;
  readonly unit: Finding['unit'];
  /** The kinds of look that saw it. */
  readonly seenBy: readonly AlertKind[];
}

/** How an alert of the tried rules stands to those of the rules that hold. */
export const trialOutcomes = {
  new: 'only the tried rule raises it',
  gone: 'the rule that holds raises it, and the tried one does not',
  changed: 'both raise it, at another time, of another severity or at another price',
  same: 'both raise it alike',
} as const;
export type TrialOutcome = keyof typeof trialOutcomes;

export interface TriedAlert {
  readonly outcome: TrialOutcome;
  /** By the rules that hold, and by those that are tried; one of them is there. */
  readonly holds?: RaisedAlert | undefined;
  readonly tried?: RaisedAlert | undefined;
}

/** The alerts of a site in which a tried kind has a part, in the order in which they began. */
export function tryRules({ columns, hold, tried, kinds, abnormal = [], period, meters }: TrialRequest): TriedAlert[] {
  const site = new LearnedSite(columns, rememberedClock(columns.from, columns.count), abnormal);
  const others = alertKindNames.filter((kind) => !kinds.includes(kind));
  const alike = findingsOf(site, others, hold);
  const raisedBy = (rules: readonly AlertRule[]): RaisedAlert[] =>
    causesOf([...alike, ...findingsOf(site, kinds, rules)], treeOf(columns.subjects)).map((cause) =>
      raisedOf(columns, rules, cause),
    );
  const isAsked = ({ raised, meters: shown, seenBy }: RaisedAlert): boolean =>
    raised >= period.from &&
    raised < period.to &&
    seenBy.some((kind) => kinds.includes(kind)) &&
    (meters === undefined || shown.some((meter) => meters.includes(meter)));
  return paired(raisedBy(hold), raisedBy(tried))
    .filter(({ holds, tried: one }) => (holds && isAsked(holds)) || (one && isAsked(one)))
    .toSorted((a, b) => beganOf(a) - beganOf(b));
}

function beganOf({ holds, tried }: TriedAlert): EpochSeconds {
  return Math.min(holds?.from ?? Number.POSITIVE_INFINITY, tried?.from ?? Number.POSITIVE_INFINITY);
}

function raisedOf({ subjects, worth }: SiteColumns, rules: readonly AlertRule[], cause: Cause): RaisedAlert {
  const { evidence, ...seen } = seenOfCause({ subjects, rules, worth, drawn: () => undefined }, cause);
  const seenBy = [...new Set(cause.findings.map(({ kind }) => kind))];
  return { ...seen, raised: cause.raised, unit: evidence.unit, seenBy };
}

function paired(hold: readonly RaisedAlert[], tried: readonly RaisedAlert[]): TriedAlert[] {
  const left = new Set(hold);
  const pairs = tried.map((one): TriedAlert => {
    const holds = [...left].find((other) => isOfOne(other, one));
    if (!holds) return { outcome: 'new', tried: one };
    left.delete(holds);
    return { outcome: isAlike(holds, one) ? 'same' : 'changed', holds, tried: one };
  });
  return [...pairs, ...[...left].map((holds): TriedAlert => ({ outcome: 'gone', holds }))];
}

/** Whether two alerts are of one cause: of one family, at a meter that both show, at the same time. */
function isOfOne(a: RaisedAlert, b: RaisedAlert): boolean {
  return a.family === b.family && a.from < b.to && b.from < a.to && a.meters.some((one) => b.meters.includes(one));
}

/** Pounds that differ by less are the same: what is added in another order is rounded otherwise. */
const penny = 0.01;

function isAlike(a: RaisedAlert, b: RaisedAlert): boolean {
  const [one, other] = [a.worth.gbp ?? Number.NaN, b.worth.gbp ?? Number.NaN];
  const costsAlike = Number.isNaN(one) ? Number.isNaN(other) : Math.abs(one - other) < penny;
  return (
    costsAlike &&
    a.raised === b.raised &&
    a.from === b.from &&
    a.to === b.to &&
    a.kind === b.kind &&
    a.subject === b.subject &&
    a.severity === b.severity
  );
}
