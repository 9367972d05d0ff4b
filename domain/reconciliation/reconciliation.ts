import { accuracyOf, boundOf, resolutionOf } from './accuracy.ts';
import type { Balance, BalanceTerm } from './balances.ts';
import { type Suspect, suspectsOf } from './culprit.ts';
import type { Estate, Meter } from '../estate/estate.ts';
import type { HalfHour } from '../half-hours/half-hours.ts';
import { dateOf, type EpochSeconds, halfHourSeconds, halfHoursOf, type Period } from '../time.ts';

/**
 * A meter against its sub-meters. Only half-hours in which every meter is measured are compared; the residual is what
 * is supplied less what the sub-meters see, and it is out of bounds where it is larger than the combined uncertainty of
 * the meters explains.
 */

/** What the residual of some half-hours is. */
export type Verdict = keyof typeof verdicts;
export const verdicts = {
  within: 'the meters agree within their accuracy',
  above: 'more is supplied than the sub-meters see',
  below: 'the sub-meters see more than is supplied, which cannot be',
  'accuracy-unknown': 'a meter does not say how accurate it is, nor does its site',
  'nothing-measured': 'there is no half-hour in which every meter is measured',
} as const;

/** kWh, or m³ of water. */
export interface ResidualSum {
  readonly halfHours: number;
  /** Half-hours in which every meter is measured. The amounts are of these. */
  readonly compared: number;
  readonly supplied: number;
  readonly subMetered: number;
  readonly residual: number;
  /** How large the residual may be by the accuracy of the meters alone; undefined where that is not known. */
  readonly bound: number | undefined;
  readonly verdict: Verdict;
}

/** The half-hours of one balance, in columns. Amounts are NaN where a meter is not measured. */
export interface BalanceColumns {
  readonly balance: Balance;
  readonly starts: readonly EpochSeconds[];
  readonly terms: readonly BalanceTerm[];
  readonly amounts: readonly Float64Array[];
  /** NaN in a half-hour that is not compared. */
  readonly supplied: Float64Array;
  readonly residual: Float64Array;
}

export interface Reconciliation {
  readonly columns: BalanceColumns;
  readonly whole: ResidualSum;
  /** Meters that do not say how accurate they are, where their site does not either. */
  readonly accuracyUnknown: readonly string[];
  /** Meters that are as accurate as their site says of such meters. */
  readonly accuracyOfSite: readonly string[];
  /** Meters that kept half-hours from being compared, and how many; the worst first. */
  readonly unmeasured: readonly { readonly meter: string; readonly halfHours: number }[];
  /** Sums over some of the half-hours, by their places in the columns (in order). */
  readonly sumOf: (places: readonly number[]) => ResidualSum;
  /** Most likely first; none where the meters agree. Worked out when asked. */
  readonly suspects: () => readonly Suspect[];
}

/** Water is counted in m³, all else in kWh. */
export function quantityOfBalance({ utility }: Pick<Balance, 'utility'>): 'energy' | 'volume' {
  return utility === 'water' ? 'volume' : 'energy';
}

/** The half-hours of a balance in a period, in columns. `rows` may hold other meters and times. */
export function columnsOf(balance: Balance, period: Period, rows: readonly HalfHour[]): BalanceColumns {
  const by = quantityOfBalance(balance);
  const starts = halfHoursOf(period).filter((start) => start >= period.from);
  const first = starts[0] ?? period.from;
  const placeOf = new Map(balance.terms.map(({ meter }, i) => [meter.id, i]));
  const amounts = balance.terms.map(() => new Float64Array(starts.length).fill(Number.NaN));
  for (const row of rows) {
    const amount = row[by];
    const column = amounts[placeOf.get(row.meter) ?? -1];
    const k = (row.start - first) / halfHourSeconds;
    if (column && amount !== undefined && row.quality === 'measured' && k >= 0 && k < starts.length) column[k] = amount;
  }
  const supplied = new Float64Array(starts.length);
  const residual = new Float64Array(starts.length);
  for (const k of starts.keys()) {
    for (const [i, { supply, sub }] of balance.terms.entries()) {
      const amount = (amounts[i] as Float64Array)[k] as number;
      supplied[k] = (supplied[k] as number) + supply * amount;
      residual[k] = (residual[k] as number) + (supply - sub) * amount;
    }
    if (Number.isNaN(residual[k])) supplied[k] = Number.NaN;
  }
  return { balance, starts, terms: balance.terms, amounts, supplied, residual };
}

/** The half-hours of a shorter period. */
export function columnsWithin(columns: BalanceColumns, period: Period): BalanceColumns {
  const { starts } = columns;
  const first = starts.findIndex((start) => start >= period.from);
  const from = first < 0 ? starts.length : first;
  const last = starts.findLastIndex((start) => start < period.to) + 1;
  const part = (column: Float64Array): Float64Array => column.subarray(from, Math.max(from, last));
  return {
    ...columns,
    starts: starts.slice(from, Math.max(from, last)),
    amounts: columns.amounts.map(part),
    supplied: part(columns.supplied),
    residual: part(columns.residual),
  };
}

export function reconcile(estate: Estate, columns: BalanceColumns): Reconciliation {
  const { terms, starts } = columns;
  const accuracies = terms.map(({ meter }) => accuracyOf(estate, meter));
  const idsWhere = (holds: (i: number) => boolean): string[] =>
    terms.flatMap(({ meter }, i) => (holds(i) ? [meter.id] : []));
  const date = dateOf(starts.at(-1) ?? 0);
  const by = quantityOfBalance(columns.balance);
  const resolutions = terms.map(({ meter }) => resolutionOf(meter, by, date));
  const known = accuracies.every((accuracy) => accuracy !== undefined);
  const sumOf = (places: readonly number[]): ResidualSum =>
    residualSum(columns, places, (sums, runs) =>
      known
        ? boundOf(
            terms.map(({ supply, sub }, i) => ({
              times: supply - sub,
              amount: sums[i] ?? 0,
              accuracy: accuracies[i]?.fraction ?? 0,
              resolution: resolutions[i] ?? 0,
            })),
            runs,
          )
        : undefined,
    );
  const whole = sumOf([...starts.keys()]);
  const unmeasured = unmeasuredOf(columns);
  return {
    columns,
    whole,
    accuracyUnknown: idsWhere((i) => accuracies[i] === undefined),
    accuracyOfSite: idsWhere((i) => accuracies[i]?.from === 'site'),
    unmeasured,
    sumOf,
    suspects: () => suspectsOf(columns, whole, unmeasured, (k) => sumOf([k]).bound),
  };
}

function residualSum(
  { supplied, residual, amounts }: BalanceColumns,
  places: readonly number[],
  bounded: (sums: readonly number[], runs: number) => number | undefined,
): ResidualSum {
  const sums = amounts.map(() => 0);
  let [compared, runs, before] = [0, 0, Number.NaN];
  let [totalSupplied, totalResidual] = [0, 0];
  for (const k of places) {
    if (Number.isNaN(residual[k])) continue;
    compared++;
    if (before !== k - 1) runs++;
    before = k;
    totalSupplied += supplied[k] as number;
    totalResidual += residual[k] as number;
    for (const [i, column] of amounts.entries()) sums[i] = (sums[i] as number) + (column[k] as number);
  }
  const bound = bounded(sums, runs);
  return {
    halfHours: places.length,
    compared,
    supplied: totalSupplied,
    subMetered: totalSupplied - totalResidual,
    residual: totalResidual,
    bound,
    verdict: verdictOf(compared, totalResidual, bound),
  };
}

function verdictOf(compared: number, residual: number, bound: number | undefined): Verdict {
  if (compared === 0) return 'nothing-measured';
  if (bound === undefined) return 'accuracy-unknown';
  if (Math.abs(residual) <= bound) return 'within';
  return residual > 0 ? 'above' : 'below';
}

function unmeasuredOf({ terms, amounts }: BalanceColumns): Reconciliation['unmeasured'] {
  const counts = terms.map(({ meter }: { readonly meter: Meter }, i) => ({
    meter: meter.id,
    halfHours: (amounts[i] as Float64Array).reduce((count, amount) => count + (Number.isNaN(amount) ? 1 : 0), 0),
  }));
  return counts.filter(({ halfHours }) => halfHours > 0).sort((a, b) => b.halfHours - a.halfHours);
}
