import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import type { LocalDate } from '../time.ts';
import bands2025 from './published/residual-bands-2025.json' with { type: 'json' };

/**
 * The band of a site that is not a home, by which networks take what is left of their cost: by its agreed capacity, or
 * its kWh of a year where it has none. Thresholds are published for some years at a time; those of another time are
 * never used.
 */

const residualVoltages = ['LV', 'HV', 'LV_no_capacity'] as const;
export type ResidualVoltage = (typeof residualVoltages)[number];

const setSchema = z.strictObject({
  title: z.string(),
  publisher: z.string(),
  licence: z.string(),
  source: z.string(),
  standing: z.enum(['verified', 'quoted']),
  valid_from: z.iso.date(),
  valid_to: z.iso.date(),
  bands: z.array(
    z.strictObject({
      voltage: z.enum(residualVoltages),
      by: z.enum(['kVA', 'kWh']),
      /** The most that is still in each band, but for the last, which has no end. */
      up_to: z.array(z.number().positive()).length(3),
      /** What transmission calls the bands. */
      tnuos: z.array(z.string()).length(4),
    }),
  ),
});

let known: readonly z.output<typeof setSchema>[] | undefined;

function sets(): readonly z.output<typeof setSchema>[] {
  known ??= [setSchema.parse(bands2025)];
  return known;
}

/** The residual band, 1 to 4, and what transmission calls it; throws a ProblemError where the year's are not known. */
export function residualBandOf(
  voltage: ResidualVoltage,
  size: number,
  date: LocalDate,
): { readonly band: number; readonly tnuos: string } {
  const set = sets().find(({ valid_from: from, valid_to: to }) => from <= date && date <= to);
  const bands = set?.bands.find((one) => one.voltage === voltage);
  if (!bands) {
    const expected = sets().map(({ valid_from: from, valid_to: to }) => `${from} to ${to}`);
    const detail = 'thresholds of residual bands are not known for this date';
    throw new ProblemError([
      {
        code: 'tariff.not-published',
        where: `residual bands ${voltage}`,
        found: date,
        expected: expected.join(', '),
        detail,
      },
    ]);
  }
  const above = bands.up_to.findIndex((most) => size <= most);
  const band = above < 0 ? 4 : above + 1;
  return { band, tnuos: bands.tnuos[band - 1] as string };
}
