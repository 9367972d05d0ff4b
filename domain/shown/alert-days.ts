import { type Alert, type AlertEvent, isLive, lifeOf } from '../alerts/life.ts';
import type { Severity } from '../alerts/severity.ts';
import type { ShownPoint } from '../series.ts';
import { datesIn, dayPeriod, type EpochSeconds, type LocalDate } from '../time.ts';
import { alertTags, savedFields } from './alert-points.ts';

/** A stretch of an alert’s life in which somebody might have had to do something about it, and how much it mattered. */
interface Stretch {
  readonly from: EpochSeconds;
  /** Infinite while it lasts. */
  readonly to: EpochSeconds;
  readonly severity: Severity;
}

/** As much of an alert as its days need. */
export interface AlertLine {
  readonly site: string;
  readonly family: string;
  readonly opened: EpochSeconds;
  readonly stretches: readonly Stretch[];
  /** What a week of it costs and emits as is known now, where that is known and may be shown. */
  readonly gbpPerWeek: number | undefined;
  readonly kgco2ePerWeek: number | undefined;
}

export function lineOf(alert: Alert, pounds: boolean): AlertLine {
  const { seen, opened } = alert;
  const { gbpPerWeek, kgco2ePerWeek } = seen.worth;
  return {
    site: seen.site,
    family: seen.family,
    opened,
    stretches: stretchesOf(alert),
    gbpPerWeek: pounds ? (gbpPerWeek ?? undefined) : undefined,
    kgco2ePerWeek: kgco2ePerWeek ?? undefined,
  };
}

function stretchesOf({ id, events }: Alert): Stretch[] {
  const stretches: Stretch[] = [];
  let now: Omit<Stretch, 'to'> | undefined;
  for (const [i, alert] of lifeOf(id, events).toArray().entries()) {
    const { at } = events[i] as AlertEvent;
    const severity = isLive(alert) ? alert.severity : undefined;
    if (severity === now?.severity) continue;
    if (now) stretches.push({ ...now, to: at });
    now = severity === undefined ? undefined : { from: at, severity };
  }
  return now ? [...stretches, { ...now, to: Number.POSITIVE_INFINITY }] : stretches;
}

/**
 * What was open of a site on a day, by family and severity: at its end, or now. What was open for a part of the day is
 * told with a 0, and since events are only ever added, what was told once is told again.
 */
export function dayAlertPoints(lines: readonly AlertLine[], date: LocalDate, now: EpochSeconds): ShownPoint[] {
  const { from, to } = dayPeriod(date);
  const end = Math.min(to, now + 1);
  const found = lines.flatMap((line) =>
    line.stretches.filter((one) => one.from < end && one.to >= from).map((stretch) => ({ line, stretch })),
  );
  const groups = Map.groupBy(found, ({ line, stretch }) => `${line.site} ${line.family} ${stretch.severity}`);
  return [...groups.values()].map((group): ShownPoint => {
    const [{ line, stretch }] = group as [(typeof group)[number]];
    const live = group.filter((one) => one.stretch.to >= end).map((one) => one.line);
    const costs = live.flatMap(({ gbpPerWeek = [] }) => gbpPerWeek);
    const emissions = live.flatMap(({ kgco2ePerWeek = [] }) => kgco2ePerWeek);
    const fields = {
      live: live.length,
      raised: group.filter((one) => one.line.opened >= from && one.stretch.from === one.line.opened).length,
      over: group.filter((one) => one.stretch.to < end && isLast(one.line, one.stretch, end)).length,
      weekly_cost_gbp: sum(costs),
      costed: costs.length,
      weekly_emissions_kgco2e: sum(emissions),
      with_emissions: emissions.length,
    };
    const tags = { site: line.site, family: line.family, severity: String(stretch.severity) };
    return { series: 'day_alert', tags, fields, at: from };
  });
}

/** Whether an alert was not live any more after a stretch, at least until the end of the day. */
function isLast({ stretches }: AlertLine, { to }: Stretch, end: EpochSeconds): boolean {
  return !stretches.some((one) => one.from >= to && one.from < end);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

/**
 * What was saved on a day by what an alert led to, up to now. A saving whose alert was opened again, or in whose place
 * there is another one, is written over with zeros where it is booked no more.
 */
export function daySavingPoint(alert: Alert, pounds: boolean, date: LocalDate, now: EpochSeconds): ShownPoint {
  const { from, to } = dayPeriod(date);
  const fields = savedFields(alert, pounds, { from: Math.min(from, now), to: Math.min(to, now) });
  return { series: 'day_saving', tags: alertTags(alert), fields, at: from };
}

/** The days on which something was ever booked as saved, up to now. */
export function savingDays(alert: Alert, now: EpochSeconds): LocalDate[] {
  const periods = alert.events.flatMap((event) => (event.event === 'verified' && event.saving ? [event.saving] : []));
  const dates = periods.flatMap(({ from, until }) => datesIn({ from, to: Math.min(until, now + 1) }));
  return [...new Set(dates)];
}
