import { baselineAskedSchema, sentAnswerSchema } from '../../api/contract/reports.ts';
import { ProblemError } from '../../domain/problems.ts';
import type { Command, Invocation, Option } from '../command.ts';
import type { Exit } from '../exit-codes.ts';
import { clientOptions, houseClient } from '../house-client.ts';
import { putFlags, reasonOption, wordOf } from '../said.ts';
import { saveTable, tableOptions } from '../table-file.ts';
import { acceptedIn } from './sign-off.ts';

type Flag = keyof typeof filterOptions;

/** Flags that go into the query of a report by their own names, with an underscore for each hyphen. */
const filterOptions = {
  organisation: { type: 'string', value: 'ID,…', describes: 'only of these organisations' },
  site: { type: 'string', value: 'ID,…', describes: 'only of these sites' },
  type: { type: 'string', value: 'TYPE,…', describes: 'only sites of these types' },
  layout: { type: 'string', value: 'YEAR', describes: 'eric: under the headers of another collection year' },
  from: { type: 'string', value: 'WHEN', describes: 'since this London date' },
  to: { type: 'string', value: 'WHEN', describes: 'before this London date' },
  by: { type: 'string', value: 'PLACE', describes: 'site, building, organisation or estate' },
  bucket: { type: 'string', value: 'BUCKET', describes: 'month, year, financial_year, whole or rolling_year' },
  split: { type: 'string', value: 'BY', describes: 'a row for each utility' },
  against: {
    type: 'string',
    value: 'DATE',
    describes: 'change: the first month compared with (default: a year before)',
  },
  certificates: { type: 'string', value: 'STATE', describes: 'matching: retired, or allocated as well' },
  'baseline-from': { type: 'string', value: 'WHEN', describes: 'cusum: since when use is as expected' },
  'baseline-to': { type: 'string', value: 'WHEN', describes: 'cusum: until when' },
  'known-on': { type: 'string', value: 'DATE', describes: 'as it was known at the end of this London date' },
  boundary: {
    type: 'string',
    value: 'NAME',
    describes: 'carbon, change, baseline: scope_1_2 or nhs_carbon_footprint (default: as the register says)',
  },
  'factor-year': { type: 'string', value: 'METHOD', describes: 'carbon, change: calendar, majority or blended' },
  'year-starts': {
    type: 'string',
    value: 'MONTH',
    describes: 'carbon, change: the month the reporting year starts in',
  },
} as const satisfies Record<string, Option>;

const accounting = ['boundary', 'factor-year', 'year-starts'] as const satisfies readonly Flag[];
const ofPlaces = ['organisation', 'site', 'from', 'to', 'by', 'known-on'] as const satisfies readonly Flag[];

/** Each report: its path, the word that it needs (a year, a quarter) and the flags that it takes. */
const reports: Readonly<
  Record<
    string,
    { readonly path: string; readonly word?: 'quarter' | 'year' | 'period'; readonly takes: readonly Flag[] }
  >
> = {
  quarterly: { path: '/v1/reports/quarterly', word: 'quarter', takes: ['organisation', 'known-on'] },
  eric: { path: '/v1/reports/eric', word: 'year', takes: ['organisation', 'site', 'type', 'layout', 'known-on'] },
  targets: { path: '/v1/reports/targets', takes: ['organisation', 'known-on'] },
  intensity: { path: '/v1/intensity', takes: [...ofPlaces, 'bucket', 'split'] },
  comparisons: { path: '/v1/intensity/comparisons', takes: [...ofPlaces, 'type'] },
  carbon: { path: '/v1/carbon', takes: [...ofPlaces, 'bucket', 'split', ...accounting] },
  change: { path: '/v1/carbon/change', takes: [...ofPlaces, 'split', 'against', ...accounting] },
  cover: { path: '/v1/cover', word: 'period', takes: ['organisation', 'site', 'by', 'known-on'] },
  matching: { path: '/v1/matching', takes: [...ofPlaces, 'bucket', 'certificates'] },
  'grid-carbon': { path: '/v1/grid-carbon', takes: [...ofPlaces, 'bucket'] },
  'degree-days': {
    path: '/v1/weather/degree-days',
    takes: ['organisation', 'site', 'from', 'to', 'bucket', 'known-on'],
  },
  signature: { path: '/v1/weather/signature', takes: ofPlaces },
  cusum: { path: '/v1/weather/cusum', takes: [...ofPlaces, 'baseline-from', 'baseline-to'] },
};

/** Reports that take no word. */
const figures = Object.keys(reports).filter((name) => name !== 'targets' && reports[name]?.word === undefined);

export const reportCommand: Command = {
  name: 'report',
  summary: 'write a report as a spreadsheet, CSV or JSON, and record which answer was sent',
  words: `quarterly QUARTER | eric YEAR | cover PERIOD | targets | ${figures.join(' | ')} | sent QUARTER | baseline`,
  details: `
quarterly answers whether all energy is bought from renewable sources, with what stands behind it and what is missing;
eric is a row of the ERIC collection for each site; targets is progress against the national target and the
organisation's own. intensity, comparisons (last year, the same weather, sites of the same type, benchmarks), carbon,
change (why emissions changed), matching (by half-hour), grid-carbon (of each half-hour), degree-days, signature and
cusum (against the weather) are those of the API; cover is what certificates and contracts cover of a disclosure period.
A spreadsheet has its sources, factors and warnings on sheets of their own. sent records the answer that a person sent:
it stands beside the computed one for ever. baseline freezes the carbon of a year, site by site, with its factor sets,
measured share and register version: it is written to amendments.yaml of the estate folder and never worked out again.

  meterhouse report quarterly 2026-27-q1 --out quarterly.xlsx
  meterhouse report eric 2025-26 --type acute_hospital --out eric.csv
  meterhouse report targets --organisation saltmere-wend-trust --out targets.xlsx
  meterhouse report carbon --from 2025-04-01 --to 2026-04-01 --by organisation --bucket whole --out carbon.xlsx
  meterhouse report carbon --from 2025-04-01 --to 2026-04-01 --boundary nhs_carbon_footprint --split utility
  meterhouse report cover 2025-26 --by site --out cover.xlsx
  meterhouse report targets --known-on 2026-04-30
  meterhouse report sent 2026-27-q1 --organisation wend-community --reading energy --answer no --reason 'return 7'
  meterhouse report baseline --organisation wend-community --year 2025-26 --reason 'Green Plan 2026, section 3'`,
  options: {
    ...clientOptions,
    ...tableOptions,
    ...filterOptions,
    reading: { type: 'string', value: 'READING', describes: 'sent: electricity or energy' },
    answer: { type: 'string', value: 'ANSWER', describes: 'sent: yes or no' },
    'sent-on': { type: 'string', value: 'DATE', describes: 'sent: when it was sent (default: today)' },
    year: { type: 'string', value: 'YEAR', describes: 'baseline: the reporting year, as 2025-26' },
    id: { type: 'string', value: 'ID', describes: 'baseline: its id (default: organisation and year)' },
    name: { type: 'string', value: 'NAME', describes: 'baseline: what it is called' },
    accept: { type: 'string', value: 'DOUBT=REASON;…', describes: 'baseline: what stands against it and is accepted' },
    'accepted-by': { type: 'string', value: 'PERSON', describes: 'baseline: who accepts it' },
    reason: reasonOption,
  },
  async run(invocation) {
    const [name = '', word, ...others] = invocation.words;
    const report = Object.hasOwn(reports, name) ? reports[name] : undefined;
    if (name === 'baseline' && word === undefined) return await freeze(invocation);
    const isSent = name === 'sent' && word !== undefined;
    const fits = report !== undefined && (report.word === undefined) === (word === undefined);
    if (others.length > 0 || (!isSent && !fits)) {
      invocation.terminal.warn(`meterhouse report ${reportCommand.words}`);
      return 'usage';
    }
    return report ? await write(invocation, report, word) : await record(invocation, word ?? '');
  },
};

async function write(
  invocation: Invocation,
  { path, word, takes }: NonNullable<(typeof reports)[string]>,
  said: string | undefined,
): Promise<Exit> {
  const { flags } = invocation;
  const query = new URLSearchParams(word === undefined ? {} : { [word]: said ?? '' });
  const foreign = (Object.keys(filterOptions) as Flag[]).filter(
    (flag) => flags[flag] !== undefined && !takes.includes(flag),
  );
  if (foreign.length > 0) throw new ProblemError(foreign.map((flag) => notTaken(flag, takes)));
  putFlags(query, flags, takes);
  return await saveTable(invocation, path, query);
}

function notTaken(flag: Flag, takes: readonly Flag[]) {
  const expected = `one of ${takes.map((one) => `--${one}`).join(', ')}`;
  return {
    code: 'command.invalid',
    where: `--${flag}`,
    found: 'a flag that this report does not take',
    expected,
  } as const;
}

async function record(invocation: Invocation, quarter: string): Promise<Exit> {
  const { flags, terminal } = invocation;
  const on = flags['sent-on'];
  const { sent } = await houseClient(invocation).post(
    '/v1/reports/quarterly/sent',
    {
      organisation: wordOf(flags, 'organisation'),
      quarter,
      reading: wordOf(flags, 'reading'),
      answer: wordOf(flags, 'answer'),
      ...(typeof on === 'string' ? { sent_on: on } : {}),
      reason: wordOf(flags, 'reason'),
    },
    sentAnswerSchema,
  );
  const then = `computed was ${sent.answer_then}`;
  terminal.say(
    `${sent.organisation}, ${sent.quarter}, ${sent.reading}: ${sent.answer}, sent on ${sent.sent_on} (${then}).`,
  );
  return 'ok';
}

async function freeze(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const said = ['id', 'name', 'boundary'].flatMap((key) => (typeof flags[key] === 'string' ? [[key, flags[key]]] : []));
  const body = {
    ...(Object.fromEntries(said) as Record<string, string>),
    organisation: wordOf(flags, 'organisation'),
    year: wordOf(flags, 'year'),
    accept: acceptedIn(flags, 'accepted-by'),
    reason: wordOf(flags, 'reason'),
  };
  const house = houseClient(invocation);
  const { baseline, job } = await house.post('/v1/reports/baselines', body, baselineAskedSchema);
  await house.awaitJob(job, `the baseline ${baseline.id}`);
  const sum = baseline.sites.reduce((total, { emissions_kgco2e: kg }) => total + kg, 0);
  const share = baseline.measured_share;
  const measured = share === undefined ? 'an unknown share' : `${(100 * share).toFixed(1)} %`;
  terminal.say(
    `${baseline.id}: ${Math.round(sum).toLocaleString('en-GB')} kgCO2e at ${baseline.sites.length} sites, ${measured} ` +
      `measured, factors of ${baseline.factor_sets.join(' and ')}. It stands in the register.`,
  );
  return 'ok';
}
