import { type Plan, planPageAnswerSchema } from '../api/contract/plan-page.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { putFlags } from './said.ts';
import { formatOf, saveAnswer, saveTable, wantsTable } from './table-file.ts';
import { countOf } from './terminal.ts';

/** The plan as a board reads it, and the way to the targets. */

const pageFormats = ['html', 'json', 'csv', 'xlsx'] as const;
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
    run: async (invocation) => {
      const query = new URLSearchParams();
      putFlags(query, invocation.flags, ['organisation']);
      return await saveTable(invocation, '/v1/plan/trajectory', query);
    },
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
  const { plans } = await house.get(`/v1/plan?${query.toString()}`, planPageAnswerSchema);
  for (const plan of plans) sayPlan(invocation, plan);
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
