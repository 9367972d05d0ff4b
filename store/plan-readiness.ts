import { type Accounting, accountingOf } from '../domain/carbon/accounting.ts';
import { type Estate, listed, validOn } from '../domain/estate/estate.ts';
import { isToCome, stepOf } from '../domain/plan/register.ts';
import { type CarbonChange, carbonChange, fuelEmissions } from '../domain/readiness/emissions.ts';
import { heatMeters } from '../domain/readiness/heat-meters.ts';
import { sum } from '../domain/readiness/heat-pump.ts';
import { type Light, lightOf, type Reason } from '../domain/readiness/light.ts';
import { reasonsOf } from '../domain/readiness/reasons.ts';
import { moreBy } from '../domain/readiness/running-cost.ts';
import {
  lessFuel,
  type ReadinessYear,
  readinessYear,
  type StudyAsked,
  type StudyInputs,
} from '../domain/readiness/study.ts';
import type { CarryForward } from '../domain/tariffs/carry-forward.ts';
import type { Range } from '../domain/tariffs/range.ts';
import { dateOf, type EpochSeconds, type Period } from '../domain/time.ts';
import type { Stores } from './energy.ts';
import { lastMeasuredYear } from './measured-year.ts';
import {
  noTariffs,
  readFuelCosts,
  readTariffCosts,
  type SavedFuel,
  type TariffCosts,
  type TariffsStudied,
} from './readiness-costs.ts';
import { type HeatAsked, type HeatRead, readHeat, shareOf } from './readiness-heat.ts';
import { electricityOf, readSupply, type SupplyRead } from './readiness-supply.ts';
import { readTemperatureYear } from './site-temperatures.ts';

/** A place's own year of half-hours with a heat pump: read here, reckoned in `domain/readiness/`. */

export interface ReadinessAsked extends HeatAsked {
  readonly building: string | undefined;
  readonly supplyPoint: string | undefined;
  /** The last twelve months that were measured where absent. */
  readonly year: Period | undefined;
  readonly study: StudyAsked;
  /** Tariffs of the register; all that can hold where absent. */
  readonly tariffs: readonly string[] | undefined;
  readonly carry: CarryForward | undefined;
  /** Pence with VAT for a kWh of fuel that no supply point of the register pays for. */
  readonly fuelPence: number | undefined;
  /** Whether rates may be seen. */
  readonly seesRates: boolean;
  readonly now: EpochSeconds;
}

export interface ReadinessRead extends TariffsStudied {
  readonly year: Period;
  readonly light: Light;
  readonly reasons: readonly Reason[];
  readonly study: ReadinessYear;
  readonly inputs: StudyInputs;
  readonly supply: SupplyRead;
  readonly heat: HeatRead;
  readonly temperatureMeasured: number;
  readonly temperatureSeries: readonly string[];
  /** By the heat pump; what the fabric saves before it is in none of its figures. */
  readonly carbon: CarbonChange;
  /** kgCO2e a year of the fuel that the fabric saves; undefined where a factor or the fuel is not known. */
  readonly fabricLess: number | undefined;
  readonly accounting: Accounting;
  readonly fuelCosts: readonly SavedFuel[];
}

/**
 * Rejects with `readiness.*` for what of a place is not known, `weather.not-described`, `tariff.no-load`, and as the
 * store does. Tariffs that cannot be reckoned say why in their rows.
 */
export async function readReadiness(stores: Stores, estate: Estate, asked: ReadinessAsked): Promise<ReadinessRead> {
  const { site, now } = asked;
  const date = dateOf(now);
  const { meter, placed } = electricityOf(estate, site.id, asked.supplyPoint, date);
  const found = heatMeters(estate, { site: site.id, building: asked.building }, date);
  const watched = [meter.id, ...[...found.heat, ...found.fuel].map((term) => term.meter.id)];
  const year = asked.year ?? (await lastMeasuredYear(stores, watched, now));
  const { values: temperature, known, series } = await readTemperatureYear(stores, estate, site, year);
  const heat = await readHeat(stores, asked, found, { year, temperature });
  const supply = await readSupply(stores, estate, { meter, placed }, { year, now });
  const inputs: StudyInputs = {
    year,
    heat: heat.heat,
    fuel: heat.fuel,
    temperature,
    temperatureKnown: known,
    base: site.weather?.base_degc ?? 15.5,
    load: supply.measured.load,
    terms: supply.terms,
    agreed: supply.agreed,
  };
  const study = readinessYear(inputs, asked.study);
  const { fuelBefore, fuelAfter, pump } = study;
  const accounting = accountingOf(estate, site.organisation);
  const carbon = carbonChange(sum(pump.best.electricity), lessFuel(fuelBefore, fuelAfter), date, accounting);
  const fabricLess = fuelEmissions(lessFuel(heat.fuel, fuelBefore), date, accounting).kg;
  const { fuelCosts, ...studied } = await readCosts(stores, estate, asked, { year, study, supply, heat });
  const temperatureMeasured = shareOf(known);
  const reasons = reasonsOf({
    study,
    agreed: supply.agreed,
    rating: supply.rating,
    carbonMore: carbon.more,
    costMore: asked.seesRates ? presentCostMore(studied.tariffs, fuelCosts) : 'hidden',
    fuelUnknown: heat.fuelUnknown,
    // Whoever asks with a saving of the fabric has put it first.
    fabricPlanned: asked.study.fabricShare > 0 ? [] : fabricPlanned(estate, asked),
    heatMeasured: heat.measured,
    temperatureMeasured,
  });
  return {
    year,
    light: lightOf(reasons),
    reasons,
    study,
    inputs,
    supply,
    heat,
    temperatureMeasured,
    temperatureSeries: series,
    carbon,
    fabricLess,
    accounting,
    ...studied,
    fuelCosts,
  };
}

async function readCosts(
  stores: Stores,
  estate: Estate,
  asked: ReadinessAsked,
  read: Pick<ReadinessRead, 'year' | 'study' | 'supply' | 'heat'>,
): Promise<TariffsStudied & Pick<ReadinessRead, 'fuelCosts'>> {
  if (!asked.seesRates) return { ...noTariffs, fuelCosts: [] };
  const { year, study, supply, heat } = read;
  const loads = [study.before, study.after];
  const capacity = study.fit && study.fit.capacity > (supply.agreed ?? 0) ? study.fit.capacity : undefined;
  const tariffs = await readTariffCosts(stores, estate, { ...asked, year, supply, loads, capacity });
  const fuelCosts = await readFuelCosts(stores, estate, { ...asked, year, heat, study });
  return { ...tariffs, fuelCosts };
}

/** What it costs more to run by the contracts of today; undefined where one of the two is not known. */
function presentCostMore(tariffs: readonly TariffCosts[], fuel: readonly SavedFuel[]): Range<number> | undefined {
  const [before, after] = tariffs.find(({ isPresent }) => isPresent)?.totals ?? [];
  if (!before || !after || fuel.length === 0) return undefined;
  let { low, best, high } = moreBy(before, after);
  for (const { saved } of fuel) {
    if (!saved) return undefined;
    low -= saved.high;
    best -= saved.best;
    high -= saved.low;
  }
  return { low, best, high };
}

/** Measures of step 2 of the place that are neither done nor given up. */
function fabricPlanned(estate: Estate, { site, building, now }: ReadinessAsked): string[] {
  return listed(estate, 'measures').flatMap((measure) => {
    const isHere = measure.site === site.id && (building === undefined || (measure.building ?? building) === building);
    const status = validOn(measure.status, dateOf(now))?.is;
    const isOpen = status !== undefined && isToCome(status);
    return isHere && isOpen && stepOf(measure) === 2 ? [measure.name] : [];
  });
}
