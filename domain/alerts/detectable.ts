import { daysOf } from './days.ts';
import type { AlertKind, ParametersOf } from './kinds.ts';
import { restOf } from './kinds/after-hours.ts';
import { referenceOf } from './kinds/drift.ts';
import { nightsOf } from './kinds/night-base.ts';
import { leastFlows } from './kinds/night-flow.ts';
import { inUnit } from './kinds/thresholds.ts';
import { medianOf } from './robust.ts';
import type { RuleHere } from './rules.ts';
import { suspiciousScore } from './suspicion.ts';
import { usualOf } from './usual.ts';
import type { Watched } from './watched.ts';

/**
 * The smallest constant excess, day and night, that a kind would raise at a meter as it is now, kW or m³/h: each of the
 * bounds of its rule, and what its own ups and downs hide. What comes and goes takes more, or longer.
 */
export interface DetectableSize {
  readonly kind: AlertKind;
  /** kW or m³/h; NaN where too little is known of the meter. */
  readonly rate: number;
  /** kWh or m³ in a week. */
  readonly perWeek: number;
}

const hoursPerWeek = 168;

type Sizes = { readonly [K in AlertKind]?: (watched: Watched, rule: ParametersOf<K>) => number };

/** Kinds that are told by a meter's own half-hours, and are raised by an excess that is always there. */
const sizes: Sizes = {
  night_base: (watched, rule) => {
    const { level, usual } = nightsOf(watched);
    const residual = level.map((value, d) => value - (usual[d] as number));
    const { spread } = usualOf(residual, { remembered: 56, fewest: 10, leastFar: rule.excess_kw / 2 });
    const base = 2 * recent(usual);
    return Math.max(rule.excess_kw, rule.rises_by * base, 2 * rule.deviations * recent(spread));
  },
  left_on: afterHoursSize,
  out_of_hours: afterHoursSize,
  step: (watched, rule) => {
    const days = daysOf(watched);
    const mean = recent(days.expected) / 24;
    const { excess } = inUnit(watched, rule);
    return Math.max(excess, rule.rises_by * mean, rule.deviations * recent(days.usual.spread) * mean);
  },
  drift: (watched, rule) => {
    if (watched.clock.days.length < referenceOf(watched)) return Number.NaN;
    const mean = recent(daysOf(watched).expected) / 24;
    return Math.max(inUnit(watched, rule).excess, rule.rises_by * mean);
  },
  night_flow: (watched, rule) => {
    const flows = leastFlows(watched);
    const request = { remembered: 56, fewest: 14, leastFar: rule.excess_m3_per_h / 2, resolution: watched.resolution };
    const { median, spread } = usualOf(flows, request);
    return Math.max(rule.excess_m3_per_h, rule.rises_by * recent(median), rule.deviations * recent(spread));
  },
};

function afterHoursSize(watched: Watched, rule: ParametersOf<'left_on' | 'out_of_hours'>): number {
  const { away, rise } = restOf(watched.clock, watched.expected.level, watched.away);
  const spreads = watched.expected.spread.filter((_, i) => away[i] === 1);
  if (spreads.length === 0) return Number.NaN;
  const spread = medianOf(spreads.slice(-recentHalfHours).filter((one) => !Number.isNaN(one)));
  return Math.max(rule.excess_kw, 2 * rule.share_of_rise * recent(rise), 2 * suspiciousScore * spread);
}

/** Days whose middle is what a meter is like now; and half-hours. */
const recentDays = 14;
const recentHalfHours = 7 * 48;

function recent(values: Float64Array): number {
  return medianOf(values.filter((value) => !Number.isNaN(value)).slice(-recentDays));
}

/** What each kind that is looked for would raise at a meter, the smallest first; those it cannot be said of last. */
export function detectableSizes(watched: Watched, rules: readonly RuleHere<AlertKind>[]): DetectableSize[] {
  return rules
    .flatMap(({ kind, enabled, parameters }): DetectableSize[] => {
      const size = sizes[kind] as ((watched: Watched, rule: RuleHere<AlertKind>['parameters']) => number) | undefined;
      if (!enabled || !size) return [];
      const rate = size(watched, parameters);
      return [{ kind, rate, perWeek: rate * hoursPerWeek }];
    })
    .toSorted((a, b) => (Number.isNaN(a.rate) ? 1 : Number.isNaN(b.rate) ? -1 : a.rate - b.rate));
}
