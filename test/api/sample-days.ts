import { figureOfHalfHours } from '../../domain/half-hours/day-figures.ts';
import type { Estate, Meter } from '../../domain/estate/estate.ts';
import type { Gap, Quality } from '../../domain/half-hours/half-hours.ts';
import { addDays, dayPeriod, type EpochSeconds, halfHoursOf, type LocalDate, startOfDay } from '../../domain/time.ts';
import type { DayFigure, ReadingStore, StoredHalfHour } from '../../store/reading-store.ts';
import type { StateStore } from '../../store/state-store.ts';

/**
 * Half-hours of our making, and the day figures that follow from them. What a half-hour holds is a plain function of
 * its start, so that a test can add it up again without asking anything of the house.
 */
export interface Sample {
  readonly rows: readonly StoredHalfHour[];
}

/** kWh (m³ of water) of a half-hour: another shape for each meter, whole 1/16ths, so that sums are exact. */
export function sampleEnergy(meter: string, start: EpochSeconds): number {
  const salt = Array.from(meter).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 97, 7);
  const hour = Math.floor(start / 3600) % 24;
  if (/solar/.test(meter)) return hour > 8 && hour < 16 ? 8 + (salt % 4) : 0;
  if (/export/.test(meter)) return hour > 10 && hour < 14 ? 2.5 : 0;
  if (/lights|chillers|heat/.test(meter)) return 1 + (Math.floor(start / 1800) % 4) / 16;
  return 10 + (salt % 5) + (Math.floor(start / 1800) % 16) / 16;
}

/** Writes every half-hour of some meters from one London date to another, and their days. */
export async function writeSample(
  { store, state }: { readonly store: ReadingStore; readonly state: StateStore },
  estate: Estate,
  options: {
    readonly from: LocalDate;
    readonly to: LocalDate;
    readonly quality?: (meter: string, start: EpochSeconds) => Quality;
    readonly gaps?: readonly Gap[];
    readonly until?: EpochSeconds;
    /** kWh (m³ of water) of a half-hour, instead of `sampleEnergy`. */
    readonly energy?: (meter: string, start: EpochSeconds) => number;
  },
): Promise<Sample> {
  const { from, to, gaps = [], until = Number.POSITIVE_INFINITY, energy = sampleEnergy } = options;
  const quality = options.quality ?? (() => 'measured');
  const starts = halfHoursOf({ from: startOfDay(from), to: startOfDay(to) }).filter((start) => start < until);
  const meters = [...estate.meters.values()];
  const rows = meters.flatMap((meter) =>
    starts.map((start) => halfHour(meter, start, quality(meter.id, start), energy(meter.id, start))),
  );
  await store.writeHalfHours(rows);
  const byMeter = Map.groupBy(rows, (row) => row.meter);
  const days: DayFigure[] = [];
  for (const meter of meters) {
    const own = Map.groupBy(byMeter.get(meter.id) ?? [], (row) => dayOf(row.start, from));
    const holes = gaps.filter((gap) => gap.meter === meter.id);
    if (holes.length > 0) state.replaceGaps(meter.id, { from: startOfDay(from), to: startOfDay(to) }, holes);
    for (let date = from; date < to && startOfDay(date) < until; date = addDays(date, 1)) {
      days.push(dayFigure(meter, date, own.get(date) ?? [], holes, until));
    }
  }
  await store.writeDays(days, []);
  return { rows };
}

function dayOf(start: EpochSeconds, from: LocalDate): LocalDate {
  let date = addDays(from, Math.floor((start - startOfDay(from)) / 86_400) - 1);
  while (startOfDay(addDays(date, 1)) <= start) date = addDays(date, 1);
  return date;
}

/** A half-hour as it is stored, of so many kWh, or m³ of water; gas has 8 kWh to the m³. */
export function halfHour(meter: Meter, start: EpochSeconds, quality: Quality, energy: number): StoredHalfHour {
  const amount = quality === 'missing' ? undefined : energy;
  const water = meter.utility === 'water';
  return {
    meter: meter.id,
    site: meter.site,
    utility: meter.utility,
    start,
    energy: water ? undefined : amount,
    volume: water || meter.utility === 'gas' ? amount && amount / (water ? 1 : 8) : undefined,
    quality,
    rule: quality === 'measured' ? 'register' : quality === 'estimated' ? 'interpolated' : 'gap',
    registerVersion: 3,
  };
}

function dayFigure(
  meter: Meter,
  date: LocalDate,
  rows: readonly StoredHalfHour[],
  gaps: readonly Gap[],
  until: EpochSeconds,
): DayFigure {
  const period = dayPeriod(date);
  const expected = { from: period.from, to: Math.min(period.to, until) };
  const figure = figureOfHalfHours(rows, gaps, period, expected);
  return {
    meter: meter.id,
    site: meter.site,
    utility: meter.utility,
    day: period.from,
    energy: figure.energy ?? 0,
    volume: figure.volume ?? 0,
    measuredEnergy: figure.measuredEnergy,
    measuredVolume: figure.measuredVolume,
    measuredHalfHours: figure.measuredHalfHours,
    estimatedHalfHours: figure.estimatedHalfHours,
    missingHalfHours: figure.missingHalfHours,
    measuredShare: figure.measuredShare,
    emissionsLocation: undefined,
  };
}
