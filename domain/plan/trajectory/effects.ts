import type { Accounting } from '../../carbon/accounting.ts';
import { emissionsOf, shareReturnedOn } from '../../carbon/carbon.ts';
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
  return [...Map.groupBy(parts, ({ site, utility }) => `${site} ${utility}`).values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    const { site, utility } = first;
    const total = addParts(list);
    const amount = utility === 'water' ? total.volume : total.energy;
    return [{ site, utility, amount, perUnit: emissionsOfUnit(estate, site, utility, date, accounting) }];
  });
}

/** kgCO2e of a kWh, or a m³ of water, that a site buys on a London date. */
export function emissionsOfUnit(
  estate: Estate,
  site: string,
  utility: Utility,
  date: LocalDate,
  accounting: Accounting,
): number | undefined {
  const returned = utility === 'water' ? shareReturnedOn(estate, site, date) : undefined;
  return emissionsOf({ utility, energy: 1, volume: 1, returned }, date, accounting);
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

function beginsAt({ savesFrom, status }: MeasureState, now: EpochSeconds): EpochSeconds | undefined {
  if (savesFrom === undefined) return undefined;
  return status === 'installed' ? startOfDay(savesFrom) : Math.max(now, startOfDay(savesFrom));
}

/** The share of a period in which something that began at an instant was there. */
export function shareOf({ from, to }: Period, since: EpochSeconds): number {
  return Math.min(1, Math.max(0, (to - Math.max(from, since)) / (to - from)));
}

/** What of a saving is still to come: the rest is in the use of the last twelve months. */
export function stillToCome({ amount, since }: Saving, lastYear: Period): number {
  return amount * (1 - shareOf(lastYear, since));
}

export function placeKey({ site, utility }: { readonly site: string; readonly utility: Utility }): string {
  return `${site} ${utility}`;
}

/** What each measure takes off a whole year in which all of them are there. */
export function effectsOf(
  measures: readonly MeasureState[],
  uses: ReadonlyMap<string, SiteUse>,
  lastYear: Period,
  now: EpochSeconds,
): MeasureEffect[] {
  const all = savingsOf(measures, now);
  const fits = fitsOf(all, uses, lastYear);
  return measures
    .filter(({ status }) => status !== 'withdrawn')
    .map((measure): MeasureEffect => {
      const { entry } = measure;
      const own = all.filter(({ measure: id }) => id === entry.id);
      const since = beginsAt(measure, now);
      const parts = own.map((one) => {
        const per = uses.get(placeKey(one))?.perUnit;
        return per === undefined ? undefined : per * one.amount * (one.amount > 0 ? (fits.get(placeKey(one)) ?? 1) : 1);
      });
      const known = parts.length > 0 && !parts.includes(undefined);
      return {
        measure: entry.id,
        site: entry.site,
        confidence: confidenceOf(measure),
        saves: since === undefined ? undefined : dateOf(since),
        emissions: known ? parts.reduce<number>((sum, one) => sum + (one ?? 0), 0) : undefined,
        capped: own.flatMap((one) => (one.amount > 0 && (fits.get(placeKey(one)) ?? 1) < 1 ? [one.utility] : [])),
        leftOut: whyLeftOut(own, since, known, lastYear),
      };
    });
}

function whyLeftOut(
  own: readonly Saving[],
  since: EpochSeconds | undefined,
  isKnown: boolean,
  lastYear: Period,
): string | undefined {
  if (since === undefined) return 'nobody has written down when it is to be done';
  if (own.length === 0) return 'nobody has written down what it is expected to save of which utility';
  if (!isKnown) return 'what it saves has no emission factor';
  return since <= lastYear.from ? 'it saved throughout the last twelve months: it is in their use' : undefined;
}

/** By site and utility, the share of what is to be saved that can be: together no more than is used. */
function fitsOf(
  all: readonly Saving[],
  uses: ReadonlyMap<string, SiteUse>,
  lastYear: Period,
): ReadonlyMap<string, number> {
  const byPlace = Map.groupBy(all, placeKey);
  return new Map(
    [...byPlace].map(([key, list]) => {
      const amounts = list.map((one) => stillToCome(one, lastYear));
      const saved = amounts.reduce((sum, one) => sum + Math.max(0, one), 0);
      const added = amounts.reduce((sum, one) => sum + Math.max(0, -one), 0);
      const used = (uses.get(key)?.amount ?? 0) + added;
      return [key, saved > used ? used / saved : 1];
    }),
  );
}
