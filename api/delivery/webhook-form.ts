import { createHash } from 'node:crypto';
import { type Alert, isLive } from '../../domain/alerts/life.ts';
import type { Message } from '../../domain/alerts/wording.ts';
import { type DataIssue, isIssueOver } from '../../domain/diagnosis/data-issues.ts';
import { type EpochSeconds, toIso } from '../../domain/time.ts';

/**
 * Alerts as Alertmanager sends them to a webhook (version 4), so that what takes those takes ours. A list of several,
 * as in a digest, is one message with several alerts.
 */
export interface AlertmanagerMessage {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: string;
  readonly alerts: readonly AlertmanagerAlert[];
}

type Labels = Readonly<Record<string, string>>;

export interface AlertmanagerAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  /** While it is there, the year 1: a zero time in the language that the form comes from. */
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

const notEnded = '0001-01-01T00:00:00Z';

/** An alert is over when it ended, passed or was closed; while a meter is watched for a repair it is still there. */
export function alertmanagerAlert(alert: Alert, message: Message, news: string, link = ''): AlertmanagerAlert {
  const { id, seen, severity, state } = alert;
  const isOver = !isLive(alert);
  const { worth } = seen;
  return {
    status: isOver ? 'resolved' : 'firing',
    labels: {
      alertname: seen.kind,
      alert: id,
      severity: String(severity),
      site: seen.site,
      meter: seen.subject,
      family: seen.family,
    },
    annotations: {
      summary: message.title,
      description: [news, message.what, message.where, message.since, message.sure, message.unusual, message.cost].join(
        '\n',
      ),
      look_first: message.lookAt.join('\n'),
      state,
      ...(worth.gbpPerWeek === null ? {} : { cost_gbp_per_week: worth.gbpPerWeek.toFixed(2) }),
      ...(worth.kgco2ePerWeek === null ? {} : { emissions_kgco2e_per_week: worth.kgco2ePerWeek.toFixed(1) }),
    },
    startsAt: toIso(seen.from),
    endsAt: isOver ? toIso(Math.max(seen.to, seen.from)) : notEnded,
    generatorURL: link,
    fingerprint: fingerprintOf(`${id} ${alert.opened}`),
  };
}

export function alertmanagerIssue(issue: DataIssue, site: string, summary: string, link = ''): AlertmanagerAlert {
  const isOver = isIssueOver(issue);
  return {
    status: isOver ? 'resolved' : 'firing',
    labels: { alertname: `data_${issue.kind}`, issue: String(issue.id), severity: 'data', site, meter: issue.meter },
    annotations: { summary, description: issue.says },
    startsAt: toIso(issue.from),
    endsAt: isOver ? toIso(issue.to) : notEnded,
    generatorURL: link,
    fingerprint: fingerprintOf(`issue ${issue.id} ${issue.opened}`),
  };
}

export function alertmanagerTest(channel: string, summary: string, at: EpochSeconds): AlertmanagerAlert {
  return {
    status: 'firing',
    labels: { alertname: 'test', severity: 'test', channel },
    annotations: { summary },
    startsAt: toIso(at),
    endsAt: notEnded,
    generatorURL: '',
    fingerprint: fingerprintOf(`test ${channel}`),
  };
}

/** One message of some alerts. The key of its group is that of its alert, or of the list. */
export function alertmanagerMessage(
  receiver: string,
  alerts: readonly AlertmanagerAlert[],
  { group, link = '' }: { readonly group: Labels; readonly link?: string | undefined },
): AlertmanagerMessage {
  const grouped = Object.entries(group).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return {
    version: '4',
    groupKey: `{}:{${grouped.join(', ')}}`,
    truncatedAlerts: 0,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver,
    groupLabels: group,
    commonLabels: commonOf(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonOf(alerts.map(({ annotations }) => annotations)),
    externalURL: link,
    alerts,
  };
}

function commonOf([first = {}, ...others]: readonly Labels[]): Labels {
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}

/** Sixteen hexadecimal digits, as Alertmanager's own are. */
function fingerprintOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
