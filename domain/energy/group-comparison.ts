import { type CorrectedFigure } from '../weather/corrected-figure.ts';
import { isWholeFigure, type LikeForLike, likeForLike, type SiteYears } from './comparisons.ts';
import { addTo, type Flow, isKnown, lacks, Total } from './flow.ts';
import type { IntensityFigure } from './place-intensity.ts';

/** Some sites together against last year: as they were, like for like, and both years in the weather of a usual one. */
export interface GroupComparison {
  readonly now: GroupTotal;
  readonly before: GroupTotal;
  readonly same: LikeForLike;
  readonly corrected: CorrectedComparison;
}

/** The energy, the area and the flow of some sites together; undefined where one of them is not known. */
export interface GroupTotal {
  readonly flow: Flow;
  /** kWh. */
  readonly energy: number | undefined;
  /** m². */
  readonly area: number | undefined;
  /** kWh/m². */
  readonly intensity: number | undefined;
  readonly missing: boolean;
}

/**
 * kWh/m² in the weather of the standard year, of the sites that are compared; where none can be compared yet, this
 * year's of those that are whole in it.
 */
export interface CorrectedComparison {
  readonly now: number | undefined;
  readonly before: number | undefined;
  /** 0.1 is a tenth more. */
  readonly change: number | undefined;
  /** What is to know of the correction, or why there is none, with the site and the utility it is about. */
  readonly notes: readonly string[];
}

/** The corrected figures of sites in both years. */
export interface CorrectedYears {
  readonly now: ReadonlyMap<string, CorrectedFigure>;
  readonly before: ReadonlyMap<string, CorrectedFigure>;
}

export function compareGroup(list: readonly SiteYears[], years: CorrectedYears): GroupComparison {
  const same = likeForLike(list);
  return {
    now: totalOf(list.map((one) => one.now)),
    before: totalOf(list.map((one) => one.before)),
    same,
    corrected: correctedOf(same, years, list),
  };
}

function totalOf(figures: readonly IntensityFigure[]): GroupTotal {
  const flow = new Total();
  for (const figure of figures) addTo(flow, figure.total);
  const areas = figures.map(({ area }) => area.area);
  const energy = isKnown(flow) ? flow.energy : undefined;
  const area = areas.includes(undefined) ? undefined : areas.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const missing =
    figures.length === 0 || figures.some((figure) => figure.energy === undefined || lacks(figure.total, false));
  return { flow, energy, area, intensity: energy !== undefined && area ? energy / area : undefined, missing };
}

function correctedOf(
  { compared }: LikeForLike,
  years: CorrectedYears,
  list: readonly SiteYears[],
): CorrectedComparison {
  const perArea = (of: 'now' | 'before', sites: readonly SiteYears[]): number | undefined => {
    let [energy, area] = [0, 0];
    for (const one of sites) {
      const own = years[of].get(one.site.id)?.energy;
      if (own === undefined) return undefined;
      energy += own;
      area += one[of].area.area ?? 0;
    }
    return area > 0 ? energy / area : undefined;
  };
  // In the first whole year nothing can be compared yet, and that year can be corrected all the same.
  const whole = compared.length > 0 ? compared : list.filter((one) => isWholeFigure(one.now));
  const [now, before] = [perArea('now', whole), perArea('before', compared)];
  const notes = list.flatMap(({ site: { id } }) => {
    const [own, older] = [years.now, years.before].map((year) =>
      (year.get(id)?.notes ?? []).map(({ note, utility }) => `${note} ${id}${utility ? ` ${utility}` : ''}`),
    );
    return [
      ...(own ?? []),
      ...(older ?? []).filter((note) => own?.includes(note) !== true).map((note) => `last-year ${note}`),
    ];
  });
  const change = now !== undefined && before ? now / before - 1 : undefined;
  return { now, before, change, notes: [...new Set(notes)] };
}
