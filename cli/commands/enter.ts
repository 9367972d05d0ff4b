import { z } from 'zod';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { EnterResult } from '../../ingest/enter-readings.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';

const reasonOptions = {
  reason: { type: 'string', value: 'TEXT', describes: 'why, in your own words; kept for ever' },
  anyway: { type: 'boolean', describes: 'take it although something speaks against it' },
} as const;

export const readCommand: Command = {
  name: 'read',
  summary: 'enter what a person read from the face of a meter',
  words: 'METER VALUE',
  details: `
The value is what the dials show, in the unit of the register and without its multiplier. It is checked against the
readings next to it and against what the meter's rating lets pass, and kept with who, when and why. Many reads at once
are a file: meter,read_at,value (format meterhouse-reads of \`import\`).

  meterhouse read sal-g-kitchen 48213.4 --reason "monthly round"
  meterhouse read sal-w-main 1202 --at 2026-11-01T09:30:00Z --reason "photo of the meter"`,
  options: {
    ...clientOptions,
    at: { type: 'string', value: 'INSTANT', describes: 'when it was read, with its offset (default: now)' },
    ...reasonOptions,
  },
  async run(invocation) {
    const [meter, value] = invocation.words;
    if (meter === undefined || value === undefined) return usage(invocation, readCommand);
    const { at, reason, anyway } = invocation.flags;
    return await enter(invocation, `/v1/meters/${encodeURIComponent(meter)}/reads`, {
      value: numberOf('VALUE', value),
      ...(at === undefined ? {} : { at }),
      reason: reason ?? '',
      anyway: anyway === true,
    });
  },
};

export const invoiceCommand: Command = {
  name: 'invoice',
  summary: 'enter what an invoice says that a meter counted',
  words: 'METER',
  details: `
An amount for the days from --from to --to, or the registers at both ends. It is best entered for a source of the
meter of its own (source_of), so that it stands beside what was measured; docs/imports.md says how. Many invoices at
once are a file: meter,from,to,amount,unit (format meterhouse-invoices of \`import\`).

  meterhouse invoice sal-e-bill --from 2026-10-01 --to 2026-10-31 --amount 412300 --reason "invoice 4711"
  meterhouse invoice sal-g-bill --from 2026-10-01 --to 2026-10-31 --opening 48213 --closing 51877 --reason "4712"`,
  options: {
    ...clientOptions,
    from: { type: 'string', value: 'DATE', describes: 'the first day that it is for' },
    to: { type: 'string', value: 'DATE', describes: 'the last day that it is for' },
    amount: { type: 'string', value: 'NUMBER', describes: 'what it bills, in the unit of the meter' },
    opening: { type: 'string', value: 'NUMBER', describes: 'the register at the beginning of the first day' },
    closing: { type: 'string', value: 'NUMBER', describes: 'the register at the end of the last day' },
    ...reasonOptions,
  },
  async run(invocation) {
    const [meter] = invocation.words;
    if (meter === undefined) return usage(invocation, invoiceCommand);
    const { from, to, reason, anyway } = invocation.flags;
    const numbers = (['amount', 'opening', 'closing'] as const).flatMap((name) => {
      const text = invocation.flags[name];
      return typeof text === 'string' ? [[name, numberOf(`--${name}`, text)] as const] : [];
    });
    return await enter(invocation, `/v1/meters/${encodeURIComponent(meter)}/invoices`, {
      from: from ?? '',
      to: to ?? '',
      ...Object.fromEntries(numbers),
      reason: reason ?? '',
      anyway: anyway === true,
    });
  },
};

function usage({ terminal }: Invocation, { name, words = '' }: Command): Exit {
  terminal.warn(`meterhouse ${name} ${words}`);
  return 'usage';
}

function numberOf(where: string, text: string): number {
  const number = z.coerce
    .number()
    .min(0)
    .safeParse(text.trim() === '' ? Number.NaN : text);
  if (number.success) return number.data;
  throw new ProblemError([{ code: 'command.invalid', where, found: text, expected: 'a number that is not below 0' }]);
}

async function enter(invocation: Invocation, path: string, body: object): Promise<Exit> {
  const house = houseClient(invocation);
  const { job } = await house.post(path, body, jobAnswerSchema);
  const { meter, inserted, changed, refused } = (await house.awaitJob(job, 'entered')) as EnterResult;
  const what = inserted > 0 ? 'is entered' : changed > 0 ? 'is changed; the old value is kept' : 'was there already';
  invocation.terminal.say(`${meter}: it ${what}.`);
  return refused > 0 ? 'refused' : 'ok';
}
