import type { Utility } from '../estate/vocabulary.ts';
import { addDays, type LocalDate } from '../time.ts';
import type { Finance } from './measure-finance.ts';
import type { OutOfOrder } from './measure-order.ts';
import { type Confidence, type MeasureEntry, type MeasureStatus, stepOf } from './register.ts';
import type { Step } from './steps.ts';

/** What a measure is, and how far it has come, on a day. */

/** What a measure is expected to save of a utility in a usual year; below 0 what it takes more. */
export interface ExpectedSaving {
  readonly utility: Utility;
  readonly unit: 'kWh' | 'm3';
  readonly saves: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Pounds without VAT a year. */
export interface YearlyPounds {
  readonly value: number;
  /** Written in the register, or expected use by what a unit costs at the site now. */
  readonly from: 'stated' | 'priced';
  /**
   * Whether everybody may see it: pounds over kWh are a price, so it is as open as the costs of each supply point that
   * prices it (`publish_costs`).
   */
  readonly isPublic: boolean;
}

/** By the location-based method. */
export interface YearlyCarbon {
  readonly value: number;
  readonly from: 'stated' | 'factors';
}

/** What cannot be said of a measure, and why; all words are for people. */
export interface MeasureWarning {
  readonly code: 'no_expectation' | 'no_price' | 'no_factor' | 'no_meters' | 'no_dates' | 'late' | 'funding_gap';
  readonly says: string;
}

/** How far a measure has come on a day, before anything is priced. */
export interface MeasureState {
  readonly entry: MeasureEntry;
  readonly step: Step;
  readonly status: MeasureStatus;
  /** Since when it is that. */
  readonly since: LocalDate;
  /** How sure it is that it comes; undefined of what is installed or withdrawn. */
  readonly confidence: Confidence | undefined;
  /** The first day on which it saves, as it was or as it is planned: the day after its works. */
  readonly savesFrom: LocalDate | undefined;
  /** The last one, of a measure whose life is known. */
  readonly savesUntil: LocalDate | undefined;
  readonly expected: readonly ExpectedSaving[];
}

/** A measure as it stands on a day. */
export interface MeasureStanding extends MeasureState {
  /** Its place in the order of its site's measures, from 1. */
  readonly place: number;
  readonly gbpPerYear: YearlyPounds | undefined;
  readonly kgco2ePerYear: YearlyCarbon | undefined;
  readonly finance: Finance;
  readonly outOfOrder: readonly OutOfOrder[];
  readonly warnings: readonly MeasureWarning[];
}

/** How sure a measure of each status is, where the register does not say. */
const confidenceOf: Readonly<Record<MeasureStatus, Confidence | undefined>> = {
  proposed: 'possible',
  approved: 'probable',
  funded: 'committed',
  installing: 'committed',
  installed: undefined,
  withdrawn: undefined,
};

/** How far a measure has come on a London day; undefined before anybody thought of it. */
export function measureOn(entry: MeasureEntry, day: LocalDate): MeasureState | undefined {
  const held = entry.status.filter(({ from }) => from <= day).toSorted((a, b) => (a.from < b.from ? -1 : 1));
  const now = held.at(-1);
  if (!now) return undefined;
  const { is: status, from: since } = now;
  const usual = confidenceOf[status];
  const last = entry.works?.to ?? entry.planned?.to;
  const savesFrom = last === undefined ? undefined : addDays(last, 1);
  const days = entry.life_years === undefined ? undefined : Math.round(entry.life_years * daysPerYear);
  return {
    entry,
    step: stepOf(entry),
    status,
    since,
    confidence: usual && (entry.confidence ?? usual),
    savesFrom,
    savesUntil: savesFrom === undefined || days === undefined ? undefined : addDays(savesFrom, days - 1),
    expected: entry.expected.map(({ utility, saves_kwh: kwh, saves_m3: m3, low, high }) => ({
      utility,
      unit: utility === 'water' ? 'm3' : 'kWh',
      saves: kwh ?? m3 ?? Number.NaN,
      low,
      high,
    })),
  };
}

/** Of the Gregorian calendar. */
const daysPerYear = 365.2425;
