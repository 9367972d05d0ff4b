import type { MeterEntry } from './estate.ts';
import type { Checked, EstatePath, EstateRule, PlacedMeter } from './estate-rules.ts';

/** A term with its place: below `sum_of`, or below the terms of one dated formula. */
interface PlacedTerm {
  readonly meter: string;
  readonly at: EstatePath;
}

function placedFormulas({ meter, path }: Pick<PlacedMeter, 'meter' | 'path'>): readonly (readonly PlacedTerm[])[] {
  const place = (terms: readonly { readonly meter: string }[], at: EstatePath) =>
    terms.map((term, i): PlacedTerm => ({ meter: term.meter, at: [...at, i] }));
  return [
    ...(meter.sum_of ? [place(meter.sum_of, [...path, 'sum_of'])] : []),
    ...(meter.formula ?? []).map(({ terms }, k) => place(terms, [...path, 'formula', k, 'terms'])),
  ];
}

export function placedTerms(placed: Pick<PlacedMeter, 'meter' | 'path'>): readonly PlacedTerm[] {
  return placedFormulas(placed).flat();
}

/** Virtual meters have a formula and nothing else to be heard by, and a formula adds like to like. */
export function checkFormulas(checked: Checked): void {
  for (const placed of checked.placed) {
    const { meter, path } = placed;
    const { role, formula, sum_of } = meter;
    const say = (rule: EstateRule, at: EstatePath, detail: string, found: string, expected?: string) =>
      checked.report({ rule, path: at, detail, found, expected });
    const virtual = role === 'virtual';
    if (virtual && formula === undefined && sum_of === undefined) {
      const detail = 'a virtual meter is computed from others';
      say('virtual-formula', [...path, 'role'], detail, 'no formula', 'formula: [{ from, terms: [{ meter, times }] }]');
    }
    for (const key of ['formula', 'sum_of'] as const) {
      if (virtual || meter[key] === undefined) continue;
      const detail = 'only virtual meters are computed from others';
      say('virtual-formula', [...path, key], detail, `${key} on a ${role} meter`);
    }
    if (formula !== undefined && sum_of !== undefined) {
      const detail = 'sum_of is a formula that never changes; both say what the meter is';
      say('virtual-formula', [...path, 'sum_of'], detail, 'formula and sum_of', 'one of them');
    }
    if (!virtual) continue;
    for (const key of ['topic', 'decoder', 'channel'] as const) {
      const value = meter[key];
      if (value === undefined) continue;
      say('virtual-not-heard', [...path, key], 'nothing is heard from a virtual meter', value);
    }
    checkTerms(checked, placed);
  }
}

function checkTerms(checked: Checked, placed: PlacedMeter): void {
  for (const terms of placedFormulas(placed)) {
    const seen = new Set<string>();
    for (const { meter: id, at } of terms) {
      const path = [...at, 'meter'];
      if (seen.has(id)) {
        const detail = 'this formula has the meter already: its times are one number';
        checked.report({ rule: 'formula-meter-once', path, found: id, detail });
      }
      seen.add(id);
      const term = checked.meters.get(id);
      if (!term || checked.isFaulty(term.path, ['utility', 'measures'])) continue;
      const [own, other] = [counts(placed.meter), counts(term.meter)];
      if (own === other) continue;
      const detail = `the formula is of ${own}, and ${id} counts ${other}`;
      checked.report({ rule: 'formula-one-unit', path, found: other, expected: own, detail });
    }
  }
}

/** What a meter's half-hours are added up in. Gas and heat are both kWh: heat may be a share of its gas. */
function counts({ utility, measures }: MeterEntry): 'm³' | 'kvarh' | 'kWh' {
  if (measures === 'reactive') return 'kvarh';
  return utility === 'water' ? 'm³' : 'kWh';
}
