import { expect, test } from 'vitest';
import { stepStates } from '../../../domain/plan/indicators/figure.ts';
import {
  type Indicator,
  indicatorNames,
  indicators,
  indicatorUnits,
  needs,
} from '../../../domain/plan/indicators/table.ts';
import { stepNumbers, steps } from '../../../domain/plan/steps.ts';

test('docs/four-steps.md says what the tables say; `npx vitest run test/domain/plan/four-steps-page.test.ts -u` writes it again', async () => {
  expect(indicatorNames.length).toBeGreaterThan(30);
  const ofStep = (step: number): (readonly [string, Indicator])[] =>
    indicatorNames.flatMap((name) => (indicators[name].step === step ? [[name, indicators[name]] as const] : []));
  const page = [
    '# Where a site stands on the four steps',
    '',
    'The plan has four steps, one after the other: less is used first, then what heats can be smaller, then it need not',
    'burn anything, and then more of what it takes is made on site. `meterhouse plan standing` (or `GET /v1/plan/standing`)',
    'says of each site, or of each building, how far each step has come and what the meters say of it, over the last',
    'twelve whole months.',
    '',
    'All four steps of a place, with measures, targets and what is to be decided, are on one page: [plan-page.md](plan-page.md).',
    '',
    '**No indicator has a threshold.** A night base that is good at a hospital is a scandal at a practice, and no',
    'published number says where the border lies. Each says instead whether lower or higher is better, beside what it can be',
    'set: the year before, sites of its type, a published benchmark.',
    '',
    '**What cannot be known is told.** An indicator without a value says which meters or which lines of the register are',
    'missing, and by which id: that list is the shopping list for sub-meters. An interval (least to most) stands beside what is',
    'fitted or only known as a range. `measured` is the share of what it is made of that was measured.',
    '',
    'This page is written from `domain/plan/indicators/table.ts` by',
    '`npx vitest run test/domain/plan/four-steps-page.test.ts -u`.',
    '',
    '## How far a step has come',
    '',
    'The state of a step comes from the measures of the register (`measures:`) and is checked by the meters. A site stands at the',
    'first step that is not done.',
    '',
    '| state | means |',
    '|---|---|',
    ...Object.entries(stepStates).map(([state, says]) => `| \`${state}\` | ${says} |`),
    '',
    ...stepNumbers.flatMap((step) => [
      `## ${step}. ${steps[step].title}`,
      '',
      `${steps[step].means.charAt(0).toUpperCase()}${steps[step].means.slice(1)}.`,
      '',
      '| indicator | unit | better | of buildings | says | reckoned | source |',
      '|---|---|---|---|---|---|---|',
      ...ofStep(step).map(
        ([name, { unit, better, ofBuildings, says, reckoned, source, name: title }]) =>
          `| ${title} \`${name}\` | ${indicatorUnits[unit]} | ${better} | ${ofBuildings ? 'yes' : 'no'} | ${says} | ${reckoned} | ${source} |`,
      ),
      '',
      '| indicator | needs |',
      '|---|---|',
      ...ofStep(step).map(
        ([name, one]) => `| \`${name}\` | ${one.needs.map((need) => needs[need]).join('; ') || 'nothing more'} |`,
      ),
      '',
    ]),
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/four-steps.md');
});
