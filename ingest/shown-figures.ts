import { disclosurePeriodOf, disclosureYear, firstDayOf } from '../domain/certificates/disclosure-period.ts';
import { hasMarketSide } from '../domain/certificates/supply-points.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { ShownPoint } from '../domain/series.ts';
import type { Fuel, ShownSpan } from '../domain/shown/place-points.ts';
import {
  addMonths,
  boundariesOf,
  dateOf,
  type EpochSeconds,
  type LocalDate,
  monthOf,
  type Period,
  startOfDay,
} from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { pointsOfComparisons, pointsOfCover } from './compared-places.ts';
import { digest, registerDigest } from './estate-changes.ts';
import { type PlacePoints, pointsOfPlaces } from './figures-of-places.ts';
import { Followed } from './followed.ts';
import { writeShown } from './write-shown.ts';

/** A digest of all but the store that figures rest on: the register, the factors, and what is published of them. */
const basisKey = 'figures-basis';
/** The fuels that each place ever had a row of. */
const fuelsKey = 'figures-fuels';
/** A year of months in which nobody used anything is before the first. */
const unknownMonths = 12;

/**
 * One bucket of figures: the month that begins on a date, the twelve months that end with it, the same set against the
 * year before, or the disclosure period that begins then.
 */
interface Task {
  readonly span: ShownSpan | 'compared_year' | 'disclosure_year';
  readonly month: LocalDate;
}

/**
 * Publishes the figures of places for dashboards, worked out by what the API answers with. It follows what was derived:
 * the months that were touched, and the twelve months that these lie in; the present month at each look; and all of
 * them, the newest first, where the register or the factors are others than before. Of each place only what changed is
 * written.
 */
export class ShownFigures {
  readonly #store: ReadingStore;
  readonly #state: StateStore;
  readonly #waiting = new Map<string, Task>();
  /** The next month of a look through all of them, and how many before it held nothing. */
  #all: { month: LocalDate; unknown: number } | undefined;
  readonly #followed: Followed;
  #basis: { readonly estate: Estate; readonly digest: string } | undefined;
  #lastLook = Number.NEGATIVE_INFINITY;
  /** Digests of what was written, by bucket, kind and place. */
  readonly #written = new Map<string, string>();

  constructor(store: ReadingStore, state: StateStore) {
    this.#store = store;
    this.#state = state;
    this.#followed = new Followed(state, 'figures');
  }

  /** Whether all that is known to have changed was published. */
  get isDone(): boolean {
    return this.#waiting.size === 0 && this.#all === undefined;
  }

  /** One look: a bounded part of what waits. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (!this.#store.writeShown || estate.sites.size === 0) return;
    if (this.isDone) {
      // What people change is followed at once, what meters say after a while.
      const isOther = this.#basis?.estate !== estate;
      if (!isOther && now - this.#lastLook < limits.figuresPauseSeconds) return;
      this.#lastLook = now;
      this.#enterChanges(estate, now);
    }
    for (let tasks = 0; tasks < limits.figuresPerLook && !this.isDone; tasks++) await this.#step(estate, now);
    if (!this.isDone) return;
    this.#followed.remember();
    if (this.#basis) this.#state.remember(basisKey, this.#basis.digest);
  }

  #enterChanges(estate: Estate, now: EpochSeconds): void {
    this.#enter({ from: now, to: now + 1 }, now);
    // What covers one month is what is left by the others.
    const reach = hasMarketSide(estate) ? covered : (period: Period): Period => period;
    // Who is silent is known when a day is closed, and is in no log.
    const closed = this.#followed.closed();
    if (closed) {
      this.#enter(reach(closed), now);
      // Late temperatures are in no log either.
      const last = monthOf(dateOf(now));
      for (let i = 1; i <= limits.comparedMonths; i++)
        this.#wait({ span: 'compared_year', month: addMonths(last, -i) });
    }
    for (const { from, to } of this.#followed.derived()) {
      const isPast = from < startOfDay(monthOf(dateOf(now)));
      const period = { from, to: to + 1 };
      this.#enter(isPast ? reach(period) : period, now);
    }
    if (this.#basis?.estate !== estate) this.#basis = { estate, digest: registerDigest(estate) };
    if (this.#basis.digest !== this.#state.recall(basisKey)) this.#all = { month: monthOf(dateOf(now)), unknown: 0 };
  }

  /** The months of a period, every twelve months that hold or follow one of them, and its disclosure periods. */
  #enter(period: Period, now: EpochSeconds): void {
    const last = monthOf(dateOf(now));
    const earliest = addMonths(last, -limits.figuresMonths);
    const span = { from: Math.max(period.from, startOfDay(earliest)), to: Math.min(period.to, now + 1) };
    const months = span.from < span.to ? boundariesOf(span, 'month').slice(0, -1) : [];
    for (const month of months.map((at) => monthOf(dateOf(at)))) {
      this.#wait({ span: 'month', month });
      this.#wait({ span: 'disclosure_year', month: firstDayOf(disclosurePeriodOf(month)) });
      for (let i = 0; i < 24; i++) {
        const end = addMonths(month, i);
        if (end >= last) break;
        if (i < 12) this.#wait({ span: 'rolling_year', month: end });
        this.#wait({ span: 'compared_year', month: end });
      }
    }
  }

  #wait(task: Task): void {
    this.#waiting.set(nameOf(task), task);
  }

  /** The newest that waits, or else the next of all. */
  async #step(estate: Estate, now: EpochSeconds): Promise<void> {
    const [first, ...others] = this.#waiting.values();
    if (first) {
      const newest = others.reduce((a, b) => (b.month > a.month ? b : a), first);
      await this.#publish(estate, newest, now);
      this.#waiting.delete(nameOf(newest));
      return;
    }
    if (!this.#all) return;
    const { month, unknown } = this.#all;
    const known = await this.#publish(estate, { span: 'month', month }, now);
    for (const span of ['rolling_year', 'compared_year'] as const) await this.#publish(estate, { span, month }, now);
    const before = addMonths(month, -1);
    // A disclosure period at its newest month.
    if (month.slice(5, 7) === '03' || month === monthOf(dateOf(now))) {
      await this.#publish(estate, { span: 'disclosure_year', month: firstDayOf(disclosurePeriodOf(month)) }, now);
    }
    const rest = known ? 0 : unknown + 1;
    const isFirst = rest >= unknownMonths || before < addMonths(monthOf(dateOf(now)), -limits.figuresMonths);
    this.#all = isFirst ? undefined : { month: before, unknown: rest };
  }

  /** Works one bucket out and writes what is another than before; answers whether anything is known in it. */
  async #publish(estate: Estate, task: Task, now: EpochSeconds): Promise<boolean> {
    const fuels = new Map(Object.entries(JSON.parse(this.#state.recall(fuelsKey) ?? '{}') as Record<string, Fuel[]>));
    const { places, known } = await this.#pointsOf(estate, task, now, fuels);
    const fresh: ShownPoint[] = [];
    const digests = new Map<string, string>();
    for (const [place, points] of places) {
      const name = `${nameOf(task)} ${place}`;
      const said = digest(points);
      if (this.#written.get(name) === said) continue;
      digests.set(name, said);
      fresh.push(...points);
    }
    await writeShown(this.#store, fresh);
    for (const [name, said] of digests) this.#written.set(name, said);
    this.#rememberFuels(fuels, fresh);
    return known;
  }

  async #pointsOf(
    estate: Estate,
    { span, month }: Task,
    now: EpochSeconds,
    fuels: ReadonlyMap<string, readonly Fuel[]>,
  ): Promise<PlacePoints> {
    const stores = { store: this.#store, state: this.#state };
    if (span === 'compared_year') return await pointsOfComparisons(stores, estate, { month, now, fuels });
    if (span === 'disclosure_year') return await pointsOfCover(stores, estate, { month, now });
    return await pointsOfPlaces(stores, estate, { span, month, now, fuels });
  }

  #rememberFuels(known: ReadonlyMap<string, readonly Fuel[]>, points: readonly ShownPoint[]): void {
    const all = new Map(known);
    for (const point of points) {
      if (point.series !== 'month_fuel' && point.series !== 'rolling_year_fuel') continue;
      const { kind, place, utility, source } = point.tags;
      const own = all.get(`${kind} ${place}`) ?? [];
      if (own.some((one) => one.utility === utility && one.source === source)) continue;
      all.set(`${kind} ${place}`, [...own, { utility, source } as Fuel]);
    }
    const text = JSON.stringify(Object.fromEntries(all));
    if (text !== this.#state.recall(fuelsKey)) this.#state.remember(fuelsKey, text);
  }
}

/** The disclosure periods that a period lies in: certificates are matched over the whole of each, to date. */
function covered({ from, to }: Period): Period {
  const [first, last] = [from, to - 1].map((at) => disclosureYear(disclosurePeriodOf(dateOf(at))));
  return { from: first?.from ?? from, to: last?.to ?? to };
}

function nameOf({ span, month }: Task): string {
  return `${span} ${month}`;
}
