import { digestLetter } from '../../domain/alerts/digest.ts';
import { issueLetter, type Letter, letterOf } from '../../domain/alerts/letter.ts';
import type { Alert } from '../../domain/alerts/life.ts';
import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import { digestDue, isForSite, type Notice } from '../../domain/alerts/routing.ts';
import { titleOf } from '../../domain/alerts/wording.ts';
import type { DataIssue } from '../../domain/diagnosis/data-issues.ts';
import { listed } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import { remindersIn } from '../../domain/tariffs/reminders.ts';
import { addDays, dateOf, type EpochSeconds, type Period } from '../../domain/time.ts';
import type { Addressee, Delivery } from '../../store/deliveries.ts';
import { alertMessage, meterName, siteName } from '../alert-message.ts';
import { type DeliveryParts, linkTo, routeOf } from './delivery-parts.ts';
import type { Parcel, ToldAlert } from './sender.ts';

/**
 * What a delivery of the outbox says, made when it is sent: of the alert as it is then. Undefined where what it is
 * about is gone.
 */
export function parcelOf(parts: DeliveryParts, delivery: Delivery): Parcel | undefined {
  const { recipient } = delivery;
  const found =
    delivery.about === 'alert'
      ? alertParcel(parts, delivery)
      : delivery.about === 'issue'
        ? issueParcel(parts, delivery)
        : digestParcel(parts, delivery);
  return found && { key: parcelKey(delivery), recipient, ...found };
}

/** Ids begin anew in a new state file, and a mailbox remembers: with the time, no other house or life has this key. */
function parcelKey({ key, made }: Delivery): string {
  return `${key}/${made}`;
}

type Content = Omit<Parcel, 'key' | 'recipient'>;

function alertParcel(parts: DeliveryParts, delivery: Delivery): Content | undefined {
  const { state } = parts;
  const alert = state.alert(delivery.subject);
  const after = (delivery.sequence ?? 0) - 1;
  const event = state.alertEvents({ id: delivery.subject, after, limit: 1 })[0]?.event;
  if (!alert || !event) return undefined;
  const told = toldAlert(parts, alert);
  const notice = delivery.notice as Notice;
  const first = state.firstTold(alert.id, delivery, delivery.id);
  const letter = letterOf({ notice, event, ...told, firstTitle: firstTitle(parts, alert) });
  return { firstKey: first && parcelKey(first), letter, about: { kind: 'alert', notice, ...told } };
}

function toldAlert(parts: DeliveryParts, alert: Alert): ToldAlert {
  const { estate, state } = parts;
  const link = linkTo(parts, { alert: alert.id, site: alert.seen.site });
  return { alert, message: alertMessage(estate(), state, alert), link };
}

/** As it was told when it was opened: what it costs changes, and the subject of its mails does not. */
function firstTitle({ estate }: DeliveryParts, alert: Alert): string {
  const [first] = alert.events;
  const seen = first && 'seen' in first ? first.seen : alert.seen;
  return titleOf(seen, siteName(estate(), seen.site));
}

function issueParcel(parts: DeliveryParts, delivery: Delivery): Content | undefined {
  const { state, estate } = parts;
  const issue = state.issue(Number(delivery.subject));
  const meter = issue && estate().meters.get(issue.meter);
  if (!issue || !meter) return undefined;
  const place = { siteName: siteName(estate(), meter.site), meterName: meter.name };
  const link = linkTo(parts, { site: meter.site });
  return { letter: issueLetter(issue, place, link), about: { kind: 'issue', issue, site: meter.site } };
}

function digestParcel(parts: DeliveryParts, delivery: Delivery): Content | undefined {
  const route = routeOf(parts.estate(), delivery.route);
  if (!route) return undefined;
  const items = parts.state.deliveriesOfDigest(delivery.id, limits.digestItems);
  const at = Number(delivery.subject);
  return digestOf(parts, route, delivery, items, { from: digestDue(route, at)?.before ?? at, to: at });
}

/** A digest of a route for one addressee; undefined where there is nothing to say. */
function digestOf(
  parts: DeliveryParts,
  route: AlertRoute,
  to: Addressee,
  items: readonly Delivery[],
  period: Period,
): Content | undefined {
  const { state, estate } = parts;
  const alerts = new Map<string, ToldAlert & { readonly because: NonNullable<Delivery['because']> }>();
  const issues = new Map<number, DataIssue>();
  for (const { about, subject, because } of items) {
    const alert = about === 'alert' ? state.alert(subject) : undefined;
    const issue = about === 'issue' ? state.issue(Number(subject)) : undefined;
    if (alert) alerts.set(alert.id, { ...toldAlert(parts, alert), because: because ?? 'small' });
    if (issue) issues.set(issue.id, issue);
  }
  const told = [...issues.values()].map((issue) => ({ issue, site: estate().meters.get(issue.meter)?.site ?? '' }));
  const letter: Letter | undefined = digestLetter({
    estate: estate().name,
    to: period.to,
    held: [...alerts.values()],
    issues: told.map(({ issue, site }) => ({
      issue,
      meterName: meterName(estate(), issue.meter),
      siteName: siteName(estate(), site),
    })),
    reminders: route.audience === 'facilities' ? remindersOf(parts, route, period) : [],
    saved: savedIn(parts, route, to, period),
    open: openOf(parts, route),
    link: linkTo(parts, {}),
  });
  return letter && { letter, about: { kind: 'digest', alerts: [...alerts.values()], issues: told } };
}

function sitesOf({ estate }: DeliveryParts, route: AlertRoute): readonly string[] {
  return [...estate().sites.values()]
    .filter(({ id, organisation }) => isForSite(route, id, organisation))
    .map(({ id }) => id);
}

/** Dates of contracts somebody is to be reminded of on the days since the digest before. */
function remindersOf(parts: DeliveryParts, route: AlertRoute, { from, to }: Period): ReturnType<typeof remindersIn> {
  const sites = new Set(sitesOf(parts, route));
  const { meters } = parts.estate();
  const points = listed(parts.estate(), 'supply_points').filter(({ meter }) =>
    sites.has(meters.get(meter)?.site ?? ''),
  );
  return remindersIn(points, addDays(dateOf(from), 1), dateOf(to));
}

function savedIn({ state, estate }: DeliveryParts, route: AlertRoute, to: Addressee, period: Period) {
  const rows = state.deliveries({
    routes: [route.id],
    channels: [to.channel],
    since: period.from,
    limit: limits.digestItems,
  });
  return rows
    .filter(({ notice, recipient, made }) => notice === 'verified' && recipient === to.recipient && made < period.to)
    .flatMap(({ subject }) => {
      const alert = state.alert(subject);
      if (!alert?.saving) return [];
      const { seen, saving } = alert;
      return [{ title: titleOf(seen, siteName(estate(), seen.site)), saving }];
    });
}

function openOf(parts: DeliveryParts, route: AlertRoute) {
  return parts.state.alertSums({
    states: ['open', 'acknowledged', 'shelved'],
    sites: sitesOf(parts, route),
    families: route.families,
  });
}

/** The digests that are due: each is planned once, with what stands in it, and none where there is nothing to say. */
export function planDigests(parts: DeliveryParts, now: EpochSeconds): void {
  const { state, estate, channels } = parts;
  for (const route of listed(estate(), 'alert_routes')) {
    const due = digestDue(route, now);
    if (!due) continue;
    const mark = `delivery digest ${route.id}`;
    const last = Number(state.recall(mark) ?? Number.NaN);
    if (last >= due.at) continue;
    const period = { from: due.before, to: due.at };
    state.planDeliveries({ name: mark, value: String(due.at) }, ({ add, change }) => {
      // A route that is new has nothing to tell of the week before it. Without its channel what there is waits for one.
      if (Number.isNaN(last) || !channels.has(route.channel)) return;
      for (const recipient of route.to ?? ['']) {
        const to = { channel: route.channel, recipient };
        const items = state.deliveriesForDigest(route.id, to, due.at, limits.digestItems);
        if (!digestOf(parts, route, to, items, period)) continue;
        const id = add({
          key: ['digest', route.id, due.at, to.channel, recipient].join('/'),
          about: 'digest',
          subject: String(due.at),
          sequence: null,
          notice: 'digest',
          site: null,
          route: route.id,
          ...to,
          state: 'waiting',
          because: null,
          made: now,
          told: now,
          due: now,
          escalates: null,
          ended: null,
        });
        if (id === undefined) continue;
        for (const item of items) change(item.id, { state: 'listed', digest: id, ended: now });
      }
    });
  }
}
