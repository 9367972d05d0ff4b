import { type Cause, causesOf } from '../../../domain/alerts/causes.ts';
import type { Finding } from '../../../domain/alerts/finding.ts';
import { learningLook, type LearningLook } from '../../../domain/alerts/look.ts';
import { ruleFor } from '../../../domain/alerts/rules.ts';
import { severityOf, together, type Severity } from '../../../domain/alerts/severity.ts';
import type { SiteColumns } from '../../../domain/alerts/site-columns.ts';
import { treeOf, watchedMetersOf } from '../../../domain/alerts/subjects.ts';
import { worthOf } from '../../../domain/alerts/worth.ts';

/** An alert as people are told it. */
export interface ToldAlert extends Pick<Cause, 'site' | 'kind' | 'subject' | 'meters' | 'from' | 'to' | 'raised'> {
  readonly severity: Severity;
  readonly gbpPerWeek: number;
}

/** Findings of a site as alerts, each with what it costs by the prices of its columns. */
export function alertsOf({ subjects, worth }: SiteColumns, findings: readonly Finding[]): ToldAlert[] {
  const meters = watchedMetersOf(subjects);
  return causesOf(findings, treeOf(subjects)).map((cause) => {
    const whole = together(
      cause.counted.map((one) => worthOf(one, one.unit === 'kvarh' ? {} : (worth.get(one.subject) ?? {}))),
    );
    const meter = meters.get(cause.subject);
    if (!meter) throw new RangeError(`${cause.subject} is not watched`);
    const severity = severityOf(cause, whole, ruleFor(cause.kind, meter, []).parameters);
    const { site, kind, subject, from, to, raised } = cause;
    return { site, kind, subject, meters: cause.meters, from, to, raised, severity, gbpPerWeek: whole.gbpPerWeek ?? 0 };
  });
}

export interface SiteLook extends LearningLook {
  readonly alerts: readonly ToldAlert[];
  /** What is told where a look learns from what alerts say is abnormal too. */
  readonly learningAll: readonly ToldAlert[];
}

/**
 * What the product's own look at a site finds, and what people are told of it. It looks twice: what alerts say is
 * abnormal is not learned from, as when a look is taken each day.
 */
export function lookAt(columns: SiteColumns): SiteLook {
  const first = learningLook({ columns, rules: [] });
  const learningAll = alertsOf(columns, first.findings);
  const abnormal = learningAll.map(({ meters, from, to }) => ({ meters, from, to }));
  const look = learningLook({ columns, rules: [], abnormal });
  return { ...look, alerts: alertsOf(columns, look.findings), learningAll };
}
