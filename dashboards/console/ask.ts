import { useEffect, useRef, useState } from 'preact/hooks';
import type { Acted, Answers } from './answers.ts';
import { now } from './clock.ts';

/** The one way to the API. Routes are written as it has them, `:names` and all. */

export interface SaidProblem {
  readonly code: string;
  readonly says: string;
  readonly where?: string | undefined;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
  readonly detail?: string | undefined;
  readonly mend?: string | undefined;
}

/** The API said no (its status and problems), or was not reached: status 0. */
export class Refused extends Error {
  readonly status: number;
  readonly problems: readonly SaidProblem[];
  constructor(status: number, problems: readonly SaidProblem[]) {
    super(problems.map(({ says }) => says).join(' ') || `The house answered ${status}.`);
    this.name = 'Refused';
    this.status = status;
    this.problems = problems;
  }
}

type Scalar = string | number | boolean;
export interface Question {
  readonly params?: Readonly<Record<string, string>>;
  /** Lists are joined by commas; what is undefined or empty is left out. */
  readonly query?: Readonly<Record<string, Scalar | readonly Scalar[] | undefined>>;
}

/** The address of a question. */
export function addressOf(route: string, { params = {}, query = {} }: Question = {}): string {
  const path = route.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
    if (text !== '') search.set(name, text);
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

/** The same question, answered as a file for a spreadsheet. */
export function csvHref(route: keyof Answers, question: Question = {}): string {
  return addressOf(route, { ...question, query: { ...question.query, format: 'csv' } });
}

/** Longer than any answer takes that the API gives at all. */
const patienceMs = 120_000;

/** Asks; rejects with Refused, or with an AbortError when `signal` says so. */
export async function ask<Route extends keyof Answers>(
  route: Route,
  question: Question & { readonly signal?: AbortSignal } = {},
): Promise<Answers[Route]> {
  return (await request('GET', addressOf(route, question), undefined, question.signal)) as Answers[Route];
}

/** Does something; rejects with Refused. The key names the method and the route. */
export async function act<Key extends keyof Acted>(
  key: Key,
  question: Question & { readonly body?: unknown } = {},
): Promise<Acted[Key]> {
  const [method = 'POST', route = ''] = key.split(' ');
  const answer = (await request(method, addressOf(route, question), question.body)) as Acted[Key];
  acts += 1;
  remembered.clear();
  return answer;
}

const askAgain = 'look whether this device is on the network and the house is running, then ask again';
const lookFirst = 'it may have been done all the same: look whether it was before you send it again';

async function request(method: string, address: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const timeout = AbortSignal.timeout(patienceMs);
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  let answer: Response;
  try {
    answer = await fetch(address, { method, signal: signal ? AbortSignal.any([signal, timeout]) : timeout, ...sent });
  } catch (error) {
    if (signal?.aborted) throw error;
    const says = timeout.aborted ? 'The house did not answer in two minutes.' : 'The house cannot be reached.';
    throw new Refused(0, [{ code: 'console.not-reached', says, mend: method === 'GET' ? askAgain : lookFirst }]);
  }
  const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '');
  const said: unknown = isJson ? await answer.json() : await answer.text();
  if (answer.status === 401 && !aboutCaller.has(address)) doubtCaller();
  if (!answer.ok) throw new Refused(answer.status, problemsOf(said));
  return said;
}

/** What asks who asks, or says it: its refusal is no news. */
const aboutCaller: ReadonlySet<string> = new Set(['/v1/caller', '/v1/sessions']);
const doubters = new Set<() => void>();

/** Says that the house may not know any longer who asks: a session is over, or its key was revoked. */
export function doubtCaller(): void {
  for (const told of doubters) told();
}

/** Counts how often it was doubted who asks. */
export function useDoubts(): number {
  const [doubts, setDoubts] = useState(0);
  useEffect(() => {
    const told = (): void => setDoubts((count) => count + 1);
    doubters.add(told);
    return () => void doubters.delete(told);
  }, []);
  return doubts;
}

function problemsOf(said: unknown): readonly SaidProblem[] {
  const { problems } = Object(said) as { problems?: readonly SaidProblem[] };
  return problems ?? [];
}

export type Asked<T> =
  | { readonly state: 'loading'; readonly since: number }
  | { readonly state: 'failed'; readonly refused: Refused; readonly retry: () => void }
  | {
      readonly state: 'known';
      readonly data: T;
      /** When the house said it, epoch milliseconds. */
      readonly at: number;
      /** Why it could not be asked anew: what is shown is old. */
      readonly stale: Refused | undefined;
      readonly retry: () => void;
    };

export interface Asking extends Question {
  /** Asks anew every so many seconds, while the page is seen. */
  readonly every?: number;
  /** Asks anew when this changes. */
  readonly again?: unknown;
  /** False: not yet, as something else must be known first. */
  readonly when?: boolean;
}

/**
 * Answers of the last moments, shown while they are asked anew: who goes back a page need not wait. What is older is
 * not shown as if it were of now.
 */
const remembered = new Map<string, { readonly data: unknown; readonly at: number }>();
const rememberedAnswers = 60;
const rememberedMs = 30_000;

/** Grows with each act: an answer to what was asked before it may be as things were. */
let acts = 0;

function remember(address: string, data: unknown): void {
  remembered.delete(address);
  remembered.set(address, { data, at: now() });
  const [oldest] = remembered.keys();
  if (remembered.size > rememberedAnswers && oldest !== undefined) remembered.delete(oldest);
}

function rememberedLately(address: string): Heard['known'] {
  const known = remembered.get(address);
  return known && now() - known.at < rememberedMs ? known : undefined;
}

/** The questions of what is shown now. */
const shown = new Set<() => void>();

/** Asks everything that is shown anew: something may have happened that nobody was told of. */
export function renewShown(): void {
  for (const renew of shown) renew();
}

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    // What waited in a pocket is old.
    if (!document.hidden) renewShown();
  });
}

interface Heard {
  readonly address: string;
  readonly since: number;
  readonly known: { readonly data: unknown; readonly at: number } | undefined;
  readonly refused: Refused | undefined;
}

/**
 * Asks as long as the component is there, again when the question changes. One request at a time: what wants a newer
 * answer meanwhile is asked when the one under way is there, so that a slow house is not asked faster than it answers.
 */
export function useAsked<Route extends keyof Answers>(route: Route, asking: Asking = {}): Asked<Answers[Route]> {
  const { every, again, when = true } = asking;
  const address = addressOf(route, asking);
  const begun = (): Heard => ({ address, since: now(), known: rememberedLately(address), refused: undefined });
  const [heard, setHeard] = useState<Heard>(begun);
  const [tries, setTries] = useState(0);
  const renew = useRef<(() => void) | undefined>(undefined);
  const current = heard.address === address ? heard : begun();

  useEffect(() => {
    if (!when) return undefined;
    setHeard((before) => (before.address === address ? before : begun()));
    const question = keepAsking(address, (news) =>
      setHeard((before) => ({ ...(before.address === address ? before : begun()), ...news })),
    );
    renew.current = question.renew;
    shown.add(question.renew);
    return () => {
      renew.current = undefined;
      shown.delete(question.renew);
      question.stop();
    };
  }, [address, when]);
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = setInterval(() => void (document.hidden || renew.current?.()), every * 1000);
    return () => clearInterval(timer);
  }, [every]);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) renew.current?.();
    isFirst.current = false;
  }, [again, tries]);

  const retry = (): void => {
    setHeard((before) => ({ ...before, since: now(), refused: undefined }));
    setTries((count) => count + 1);
  };
  const { known, refused, since } = current;
  if (known) return { state: 'known', data: known.data as Answers[Route], at: known.at, stale: refused, retry };
  return refused ? { state: 'failed', refused, retry } : { state: 'loading', since };
}

/** Asks at once, and again whenever `renew` is called; `tell` hears what came of it, until it is stopped. */
function keepAsking(address: string, tell: (news: Partial<Heard>) => void) {
  const stop = new AbortController();
  let isAsking = false;
  let isWanted = false;
  const look = async (): Promise<void> => {
    isAsking = true;
    const before = acts;
    try {
      const data = await request('GET', address, undefined, stop.signal);
      if (stop.signal.aborted) return;
      if (before === acts) {
        remember(address, data);
        tell({ since: now(), known: { data, at: now() }, refused: undefined });
      } else isWanted = true;
    } catch (error) {
      if (stop.signal.aborted) return;
      tell({ refused: error instanceof Refused ? error : new Refused(0, []) });
    } finally {
      isAsking = false;
    }
    if (isWanted) renew();
  };
  const renew = (): void => {
    isWanted = isAsking;
    if (!isAsking && !stop.signal.aborted) void look();
  };
  void look();
  return { renew, stop: () => stop.abort() };
}
