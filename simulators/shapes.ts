import table from './data/shapes.json' with { type: 'json' };

/**
 * A shape says how much of its mean a load takes in each half-hour of the local day, by kind of day (`dayKinds`):
 * 144 numbers whose mean over a week of five weekdays, a Saturday and a Sunday is 1.
 */
export type Shape = Float64Array;

const slots = 48;

/** A shape from the half-hours (48) or hours (24) of a weekday, a Saturday and a Sunday. */
export function shapeOf(weekday: readonly number[], saturday: readonly number[], sunday: readonly number[]): Shape {
  const shape = new Float64Array(3 * slots);
  const days = [weekday, saturday, sunday];
  for (const [kind, day] of days.entries()) {
    for (let slot = 0; slot < slots; slot++) {
      shape[kind * slots + slot] = day[Math.floor((slot * day.length) / slots)] ?? 0;
    }
  }
  return evened(shape);
}

function evened(shape: Shape): Shape {
  let sum = 0;
  for (let i = 0; i < shape.length; i++) sum += (shape[i] ?? 0) * (i < slots ? 5 : 1);
  const mean = sum / (7 * slots);
  return shape.map((value) => value / mean);
}

/** A shape that lies between an even load (`share` of it) and another shape. */
function over(share: number, shape: Shape): Shape {
  return shape.map((value) => share + (1 - share) * value);
}

/** The same number in every half-hour but those between two hours, which get another. */
function hours(low: number, high: number, from: number, to: number): number[] {
  return Array.from({ length: slots }, (_, slot) => (slot >= from * 2 && slot < to * 2 ? high : low));
}

/** A low day with several busy spans: `[from hour, to hour, level]`. */
function busy(low: number, spans: readonly (readonly [number, number, number])[]): number[] {
  const day = hours(low, low, 0, 24);
  for (const [from, to, level] of spans) for (let slot = from * 2; slot < to * 2; slot++) day[slot] = level;
  return day;
}

function recorded(pair: readonly (readonly number[])[]): Shape {
  return shapeOf(pair[0] ?? [], pair[1] ?? [], pair[1] ?? []);
}

const surgeryDay = table.outpatient_electricity[0] ?? [];
const schoolWeekend = table.school_electricity[1] ?? [];
const schoolDay = table.school_electricity[0] ?? [];
const kitchenDay = busy(0.35, [
  [6, 9, 1.6],
  [9, 11, 1.9],
  [11, 14, 2.6],
  [14, 16, 1.1],
  [16, 19, 2.0],
]);
const even = hours(1, 1, 0, 24);

/**
 * Every shape by name. Those of hospitals, surgeries and offices come from data/SOURCE.md, the rest from opening
 * hours.
 */
export const shapes = {
  even: shapeOf(even, even, even),
  hospital: recorded(table.hospital_electricity),
  hospital_hot_water: recorded(table.hospital_hot_water),
  hospital_cooling: recorded(table.hospital_cooling),
  surgery: shapeOf(surgeryDay, schoolWeekend, schoolWeekend),
  surgery_hot_water: shapeOf(table.outpatient_hot_water[0] ?? [], hours(0.1, 0.1, 0, 24), hours(0.1, 0.1, 0, 24)),
  office: shapeOf(schoolDay, schoolWeekend, schoolWeekend),
  station: over(0.6, recorded(table.hospital_electricity)),
  wards: over(0.35, shapeOf(hours(0.6, 1.3, 6, 22), hours(0.6, 1.2, 7, 22), hours(0.6, 1.2, 7, 22))),
  theatres: shapeOf(hours(0.45, 1.9, 7.5, 18.5), hours(0.45, 0.9, 8, 14), hours(0.45, 0.6, 8, 14)),
  imaging: shapeOf(hours(0.5, 1.9, 8, 19), hours(0.5, 1.1, 9, 17), hours(0.5, 0.7, 9, 17)),
  kitchen: shapeOf(kitchenDay, kitchenDay, kitchenDay),
  plant: shapeOf(hours(0.82, 1.15, 6, 21), hours(0.8, 1.0, 7, 20), hours(0.8, 0.95, 7, 20)),
  ward_lighting: shapeOf(hours(0.5, 1.35, 6, 22), hours(0.5, 1.1, 7, 22), hours(0.5, 1.1, 7, 22)),
  day_lighting: shapeOf(hours(0.12, 2.6, 7.5, 19), hours(0.12, 0.4, 9, 13), hours(0.12, 0.12, 0, 24)),
  vehicles: shapeOf(hours(1.3, 0.8, 8, 20), hours(1.3, 0.8, 8, 20), hours(1.3, 0.8, 8, 20)),
  heating_day: shapeOf(
    busy(0.25, [
      [5, 8, 1.9],
      [8, 17, 1.25],
    ]),
    hours(0.3, 0.3, 0, 24),
    hours(0.3, 0.3, 0, 24),
  ),
  water_ward: over(0.1, recorded(table.hospital_hot_water)),
  water_day: shapeOf(
    busy(0.02, [
      [7, 9, 1.6],
      [9, 13, 2.4],
      [13, 18, 1.9],
    ]),
    hours(0.02, 0.2, 9, 13),
    hours(0.02, 0.02, 0, 24),
  ),
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof shapes;
