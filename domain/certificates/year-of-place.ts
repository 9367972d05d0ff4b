import { accountingOf } from '../carbon/accounting.ts';
import { factorOn } from '../carbon/carbon.ts';
import { isKnown } from '../energy/flow.ts';
import { addParts, type EnergyPart } from '../energy/site-energy.ts';
import { type Estate, listed } from '../estate/estate.ts';
import { dateOf, type EpochSeconds, type LocalDate } from '../time.ts';
import type { YearCover } from './cover.ts';
import { exportReduction } from './market-based.ts';
import { type MarketFigure, marketFigure } from './market-figure.ts';
import { type Cover, coverOf, type CoverPlace, isInside } from './place-cover.ts';
import { ownUses, supplyUses } from './uses.ts';

/** The electricity of a place in a disclosure period to date: its cover, and its emissions by both methods. */
export interface PlaceYear {
  readonly cover: Cover;
  readonly flow: ReturnType<typeof addParts>;
  readonly isKnown: boolean;
  readonly market: MarketFigure;
  /** kgCO2e at the average of the grid; undefined where a factor is missing. */
  readonly location: number | undefined;
  /** kgCO2e: a line of its own, taken off no figure. */
  readonly exportReduction: number | undefined;
}

/** The electricity of an estate in a disclosure period, its buckets between the boundaries, and what covers it. */
export interface YearOfEstate {
  readonly cover: YearCover;
  readonly parts: readonly EnergyPart[];
  readonly boundaries: readonly EpochSeconds[];
}

export function coverOfPlace(estate: Estate, year: YearOfEstate, place: CoverPlace): PlaceYear {
  const { cover, boundaries } = year;
  const parts = year.parts.filter(({ site, reporter }) => isInside(place, { site, organisation: reporter }));
  const own = ownUses(parts, boundaries);
  const flow = addParts(parts);
  const accounting = accountingOf(estate);
  const gridAverage = (date: LocalDate): number | undefined =>
    factorOn('electricity', 'generation', date, accounting).value;
  const location = locationOf(supplyUses(parts, boundaries), gridAverage);
  return {
    cover: coverOf(cover, own, listed(estate, 'own_generation'), place),
    flow,
    isKnown: isKnown(flow),
    market: marketFigure(estate, parts, boundaries, new Map([[cover.period, cover]]), accounting),
    location,
    exportReduction: exportReduction(own, gridAverage, location),
  };
}

function locationOf(
  bought: ReturnType<typeof supplyUses>,
  gridAverage: (date: LocalDate) => number | undefined,
): number | undefined {
  let sum = 0;
  for (const { energy, period } of bought) {
    const factor = energy === 0 ? 0 : gridAverage(dateOf(period.from));
    if (factor === undefined) return undefined;
    sum += energy * factor;
  }
  return sum;
}
