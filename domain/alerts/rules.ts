import { defaultRules } from './default-rules.ts';
import { type AlertKind, alertKinds, defaultParameters, type KindOfAlert, type ParametersOf } from './kinds.ts';
import type { AlertRule } from './rule-register.ts';
import type { WatchedMeter } from './watched.ts';

/** What a kind is told by at one meter. */
export interface RuleHere<K extends AlertKind> {
  readonly kind: K;
  /** False where it is not looked for. */
  readonly enabled: boolean;
  readonly parameters: ParametersOf<K>;
  /** The rules that say something there, the most particular last. */
  readonly rules: readonly AlertRule[];
}

/**
 * What holds at a meter. Rules that Meterhouse brings come first, then those of the estate that name nothing, then
 * those that name types, then sites, then meters; among equals the one that names more, and then the later one, wins.
 * Each changes only the numbers it names.
 */
export function ruleFor<K extends AlertKind>(kind: K, meter: WatchedMeter, written: readonly AlertRule[]): RuleHere<K> {
  const rules = rulesHere(kind, meter, written);
  const parameters = Object.assign({}, defaultParameters(kind), ...rules.map((rule) => rule.parameters));
  const said = rules.findLast((rule) => rule.enabled !== undefined)?.enabled ?? true;
  return { kind, enabled: isLookedFor(kind, meter) && said, parameters, rules };
}

/** Whether a kind means anything at a meter, whatever rules say. */
export function isLookedFor(kind: AlertKind, { utility, role }: Pick<WatchedMeter, 'utility' | 'role'>): boolean {
  const { utilities, roles }: KindOfAlert = alertKinds[kind];
  return utilities.includes(utility) && roles.includes(role);
}

/** Rules of a kind that apply to a meter, the most particular last. */
function rulesHere(kind: AlertKind, meter: WatchedMeter, written: readonly AlertRule[]): AlertRule[] {
  return [...inOrder(defaultRules), ...inOrder(written)].filter((rule) => rule.kind === kind && appliesTo(rule, meter));
}

function inOrder(rules: readonly AlertRule[]): AlertRule[] {
  return rules.toSorted((a, b) => particularityOf(a) - particularityOf(b));
}

function particularityOf(rule: AlertRule): number {
  const types = [rule.site_types, rule.utilities, rule.roles, rule.end_uses].filter((list) => list !== undefined);
  return types.length + (rule.sites ? 10 : 0) + (rule.meters ? 20 : 0);
}

function appliesTo(rule: AlertRule, meter: WatchedMeter): boolean {
  return (
    (rule.site_types?.includes(meter.siteType) ?? true) &&
    (rule.utilities?.includes(meter.utility) ?? true) &&
    (rule.roles?.includes(meter.role) ?? true) &&
    (rule.end_uses?.includes(meter.endUse ?? '') ?? true) &&
    (rule.sites?.includes(meter.site) ?? true) &&
    (rule.meters?.includes(meter.id) ?? true)
  );
}
