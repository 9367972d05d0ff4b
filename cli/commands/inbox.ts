import type { z } from 'zod';
import { parse } from 'yaml';
import { ignoredAnswerSchema, inboxAnswerSchema, inboxEntryAnswerSchema } from '../../api/contract/inbox.ts';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { type Problem, ProblemError } from '../../domain/problems.ts';
import type { Accepted } from '../../ingest/accept-meter.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { countOf, printable } from '../terminal.ts';

type Page = z.output<typeof inboxAnswerSchema>;
type Whole = z.output<typeof inboxEntryAnswerSchema>;

export const inboxCommand: Command = {
  name: 'inbox',
  summary: 'see topics that nobody has registered, and take their meters into the register',
  words: 'list | show ID | accept ID | ignore ID',
  details: `
What speaks and is in no register is listed here with the family that understands it and a proposed entry; what of that
is guessed says so. Paste the entry into a file of the estate, or accept it: then Meterhouse writes it into
amendments.yaml, and what was heard of the topic meanwhile is decoded.

  meterhouse inbox list
  meterhouse inbox show 3
  meterhouse inbox accept 3 --site my-hospital --id boiler-house-w --name 'Water to the boiler house'
  meterhouse inbox accept 3 --site my-hospital --id ward-3-e --name 'Ward 3' --more 'rating: { value: 63, unit: kW }'
  meterhouse inbox ignore 4 --reason 'the neighbour, heard by radio'`,
  options: {
    ...clientOptions,
    state: { type: 'string', value: 'STATE', describes: 'list: open (the default), accepted or ignored' },
    limit: { type: 'string', value: 'NUMBER', describes: 'list: topics shown (50)' },
    site: { type: 'string', value: 'ID', describes: 'accept: the site that the meter hangs on' },
    id: { type: 'string', value: 'ID', describes: 'accept: id of the meter, never used before' },
    name: { type: 'string', value: 'TEXT', describes: 'accept: what people call the meter' },
    channel: { type: 'string', value: 'TEXT', describes: 'accept: which of several proposed meters' },
    more: { type: 'string', value: 'YAML', describes: 'accept: keys of the entry that differ or are needed besides' },
    reason: { type: 'string', value: 'TEXT', describes: 'accept, ignore: kept for ever with who and when' },
    json: { type: 'boolean', describes: 'print the answer as JSON' },
  },
  async run(invocation) {
    const [verb, id, ...others] = invocation.words;
    if (verb === 'list' && id === undefined) return await list(invocation);
    if (id !== undefined && others.length === 0) {
      const path = `/v1/inbox/${encodeURIComponent(id)}`;
      if (verb === 'show') return await show(invocation, path);
      if (verb === 'accept') return await accept(invocation, path);
      if (verb === 'ignore') return await ignore(invocation, path);
    }
    invocation.terminal.warn(`meterhouse inbox ${inboxCommand.words}`);
    return 'usage';
  },
};

function flagOf({ flags }: Invocation, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

async function list(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams({ limit: flagOf(invocation, 'limit') ?? '50' });
  const state = flagOf(invocation, 'state');
  if (state !== undefined) query.set('state', state);
  const answer = await houseClient(invocation).get(`/v1/inbox?${query.toString()}`, inboxAnswerSchema);
  if (flags['json'] === true) terminal.say(JSON.stringify(answer, null, 2));
  else sayPage(terminal.say.bind(terminal), answer);
  return 'ok';
}

function sayPage(say: (line: string) => void, { entries, next_cursor }: Page): void {
  for (const entry of entries) {
    const { id, topic, last_heard, messages, family, proposed_meters } = entry;
    const of = family === null ? 'no family understands it' : `${family}, ${countOf(proposed_meters, 'meter')}`;
    say(`${id}  ${printable(topic)}  ${of}`);
    say(`    ${countOf(messages, 'message')}, last ${last_heard}: ${beginning(entry)}`);
  }
  if (next_cursor !== null) say('There are more: raise --limit.');
  say(`${countOf(entries.length, 'topic')} that nobody has registered.`);
}

function beginning({ payload_text: text }: Page['entries'][number]): string {
  return text === null ? 'not text' : `${printable(text.slice(0, 160))}${text.length > 160 ? ' …' : ''}`;
}

async function show(invocation: Invocation, path: string): Promise<Exit> {
  const { terminal, flags } = invocation;
  const answer = await houseClient(invocation).get(path, inboxEntryAnswerSchema);
  if (flags['json'] === true) terminal.say(JSON.stringify(answer, null, 2));
  else sayEntry(terminal.say.bind(terminal), answer);
  return 'ok';
}

function sayEntry(say: (line: string) => void, { entry, proposals }: Whole): void {
  say(`topic     ${printable(entry.topic)}`);
  say(`heard     ${countOf(entry.messages, 'message')} from ${entry.first_heard} to ${entry.last_heard}`);
  say(`last      ${beginning(entry)}`);
  if (proposals.length === 0) {
    say('No family understands it. docs/mappings.md says how to write what a message means.');
    return;
  }
  say('An entry for the meters of a site:');
  for (const { yaml } of proposals) for (const line of yaml.split('\n')) say(line);
}

async function accept(invocation: Invocation, path: string): Promise<Exit> {
  const { terminal, flags } = invocation;
  const problems: Problem[] = [];
  for (const [flag, expected] of [
    ['site', 'id of a site'],
    ['id', 'id for the meter'],
    ['name', 'what people call the meter'],
  ] as const) {
    if (flagOf(invocation, flag) === undefined)
      problems.push({ code: 'command.invalid', where: `--${flag}`, expected });
  }
  const more = moreOf(invocation, problems);
  if (problems.length > 0) throw new ProblemError(problems);
  const words = ['site', 'id', 'name', 'channel', 'reason'].flatMap((name) => {
    const value = flagOf(invocation, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const house = houseClient(invocation);
  const { job } = await house.post(`${path}/accept`, { ...Object.fromEntries(words), meter: more }, jobAnswerSchema);
  const result = (await house.awaitJob(job, 'accept the meter')) as Accepted;
  if (flags['json'] === true) terminal.say(JSON.stringify(result, null, 2));
  else {
    const { meter, replayed, still } = result;
    const wrong = still === 0 ? '' : `; ${still} are of another meter or still not understood`;
    terminal.say(`${meter} is in the register. ${countOf(replayed, 'message')} decoded that had waited${wrong}.`);
  }
  return 'ok';
}

/** Further keys of the entry, as YAML on one line. */
function moreOf(invocation: Invocation, problems: Problem[]): Readonly<Record<string, unknown>> {
  const text = flagOf(invocation, 'more');
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  problems.push({
    code: 'command.invalid',
    where: '--more',
    found: text,
    expected: 'keys as in rating: { value: 63, unit: kW }',
  });
  return {};
}

async function ignore(invocation: Invocation, path: string): Promise<Exit> {
  const reason = flagOf(invocation, 'reason');
  if (reason === undefined) {
    const expected = 'why it is none of ours, in your own words';
    throw new ProblemError([{ code: 'command.invalid', where: '--reason', expected }]);
  }
  const { entry } = await houseClient(invocation).post(`${path}/ignore`, { reason }, ignoredAnswerSchema);
  const { terminal, flags } = invocation;
  terminal.say(flags['json'] === true ? JSON.stringify(entry, null, 2) : `${printable(entry.topic)} is ignored.`);
  return 'ok';
}
