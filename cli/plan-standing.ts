import { type IndicatorRow, planStandingAnswerSchema, type StepRow } from '../api/contract/plan-standing.ts';
import type { Invocation } from './command.ts';
import type { Exit } from './exit-codes.ts';
import { houseClient } from './house-client.ts';
import { type PlanVerbs, placeOptions, planTableOptions } from './plan-verb.ts';
import { putFlags } from './said.ts';
import { saveTable, wantsTable } from './table-file.ts';

/** Where sites or buildings stand on the four steps, and which meters are missing to say more. */

const filters = {
  ...placeOptions,
  by: { type: 'string', value: 'PLACE', describes: 'standing: site (default) or building' },
  table: { type: 'string', value: 'TABLE', describes: 'standing: what CSV has, indicators (default) or steps' },
} as const;

export const standingVerbs: PlanVerbs = {
  standing: {
    says:
      'standing says of each site, or of each building, how far each of the four steps has come, what its meters say of ' +
      'it, and which meters are missing to say more.',
    examples: ['standing --site saltmere-general', 'standing --by building --step 1,2 --out standing.xlsx'],
    options: { ...filters, ...planTableOptions },
    run: async (invocation) => await standing(invocation),
  },
};

const noBuildings = 'No buildings in the register of these sites: name them below `buildings:`.';

async function standing(invocation: Invocation): Promise<Exit> {
  const { terminal, flags } = invocation;
  const query = new URLSearchParams();
  putFlags(query, flags, Object.keys(filters));
  if (wantsTable(flags)) return await saveTable(invocation, '/v1/plan/standing', query);
  const path = `/v1/plan/standing?${query.toString()}`;
  const { steps, indicators } = await houseClient(invocation).get(path, planStandingAnswerSchema);
  const figures = Map.groupBy(indicators, placeOf);
  for (const [place, own] of Map.groupBy(steps, placeOf)) sayPlace(invocation, own, figures.get(place) ?? []);
  if (steps.length === 0) terminal.say(flags['by'] === 'building' ? noBuildings : 'No sites.');
  return 'ok';
}

function placeOf({ site, building }: Pick<StepRow, 'site' | 'building'>): string {
  return `${site} ${building ?? ''}`;
}

function sayPlace({ terminal }: Invocation, steps: readonly StepRow[], figures: readonly IndicatorRow[]): void {
  const [first] = steps;
  if (!first) return;
  const { site_name: site, building_name: building, site: id } = first;
  terminal.say(`${building === null ? site : `${site}, ${building}`} (${first.building ?? id})`);
  for (const step of steps) {
    const here = step.stands_here ? ', here it stands' : '';
    terminal.say(`  ${step.step} ${step.title}: ${step.state.replaceAll('_', ' ')}${here}`);
    for (const because of step.because) terminal.say(`      ${because}`);
    for (const figure of figures) if (figure.step === step.step) terminal.say(`    - ${figure.says}`);
  }
}
