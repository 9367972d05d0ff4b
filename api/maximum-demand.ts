import { countedMeters } from '../domain/energy/counted-meters.ts';
import { withFigureChanges } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { EricValue } from '../domain/reports/eric.ts';
import { boundariesOf, dateOf, halfHourSeconds, halfHoursOf, type Period } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';

/** Half-hours of a period: those whose use is known, all of them, and the highest, kWh. */
interface Peak {
  known: number;
  all: number;
  highest: number;
}

/**
 * The maximum demand of a site, kW: the mean power of the half-hour in which it bought most electricity. Read a month
 * at a time, so that a year of half-hours is never in memory.
 */
export async function readDemand(
  store: ReadingStore,
  estate: Estate,
  site: string,
  period: Period & { readonly isOver: boolean },
): Promise<EricValue> {
  const peak: Peak = { known: 0, all: 0, highest: 0 };
  let isBought = false;
  const cuts = withFigureChanges(estate, boundariesOf(period, 'month'));
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    const bought = (countedMeters(estate, dateOf(from)).get(site)?.purchased ?? []).filter(
      ({ meter }) => meter.utility === 'electricity',
    );
    isBought ||= bought.length > 0;
    await look(store, bought, { from, to: cuts[i + 1] ?? from }, peak);
  }
  if (!isBought) return { value: 0, why: 'no-meter' };
  if (peak.known === 0) return { why: 'silent' };
  const value = peak.highest / (halfHourSeconds / 3600);
  if (peak.known < peak.all) return { value, why: 'partial', detail: `of ${peak.known} of ${peak.all} half-hours` };
  return period.isOver ? { value } : { value, why: 'not-over' };
}

async function look(
  store: ReadingStore,
  bought: readonly { readonly meter: { readonly id: string }; readonly times: number }[],
  period: Period,
  peak: Peak,
): Promise<void> {
  const starts = halfHoursOf(period);
  peak.all += starts.length;
  if (bought.length === 0) return;
  const cells = await store.sumHalfHours(
    bought.map(({ meter }) => meter.id),
    [...starts, period.to],
  );
  for (const bucket of starts.keys()) {
    let energy = 0;
    let isKnown = true;
    for (const { meter, times } of bought) {
      const cell = cells.cellOf(meter.id, bucket);
      energy += times * (cell === undefined ? 0 : (cells.energy[cell] ?? 0));
      const known =
        cell === undefined ? 0 : (cells.measuredHalfHours[cell] ?? 0) + (cells.estimatedHalfHours[cell] ?? 0);
      isKnown &&= known > 0;
    }
    if (!isKnown) continue;
    peak.known++;
    if (energy > peak.highest) peak.highest = energy;
  }
}
