import type { DataIssue } from '../diagnosis/data-issues.ts';
import { issueKinds } from '../diagnosis/data-issues.ts';
import type { Alert, AlertEvent, Closing } from './life.ts';
import type { Notice } from './routing.ts';
import type { Severity } from './severity.ts';
import { type TextChart, textChart } from './text-chart.ts';
import { londonTime, type Message, pounds } from './wording.ts';

/** What is told, before it has the form of a mail, a card or anything else. */
export interface Letter {
  /** One line. Of an alert it stays the same until it matters more, so that programs put its letters together. */
  readonly subject: string;
  /** What is new, in a sentence. */
  readonly news: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly lists: readonly { readonly heading: string; readonly lines: readonly string[] }[];
  readonly chart?: TextChart | undefined;
  /** Where more of it is. */
  readonly link?: string | undefined;
  /** What can be done from here. */
  readonly foot: string;
  readonly isUrgent: boolean;
}

/** How soon somebody should look, by severity. */
const soon: Readonly<Record<Severity, string>> = {
  1: 'It matters at once, at any hour.',
  2: 'It is for today.',
  3: 'It is for this week.',
  digest: 'It is worth too little to be told by itself.',
};

const closedAs: Readonly<Record<Closing, string>> = {
  mended: 'says that it is mended. The meter is watched for it, and you are told what it shows',
  usual: 'says that it is how it is to be, and the meter learns it',
  none: 'says that there was nothing',
};

export interface LetterRequest {
  readonly notice: Notice;
  /** What happened; of an escalation the event that nobody has answered. */
  readonly event: AlertEvent;
  readonly alert: Alert;
  /** As the alert is now, and as it was when it was opened. */
  readonly message: Message;
  readonly firstTitle: string;
  readonly link?: string | undefined;
}

/** The letter that tells of an alert. */
export function letterOf({ notice, event, alert, message, firstTitle, link }: LetterRequest): Letter {
  const { evidence } = alert.seen;
  const unit = { kWh: 'kW', m3: 'm³/h', kvarh: 'kvar' }[evidence.unit];
  const owner = alert.owner === undefined ? [] : [{ name: 'Owner', value: ownerOf(alert, alert.owner) }];
  return {
    subject: `[${severityName(alert.severity)}] ${firstTitle}`,
    news: newsOf(notice, event, alert),
    facts: [
      { name: 'What', value: message.what },
      { name: 'Where', value: message.where },
      { name: 'When', value: message.since },
      { name: 'How sure', value: message.sure },
      { name: 'How unusual', value: message.unusual },
      { name: 'What it costs', value: message.cost },
      ...owner,
    ],
    lists: [
      { heading: 'What to look at first', lines: message.lookAt },
      { heading: 'What was done about earlier ones here', lines: message.before },
    ].filter(({ lines }) => lines.length > 0),
    chart: evidence.chart && textChart(evidence.chart, unit),
    link,
    foot: `Alert ${alert.id}. Who takes it up says so: meterhouse alerts acknowledge ${alert.id}`,
    isUrgent: alert.severity === 1,
  };
}

/** `severity 2`; what is only ever listed has no number. */
function severityName(severity: Severity): string {
  return severity === 'digest' ? 'small' : `severity ${severity}`;
}

function ownerOf({ due }: Alert, owner: string): string {
  return due === undefined ? owner : `${owner}, due ${due}`;
}

function newsOf(notice: Notice, event: AlertEvent, alert: Alert): string {
  if (notice === 'escalated') {
    return `Nobody has taken it up since ${londonTime(event.at)}. ${soon[alert.severity]}`;
  }
  switch (event.event) {
    case 'worsened':
      return `It matters more than was told. ${soon[alert.severity]}`;
    case 'resumed':
      return `It is there again. ${soon[alert.severity]}`;
    case 'reopened':
      return `It is opened again: ${reasonOf(event)}. ${soon[alert.severity]}`;
    case 'unshelved':
      return `It was put away until now and goes on. ${soon[alert.severity]}`;
    case 'ended':
      return `It is over: ${event.why}.`;
    case 'passed':
      return 'It was over before it was seen.';
    case 'closed':
      return `${event.who} ${closedAs[event.as]}: ${event.why}.`;
    case 'verified':
      return savedOf(event);
    case 'opened':
      return event.seen.open
        ? `New. ${soon[alert.severity]}`
        : `It is over already: it ended at ${londonTime(event.seen.to)}, before it was seen.`;
    default:
      return `New. ${soon[alert.severity]}`;
  }
}

/** By a person, or by what the meter showed. */
function reasonOf({ who, why }: Extract<AlertEvent, { event: 'reopened' }>): string {
  return who === undefined ? why : `${who}: ${why}`;
}

function savedOf({ saving, why }: Extract<AlertEvent, { event: 'verified' }>): string {
  if (!saving) return `It is closed: ${why}.`;
  const money = saving.gbpPerWeek === null ? 'no price is known' : `about £${pounds(saving.gbpPerWeek)} a week`;
  const until = londonTime(saving.until).slice(0, 10);
  return `The meter shows that it is mended (${why}). Saved: ${money}, counted until ${until}.`;
}

/** The letter that tells of a data issue, to those who run meters. */
export function issueLetter(
  issue: DataIssue,
  place: { readonly siteName: string; readonly meterName: string },
  link?: string,
): Letter {
  const { meterName, siteName } = place;
  return {
    subject: `[meter data] ${siteName}: ${meterName}: ${issueKinds[issue.kind].says}`,
    news: issue.says,
    facts: [
      { name: 'Meter', value: `${meterName} (${issue.meter}), ${siteName}` },
      { name: 'Since', value: londonTime(issue.from) },
    ],
    lists: [],
    link,
    foot: `Data issue ${issue.id}. meterhouse doctor ${issue.meter} says what is behind it`,
    isUrgent: false,
  };
}

/** The letter by which somebody sees that a channel works. */
export function testLetter(channel: string, estate: string, at: number): Letter {
  return {
    subject: `[test] ${estate}: a test of the channel ${channel}`,
    news: 'Somebody tries this channel. There is nothing to do.',
    facts: [
      { name: 'Channel', value: channel },
      { name: 'Sent', value: londonTime(at) },
    ],
    lists: [],
    foot: 'Sent by Meterhouse because somebody asked it to.',
    isUrgent: false,
  };
}
