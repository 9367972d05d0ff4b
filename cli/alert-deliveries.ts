import {
  alarmLoadAnswerSchema,
  channelsAnswerSchema,
  channelTestAnswerSchema,
  deliveriesAnswerSchema,
} from '../api/contract/deliveries.ts';
import { spanOptions, timeOf } from './alert-verb.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { everyPage, largestPage } from './list-pages.ts';
import { putFlags } from './said.ts';
import { savePages, saveTable, tableOptions, wantsTable } from './table-file.ts';
import { countOf } from './terminal.ts';
import type { Verb } from './verb.ts';

/** What was told to whom, whether a channel works, and how much people are told. */

const deliveryOptions = {
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  state: {
    type: 'string',
    value: 'STATE,…',
    describes:
      'list: open, acknowledged, shelved, watching, closed, ended, passed (default: the first four); ' +
      'deliveries: held, waiting, sent, undelivered, digest, listed, left_out',
  },
  channel: { type: 'string', value: 'NAME,…', describes: 'deliveries: only by these channels' },
  route: { type: 'string', value: 'ID,…', describes: 'deliveries: only by these routes' },
  alert: { type: 'string', value: 'ALERT', describes: 'deliveries: only of this alert' },
  since: {
    type: 'string',
    value: 'WHEN',
    describes: 'list, deliveries: since this London date or instant',
  },
} as const satisfies Record<string, Option>;

const loadOptions = {
  ...spanOptions,
} as const satisfies Record<string, Option>;

export const tellingVerbs = {
  channels: { options: {}, run: async (invocation) => await channels(invocation) },
  'test-send': {
    words: 'CHANNEL',
    options: {
      recipient: { type: 'string', value: 'ADDRESS', describes: 'test-send: an address that a route of it names' },
    },
    run: async (invocation, name) => await testSend(invocation, name),
  },
  deliveries: {
    options: { ...deliveryOptions, ...tableOptions },
    run: async (invocation) => await deliveries(invocation),
  },
  load: { options: { ...loadOptions, ...tableOptions }, run: async (invocation) => await load(invocation) },
} as const satisfies Record<string, Verb>;

async function channels(invocation: Invocation): Promise<Exit> {
  const { terminal } = invocation;
  const answer = await houseClient(invocation).get('/v1/channels', channelsAnswerSchema);
  for (const { name, kind, host, routes, waiting, held, undelivered, last_sent: last } of answer.channels) {
    terminal.say(`${name}  ${kind} at ${host}  routes: ${routes.join(', ') || 'none'}`);
    const sent = last === null ? 'nothing was sent yet' : `last sent ${timeOf(last)}`;
    terminal.say(`    ${sent}; ${waiting} waiting, ${held} held back, ${undelivered} undelivered`);
  }
  for (const warning of answer.warnings) terminal.warn(`${warning}.`);
  terminal.say(`${countOf(answer.channels.length, 'channel')}.`);
  return 'ok';
}

async function testSend(invocation: Invocation, name: string): Promise<Exit> {
  const { terminal, flags } = invocation;
  const to = flags['recipient'];
  const path = `/v1/channels/${encodeURIComponent(name)}/test`;
  const body = typeof to === 'string' ? { to } : {};
  const { channel, recipient, said } = await houseClient(invocation).post(path, body, channelTestAnswerSchema);
  terminal.say(`Sent by ${channel}${recipient === '' ? '' : ` to ${recipient}`}: ${said}`);
  return 'ok';
}

async function deliveries(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, Object.keys(deliveryOptions));
  if (wantsTable(flags)) {
    return await savePages(invocation, '/v1/deliveries', query, largestPage);
  }
  const house = houseClient(invocation);
  const { pages, more: hasMore } = await everyPage(house, '/v1/deliveries', query, deliveriesAnswerSchema);
  const found = pages.flatMap((page) => page.deliveries);
  for (const row of found) {
    const about = row.alert ?? (row.issue === null ? 'digest' : `issue ${row.issue}`);
    const to = row.recipient === '' ? row.channel : `${row.recipient} by ${row.channel}`;
    terminal.say(`${timeOf(row.planned)}  ${about} ${row.notice}  ${row.state}  to ${to} (route ${row.route})`);
    const more = [
      row.because === null ? undefined : `because: ${row.because}`,
      row.due === null ? undefined : `next: ${timeOf(row.due)}`,
      row.said === null ? undefined : `${countOf(row.attempts, 'attempt')}: ${row.said}`,
    ].filter((part) => part !== undefined);
    if (more.length > 0) terminal.say(`    ${more.join('; ')}`);
  }
  if (hasMore) terminal.warn('There are more: narrow the filter.');
  terminal.say(`${found.length} shown.`);
  return 'ok';
}

async function load(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, Object.keys(loadOptions));
  if (wantsTable(flags)) {
    return await saveTable(invocation, '/v1/alarm-load', query);
  }
  const answer = await houseClient(invocation).get(`/v1/alarm-load?${query.toString()}`, alarmLoadAnswerSchema);
  for (const day of answer.days) {
    const to = day.recipient === '' ? day.channel : `${day.recipient} by ${day.channel}`;
    const floods = day.floods === 0 ? '' : `, ${countOf(day.floods, 'flood')}`;
    terminal.say(
      `${day.date}  ${to}: ${day.notices} told, ${day.severity_1} at once, at most ${day.most_in_ten_minutes} in ten minutes${floods}`,
    );
  }
  const { raised, stale, judged, nuisances, practice } = answer;
  terminal.say(
    `Raised: severity 1 ${raised['1']}, 2 ${raised['2']}, 3 ${raised['3']}, small ${raised.digest}. ` +
      `Nobody has taken up for a day: ${stale}. Nuisances: ${nuisances} of ${judged} that are over.`,
  );
  terminal.say(
    `For comparison, ${practice.source}: ${practice.a_day} a day, at most ${practice.a_day_at_most}; ` +
      `at most ${practice.in_ten_minutes_at_most} in ten minutes; ${practice.severities}.`,
  );
  for (const warning of answer.warnings) terminal.warn(`${warning}.`);
  return 'ok';
}
