import type { z } from 'zod';
import { type AnswerBucket, cutsOf } from '../domain/energy/buckets.ts';
import type { MeterSum } from '../domain/energy/bucket-sums.ts';
import { expectedSpan, figureOf, type PeriodFigure, withoutGaps } from '../domain/half-hours/day-figures.ts';
import type { Meter } from '../domain/estate/estate.ts';
import { takesAway } from '../domain/half-hours/formula.ts';
import type { Gap, HalfHour } from '../domain/half-hours/half-hours.ts';
import { limits } from '../domain/limits.ts';
import { countMeaningOn, validityOf } from '../domain/half-hours/meter-conversion.ts';
import { dateOf, type EpochSeconds, type Period, settlementPeriodOf } from '../domain/time.ts';
import { checkSize, type Stores, sumDays } from '../store/energy.ts';
import type { consumptionRowSchema } from './contract/consumption.ts';
import { known, standing, when } from './outside.ts';

export type ConsumptionRow = z.output<typeof consumptionRowSchema>;

/** What single meters counted, in half-hours: a row for each one in which the meter was valid, known or not. */
export async function halfHourRows(
  { store }: Stores,
  meters: readonly Meter[],
  buckets: readonly AnswerBucket[],
): Promise<Iterable<ConsumptionRow>> {
  checkSize(meters.length * buckets.length, limits.halfHoursPerAnswer);
  const cuts = cutsOf(buckets);
  const [from, to] = [cuts[0], cuts.at(-1)];
  if (from === undefined || to === undefined) return [];
  const list = await store.halfHours(
    meters.map(({ id }) => id),
    { from, to },
  );
  const byMeter = Map.groupBy(list, ({ meter }) => meter);
  return meters.values().flatMap(function* (meter) {
    const byStart = new Map((byMeter.get(meter.id) ?? []).map((row) => [row.start, row]));
    const valid = validityOf(meter);
    for (const bucket of buckets) {
      if (bucket.from < valid.from || bucket.to > valid.to) continue;
      yield halfHourRow(meter, bucket, byStart.get(bucket.from));
    }
  });
}

function halfHourRow(meter: Meter, bucket: AnswerBucket, found: HalfHour | undefined): ConsumptionRow {
  const row = found?.quality === 'missing' ? undefined : found;
  const measured = row?.quality === 'measured' ? 1 : 0;
  return {
    ...rowOf(meter, bucket, { energy: row?.energy, volume: row?.volume }),
    settlement_period: settlementPeriodOf(bucket.from).period,
    quality: found?.quality ?? 'missing',
    rule: found?.rule ?? null,
    ...standing({ bucket, byAmount: measured, byTime: measured, missing: row === undefined }),
  };
}

/** The figures of meters in the buckets of an answer; undefined where a meter was not valid at all. */
export interface MeterFigures {
  of(meter: Meter, bucket: number): PeriodFigure | undefined;
}

/** Reads what meters counted: half-hours for half-hours, day figures and known gaps for everything longer. */
export async function readMeterFigures(
  { store, state }: Stores,
  meters: readonly Meter[],
  buckets: readonly AnswerBucket[],
  halfHours: boolean,
  now: EpochSeconds,
): Promise<MeterFigures> {
  checkSize(meters.length * buckets.length, limits.halfHoursPerAnswer);
  const cuts = cutsOf(buckets);
  const [from, to] = [cuts[0], cuts.at(-1)];
  if (from === undefined || to === undefined) return { of: () => undefined };
  const ids = meters.map(({ id }) => id);
  const sums = halfHours ? await store.sumHalfHours(ids, cuts) : await sumDays(store, ids, cuts);
  const gaps = Map.groupBy(halfHours ? [] : state.gaps(ids, { from, to }), ({ meter }) => meter);
  return {
    of(meter, index) {
      const bucket = buckets[index];
      const valid = validityOf(meter);
      if (!bucket || bucket.to <= valid.from || bucket.from >= valid.to) return undefined;
      const expected = expectedSpan(bucket, valid, now);
      return periodFigure(meter, bucket, sums.at(meter.id, index), gaps.get(meter.id) ?? [], expected);
    },
  };
}

/** What single meters counted in days and longer. */
export async function longerRows(
  stores: Stores,
  meters: readonly Meter[],
  buckets: readonly AnswerBucket[],
  now: EpochSeconds,
): Promise<Iterable<ConsumptionRow>> {
  const figures = await readMeterFigures(stores, meters, buckets, false, now);
  return meters.values().flatMap(function* (meter) {
    for (const [index, bucket] of buckets.entries()) {
      const figure = figures.of(meter, index);
      if (figure) yield longerRow(meter, bucket, figure);
    }
  });
}

/**
 * Day figures hold their share of known gaps; the figure of the bucket is weighed anew, with the gaps it holds whole.
 */
function periodFigure(
  meter: Meter,
  bucket: Period,
  sum: MeterSum | undefined,
  gaps: readonly Gap[],
  expected: Period,
): PeriodFigure {
  const { energy, volume } = quantitiesOf(meter, bucket);
  const found = {
    energy: sum && energy ? sum.energy : undefined,
    volume: sum && volume ? sum.volume : undefined,
    measuredEnergy: sum?.measuredEnergy ?? 0,
    measuredVolume: sum?.measuredVolume ?? 0,
    measuredHalfHours: sum?.measuredHalfHours ?? 0,
    estimatedHalfHours: sum?.estimatedHalfHours ?? 0,
  };
  return figureOf(sum ? withoutGaps(found, gaps, bucket) : found, gaps, bucket, expected);
}

/** Which amounts the meter counts; a gas meter without a calorific value counts volume only. */
function quantitiesOf(meter: Meter, period: Period): { readonly energy: boolean; readonly volume: boolean } {
  if (meter.role === 'virtual') return { energy: meter.utility !== 'water', volume: meter.utility === 'water' };
  const { energy, volume } = countMeaningOn(meter, dateOf(period.to - 1));
  return { energy: energy !== undefined, volume: volume !== undefined };
}

function longerRow(meter: Meter, bucket: AnswerBucket, figure: PeriodFigure): ConsumptionRow {
  const said = figure.measuredHalfHours + figure.estimatedHalfHours + figure.gapHalfHours > 0;
  const { energy, volume } = said ? figure : {};
  return {
    ...rowOf(meter, bucket, { energy, volume }),
    ...standing({
      bucket,
      byAmount: takesAway(meter) ? figure.measuredShareOfTime : figure.measuredShare,
      byTime: figure.measuredShareOfTime,
      missing: figure.missingHalfHours > figure.gapHalfHours,
    }),
  };
}

function rowOf(
  meter: Meter,
  bucket: AnswerBucket,
  amounts: { readonly energy?: number | undefined; readonly volume?: number | undefined },
): Omit<ConsumptionRow, keyof ReturnType<typeof standing>> {
  const reactive = meter.measures === 'reactive';
  return {
    group: meter.id,
    utility: meter.utility,
    site: meter.site,
    role: meter.role,
    ...when(bucket),
    settlement_period: null,
    energy_kwh: reactive ? null : known(amounts.energy),
    own_renewable_kwh: null,
    volume_m3: known(amounts.volume),
    reactive_energy_kvarh: reactive ? known(amounts.energy) : null,
    quality: null,
    rule: null,
  };
}
