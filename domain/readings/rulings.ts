import type { Act } from '../acts.ts';
import type { Reading } from './reading.ts';
import type { EpochSeconds } from '../time.ts';

/**
 * What people decided about the data of a meter. A ruling is an act read as derivation needs it: nothing is deleted,
 * the reading stays in the store, and a later act takes an earlier one back.
 */

/** Units that an estimate is entered in; each is what a meter's half-hours are told in. */
export const estimateUnits = ['kWh', 'kvarh', 'm3'] as const;
export type EstimateUnit = (typeof estimateUnits)[number];

interface Span {
  /** The act it is. */
  readonly act: number;
  /** First second, and the first after the last. */
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

export type Ruling =
  /** The readings of the span are left out. */
  | (Span & { readonly kind: 'void' })
  /** The readings of the span are right, whatever was thought of them. */
  | (Span & { readonly kind: 'overrule' })
  /** What was said of the span is so: there is nothing more to ask. */
  | (Span & { readonly kind: 'accept' })
  /** This much passed in the span; its missing half-hours are filled, each with its part by time. */
  | (Span & { readonly kind: 'estimate'; readonly amount: number; readonly unit: EstimateUnit });

/** The kinds of acts that are rulings, and the one that takes one back. */
export const rulingActs = {
  void: 'void-readings',
  overrule: 'overrule-verdict',
  accept: 'accept-verdict',
  estimate: 'enter-estimate',
  undo: 'undo-ruling',
} as const;
export const rulingActKinds = Object.values(rulingActs);

/** The rulings that stand, in the order in which they were made. */
export function rulingsOf(acts: readonly Act[]): Ruling[] {
  const undone = new Set(
    acts.flatMap(({ kind, detail }) => (kind === rulingActs.undo ? [(detail as { act: number }).act] : [])),
  );
  return acts.flatMap((act): Ruling[] => {
    if (undone.has(act.id)) return [];
    const { from, to } = act.detail as Partial<Span>;
    if (from === undefined || to === undefined) return [];
    const span = { act: act.id, from, to };
    switch (act.kind) {
      case rulingActs.void:
        return [{ kind: 'void', ...span }];
      case rulingActs.overrule:
        return [{ kind: 'overrule', ...span }];
      case rulingActs.accept:
        return [{ kind: 'accept', ...span }];
      case rulingActs.estimate: {
        const { amount, unit } = act.detail as { amount: number; unit: EstimateUnit };
        return [{ kind: 'estimate', ...span, amount, unit }];
      }
      default:
        return [];
    }
  });
}

export const noRulings: readonly Ruling[] = [];

/** What was decided about a reading; of two rulings the later one. */
export function ruledOn(rulings: readonly Ruling[], at: EpochSeconds): 'void' | 'overrule' | undefined {
  const last = rulings.findLast(
    ({ kind, from, to }) => (kind === 'void' || kind === 'overrule') && from <= at && at < to,
  );
  return last?.kind === 'void' || last?.kind === 'overrule' ? last.kind : undefined;
}

/** The readings without those that a person declared void, and these. */
export function withoutVoided(
  readings: readonly Reading[],
  rulings: readonly Ruling[],
): { readonly standing: readonly Reading[]; readonly voided: readonly Reading[] } {
  if (!rulings.some(({ kind }) => kind === 'void')) return { standing: readings, voided: [] };
  const isVoid = (reading: Reading): boolean => ruledOn(rulings, reading.at) === 'void';
  return { standing: readings.filter((reading) => !isVoid(reading)), voided: readings.filter(isVoid) };
}

/** Whether a person said that what was found of a span is so. */
export function isAccepted(rulings: readonly Ruling[], from: EpochSeconds, to: EpochSeconds): boolean {
  return rulings.some((ruling) => ruling.kind === 'accept' && ruling.from < to && ruling.to > from);
}
