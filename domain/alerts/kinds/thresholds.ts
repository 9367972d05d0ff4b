import type { Watched } from '../watched.ts';

interface Thresholds {
  readonly excess_kw: number;
  readonly excess_m3_per_h: number;
  readonly limit_kw?: number;
  readonly limit_m3_per_h?: number;
}

/** The thresholds of a rule that are of the meter's unit, kW or m³/h; a limit of 0 is none. */
export function inUnit({ unit }: Pick<Watched, 'unit'>, rule: Thresholds): { excess: number; limit: number } {
  return unit === 'm3'
    ? { excess: rule.excess_m3_per_h, limit: rule.limit_m3_per_h ?? 0 }
    : { excess: rule.excess_kw, limit: rule.limit_kw ?? 0 };
}
