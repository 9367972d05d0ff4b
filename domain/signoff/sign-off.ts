import type { Amounts } from '../energy/bucket-sums.ts';
import type { Gap } from '../half-hours/half-hours.ts';
import type { EpochSeconds, Period } from '../time.ts';
import type { FigureAsked } from './figure-asked.ts';

/** A figure that a person signed, frozen with everything that produced it. */

/** A day of a meter as it was signed; the columns of a day figure that add up. */
export interface SignedDay extends Amounts {
  readonly meter: string;
  /** UTC instant of local midnight. */
  readonly day: EpochSeconds;
  readonly measuredShare: number;
}

/** What stood against the figure, and who took it upon themselves, in their own words. */
export interface AcceptedDoubt {
  readonly doubt: string;
  readonly by: string;
  readonly reason: string;
}

/** What a figure was added up from: all that is not in the register or the factor sets. */
export interface SignedInputs {
  readonly days: readonly SignedDay[];
  readonly gaps: readonly Gap[];
  /** The explanation as it was then, down to the meters; as JSON, for a reader and not for reckoning. */
  readonly chain: unknown;
}

export interface SignOff {
  /** Grows with each sign-off. */
  readonly id: number;
  readonly at: EpochSeconds;
  readonly who: string;
  readonly reason: string;
  /** Number of the act. */
  readonly act: number;
  readonly asked: FigureAsked;
  /** The sites it was made of: those that whoever signed could see. */
  readonly sites: readonly string[];
  readonly meters: readonly string[];
  /** In the unit of the figure; undefined where it was signed as not known. */
  readonly value: number | undefined;
  readonly accepted: readonly AcceptedDoubt[];
  readonly versions: { readonly register: number; readonly factors: number; readonly code: string };
  /** SHA-256 of all that was signed, with the inputs; hexadecimal. */
  readonly digest: string;
}

/** What is signed before it has a number. */
export type SignOffDraft = Omit<SignOff, 'id' | 'act' | 'digest'>;

/** The text that the digest is of: keys in one order, whatever made them. */
export function signedText(draft: SignOffDraft, inputs: SignedInputs): string {
  const { at, who, reason, asked, sites, meters, value, accepted, versions } = draft;
  const period: Period = { from: asked.period.from, to: asked.period.to };
  const named = [
    asked.figure,
    asked.place.kind,
    asked.place.id,
    asked.utility ?? null,
    period.from,
    period.to,
    asked.accounting ?? null,
  ];
  return JSON.stringify([at, who, reason, named, sites, meters, value ?? null, accepted, versions, inputs]);
}
