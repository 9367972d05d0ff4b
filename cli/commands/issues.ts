import { issueAnswerSchema, issuesAnswerSchema } from '../../api/contract/data-issues.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { putFlags, reasonOption, wordOf } from '../said.ts';
import { countOf } from '../terminal.ts';

export const issuesCommand: Command = {
  name: 'issues',
  summary: 'see what is wrong with the data of meters, and ignore what is known',
  words: '[list] | ignore ID | reopen ID',
  details: `
A trouble is one line, from its first day to its last: a meter that is silent for a week is one. It is opened when it is
found, ongoing when it is found again, and closed when it was not found for a day or was answered. An issue that is
ignored stays so until it is reopened. Without --state, those that are open are listed.

  meterhouse issues --site saltmere-general
  meterhouse issues ignore 17 --reason 'the ward is closed until April'`,
  options: {
    ...clientOptions,
    site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
    meter: { type: 'string', value: 'ID,…', describes: 'only of these meters' },
    kind: { type: 'string', value: 'KIND,…', describes: 'only of these kinds: silent, stuck, backwards …' },
    state: { type: 'string', value: 'STATE,…', describes: 'opened, ongoing, closed, ignored' },
    from: { type: 'string', value: 'WHEN', describes: 'that were there since this London date or instant' },
    to: { type: 'string', value: 'WHEN', describes: 'that were there before this London date or instant' },
    reason: reasonOption,
    json: { type: 'boolean', describes: 'print the answer as JSON' },
  },
  async run(invocation) {
    const [verb = 'list', id] = invocation.words;
    if (verb === 'list' && id === undefined) return await list(invocation);
    if ((verb === 'ignore' || verb === 'reopen') && id !== undefined) return await act(invocation, verb, id);
    invocation.terminal.warn(`meterhouse issues ${issuesCommand.words}`);
    return 'usage';
  },
};

async function list(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams({ state: 'opened,ongoing' });
  putFlags(query, flags, ['site', 'meter', 'kind', 'state', 'from', 'to']);
  const answer = await houseClient(invocation).get(`/v1/data-issues?${query.toString()}`, issuesAnswerSchema);
  if (flags['json'] === true) {
    terminal.say(JSON.stringify(answer, null, 2));
    return 'ok';
  }
  for (const { id, meter, kind, state, from, to, says, reason } of answer.issues) {
    terminal.say(`${id}  ${meter}  ${kind}  ${state}  ${from} to ${to}`);
    terminal.say(`    ${says}${reason === null ? '' : `  (ignored: ${reason})`}`);
  }
  if (answer.next_cursor !== null) terminal.say('There are more: narrow the filter.');
  terminal.say(`${countOf(answer.issues.length, 'issue')}.`);
  return 'ok';
}

async function act(invocation: Invocation, verb: 'ignore' | 'reopen', id: string): Promise<Exit> {
  const body = { reason: wordOf(invocation.flags, 'reason') };
  const path = `/v1/data-issues/${encodeURIComponent(id)}/${verb}`;
  const { issue } = await houseClient(invocation).post(path, body, issueAnswerSchema);
  invocation.terminal.say(`Issue ${issue.id} of ${issue.meter} (${issue.kind}) is ${issue.state}.`);
  return 'ok';
}
