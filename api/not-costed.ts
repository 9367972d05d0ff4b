import type { z } from 'zod';
import { problems } from '../domain/problems.ts';
import type { NotCosted } from '../domain/tariffs/not-costed.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { notCostedSchema } from './contract/costs.ts';

/** Supply points without a cost as rows, one for each thing that is missing. */
export function notCostedRows(all: readonly NotCosted<PlacedPoint>[]): z.output<typeof notCostedSchema>[] {
  return all.flatMap(({ point: { point, site }, problems: missing }) =>
    missing.map(({ code, where, found = null, expected = null, detail = null }) => ({
      supply_point: point.id,
      site,
      utility: point.utility,
      code,
      where,
      found,
      expected,
      detail,
      mend: problems[code].mend,
    })),
  );
}
