import { Worker } from 'node:worker_threads';
import type { SiteColumns } from '../../domain/alerts/site-columns.ts';
import type { LearnAnswer, LearnRequest, LookAnswer, News } from './looker.ts';

/** Who looks for the watch. */
export interface Looking {
  /** The columns are handed over: who asked has them no more. */
  readonly learn: (request: LearnRequest) => Promise<LearnAnswer>;
  readonly look: (news: readonly News[]) => Promise<LookAnswer>;
  readonly forget: (site: string) => void;
  /** Whether it has died, and has forgotten everything. */
  readonly hasEnded: () => boolean;
  readonly close: () => Promise<void>;
}

/** What the thread is told: a question, or a site that is to be forgotten. */
export type Told = Question | { readonly forget: string };
export interface Question {
  readonly id: number;
  readonly ask: { readonly learn: LearnRequest } | { readonly look: readonly News[] };
}
export type Answer =
  | { readonly id: number; readonly answer: LearnAnswer | LookAnswer }
  | { readonly id: number; readonly error: unknown };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks in a thread of its own. A thread that dies takes what it remembered with it: each question that waits is
 * rejected, and so is every later one.
 */
export function lookInThread(): Looking {
  const thread = new Worker(new URL('./looking-thread.ts', import.meta.url));
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let ended: unknown;
  const end = (error: unknown): void => {
    ended = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  thread.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) asker?.reject(answer.error);
    else asker?.resolve(answer.answer);
  });
  thread.on('error', end);
  thread.on('exit', (code) => end(new Error(`the thread of the watch has ended with code ${code}`)));
  // Nobody waits for the watch alone.
  thread.unref();
  const put = async (ask: Question['ask'], transfer: ArrayBuffer[]): Promise<unknown> => {
    if (ended !== undefined) throw ended;
    const id = ++asked;
    return await new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, ask } satisfies Question, transfer);
    });
  };
  return {
    learn: async (learn) => (await put({ learn }, buffersOf(learn.columns))) as LearnAnswer,
    look: async (look) => (await put({ look }, bare(look.map(({ values }) => values)))) as LookAnswer,
    forget: (forget) => thread.postMessage({ forget } satisfies Told, []),
    hasEnded: () => ended !== undefined,
    close: async () => void (await thread.terminate()),
  };
}

/** Columns are handed over and not copied: those of a large site are some hundred megabytes. */
export function buffersOf({ columns, temperature }: SiteColumns): ArrayBuffer[] {
  return bare([...columns.values(), ...(temperature ? [temperature] : [])]);
}

function bare(columns: readonly Float64Array[]): ArrayBuffer[] {
  return [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))];
}
