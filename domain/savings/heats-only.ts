import type { Utility } from '../estate/vocabulary.ts';

/** Uses that do not flow back, and that nothing is cooled with. */
const heating: ReadonlySet<Utility> = new Set([
  'gas',
  'gas_oil',
  'burning_oil',
  'lpg',
  'coal',
  'biomass',
  'heat',
  'steam',
]);

export function heatsOnly(utility: Utility | undefined): boolean {
  return utility !== undefined && heating.has(utility);
}
