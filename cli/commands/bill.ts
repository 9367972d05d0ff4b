import type { z } from 'zod';
import { billCheckAnswerSchema, billCheckTables } from '../../api/contract/bill-checks.ts';
import { ProblemError } from '../../domain/problems.ts';
import { claimStates } from '../../domain/bills/claims.ts';
import { readInvoiceList } from '../../ingest/files/invoice-list.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { readGivenFile } from '../files.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { saveTable, tableOptions } from '../table-file.ts';
import { countOf, type Terminal } from '../terminal.ts';

type Answer = z.output<typeof billCheckAnswerSchema>;
type Line = Answer['lines'][number];
type Claim = Answer['claims'][number];

export const billCommand: Command = {
  name: 'bill',
  summary: 'check suppliers’ invoices against the half-hours and contracts of their supply points',
  words: 'check FILE …',
  details: `
Recomputes each line of the invoices from measured half-hours, the contract and the published charges of its days, and
says what agrees, what differs in £ and why, and what is worth claiming, with the evidence and what to ask for. Files
are CSV with one line of an invoice a row, or JSON as POST /v1/bill-checks takes it; docs/bills.md has both. Give
invoices that follow each other, and credit notes, together: days that are billed twice are then found. Nothing is kept.
It needs a key of role procurement.

  meterhouse bill check march.csv
  meterhouse bill check march.csv april.csv --claim-from 25
  meterhouse bill check march.csv --table claims --out claims.xlsx`,
  options: {
    ...clientOptions,
    ...tableOptions,
    table: {
      type: 'string',
      value: 'TABLE',
      describes: 'lines (default), claims or invoices: what is saved as a table',
    },
    'claim-from': { type: 'string', value: 'GBP', describes: 'without VAT, what is less is no claim (default: 10)' },
  },
  async run(invocation) {
    const { words, flags, terminal } = invocation;
    const [verb, ...files] = words;
    if (verb !== 'check' || files.length === 0) {
      terminal.warn(`meterhouse bill ${billCommand.words}`);
      return 'usage';
    }
    const body = { invoices: files.flatMap(invoicesIn), ...claimFrom(flags['claim-from']) };
    if (['out', 'format', 'table'].some((flag) => flags[flag] !== undefined)) return await save(invocation, body);
    sayCheck(terminal, await houseClient(invocation).post('/v1/bill-checks', body, billCheckAnswerSchema));
    return 'ok';
  },
};

/** The invoices of a file, as they are: the API judges them. */
function invoicesIn(file: string): unknown[] {
  const text = readGivenFile(file);
  if (!file.toLowerCase().endsWith('.json')) return readInvoiceList(text, file);
  const said = parsed(file, text);
  if (Array.isArray(said)) return said as unknown[];
  const { invoices } = Object(said) as { invoices?: unknown };
  return Array.isArray(invoices) ? (invoices as unknown[]) : [said];
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: file, detail, expected: 'JSON' }], { cause: error });
  }
}

function claimFrom(said: string | boolean | undefined): { claim_from_gbp?: number } {
  if (said === undefined) return {};
  const value = typeof said === 'string' && said.trim() !== '' ? Number(said) : Number.NaN;
  if (Number.isFinite(value) && value >= 0) return { claim_from_gbp: value };
  const expected = 'pounds, as 25';
  throw new ProblemError([{ code: 'command.invalid', where: '--claim-from', found: String(said), expected }]);
}

async function save(invocation: Invocation, body: unknown): Promise<Exit> {
  const wanted = invocation.flags['table'] ?? 'lines';
  const table = billCheckTables.find((one) => one === wanted);
  if (!table) {
    const expected = `one of ${billCheckTables.join(', ')}`;
    throw new ProblemError([{ code: 'command.invalid', where: '--table', found: String(wanted), expected }]);
  }
  return await saveTable(invocation, '/v1/bill-checks', new URLSearchParams({ table }), body);
}

/** What agrees, what does not, and what to claim, for a person at a terminal. */
function sayCheck(terminal: Terminal, answer: Answer): void {
  const say = (line: string): void => terminal.say(line);
  for (const invoice of answer.invoices) {
    const { supplier, invoice: number, supply_point: point, corrected_by: notes } = invoice;
    const by = notes.length > 0 ? `, corrected by ${notes.join(', ')}` : '';
    say(`${supplier}, invoice ${number}${by}: ${point}, ${invoice.first_day} to ${invoice.last_day}`);
    const share = invoice.measured_share === null ? '' : `, ${(100 * invoice.measured_share).toFixed(1)} % measured`;
    say(`  billed ${gbp(invoice.billed_gbp)} with VAT, recomputed ${range(invoice, 'recomputed')}${share}`);
    const agree = `${countOf(invoice.lines_agree, 'line')} of ${invoice.lines} agree`;
    say(`  ${agree}; ${difference(invoice.variance_gbp)} in all`);
    for (const line of answer.lines) {
      if (line.invoice === number && line.supply_point === point && line.state !== 'agrees') sayLine(line, say);
    }
    say('');
  }
  sayUnchecked(answer, say);
  sayClaims(answer, say);
}

function sayLine(line: Line, say: (text: string) => void): void {
  const name = line.band === null || line.what === 'line' ? line.name : `${line.name} (${line.band})`;
  const amounts = `billed ${gbp(line.billed_gbp)}, due ${range(line, 'recomputed')}`;
  if (line.state === 'not_checked') say(`  not checked  ${name}: ${line.remarks.join('; ')}`);
  else if (line.state === 'credited') say(`  given back   ${name}: ${line.remarks.join('; ')}`);
  else {
    const mark = line.state === 'in_doubt' ? 'in doubt    ' : 'differs     ';
    const why = line.causes.flatMap((one) => {
      const [cause = '', sum = ''] = one.split(' ');
      return Math.abs(Number(sum)) < 0.005 ? [] : [`${cause.replaceAll('_', ' ')} ${gbp(Number(sum))}`];
    });
    say(`  ${mark} ${name}: ${amounts}; ${why.join(', ')}`);
  }
}

function sayUnchecked({ not_checked: rows, unbilled }: Answer, say: (text: string) => void): void {
  const missing = new Set(
    rows.flatMap(({ code, where, found, mend }) =>
      code ? [`${where}: ${found}. To mend it: ${mend}. [${code}]`] : [],
    ),
  );
  if (missing.size > 0) say('To check the rest:');
  for (const one of missing) say(`  ${one}`);
  for (const { supply_point: point, first_day: from, last_day: to, recomputed_gbp: sum } of unbilled) {
    const comes = sum === null ? '' : `, about ${gbp(sum)} without VAT`;
    say(`No invoice bills ${point} from ${from} to ${to}${comes}: expect it later.`);
  }
}

function sayClaims({ claims, totals, claim_from_gbp: from }: Answer, say: (text: string) => void): void {
  const worth = claims.filter(({ state }) => state === 'claim');
  say(worth.length === 0 ? 'There is nothing to claim.' : `Claims worth making, from ${gbp(from)} without VAT:`);
  for (const [i, claim] of worth.entries()) {
    say(
      `  ${i + 1}. ${range(claim, 'claim')} and VAT ${gbp(claim.vat_gbp)}: invoice ${claim.invoice}, ${nameOf(claim)}`,
    );
    say(`     ${claim.says}`);
    for (const evidence of claim.evidence) say(`     - ${evidence}`);
    say(`     Ask for ${claim.ask}.`);
  }
  for (const state of ['small', 'in_doubt', 'for_supplier'] as const) {
    const others = claims.filter((claim) => claim.state === state);
    if (others.length > 0) say(`${claimStates[state].replace(/^./, (first) => first.toUpperCase())}:`);
    for (const claim of others)
      say(`  ${range(claim, 'claim')}: invoice ${claim.invoice}, ${nameOf(claim)}: ${claim.says}`);
  }
  const net = `Net, with VAT: ${difference(totals.variance_gbp)}`;
  say(`${net}; claims of ${gbp(totals.claims_low_gbp)} at least, ${gbp(totals.claims_gbp)} most likely.`);
}

function nameOf({ names, charge }: Claim): string {
  return charge === null ? names.join(', ') : `${names.join(', ')} (${charge})`;
}

function gbp(value: number): string {
  const text = Math.abs(value).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${value < 0 && text !== '0.00' ? '-' : ''}£${text}`;
}

function range<K extends string>(
  row: Readonly<Record<`${K}_low_gbp` | `${K}_gbp` | `${K}_high_gbp`, number>>,
  key: K,
): string {
  const [low, best, high] = [gbp(row[`${key}_low_gbp`]), gbp(row[`${key}_gbp`]), gbp(row[`${key}_high_gbp`])];
  return low === high ? best : `${low} to ${high} (most likely ${best})`;
}

function difference(value: number): string {
  if (Math.abs(value) < 0.005) return 'nothing too much or too little';
  return `${gbp(Math.abs(value))} too ${value > 0 ? 'much' : 'little'}`;
}
