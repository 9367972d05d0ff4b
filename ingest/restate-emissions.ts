import type { Estate, Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { dateOf, type LocalDate, type Period, startOfDay } from '../domain/time.ts';
import type { DayFigure } from '../store/reading-store.ts';
import { emissionsOfMeter } from './derive-days.ts';
import type { DerivationBooks } from './derivation-round.ts';
import type { FactorChange } from './estate-changes.ts';

/** The year that begins on a London date: a calendar or a reporting year, in which factors hold. */
function yearFrom(first: LocalDate): Period {
  return { from: startOfDay(first), to: startOfDay(`${Number(first.slice(0, 4)) + 1}${first.slice(4)}`) };
}

/** What a change of factors reaches: sites with a meter of one of the utilities, and the period from first to last. */
export function reachOf(
  { estate }: Pick<DerivationBooks, 'estate'>,
  changes: readonly FactorChange[],
): { readonly sites: readonly string[]; readonly period: Period } {
  const utilities = new Set(changes.map(({ utility }) => utility));
  const meters = [...estate.meters.values()].filter((meter) => utilities.has(meter.utility));
  const years = changes.map(({ first }) => yearFrom(first));
  return {
    sites: [...new Set(meters.map(({ site }) => site))],
    period: { from: Math.min(...years.map(({ from }) => from)), to: Math.max(...years.map(({ to }) => to)) },
  };
}

/** Works the emissions of meters' days out again; their energy stays. Days of sites are the caller's to sum. */
export async function restateEmissions(
  { store, estate }: Pick<DerivationBooks, 'store' | 'estate'>,
  changes: readonly FactorChange[],
): Promise<void> {
  for (const [first, ofYear] of Map.groupBy(changes, (change) => change.first)) {
    const utilities = new Set(ofYear.map(({ utility }) => utility));
    const meters = [...estate.meters.values()].filter((meter) => utilities.has(meter.utility));
    for (let i = 0; i < meters.length; i += limits.derivationMeters) {
      const part = new Map(meters.slice(i, i + limits.derivationMeters).map((meter) => [meter.id, meter]));
      const days = await store.days([...part.keys()], yearFrom(first));
      if (days.length > 0)
        await store.writeDays(
          days.map((day) => restated(estate, day, part.get(day.meter))),
          [],
        );
    }
  }
}

function restated(estate: Estate, day: DayFigure, meter: Meter | undefined): DayFigure {
  if (!meter) return day;
  // What is not known is kept as 0, and has no emissions; the known total of a gap has no half-hours.
  const isHeard = day.measuredHalfHours + day.estimatedHalfHours > 0;
  const isKnown = isHeard || day.energy !== 0 || day.volume !== 0;
  const amounts = isKnown ? day : { energy: undefined, volume: undefined };
  return { ...day, emissionsLocation: emissionsOfMeter(estate, meter, amounts, dateOf(day.day)) };
}
