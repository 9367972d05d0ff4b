import { type Accounting, setsOn } from '../../carbon/accounting.ts';
import { emissionsOfUnit, factorOn } from '../../carbon/carbon.ts';
import {
  accountingOfBaseline,
  type OrganisationEnergy,
  type ProgressPoint,
  reportedParts,
  type TargetProgress,
} from '../../reports/progress.ts';
import { bandAt, yearOf } from '../../reports/targets.ts';
import { dateOf, type EpochSeconds, type LocalDate, type Period, startOfDay } from '../../time.ts';
import type { MeasureState } from '../measure-standing.ts';
import { effectsOf, placeKey, plannedOf, savingsOf, type SiteUse, usesOf } from './effects.ts';
import { type ForecastBasis, forecastOf } from './forecast.ts';
import { gapsOf, lastYearOf } from './gaps.ts';
import { gridIn, type GridProjection } from './grid-projection.ts';
import type { MeasureEffect, Trajectory, TrajectoryPoint } from './trajectory.ts';

export interface TrajectoryAsked {
  readonly now: EpochSeconds;
  /** Of the sites of the organisation. */
  readonly measures: readonly MeasureState[];
  /** Ids of those that are said to be installed, and a meter says that they are not. */
  readonly contradicted: ReadonlySet<string>;
  readonly projection: GridProjection | undefined;
}

/** The way to one target of an organisation, from its progress so far, which knows the twelve months before now. */
export function trajectoryOf(progress: TargetProgress, energy: OrganisationEnergy, asked: TrajectoryAsked): Trajectory {
  const { target, standing, from, band, points } = progress;
  const { baseline } = standing;
  const now = points.findLast(isWholeYear);
  const drawn = now ? basisOf(progress, now, energy, asked) : undefined;
  const basis = drawn?.basis;
  const years = yearsOf(progress, band ? lastYearOf(band) : yearOf(dateOf(asked.now)));
  const list = years.map(({ year, period }): TrajectoryPoint => {
    const actual = points.find((point) => point.kind === 'year' && point.bucket.from === period.from);
    return {
      year,
      period,
      actual,
      lines: band && bandAt(band, year),
      ahead: basis && period.to > asked.now ? forecastOf(year, period, basis) : undefined,
    };
  });
  const effects = drawn?.effects ?? [];
  return {
    organisation: baseline.organisation,
    target,
    baseline,
    from,
    notDrawn: progress.why,
    now,
    why: now ? drawn?.why : 'no twelve months that are over are known well enough to go on from',
    points: list,
    milestones: band ? gapsOf(band, list, { measures: asked.measures, effects, now: asked.now }) : [],
    measures: effects,
    assumptions: drawn?.basis ? assumptionsOf(effects, asked, drawn.projected) : [],
  };
}

/** Twelve months that end with a month, of which enough is known to be set against the lines. */
function isWholeYear({ kind, figure, since }: ProgressPoint): boolean {
  return kind === 'rolling_year' && figure.value !== undefined && since.why !== 'not-whole';
}

/** The reporting years from the baseline to a last one. */
function yearsOf({ standing }: TargetProgress, last: number): { readonly year: number; readonly period: Period }[] {
  const { from } = standing.baseline;
  const first = yearOf(from);
  const start = (year: number): EpochSeconds =>
    startOfDay(`${Number(from.slice(0, 4)) + year - first}${from.slice(4)}`);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const year = first + i;
    return { year, period: { from: start(year), to: start(year + 1) } };
  });
}

interface Drawn {
  readonly basis: ForecastBasis | undefined;
  readonly effects: readonly MeasureEffect[];
  readonly why: string | undefined;
  /** Whether the projection of the grid could be used. */
  readonly projected: boolean;
}

function basisOf(
  { standing: { baseline } }: TargetProgress,
  { bucket: lastYear }: ProgressPoint,
  energy: OrganisationEnergy,
  { now, measures, contradicted, projection }: TrajectoryAsked,
): Drawn {
  const { estate } = energy;
  const accounting = accountingOfBaseline(baseline);
  const today = dateOf(now);
  const parts = reportedParts(energy, lastYear, accounting, baseline.organisation);
  const unit = (site: string, utility: SiteUse['utility']) => emissionsOfUnit(estate, site, utility, today, accounting);
  const used = usesOf(estate, parts, today, accounting);
  const uses = new Map(used.map((use) => [placeKey(use), use]));
  for (const { site, utility } of savingsOf(measures, now)) {
    const key = placeKey({ site, utility });
    if (!uses.has(key)) uses.set(key, { site, utility, amount: 0, perUnit: unit(site, utility) });
  }
  const effects = effectsOf(measures, { uses, lastYear, now, contradicted });
  const unknown = used.filter(({ amount, perUnit }) => amount > 0 && perUnit === undefined);
  if (unknown.length > 0) {
    const what = unknown.map(({ site, utility }) => `${utility} at ${site}`).join(', ');
    return { basis: undefined, effects, why: `no factor of this year is known for ${what}`, projected: false };
  }
  const counted = new Set(effects.filter(({ leftOut }) => leftOut === undefined).map(({ measure }) => measure));
  const { savings, fixed } = plannedOf(
    measures.filter(({ entry }) => counted.has(entry.id)),
    uses,
    now,
  );
  const known = [...uses].flatMap(([key, use]) =>
    use.perUnit === undefined ? [] : [[key, { ...use, perUnit: use.perUnit }] as const],
  );
  const base = gridYearOf(accounting, today);
  const factor = (year: number) => (projection && base !== undefined ? gridIn(projection, base, year) : undefined);
  const projected = base !== undefined && factor(base) !== undefined;
  return {
    basis: { lastYear, uses: new Map(known), savings, fixed, grid: (year) => factor(year) ?? 1 },
    effects,
    why: undefined,
    projected,
  };
}

/** The year of the factors of electricity that are used today. */
function gridYearOf(accounting: Accounting, today: LocalDate): number | undefined {
  const { factors } = factorOn('electricity', 'generation', today, accounting);
  const set = factors.at(-1)?.set ?? setsOn(accounting, today).at(-1)?.year;
  return set === undefined ? undefined : Number(set);
}

function assumptionsOf(
  effects: readonly MeasureEffect[],
  { projection }: TrajectoryAsked,
  projected: boolean,
): string[] {
  const capped = effects.filter((one) => one.capped.length > 0);
  const left = effects.filter(({ leftOut, saves }) => leftOut !== undefined && saves === undefined);
  return [
    'use without measures stays as it was in the last twelve months',
    projection && projected
      ? `electricity follows ${projection.name} (${projection.source}); what that takes off is the grid’s doing`
      : projection
        ? `${projection.name} does not reach back to the year of the newest factors, which hold throughout instead`
        : 'the newest factors hold throughout: the register has no projection of the grid',
    'a measure saves from the day after its works, in each year by its days; one that is late, from now on',
    'what comes to the end of its life is taken to be replaced by its like',
    'savings are those that the register expects, its kgCO2e where it states them; measures together never save more of a utility than a site uses',
    ...(capped.length > 0
      ? [`more was expected than is used: ${capped.map(({ measure }) => measure).join(', ')}`]
      : []),
    ...(left.length > 0
      ? [`without a date, so not in any year: ${left.map(({ measure }) => measure).join(', ')}`]
      : []),
  ];
}
