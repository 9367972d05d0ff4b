import type { Letter } from '../../domain/alerts/letter.ts';
import type { Alert } from '../../domain/alerts/life.ts';
import type { Message } from '../../domain/alerts/wording.ts';
import { toIso } from '../../domain/time.ts';

/**
 * What is published on a topic: below it the site and the alert, so that a display subscribes to one site. Nothing is
 * retained: a broker would show an alert that is long over to whoever comes new, until somebody clears it by hand.
 */
export function topicOf(topic: string, ...parts: readonly string[]): string {
  return [topic, ...parts].join('/');
}

/** Of an alert, as data; null is not known. */
export function mqttAlert(
  alert: Alert,
  { notice, key, message, news }: { notice: string; key: string; message: Message; news: string },
  link?: string,
): string {
  const { id, seen, severity, state, owner, due } = alert;
  const { worth } = seen;
  return JSON.stringify({
    key,
    alert: id,
    notice,
    state,
    severity,
    site: seen.site,
    meter: seen.subject,
    family: seen.family,
    kind: seen.kind,
    from: toIso(seen.from),
    to: seen.open ? null : toIso(seen.to),
    cost_gbp: worth.gbp,
    cost_gbp_per_week: worth.gbpPerWeek,
    emissions_kgco2e_per_week: worth.kgco2ePerWeek,
    owner: owner ?? null,
    due: due ?? null,
    title: message.title,
    news,
    look_first: message.lookAt,
    link: link ?? null,
  });
}

/** Of a digest, a data issue or a test: what it says. */
export function mqttLetter({ subject, news, facts, lists, link }: Letter, notice: string, key: string): string {
  return JSON.stringify({
    key,
    notice,
    title: subject,
    news,
    facts: Object.fromEntries(facts.map(({ name, value }) => [name, value])),
    lists: Object.fromEntries(lists.map(({ heading, lines }) => [heading, lines])),
    link: link ?? null,
  });
}
