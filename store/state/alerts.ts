import type { SQLInputValue } from 'node:sqlite';
import type { Act } from '../../domain/acts.ts';
import { type Alert, type AlertEvent, alertOf, liveStateNames, type Seen } from '../../domain/alerts/life.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { AlertFilter, AlertLog, AlertSums, LoggedAlertEvent, WatchedState } from '../alert-log.ts';
import { listTerm, named, row, rows, type StateFile } from './file.ts';

interface AlertRow {
  readonly id: number;
  /** JSON. */
  readonly seen: string;
}
interface EventRow {
  readonly sequence: number;
  readonly alert: number;
  /** JSON. */
  readonly event: string;
}

const live = `state in (${liveStateNames.map((state) => `'${state}'`).join(', ')})`;

/** Conditions of a filter, by the names of its parameters. */
const filtered = `
  (:states is null or state in (select value from json_each(:states)))
  and (:sites is null or site in (select value from json_each(:sites)))
  and (:families is null or family in (select value from json_each(:families)))
  and (:kinds is null or kind in (select value from json_each(:kinds)))
  and (:severities is null or severity in (select value from json_each(:severities)))
  and (:meter is null or exists (select 1 from json_each(meters) where value = :meter))
  and (:owner is null or owner = :owner)
  and (:dueBefore is null or (due < :dueBefore and ${live}))
  and (:saves is null or saves = :saves)
  and (:since is null or ends >= :since)`;

/** Alerts and their events. No event is ever changed or deleted: there is no statement that could. */
export function alertsOf(file: StateFile, addAct: (act: Omit<Act, 'id'>) => number): AlertLog {
  const { kept, whole, open, add } = keeperOf(file);
  const page = file.prepare(
    `select id, seen from alert where ${filtered} and (:before is null or id < :before) order by id desc limit :limit`,
  );
  const merging = file.prepare(`
    select id, seen from alert
    where site in (select value from json_each(?1)) and (${live} or ends >= ?2) order by id`);
  const log = file.prepare(
    'select sequence, alert, event from alert_event where sequence > ?1 order by sequence limit ?2',
  );
  const ofOne = file.prepare(
    'select sequence, alert, event from alert_event where alert = ?3 and sequence > ?1 order by sequence limit ?2',
  );
  const newest = file.prepare('select coalesce(max(sequence), 0) as sequence from alert_event');
  const toMerge = (sites: readonly string[], since: number): Alert[] =>
    whole(rows<AlertRow>(merging, JSON.stringify(sites), since));
  return {
    alert: (id) => file.read(() => kept(id)),
    alerts: ({ before, limit, ...filter }) =>
      file.read(() => {
        const terms = { ...termsOf(filter), before: before === undefined ? null : numberOf(before), limit };
        return whole(named<AlertRow>(page, terms));
      }),
    alertsToMerge: (sites, since) => file.read(() => toMerge(sites, since)),
    recordLook: ({ sites, since }, merge) =>
      file.write(() => {
        const alerts = toMerge(sites, since);
        const read = new Map(alerts.map((alert) => [alert.id, alert]));
        const { opened, known, gone } = merge(alerts);
        const changes: readonly { id: string; events: readonly AlertEvent[]; seen?: Seen }[] = [...known, ...gone];
        for (const { id, events, seen } of changes) {
          const before = read.get(id) ?? kept(id);
          if (!before) throw new RangeError(`there is no alert ${id}`);
          // The same one may come twice: seen again, and judged.
          read.set(id, add(before, events, seen));
        }
        return opened.map((event) => open(event).id);
      }),
    addAlertEvent: (id, event, after, act) =>
      file.write(() => {
        const alert = kept(id);
        if (alert?.events.length !== after) return undefined;
        if (after >= file.bounds.alertEventsWithActs) {
          const expected = `at most ${file.bounds.alertEventsWithActs} events`;
          throw new ProblemError([{ code: 'request.too-many', where: `alert ${id}`, expected }]);
        }
        if (act) addAct(act);
        return add(alert, [event]);
      }),
    alertEvents: ({ after = 0, limit, id }) =>
      file.read(() => {
        const found =
          id === undefined ? rows<EventRow>(log, after, limit) : rows<EventRow>(ofOne, after, limit, numberOf(id));
        return found.map(loggedOf);
      }),
    lastAlertEvent: () => file.read(() => row<{ sequence: number }>(newest)?.sequence ?? 0),
    ...countsOf(file),
    ...watchedOf(file),
  };
}

function countsOf(file: StateFile): Pick<AlertLog, 'alertSums' | 'liveAlertCounts' | 'openSince'> {
  const sums = file.prepare(`
    select count(*) as alerts, total(gbp_per_week) as gbpPerWeek, count(*) - count(gbp_per_week) as withoutPrice,
      total(kgco2e_per_week) as kgco2ePerWeek, count(*) - count(kgco2e_per_week) as withoutFactor
    from alert where ${filtered}`);
  const counts = file.prepare(
    `select state, severity, count(*) as alerts from alert where ${live} group by state, severity`,
  );
  const openSince = file.prepare(`
    select count(*) as alerts from alert where state = 'open' and
      (select at from alert_event where alert_event.alert = alert.id order by sequence limit 1) < ?`);
  return {
    alertSums: (filter) => file.read(() => ({ ...(named<AlertSums>(sums, termsOf(filter))[0] as AlertSums) })),
    liveAlertCounts: () => file.read(() => rows(counts)),
    openSince: (before) => file.read(() => row<{ alerts: number }>(openSince, before)?.alerts ?? 0),
  };
}

interface AlertKeeper {
  readonly kept: (id: string) => Alert | undefined;
  /** Alerts with their events, in the order given. */
  readonly whole: (found: readonly AlertRow[]) => Alert[];
  /** Makes an alert of the event that opens it, and adds events to one as it is seen now; both inside `write`. */
  readonly open: (event: AlertEvent) => Alert;
  readonly add: (before: Alert, events: readonly AlertEvent[], seen?: Seen) => Alert;
}

function keeperOf(file: StateFile): AlertKeeper {
  const byId = file.prepare('select id, seen from alert where id = ?');
  const eventsOf = file.prepare(
    'select alert, event from alert_event where alert in (select value from json_each(?)) order by sequence',
  );
  const reserve = file.prepare('select coalesce(max(id), 0) + 1 as id from alert');
  const log = file.prepare('insert into alert_event (alert, at, event) values (?, ?, ?)');
  const put = file.prepare(`
    insert or replace into alert (
      id, site, family, kind, meters, state, severity, owner, due, starts, ends,
      gbp_per_week, kgco2e_per_week, saves, seen)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const whole = (found: readonly AlertRow[]): Alert[] => {
    const events = Map.groupBy(
      rows<Pick<EventRow, 'alert' | 'event'>>(eventsOf, JSON.stringify(found.map(({ id }) => id))),
      ({ alert }) => alert,
    );
    return found.map(({ id, seen }) => {
      const list = (events.get(id) ?? []).map(({ event }) => JSON.parse(event) as AlertEvent);
      return alertOf(idOf(id), list, JSON.parse(seen) as Seen);
    });
  };
  const kept = (id: string): Alert | undefined => whole(rows<AlertRow>(byId, numberOf(id)))[0];
  const write = (alert: Alert, added: readonly AlertEvent[]): Alert => {
    for (const event of added) log.run(numberOf(alert.id), event.at, exactJson(event));
    put.run(numberOf(alert.id), ...columnsOf(alert));
    return alert;
  };
  return {
    kept,
    whole,
    open: (event) => write(alertOf(idOf(row<{ id: number }>(reserve)?.id ?? 1), [event]), [event]),
    add({ id, events, seen: before }, wished, seen = before) {
      const tired = events.length >= file.bounds.alertEvents;
      const added = tired ? wished.filter(({ event }) => event !== 'ended' && event !== 'resumed') : wished;
      return write(alertOf(id, [...events, ...added], seen), added);
    },
  };
}

function columnsOf({ seen, state, severity, owner, due, saving }: Alert): SQLInputValue[] {
  const { site, family, kind, meters, from, to, worth } = seen;
  const what = [site, family, kind, JSON.stringify(meters), state, String(severity), owner ?? null, due ?? null];
  return [...what, from, to, worth.gbpPerWeek, worth.kgco2ePerWeek, saving ? 1 : 0, exactJson(seen)];
}

function watchedOf(file: StateFile): Pick<AlertLog, 'keepWatched' | 'watched'> {
  const forget = file.prepare('delete from watched where site = ?');
  const add = file.prepare('insert or replace into watched (meter, site, known) values (?, ?, ?)');
  const find = file.prepare(`
    select site, known from watched where site in (select value from json_each(?)) order by site, meter`);
  return {
    keepWatched(site, watched) {
      file.write(() => {
        forget.run(site);
        for (const one of watched) add.run(one.meter, site, exactJson(one));
      });
    },
    watched: (sites) =>
      file.read(() =>
        rows<{ site: string; known: string }>(find, JSON.stringify(sites)).map(({ site, known }) => ({
          ...(JSON.parse(known) as WatchedState),
          site,
        })),
      ),
  };
}

function loggedOf({ sequence, alert, event }: EventRow): LoggedAlertEvent {
  return { sequence, id: idOf(alert), event: JSON.parse(event) as AlertEvent };
}

function termsOf(filter: AlertFilter): Record<string, SQLInputValue> {
  return {
    states: listTerm(filter.states),
    sites: listTerm(filter.sites),
    families: listTerm(filter.families),
    kinds: listTerm(filter.kinds),
    severities: listTerm(filter.severities),
    meter: filter.meter ?? null,
    owner: filter.owner ?? null,
    dueBefore: filter.dueBefore ?? null,
    saves: filter.saves === undefined ? null : Number(filter.saves),
    since: filter.since ?? null,
  };
}

function idOf(id: number): string {
  return `a-${id}`;
}

/** 0, which no alert has, where it is no id of ours. */
function numberOf(id: string): number {
  return Number(/^a-([1-9]\d{0,14})$/.exec(id)?.[1] ?? 0);
}

/** JSON that is read back as what it was: a number that is none would be written as null. */
function exactJson(value: unknown): string {
  checkNumbers(value, '');
  return JSON.stringify(value);
}

function checkNumbers(value: unknown, key: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${key} of an alert is ${value}`);
  // A chart has a thousand numbers, so lists are gone through without making pairs of them.
  if (Array.isArray(value)) for (const one of value) checkNumbers(one, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) checkNumbers(one, name);
  }
}
