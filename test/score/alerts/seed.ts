import type { Finding } from '../../../domain/alerts/finding.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import { daySeconds, type Period } from '../../../domain/time.ts';
import { type Happening } from '../../../simulators/happenings.ts';
import { modelOf } from '../../../simulators/model.ts';
import { type TrueCause, trueCausesOf } from '../../../simulators/true-causes.ts';
import { randomCauses } from './causes.ts';
import { fullyMeteredEstate } from '../../simulators/sample-estate.ts';
import { isOf, isTold, judgeCause, type JudgedCause } from './judge.ts';
import { alertsOf, lookAt, type ToldAlert } from './look.ts';
import { observedSite, subjectsAt } from './observed.ts';
import { fixedThresholds, scoresBySlot } from './simple-methods.ts';
import { statedSizes } from './sizes.ts';

/** Fifteen months: a quarter to learn, and a year. The season in which it begins is another one with each seed. */
export function periodOf(seed: number): Period {
  const from = Date.parse('2025-01-06T00:00:00Z') / 1000 + (seed % 4) * 91 * daySeconds;
  return { from, to: from + 456 * daySeconds };
}

export const methods = ['meterhouse', 'learning from all', 'z-score by slot', 'fixed threshold'] as const;
export type Method = (typeof methods)[number];

export interface JudgedAlert extends ToldAlert {
  /** The kind of the first cause that it is of; undefined of a false one. */
  readonly of: TrueCause['kind'] | undefined;
  /** There is an earlier one of the same cause. */
  readonly isRepeat: boolean;
}

export interface MethodResult {
  readonly causes: readonly JudgedCause[];
  readonly alerts: readonly JudgedAlert[];
}

export interface SeedResult {
  readonly seed: number;
  readonly sites: number;
  readonly meters: number;
  readonly months: number;
  readonly by: Readonly<Record<Method, MethodResult>>;
}

/** Lets an estate live, looks at it, and judges what is told of it. */
export function resultOfSeed(seed: number, only?: readonly string[]): SeedResult {
  const period = periodOf(seed);
  const estate = fullyMeteredEstate();
  const usual = modelOf({ estate, seed, start: period.from });
  const happenings = randomCauses(usual, period, only);
  const model = modelOf({ estate, seed, start: period.from, happenings });
  const truths = trueCausesOf(model, period);
  const sites = subjectsAt(model, period.from).filter(({ site }) => only?.includes(site) ?? true);
  const results = sites.map((subjects) => {
    const columns = observedSite(model, subjects, period);
    return resultOfSite(
      columns,
      truths.filter(({ site }) => site === subjects.site),
      happenings,
    );
  });
  const whole = (method: Method): MethodResult => ({
    causes: results.flatMap((one) => one[method].causes),
    alerts: results.flatMap((one) => one[method].alerts),
  });
  const by = {
    meterhouse: whole('meterhouse'),
    'learning from all': whole('learning from all'),
    'z-score by slot': whole('z-score by slot'),
    'fixed threshold': whole('fixed threshold'),
  };
  const meters = sites.reduce((sum, { uses }) => sum + uses.length, 0);
  return { seed, sites: sites.length, meters, months: (period.to - period.from) / daySeconds / 30.4, by };
}

function resultOfSite(
  columns: SiteColumns,
  truths: readonly TrueCause[],
  happenings: readonly Happening[],
): Record<Method, MethodResult> {
  const look = lookAt(columns);
  const sizes = truths.map((truth) => statedSizes(columns, look, truth.meter, truth.from));
  const overDays = truths.map((truth) => {
    const one = happenings.find(
      ({ meter, from, kind }) => meter === truth.meter && from === truth.from && kind === truth.kind,
    );
    return one && 'over_days' in one ? one.over_days : 0;
  });
  const judged = (alerts: readonly ToldAlert[]): MethodResult => ({
    causes: truths.map((truth, k) => judgeCause(truth, sizes[k] ?? [], overDays[k] ?? 0, alerts)),
    alerts: judgeAlerts(alerts, truths),
  });
  const by = (findings: readonly Finding[]): MethodResult => judged(alertsOf(columns, findings));
  const watched = [...look.watched.values()];
  return {
    meterhouse: judged(look.alerts),
    'learning from all': judged(look.learningAll),
    'z-score by slot': by(watched.flatMap(scoresBySlot)),
    'fixed threshold': by(watched.flatMap(fixedThresholds)),
  };
}

function judgeAlerts(alerts: readonly ToldAlert[], truths: readonly TrueCause[]): JudgedAlert[] {
  const seen = new Set<TrueCause>();
  return alerts
    .toSorted((a, b) => a.raised - b.raised)
    .map((alert) => {
      const of = truths.find((truth) => isOf(alert, truth));
      const isRepeat = of !== undefined && seen.has(of) && isTold(alert);
      if (of && isTold(alert)) seen.add(of);
      return { ...alert, of: of?.kind, isRepeat };
    });
}
