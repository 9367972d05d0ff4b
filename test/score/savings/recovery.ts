import { expectedOf, heatLossOf } from '../../../domain/savings/expected.ts';
import type { GateName } from '../../../domain/savings/gates.ts';
import type { Disqualified, Interval, ModelMethod } from '../../../domain/savings/model.ts';
import { savingOf } from '../../../domain/savings/saving-of.ts';
import { baseline, buildingOf, reporting, type Twist } from './building.ts';

/** How often the 90 % intervals of a method hold the truth, of so many buildings made by seeds 1, 2, 3 … */
export interface Recovery {
  readonly method: ModelMethod;
  readonly runs: number;
  /** Buildings of which no number was told, and the gates that they did not pass. */
  readonly disqualified: number;
  readonly gates: readonly GateName[];
  readonly quantities: Readonly<Record<Quantity, Recovered>>;
}

export const quantities = ['heat loss', 'base', 'saving'] as const;
export type Quantity = (typeof quantities)[number];

export interface Recovered {
  /** Shares, 0 to 1: of intervals that hold the truth, and their median half width beside what they are of. */
  readonly covered: number;
  readonly halfWidth: number;
  /** Mean of best less true, as a share: of the true heat loss and base, and of what was expected. */
  readonly bias: number;
}

interface Told {
  readonly interval: Interval;
  readonly truth: number;
  /** What widths are a share of. */
  readonly of: number;
}

export function recoveryOf(method: ModelMethod, seeds: number, twist: Twist = {}): Recovery {
  const told: Record<Quantity, Told[]> = { 'heat loss': [], base: [], saving: [] };
  const gates = new Set<GateName>();
  let disqualified = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const found = toldOf(method, seed, twist);
    if ('disqualified' in found) {
      disqualified++;
      for (const { gate } of found.disqualified) gates.add(gate);
    } else for (const quantity of quantities) told[quantity].push(found[quantity]);
  }
  const runs = seeds - disqualified;
  const [heatLoss, base, saving] = [recoveredOf(told['heat loss']), recoveredOf(told.base), recoveredOf(told.saving)];
  return { method, runs, disqualified, gates: [...gates], quantities: { 'heat loss': heatLoss, base, saving } };
}

function toldOf(method: ModelMethod, seed: number, twist: Twist): Record<Quantity, Told> | Disqualified {
  const { use, temperature, efficiency, truth } = buildingOf(seed, twist);
  const answer = savingOf({ use, temperature, baseline, reporting, method, heatsOnly: true });
  if ('disqualified' in answer) return answer;
  const { model, saved, expected } = answer;
  // A building that is thought not to be heated at all has the heat loss 0.
  const heatLoss = heatLossOf(model, efficiency) ?? { low: 0, best: 0, high: 0 };
  const counted = truth.knownOf(expectedOf(model, temperature, reporting).values);
  return {
    'heat loss': { interval: heatLoss, truth: truth.heatLoss, of: truth.heatLoss },
    base: { interval: model.base, truth: truth.base, of: truth.base },
    saving: { interval: saved, truth: truth.saving(counted), of: expected },
  };
}

function recoveredOf(list: readonly Told[]): Recovered {
  const holds = list.filter(({ interval: { low, high }, truth }) => low <= truth && truth <= high);
  const widths = list.map(({ interval: { low, high }, of }) => (high - low) / 2 / of).sort((a, b) => a - b);
  const offs = list.map(({ interval: { best }, truth, of }) => (best - truth) / of);
  return {
    covered: holds.length / list.length,
    halfWidth: widths[Math.floor(widths.length / 2)] as number,
    bias: offs.reduce((sum, one) => sum + one, 0) / offs.length,
  };
}

/** What the tests of every build look at, and what the page shows. */
export const judged = { method: 'day_types', seeds: 400 } as const;

/** A line of the page's table. */
export function recoveryLine(name: string, { runs, quantities: found }: Recovery): string {
  const cells = quantities.map((quantity) => {
    const { covered, halfWidth, bias } = found[quantity];
    return `${percent(covered)} | ${percent(halfWidth)} | ${percent(bias)}`;
  });
  return `| ${name} | ${runs} | ${cells.join(' | ')} |`;
}

/** Why the table has fewer buildings than were made. */
export function leftOutLine({ disqualified, gates }: Recovery): string {
  const names = gates.map((gate) => `\`${gate}\``).join(', ');
  return `${disqualified} of the ${judged.seeds} are not in the tables: too many days were lost, and no number is told (gate ${names}).`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
