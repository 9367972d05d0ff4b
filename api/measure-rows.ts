import type { z } from 'zod';
import { listed } from '../domain/estate/estate.ts';
import { measureKinds } from '../domain/plan/measure-kinds.ts';
import { expectedSums, type MeasureStanding } from '../domain/plan/measure-standing.ts';
import { isToCome } from '../domain/plan/register.ts';
import { steps } from '../domain/plan/steps.ts';
import type { measureAnswerSchema, measureRowSchema, measureSorts } from './contract/plan-measures.ts';
import { known } from './outside.ts';
import { isPriceTold, poundsLeftOut } from './sees-prices.ts';
import type { View } from './view.ts';

export type MeasureRow = z.output<typeof measureRowSchema>;
type MeasureSort = keyof typeof measureSorts;

/** Measures as they look outside. What tells a price is null for who may not see it. */
export function measureRows(view: View, standings: readonly MeasureStanding[], seesPrices: boolean): MeasureRow[] {
  return standings.map((standing) => {
    const { entry, finance, gbpPerYear, kgco2ePerYear } = standing;
    const isShown = isPriceTold(standing, seesPrices);
    const saves = expectedSums(standing.expected);
    const priced = (value: number | undefined) => (isShown ? known(value) : null);
    return {
      measure: entry.id,
      name: entry.name,
      site: entry.site,
      site_name: view.sites.get(entry.site)?.name ?? entry.site,
      building: entry.building ?? null,
      step: standing.step,
      step_title: steps[standing.step].title,
      kind: entry.kind,
      kind_says: measureKinds[entry.kind].says,
      place: standing.place,
      status: standing.status,
      since: standing.since,
      confidence: standing.confidence ?? null,
      owner: entry.owner ?? null,
      begins: entry.works?.from ?? entry.planned?.from ?? null,
      ends: entry.works?.to ?? entry.planned?.to ?? null,
      saves_from: standing.savesFrom ?? null,
      saves_until: standing.savesUntil ?? null,
      meters: (entry.meters ?? []).filter((id) => view.meters.has(id)),
      saves_electricity_kwh: known(saves.electricity),
      saves_fuel_kwh: known(saves.fuel),
      saves_heat_kwh: known(saves.heat),
      saves_m3: known(saves.water),
      saves_gbp_per_year: priced(gbpPerYear?.value),
      gbp_from: isShown ? (gbpPerYear?.from ?? null) : null,
      saves_kgco2e_per_year: known(kgco2ePerYear?.value),
      kgco2e_from: kgco2ePerYear?.from ?? null,
      capital_gbp: known(finance.capital),
      upkeep_gbp_per_year: known(finance.upkeep),
      life_years: entry.life_years ?? null,
      payback_years: priced(finance.simplePaybackYears),
      net_present_value_gbp: priced(finance.netPresentValue),
      life_tco2e: known(finance.lifeTonnes),
      cost_gbp_per_tco2e: priced(finance.costPerTonne),
      cumulative_tco2e_per_year: null,
      funding_secured_gbp: finance.fundingSecured,
      funding_gap_gbp: known(finance.fundingGap),
      // That it never pays would tell of a price as well.
      unknown: finance.why.filter((gap) => isShown || gap !== 'never_pays'),
      before: standing.outOfOrder.map(({ before }) => before),
      warnings: [...standing.warnings],
      source: entry.source,
    };
  });
}

/** What of measures is left out for a key that may not see prices; of the curve its order as well. */
export function measureWarnings(standings: readonly MeasureStanding[], sees: boolean, sort: MeasureSort): string[] {
  const isCurve = sort === 'cost_per_tonne';
  const shown = isCurve ? standings.filter(({ status }) => isToCome(status)) : standings;
  const left = poundsLeftOut(
    shown,
    sees,
    'what measures save a year, their payback, net present value and £/tCO2e are',
  );
  return left.length > 0 && isCurve
    ? [...left, 'what has no £/tCO2e comes last, by its id: not the cheapest first']
    : left;
}

/** The marginal abatement cost curve: what is still to come, the cheapest tonne first; what is unknown comes last. */
export function curveOf(rows: readonly MeasureRow[]): MeasureRow[] {
  const costOf = (row: MeasureRow) => row.cost_gbp_per_tco2e ?? Number.POSITIVE_INFINITY;
  let sum = 0;
  return rows
    .filter(({ status }) => isToCome(status))
    .toSorted((a, b) => (costOf(a) === costOf(b) ? (a.measure < b.measure ? -1 : 1) : costOf(a) - costOf(b)))
    .map((row) => {
      if (row.cost_gbp_per_tco2e === null || row.saves_kgco2e_per_year === null) return row;
      sum += row.saves_kgco2e_per_year / 1000;
      return { ...row, cumulative_tco2e_per_year: sum };
    });
}

/** A measure with what no table has room for; what it comes `after` only as far as the caller may see that. */
export function measureDetail(
  view: View,
  { entry, expected, outOfOrder }: MeasureStanding,
  measure: MeasureRow,
): Pick<
  z.output<typeof measureAnswerSchema>,
  'measure' | 'statuses' | 'expected' | 'funding' | 'cost_source' | 'size' | 'after' | 'out_of_order'
> {
  const { size } = entry;
  const seen = new Set(listed(view, 'measures').flatMap(({ id, site }) => (view.sites.has(site) ? [id] : [])));
  return {
    measure,
    statuses: entry.status.map(({ from, is, because }) => ({ from, is, because: because ?? null })),
    expected: expected.map(({ low, high, ...rest }) => ({ ...rest, low: low ?? null, high: high ?? null })),
    funding: [...entry.funding],
    cost_source: entry.cost?.source ?? null,
    size: size ? { kwp: size.kwp ?? null, kwh: size.kwh ?? null, kw: size.kw ?? null } : null,
    after: entry.after.filter((id) => seen.has(id)),
    out_of_order: outOfOrder.map(({ before, beforeStep, by, says }) => ({
      before,
      before_step: beforeStep,
      by,
      says,
    })),
  };
}
