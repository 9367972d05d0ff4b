import type { Money } from './money.ts';
import type { Range } from './range.ts';

/** What a cost is told with, in answers and in series alike. */

/** How much of some half-hours is measured: what adds up, of several supply points too. */
export interface MeasuredUse {
  /** kWh, or m³ of water. */
  readonly use: number;
  readonly measured: number;
  readonly halfHours: number;
  readonly measuredHalfHours: number;
  /** Half-hours that are missing and in no known total. */
  readonly missing: number;
}

/** Shares from 0 to 1, undefined where there is nothing to have a share of. */
export interface HowMeasured {
  readonly byAmount: number | undefined;
  readonly byTime: number | undefined;
  /** Whether something is missing that no known total covers. */
  readonly missing: boolean;
}

export function howMeasured(parts: readonly MeasuredUse[]): HowMeasured {
  const sum = (key: keyof MeasuredUse): number => parts.reduce((total, part) => total + part[key], 0);
  const [use, halfHours] = [sum('use'), sum('halfHours')];
  const byTime = halfHours === 0 ? undefined : sum('measuredHalfHours') / halfHours;
  return { byAmount: use > 0 ? sum('measured') / use : byTime, byTime, missing: sum('missing') > 0 };
}

/** Pounds for one kWh or m³, all in; undefined where nothing was used. */
export function poundsForOne(net: Range<Money>, use: Range<Money>): Money | undefined {
  return use.best.lte(0) ? undefined : net.best.dividedBy(use.best);
}
