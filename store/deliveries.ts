import type { DeliveryState, HeldBack } from '../domain/alerts/delivery-states.ts';
import type { EpochSeconds } from '../domain/time.ts';

export interface NewDelivery {
  /** Names it for ever, and is there once: planned twice, it is planned once. */
  readonly key: string;
  readonly about: 'alert' | 'issue' | 'digest';
  /** Id of the alert or of the data issue; of a digest when it was due, epoch seconds. */
  readonly subject: string;
  /** Of the event that is told, where it is one. */
  readonly sequence: number | null;
  readonly notice: string;
  readonly site: string | null;
  readonly route: string;
  readonly channel: string;
  /** Empty where the channel is its own address. */
  readonly recipient: string;
  readonly state: DeliveryState;
  readonly because: HeldBack | null;
  readonly made: EpochSeconds;
  /** When it was let go: when it first could be sent. Null before. */
  readonly told: EpochSeconds | null;
  /** When something is to be done about it next. */
  readonly due: EpochSeconds;
  /** When another route is told unless somebody takes it up. */
  readonly escalates: EpochSeconds | null;
  /** When it was sent, given up, or put aside. */
  readonly ended: EpochSeconds | null;
}

export interface Delivery extends NewDelivery {
  readonly id: number;
  readonly attempts: number;
  /** What the other side said last. */
  readonly said: string | null;
  /** The delivery that is the digest it stands in. */
  readonly digest: number | null;
}

/** What may change about a delivery. */
export type DeliveryChange = Partial<
  Pick<Delivery, 'state' | 'because' | 'told' | 'due' | 'escalates' | 'attempts' | 'said' | 'ended' | 'digest'>
>;

export interface DeliveryPage {
  readonly states?: readonly DeliveryState[] | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly sites?: readonly string[] | undefined;
  readonly alert?: string | undefined;
  /** Made at or after it. */
  readonly since?: EpochSeconds | undefined;
  /** An id: those before it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface DeliverySum {
  readonly channel: string;
  readonly state: DeliveryState;
  readonly deliveries: number;
  readonly oldest: EpochSeconds;
  readonly lastEnded: EpochSeconds | null;
}

/** To whom by which way. */
export type Addressee = Pick<Delivery, 'channel' | 'recipient'>;

/** The outbox while it is planned. */
export interface Outbox {
  /** Answers its id; undefined where the key is there already, and nothing is added. */
  readonly add: (delivery: NewDelivery) => number | undefined;
  readonly change: (id: number, change: DeliveryChange) => void;
}

/**
 * What is to be told to whom, until it is told: the outbox. One process works on it (the lease `deliver`); whoever is
 * ended between sending and saying so sends again, under the same key.
 */
export interface Deliveries {
  /**
   * Plans in one transaction, and remembers a mark with it: how far a log is followed.
   */
  planDeliveries(
    mark: { readonly name: string; readonly value: string } | undefined,
    plan: (outbox: Outbox) => void,
  ): void;
  changeDelivery(id: number, change: DeliveryChange): void;
  /** Channels by which something is to be sent by now. */
  channelsToSend(now: EpochSeconds): readonly string[];
  /**
   * Those to be sent by a channel by now: of alerts that are of severity 1 first, then the oldest. What is told of one
   * alert to one recipient goes in its order: a later one waits while an earlier one does.
   */
  deliveriesToSend(channel: string, now: EpochSeconds, limit: number): readonly Delivery[];
  /** Those whose quiet hours are over. */
  heldDeliveries(now: EpochSeconds, limit: number): readonly Delivery[];
  escalatingDeliveries(now: EpochSeconds, limit: number): readonly Delivery[];
  /** Those of a route that wait for its digest and were made before it was due. */
  deliveriesForDigest(route: string, to: Addressee, before: EpochSeconds, limit: number): readonly Delivery[];
  /** The first thing of an alert that the addressee was told, or is about to be; before a delivery where it is said. */
  firstTold(alert: string, to: Addressee, before?: number): Delivery | undefined;
  /** How much of alerts and data issues the addressee was told by a route since an instant. */
  countTold(route: string, to: Addressee, since: EpochSeconds): number;
  /** Newest first. */
  deliveries(page: DeliveryPage): readonly Delivery[];
  /** What stands in a digest, newest first. */
  deliveriesOfDigest(digest: number, limit: number): readonly Delivery[];
  /** Of each channel how many there are in each state, and when the last one of them ended. */
  deliverySums(): readonly DeliverySum[];
}
