import { pricedShare, type UnitWorth } from '../domain/alerts/worth.ts';
import { accountingOf } from '../domain/carbon/accounting.ts';
import { activitiesIn } from '../domain/carbon/boundaries.ts';
import { emissionsOfUnit } from '../domain/carbon/carbon.ts';
import { above } from '../domain/energy/counted-meters.ts';
import { type Estate, listed, type Meter, type Utility } from '../domain/estate/estate.ts';
import { type PlacedPoint, placedPoints } from '../domain/tariffs/placed-point.ts';
import { variablePrice } from '../domain/tariffs/variable-price.ts';
import { dateOf, daySeconds, type EpochSeconds, halfHourOf, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { readOwnShare } from './own-share.ts';
import { chargesOf, termsAt } from './point-costs.ts';
import { readPrices } from './supply-point-load.ts';

/** What one more kWh or m³ costs and emits. */

/** Pounds a unit in each half-hour of a period, by what varies with use; undefined where no rate holds. */
export async function readPrice(
  stores: Pick<Stores, 'store'>,
  estate: Estate,
  { point, site }: PlacedPoint,
  period: Period,
): Promise<UnitWorth['price']> {
  const named = new Set(point.contracts.map(({ tariff }) => tariff));
  const tariffs = listed(estate, 'tariffs').filter(({ id }) => named.has(id));
  const published = listed(estate, 'published_charges');
  const prices = await readPrices(stores, estate, chargesOf(estate, point), period);
  const terms = termsAt(estate, point, site);
  const values = variablePrice({ point, tariffs, terms, published, prices, period });
  return values.every(Number.isNaN) ? undefined : { from: period.from, values };
}

/**
 * kgCO2e of a kWh or m³ that is bought now, by the location-based factors; undefined where there is none, and of what
 * the boundary of its organisation leaves out.
 */
export function emissionsPerUnit(
  estate: Estate,
  site: string,
  utility: Meter['utility'],
  { to }: Period,
): number | undefined {
  const date = dateOf(to - 1);
  const accounting = accountingOf(estate, estate.sites.get(site)?.organisation);
  if (activitiesIn(accounting.boundary, utility).length === 0) return undefined;
  return emissionsOfUnit(estate, site, utility, date, accounting);
}

const yearSeconds = 365 * daySeconds;

/**
 * What a kWh or m³ that is saved is worth now: in pounds the mean of what one more costs over twelve months, each
 * half-hour counting alike, and in kgCO2e the newest factor. The twelve months are the last ones, or of a contract that
 * is younger the next ones. Supply points are priced once, and what a site makes is read once.
 */
export class PresentWorth {
  readonly #stores: Stores;
  readonly #estate: Estate;
  readonly #now: EpochSeconds;
  readonly #points: readonly PlacedPoint[];
  readonly #prices = new Map<string, Promise<number | undefined>>();
  readonly #ownShares = new Map<string, Promise<number | undefined>>();

  constructor(stores: Stores, estate: Estate, now: EpochSeconds) {
    this.#stores = stores;
    this.#estate = estate;
    this.#now = halfHourOf(now);
    this.#points = placedPoints(estate);
  }

  /**
   * Pounds without VAT a unit of a utility at a site: by the supply point that one of these meters hangs behind, or
   * else by the only one. Undefined where there is none, several, or no rate in a tenth of either year.
   */
  async priceOf(site: string, utility: Utility, meters: readonly string[]): Promise<number | undefined> {
    const placed = this.#pointOf(site, utility, meters);
    if (!placed) return undefined;
    const known = this.#prices.get(placed.point.id) ?? this.#read(placed);
    this.#prices.set(placed.point.id, known);
    return await known;
  }

  /** The meter of the supply point by which `priceOf` prices. */
  pricedBy(site: string, utility: Utility, meters: readonly string[]): string | undefined {
    return this.#pointOf(site, utility, meters)?.point.meter;
  }

  #pointOf(site: string, utility: Utility, meters: readonly string[]): PlacedPoint | undefined {
    const own = this.#points.filter((one) => one.site === site && one.point.utility === utility);
    const behind = meters.flatMap((id) => {
      const meter = this.#estate.meters.get(id);
      return meter ? [id, ...above(this.#estate, meter).map((one) => one.id)] : [];
    });
    const [found] = own.filter(({ point }) => behind.includes(point.meter));
    const [only, another] = own;
    return found ?? (another ? undefined : only);
  }

  async #read(placed: PlacedPoint): Promise<number | undefined> {
    for (const from of [this.#now - yearSeconds, this.#now]) {
      const period = { from, to: from + yearSeconds };
      const price = await readPrice(this.#stores, this.#estate, placed, period);
      if (price === undefined || typeof price === 'number') continue;
      const known = price.values.filter((one) => !Number.isNaN(one));
      if (known.length < pricedShare * price.values.length) continue;
      return known.reduce((sum, one) => sum + one, 0) / known.length;
    }
    return undefined;
  }

  /** The share of the electricity made at a site that saves what would be bought, as `readOwnShare` has it. */
  async ownShareOf(site: string): Promise<number | undefined> {
    const known = this.#ownShares.get(site) ?? readOwnShare(this.#stores, this.#estate, site, this.#now);
    this.#ownShares.set(site, known);
    return await known;
  }

  /** kgCO2e a unit; 0 of what the boundary of the site's organisation leaves out, undefined without a factor. */
  emissionsOf(site: string, utility: Utility): number | undefined {
    if (this.isOutside(site, utility)) return 0;
    return emissionsPerUnit(this.#estate, site, utility, { from: this.#now - yearSeconds, to: this.#now });
  }

  isOutside(site: string, utility: Utility): boolean {
    const { boundary } = accountingOf(this.#estate, this.#estate.sites.get(site)?.organisation);
    return activitiesIn(boundary, utility).length === 0;
  }
}
