import type { Utility } from '../estate/vocabulary.ts';
import { fuels } from '../readiness/heat-meters.ts';
import { addDays, type LocalDate } from '../time.ts';
import { type Finance, paid } from './measure-finance.ts';
import type { OutOfOrder } from './measure-order.ts';
import { exportWord, exportWords } from './measure-saving.ts';
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

/** Utilities of which what is expected is told together. */
const toldTogether = {
  electricity: ['electricity'],
  fuel: fuels,
  heat: ['heat', 'steam', 'cooling'],
  water: ['water'],
} as const satisfies Record<string, readonly Utility[]>;

/** What is expected of each of them added up; undefined of one that nothing is expected of. */
export function expectedSums(
  expected: readonly ExpectedSaving[],
): Record<keyof typeof toldTogether, number | undefined> {
  const sums = Object.entries(toldTogether).map(([group, utilities]: [string, readonly Utility[]]) => {
    const own = expected.filter(({ utility }) => utilities.includes(utility));
    return [group, own.length === 0 ? undefined : own.reduce((sum, { saves }) => sum + saves, 0)];
  });
  return Object.fromEntries(sums) as Record<keyof typeof toldTogether, number | undefined>;
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

/** What is to be known beside the figures of a measure. */
export const measureWarningCodes = {
  no_expectation: 'the register does not say what it is expected to save',
  no_price: 'no supply point prices what it saves, or its rates are not known for twelve months',
  no_factor: 'there is no emission factor for what it saves',
  outside_boundary: 'a part of what it saves lies outside the boundary by which the organisation reports its carbon',
  no_meters: 'no meter is named that will show it: what it saves cannot be verified',
  no_dates: 'it is decided, and nobody has said when it will be done',
  late: 'it was planned to be finished by now',
  ...exportWords,
  funding_gap: 'it is said to be paid for, and the funding that is secured does not reach',
} as const;
export type MeasureWarning = keyof typeof measureWarningCodes;

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

/** Those that somebody had thought of by a London date, what was withdrawn among them. */
export function measuresOn(entries: readonly MeasureEntry[], day: LocalDate): MeasureState[] {
  return entries.flatMap((entry) => measureOn(entry, day) ?? []);
}

/** Of the Gregorian calendar. */
const daysPerYear = 365.2425;

/** What is known of a measure beside its state, as its warnings ask it. */
export interface KnownOfMeasure {
  readonly pounds: unknown;
  readonly carbon: unknown;
  readonly finance: Pick<Finance, 'fundingGap'>;
  /** Whether something that it saves is not reckoned in the organisation's carbon. */
  readonly isOutside: boolean;
  /** The share of what it saves that would be bought; undefined where it is not known. */
  readonly savesBought: number | undefined;
}

const decided: ReadonlySet<MeasureStatus> = new Set(['approved', 'funded', 'installing']);

export function measureWarnings(state: MeasureState, today: LocalDate, known: KnownOfMeasure): MeasureWarning[] {
  const { entry, status, expected, savesFrom } = state;
  if (status === 'withdrawn') return [];
  const isStated = entry.expected_gbp !== undefined && entry.expected_kgco2e !== undefined;
  const exports = expected.length > 0 && !isStated ? exportWord(known.savesBought) : undefined;
  const isUnknown = exports === 'export_not_known';
  const warnings: readonly (readonly [MeasureWarning, boolean])[] = [
    ['no_expectation', expected.length === 0 && !isStated],
    ['no_price', expected.length > 0 && known.pounds === undefined && !isUnknown],
    ['no_factor', expected.length > 0 && known.carbon === undefined && !isUnknown],
    ['outside_boundary', known.isOutside && entry.expected_kgco2e === undefined],
    ['exported', exports === 'exported'],
    ['export_not_known', isUnknown],
    ['no_meters', entry.meters === undefined],
    ['no_dates', decided.has(status) && savesFrom === undefined],
    ['late', status !== 'installed' && savesFrom !== undefined && savesFrom <= today],
    ['funding_gap', paid.has(status) && (known.finance.fundingGap ?? 0) > 0],
  ];
  return warnings.flatMap(([warning, holds]) => (holds ? [warning] : []));
}
