import { sitesReported } from '../domain/energy/reporters.ts';
import { type Estate, listed, type Organisation } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { type OrganisationEnergy, progressFrom, progressOf, type TargetProgress } from '../domain/reports/progress.ts';
import type { Baseline, Target } from '../domain/reports/register.ts';
import { nationalTargets, yearOf } from '../domain/reports/targets.ts';
import { boundariesOf, type EpochSeconds } from '../domain/time.ts';
import { readEnergy, type Stores } from './energy.ts';

/** How an organisation does against one of its targets. */
export interface OrganisationProgress extends TargetProgress {
  readonly organisation: Organisation;
}

export interface ProgressRead {
  /** Every target of each organisation, from each baseline that is not itself the figure of the target's year. */
  readonly list: readonly OrganisationProgress[];
  /** The energy that it was made of. */
  readonly energy: OrganisationEnergy;
}

export interface ProgressAsked {
  readonly organisations: readonly Organisation[];
  readonly now: EpochSeconds;
  /** Of how many ends of a month the twelve months before are wanted. */
  readonly rollingMonths: number;
}

/** Reads the progress of organisations; of those without a baseline there is none. Rejects as `readEnergy` does. */
export async function readTargetProgress(
  stores: Stores,
  estate: Estate,
  { organisations, now, rollingMonths }: ProgressAsked,
): Promise<ProgressRead> {
  const ids = new Set(organisations.map(({ id }) => id));
  const baselines = listed(estate, 'baselines').filter(({ organisation }) => ids.has(organisation));
  const starts = new Map(baselines.map((one) => [one, progressFrom(one, now, limits.targetYears)]));
  const since = Math.min(now, ...starts.values());
  const energy = await readMonths(stores, estate, baselines.length > 0 ? organisations : [], since, now);
  const list = organisations.flatMap((organisation) => {
    const own = baselines.filter((one) => one.organisation === organisation.id);
    return own.flatMap((baseline) =>
      targetsFrom(baseline, listed(estate, 'targets'), own).map((target) => ({
        organisation,
        ...progressOf(target, baseline, own, energy, { now, since: starts.get(baseline) ?? now, rollingMonths }),
      })),
    );
  });
  return { list, energy };
}

/** The targets drawn from a baseline; a national one by it, not from the figure of its own year. */
function targetsFrom(baseline: Baseline, targets: readonly Target[], own: readonly Baseline[]): Target[] {
  const national = nationalTargets().filter(
    (target) => own.length === 1 || yearOf(baseline.from) !== target.reference_year,
  );
  return [...national, ...targets.filter((target) => 'baseline' in target && target.baseline === baseline.id)];
}

async function readMonths(
  stores: Stores,
  estate: Estate,
  organisations: readonly Organisation[],
  since: EpochSeconds,
  now: EpochSeconds,
): Promise<OrganisationEnergy> {
  const sites = sitesReported(estate, organisations);
  // Whatever the accounting, other factors begin to hold on the first of a month.
  const cuts = boundariesOf({ from: since, to: now }, 'month');
  const energy = await readEnergy(stores, { estate, sites, cuts, halfHours: false, of: 'sites' });
  return { estate, boundaries: energy.boundaries, within: (period) => energy.within(period) };
}
