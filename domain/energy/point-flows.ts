import type { SupplyPoint } from '../certificates/supply-points.ts';
import type { Meter } from '../estate/estate.ts';
import { readFlow, type Sums, Total } from './flow.ts';
import type { Reported } from './reporters.ts';

/** What one meter says, until the next is read. */
const flow = new Total();

/** kWh that come through a supply point. */
export interface PointFlow extends SupplyPoint {
  readonly energy: number;
}

/**
 * So many kWh by the supply points they came through, as the flows of a bucket say. What is below zero at one point, as
 * where more was handed on than came in, is taken off the others: together they are the kWh given.
 */
export function pointFlows(
  energy: number,
  sums: Sums,
  { bucket, pointOf }: { readonly bucket: number; readonly pointOf: (meter: Meter) => SupplyPoint },
  flows: readonly Reported[],
): PointFlow[] {
  const list: (SupplyPoint & { energy: number })[] = [];
  for (const { meter, times } of flows) {
    const { point: id, supply } = pointOf(meter);
    let point = list.find((one) => one.point === id);
    if (!point) {
      point = { point: id, supply, energy: 0 };
      list.push(point);
    }
    readFlow(flow, sums, bucket, meter.id);
    point.energy += times * flow.energy;
  }
  for (const point of list) point.energy = Math.max(0, point.energy);
  const sum = list.reduce((total, point) => total + point.energy, 0);
  for (const point of list) point.energy = sum > 0 ? (point.energy / sum) * energy : energy / list.length;
  return list;
}
