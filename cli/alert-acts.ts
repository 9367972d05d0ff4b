import type { z } from 'zod';
import { alertAnswerSchema, type alertActBodySchema } from '../api/contract/alerts.ts';
import { ProblemError } from '../domain/problems.ts';
import { ownerOption, timeOf } from './alert-verb.ts';
import type { Invocation, Option } from './command.ts';
import { houseClient } from './house-client.ts';
import { reasonOption, wordOf } from './said.ts';
import type { Verb } from './verb.ts';

/** What people do with an alert, each as the API takes it. */
type Flags = Invocation['flags'];
type Body = z.input<typeof alertActBodySchema>;

const owner = ownerOption;
const due: Option = { type: 'string', value: 'DATE', describes: 'assign: the London date until when it is to be done' };
const says: Option = { type: 'string', value: 'TEXT', describes: 'comment: what is to be known of it; kept for ever' };
const until: Option = { type: 'string', value: 'WHEN', describes: 'shelve: a London date or an instant' };
const as: Option = {
  type: 'string',
  value: 'HOW',
  describes: 'close: mended (the meter is watched), usual (it is how it is to be) or none (there was nothing)',
};
const reason = reasonOption;
const version: Option = {
  type: 'string',
  value: 'N',
  describes: 'acts: the version that show said; refused when something came between',
};

export const actingVerbs = {
  acknowledge: acting({}, () => ({ act: 'acknowledge' })),
  assign: acting({ owner, due }, (flags) => ({
    act: 'assign',
    owner: wordOf(flags, 'owner'),
    ...(flags['due'] !== undefined && { due: wordOf(flags, 'due') }),
  })),
  comment: acting({ says }, (flags) => ({ act: 'comment', says: wordOf(flags, 'says') })),
  shelve: acting({ until, reason }, (flags) => ({
    act: 'shelve',
    until: wordOf(flags, 'until'),
    reason: wordOf(flags, 'reason'),
  })),
  unshelve: acting({}, () => ({ act: 'unshelve' })),
  close: acting({ as, reason }, (flags) => ({
    act: 'close',
    // The API names what there is.
    as: wordOf(flags, 'as') as 'mended',
    reason: wordOf(flags, 'reason'),
  })),
  reopen: acting({ reason }, (flags) => ({ act: 'reopen', reason: wordOf(flags, 'reason') })),
} as const satisfies Record<string, Verb>;

function acting(options: Verb['options'], bodyOf: (flags: Flags) => Body): Verb {
  return {
    words: 'ALERT',
    options: { ...options, version },
    async run(invocation, id) {
      const path = `/v1/alerts/${encodeURIComponent(id)}/acts`;
      const { flags } = invocation;
      const body = { ...bodyOf(flags), ...(flags['version'] !== undefined && { version: versionOf(flags) }) };
      const answer = await houseClient(invocation).post(path, body, alertAnswerSchema);
      const { state, shelved_until: away } = answer.alert;
      const end = away === null ? '' : ` until ${timeOf(away)}`;
      const then = state === 'watching' ? ': the meter is watched, and says within weeks whether it is so' : '';
      invocation.terminal.say(`Alert ${answer.alert.id} is ${state}${end}${then}.`);
      return 'ok';
    },
  };
}

function versionOf(flags: Flags): number {
  const said = wordOf(flags, 'version');
  if (/^[1-9]\d{0,8}$/.test(said)) return Number(said);
  throw new ProblemError([
    { code: 'command.invalid', where: '--version', found: said, expected: 'the number that show said' },
  ]);
}
