import { z } from 'zod';
import { limits } from '../limits.ts';
import { idSchema, type ReadingKind, type ReadingQuantity } from '../readings/reading.ts';
import { quantityOf, unitSchema } from '../units.ts';

/**
 * Series of half-hours from outside the estate: the weather, the carbon of the grid, the profile of a contract. They
 * are heard, imported, booked and kept as readings are, under ids of their own among those of meters. They are no
 * meters: nothing is derived from them, and no total counts them.
 */

/**
 * What may be observed. A `level` is so at a time, and a longer period has its mean; an `amount` is spread over its
 * period. An interval's value of a level is the mean of its period.
 */
export const observedQuantities = {
  temperature: 'level',
  carbon_intensity: 'level',
  /** A part of a whole, such as how much of the grid's electricity is carbon-free. */
  share: 'level',
  /** kWh that come from elsewhere half-hour by half-hour, such as the output of a plant under contract. */
  energy: 'amount',
  /** What a kWh costs in a half-hour, such as the day-ahead auction's. */
  price: 'level',
} as const satisfies Partial<Record<ReadingQuantity, 'level' | 'amount'>>;
export type ObservedQuantity = keyof typeof observedQuantities;
const quantityNames = Object.keys(observedQuantities) as [ObservedQuantity, ...ObservedQuantity[]];

/** Whether a quantity is never an amount and never metered. */
export function isLevel(quantity: ReadingQuantity): boolean {
  return Object.entries(observedQuantities).some(([name, is]) => name === quantity && is === 'level');
}

/**
 * How many seconds after its receipt a reading may be stamped. What is forecast lies ahead, and so do the prices of an
 * auction, which are settled the day before; whatever else is stamped in the future has a wrong clock.
 */
export function secondsAhead(observed: ObservedQuantity | undefined, kind: ReadingKind): number {
  const isKnownAhead = observed === 'price' || (observed !== undefined && kind === 'estimate');
  return isKnownAhead ? limits.forecastSeconds : limits.futureSeconds;
}

export const observedSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  quantity: z.enum(quantityNames),
  /** What it is kept in. */
  unit: unitSchema,
  /** As of a meter: where it is heard, if it is. */
  topic: z.string().min(1).max(512).optional(),
  decoder: z.string().max(60).optional(),
  channel: z.string().max(120).optional(),
  /** Of the grid: which one is fetched, where fetching is configured; numbered as carbonintensity.org.uk does. */
  region: z
    .union([z.literal('national'), z.number().int().min(1).max(17)])
    .describe('national, or the number of a region: 10 is East England')
    .optional(),
  /** Who says it, and under which licence. */
  source: z.string().min(3).max(300),
  /** How many half-hours an instant stands for, its own included, where the next one comes no sooner. */
  stands_for_half_hours: z.number().int().min(1).max(48).default(1),
  valid_from: z.iso.date().describe('the first London date on which it holds, 2026-04-01').optional(),
  valid_to: z.iso.date().describe('the last London date on which it holds, 2027-03-31').optional(),
});
export type ObservedSeries = z.output<typeof observedSchema>;

/** The series of a quantity, in the order of the register. */
export function seriesOfQuantity(
  { observed }: { readonly observed?: ReadonlyMap<string, ObservedSeries> | undefined },
  quantity: ObservedQuantity,
): ObservedSeries[] {
  return [...(observed?.values() ?? [])].filter((series) => series.quantity === quantity);
}

/** Why the keys of an entry do not go together; undefined when they do. */
export function observedFault({
  quantity,
  unit,
  region,
  topic,
}: ObservedSeries): { readonly key: 'unit' | 'region'; readonly detail: string } | undefined {
  if (quantityOf(unit) !== quantity) return { key: 'unit', detail: `${unit} does not measure ${quantity}` };
  if (region === undefined) return undefined;
  if (quantity !== 'carbon_intensity')
    return { key: 'region', detail: 'only the carbon intensity of a grid is fetched' };
  return topic === undefined ? undefined : { key: 'region', detail: 'what is heard under a topic is not fetched too' };
}
