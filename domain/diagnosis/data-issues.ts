import { limits } from '../limits.ts';
import type { Rule } from '../half-hours/half-hours.ts';
import type { ProblemCode } from '../problems.ts';
import { daySeconds, type EpochSeconds, type Period } from '../time.ts';

/**
 * The register of data issues: what is wrong with the data of a meter, and since when. An issue is not an event but a
 * line with a life: found again within `limits.issueJoinSeconds` it is the same issue, so that a meter that is silent
 * for a week, or spikes every hour, is one line.
 */
export const issueKinds = {
  silent: { says: 'nothing was heard of it', quiet: 0 },
  stuck: { says: 'its register stood still longer than it ever does', quiet: daySeconds },
  backwards: { says: 'its register showed less than before', quiet: daySeconds },
  impossible: { says: 'it showed more than it can have counted', quiet: daySeconds },
  'lost-register': { says: 'its register went on from another number, and nobody recorded why', quiet: daySeconds },
  reversed: { says: 'a current transformer is the wrong way round, or on the wrong phase', quiet: daySeconds },
  'wrong-weight': { says: 'it counts a power of ten too much or too little', quiet: daySeconds },
  contradiction: { says: 'its intervals contradict each other', quiet: daySeconds },
  'unknown-values': { says: 'it sent numbers that stand for "not known"', quiet: daySeconds },
  'wrong-clock': { says: 'its clock was wrong, or a stamp was missing', quiet: daySeconds },
  unparsable: { says: 'messages of it were not understood', quiet: daySeconds },
  reconciliation: { says: 'the meters below it do not add up to it', quiet: daySeconds },
} as const satisfies Record<string, { says: string; quiet: number }>;

/** `quiet`: how long it must not have been found for the issue to be over. */
export type IssueKind = keyof typeof issueKinds;
export const issueKindNames = Object.keys(issueKinds) as [IssueKind, ...IssueKind[]];

/**
 * *opened*: found for the first time; *ongoing*: found again since; *closed*: not found for as long as its kind asks,
 * or answered; *ignored*: a person said so, with a reason, and finding it again does not open it.
 */
export const issueStates = ['opened', 'ongoing', 'closed', 'ignored'] as const;
export type IssueState = (typeof issueStates)[number];

export interface DataIssue {
  readonly id: number;
  readonly meter: string;
  readonly kind: IssueKind;
  readonly state: IssueState;
  /** Of the data: the first second that shows it, and the first after the last that does. */
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** When it was found first. */
  readonly opened: EpochSeconds;
  readonly says: string;
  /** Who said that it is to be ignored, why and when. */
  readonly ignored: { readonly at: EpochSeconds; readonly who: string; readonly reason: string } | undefined;
}

/** Whether nobody has to look into an issue any more. */
export function isIssueOver({ state }: Pick<DataIssue, 'state'>): boolean {
  return state === 'closed' || state === 'ignored';
}

/** Who looks: what one of them finds does not replace what another one found of the same kind. */
export type IssueFinder = 'receipt' | 'derivation' | 'doctor' | 'reconciliation';

export interface FoundIssue {
  /** The first second that shows it, and the first after the last that does. */
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
  /** It lasts until the finder says otherwise: a meter silent now, a question nobody has answered. */
  readonly holds?: boolean;
  /** One sentence about this case. */
  readonly says: string;
}

/**
 * All that a finder found of one kind at one meter in a window; what it found there before and finds no more is gone.
 * Reporting the same again changes nothing.
 */
export interface IssueReport {
  readonly meter: string;
  readonly kind: IssueKind;
  readonly by: IssueFinder;
  readonly window: Period;
  readonly found: readonly FoundIssue[];
}

/** A part of an issue: what one finder saw without a break. */
export interface IssuePeriod extends FoundIssue {
  readonly by: IssueFinder;
}

/** The periods without what a finder saw in a window. */
export function outsideWindow(periods: readonly IssuePeriod[], { by, window }: IssueReport): IssuePeriod[] {
  return periods.flatMap((period) => {
    if (period.by !== by || period.to <= window.from || period.from >= window.to) return [period];
    const left = { ...period, to: window.from, holds: false };
    const right = { ...period, from: window.to };
    return [left, right].filter(({ from, to }) => from < to);
  });
}

/** Periods in order, those of one finder that meet made one; the closest ones too when there are too many. */
export function tidyPeriods(periods: readonly IssuePeriod[], most: number = limits.issuePeriods): IssuePeriod[] {
  const list: IssuePeriod[] = [];
  for (const period of periods.toSorted((a, b) =>
    a.by < b.by ? -1 : a.by > b.by ? 1 : a.from - b.from || a.to - b.to,
  )) {
    const last = list.at(-1);
    if (last && last.by === period.by && period.from <= last.to) list[list.length - 1] = united(last, period);
    else list.push(period);
  }
  while (list.length > most) {
    let closest = 1;
    const gap = (i: number): number => {
      const [a, b] = [list[i - 1] as IssuePeriod, list[i] as IssuePeriod];
      return a.by === b.by ? b.from - a.to : Number.POSITIVE_INFINITY;
    };
    for (let i = 2; i < list.length; i++) if (gap(i) < gap(closest)) closest = i;
    list.splice(closest - 1, 2, united(list[closest - 1] as IssuePeriod, list[closest] as IssuePeriod));
  }
  return list.sort((a, b) => a.from - b.from || a.to - b.to);
}

function united(a: IssuePeriod, b: IssuePeriod): IssuePeriod {
  const newer = b.to >= a.to ? b : a;
  return { by: a.by, from: Math.min(a.from, b.from), to: newer.to, holds: newer.holds ?? false, says: newer.says };
}

/** Groups of periods that are one issue: no pause in a group is longer than `join`. Periods come in order of time. */
export function issueLines(
  periods: readonly IssuePeriod[],
  join: number = limits.issueJoinSeconds,
): (readonly IssuePeriod[])[] {
  const lines: IssuePeriod[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const period of periods) {
    const line = period.from - end <= join ? lines.at(-1) : undefined;
    end = line ? Math.max(end, period.to) : period.to;
    if (line) line.push(period);
    else lines.push([period]);
  }
  return lines;
}

/** What a disbelieved reading is an issue of; rules that are none are not here. */
export const issueOfRule: Partial<Record<Rule, IssueKind>> = {
  stuck: 'stuck',
  backwards: 'backwards',
  'false-zero': 'backwards',
  negative: 'backwards',
  spike: 'impossible',
  'impossible-rate': 'impossible',
  reset: 'lost-register',
  sentinel: 'unknown-values',
  future: 'wrong-clock',
  interval: 'contradiction',
};

/** What a message or reading that was refused at receipt is an issue of. */
export const issueOfProblem: Partial<Record<ProblemCode, IssueKind>> = {
  'message.empty': 'unparsable',
  'message.too-large': 'unparsable',
  'message.unparsable': 'unparsable',
  'reading.wrong-unit': 'unparsable',
  'reading.not-a-number': 'unknown-values',
  'reading.sentinel': 'unknown-values',
  'message.no-stamp': 'wrong-clock',
  'reading.future': 'wrong-clock',
  'reading.too-old': 'wrong-clock',
};
