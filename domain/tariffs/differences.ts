import { cellKindOf } from './cells.ts';
import { type ChargeKind, chargeKindNames } from './charges.ts';
import { type Costs, costsByPlan } from './costs.ts';
import { type Load } from './load.ts';
import { Money, nothing } from './money.ts';
import type { Plan, PlanItem } from './plan.ts';
import { Quantities } from './quantities.ts';
import { certain } from './range.ts';

/**
 * Why one offer costs more than another for the same half-hours. Every cost is taken apart by the same steps, each of
 * which is the offer's own reckoning of a simpler load, so that the parts add up to the cost and their differences to
 * the difference, exactly:
 *
 * - a flat load of the same kWh, counted at the meter: energy, networks, levies, certificates, fees, by what they are
 * - `losses`: what counting kWh further up adds to that
 * - `shape`: what our half-hours add to a flat load
 * - `capacity`: kVA, kvarh and peak demand
 * - `vat`, and `rounding` where the tariff rounds to pence
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
  rounding: 'rounding to pence',
} as const;
export type Cause = keyof typeof causes;
export const causeNames = Object.keys(causes) as [Cause, ...Cause[]];

const causeOfKind: Readonly<Record<ChargeKind, Cause>> = {
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

export type CostParts = Readonly<Record<Cause, Money>>;

/** A supply point's costs by a plan, taken apart; the parts add up to the total. Of a range, the most likely. */
export function partsOf(plan: Plan, quantities: Quantities): CostParts {
  const { terms } = quantities;
  const ours = new Quantities(bestOf(quantities.load), terms);
  const flat = new Quantities(flattened(ours.load), terms);
  // What is charged, and whether by the levy, follows from our own use and not from that of a flat load.
  const costs = costsByPlan(plan, ours);
  const simple = { flat: costsOfUse(plan, flat, costs), atMeter: costsOfUse(atMeter(plan), flat, costs) };
  const parts: Record<Cause, Money> = { ...noParts };
  const book = (cause: Cause, amount: Money) => (parts[cause] = parts[cause].plus(amount));
  for (const [
    i,
    {
      charge,
      amount: { best },
    },
  ] of costs.lines.entries()) {
    const kind = causeOfKind[charge.kind];
    const [onFlat, onMeter] = [simple.flat[i], simple.atMeter[i]];
    if (isByPower(charge.unit)) book('capacity', best);
    else if (onFlat === undefined || onMeter === undefined) book(kind, best);
    else {
      book(kind, onMeter);
      book('losses', onFlat.minus(onMeter));
      book('shape', best.minus(onFlat));
    }
  }
  for (const { amount } of costs.vat) book('vat', amount.best);
  const sum = Money.sum(nothing, ...causeNames.map((cause) => parts[cause]));
  book('rounding', costs.total.best.minus(sum));
  return parts;
}

const noParts = Object.fromEntries(causeNames.map((cause) => [cause, nothing])) as Record<Cause, Money>;

function isByPower(unit: string): boolean {
  return unit.includes('kVA') || unit.includes('kvarh') || unit.includes('kW/') || unit.startsWith('p/peak-day');
}

function bestOf({ unit, from, use, reactive }: Load): Load {
  return { unit, from, use: certain(use.best), reactive: reactive && certain(reactive.best) };
}

/** The same in every half-hour. */
function flattened(load: Load): Load {
  const { use } = load;
  const mean = use.best.reduce((sum, each) => sum + each, 0) / use.best.length;
  return { ...load, use: certain(new Float64Array(use.best.length).fill(mean)) };
}

/** The plan with everything counted at the meter. */
function atMeter(plan: Plan): Plan {
  const items = plan.items.map((item): PlanItem => {
    const { measure } = item;
    if (measure.kind !== 'use' || (measure.cells.base !== 'gsp' && measure.cells.base !== 'nbp')) return item;
    const { times, series } = measure.cells;
    return { ...item, measure: { ...measure, cells: cellKindOf(times, 'meter', series) } };
  });
  return { ...plan, items };
}

/** Line by line what a simpler load costs, where the line is by use; a line that is exempt stays so. */
function costsOfUse(plan: Plan, quantities: Quantities, ours: Costs): (Money | undefined)[] {
  const { lines } = costsByPlan(plan, quantities);
  return ours.lines.map((line, i) => {
    const simple = lines[i];
    if (line.exempt !== undefined || !simple || !/kWh$|MWh$|m3$/.test(line.charge.unit)) return undefined;
    return simple.exempt === undefined ? simple.amount.best : undefined;
  });
}

export interface Difference {
  /** Pounds that the second costs more than the first, by kind of charge. */
  readonly byKind: ReadonlyMap<ChargeKind, Money>;
  readonly vat: Money;
  /** What rounding to pence leaves between the components and the totals. */
  readonly rounding: Money;
  readonly byCause: CostParts;
  readonly total: Money;
}

/** How two offers differ for one supply point: by component, and by cause. Both add up to the difference exactly. */
export function differenceOf(first: Plan, second: Plan, quantities: Quantities): Difference {
  const ours = new Quantities(bestOf(quantities.load), quantities.terms);
  const [a, b] = [costsByPlan(first, ours), costsByPlan(second, ours)];
  const [before, after] = [partsOf(first, quantities), partsOf(second, quantities)];
  const kinds = chargeKindNames.filter((kind) =>
    [a, b].some(({ lines }) => lines.some(({ charge }) => charge.kind === kind)),
  );
  const ofKind = ({ lines }: Costs, kind: ChargeKind) =>
    Money.sum(nothing, ...lines.filter(({ charge }) => charge.kind === kind).map(({ amount }) => amount.best));
  const vatOf = ({ vat }: Costs) => Money.sum(nothing, ...vat.map(({ amount }) => amount.best));
  const byKind = new Map(kinds.map((kind) => [kind, ofKind(b, kind).minus(ofKind(a, kind))]));
  const [vat, total] = [vatOf(b).minus(vatOf(a)), b.total.best.minus(a.total.best)];
  return {
    byKind,
    vat,
    rounding: total.minus(Money.sum(vat, ...byKind.values())),
    byCause: Object.fromEntries(
      causeNames.map((cause) => [cause, after[cause].minus(before[cause])]),
    ) as unknown as CostParts,
    total,
  };
}

/** Differences of several supply points as one. */
export function sumOfDifferences(all: readonly Difference[]): Difference {
  const byKind = new Map<ChargeKind, Money>();
  for (const difference of all) {
    for (const [kind, amount] of difference.byKind) byKind.set(kind, (byKind.get(kind) ?? nothing).plus(amount));
  }
  const sum = (of: (difference: Difference) => Money) => Money.sum(nothing, ...all.map(of));
  return {
    byKind,
    vat: sum(({ vat }) => vat),
    rounding: sum(({ rounding }) => rounding),
    byCause: Object.fromEntries(
      causeNames.map((cause) => [cause, sum(({ byCause }) => byCause[cause])]),
    ) as unknown as CostParts,
    total: sum(({ total }) => total),
  };
}
