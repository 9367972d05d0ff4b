import { z } from 'zod';
import { utilities } from '../../domain/estate/vocabulary.ts';
import { limits } from '../../domain/limits.ts';
import { backupNames, backups } from '../../domain/readiness/heat-pump.ts';
import { lightNames, lights, readinessReasonNames } from '../../domain/readiness/light.ts';
import {
  heatPumpSourceNames,
  missingPoints,
  regressionIds,
  regressions,
  usualFlow,
  usualRegression,
} from '../../domain/readiness/performance.ts';
import { idSchema } from '../../domain/readings/reading.ts';
import { carryForwardSchema } from '../../domain/tariffs/carry-forward.ts';
import { dateOf, monthOf, startOfDay } from '../../domain/time.ts';
import { chartType } from './tariff-comparisons.ts';
import {
  always,
  dateSchema,
  instantSchema,
  momentSchema,
  periodSchema,
  shareSchema,
  tableFormats,
  tableOrOther,
  wordsOf,
} from './vocabulary.ts';

/** Whether a place is ready for electric heating: what is asked and what is answered. */

export const readinessTables = ['reasons', 'tariffs', 'fuel', 'flows', 'months', 'grid'] as const;
export type ReadinessTable = (typeof readinessTables)[number];

export const readinessQuerySchema = z.strictObject({
  table: z
    .enum(readinessTables)
    .default('reasons')
    .describe('which rows CSV has; JSON and xlsx have all, the one named first'),
  format: z
    .enum([...tableFormats, 'svg'])
    .optional()
    .describe('csv, xlsx (all tables as sheets) or svg (the coldest day as a chart)'),
});

export const loadYearSchema = momentSchema
  .refine((at) => startOfDay(monthOf(dateOf(at))) === at, 'the first of a month as 2025-04-01')
  .optional()
  .describe('twelve months from the first of a month; the last twelve that are measured where absent');
const degrees = z.number().min(-30).max(40);
const flowDegrees = z.number().min(20).max(95);
const says = (table: Readonly<Record<string, { readonly says: string }>>) =>
  wordsOf(Object.fromEntries(Object.entries(table).map(([id, row]) => [id, row.says])));

const heatPumpSchema = z
  .strictObject({
    source: z.enum(heatPumpSourceNames).default('air'),
    source_degc: degrees.optional().describe('of brine or water, all year; needed where it is not the air outside'),
    performance: z
      .union([
        z.enum(regressionIds),
        z
          .array(
            z.strictObject({ source_degc: degrees, flow_degc: flowDegrees, performance: z.number().min(1).max(12) }),
          )
          .min(1)
          .max(limits.performancePoints),
      ])
      .default(usualRegression)
      .describe(
        `heat for a kWh of electricity: a maker's points, each source temperature with each flow; or ${says(regressions)}`,
      ),
    flow: z
      .union([
        flowDegrees,
        z
          .array(z.strictObject({ outside_degc: degrees, flow_degc: flowDegrees }))
          .min(1)
          .max(limits.flowPoints),
      ])
      .default(usualFlow.flow)
      .describe(`°C of the water all year, or by °C outside with straight lines between; ${usualFlow.source}`),
    size_kw: z
      .number()
      .positive()
      .max(1_000_000)
      .optional()
      .describe('heat at most; as much as is wanted where absent'),
    backup: z.enum(backupNames).default('none').describe(wordsOf(backups)),
    power_factor: z.number().min(0.3).max(1).optional().describe('of the heat pump; that of the site where absent'),
  })
  .prefault({});

export const readinessBodySchema = z
  .strictObject({
    site: idSchema,
    building: idSchema.optional().describe('its heat alone, on the supply of the whole site'),
    supply_point: idSchema.optional().describe('of electricity; needed where the site has several'),
    load_year_from: loadYearSchema,
    heat: z
      .strictObject({
        from: z
          .enum(['heat_meters', 'fuel'])
          .optional()
          .describe('heat meters where they were read, else fuel, where absent'),
        boiler_efficiency: z
          .number()
          .min(0.3)
          .max(1)
          .optional()
          .describe('heat out of a kWh of fuel; weather.heating_efficiency of the site where absent'),
        fabric_saving_share: z.number().min(0).max(0.95).default(0).describe('what better fabric saves of it before'),
        fuel_p_per_kwh: z
          .number()
          .min(0)
          .max(1_000)
          .optional()
          .describe('with VAT, of fuel that no supply point pays for'),
      })
      .prefault({}),
    heat_pump: heatPumpSchema,
    design_outside_degc: degrees.optional().describe('the mean of a colder day that the site is designed for'),
    flows_degc: z.array(flowDegrees).max(limits.studiedFlows).default([35, 45, 55, 65]).describe('tried beside'),
    tariffs: z
      .array(idSchema)
      .max(limits.studiedTariffs)
      .optional()
      .describe('of the register, beside the present one; every one that holds for a year to come where absent'),
    carry: carryForwardSchema.optional().describe('which rates go on where none are known yet, and how far'),
  })
  .superRefine((value, context) => checkHeatPump(value, context), always);
export type ReadinessBody = z.output<typeof readinessBodySchema>;

/** What the parts of a heat pump need of one another; what is not of the right form has been told already. */
function checkHeatPump(value: unknown, context: z.RefinementCtx): void {
  const { heat_pump: plant } = value as Partial<ReadinessBody>;
  if (!plant) return;
  const add = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: ['heat_pump', path], message });
  if (plant.source !== 'air' && plant.source_degc === undefined) {
    add('source_degc', 'the temperature of the brine or the water');
  }
  if (typeof plant.performance === 'string') {
    const { curves } = regressions[plant.performance];
    if (!(plant.source in curves)) add('performance', `one that is known for ${plant.source}`);
  } else if (Array.isArray(plant.performance)) {
    const points = plant.performance.map(({ source_degc: source, flow_degc: flow, performance }) => ({
      source,
      flow,
      performance,
    }));
    const missing = missingPoints(points);
    if (missing.length > 0) add('performance', `each source with each flow; missing ${missing.join(', ')}`);
  }
}

const known = z.number().nullable();
const kva = known.describe('null where no kvarh are counted and no power factor is stated');
const gbp = known.describe('£ with VAT in a year; null without the role procurement, or where `why` says so');
/** A sum and the ends of what is not known of it. */
const rangeShape = <K extends string, S extends string>(key: K, suffix: S, schema = known) => {
  const shape = { [`${key}_low_${suffix}`]: schema, [`${key}_${suffix}`]: schema, [`${key}_high_${suffix}`]: schema };
  return shape as Record<`${K}_low_${S}` | `${K}_${S}` | `${K}_high_${S}`, typeof known>;
};

export const reasonRowSchema = z
  .strictObject({
    reason: z.enum(readinessReasonNames),
    light: z.enum(lightNames),
    says: z.string(),
    found: z.string(),
    expected: z.string(),
    would_change: z.array(z.string()).describe('what would take the reason away'),
  })
  .meta({ id: 'ReadinessReason' });

export const readinessTariffRowSchema = z
  .strictObject({
    tariff: idSchema,
    tariff_name: z.string(),
    supplier: z.string(),
    present: z.boolean().describe('the contract that holds today'),
    from: instantSchema.nullable().describe('the twelve months that it is asked for'),
    to: instantSchema.nullable(),
    before_gbp: gbp,
    after_gbp: gbp,
    ...rangeShape('more', 'gbp', gbp),
    less_for_fuel_gbp: gbp.describe('what less fuel is worth by its own present contracts'),
    more_in_all_gbp: gbp.describe('more for electricity, less for fuel'),
    larger_capacity_gbp: gbp.describe('what the capacity that would be needed adds'),
    why: z.string().nullable(),
  })
  .meta({ id: 'ReadinessTariff' });

export const readinessFuelRowSchema = z
  .strictObject({
    utility: z.enum(utilities),
    supply_point: idSchema.nullable(),
    tariff: idSchema.nullable(),
    saved_kwh: z.number().describe('by the heat pump, of what is burnt after the fabric'),
    ...rangeShape('saved', 'gbp', gbp),
    fabric_saved_kwh: z.number().describe('by the fabric before it'),
    ...rangeShape('fabric_saved', 'gbp', gbp),
    why: z.string().nullable(),
  })
  .meta({ id: 'ReadinessFuel' });

export const flowRowSchema = z
  .strictObject({
    flow_degc: z.number().describe('all year'),
    seasonal_performance: known,
    electricity_kwh: z.number(),
    added_peak_kw: z.number(),
    demand_kw: z.number(),
    demand_kva: kva,
    half_hours_beyond_known: z.number().int(),
  })
  .meta({ id: 'ReadinessFlow' });

export const readinessMonthRowSchema = z
  .strictObject({
    month: dateSchema,
    heat_kwh: z.number(),
    electricity_kwh: z.number(),
    performance: known,
    unmet_kwh: z.number(),
    fuel_saved_kwh: z.number().describe('by the heat pump, of what is burnt after the fabric'),
    fabric_saved_kwh: z.number().describe('of fuel by the fabric before it'),
  })
  .meta({ id: 'ReadinessMonth' });

export const gridRowSchema = z
  .strictObject({
    year: z.number().int().describe('of the factor set'),
    grid_kgco2e_per_kwh: z.number().describe('by the boundary of the answer'),
    heat_pump_less_kgco2e: known.describe('what the same year of heat would have saved by that factor; below 0 more'),
  })
  .meta({ id: 'ReadinessGrid', description: 'how the grid changed; nothing here is a forecast' });

export const readinessRows = {
  reasons: reasonRowSchema,
  tariffs: readinessTariffRowSchema,
  fuel: readinessFuelRowSchema,
  flows: flowRowSchema,
  months: readinessMonthRowSchema,
  grid: gridRowSchema,
} as const satisfies Record<ReadinessTable, z.ZodObject>;

const heatSchema = z.strictObject({
  from: z.enum(['heat_meters', 'fuel']),
  meters: z.array(idSchema).describe('−id where it is taken off the one above it'),
  left_out: z.array(z.strictObject({ meter: idSchema, why: z.string() })),
  boiler_efficiency: known.describe('of fuel, or that metered heat has of metered fuel'),
  boiler_efficiency_from: z.string().nullable(),
  fabric_saving_share: shareSchema,
  ...rangeShape('heat', 'kwh'),
  largest_kw: z.number().describe('of a half-hour: what a heat pump without help must give'),
  measured_time_share: shareSchema,
});

const pumpSchema = z.strictObject({
  source: z.enum(heatPumpSourceNames),
  performance_from: z.string(),
  flow: z.string(),
  size_kw: known,
  backup: z.enum(backupNames),
  seasonal_performance: known,
  ...rangeShape('electricity', 'kwh'),
  heater_kwh: z.number().describe('of the electricity what direct heaters take'),
  backup_heat_kwh: z.number(),
  unmet_heat_kwh: z.number(),
  added_peak_kw: z.number().describe('the most that the heat pump itself draws'),
  added_peak_at: instantSchema.nullable(),
  added_peak_outside_degc: known,
  half_hours_beyond_known: z.number().int(),
});

const capacitySchema = z.strictObject({
  supply_point: idSchema.nullable(),
  meter: idSchema,
  agreed_kva: known,
  rating: z.string().nullable(),
  before_kw: z.number(),
  after_kw: z.number(),
  ...rangeShape('before', 'kva', kva),
  ...rangeShape('after', 'kva', kva),
  after_month: dateSchema.nullable(),
  half_hours_exceeded: z
    .number()
    .int()
    .nullable()
    .describe('with the heat pump, at the most likely power factor; null where kVA are not known'),
  less_heat_needed_share: known.describe('how much less heat would make it fit; null where kVA are not known'),
  store_needed_kwh: known.describe('of heat, filled beforehand; null where no store would do'),
  needed_kva: kva,
  measured_time_share: shareSchema,
});

const coldestSchema = z
  .strictObject({
    date: dateSchema,
    mean_degc: z.number(),
    lowest_degc: z.number(),
    heat_kwh: z.number(),
    electricity_kwh: z.number(),
    performance: known,
    design_outside_degc: known,
    design_kw: known.describe('of the site and the heat pump on a day as cold as was asked for, each at its most'),
    design_kva: known,
    half_hours: z
      .array(
        z.strictObject({
          start: instantSchema,
          site_kw: z.number(),
          heat_pump_kw: z.number(),
          outside_degc: z.number(),
        }),
      )
      .describe('the day as the chart has it'),
  })
  .nullable();

const carbonSchema = z.strictObject({
  boundary: z.string(),
  electricity_more_kgco2e: known,
  fuel_less_kgco2e: known.describe('that the heat pump replaces, after the fabric'),
  more_kgco2e: known.describe('below 0 it emits less'),
  grid_kgco2e_per_kwh: known.describe('the newest factor'),
  break_even_kgco2e_per_kwh: known.describe('a grid as dirty as this would make both the same'),
  fabric_less_kgco2e: known.describe('what the fabric saves before it, in none of the others'),
});

export const readinessStudySchema = z.strictObject({
  site: idSchema,
  site_name: z.string(),
  building: idSchema.nullable(),
  load_year: periodSchema,
  light: z.enum(lightNames).describe(wordsOf(lights)),
  assumptions: z.array(z.string()).describe('what was asked or is taken where nobody says, with its source'),
  warnings: z.array(z.string()),
  heat: heatSchema,
  heat_pump: pumpSchema,
  capacity: capacitySchema,
  coldest_day: coldestSchema,
  carbon: carbonSchema,
  register_version: z.number().int(),
  reasons: z.array(reasonRowSchema),
  tariffs: z.array(readinessTariffRowSchema),
  fuel: z.array(readinessFuelRowSchema),
  flows: z.array(flowRowSchema),
  months: z.array(readinessMonthRowSchema),
  grid: z.array(gridRowSchema),
});
export type ReadinessAnswer = z.output<typeof readinessStudySchema>;

/** The rows, or a chart of the coldest day. */
export const readinessAnswers = tableOrOther(
  readinessStudySchema,
  chartType,
  'the coldest day: the site, the heat pump and what is agreed',
);
