import { z } from 'zod';
import { type Certificate, certificateTechnologies } from '../certificates/register.ts';
import { disclosureYear } from '../certificates/disclosure-period.ts';
import { idSchema } from '../readings/reading.ts';
import { daySeconds, type EpochSeconds, halfHourSeconds, type Period, startOfDay } from '../time.ts';

/**
 * When generation from elsewhere is taken to have run. A contract has the half-hours of its plant, as they are
 * observed. A certificate says a month or a year and no half-hour: it is spread over a profile that the register
 * declares, and the answer says so.
 */

/** Shapes that need no series. */
export const profileShapes = {
  /** The same in every half-hour. */
  flat: 'the same in every half-hour',
  /** As high as the sun stands over the middle of England. */
  daylight: 'as high as the sun stands, without clouds',
} as const;
const shapeNames = Object.keys(profileShapes) as [keyof typeof profileShapes, ...(keyof typeof profileShapes)[]];

export const generationProfileSchema = z.strictObject({
  id: idSchema,
  name: z.string().min(1).max(200),
  /** Certificates of these technologies are spread by it. */
  technologies: z.array(z.enum(certificateTechnologies)).min(1).max(20).optional(),
  /** Or it is the output of a supply's plant: its series is matched as it is, kWh. */
  supply: idSchema.optional(),
  shape: z.enum(shapeNames).optional(),
  /** A series observed outside, of energy. */
  series: idSchema.optional(),
  /** How much of the series is ours. */
  share: z.number().positive().max(1).default(1),
  source: z.string().min(3).max(500),
});
export type GenerationProfile = z.output<typeof generationProfileSchema>;

/** Why the keys of a profile do not go together; undefined when they do. */
export function profileFault({
  technologies,
  supply,
  shape,
  series,
}: GenerationProfile): { readonly key: 'supply' | 'shape'; readonly detail: string } | undefined {
  if ((technologies === undefined) === (supply === undefined)) {
    return { key: 'supply', detail: 'it is either of `technologies` of certificates or of one `supply`' };
  }
  if ((shape === undefined) === (series === undefined)) {
    return { key: 'shape', detail: 'it is either a `shape` or a `series` observed outside' };
  }
  if (supply !== undefined && series === undefined) {
    return { key: 'shape', detail: 'a supply is matched by what its plant made, which is a `series`' };
  }
  return undefined;
}

const latitude = (52.5 * Math.PI) / 180;

/**
 * How high the sun stands in a half-hour, 0 below the horizon: the sine of its elevation at 52.5° N, 0° E, with
 * Cooper's declination, 23.45° × sin(360° × (284 + day) / 365).
 */
export function daylightAt(at: EpochSeconds): number {
  const middle = at + halfHourSeconds / 2;
  const year = new Date(middle * 1000).getUTCFullYear();
  const day = Math.floor((middle - Date.UTC(year, 0, 1) / 1000) / daySeconds) + 1;
  const declination = ((23.45 * Math.PI) / 180) * Math.sin((2 * Math.PI * (284 + day)) / 365);
  const hourAngle = 2 * Math.PI * ((middle % daySeconds) / daySeconds - 0.5);
  const { sin, cos } = Math;
  return Math.max(0, sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hourAngle));
}

/** When the output of a batch was made: a London month, or a disclosure period; undefined where it says neither. */
export function outputPeriod({ output_month: month, output_year: year }: Certificate): Period | undefined {
  if (month !== undefined) {
    const [y = 0, m = 1] = month.split('-').map(Number);
    const next = m === 12 ? `${y + 1}-01-01` : `${y}-${String(m + 1).padStart(2, '0')}-01`;
    return { from: startOfDay(`${month}-01`), to: startOfDay(next) };
  }
  return year === undefined ? undefined : disclosureYear(year);
}

/**
 * An amount spread over the half-hours of a period by their weights. Where a weight is not known, the half-hour is not;
 * undefined where nothing has a weight.
 */
export function spreadOver(amount: number, weights: Float64Array): Float64Array | undefined {
  let sum = 0;
  for (const weight of weights) if (weight > 0) sum += weight;
  return sum > 0 ? weights.map((weight) => (amount * weight) / sum) : undefined;
}

/** The weights of a declared shape. */
export function shapeWeights(shape: keyof typeof profileShapes, { from, to }: Period): Float64Array {
  const count = Math.round((to - from) / halfHourSeconds);
  if (shape === 'flat') return new Float64Array(count).fill(1);
  return Float64Array.from({ length: count }, (_, i) => daylightAt(from + i * halfHourSeconds));
}
