import type { z } from 'zod';
import { figureExplanationSchema } from '../../api/contract/explain-figure.ts';
import {
  differenceAnswerSchema,
  signOffAnswerSchema,
  signOffMadeSchema,
  signOffsAnswerSchema,
} from '../../api/contract/sign-offs.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { askedQuery, figureOptions } from '../figure-named.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { reasonOption, wordOf } from '../said.ts';
import { number } from '../number.ts';
import { amountIn, sayFigure } from '../say-figure.ts';

type Signed = z.output<typeof signOffMadeSchema>['sign_off'];

export const signOffCommand: Command = {
  name: 'sign-off',
  summary: 'sign a figure off, so that it is frozen; say what became of it since',
  words: 'figure KIND | list | show ID | difference ID',
  details: `
A signed figure is kept for ever with every day of every meter that it was made from, the version of the register, the
factors, and what people did. It is refused where a factor is quoted, carried forward or missing, an area is not known
or something is missing; the refusal names each doubt. A person can take one upon themselves, with a reason for each.
difference lists what changed since by its cause: late readings, rulings, areas, contracts and certificates by name,
the rest of the register, factors.

  meterhouse sign-off figure carbon --organisation north --from 2025-04-01 --to 2026-04-01 --reason 'annual report' \\
    --by 'Ada Byron' --accept 'factor-quoted gas 2026=checked against the bulletin; partial missing=meter was lost'
  meterhouse sign-off list
  meterhouse sign-off difference 3`,
  options: {
    ...clientOptions,
    ...figureOptions,
    reason: reasonOption,
    accept: {
      type: 'string',
      value: 'LIST',
      describes: 'doubts taken upon oneself, each with its reason: DOUBT=REASON; DOUBT=REASON',
    },
    by: { type: 'string', value: 'NAME', describes: 'the person who accepts them' },
    json: { type: 'boolean', describes: 'print the whole answer as JSON' },
  },
  async run(invocation) {
    const { words, terminal } = invocation;
    const [verb, name] = words;
    if (verb === 'list' && words.length === 1) return await list(invocation);
    if (name !== undefined && words.length === 2) {
      if (verb === 'figure') return await sign(invocation, name);
      if (verb === 'show') return await show(invocation, name);
      if (verb === 'difference') return await difference(invocation, name);
    }
    terminal.warn(`meterhouse sign-off ${signOffCommand.words}`);
    return 'usage';
  },
};

async function sign(invocation: Invocation, figure: string): Promise<Exit> {
  const { flags, terminal } = invocation;
  const named = Object.fromEntries(askedQuery(figure, flags));
  const body = { ...named, reason: wordOf(flags, 'reason'), accept: acceptedIn(flags) };
  const { sign_off } = await houseClient(invocation).post('/v1/sign-offs', body, signOffMadeSchema);
  if (flags['json'] === true) terminal.say(JSON.stringify(sign_off, null, 2));
  else say(terminal, sign_off);
  return 'ok';
}

/** `DOUBT=REASON; DOUBT=REASON`. Throws a ProblemError for what is not of this form. */
export function acceptedIn(flags: Invocation['flags'], byWhom = 'by'): { doubt: string; by: string; reason: string }[] {
  const text = flags['accept'];
  if (typeof text !== 'string' || text.trim() === '') return [];
  const by = wordOf(flags, byWhom);
  return text.split(';').map((entry) => {
    const [, doubt, reason] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(entry) ?? [];
    if (doubt !== undefined && reason !== undefined) return { doubt, by, reason };
    const expected = 'DOUBT=REASON, with ; between them';
    throw new ProblemError([{ code: 'command.invalid', where: '--accept', found: entry.trim(), expected }]);
  });
}

async function list(invocation: Invocation): Promise<Exit> {
  const house = houseClient(invocation);
  let cursor = '';
  let count = 0;
  for (;;) {
    const { sign_offs, next_cursor } = await house.get(`/v1/sign-offs${cursor}`, signOffsAnswerSchema);
    for (const signed of sign_offs) say(invocation.terminal, signed);
    count += sign_offs.length;
    if (next_cursor === null) break;
    cursor = `?cursor=${next_cursor}`;
  }
  if (count === 0) invocation.terminal.say('Nobody signed a figure yet.');
  return 'ok';
}

async function show(invocation: Invocation, id: string): Promise<Exit> {
  const { flags, terminal } = invocation;
  const answer = await houseClient(invocation).get(pathOf(id), signOffAnswerSchema);
  if (flags['json'] === true) {
    terminal.say(JSON.stringify(answer, null, 2));
    return 'ok';
  }
  say(terminal, answer.sign_off);
  for (const { doubt, by, reason } of answer.sign_off.accepted) terminal.say(`  ${by} accepted ${doubt}: ${reason}`);
  terminal.say(`  digest ${answer.sign_off.digest}: ${answer.intact ? 'what is kept is what was signed' : 'BROKEN'}`);
  const chain = figureExplanationSchema.omit({ known_on: true }).safeParse(answer.chain);
  if (chain.success) sayFigure((text) => terminal.say(text), { ...chain.data, known_on: null });
  return 'ok';
}

async function difference(invocation: Invocation, id: string): Promise<Exit> {
  const { flags, terminal } = invocation;
  const answer = await houseClient(invocation).get(`${pathOf(id)}/difference`, differenceAnswerSchema);
  if (flags['json'] === true) {
    terminal.say(JSON.stringify(answer, null, 2));
    return 'ok';
  }
  const amount = amountIn(answer.sign_off);
  say(terminal, answer.sign_off);
  terminal.say(`  now ${amount(answer.now)}, a difference of ${amount(answer.difference)}`);
  for (const part of answer.parts) {
    const of = part.meter === null ? '' : ` of ${part.meter}`;
    terminal.say(`  ${amount(part.value)}  ${part.says}${of}${part.at === null ? '' : `, ${part.at}`}`);
    for (const what of part.what) terminal.say(`    ${what}`);
    for (const { date, before_kwh, after_kwh, before_m3, after_m3 } of part.days) {
      const volume =
        (before_m3 ?? 0) + (after_m3 ?? 0) > 0 ? `, ${number(before_m3)} m³ is now ${number(after_m3)} m³` : '';
      terminal.say(`    ${date}: ${number(before_kwh)} kWh is now ${number(after_kwh)} kWh${volume}`);
    }
    if (part.changed_days > part.days.length) terminal.say(`    and ${part.changed_days - part.days.length} days more`);
  }
  if (answer.parts.length === 0) terminal.say('  nothing changed since');
  return 'ok';
}

const pathOf = (id: string): string => `/v1/sign-offs/${encodeURIComponent(id)}`;

function say(terminal: Pick<Invocation['terminal'], 'say'>, signed: Signed): void {
  const { id, at, who, figure, place, period, utility } = signed;
  const fuel = utility === null ? '' : ` (${utility} alone)`;
  terminal.say(`${id}  ${at}  ${who}: ${figure} of ${place.kind} ${place.id}${fuel}, ${period.from} to ${period.to}`);
  terminal.say(`  ${amountIn(signed)(signed.value)}, because: ${signed.reason}`);
}
