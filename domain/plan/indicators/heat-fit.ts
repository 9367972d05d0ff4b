import type { Sums } from '../../energy/flow.ts';
import { baselineModel } from '../../savings/baseline-model.ts';
import { dayTypesBy } from '../../savings/day-kinds.ts';
import { type DailyTemperature, lastYearOf } from '../../savings/daily.ts';
import { heatLossOf } from '../../savings/expected.ts';
import { type Gate, sayGate } from '../../savings/gates.ts';
import type { BaselineModel, ModelRequest } from '../../savings/model.ts';
import { dateOf, lastDateOf } from '../../time.ts';
import { dailyOf } from './days.ts';
import type { IndicatorPlace } from './found.ts';
import type { HeatTerm } from './heat-terms.ts';
import type { HeatFit } from './of-heat.ts';
import type { NeedName } from './table.ts';
import { metersOfEras, type TermEra } from './terms.ts';

/** How what heats a place follows the weather: the model by which savings are verified, of its last twelve months. */

export interface FitAsked {
  readonly place: IndicatorPlace;
  readonly eras: readonly TermEra<HeatTerm>[];
  /** Its meters, day by day. */
  readonly days: Sums;
  /** Of the same days; undefined where the register names none. */
  readonly temperature: DailyTemperature | undefined;
}

/** Undefined where no meter counts what heats it. */
export function heatFitOf({ place, eras, days, temperature }: FitAsked): HeatFit | undefined {
  const terms = eras.flatMap((era) => era.terms);
  if (terms.length === 0) return undefined;
  const energy = dailyOf(days, eras);
  const common = { meters: metersOfEras(eras), knownShare: knownShareOf(energy) };
  if (!temperature) return { ...common, relation: undefined, missing: ['outside_temperature'], says: undefined };
  const model = modelOf(place, energy, temperature);
  if ('disqualified' in model) {
    const { disqualified } = model;
    return {
      ...common,
      relation: undefined,
      missing: needsOf(disqualified),
      says: disqualified.map(sayGate).join('; '),
    };
  }
  const { heating, base, doubts } = model.model;
  if (!heating) return { ...common, relation: undefined, missing: ['weather_relation'], says: undefined };
  return {
    ...common,
    relation: {
      lossKwPerK: lossOf({ place, eras, days, temperature }, model.model),
      balancePoint: heating.balancePoint,
      base,
    },
    missing: [],
    says: doubts.map(sayGate).join('; ') || undefined,
  };
}

function knownShareOf(values: Float64Array): number {
  return values.filter((value) => !Number.isNaN(value)).length / Math.max(1, values.length);
}

function modelOf({ site, period }: IndicatorPlace, values: Float64Array, temperature: DailyTemperature) {
  const first = dateOf(period.from);
  const request: ModelRequest = {
    use: { from: first, values },
    temperature,
    days: lastYearOf({ first, last: lastDateOf(period.to) }),
    method: 'day_types',
    dayTypeOf: dayTypesBy(site.occupied_hours),
    heatsOnly: true,
  };
  return baselineModel(request);
}

/**
 * kW for each K. Of fuel alone the slope times the efficiency; where heat is metered beside it, of the heat of both,
 * for which the days are fitted once more.
 */
function lossOf(
  { place, eras, days, temperature }: FitAsked & { readonly temperature: DailyTemperature },
  model: BaselineModel,
) {
  const terms = eras.flatMap((era) => era.terms);
  const efficiency = place.site.weather?.heating_efficiency;
  const burns = terms.some(({ isHeat }) => !isHeat);
  const isMixed = burns && terms.some(({ isHeat }) => isHeat);
  if (burns && efficiency === undefined) return undefined;
  const fitted = isMixed
    ? modelOf(
        place,
        dailyOf(days, eras, ({ isHeat }) => (isHeat ? 1 : (efficiency ?? 1))),
        temperature,
      )
    : { model };
  if (!('model' in fitted)) return undefined;
  const loss = heatLossOf(fitted.model, burns && !isMixed ? (efficiency ?? 1) : 1);
  return loss && { low: loss.low / 1000, best: loss.best / 1000, high: loss.high / 1000 };
}

/** What would mend what a model failed by. */
function needsOf(gates: readonly Gate[]): NeedName[] {
  const needs = gates.map(({ gate }): NeedName => {
    if (gate === 'temperature_known') return 'outside_temperature';
    return gate === 'use_known' || gate === 'days_known' || gate === 'months_known' ? 'half_hours' : 'weather_relation';
  });
  return [...new Set(needs)];
}
