import type { z } from 'zod';
import { certificatesAnswerSchema } from '../../api/contract/certificates.ts';
import { coverAnswerSchema, type coverRowSchema } from '../../api/contract/cover.ts';
import { jobAnswerSchema } from '../../api/contract/jobs.ts';
import { ProblemError } from '../../domain/problems.ts';
import { readCertificateList } from '../../ingest/files/certificate-list.ts';
import type { Command, Invocation } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { readGivenFile } from '../files.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { reasonOption, wordOf } from '../said.ts';

type Row = z.output<typeof coverRowSchema>;

export const regoCommand: Command = {
  name: 'rego',
  summary: 'renewable certificates: list, add, retire, allocate and withdraw them, and see what they cover',
  words: 'list | add FILE | retire ID | withdraw ID | allocate ID METER MWH | cover',
  details: `
add reads a CSV list with one batch a line. The first line names its columns, which are the keys of a certificate in
the register: id, organisation, station, technology, output_month (or output_year), mwh, market, acquired, source, and
where they are known supply, claimed_for, numbers, expires, state, retired_for, retired_on and retired_evidence.
retire records that a batch was retired and by which evidence; allocate puts so many MWh of it to a meter point by
hand (0 takes it away); withdraw says that a batch covers nothing any more, because it was sold, revoked or mistaken.
All of it is written to amendments.yaml of the estate folder, with who, when and why. cover says what of a disclosure
period is covered, by what, and what is missing.

  meterhouse rego add regos-2025.csv --reason 'invoice 4711'
  meterhouse rego retire wind-may --on 2026-09-01 --evidence 'supplier statement of 3 September' --reason 'year end'
  meterhouse rego withdraw wind-may --as sold --on 2026-10-02 --evidence 'invoice 99' --reason 'sold on'
  meterhouse rego allocate wind-may sal-e-main 1200 --reason 'agreed with the community trust'
  meterhouse rego cover --period 2025-26 --by site`,
  options: {
    ...clientOptions,
    period: { type: 'string', value: 'PERIOD', describes: 'list, cover: a disclosure period as 2025-26' },
    organisation: { type: 'string', value: 'ID', describes: 'list, cover: of this organisation alone' },
    by: { type: 'string', value: 'PLACE', describes: 'cover: site, organisation (default) or estate' },
    for: { type: 'string', value: 'NAME', describes: 'retire: for whom, where it is not whom the batch is meant for' },
    as: { type: 'string', value: 'WHY', describes: 'withdraw: sold, revoked or mistaken' },
    on: { type: 'string', value: 'DATE', describes: 'retire, withdraw: the London date' },
    evidence: { type: 'string', value: 'TEXT', describes: 'retire, withdraw: the document, and where it is kept' },
    reason: reasonOption,
  },
  async run(invocation) {
    const [verb, first, second, third, ...more] = invocation.words;
    const count = invocation.words.length;
    if (more.length === 0) {
      if (verb === 'list' && count === 1) return await list(invocation);
      if (verb === 'cover' && count === 1) return await cover(invocation);
      if (verb === 'add' && first !== undefined && count === 2) return await add(invocation, first);
      if (verb === 'retire' && first !== undefined && count === 2) return await retire(invocation, first);
      if (verb === 'withdraw' && first !== undefined && count === 2) return await withdraw(invocation, first);
      if (verb === 'allocate' && first !== undefined && second !== undefined && third !== undefined) {
        return await allocate(invocation, first, second, third);
      }
    }
    invocation.terminal.warn(`meterhouse rego ${regoCommand.words}`);
    return 'usage';
  },
};

/** The flags that were said, as a query. */
function queryOf({ flags }: Invocation, names: readonly string[]): string {
  const said = names.flatMap((name) => {
    const value = flags[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`;
}

async function list(invocation: Invocation): Promise<Exit> {
  const path = `/v1/certificates${queryOf(invocation, ['period', 'organisation'])}`;
  const { certificates } = await houseClient(invocation).get(path, certificatesAnswerSchema);
  for (const one of certificates) {
    const { id, state, certificates_mwh: mwh, station, output, organisation, counts, criteria } = one;
    invocation.terminal.say(`${id}  ${state}  ${mwh} MWh  ${station}, ${output}, for ${organisation}`);
    if (!counts) {
      const failed = criteria.filter(({ result }) => result === 'failed');
      for (const { says, because } of failed)
        invocation.terminal.say(`    does not count: not true that ${says} (${because})`);
    }
    if (one.retired)
      invocation.terminal.say(`    retired ${one.retired.on} for ${one.retired.for}: ${one.retired.evidence}`);
  }
  if (certificates.length === 0) invocation.terminal.say('There are no certificates.');
  return 'ok';
}

async function add(invocation: Invocation, file: string): Promise<Exit> {
  const certificates = readCertificateList(readGivenFile(file), file);
  const body = { certificates, reason: wordOf(invocation.flags, 'reason') };
  await record(invocation, '/v1/certificates', body, `${certificates.length} batches of certificates`);
  invocation.terminal.say(`${certificates.length} batches are in the register.`);
  return 'ok';
}

async function retire(invocation: Invocation, id: string): Promise<Exit> {
  const { flags } = invocation;
  const body = {
    ...(flags['for'] === undefined ? {} : { for: flags['for'] }),
    on: wordOf(flags, 'on'),
    evidence: wordOf(flags, 'evidence'),
    reason: wordOf(flags, 'reason'),
  };
  await record(invocation, `/v1/certificates/${encodeURIComponent(id)}/retire`, body, `the retirement of ${id}`);
  invocation.terminal.say(`${id} is retired.`);
  return 'ok';
}

async function withdraw(invocation: Invocation, id: string): Promise<Exit> {
  const said = ['as', 'on', 'evidence', 'reason'].map((name) => [name, wordOf(invocation.flags, name)]);
  const path = `/v1/certificates/${encodeURIComponent(id)}/withdraw`;
  await record(invocation, path, Object.fromEntries(said), `the withdrawal of ${id}`);
  invocation.terminal.say(`${id} is withdrawn, and covers nothing any more.`);
  return 'ok';
}

async function allocate(invocation: Invocation, id: string, meter: string, mwh: string): Promise<Exit> {
  const amount = Number(mwh);
  if (mwh.trim() === '' || !Number.isInteger(amount) || amount < 0) {
    throw new ProblemError([{ code: 'command.invalid', where: 'MWH', found: mwh, expected: 'a whole number of MWh' }]);
  }
  const body = { meter, certificates_mwh: amount, reason: wordOf(invocation.flags, 'reason') };
  await record(invocation, `/v1/certificates/${encodeURIComponent(id)}/allocate`, body, `the allocation of ${id}`);
  invocation.terminal.say(`${amount} MWh of ${id} are put to ${meter}.`);
  return 'ok';
}

async function record(invocation: Invocation, path: string, body: object, title: string): Promise<void> {
  const house = houseClient(invocation);
  const { job } = await house.post(path, body, jobAnswerSchema);
  await house.awaitJob(job, title);
}

async function cover(invocation: Invocation): Promise<Exit> {
  const path = `/v1/cover${queryOf(invocation, ['period', 'organisation', 'by'])}`;
  const { figures, period, evidence } = await houseClient(invocation).get(path, coverAnswerSchema);
  const { terminal } = invocation;
  terminal.say(`Disclosure period ${period}`);
  for (const row of figures) sayRow(row, (text) => terminal.say(text));
  for (const { by, id, says, state, matched_kwh: matched, excluded, evidence: shown } of evidence) {
    const counts = excluded.length > 0 ? `does not count: ${excluded.join('; ')}` : `${kWh(matched)} ${state ?? ''}`;
    terminal.say(`  ${by} ${id}: ${says}; ${counts}; ${shown}`);
  }
  return 'ok';
}

function sayRow(row: Row, say: (text: string) => void): void {
  const share = row.renewable_share === null ? 'unknown' : `${(100 * row.renewable_share).toFixed(1)} %`;
  say(`${row.place_name}: ${kWh(row.use_kwh)} used, renewable ${share}${row.status === 'partial' ? ' (partial)' : ''}`);
  say(
    `  retired ${kWh(row.covered_retired_kwh)}, allocated ${kWh(row.covered_allocated_kwh)}, contracted ${kWh(row.covered_contracted_kwh)}, uncovered ${kWh(row.uncovered_kwh)}`,
  );
  say(
    `  own use ${kWh(row.own_kept_kwh)}, of it with certificates sold ${kWh(row.own_sold_kwh)}; surplus ${kWh(row.surplus_kwh)}`,
  );
  say(`  market-based ${kg(row.emissions_market_kgco2e)}, location-based ${kg(row.emissions_location_kgco2e)}`);
  for (const reason of row.because) say(`  - ${reason}`);
}

function kWh(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value).toLocaleString('en-GB')} kWh`;
}

function kg(value: number | null): string {
  return value === null ? 'unknown' : `${Math.round(value).toLocaleString('en-GB')} kgCO2e`;
}
