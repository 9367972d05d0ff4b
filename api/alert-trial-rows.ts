import type { z } from 'zod';
import type { RaisedAlert, TriedAlert } from '../domain/alerts/trial.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { daySeconds, toIso } from '../domain/time.ts';
import { amountsOf, placeOf } from './alert-rows.ts';
import type { Trial } from './alert-trials.ts';
import type { alertTrialAnswerSchema, triedAlertSchema, trialSchema } from './contract/alert-trials.ts';

/** Trials as they look outside. */

export function trialRow({ id, state, progress, order }: Trial): z.output<typeof trialSchema> {
  const { period, sites, kinds, ids } = order;
  return {
    id,
    state,
    progress,
    period: { from: toIso(period.from), to: toIso(period.to) },
    sites: [...sites],
    kinds: [...kinds],
    rules: [...ids],
  };
}

export function triedRow(estate: Estate, { outcome, holds, tried }: TriedAlert): z.output<typeof triedAlertSchema> {
  const told = (tried ?? holds) as RaisedAlert;
  const { from, to, open, unit, worth } = told;
  return {
    outcome,
    ...placeOf(estate, told),
    seen_by: [...(tried?.seenBy ?? [])],
    seen_by_now: [...(holds?.seenBy ?? [])],
    from: toIso(from),
    to: toIso(to),
    ongoing: open,
    raised: tried ? toIso(tried.raised) : null,
    raised_now: holds ? toIso(holds.raised) : null,
    severity: tried ? String(tried.severity) : null,
    severity_now: holds ? String(holds.severity) : null,
    ...amountsOf(unit, worth),
  };
}

/** How many alerts there are of each outcome, and how many a site and month the tried rules raise. */
export function togetherOf({ order, alerts, state }: Trial): z.output<typeof alertTrialAnswerSchema>['together'] {
  const count = (outcome: TriedAlert['outcome']): number => alerts.filter((one) => one.outcome === outcome).length;
  const [added, gone, changed, same] = [count('new'), count('gone'), count('changed'), count('same')];
  const { period, sites } = order;
  const months = (sites.length * (period.to - period.from)) / (30 * daySeconds);
  return {
    new: added,
    gone,
    changed,
    same,
    per_site_and_month: state === 'done' && months > 0 ? (added + changed + same) / months : null,
  };
}
