import { sayWarning } from '../energy/figure.ts';
import type { IndicatorFigure, SiteStanding, StepState } from '../plan/indicators/figure.ts';
import { indicators, indicatorUnits, needs } from '../plan/indicators/table.ts';
import type { ShownPoint } from '../series.ts';
import type { EpochSeconds } from '../time.ts';
import { counted, share } from './known-fields.ts';

/** Where sites and buildings stand in the four steps, as points of the series that dashboards read. */

/** A state as a number: of several statements InfluxDB finds a text in the first one alone. */
export const stateNumbers = {
  no_measures: 0,
  planned: 1,
  under_way: 2,
  done: 3,
  contradicted: 4,
} as const satisfies Record<StepState, number>;

const notShown = 'a supply point of the site does not say publish_costs';

/**
 * The steps and indicators of a place, in the month that begins at an instant. `pounds`: whether those of its meters
 * may be seen, by `poundsShown`.
 */
export function standingPoints(
  { site, building, standsAt, steps, indicators: figures }: SiteStanding,
  at: EpochSeconds,
  pounds: boolean,
): ShownPoint[] {
  const place = building === undefined ? { kind: 'site', place: site } : { kind: 'building', place: building };
  const ofSteps = steps.map(({ step, state, because, measures }): ShownPoint => {
    const fields = {
      state: stateNumbers[state],
      stands_at: standsAt ?? 0,
      planned_measures: measures.planned,
      installing_measures: measures.installing,
      installed_measures: measures.installed,
      withdrawn_measures: measures.withdrawn,
      because: because.join(' '),
    };
    return { series: 'plan_step', tags: { site, ...place, step: String(step) }, fields, at };
  });
  const ofIndicators = figures.map((figure): ShownPoint => {
    const { indicator } = figure;
    const tags = { site, ...place, step: String(indicators[indicator].step), indicator };
    return { series: 'plan_indicator', tags, fields: indicatorFields(figure, pounds), at };
  });
  return [...ofSteps, ...ofIndicators];
}

function indicatorFields(figure: IndicatorFigure, pounds: boolean) {
  const { name, unit } = indicators[figure.indicator];
  const isShown = unit !== 'GBP/week' || pounds;
  const told = (value: number | undefined): number | undefined => (isShown ? value : undefined);
  const [low, high] = [told(figure.low), told(figure.high)];
  return {
    ...counted('value', told(figure.value)),
    low: low ?? 0,
    high: high ?? 0,
    range_known: Number(low !== undefined && high !== undefined),
    ...share('measured', figure.measuredShare?.byAmount),
    missing: figure.missing.length,
    name,
    unit: indicatorUnits[unit],
    says: isShown ? figure.says : notShown,
    needs: figure.missing.map(({ need, about }) => `${needs[need]} (${about})`).join('; '),
    warnings: figure.warnings.map(sayWarning).join('; '),
  };
}
