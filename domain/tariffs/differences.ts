import { cellKindOf } from './cells.ts';
import type { ChargeKind } from './charges.ts';
import { refuseUnknown, vatByMonth } from './costs.ts';
import type { Load } from './load.ts';
import type { Plan, PlanItem } from './plan.ts';
import { Quantities } from './quantities.ts';
import { certain } from './range.ts';
import { amountsOf } from './totals.ts';

/**
 * Why one offer costs more than another for the same half-hours. Every cost is taken apart by the same steps, each of
 * which is the offer's own reckoning of a simpler load, so that the parts add up to the cost and their differences to
 * the difference:
 *
 * - a flat load of the same kWh, counted at the meter: energy, networks, levies, certificates, fees, by what they are
 * - `losses`: what counting kWh further up adds to that
 * - `shape`: what our half-hours add to a flat load
 * - `capacity`: kVA, kvarh and peak demand
 * - `vat`
 *
 * Like the totals of a comparison they are numbers and not rounded to pence.
 */
export const causes = {
  energy: 'the price of energy, for a flat load at the meter',
  shape: 'when we use it: our half-hours against a flat load',
  losses: 'kWh counted with losses',
  networks: 'distribution, transmission, balancing and gas transportation, for a flat load at the meter',
  capacity: 'kVA, kvarh and peak demand',
  levies: 'levies and the Climate Change Levy, for a flat load at the meter',
  rego: 'certificates of origin',
  fees: 'standing charges, metering, data collection and the supplier’s fees',
  export: 'payment for export',
  vat: 'VAT',
} as const;
export type Cause = keyof typeof causes;
/** The same in a few words, after “more for”. */
export const causesInShort: Readonly<Record<Cause, string>> = {
  energy: 'energy',
  shape: 'when we use it',
  losses: 'losses',
  networks: 'networks',
  capacity: 'capacity and reactive energy',
  levies: 'levies',
  rego: 'certificates',
  fees: 'fees and metering',
  export: 'export',
  vat: 'VAT',
};
export const causeNames = Object.keys(causes) as [Cause, ...Cause[]];

/** What a charge is put to where neither losses, shape nor power made it. */
export const causeOfKind: Readonly<Record<ChargeKind, Cause>> = {
  energy: 'energy',
  duos: 'networks',
  tnuos: 'networks',
  bsuos: 'networks',
  transportation: 'networks',
  ro: 'levies',
  cfd: 'levies',
  fit: 'levies',
  cm: 'levies',
  aahedc: 'levies',
  rab: 'levies',
  green_gas_levy: 'levies',
  ccl: 'levies',
  rego: 'rego',
  export: 'export',
  water_supply: 'energy',
  sewerage: 'networks',
  metering: 'fees',
  data_collection: 'fees',
  supplier: 'fees',
  other: 'fees',
};

/** Pounds by cause, at the most likely. */
export type CostParts = Readonly<Record<Cause, number>>;

/**
 * A supply point's costs by a plan, taken apart; the parts add up to the total of `totalsByPlan`. `flat` is the same
 * supply point with `flattened` of its load: it serves all offers. Throws a ProblemError as `costsByPlan` does.
 */
export function partsOf(plan: Plan, ours: Quantities, flat: Quantities): CostParts {
  refuseUnknown(plan, ours);
  // What is charged, and whether by the levy, follows from our own use and not from that of a flat load.
  const vatIn = vatByMonth(ours);
  const amounts = amountsOf(plan, ours, vatIn);
  const onFlat = amountsOf(plan, flat, vatIn);
  const onMeter = amountsOf(atMeter(plan), flat, vatIn);
  const parts: Record<Cause, number> = { ...noParts };
  for (const [i, { charge, measure, segment }] of plan.items.entries()) {
    const best = amounts[i]?.best ?? 0;
    const kind = causeOfKind[charge.kind];
    if (measure.kind === 'use') {
      const [simplest, further] = [onMeter[i]?.best ?? 0, onFlat[i]?.best ?? 0];
      parts[kind] += simplest;
      parts.losses += further - simplest;
      parts.shape += best - further;
    } else parts[byPower.has(measure.kind) ? 'capacity' : kind] += best;
    parts.vat += (best * vatIn(segment.month).percent) / 100;
  }
  return parts;
}

const noParts = Object.fromEntries(causeNames.map((cause) => [cause, 0])) as Record<Cause, number>;
const byPower: ReadonlySet<PlanItem['measure']['kind']> = new Set(['capacity', 'reactive', 'peak_demand', 'peak_day']);

/** The same in every half-hour. */
export function flattened(load: Load): Load {
  const { use } = load;
  const mean = use.best.reduce((sum, each) => sum + each, 0) / use.best.length;
  return { ...load, use: certain(new Float64Array(use.best.length).fill(mean)) };
}

// A pure function's memory: supply points of the same terms share a plan.
const atMeterKept = new WeakMap<Plan, Plan>();

/** The plan with everything counted at the meter. */
function atMeter(plan: Plan): Plan {
  const known = atMeterKept.get(plan);
  if (known) return known;
  const items = plan.items.map((item): PlanItem => {
    const { measure } = item;
    if (measure.kind !== 'use' || (measure.cells.base !== 'gsp' && measure.cells.base !== 'nbp')) return item;
    const { times, series } = measure.cells;
    return { ...item, measure: { ...measure, cells: cellKindOf(times, 'meter', series) } };
  });
  const counted = { ...plan, items };
  atMeterKept.set(plan, counted);
  return counted;
}

/** How much more the second is than the first, by cause. */
export function differenceOf(first: CostParts, second: CostParts): CostParts {
  return fromCauses((cause) => second[cause] - first[cause]);
}

/** Parts of several supply points as one. */
export function sumOfParts(all: readonly CostParts[]): CostParts {
  return fromCauses((cause) => all.reduce((sum, parts) => sum + parts[cause], 0));
}

function fromCauses(of: (cause: Cause) => number): CostParts {
  return Object.fromEntries(causeNames.map((cause) => [cause, of(cause)])) as CostParts;
}
