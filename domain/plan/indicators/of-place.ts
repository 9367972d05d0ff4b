import { ownBehind } from '../../certificates/place-cover.ts';
import { ownUses } from '../../certificates/uses.ts';
import type { Generation, SiteCount } from '../../energy/counted-meters.ts';
import type { Sums } from '../../energy/flow.ts';
import type { IntensityFigure } from '../../energy/place-intensity.ts';
import { addParts, type EnergyPart } from '../../energy/site-energy.ts';
import { type Estate, listed, type Meter, type Utility, validOn } from '../../estate/estate.ts';
import { balanceEras } from '../../reconciliation/balances.ts';
import { addDays, datesIn, type EpochSeconds, type Period, startOfDay } from '../../time.ts';
import { dailyOf } from './days.ts';
import type { LoadShape } from './electricity-load.ts';
import { type FoundByName, type IndicatorPlace, together } from './found.ts';
import { type HeatOfPlace, heatPumpUse, heatSources, unmeteredHeat } from './heat-of-place.ts';
import { foundOfArea, foundOfLoad, foundOfSubMeters, type SubMetered } from './of-electricity.ts';
import {
  type FuelUse,
  foundOfFit,
  foundOfFuel,
  foundOfHeatPumps,
  foundOfSources,
  foundOfSummer,
  type HeatFit,
  type SummerUse,
} from './of-heat.ts';
import { foundOfGeneration, type MeterYield, type OwnGenerationUse } from './of-renewables.ts';
import { flowOfTerms, metersOfEras, ownElectricityEras, type Term, type TermEra, termEras } from './terms.ts';

/** Everything that the year of one place is judged by. */
export interface PlaceYear {
  readonly estate: Estate;
  /** The parts of its energy, month by month; `boundaries` are what their buckets lie between. */
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
  readonly figure: IntensityFigure | undefined;
  /** Its meters, day by day: those of `metersOfPlace`. */
  readonly days: Sums;
  readonly load: { readonly shape: LoadShape | undefined; readonly meters: readonly string[] };
  readonly heat: HeatOfPlace;
  readonly fit: HeatFit | undefined;
}

/** What the year of a place says, of a site as of a building. */
export function foundOfPlace(place: IndicatorPlace, year: PlaceYear): FoundByName {
  const { figure, days, heat } = year;
  const area = figure?.area.area;
  const efficiency = place.site.weather?.heating_efficiency;
  return together(
    foundOfLoad(place, { ...year.load, area }),
    foundOfArea(place, figure),
    place.building ? {} : foundOfSubMeters(place, subMetered(place, year)),
    foundOfFit(place, year.fit, area),
    foundOfSources(place, heatSources(heat, days), efficiency, unmeteredHeat(heat)),
    foundOfFuel('oil', fuelUse(year, ['gas_oil', 'burning_oil'])),
    foundOfFuel('coal', fuelUse(year, ['coal'])),
    foundOfSummer(place, summerUse(place, year)),
    foundOfHeatPumps(place, heatPumpUse(heat, days)),
    foundOfGeneration(place, generationUse(place, year)),
  );
}

/** Ids of the meters whose days are needed beside those of what heats it. */
export function metersOfPlace(estate: Estate, place: IndicatorPlace): string[] {
  const { renewable, exports } = generationEras(estate, place);
  const balances = balancesOf(estate, place).flatMap(({ balance }) => balance.terms.map(({ meter }) => meter.id));
  const mains = termEras(estate, place.site.id, place.period, mainsOf);
  return [...metersOfEras(renewable), ...metersOfEras(exports), ...balances, ...metersOfEras(mains)];
}

function mainsOf({ purchased }: SiteCount): Term[] {
  return purchased.filter(({ meter }) => meter.utility === 'electricity');
}

/** The balances of a site's electricity at its mains; of the whole site where its mains are judged together. */
function balancesOf(estate: Estate, { site, period }: IndicatorPlace) {
  const mains = new Set(metersOfEras(termEras(estate, site.id, period, mainsOf)));
  const own = balanceEras(estate, period).filter(
    ({ balance }) => balance.site === site.id && balance.utility === 'electricity',
  );
  const whole = own.filter(({ balance }) => balance.id === `${site.id}:electricity`);
  return whole.length > 0 ? whole : own.filter(({ balance }) => balance.parents.every((parent) => mains.has(parent)));
}

function subMetered(place: IndicatorPlace, { estate, days }: PlaceYear): SubMetered {
  const balances = balancesOf(estate, place);
  const erasOf = (side: 'supply' | 'sub'): TermEra[] =>
    balances.map(({ balance, period }) => ({
      ...period,
      terms: balance.terms.flatMap((term) => (term[side] === 0 ? [] : [{ meter: term.meter, times: term[side] }])),
    }));
  const [supply, subs] = [erasOf('supply'), erasOf('sub')];
  const judged = new Set(balances.flatMap(({ balance }) => balance.parents));
  // A main without a meter below it is supply of which nothing is seen.
  const bare = termEras(estate, place.site.id, place.period, (count) =>
    mainsOf(count).filter(({ meter }) => !judged.has(meter.id)),
  );
  return {
    supply: flowOfTerms(days, [...supply, ...bare]),
    subs: flowOfTerms(days, subs),
    hasSubs: subs.length > 0,
    meters: [...new Set([...metersOfEras(bare), ...metersOfEras(supply), ...metersOfEras(subs)])],
  };
}

function fuelUse({ parts, figure, estate }: PlaceYear, utilities: readonly Utility[]): FuelUse | undefined {
  const own = parts.filter(({ utility, source }) => source === 'purchased' && utilities.includes(utility));
  if (own.length === 0) return undefined;
  return { flow: addParts(own), meters: metersOf(estate, figure, utilities) };
}

function metersOf(estate: Estate, figure: IntensityFigure | undefined, utilities: readonly Utility[]): string[] {
  const ids = (figure?.included ?? []).map(({ meter }) => meter);
  return ids.filter((id) => utilities.includes(estate.meters.get(id)?.utility ?? 'water'));
}

const summerMonths = new Set(['06', '07', '08']);

function summerUse({ period }: IndicatorPlace, { heat, days }: PlaceYear): SummerUse | undefined {
  const meters = metersOfEras(heat.eras);
  if (meters.length === 0) return undefined;
  const dates = datesIn(period);
  const summer = dates.filter((date) => summerMonths.has(date.slice(5, 7)));
  // Twelve months that end within a summer hold parts of two, and a winter between them.
  const summers = [...Map.groupBy(summer, (date) => date.slice(0, 4)).values()].map((own) => ({
    first: startOfDay(own[0] ?? ''),
    end: startOfDay(addDays(own.at(-1) ?? '', 1)),
  }));
  const inSummer = heat.eras.flatMap(({ from, to, terms }) =>
    summers.map(({ first, end }) => ({ from: Math.max(from, first), to: Math.min(to, end), terms })),
  );
  return {
    summer: flowOfTerms(days, inSummer),
    days: summer.length,
    year: flowOfTerms(days, heat.eras),
    yearDays: dates.length,
    meters,
  };
}

interface GenerationEras {
  readonly renewable: TermEra[];
  readonly exports: TermEra[];
}

function generationEras(estate: Estate, { site, building, period }: IndicatorPlace): GenerationEras {
  const erasOf = (pick: (own: Generation) => readonly Meter[]) => ownElectricityEras(estate, site.id, period, pick);
  const isHere = (meter: Meter): boolean => building === undefined || meter.building === building.id;
  return {
    renewable: erasOf(({ renewable }) => renewable.filter(isHere)),
    exports: erasOf(({ exports }) => exports.map(({ meter }) => meter)),
  };
}

function generationUse(place: IndicatorPlace, year: PlaceYear): OwnGenerationUse | undefined {
  const { estate, parts, boundaries, days } = year;
  const { renewable, exports } = generationEras(estate, place);
  const meters = metersOfEras(renewable);
  if (meters.length === 0) return undefined;
  const own = parts.filter(({ source, utility }) => source === 'own_renewable' && utility === 'electricity');
  const uses = ownUses(own, boundaries);
  const behind = ownBehind(uses, listed(estate, 'own_generation'));
  return {
    meters,
    exports: place.building ? undefined : metersOfEras(exports),
    made: flowOfTerms(days, renewable),
    used: uses.reduce((sum, one) => sum + one.used, 0),
    exported: flowOfTerms(days, exports),
    bought: addParts(parts.filter(({ source, utility }) => source === 'purchased' && utility === 'electricity')),
    behind: {
      kept: behind.used.kept + behind.exported.kept,
      sold: behind.used.sold + behind.exported.sold,
      not_issued: behind.used.not_issued + behind.exported.not_issued,
      unknown: behind.used.unknown + behind.exported.unknown,
    },
    yields: meters.map((id) => yieldOf(id, place.period, renewable, days)),
    warnings: addParts(own).warnings,
  };
}

function yieldOf(id: string, period: Period, renewable: readonly TermEra[], days: Sums): MeterYield {
  const own = renewable.map((era) => ({ ...era, terms: era.terms.filter(({ meter }) => meter.id === id) }));
  const made = dailyOf(days, own);
  const power = own.flatMap(({ terms }) => terms)[0]?.meter.installed_kwp;
  let [kwh, kwpDays, knownDays]: [number, number | undefined, number] = [0, power ? 0 : undefined, 0];
  for (const [i, date] of datesIn(period).entries()) {
    const energy = made[i] ?? Number.NaN;
    if (Number.isNaN(energy)) continue;
    const kwp = power && validOn(power, date)?.value;
    if (power && kwp === undefined) continue;
    knownDays++;
    kwh += energy;
    if (kwp !== undefined) kwpDays = (kwpDays ?? 0) + kwp;
  }
  return { meter: id, kwh, kwpDays, knownDays };
}
