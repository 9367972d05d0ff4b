import type { z } from 'zod';
import { faultClasses, type Finding } from '../domain/diagnosis/diagnosis.ts';
import { toIso } from '../domain/time.ts';
import type { findingSchema } from './contract/diagnosis.ts';

/** A finding as it looks outside. */
export function findingAnswer(finding: Finding): z.output<typeof findingSchema> {
  const { class: is, confidence, from, to, before, after, disbelieved, shown, rule, rated, factor } = finding;
  const outside = (one: Finding['before']) => (one ? { at: toIso(one.at), value: one.value } : null);
  return {
    class: is,
    says: faultClasses[is],
    confidence,
    from: toIso(from),
    to: toIso(to),
    before: outside(before),
    after: outside(after),
    disbelieved,
    shown: shown.map(({ at, value }) => ({ at: toIso(at), value })),
    rule: rule ?? null,
    rated_counts: rated ?? null,
    factor: factor ?? null,
    evidence: [...finding.evidence],
    alternatives: finding.alternatives.map((other) => ({ ...other })),
    questions: [...finding.questions],
  };
}
