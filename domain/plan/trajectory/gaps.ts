import type { Band } from '../../reports/targets.ts';
import type { EpochSeconds, Period } from '../../time.ts';
import { fundingOf } from '../measure-finance.ts';
import type { MeasureState } from '../measure-standing.ts';
import { type Confidence, isToCome } from '../register.ts';
import { beginsAt } from './effects.ts';
import type { GapMoney, MeasureEffect, MilestoneGap, TrajectoryPoint } from './trajectory.ts';

interface Plan {
  readonly measures: readonly MeasureState[];
  readonly effects: readonly MeasureEffect[];
  readonly now: EpochSeconds;
}

/** How far the plan is from each milestone, in every year that it is due in first and last. */
export function gapsOf(band: Band, points: readonly TrajectoryPoint[], plan: Plan): MilestoneGap[] {
  const byYear = new Map(points.map((point) => [point.year, point]));
  return band.milestones.flatMap(({ earliest, latest, reduction, says }) =>
    [...new Set([earliest, latest])].flatMap((year): MilestoneGap[] => {
      const point = byYear.get(year);
      if (!point) return [];
      const level = band.reference.emissions * (1 - reduction);
      const found = gapIn(point, level);
      const { gap, why } = 'why' in found ? { gap: undefined, why: found.why } : { gap: found, why: undefined };
      return [{ year, says, level, gap, why, money: moneyOf(point.period, gap?.possible, plan) }];
    }),
  );
}

/** Of a year that is over what was emitted, where enough of it is known to be set against a milestone. */
function gapIn({ ahead, actual }: TrajectoryPoint, level: number): NonNullable<MilestoneGap['gap']> | { why: string } {
  if (ahead) {
    const { committed, probable, possible } = ahead.planned;
    return { committed: committed - level, probable: probable - level, possible: possible - level };
  }
  const was = actual?.figure.value;
  if (was === undefined) return { why: 'what is emitted in that year is not known' };
  return actual?.since.why === 'not-whole' ? { why: 'too little of that year is known' } : same(was - level);
}

function same(gap: number): Readonly<Record<Confidence, number>> {
  return { committed: gap, probable: gap, possible: gap };
}

function moneyOf({ to }: Period, gap: number | undefined, { measures, effects, now }: Plan): GapMoney {
  const counted = new Map(effects.filter(({ leftOut }) => leftOut === undefined).map((one) => [one.measure, one]));
  // What is to be paid by then is known of measures too whose effect is not.
  const due = measures.filter((measure) => {
    const begins = beginsAt(measure, now);
    return isToCome(measure.status) && begins !== undefined && begins < to;
  });
  const unpriced = due.filter(({ entry }) => entry.cost === undefined).map(({ entry }) => entry.id);
  const perTonneAYear = capitalPerTonne(measures, counted);
  const isShort = gap !== undefined && gap > 0;
  return {
    planned: sumOf(due.map(({ entry }) => entry.cost?.capital_gbp)),
    unsecured: sumOf(due.map(({ entry, status }) => fundingOf(entry, status).fundingGap)),
    rest: isShort ? perTonneAYear && (gap / 1000) * perTonneAYear : gap === undefined ? undefined : 0,
    perTonneAYear,
    unpriced,
    why: [
      ...(unpriced.length > 0 ? [`what ${unpriced.join(', ')} cost is not known, and not in it`] : []),
      ...(due.length === 0 ? ['nothing is planned that is to be installed by then'] : []),
      ...(isShort && perTonneAYear === undefined
        ? ['what the rest would cost cannot be said: no planned measure has both a cost and a saving']
        : []),
    ],
  };
}

/** £ of capital for each tonne a year that planned measures take off; undefined where none has both. */
function capitalPerTonne(
  measures: readonly MeasureState[],
  counted: ReadonlyMap<string, MeasureEffect>,
): number | undefined {
  let [capital, tonnes] = [0, 0];
  for (const { entry, status } of measures) {
    const cost = entry.cost?.capital_gbp;
    const saved = counted.get(entry.id)?.emissions ?? 0;
    if (status === 'installed' || cost === undefined || saved <= 0) continue;
    capital += cost;
    tonnes += saved / 1000;
  }
  return tonnes > 0 ? capital / tonnes : undefined;
}

/** The sum of what is known; undefined where nothing is. */
function sumOf(list: readonly (number | undefined)[]): number | undefined {
  const known = list.filter((one) => one !== undefined);
  return known.length > 0 ? known.reduce((sum, one) => sum + one, 0) : undefined;
}

/** The latest instant that anything of a band is about. */
export function lastYearOf({ milestones }: Pick<Band, 'milestones'>): number {
  return Math.max(...milestones.map(({ latest }) => latest));
}
