import { z } from 'zod';
import { clockOf, type Clock, slotsPerDay, type DayType } from '../../../domain/alerts/clock.ts';
import { utilities, roles, siteTypes } from '../../../domain/estate/estate.ts';
import { addDays, halfHourSeconds, startOfDay } from '../../../domain/time.ts';
import { deviationAt, glidingAt, seedOf } from '../../../simulators/chance.ts';

/**
 * Half-hours in short: a level by the clock for working days and weekends (`10 | 07:00 40 | 19:00 10`, in the meter's
 * unit a half-hour), what happens to it, and chance that is the same each time.
 */
const levels = z.union([z.string(), z.number().transform(String)]);
const instant = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d)?$/, 'a date, or a London time 2026-03-10T19:00');

const changeSchema = z.strictObject({
  from: instant,
  /** Without it to the end. */
  to: instant.optional(),
  /** By the clock, over midnight where the end is before the beginning. */
  hours: z.string().optional(),
  days: z.enum(['working', 'weekend']).optional(),
  plus: z.number().optional(),
  times: z.number().optional(),
  becomes: z.number().optional(),
  /** What is added grows from nothing to `plus` in so many days. */
  over_days: z.number().optional(),
  missing: z.boolean().optional(),
});

export const changesSchema = z.array(changeSchema);

export const seriesSchema = z.strictObject({
  utility: z.enum(utilities).default('electricity'),
  role: z.enum(roles).default('main'),
  site_type: z.enum(siteTypes).default('office'),
  end_use: z.string().optional(),
  working: levels.default('10'),
  weekend: levels.optional(),
  /** Chance of each half-hour, and of each day as a whole, as shares. */
  noise: z.number().default(0.02),
  day_noise: z.number().default(0.01),
  resolution: z.number().default(0),
  /** In a half-hour for each degree by which its day is below, or above, a base. */
  per_degree_below: z.tuple([z.number(), z.number()]).optional(),
  per_degree_above: z.tuple([z.number(), z.number()]).optional(),
  changes: changesSchema.default([]),
});
export type Series = z.output<typeof seriesSchema>;

export function windowOf(from: string, days: number): Clock {
  const start = startOfDay(from);
  return clockOf(start, (startOfDay(addDays(from, days)) - start) / halfHourSeconds);
}

/** A year that is coldest in the middle of January and warmest in the middle of July, with spells; °C by half-hour. */
export function temperatures(clock: Clock, { winter = 5, summer = 17, spells = 2.5 } = {}): Float64Array {
  const seed = seedOf(7, 'weather');
  return Float64Array.from({ length: clock.count }, (_, i) => {
    const at = clock.from + i * halfHourSeconds;
    const days = at / 86_400;
    const season = Math.cos((2 * Math.PI * ((days % 365.25) - 14)) / 365.25);
    const hour = Math.cos((2 * Math.PI * ((clock.slot[i] as number) - 30)) / slotsPerDay);
    const spell = glidingAt(seed, days / 3);
    return (summer + winter) / 2 - ((summer - winter) / 2) * season + 3 * hour + spells * spell;
  });
}

/** Rooms feel the mean of the last six hours. */
const feltHalfHours = 12;

/** Degrees of each half-hour below a base (side 1) or above it (side −1), as rooms feel them. */
function degrees(outdoors: Float64Array, base: number, side: 1 | -1): Float64Array {
  return outdoors.map((_, i) => {
    const last = outdoors.subarray(Math.max(0, i - feltHalfHours + 1), i + 1);
    return Math.max(0, side * (base - last.reduce((sum, one) => sum + one, 0) / last.length));
  });
}

export function halfHoursOf(series: Series, clock: Clock, outdoors: Float64Array, name = 'meter'): Float64Array {
  const byType: Record<DayType, number[]> = {
    working: levelsOf(series.working),
    weekend: levelsOf(series.weekend ?? series.working),
  };
  const seed = seedOf(3, name);
  const [below = 0, perBelow = 0] = series.per_degree_below ?? [];
  const [above = 0, perAbove = 0] = series.per_degree_above ?? [];
  const [cold, warm] = [degrees(outdoors, below, 1), degrees(outdoors, above, -1)];
  const use = Float64Array.from({ length: clock.count }, (_, i) => {
    const d = clock.day[i] as number;
    const day = clock.days[d];
    const isSunday = day?.type === 'weekend' || day?.quiet === true;
    let level = byType[isSunday ? 'weekend' : 'working'][clock.slot[i] as number] as number;
    level += (cold[i] ?? 0) * perBelow + (warm[i] ?? 0) * perAbove;
    const chance = 1 + series.noise * deviationAt(seed, i) + series.day_noise * deviationAt(seed, 1e6 + d);
    return level * chance;
  });
  changed(series.changes, clock, use);
  if (series.resolution > 0) return use.map((value) => Math.round(value / series.resolution) * series.resolution);
  return use;
}

/** Lets what happens to half-hours happen. */
export function changed(changes: z.output<typeof changesSchema>, clock: Clock, use: Float64Array): Float64Array {
  for (const change of changes) apply(change, clock, use);
  return use;
}

function levelsOf(text: string): number[] {
  const [start = '0', ...parts] = text.split('|').map((part) => part.trim());
  const levels = Array.from({ length: slotsPerDay }, () => Number(start));
  for (const part of parts) {
    const [time = '', level = ''] = part.split(' ');
    levels.fill(Number(level), slotAt(time));
  }
  return levels;
}

function slotAt(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return 2 * (hour ?? 0) + Math.floor((minute ?? 0) / 30);
}

function apply(change: z.output<typeof changeSchema>, clock: Clock, use: Float64Array): void {
  const place = (text: string): number => {
    const [date = '', time = '00:00'] = text.split('T');
    const day = clock.days.find((one) => one.date === date);
    return day ? day.first + slotAt(time) : date < (clock.days[0]?.date ?? '') ? 0 : clock.count;
  };
  const first = place(change.from);
  const end = change.to === undefined ? clock.count : place(change.to);
  const [begins = '00:00', ends = '24:00'] = change.hours?.split('-') ?? [];
  const [from, to] = [slotAt(begins), slotAt(ends)];
  for (let i = first; i < end; i++) {
    const slot = clock.slot[i] as number;
    if (from < to ? slot < from || slot >= to : slot < from && slot >= to) continue;
    if (change.days !== undefined && clock.days[clock.day[i] as number]?.type !== change.days) continue;
    const grown = change.over_days === undefined ? 1 : Math.min(1, (i - first) / slotsPerDay / change.over_days);
    if (change.missing) use[i] = Number.NaN;
    else if (change.becomes !== undefined) use[i] = change.becomes;
    else use[i] = (use[i] as number) * (change.times ?? 1) + grown * (change.plus ?? 0);
  }
}
