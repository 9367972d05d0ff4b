import { z } from 'zod';
import { firstDaySchema, lastDaySchema, sourceSchema } from '../dated-facts.ts';
import { idSchema } from '../readings/reading.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period } from '../time.ts';
import { chargeUnitNames, measureOf } from './charge-units.ts';
import { bandNames, bandNameSchema, timeBandFaults, timeBandsSchema } from './time-bands.ts';

/**
 * The one building block of everything that costs: a charge, by something (kWh, days, kVA), at rates that hold between
 * dates. A tariff is a list of them, so is what a network publishes, so is a discount.
 */

/** What a charge is for, in the order in which bills name them. */
export const chargeKinds = {
  energy: 'the energy itself',
  duos: 'distribution use of system',
  tnuos: 'transmission use of system',
  bsuos: 'balancing services',
  ro: 'Renewables Obligation',
  cfd: 'Contracts for Difference',
  fit: 'feed-in tariffs',
  cm: 'Capacity Market',
  aahedc: 'assistance for areas with high distribution costs',
  rab: 'nuclear regulated asset base',
  green_gas_levy: 'Green Gas Levy',
  transportation: 'gas transportation',
  water_supply: 'water supply',
  sewerage: 'sewerage',
  metering: 'meter operation',
  data_collection: 'data collection and aggregation',
  supplier: 'the supplier’s fees, standing and management charges',
  rego: 'premium for certificates of origin',
  export: 'payment for export',
  ccl: 'Climate Change Levy',
  other: 'other',
} as const;
export type ChargeKind = keyof typeof chargeKinds;
export const chargeKindNames = Object.keys(chargeKinds) as [ChargeKind, ...ChargeKind[]];
export const chargeKindSchema = z.enum(chargeKindNames);

const plainRate = z.number().min(-1_000_000).max(1_000_000);
/**
 * A rate, the half-hourly prices of a series of the register, or a rate that falls with the size of a gas supply point:
 * coefficient × (kWh of its peak day) ^ exponent.
 */
const rateSchema = z.union([
  plainRate,
  z.strictObject({ series: idSchema }),
  z.strictObject({ coefficient: z.number().positive().max(1_000), exponent: z.number().min(-1).max(0) }),
]);
export type RateValue = z.output<typeof rateSchema>;

/**
 * Shares of trades that were made ahead at a price; what is left takes the prices of the series. In a half-hour the
 * price is Σ share × price + (1 − Σ share) × series.
 */
export const basketSchema = z.strictObject({
  trades: z
    .array(
      z.strictObject({
        from: firstDaySchema,
        to: lastDaySchema,
        share: z.number().positive().max(1),
        /** In the unit of the charge. */
        price: plainRate,
        on: z.iso.date().describe('the day it was traded, 2025-11-14'),
        reference: z.string().min(1).max(200),
      }),
    )
    .max(1_000),
  rest: z.strictObject({ series: idSchema }).optional(),
});
export type Basket = z.output<typeof basketSchema>;

export const rateEntrySchema = z.strictObject({
  valid_from: firstDaySchema,
  valid_to: lastDaySchema.optional(),
  /** One rate, or one for each band of `times`. */
  value: z.union([rateSchema, z.record(bandNameSchema, rateSchema)]),
  /** By peak demand: the half-hours that count, by their starts. */
  half_hours: z
    .array(z.iso.datetime({ offset: true }))
    .min(1)
    .max(10)
    .optional(),
  standing: z.enum(['verified', 'quoted']).optional(),
  source: sourceSchema.optional(),
});
export type RateEntry = z.output<typeof rateEntrySchema>;

/** Reactive energy that is free: what power factor 0.95 has of it, or a share of the kWh, such as 1/3. */
export const freeReactiveSchema = z.union([
  z.strictObject({ power_factor: z.number().min(0.5).max(1) }),
  z.strictObject({
    share_of_kwh: z.union([z.number().min(0).max(2), z.string().regex(/^[1-9]\/[1-9]$/, 'a fraction, 1/3')]),
  }),
]);

export const chargeSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  kind: chargeKindSchema,
  unit: z.enum(chargeUnitNames),
  /** By energy: where kWh are counted, at the meter, or with losses at the grid supply point or the national one. */
  base: z.enum(['meter', 'gsp', 'nbp']).optional(),
  /** By volume: `returned` is the share of it that goes back to the sewer. */
  volume: z.enum(['delivered', 'returned']).optional(),
  /** By kVA: which of them. */
  of: z.enum(['agreed', 'exceeded', 'maximum_demand']).optional(),
  /** By kvarh: what is free of it. */
  free: freeReactiveSchema.optional(),
  /** A percentage: of which charges, by kind or by id. */
  percent_of: z
    .strictObject({
      kinds: z.array(chargeKindSchema).max(50).default([]),
      charges: z.array(idSchema).max(100).default([]),
    })
    .optional(),
  times: timeBandsSchema.optional(),
  /** Paid to the organisation and not by it. */
  credit: z.boolean().default(false),
  rates: z.array(rateEntrySchema).max(200).default([]),
  /** Instead of rates: the energy of a flexible contract. */
  basket: basketSchema.optional(),
});
export type Charge = z.output<typeof chargeSchema>;

/** One thing wrong with a charge by itself, at the place below it. */
export interface ChargeFault {
  readonly at: readonly (string | number)[];
  readonly detail: string;
  readonly found?: string | undefined;
  readonly expected?: string | undefined;
}

/** Which key says more about which kind of measure, and whether it must be there. */
const furtherKeys = {
  base: { measures: ['energy', 'peak_demand'], needed: true },
  volume: { measures: ['volume'], needed: true },
  of: { measures: ['capacity'], needed: true },
  free: { measures: ['reactive'], needed: true },
  percent_of: { measures: ['percent'], needed: true },
  times: { measures: ['energy', 'volume'], needed: false },
  basket: { measures: ['energy'], needed: false },
} as const satisfies Partial<Record<keyof Charge, { measures: readonly string[]; needed: boolean }>>;

/** What is wrong with a charge by itself. */
export function chargeFaults(charge: Charge): ChargeFault[] {
  const faults: ChargeFault[] = [];
  const measure: string = measureOf(charge.unit);
  for (const [key, { measures, needed }] of Object.entries(furtherKeys)) {
    const is = charge[key as keyof typeof furtherKeys] !== undefined;
    const fits = (measures as readonly string[]).includes(measure);
    if (is && !fits) faults.push({ at: [key], detail: `${key} says nothing of a charge in ${charge.unit}` });
    if (!is && fits && needed) faults.push({ at: [], detail: `a charge in ${charge.unit} says ${key}`, expected: key });
  }
  for (const { window, detail } of charge.times ? timeBandFaults(charge.times) : []) {
    faults.push({ at: window === undefined ? ['times'] : ['times', 'windows', window], detail });
  }
  return [...faults, ...rateFaults(charge), ...basketFaults(charge)];
}

/** Of rates only one holds on a date, and each says what its bands are. */
function rateFaults({ rates, times, basket, unit }: Charge): ChargeFault[] {
  const faults: ChargeFault[] = [];
  if (basket === undefined && rates.length === 0) faults.push({ at: ['rates'], detail: 'it has no rate' });
  if (basket !== undefined && rates.length > 0) {
    faults.push({ at: ['rates'], detail: 'its prices are those of its basket', found: 'rates beside a basket' });
  }
  for (const [i, rate] of rates.entries()) {
    const at = ['rates', i];
    const { valid_from: from, valid_to: to, value } = rate;
    if (to !== undefined && to < from) {
      faults.push({ at: [...at, 'valid_to'], detail: `it ends before it begins on ${from}`, found: to });
    }
    const other = rates.slice(0, i).find((one) => overlaps(one, rate));
    if (other) {
      const detail = `the rate from ${other.valid_from} holds on some of its days too`;
      faults.push({ at: [...at, 'valid_from'], detail, found: from });
    }
    const wanted = times === undefined ? undefined : bandNames(times);
    if (isByBand(value)) {
      const found = Object.keys(value);
      const fits = wanted?.length === found.length && wanted.every((band) => band in value);
      if (!fits) {
        const expected = wanted?.join(', ') ?? 'one rate, since there are no times';
        faults.push({ at: [...at, 'value'], detail: 'a rate for each band', found: found.join(', '), expected });
      }
    }
    faults.push(...formFaults(rate, unit, at));
  }
  return faults;
}

/** Which forms of rate go with which measure. */
function formFaults(rate: RateEntry, unit: Charge['unit'], at: ChargeFault['at']): ChargeFault[] {
  const { value, valid_to: to, half_hours: halfHours } = rate;
  const faults: ChargeFault[] = [];
  const measure = measureOf(unit);
  for (const one of isByBand(value) ? Object.values(value) : [value]) {
    if (typeof one === 'number') continue;
    if ('series' in one && measure !== 'energy') {
      faults.push({ at: [...at, 'value'], detail: 'half-hourly prices are of energy', found: unit });
    } else if ('coefficient' in one && measure !== 'peak_day') {
      faults.push({ at: [...at, 'value'], detail: 'only gas transportation has such rates', found: unit });
    }
  }
  if (measure === 'peak_demand') {
    const expected = 'half_hours and valid_to';
    const detail = 'the mean demand of these half-hours is spread over the days of the rate';
    if (halfHours === undefined || to === undefined) faults.push({ at, detail, expected });
  } else if (halfHours !== undefined) {
    faults.push({ at: [...at, 'half_hours'], detail: `half_hours say nothing of a charge in ${unit}` });
  }
  return faults;
}

/** No more than all is bought ahead on a day, and what is not bought ahead has prices. */
function basketFaults({ basket }: Charge): ChargeFault[] {
  if (!basket) return [];
  const faults: ChargeFault[] = [];
  const { trades, rest } = basket;
  for (const [i, { from, to }] of trades.entries()) {
    if (to < from) faults.push({ at: ['basket', 'trades', i, 'to'], detail: `it ends before it begins on ${from}` });
    const sum = tradedShare(basket, from);
    if (sum > 1 + 1e-9 && trades.findIndex((one) => one.from === from) === i) {
      const detail = 'trades of one day are at most the whole';
      faults.push({ at: ['basket', 'trades', i], detail, found: `${sum} on ${from}`, expected: 'at most 1' });
    }
  }
  if (rest === undefined && (trades.length === 0 || trades.some(({ from }) => tradedShare(basket, from) < 1 - 1e-9))) {
    faults.push({ at: ['basket'], detail: 'what is not traded ahead takes the prices of a series', expected: 'rest' });
  }
  return faults;
}

/** The share that is traded ahead on a London date. */
export function tradedShare({ trades }: Basket, date: LocalDate): number {
  const shares = trades.filter(({ from, to }) => from <= date && date <= to).map(({ share }) => share);
  // Shares are written with a few decimals; adding up 0.1 ten times is 1.
  return Math.round(shares.reduce((sum, share) => sum + share, 0) * 1e9) / 1e9;
}

/** Bands may have any name: a series is told by its value, a text, and a falling rate by its two keys. */
export function isByBand(value: RateEntry['value']): value is Record<string, RateValue> {
  if (typeof value !== 'object') return false;
  return !('series' in value && typeof value.series === 'string') && !('coefficient' in value && 'exponent' in value);
}

export interface Span {
  readonly valid_from: string;
  readonly valid_to?: string | undefined;
}

export function overlaps(a: Span, b: Span): boolean {
  return a.valid_from <= (b.valid_to ?? a.valid_from) && b.valid_from <= (a.valid_to ?? b.valid_from);
}

/** The series whose prices a charge takes, and where it names them. */
export function pricesOf({ rates, basket }: Charge): { series: string; at: (string | number)[] }[] {
  const named = rates.flatMap(({ value }, i) => {
    const at: (string | number)[] = ['rates', i, 'value'];
    if (!isByBand(value)) return isSeries(value) ? [{ series: value.series, at: [...at, 'series'] }] : [];
    return Object.entries(value).flatMap(([band, one]) =>
      isSeries(one) ? [{ series: one.series, at: [...at, band, 'series'] }] : [],
    );
  });
  return basket?.rest ? [...named, { series: basket.rest.series, at: ['basket', 'rest', 'series'] }] : named;
}

/** The half-hours, by their starts, whose demand charges take at rates that hold in a period. */
export function halfHoursNamed(charges: readonly Charge[], { from, to }: Period): EpochSeconds[] {
  const asked = { valid_from: dateOf(from), valid_to: dateOf(to - 1) };
  const rates = charges.flatMap((charge) => charge.rates).filter((rate) => overlaps(rate, asked));
  return rates.flatMap(({ half_hours: starts = [] }) => starts.map((start) => Date.parse(start) / 1000));
}

function isSeries(value: RateValue): value is { series: string } {
  return typeof value === 'object' && 'series' in value;
}
