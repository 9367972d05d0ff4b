import { isForSite } from '../alerts/routing.ts';
import type { AlertRoute } from '../alerts/route-register.ts';
import { listed } from './estate.ts';
import { checkReference } from './estate-check-names.ts';
import type { Checked, EstatePath } from './estate-rules.ts';

/** Routes of alerts name what there is, are awake at some hour, and lose nothing that is held back. */
export function checkRoutes(checked: Checked): void {
  const routes = listed(checked, 'alert_routes');
  const ids = new Set(routes.map(({ id }) => id));
  const sites = new Set(checked.sites.map(({ id }) => id));
  const organisations = new Set(checked.organisations.map(({ id }) => id));
  for (const [i, route] of routes.entries()) {
    const path = ['alert_routes', i];
    for (const [j, id] of (route.sites ?? []).entries()) {
      checkReference(checked, 'alert-route-place-exists', 'site', id, sites, [...path, 'sites', j]);
    }
    for (const [j, id] of (route.organisations ?? []).entries()) {
      const at = [...path, 'organisations', j];
      checkReference(checked, 'alert-route-place-exists', 'organisation', id, organisations, at);
    }
    if (route.escalate) {
      const others = new Set([...ids].filter((id) => id !== route.id));
      const at = [...path, 'escalate', 'to'];
      checkReference(checked, 'alert-route-escalates', 'other alert route', route.escalate.to, others, at);
    }
    checkHeldBack(checked, route, path);
  }
  if (routes.length > 0 && checked.complete) checkUrgent(checked, routes);
}

function checkHeldBack(checked: Checked, route: AlertRoute, path: EstatePath): void {
  const days = new Set(route.quiet_days?.filter((day) => day !== 'bank_holidays'));
  if (days.size === 7) {
    const detail = 'every day of the week is quiet, so that nothing is told but severity 1';
    checked.report({ rule: 'alert-route-awake', path: [...path, 'quiet_days'], detail });
  }
  if (route.digest !== 'none') return;
  if (route.most_a_day !== undefined) {
    const detail = 'what comes after the most of a day is told in the digest, and the route has none';
    checked.report({ rule: 'alert-route-digest', path: [...path, 'most_a_day'], detail });
  }
  if (route.audience === 'data') {
    const detail = 'most data issues are told in the digest, and the route has none';
    checked.report({ rule: 'alert-route-digest', path: [...path, 'digest'], detail });
  }
}

/** A burst main that nobody is told of at night is found in the morning. */
function checkUrgent(checked: Checked, routes: readonly AlertRoute[]): void {
  const urgent = routes.filter(
    (route) =>
      route.audience === 'facilities' &&
      !route.escalations_only &&
      route.families === undefined &&
      route.severities.includes(1),
  );
  const without = checked.sites.filter(
    ({ id, organisation }) => !urgent.some((one) => isForSite(one, id, organisation)),
  );
  if (without.length === 0) return;
  const names = without.slice(0, 5).map(({ id }) => id);
  checked.report({
    rule: 'alert-route-severity-1',
    path: ['alert_routes', 0],
    found: `${names.join(', ')}${without.length > 5 ? ` and ${without.length - 5} more` : ''}`,
    expected: 'a route for each site that takes severity 1 of every family',
    detail: 'nobody is told at once of what cannot wait at these sites',
  });
}
