import { countChanges, countedMeters, type Generation, type SiteCount } from '../../energy/counted-meters.ts';
import { addTo, readFlow, type Sums, Total } from '../../energy/flow.ts';
import type { Estate, Meter } from '../../estate/estate.ts';
import { dateOf, type LocalDate, type Period, startOfDay } from '../../time.ts';

/** Meters that are added up, each as often as it counts, in the stretches of a period in which they are the same. */

export interface Term {
  readonly meter: Meter;
  /** −1 takes it off. */
  readonly times: number;
}

export interface TermEra<T extends Term = Term> extends Period {
  readonly terms: readonly T[];
}

/** The terms of a site in each stretch of a period in which the same meters count. */
export function termEras<T extends Term>(
  estate: Estate,
  site: string,
  period: Period,
  termsOn: (count: SiteCount, date: LocalDate) => readonly T[],
): TermEra<T>[] {
  const changes = countChanges(estate).map(startOfDay);
  const starts = [period.from, ...changes.filter((at) => at > period.from && at < period.to)];
  return starts.map((from, i) => {
    const date = dateOf(from);
    const count = countedMeters(estate, date).get(site);
    return { from, to: starts[i + 1] ?? period.to, terms: count ? termsOn(count, date) : [] };
  });
}

/** The meters of a site's own generation of electricity that `pick` takes, each once, in each such stretch. */
export function ownElectricityEras(
  estate: Estate,
  site: string,
  period: Period,
  pick: (own: Generation) => readonly Meter[],
): TermEra[] {
  return termEras(estate, site, period, ({ generation }) =>
    generation
      .filter(({ utility }) => utility === 'electricity')
      .flatMap(pick)
      .map((meter): Term => ({ meter, times: 1 })),
  );
}

/** Ids of all meters of some eras, each once. */
export function metersOfEras(eras: readonly TermEra[]): string[] {
  return [...new Set(eras.flatMap(({ terms }) => terms.map(({ meter }) => meter.id)))].sort();
}

/** What flowed through the terms together. Every border of an era is a boundary of the sums. */
export function flowOfTerms(sums: Sums, eras: readonly TermEra[]): Total {
  const total = new Total();
  const flow = new Total();
  for (const { from, to, terms } of eras) {
    for (const [bucket, start] of sums.boundaries.slice(0, -1).entries()) {
      if (start < from || start >= to) continue;
      for (const { meter, times } of terms) {
        readFlow(flow, sums, bucket, meter.id);
        addTo(total, flow, times);
      }
    }
  }
  return total;
}
