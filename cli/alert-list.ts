import type { z } from 'zod';
import { alertAnswerSchema, alertsAnswerSchema, type alertSchema } from '../api/contract/alerts.ts';
import { ownerOption, timeOf } from './alert-verb.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { everyPage, largestPage, largestPageOfMeters } from './list-pages.ts';
import { putFlags } from './said.ts';
import { saveAnswer, savePages, tableOptions, wantsTable } from './table-file.ts';
import { countOf } from './terminal.ts';
import type { Verb } from './verb.ts';

type AlertRow = z.output<typeof alertSchema>;

/** Flags that go into the query by their own names. */
const placeOptions = {
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  organisation: { type: 'string', value: 'ID,…', describes: 'only of these organisations' },
} as const satisfies Record<string, Option>;
export const watchedOptions = {
  ...placeOptions,
  meter: { type: 'string', value: 'ID,…', describes: 'only of these meters; list takes one' },
  kind: { type: 'string', value: 'KIND,…', describes: 'only of these kinds: night_base, left_on, burst, drift …' },
} as const satisfies Record<string, Option>;
const filterOptions = {
  ...watchedOptions,
  state: {
    type: 'string',
    value: 'STATE,…',
    describes: 'list: open, acknowledged, shelved, watching, closed, ended, passed (default: the first four)',
  },
  family: { type: 'string', value: 'FAMILY,…', describes: 'list: power, heat, water, supply, capacity …' },
  severity: { type: 'string', value: 'N,…', describes: 'list: 1, 2, 3 or digest' },
  owner: ownerOption,
  since: { type: 'string', value: 'WHEN', describes: 'list: that were there since this London date or instant' },
} as const satisfies Record<string, Option>;

export const readingVerbs = {
  list: {
    options: {
      ...filterOptions,
      ...tableOptions,
      overdue: { type: 'boolean', describes: 'list: only those that should have been done by now' },
    },
    run: async (invocation) => await list(invocation),
  },
  show: { words: 'ALERT', options: tableOptions, run: async (invocation, id) => await show(invocation, id) },
  rules: {
    options: { ...watchedOptions, ...tableOptions },
    run: async (invocation) =>
      await table(invocation, '/v1/alert-rules', Object.keys(watchedOptions), largestPageOfMeters),
  },
  watched: {
    options: { ...watchedOptions, ...tableOptions },
    run: async (invocation) =>
      await table(invocation, '/v1/watched-meters', Object.keys(watchedOptions), largestPageOfMeters),
  },
  savings: {
    options: { ...placeOptions, ...tableOptions },
    run: async (invocation) => await table(invocation, '/v1/alerts/savings', Object.keys(placeOptions), largestPage),
  },
} as const satisfies Record<string, Verb>;

async function table(invocation: Invocation, path: string, names: readonly string[], largest: number): Promise<Exit> {
  const query = new URLSearchParams();
  putFlags(query, invocation.flags, names);
  return await savePages(invocation, path, query, largest);
}

async function list(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams({ state: 'open,acknowledged,shelved,watching' });
  putFlags(query, flags, Object.keys(filterOptions));
  if (flags['overdue'] === true) query.set('overdue', 'true');
  if (wantsTable(flags)) {
    return await savePages(invocation, '/v1/alerts', query, largestPage);
  }
  const { first, pages, more } = await everyPage(houseClient(invocation), '/v1/alerts', query, alertsAnswerSchema);
  const dearest = (row: AlertRow): number => row.cost_gbp_per_week ?? 0;
  // The API gives the newest first, so what matters most may be on the last page.
  const found = pages.flatMap((page) => page.alerts);
  const sorted = found.toSorted(
    (a, b) => a.severity.localeCompare(b.severity) || dearest(b) - dearest(a) || a.id.localeCompare(b.id),
  );
  for (const row of sorted) {
    terminal.say(`${row.id}  severity ${row.severity}  ${row.state}  ${row.site_name}, ${row.subject_name}`);
    terminal.say(`    ${row.says}, since ${timeOf(row.from)}${priceOf(row)}${keeperOf(row)}`);
  }
  if (more) terminal.warn(`These are of the newest ${found.length}; there are more: narrow the filter.`);
  const { alerts, cost_gbp_per_week: week, without_price: without } = first.together;
  const unknown = without === 0 ? '' : `; of ${without} no price is known`;
  terminal.say(`${countOf(alerts, 'alert')}, together about £${Math.round(week)} a week${unknown}.`);
  return 'ok';
}

function priceOf({ cost_gbp_per_week: week }: AlertRow): string {
  return week === null ? '' : `, about £${Math.round(week)} a week`;
}

function keeperOf({ owner, due, overdue, shelved_until: until }: AlertRow): string {
  const by = due === null ? '' : `, due ${due}${overdue ? ' (overdue)' : ''}`;
  const has = owner === null ? '' : `; ${owner} has it${by}`;
  return until === null ? has : `${has}; put away until ${timeOf(until)}`;
}

async function show(invocation: Invocation, id: string): Promise<Exit> {
  const { terminal, flags } = invocation;
  const house = houseClient(invocation);
  const path = `/v1/alerts/${encodeURIComponent(id)}`;
  if (typeof flags['out'] === 'string' && flags['out'].endsWith('.svg')) {
    return await saveAnswer(invocation, await house.send('GET', `${path}/chart.svg`));
  }
  const answer = await house.get(path, alertAnswerSchema);
  if (flags['format'] === 'json') {
    terminal.say(JSON.stringify(answer, null, 2));
    return 'ok';
  }
  const { alert, message, events } = answer;
  terminal.say(`${alert.id}  version ${alert.version}  severity ${alert.severity}  ${alert.state}${keeperOf(alert)}`);
  terminal.say(message.title);
  const lines = { Where: message.where, When: message.since, 'How sure': message.sure, 'How unusual': message.unusual };
  for (const [name, says] of Object.entries({ ...lines, 'What it costs': message.cost })) {
    terminal.say(`  ${name}: ${says}`);
  }
  sayList(invocation, 'What was tried before', message.before);
  sayList(invocation, 'What to look at first', message.look_at);
  const lived = events.map(({ at, who, says }) => {
    const by = who === null ? '' : `${who}: `;
    return `${timeOf(at)}  ${by}${says}`;
  });
  sayList(invocation, 'What happened', lived);
  return 'ok';
}

function sayList({ terminal }: Invocation, heading: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  terminal.say(`  ${heading}:`);
  for (const line of lines) terminal.say(`    - ${line}`);
}
