import type { Accounting } from '../carbon/accounting.ts';
import { activitiesIn } from '../carbon/boundaries.ts';
import { factorOn } from '../carbon/carbon.ts';
import { factorSets } from '../carbon/factors.ts';
import { distinctWarnings, type Warning } from '../energy/figure.ts';
import type { Utility } from '../estate/estate.ts';
import type { LocalDate } from '../time.ts';

/** Carbon of more of one utility and less of another, by the newest factors: what a year like this would come to. */

export interface UnitEmissions {
  /** kgCO2e for a kWh by the estate's boundary; undefined where a factor of it is not known. */
  readonly factor: number | undefined;
  readonly warnings: readonly Warning[];
}

/** All activities of a utility that the estate reckons in, on a London date; location-based. */
export function unitEmissions(utility: Utility, date: LocalDate, accounting: Accounting): UnitEmissions {
  const parts = activitiesIn(accounting.boundary, utility).map((one) => factorOn(utility, one, date, accounting));
  const isKnown = parts.every(({ value }) => value !== undefined);
  return {
    factor: isKnown ? parts.reduce((total, { value = 0 }) => total + value, 0) : undefined,
    warnings: distinctWarnings(parts.flatMap(({ warnings }) => warnings)),
  };
}

/** What a change of use comes to, kgCO2e a year. */
export interface CarbonChange {
  readonly added: number | undefined;
  readonly saved: number | undefined;
  /** Added less saved: below 0 it emits less. */
  readonly more: number | undefined;
  readonly gridFactor: number | undefined;
  /** kgCO2e for a kWh of electricity at which both would emit the same; undefined where nothing is added. */
  readonly breakEvenFactor: number | undefined;
  readonly warnings: readonly Warning[];
}

/** `added` is kWh of electricity, `saved` kWh by utility; both in a year. */
export function carbonChange(
  added: number,
  saved: ReadonlyMap<Utility, number>,
  date: LocalDate,
  accounting: Accounting,
): CarbonChange {
  const grid = unitEmissions('electricity', date, accounting);
  const { kg: less, warnings } = fuelEmissions(saved, date, accounting);
  const more = grid.factor === undefined ? undefined : added * grid.factor;
  return {
    added: more,
    saved: less,
    more: more === undefined || less === undefined ? undefined : more - less,
    gridFactor: grid.factor,
    breakEvenFactor: less === undefined || added <= 0 ? undefined : less / added,
    warnings: distinctWarnings([...grid.warnings, ...warnings]),
  };
}

/** kgCO2e of fuels, kWh by utility; undefined where a factor is not known, and of none. */
export function fuelEmissions(
  burnt: ReadonlyMap<Utility, number>,
  date: LocalDate,
  accounting: Accounting,
): { readonly kg: number | undefined; readonly warnings: readonly Warning[] } {
  const fuels = [...burnt].map(([utility, kwh]) => ({ kwh, ...unitEmissions(utility, date, accounting) }));
  // What no meter says was burnt is not nothing.
  const isKnown = fuels.length > 0 && fuels.every(({ factor }) => factor !== undefined);
  return {
    kg: isKnown ? fuels.reduce((total, { kwh, factor = 0 }) => total + kwh * factor, 0) : undefined,
    warnings: fuels.flatMap(({ warnings }) => warnings),
  };
}

/** What a kWh of the grid emitted by each factor set that is known, the oldest first: nobody's forecast. */
export function gridOverYears(accounting: Accounting): { readonly year: number; readonly factor: number }[] {
  const years = new Set((accounting.sets ?? factorSets()).map(({ set }) => Number(set)));
  return [...years]
    .sort((a, b) => a - b)
    .flatMap((year) => {
      const { factor, warnings } = unitEmissions('electricity', `${year}-07-01`, {
        ...accounting,
        factorYear: 'calendar',
      });
      const isOwn = warnings.every(({ code }) => code !== 'factor-carried-forward');
      return factor === undefined || !isOwn ? [] : [{ year, factor }];
    });
}
