import type { Act } from '../domain/acts.ts';
import type { Family } from '../domain/alerts/causes.ts';
import type { AlertKind } from '../domain/alerts/kinds.ts';
import type { DetectableSize } from '../domain/alerts/detectable.ts';
import type { Alert, AlertEvent, AlertState } from '../domain/alerts/life.ts';
import type { Merged } from '../domain/alerts/life-merge.ts';
import type { Severity } from '../domain/alerts/severity.ts';
import type { EpochSeconds } from '../domain/time.ts';

/** Which alerts are asked for; what is not said does not limit. */
export interface AlertFilter {
  readonly states?: readonly AlertState[] | undefined;
  readonly sites?: readonly string[] | undefined;
  readonly families?: readonly Family[] | undefined;
  readonly kinds?: readonly AlertKind[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  /** One that shows it. */
  readonly meter?: string | undefined;
  readonly owner?: string | undefined;
  /** Live ones that were due before this London date. */
  readonly dueBefore?: string | undefined;
  /** Those of which a saving is booked, or none is. */
  readonly saves?: boolean | undefined;
  /** Those that were seen at or after it. */
  readonly since?: EpochSeconds | undefined;
}
export interface AlertPage extends AlertFilter {
  /** An id: those that were opened before it. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** What alerts come to together; those without a price are counted and not in the sum. */
export interface AlertSums {
  readonly alerts: number;
  readonly gbpPerWeek: number;
  readonly withoutPrice: number;
  readonly kgco2ePerWeek: number;
  readonly withoutFactor: number;
}

export interface LoggedAlertEvent {
  /** Over all alerts; it only grows, in the order of commits. */
  readonly sequence: number;
  readonly id: string;
  readonly event: AlertEvent;
}

/** What the watch knows of a meter. */
export interface WatchedState {
  readonly meter: string;
  /** The end of what was learned of it, and of its known half-hours; null where there is none. */
  readonly learnedUntil: EpochSeconds | null;
  readonly knownUntil: EpochSeconds | null;
  /** The smallest change that each kind would find. */
  readonly sizes: readonly WatchedSize[];
}

/** As `DetectableSize`: an amount that is not known is null, and what a week of it costs stands beside. */
export interface WatchedSize extends Omit<DetectableSize, 'rate' | 'perWeek'> {
  readonly rate: number | null;
  readonly perWeek: number | null;
  /** Without VAT; null too where no price is known. */
  readonly gbpPerWeek: number | null;
}

/**
 * Alerts and their events. The log of events is what others follow (deliveries, live streams, dashboards): nobody calls
 * them. An event is never changed nor deleted, and numbers that are none are refused: they would be read back as null.
 */
export interface AlertLog {
  alert(id: string): Alert | undefined;
  /** Newest first. */
  alerts(page: AlertPage): readonly Alert[];
  alertSums(filter: AlertFilter): AlertSums;
  /** How many live ones there are in each state and severity; none that are not there. */
  liveAlertCounts(): readonly { readonly state: AlertState; readonly severity: string; readonly alerts: number }[];
  /** Alerts of sites that are live, and all that were seen at or after an instant; the oldest first. */
  alertsToMerge(sites: readonly string[], since: EpochSeconds): readonly Alert[];
  /** How many are open now that were raised before an instant, whenever they last showed. */
  openSince(before: EpochSeconds): number;
  /**
   * Keeps what a look found: `merge` is given the alerts of `alertsToMerge`, and what it answers is written in the same
   * transaction, so that nothing is raised twice and no event of a person comes in between. Answers the ids of what it
   * opened. Of an alert that came and went `limits.alertEvents` times it is no longer told that it did.
   */
  recordLook(
    look: { readonly sites: readonly string[]; readonly since: EpochSeconds },
    merge: (alerts: readonly Alert[]) => Merged,
  ): readonly string[];
  /**
   * Adds an event that a person caused, and the act, if the alert still has `after` events; otherwise nothing is added
   * and the answer is undefined. Throws `request.too-many` where it has too many.
   */
  addAlertEvent(id: string, event: AlertEvent, after: number, act?: Omit<Act, 'id'>): Alert | undefined;
  /** Events with a sequence greater than `after`, of all alerts or one, in the order in which they were added. */
  alertEvents(page: {
    readonly after?: number | undefined;
    readonly limit: number;
    readonly id?: string | undefined;
  }): readonly LoggedAlertEvent[];
  /** The sequence of the newest event; 0 where there is none: where a new listener begins. */
  lastAlertEvent(): number;
  /** What the watch knows of the meters of a site takes the place of what it knew. */
  keepWatched(site: string, watched: readonly WatchedState[]): void;
  /** In order of site and meter. */
  watched(sites: readonly string[]): readonly (WatchedState & { readonly site: string })[];
}
