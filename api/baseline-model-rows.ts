import type { z } from 'zod';
import { heatLossOf } from '../domain/savings/expected.ts';
import { sayGate } from '../domain/savings/gates.ts';
import type { BaselineModel, DayTypePart, Interval, ModelMethod } from '../domain/savings/model.ts';
import type { Days } from '../domain/savings/daily.ts';
import type { MeterModel } from '../store/baseline-models.ts';
import { heatingOf } from '../store/weather-corrected.ts';
import type { baselineModelRowSchema } from './contract/baseline-models.ts';
import { known, share } from './outside.ts';

export type BaselineModelRow = z.output<typeof baselineModelRowSchema>;

export function baselineModelRow(one: MeterModel, method: ModelMethod, asked: Days): BaselineModelRow {
  const { meter, site, answer, days, knownDays } = one;
  const model = 'model' in answer ? answer.model : undefined;
  const unmet = 'model' in answer ? answer.model.doubts : answer.disqualified;
  return {
    meter: meter.id,
    meter_name: meter.name,
    site: site.id,
    utility: meter.utility,
    unit: meter.utility === 'water' ? 'm3' : 'kWh',
    method,
    outcome: model ? 'model' : 'disqualified',
    kind: model?.kind ?? null,
    first_day: asked.first,
    last_day: asked.last,
    days,
    known_days: knownDays,
    measured_share: share(knownDays / days) ?? 0,
    ...partsOf(model),
    ...heatLossColumns(one, model),
    memory_share: share(model?.memory),
    kinds_of_day: model?.dayTypes.map(sayKind) ?? [],
    ...fitOf(model),
    gates: unmet.map(({ gate }) => gate),
    because: unmet.map(sayGate),
  };
}

function partsOf(model: BaselineModel | undefined) {
  const [base, heating, cooling] = [model?.base, model?.heating, model?.cooling];
  return {
    base_low_per_day: known(base?.low),
    base_per_day: known(base?.best),
    base_high_per_day: known(base?.high),
    heating_slope_low: known(heating?.slope.low),
    heating_slope: known(heating?.slope.best),
    heating_slope_high: known(heating?.slope.high),
    heating_balance_low_degc: known(heating?.balancePoint.low),
    heating_balance_degc: known(heating?.balancePoint.best),
    heating_balance_high_degc: known(heating?.balancePoint.high),
    cooling_slope: known(cooling?.slope.best),
    cooling_balance_degc: known(cooling?.balancePoint.best),
  };
}

/** Of what heats the site, at the efficiency that its register entry says: none is assumed. */
function heatLossColumns({ meter, site }: MeterModel, model: BaselineModel | undefined) {
  const efficiency = site.weather?.heating_efficiency;
  const heats = model && efficiency !== undefined && heatingOf(site).includes(meter.utility);
  const loss: Interval | undefined = heats ? heatLossOf(model, efficiency) : undefined;
  return {
    heat_loss_low_w_per_k: known(loss?.low),
    heat_loss_w_per_k: known(loss?.best),
    heat_loss_high_w_per_k: known(loss?.high),
  };
}

function sayKind({ types, days, base }: DayTypePart): string {
  return `${types.map((type) => type.replaceAll('_', ' ')).join(', ')}: ${days} days, ${Math.round(base.best)} a day`;
}

function fitOf(model: BaselineModel | undefined) {
  const fit = model?.fit;
  return {
    n: fit?.n ?? null,
    parameters: fit?.parameters ?? null,
    r_squared: known(fit?.rSquared),
    adjusted_r_squared: known(fit?.adjustedRSquared),
    rmse_per_day: known(fit?.rmse),
    cv_rmse: known(fit?.cvRmse),
    nmbe: known(fit?.nmbe),
    autocorrelation: known(fit?.autocorrelation),
    candidates_tried: model?.candidates.length ?? null,
    candidates_qualified: model?.candidates.filter(({ disqualified }) => disqualified === undefined).length ?? null,
  };
}
