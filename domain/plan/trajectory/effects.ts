import type { Accounting } from '../../carbon/accounting.ts';
import { emissionsOfUnit } from '../../carbon/carbon.ts';
import { addParts, type EnergyPart } from '../../energy/site-energy.ts';
import type { Estate } from '../../estate/estate.ts';
import type { Utility } from '../../estate/vocabulary.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period, startOfDay } from '../../time.ts';
import type { MeasureState } from '../measure-standing.ts';
import type { Confidence } from '../register.ts';
import type { MeasureEffect } from './trajectory.ts';

/** What measures take off the use of an organisation, and what that emits. */

/** What an organisation used of a utility at a site in twelve months. */
export interface SiteUse {
  readonly site: string;
  readonly utility: Utility;
  /** kWh, or m³ of water. */
  readonly amount: number;
  /** kgCO2e of one of them at the newest factors; undefined where a factor is not known. */
  readonly perUnit: number | undefined;
}

/** What a measure saves of a utility in a year, and from when on. */
export interface Saving {
  readonly measure: string;
  readonly site: string;
  readonly utility: Utility;
  readonly amount: number;
  readonly since: EpochSeconds;
  readonly confidence: Confidence;
}

/** The use of bought parts by site and utility, with what a unit of each emits on a London date. */
export function usesOf(
  estate: Estate,
  parts: readonly EnergyPart[],
  date: LocalDate,
  accounting: Accounting,
): SiteUse[] {
  return [...Map.groupBy(parts, placeKey).values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const { site, utility } = first;
    const total = addParts(list);
    const amount = utility === 'water' ? total.volume : total.energy;
    return [{ site, utility, amount, perUnit: emissionsOfUnit(estate, site, utility, date, accounting) }];
  });
}

/** What is stated in kgCO2e alone, and follows no utility. */
export interface FixedSaving extends Omit<Saving, 'utility' | 'amount'> {
  readonly kgco2e: number;
}

/** The savings of measures that come, or came within the last twelve months. One that is late comes from now on. */
export function savingsOf(measures: readonly MeasureState[], now: EpochSeconds): Saving[] {
  return measures.flatMap((measure) => {
    const { entry, status, expected } = measure;
    const since = beginsAt(measure, now);
    if (status === 'withdrawn' || since === undefined) return [];
    const one = { measure: entry.id, site: entry.site, since, confidence: confidenceOf(measure) };
    return expected
      .filter(({ saves }) => Number.isFinite(saves))
      .map(({ utility, saves }) => ({ ...one, utility, amount: saves }));
  });
}

function confidenceOf({ confidence }: MeasureState): Confidence {
  return confidence ?? 'committed';
}

/** The instant from which a measure saves; one that is late from now on. */
export function beginsAt({ savesFrom, status }: MeasureState, now: EpochSeconds): EpochSeconds | undefined {
  if (savesFrom === undefined) return undefined;
  return status === 'installed' ? startOfDay(savesFrom) : Math.max(now, startOfDay(savesFrom));
}

/** The share of a period in which something that began at an instant was there. */
export function shareOf({ from, to }: Period, since: EpochSeconds): number {
  return Math.min(1, Math.max(0, (to - Math.max(from, since)) / (to - from)));
}

/** What of a saving is still to come: the rest is in the use of the last twelve months. */
function stillToCome({ amount, since }: Saving, lastYear: Period): number {
  return amount * (1 - shareOf(lastYear, since));
}

export function placeKey({ site, utility }: { readonly site: string; readonly utility: Utility }): string {
  return `${site} ${utility}`;
}

export interface Planned {
  readonly savings: readonly Saving[];
  readonly fixed: readonly FixedSaving[];
}

/**
 * Savings as measures plan them. Where the register states kgCO2e they come to that: what saves of every utility is
 * scaled, and else the difference is taken off as it is, since of a heat pump gas less electricity is a small number.
 */
export function plannedOf(
  measures: readonly MeasureState[],
  uses: ReadonlyMap<string, Pick<SiteUse, 'perUnit'>>,
  now: EpochSeconds,
): Planned {
  const planned = measures.map((measure): Planned => {
    const savings = savingsOf([measure], now);
    const { entry, status } = measure;
    const [stated, since] = [entry.expected_kgco2e, beginsAt(measure, now)];
    if (stated === undefined || since === undefined || status === 'withdrawn') return { savings, fixed: [] };
    const parts = savings.map((one) => (uses.get(placeKey(one))?.perUnit ?? Number.NaN) * one.amount);
    const sum = parts.reduce((total, one) => total + one, 0);
    if (sum > 0 && stated > 0 && parts.every((one) => one >= 0)) {
      return { savings: savings.map((one) => ({ ...one, amount: (one.amount * stated) / sum })), fixed: [] };
    }
    const about = { measure: entry.id, site: entry.site, since, confidence: confidenceOf(measure) };
    return Number.isNaN(sum)
      ? { savings: [], fixed: [{ ...about, kgco2e: stated }] }
      : { savings, fixed: [{ ...about, kgco2e: stated - sum }] };
  });
  return { savings: planned.flatMap(({ savings }) => savings), fixed: planned.flatMap(({ fixed }) => fixed) };
}

export interface EffectsAsked {
  readonly uses: ReadonlyMap<string, SiteUse>;
  readonly lastYear: Period;
  readonly now: EpochSeconds;
  /** Ids of measures that a meter says are not done. */
  readonly contradicted: ReadonlySet<string>;
}

/** What each measure takes off a whole year in which all of them are there. */
export function effectsOf(
  measures: readonly MeasureState[],
  { uses, lastYear, now, contradicted }: EffectsAsked,
): MeasureEffect[] {
  const believed = measures.filter(({ entry }) => !contradicted.has(entry.id));
  const { savings, fixed } = plannedOf(believed, uses, now);
  const fits = fitsOf(
    savings.map((one) => ({ ...one, amount: stillToCome(one, lastYear) })),
    uses,
  );
  return measures
    .filter(({ status }) => status !== 'withdrawn')
    .map((measure): MeasureEffect => {
      const { entry } = measure;
      const own = savings.filter(({ measure: id }) => id === entry.id);
      const since = beginsAt(measure, now);
      const parts = [
        ...own.map((one) => {
          const per = uses.get(placeKey(one))?.perUnit;
          return per === undefined ? undefined : per * one.amount * fits.of(one);
        }),
        ...fixed.flatMap((one) => (one.measure === entry.id ? [one.kgco2e * fits.ofMeasure(entry.id)] : [])),
      ];
      const known = parts.length > 0 && !parts.includes(undefined);
      return {
        measure: entry.id,
        site: entry.site,
        confidence: confidenceOf(measure),
        saves: since === undefined ? undefined : dateOf(since),
        emissions: known ? parts.reduce<number>((sum, one) => sum + (one ?? 0), 0) : undefined,
        capped: own.flatMap((one) => (one.amount > 0 && fits.of(one) < 1 ? [one.utility] : [])),
        leftOut: contradicted.has(entry.id)
          ? 'a meter says that it is not done'
          : whyLeftOut(parts.length > 0, since, known, lastYear),
      };
    });
}

function whyLeftOut(
  isExpected: boolean,
  since: EpochSeconds | undefined,
  isKnown: boolean,
  lastYear: Period,
): string | undefined {
  if (since === undefined) return 'nobody has written down when it is to be done';
  if (!isExpected) return 'nobody has written down what it is expected to save of which utility';
  if (!isKnown) return 'what it saves has no emission factor';
  return since <= lastYear.from ? 'it saved throughout the last twelve months: it is in their use' : undefined;
}

/** Which share of what measures are to change can be. */
export interface Fits {
  readonly of: (one: Saving) => number;
  readonly ofMeasure: (id: string) => number;
}

/**
 * Together no more of a utility at a site can be saved than is used. What a measure takes more goes with what it saves:
 * a heat pump that finds half of its gas takes half of its electricity.
 */
export function fitsOf(all: readonly Saving[], uses: ReadonlyMap<string, Pick<SiteUse, 'amount'>>): Fits {
  const ofPlace = new Map(
    [...Map.groupBy(all, placeKey)].map(([key, list]) => {
      const saved = list.reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
      const added = list.reduce((sum, { amount }) => sum + Math.max(0, -amount), 0);
      const used = (uses.get(key)?.amount ?? 0) + added;
      return [key, saved > used ? used / saved : 1];
    }),
  );
  const shareAt = (one: Saving): number => ofPlace.get(placeKey(one)) ?? 1;
  const ofMeasures = new Map(
    [...Map.groupBy(all, ({ measure }) => measure)].map(([id, list]) => {
      const saving = list.filter(({ amount }) => amount > 0);
      const saved = saving.reduce((sum, { amount }) => sum + amount, 0);
      return [id, saved > 0 ? saving.reduce((sum, one) => sum + one.amount * shareAt(one), 0) / saved : 1];
    }),
  );
  const ofMeasure = (id: string): number => ofMeasures.get(id) ?? 1;
  return { of: (one) => (one.amount > 0 ? shareAt(one) : ofMeasure(one.measure)), ofMeasure };
}
