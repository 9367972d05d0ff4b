import type { SiteStanding } from '../domain/plan/indicators/figure.ts';
import { indicators } from '../domain/plan/indicators/table.ts';
import { steps } from '../domain/plan/steps.ts';
import { toIso } from '../domain/time.ts';
import type { IndicatorRow, StepRow } from './contract/plan-standing.ts';
import { known, share } from './outside.ts';
import type { View } from './view.ts';

/** Where places stand, as rows; of some steps where they are asked for. */

type Steps = ReadonlySet<number> | undefined;

export function indicatorRows(view: View, list: readonly SiteStanding[], wanted: Steps): IndicatorRow[] {
  return list.flatMap((standing) =>
    standing.indicators.flatMap((figure): IndicatorRow[] => {
      const { step, name, unit, better } = indicators[figure.indicator];
      if (wanted?.has(step) === false) return [];
      return [
        {
          ...placeOf(view, standing),
          step,
          indicator: figure.indicator,
          indicator_name: name,
          value: known(figure.value),
          low: known(figure.low),
          high: known(figure.high),
          unit,
          better,
          measured_share: share(figure.measuredShare?.byAmount),
          measured_time_share: share(figure.measuredShare?.byTime),
          missing: figure.missing.map(({ need, about }) => `${need} ${about}`),
          warnings: figure.warnings.map(({ code, about }) => `${code} ${about}`),
          meters: [...figure.meters],
          says: figure.says,
          from: toIso(figure.period.from),
          to: toIso(figure.period.to),
        },
      ];
    }),
  );
}

export function stepRows(view: View, list: readonly SiteStanding[], wanted: Steps): StepRow[] {
  return list.flatMap((standing) =>
    standing.steps.flatMap(({ step, state, because, measures }): StepRow[] => {
      if (wanted?.has(step) === false) return [];
      return [
        {
          ...placeOf(view, standing),
          step,
          title: steps[step].title,
          state,
          stands_here: standing.standsAt === step,
          ...measures,
          because: [...because],
        },
      ];
    }),
  );
}

function placeOf(view: View, { site: id, building }: SiteStanding) {
  const site = view.sites.get(id);
  return {
    site: id,
    site_name: site?.name ?? id,
    building: building ?? null,
    building_name: site?.buildings.find((one) => one.id === building)?.name ?? null,
  };
}
