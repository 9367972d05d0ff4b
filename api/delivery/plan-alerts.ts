import type { Alert } from '../../domain/alerts/life.ts';
import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import { type Notice, noticeOf, type Verdict, verdictOf } from '../../domain/alerts/routing.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Addressee, Delivery, Outbox } from '../../store/deliveries.ts';
import {
  addresseesOf,
  type DeliveryParts,
  isNothing,
  plannedBy,
  routeOf,
  routesFor,
  soonestOf,
  toldToday,
} from './delivery-parts.ts';

/** From events of alerts to what is told to whom. Each step is one transaction, and is safe to be done again. */

/** How far the log of alerts is followed. */
const mark = 'delivery followed events';

/** Plans what the log has that is new: a part of it at a time. */
export function followAlerts(parts: DeliveryParts, now: EpochSeconds): void {
  const { state } = parts;
  const after = Number(state.recall(mark) ?? 0);
  const logged = state.alertEvents({ after, limit: limits.deliveryLook });
  const last = logged.at(-1);
  if (!last) return;
  state.planDeliveries({ name: mark, value: String(last.sequence) }, (outbox) => {
    for (const { sequence, id, event } of logged) {
      const notice = noticeOf(event);
      const alert = notice && state.alert(id);
      if (notice && alert) planNotice(parts, outbox, { notice, alert, sequence, now });
    }
  });
}

interface Told {
  readonly notice: Notice;
  readonly alert: Alert;
  readonly sequence: number;
  readonly now: EpochSeconds;
}

function planNotice(parts: DeliveryParts, outbox: Outbox, told: Told): void {
  const ways = routesFor(parts.estate(), 'facilities').flatMap((route) =>
    addresseesOf(route).map((to) => ({ route, to, verdict: verdictFor(parts, told, route, to) })),
  );
  for (const { route, to, verdict } of soonestOf(ways)) {
    if (verdict.send === 'no' && isNothing(verdict.because)) continue;
    addNotice(parts, outbox, { ...told, route, to, verdict });
  }
}

function verdictFor(
  { state, estate }: DeliveryParts,
  { notice, alert, now }: Omit<Told, 'sequence'>,
  route: AlertRoute,
  to: Addressee,
  /** A delivery that is asked about again: what was told before it. */
  before?: number,
): Verdict {
  return verdictOf({
    notice,
    alert,
    organisation: estate().sites.get(alert.seen.site)?.organisation ?? '',
    route,
    wasTold: state.firstTold(alert.id, to, before) !== undefined,
    toldToday: toldToday(state, route.id, to, now),
    now,
  });
}

function addNotice(
  parts: DeliveryParts,
  outbox: Outbox,
  { notice, alert, sequence, now, route, to, verdict }: Told & { route: AlertRoute; to: Addressee; verdict: Verdict },
): void {
  // Who is told of an escalation was perhaps told of its event as well.
  const escalated = notice === 'escalated' ? ['escalated'] : [];
  outbox.add({
    key: [alert.id, sequence, to.channel, to.recipient, ...escalated].join('/'),
    about: 'alert',
    subject: alert.id,
    sequence,
    notice,
    site: alert.seen.site,
    route: route.id,
    ...to,
    made: now,
    ...plannedBy(verdict, parts, route, notice, now),
  });
}

/** Tells the next route where nobody has taken up in time what the first one was told. */
export function escalate(parts: DeliveryParts, now: EpochSeconds): void {
  const { state, estate } = parts;
  for (const { id, subject, sequence, route: from } of state.escalatingDeliveries(now, limits.deliveryLook)) {
    const route = routeOf(estate(), routeOf(estate(), from)?.escalate?.to);
    const alert = state.alert(subject);
    if (route && alert?.state === 'open') {
      const told = { notice: 'escalated', alert, sequence: sequence ?? 0, now } as const;
      state.planDeliveries(undefined, (outbox) => {
        for (const to of addresseesOf(route)) {
          addNotice(parts, outbox, { ...told, route, to, verdict: verdictFor(parts, told, route, to) });
        }
      });
    }
    // Killed before this it is planned once more, under the same keys.
    state.changeDelivery(id, { escalates: null });
  }
}

/** Asks again about what was held back until now. */
export function releaseAlert(parts: DeliveryParts, held: Delivery, now: EpochSeconds): void {
  const { state, estate } = parts;
  const route = routeOf(estate(), held.route);
  const alert = state.alert(held.subject);
  const notice = held.notice as Notice;
  // Something that mattered at once was told meanwhile, and says all that this would.
  const wasToldSince = (state.firstTold(held.subject, held)?.id ?? 0) > held.id;
  const verdict: Verdict =
    route && alert && !wasToldSince
      ? verdictFor(parts, { notice, alert, now }, route, held, held.id)
      : { send: 'no', because: wasToldSince ? 'told-since' : 'elsewhere' };
  if (route) state.changeDelivery(held.id, plannedBy(verdict, parts, route, notice, now));
  else state.changeDelivery(held.id, { state: 'left_out', because: 'elsewhere', ended: now });
}
