import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import { halfHourOf, halfHourSeconds, type Period, utcDateOf } from '../time.ts';
import bath from './bath-yield.json' with { type: 'json' };

/** When panels make how much: a year that somebody measured, for sites that have none of their own. */

const fileSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  place: z.string(),
  year: z.number().int(),
  source: z.string().min(10),
  licence: z.string(),
  standing: z.literal('quoted'),
  note: z.string(),
  annual_kwh_per_kwp: z.number().positive(),
  watts_per_kwp: z.record(z.string().regex(/^\d\d-\d\d$/), z.string()),
});

export interface YieldProfile {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly licence: string;
  readonly standing: 'quoted';
  readonly note: string;
  readonly annual: number;
  /** Mean watts of one kWp in the 48 UTC half-hours of each day of the year, by month and day. */
  readonly days: ReadonlyMap<string, Float64Array>;
}

let known: YieldProfile | undefined;

/** The profile that Meterhouse brings; checked when first asked for, throws `data.invalid` where damaged. */
export function bathYield(): YieldProfile {
  if (known) return known;
  const { success, data, error } = fileSchema.safeParse(bath);
  if (!success) {
    const detail = z.prettifyError(error);
    throw new ProblemError([{ code: 'data.invalid', where: 'domain/readiness/bath-yield.json', detail }]);
  }
  const { watts_per_kwp: watts, annual_kwh_per_kwp: annual, ...about } = data;
  const days = new Map(
    Object.entries(watts).map(([day, text]) => [day, Float64Array.from(text.split(' ').map(Number))] as const),
  );
  return (known = { ...about, annual, days });
}

/** kWh of one kWp in each half-hour of a period, by a profile; 29 February is the 28th again. */
export function yieldIn({ days }: YieldProfile, { from, to }: Period): Float64Array {
  const start = halfHourOf(from);
  const made = new Float64Array(Math.round((to - start) / halfHourSeconds));
  let [date, day] = ['', new Float64Array(48)];
  for (let i = 0; i < made.length; i++) {
    const at = start + i * halfHourSeconds;
    const on = utcDateOf(at).slice(5);
    if (on !== date) {
      date = on;
      day = (days.get(on) ?? days.get('02-28')) as Float64Array<ArrayBuffer>;
    }
    // Watts over half an hour.
    made[i] = (day[(at / halfHourSeconds) % 48] as number) / 2000;
  }
  return made;
}
