import type { z } from 'zod';
import { pageFormats, type Plan, planPageAnswerSchema } from '../api/contract/plan-page.ts';
import { trajectoryAnswerSchema } from '../api/contract/plan-trajectory.ts';
import { pounds, tonnes } from '../domain/plan/words.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { putFlags } from './said.ts';
import { formatOf, saveAnswer, saveTable, wantsTable } from './table-file.ts';
import { countOf } from './terminal.ts';

/** The plan as a board reads it, and the way to the targets. */

const { organisation, site } = placeOptions;
const { out, format } = planTableOptions;

export const pageVerbs: PlanVerbs = {
  page: {
    says:
      'page is the plan of an organisation or a site on one page: where it stands, the way to its targets, measures, ' +
      'what they were seen to save and what is to be decided next; as html it is ready to print.',
    examples: [
      'page --organisation saltmere-wend-trust --out plan.html',
      'page --site saltmere-general --out plan.xlsx',
    ],
    options: { organisation, site, out, format },
    run: async (invocation) => await page(invocation),
  },
  trajectory: {
    says:
      'trajectory is what each organisation emitted, where its targets want it to be, what the planned measures would ' +
      'take off, and what is still missing in tonnes and pounds.',
    examples: ['trajectory --organisation saltmere-wend-trust --out trajectory.xlsx'],
    options: { organisation, out, format },
    run: async (invocation) => await trajectory(invocation),
  },
};

async function page(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const file = typeof flags['out'] === 'string' ? flags['out'] : undefined;
  const query = new URLSearchParams();
  putFlags(query, flags, ['organisation', 'site']);
  const house = houseClient(invocation);
  if (wantsTable(flags)) {
    query.set('format', formatOf(flags['format'], file, pageFormats, 'csv'));
    return await saveAnswer(invocation, await house.send('GET', `/v1/plan?${query.toString()}`));
  }
  const { plans, warnings } = await house.get(`/v1/plan?${query.toString()}`, planPageAnswerSchema);
  for (const plan of plans) sayPlan(invocation, plan);
  for (const says of warnings) terminal.say(`Left out: ${says}.`);
  terminal.say(`${countOf(plans.length, 'plan')}. --out plan.html is ready to print, plan.xlsx has every figure.`);
  return 'ok';
}

function sayPlan({ terminal }: Invocation, { name, headline, steps, decisions }: Plan): void {
  terminal.say(name);
  for (const says of headline) terminal.say(`  ${says}`);
  for (const { step, title, state, ...counts } of steps) {
    const begun = `${counts.measures_installing} begun, ${counts.measures_planned} planned`;
    const measures = `${counts.measures_installed} installed, ${begun}`;
    terminal.say(`  step ${step}  ${title}: ${state.replaceAll('_', ' ')} (measures: ${measures})`);
  }
  for (const { says } of decisions) terminal.say(`  to decide: ${says}`);
}

type Trajectories = z.output<typeof trajectoryAnswerSchema>;

async function trajectory(invocation: Invocation): Promise<Exit> {
  const { flags, terminal } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, ['organisation']);
  if (wantsTable(flags)) return await saveTable(invocation, '/v1/plan/trajectory', query);
  const answer = await houseClient(invocation).get(`/v1/plan/trajectory?${query.toString()}`, trajectoryAnswerSchema);
  for (const target of answer.targets) sayTarget(invocation, target, answer);
  for (const id of answer.without_baseline)
    terminal.say(`${id}: the register has no baseline of it, so no way to a target.`);
  terminal.say('tCO2e; --out trajectory.xlsx has every figure, and why one is not known.');
  return 'ok';
}

function sayTarget({ terminal }: Invocation, target: Trajectories['targets'][number], answer: Trajectories): void {
  const isOwn = (one: Pick<typeof target, 'organisation' | 'target' | 'baseline'>): boolean =>
    one.organisation === target.organisation && one.target === target.target && one.baseline === target.baseline;
  const why = [target.not_drawn_because, target.no_years_ahead_because].filter((one) => one !== null);
  terminal.say(`${target.organisation_name}: ${target.target_name}`);
  for (const says of why) terminal.say(`  ${says}`);
  for (const point of answer.points.filter(isOwn)) terminal.say(`  ${sayYear(point)}`);
  for (const gap of answer.gaps.filter(isOwn)) {
    terminal.say(`  In ${gap.year} at most ${inTonnes(gap.level_kgco2e)}: ${missingOf(gap)}`);
    for (const says of gap.because) terminal.say(`      ${says}`);
  }
}

/** What was emitted, or what would be; and where the lines are. */
function sayYear(point: Trajectories['points'][number]): string {
  const { year, emissions_kgco2e: emitted, unchanged_kgco2e: unchanged, possible_kgco2e: possible } = point;
  const { lower_line_kgco2e: lower, upper_line_kgco2e: upper } = point;
  const ahead = `unchanged ${inTonnes(unchanged)}, with all that is planned ${inTonnes(possible)}`;
  // A year that is not over, or of which a part is not known, is no year beside the others.
  const part = point.partial_because.length > 0 ? ', of what is over and known' : '';
  const was = `emitted ${inTonnes(emitted)}${part}`;
  const stands = emitted !== null ? was : unchanged === null ? 'emitted not known' : ahead;
  const line = lower === upper ? inTonnes(upper) : `${inTonnes(lower)} to ${inTonnes(upper)}`;
  return `${year}  ${stands}${upper === null ? '' : `; line ${line}`}`;
}

function missingOf(gap: Trajectories['gaps'][number]): string {
  const { gap_possible_kgco2e: left, unsecured_capital_gbp: unsecured, rest_indicative_gbp: rest } = gap;
  const after =
    left === null ? 'the gap is not known' : `all that is planned leaves a gap of ${tonnes(Math.max(0, left))}`;
  const money = unsecured === null ? [] : [`${pounds(unsecured)} of it not secured`];
  return [after, ...money, ...(rest === null || rest <= 0 ? [] : [`closing it would cost some ${pounds(rest)}`])].join(
    ', ',
  );
}

function inTonnes(kg: number | null): string {
  return kg === null ? 'not known' : tonnes(kg);
}
