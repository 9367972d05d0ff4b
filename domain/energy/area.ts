import { isValidOn, validOn } from '../estate/estate.ts';
import {
  addDays,
  dateOf,
  dayOf,
  daySeconds,
  type EpochSeconds,
  type LocalDate,
  type Period,
  startOfDay,
} from '../time.ts';

/**
 * The area that a period's energy is divided by: weighted by days, since areas change on a date and a London day counts
 * as one whether it has 23, 24 or 25 hours.
 */

/** A value that holds from a London date until the next entry's date. */
export interface DatedValue {
  readonly from: LocalDate;
  readonly value: number;
}

/** When something is there: first and last London date, both belonging to it; an absent one is open. */
export interface Validity {
  readonly valid_from?: LocalDate | undefined;
  readonly valid_to?: LocalDate | undefined;
}

export interface WeightedArea {
  /**
   * m², the mean over the days of the period; a day on which it was not open counts with 0. Undefined when never known.
   */
  readonly area: number | undefined;
  /**
   * Days of the period, of those it was open on, and of those without an entry of the register. Fractions for part
   * days.
   */
  readonly days: number;
  readonly openDays: number;
  readonly unknownDays: number;
}

/** Days since 1970 on the London calendar, with the part of the day that has gone. */
export function dayNumber(at: EpochSeconds): number {
  const { from, to, utcMidnight } = dayOf(at);
  return utcMidnight / daySeconds + (at - from) / (to - from);
}

/** The instants of local midnight on which the thing opens or has closed. */
function opensAndCloses({ valid_from, valid_to }: Validity): EpochSeconds[] {
  return [valid_from, valid_to && addDays(valid_to, 1)].filter((date) => date !== undefined).map(startOfDay);
}

const always: Validity = {};

// A pure function's memory: of a place and a bucket several ask one after the other.
const rememberedAreas = new WeakMap<
  readonly DatedValue[],
  Period & { readonly open: Validity; readonly weighted: WeightedArea }
>();

/** The day-weighted area of a period, from the dated list of the register and the dates between which it is open. */
export function dayWeightedArea(list: readonly DatedValue[], period: Period, open: Validity = always): WeightedArea {
  const { from, to } = period;
  const known = rememberedAreas.get(list);
  if (known?.from === from && known.to === to && known.open === open) return known.weighted;
  const weighted = weighArea(list, period, open);
  rememberedAreas.set(list, { from, to, open, weighted });
  return weighted;
}

function weighArea(list: readonly DatedValue[], period: Period, open: Validity): WeightedArea {
  const changes = [...list.map((entry) => startOfDay(entry.from)), ...opensAndCloses(open)].filter(
    (at) => at > period.from && at < period.to,
  );
  const ends = [period.from, period.to];
  const cuts = changes.length === 0 ? ends : [...new Set([...ends, ...changes])].sort((a, b) => a - b);
  let weighted = 0;
  let openDays = 0;
  let unknownDays = 0;
  for (const [i, cut] of cuts.slice(0, -1).entries()) {
    const days = dayNumber(cuts[i + 1] ?? cut) - dayNumber(cut);
    const date = dateOf(cut);
    if (!isValidOn(open, date)) continue;
    openDays += days;
    const value = validOn(list, date)?.value;
    if (value === undefined) unknownDays += days;
    else weighted += value * days;
  }
  const days = dayNumber(period.to) - dayNumber(period.from);
  const known = days - unknownDays;
  const area = openDays - unknownDays > 0 && known > 0 ? weighted / known : undefined;
  return { area, days, openDays, unknownDays };
}

/** The area on one London date, m²; undefined when not open or before the first entry. */
export function areaOn(list: readonly DatedValue[], date: LocalDate, open: Validity = {}): number | undefined {
  return isValidOn(open, date) ? validOn(list, date)?.value : undefined;
}
