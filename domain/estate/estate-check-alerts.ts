import { alertRuleFaults } from '../alerts/rule-register.ts';
import { listed } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked } from './estate-rules.ts';

/** Rules of alerts name sites and meters that there are, and numbers that their kind has, within their bounds. */
export function checkAlerts(checked: Checked): void {
  const sites = new Set(checked.sites.map(({ id }) => id));
  const meters = new Set(checked.meters.keys());
  for (const [i, rule] of listed(checked, 'alert_rules').entries()) {
    const path = ['alert_rules', i];
    for (const [j, id] of (rule.sites ?? []).entries()) {
      checkReference(checked, 'alert-rule-site-exists', 'site', id, sites, [...path, 'sites', j]);
    }
    for (const [j, id] of (rule.meters ?? []).entries()) {
      checkReference(checked, 'alert-rule-meter-exists', 'meter', id, meters, [...path, 'meters', j]);
    }
    for (const { at, ...fault } of alertRuleFaults(rule)) {
      checked.report({ rule: 'alert-rule-number', path: [...path, ...at], ...fault });
    }
  }
}
