import { answerBuckets } from '../domain/energy/buckets.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { matchFigure, type MatchedUse, type UseSeries } from '../domain/matching/match.ts';
import { operationalCarbon } from '../domain/matching/operational-carbon.ts';
import { type ObservedQuantity, type ObservedSeries, seriesOfQuantity } from '../domain/observed/register.ts';
import type { ShownPoint } from '../domain/series.ts';
import { gridCarbonPoint, matchPoint, type MatchPlace } from '../domain/shown/match-points.ts';
import {
  addDays,
  dateOf,
  datesIn,
  dayPeriod,
  type EpochSeconds,
  halfHourSeconds,
  type LocalDate,
} from '../domain/time.ts';
import { readMatching } from '../store/matching.ts';
import { readObserved } from '../store/observed.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { registerDigest } from './estate-changes.ts';
import { Followed } from './followed.ts';

/** Of which register days were matched. */
const basisKey = 'matching-basis';

/**
 * Publishes for dashboards how the electricity of each day was matched with generation half-hour by half-hour, and what
 * the grid gave off for it: the present day and what was derived at each look, and all days where the register changed.
 */
export class ShownMatching {
  readonly #store: ReadingStore;
  readonly #state: StateStore;
  readonly #waiting = new Set<LocalDate>();
  readonly #followed: Followed;
  #basis: { readonly estate: Estate; readonly digest: string } | undefined;
  #entered: string | undefined;
  #lastLook = Number.NEGATIVE_INFINITY;

  constructor(store: ReadingStore, state: StateStore) {
    this.#store = store;
    this.#state = state;
    this.#followed = new Followed(state, 'matching');
  }

  get isDone(): boolean {
    return this.#waiting.size === 0;
  }

  /** One look: one day, the newest that waits. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (!this.#store.writeShown || estate.sites.size === 0) return;
    const isOther = this.#basis?.estate !== estate;
    if (isOther || now - this.#lastLook >= limits.figuresPauseSeconds) {
      this.#lastLook = now;
      this.#enterChanges(estate, now);
    }
    const [first, ...others] = this.#waiting;
    if (first === undefined) return;
    const newest = others.reduce((a, b) => (b > a ? b : a), first);
    await this.#store.writeShown(await this.#pointsOf(estate, newest, now));
    this.#waiting.delete(newest);
    if (this.#waiting.size > 0) return;
    this.#followed.remember();
    if (this.#entered !== undefined) this.#state.remember(basisKey, this.#entered);
  }

  #enterChanges(estate: Estate, now: EpochSeconds): void {
    const today = dateOf(now);
    const earliest = addDays(today, -limits.matchedDays);
    // What is observed outside is in no log; most of it is there when its day is over.
    this.#waiting.add(today).add(addDays(today, -1));
    for (const span of this.#followed.derived()) {
      const isUse = estate.observed?.has(span.meter) || estate.meters.get(span.meter)?.utility === 'electricity';
      if (!isUse || span.to < dayPeriod(earliest).from) continue;
      const reach = { from: Math.max(span.from, dayPeriod(earliest).from), to: Math.min(span.to, now) + 1 };
      for (const date of datesIn(reach)) this.#waiting.add(date);
    }
    if (this.#basis?.estate !== estate) this.#basis = { estate, digest: registerDigest(estate) };
    const { digest } = this.#basis;
    if (digest === (this.#entered ?? this.#state.recall(basisKey))) return;
    this.#entered = digest;
    for (let date = earliest; date < today; date = addDays(date, 1)) this.#waiting.add(date);
  }

  async #pointsOf(estate: Estate, date: LocalDate, now: EpochSeconds): Promise<ShownPoint[]> {
    const stores = { store: this.#store, state: this.#state };
    const [day] = answerBuckets(dayPeriod(date), 'day', now);
    if (!day) return [];
    const sites = [...estate.sites.keys()].sort();
    const { uses } = await readMatching(stores, { estate, sites, period: day, counted: 'retired', now });
    const [shares, intensity] = [onlyOne(estate, 'share'), onlyOne(estate, 'carbon_intensity')];
    const share = shares && (await readObserved(this.#store, shares, day));
    const grid = intensity && (await readObserved(this.#store, intensity, day));
    const gridShare = share?.values.map((percent) => percent / 100);
    const all = { first: 0, last: (day.to - day.from) / halfHourSeconds };
    return placesOf(uses).flatMap(({ kind, place, list }): ShownPoint[] => {
      const tags = { kind, place };
      const matched = matchPoint(tags, day, matchFigure(list, all, gridShare));
      const bought = list.map(({ use }) => use.bought);
      return grid ? [matched, gridCarbonPoint(tags, day, operationalCarbon(bought, grid, all))] : [matched];
    });
  }
}

/** The series of a quantity, where the register has one: of several nobody has said which. */
function onlyOne(estate: Estate, quantity: ObservedQuantity): ObservedSeries | undefined {
  const [first, ...others] = seriesOfQuantity(estate, quantity);
  return others.length === 0 ? first : undefined;
}

/** The places that use electricity. An organisation has what it reports. */
function placesOf(uses: readonly MatchedUse[]): (MatchPlace & { readonly list: readonly MatchedUse[] })[] {
  const grouped = (kind: 'site' | 'organisation', of: (use: UseSeries) => string) =>
    Array.from(
      Map.groupBy(uses, ({ use }) => of(use)),
      ([place, list]) => ({ kind, place, list }),
    );
  return [
    ...grouped('site', ({ site }) => site),
    ...grouped('organisation', ({ organisation }) => organisation),
    { kind: 'estate', place: 'estate', list: uses },
  ];
}
