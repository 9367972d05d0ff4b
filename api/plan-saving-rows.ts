import type { z } from 'zod';
import { exportWord, exportWords, type MeasureSaving, unverifiable } from '../domain/plan/measure-saving.ts';
import { type SavedTogether, toDate, yearOf } from '../domain/plan/saving-outcome.ts';
import { sayGate } from '../domain/savings/gates.ts';
import type { Interval } from '../domain/savings/model.ts';
import type { EventTreated, VerifiedSaving } from '../domain/savings/saving.ts';
import { daysBetween } from '../domain/time.ts';
import type { planSavingRowSchema, planSavingsAnswerSchema } from './contract/plan-savings.ts';
import { known, share } from './outside.ts';
import { isPriceTold } from './sees-prices.ts';
import type { View } from './view.ts';

export type PlanSavingRow = z.output<typeof planSavingRowSchema>;

/** Savings of measures as they look outside: to date, by year, and each split. */
export function planSavingRows(view: View, savings: readonly MeasureSaving[], seesPrices: boolean): PlanSavingRow[] {
  return savings.flatMap((saving) => {
    const whole = rowOf(view, saving, seesPrices);
    const { outcome, split } = saving;
    const years = outcome.how === 'verified' && outcome.years.length > 1 ? outcome.years : [];
    return [
      whole,
      ...years.map(
        (year): PlanSavingRow => ({
          ...whole,
          ...blankOf,
          kind: 'year',
          ...verifiedOf(saving, year),
        }),
      ),
      ...split.map((part): PlanSavingRow => {
        const saved = { low: Number.NaN, best: part.saved, high: Number.NaN };
        const year = part.perYear === undefined ? undefined : { ...saved, best: part.perYear };
        return {
          ...whole,
          ...blankOf,
          kind: 'split',
          measures: [part.measure],
          split_share: part.share,
          ...amountsOf(saving.unit, saved, year),
        };
      }),
    ];
  });
}

/** What belongs to the whole of a group alone. */
const blankOf = {
  verdict: null,
  would_have_used_kwh: null,
  used_kwh: null,
  would_have_used_m3: null,
  used_m3: null,
  saved_share: null,
  expected_kwh_per_year: null,
  expected_m3_per_year: null,
  saved_gbp_per_year: null,
  saved_kgco2e_per_year: null,
  alerts: [],
  events: [],
  warnings: [],
} satisfies Partial<PlanSavingRow>;

function rowOf(view: View, saving: MeasureSaving, seesPrices: boolean): PlanSavingRow {
  const { site, meter, utility, unit, expected, gbpPerYear, outcome } = saving;
  return {
    kind: 'to_date',
    site,
    site_name: view.sites.get(site)?.name ?? site,
    meter: meter ?? null,
    utility: utility ?? null,
    measures: [...saving.measures],
    outcome: outcome.how,
    works_from: saving.works.from,
    works_to: saving.works.to,
    baseline_from: saving.baseline.first,
    baseline_to: saving.baseline.last,
    from: saving.reporting.first,
    to: saving.reporting.last,
    known_days: null,
    measured_share: null,
    ...blankOf,
    ...amountsOf(unit, undefined, undefined),
    expected_kwh_per_year: unit === 'kWh' ? known(expected?.saves) : null,
    expected_m3_per_year: unit === 'm3' ? known(expected?.saves) : null,
    split_share: null,
    saved_gbp_per_year: isPriceTold(saving, seesPrices) ? known(gbpPerYear?.value) : null,
    saved_kgco2e_per_year: known(saving.kgco2ePerYear),
    method: null,
    r_squared: null,
    cv_rmse: null,
    inside: saving.inside ?? null,
    alerts: [...saving.alerts],
    because: [],
    ...outcomeOf(saving),
  };
}

function outcomeOf(saving: MeasureSaving): Partial<PlanSavingRow> {
  const { outcome, unit } = saving;
  if (outcome.how === 'verified') return verifiedOf(saving, outcome.saving);
  if (outcome.how === 'disqualified') return { because: outcome.gates.map(sayGate) };
  if (outcome.how === 'unverifiable') return { because: [unverifiable[outcome.because]] };
  const exported = exportWord(saving.savesBought);
  return {
    verdict: outcome.metered.counts,
    ...knownOf(outcome.metered),
    ...amountsOf(unit, toDate(outcome), yearOf(outcome)),
    warnings: exported === undefined ? [] : [exportWords[exported]],
  };
}

function knownOf({ period: { first, last }, knownDays }: Pick<VerifiedSaving, 'period' | 'knownDays'>) {
  return { known_days: knownDays, measured_share: share(knownDays / (daysBetween(first, last) + 1)) };
}

function verifiedOf({ unit }: MeasureSaving, saving: VerifiedSaving) {
  const { period, expected, used, saved, savedShare, perYear, verdict, events, doubts, model } = saving;
  const inUnit = (value: number, of: MeasureSaving['unit']) => (of === unit ? known(value) : null);
  return {
    verdict,
    from: period.first,
    to: period.last,
    ...knownOf(saving),
    would_have_used_kwh: inUnit(expected, 'kWh'),
    used_kwh: inUnit(used, 'kWh'),
    would_have_used_m3: inUnit(expected, 'm3'),
    used_m3: inUnit(used, 'm3'),
    ...amountsOf(unit, saved, perYear),
    saved_share: known(savedShare?.best),
    method: model.method,
    r_squared: known(model.fit.rSquared),
    cv_rmse: known(model.fit.cvRmse),
    events: events.map(sayEvent),
    warnings: doubts.map(sayGate),
  };
}

function amountsOf(unit: MeasureSaving['unit'], saved: Interval | undefined, perYear: Interval | undefined) {
  const [energy, volume] = unit === 'kWh' ? [saved, undefined] : [undefined, saved];
  return {
    saved_low_kwh: known(energy?.low),
    saved_kwh: known(energy?.best),
    saved_high_kwh: known(energy?.high),
    saved_low_m3: known(volume?.low),
    saved_m3: known(volume?.best),
    saved_high_m3: known(volume?.high),
    saved_low_kwh_per_year: unit === 'kWh' ? known(perYear?.low) : null,
    saved_kwh_per_year: unit === 'kWh' ? known(perYear?.best) : null,
    saved_high_kwh_per_year: unit === 'kWh' ? known(perYear?.high) : null,
    saved_low_m3_per_year: unit === 'm3' ? known(perYear?.low) : null,
    saved_m3_per_year: unit === 'm3' ? known(perYear?.best) : null,
    saved_high_m3_per_year: unit === 'm3' ? known(perYear?.high) : null,
  };
}

const treatments: Readonly<Record<EventTreated['treated'], string>> = {
  adjusted: 'its effect is taken into account',
  left_out: 'its days are left out',
  ended: 'it stays without a known effect, so nothing is said from it on',
  before: 'it was over before, or the same throughout',
};

function sayEvent({ id, treated }: EventTreated): string {
  return `${id}: ${treatments[treated]}`;
}

/** What was saved of each utility, each kWh once. */
export function togetherRows(together: readonly SavedTogether[]): z.output<typeof planSavingsAnswerSchema>['together'] {
  return together.map(({ utility, unit, saved, groups }) => {
    const { saved_low_kwh, saved_kwh, saved_high_kwh, saved_low_m3, saved_m3, saved_high_m3 } = amountsOf(
      unit,
      saved,
      undefined,
    );
    return { utility, groups, saved_low_kwh, saved_kwh, saved_high_kwh, saved_low_m3, saved_m3, saved_high_m3 };
  });
}
