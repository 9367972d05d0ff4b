import type { Candidate, ModelKind } from './model.ts';

/**
 * The candidates of CalTRACK 2.0 (3.2 to 3.4; in code: eemeter 3.1.0, caltrack/usage_per_day.py): no weather, heating,
 * cooling, and both, with balance points from 30 to 90 °F by 1 °F. Heating begins no higher than cooling does. A
 * candidate without ten days or twenty degree days (°F) on a side is not tried (of months: without the degree days
 * alone); a negative base or slope disqualifies it; of the rest the one with the highest adjusted R² is taken, the
 * first of equals.
 */

/** Days, or months of days, that a model is made of. */
export interface Points {
  /** Energy a day. */
  readonly use: Float64Array;
  /** Days of each; 1 of days. */
  readonly days: Float64Array;
  /** °C of each of its days. */
  readonly degrees: readonly Float64Array[];
  readonly of: 'day' | 'month';
}

export interface Chosen {
  readonly kind: ModelKind;
  readonly base: number;
  /** °C, and energy a day for each °C. */
  readonly heating?: { readonly balance: number; readonly slope: number };
  readonly cooling?: { readonly balance: number; readonly slope: number };
  readonly adjustedRSquared: number;
}

export interface Choice {
  /** The best of each kind that qualifies, best first. */
  readonly best: readonly Chosen[];
  readonly candidates: readonly Candidate[];
}

const grid = { least: 30, most: 90 };
/** °F days, and days with any (none are asked of months). */
const leastDegreeDays = 20;
const leastDays = { day: 10, month: 0 };
const perCelsius = 1.8;

export function toFahrenheit(celsius: number): number {
  return celsius * perCelsius + 32;
}

export function toCelsius(fahrenheit: number): number {
  return (fahrenheit - 32) / perCelsius;
}

/** Degree days at one balance point: sums of them weighted by days, and why they are too few. */
interface Column {
  /** °F. */
  readonly balance: number;
  readonly values: Float64Array;
  readonly mean: number;
  /** Sums of squares and of products with the use, both about the means. */
  readonly own: number;
  readonly withUse: number;
  readonly few: 'too_few_degree_days' | 'too_few_days_of_weather' | undefined;
}

/** Tries all candidates; without cooling where nothing cools. */
export function chooseCandidate(points: Points, cools: boolean): Choice {
  const { use, days } = points;
  const total = sum(days, () => 1);
  const mean = sum(days, (i) => use[i] as number) / total;
  const spread = sum(days, (i) => ((use[i] as number) - mean) ** 2);
  const tries = new Tries({ n: use.length, mean, spread: spread > 1e-20 * total * mean ** 2 ? spread : 0 });
  tries.constant();
  const heating = columnsOf(points, 1, mean, total);
  for (const column of heating) tries.one('heating', column);
  if (cools) {
    const cooling = columnsOf(points, -1, mean, total);
    for (const column of cooling) tries.one('cooling', column);
    for (const cold of cooling) {
      for (const hot of heating)
        if (hot.balance <= cold.balance) tries.both(hot, cold, products(points, total, hot, cold));
    }
  }
  return tries.choice();
}

function columnsOf({ use, days, degrees, of }: Points, side: 1 | -1, mean: number, total: number): Column[] {
  const fahrenheit = Float64Array.from(
    degrees.flatMap((list) => [...list]),
    toFahrenheit,
  );
  const lengths = degrees.map((list) => list.length);
  const columns: Column[] = [];
  for (let balance = grid.least; balance <= grid.most; balance++) {
    const values = degreesOf(fahrenheit, lengths, balance, side);
    let [sumOfDegrees, some] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sumOfDegrees += (days[i] as number) * (values[i] as number);
      if ((values[i] as number) > 0) some++;
    }
    const average = sumOfDegrees / total;
    let [own, withUse] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const beside = (values[i] as number) - average;
      own += (days[i] as number) * beside ** 2;
      withUse += (days[i] as number) * beside * ((use[i] as number) - mean);
    }
    const few =
      sumOfDegrees < leastDegreeDays
        ? 'too_few_degree_days'
        : some < leastDays[of]
          ? 'too_few_days_of_weather'
          : undefined;
    columns.push({ balance, values, mean: average, own, withUse, few });
  }
  return columns;
}

/** Mean degrees below a balance point (above it, of −1) of the days of each point. */
function degreesOf(fahrenheit: Float64Array, lengths: readonly number[], balance: number, side: 1 | -1): Float64Array {
  const values = new Float64Array(lengths.length);
  let day = 0;
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] as number;
    let all = 0;
    for (const end = day + length; day < end; day++) {
      const beyond = side * (balance - (fahrenheit[day] as number));
      if (beyond > 0) all += beyond;
    }
    values[i] = all / length;
  }
  return values;
}

/** Sums of products about the means. No single day is below one balance point and above a higher one. */
function products({ days, of }: Points, total: number, one: Column, other: Column): number {
  let all = -total * one.mean * other.mean;
  if (of === 'day') return all;
  for (let i = 0; i < days.length; i++) {
    all += (days[i] as number) * (one.values[i] as number) * (other.values[i] as number);
  }
  return all;
}

function sum(days: Float64Array, value: (i: number) => number): number {
  let all = 0;
  for (let i = 0; i < days.length; i++) all += (days[i] as number) * value(i);
  return all;
}

class Tries {
  readonly #of: { readonly n: number; readonly mean: number; readonly spread: number };
  readonly #candidates: Candidate[] = [];
  readonly #best = new Map<ModelKind, Chosen>();

  constructor(of: { readonly n: number; readonly mean: number; readonly spread: number }) {
    this.#of = of;
  }

  constant(): void {
    this.#add({ kind: 'constant', base: this.#of.mean, adjustedRSquared: 0 });
  }

  one(kind: 'heating' | 'cooling', { balance, few, own, withUse, mean }: Column): void {
    const slope = withUse / own;
    const part = { balance: toCelsius(balance), slope: slope * perCelsius };
    const sides = kind === 'heating' ? { heating: part } : { cooling: part };
    const base = this.#of.mean - slope * mean;
    this.#add({ kind, base, ...sides, adjustedRSquared: this.#adjusted(slope * withUse, 2) }, few ?? solvable(own));
  }

  both(hot: Column, cold: Column, cross: number): void {
    const determinant = hot.own * cold.own - cross ** 2;
    const heating = (hot.withUse * cold.own - cold.withUse * cross) / determinant;
    const cooling = (cold.withUse * hot.own - hot.withUse * cross) / determinant;
    const chosen = {
      kind: 'heating_and_cooling',
      base: this.#of.mean - heating * hot.mean - cooling * cold.mean,
      heating: { balance: toCelsius(hot.balance), slope: heating * perCelsius },
      cooling: { balance: toCelsius(cold.balance), slope: cooling * perCelsius },
      adjustedRSquared: this.#adjusted(heating * hot.withUse + cooling * cold.withUse, 3),
    } as const;
    this.#add(chosen, cold.few ?? hot.few ?? solvable(determinant / (hot.own * cold.own)));
  }

  /** The adjusted R² of a candidate that explains so much of the spread. */
  #adjusted(explained: number, parameters: number): number {
    const { n, spread } = this.#of;
    if (spread === 0 || n <= parameters) return Number.NEGATIVE_INFINITY;
    return 1 - ((1 - explained / spread) * (n - 1)) / (n - parameters);
  }

  #add(chosen: Chosen, why?: Candidate['disqualified']): void {
    const { kind, base, heating, cooling, adjustedRSquared } = chosen;
    const least = Math.min(base, heating?.slope ?? 0, cooling?.slope ?? 0);
    const disqualified =
      why ?? (least < 0 ? 'negative' : Number.isFinite(adjustedRSquared) ? undefined : 'not_solvable');
    this.#candidates.push({
      kind,
      kindsOfDay: 1,
      ...(heating && { heatingBalancePoint: heating.balance }),
      ...(cooling && { coolingBalancePoint: cooling.balance }),
      adjustedRSquared: why === undefined && Number.isFinite(adjustedRSquared) ? adjustedRSquared : undefined,
      disqualified,
    });
    const before = this.#best.get(kind);
    if (disqualified === undefined && !(before && before.adjustedRSquared >= adjustedRSquared)) {
      this.#best.set(kind, chosen);
    }
  }

  choice(): Choice {
    // The first of equals stays first: a map keeps the order of the kinds, and sorting is stable.
    const best = [...this.#best.values()].sort((a, b) => b.adjustedRSquared - a.adjustedRSquared);
    return { best, candidates: this.#candidates };
  }
}

/** What is left of the spread of a column; rounding alone leaves less. */
function solvable(own: number): Candidate['disqualified'] {
  return own > 1e-9 ? undefined : 'not_solvable';
}
