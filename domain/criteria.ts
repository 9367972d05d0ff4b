/** Bounds that a number is asked to lie within before something is said by it, each with where it comes from. */
export interface Criterion {
  /** What is compared. */
  readonly says: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  readonly source: string;
  /** `quoted`: the paper was not at hand when it was written down here. */
  readonly standing: 'confirmed' | 'quoted';
}

/** The names of what was found and does not lie within its bounds. A number that is not known is not judged. */
export function notMet<Name extends string>(
  criteria: Readonly<Record<Name, Criterion>>,
  found: Readonly<Partial<Record<Name, number | undefined>>>,
): { readonly name: Name; readonly found: number }[] {
  return (Object.keys(found) as Name[]).flatMap((name) => {
    const value = found[name];
    const { least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = criteria[name];
    // NaN lies within no bounds.
    return value === undefined || (value >= least && value <= most) ? [] : [{ name, found: value }];
  });
}

/** A criterion that is not met, as a sentence for a person. */
export function sayNotMet({ says, least, most, unit, source }: Criterion, found: number): string {
  const bounds = [
    ...(least === undefined ? [] : [`at least ${shown(least)}`]),
    ...(most === undefined ? [] : [`at most ${shown(most)}`]),
  ];
  return `${says}: ${[shown(found), unit].join(' ').trim()}, where ${bounds.join(' and ')} is asked (${source})`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}
