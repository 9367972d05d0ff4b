import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { comparisonAnswerSchema, comparisonFormats } from '../api/contract/tariff-comparisons.ts';
import { type Problem, ProblemError } from '../domain/problems.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { sayComparison } from './say-comparison.ts';
import { formatOf, saveAnswer } from './table-file.ts';
import { listOf } from './said.ts';

/** `meterhouse tariff compare`: the usual question by flags, any question from a file. */

export const compareOptions = {
  offer: { type: 'string', value: 'ID,…', describes: 'compare: tariffs of the register' },
  'offers-file': { type: 'string', value: 'FILE', describes: 'compare: YAML with tariffs that are in no folder yet' },
  'load-year-from': { type: 'string', value: 'MONTH', describes: 'compare: first of the twelve months, 2025-11-01' },
  carry: { type: 'string', value: 'FILE', describes: 'compare: YAML that says which rates are carried forward' },
  'what-if': { type: 'string', value: 'FILE', describes: 'compare: YAML with a list of changes of load' },
  capacity: { type: 'string', value: 'KVA,…', describes: 'compare: what other agreed capacities would cost' },
  against: { type: 'string', value: 'OFFER', describes: 'compare: differences are from it (default: the cheapest)' },
  'price-change': { type: 'string', value: 'PERCENT,…', describes: 'compare: of half-hourly prices (default -20,20)' },
  factors: { type: 'string', value: 'WHICH', describes: 'compare: newest, for years without emission factors' },
  table: { type: 'string', value: 'TABLE', describes: 'compare: sites, components, causes, capacity, … as CSV' },
  request: { type: 'string', value: 'FILE', describes: 'compare: YAML of the whole question; flags go before it' },
} as const satisfies Record<string, Option>;

/** Asks, and says the answer or saves it. */
export async function compareTariffs(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const [out, table] = [textOf(flags['out']), textOf(flags['table'])];
  const isSaid = out === undefined && table === undefined && flags['format'] === undefined;
  const format = isSaid ? 'json' : formatOf(flags['format'], out, comparisonFormats, 'csv');
  const query = new URLSearchParams({ format, ...(table !== undefined && { table }) });
  const path = `/v1/tariff-comparisons?${query.toString()}`;
  const body = requestOf(flags);
  const client = houseClient(invocation);
  if (isSaid) {
    sayComparison((line) => terminal.say(line), await client.post(path, body, comparisonAnswerSchema));
    return 'ok';
  }
  const headers = { 'content-type': 'application/json' };
  return await saveAnswer(invocation, await client.send('POST', path, { body: JSON.stringify(body), headers }));
}

/** The question of the flags. Throws a ProblemError with every file that cannot be read. */
function requestOf(flags: Invocation['flags']): Record<string, unknown> {
  const problems: Problem[] = [];
  const file = (flag: string): unknown => {
    const name = textOf(flags[flag]);
    if (name === undefined) return undefined;
    try {
      return parse(readFileSync(name, 'utf8'));
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      problems.push({ code: 'command.invalid', where: `--${flag}`, found: name, detail });
      return undefined;
    }
  };
  const request = file('request');
  const offers = file('offers-file');
  const said = {
    offers: listOf(flags['offer']),
    offers_given: offers === undefined ? undefined : keyOf(offers, 'tariffs'),
    supply_point: listOf(flags['supply-point']),
    site: listOf(flags['site']),
    organisation: listOf(flags['organisation']),
    utility: textOf(flags['utility']),
    from: textOf(flags['from']),
    to: textOf(flags['to']),
    load_year_from: textOf(flags['load-year-from']),
    carry: file('carry'),
    what_if: file('what-if'),
    agreed_capacities_kva: numbersOf(flags['capacity']),
    price_changes_percent: numbersOf(flags['price-change']),
    against: textOf(flags['against']),
    factors: textOf(flags['factors']),
  };
  if (problems.length > 0) throw new ProblemError(problems);
  const written = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { ...(typeof request === 'object' ? request : {}), ...written };
}

function textOf(said: string | boolean | undefined): string | undefined {
  return typeof said === 'string' ? said : undefined;
}

/** What is no number is sent as it is, and refused with the rest. */
function numbersOf(said: string | boolean | undefined): (string | number)[] | undefined {
  return listOf(said)?.map((text) => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)));
}

/** A file of offers is a file of the register, or the list alone. */
function keyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Reflect.get(value, key) : value;
}
