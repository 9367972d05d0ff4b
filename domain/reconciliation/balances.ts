import { above } from '../energy/counted-meters.ts';
import { type Estate, isValidOn, type Meter, validOn } from '../estate/estate.ts';
import { formulasOf, type Term, termMeters } from '../half-hours/formula.ts';
import { addDays, dateOf, type LocalDate, type Period, startOfDay } from '../time.ts';

/**
 * Which meters must agree with one another: what a meter passes, with what is made behind it and less what leaves,
 * against the sub-meters right below it. What is left over is the residual.
 */

/** One read meter of a balance: how often it is in what is supplied, and in what the sub-meters see. */
export interface BalanceTerm {
  readonly meter: Meter;
  readonly supply: number;
  readonly sub: number;
}

export interface Balance {
  /** The id of the parent; `site:utility` where several mains and the rest of the site are judged together. */
  readonly id: string;
  readonly site: string;
  readonly utility: Meter['utility'];
  /** The meter at the top, or the mains; they may be virtual. */
  readonly parents: readonly string[];
  /** The sub-meters right below, as the register names them; they may be virtual. */
  readonly subs: readonly string[];
  /** The same, taken down to meters that are read, each once. */
  readonly terms: readonly BalanceTerm[];
}

/** A balance and the time in which it is made of the same meters. */
export interface BalanceEra {
  readonly balance: Balance;
  readonly period: Period;
}

// A pure function's memory: an estate is never changed, a new version is a new object.
const remembered = new WeakMap<
  Estate,
  { readonly dates: readonly LocalDate[]; readonly eras: Map<number, readonly Balance[]> }
>();

function memoryOf(estate: Estate) {
  const known = remembered.get(estate);
  if (known) return known;
  const dates = new Set<LocalDate>();
  for (const meter of estate.meters.values()) {
    if (meter.valid_from) dates.add(meter.valid_from);
    if (meter.valid_to) dates.add(addDays(meter.valid_to, 1));
    for (const { from } of formulasOf(meter)) dates.add(from);
  }
  const memory = { dates: [...dates].sort(), eras: new Map<number, readonly Balance[]>() };
  remembered.set(estate, memory);
  return memory;
}

/** The balances of an estate on a London date. */
export function balancesOn(estate: Estate, date: LocalDate): readonly Balance[] {
  const { dates, eras } = memoryOf(estate);
  const era = dates.findLastIndex((change) => change <= date);
  const known = eras.get(era) ?? balancesOf(estate, date);
  eras.set(era, known);
  return known;
}

/** The balances of a period, each for the stretches in which it is made of the same meters. */
export function balanceEras(estate: Estate, period: Period): BalanceEra[] {
  const { dates } = memoryOf(estate);
  const cuts = dates.map(startOfDay).filter((at) => at > period.from && at < period.to);
  const starts = [period.from, ...cuts];
  return starts.flatMap((from, i) => {
    const to = starts[i + 1] ?? period.to;
    return balancesOn(estate, dateOf(from)).map((balance) => ({ balance, period: { from, to } }));
  });
}

/** Stands for the parent of a meter that counts what is made of another utility. */
const madeHere = '';

/** The meters of which one date is asked. */
interface Live {
  readonly estate: Estate;
  readonly date: LocalDate;
  readonly meters: ReadonlySet<Meter>;
  /** By the id of the nearest meter above that is valid. */
  readonly below: ReadonlyMap<string | undefined, readonly Meter[]>;
}

function balancesOf(estate: Estate, date: LocalDate): Balance[] {
  const live = liveOn(estate, date);
  const balances: Balance[] = [];
  for (const meter of live.meters) {
    if (meter.role === 'generation' || meter.role === 'export') continue;
    const balance = balanceOf(live, meter.id, [meter], childrenOf(live, meter));
    if (balance) balances.push(balance);
  }
  return [...balances, ...siteBalances(live)];
}

function liveOn(estate: Estate, date: LocalDate): Live {
  const meters = new Set(
    [...estate.meters.values()].filter(
      (meter) => isValidOn(meter, date) && meter.measures === 'active' && meter.source_of === undefined,
    ),
  );
  const mains = Map.groupBy(
    [...meters].filter(({ role }) => role === 'main'),
    (meter) => `${meter.site}:${meter.utility}`,
  );
  const below = Map.groupBy(meters, (meter) => {
    const chain = above(estate, meter).filter((one) => meters.has(one));
    const parent = chain.find((one) => one.utility === meter.utility);
    if (parent) return parent.id;
    // Heat that is made of steam, or of gas, is no part of the heat that is bought.
    if (chain.length > 0) return madeHere;
    // Below no other: it hangs behind the main of its site, where there is one. A main hangs behind nothing.
    const [main, another] = mains.get(`${meter.site}:${meter.utility}`) ?? [];
    return meter.role === 'main' || meter.role === 'virtual' || another ? undefined : main?.id;
  });
  return { estate, date, meters, below };
}

function childrenOf({ below }: Live, meter: Meter): readonly Meter[] {
  return below.get(meter.id) ?? [];
}

/** Several mains, and sub-meters of which the register does not say behind which they hang. */
function siteBalances(live: Live): Balance[] {
  const loose = (live.below.get(undefined) ?? []).filter(({ role }) => role !== 'virtual');
  const groups = Map.groupBy(loose, (meter) => `${meter.site}:${meter.utility}`);
  return [...groups].flatMap(([id, meters]) => {
    const mains = meters.filter(({ role }) => role === 'main');
    const others = meters.filter(({ role }) => role !== 'main');
    if (mains.length < 2 || !others.some(({ role }) => role === 'sub')) return [];
    const behind = mains.flatMap((main) => childrenOf(live, main));
    return balanceOf(live, id, mains, [...behind, ...others]) ?? [];
  });
}

function balanceOf(live: Live, id: string, parents: readonly Meter[], children: readonly Meter[]): Balance | undefined {
  const [first] = parents;
  if (!first) return undefined;
  const terms = new Terms(live);
  for (const parent of parents) terms.add(parent, 1, 'supply');
  const subs: string[] = [];
  // What is read counts once: a virtual sub-meter stands back where a meter that it is computed from stands here too.
  const read = new Set<string>();
  const standsBack = (child: Meter): boolean =>
    readMeters(live.estate, child).some((one) => read.has(one)) || !isApart(live, child, parents);
  for (const child of children.toSorted((a, b) => Number(a.role === 'virtual') - Number(b.role === 'virtual'))) {
    const inner = childrenOf(live, child).filter(({ role }) => role === 'export');
    if (child.role === 'export') terms.add(child, -1, 'supply');
    else if (child.role === 'generation') {
      terms.add(child, 1, 'supply');
      for (const away of inner) terms.add(away, -1, 'supply');
    } else if (!standsBack(child)) {
      subs.push(child.id);
      for (const one of readMeters(live.estate, child)) read.add(one);
      terms.add(child, 1, 'sub');
      // What a part of the site makes and does not use comes back through its own meter.
      for (const back of inner) terms.add(back, 1, 'supply');
    }
  }
  if (subs.length === 0) return undefined;
  const list = terms.list();
  const { site, utility } = first;
  return list && { id, site, utility, parents: parents.map((parent) => parent.id), subs, terms: list };
}

/**
 * Whether a sub-meter proves anything: its parent is not computed from it, nor is it computed from its parent or from
 * meters beside it.
 */
function isApart(live: Live, child: Meter, parents: readonly Meter[]): boolean {
  const read = new Set(readMeters(live.estate, child));
  if (parents.some((parent) => readMeters(live.estate, parent).some((id) => read.has(id)))) return false;
  if (child.role !== 'virtual') return true;
  const holds = (meter: Meter): boolean =>
    read.has(meter.id) || childrenOf(live, meter).some((one) => one !== child && holds(one));
  return !parents.some(holds);
}

function readMeters(estate: Estate, meter: Meter): string[] {
  const terms = termMeters(meter).flatMap((id) => estate.meters.get(id) ?? []);
  return meter.role === 'virtual' ? terms.flatMap((term) => readMeters(estate, term)) : [meter.id];
}

/** Collects terms, taking virtual meters down to those that are read. */
class Terms {
  readonly #live: Live;
  readonly #sums = new Map<Meter, { supply: number; sub: number }>();
  #unknown = false;

  constructor(live: Live) {
    this.#live = live;
  }

  add(meter: Meter, times: number, side: 'supply' | 'sub'): void {
    const { estate, date } = this.#live;
    if (meter.role !== 'virtual') {
      const sums = this.#sums.get(meter) ?? { supply: 0, sub: 0 };
      sums[side] += times;
      this.#sums.set(meter, sums);
      return;
    }
    const terms: readonly Term[] | undefined = validOn(formulasOf(meter), date)?.terms;
    if (!terms) this.#unknown = true;
    for (const term of terms ?? []) {
      const inner = estate.meters.get(term.meter);
      if (inner) this.add(inner, times * term.times, side);
    }
  }

  /** Undefined where a virtual meter has no formula yet. */
  list(): readonly BalanceTerm[] | undefined {
    return this.#unknown ? undefined : Array.from(this.#sums, ([meter, sums]) => ({ meter, ...sums }));
  }
}
