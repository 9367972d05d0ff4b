import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { ShownPoint } from '../domain/series.ts';
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
import { basisOf, type CostedPoint, costedPoints } from './costed-points.ts';
import { ledgerPoints, noticePoints, profilePoints, soFarPoints } from './costs-of-points.ts';
import { digest } from './estate-changes.ts';
import { Followed } from './followed.ts';
import { type Published, publishedAs, withdrawnPoints, withPoints } from './withdrawn-costs.ts';
import { writeShown } from './write-shown.ts';

/** Digests of all but the store that the costs of each supply point rest on. */
const basisKey = 'costs-basis';
/** What was ever published, by supply point and its tags. */
const publishedKey = 'costs-published';

/**
 * One piece of work: a month of a supply point by day, or by half-hour; what it cost so far; its dates; or all that was
 * published under tags that are no longer its own.
 */
interface Task {
  readonly kind: 'ledger' | 'profile' | 'so_far' | 'notices' | 'withdrawal';
  /** The supply point; of a withdrawal the key of what was published. */
  readonly of: string;
  readonly month: LocalDate;
}

/**
 * Publishes what supply points cost for dashboards, by what the API answers with. It follows what was derived: the
 * months that were touched, the present month at each look, what is told up to yesterday when a day is closed, and all
 * months of a supply point, the newest first, where its own part of the register is another than before. What a supply
 * point is not to publish any more is taken back.
 */
export class ShownCosts {
  readonly #store: ReadingStore;
  readonly #state: StateStore;
  readonly #waiting = new Map<string, Task>();
  #points = new Map<string, CostedPoint>();
  #estate: Estate | undefined;
  readonly #followed: Followed;
  #basis: Record<string, string> | undefined;
  #lastLook = Number.NEGATIVE_INFINITY;
  /** The first month that was published, by what it was published as. */
  #firsts: ReadonlyMap<string, LocalDate> = new Map();
  /** Digests of what was written of the present month and the one before, by supply point and time. */
  readonly #written = new Map<string, string>();

  constructor(store: ReadingStore, state: StateStore) {
    this.#store = store;
    this.#state = state;
    this.#followed = new Followed(state, 'costs');
  }

  /** Whether all that is known to have changed was published. */
  get isDone(): boolean {
    return this.#waiting.size === 0;
  }

  /** One look: a bounded part of what waits. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (!this.#store.writeShown) return;
    const isOther = this.#estate !== estate;
    if (isOther || now - this.#lastLook >= limits.figuresPauseSeconds) {
      this.#lastLook = now;
      this.#enterChanges(estate, now);
    }
    const task = this.#newest();
    if (!task) return;
    await this.#do(estate, task, now);
    this.#waiting.delete(nameOf(task));
    if (!this.isDone) return;
    this.#followed.remember();
    this.#remember(basisKey, this.#basis ?? {});
  }

  #enterChanges(estate: Estate, now: EpochSeconds): void {
    if (this.#estate !== estate) this.#enterRegister(estate, now);
    this.#estate = estate;
    const today = { from: now, to: now + 1 };
    for (const one of this.#points.values()) this.#enterMonths(one, today, now, 'ledger');
    const closed = this.#followed.closed();
    if (closed) for (const one of this.#points.values()) this.#enterDays(one, closed, now);
    for (const { meter, from, to } of this.#followed.derived()) {
      for (const one of this.#points.values()) {
        if (one.rests.has(meter)) this.#enterDays(one, { from, to: to + 1 }, now);
      }
    }
  }

  /** The supply points whose part of the register is another than when they were published, and those that are gone. */
  #enterRegister(estate: Estate, now: EpochSeconds): void {
    this.#points = costedPoints(estate);
    const before: Record<string, string | undefined> = this.#basis ?? this.#recall<string>(basisKey);
    const basis: Record<string, string> = {};
    this.#basis = basis;
    for (const [name, { kind }] of this.#waiting) if (kind === 'withdrawal') this.#waiting.delete(name);
    const published = this.#recall<Published>(publishedKey);
    this.#firsts = new Map(Object.entries(published).map(([key, { first }]) => [key, first]));
    const current = new Set([...this.#points.values()].map(({ tags }) => publishedAs(tags)));
    for (const [of, { first }] of Object.entries(published)) {
      if (!current.has(of)) this.#wait({ kind: 'withdrawal', of, month: first });
    }
    for (const one of this.#points.values()) {
      const { id } = one.placed.point;
      const said = basisOf(estate, one);
      basis[id] = said;
      if (before[id] === said) continue;
      this.#enterDays(one, { from: Number.NEGATIVE_INFINITY, to: now + 1 }, now);
    }
  }

  /** Days that changed: of today its costs alone, of earlier ones all that is told by whole days. */
  #enterDays(one: CostedPoint, period: Period, now: EpochSeconds): void {
    this.#enterMonths(one, period, now, 'ledger');
    if (period.from >= startOfDay(dateOf(now))) return;
    this.#enterMonths(one, { ...period, from: Math.max(period.from, firstProfile(now)) }, now, 'profile');
    const [of, month] = [one.placed.point.id, monthOf(dateOf(now))];
    this.#wait({ kind: 'so_far', of, month });
    this.#wait({ kind: 'notices', of, month });
  }

  /** The months of a period since the first contract, or since costs were published where that is longer ago. */
  #enterMonths({ placed, tags }: CostedPoint, period: Period, now: EpochSeconds, kind: 'ledger' | 'profile'): void {
    const earliest = startOfDay(addMonths(monthOf(dateOf(now)), -limits.figuresMonths));
    const contracted = placed.point.contracts.map(({ valid_from: date }) => startOfDay(date));
    const published = this.#firsts.get(publishedAs(tags));
    const since = Math.min(now, ...contracted, ...(published === undefined ? [] : [startOfDay(published)]));
    const span = { from: Math.max(period.from, earliest, since), to: Math.min(period.to, now + 1) };
    if (span.from >= span.to) return;
    for (const at of boundariesOf(span, 'month').slice(0, -1)) {
      this.#wait({ kind, of: placed.point.id, month: monthOf(dateOf(at)) });
    }
  }

  #wait(task: Task): void {
    this.#waiting.set(nameOf(task), task);
  }

  /** What is taken back comes first; then the newest month. */
  #newest(): Task | undefined {
    let newest: Task | undefined;
    for (const task of this.#waiting.values()) {
      if (!newest || orderOf(task) > orderOf(newest)) newest = task;
    }
    return newest;
  }

  async #do(estate: Estate, task: Task, now: EpochSeconds): Promise<void> {
    if (task.kind === 'withdrawal') {
      await this.#withdraw(task.of, now);
      return;
    }
    const one = this.#points.get(task.of);
    if (!one) return;
    const key = publishedAs(one.tags);
    const published = this.#recall<Published>(publishedKey);
    const was = published[key];
    const points = await this.#pointsOf(estate, one, task, now, was);
    const { fresh, digests } = this.#freshOf(key, task, points, now);
    await writeShown(this.#store, fresh);
    for (const [name, said] of digests) this.#written.set(name, said);
    if (points.length === 0) return;
    const none = { tags: one.tags, components: [], bands: [], notices: [], first: task.month };
    this.#remember(publishedKey, { ...published, [key]: withPoints(was ?? none, task.month, points) });
  }

  /** Takes back what stands under tags that nothing is published under any more. */
  async #withdraw(key: string, now: EpochSeconds): Promise<void> {
    const { [key]: was, ...published } = this.#recall<Published>(publishedKey);
    if (!was) return;
    // Should it come back, all of it is to be written anew.
    const { [was.tags.supply_point]: _, ...basis } = this.#recall<string>(basisKey);
    this.#remember(basisKey, basis);
    for (const name of this.#written.keys()) if (name.startsWith(`${key} `)) this.#written.delete(name);
    for (const points of withdrawnPoints(was, now)) await writeShown(this.#store, points);
    this.#remember(publishedKey, published);
  }

  async #pointsOf(
    estate: Estate,
    { placed, tags }: CostedPoint,
    { kind, month }: Task,
    now: EpochSeconds,
    was: Published | undefined,
  ): Promise<readonly ShownPoint[]> {
    const stores = { store: this.#store, state: this.#state };
    const wanted = { placed, tags, month, now };
    if (kind === 'so_far') return await soFarPoints(stores, estate, wanted);
    if (kind === 'notices') return noticePoints(placed, tags, dateOf(now), was?.notices ?? []);
    const wasPublished = was !== undefined && was.first <= month;
    if (kind === 'profile') return await profilePoints(stores, estate, { ...wanted, wasPublished });
    const once = was ?? { components: [], bands: [] };
    return await ledgerPoints(stores, estate, { ...wanted, once, wasPublished });
  }

  /** Of the present month and the one before, the days that are others than were written; of older ones all. */
  #freshOf(key: string, { kind, month }: Task, points: readonly ShownPoint[], now: EpochSeconds) {
    const recent = addMonths(monthOf(dateOf(now)), -1);
    const digests = new Map<string, string>();
    if (kind !== 'ledger' || month < recent) return { fresh: points, digests };
    for (const name of this.#written.keys()) {
      if (Number(name.slice(name.lastIndexOf(' '))) < startOfDay(recent)) this.#written.delete(name);
    }
    const fresh: ShownPoint[] = [];
    for (const [at, list] of Map.groupBy(points, (point) => point.at)) {
      const name = `${key} ${at}`;
      const said = digest(list);
      if (this.#written.get(name) === said) continue;
      digests.set(name, said);
      fresh.push(...list);
    }
    return { fresh, digests };
  }

  #recall<T>(key: string): Record<string, T> {
    return JSON.parse(this.#state.recall(key) ?? '{}') as Record<string, T>;
  }

  #remember(key: string, value: object): void {
    const text = JSON.stringify(value);
    if (text !== this.#state.recall(key)) this.#state.remember(key, text);
  }
}

/** Half-hours of longer ago are in no profile. */
function firstProfile(now: EpochSeconds): EpochSeconds {
  return startOfDay(addMonths(monthOf(dateOf(now)), -limits.costProfileMonths));
}

function nameOf({ kind, of, month }: Task): string {
  return `${kind} ${of} ${month}`;
}

const order = { profile: 0, ledger: 1, notices: 2, so_far: 3, withdrawal: 4 } as const;

function orderOf({ kind, month }: Task): string {
  const isFirst = kind === 'withdrawal' ? '1' : '0';
  return `${isFirst} ${month} ${order[kind]}`;
}
