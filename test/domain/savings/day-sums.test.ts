import { expect, test } from 'vitest';
import { BucketSums } from '../../../domain/energy/bucket-sums.ts';
import type { Gap } from '../../../domain/half-hours/half-hours.ts';
import { dailyTemperatureOf, dailyUseOf } from '../../../domain/savings/day-sums.ts';
import { addDays, halfHourSeconds, startOfDay } from '../../../domain/time.ts';
import { siteOf } from '../small-estate.ts';

const from = '2026-03-27';
/** Five days, of which the third is the one with 46 half-hours. */
const boundaries = Array.from({ length: 6 }, (_, day) => startOfDay(addDays(from, day)));
const estate = siteOf([
  { id: 'kitchen', valid_from: '2026-01-01' },
  { id: 'panels', role: 'generation', technology: 'solar', valid_from: '2026-01-01' },
  { id: 'tap', utility: 'water', valid_from: '2026-01-01' },
  { id: 'boiler', utility: 'gas', valid_from: '2026-01-01' },
]);

function sums(meter: string, days: readonly (readonly [amount: number, measured: number, missing: number])[]) {
  const cells = new BucketSums([meter], days.length);
  for (const [day, [amount, measured, missing]] of days.entries()) {
    const cell = cells.open(meter, day) as number;
    cells.energy[cell] = amount;
    cells.volume[cell] = 2 * amount;
    cells.measuredHalfHours[cell] = measured;
    cells.missingHalfHours[cell] = missing;
  }
  return cells;
}

function useOf(meter: string, cells: BucketSums, gaps: readonly Gap[] = []): number[] {
  const found = estate.meters.get(meter);
  if (!found) throw new Error(meter);
  return [...dailyUseOf({ from, boundaries, cells, gaps }, found).values];
}

test('a day that is known by nine tenths is taken whole, one that is not is not known', () => {
  const days = [
    [480, 48, 0],
    [450, 45, 3],
    [460, 46, 0],
    [430, 43, 5],
    [0, 48, 0],
  ] as const;
  expect(useOf('kitchen', sums('kitchen', days))).toEqual([480, 480, 460, Number.NaN, 0]);
  expect(useOf('tap', sums('tap', days))).toEqual([960, 960, 920, Number.NaN, 0]);
});

test('a day that nothing is said of, and energy that a meter of volume does not count, are not known', () => {
  expect(useOf('kitchen', new BucketSums(['kitchen'], 5))).toEqual(Array.from({ length: 5 }, () => Number.NaN));
  // Without a calorific value a gas meter counts m³ alone.
  expect(useOf('boiler', sums('boiler', [[480, 48, 0]]))).toEqual([Number.NaN]);
});

test('a gap of known total counts within its day, and not where it reaches over midnight', () => {
  const [day, next] = [boundaries[0] as number, boundaries[1] as number];
  const inside: Gap = {
    meter: 'kitchen',
    from: day + 3600,
    to: day + 3600 + 10 * halfHourSeconds,
    energy: 100,
    volume: undefined,
  };
  const days = sums('kitchen', [
    [480, 38, 10],
    [480, 48, 0],
  ]);
  expect(useOf('kitchen', days, [inside])).toEqual([480, 480]);
  // Two half-hours on either side; the sums hold 20 kWh each of what was 10 a half-hour.
  const over: Gap = { meter: 'kitchen', from: next - 3600, to: next + 3600, energy: 40, volume: undefined };
  const split = sums('kitchen', [
    [480, 46, 2],
    [480, 46, 2],
  ]);
  expect(useOf('kitchen', split, [over])).toEqual([480, 480]);
});

test('an inverter that is silent at night is known by day where it counted no more in the morning', () => {
  const cuts = Array.from({ length: 11 }, (_, day) => startOfDay(addDays('2026-06-01', day)));
  const days = Array.from({ length: 10 }, (_, day) => [20 + day, 16, 32] as const);
  // From 16:00 until 08:00, the night before the first day and that after the last too.
  const nights = [...cuts.keys()].map((day): Gap => {
    const midnight = cuts[day] as number;
    return { meter: 'panels', from: midnight - 8 * 3600, to: midnight + 8 * 3600, energy: 0, volume: undefined };
  });
  const meter = estate.meters.get('panels');
  if (!meter) throw new Error('no panels');
  const given = { from: '2026-06-01', boundaries: cuts, cells: sums('panels', days), gaps: nights };
  expect([...dailyUseOf(given, meter).values]).toEqual(days.map(([amount]) => amount));
  // Of what is computed, 0 may be 5 before midnight and −5 after it.
  const unknown = Array.from({ length: 10 }, () => Number.NaN);
  expect([...dailyUseOf(given, { ...meter, role: 'virtual' }).values]).toEqual(unknown);
});

test('the temperature of a day is the mean of its half-hours, or the middle of its extremes', () => {
  const values = Float64Array.from({ length: 48 + 48 }, (_, i) => (i < 48 ? 5 : i < 54 ? Number.NaN : 9));
  const mean = { from: boundaries[0] as number, values };
  const days = boundaries.slice(0, 3);
  expect([...dailyTemperatureOf({ kind: 'half_hourly', mean }, from, days).values]).toEqual([5, Number.NaN]);
  const at = (celsius: number, slot: number) => ({
    from: boundaries[0] as number,
    values: new Float64Array(96).fill(Number.NaN).with(slot, celsius),
  });
  const daily = { kind: 'daily', highest: at(12, 28), lowest: at(4, 8) } as const;
  expect([...dailyTemperatureOf(daily, from, days).values]).toEqual([8, Number.NaN]);
});
