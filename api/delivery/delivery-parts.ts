import type { Logger } from 'pino';
import type { AlertRoute } from '../../domain/alerts/route-register.ts';
import type { HeldBack } from '../../domain/alerts/delivery-states.ts';
import { notices, type Notice, soonest, type Verdict } from '../../domain/alerts/routing.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { dateOf, type EpochSeconds, startOfDay } from '../../domain/time.ts';
import type { Addressee, Delivery, DeliveryChange } from '../../store/deliveries.ts';
import type { StateStore } from '../../store/state-store.ts';
import type { Channels } from './channels.ts';

/** What telling people is made of. */
export interface DeliveryParts {
  readonly state: StateStore;
  readonly estate: () => Estate;
  readonly channels: Channels;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 to 1: spreads what is sent again. */
  readonly chance: () => number;
  readonly log: Logger;
  /** Where people open the console; undefined where nobody said. */
  readonly consoleAt?: string | undefined;
  /** What they open instead, with `{alert}` and `{site}` in it. */
  readonly link?: string | undefined;
  /** Name of this process. */
  readonly holder: string;
}

/** Where people read more of something; undefined where the address asks for what it has not. */
export function linkTo(
  { link, consoleAt }: Pick<DeliveryParts, 'link' | 'consoleAt'>,
  what: { readonly alert?: string | undefined; readonly site?: string | undefined },
): string | undefined {
  const { alert, site } = what;
  if (link === undefined) return consoleAt && `${consoleAt}${pageOf(what)}`;
  if (alert === undefined && link.includes('{alert}')) return undefined;
  if (site === undefined && link.includes('{site}')) return undefined;
  return link
    .replaceAll('{alert}', encodeURIComponent(alert ?? ''))
    .replaceAll('{site}', encodeURIComponent(site ?? ''));
}

/** The page of the console: of the alert, else of the site, else all there is to act on. */
function pageOf({ alert, site }: { readonly alert?: string | undefined; readonly site?: string | undefined }): string {
  if (alert !== undefined) return `/alerts/${encodeURIComponent(alert)}`;
  return site === undefined ? '/alerts' : `/sites/${encodeURIComponent(site)}`;
}

/** Routes of the register for an audience. */
export function routesFor(estate: Estate, audience: AlertRoute['audience']): readonly AlertRoute[] {
  return listed(estate, 'alert_routes').filter((route) => route.audience === audience);
}

/** A route of the register; undefined where it has left it. */
export function routeOf(estate: Estate, id: string | undefined): AlertRoute | undefined {
  return listed(estate, 'alert_routes').find((route) => route.id === id);
}

/** A way to tell somebody something, and whether it is told by it. */
export interface Way {
  readonly route: AlertRoute;
  readonly to: Addressee;
  readonly verdict: Verdict;
}

/** One recipient is told once, by whichever route is soonest. */
export function soonestOf(ways: readonly Way[]): readonly Way[] {
  const byRecipient = Map.groupBy(ways, ({ to }) => `${to.channel} ${to.recipient}`);
  return [...byRecipient.values()].map((same) => same.reduce((one, other) => soonest(one, other)));
}

export function addresseesOf({ channel, to = [''] }: AlertRoute): readonly Addressee[] {
  return to.map((recipient) => ({ channel, recipient }));
}

/** What the addressee was told by a route on the London day of an instant. */
export function toldToday(state: StateStore, route: string, to: Addressee, now: EpochSeconds): number {
  return state.countTold(route, to, startOfDay(dateOf(now)));
}

type Planned = Required<Pick<DeliveryChange, 'state' | 'due'>> &
  Pick<Delivery, 'because' | 'told' | 'escalates' | 'ended'>;

/** What a verdict means for a delivery by a route. Where the channel is missing, that is said and nothing sent. */
export function plannedBy(
  verdict: Verdict,
  { channels }: Pick<DeliveryParts, 'channels'>,
  route: AlertRoute,
  notice: string,
  now: EpochSeconds,
): Planned {
  const nothing = { because: null, told: null, escalates: null, ended: null, due: now } as const;
  if (verdict.send === 'now' && !channels.has(route.channel)) {
    // Without this channel among others somebody mistyped it. Without any, the first digest of a later one tells it.
    const state = channels.size > 0 ? 'undelivered' : route.digest === 'none' ? 'left_out' : 'digest';
    // Who cannot be told did not take it up either: the next one is.
    const escalates = state === 'undelivered' ? escalatesAt(route, notice, now) : null;
    return { ...nothing, state, because: 'no-channel', escalates, ended: state === 'digest' ? null : now };
  }
  switch (verdict.send) {
    case 'now':
      return { ...nothing, state: 'waiting', told: now, escalates: escalatesAt(route, notice, now) };
    case 'held':
      return { ...nothing, state: 'held', because: verdict.because, due: verdict.until };
    case 'digest':
      return { ...nothing, state: 'digest', because: verdict.because };
    default:
      return { ...nothing, state: 'left_out', because: verdict.because, ended: now };
  }
}

function escalatesAt({ escalate }: AlertRoute, notice: string, now: EpochSeconds): EpochSeconds | null {
  const concerns = notice in notices ? notices[notice as Notice] : undefined;
  const asks = concerns === 'begins' || concerns === 'escalated' || notice === 'unshelved';
  return escalate && asks ? now + Math.round(escalate.after_hours * 3600) : null;
}

/** Verdicts that are nothing to be shown: the route has nothing to do with it. */
export function isNothing(because: HeldBack): boolean {
  return because === 'elsewhere' || because === 'severity' || because === 'never-told';
}
