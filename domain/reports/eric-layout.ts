import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import { type Period, startOfDay } from '../time.ts';
import year2014 from './eric/2014-15.json' with { type: 'json' };
import year2015 from './eric/2015-16.json' with { type: 'json' };
import year2016 from './eric/2016-17.json' with { type: 'json' };
import year2023 from './eric/2023-24.json' with { type: 'json' };

/**
 * The columns of the Estates Returns Information Collection (ERIC) as data, one file a collection year: its wording
 * changes from year to year, and only years whose headers were found are here.
 */

/** What is known of a site in a collection year; amounts in kWh, m³, m² and kW. Each kWh of electricity is in one. */
export const ericFacts = [
  'organisation_code',
  'organisation_name',
  'site_name',
  'gross_internal_area',
  'occupied_area',
  'heated_volume',
  'bought_green',
  'bought_other',
  'own_solar_made',
  'own_solar_used',
  'own_other_made',
  'own_other_used',
  'third_party_solar_made',
  'third_party_solar_used',
  'third_party_other_used',
  'chp_fuel',
  'chp_heat',
  'chp_made',
  'chp_used',
  'standby_used',
  'exported',
  'maximum_demand',
  'gas',
  'oil',
  'coal',
  'steam',
  'hot_water',
  'renewable_fuel',
  'water',
] as const;
export type EricFact = (typeof ericFacts)[number];

/** Why a cell is empty, or what must be known of it. */
export const ericReasons = {
  'not-in-register': 'the register has nothing of it',
  'not-kept': 'Meterhouse does not keep it',
  'not-open': 'the site was not open in the collection year',
  silent: 'its meters said nothing',
  partial: 'not the whole year is known: the cell holds what is',
  'not-over': 'the collection year is not over: the cell holds what is so far',
  'no-meter': 'the register has no meter of it, which is told as 0',
  'no-supply': 'no contract of supply says whether it is a green tariff',
  'small-ambulance': 'an ambulance trust returns sites above 999 m² one by one, the others together',
  'owner-unknown': 'the register does not say who owns what makes it (owned_by)',
} as const;
export type EricReason = keyof typeof ericReasons;
const reasonNames = Object.keys(ericReasons) as [EricReason, ...EricReason[]];

const fieldSchema = z.strictObject({
  header: z.string().min(3),
  /** What the cell holds; several are added up. */
  facts: z.array(z.enum(ericFacts)).min(1).optional(),
  unit: z.enum(['kWh', 'kW', 'MW', 'm2', 'm3']).optional(),
  /** Why it is always empty. */
  why: z.enum(reasonNames).optional(),
});
const layoutSchema = z
  .strictObject({
    year: z.string().regex(/^\d{4}-\d\d$/),
    title: z.string(),
    licence: z.string(),
    source: z.string().min(20),
    standing: z.enum(['verified', 'quoted']),
    fields: z.array(fieldSchema).min(10),
    /**
     * Columns whose sum, less others, is the electricity that the site used: what the source of a kWh is. Absent where
     * the columns of a year do not part it so.
     */
    electricity: z.strictObject({ plus: z.array(z.string()).min(2), minus: z.array(z.string()) }).optional(),
  })
  .refine(({ fields }) => fields.every(({ facts, why }) => (facts === undefined) !== (why === undefined)))
  .refine(({ fields, electricity: { plus, minus } = { plus: [], minus: [] } }) => {
    const headers = new Set(fields.map(({ header }) => header));
    return headers.size === fields.length && [...plus, ...minus].every((header) => headers.has(header));
  });
export type EricLayout = z.output<typeof layoutSchema>;

let known: readonly EricLayout[] | undefined;

/** The layouts that are known, oldest first. Throws a ProblemError `data.invalid` when a file is damaged. */
export function ericLayouts(): readonly EricLayout[] {
  known ??= [year2014, year2015, year2016, year2023].map((file) => {
    const parsed = layoutSchema.safeParse(file);
    if (parsed.success) return parsed.data;
    const detail = z.prettifyError(parsed.error);
    throw new ProblemError([{ code: 'data.invalid', where: 'domain/reports/eric', detail }]);
  });
  return known;
}

/** The layout of a collection year: that year's, or the newest that is known before it; else the oldest. */
export function layoutFor(year: string): EricLayout {
  const layouts = ericLayouts();
  const layout = layouts.findLast((one) => one.year <= year) ?? layouts[0];
  if (!layout) throw new TypeError('there is no layout');
  return layout;
}

/** The period of a collection year: April to March. */
export function collectionYear(year: string): Period {
  const first = Number(year.slice(0, 4));
  return { from: startOfDay(`${first}-04-01`), to: startOfDay(`${first + 1}-04-01`) };
}
