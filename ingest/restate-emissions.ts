import type { Estate, Meter } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { bucketsIn, dateOf, datesIn, type LocalDate, type Period, startOfDay } from '../domain/time.ts';
import type { DayFigure } from '../store/reading-store.ts';
import { daysOfSites, emissionsOfMeter } from './derive-days.ts';
import type { DerivationBooks } from './derivation-round.ts';
import type { FactorChange } from './estate-changes.ts';

type Books = Pick<DerivationBooks, 'store' | 'estate'>;

/** The year that begins on a London date: a calendar or a reporting year, in which factors hold. */
function yearFrom(first: LocalDate): Period {
  return { from: startOfDay(first), to: startOfDay(`${Number(first.slice(0, 4)) + 1}${first.slice(4)}`) };
}

/**
 * Works emissions of days out again where a factor is another one; energy and half-hours stay. It goes in steps of some
 * thousand days, so that whoever takes them can see to live data between two: first the meters that the factor is of,
 * then the sites they feed. Begun again, it does the same again.
 */
export async function* restatement(books: Books, changes: readonly FactorChange[]): AsyncGenerator<void> {
  for (const [first, ofYear] of Map.groupBy(changes, (change) => change.first)) {
    const utilities = new Set(ofYear.map(({ utility }) => utility));
    const meters = [...books.estate.meters.values()].filter((meter) => utilities.has(meter.utility));
    for (const period of bucketsIn(yearFrom(first), 'month')) {
      for (let i = 0; i < meters.length; i += limits.restatedMeters) {
        await restateMeters(books, meters.slice(i, i + limits.restatedMeters), period);
        yield;
      }
    }
    for (const site of new Set(meters.map((meter) => meter.site))) {
      await restateSite(books, site, yearFrom(first));
      yield;
    }
  }
}

async function restateMeters({ store, estate }: Books, meters: readonly Meter[], period: Period): Promise<void> {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const days = await store.days([...byId.keys()], period);
  const changed = days.flatMap((day) => {
    const emissionsLocation = restated(estate, day, byId.get(day.meter));
    return emissionsLocation === day.emissionsLocation ? [] : [{ ...day, emissionsLocation }];
  });
  if (changed.length > 0) await store.writeDays(changed, []);
}

function restated(estate: Estate, day: DayFigure, meter: Meter | undefined): number | undefined {
  if (!meter) return day.emissionsLocation;
  // What is not known is kept as 0, and has no emissions; the known total of a gap has no half-hours.
  const isHeard = day.measuredHalfHours + day.estimatedHalfHours > 0;
  const isKnown = isHeard || day.energy !== 0 || day.volume !== 0;
  const amounts = isKnown ? day : { energy: undefined, volume: undefined };
  return emissionsOfMeter(estate, meter, amounts, dateOf(day.day));
}

/** The days of a site, from the first to the last that its meters have in the year. */
async function restateSite({ store, estate }: Books, site: string, year: Period): Promise<void> {
  const meters = [...estate.meters.values()].filter((meter) => meter.site === site).map(({ id }) => id);
  const days = await store.days(meters, year);
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return;
  const dates = datesIn({ from: first.day, to: last.day + 1 });
  await store.writeDays([], await daysOfSites(store, estate, [site], dates));
}
