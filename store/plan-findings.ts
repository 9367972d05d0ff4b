import { countedMeters } from '../domain/energy/counted-meters.ts';
import type { Estate, Meter } from '../domain/estate/estate.ts';
import { shareOfGap } from '../domain/half-hours/day-figures.ts';
import { findingsOf, goneFuels, toldByCounting } from '../domain/plan/indicators/installed.ts';
import type { MeasureFinding } from '../domain/plan/indicators/steps-of-place.ts';
import { flowOfTerms } from '../domain/plan/indicators/terms.ts';
import type { MeasureState } from '../domain/plan/measure-standing.ts';
import { addDays, dateOf, type EpochSeconds, startOfDay } from '../domain/time.ts';
import { readDays, type Stores } from './energy.ts';

/** What the meters say of measures that are installed: whether what should be gone is, and what should be there. */

/** Days of the meters are read in one question for all measures. Rejects as the store does. */
export async function readFindings(
  stores: Stores,
  estate: Estate,
  measures: readonly MeasureState[],
  now: EpochSeconds,
): Promise<MeasureFinding[]> {
  const today = startOfDay(dateOf(now));
  const asked = measures.flatMap(({ entry, status, savesFrom }) => {
    if (status !== 'installed' || savesFrom === undefined || !toldByCounting(entry.kind)) return [];
    const from = startOfDay(savesFrom);
    const meters = metersOf(estate, entry, addDays(savesFrom, -1));
    return from < today && meters.length > 0 ? [{ entry, from, meters }] : [];
  });
  if (asked.length === 0) return [];
  const boundaries = [...new Set([...asked.map(({ from }) => from), today])].sort((a, b) => a - b);
  const ids = [...new Set(asked.flatMap(({ meters }) => meters.map(({ id }) => id)))].sort();
  const sums = await readDays(stores, ids, boundaries);
  return asked.flatMap(({ entry, from, meters }) => {
    const period = { from, to: today };
    const flows = meters.map((meter) => {
      const flow = flowOfTerms(sums, [{ ...period, terms: [{ meter, times: 1 }] }]);
      // What is known of a tank between two dips is spread evenly: what began before the works may be of before them.
      for (const gap of stores.state.gaps([meter.id], period)) {
        if (gap.from < from) flow.energy = Math.max(0, flow.energy - (shareOfGap(gap, period).energy ?? 0));
      }
      return { meter, flow };
    });
    return findingsOf({ id: entry.id, kind: entry.kind, flows });
  });
}

/**
 * The meters that can tell: those that the measure names; of boilers that are gone, where it names none, all through
 * which its place bought such fuel on the last day of the works.
 */
function metersOf(estate: Estate, { kind, site, building, meters }: MeasureState['entry'], date: string): Meter[] {
  const named = (meters ?? []).flatMap((id) => estate.meters.get(id) ?? []);
  if (named.length > 0 || kind !== 'boiler_removal') return named;
  const count = countedMeters(estate, date).get(site);
  const bought = building === undefined ? count?.purchased : count?.buildings.get(building);
  return (bought ?? []).flatMap(({ meter, times }) => (times === 1 && goneFuels.has(meter.utility) ? [meter] : []));
}
