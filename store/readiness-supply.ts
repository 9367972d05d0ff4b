import { type Estate, isValidOn, listed, type Meter, validOn } from '../domain/estate/estate.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Rating } from '../domain/readiness/reasons.ts';
import type { Load } from '../domain/tariffs/load.ts';
import type { PlacedPoint } from '../domain/tariffs/placed-point.ts';
import type { SupplyPointTerms } from '../domain/tariffs/supply-point.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period, toIso } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { termsAt } from './point-costs.ts';
import { type MeasuredLoad, readMeterUse, readSupplyPointLoad } from './supply-point-load.ts';

/** The electricity supply of a site, with a year of its half-hours and what it can carry. */
export interface SupplyRead {
  readonly placed: PlacedPoint | undefined;
  readonly meter: Meter;
  readonly terms: SupplyPointTerms;
  readonly measured: MeasuredLoad;
  readonly agreed: number | undefined;
  readonly rating: Rating | undefined;
}

/** The supply point that is asked for, or the one that there is; else the one main meter that is valid on a date. */
export function electricityOf(
  estate: Estate,
  site: string,
  id: string | undefined,
  date: LocalDate,
): { readonly meter: Meter; readonly placed: PlacedPoint | undefined } {
  const points = listed(estate, 'supply_points').flatMap((point): { meter: Meter; placed: PlacedPoint }[] => {
    const meter = estate.meters.get(point.meter);
    const isHere = point.utility === 'electricity' && meter?.site === site && meter.role !== 'export';
    return isHere && (id === undefined || point.id === id) ? [{ meter, placed: { point, site } }] : [];
  });
  const [only, ...more] = points;
  if (only && more.length === 0) return only;
  const mains = [...estate.meters.values()].filter(
    (meter) =>
      meter.site === site &&
      meter.utility === 'electricity' &&
      meter.role === 'main' &&
      meter.measures === 'active' &&
      meter.source_of === undefined &&
      isValidOn(meter, date),
  );
  const [main, ...others] = points.length === 0 && id === undefined ? mains : [];
  if (main && others.length === 0) return { meter: main, placed: undefined };
  const names = points.length > 0 ? points.map(({ placed }) => placed.point.id) : mains.map((meter) => meter.id);
  const found = names.length === 0 ? 'none' : names.join(', ');
  throw new ProblemError([{ code: 'readiness.no-supply', where: `site ${site}`, found }]);
}

export async function readSupply(
  stores: Stores,
  estate: Estate,
  { meter, placed }: { readonly meter: Meter; readonly placed: PlacedPoint | undefined },
  { year, now }: { readonly year: Period; readonly now: EpochSeconds },
): Promise<SupplyRead> {
  const rating = ratingOf(meter);
  if (placed) {
    const { point, site } = placed;
    const measured = await readSupplyPointLoad(stores, estate, point, { period: year, now });
    const agreed = validOn(point.agreed_capacity_kva ?? [], dateOf(now))?.value;
    return { placed, meter, terms: termsAt(estate, point, site), measured, agreed, rating };
  }
  const { use, how } = await readMeterUse(stores, meter, year);
  if (!use) {
    const found = `none of meter ${meter.id} from ${toIso(year.from)} to ${toIso(year.to)}`;
    throw new ProblemError([{ code: 'tariff.no-load', where: `meter ${meter.id}`, found }]);
  }
  const load: Load = { unit: 'kWh', from: year.from, use };
  const terms: SupplyPointTerms = { id: meter.id, utility: 'electricity', vat: 'by_use', charges: [] };
  return { placed, meter, terms, measured: { load, how }, agreed: undefined, rating };
}

function ratingOf({ rating }: Meter): Rating | undefined {
  if (!rating) return undefined;
  const { value, unit } = rating;
  if (unit === 'MW') return { value: 1000 * value, unit: 'kW' };
  return unit === 'kW' || unit === 'kVA' ? { value, unit } : undefined;
}
