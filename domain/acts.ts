import type { EpochSeconds } from './time.ts';

/**
 * What a person can do to the record of an estate. Every such act is kept for ever, with who, when and why: a figure
 * that a person changed is explained by it.
 */
export const acts = {
  'accept-meter': 'a meter of the inbox was taken into the register',
  'manual-read': 'a meter was read by hand',
  'enter-invoice': 'what an invoice says of the meter was entered',
  import: 'a file of readings was imported',
  'record-exchange': 'an exchange of the meter was recorded, with closing and opening register',
  'add-certificates': 'batches of certificates were added to the register',
  'retire-certificates': 'a batch of certificates was said to be retired, with evidence',
  'withdraw-certificates': 'a batch of certificates was withdrawn: sold on, revoked, or written down by mistake',
  'allocate-certificates': 'certificates of a batch were put to a meter point by hand',
  'void-readings': 'readings of the meter were declared void and are left out',
  'overrule-verdict': 'readings of the meter that were not believed are right',
  'accept-verdict': 'what was said of readings of the meter is so',
  'enter-estimate': 'missing half-hours of the meter were filled with an estimate',
  'undo-ruling': 'an earlier act was taken back',
  'ignore-issue': 'a data issue of the meter is to be ignored',
  'reopen-issue': 'a data issue of the meter is no longer to be ignored',
  'acknowledge-alert': 'an alert was taken up',
  'assign-alert': 'an alert was given to somebody, with a date or without',
  'comment-alert': 'something was said of an alert',
  'shelve-alert': 'an alert was put away until a date',
  'unshelve-alert': 'an alert is no longer put away',
  'close-alert': 'an alert was said to be mended, to be as it should be, or to be none',
  'reopen-alert': 'an alert that was closed was opened again',
  'add-measure': 'a measure was added to the plan',
  'change-measure': 'how far a measure of the plan has come was said',
  'ignore-topic': 'a topic of the inbox was said to be none of ours',
  'freeze-baseline': 'the carbon of a year was frozen as a baseline',
  'record-return': 'an answer of a return was said to have been sent',
  replay: 'quarantined messages were decoded again',
  'sign-off': 'a figure was signed off',
  'purge-readings': 'readings were removed for good',
} as const;
export type ActKind = keyof typeof acts;

export interface Act {
  /** Grows with each act. */
  readonly id: number;
  readonly at: EpochSeconds;
  /** Name of the API key that it was done with, or `local` where there are no keys. */
  readonly who: string;
  readonly kind: ActKind;
  /** The meter it is about; undefined where it is about none or many. */
  readonly meter: string | undefined;
  /** In the person's own words. */
  readonly reason: string;
  /** What exactly was done, as JSON: enough to do it again. */
  readonly detail: unknown;
}
