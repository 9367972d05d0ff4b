import type { z } from 'zod';
import { defaultRules } from '../domain/alerts/default-rules.ts';
import type { AlertKind } from '../domain/alerts/kinds.ts';
import { type AlertRule, alertRuleFaults } from '../domain/alerts/rule-register.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { triedRuleSchema } from './contract/alert-trials.ts';
import type { View } from './view.ts';

type Given = z.output<typeof triedRuleSchema>;

/** The rules of the register with those that are tried in place of theirs, or after them. */
export interface TriedRules {
  readonly rules: readonly AlertRule[];
  readonly ids: readonly string[];
  readonly kinds: readonly AlertKind[];
}

/**
 * Lays what a request says over the rule that has its id: one of the register, or one that Meterhouse brings, which
 * then stands after it. Throws a ProblemError with all that is wrong.
 */
export function triedRules(
  view: Pick<View, 'sites' | 'meters'>,
  hold: readonly AlertRule[],
  given: readonly Given[],
): TriedRules {
  const problems: Problem[] = [];
  const rules = [...hold];
  const tried = given.flatMap((one, i): AlertRule[] => {
    const where = `body rules ${i}`;
    const known = [...hold, ...defaultRules].find(({ id }) => id === one.id);
    const kind = one.kind ?? known?.kind;
    if (kind === undefined || (known && known.kind !== kind)) {
      const found = kind ?? one.id ?? 'none';
      const expected = known ? `${known.kind}, as rule ${known.id}` : 'the id of a rule there is, or a kind';
      problems.push({ code: 'request.invalid', where: `${where} kind`, found, expected });
      return [];
    }
    const id = one.id ?? (i === 0 ? 'trial' : `trial-${i + 1}`);
    const rule: AlertRule = { ...known, ...one, id, kind, parameters: { ...known?.parameters, ...one.parameters } };
    problems.push(...problemsOf(view, rule, one, where));
    const at = rules.findIndex((other) => other.id === id);
    if (at < 0) rules.push(rule);
    else rules[at] = rule;
    return [rule];
  });
  if (problems.length > 0) throw new ProblemError(problems);
  return { rules, ids: tried.map(({ id }) => id), kinds: [...new Set(tried.map(({ kind }) => kind))] };
}

/** Of the ids only those that the request says: a rule of the register may name places that the caller does not see. */
function problemsOf(
  { sites, meters }: Pick<View, 'sites' | 'meters'>,
  rule: AlertRule,
  given: Given,
  where: string,
): Problem[] {
  const unknown = (key: 'sites' | 'meters', known: ReadonlyMap<string, unknown>): Problem[] =>
    (given[key] ?? [])
      .filter((id) => !known.has(id))
      .map((found) => ({ code: 'request.unknown-id', where: `${where} ${key}`, found }));
  const faults = alertRuleFaults(rule).map(
    ({ at, ...fault }): Problem => ({ code: 'request.invalid', where: `${where} ${at.join(' ')}`, ...fault }),
  );
  return [...faults, ...unknown('sites', sites), ...unknown('meters', meters)];
}
