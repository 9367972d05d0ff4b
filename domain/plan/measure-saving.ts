import type { Utility } from '../estate/vocabulary.ts';
import type { Days } from '../savings/daily.ts';
import type { Gate } from '../savings/gates.ts';
import type { VerifiedSaving } from '../savings/saving.ts';
import type { LocalDate } from '../time.ts';

/**
 * What measures truly saved, by the meters that show it. Measures whose works lie within one another's baseline year on
 * one meter cannot be told apart by it: they are verified together, and any split of what they saved is by what was
 * expected of each, and says so.
 */

/**
 * What a meter counted that came with the works, or that counts nothing but what they make: no model is asked. Panels
 * `made` it; a heat pump's own meter says what was `taken`, which takes away from what is saved.
 */
export interface MeteredSince {
  readonly counts: 'made' | 'taken';
  readonly period: Days;
  readonly knownDays: number;
  /** kWh (m³ of water) of the known days; never below 0. */
  readonly amount: number;
  /** Of the last twelve months; undefined of less than nine tenths of them: a summer says nothing of a winter. */
  readonly perYear: number | undefined;
}

/** Why a measure that is installed is not verified at all. */
export const unverifiable = {
  no_meters: 'the register names no meter that would show it',
  too_new: 'no day is over since its works',
  works_run: 'other works on the meter have run since',
  no_temperature: 'the site has no outside temperature to tell the weather from the saving',
  stores_only: 'a battery moves use and saves none',
  no_generation_meter: 'none of its meters counts what it makes',
} as const;
export type Unverifiable = keyof typeof unverifiable;

export type SavingOutcome =
  | {
      readonly how: 'verified';
      /** To date, and of each twelve months since the works, the last of which may be running. */
      readonly saving: VerifiedSaving;
      readonly years: readonly VerifiedSaving[];
    }
  | { readonly how: 'disqualified'; readonly gates: readonly Gate[] }
  | { readonly how: 'metered'; readonly metered: MeteredSince }
  | { readonly how: 'unverifiable'; readonly because: Unverifiable };

/** A part of a group's saving, by what was expected of each measure: a split, and nothing that was measured. */
export interface SavingSplit {
  readonly measure: string;
  /** Shares are 1 together. */
  readonly share: number;
  /** Of the saving to date, and of a year where that is known. */
  readonly saved: number;
  readonly perYear: number | undefined;
}

/** What is to be known of a saving a part of which saves nothing that is bought. */
export const exportWords = {
  exported: 'a part of what is made leaves the site: pounds and kgCO2e are of what is used there alone',
  export_not_known: 'how much of what is made leaves the site is not known, so neither are pounds and kgCO2e',
} as const;

/** Which of the words holds, of the share of what is saved that would be bought. */
export function exportWord(savesBought: number | undefined): keyof typeof exportWords | undefined {
  if (savesBought === undefined) return 'export_not_known';
  return savesBought < 1 ? 'exported' : undefined;
}

/** Measures that one meter verifies together. */
export interface MeasureSaving extends SavingGroup {
  readonly outcome: SavingOutcome;
  /** Empty of one measure alone, and where what was expected cannot part it. */
  readonly split: readonly SavingSplit[];
  /** Alerts whose savings the same meter shows in the same time: they are part of this one and counted here, once. */
  readonly alerts: readonly string[];
  /**
   * The share of what is saved that would be bought, 0 to 1: of what panels make, that which is used on the site.
   * Undefined where what leaves is not known.
   */
  readonly savesBought: number | undefined;
  /** A year of what would be bought, by the prices and factors of now; undefined where it or they are not known. */
  readonly gbpPerYear: { readonly value: number; readonly isPublic: boolean } | undefined;
  readonly kgco2ePerYear: number | undefined;
}

/** Measures that are verified together, by what and of when; nothing is read for it yet. */
export interface SavingGroup {
  /** `model`: against what the meter would have used; or `made` or `taken`, by what it counted; or not at all. */
  readonly by: 'model' | MeteredSince['counts'] | Unverifiable;
  readonly site: string;
  /** Undefined of a measure that no meter shows. */
  readonly meter: string | undefined;
  readonly utility: Utility | undefined;
  readonly unit: 'kWh' | 'm3';
  /** By the first day of their works. */
  readonly measures: readonly string[];
  /** First and last day of all their works. */
  readonly works: { readonly from: LocalDate; readonly to: LocalDate };
  /** The year before the works. */
  readonly baseline: Days;
  /** From the day after the works until yesterday, or until other works began on the meter. */
  readonly reporting: Days;
  /** What was expected of them a year through this meter, added up; undefined where it is not of each of them. */
  readonly expected: { readonly saves: number; readonly low: number; readonly high: number } | undefined;
  /** A meter above, of which a group holds these measures too: its saving contains this one's. */
  readonly inside: string | undefined;
}
