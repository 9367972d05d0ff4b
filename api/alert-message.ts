import { isClinical } from '../domain/alerts/clinical.ts';
import { type DoneBefore, doneBefore } from '../domain/alerts/earlier.ts';
import type { Alert } from '../domain/alerts/life.ts';
import { type Message, messageOf } from '../domain/alerts/wording.ts';
import type { Estate } from '../domain/estate/estate.ts';
import { limits } from '../domain/limits.ts';
import type { StateStore } from '../store/state-store.ts';

/** An alert in words, with what was tried before: what is sent, and what the API answers. */
export function alertMessage(
  estate: Estate,
  state: Pick<StateStore, 'alerts'>,
  alert: Alert,
  earlier: readonly DoneBefore[] = earlierOf(state, alert),
): Message {
  const { seen } = alert;
  const { site, subject, meters } = seen;
  return messageOf({
    seen,
    siteName: siteName(estate, site),
    meter: { name: meterName(estate, subject), clinical: isClinical(estate, seen) },
    others: meters.filter((meter) => meter !== subject).map((meter) => meterName(estate, meter)),
    earlier,
  });
}

/** What was tried before, of this alert and of earlier ones here. */
export function earlierOf(state: Pick<StateStore, 'alerts'>, alert: Alert): DoneBefore[] {
  const { site, family } = alert.seen;
  const page = { sites: [site], families: [family], before: alert.id, limit: limits.earlierAlerts };
  return doneBefore(alert, state.alerts(page));
}

/** What has left the register is told by its id. */
export function siteName(estate: Estate, id: string): string {
  return estate.sites.get(id)?.name ?? id;
}

export function meterName(estate: Estate, id: string): string {
  return estate.meters.get(id)?.name ?? id;
}
