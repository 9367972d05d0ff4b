import { useEffect, useState } from 'preact/hooks';
import { now } from './clock.ts';

/** Where the reader is: the address holds every choice, so that it can be mailed. */

const moved = new Set<() => void>();

function tellMoved(): void {
  for (const told of moved) told();
}

if (typeof window !== 'undefined') window.addEventListener('popstate', tellMoved);

/** Goes to another page of the console. */
export function go(href: string): void {
  history.pushState(null, '', href);
  tellMoved();
}

/** The address now; whoever uses it is drawn anew when it changes. */
export function usePlace(): { readonly path: string; readonly query: URLSearchParams } {
  const [, redraw] = useState(0);
  useEffect(() => {
    const told = (): void => redraw((count) => count + 1);
    moved.add(told);
    return () => void moved.delete(told);
  }, []);
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Changes choices in the address; undefined takes one out. The page stays, and Back leaves it. */
export function choose(choices: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(choices)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, '', query.size === 0 ? location.pathname : `${location.pathname}?${query}`);
  tellMoved();
}

/** A choice of the address and how to change it; undefined where nothing is chosen. */
export function useQuery(name: string): readonly [string | undefined, (value: string | undefined) => void] {
  const { query } = usePlace();
  return [query.get(name) ?? undefined, (value) => choose({ [name]: value })];
}

/** A link to a page with choices. */
export function hrefOf(path: string, choices: Readonly<Record<string, string | undefined>> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choices)) if (value) query.set(name, value);
  return query.size === 0 ? path : `${path}?${query}`;
}

/** A London date, `2026-11-26`, of a moment in epoch milliseconds. */
export function londonDate(at: number): string {
  return new Date(at).toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
}

/**
 * The instant at which London's clocks showed a time, `2026-11-26T14:30`; the first where they showed it twice,
 * undefined where they never did.
 */
export function londonInstant(shown: string): string | undefined {
  const asUtc = Date.parse(`${shown}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const summerFirst = [asUtc - 3_600_000, asUtc];
  const at = summerFirst.find((one) => londonClock(one) === new Date(asUtc).toISOString().slice(0, 16));
  return at === undefined ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
}

function londonClock(at: number): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/London' }).slice(0, 16).replace(' ', 'T');
}

/** A date so many days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function addMonths(date: string, months: number): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

/** The first of April of the financial year that a date belongs to. */
export function financialYearOf(date: string): string {
  const year = Number(date.slice(0, 4));
  return date.slice(5) >= '04-01' ? `${year}-04-01` : `${year - 1}-04-01`;
}

export interface Period {
  /** London dates; `to` does not belong to it, as the API has it. */
  readonly from: string;
  readonly to: string;
}

/** The stretches that people ask for, ending with `today`. */
export const presets = {
  today: { says: 'Today', of: (today) => ({ from: today, to: addDays(today, 1) }) },
  yesterday: { says: 'Yesterday', of: (today) => ({ from: addDays(today, -1), to: today }) },
  'last-7-days': { says: 'Last 7 days', of: (today) => ({ from: addDays(today, -6), to: addDays(today, 1) }) },
  'last-28-days': { says: 'Last 28 days', of: (today) => ({ from: addDays(today, -27), to: addDays(today, 1) }) },
  'this-month': { says: 'This month', of: (today) => ({ from: addMonths(today, 0), to: addDays(today, 1) }) },
  'last-month': { says: 'Last month', of: (today) => ({ from: addMonths(today, -1), to: addMonths(today, 0) }) },
  'last-12-months': {
    says: 'Last 12 months',
    of: (today) => ({ from: addMonths(today, -12), to: addMonths(today, 0) }),
  },
  'this-year': {
    says: 'Financial year to date',
    of: (today) => ({ from: financialYearOf(today), to: addDays(today, 1) }),
  },
  'last-year': {
    says: 'Last financial year',
    of: (today) => ({ from: addMonths(financialYearOf(today), -12), to: financialYearOf(today) }),
  },
} as const satisfies Record<string, { says: string; of: (today: string) => Period }>;
export type PresetName = keyof typeof presets;

/** Whether a text of the address is a date that there is. */
export function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/**
 * The period of the address: `?period=` one of the presets, or `?from=` and `?until=`, the last day that belongs to it.
 */
export function usePeriod(usual: PresetName): Period & { readonly preset: PresetName | undefined } {
  const { query } = usePlace();
  const [from, until] = [query.get('from') ?? '', query.get('until') ?? ''];
  if (isDate(from) && isDate(until) && from <= until) {
    return { from, to: addDays(until, 1), preset: undefined };
  }
  const named = query.get('period') ?? '';
  const preset = Object.hasOwn(presets, named) ? (named as PresetName) : usual;
  return { ...presets[preset].of(londonDate(now())), preset };
}
