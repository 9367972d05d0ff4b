import { benchmark, categoryOf, thermalUtilities } from './benchmarks.ts';
import { isKnown, lacks } from './flow.ts';
import type { FuelEnergy, IntensityFigure } from './place-intensity.ts';
import { quarterOf, quartilesOf, type Quartiles } from './quartiles.ts';
import type { Site } from '../estate/estate.ts';
import { dateOf, type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * A site's kWh per m² against the same period a year before, the other sites of its type, and published benchmarks.
 * Only what is known whole is set against anything: a part of a year against a part, and never against a yearly value.
 */

/** The figures of a site in a period and in the same period a year before. */
export interface SiteYears {
  readonly site: Site;
  readonly now: IntensityFigure;
  readonly before: IntensityFigure;
}

/** The same dates a year before; 29 February becomes 1 March, the day that follows 28 February in both years. */
export function yearBefore({ from, to }: Period): Period {
  return { from: startOfDay(dateBefore(dateOf(from))), to: startOfDay(dateBefore(dateOf(to))) };
}

function dateBefore(date: LocalDate): LocalDate {
  const year = String(Number(date.slice(0, 4)) - 1).padStart(4, '0');
  return date.endsWith('-02-29') ? `${year}-03-01` : year + date.slice(4);
}

/** Whether a period is twelve months, from a date to the same date of the next year. */
export function isOneYear(period: Period): boolean {
  return yearBefore(period).to === period.from;
}

/** Whether a figure is that of a whole period: open throughout, its area known, and nothing of it missing. */
export function isWholeFigure({ energy, total, area }: IntensityFigure): boolean {
  return energy !== undefined && !lacks(total, false) && area.openDays === area.days && area.unknownDays === 0;
}

/** This year against last year, of the sites that are whole in both. */
export interface LikeForLike {
  readonly sites: number;
  readonly compared: readonly SiteYears[];
  /** kWh/m² of the compared sites together. */
  readonly now: number | undefined;
  readonly before: number | undefined;
  /** 0.1 is a tenth more. */
  readonly change: number | undefined;
}

export function likeForLike(list: readonly SiteYears[]): LikeForLike {
  const compared = list.filter(({ now, before }) => isWholeFigure(now) && isWholeFigure(before));
  const now = together(compared.map((one) => one.now));
  const before = together(compared.map((one) => one.before));
  const change = now !== undefined && before !== undefined && before > 0 ? now / before - 1 : undefined;
  return { sites: list.length, compared, now, before, change };
}

function together(figures: readonly IntensityFigure[]): number | undefined {
  const energy = figures.reduce((sum, figure) => sum + (figure.energy ?? 0), 0);
  const area = figures.reduce((sum, figure) => sum + (figure.area.area ?? 0), 0);
  return area > 0 ? energy / area : undefined;
}

/** The quartiles of the sites of each type, of those that are whole in the period. */
export function quartilesByType(list: readonly SiteYears[]): ReadonlyMap<Site['type'], Quartiles> {
  const whole = list.filter(({ now }) => isWholeFigure(now) && now.value !== undefined);
  const groups = Map.groupBy(whole, ({ site }) => site.type);
  return new Map([...groups].map(([type, sites]) => [type, quartilesOf(sites.map(({ now }) => now.value ?? 0))]));
}

/** Which quarter of its type a site lies in; undefined where it is not whole or there are too few. */
export function quarterOfSite({ site, now }: SiteYears, byType: ReadonlyMap<Site['type'], Quartiles>) {
  const quartiles = byType.get(site.type);
  return quartiles && now.value !== undefined && isWholeFigure(now) ? quarterOf(now.value, quartiles) : undefined;
}

/** What TM46 sets side by side, kWh/m²: undefined where no such meter counts or nothing is known. */
export interface TwoKinds {
  readonly electricity: number | undefined;
  readonly fossilThermal: number | undefined;
}

export function twoKindsOf({ byFuel }: IntensityFigure): TwoKinds {
  const sum = (fuels: readonly FuelEnergy[]): number | undefined =>
    fuels.some(({ total }) => isKnown(total))
      ? fuels.reduce((all, { intensity }) => all + (intensity ?? 0), 0)
      : undefined;
  return {
    electricity: sum(byFuel.filter(({ utility }) => utility === 'electricity')),
    fossilThermal: sum(byFuel.filter(({ utility }) => thermalUtilities.includes(utility))),
  };
}

/** Why a site is not set against a benchmark. */
export const benchmarkGaps = {
  'not-a-year': 'a benchmark is for twelve months',
  partial: 'the figure is not that of a whole year, known and open throughout',
  'no-category': 'the type of the site has no category there, and the site names none',
} as const;
export type BenchmarkGap = keyof typeof benchmarkGaps;

/** A site against the benchmarks, each undefined where it has no category there. */
export function benchmarksOf({ site, now }: SiteYears) {
  const tm46 = categoryOf('cibse-tm46', site);
  const enco2de = categoryOf('enco2de-2006', site);
  const gap: BenchmarkGap | undefined = !isOneYear(now.period)
    ? 'not-a-year'
    : !isWholeFigure(now)
      ? 'partial'
      : !tm46 && !enco2de
        ? 'no-category'
        : undefined;
  const expected = tm46 && tm46.values.electricity + tm46.values.fossil_thermal;
  const ratio = gap === undefined && expected && now.value !== undefined ? now.value / expected : undefined;
  return { tm46, enco2de, gap, ratio };
}

/** The publications, as they are named beside what is set against them. */
export function benchmarkSources() {
  return [benchmark('cibse-tm46'), benchmark('enco2de-2006')].map(({ id, title, publisher, unit, per, note }) => ({
    id,
    title,
    publisher,
    unit,
    per,
    note,
  }));
}
