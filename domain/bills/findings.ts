import { datesIn, dayOf, halfHoursInDay, halfHourSeconds, type Period, startOfDay } from '../time.ts';
import type { Cause } from './causes.ts';
import { writtenRates } from './pairing.ts';
import { keyOfCharge, type Ours, type Reckoning } from './reckoning.ts';
import type { BilledSum } from './variance.ts';
import type { Paired, Position } from './billed-positions.ts';
import { bandedOf } from '../tariffs/calendar.ts';
import { weightsOf } from '../tariffs/cells.ts';
import { type ChargeUnit, chargeUnits, measureOf, poundsOf } from '../tariffs/charge-units.ts';
import type { Charge } from '../tariffs/charges.ts';
import { type EarlierUse, isNear, signsOfEstimate } from './estimate-signs.ts';
import { exactly, Money } from '../tariffs/money.ts';
import { publishedCharges } from '../tariffs/published.ts';
import { sum } from './settled-bills.ts';

/** Why a rate, a quantity or a band is billed otherwise: what the numbers themselves give away. */
export interface Finding {
  readonly cause: Cause;
  /** What was found, in words; empty where the numbers say nothing more. */
  readonly remarks: readonly string[];
}

/** A position with what is billed and what is ours. */
export interface Side {
  readonly position: Position & { readonly of: Paired };
  readonly billed: BilledSum;
  readonly ours: Ours;
}

/** Rates that are written for a charge and band on other dates, its own and those that are published. */
function otherRates(charge: Charge, band: string | undefined, reckoning: Reckoning) {
  const key = keyOfCharge(charge);
  const sets = [...(reckoning.point.published ?? []), ...publishedCharges()];
  const published = sets
    .filter(({ kind, utility }) => kind === charge.kind && utility === reckoning.point.terms.utility)
    .flatMap(({ rows }) => rows.flatMap(({ charges }) => charges))
    .filter((one) => keyOfCharge(one) === key);
  return [charge, ...published].flatMap((one) =>
    writtenRates(one)
      .filter((rate) => band === undefined || rate.band === band)
      .map((rate) => ({ ...rate, pounds: poundsOf(rate.value, one.unit), unit: one.unit })),
  );
}

export function rateFinding({ position, billed, ours }: Side, reckoning: Reckoning): Finding {
  const { charge, band } = position.of;
  const { rate } = billed;
  const own = new Set(ours.lines.map((line) => line.rate));
  const other = otherRates(charge, band, reckoning).find(
    ({ pounds, value }) => rate?.abs().eq(pounds.abs()) && (own.size > 1 || !own.has(value)),
  );
  const remarks = other
    ? [`${other.value} ${other.unit} holds from ${other.from}${other.to === undefined ? '' : ` to ${other.to}`}`]
    : [];
  if (charge.kind === 'ccl') {
    const exempt = ours.lines.find((line) => line.exempt !== undefined)?.exempt;
    return { cause: 'levy', remarks: exempt === undefined ? remarks : [`no levy is due: ${exempt}`] };
  }
  return { cause: other ? 'old_rate' : 'rate', remarks };
}

/** Of the positions of one charge and the same days, together. */
export function quantityFinding(group: readonly Side[], earlier: readonly EarlierUse[], reckoning: Reckoning): Finding {
  const [first] = group;
  if (!first) return { cause: 'quantity', remarks: [] };
  const { charge } = first.position.of;
  const measure = measureOf(charge.unit);
  const fixed = causeByMeasure[measure];
  if (fixed) return { cause: fixed, remarks: capacityRemarks(first, charge) };
  const billed = sum(group.map((one) => one.billed.quantity ?? new Money(0)));
  const ours = sum(group.map((one) => one.ours.quantity.best));
  if (measure === 'energy') {
    const base = otherBase(group, charge, billed, ours, reckoning);
    if (base) return { cause: 'losses', remarks: [`the quantity is that at the ${baseNames[base]}`] };
  }
  const reads = group.flatMap(({ position }) => position.lines.map(({ line }) => line.reads));
  const signs = signsOfEstimate(
    {
      dates: first.position.dates,
      isCoded: reads.includes('E'),
      quantities: group.map((one) => ({
        quantity: one.billed.quantity ?? new Money(0),
        halfHours: halfHoursIn(one.position.period, charge, one.position.of.band),
      })),
    },
    earlier,
  );
  const isRead = reads.every((read) => read === 'A' || read === 'C');
  const words = isRead ? 'marked as read, and yet like an estimate' : 'as an estimate';
  const cause = signs.length > 0 && !isRead ? 'estimated' : 'quantity';
  return { cause, remarks: signs.map((sign) => `${words}: ${sign}`) };
}

const causeByMeasure: Readonly<Partial<Record<ReturnType<typeof measureOf>, Cause>>> = {
  time: 'days',
  capacity: 'capacity',
  peak_demand: 'capacity',
  peak_day: 'capacity',
  reactive: 'reactive',
  percent: 'follows',
};
const baseNames = { meter: 'meter', gsp: 'grid supply point', nbp: 'national balancing point' } as const;

function capacityRemarks({ ours }: Side, { of }: Charge): string[] {
  if (of === undefined || of === 'agreed') return [];
  const { low, high } = ours.quantity;
  return low.eq(high) ? [] : ['the power factor or some half-hours are only known as a range'];
}

/** The base at whose kWh a charge is billed, band by band, where that is another than its own. */
function otherBase(
  group: readonly Side[],
  charge: Charge,
  billed: Money,
  ours: Money,
  reckoning: Reckoning,
): keyof typeof baseNames | undefined {
  const bases = (['meter', 'gsp', 'nbp'] as const).filter((base) => base !== (charge.base ?? 'meter'));
  return bases.find((base) => {
    const atBase = group.map(({ position: { of, period } }) => reckoning.atBase(of, base, period)?.best);
    // A thousandth: meter kWh and kWh with losses lie further apart than that. One band alone that is far off can make
    // the sum look like another base.
    const fits = group.every((one, i) => {
      const due = atBase[i];
      return due && isNear(one.billed.quantity ?? new Money(0), due);
    });
    const total = sum(atBase.map((one) => one ?? new Money(0)));
    return fits && billed.minus(total).abs().times(4).lt(billed.minus(ours).abs());
  });
}

function halfHoursIn(period: Period, { times }: Charge, band: string | undefined): number | undefined {
  if (!times || band === undefined) return (period.to - period.from) / halfHourSeconds;
  const { names, of } = bandedOf(times, period);
  const index = names.indexOf(band);
  return of.filter((one) => one === index).length;
}

/**
 * Whether the bands are right with every half-hour an hour earlier or later: over all the days, or on one side of the
 * change of clocks that lies in them.
 */
export function bandFinding(group: readonly Side[], reckoning: Reckoning): Finding {
  const [first] = group;
  const band: Finding = { cause: 'band', remarks: [] };
  if (!first || group.length < 2 || !reckoning.point.load) return band;
  const { charge } = first.position.of;
  const billed = group.map((one) => one.billed.quantity ?? new Money(0));
  const ours = group.map((one) => one.ours.quantity.best);
  const scale = sum(billed).isZero() ? new Money(1) : sum(ours).dividedBy(sum(billed));
  const distanceTo = (some: readonly Money[]): Money =>
    sum(
      billed.map((quantity, i) =>
        quantity
          .times(scale)
          .minus(some[i] ?? 0)
          .abs(),
      ),
    );
  const before = distanceTo(ours);
  for (const { says, sums } of shiftedSums(group, charge, reckoning)) {
    if (distanceTo(sums).times(10).lt(before)) return { cause: 'clock', remarks: [says] };
  }
  return band;
}

function* shiftedSums(group: readonly Side[], charge: Charge, reckoning: Reckoning) {
  const { times, base = 'meter' } = charge;
  const period = group[0]?.position.period;
  const { load, terms } = reckoning.point;
  if (!times || !load || !period) return;
  const { from, to } = reckoning.quantities.period;
  // An hour more at both ends, so that what is shifted has a band there.
  const { names, of } = bandedOf(times, { from: from - 3600, to: to + 3600 });
  const weights = weightsOf({ times, base, series: undefined }, terms, reckoning.quantities.period);
  const first = (period.from - load.from) / halfHourSeconds;
  const end = (period.to - load.from) / halfHourSeconds;
  const change = changeOfClocks(period);
  const parts = [
    { words: 'all of these days', from: first, to: end },
    ...(change === undefined
      ? []
      : [
          { words: 'the days after the clocks change', from: (change - load.from) / halfHourSeconds, to: end },
          { words: 'the days before the clocks change', from: first, to: (change - load.from) / halfHourSeconds },
        ]),
  ];
  for (const part of parts) {
    for (const by of [-2, 2]) {
      const found = new Float64Array(names.length);
      for (let i = first; i < end; i++) {
        const index = of[i + 2 + (i >= part.from && i < part.to ? by : 0)] as number;
        found[index] = (found[index] as number) + (load.use.best[i] as number) * (weights?.[i] ?? 1);
      }
      const sums = group.map(({ position }) => exactly(found[names.indexOf(position.of.band ?? '')] ?? 0, 6));
      const way = by < 0 ? 'earlier' : 'later';
      yield { says: `the bands are those of use an hour ${way} on ${part.words}`, sums };
    }
  }
}

/** The instant at which the clocks change within a period: where a day has 46 or 50 half-hours, 01:00 UTC of it. */
function changeOfClocks(period: Period): number | undefined {
  const date = datesIn(period).find((one) => halfHoursInDay(one) !== 48);
  return date === undefined ? undefined : dayOf(startOfDay(date)).utcMidnight + 3600;
}

/** A unit as it stands beside a quantity. */
export function quantityUnitOf(unit: ChargeUnit): string {
  return chargeUnits[unit].quantity;
}
