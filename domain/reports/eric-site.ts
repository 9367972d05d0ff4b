import { areaOn } from '../energy/area.ts';
import { countedMeters } from '../energy/counted-meters.ts';
import { isKnown, lacks, readFlow, type Sums, Total } from '../energy/flow.ts';
import { addParts, type EnergyPart, figureChanges } from '../energy/site-energy.ts';
import { type Estate, listed, type Meter, type Site, type Utility } from '../estate/estate.ts';
import { dateOf, type Period } from '../time.ts';
import { electricityFacts, type EricFacts, type EricValue, fuelFacts, type OnSitePlant } from './eric.ts';

/** What the ERIC collection asks of a site in a collection year, from the same kWh as every other figure. */
export interface EricSiteYear {
  readonly estate: Estate;
  readonly site: Site;
  /** The part of the collection year that is over; up to `until` of it. */
  readonly year: Period;
  readonly isOver: boolean;
  /** The site's parts in the year. */
  readonly parts: readonly EnergyPart[];
  /** Sums of the meters of `plantMeters`. */
  readonly sums: Sums;
  /** The highest half-hour of what was bought, kW. */
  readonly maximumDemand: EricValue;
}

/** What a site makes, burns for it and sends out: meters whose sums are needed beside the parts. */
export function plantMeters(estate: Estate, sites: Iterable<string>, period: Period): string[] {
  const wanted = new Set(sites);
  const ids = new Set<string>();
  for (const site of wanted) {
    const { plants, exports } = plantsOf(estate, site, period);
    for (const meter of [...plants, ...exports]) ids.add(meter.id);
  }
  for (const meter of estate.meters.values()) if (wanted.has(meter.site) && ofChp(meter)) ids.add(meter.id);
  return [...ids].sort();
}

function ofChp({ end_use: use, role }: Meter): boolean {
  return use === 'chp' && (role === 'main' || role === 'sub');
}

/** The meters of what makes electricity, and of what leaves, over a period. */
function plantsOf(
  estate: Estate,
  site: string,
  period: Period,
): { readonly plants: readonly Meter[]; readonly exports: readonly Meter[] } {
  const plants = new Set<Meter>();
  const exports = new Set<Meter>();
  for (const at of [period.from, ...figureChanges(estate, period)]) {
    for (const one of countedMeters(estate, dateOf(at)).get(site)?.generation ?? []) {
      if (one.utility !== 'electricity') continue;
      for (const meter of [...one.renewable, ...one.other]) plants.add(meter);
      for (const { meter } of one.exports) exports.add(meter);
    }
  }
  return { plants: [...plants], exports: [...exports] };
}

export function ericFactsOf(year: EricSiteYear): EricFacts {
  const { estate, site } = year;
  const last = dateOf(year.year.to - 1);
  const owner = estate.organisations.get(site.organisation);
  const { gross_internal_area_m2: gross, occupied_area_m2: occupied = [], heated_volume_m3: heated = [] } = site;
  const text = (value: string | undefined): EricValue => (value === undefined ? { why: 'not-in-register' } : { value });
  const area = (list: typeof gross): EricValue => {
    const value = areaOn(list, last, site);
    return value === undefined ? { why: 'not-in-register' } : { value };
  };
  return {
    organisation_code: text(owner?.ods_code),
    organisation_name: text(owner?.name),
    site_name: text(site.name),
    gross_internal_area: area(gross),
    occupied_area: area(occupied),
    heated_volume: area(heated),
    ...fuels(year),
    ...electricityOfSite(year),
    chp_fuel: chpSide(year, (utility) => utility !== 'heat' && utility !== 'steam'),
    chp_heat: chpSide(year, (utility) => utility === 'heat' || utility === 'steam'),
    maximum_demand: year.maximumDemand,
  };
}

function bought({ parts }: EricSiteYear, utilities: readonly Utility[]): EnergyPart[] {
  return parts.filter((part) => part.source === 'purchased' && utilities.includes(part.utility));
}

/** A value of the year, with what must be known of it. */
function valueOf({ isOver }: EricSiteYear, parts: readonly EnergyPart[], by: 'energy' | 'volume'): EricValue {
  if (parts.length === 0) return { value: 0, why: 'no-meter' };
  const total = addParts(parts);
  if (!isKnown(total)) return { why: 'silent' };
  const share = Math.floor((100 * total.knownHalfHours) / total.halfHours);
  if (lacks(total, by === 'volume'))
    return { value: total[by], why: 'partial', detail: `${share} % of the time is known` };
  return isOver ? { value: total[by] } : { value: total[by], why: 'not-over' };
}

function fuels(year: EricSiteYear): Record<keyof typeof fuelFacts, EricValue> {
  const of = (fact: keyof typeof fuelFacts): EricValue =>
    valueOf(year, bought(year, fuelFacts[fact]), fact === 'water' ? 'volume' : 'energy');
  return {
    gas: of('gas'),
    oil: of('oil'),
    coal: of('coal'),
    steam: of('steam'),
    hot_water: of('hot_water'),
    renewable_fuel: of('renewable_fuel'),
    water: of('water'),
  };
}

function electricityOfSite(year: EricSiteYear): ReturnType<typeof electricityFacts> {
  const { estate, site, parts } = year;
  const electricity = bought(year, ['electricity']);
  const whole = valueOf(year, electricity, 'energy');
  const { plants, exports } = plantsOf(estate, site.id, year.year);
  const own = parts.filter((part) => part.source === 'own_renewable' && part.utility === 'electricity');
  const facts = electricityFacts({
    bought: whole.value === undefined ? undefined : Number(whole.value),
    green: greenOf(estate, electricity),
    plants: plants.map(
      (meter): OnSitePlant => ({
        technology: meter.technology,
        ownedBy: meter.owned_by,
        made: madeBy(year, meter.id),
      }),
    ),
    exported: exports.reduce((sum, { id }) => sum + (madeBy(year, id) ?? 0), 0),
    renewableUsed: addParts(own).energy,
  });
  if (whole.why === undefined || whole.value === undefined) return facts;
  // What must be known of all that was bought must be known of each part of it.
  const noted = (value: EricValue): EricValue =>
    value.value === undefined ? value : { ...value, why: whole.why, detail: whole.detail };
  return { ...facts, bought_green: noted(facts.bought_green), bought_other: noted(facts.bought_other) };
}

/** Of what was bought, on a contract that claims to be renewable; undefined where some has no contract. */
function greenOf(estate: Estate, parts: readonly EnergyPart[]): number | undefined {
  const supplies = new Map(listed(estate, 'supplies').map((supply) => [supply.id, supply]));
  let green = 0;
  for (const { points = [], energy } of parts) {
    if (points.length === 0 && energy > 0) return undefined;
    for (const point of points) {
      const supply = supplies.get(point.supply ?? '');
      if (!supply) {
        if (point.energy > 0) return undefined;
        continue;
      }
      if (supply.claim === 'supplier_rego' || supply.claim === 'ppa') green += point.energy * supply.claim_share;
    }
  }
  return green;
}

/** kWh that passed a meter in the year; undefined where it says nothing. */
function madeBy({ sums }: EricSiteYear, meter: string): number | undefined {
  const [flow, total] = [new Total(), new Total()];
  for (let bucket = 0; bucket < sums.cells.buckets; bucket++) {
    readFlow(flow, sums, bucket, meter);
    total.energy += flow.energy;
    total.knownHalfHours += flow.knownHalfHours;
  }
  return isKnown(total) ? total.energy : undefined;
}

/** What goes into a CHP engine or comes out of it as heat: meters whose end use is `chp`. */
function chpSide(year: EricSiteYear, isSide: (utility: Utility) => boolean): EricValue {
  const { estate, site } = year;
  const meters = [...estate.meters.values()].filter(
    (meter) => meter.site === site.id && ofChp(meter) && isSide(meter.utility),
  );
  const hasChp = plantsOf(estate, site.id, year.year).plants.some(({ technology }) => technology === 'chp');
  if (meters.length === 0) return hasChp ? { why: 'not-in-register' } : { value: 0, why: 'no-meter' };
  const amounts = meters.map(({ id }) => madeBy(year, id));
  if (amounts.some((amount) => amount === undefined)) return { why: 'silent' };
  return { value: amounts.reduce<number>((sum, amount = 0) => sum + amount, 0) };
}
