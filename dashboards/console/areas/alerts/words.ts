import type { z } from 'zod';
import type { alertEventSchema, alertSchema } from '../../../../api/contract/alerts.ts';
import { alertStates, type AlertState } from '../../../../domain/alerts/life.ts';
import { worthUnknown } from '../../../../domain/alerts/worth.ts';
import type { MarkKind } from '../../pieces/mark.tsx';
import { ago, day, lasting, time } from '../../say.ts';

/** Alerts in the words of whoever is called out for them. */

export type AlertRow = z.output<typeof alertSchema>;
export type AlertEventRow = z.output<typeof alertEventSchema>;

interface Urgency {
  readonly mark: MarkKind;
  readonly says: string;
  readonly does: string;
}

/** By when something is to be done about it, the most urgent first. */
export const urgencies = {
  '1': { mark: 'bad', says: 'Now', does: 'Severity 1: go, at any hour.' },
  '2': { mark: 'warn', says: 'Today', does: 'Severity 2: today. It costs £100 a week or more, or it does harm.' },
  '3': {
    mark: 'info',
    says: 'This week',
    does: 'Severity 3: this week. It costs £20 a week or more, or nobody knows the price.',
  },
  digest: { mark: 'unknown', says: 'Weekly list', does: 'Nothing now: it stands in the weekly list.' },
} as const satisfies Readonly<Record<string, Urgency>>;

export function urgencyOf({ severity }: Pick<AlertRow, 'severity'>): Urgency {
  return Object.hasOwn(urgencies, severity) ? urgencies[severity as keyof typeof urgencies] : urgencies.digest;
}

export const stateWords: Readonly<Record<AlertState, { mark: MarkKind; says: string }>> = {
  open: { mark: 'warn', says: 'nobody has taken it up' },
  acknowledged: { mark: 'info', says: 'taken up' },
  shelved: { mark: 'unknown', says: 'put away' },
  watching: { mark: 'info', says: 'said to be mended: the meter is watched' },
  closed: { mark: 'good', says: 'closed' },
  ended: { mark: 'good', says: 'over by itself' },
  passed: { mark: 'unknown', says: 'over before it was seen' },
};

/** Alerts that somebody may look for, by the choice of the address. */
export const shownStates = {
  'to-do': { text: 'To act on', states: ['open', 'acknowledged'] },
  shelved: { text: 'Put away until a date', states: ['shelved'] },
  watching: { text: 'Mended, being watched', states: ['watching'] },
  over: { text: 'Over', states: ['closed', 'ended', 'passed'] },
  all: { text: 'All', states: Object.keys(alertStates) },
} as const;

/** 0 of the most urgent. */
export function urgencyRank({ severity }: Pick<AlertRow, 'severity'>): number {
  return Object.keys(urgencies).indexOf(severity);
}

const unpriced = -1;

/** What matters most first: by severity, then £ a week, then kgCO2e a week; what has no price after what has one. */
export function worstFirst(a: AlertRow, b: AlertRow): number {
  return (
    urgencyRank(a) - urgencyRank(b) ||
    (b.cost_gbp_per_week ?? unpriced) - (a.cost_gbp_per_week ?? unpriced) ||
    (b.emissions_kgco2e_per_week ?? unpriced) - (a.emissions_kgco2e_per_week ?? unpriced)
  );
}

/** How long, since when, and whether it goes on. `now` in epoch milliseconds. */
export function sinceSays({ from, to, ongoing }: AlertRow, now: number): string {
  if (ongoing) return `${ago(from, now).replace(' ago', '')}, since ${time(from)}, and still on`;
  return `${lasting((Date.parse(to) - Date.parse(from)) / 1000)}, ${time(from)} to ${time(to)}`;
}

/** Who has it and until when; undefined where nobody was named. */
export function whoHasIt({ owner, due, shelved_until: until }: AlertRow): string | undefined {
  const said = [
    owner,
    due === null ? undefined : `due ${day(due)}`,
    until === null ? undefined : `put away until ${time(until)}`,
  ].filter((part) => typeof part === 'string');
  return said.length === 0 ? undefined : said.join(', ');
}

/** Why an amount is not known, in a sentence; undefined where the alert does not say. */
export function whyUnknown({ unknown }: Pick<AlertRow, 'unknown'>, of: 'price' | 'carbon'): string | undefined {
  const codes = of === 'price' ? (['no-price', 'no-rate'] as const) : (['no-factor'] as const);
  const found = [...codes, 'not-measured', 'no-use'] as const;
  const why = found.find((code) => unknown.includes(code));
  return why && worthUnknown[why];
}

export function unitWords(unit: string): string {
  return unit.replace('m3', 'm³');
}
