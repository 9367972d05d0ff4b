import { isNuisance, isOver } from '../alerts/alarm-load.ts';
import { eventSays } from '../alerts/event-words.ts';
import { alertKinds } from '../alerts/kinds.ts';
import { type Alert, type AlertEvent, closings, isLive, type Seen } from '../alerts/life.ts';
import type { Severity } from '../alerts/severity.ts';
import { savedBy } from '../alerts/verification.ts';
import { worthUnknown } from '../alerts/worth.ts';
import type { ShownPoint } from '../series.ts';
import type { EpochSeconds, Period } from '../time.ts';
import { amount, counted } from './known-fields.ts';

/** What a register says of what an alert is of, for those who look at a dashboard. */
export interface AlertPlace {
  /** The name of the meter, or the id of what is none. */
  readonly name: string;
  readonly siteName: string;
  /** Whether its pounds may be seen there: see `poundsShown`. */
  readonly pounds: boolean;
}

export function alertTags({ id, seen: { site, family } }: Pick<Alert, 'id' | 'seen'>) {
  return { alert: id, site, family };
}

const notShown = 'its supply point does not say publish_costs';

/** An alert as it is: one point, at the second at which it was raised. What it saved is so far. */
export function alertPoint(alert: Alert, { name, pounds }: AlertPlace, now: EpochSeconds): ShownPoint {
  const { seen, saving, state } = alert;
  const { worth } = seen;
  const live = isLive(alert);
  const shown = (gbp: number | null | undefined): number | undefined => (pounds ? (gbp ?? undefined) : undefined);
  const fields = {
    ...savedFields(alert, pounds, { from: alert.opened, to: now }),
    live: Number(live),
    taken_up: Number(live && state !== 'open'),
    judged: Number(isOver(alert)),
    nuisance: Number(isOver(alert) && isNuisance(alert)),
    severity: severityNumber(alert.severity),
    began_s: seen.from,
    ...amount('weekly_cost', 'gbp', shown(worth.gbpPerWeek)),
    ...amount('cost', 'gbp', shown(worth.gbp)),
    ...amount('weekly_emissions', 'kgco2e', worth.kgco2ePerWeek ?? undefined),
    ...amount('emissions', 'kgco2e', worth.kgco2e ?? undefined),
    ...byUnit('weekly_excess', seen, worth.excessPerWeek),
    booked: Number(saving !== undefined),
    booked_until_s: saving?.until ?? 0,
    ...amount('weekly_saving', 'gbp', shown(saving?.gbpPerWeek)),
    kind: seen.kind,
    says: alertKinds[seen.kind].says,
    subject: seen.subject,
    place: name,
    state,
    owner: live ? (alert.owner ?? '') : '',
    due: live ? (alert.due ?? '') : '',
    because: whyNoCost(seen, pounds),
  };
  return { series: 'alert', tags: alertTags(alert), fields, at: alert.opened };
}

/** kWh or m³, whichever an alert is of; neither of a failure, or where there is none. */
function byUnit<Name extends string>(name: Name, { evidence: { unit }, worth }: Seen, value: number | undefined) {
  const isUse = value !== undefined && !worth.unknown.includes('no-use');
  const of = (one: Seen['evidence']['unit']): number => (isUse && unit === one ? value : 0);
  return {
    ...({ [`${name}_kwh`]: of('kWh'), [`${name}_m3`]: of('m3') } as Record<`${Name}_kwh` | `${Name}_m3`, number>),
    energy_known: Number(isUse && unit === 'kWh'),
    volume_known: Number(isUse && unit === 'm3'),
  };
}

/** What was saved in a period by what an alert led to, as far as it is booked. */
export function savedFields({ saving, seen }: Alert, pounds: boolean, { from, to }: Period) {
  const of = (perWeek: number | null | undefined): number | undefined =>
    saving && typeof perWeek === 'number' ? savedBy(saving, perWeek, to) - savedBy(saving, perWeek, from) : undefined;
  return {
    ...counted('saved_gbp', pounds ? of(saving?.gbpPerWeek) : undefined),
    ...counted('saved_kgco2e', of(saving?.kgco2ePerWeek)),
    ...byUnit('saved', seen, of(saving?.perWeek)),
  };
}

/** Why no pounds stand there; '' where they do. */
function whyNoCost({ worth: { gbpPerWeek, unknown } }: Seen, pounds: boolean): string {
  if (gbpPerWeek !== null) return pounds ? '' : notShown;
  return unknown
    .filter((one) => one !== 'no-factor')
    .map((one) => worthUnknown[one])
    .join('; ');
}

/** 4 is the digest. */
export function severityNumber(severity: Severity): 1 | 2 | 3 | 4 {
  return severity === 'digest' ? 4 : severity;
}

/** An event in words; of people’s own ones and names nothing, since a series is kept for ever and everybody sees it. */
function saysOf(event: AlertEvent): string | undefined {
  switch (event.event) {
    case 'assigned':
    case 'commented':
    case 'shelved':
    case 'unshelved':
      return undefined;
    case 'closed':
      return `closed as ${event.as}: ${closings[event.as]}`;
    case 'reopened':
      return 'opened again';
    default:
      return eventSays(event);
  }
}

/** The moments that stand beside curves: when it began, and those events of an alert that say something there. */
export function alertEventPoints(alert: Alert, place: AlertPlace, events = alert.events): ShownPoint[] {
  return events.flatMap((event) => {
    const says = saysOf(event);
    if (says === undefined) return [];
    const name = event.event === 'opened' ? 'raised' : event.event;
    const own = eventPoint(alert, place, { name, at: event.at, says });
    // As it was first seen: should it turn out to have begun earlier, this point stays where it is.
    return 'seen' in event
      ? [eventPoint(alert, place, { name: 'began', at: event.seen.from, says: 'it began' }), own]
      : [own];
  });
}

function eventPoint(
  alert: Alert,
  { name: place, siteName }: AlertPlace,
  { name, at, says }: { readonly name: string; readonly at: number; readonly says: string },
): ShownPoint {
  const { kind, meters } = alert.seen;
  return {
    series: 'alert_event',
    tags: { ...alertTags(alert), event: name },
    fields: {
      severity: severityNumber(alert.severity),
      title: `${siteName}: ${alertKinds[kind].says}`,
      says: `${says} (${place}, ${alert.id})`,
      meters: ` ${meters.join(' ')} `,
    },
    at,
  };
}
