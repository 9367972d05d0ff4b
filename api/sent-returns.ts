import { z } from 'zod';
import type { Act } from '../domain/acts.ts';
import { toIso } from '../domain/time.ts';
import type { StateStore } from '../store/state-store.ts';
import { sentReturnSchema } from './contract/reports.ts';

export type SentReturn = z.output<typeof sentReturnSchema>;

/** What is kept of an answer that was sent. */
export const sentDetailSchema = sentReturnSchema.omit({ act: true, recorded_at: true, who: true, reason: true });
export type SentDetail = z.output<typeof sentDetailSchema>;

const page = 1_000;

/** The answers that people recorded as sent for a quarter, the oldest first. */
export function sentReturns(state: StateStore, quarter: string): SentReturn[] {
  const list: SentReturn[] = [];
  for (let after = 0; ; ) {
    const acts = state.acts({ kinds: ['record-return'], limit: page, after });
    for (const act of acts) {
      const sent = sentReturnOf(act);
      if (sent?.quarter === quarter) list.push(sent);
    }
    const last = acts.at(-1);
    if (last === undefined || acts.length < page) return list;
    after = last.id;
  }
}

/** An act as the answer it recorded; undefined for an act of another kind of detail. */
export function sentReturnOf({ id, at, who, reason, detail }: Act): SentReturn | undefined {
  const kept = sentDetailSchema.safeParse(detail);
  return kept.success ? { act: id, recorded_at: toIso(at), who, ...kept.data, reason } : undefined;
}
