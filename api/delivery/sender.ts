import type { Letter } from '../../domain/alerts/letter.ts';
import type { Alert } from '../../domain/alerts/life.ts';
import type { Message } from '../../domain/alerts/wording.ts';
import type { DataIssue } from '../../domain/diagnosis/data-issues.ts';
import type { Channel } from './channels.ts';
import { emailOf } from './email-form.ts';
import { mqttAlert, mqttLetter, topicOf } from './mqtt-form.ts';
import { type Outcome, withoutSecrets } from './outcome.ts';
import { postJson } from './post-json.ts';
import { sendEmail } from './send-email.ts';
import { sendMqtt } from './send-mqtt.ts';
import { teamsMessageOf } from './teams-card.ts';
import {
  type AlertmanagerAlert,
  alertmanagerAlert,
  alertmanagerIssue,
  alertmanagerMessage,
  alertmanagerTest,
} from './webhook-form.ts';

/** An alert with what is told of it. */
export interface ToldAlert {
  readonly alert: Alert;
  readonly message: Message;
  readonly link?: string | undefined;
}
export interface ToldIssue {
  readonly issue: DataIssue;
  readonly site: string;
}

/** One thing to be sent to one recipient, before it has the form of a channel. */
export interface Parcel {
  /** Names it for ever: what is sent twice can be known by it. */
  readonly key: string;
  /** Key of the first parcel of the same alert to this recipient; undefined where this is it. */
  readonly firstKey?: string | undefined;
  /** An address where the channel is email; empty otherwise. */
  readonly recipient: string;
  readonly letter: Letter;
  readonly about:
    | ({ readonly kind: 'alert'; readonly notice: string } & ToldAlert)
    | ({ readonly kind: 'issue' } & ToldIssue)
    | { readonly kind: 'digest'; readonly alerts: readonly ToldAlert[]; readonly issues: readonly ToldIssue[] }
    | { readonly kind: 'test' };
}

export interface SenderParts {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly timeoutMs?: number | undefined;
}

/** Sends a parcel by a channel, once, in the form that the channel takes. Never rejects, and says nothing secret. */
export async function send(name: string, channel: Channel, parcel: Parcel, parts: SenderParts): Promise<Outcome> {
  return withoutSecrets(await attempt(name, channel, parcel, parts), channel);
}

async function attempt(name: string, channel: Channel, parcel: Parcel, parts: SenderParts): Promise<Outcome> {
  const { key, firstKey, recipient, letter } = parcel;
  const { clock, timeoutMs } = parts;
  switch (channel.kind) {
    case 'email': {
      if (recipient === '') return { outcome: 'refused', said: 'the route names nobody for this channel (to)' };
      const email = emailOf({ letter, from: channel.from, to: recipient, key, firstKey });
      return await sendEmail(channel, email, new Date(clock()), timeoutMs);
    }
    case 'teams': {
      const body = JSON.stringify(teamsMessageOf(letter));
      return await postJson({ url: channel.url, body, headers: {}, clock, timeoutMs });
    }
    case 'webhook': {
      const alerts = alertsOf(name, parcel, clock());
      if (alerts.length === 0) return { outcome: 'delivered', said: 'nothing in it for a webhook' };
      const message = alertmanagerMessage(name, alerts, { group: groupOf(parcel), link: letter.link });
      const login = channel.bearer === undefined ? {} : { authorization: `Bearer ${channel.bearer}` };
      const headers = { 'idempotency-key': key, ...login };
      return await postJson({
        url: channel.url,
        body: JSON.stringify(message),
        headers,
        ca: channel.ca,
        clock,
        timeoutMs,
      });
    }
    default:
      return await sendMqtt(channel, { key, ...published(channel.topic, parcel) }, timeoutMs);
  }
}

function alertsOf(name: string, { about, letter }: Parcel, now: number): AlertmanagerAlert[] {
  switch (about.kind) {
    case 'alert':
      return [alertmanagerAlert(about.alert, about.message, letter.news, about.link)];
    case 'issue':
      return [alertmanagerIssue(about.issue, about.site, letter.subject, letter.link)];
    case 'digest':
      return [
        ...about.alerts.map(({ alert, message, link }) => alertmanagerAlert(alert, message, '', link)),
        ...about.issues.map(({ issue, site }) => alertmanagerIssue(issue, site, issue.says)),
      ];
    default:
      return [alertmanagerTest(name, letter.subject, Math.floor(now / 1000))];
  }
}

function groupOf({ about, key }: Parcel): Readonly<Record<string, string>> {
  if (about.kind === 'alert') return { alert: about.alert.id };
  if (about.kind === 'issue') return { issue: String(about.issue.id) };
  return { [about.kind]: key };
}

function published(
  topic: string,
  { about, letter, key }: Parcel,
): { readonly topic: string; readonly payload: string } {
  if (about.kind === 'alert') {
    const { alert, message, notice, link } = about;
    const told = { notice, key, message, news: letter.news };
    return { topic: topicOf(topic, alert.seen.site, alert.id), payload: mqttAlert(alert, told, link) };
  }
  const place = about.kind === 'issue' ? [about.site, `issue-${about.issue.id}`] : [about.kind];
  return { topic: topicOf(topic, ...place), payload: mqttLetter(letter, about.kind, key) };
}
