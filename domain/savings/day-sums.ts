import type { BucketSums } from '../energy/bucket-sums.ts';
import type { Meter } from '../estate/estate.ts';
import type { Gap } from '../half-hours/half-hours.ts';
import { countMeaningsOf, meaningAt } from '../half-hours/meter-conversion.ts';
import { type EpochSeconds, halfHourSeconds, type LocalDate } from '../time.ts';
import { knownShareOfDay, type Temperatures } from '../weather/degree-days.ts';
import type { DailyTemperature, DailyUse } from './daily.ts';

/** Day sums of meters between successive local midnights, from a date on, and their gaps of known total. */
export interface DaySums {
  readonly from: LocalDate;
  readonly boundaries: readonly EpochSeconds[];
  readonly cells: BucketSums;
  readonly gaps: readonly Gap[];
}

/**
 * What a meter used by day: kWh, m³ of water. What is missing of a day that is known by nine tenths is taken to be as
 * the rest of it (CalTRACK 2.2.2.1). A gap of known total counts as known where it lies within the day; of one that
 * reaches over midnight nobody knows what fell on which side, unless nothing did: an inverter that is silent at night
 * counts no more in the morning.
 */
export function dailyUseOf({ from, boundaries, cells, gaps }: DaySums, meter: Meter): DailyUse {
  const values = new Float64Array(cells.buckets).fill(Number.NaN);
  const water = meter.utility === 'water';
  const own = gaps.filter((gap) => gap.meter === meter.id);
  // What is computed may be above 0 on one side of midnight and below it on the other; no register counts back.
  const mayGoBack = meter.role === 'virtual';
  const meanings = countMeaningsOf(meter);
  for (let day = 0; day < cells.buckets; day++) {
    const cell = cells.cellOf(meter.id, day);
    const [start, end] = [boundaries[day] as number, boundaries[day + 1] as number];
    if (cell === undefined || !countsIn(meter, water, meanings, start)) continue;
    let amount = (water ? cells.volume : cells.energy)[cell] as number;
    let known = (cells.measuredHalfHours[cell] as number) + (cells.estimatedHalfHours[cell] as number);
    for (const gap of own) {
      const seconds = Math.min(gap.to, end) - Math.max(gap.from, start);
      const total = water ? gap.volume : gap.energy;
      if (seconds <= 0 || total === undefined) continue;
      // The day's sum holds the gap's share of the day by time.
      const isWithin = gap.from >= start && gap.to <= end;
      if (isWithin || (total === 0 && !mayGoBack)) known += seconds / halfHourSeconds;
      else amount -= (total * seconds) / (gap.to - gap.from);
    }
    const all = (end - start) / halfHourSeconds;
    if (known >= knownShareOfDay * all) values[day] = (amount * all) / Math.min(all, known);
  }
  return { from, values };
}

function countsIn(
  meter: Meter,
  water: boolean,
  meanings: ReturnType<typeof countMeaningsOf>,
  at: EpochSeconds,
): boolean {
  if (meter.role === 'virtual') return true;
  const { energy, volume } = meaningAt(meanings, at);
  return (water ? volume : energy) !== undefined;
}

/** °C by day from half-hours, or the middle of a day's highest and lowest. */
export function dailyTemperatureOf(
  temperatures: Temperatures,
  from: LocalDate,
  boundaries: readonly EpochSeconds[],
): DailyTemperature {
  const values = Float64Array.from({ length: Math.max(0, boundaries.length - 1) }, (_, day) => {
    const [start, end] = [boundaries[day] as number, boundaries[day + 1] as number];
    const within = (of: { readonly from: EpochSeconds; readonly values: Float64Array }): Float64Array =>
      of.values
        .subarray(
          Math.max(0, Math.ceil((start - of.from) / halfHourSeconds)),
          Math.max(0, Math.ceil((end - of.from) / halfHourSeconds)),
        )
        .filter((one) => !Number.isNaN(one));
    if (temperatures.kind === 'daily') {
      const [highest, lowest] = [within(temperatures.highest), within(temperatures.lowest)];
      if (highest.length === 0 || lowest.length === 0) return Number.NaN;
      return (Math.max(...highest) + Math.min(...lowest)) / 2;
    }
    const known = within(temperatures.mean);
    if (known.length < (knownShareOfDay * (end - start)) / halfHourSeconds) return Number.NaN;
    return known.reduce((sum, one) => sum + one, 0) / known.length;
  });
  return { from, values };
}
