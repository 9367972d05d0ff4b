import { z } from 'zod';
import cibseTm46 from './benchmarks/cibse-tm46.json' with { type: 'json' };
import enco2de from './benchmarks/enco2de-2006.json' with { type: 'json' };
import { type Site, siteTypes, type Utility } from '../estate/estate.ts';
import { ProblemError } from '../problems.ts';

/**
 * Published yearly benchmarks as data, one file a publication, each value with where it was read and whether it was
 * (`confirmed`) or is quoted from others or from memory (`quoted`). A site is set against the category of its type, or
 * against the one that it names itself. A value is for a whole year and no part of it.
 */

const fileSchema = <T extends z.ZodRawShape>(unit: string, values: T) =>
  z.strictObject({
    id: z.string(),
    title: z.string(),
    publisher: z.string(),
    unit: z.literal(unit),
    per: z.string(),
    note: z.string(),
    categories: z
      .array(
        z.strictObject({
          id: z.string(),
          name: z.string(),
          values: z.strictObject(values),
          standing: z.enum(['confirmed', 'quoted']),
          source: z.string().min(5),
        }),
      )
      .min(1),
    by_site_type: z.partialRecord(z.enum(siteTypes), z.string()),
  });

const amount = z.number().min(0).max(5_000);
/** kWh per m² of gross internal area: electricity, and fuel with bought heat. */
const tm46Schema = fileSchema('kWh/m2', { electricity: amount, fossil_thermal: amount });
/** GJ per 100 m³ of heated volume, all energy delivered: what is built anew or refurbished, and what stands. */
const enco2deSchema = fileSchema('GJ/100m3', { new: amount, existing: amount });

const schemas = { 'cibse-tm46': tm46Schema, 'enco2de-2006': enco2deSchema } as const;
export type BenchmarkId = keyof typeof schemas;
type BenchmarkFile<Id extends BenchmarkId> = z.output<(typeof schemas)[Id]>;
export type Category<Id extends BenchmarkId> = BenchmarkFile<Id>['categories'][number];

const files: Readonly<Record<BenchmarkId, unknown>> = { 'cibse-tm46': cibseTm46, 'enco2de-2006': enco2de };
const known = new Map<BenchmarkId, unknown>();

/** A publication, checked when it is first asked for; throws `data.invalid` where its file is damaged. */
export function benchmark<Id extends BenchmarkId>(id: Id): BenchmarkFile<Id> {
  const before = known.get(id);
  if (before !== undefined) return before as BenchmarkFile<Id>;
  const parsed = schemas[id].safeParse(files[id]);
  const where = `domain/energy/benchmarks/${id}.json`;
  if (!parsed.success) {
    throw new ProblemError([{ code: 'data.invalid', where, detail: z.prettifyError(parsed.error) }]);
  }
  const names = new Set(parsed.data.categories.map((category) => category.id));
  for (const category of Object.values(parsed.data.by_site_type)) {
    if (!names.has(category)) throw new ProblemError([{ code: 'data.invalid', where, found: category }]);
  }
  known.set(id, parsed.data);
  return parsed.data as BenchmarkFile<Id>;
}

/** What heats: fuel that is burnt, and heat that is bought. TM46 calls it fossil-thermal. */
export const thermalUtilities: readonly Utility[] = [
  'gas',
  'gas_oil',
  'burning_oil',
  'lpg',
  'coal',
  'biomass',
  'heat',
  'steam',
];

/** What a site is set against in a publication; undefined where its type has no category there and it names none. */
export function categoryOf<Id extends BenchmarkId>(
  id: Id,
  site: Pick<Site, 'type' | 'benchmarks'>,
): Category<Id> | undefined {
  const file = benchmark(id);
  const wanted = site.benchmarks?.[id] ?? file.by_site_type[site.type];
  return file.categories.find((category) => category.id === wanted);
}
