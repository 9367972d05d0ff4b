import { z } from 'zod';
import cibseTm46 from './benchmarks/cibse-tm46.json' with { type: 'json' };
import enco2de from './benchmarks/enco2de-2006.json' with { type: 'json' };

/** The category that a site is set against, where that of its type is not meant. */
export const siteBenchmarksSchema = z.strictObject({
  'cibse-tm46': z.enum(cibseTm46.categories.map(({ id }) => id)).optional(),
  'enco2de-2006': z.enum(enco2de.categories.map(({ id }) => id)).optional(),
});
