import { alertSeries } from '../domain/alert-series.ts';
import { alarmLoad } from '../domain/alerts/alarm-load.ts';
import { type Alert, isLive, liveStateNames } from '../domain/alerts/life.ts';
import type { Severity } from '../domain/alerts/severity.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { ShownPoint } from '../domain/series.ts';
import { alarmLoadPoints } from '../domain/shown/alarm-load-points.ts';
import { type AlertLine, dayAlertPoints, daySavingPoint, lineOf, savingDays } from '../domain/shown/alert-days.ts';
import { alertEventPoints, type AlertPlace, alertPoint } from '../domain/shown/alert-points.ts';
import { detectablePoint } from '../domain/shown/detectable-point.ts';
import { poundsShown } from '../domain/shown/shown-pounds.ts';
import { addDays, dateOf, type EpochSeconds, type LocalDate, startOfDay } from '../domain/time.ts';
import type { AlertFilter } from '../store/alert-log.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { StateStore } from '../store/state-store.ts';
import { toldNotices } from '../store/told-notices.ts';
import { digest } from './estate-changes.ts';
import { writeShown } from './write-shown.ts';

type State = Pick<
  StateStore,
  'alert' | 'alerts' | 'alertEvents' | 'lastAlertEvent' | 'deliveries' | 'watched' | 'remember' | 'recall'
>;

/** Up to which event and second alerts were published, and a digest of what else their points rest on. */
const followedKey = 'alerts-followed';
const untilKey = 'alerts-until';
const basisKey = 'alerts-basis';

/**
 * Publishes alerts for dashboards. It follows the log of their events, at once, and every few minutes what changes
 * without an event: what they cost so far, and what is saved. Where the register says otherwise whose pounds may be
 * seen, or how a place is called, all of them are published again.
 */
export class ShownAlerts {
  readonly #store: Pick<ReadingStore, 'writeShown'>;
  readonly #state: State;
  readonly #lines = new Map<string, AlertLine>();
  /** Sites whose days are to be written, from which one on. */
  readonly #days = new Map<string, LocalDate>();
  #estate: Estate | undefined;
  #placeOf: (alert: Alert) => AlertPlace = () => ({ name: '', siteName: '', pounds: false });
  #basis: string | undefined;
  /** The alert after which reading all of them goes on, and whether all of them are written. */
  #reading: { readonly before: string | undefined; readonly anew: boolean } | undefined;
  #sequence = 0;
  /** The last look at all that runs; the days since then are not written yet. */
  #until = 0;
  #isFollowed = false;
  /** What is written of how small a change each meter could tell. */
  readonly #sizes = new Map<string, string>();

  constructor(store: Pick<ReadingStore, 'writeShown'>, state: State) {
    this.#store = store;
    this.#state = state;
  }

  /** Whether all that is known to have changed was published. */
  get isDone(): boolean {
    return this.#isFollowed && this.#days.size === 0;
  }

  /** One look: a bounded part of what waits. Rejects as the store and the state do. */
  async look(estate: Estate, now: EpochSeconds): Promise<void> {
    if (!this.#store.writeShown || estate.sites.size === 0) return;
    if (this.#estate !== estate) this.#adopt(estate);
    if (this.#reading) await this.#readSome(this.#reading, now);
    else if (this.#days.size === 0 && this.#isDue(now)) await this.#follow(estate, now);
    if (!this.#reading) await this.#writeDays(now);
    if (!this.isDone) return;
    this.#remember(followedKey, String(this.#sequence));
    this.#remember(untilKey, String(this.#until));
    this.#remember(basisKey, this.#basis ?? '');
  }

  #isDue(now: EpochSeconds): boolean {
    if (!this.#isFollowed || now - this.#until >= limits.figuresPauseSeconds) return true;
    return this.#state.lastAlertEvent() !== this.#sequence;
  }

  #adopt(estate: Estate): void {
    const maySee = poundsShown(estate);
    const basis = basisOf(estate, maySee);
    const known = this.#basis ?? this.#state.recall(basisKey);
    this.#placeOf = ({ seen: { site, subject, meters } }) => ({
      name: estate.meters.get(subject)?.name ?? subject,
      siteName: estate.sites.get(site)?.name ?? site,
      pounds: maySee(meters),
    });
    const isFirst = this.#estate === undefined;
    this.#estate = estate;
    this.#basis = basis;
    const anew = basis !== known;
    if (!isFirst && !anew) return;
    // What happens while all are read is followed afterwards.
    this.#sequence = anew ? this.#state.lastAlertEvent() : Number(this.#state.recall(followedKey) ?? 0);
    if (isFirst) this.#until = Number(this.#state.recall(untilKey) ?? 0);
    this.#reading = { before: undefined, anew };
    this.#isFollowed = false;
  }

  /** A page of all alerts: their lines are kept, and where the register is another they are written. */
  async #readSome({ before, anew }: { before: string | undefined; anew: boolean }, now: EpochSeconds): Promise<void> {
    const page = this.#state.alerts({ before, limit: limits.alertsPerLook });
    if (anew) {
      await writeShown(
        this.#store,
        page.flatMap((alert) => [...alertEventPoints(alert, this.#placeOf(alert)), ...this.#stateOf(alert, now)]),
      );
      for (const { opened, seen } of page) this.#enterDays(seen.site, dateOf(opened));
    }
    for (const alert of page) this.#lines.set(alert.id, lineOf(alert, this.#placeOf(alert).pounds));
    const last = page.length < limits.alertsPerLook ? undefined : page.at(-1);
    this.#reading = last && { before: last.id, anew };
  }

  /** What happened since, what is live, and what saves something still. */
  async #follow(estate: Estate, now: EpochSeconds): Promise<void> {
    const since = dateOf(this.#until);
    const { changed, points, sequence } = this.#eventsSince(this.#sequence);
    for (const alert of changed.values()) points.push(...this.#stateOf(alert, now));
    // What a saving came to at its end is written once: by the first look after it.
    const saving = [...this.#all({ saves: true })].filter((alert) => (alert.saving?.until ?? 0) >= this.#until);
    const running = [...this.#all({ states: liveStateNames }), ...saving];
    for (const alert of running) if (!changed.has(alert.id)) points.push(...this.#stateOf(alert, now, since));
    const sizes = this.#sizesOf(estate, startOfDay(dateOf(now)));
    await writeShown(this.#store, [...points, ...this.#loadOf(since, now), ...sizes]);
    for (const alert of [...changed.values(), ...running]) this.#enterLine(alert, since);
    for (const size of sizes) this.#sizes.set(size.tags.meter, JSON.stringify(size));
    [this.#sequence, this.#until, this.#isFollowed] = [sequence, now, true];
  }

  #eventsSince(after: number) {
    const points: ShownPoint[] = [];
    const changed = new Map<string, Alert>();
    for (let sequence = after; ; ) {
      const events = this.#state.alertEvents({ after: sequence, limit: limits.streamChanges });
      for (const { id, event } of events) {
        const alert = changed.get(id) ?? this.#state.alert(id);
        if (!alert) continue;
        changed.set(id, alert);
        points.push(...alertEventPoints(alert, this.#placeOf(alert), [event]));
      }
      sequence = events.at(-1)?.sequence ?? sequence;
      if (events.length < limits.streamChanges) return { changed, points, sequence };
    }
  }

  *#all(filter: AlertFilter): Generator<Alert> {
    for (let before: string | undefined; ; ) {
      const page = this.#state.alerts({ ...filter, before, limit: limits.alertsPerLook });
      yield* page;
      if (page.length < limits.alertsPerLook) return;
      before = page.at(-1)?.id;
    }
  }

  /** An alert as it is, and the days on which it saved something, from one on. */
  #stateOf(alert: Alert, now: EpochSeconds, from: LocalDate = ''): ShownPoint[] {
    const place = this.#placeOf(alert);
    const days = savingDays(alert, now).filter((date) => date >= from);
    return [alertPoint(alert, place, now), ...days.map((date) => daySavingPoint(alert, place.pounds, date, now))];
  }

  /** Days of its site follow an alert: all of its own where it changed, the last ones while it is live. */
  #enterLine(alert: Alert, since: LocalDate): void {
    const line = lineOf(alert, this.#placeOf(alert).pounds);
    const isOther = JSON.stringify(this.#lines.get(alert.id)) !== JSON.stringify(line);
    this.#lines.set(alert.id, line);
    const opened = dateOf(alert.opened);
    if (isOther) this.#enterDays(line.site, opened);
    else if (isLive(alert)) this.#enterDays(line.site, opened > since ? opened : since);
  }

  #enterDays(site: string, from: LocalDate): void {
    const known = this.#days.get(site);
    this.#days.set(site, known !== undefined && known < from ? known : from);
  }

  async #writeDays(now: EpochSeconds): Promise<void> {
    if (this.#days.size === 0) return;
    const bySite = Map.groupBy(this.#lines.values(), ({ site }) => site);
    const today = dateOf(now);
    let written = 0;
    for (const [site, from] of this.#days) {
      const lines = bySite.get(site) ?? [];
      const points: ShownPoint[] = [];
      for (let date = from; date <= today; date = addDays(date, 1)) points.push(...dayAlertPoints(lines, date, now));
      await writeShown(this.#store, points);
      this.#days.delete(site);
      written += points.length;
      if (written >= limits.figuresPerWrite) return;
    }
  }

  /** How much people were told, from one day on. */
  #loadOf(since: LocalDate, now: EpochSeconds): ShownPoint[] {
    const earliest = addDays(dateOf(now), -limits.alarmLoadDays);
    const period = { from: startOfDay(since > earliest ? since : earliest), to: now + 1 };
    const severityOf = (id: string): Severity | undefined => this.#lines.get(id)?.stretches.at(-1)?.severity;
    const { notices } = toldNotices(this.#state, period, severityOf);
    return alarmLoadPoints(alarmLoad(period, notices, []).days);
  }

  /** What the smallest change is that each meter could tell, as of today, where it is another than was written. */
  #sizesOf(estate: Estate, at: EpochSeconds) {
    return this.#state.watched([...estate.sites.keys()]).flatMap((known) => {
      const meter = estate.meters.get(known.meter);
      const point = meter && detectablePoint(meter, known, at);
      return point && this.#sizes.get(point.tags.meter) !== JSON.stringify(point) ? [point] : [];
    });
  }

  #remember(key: string, value: string): void {
    if (value !== this.#state.recall(key)) this.#state.remember(key, value);
  }
}

/** A digest of what the points of alerts rest on but the alerts: names, who may see pounds, and the series. */
function basisOf(estate: Estate, maySee: ReturnType<typeof poundsShown>): string {
  const meters = [...estate.meters.values()].map(({ id, name }) => [id, name, maySee([id])]);
  return digest([meters, [...estate.sites.values()].map(({ id, name }) => [id, name]), alertSeries]);
}
