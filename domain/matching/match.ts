/**
 * How much of the use of electricity was met, half-hour by half-hour, by generation that is claimed for it. What is
 * generated beyond the use of a half-hour is excess there and is not carried to another one.
 * The 24/7 carbon-free score (Google's CFE) is Σ [min(use, generation) + max(use − generation, 0) × grid's share] over
 * Σ use. Beside it stands what an annual claim says of the same kWh: all generation against all use.
 */

/** What is claimed, in the order in which it is matched: what is used where it is made comes first. */
export const matchSources = ['own', 'contract', 'certificates'] as const;
export type MatchSource = (typeof matchSources)[number];

/** The use of one site that one organisation reports, by half-hour, kWh; NaN is not known. */
export interface UseSeries {
  readonly site: string;
  readonly organisation: string;
  readonly bought: Float64Array;
  /** Own renewable generation used on the site, and whether the claim to it is kept. */
  readonly own: Float64Array;
  readonly ownClaimed: boolean;
}

/** Generation from elsewhere that is claimed for some uses, by half-hour, kWh; NaN is not known. */
export interface ClaimedGeneration {
  readonly source: Exclude<MatchSource, 'own'>;
  /** Id of the contract, or of the batch of certificates. */
  readonly of: string;
  readonly energy: Float64Array;
  /** Indices of the uses that it is claimed for. */
  readonly reach: readonly number[];
}

/** One use with what is matched to it. */
export interface MatchedUse {
  readonly use: UseSeries;
  /** kWh by source; NaN where use or generation is not known, and then nothing is compared. */
  readonly matched: Readonly<Record<MatchSource, Float64Array>>;
  /** Its part of what was generated beyond the use of the half-hour. */
  readonly excess: Float64Array;
}

/**
 * Matches uses with generation. A generation that several uses share goes to them in proportion to what each still
 * needs in the half-hour, so that what is matched to places adds up to what is matched to their whole; its excess is
 * told in proportion to what each bought.
 */
export function matchUses(uses: readonly UseSeries[], generation: readonly ClaimedGeneration[]): MatchedUse[] {
  const cells = uses.map((use): OpenUse => {
    const own = use.ownClaimed ? use.own.slice() : use.own.map((value) => value * 0);
    const none = () => new Float64Array(use.bought.length);
    return {
      use,
      left: use.ownClaimed ? use.bought.slice() : use.bought.map((value, i) => value + (use.own[i] as number)),
      matched: { own, contract: none(), certificates: none() },
      excess: none(),
    };
  });
  for (const source of matchSources) {
    for (const one of generation) if (one.source === source) place(one, cells);
  }
  return cells;
}

interface OpenUse extends MatchedUse {
  /** kWh not matched yet. */
  readonly left: Float64Array;
}

function place({ source, energy, reach }: ClaimedGeneration, cells: readonly OpenUse[]): void {
  const reached = reach.flatMap((i) => cells[i] ?? []);
  for (let i = 0; i < energy.length; i++) {
    const made = energy[i] as number;
    let [wanted, bought] = [0, 0];
    for (const { left, use } of reached) {
      // One that is not known takes no part, and what it would have taken is not known to be excess either.
      wanted += Number.isNaN(left[i]) ? 0 : (left[i] as number);
      bought += Number.isNaN(left[i]) ? 0 : (use.bought[i] as number);
    }
    const placed = Math.min(made, wanted);
    const excess = Math.max(0, made - wanted);
    for (const { left, matched, excess: all, use } of reached) {
      const own = left[i] as number;
      const part = Number.isNaN(made) ? Number.NaN : wanted > 0 ? placed * (own / wanted) : 0;
      const beyond = bought > 0 ? (excess * (use.bought[i] as number)) / bought : excess / reached.length;
      matched[source][i] = (matched[source][i] as number) + part;
      left[i] = Math.max(0, own - part);
      all[i] = (all[i] as number) + beyond;
    }
  }
}

/** What was matched in a stretch of half-hours. */
export interface MatchFigure {
  /** kWh of the half-hours that could be compared. */
  readonly use: number;
  readonly matched: Readonly<Record<MatchSource, number>>;
  /** kWh generated beyond the use of their half-hour. */
  readonly excess: number;
  /** Share of the use matched in its own half-hour; undefined where nothing was used. */
  readonly hourly: number | undefined;
  /** What an annual claim would say: all generation against all use, at most 1. Never below `hourly`. */
  readonly volume: number | undefined;
  /** 24/7 carbon-free score over the half-hours in which the grid's share is known; undefined without any. */
  readonly carbonFree: number | undefined;
  /** Half-hours of use (one of two sites is two), those compared, and those of them with the grid's share. */
  readonly halfHours: number;
  readonly compared: number;
  readonly withGrid: number;
}

/** Adds up from half-hour `first` up to and without `last`. `gridShare` is of 1, NaN where not known. */
export function matchFigure(
  places: readonly MatchedUse[],
  { first, last }: { readonly first: number; readonly last: number },
  gridShare?: Float64Array,
): MatchFigure {
  const matched = { own: 0, contract: 0, certificates: 0 };
  let [use, excess, compared, withGrid, gridUse, carbonFree] = [0, 0, 0, 0, 0, 0];
  for (const { use: of, matched: by, excess: beyond } of places) {
    for (let i = first; i < last; i++) {
      const used = (of.bought[i] as number) + (of.own[i] as number);
      const met = (by.own[i] as number) + (by.contract[i] as number) + (by.certificates[i] as number);
      if (Number.isNaN(used + met)) continue;
      compared++;
      use += used;
      excess += beyond[i] as number;
      for (const source of matchSources) matched[source] += by[source][i] as number;
      const share = gridShare?.[i] ?? Number.NaN;
      if (Number.isNaN(share)) continue;
      withGrid++;
      gridUse += used;
      carbonFree += met + Math.max(0, used - met) * share;
    }
  }
  const all = matched.own + matched.contract + matched.certificates;
  return {
    use,
    matched,
    excess,
    hourly: use > 0 ? Math.min(1, all / use) : undefined,
    volume: use > 0 ? Math.min(1, (all + excess) / use) : undefined,
    carbonFree: gridUse > 0 ? carbonFree / gridUse : undefined,
    halfHours: places.length * Math.max(0, last - first),
    compared,
    withGrid,
  };
}
