import type { BucketSums } from '../domain/energy/bucket-sums.ts';
import { countedMeters, type Purchase } from '../domain/energy/counted-meters.ts';
import { withFigureChanges } from '../domain/energy/site-energy.ts';
import type { Estate } from '../domain/estate/estate.ts';
import type { EricValue } from '../domain/reports/eric.ts';
import { boundariesOf, dateOf, halfHourSeconds, halfHoursOf, type Period } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';

/** Half-hours of a site: those whose use is known, all of them, and the highest, kWh. */
interface Peak {
  isBought: boolean;
  known: number;
  all: number;
  highest: number;
}

/**
 * The maximum demand of sites, kW: the mean power of the half-hour in which each bought most electricity. Read a month
 * of all sites at a time, so that a year of half-hours is never in memory.
 */
export async function readDemands(
  store: ReadingStore,
  estate: Estate,
  sites: readonly string[],
  period: Period & { readonly isOver: boolean },
): Promise<ReadonlyMap<string, EricValue>> {
  const peaks = new Map(sites.map((site): [string, Peak] => [site, { isBought: false, known: 0, all: 0, highest: 0 }]));
  const cuts = withFigureChanges(estate, boundariesOf(period, 'month'));
  for (const [i, from] of cuts.slice(0, -1).entries()) {
    const counts = countedMeters(estate, dateOf(from));
    const bought = new Map(
      sites.map((site) => [
        site,
        (counts.get(site)?.purchased ?? []).filter(({ meter }) => meter.utility === 'electricity'),
      ]),
    );
    const to = cuts[i + 1] ?? from;
    const starts = halfHoursOf({ from, to });
    const meters = [...new Set([...bought.values()].flat().map(({ meter }) => meter.id))];
    const cells = meters.length === 0 ? undefined : await store.sumHalfHours(meters, [...starts, to]);
    for (const [site, peak] of peaks) look(cells, bought.get(site) ?? [], starts.length, peak);
  }
  return new Map([...peaks].map(([site, peak]) => [site, demandOf(peak, period.isOver)]));
}

function look(cells: BucketSums | undefined, bought: readonly Purchase[], buckets: number, peak: Peak): void {
  peak.all += buckets;
  if (cells === undefined || bought.length === 0) return;
  peak.isBought = true;
  for (let bucket = 0; bucket < buckets; bucket++) {
    let energy = 0;
    let isKnown = true;
    for (const { meter, times } of bought) {
      const cell = cells.cellOf(meter.id, bucket) ?? -1;
      energy += times * (cells.energy[cell] ?? 0);
      isKnown &&= (cells.measuredHalfHours[cell] ?? 0) + (cells.estimatedHalfHours[cell] ?? 0) > 0;
    }
    if (!isKnown) continue;
    peak.known++;
    if (energy > peak.highest) peak.highest = energy;
  }
}

function demandOf({ isBought, known, all, highest }: Peak, isOver: boolean): EricValue {
  if (!isBought) return { value: 0, why: 'no-meter' };
  if (known === 0) return { why: 'silent' };
  const value = highest / (halfHourSeconds / 3600);
  if (known < all) return { value, why: 'partial', detail: `of ${known} of ${all} half-hours` };
  return isOver ? { value } : { value, why: 'not-over' };
}
