import type { Standing } from '../carbon/factors.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { isValidOn, validOn } from '../estate/estate.ts';
import { addDays, dateOf, daysBetween, type LocalDate, type Period, toIso } from '../time.ts';
import { type Segment, segmentsOf } from './calendar.ts';
import { type Base, type CellKind, cellKindOf } from './cells.ts';
import { carried, type CarryForward, type Change } from './carry-forward.ts';
import { type ChargeTime, chargeTime, type ChargeUnit, measureOf, poundsOf } from './charge-units.ts';
import {
  type Basket,
  type Charge,
  type ChargeKind,
  isByBand,
  type RateEntry,
  type RateValue,
  tradedShare,
} from './charges.ts';
import { Money } from './money.ts';
import type { PriceSeries } from './price-series.ts';
import { type PublishedCharges, type PublishedMatch, publishedOn } from './published.ts';
import { certain, mapRange, type Range } from './range.ts';
import { reactiveRatio } from './load.ts';
import type { Tariff } from './register.ts';
import { firstWithoutLoss, type SupplyPointTerms } from './supply-point.ts';
import { bandNames, type TimeBands } from './time-bands.ts';

/**
 * A tariff laid out over a period for a supply point: what is multiplied by which rate, for each stretch in which
 * nothing changes. Nothing is looked up and nothing can be missing any more when it is reckoned, and supply points of
 * the same terms share it.
 */

/** What is multiplied, of a segment. */
export type Measure =
  /** Energy or volume, at the prices of a series where one is named. */
  | { readonly kind: 'use'; readonly cells: CellKind; readonly share: Money }
  | { readonly kind: 'time'; readonly per: ChargeTime }
  | { readonly kind: 'capacity'; readonly per: ChargeTime; readonly of: 'agreed' | 'exceeded' | 'maximum_demand' }
  /** The mean demand of some half-hours, spread over so many days. */
  | { readonly kind: 'peak_demand'; readonly base: Base; readonly halfHours: readonly number[]; readonly days: number }
  | { readonly kind: 'peak_day' }
  /** `free` is kvarh for each kWh. */
  | { readonly kind: 'reactive'; readonly free: number }
  | { readonly kind: 'percent'; readonly kinds: readonly ChargeKind[]; readonly charges: readonly string[] };

/** What is multiplied by which rate, in one stretch. */
interface Rated {
  readonly charge: Charge;
  readonly segment: Segment;
  readonly measure: Measure;
  /** The band of the charge's times and its number. */
  readonly band: { readonly name: string; readonly index: number } | undefined;
  /** Pounds for one of the quantity; less than nothing where it is paid to us. */
  readonly rate: Range<Money>;
  /** The rate as it is written, in the unit of the charge; undefined where each half-hour has its own. */
  readonly written: number | undefined;
  /** What a trade is known by. */
  readonly reference?: string | undefined;
  readonly standing: Standing;
  readonly source: string;
}

export interface PlanItem extends Rated {
  /** The rate with its share as a number, for comparing. */
  readonly pounds: Range<number>;
}

export interface Plan {
  readonly tariff: Tariff;
  readonly period: Period;
  readonly items: readonly PlanItem[];
}

export interface PlanRequest {
  readonly tariff: Tariff;
  readonly terms: SupplyPointTerms;
  readonly period: Period;
  /** Published charges of the register. */
  readonly published?: readonly PublishedCharges[] | undefined;
  readonly prices?: ReadonlyMap<string, PriceSeries> | undefined;
  readonly carry?: CarryForward | undefined;
  /** What charges came to for other supply points, where prices, choice and period are the same for all. */
  readonly memory?: PlanMemory | undefined;
}

/** By charge, and by what else decides its items. */
export type PlanMemory = Map<Charge, Map<string, readonly PlanItem[]>>;

const one = new Money(1);

/** A charge with the segments it is asked for in, and where it comes from. */
interface Laid {
  readonly charge: Charge;
  readonly segments: readonly Segment[];
  readonly standing: 'verified' | 'quoted';
  readonly source: string;
  /** Where a set ended and its rates go on by a choice. */
  readonly isCarried: boolean;
}

/**
 * Lays a tariff out. Throws a ProblemError with everything that is missing at once: rates (`tariff.no-rate`), published
 * charges (`tariff.not-published`), prices (`tariff.no-price`), agreed capacity, losses and shares (`tariff.no-term`).
 */
export function planOf(request: PlanRequest): Plan {
  const { tariff, terms, period } = request;
  const problems: Problem[] = beyondTariff(request);
  const segments = segmentsOf(period, percentDates(tariff, terms));
  const laid =
    (source: string) =>
    (charge: Charge): Laid => ({ charge, segments, standing: 'quoted', source, isCarried: false });
  const own = [...tariff.charges.map(laid(tariff.source)), ...terms.charges.map(laid(`supply point ${terms.id}`))];
  const passed = tariff.pass_through.flatMap((kind) => passedThrough(kind, request, problems));
  const items = [...own, ...passed].flatMap((each) => itemsOf(each, request, problems));
  if (problems.length > 0) throw new ProblemError(problems);
  return { tariff, period, items };
}

/** A tariff says nothing of days before it begins or after it ends. */
function beyondTariff({ tariff, terms, period }: PlanRequest): Problem[] {
  const [first, last] = [dateOf(period.from), dateOf(period.to - 1)];
  if (tariff.valid_from <= first && last <= tariff.valid_to) return [];
  const where = `supply point ${terms.id}, tariff ${tariff.id}`;
  const expected = `${tariff.valid_from} to ${tariff.valid_to}`;
  return [
    { code: 'tariff.no-rate', where, found: `${first} to ${last}`, expected, detail: 'the tariff does not hold' },
  ];
}

/** The dates on which a percentage changes: what it is of is then cut there too. */
function percentDates(tariff: Tariff, terms: SupplyPointTerms): LocalDate[] {
  const percents = [...tariff.charges, ...terms.charges].filter(({ unit }) => unit === '%');
  return percents.flatMap(({ rates }) => rates.flatMap(spanDates));
}

function spanDates({
  valid_from: from,
  valid_to: to,
}: {
  valid_from: string;
  valid_to?: string | undefined;
}): LocalDate[] {
  return to === undefined ? [from] : [from, addDays(to, 1)];
}

/** The published charges of a kind, each with the segments in which it is the one that holds. */
function passedThrough(
  kind: ChargeKind,
  { tariff, terms, period, published = [], carry }: PlanRequest,
  problems: Problem[],
): Laid[] {
  const changes = [...(terms.duosTariff ?? []), ...(terms.residualBand ?? [])].map(({ from }) => from);
  const sets = published.filter((set) => set.kind === kind && set.utility === tariff.utility);
  const segments = segmentsOf(period, [...percentDates(tariff, terms), ...changes, ...sets.flatMap(spanDates)]);
  const found = new Map<string, { match: PublishedMatch; isCarried: boolean; by: string; segments: Segment[] }>();
  let missing: Segment | undefined;
  for (const segment of segments) {
    const date = dateOf(segment.from);
    const point = {
      utility: tariff.utility,
      distributor: terms.distributor,
      duosTariff: valueOn(terms.duosTariff, date),
      residualBand: valueOn(terms.residualBand, date),
    };
    const match = publishedOn(kind, point, date, published);
    const before = match ?? (carry && carried(carry, kind) ? lastBefore(kind, point, date, published) : undefined);
    if (!before) {
      missing ??= segment;
      continue;
    }
    // A row that was picked by a band nobody stated says so, beside where its rates are known from.
    const derivedFrom = before.row.residual_bands && validOn(terms.residualBand ?? [], date)?.derivedFrom;
    const by = derivedFrom === undefined ? '' : `; residual band ${point.residualBand} derived from ${derivedFrom}`;
    const key = `${before.set.id} ${before.row.name} ${match === undefined} ${by}`;
    const entry = found.get(key) ?? { match: before, isCarried: match === undefined, by, segments: [] };
    entry.segments.push(segment);
    found.set(key, entry);
  }
  if (missing) {
    const date = dateOf(missing.from);
    const which = [
      terms.distributor && `distributor ${terms.distributor}`,
      valueOn(terms.duosTariff, date) && `DUoS tariff ${valueOn(terms.duosTariff, date)}`,
      valueOn(terms.residualBand, date) && `residual band ${valueOn(terms.residualBand, date)}`,
    ].filter(Boolean);
    const has = which.length > 0 ? `; the point has ${which.join(', ')}` : '';
    const detail = `tariff ${tariff.id} passes ${kind} on${has}`;
    problems.push({
      code: 'tariff.not-published',
      where: `supply point ${terms.id}`,
      found: `${kind} on ${date}`,
      detail,
    });
  }
  return [...found.values()].flatMap(({ match: { set, row }, isCarried, by, segments: where }) =>
    row.charges.map(
      (charge): Laid => ({
        charge,
        segments: where,
        standing: set.standing,
        source: `${set.title}: ${row.name}${by}`,
        isCarried,
      }),
    ),
  );
}

function valueOn(
  list: readonly { readonly from: string; readonly value: string | undefined }[] | undefined,
  date: LocalDate,
): string | undefined {
  return validOn(list ?? [], date)?.value;
}

/** The newest set before a date that has the charges of the point. */
function lastBefore(
  kind: ChargeKind,
  point: Parameters<typeof publishedOn>[1],
  date: LocalDate,
  own: readonly PublishedCharges[],
): PublishedMatch | undefined {
  // A step back of a month at a time finds the last set there is without a rule of its own; ten years are enough.
  for (let back = 1; back <= 120; back++) {
    const match = publishedOn(kind, point, addDays(date, -30 * back), own);
    if (match) return match;
  }
  return undefined;
}

/** Everything that a charge comes to in its segments. */
function itemsOf(laid: Laid, request: PlanRequest, problems: Problem[]): readonly PlanItem[] {
  const { charge, segments } = laid;
  const { terms, memory } = request;
  const missing = new Map<string, Problem>();
  const miss = (problem: Problem) => {
    const key = `${problem.code} ${problem.expected} ${problem.detail}`;
    if (!missing.has(key)) missing.set(key, problem);
  };
  const pieces = segments.flatMap((each) => segmentsOf(each, termDates(charge, terms)));
  const key = memoryKey(laid, pieces, terms);
  let items = memory?.get(charge)?.get(key);
  if (!items) {
    items = pieces.flatMap((segment) => segmentItems(laid, segment, request, miss));
    if (missing.size === 0) remember(memory, charge, key, items);
  }
  for (const segment of pieces) {
    for (const problem of termProblems(charge, segment, terms, whereOf(request, laid))) miss(problem);
  }
  problems.push(...missing.values());
  return items;
}

/** What else than the charge decides its items. */
function memoryKey({ charge, source, isCarried }: Laid, pieces: readonly Segment[], terms: SupplyPointTerms): string {
  const size = measureOf(charge.unit) === 'peak_day' ? JSON.stringify(terms.peakDay) : '';
  return `${source} ${isCarried} ${size} ${pieces.map(({ from, to }) => `${from}-${to}`).join(' ')}`;
}

function remember(memory: PlanMemory | undefined, charge: Charge, key: string, items: readonly PlanItem[]): void {
  const known = memory?.get(charge);
  if (known) known.set(key, items);
  else memory?.set(charge, new Map([[key, items]]));
}

function segmentItems(
  laid: Laid,
  segment: Segment,
  request: PlanRequest,
  miss: (problem: Problem) => void,
): PlanItem[] {
  const { charge } = laid;
  if (charge.basket) return basketItems(laid, charge.basket, segment, request, miss).map(withPounds);
  return piecesOf(charge, segment).flatMap((piece): PlanItem[] => {
    const entry = piece.entry ?? (carryOf(charge, request) ? lastEntry(charge, piece.segment) : undefined);
    const isCarried = laid.isCarried || piece.entry === undefined;
    if (entry) return rateItems(laid, entry, piece.segment, isCarried, request, miss).map(withPounds);
    const detail = `charge ${charge.id} (${charge.name}) has no rate for this date`;
    const found = dateOf(piece.segment.from);
    miss({ code: 'tariff.no-rate', where: whereOf(request, laid), found, expected: 'a rate', detail });
    return [];
  });
}

function withPounds(item: Rated): PlanItem {
  const share = item.measure.kind === 'use' ? item.measure.share : one;
  return { ...item, pounds: mapRange(item.rate, (pounds) => pounds.times(share).toNumber()) };
}

/** The dates on which what the charge is by changes. */
function termDates({ unit, of }: Charge, { agreedCapacity = [], peakDay = [] }: SupplyPointTerms): LocalDate[] {
  if (measureOf(unit) === 'peak_day') return peakDay.map(({ from }) => from);
  return of === 'agreed' || of === 'exceeded' ? agreedCapacity.map(({ from }) => from) : [];
}

function whereOf({ tariff, terms }: PlanRequest, { charge }: Laid): string {
  return `supply point ${terms.id}, tariff ${tariff.id}, charge ${charge.id}`;
}

function carryOf(charge: Charge, { carry }: PlanRequest): ReturnType<typeof carried> {
  return carry && carried(carry, charge.kind);
}

/** A segment in the pieces in which one rate holds, or none. */
function piecesOf({ rates }: Charge, segment: Segment): { segment: Segment; entry: RateEntry | undefined }[] {
  const [first, last] = [dateOf(segment.from), dateOf(segment.to - 1)];
  const whole = rates.find((rate) => isValidOn(rate, first) && isValidOn(rate, last));
  if (whole) return [{ segment, entry: whole }];
  return segmentsOf(segment, rates.flatMap(spanDates)).map((piece) => {
    const date = dateOf(piece.from);
    return { segment: piece, entry: rates.find((rate) => isValidOn(rate, date)) };
  });
}

/** The rate that ended last before a segment. */
function lastEntry({ rates }: Charge, segment: Segment): RateEntry | undefined {
  const date = dateOf(segment.from);
  const before = rates.filter(({ valid_from: from }) => from <= date);
  return before.sort((a, b) => (a.valid_from < b.valid_from ? -1 : 1)).at(-1);
}

function rateItems(
  laid: Laid,
  entry: RateEntry,
  segment: Segment,
  isCarried: boolean,
  request: PlanRequest,
  miss: (problem: Problem) => void,
): Rated[] {
  const { charge } = laid;
  const byBand: [string | undefined, RateValue][] = isByBand(entry.value)
    ? Object.entries(entry.value)
    : [[undefined, entry.value]];
  const names = charge.times ? bandNames(charge.times) : [];
  const choice = isCarried ? carryOf(charge, request) : undefined;
  return byBand.flatMap(([name, value]): Rated[] => {
    const band = name === undefined ? undefined : { name, index: names.indexOf(name) };
    const of = {
      charge,
      segment,
      band,
      standing: isCarried ? ('carried forward' as const) : (entry.standing ?? laid.standing),
      source: entry.source ?? laid.source,
    };
    if (typeof value === 'number' || 'coefficient' in value) {
      const measure = measureIn(charge, entry, band && charge.times);
      const written = typeof value === 'number' ? value : fallingRate(value, request.terms, segment);
      return [{ ...of, measure, written, rate: rateOf(charge, written, charge.unit, choice) }];
    }
    const series = seriesOf(value.series, segment, laid, request, miss);
    if (!series) return [];
    const { standing = of.standing, ...own } = carriedPrices(series, request);
    const times = band && charge.times;
    return [{ ...of, standing, ...seriesItem(charge, { times, series, share: one, choice, ...own }) }];
  });
}

/** A rate that falls with the size of a gas supply point. */
function fallingRate(
  { coefficient, exponent }: { coefficient: number; exponent: number },
  { peakDay }: SupplyPointTerms,
  segment: Segment,
): number {
  const size = validOn(peakDay ?? [], dateOf(segment.from))?.value ?? Number.NaN;
  return coefficient * size ** exponent;
}

/** Pounds for one of the quantity, with what a choice of carrying forward leaves open. */
function rateOf({ credit }: Charge, value: number, unit: ChargeUnit, choice?: Change): Range<Money> {
  const rate = credit ? poundsOf(value, unit).negated() : poundsOf(value, unit);
  if (!choice) return certain(rate);
  const at = (percent: number) => rate.times(new Money(100).plus(percent)).dividedBy(100);
  const [a, b] = [at(choice.least_percent), at(choice.most_percent)];
  return { low: a.lt(b) ? a : b, best: at(choice.best_percent), high: a.lt(b) ? b : a };
}

interface SeriesTaken {
  readonly series: PriceSeries;
  readonly share: Money;
  readonly times?: TimeBands | undefined;
  readonly choice?: Change | undefined;
}

function seriesItem(
  charge: Charge,
  { series, share, times, choice }: SeriesTaken,
): Pick<Rated, 'measure' | 'rate' | 'written'> {
  const cells = cellKindOf(times, charge.base ?? 'meter', series);
  return { measure: { kind: 'use', cells, share }, written: undefined, rate: rateOf(charge, 1, series.unit, choice) };
}

/** How far prices of another year may lie from the true ones, and that they are of another year. */
function carriedPrices(series: PriceSeries, { carry }: PlanRequest): { choice?: Change; standing?: Standing } {
  return series.isCarried && carry?.prices ? { choice: carry.prices, standing: 'carried forward' } : {};
}

function seriesOf(
  id: string,
  segment: Segment,
  laid: Laid,
  request: PlanRequest,
  miss: (problem: Problem) => void,
): PriceSeries | undefined {
  const series = request.prices?.get(id);
  const hole = series ? series.firstHole(segment) : segment.from;
  if (series && hole === undefined) return series;
  const detail = `series ${id} has no price for every half-hour`;
  miss({
    code: 'tariff.no-price',
    where: whereOf(request, laid),
    found: `none at ${toIso(hole ?? segment.from)}`,
    detail,
  });
  return undefined;
}

/** Trades at their prices, and the rest at those of the series. */
function basketItems(
  laid: Laid,
  basket: Basket,
  segment: Segment,
  request: PlanRequest,
  miss: (problem: Problem) => void,
): Rated[] {
  const { charge } = laid;
  const cells = cellKindOf(undefined, charge.base ?? 'meter');
  const dates = basket.trades.flatMap(({ from, to }) => [from, addDays(to, 1)]);
  return segmentsOf(segment, dates).flatMap((piece): Rated[] => {
    const date = dateOf(piece.from);
    const of = { charge, segment: piece, band: undefined, standing: laid.standing, source: laid.source };
    const items = basket.trades
      .filter(({ from, to }) => from <= date && date <= to)
      .map(({ share, price, reference }): Rated => {
        const measure: Measure = { kind: 'use', cells, share: new Money(share) };
        return { ...of, measure, rate: rateOf(charge, price, charge.unit), written: price, reference };
      });
    const left = one.minus(tradedShare(basket, date));
    if (left.lte(0)) return items;
    const series = seriesOf(basket.rest?.series ?? '', piece, laid, request, miss);
    if (!series) return items;
    const { standing = of.standing, choice } = carriedPrices(series, request);
    const rest = seriesItem(charge, { series, share: left, choice });
    return [...items, { ...of, standing, ...rest, reference: series.id }];
  });
}

function measureIn(charge: Charge, entry: RateEntry, times: TimeBands | undefined): Measure {
  const { unit, percent_of: of } = charge;
  const kind = measureOf(unit);
  if (kind === 'energy') return { kind: 'use', cells: cellKindOf(times, charge.base ?? 'meter'), share: one };
  if (kind === 'volume') return { kind: 'use', cells: cellKindOf(times, charge.volume ?? 'delivered'), share: one };
  if (kind === 'time') return { kind, per: chargeTime(unit) };
  if (kind === 'capacity') return { kind, per: chargeTime(unit), of: charge.of ?? 'agreed' };
  if (kind === 'peak_day') return { kind };
  if (kind === 'peak_demand') {
    const { valid_from: from, valid_to: to, half_hours: starts = [] } = entry;
    const halfHours = starts.map((start) => Date.parse(start) / 1000);
    return { kind, base: charge.base ?? 'meter', halfHours, days: daysBetween(from, to ?? from) + 1 };
  }
  if (kind === 'reactive') return { kind, free: freeOf(charge) };
  return { kind, kinds: of?.kinds ?? [], charges: of?.charges ?? [] };
}

/** kvarh that are free for each kWh. */
function freeOf({ free }: Charge): number {
  if (!free) return 0;
  if ('power_factor' in free) return reactiveRatio(free.power_factor);
  if (typeof free.share_of_kwh === 'number') return free.share_of_kwh;
  const [above = 0, below = 1] = free.share_of_kwh.split('/').map(Number);
  return above / below;
}

/** What a charge needs of the supply point's terms and does not find. */
function termProblems(charge: Charge, segment: Segment, terms: SupplyPointTerms, where: string): Problem[] {
  const problems: Problem[] = [];
  const need = (is: boolean, date: LocalDate, key: string, why: string) => {
    if (!is) problems.push({ code: 'tariff.no-term', where, found: `none on ${date}`, expected: key, detail: why });
  };
  const date = dateOf(segment.from);
  if (charge.of !== undefined && charge.of !== 'maximum_demand') {
    const is = (terms.agreedCapacity ?? []).some(({ from }) => from <= date);
    need(is, date, 'agreed_capacity_kva', 'the charge is by agreed capacity');
  }
  if (measureOf(charge.unit) === 'peak_day') {
    const is = (terms.peakDay ?? []).some(({ from }) => from <= date);
    need(is, date, 'peak_day_kwh', 'the charge is by the kWh of the peak day');
  }
  if (charge.volume === 'returned') {
    const is = (terms.returned ?? []).some(({ from }) => from <= date);
    need(is, date, 'share_returned_to_sewer', 'the charge is by what returns to the sewer');
  }
  const losses = { line_losses: terms.lineLosses, transmission_losses: terms.transmissionLosses };
  for (const [key, factor] of Object.entries(losses)) {
    if (charge.base !== 'nbp' && !(charge.base === 'gsp' && key === 'line_losses')) continue;
    const hole = firstWithoutLoss(factor, segment);
    const place = charge.base === 'gsp' ? 'grid supply point' : 'national point';
    need(hole === undefined, hole ?? '', key, `the charge is by kWh at the ${place}`);
  }
  return problems;
}
