import { z } from 'zod';
import { ProblemError } from '../problems.ts';
import { daysBetween, type LocalDate } from '../time.ts';
import type { Baseline, Milestone, NationalTarget, Target } from './register.ts';
import { nationalTargetSchema } from './register.ts';
import nhsCarbonFootprint from './targets/nhs-carbon-footprint.json' with { type: 'json' };

/**
 * Where emissions may be in each year if a target is to be met. A milestone is due within a span of years, so there are
 * two lines: the one that is there in the earliest of them, and the one that is there in the latest.
 */

let known: readonly NationalTarget[] | undefined;

/** The targets that hold for everybody. Throws a ProblemError `data.invalid` when a file is damaged. */
export function nationalTargets(): readonly NationalTarget[] {
  known ??= [nhsCarbonFootprint].map((file) => {
    const parsed = nationalTargetSchema.safeParse(file);
    if (parsed.success) return parsed.data;
    const detail = z.prettifyError(parsed.error);
    throw new ProblemError([{ code: 'data.invalid', where: 'domain/reports/targets', detail }]);
  });
  return known;
}

/**
 * The year that twelve months stand for: the calendar year in which most of them lie; from July half lies in each, and
 * it is the later one (as with factor sets).
 */
export function yearOf(first: LocalDate): number {
  return Number(first.slice(0, 4)) + (Number(first.slice(5, 7)) >= 7 ? 1 : 0);
}

/** The same as a number that grows day by day, so that twelve months from any date have their place on a line. */
export function placeInYears(first: LocalDate, baseline: Pick<Baseline, 'from'>): number {
  return yearOf(baseline.from) + daysBetween(baseline.from, first) / 365.25;
}

/** What a target's reductions are taken from. */
export interface Reference {
  /** kgCO2e in the reference year. */
  readonly emissions: number;
  /** Said where the figure is not that of the reference year itself. */
  readonly assumption?: string | undefined;
  /** The reduction of the first milestone, seen from the baseline. */
  readonly onBaseline: number;
}

/** Why a target has no line. */
export interface NoReference {
  readonly why: string;
}

/**
 * What a target is measured from, seen from a baseline with these emissions (kgCO2e, frozen or restated). A national
 * target takes a figure of its reference year where the organisation has one.
 */
export function referenceOf(
  target: Target,
  baseline: Baseline,
  emissions: number,
  others: readonly Baseline[],
): Reference | NoReference {
  if (baseline.boundary !== target.boundary) {
    return { why: `the baseline ${baseline.id} is of another boundary (${baseline.boundary}, not ${target.boundary})` };
  }
  const of = (reference: number, assumption?: string): Reference => {
    const level = reference * (1 - (target.milestones[0]?.reduction ?? 0));
    return { emissions: reference, assumption, onBaseline: emissions > 0 ? 1 - level / emissions : 0 };
  };
  if ('baseline' in target) return of(emissions);
  const { reference_year: year, assumption, boundary } = target;
  const own = others.find((one) => yearOf(one.from) === year && one.boundary === boundary);
  if (own) return of(own.sites.reduce((sum, one) => sum + one.emissions_kgco2e, 0));
  if (!touches(baseline, assumption.by)) {
    const known = `what the whole came down by is known up to ${assumption.by} only, not up to the baseline year`;
    return { why: `there is no figure of ${year}, and ${known}` };
  }
  const percent = Math.round(assumption.reduction * 100);
  const taken = `the organisation is taken to have come down by ${percent} % up to ${assumption.by}, as the whole did`;
  return of(emissions / (1 - assumption.reduction), `no figure of ${year}: ${taken} (${assumption.source})`);
}

/** Whether some of a baseline year lies in a calendar year. */
function touches({ from, to }: Baseline, year: number): boolean {
  return Number(from.slice(0, 4)) <= year && year <= Number(to.slice(0, 4));
}

/** The two lines at one place in years, kgCO2e. */
export interface BandPoint {
  readonly year: number;
  readonly lower: number;
  readonly upper: number;
}

/** A target drawn from a baseline. */
export interface Band {
  readonly start: { readonly year: number; readonly emissions: number };
  readonly reference: Reference;
  readonly milestones: readonly Milestone[];
}

/** The lines at a place in years; undefined before the baseline. After the last milestone they stay. */
export function bandAt({ start, reference, milestones }: Band, year: number): BandPoint | undefined {
  if (year < start.year) return undefined;
  const line = (due: 'earliest' | 'latest'): number => {
    let [before, level] = [start.year, start.emissions];
    for (const milestone of milestones) {
      const reached = reference.emissions * (1 - milestone.reduction);
      const at = milestone[due];
      if (year < at) return level + ((reached - level) * (year - before)) / (at - before);
      [before, level] = [at, reached];
    }
    return level;
  };
  const [early, late] = [line('earliest'), line('latest')];
  return { year, lower: Math.min(early, late), upper: Math.max(early, late) };
}

/** The lines of every year, from the baseline to the last milestone. */
export function bandOf(band: Band): BandPoint[] {
  const last = Math.max(...band.milestones.map(({ latest }) => latest));
  const years = Array.from({ length: Math.max(0, last - band.start.year + 1) }, (_, i) => band.start.year + i);
  return years.flatMap((year) => bandAt(band, year) ?? []);
}

/** How emissions stand to the lines. */
export const courses = {
  ahead: 'below both lines: the target would be met in the earliest year it is due',
  on_course: 'between the lines: the target would be met within the years it is due in',
  off_course: 'above both lines: the target would be missed',
  unknown: 'the emissions or the lines are not known',
} as const;
export type Course = keyof typeof courses;

export function courseOf(emissions: number | undefined, point: BandPoint | undefined): Course {
  if (emissions === undefined || point === undefined) return 'unknown';
  if (emissions > point.upper) return 'off_course';
  return emissions < point.lower ? 'ahead' : 'on_course';
}
