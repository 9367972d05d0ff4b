import { thermalUtilities } from '../../energy/benchmarks.ts';
import { above, type SiteCount } from '../../energy/counted-meters.ts';
import { type Estate, isValidOn, type Meter, type Site } from '../../estate/estate.ts';
import { notHeating } from '../../readiness/heat-meters.ts';
import type { LocalDate } from '../../time.ts';
import type { Term } from './terms.ts';

/**
 * What heats a place: fuel that it buys, less what kitchens and engines burn of it; heat that it buys or is given; and
 * the heat of engines and heat pumps that is metered. Nothing is taken for heat that no meter or register entry says.
 */

/**
 * Where heat is from. `fossil` and `biomass` are burnt here; `bought` comes from outside, and `delivered` from the
 * plant of the site to one of its buildings: what was burnt for them is not known here.
 */
export type HeatKind = 'fossil' | 'biomass' | 'bought' | 'delivered' | 'heat_pump';

export interface HeatTerm extends Term {
  readonly kind: HeatKind;
  /** Whether the meter counts heat; else fuel, which becomes heat by an efficiency. */
  readonly isHeat: boolean;
}

export const heatPumpEndUse = 'heat_pump';

/** The utilities that heat a site: what the register says, or fuel and bought heat. */
function heatingUtilities(site: Site): readonly Meter['utility'][] {
  return site.weather?.heated_by ?? thermalUtilities;
}

/** What heats a site, or a building of it, on a London date. */
export function heatTermsOf(
  estate: Estate,
  site: Site,
  count: SiteCount,
  date: LocalDate,
  building: string | undefined,
): HeatTerm[] {
  const heating = new Set(heatingUtilities(site));
  const bought = building === undefined ? count.purchased : (count.buildings.get(building) ?? []);
  const own = bought.filter(
    ({ meter }) =>
      heating.has(meter.utility) && meter.utility !== 'electricity' && !isPlantOfSite(estate, site, building),
  );
  const terms = own.map(({ meter, times }): HeatTerm => ({ meter, times, ...kindOf(meter) }));
  const through = new Set(own.filter(({ times }) => times === 1).map(({ meter }) => meter.id));
  const here = [...estate.meters.values()].filter(
    (meter) =>
      meter.site === site.id &&
      meter.role === 'sub' &&
      meter.measures === 'active' &&
      meter.source_of === undefined &&
      isValidOn(meter, date),
  );
  const others = here.filter((meter) => {
    if (!isOtherUse(meter) || isHeat(meter)) return false;
    const chain = above(estate, meter).filter(({ utility }) => utility === meter.utility);
    const isOfAnother = chain.some(isOtherUse);
    return (through.has(meter.id) || chain.some(({ id }) => through.has(id))) && !isOfAnother;
  });
  // A kitchen's gas that was taken off its building already is no term of it any more.
  const taken = new Set(own.filter(({ times }) => times === -1).map(({ meter }) => meter.id));
  for (const meter of others) if (!taken.has(meter.id)) terms.push({ meter, times: -1, ...kindOf(meter) });
  const hasEngine = others.some(({ end_use: use }) => use === 'chp');
  const ofHeat = here.filter((meter) => isHeat(meter) && (building === undefined || meter.building === building));
  for (const meter of ofHeat) {
    if (through.has(meter.id) || isBehindAlike(estate, meter, ofHeat)) continue;
    if (meter.end_use === heatPumpEndUse) terms.push({ meter, times: 1, kind: 'heat_pump', isHeat: true });
    else if (meter.end_use === 'chp' && hasEngine) terms.push({ meter, times: 1, kind: 'fossil', isHeat: true });
    else if (building !== undefined && !isOfPlant(meter) && isOutermost(estate, meter)) {
      terms.push({ meter, times: 1, kind: 'delivered', isHeat: true });
    }
  }
  return terms;
}

/** Whether a building is the plant of its site: what it burns leaves it as heat, and heats others. */
function isPlantOfSite(estate: Estate, { id, buildings }: Site, building: string | undefined): boolean {
  if (building === undefined || buildings.length < 2) return false;
  return [...estate.meters.values()].some(
    (meter) => meter.site === id && meter.building === building && isHeat(meter) && isOfPlant(meter),
  );
}

function isOfPlant({ end_use: use }: Meter): boolean {
  return use === 'boilers' || use === 'chp';
}

/** Fuel that heats no rooms and no water; an engine's heat is that of its own heat meter. */
function isOtherUse({ end_use: use }: Meter): boolean {
  return use !== undefined && Object.hasOwn(notHeating, use);
}

function isHeat({ utility }: Meter): boolean {
  return utility === 'heat' || utility === 'steam';
}

function kindOf(meter: Meter): Pick<HeatTerm, 'kind' | 'isHeat'> {
  if (isHeat(meter)) return { kind: 'bought', isHeat: true };
  return { kind: meter.utility === 'biomass' ? 'biomass' : 'fossil', isHeat: false };
}

/** Whether no other heat meter of the same building stands above it. */
function isOutermost(estate: Estate, meter: Meter): boolean {
  return !above(estate, meter).some((parent) => isHeat(parent) && parent.building === meter.building);
}

/** Whether what passes a meter of a heat pump or an engine passes another one of the list, of the same, already. */
function isBehindAlike(estate: Estate, meter: Meter, list: readonly Meter[]): boolean {
  if (meter.end_use !== heatPumpEndUse && meter.end_use !== 'chp') return false;
  return above(estate, meter).some((other) => other.end_use === meter.end_use && list.includes(other));
}

/**
 * The meters of a place's heat pumps on a London date, each kWh once: electricity that goes in, heat that comes out.
 */
export function heatPumpMeters(
  estate: Estate,
  site: Site,
  building: string | undefined,
  date: LocalDate,
): { readonly electricity: readonly Meter[]; readonly heat: readonly Meter[] } {
  const own = [...estate.meters.values()].filter(
    (meter) =>
      meter.site === site.id &&
      meter.end_use === heatPumpEndUse &&
      (building === undefined || meter.building === building) &&
      (meter.role === 'sub' || meter.role === 'main') &&
      meter.measures === 'active' &&
      meter.source_of === undefined &&
      isValidOn(meter, date),
  );
  const outermost = (list: readonly Meter[]): Meter[] => list.filter((meter) => !isBehindAlike(estate, meter, list));
  return {
    electricity: outermost(own.filter(({ utility }) => utility === 'electricity')),
    heat: outermost(own.filter((meter) => isHeat(meter))),
  };
}
