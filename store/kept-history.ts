import type { Amounts } from '../domain/energy/bucket-sums.ts';
import type { Gap } from '../domain/half-hours/half-hours.ts';
import type { ChangeCause } from '../domain/signoff/change-causes.ts';
import type { EpochSeconds, Period } from '../domain/time.ts';

/** What was known earlier: what a figure as known on a date and the difference from a signed one are made of. */

/** The fact that says the London date up to which days were summed up after they were over. */
export const closedDaysKey = 'days-closed';

/** What a settled day of a meter was: the columns that add up, and its measured share. */
export interface DayBefore extends Amounts {
  /** UTC instant of local midnight. */
  readonly day: EpochSeconds;
  readonly measuredShare: number;
}

/** Settled days of one meter that another value took the place of, all in one write. */
export interface DaysBefore {
  readonly meter: string;
  /** When: the old values held until then. */
  readonly replaced: EpochSeconds;
  readonly causes: readonly ChangeCause[];
  /** In order of time. */
  readonly days: readonly DayBefore[];
  /** Runs of days of which nothing had been known; from the first midnight to that after the last. */
  readonly unknown: readonly Period[];
}

/** A content that is numbered: the estate register, the factor sets. */
export interface KeptVersion {
  readonly version: number;
  readonly since: EpochSeconds;
  readonly hash: string;
  readonly files: readonly KeptFile[];
}
export interface KeptFile {
  readonly name: string;
  readonly text: string;
}

export interface KeptHistory {
  /** Keeps what settled days were, before they are written anew. Beyond the bound the oldest go; see `keptSince`. */
  keepDaysBefore(list: readonly DaysBefore[]): void;
  /** What of these meters and days was replaced at `since` or later, in the order of the changes. */
  daysBefore(meters: readonly string[], period: Period, since: EpochSeconds): readonly DaysBefore[];
  /** The gaps that overlap a period as they were known at an instant, by meter and time. */
  gapsKnownAt(meters: readonly string[], period: Period, at: EpochSeconds): readonly Gap[];
  /** From when on it is kept what was known: since the file was made, or later where the oldest made room. */
  keptSince(): EpochSeconds;
  /**
   * The number of a content under a name, kept with its files: one more than the last when its hash is another one.
   * Over all processes.
   */
  keepVersion(name: string, content: { readonly hash: string; readonly files: readonly KeptFile[] }): number;
  /** Undefined where it was never kept, or has made room. */
  version(name: string, version: number): KeptVersion | undefined;
  /** The version that held at an instant; before the first that is kept, the first. */
  versionAt(name: string, at: EpochSeconds): KeptVersion | undefined;
}
