import { addDays, addMonths, daysBetween, type LocalDate, monthOf } from '../time.ts';
import { assemble, type Fitted } from './assemble.ts';
import type { BaselineDays } from './baseline-days.ts';
import { type Chosen, chooseCandidate, type Points } from './candidates.ts';
import { dayValue, layoutOf } from './day-value.ts';
import { type Gate, notPassed } from './gates.ts';
import type { BaselineModel, Disqualified, ModelRequest, Shape } from './model.ts';
import type { FitRows } from './scatter.ts';

/**
 * CalTRACK 2.0 as it is published, by days and by months. Choice and coefficients are the published method's; the
 * intervals are ours: CalTRACK gives none for a coefficient, and its band of a sum takes no account of what one day has
 * in common with the next.
 */

/** Shorter billing periods are left out (CalTRACK 2.2.3.4). */
const leastDaysOfMonth = 25;
/** The share of a month's days that must be known. */
const knownShareOfMonth = 0.9;

/** Some days of the baseline that count as one point: places in its columns. */
type PointDays = readonly number[];

export function caltrackModel(
  days: BaselineDays,
  { method, heatsOnly }: Pick<ModelRequest, 'method' | 'heatsOnly'>,
  doubts: readonly Gate[],
): { readonly model: BaselineModel } | Disqualified {
  const of = method === 'caltrack_monthly' ? 'month' : 'day';
  const list: readonly PointDays[] = of === 'month' ? monthsOf(days) : Array.from(days.known, (day) => [day]);
  const points = pointsOf(days, list, of);
  const { best, candidates } = chooseCandidate(points, !heatsOnly);
  const [chosen] = list.length === 0 ? [] : best;
  if (!chosen) return { disqualified: notPassed({ any_candidate: 0 }) };
  const shape = {
    groups: 1,
    heating: chosen.heating !== undefined,
    cooling: chosen.cooling !== undefined,
    memory: false,
  } as const;
  const parameters = parametersOf(chosen, shape);
  const fitted: Fitted = {
    method,
    kind: chosen.kind,
    shape,
    parameters,
    rows: rowsOf(days, list, points, { shape, parameters }),
    use: points.use,
    counted: 1 + Number(shape.heating) + Number(shape.cooling),
    groupOf: () => 0,
    groups: [],
    candidates,
  };
  return assemble(fitted, days, doubts);
}

function pointsOf({ use, temperature }: BaselineDays, list: readonly PointDays[], of: Points['of']): Points {
  return {
    use: Float64Array.from(list, (days) => days.reduce((sum, day) => sum + (use[day] as number), 0) / days.length),
    days: Float64Array.from(list, (days) => days.length),
    degrees: list.map((days) => Float64Array.from(days, (day) => temperature[day] as number)),
    of,
  };
}

/** Months from the first day of the baseline on: those of which nine days in ten are known, by their known days. */
function monthsOf({ first, count, known }: BaselineDays): PointDays[] {
  const months: number[][] = [];
  let from = 0;
  for (let month = 1; from < count; month++) {
    const to = Math.min(count, daysBetween(first, sameDayOf(first, month)));
    const inside = [...known].filter((day) => day >= from && day < to);
    if (to - from >= leastDaysOfMonth && inside.length >= knownShareOfMonth * (to - from)) months.push(inside);
    from = to;
  }
  return months;
}

/** The same day some months later; the last of a month that has no such day. */
function sameDayOf(date: LocalDate, months: number): LocalDate {
  const month = addMonths(monthOf(date), months);
  const length = daysBetween(month, addMonths(month, 1));
  return addDays(month, Math.min(Number(date.slice(8)), length) - 1);
}

/** The parameters of a candidate, as `day-value.ts` lays them out. */
export function parametersOf({ base, heating, cooling }: Chosen, shape: Shape): Float64Array {
  const layout = layoutOf(shape);
  const parameters = new Float64Array(layout.size);
  parameters.fill(base, 0, shape.groups);
  if (heating && layout.heating >= 0) parameters.set([heating.slope, heating.balance], layout.heating);
  if (cooling && layout.cooling >= 0) parameters.set([cooling.slope, cooling.balance], layout.cooling);
  return parameters;
}

/** How each point changes with each parameter: the mean over its days. */
function rowsOf(
  { temperature }: BaselineDays,
  list: readonly PointDays[],
  { use, days: weight, of }: Points,
  { shape, parameters }: { readonly shape: Shape; readonly parameters: Float64Array },
): FitRows {
  const layout = layoutOf(shape);
  const rows = new Float64Array(list.length * layout.size);
  const row = new Float64Array(layout.size);
  const weather = new Float64Array(list.length);
  const rest = use.map((used, i) => {
    const days = list[i] as PointDays;
    let expected = 0;
    for (const day of days) {
      row.fill(0);
      expected += dayValue(layout, parameters, { felt: temperature[day] as number, byMemory: 0, group: 0 }, row);
      for (const [k, one] of row.entries()) {
        rows[i * layout.size + k] = (rows[i * layout.size + k] as number) + one / days.length;
      }
    }
    weather[i] = expected / days.length - (parameters[0] as number);
    return used - expected / days.length;
  });
  const at = Int32Array.from(list, (days, i) => (of === 'month' ? i : (days[0] as number)));
  return { rows, parameters: layout.size, rest, weight, at, weather, of };
}
