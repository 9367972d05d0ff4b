import type { Range } from '../../tariffs/range.ts';
import { type Found, type FoundByName, type IndicatorPlace, lacking, shown } from './found.ts';
import type { Need } from './table.ts';

/** What the supply points of a site could still carry, and how much of them reactive power takes up. */

/** An electricity supply point over twelve months. */
export interface SupplyRoom {
  readonly point: string;
  readonly meter: string;
  /** kVA that are agreed now; undefined where nobody wrote it. */
  readonly agreed: number | undefined;
  /** Highest kVA of a half-hour; undefined where kvarh are neither counted nor stated as a range. */
  readonly demand: Range<number> | undefined;
  /** Highest kW of a half-hour: at least so many kVA. */
  readonly highestKw: number;
  /** kWh, and kvarh where they are counted. */
  readonly kwh: number;
  readonly kvarh: number | undefined;
  /** Of the half-hours, 0 to 1. */
  readonly measured: number;
}

/** `points` are those of which something is known; `all` how many the register has. */
export function foundOfSupply(place: IndicatorPlace, points: readonly SupplyRoom[], all: number): FoundByName {
  if (all === 0) {
    const none = { missing: lacking(place, 'supply_point') };
    return { power_factor: none, headroom: none };
  }
  return { power_factor: powerFactor(place, points), headroom: headroom(place, points, all) };
}

function powerFactor(place: IndicatorPlace, points: readonly SupplyRoom[]): Found {
  const counted = points.filter(({ kvarh }) => kvarh !== undefined);
  const without = points.filter(({ kvarh }) => kvarh === undefined);
  const missing: Need[] = without.map(({ point }) => ({ need: 'reactive_meter', about: point }));
  if (counted.length === 0) return { missing: missing.length > 0 ? missing : lacking(place, 'reactive_meter') };
  const kwh = counted.reduce((sum, one) => sum + one.kwh, 0);
  const kvarh = counted.reduce((sum, one) => sum + (one.kvarh ?? 0), 0);
  return {
    value: kwh > 0 ? kwh / Math.hypot(kwh, kvarh) : undefined,
    measuredShare: shareOf(counted),
    meters: counted.map(({ meter }) => meter),
    missing,
  };
}

/**
 * The headroom of all supply points added up, each at its own highest half-hour. Where kvarh are not known, a kVA is at
 * least a kW: then only the most that can be left is known.
 */
function headroom(place: IndicatorPlace, points: readonly SupplyRoom[], all: number): Found {
  const missing: Need[] = points.flatMap(({ point, agreed, demand }): Need[] => [
    ...(agreed === undefined ? [{ need: 'agreed_capacity', about: point } as const] : []),
    ...(demand === undefined ? [{ need: 'power_factor', about: point } as const] : []),
  ]);
  if (points.length < all) missing.push(...lacking(place, 'electricity_meter'));
  const left = points.map(leftOf);
  const sum = (key: keyof Range<number>): number | undefined =>
    left.length < all ? undefined : left.reduce<number | undefined>((total, one) => plus(total, one?.[key]), 0);
  const [low, value, high] = [sum('low'), sum('best'), sum('high')];
  const isCertain = low === high && low !== undefined;
  return {
    value,
    low: isCertain ? undefined : low,
    high: isCertain ? undefined : high,
    measuredShare: shareOf(points),
    meters: points.map(({ meter }) => meter),
    missing,
    says: points.length > 1 ? points.map((one, i) => `${one.point} ${sayLeft(left[i])}`).join(', ') : undefined,
  };
}

type Left = { readonly [K in keyof Range<number>]: number | undefined };

function leftOf({ agreed, demand, highestKw }: SupplyRoom): Left | undefined {
  if (agreed === undefined) return undefined;
  if (!demand) return { low: undefined, best: undefined, high: agreed - highestKw };
  return { low: agreed - demand.high, best: agreed - demand.best, high: agreed - demand.low };
}

function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

function sayLeft(left: Left | undefined): string {
  if (left?.best !== undefined) return `${shown(left.best)} kVA`;
  return left?.high === undefined ? 'not known' : `at most ${shown(left.high)} kVA`;
}

function shareOf(points: readonly SupplyRoom[]) {
  if (points.length === 0) return undefined;
  return { byAmount: undefined, byTime: points.reduce((sum, { measured }) => sum + measured, 0) / points.length };
}
