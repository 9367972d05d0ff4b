import type { Estate } from '../domain/estate/estate.ts';
import { stepStateNames } from '../domain/plan/indicators/figure.ts';
import { mainTrajectory } from '../domain/plan/page/headline.ts';
import type { Decision, PlanPage, StepSummary, YearOfUse } from '../domain/plan/page/page.ts';
import { savedTogether } from '../domain/plan/saving-outcome.ts';
import { steps } from '../domain/plan/steps.ts';
import { toIso } from '../domain/time.ts';
import type { Plan } from './contract/plan-page.ts';
import { measureRows } from './measure-rows.ts';
import { known, share } from './outside.ts';
import { planSavingRows, togetherRows } from './plan-saving-rows.ts';
import { indicatorRows } from './plan-standing-rows.ts';
import { trajectoryAnswer } from './trajectory-rows.ts';
import type { View } from './view.ts';

export interface PlanAsked {
  readonly estate: Estate;
  readonly view: View;
  /** Whether the caller may see what a kWh costs. */
  readonly seesPrices: boolean;
}

/** A plan page as it is told outside. What tells a price is null for who may not see it. */
export function planOf(page: PlanPage, { estate, view, seesPrices }: PlanAsked): Plan {
  const { place, trajectories, now } = page;
  const main = mainTrajectory(trajectories);
  const { targets, gaps, measures, points } = trajectoryAnswer({ estate, organisations: [], list: trajectories, now });
  return {
    place: place.kind,
    id: place.id,
    name: place.name,
    headline: [...page.headline],
    year: yearOf(page.year),
    renewable_electricity: page.renewable
      ? {
          quarter: page.renewable.quarter,
          answer: page.renewable.answer.answer,
          proven_share: known(page.renewable.answer.share),
          missing: [...page.renewable.answer.missing],
        }
      : null,
    steps: page.steps.map(stepOf),
    indicators: indicatorRows(view, page.standing, undefined),
    trajectory: {
      targets,
      gaps,
      measures,
      points,
      main: main ? { target: main.target.id, baseline: main.baseline.id } : null,
    },
    measures: measureRows(view, page.measures, seesPrices),
    out_of_order: page.measures.flatMap(({ entry, outOfOrder }) =>
      outOfOrder.map(({ before, says }) => ({ measure: entry.id, before, says })),
    ),
    savings: planSavingRows(view, page.savings, seesPrices),
    savings_together: togetherRows(savedTogether(page.savings)),
    decisions: page.decisions.map(decisionOf),
  };
}

function yearOf({ period, comparison, emissions }: YearOfUse): Plan['year'] {
  const { now, before, same, corrected } = comparison;
  return {
    period: { from: toIso(period.from), to: toIso(period.to) },
    energy_kwh: known(now.energy),
    before_kwh: known(before.energy),
    sites: same.sites,
    compared_sites: same.compared.length,
    change_share: known(same.change),
    corrected_change_share: known(corrected.change),
    notes: [...corrected.notes],
    emissions_kgco2e: known(emissions.value),
    boundary: emissions.boundary,
    measured_share: share(emissions.measuredShare.byAmount),
    warnings: emissions.warnings.map(({ code, about }) => `${code} ${about}`),
  };
}

function stepOf({ step, state, sites, measures, because }: StepSummary): Plan['steps'][number] {
  const counts = Object.fromEntries(stepStateNames.map((name) => [`sites_${name}`, sites[name]]));
  return {
    step,
    ...steps[step],
    state,
    ...(counts as Record<`sites_${(typeof stepStateNames)[number]}`, number>),
    measures_planned: measures.planned,
    measures_installing: measures.installing,
    measures_installed: measures.installed,
    because: [...because],
  };
}

function decisionOf({ kind, says, site, measure, step, gbp, kgco2e, by }: Decision): Plan['decisions'][number] {
  return {
    kind,
    says,
    site: site ?? null,
    measure: measure ?? null,
    step: step ?? null,
    capital_gbp: known(gbp),
    kgco2e_per_year: known(kgco2e),
    by: by ?? null,
  };
}
