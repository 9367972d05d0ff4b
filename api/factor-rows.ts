import type { z } from 'zod';
import type { CarbonFigure } from '../domain/carbon/carbon.ts';
import type { usedFactorSchema } from './contract/reports.ts';

type FactorRow = z.output<typeof usedFactorSchema>;

/** The factors that the figures of an answer used, each once, as they look outside. */
export function factorRows(figures: readonly CarbonFigure[]): FactorRow[] {
  const rows = new Map<string, FactorRow>();
  for (const factor of figures.flatMap(({ byActivity }) => byActivity.flatMap((one) => one.factors))) {
    const { utility, activity, scope, set, value, per, standing, source } = factor;
    rows.set(`${utility} ${activity} ${set} ${standing}`, {
      utility,
      activity,
      scope,
      set,
      factor_kgco2e: value,
      per,
      standing,
      source,
    });
  }
  return [...rows.values()];
}
