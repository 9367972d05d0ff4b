import type { z } from 'zod';
import { eventSays, whoDid } from '../domain/alerts/event-words.ts';
import type { Finding } from '../domain/alerts/finding.ts';
import { alertKinds } from '../domain/alerts/kinds.ts';
import { type Alert, isLive, type Seen } from '../domain/alerts/life.ts';
import { savedBy } from '../domain/alerts/verification.ts';
import type { Worth } from '../domain/alerts/worth.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import { dateOf, type EpochSeconds, toIso } from '../domain/time.ts';
import type { LoggedAlertEvent } from '../store/alert-log.ts';
import type { StateStore } from '../store/state-store.ts';
import { alertMessage, earlierOf, meterName, siteName } from './alert-message.ts';
import type { alertAnswerSchema, alertEventSchema, alertSchema, savingSchema } from './contract/alerts.ts';

/** Alerts as they look outside. */

type Unit = Finding['unit'];

export function alertRow(estate: Estate, alert: Alert, now: EpochSeconds): z.output<typeof alertSchema> {
  const { id, state, seen, events, severity, opened, owner, due, shelvedUntil, closed } = alert;
  const { from, to, open, worth, evidence } = seen;
  return {
    id,
    version: events.length,
    state,
    severity: String(severity),
    ...placeOf(estate, seen),
    from: toIso(from),
    to: toIso(to),
    ongoing: open,
    opened: toIso(opened),
    owner: owner ?? null,
    due: due ?? null,
    overdue: due !== undefined && due < dateOf(now) && isLive(alert),
    shelved_until: shelvedUntil === undefined ? null : toIso(shelvedUntil),
    closed_as: closed?.as ?? null,
    ...amountsOf(evidence.unit, worth),
    emissions_kgco2e_per_week: worth.kgco2ePerWeek,
    unknown: [...worth.unknown],
    known_share: evidence.known,
    score: evidence.score,
  };
}

/** What it is and where. */
export function placeOf(
  estate: Estate,
  { site, family, kind, subject, meters }: Pick<Seen, 'site' | 'family' | 'kind' | 'subject' | 'meters'>,
) {
  return {
    site,
    site_name: siteName(estate, site),
    family,
    kind,
    says: alertKinds[kind].says,
    subject,
    subject_name: meterName(estate, subject),
    meters: [...meters],
  };
}

/** What it comes to so far, and a week of its pounds. */
export function amountsOf(unit: Unit, worth: Worth) {
  const excess = worth.unknown.includes('no-use') ? null : worth.excess;
  return {
    excess_kwh: inUnit(unit, 'kWh', excess),
    excess_m3: inUnit(unit, 'm3', excess),
    excess_kvarh: inUnit(unit, 'kvarh', excess),
    cost_gbp: worth.gbp,
    cost_gbp_per_week: worth.gbpPerWeek,
    emissions_kgco2e: worth.kgco2e,
  };
}

export function alertAnswer(
  estate: Estate,
  state: StateStore,
  alert: Alert,
  now: EpochSeconds,
): z.output<typeof alertAnswerSchema> {
  const earlier = earlierOf(state, alert);
  const { lookAt, before, ...said } = alertMessage(estate, state, alert, earlier);
  const { rate, evidence } = alert.seen;
  const { measured, expected, detectors, facts } = evidence;
  const events = state.alertEvents({ id: alert.id, limit: limits.alertEventsWithActs });
  return {
    alert: alertRow(estate, alert, now),
    message: { ...said, before: [...before], look_at: [...lookAt] },
    evidence: { unit: chartUnit(alert.seen), measured, expected, excess: rate, detectors, facts: { ...facts } },
    events: events.map(eventRow),
    earlier: earlier.map(({ id, at, says }) => ({ alert: id, at: toIso(at), says })),
    saving: savingRow(estate, alert, now) ?? null,
    chart: chartAnswer(alert),
  };
}

export function eventRow({ sequence, event }: LoggedAlertEvent): z.output<typeof alertEventSchema> {
  const { at, event: name } = event;
  return { sequence, at: toIso(at), event: name, who: whoDid(event) ?? null, says: eventSays(event) };
}

function chartAnswer({ seen }: Alert): z.output<typeof alertAnswerSchema>['chart'] {
  const { chart } = seen.evidence;
  if (!chart) return null;
  const { from, measured, expected } = chart;
  return { unit: chartUnit(seen), from: toIso(from), measured: [...measured], expected: [...expected] };
}

/** The unit of what is drawn: of a peak it is the demand. */
export function chartUnit({
  kind,
  evidence,
}: Pick<Alert['seen'], 'kind' | 'evidence'>): 'kW' | 'm3/h' | 'kvar' | 'kVA' {
  return kind === 'peak_capacity' ? 'kVA' : ({ kWh: 'kW', m3: 'm3/h', kvarh: 'kvar' } as const)[evidence.unit];
}

/** What an alert saved; undefined where nothing is booked. */
export function savingRow(
  estate: Estate,
  { id, seen, saving, events }: Alert,
  now: EpochSeconds,
): z.output<typeof savingSchema> | undefined {
  if (!saving) return undefined;
  const { site, family, kind, subject, evidence } = seen;
  const { claim, from, until, perWeek, gbpPerWeek, kgco2ePerWeek } = saving;
  const soFar = (week: number | null): number | null => (week === null ? null : savedBy(saving, week, now));
  const closing = events.findLast((event) => event.event === 'closed');
  return {
    alert: id,
    claim,
    site,
    site_name: siteName(estate, site),
    family,
    kind,
    subject,
    from: toIso(from),
    until: toIso(until),
    saved_kwh: inUnit(evidence.unit, 'kWh', soFar(perWeek)),
    saved_m3: inUnit(evidence.unit, 'm3', soFar(perWeek)),
    saved_kvarh: inUnit(evidence.unit, 'kvarh', soFar(perWeek)),
    saved_gbp: soFar(gbpPerWeek),
    saved_kgco2e: soFar(kgco2ePerWeek),
    saved_kwh_per_week: inUnit(evidence.unit, 'kWh', perWeek),
    saved_m3_per_week: inUnit(evidence.unit, 'm3', perWeek),
    saved_kvarh_per_week: inUnit(evidence.unit, 'kvarh', perWeek),
    saved_gbp_per_week: gbpPerWeek,
    saved_kgco2e_per_week: kgco2ePerWeek,
    unknown: [...seen.worth.unknown],
    closed_by: closing?.who ?? '',
    why: closing?.why ?? '',
  };
}

/** An amount in the column of its unit; the others are empty, and not 0. */
function inUnit(unit: Unit, column: Unit, amount: number | null): number | null {
  return unit === column ? amount : null;
}
