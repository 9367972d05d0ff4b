import { useEffect, useState } from 'preact/hooks';
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
  remembered.clear();
  return answer;
}

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
    const mend = 'Look whether this device is on the network and the house is running; then ask again.';
    throw new Refused(0, [{ code: 'console.not-reached', says, mend }]);
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

/** Answers of this visit, shown while they are asked anew; the oldest makes room. */
const remembered = new Map<string, { readonly data: unknown; readonly at: number }>();
const rememberedAnswers = 60;

function remember(address: string, data: unknown): void {
  remembered.delete(address);
  remembered.set(address, { data, at: now() });
  const [oldest] = remembered.keys();
  if (remembered.size > rememberedAnswers && oldest !== undefined) remembered.delete(oldest);
}

interface Heard {
  readonly address: string;
  readonly since: number;
  readonly known: { readonly data: unknown; readonly at: number } | undefined;
  readonly refused: Refused | undefined;
}

/** Asks as long as the component is there, again when the question changes. */
export function useAsked<Route extends keyof Answers>(route: Route, asking: Asking = {}): Asked<Answers[Route]> {
  const { every, again, when = true } = asking;
  const address = addressOf(route, asking);
  const begun = (): Heard => ({ address, since: now(), known: remembered.get(address), refused: undefined });
  const [heard, setHeard] = useState<Heard>(begun);
  const [tries, setTries] = useState(0);
  const current = heard.address === address ? heard : begun();

  useEffect(() => {
    if (!when) return undefined;
    const stop = new AbortController();
    const look = async (): Promise<void> => {
      try {
        const data = await request('GET', address, undefined, stop.signal);
        if (stop.signal.aborted) return;
        remember(address, data);
        setHeard({ address, since: now(), known: remembered.get(address), refused: undefined });
      } catch (error) {
        if (stop.signal.aborted) return;
        const refused = error instanceof Refused ? error : new Refused(0, []);
        setHeard((before) => ({ ...(before.address === address ? before : begun()), refused }));
      }
    };
    setHeard((before) => (before.address === address ? before : begun()));
    void look();
    const timer = every === undefined ? undefined : setInterval(() => void (document.hidden || look()), every * 1000);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [address, every, again, when, tries]);

  const retry = (): void => {
    setHeard((before) => ({ ...before, since: now(), refused: undefined }));
    setTries((count) => count + 1);
  };
  const { known, refused, since } = current;
  if (known) return { state: 'known', data: known.data as Answers[Route], at: known.at, stale: refused, retry };
  return refused ? { state: 'failed', refused, retry } : { state: 'loading', since };
}
