import { z } from 'zod';
import { roles, siteTypes, utilities } from '../estate/vocabulary.ts';
import { nearest } from '../nearest.ts';
import { idSchema } from '../readings/reading.ts';
import { alertKindNames, parametersOf } from './kinds.ts';

/**
 * What the register says of alerts: by which numbers a kind is told, and where it is not looked for. What a rule does
 * not say stays as it is; the most particular rule wins (`rules.ts`).
 */
export const alertRuleSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(alertKindNames),
  /** False where this is not looked for. */
  enabled: z.boolean().optional(),
  /** What it applies to; all that is written must hold, and each list is any of its entries. */
  site_types: z.array(z.enum(siteTypes)).min(1).optional(),
  utilities: z.array(z.enum(utilities)).min(1).optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  end_uses: z.array(z.string().min(2).max(30)).min(1).optional(),
  sites: z.array(idSchema).min(1).max(1_000).optional(),
  meters: z.array(idSchema).min(1).max(1_000).optional(),
  /** Numbers by their names, each with its unit last. */
  parameters: z.record(z.string(), z.number()).default({}),
  /** Why it is so. */
  because: z.string().min(3).max(500).optional(),
});
export type AlertRule = z.output<typeof alertRuleSchema>;

/** What is wrong with the numbers of a rule, and where. */
export interface AlertRuleFault {
  readonly at: readonly string[];
  readonly found: string;
  readonly expected: string;
  readonly detail: string;
}

/** All that is wrong with the numbers of a rule: names that its kind has not, and values out of bounds. */
export function alertRuleFaults({ kind, parameters }: AlertRule): AlertRuleFault[] {
  const known = parametersOf(kind);
  const faults: AlertRuleFault[] = [];
  for (const [name, value] of Object.entries(parameters)) {
    const parameter = known[name];
    if (!parameter) {
      const near = nearest(name, Object.keys(known));
      const detail = `${kind} has no such number${near === undefined ? '' : `; did you mean ${near}?`}`;
      faults.push({ at: ['parameters', name], found: name, expected: Object.keys(known).join(', '), detail });
      continue;
    }
    const { least, most, unit } = parameter;
    if (value >= least && value <= most) continue;
    const detail = 'the number is out of its bounds';
    faults.push({ at: ['parameters', name], found: String(value), expected: `${least} to ${most} (${unit})`, detail });
  }
  return faults;
}
