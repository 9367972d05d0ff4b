import { pauseAfter } from '../../domain/alerts/resend.ts';
import { type Estate, listed } from '../../domain/estate/estate.ts';
import { limits } from '../../domain/limits.ts';
import type { EpochSeconds } from '../../domain/time.ts';
import type { Delivery } from '../../store/deliveries.ts';
import type { Channel } from './channels.ts';
import type { DeliveryParts } from './delivery-parts.ts';
import { parcelOf, planDigests } from './parcels.ts';
import { escalate, followAlerts, releaseAlert } from './plan-alerts.ts';
import { followIssues, releaseIssue } from './plan-issues.ts';
import type { Outcome } from './outcome.ts';
import { routeFaults } from './route-faults.ts';
import { type Parcel, send } from './sender.ts';

/**
 * Tells people: looks every few seconds what is new in the log of alerts and in the register of data issues, plans who
 * is told, and sends what is due. All that it knows is in the state, so that it can be ended at any instant: what was
 * sent and not yet said to be is sent again. One process does it, the one that has the lease.
 */
export interface Deliverer {
  /** One look; answers when all it began to send has ended. For tests, and for the end. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Who may send: one process of a host. */
const lease = 'deliver';

export function startDelivery(parts: DeliveryParts): Deliverer {
  const sending: Sending = { busy: new Map(), rests: new Map(), closed: false };
  const look = (): void => {
    if (sending.closed) return;
    const now = Math.floor(parts.clock() / 1000);
    try {
      if (!parts.state.lease(lease, parts.holder, limits.leaseSeconds, now)) return;
    } catch (error) {
      parts.log.error({ err: error }, 'the state did not say who tells people; it is asked again');
      return;
    }
    for (const step of [...planning, () => sendDue(parts, sending, now)]) {
      try {
        step(parts, now);
      } catch (error) {
        // What one step cannot do must not keep back what others have planned.
        parts.log.error({ err: error }, 'something that is to be told could not be worked out; it is tried again');
      }
    }
  };
  sayRoutes(parts, parts.estate());
  const timer = setInterval(look, limits.deliveryLookMs);
  return {
    async look() {
      look();
      await Promise.all(sending.busy.values());
    },
    async close() {
      sending.closed = true;
      clearInterval(timer);
      await Promise.all(sending.busy.values());
      parts.state.endLease(lease, parts.holder);
    },
  };
}

/** What is planned at each look, step by step. */
const planning: readonly ((parts: DeliveryParts, now: EpochSeconds) => unknown)[] = [
  followAlerts,
  followIssues,
  releaseHeld,
  escalate,
  planDigests,
];

function releaseHeld(parts: DeliveryParts, now: EpochSeconds): void {
  for (const held of parts.state.heldDeliveries(now, limits.deliveryLook)) {
    if (held.about === 'alert') releaseAlert(parts, held, now);
    else releaseIssue(parts, held, now);
  }
}

interface Sending {
  /** Channels that are being sent by: one thing after the other, so that a slow one holds up no other. */
  readonly busy: Map<string, Promise<void>>;
  /** Until when a channel asked to be left alone. */
  readonly rests: Map<string, EpochSeconds>;
  /** What is begun is ended, and nothing begun any more. */
  closed: boolean;
}

function sendDue(parts: DeliveryParts, sending: Sending, now: EpochSeconds): void {
  const { busy, rests } = sending;
  for (const name of parts.state.channelsToSend(now)) {
    if (busy.has(name) || (rests.get(name) ?? now) > now) continue;
    const channel = parts.channels.get(name);
    if (!channel) {
      for (const one of parts.state.deliveriesToSend(name, now, limits.deliveryLook)) {
        giveUp(parts, one, 'no channel of this name is configured');
      }
      continue;
    }
    const done = sendAll(parts, sending, name, channel)
      .then((asked) => void (asked === undefined || rests.set(name, Math.floor(parts.clock() / 1000) + asked)))
      .catch((error: unknown) => parts.log.error({ err: error, channel: name }, 'a channel could not be sent by'))
      .finally(() => busy.delete(name));
    busy.set(name, done);
  }
}

/**
 * One after the other, until one has to be sent again: the next look goes on with the others, so that a channel that is
 * down is tried once in a look. Each time it is asked anew what is first, so that what is of severity 1 waits for one
 * sending and not for all before it. Answers for how many seconds the channel asked to be left alone.
 */
async function sendAll(
  parts: DeliveryParts,
  sending: Sending,
  name: string,
  channel: Channel,
): Promise<number | undefined> {
  for (let sent = 0; sent < limits.deliveryLook && !sending.closed; sent++) {
    const [delivery] = parts.state.deliveriesToSend(name, Math.floor(parts.clock() / 1000), 1);
    if (!delivery) return undefined;
    const parcel = writtenParcel(parts, delivery);
    if (!parcel) continue;
    const outcome = await send(name, channel, parcel, parts);
    book(parts, delivery, outcome);
    if (outcome.outcome === 'again') {
      const { afterSeconds } = outcome;
      return afterSeconds === undefined ? undefined : Math.min(afterSeconds, limits.deliveryRetryLongestSeconds);
    }
  }
  return undefined;
}

/** What is sent; undefined, and given up, where it cannot be written: the rest must not wait for it for ever. */
function writtenParcel(parts: DeliveryParts, delivery: Delivery): Parcel | undefined {
  try {
    const parcel = parcelOf(parts, delivery);
    if (!parcel) giveUp(parts, delivery, 'what it was about is gone');
    return parcel;
  } catch (error) {
    parts.log.error({ err: error, key: delivery.subject }, 'what is to be told could not be written');
    giveUp(parts, delivery, 'it could not be written');
    return undefined;
  }
}

/** Puts down what became of an attempt. */
function book({ state, clock, chance, log }: DeliveryParts, delivery: Delivery, outcome: Outcome): void {
  const { id, channel, notice, about, subject, route } = delivery;
  const now = Math.floor(clock() / 1000);
  const attempts = delivery.attempts + 1;
  const { said } = outcome;
  const what = { channel, route, about, subject, notice, attempts, said };
  if (outcome.outcome === 'delivered') {
    state.changeDelivery(id, { state: 'sent', attempts, said, ended: now });
    return log.info(what, 'told');
  }
  const pause = outcome.outcome === 'again' ? pauseAfter(attempts, chance(), outcome.afterSeconds) : undefined;
  if (pause === undefined) {
    state.changeDelivery(id, { state: 'undelivered', attempts, said, ended: now });
    return log.error(what, 'somebody could not be told');
  }
  state.changeDelivery(id, { attempts, said, due: now + pause });
  return log.warn({ ...what, again_in_seconds: pause }, 'somebody could not be told yet');
}

function giveUp({ state, clock, log }: DeliveryParts, { id, channel, about, subject }: Delivery, said: string): void {
  state.changeDelivery(id, { state: 'undelivered', said, ended: Math.floor(clock() / 1000) });
  log.error({ channel, about, subject, said }, 'somebody could not be told');
}

/** Said once when it begins, and again when the register changes: without any channel it is one plain sentence. */
export function sayRoutes({ channels, log }: DeliveryParts, estate: Estate): void {
  const routes = listed(estate, 'alert_routes').length;
  if (channels.size === 0) {
    if (routes > 0) log.info({ routes }, 'no channels are configured (delivery.channels): nobody is told of alerts');
    return;
  }
  for (const fault of routeFaults(estate, channels)) log.warn(`${fault}; see docs/alert-delivery.md`);
  if (routes === 0) log.info('the register has no alert_routes: nobody is told of alerts');
}
