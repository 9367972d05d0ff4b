import { writeFileSync } from 'node:fs';
import { nextCursorHeader, tableFormats } from '../api/contract/vocabulary.ts';
import { limits } from '../domain/limits.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';

/** Flags of every command that saves a table of the API. */
export const tableOptions = {
  format: {
    type: 'string',
    value: 'FORMAT',
    describes: 'xlsx, csv or json (default: as the file is called, else csv)',
  },
  out: { type: 'string', value: 'FILE', describes: 'file to write; without it the report is printed' },
} as const satisfies Record<string, Option>;

/** Whether a table is asked for, to be kept, and not what a person reads. */
export function wantsTable(flags: Invocation['flags']): boolean {
  return flags['out'] !== undefined || flags['format'] !== undefined;
}

/**
 * A list that comes in pages: CSV is read to its end, or as far as a command reads; of another format the largest page.
 * Where there is more it says so.
 */
export async function savePages(
  invocation: Invocation,
  path: string,
  query: URLSearchParams,
  largest: number,
): Promise<Exit> {
  const { flags, terminal } = invocation;
  const out = typeof flags['out'] === 'string' ? flags['out'] : undefined;
  const format = formatOf(flags['format'], out, tableFormats, 'csv');
  query.set('format', format);
  query.set('limit', String(largest));
  const house = houseClient(invocation);
  const page = async (): Promise<Response> => await house.send('GET', `${path}?${query.toString()}`);
  let answer = await page();
  let next = answer.headers.get(nextCursorHeader);
  if (format === 'csv' && next !== null) {
    const texts = [await answer.text()];
    while (next !== null && texts.length < limits.commandPages) {
      query.set('cursor', next);
      const one = await page();
      const text = await one.text();
      // Each page begins with the names of its columns.
      texts.push(text.slice(text.indexOf('\r\n') + 2));
      next = one.headers.get(nextCursorHeader);
    }
    answer = new Response(texts.join(''));
  }
  const exit = await saveAnswer(invocation, answer);
  if (next !== null) terminal.warn('There is more than this: narrow the filter, or take CSV, which is read further.');
  return exit;
}

/** Asks for a table and writes it to a file, or prints it; `body` is what a question in a body asks. */
export async function saveTable(
  invocation: Invocation,
  path: string,
  query: URLSearchParams,
  body?: unknown,
): Promise<Exit> {
  const { flags } = invocation;
  const out = typeof flags['out'] === 'string' ? flags['out'] : undefined;
  query.set('format', formatOf(flags['format'], out, tableFormats, 'csv'));
  const asked = `${path}?${query.toString()}`;
  const house = houseClient(invocation);
  const json = { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await (body === undefined ? house.send('GET', asked) : house.send('POST', asked, json));
  return await saveAnswer(invocation, answer);
}

/** Writes an answer to the file that `--out` names, or prints it. */
export async function saveAnswer({ flags, terminal }: Invocation, answer: Response): Promise<Exit> {
  const out = typeof flags['out'] === 'string' ? flags['out'] : undefined;
  if (out === undefined) {
    terminal.say((await answer.text()).trimEnd());
    return 'ok';
  }
  const file = Buffer.from(await answer.arrayBuffer());
  try {
    writeFileSync(out, file);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: '--out', found: out, detail }], { cause: error });
  }
  terminal.say(`${out}: ${file.byteLength.toLocaleString('en-GB')} bytes.`);
  return 'ok';
}

/** The format that is said, or that the file's name ends with. A spreadsheet is no text, so it needs a file. */
export function formatOf<F extends string>(
  said: string | boolean | undefined,
  out: string | undefined,
  formats: readonly F[],
  otherwise: F,
): F {
  const ending = out?.split('.').at(-1)?.toLowerCase();
  const wanted = said ?? formats.find((one) => one === ending) ?? otherwise;
  const format = formats.find((one) => one === wanted);
  if (format !== undefined && (format !== 'xlsx' || out !== undefined)) return format;
  const expected = format === 'xlsx' ? '--out FILE with it' : `one of ${formats.join(', ')}`;
  throw new ProblemError([{ code: 'command.invalid', where: '--format', found: String(wanted), expected }]);
}
