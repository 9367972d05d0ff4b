import { parse } from 'yaml';
import type { z } from 'zod';
import { jobAnswerSchema } from '../api/contract/jobs.ts';
import { measureAnswerSchema, type measureRowSchema, measuresAnswerSchema } from '../api/contract/plan-measures.ts';
import { type planSavingRowSchema, planSavingsAnswerSchema } from '../api/contract/plan-savings.ts';
import { financeGaps } from '../domain/plan/measure-finance.ts';
import { measureWarningCodes } from '../domain/plan/measure-standing.ts';
import { number, pounds } from '../domain/plan/words.ts';
import { ProblemError } from '../domain/problems.ts';
import type { Invocation, Option } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { readGivenFile } from './files.ts';
import { houseClient } from './house-client.ts';
import { methodOption, type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { putFlags, reasonOption, wordOf } from './said.ts';
import { saveTable, wantsTable } from './table-file.ts';
import { countOf } from './terminal.ts';

/** Measures of the four-step plan: listed, shown, added, and said to have come further. */

type Row = z.output<typeof measureRowSchema>;
type SavingRow = z.output<typeof planSavingRowSchema>;

const rateOption: Option = {
  type: 'string',
  value: 'RATE',
  describes: 'measures, show: discount rate a year as 0.035 (default: that of the Green Book)',
};
const filterOptions = {
  ...placeOptions,
  kind: { type: 'string', value: 'KIND,…', describes: 'measures: led_lighting, insulation, heat_pump, solar_pv …' },
  status: { type: 'string', value: 'STATUS,…', describes: 'measures: proposed, approved, funded, installing …' },
  sort: { type: 'string', value: 'SORT', describes: 'measures: order (default), or cost_per_tonne' },
  'discount-rate': rateOption,
} as const satisfies Record<string, Option>;

export const measureVerbs: PlanVerbs = {
  measures: {
    says:
      'measures lists what is done and planned, in the order in which it belongs, or with --sort cost_per_tonne the ' +
      'cheapest tonne first; it says what comes before something that should be finished first.',
    examples: ['measures --site saltmere-general', 'measures --sort cost_per_tonne --out abatement.xlsx'],
    options: { ...filterOptions, ...planTableOptions },
    run: async (invocation) => await list(invocation),
  },
  show: {
    words: 'MEASURE',
    says:
      'show is all of one measure: its history, its funding, what it costs and saves, the meters that are to show it, ' +
      'and what nobody has written down yet.',
    examples: ['show sal-led'],
    options: { 'discount-rate': rateOption },
    run: async (invocation, id) => await show(invocation, id),
  },
  add: {
    words: 'FILE',
    says: 'add takes a measure from a file, written as in the estate folder (YAML or JSON).',
    examples: ["add roof.yaml --reason 'energy board of 3 May'"],
    options: { reason: reasonOption },
    run: async (invocation, file) => await add(invocation, file),
  },
  status: {
    words: 'MEASURE',
    says: 'status says how far one has come. What add and status say is written to amendments.yaml, with who and why.',
    examples: [
      "status pel-cavity --is funded --reason 'letter of the fund of 4 June'",
      "status tid-solar --is installed --works-from 2027-03-01 --works-to 2027-03-26 --reason 'handed over'",
    ],
    options: {
      is: {
        type: 'string',
        value: 'STATUS',
        describes: 'status: proposed, approved, funded, installing, installed or withdrawn',
      },
      since: { type: 'string', value: 'DATE', describes: 'status: since this London date (default: today)' },
      'works-from': { type: 'string', value: 'DATE', describes: 'status: the first day of the works' },
      'works-to': { type: 'string', value: 'DATE', describes: 'status: their last day' },
      reason: reasonOption,
    },
    run: async (invocation, id) => await change(invocation, id),
  },
};

/** What measures saved, by the meters that show it. */
export const savingVerbs: PlanVerbs = {
  savings: {
    says:
      'savings is what the meters show that measures saved, with its 90 % interval, or why they cannot; --method says ' +
      'by which baseline model.',
    examples: ['savings --site saltmere-general', 'savings --method caltrack_daily --out savings.xlsx'],
    options: {
      organisation: placeOptions.organisation,
      site: placeOptions.site,
      method: methodOption,
      ...planTableOptions,
    },
    run: async (invocation) => await savings(invocation),
  },
};

async function savings(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, ['organisation', 'site', 'method']);
  if (wantsTable(flags)) return await saveTable(invocation, '/v1/plan/savings', query);
  const path = `/v1/plan/savings?${query.toString()}`;
  const answer = await houseClient(invocation).get(path, planSavingsAnswerSchema);
  for (const row of answer.savings) {
    const what = row.kind === 'to_date' ? `${row.site_name}, ${row.meter ?? 'no meter'}: ` : '';
    terminal.say(`${row.kind === 'to_date' ? '' : '    '}${what}${row.measures.join(' + ')}  ${saidOf(row)}`);
    for (const says of row.because) terminal.say(`    no number: ${says}`);
    for (const says of row.warnings) terminal.say(`    doubtful: ${says}`);
  }
  for (const { utility, ...sums } of answer.together) {
    const amount = amountOf(sums);
    if (amount !== undefined) terminal.say(`Together of ${utility}: ${amount} to date.`);
  }
  for (const says of answer.warnings) terminal.say(`Left out: ${says}.`);
  return 'ok';
}

function saidOf(row: SavingRow): string {
  const amount = amountOf(row);
  if (amount === undefined) return row.outcome;
  if (row.kind === 'split') return `${amount}, a split by what was expected`;
  return `${amount}, ${row.from} to ${row.to}${row.verdict === null ? '' : `: ${row.verdict.replace('_', ' ')}`}`;
}

type Amounts = Pick<SavingRow, `saved_${'' | 'low_' | 'high_'}${'kwh' | 'm3'}`>;

/** kWh, or m³ of water, with their interval. */
function amountOf(row: Amounts): string | undefined {
  const kwh = row.saved_kwh !== null;
  const [saved, low, high] = kwh
    ? [row.saved_kwh, row.saved_low_kwh, row.saved_high_kwh]
    : [row.saved_m3, row.saved_low_m3, row.saved_high_m3];
  if (saved === null) return undefined;
  const between = low === null || high === null || low === high ? '' : ` (${number(low)} to ${number(high)})`;
  return `${number(saved)} ${kwh ? 'kWh' : 'm³'}${between}`;
}

async function list(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, Object.keys(filterOptions));
  if (wantsTable(flags)) return await saveTable(invocation, '/v1/measures', query);
  const path = `/v1/measures?${query.toString()}`;
  const { measures, on, warnings } = await houseClient(invocation).get(path, measuresAnswerSchema);
  for (const row of measures) {
    terminal.say(`${row.measure}  step ${row.step}  ${row.status}  ${row.site_name}: ${row.name}`);
    terminal.say(`    ${[whenOf(row), ...worthOf(row)].join('; ')}`);
    if (row.warnings.includes('late')) terminal.say(`    late: ${measureWarningCodes.late}, ${row.ends}`);
    if (row.payback_years === null) sayWhyNotPaid(invocation, row);
    if (row.before.length > 0) terminal.say(`    comes before what should come first: ${row.before.join(', ')}`);
  }
  for (const says of warnings) terminal.say(`Left out: ${says}.`);
  terminal.say(`${countOf(measures.length, 'measure')} on ${on}.`);
  return 'ok';
}

/** Of a key that may not see prices nothing need be unknown: the head of the answer says what is left out. */
function sayWhyNotPaid({ terminal }: Invocation, { unknown }: Row): void {
  const why = unknown.filter((gap) => gap === 'no_cost' || gap === 'no_pounds' || gap === 'never_pays');
  if (why.length > 0) terminal.say(`    no payback: ${why.map((gap) => financeGaps[gap]).join('; ')}`);
}

function whenOf({ begins, ends, status }: Row): string {
  if (begins === null) return 'no date yet';
  const days = ends === null ? `from ${begins}` : `${begins} to ${ends}`;
  return status === 'installed' || status === 'installing' ? `works ${days}` : `planned ${days}`;
}

function worthOf(row: Row): string[] {
  const tonnes = row.saves_kgco2e_per_year;
  return [
    ...(row.capital_gbp === null ? ['cost not known'] : [pounds(row.capital_gbp)]),
    ...(tonnes === null ? [] : [`${number(tonnes / 1000, 1)} tCO2e a year`]),
    ...(row.payback_years === null ? [] : [`pays back in ${row.payback_years.toFixed(1)} years`]),
    ...(row.cost_gbp_per_tco2e === null ? [] : [`${pounds(row.cost_gbp_per_tco2e)} a tonne`]),
    ...((row.funding_gap_gbp ?? 0) > 0 ? [`${pounds(row.funding_gap_gbp ?? 0)} not secured`] : []),
  ];
}

async function show(invocation: Invocation, id: string): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, ['discount-rate']);
  const path = `/v1/measures/${encodeURIComponent(id)}?${query.toString()}`;
  const answer = await houseClient(invocation).get(path, measureAnswerSchema);
  const { measure } = answer;
  terminal.say(`${measure.measure}  step ${measure.step}  ${measure.status} since ${measure.since}`);
  terminal.say(`${measure.name}: ${measure.kind_says}, ${measure.site_name}`);
  terminal.say(`  ${[whenOf(measure), ...worthOf(measure)].join('; ')}`);
  for (const says of writtenOf(answer)) terminal.say(`  ${says}`);
  for (const { utility, unit, saves, low, high } of answer.expected) {
    const between = low === null && high === null ? '' : ` (${number(low ?? saves)} to ${number(high ?? saves)})`;
    terminal.say(`  expected of ${utility}: ${number(saves)} ${unit === 'm3' ? 'm³' : unit} a year${between}`);
  }
  for (const { from, gbp, is } of answer.funding) terminal.say(`  ${from}: ${pounds(gbp)}, ${is.replace('_', ' ')}`);
  for (const { says } of answer.out_of_order) terminal.say(`  Out of order: ${says}`);
  for (const { from, is, because } of answer.statuses) {
    terminal.say(`  ${from}  ${is}${because === null ? '' : `: ${because}`}`);
  }
  for (const gap of measure.unknown) terminal.say(`  Not known: ${financeGaps[gap]}`);
  for (const code of measure.warnings) terminal.say(`  Look at this: ${measureWarningCodes[code]}`);
  for (const says of answer.warnings) terminal.say(`  Left out: ${says}`);
  return 'ok';
}

/** What the register says of one beside its figures; what it does not say is left out. */
function writtenOf({ measure, after, cost_source: costed }: z.output<typeof measureAnswerSchema>): string[] {
  const { net_present_value_gbp: value, life_years: years, meters, owner, building, source } = measure;
  const life = years === null ? 'its life' : `${years} years`;
  return [
    ...(value === null ? [] : [`worth ${pounds(value)} today over ${life} (net present value)`]),
    ...(building === null ? [] : [`building: ${building}`]),
    ...(meters.length === 0 ? [] : [`to be seen at ${meters.join(', ')}`]),
    ...(after.length === 0 ? [] : [`after ${after.join(', ')}`]),
    ...(owner === null ? [] : [`owner: ${owner}`]),
    `source: ${source}`,
    ...(costed === null ? [] : [`source of the cost: ${costed}`]),
  ];
}

async function add(invocation: Invocation, file: string): Promise<Exit> {
  const house = houseClient(invocation);
  const body = { measure: readMeasure(file), reason: wordOf(invocation.flags, 'reason') };
  const { job } = await house.post('/v1/measures', body, jobAnswerSchema);
  await house.awaitJob(job, `the measure of ${file}`);
  invocation.terminal.say('The measure is in the register.');
  return 'ok';
}

/** Of a file that holds a measure, or a list of one below `measures:` as the estate folder has it. */
function readMeasure(file: string): unknown {
  const text = readGivenFile(file);
  let read: unknown;
  try {
    read = parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new ProblemError([{ code: 'command.invalid', where: file, detail, expected: 'YAML or JSON' }], {
      cause: error,
    });
  }
  const listed = typeof read === 'object' && read !== null && 'measures' in read ? read.measures : [read];
  if (Array.isArray(listed) && listed.length === 1) return listed[0];
  throw new ProblemError([{ code: 'command.invalid', where: file, expected: 'one measure' }]);
}

async function change(invocation: Invocation, id: string): Promise<Exit> {
  const { flags } = invocation;
  const house = houseClient(invocation);
  const { since, 'works-from': from, 'works-to': to } = flags;
  const body = {
    is: wordOf(flags, 'is'),
    reason: wordOf(flags, 'reason'),
    ...(typeof since === 'string' && { from: since }),
    ...((typeof from === 'string' || typeof to === 'string') && { works: { from, to } }),
  };
  const { job } = await house.post(`/v1/measures/${encodeURIComponent(id)}/status`, body, jobAnswerSchema);
  await house.awaitJob(job, `the status of ${id}`);
  invocation.terminal.say(`${id} is ${body.is}.`);
  return 'ok';
}
