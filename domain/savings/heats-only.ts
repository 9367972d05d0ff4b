import { thermalUtilities } from '../energy/benchmarks.ts';
import type { Utility } from '../estate/vocabulary.ts';

/** Whether a use does not flow back, and nothing is cooled with it. */
export function heatsOnly(utility: Utility | undefined): boolean {
  return utility !== undefined && thermalUtilities.includes(utility);
}
