import { z } from 'zod';
import { bandedOf } from '../../../domain/tariffs/calendar.ts';
import type { Money } from '../../../domain/tariffs/money.ts';
import { certain, isCertain, mapRange, type Range } from '../../../domain/tariffs/range.ts';
import { timeBandsSchema } from '../../../domain/tariffs/time-bands.ts';
import { halfHourSeconds, type Period } from '../../../domain/time.ts';

/** Half-hours as a hand-worked case writes them: of each, or of those of each band. */
const level = z.union([z.number(), z.record(z.string(), z.number())]);
export const columnSchema = z.strictObject({
  unit: z.enum(['kWh', 'm3']).default('kWh'),
  times: timeBandsSchema.optional(),
  /** Of each half-hour, or of those of each band. */
  use: level.optional(),
  /** Of the whole period, spread evenly. */
  total: z.number().optional(),
  reactive: level.optional(),
  at: z
    .array(
      z.strictObject({
        half_hour: z.string(),
        use: z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])]),
      }),
    )
    .default([]),
});
type Column = z.output<typeof columnSchema>;

export function columnOf(column: Column, period: Period, what: Column['use'] = column.use): Float64Array {
  const values = new Float64Array((period.to - period.from) / halfHourSeconds);
  if (column.total !== undefined) return values.fill(column.total / values.length);
  if (typeof what !== 'object') return values.fill(what ?? 0);
  const { names, of } = bandedOf(timeBandsSchema.parse(column.times), period);
  return values.map((_, i) => what[names[of[i] as number] as string] as number);
}

export function rangeOf(column: Column, period: Period): Range<Float64Array> {
  const best = columnOf(column, period);
  const columns = column.at.some(({ use }) => typeof use !== 'number')
    ? { low: best.slice(), best, high: best.slice() }
    : certain(best);
  for (const { half_hour: at, use } of column.at) {
    const i = (Date.parse(at) / 1000 - period.from) / halfHourSeconds;
    const [low, middle, high] = typeof use === 'number' ? [use, use, use] : use;
    [columns.low[i], columns.best[i], columns.high[i]] = [low, middle, high];
  }
  return columns;
}

/** To a millionth; a range as `least..most likely..most`. */
export function said(range: Range<Money>): string {
  const { low, best, high } = mapRange(range, (value) => value.toDecimalPlaces(6).toString());
  return isCertain(range) ? best : `${low}..${best}..${high}`;
}
