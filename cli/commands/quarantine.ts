import type { z } from 'zod';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { quarantineAnswerSchema, quarantinedAnswerSchema } from '../../api/contract/quarantine.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { ReplayResult } from '../../ingest/replay-job.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { countOf, printable } from '../terminal.ts';

type Page = z.output<typeof quarantineAnswerSchema>;
type Whole = z.output<typeof quarantinedAnswerSchema>['message'];

export const quarantineCommand: Command = {
  name: 'quarantine',
  summary: 'see messages that were not understood, and decode them again',
  words: 'list | show ID | replay [ID …]',
  details: `
What no meter of the register listens to, or what cannot be read, is kept with its reason and counted. When the
register is mended, replay decodes it again: each message then counts where it belongs, on the day it was received.
A message that is still wrong stays. The oldest go when there are too many or they are too old; \`list\` says when that
is near.

  meterhouse quarantine list --topic 'boiler-house/#'
  meterhouse quarantine show 17
  meterhouse quarantine replay --topic 'boiler-house/#' --reason 'the boiler house is in the register now'
  meterhouse quarantine replay 17 18 --reason 'unit corrected'`,
  options: {
    ...clientOptions,
    code: { type: 'string', value: 'CODE', describes: 'only with this reason: message.unregistered …' },
    topic: { type: 'string', value: 'FILTER', describes: 'only of topics that this MQTT filter matches' },
    meter: { type: 'string', value: 'ID', describes: 'only of this meter, or `unregistered`' },
    from: { type: 'string', value: 'WHEN', describes: 'received since this London date or instant' },
    to: { type: 'string', value: 'WHEN', describes: 'received before this London date or instant' },
    'not-replayed': { type: 'boolean', describes: 'list: only what was not replayed' },
    limit: { type: 'string', value: 'NUMBER', describes: 'list: messages shown, the oldest first (50)' },
    all: { type: 'boolean', describes: 'replay: everything that was not replayed' },
    'clock-was-behind': {
      type: 'boolean',
      describes: 'replay: the clock of this house was behind; judge stamps by the clock of now',
    },
    reason: { type: 'string', value: 'TEXT', describes: 'replay: what was mended; kept for ever with who and when' },
    json: { type: 'boolean', describes: 'print the answer as JSON' },
  },
  async run(invocation) {
    const [verb, ...subjects] = invocation.words;
    if (verb === 'list' && subjects.length === 0) return await list(invocation);
    if (verb === 'show' && subjects.length === 1) return await show(invocation, subjects[0] ?? '');
    if (verb === 'replay') return await replay(invocation, subjects);
    invocation.terminal.warn(`meterhouse quarantine ${quarantineCommand.words}`);
    return 'usage';
  },
};

function filterOf({ flags }: Invocation): Record<string, string> {
  const names = ['code', 'topic', 'meter', 'from', 'to'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = flags[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

async function list(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams({ ...filterOf(invocation), limit: String(flags['limit'] ?? 50) });
  if (flags['not-replayed'] === true) query.set('replayed', 'false');
  const answer = await houseClient(invocation).get(`/v1/quarantine?${query.toString()}`, quarantineAnswerSchema);
  if (flags['json'] === true) terminal.say(JSON.stringify(answer, null, 2));
  else sayPage(terminal.say.bind(terminal), answer);
  return 'ok';
}

function sayPage(say: (line: string) => void, { messages, next_cursor, quarantine }: Page): void {
  for (const message of messages) {
    const { id, received, topic, code, detail, replayed } = message;
    say(`${id}  ${received}  ${topic}  ${code}${replayed ? '  replayed' : ''}`);
    say(`    ${detail}; ${beginning(message)}`);
  }
  if (next_cursor !== null) say('There are more: narrow the filter, or raise --limit.');
  const full = `${(100 * quarantine.full_share).toFixed(1)} % full`;
  const gone = quarantine.expired === 0 ? '' : `, ${quarantine.expired} have expired`;
  say(`${countOf(messages.length, 'message')} shown of ${quarantine.messages} in the quarantine, ${full}${gone}.`);
  for (const { says, found, mend } of quarantine.notices) say(`Soon: ${says} (${found}). To mend it: ${mend}.`);
}

function beginning({ payload_text: text, payload_bytes: bytes }: Page['messages'][number]): string {
  if (text === null) return `${countOf(bytes, 'byte')} that are not text`;
  return text.length > 160 ? `${printable(text.slice(0, 160))} … (${countOf(bytes, 'byte')})` : printable(text);
}

async function show(invocation: Invocation, id: string): Promise<Exit> {
  const path = `/v1/quarantine/${encodeURIComponent(id)}`;
  const { message } = await houseClient(invocation).get(path, quarantinedAnswerSchema);
  const { terminal, flags } = invocation;
  if (flags['json'] === true) terminal.say(JSON.stringify(message, null, 2));
  else for (const line of linesOf(message)) terminal.say(line);
  return 'ok';
}

function linesOf(message: Whole): string[] {
  const { payload_text: text, payload_hex: hex, ...rest } = message;
  const kept = text === null ? Buffer.from(hex ?? '', 'hex').length : Buffer.byteLength(text);
  return [
    `message   ${rest.id}${rest.replayed ? ', replayed' : ''}`,
    `received  ${rest.received}, QoS ${rest.qos}${rest.retained ? ', retained' : ''}`,
    `topic     ${printable(rest.topic)}`,
    `meter     ${rest.meter}`,
    `reason    ${rest.detail} [${rest.code}]`,
    `mend      ${rest.mend}`,
    ...(rest.refused_readings > 0 ? [`refused   ${countOf(rest.refused_readings, 'reading')} of the message`] : []),
    `payload   ${countOf(kept, 'byte')}${text === null ? ' in hexadecimal' : ''}`,
    '',
    // A payload is shown as it is, but for what would command the terminal.
    // oxlint-disable-next-line no-control-regex -- these are the ones that are meant
    text === null ? (hex ?? '') : text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd'),
  ];
}

async function replay(invocation: Invocation, subjects: readonly string[]): Promise<Exit> {
  const { terminal, flags } = invocation;
  const reason = flags['reason'];
  const problems: ProblemError['problems'][number][] = [];
  if (typeof reason !== 'string' || reason.trim() === '') {
    problems.push({ code: 'command.invalid', where: '--reason', expected: 'what was mended, in your own words' });
  }
  for (const found of subjects.filter((subject) => !/^\d{1,15}$/.test(subject))) {
    problems.push({ code: 'command.invalid', where: 'ID', found, expected: 'the number of a message' });
  }
  if (problems.length > 0) throw new ProblemError(problems);
  const wish = {
    reason,
    ...(subjects.length > 0 ? { messages: subjects.map(Number) } : {}),
    ...(flags['all'] === true ? { all: true } : {}),
    ...(flags['clock-was-behind'] === true ? { clock_was_behind: true } : {}),
    ...filterOf(invocation),
  };
  const house = houseClient(invocation);
  const { job } = await house.post('/v1/quarantine/replay', wish, jobAnswerSchema);
  const result = (await house.awaitJob(job, 'replay')) as ReplayResult;
  if (flags['json'] === true) terminal.say(JSON.stringify(result, null, 2));
  else sayResult(terminal.say.bind(terminal), result);
  return result.still > 0 ? 'message' : 'ok';
}

function sayResult(say: (line: string) => void, result: ReplayResult): void {
  const { replayed, still, absent, examples } = result;
  const missing = absent === 0 ? '' : `, ${absent} not there or replayed before`;
  say(`${countOf(replayed, 'message')} replayed, ${still} still not understood${missing}.`);
  for (const [code, count] of Object.entries(result.still_by_code)) say(`  ${code}  ${count}`);
  for (const { id, code, detail } of examples) say(`  ${id}  ${detail} [${code}]`);
}
