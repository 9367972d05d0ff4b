import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { z } from 'zod';
import { alertTrialAnswerSchema, alertTrialAskedSchema, type triedAlertSchema } from '../api/contract/alert-trials.ts';
import { alertKindNames } from '../domain/alerts/kinds.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import { watchedOptions } from './alert-list.ts';
import { spanOptions, timeOf } from './alert-verb.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { type HouseClient, houseClient } from './house-client.ts';
import { listOf, wordOf } from './said.ts';
import { saveTable, tableOptions, wantsTable } from './table-file.ts';
import type { Verb } from './verb.ts';

type Trial = z.output<typeof alertTrialAnswerSchema>;
type Tried = z.output<typeof triedAlertSchema>;

/** `meterhouse alerts try`: what a rule would have raised, before it is written down. */
export const tryingVerbs = {
  try: {
    options: {
      ...tableOptions,
      rule: { type: 'string', value: 'RULE', describes: 'try: a YAML file of rules, the id of one, or a kind' },
      set: { type: 'string', value: 'NAME=NUMBER,…', describes: 'try: numbers of the rule that are otherwise' },
      site: watchedOptions.site,
      meter: watchedOptions.meter,
      ...spanOptions,
    },
    run: async (invocation) => await tryRule(invocation),
  },
} as const satisfies Record<string, Verb>;

async function tryRule(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const client = houseClient(invocation);
  const body = {
    rules: rulesOf(flags),
    from: wordOf(flags, 'from'),
    to: wordOf(flags, 'to'),
    sites: listOf(flags['site']),
    meters: listOf(flags['meter']),
  };
  const { trial } = await client.post('/v1/alert-trials', body, alertTrialAskedSchema);
  const path = `/v1/alert-trials/${trial.id}`;
  const answer = await awaited(invocation, client, path);
  if (wantsTable(flags)) return await saveTable(invocation, path, new URLSearchParams());
  sayTrial((line) => terminal.say(line), answer);
  return 'ok';
}

/** What takes longer than this shows how far it is. */
const silentMs = 2_000;

/** Waits until a trial is done. Rejects with `job.failed` when it failed. */
async function awaited({ terminal }: Invocation, client: HouseClient, path: string): Promise<Trial> {
  for (let waited = 0; ; waited += limits.jobPollMs) {
    const answer = await client.get(path, alertTrialAnswerSchema);
    const { state, progress, sites } = answer.trial;
    if (state === 'failed') {
      const detail = answer.problems.map(({ code, where }) => `${code} at ${where}`).join('; ');
      throw new ProblemError([{ code: 'job.failed', where: 'alerts try', detail }]);
    }
    const isDone = state === 'done';
    if (waited >= silentMs) {
      const detail =
        state === 'waiting' ? 'waits for its turn' : `${Math.ceil(progress * sites.length)} of ${sites.length} sites`;
      terminal.progress('Trying', progress, isDone ? '' : detail);
    }
    if (isDone) return answer;
    await new Promise((done) => setTimeout(done, limits.jobPollMs));
  }
}

/**
 * The rules of `--rule` with the numbers of `--set`. A kind alone is a rule for the sites and meters that are asked
 * for, so that it stands before what holds there. Throws `command.invalid` for what cannot be read.
 */
function rulesOf(flags: Invocation['flags']): Record<string, unknown>[] {
  const said = wordOf(flags, 'rule');
  const parameters = numbersOf(flags['set']);
  if ((alertKindNames as readonly string[]).includes(said)) {
    const meters = listOf(flags['meter']);
    const sites = meters ? undefined : listOf(flags['site']);
    return [{ kind: said, parameters, ...(sites && { sites }), ...(meters && { meters }) }];
  }
  if (!existsSync(said)) return [{ id: said, parameters }];
  return rulesIn(said).map((rule) => ({ ...rule, parameters: { ...(rule['parameters'] as object), ...parameters } }));
}

function rulesIn(file: string): Record<string, unknown>[] {
  const where = '--rule';
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where, found: file, detail }], { cause: error });
  }
  const inner =
    typeof value === 'object' && value !== null ? (Reflect.get(value, 'alert_rules') as unknown) : undefined;
  const list = [inner ?? value].flat();
  if (list.every((one) => typeof one === 'object' && one !== null)) return list as Record<string, unknown>[];
  const expected = 'one rule, a list of them, or a file with `alert_rules:`';
  throw new ProblemError([{ code: 'command.invalid', where, found: file, expected }]);
}

/** `rises_by=0.1,nights=2`. What is no number is refused with its name. */
function numbersOf(said: string | boolean | undefined): Record<string, number> {
  const pairs = (listOf(said) ?? []).map((text): [string, number] => {
    const [, name = '', number = ''] = /^([a-z0-9_]+)=(.+)$/.exec(text.trim()) ?? [];
    if (name !== '' && Number.isFinite(Number(number))) return [name, Number(number)];
    const expected = 'NAME=NUMBER, as rises_by=0.1';
    throw new ProblemError([{ code: 'command.invalid', where: '--set', found: text, expected }]);
  });
  return Object.fromEntries(pairs);
}

function sayTrial(say: (line: string) => void, { together, alerts }: Trial): void {
  for (const alert of alerts) {
    say(`${alert.outcome.padEnd(8)} ${alert.subject}: ${alert.says}`);
    say(`    ${spanOf(alert)}, ${worthOf(alert)}`);
    say(`    ${raisedOf(alert)}`);
  }
  const { per_site_and_month: rate } = together;
  const counts = `${together.new} new, ${together.gone} gone, ${together.changed} changed, ${together.same} the same`;
  say(`${counts}${rate === null ? '' : `; ${rate.toPrecision(2)} a site and month with this rule`}.`);
}

function spanOf({ from, to, ongoing }: Tried): string {
  return `${timeOf(from)} ${ongoing ? 'and still on' : `to ${timeOf(to)}`}`;
}

function worthOf({ excess_kwh: kwh, excess_m3: m3, excess_kvarh: kvarh, cost_gbp: gbp }: Tried): string {
  const amounts = [
    [kwh, 'kWh'],
    [m3, 'm³'],
    [kvarh, 'kvarh'],
  ] as const;
  const known = amounts.flatMap(([amount, unit]) =>
    amount === null ? [] : [`${Number(amount.toPrecision(3))} ${unit}`],
  );
  return [...known, gbp === null ? 'no price is known' : `£${gbp.toFixed(2)}`].join(', ');
}

/** When it would have been raised and how severe, and where they differ what holds now. */
function raisedOf({ outcome, raised, raised_now: now, severity, severity_now: severityNow, ...alert }: Tried): string {
  const one = (at: string | null, how: string | null, by: readonly string[]): string =>
    `raised ${at === null ? 'never' : timeOf(at)}, severity ${how}, seen by ${by.join(', ')}`;
  const [tried, holds] = [one(raised, severity, alert.seen_by), one(now, severityNow, alert.seen_by_now)];
  if (outcome === 'new' || outcome === 'same') return tried;
  return outcome === 'gone' ? `now ${holds}` : `${tried}; now ${holds}`;
}
