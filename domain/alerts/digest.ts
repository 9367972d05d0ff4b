import { type DataIssue, issueKinds } from '../diagnosis/data-issues.ts';
import { limits } from '../limits.ts';
import type { ContractReminder } from '../tariffs/reminders.ts';
import { type EpochSeconds } from '../time.ts';
import type { Letter } from './letter.ts';
import type { Alert, Saving } from './life.ts';
import { type HeldBack, heldBack } from './delivery-states.ts';
import { londonTime, type Message, pounds } from './wording.ts';

/** What comes in one list: all that was not told by itself, and what is known only over a week. */
export interface DigestRequest {
  readonly estate: string;
  readonly to: EpochSeconds;
  /** Alerts that were not told by themselves, each once. */
  readonly held: readonly { readonly alert: Alert; readonly message: Message; readonly because: HeldBack }[];
  readonly issues: readonly { readonly issue: DataIssue; readonly meterName: string; readonly siteName: string }[];
  readonly reminders: readonly ContractReminder[];
  readonly saved: readonly { readonly title: string; readonly saving: Saving }[];
  /** All that is open now where the route is for, whatever was told of it; what has no price is not in the sum. */
  readonly open: { readonly alerts: number; readonly gbpPerWeek: number; readonly withoutPrice: number };
  readonly link?: string | undefined;
}

/** The letter, or undefined where there is nothing to say. What is dearest comes first. */
export function digestLetter(request: DigestRequest): Letter | undefined {
  const { estate, to, held, issues, reminders, saved } = request;
  if (held.length + issues.length + reminders.length + saved.length === 0) return undefined;
  const dearest = held.toSorted((a, b) => weekOf(b.alert) - weekOf(a.alert));
  const lists = [
    { heading: 'Not told by itself', lines: dearest.map(heldLine) },
    { heading: 'Shown by the meters to be mended', lines: saved.map(savedLine) },
    { heading: 'Meters whose data are in doubt', lines: issues.map(issueLine) },
    { heading: 'Contracts of supply', lines: reminders.map(reminderLine) },
  ];
  return {
    subject: `${estate}: what else there was until ${londonTime(to)}`,
    news: openSays(request.open),
    facts: [],
    lists: lists
      .filter(({ lines }) => lines.length > 0)
      .map(({ heading, lines }) => ({ heading, lines: short(lines) })),
    link: request.link,
    foot: 'Each of them: meterhouse alerts show ID',
    isUrgent: false,
  };
}

function short(lines: readonly string[]): readonly string[] {
  const most = limits.digestLines;
  return lines.length <= most ? lines : [...lines.slice(0, most), `and ${lines.length - most} more`];
}

/** What is not priced stands last and is not taken for nothing. */
function weekOf({ seen: { worth } }: Pick<Alert, 'seen'>): number {
  return worth.gbpPerWeek ?? -1;
}

function heldLine({ alert, message, because }: DigestRequest['held'][number]): string {
  return `${alert.id}: ${message.title}; ${message.where}; ${message.since} (${heldBack[because]})`;
}

function savedLine({ title, saving }: DigestRequest['saved'][number]): string {
  const week = saving.gbpPerWeek === null ? 'no price is known' : `about £${pounds(saving.gbpPerWeek)} a week saved`;
  return `${title}: ${week}`;
}

function issueLine({ issue, meterName, siteName }: DigestRequest['issues'][number]): string {
  const over = issue.state === 'closed' ? ', over' : '';
  return `${siteName}, ${meterName}: ${issueKinds[issue.kind].says} (since ${londonTime(issue.from)}${over})`;
}

function reminderLine({ supplyPoint, supplier, about, date }: ContractReminder): string {
  const what = about === 'notice' ? 'notice must be given by' : 'ends, and no other follows, on';
  return `${supplyPoint}, ${supplier}: ${what} ${date}`;
}

function openSays({ alerts, gbpPerWeek, withoutPrice }: DigestRequest['open']): string {
  if (alerts === 0) return 'Nothing is open now.';
  const open = alerts === 1 ? '1 alert is open now' : `${alerts} alerts are open now`;
  if (withoutPrice === alerts) return `${open}, without a price.`;
  const unpriced = withoutPrice === 0 ? '' : `, and ${withoutPrice} without a price`;
  return `${open}: about £${pounds(gbpPerWeek)} a week${unpriced}.`;
}
