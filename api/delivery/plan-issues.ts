import { type DataIssue, isIssueOver } from '../../domain/diagnosis/data-issues.ts';
import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import { hourOf, isForSite, type Verdict } from '../../domain/alerts/routing.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Addressee, Delivery } from '../../store/deliveries.ts';
import {
  addresseesOf,
  type DeliveryParts,
  plannedBy,
  routeOf,
  routesFor,
  soonestOf,
  toldToday,
} from './delivery-parts.ts';

/**
 * New data issues, for those who run meters: in the digest, and by itself where a main is silent, since a site then
 * has no figures at all.
 */
const mark = 'delivery followed issues';

export function followIssues(parts: DeliveryParts, now: EpochSeconds): void {
  const { state, estate } = parts;
  const after = Number(state.recall(mark) ?? 0);
  const found = state.issues({ after, limit: limits.deliveryLook });
  const last = found.at(-1);
  if (!last) return;
  const routes = routesFor(estate(), 'data');
  state.planDeliveries({ name: mark, value: String(last.id) }, ({ add }) => {
    for (const issue of found) {
      const meter = estate().meters.get(issue.meter);
      if (!meter || issue.state === 'ignored') continue;
      const organisation = estate().sites.get(meter.site)?.organisation ?? '';
      const ways = routes
        .filter((route) => isForSite(route, meter.site, organisation))
        .flatMap((route) =>
          addresseesOf(route).map((to) => ({ route, to, verdict: verdictFor(parts, issue, route, to, now) })),
        );
      for (const { route, to, verdict } of soonestOf(ways)) {
        add({
          key: ['issue', issue.id, to.channel, to.recipient].join('/'),
          about: 'issue',
          subject: String(issue.id),
          sequence: null,
          notice: 'issue',
          site: meter.site,
          route: route.id,
          ...to,
          made: now,
          ...plannedBy(verdict, parts, route, 'issue', now),
        });
      }
    }
  });
}

function verdictFor(
  { state, estate }: DeliveryParts,
  issue: DataIssue,
  route: AlertRoute,
  to: Addressee,
  now: EpochSeconds,
): Verdict {
  const isUrgent = issue.kind === 'silent' && estate().meters.get(issue.meter)?.role === 'main';
  if (!isUrgent) return { send: 'digest', because: 'small' };
  return isIssueOver(issue)
    ? { send: 'digest', because: 'over' }
    : hourOf(route, toldToday(state, route.id, to, now), now);
}

/** Asks again about what was held back until now; what was explained meanwhile is told nobody. */
export function releaseIssue(parts: DeliveryParts, held: Delivery, now: EpochSeconds): void {
  const { state, estate } = parts;
  const route = routeOf(estate(), held.route);
  const issue = state.issue(Number(held.subject));
  if (route && issue) {
    const verdict = verdictFor(parts, issue, route, held, now);
    state.changeDelivery(held.id, plannedBy(verdict, parts, route, 'issue', now));
  } else state.changeDelivery(held.id, { state: 'left_out', because: issue ? 'elsewhere' : 'over', ended: now });
}
