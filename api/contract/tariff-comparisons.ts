import { z } from 'zod';
import { standings } from '../../domain/carbon/factors.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { carryForwardSchema } from '../../domain/tariffs/carry-forward.ts';
import { chargeKindNames } from '../../domain/tariffs/charges.ts';
import { causeNames } from '../../domain/tariffs/differences.ts';
import { generationFault, loadChangeSchema } from '../../domain/tariffs/load-changes.ts';
import { tariffUtilities } from '../../domain/tariffs/published.ts';
import { contracts, type Contract, tariffSchema } from '../../domain/tariffs/register.ts';
import { dateOf, monthOf, startOfDay } from '../../domain/time.ts';
import { offerFindings } from '../../domain/estate/offer-check.ts';
import { standingShape } from './figures.ts';
import {
  always,
  checkRange,
  dateSchema,
  momentSchema,
  periodSchema,
  shareSchema,
  tableFormats,
  tableOrOther,
} from './vocabulary.ts';

/** Any number of offers against any set of supply points: what is asked and what is answered. */

const contractNames = Object.keys(contracts) as [Contract, ...Contract[]];

export const comparisonTables = [
  'offers',
  'sites',
  'choices',
  'components',
  'causes',
  'capacity',
  'capacity_costs',
  'sensitivity',
  'load',
  'rates',
] as const;
export type ComparisonTable = (typeof comparisonTables)[number];
export const comparisonFormats = [...tableFormats, 'svg'] as const;

export const comparisonQuerySchema = z.strictObject({
  table: z
    .enum(comparisonTables)
    .default('offers')
    .describe('which rows CSV has; JSON and xlsx have all, the one named first'),
  format: z.enum(comparisonFormats).optional().describe('csv, xlsx (all tables as sheets) or svg (a chart)'),
});

const dayStartSchema = momentSchema.refine((at) => startOfDay(dateOf(at)) === at, 'a London date as 2027-04-01');
const idsSchema = z.array(idSchema).min(1).max(limits.idsPerRequest).optional();

export const comparisonBodySchema = z
  .strictObject({
    offers: z.array(idSchema).max(limits.comparedOffers).default([]).describe('tariffs of the register'),
    offers_given: z
      .array(tariffSchema)
      .max(limits.comparedOffers)
      .default([])
      .superRefine((given, context) => checkGiven(given, context), always)
      .describe('offers that are not in the register, in its own form'),
    supply_point: idsSchema,
    site: idsSchema,
    organisation: idsSchema,
    utility: z.enum(tariffUtilities).optional().describe('that of the offers'),
    from: dayStartSchema.describe('the first London date of supply'),
    to: dayStartSchema.describe('the first London date after it'),
    load_year_from: momentSchema
      .refine((at) => startOfDay(monthOf(dateOf(at))) === at, 'the first of a month as 2025-04-01')
      .optional()
      .describe('twelve months from the first of a month; the last twelve that are measured where absent'),
    carry: carryForwardSchema.optional().describe('which rates go on where none are known yet, and how far'),
    what_if: z
      .array(loadChangeSchema)
      .max(limits.loadChanges)
      .default([])
      .superRefine((changes, context) => {
        for (const [i, change] of changes.entries()) {
          const fault = change?.change === 'generation' ? generationFault(change) : undefined;
          if (fault !== undefined) context.addIssue({ code: 'custom', path: [i], message: fault });
        }
      }, always)
      .describe('changes of load, done in this order'),
    agreed_capacities_kva: z
      .array(z.number().positive().max(1_000_000))
      .min(1)
      .max(limits.comparedCapacities)
      .optional()
      .describe('what each supply point would cost at these; those that its months needed where absent'),
    price_changes_percent: z.array(z.number().min(-100).max(1_000)).max(limits.priceChanges).default([-20, 20]),
    against: idSchema.optional().describe('the offer that differences are from, such as the present contract'),
    unpriced: z
      .enum(['refuse', 'leave_out'])
      .default('refuse')
      .describe(
        'what becomes of offers and supply points for which something is missing. refuse: everything that is missing is ' +
          'a problem; leave_out: as few of them as may be are left out and named',
      ),
    factors: z
      .enum(['published', 'newest'])
      .default('published')
      .describe('newest: the last emission factors stand for years that are not published yet'),
  })
  .superRefine((value, context) => {
    checkRange(value, context, limits.comparedDays);
    checkOffers(value, context);
  }, always);
export type ComparisonBody = z.output<typeof comparisonBodySchema>;

/** The rules of the register, at their places; what is not of the right form has been told already. */
function checkGiven(given: readonly unknown[], context: z.RefinementCtx): void {
  if (!Array.isArray(given)) return;
  for (const [i, one] of given.entries()) {
    const parsed = tariffSchema.safeParse(one);
    if (!parsed.success) continue;
    for (const { path, found, expected, detail } of offerFindings(parsed.data)) {
      const message = expected === undefined ? detail : `${expected}: ${detail}`;
      context.addIssue({ code: 'custom', path: [i, ...path], message, params: { found } });
    }
  }
}

/** Something is compared, nothing twice. */
function checkOffers(value: unknown, context: z.RefinementCtx): void {
  const { offers = [], offers_given: given = [] } = value as Partial<ComparisonBody>;
  if (!Array.isArray(offers) || !Array.isArray(given)) return;
  const ids = [...offers, ...given.map((one) => one?.id)];
  if (ids.length === 0) context.addIssue({ code: 'custom', path: ['offers'], message: 'at least one offer' });
  for (const [i, id] of ids.entries()) {
    if (id === undefined || ids.indexOf(id) === i) continue;
    const path = i < offers.length ? ['offers', i] : ['offers_given', i - offers.length, 'id'];
    context.addIssue({ code: 'custom', path, message: 'each offer once' });
  }
}

const pounds = z.number();
const rangeOf = <K extends string>(key: K) => {
  const shape = { [`${key}_low_gbp`]: pounds, [`${key}_gbp`]: pounds, [`${key}_high_gbp`]: pounds };
  return shape as Record<`${K}_low_gbp` | `${K}_gbp` | `${K}_high_gbp`, typeof pounds>;
};
const offerShape = { offer: idSchema, offer_name: z.string(), supplier: z.string() };
const costShape = {
  ...rangeOf('cost'),
  ...rangeOf('total'),
  all_in_p_per_kwh: z.number().nullable().describe('the cost without VAT over the use'),
  all_in_gbp_per_m3: z.number().nullable(),
};
const placeShape = { place: z.string().describe('a site, or all'), place_name: z.string() };
const moreSchema = pounds.describe('more than the offer that differences are from; less below 0');
const carbonSchema = z.number().nullable();

export const offerRowSchema = z
  .strictObject({
    rank: z.number().int().describe('by the most likely total, the cheapest first'),
    ...offerShape,
    contract: z.enum(contractNames),
    offered_until: z.string().nullable(),
    in_register: z.boolean(),
    ...costShape,
    vat_gbp: pounds,
    more_gbp: moreSchema,
    why: z.string().describe('the causes of the difference that matter most, without VAT'),
    above_cheapest: z
      .boolean()
      .describe('true where even its low lies above the high of the cheapest: the order is certain'),
    market_gbp: pounds.describe('of the cost what is at half-hourly prices'),
    ...rangeOf('carried_forward'),
    use_low_kwh: z.number().nullable(),
    use_kwh: z.number().nullable(),
    use_high_kwh: z.number().nullable(),
    use_m3: z.number().nullable(),
    rego_share: shareSchema.nullable().describe('of the electricity, as the offer says; null where it says nothing'),
    rego_state: z.literal('contracted').nullable().describe('what an offer promises is contracted, not yet retired'),
    rego_evidence: z.string().nullable(),
    rego_gbp: pounds.describe('what the certificates cost, without VAT'),
    emissions_location_kgco2e: carbonSchema.describe('the same for every offer: it follows from the use'),
    emissions_market_kgco2e: carbonSchema.describe('evidenced: nothing is retired for an offer'),
    emissions_market_expected_kgco2e: carbonSchema.describe('if the certificates that it promises are retired'),
    ...standingShape,
  })
  .meta({ id: 'OfferCompared' });

export const siteRowSchema = z
  .strictObject({
    site: idSchema,
    site_name: z.string(),
    rank: z.number().int().describe('at this site'),
    ...offerShape,
    ...costShape,
    more_gbp: moreSchema,
    use_kwh: z.number().nullable(),
    use_m3: z.number().nullable(),
    ...standingShape,
  })
  .meta({ id: 'OfferAtSite' });

export const choiceRowSchema = z
  .strictObject({
    supply_point: z.string().describe('a supply point, or all'),
    site: idSchema.nullable(),
    site_name: z.string(),
    own_offer: z.string().nullable().describe('the cheapest for this supply point alone; null for all together'),
    own_total_gbp: pounds,
    portfolio_offer: idSchema.describe('the cheapest of one offer for all'),
    portfolio_total_gbp: pounds,
    saves_gbp: pounds.describe('of its own contract against one for all'),
  })
  .meta({ id: 'SiteBySite' });

export const componentRowSchema = z
  .strictObject({
    ...placeShape,
    ...offerShape,
    component: z.enum([...chargeKindNames, 'vat']),
    ...rangeOf('cost'),
    p_per_kwh: z.number().nullable(),
    gbp_per_m3: z.number().nullable(),
    more_gbp: moreSchema,
  })
  .meta({ id: 'ComponentCompared' });

export const causeRowSchema = z
  .strictObject({
    ...placeShape,
    ...offerShape,
    cause: z.enum(causeNames),
    means: z.string(),
    cost_gbp: pounds.describe('the part of the total with VAT that comes of it'),
    more_gbp: moreSchema,
  })
  .meta({ id: 'CauseOfDifference' });

const kva = z.number().nullable();
export const capacityRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    site_name: z.string(),
    month: dateSchema,
    agreed_capacity_kva: kva,
    maximum_demand_low_kva: kva.describe('null where no kvarh are counted and no power factor is stated'),
    maximum_demand_kva: kva,
    maximum_demand_high_kva: kva,
    headroom_low_kva: kva,
    headroom_kva: kva.describe('below 0: exceeded'),
    headroom_high_kva: kva,
  })
  .meta({ id: 'CapacityHeadroom' });

export const capacityCostRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    site_name: z.string(),
    ...offerShape,
    agreed_capacity_kva: z.number(),
    ...rangeOf('more'),
  })
  .meta({ id: 'CapacityCost', description: 'with VAT, more than at the capacity that is agreed now' });

export const sensitivityRowSchema = z
  .strictObject({
    price_change_percent: z.number().describe('of half-hourly prices; everything else stays'),
    rank: z.number().int(),
    ...offerShape,
    ...rangeOf('total'),
    change_gbp: pounds,
  })
  .meta({ id: 'PriceSensitivity' });

export const comparedLoadRowSchema = z
  .strictObject({
    supply_point: idSchema,
    site: idSchema,
    site_name: z.string(),
    meter: idSchema,
    measured_low: z.number().describe('kWh (m³ of water) of the load year'),
    measured: z.number(),
    measured_high: z.number(),
    changed: z.number().describe('the same after the changes of load'),
    supplied_low: z.number().describe('of the supply period'),
    supplied: z.number(),
    supplied_high: z.number(),
    exported_kwh: z.number().describe('own generation that is left over in the load year; no offer pays for it here'),
    ...standingShape,
  })
  .meta({ id: 'ComparedLoad' });

export const comparedRateRowSchema = z
  .strictObject({
    offer: idSchema,
    charge: idSchema,
    name: z.string(),
    component: z.enum(chargeKindNames),
    unit: z.string(),
    standing: z.enum(standings),
    source: z.string(),
  })
  .meta({ id: 'ComparedRate' });

/** One thing that is missing for an offer or a supply point that is in no figure. */
export const leftOutRowSchema = z.strictObject({
  kind: z.enum(['offer', 'supply_point']),
  id: idSchema,
  code: z.string(),
  says: z.string(),
  where: z.string(),
  found: z.string().nullable(),
  detail: z.string().nullable(),
  mend: z.string(),
});

/** The rows of each table. */
export const comparisonRows = {
  offers: offerRowSchema,
  sites: siteRowSchema,
  choices: choiceRowSchema,
  components: componentRowSchema,
  causes: causeRowSchema,
  capacity: capacityRowSchema,
  capacity_costs: capacityCostRowSchema,
  sensitivity: sensitivityRowSchema,
  load: comparedLoadRowSchema,
  rates: comparedRateRowSchema,
} as const satisfies Record<ComparisonTable, z.ZodObject>;

export const comparisonAnswerSchema = z.strictObject({
  utility: z.enum(tariffUtilities),
  period: periodSchema,
  load_year: periodSchema,
  against: idSchema.describe('the offer that differences are from'),
  what_if: z.array(z.string()),
  uncertain: z.array(z.string()).describe('why amounts have a low and a high, and what they rest on'),
  factors: z.enum(['published', 'newest']),
  boundary: z.string().describe('what of carbon is reckoned in'),
  register_version: z.number().int(),
  offers: z.array(offerRowSchema),
  sites: z.array(siteRowSchema),
  choices: z.array(choiceRowSchema),
  components: z.array(componentRowSchema),
  causes: z.array(causeRowSchema),
  capacity: z.array(capacityRowSchema),
  capacity_costs: z.array(capacityCostRowSchema),
  sensitivity: z.array(sensitivityRowSchema),
  load: z.array(comparedLoadRowSchema),
  rates: z.array(comparedRateRowSchema),
  left_out: z.array(leftOutRowSchema).describe('what could not be priced, in no figure here; by choice alone'),
});
export type ComparisonAnswer = z.output<typeof comparisonAnswerSchema>;

export const chartType = 'image/svg+xml';
/** The rows, or a chart of them. */
export const comparisonAnswers = tableOrOther(
  comparisonAnswerSchema,
  chartType,
  'the offers as a chart, for a paper that people decide by',
);
