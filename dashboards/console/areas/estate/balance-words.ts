import type { z } from 'zod';
import type { reconciliationRowSchema } from '../../../../api/contract/reconciliation.ts';
import type { MarkKind } from '../../pieces/mark.tsx';

export type Balance = z.output<typeof reconciliationRowSchema>;

/**
 * How a main stands with the meters below it. A load without a meter is on every site and no fault; more below than
 * above, or a named meter, is one.
 */
export type Standing = 'agrees' | 'unmetered' | 'suspect' | 'unknown';

export function standingOf({ verdict, suspect }: Balance): Standing {
  if (verdict === 'within') return 'agrees';
  if (verdict === 'below' || suspect !== null) return 'suspect';
  return verdict === 'above' ? 'unmetered' : 'unknown';
}

export const standingMarks: Readonly<Record<Standing, { readonly kind: MarkKind; readonly says: string }>> = {
  agrees: { kind: 'good', says: 'agrees' },
  unmetered: { kind: 'info', says: 'load without a sub-meter' },
  suspect: { kind: 'bad', says: 'does not add up' },
  unknown: { kind: 'unknown', says: 'cannot be told' },
};

export interface BalanceCount {
  readonly all: number;
  readonly agree: number;
  readonly suspect: number;
  readonly says: string;
}

/** How many mains agree, and what of the others. */
export function countBalances(balances: readonly Balance[]): BalanceCount {
  const counts = { agrees: 0, unmetered: 0, suspect: 0, unknown: 0 };
  for (const balance of balances) counts[standingOf(balance)] += 1;
  const parts = [
    ...(counts.suspect > 0 ? [`${counts.suspect} do not add up`] : []),
    ...(counts.unmetered > 0 ? [`${counts.unmetered} with load that no sub-meter sees`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} cannot be told`] : []),
  ];
  const says = balances.length === 0 ? 'no main has sub-meters' : parts.join(', ') || 'all within their accuracy';
  return { all: balances.length, agree: counts.agrees, suspect: counts.suspect, says };
}
