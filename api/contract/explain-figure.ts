import { z } from 'zod';
import { boundaryIds, factorYearMethods } from '../../domain/carbon/reporting.ts';
import { standings } from '../../domain/carbon/factors.ts';
import { placeKinds } from '../../domain/energy/place-intensity.ts';
import { utilities, type Utility } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { changeCauses, type ChangeCause } from '../../domain/signoff/change-causes.ts';
import { type FigureKind, figureKindNames, figureKinds } from '../../domain/signoff/figure-asked.ts';
import { actSchema } from './acts.ts';
import { accountingShape } from './carbon.ts';
import { conversionSchema, explainedHalfHourSchema, gapSchema } from './explain.ts';
import { standingShape } from './figures.ts';
import { marketChainSchema } from './market-chain.ts';
import {
  always,
  checkRange,
  dateSchema,
  idListSchema,
  instantSchema,
  knownOnSchema,
  periodSchema,
  rangeShape,
  shareSchema,
} from './vocabulary.ts';

/** Which figure is meant; without a place it is that of all sites the caller may see. */
export const figureAskedShape = {
  figure: z.enum(figureKindNames),
  site: idSchema.optional(),
  building: idSchema.optional(),
  organisation: idSchema.optional(),
  utility: z.enum(utilities).optional().describe('one fuel alone; without it all together'),
  boundary: z.enum(boundaryIds).optional().describe('carbon: without it as the register says'),
  factor_year: z.enum(factorYearMethods).optional().describe('carbon: without it as the register says'),
  ...rangeShape,
};

/** One place at most, and a period that can be answered. */
export function checkFigureAsked(
  value: {
    readonly figure?: FigureKind;
    readonly building?: string | undefined;
    readonly utility?: Utility | undefined;
  },
  context: z.RefinementCtx,
): void {
  checkRange(value, context, limits.rangeDays.month);
  const kind = value.figure && figureKinds[value.figure];
  if (kind?.utility !== undefined && value.utility !== undefined && value.utility !== kind.utility) {
    context.addIssue({ code: 'custom', path: ['utility'], message: `the figure is of ${kind.utility}` });
  }
  if (value.building !== undefined && kind?.market === true) {
    const message = 'what covers electricity is known of supply points: ask for the site, the organisation or all';
    context.addIssue({ code: 'custom', path: ['building'], message });
  }
  const places = (['site', 'building', 'organisation'] as const).filter(
    (key) => key in value && value[key as never] !== undefined,
  );
  for (const path of places.slice(1)) {
    context.addIssue({ code: 'custom', path: [path], message: `one place: ${places[0]} is said already` });
  }
}

export const depths = ['sites', 'meters', 'days', 'half_hours'] as const;

export const explainFigureQuerySchema = z
  .strictObject({
    ...figureAskedShape,
    known_on: knownOnSchema,
    depth: z.enum(depths).default('meters').describe('how far the chain is opened'),
    meter: idListSchema.optional().describe('with depth=days or half_hours: these are opened; without it all'),
  })
  .superRefine(checkFigureAsked, always);

const causeNames = Object.keys(changeCauses) as [ChangeCause, ...ChangeCause[]];
const causesSchema = z.array(z.enum(causeNames));

const daySchema = z.strictObject({
  date: dateSchema,
  energy_kwh: z.number().nullable(),
  volume_m3: z.number().nullable(),
  value: z.number().nullable().describe('its part of the figure, in the unit of the figure'),
  measured_half_hours: z.number(),
  known_half_hours: z.number().describe('measured, estimated, or within a known total'),
  measured_share: shareSchema.nullable(),
  half_hours: z.array(explainedHalfHourSchema).nullable().describe('with depth=half_hours'),
  gaps: z.array(gapSchema).nullable().describe('the part of known totals that lies in the day; with depth=half_hours'),
});

const meterShareSchema = z.strictObject({
  meter: z.string(),
  name: z.string(),
  utility: z.enum(utilities),
  counts_as: z.enum(['purchased', 'own_renewable', 'export']),
  times: z.number().describe('-1: taken off; a share where several organisations report it'),
  reporter: z.string().nullable().default(null).describe('who reports it, where the figure tells them apart'),
  energy_kwh: z.number().nullable().describe('what it counted'),
  volume_m3: z.number().nullable(),
  value: z.number().nullable().describe('its part of the figure, with its sign'),
  measured_share: shareSchema.nullable(),
  conversions: z.array(z.strictObject({ from: dateSchema, ...conversionSchema.shape })),
  rules: z
    .array(
      z.strictObject({
        rule: z.string(),
        says: z.string(),
        quality: z.string(),
        half_hours: z.number().int(),
        energy_kwh: z.number(),
      }),
    )
    .nullable()
    .describe('null where there are more half-hours than one answer counts: ask for a shorter period or fewer meters'),
  days: z.array(daySchema).nullable(),
  superseded: z
    .array(
      z.strictObject({
        date: dateSchema,
        energy_kwh: z.number().nullable().describe('null: nothing had been known of the day'),
        until: instantSchema,
        causes: causesSchema,
      }),
    )
    .describe('what settled days said before; the newest first, at most 100'),
});

const adjustmentSchema = z.strictObject({
  utility: z.enum(utilities),
  counts_as: z.enum(['purchased', 'own_renewable']),
  energy_kwh: z.number(),
  volume_m3: z.number(),
  value: z.number().nullable(),
  says: z.string().describe('why the site is not simply the sum of its meters'),
});

export const factorUsedSchema = z.strictObject({
  utility: z.enum(utilities),
  activity: z.string(),
  scope: z.number().int(),
  set: z.string(),
  value: z.number(),
  unit: z.string().describe('kgCO2e per kWh or m3'),
  standing: z.enum(standings),
  valid_from: dateSchema,
  valid_to: dateSchema,
  source: z.string(),
});

export const explainedFigureShape = {
  figure: z.enum(figureKindNames),
  says: z.string(),
  place: z.strictObject({ kind: z.enum(placeKinds), id: z.string(), name: z.string() }),
  utility: z.enum(utilities).nullable(),
  period: periodSchema,
  known_on: dateSchema.nullable(),
  value: z.number().nullable(),
  unit: z.string(),
  per: z.string().nullable(),
  energy_kwh: z.number().nullable(),
  ...standingShape,
  register_version: z.number().int(),
  accounting: z.strictObject(accountingShape).nullable().describe('how carbon was reckoned'),
  factors: z.array(factorUsedSchema),
  areas: z.array(
    z.strictObject({
      place: z.string(),
      gross_internal_area_m2: z.number().nullable().describe('weighted by days'),
      open_days: z.number(),
      unknown_days: z.number(),
    }),
  ),
};

export const figureExplanationSchema = z
  .strictObject({
    ...explainedFigureShape,
    sites: z.array(
      z.strictObject({
        site: z.string(),
        name: z.string(),
        energy_kwh: z.number().nullable(),
        value: z.number().nullable(),
        meters: z.array(meterShareSchema).nullable().describe('null with depth=sites'),
        adjustments: z.array(adjustmentSchema),
      }),
    ),
    market: marketChainSchema
      .nullable()
      .default(null)
      .describe('what covers the electricity, by supply point; null for figures that do not rest on it'),
    acts: z.array(actSchema).describe('what people did that touches these meters and this time'),
  })
  .meta({ id: 'FigureExplanation', description: 'each level adds up to the one above' });
