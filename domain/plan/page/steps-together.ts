import { type StepState, stepStateNames, type SiteStanding } from '../indicators/figure.ts';
import { type Step, stepNumbers } from '../steps.ts';
import type { StepSummary } from './page.ts';

/** Each step at all sites together. */
export function stepsTogether(standing: readonly SiteStanding[], names: ReadonlyMap<string, string>): StepSummary[] {
  return stepNumbers.map((step) => summaryOf(step, standing, names));
}

function summaryOf(step: Step, standing: readonly SiteStanding[], names: ReadonlyMap<string, string>): StepSummary {
  const own = standing.flatMap(({ site, steps }) => {
    const one = steps.find((each) => each.step === step);
    return one ? [{ site, ...one }] : [];
  });
  const count = (state: StepState): number => own.filter((one) => one.state === state).length;
  const sum = (of: 'planned' | 'installing' | 'installed'): number =>
    own.reduce((total, { measures }) => total + measures[of], 0);
  const sites = Object.fromEntries(stepStateNames.map((state) => [state, count(state)])) as StepSummary['sites'];
  return {
    step,
    state: stateOf(sites, own.length),
    sites,
    measures: { planned: sum('planned'), installing: sum('installing'), installed: sum('installed') },
    because: own.flatMap(({ site, state, because }) =>
      own.length === 1
        ? reasonsOf(because)
        : state === 'contradicted'
          ? reasonsOf(because).map((says) => `${names.get(site) ?? site}: ${says}`)
          : [],
    ),
  };
}

/** Why a step stands where it does, without how many measures it has: the page has these as numbers. */
export function reasonsOf(because: readonly string[]): string[] {
  return because.filter((says) => !says.startsWith('measures: '));
}

/** Of sites together: contradicted where one is, done where all are, and between them what most of it comes to. */
function stateOf(sites: StepSummary['sites'], all: number): StepState {
  if (sites.contradicted > 0) return 'contradicted';
  if (all > 0 && sites.done === all) return 'done';
  if (sites.done > 0 || sites.under_way > 0) return 'under_way';
  return sites.planned > 0 ? 'planned' : 'no_measures';
}
