import type { Sums } from '../../energy/flow.ts';
import type { Estate, Meter } from '../../estate/estate.ts';
import { isValidOn } from '../../estate/estate.ts';
import { dateOf } from '../../time.ts';
import { dailyOf } from './days.ts';
import type { IndicatorPlace } from './found.ts';
import { type HeatKind, heatPumpMeters, type HeatTerm, heatTermsOf } from './heat-terms.ts';
import type { HeatPumpUse, HeatSource } from './of-heat.ts';
import type { Need } from './table.ts';
import { flowOfTerms, metersOfEras, type TermEra, termEras } from './terms.ts';

/** What heated a place in a year, from the days of its meters. */
export interface HeatOfPlace {
  readonly eras: readonly TermEra<HeatTerm>[];
  readonly pumps: ReturnType<typeof heatPumpMeters>;
}

export function heatOfPlace(estate: Estate, { site, building, period }: IndicatorPlace): HeatOfPlace {
  return {
    eras: termEras(estate, site.id, period, (count, date) => heatTermsOf(estate, site, count, date, building?.id)),
    pumps: heatPumpMeters(estate, site, building?.id),
  };
}

/** Ids of the meters whose days are needed. */
export function metersOfHeat({ eras, pumps }: HeatOfPlace): string[] {
  return [...metersOfEras(eras), ...[...pumps.electricity, ...pumps.heat].map(({ id }) => id)];
}

/** By where the heat is from, what flowed in the year. */
export function heatSources({ eras }: HeatOfPlace, days: Sums): HeatSource[] {
  const keys = new Map<string, { readonly kind: HeatKind; readonly isHeat: boolean }>();
  for (const { terms } of eras) {
    for (const { kind, isHeat } of terms) keys.set(`${kind} ${isHeat}`, { kind, isHeat });
  }
  return [...keys.values()].map(({ kind, isHeat }) => {
    const own = eras.map((era) => ({
      ...era,
      terms: era.terms.filter((term) => term.kind === kind && term.isHeat === isHeat),
    }));
    return { kind, isHeat, flow: flowOfTerms(days, own), meters: metersOfEras(own) };
  });
}

/** What is known to heat a place, and has no meter of its heat. */
export function unmeteredHeat({ eras, pumps }: HeatOfPlace): Need[] {
  const isHeated = eras.some(({ terms }) => terms.some(({ kind }) => kind === 'heat_pump'));
  const needs: Need[] = isHeated ? [] : pumps.electricity.map(({ id }) => ({ need: 'heat_pump_heat', about: id }));
  const hasEngineHeat = eras.some(({ terms }) =>
    terms.some(({ meter, times, isHeat }) => isHeat && times === 1 && ofEngine(meter)),
  );
  const engines = new Set(
    eras.flatMap(({ terms }) =>
      terms.filter(({ meter, times }) => times === -1 && ofEngine(meter)).map((one) => one.meter.id),
    ),
  );
  return hasEngineHeat ? needs : [...needs, ...[...engines].map((about): Need => ({ need: 'chp_heat', about }))];
}

function ofEngine({ end_use: use }: Meter): boolean {
  return use === 'chp';
}

/** Heat and electricity of heat pumps in the days on which both are known. */
export function heatPumpUse({ pumps }: HeatOfPlace, days: Sums): HeatPumpUse {
  const [electricity, heat] = [pumps.electricity, pumps.heat].map((list) => dailyOf(days, pumpEras(days, list)));
  let [electricityKwh, heatKwh, known] = [0, 0, 0];
  for (const [day, kwh] of (electricity ?? new Float64Array()).entries()) {
    const given = heat?.[day] ?? Number.NaN;
    if (Number.isNaN(kwh) || Number.isNaN(given)) continue;
    known++;
    electricityKwh += kwh;
    heatKwh += given;
  }
  return {
    electricity: pumps.electricity.map(({ id }) => id),
    heat: pumps.heat.map(({ id }) => id),
    electricityKwh,
    heatKwh,
    days: known,
    allDays: days.boundaries.length - 1,
  };
}

/** Each day with the meters that are there on it. */
function pumpEras({ boundaries }: Sums, meters: readonly Meter[]): TermEra[] {
  return boundaries.slice(0, -1).map((from, i) => {
    const date = dateOf(from);
    const terms = meters.filter((meter) => isValidOn(meter, date)).map((meter) => ({ meter, times: 1 }));
    return { from, to: boundaries[i + 1] ?? from, terms };
  });
}
