import type { Sums } from '../../energy/flow.ts';
import type { Estate, Meter } from '../../estate/estate.ts';
import { dailyOf } from './days.ts';
import type { IndicatorPlace } from './found.ts';
import { type HeatKind, heatPumpEndUse, heatPumpMeters, type HeatTerm, heatTermsOf } from './heat-terms.ts';
import type { HeatPumpUse, HeatSource } from './of-heat.ts';
import type { Need } from './table.ts';
import { flowOfTerms, metersOfEras, type Term, type TermEra, termEras } from './terms.ts';

/** What heated a place in a year, from the days of its meters. */
export interface HeatOfPlace {
  readonly eras: readonly TermEra<HeatTerm>[];
  /** Of both the same stretches of the year. */
  readonly pumps: { readonly electricity: readonly TermEra[]; readonly heat: readonly TermEra[] };
}

export function heatOfPlace(estate: Estate, { site, building, period }: IndicatorPlace): HeatOfPlace {
  const pumpsOf = (side: 'electricity' | 'heat'): TermEra[] =>
    termEras(estate, site.id, period, (_, date) =>
      heatPumpMeters(estate, site, building?.id, date)[side].map((meter): Term => ({ meter, times: 1 })),
    );
  return {
    eras: termEras(estate, site.id, period, (count, date) => heatTermsOf(estate, site, count, date, building?.id)),
    pumps: { electricity: pumpsOf('electricity'), heat: pumpsOf('heat') },
  };
}

/** Ids of the meters whose days are needed. */
export function metersOfHeat({ eras, pumps }: HeatOfPlace): string[] {
  return [...metersOfEras(eras), ...metersOfEras([...pumps.electricity, ...pumps.heat])];
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
  const isHeated = eras.some(({ terms }) => terms.some(({ kind }) => kind === heatPumpEndUse));
  const unheated = isHeated ? [] : metersOfEras(pumps.electricity);
  const needs = unheated.map((about): Need => ({ need: 'heat_pump_heat', about }));
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
  const [electricity, heat] = [dailyOf(days, pumps.electricity), dailyOf(days, pumps.heat)];
  let [electricityKwh, heatKwh, known] = [0, 0, 0];
  for (const [day, kwh] of electricity.entries()) {
    const given = heat[day] ?? Number.NaN;
    if (Number.isNaN(kwh) || Number.isNaN(given)) continue;
    known++;
    electricityKwh += kwh;
    heatKwh += given;
  }
  return {
    electricity: metersOfEras(pumps.electricity),
    heat: metersOfEras(pumps.heat),
    electricityKwh,
    heatKwh,
    // A stretch without any heat has no day that counts.
    isMixed: pumps.electricity.some(({ terms }, i) => {
      const heatMeters = pumps.heat[i]?.terms.length ?? 0;
      return heatMeters > 0 && heatMeters < terms.length;
    }),
    days: known,
    allDays: days.boundaries.length - 1,
  };
}
