import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { series, type ShownPoint, wordsOf } from '../domain/series.ts';
import { dateOf, type EpochSeconds, startOfDay } from '../domain/time.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { registerDigest } from './estate-changes.ts';
import { Followed } from './followed.ts';
import { partsOfPlan, type PlanPart, pointsOfPlan } from './points-of-plan.ts';
import { writeShown } from './write-shown.ts';

/** Of which register the plan was published. */
const basisKey = 'plan-basis';
/** What is listed, by the part of the plan that it is of. */
const listedKey = 'plan-listed';

/** Under what a point stands, so that it can be written over. */
type Listed = Pick<ShownPoint, 'series' | 'tags' | 'at'>;

/**
 * Publishes the four-step plan for dashboards, by what the API answers with: all of it when a day is closed and where
 * the register is another than before, and what is of a site where days of it that are over changed since. A part of it
 * may be a year of half-hours, so there is one in a look. What is listed no longer is written over.
 */
export class ShownPlan {
  readonly #store: ReadingStore;
  readonly #state: StateStore;
  readonly #pointsOf: typeof pointsOfPlan;
  readonly #waiting = new Map<string, PlanPart>();
  /** What could not be worked out or written: it is tried again after the pause, for it may be a year of half-hours. */
  readonly #failed = new Map<string, PlanPart>();
  readonly #followed: Followed;
  #basis: { readonly estate: Estate; readonly digest: string } | undefined;
  #entered: string | undefined;
  #lastLook = Number.NEGATIVE_INFINITY;

  constructor(store: ReadingStore, state: StateStore, pointsOf: typeof pointsOfPlan = pointsOfPlan) {
    this.#store = store;
    this.#state = state;
    this.#pointsOf = pointsOf;
    this.#followed = new Followed(state, 'plan');
  }

  /** Whether all that is known to have changed was published, but for what failed. */
  get isDone(): boolean {
    return this.#waiting.size === 0;
  }

  /** One look: one part of the plan. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (!this.#store.writeShown || estate.sites.size === 0) return;
    if (this.#basis?.estate !== estate || now - this.#lastLook >= limits.planPauseSeconds) {
      this.#lastLook = now;
      this.#enterChanges(estate, now);
    }
    const [first] = this.#waiting;
    if (!first) return;
    const [name, part] = first;
    this.#waiting.delete(name);
    try {
      await this.#publish(estate, name, part, now);
    } catch (error) {
      this.#failed.set(name, part);
      throw error;
    }
    if (!this.isDone || this.#failed.size > 0) return;
    this.#followed.remember();
    if (this.#entered !== undefined) this.#state.remember(basisKey, this.#entered);
  }

  #enterChanges(estate: Estate, now: EpochSeconds): void {
    const parts = partsOfPlan(estate);
    if (this.#basis?.estate !== estate) this.#basis = { estate, digest: registerDigest(estate) };
    const { digest } = this.#basis;
    const isOther = digest !== (this.#entered ?? this.#state.recall(basisKey));
    const changed = this.#changedPlaces(estate, now);
    for (const part of this.#failed.values()) this.#wait(part);
    this.#failed.clear();
    if (this.#followed.closed() || isOther) {
      this.#entered = digest;
      // And what is listed of sites and organisations that are gone. Steps and indicators are not: those of places that
      // left the register stand for its last month, and boards show them as long as they look back.
      for (const part of [...Object.keys(this.#listed()).map(partOf), ...parts]) this.#wait(part);
    } else {
      for (const part of parts) if (changed.has(part.of)) this.#wait(part);
    }
  }

  /** Sites, and their organisations, of which days that are over were derived again. */
  #changedPlaces(estate: Estate, now: EpochSeconds): Set<string> {
    const today = startOfDay(dateOf(now));
    const places = new Set<string>();
    for (const { meter, from } of this.#followed.derived()) {
      const site = estate.sites.get(estate.meters.get(meter)?.site ?? '');
      if (site && from < today) places.add(site.id).add(site.organisation);
    }
    return places;
  }

  #wait(part: PlanPart): void {
    this.#waiting.set(nameOf(part), part);
  }

  async #publish(estate: Estate, name: string, part: PlanPart, now: EpochSeconds): Promise<void> {
    const stores = { store: this.#store, state: this.#state };
    const points = await this.#pointsOf(stores, estate, part, now);
    const { [name]: before = [], ...others } = this.#listed();
    const listed = points.filter(isListed).map(({ series: of, tags, at }): Listed => ({ series: of, tags, at }));
    const standing = new Set(listed.map((one) => JSON.stringify(one)));
    const gone = before.filter((one) => !standing.has(JSON.stringify(one)));
    // Whoever ends between still knows of both.
    this.#remember({ ...others, [name]: [...listed, ...gone] });
    await writeShown(this.#store, [...points, ...gone.map(emptied)]);
    this.#remember(listed.length === 0 ? others : { ...others, [name]: listed });
  }

  #listed(): Record<string, readonly Listed[]> {
    return JSON.parse(this.#state.recall(listedKey) ?? '{}') as Record<string, readonly Listed[]>;
  }

  #remember(listed: Record<string, readonly Listed[]>): void {
    const text = JSON.stringify(listed);
    if (text !== this.#state.recall(listedKey)) this.#state.remember(listedKey, text);
  }
}

function isListed({ fields }: ShownPoint): boolean {
  return 'listed' in fields;
}

/** The point without its numbers and texts. */
function emptied({ series: of, tags, at }: Listed): ShownPoint {
  const none = [...series[of].fields.map((field) => [field, 0]), ...wordsOf(of).map((word) => [word, ''])];
  return { series: of, tags, at, fields: Object.fromEntries(none) as ShownPoint['fields'] } as ShownPoint;
}

function nameOf({ kind, of }: PlanPart): string {
  return `${kind} ${of}`;
}

function partOf(name: string): PlanPart {
  const [kind = '', of = ''] = name.split(' ');
  return { kind: kind as PlanPart['kind'], of };
}
