import type { Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { dateOf, type Period, startOfDay } from '../domain/time.ts';
import type { DayFigure } from '../store/reading-store.ts';
import { emissionsOfMeter } from './derive-days.ts';
import type { DerivationBooks } from './derivation-round.ts';
import type { FactorChange } from './estate-changes.ts';

/** A London calendar year: factors hold for these. */
function yearPeriod(year: number): Period {
  return { from: startOfDay(`${year}-01-01`), to: startOfDay(`${year + 1}-01-01`) };
}

/** What a change of factors reaches: sites with a meter of one of the utilities, and the period from first to last. */
export function reachOf(
  { estate }: Pick<DerivationBooks, 'estate'>,
  changes: readonly FactorChange[],
): { readonly sites: readonly string[]; readonly period: Period } {
  const utilities = new Set(changes.map(({ utility }) => utility));
  const meters = [...estate.meters.values()].filter((meter) => utilities.has(meter.utility));
  const years = changes.map(({ year }) => year);
  const [first, last] = [Math.min(...years), Math.max(...years)];
  return {
    sites: [...new Set(meters.map(({ site }) => site))],
    period: { from: yearPeriod(first).from, to: yearPeriod(last).to },
  };
}

/** Works the emissions of meters' days out again; their energy stays. Days of sites are the caller's to sum. */
export async function restateEmissions(
  { store, estate }: Pick<DerivationBooks, 'store' | 'estate'>,
  changes: readonly FactorChange[],
): Promise<void> {
  for (const [year, ofYear] of Map.groupBy(changes, (change) => change.year)) {
    const utilities = new Set(ofYear.map(({ utility }) => utility));
    const meters = [...estate.meters.values()].filter((meter) => utilities.has(meter.utility));
    for (let i = 0; i < meters.length; i += limits.derivationMeters) {
      const part = new Map(meters.slice(i, i + limits.derivationMeters).map((meter) => [meter.id, meter]));
      const days = await store.days([...part.keys()], yearPeriod(year));
      if (days.length > 0)
        await store.writeDays(
          days.map((day) => restated(day, part.get(day.meter))),
          [],
        );
    }
  }
}

function restated(day: DayFigure, meter: Meter | undefined): DayFigure {
  // Energy that is not known is kept as 0, and has no emissions.
  const isKnown = day.energy !== 0 || day.emissionsLocation !== undefined;
  if (!meter || !isKnown) return day;
  return { ...day, emissionsLocation: emissionsOfMeter(meter, day.energy, dateOf(day.day)) };
}
