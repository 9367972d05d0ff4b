import type { AnswerBucket } from '../energy/buckets.ts';
import type { ShownPoint } from '../series.ts';
import { howMeasured, type MeasuredUse } from '../tariffs/cost-figure.ts';
import { type Costs, sumOfCosts } from '../tariffs/costs.ts';
import type { Headroom } from '../tariffs/capacity.ts';
import { type DayType, dayTypeOf } from '../tariffs/load-year.ts';
import { Money, nothing } from '../tariffs/money.ts';
import type { Range } from '../tariffs/range.ts';
import { byKindOf, type CostSum, wholeOf } from '../tariffs/supply-point-costs.ts';
import { clockText, type EpochSeconds, wallClock } from '../time.ts';
import { share } from './known-fields.ts';

/** What supply points cost, as points of the series that dashboards read. */

export interface PointTags extends Readonly<Record<'supply_point' | 'site' | 'organisation', string>> {
  readonly utility: string;
}

/** The costs of a bucket, or why there are none. */
export type ToldCosts =
  | { readonly costs: readonly Costs[]; readonly known: MeasuredUse }
  | { readonly because: string };

/**
 * The components and bands that a supply point ever had a row of: those it has no longer are said to be not known, or
 * their old numbers would stay.
 */
export interface OnceCharged {
  readonly components: readonly string[];
  /** `duos red`. */
  readonly bands: readonly string[];
}

type Series = 'day' | 'month';
type Fields<S extends ShownPoint['series']> = Extract<ShownPoint, { series: S }>['fields'];

/** The points of one day or month: all of it, and a row for each component; of a month by band too. */
export function costPoints(
  span: Series,
  tags: PointTags,
  bucket: AnswerBucket,
  told: ToldCosts,
  once: OnceCharged,
): ShownPoint[] {
  const at = bucket.from;
  const costs = 'costs' in told ? told.costs : [];
  const components = new Map(byKindOf(costs).map((sum) => [sum.kind as string, sum]));
  const whole = wholeFields(tags, bucket, told);
  const parts = [...new Set([...components.keys(), ...once.components])].map((component): ShownPoint => {
    const sum = components.get(component);
    const fields = { ...moneyFields(sum), rate_standing: sum?.standing ?? '' };
    return { series: `${span}_cost_component`, tags: { ...tags, component }, fields, at };
  });
  const bands = span === 'month' ? bandPoints(tags, at, costs, once.bands) : [];
  return [{ series: `${span}_cost`, tags, fields: whole, at }, ...parts, ...bands];
}

function bandPoints(tags: PointTags, at: EpochSeconds, costs: readonly Costs[], once: readonly string[]): ShownPoint[] {
  const sums = new Map<string, CostSum>(byKindOf(costs, true).map((sum) => [`${sum.kind} ${sum.band ?? 'none'}`, sum]));
  return [...new Set([...sums.keys(), ...once])].map((name): ShownPoint => {
    const [component = '', band = ''] = name.split(' ');
    const sum = sums.get(name);
    const fields = { ...moneyFields(sum), rate_standing: sum?.standing ?? '' };
    return { series: 'month_cost_band', tags: { ...tags, component, band }, fields, at };
  });
}

function wholeFields({ utility }: PointTags, bucket: AnswerBucket, told: ToldCosts): Fields<'day_cost'> {
  const costs = 'costs' in told ? told.costs : undefined;
  const whole = costs && wholeOf(costs);
  const measured = 'costs' in told ? howMeasured([told.known]) : undefined;
  const use = costs && sumOfCosts(costs).use;
  return {
    ...moneyFields(whole),
    ...useFields(utility, use),
    ...share('measured', measured?.byAmount),
    complete: Number(bucket.because.length === 0 && measured?.missing === false),
    rate_standing: whole?.standing ?? '',
    because: 'because' in told ? told.because : '',
  };
}

function moneyFields(sum: CostSum | undefined): Omit<Fields<'day_cost_component'>, 'rate_standing'> {
  const of = (range: Range<Money> | undefined, key: keyof Range<Money>): number => range?.[key].toNumber() ?? 0;
  return {
    cost_low_gbp: of(sum?.net, 'low'),
    cost_gbp: of(sum?.net, 'best'),
    cost_high_gbp: of(sum?.net, 'high'),
    vat_low_gbp: of(sum?.vat, 'low'),
    vat_gbp: of(sum?.vat, 'best'),
    vat_high_gbp: of(sum?.vat, 'high'),
    total_low_gbp: of(sum?.total, 'low'),
    total_gbp: of(sum?.total, 'best'),
    total_high_gbp: of(sum?.total, 'high'),
    cost_known: Number(sum !== undefined),
  };
}

function useFields(utility: string, use: Range<Money> | undefined) {
  const isWater = utility === 'water';
  const of = (key: keyof Range<Money>): number => (isWater ? 0 : (use?.[key].toNumber() ?? 0));
  return {
    use_low_kwh: of('low'),
    use_kwh: of('best'),
    use_high_kwh: of('high'),
    energy_known: Number(use !== undefined && !isWater),
    use_m3: isWater ? (use?.best.toNumber() ?? 0) : 0,
    volume_known: Number(use !== undefined && isWater),
  };
}

/** Agreed capacity, and the most that was drawn in a month; not known where kVA are not. */
export function capacityPoint(
  tags: PointTags,
  { from, because }: AnswerBucket,
  { agreed, demand }: Partial<Pick<Headroom, 'agreed' | 'demand'>>,
  isMissing: boolean,
): ShownPoint {
  const fields = {
    agreed_capacity_kva: agreed ?? 0,
    agreed_known: Number(agreed !== undefined),
    maximum_demand_low_kva: demand?.low ?? 0,
    maximum_demand_kva: demand?.best ?? 0,
    maximum_demand_high_kva: demand?.high ?? 0,
    demand_known: Number(demand !== undefined),
    complete: Number(because.length === 0 && !isMissing && demand !== undefined),
  };
  return { series: 'month_capacity', tags, fields, at: from };
}

interface TimeOfDay {
  net: Money;
  use: Money;
  halfHours: number;
}

const halfHours = Array.from({ length: 48 }, (_, i) => clockText(30 * i));
const dayTypes: readonly DayType[] = ['weekday', 'saturday', 'sunday', 'bank_holiday'];

/** Half-hours of a month's days added up by type of day and time on the clock on the wall. */
export class CostProfile {
  readonly #sums = new Map<string, TimeOfDay>();

  get isEmpty(): boolean {
    return this.#sums.size === 0;
  }

  add(at: EpochSeconds, costs: readonly Costs[]): void {
    const { date, minuteOfDay } = wallClock(at);
    const name = `${dayTypeOf(date)} ${halfHours[minuteOfDay / 30] ?? ''}`;
    const sum = this.#sums.get(name) ?? { net: nothing, use: nothing, halfHours: 0 };
    const { subtotal, use } = sumOfCosts(costs);
    sum.net = sum.net.plus(subtotal.best);
    sum.use = sum.use.plus(use.best);
    sum.halfHours++;
    this.#sums.set(name, sum);
  }

  /** A point for each type and time, those without a half-hour too. */
  points(tags: PointTags, at: EpochSeconds): ShownPoint[] {
    const isWater = tags.utility === 'water';
    return dayTypes.flatMap((type) =>
      halfHours.map((time): ShownPoint => {
        const sum = this.#sums.get(`${type} ${time}`);
        const fields = {
          cost_gbp: sum?.net.toNumber() ?? 0,
          cost_known: Number(sum !== undefined),
          use_kwh: isWater ? 0 : (sum?.use.toNumber() ?? 0),
          energy_known: Number(sum !== undefined && !isWater),
          half_hours: sum?.halfHours ?? 0,
        };
        return { series: 'month_cost_profile', tags: { ...tags, day_type: type, time_of_day: time }, fields, at };
      }),
    );
  }
}

export const spansSoFar = ['month', 'financial_year'] as const;
export type SpanSoFar = (typeof spansSoFar)[number];

/** What a span has cost up to yesterday, beside the same days of the year before. */
export function soFarPoint(
  tags: PointTags,
  span: SpanSoFar,
  at: EpochSeconds,
  { now, lastYear }: Partial<Record<'now' | 'lastYear', ToldCosts>>,
): ShownPoint {
  const fields = { ...soFarFields(tags, now), ...under('last_year', soFarFields(tags, lastYear)) };
  return { series: 'cost_so_far', tags: { ...tags, span }, fields, at };
}

function soFarFields({ utility }: PointTags, told: ToldCosts | undefined) {
  const costs = told && 'costs' in told ? told : undefined;
  const money = moneyFields(costs && wholeOf(costs.costs));
  const use = useFields(utility, costs && sumOfCosts(costs.costs).use);
  return {
    cost_low_gbp: money.cost_low_gbp,
    cost_gbp: money.cost_gbp,
    cost_high_gbp: money.cost_high_gbp,
    cost_known: money.cost_known,
    use_kwh: use.use_kwh,
    energy_known: use.energy_known,
    complete: Number(costs !== undefined && !howMeasured([costs.known]).missing),
  };
}

function under<P extends string, K extends string>(prefix: P, fields: Readonly<Record<K, number>>) {
  const entries = Object.entries(fields).map(([key, value]) => [`${prefix}_${key}`, value]);
  return Object.fromEntries(entries) as Record<`${P}_${K}`, number>;
}

/** One date that is near, at that date; not known: nobody has to do anything about it any more. */
export function noticePoint(
  tags: PointTags,
  about: string,
  at: EpochSeconds,
  told: { readonly daysLeft: number; readonly isDue: boolean; readonly supplier: string } | undefined,
): ShownPoint {
  const fields = {
    days_left: told?.daysLeft ?? 0,
    due: Number(told?.isDue ?? false),
    known: Number(told !== undefined),
    supplier: told?.supplier ?? '',
  };
  return { series: 'notice_due', tags: { ...tags, about }, fields, at };
}
