import { type Clock, rememberedClock } from '../domain/alerts/clock.ts';
import { type Estate, validOn } from '../domain/estate/estate.ts';
import { loadShapeOf, loadTermsOf, type LoadShape } from '../domain/plan/indicators/electricity-load.ts';
import type { IndicatorPlace } from '../domain/plan/indicators/found.ts';
import type { SupplyRoom } from '../domain/plan/indicators/of-supply.ts';
import { metersOfEras, type TermEra, termEras } from '../domain/plan/indicators/terms.ts';
import { type PlacedPoint } from '../domain/tariffs/placed-point.ts';
import { termsOf } from '../domain/tariffs/supply-point.ts';
import { dateOf, type EpochSeconds, halfHourSeconds, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { demandOf } from './maximum-apparent-power.ts';
import { knownAs, readLoadIfKnown } from './supply-point-load.ts';
import { readInto } from './watch-window.ts';

/** What half-hours of electricity say of a place: its shape through a year, and what its supplies could still carry. */

/** The shape of the electricity of places of one site; undefined where no meter counts it. */
export async function readLoadShapes(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  places: readonly IndicatorPlace[],
  period: Period,
): Promise<{ readonly shape: LoadShape | undefined; readonly meters: readonly string[] }[]> {
  const clock = rememberedClock(period.from, (period.to - period.from) / halfHourSeconds);
  const erasOf = ({ site, building }: IndicatorPlace): TermEra[] =>
    termEras(estate, site.id, period, (count) => loadTermsOf(estate, count, building?.id));
  const all = places.map(erasOf);
  const loads = all.map(() => new Float64Array(clock.count));
  for (const meter of new Set(all.flatMap(metersOfEras))) {
    // One after the other: a year of one meter is 17,000 rows, and those of a site at once would be a burden.
    const column = new Float64Array(clock.count).fill(Number.NaN);
    await readInto(stores, estate, new Map([[meter, column]]), period, period.from);
    for (const [i, eras] of all.entries()) addTo(loads[i] as Float64Array, eras, meter, column, clock);
  }
  return places.map(({ site }, i) => {
    const eras = all[i] ?? [];
    const meters = metersOfEras(eras);
    if (meters.length === 0) return { shape: undefined, meters };
    const load = loads[i] as Float64Array;
    // Where nothing counts it yet, nothing is known: an empty sum is not a use of nothing.
    for (const { from, to, terms } of eras)
      if (terms.length === 0) load.fill(Number.NaN, ...spanOf(clock, { from, to }));
    for (const [k, kwh] of load.entries()) if (kwh < 0) load[k] = 0;
    return { shape: loadShapeOf(clock, load, site.occupied_hours), meters };
  });
}

function spanOf(clock: Clock, { from, to }: Period): [number, number] {
  return [(from - clock.from) / halfHourSeconds, (to - clock.from) / halfHourSeconds];
}

function addTo(load: Float64Array, eras: readonly TermEra[], id: string, column: Float64Array, clock: Clock): void {
  for (const era of eras) {
    const times = era.terms.reduce((sum, { meter, times: each }) => (meter.id === id ? sum + each : sum), 0);
    if (times === 0) continue;
    const [first, end] = spanOf(clock, era);
    for (let i = first; i < end; i++) load[i] = (load[i] as number) + times * (column[i] as number);
  }
}

/** What an electricity supply point carried in twelve months; undefined where no half-hour is known. */
export async function readSupplyRoom(
  stores: Stores,
  estate: Estate,
  { point }: PlacedPoint,
  period: Period,
  now: EpochSeconds,
): Promise<SupplyRoom | undefined> {
  const read = await readLoadIfKnown(stores, estate, point, { period, now });
  if (!read) return undefined;
  const { use, reactive } = read.load;
  const known = demandOf(read, point, period);
  const sum = (values: Float64Array): number => values.reduce((all, one) => all + one, 0);
  return {
    point: point.id,
    meter: point.meter,
    agreed: validOn(termsOf(point).agreedCapacity ?? [], dateOf(now))?.value,
    demand: known?.demand,
    highestKw: 2 * use.best.reduce((most, kwh) => Math.max(most, kwh), 0),
    kwh: sum(use.best),
    kvarh: reactive && sum(reactive.best),
    measured: read.how.filter((how) => how === knownAs.measured).length / read.how.length,
  };
}
