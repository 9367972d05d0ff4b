import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { ImportResult } from '../../ingest/import-file.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, type HouseClient, houseClient } from '../house-client.ts';
import { putFlags } from '../said.ts';
import { countOf, type Terminal } from '../terminal.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'import files of half-hourly values',
  words: 'FILE …',
  details: `
Sends each file to the running Meterhouse, waits until it is imported, and says what became of its values: inserted,
changed (the old value is kept), unchanged, refused with line and reason. The same file again changes nothing.

The format is recognised by the header. Where that is not safe, or the format does not say whether stamps begin or end
their half-hour or whether its clock keeps summer time, it stops and asks. Formats: docs/imports.md.

  meterhouse import january.csv february.csv
  meterhouse import export.csv --format stark-portal-electricity --clock local --dry-run`,
  options: {
    ...clientOptions,
    format: { type: 'string', value: 'NAME', describes: 'format of the files, where the header does not tell' },
    stamped: { type: 'string', value: 'WHERE', describes: 'start or end: what a stamp is of its half-hour' },
    clock: { type: 'string', value: 'CLOCK', describes: 'utc or local (with summer time): the clock of the stamps' },
    meter: { type: 'string', value: 'ID', describes: 'meter that all rows are of, where the file names none' },
    'dry-run': { type: 'boolean', describes: 'say what would become of the files, and change nothing' },
    anyway: { type: 'boolean', describes: 'take reads by hand although something speaks against them' },
    reason: { type: 'string', value: 'TEXT', describes: 'why, kept in the record of acts' },
    json: { type: 'boolean', describes: 'print the whole result as JSON' },
  },
  async run(invocation) {
    const { terminal, words, flags } = invocation;
    if (words.length === 0) {
      terminal.warn(`meterhouse import ${importCommand.words}`);
      return 'usage';
    }
    const house = houseClient(invocation);
    let exit: Exit = 'ok';
    for (const path of words) {
      const result = await importOne(house, invocation, path);
      if (flags['json'] === true) terminal.say(JSON.stringify(result, undefined, 2));
      else sayResult(terminal, result);
      if (result.refused > 0) exit = 'refused';
    }
    return exit;
  },
};

async function importOne(house: HouseClient, { flags }: Invocation, path: string): Promise<ImportResult> {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  if (!isFile) throw new ProblemError([{ code: 'import.unreadable', where: path, found: 'no file' }]);
  const query = new URLSearchParams({ file: basename(path) });
  putFlags(query, flags, ['format', 'stamped', 'clock', 'meter', 'reason']);
  if (flags['dry-run'] === true) query.set('dry_run', 'true');
  if (flags['anyway'] === true) query.set('anyway', 'true');
  const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  const answer = await house.send('POST', `/v1/imports?${query.toString()}`, {
    body,
    headers: { 'content-type': 'text/csv' },
  });
  const { job } = jobAnswerSchema.parse(await answer.json());
  return (await house.awaitJob(job, basename(path))) as ImportResult;
}

const shown = { reasons: 20, meters: 20 } as const;

function sayResult(terminal: Terminal, result: ImportResult): void {
  const { file, format, rows, inserted, changed, unchanged, refused, blank_values: blank, left_out_rows: out } = result;
  const what = result.dry_run ? 'would be ' : '';
  terminal.say(
    `${file}: ${countOf(rows, 'row')} of format ${format}: ${inserted} values ${what}inserted, ${changed} changed, ` +
      `${unchanged} unchanged, ${refused} refused.`,
  );
  const also = [
    blank > 0 ? `${countOf(blank, 'value')} that the file does not have` : '',
    out > 0 ? `${countOf(out, 'row')} left out` : '',
  ].filter((part) => part !== '');
  if (also.length > 0) terminal.say(`  Also ${also.join(' and ')}.`);
  for (const line of result.meters.slice(0, shown.meters)) {
    terminal.say(`  ${line.meter}: ${line.inserted} inserted, ${line.changed} changed, ${line.unchanged} unchanged`);
  }
  const more = result.meters.length - shown.meters;
  if (more > 0) terminal.say(`  … and ${countOf(more, 'more meter')}`);
  for (const { code, says, detail, count, lines, mend } of result.reasons.slice(0, shown.reasons)) {
    const where = `line ${lines.join(', ')}${count > lines.length ? ' …' : ''}`;
    terminal.warn(`  ${where}: ${says}: ${detail} (${count} times). To mend it: ${mend}. [${code}]`);
  }
  const others = result.reasons.length - shown.reasons;
  if (others > 0) terminal.warn(`  … and ${countOf(others, 'other reason')}; --json lists them`);
}
