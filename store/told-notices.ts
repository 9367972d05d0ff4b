import type { ToldNotice } from '../domain/alerts/alarm-load.ts';
import type { Severity } from '../domain/alerts/severity.ts';
import { limits } from '../domain/limits.ts';
import { daySeconds, type Period } from '../domain/time.ts';
import type { StateStore } from './state-store.ts';

/** What is held back over quiet hours is planned so long before it is told, at most. */
const heldDays = 14;

/**
 * What people were told in a period, digests apart, by the severity that each alert has now. Of more than is looked at
 * the earliest is left out, and `all` is false.
 */
export function toldNotices(
  state: Pick<StateStore, 'deliveries'>,
  { from, to }: Period,
  severityOf: (alert: string) => Severity | undefined,
): { readonly notices: readonly ToldNotice[]; readonly all: boolean } {
  const rows = state.deliveries({ since: from - heldDays * daySeconds, limit: limits.alarmLoadRows });
  const notices = rows.flatMap(({ about, told, channel, recipient, subject }): ToldNotice[] => {
    if (about === 'digest' || told === null || told < from || told >= to) return [];
    const severity = about === 'issue' ? 'data' : (severityOf(subject) ?? 3);
    return [{ channel, recipient, at: told, severity }];
  });
  return { notices, all: rows.length < limits.alarmLoadRows };
}
