import type { z } from 'zod';
import type { findingSchema } from '../api/contract/diagnosis.ts';

/** A finding for a person: what, how sure, what led there, what is asked. */
export function sayFinding(line: (text: string) => void, finding: z.output<typeof findingSchema>): void {
  const { from, to, confidence, says, evidence, alternatives, questions, rule } = finding;
  line(`${from} to ${to}: ${finding.class} (${confidence}): ${says}`);
  for (const each of evidence) line(`    ${each}`);
  if (rule !== null) line(`    the half-hours say: ${rule}`);
  for (const other of alternatives) line(`    or ${other.class}: ${other.says}`);
  for (const question of questions) line(`    ? ${question}`);
}
