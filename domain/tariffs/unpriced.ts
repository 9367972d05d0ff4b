import { type Problem, ProblemError } from '../problems.ts';

/**
 * What a comparison cannot price. It is refused as a whole where anything is missing for any offer at any supply point,
 * since an offer without its networks would look cheap. Who asks for it has the offers and supply points left out that
 * cannot be priced, as few of them as may be, with what each lacks.
 */

/** One thing that is missing: for an offer at a supply point, or for a supply point whatever the offer. */
export interface Unpriced {
  readonly supply_point: string;
  readonly offer?: string | undefined;
  readonly problem: Problem;
}

/** All that is missing for a comparison. */
export class UnpricedError extends ProblemError {
  readonly unpriced: readonly Unpriced[];
  constructor(unpriced: readonly Unpriced[]) {
    super(eachOnce(unpriced));
    this.name = 'UnpricedError';
    this.unpriced = unpriced;
  }
}

export interface LeftOut {
  readonly kind: 'offer' | 'supply_point';
  readonly id: string;
  readonly problems: readonly Problem[];
}

/** Ids of what is compared. */
export interface ComparedIds {
  readonly offer: readonly string[];
  readonly supply_point: readonly string[];
}

/**
 * What can be priced, and what is left out for it: again and again whichever lacks something at the greatest share of
 * what it is set against. Undefined where nothing would be left to compare.
 */
export function withoutUnpriced(
  ids: ComparedIds,
  unpriced: readonly Unpriced[],
): { readonly kept: ComparedIds; readonly left: readonly LeftOut[] } | undefined {
  let [kept, open] = [ids, unpriced];
  const left: LeftOut[] = [];
  while (open.length > 0) {
    const out = worstOf(kept, open);
    if (!out) return undefined;
    const { kind, id } = out;
    left.push({ kind, id, problems: eachOnce(open.filter((one) => one[kind] === id)) });
    kept = { ...kept, [kind]: kept[kind].filter((one) => one !== id) };
    open = open.filter((one) => one[kind] !== id);
  }
  return kept.offer.length === 0 || kept.supply_point.length === 0 ? undefined : { kept, left };
}

/** Of two that lack something at the same share the supply point goes: the offers are what is asked about. */
function worstOf(
  { offer, supply_point: points }: ComparedIds,
  open: readonly Unpriced[],
): Pick<LeftOut, 'kind' | 'id'> | undefined {
  const shares = [
    ...points.map((id) => {
      const own = open.filter((one) => one.supply_point === id);
      const isWhole = own.some((one) => one.offer === undefined);
      const share = isWhole ? 1 : new Set(own.map((one) => one.offer)).size / offer.length;
      return { kind: 'supply_point' as const, id, share };
    }),
    ...offer.map((id) => {
      const own = open.filter((one) => one.offer === id);
      return { kind: 'offer' as const, id, share: new Set(own.map((one) => one.supply_point)).size / points.length };
    }),
  ].filter(({ share }) => share > 0);
  const [first, ...others] = shares;
  return first && others.reduce((worst, one) => (one.share > worst.share ? one : worst), first);
}

function eachOnce(unpriced: readonly Unpriced[]): Problem[] {
  return [...new Map(unpriced.map(({ problem }) => [JSON.stringify(problem), problem])).values()];
}
